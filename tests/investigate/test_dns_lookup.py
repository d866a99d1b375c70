import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from bench.lab_dns import Server, Zones
from scamhunt.investigate import dns_findings
from scamhunt.investigate.dns import Resolver, look_up
from scamhunt.investigate.dns_answer import Answer
from scamhunt.observed import Finding, Gained, Outcome

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TARGET = "amazon-refund-desk.test"
HOST = f"login.{TARGET}"
ZONES: Zones = {
    TARGET: {
        "NS": ["ns1.host.test.", "ns2.host.test."],
        "SOA": ["ns1.host.test. hostmaster.host.test. 7 7200 3600 1209600 30"],
        "MX": ["10 mail.host.test."],
        "TXT": ['"v=spf1 ~all"', '"token=1"', '"token=2"'],
    },
    HOST: {"CNAME": ["edge.cdn.test."]},
    "edge.cdn.test": {"A": ["192.0.2.7", "192.0.2.8", "192.0.2.9"]},
    f"_dmarc.{TARGET}": {"TXT": ['"v=DMARC1; p=none"']},
}


def looked_up(
    zones: Zones, habits: Mapping[str, str] | None = None, seconds: float = 3, target: str = TARGET, host: str = HOST
) -> tuple[Gained, Server]:
    """Return what a look-up gains, and the server that was asked."""

    async def run(address: str) -> Gained:
        async with Resolver(address, (ip_network("127.0.0.1/32"),), seconds=seconds, now=lambda: NOW) as resolver:
            return await look_up(resolver, host, target=target)

    with Server(zones, habits) as server:
        return asyncio.run(run(server.address)), server


def by_kind(gained: Gained) -> dict[tuple[str, object], Finding]:
    """Return findings by kind and name."""
    return {(one.kind, one.data["name"]): one for one in gained.findings}


def test_a_look_up_tells_everything_about_a_name() -> None:
    """Ten questions give ten findings and one of the mail, each with its sentence."""
    gained, server = looked_up(ZONES)
    told = [(one.kind, one.outcome.value, one.text) for one in gained.findings]
    assert told == [
        ("dns.a", "found", "192.0.2.7 and 2 more, through the alias edge.cdn.test"),
        ("dns.aaaa", "empty", "it is an alias of edge.cdn.test, which has no AAAA record"),
        ("dns.cname", "found", "edge.cdn.test"),
        ("dns.ns", "found", "ns1.host.test and ns2.host.test"),
        ("dns.soa", "found", "ns1.host.test hostmaster.host.test 7 7200 3600 1209600 30"),
        ("dns.mx", "found", "10 mail.host.test"),
        ("dns.txt", "found", "v=spf1 ~all and 2 more"),
        ("dns.txt", "found", "v=DMARC1; p=none"),
        ("dns.wildcard", "found", "no wildcard below it"),
        ("dns.mail", "found", "takes mail; SPF calls other senders suspect; DMARC only watches"),
    ]
    assert {one.source for one in gained.findings} == {f"dns {server.address}"}
    assert {one.observed_at for one in gained.findings} == {NOW}


def test_each_finding_is_proved_by_an_answer_as_it_came() -> None:
    """The hash of a finding is that of an item; the item says where it came from."""
    gained, server = looked_up(ZONES)
    items = {one.sha256: one for one in gained.items}
    assert len(items) == 9
    assert {one.sha256 for one in gained.findings} == set(items)
    first = items[gained.findings[0].sha256]
    assert (first.media_type, first.acquired_at) == ("application/dns-message", NOW)
    assert first.url == f"dns://{server.address}/{HOST}?type=A"
    assert first.tool.startswith("scamhunt ")
    assert b"\x04edge\x03cdn" in first.body


def test_the_data_of_findings_are_plain_values() -> None:
    """Programs get names, lists and numbers."""
    found = by_kind(looked_up(ZONES)[0])
    assert found["dns.a", HOST].data == {
        "name": HOST,
        "values": ["192.0.2.7", "192.0.2.8", "192.0.2.9"],
        "ttl": 60,
        "rcode": "NOERROR",
        "aliases": ["edge.cdn.test"],
    }
    assert found["dns.mail", TARGET].data == {
        "name": TARGET,
        "null_mx": False,
        "spf": "v=spf1 ~all",
        "spf_all": "~",
        "dmarc": "v=DMARC1; p=none",
        "dmarc_policy": "none",
        "problems": [],
        "unknown": [],
    }


def test_no_question_names_us_or_a_case() -> None:
    """What goes out is the name, what belongs to it, a made-up label below it and the control name: nothing else."""
    _, server = looked_up(ZONES)
    asked = {name for name, *_ in server.asked}
    others = asked - {HOST, TARGET, f"_dmarc.{TARGET}"}
    assert len(others) == 2
    for name in others:
        label, _, rest = name.partition(".")
        assert rest in {TARGET, "invalid"}
        assert label.isalnum()
        assert len(label) <= 14


def test_a_wildcard_is_seen() -> None:
    """Where a name that nobody thought of has an address, every name has one."""
    gained, _ = looked_up({**ZONES, f"*.{TARGET}": {"A": ["192.0.2.80"]}})
    wildcard = next(one for one in gained.findings if one.kind == "dns.wildcard")
    assert (wildcard.outcome, wildcard.data["wildcard"], wildcard.data["values"]) == (
        Outcome.FOUND,
        True,
        ["192.0.2.80"],
    )
    assert wildcard.text == "every name below it has an address: 192.0.2.80"


@pytest.mark.parametrize(
    ("habit", "outcome", "text"),
    [
        ("silent", Outcome.TIMEOUT, "no answer in 0.2 s: it says nothing"),
        ("servfail", Outcome.FAILED, "the name server could not say: SERVFAIL"),
        ("ede 6", Outcome.FAILED, "the name server could not say: SERVFAIL; DNSSEC: bogus"),
    ],
)
def test_what_is_not_known_is_not_denied(habit: str, outcome: Outcome, text: str) -> None:
    """A server that cannot say leaves wildcard and mail policy unknown."""
    habits = {TARGET: habit, f"*.{TARGET}": habit}
    gained, _ = looked_up(ZONES, habits, seconds=0.1 if habit == "silent" else 3)
    kinds = {one.kind: one for one in gained.findings}
    assert {(one.outcome, one.text) for one in gained.findings} == {(outcome, text)}
    assert kinds["dns.wildcard"].data["wildcard"] is None
    assert kinds["dns.mail"].data["unknown"] == ["MX", "TXT", "DMARC"]
    assert [bool(one.sha256) for one in gained.findings] == [habit != "silent"] * 10
    assert len(gained.items) == (0 if habit == "silent" else 9)


def test_a_name_that_is_not_there_has_no_mail() -> None:
    """NXDOMAIN goes for every question."""
    gained, _ = looked_up({})
    outcomes = {one.kind: (one.outcome, one.text) for one in gained.findings}
    absent = (Outcome.ABSENT, "the name server says there is no such name (NXDOMAIN)")
    assert outcomes.pop("dns.wildcard") == (Outcome.FOUND, "no wildcard below it")
    assert set(outcomes.values()) == {absent}


def test_a_target_too_long_for_more_labels_is_not_asked_for_them() -> None:
    """What would be longer than a name may be is left out, and said."""
    target = ".".join(["a" * 60] * 4 + ["bcdefghij"])
    gained, _ = looked_up({target: {"A": ["192.0.2.1"]}}, target=target, host=target)
    found = [one for one in gained.findings if one.outcome is Outcome.SKIPPED]
    assert [(one.kind, one.source, one.text) for one in found] == [
        ("dns.txt", "dns", "not asked: no name that the DNS can be asked for"),
        ("dns.wildcard", "dns", "not asked: no name that the DNS can be asked for"),
    ]


BARE = Answer(TARGET, "MX", Outcome.EMPTY, at=NOW)
SILENT = replace(BARE, outcome=Outcome.TIMEOUT, note="no answer in 6 s")


@pytest.mark.parametrize(
    ("mx", "txt", "dmarc", "text"),
    [
        (BARE, BARE, BARE, "no MX record; no SPF; no DMARC policy"),
        (SILENT, BARE, BARE, "whether it takes mail is not known; no SPF; no DMARC policy"),
        (BARE, SILENT, SILENT, "no MX record; SPF is not known; DMARC is not known"),
        (
            replace(BARE, outcome=Outcome.FOUND, values=("0 .",)),
            replace(BARE, outcome=Outcome.FOUND, values=("v=spf1 a", "v=spf1 b")),
            replace(BARE, outcome=Outcome.ABSENT),
            "takes no mail (null MX); no SPF; no DMARC policy; 2 SPF records: none of them counts",
        ),
    ],
)
def test_the_sentence_about_mail(mx: Answer, txt: Answer, dmarc: Answer, text: str) -> None:
    """It says what is known, what is not there and what is not known."""
    assert dns_findings.mail_finding(mx, txt, dmarc).text == text


def test_a_long_value_is_shortened_in_the_sentence_only() -> None:
    """A person reads 120 characters; the program has them all."""
    finding = dns_findings.finding(replace(BARE, kind="TXT", outcome=Outcome.FOUND, values=("x" * 500,)))
    assert finding.text == "x" * 120 + "…"
    assert finding.data["values"] == ["x" * 500]


def test_what_was_cut_is_said() -> None:
    """The note of an answer stands in its sentence and with its bytes."""
    answer = replace(
        BARE, outcome=Outcome.FOUND, values=("1 a", "2 b"), wire=b"x", server="192.0.2.53:53", note="only 2"
    )
    item = dns_findings.item_of(answer)
    assert dns_findings.sentence(answer) == "1 a and 2 b (only 2)"
    assert item is not None
    assert (item.url, item.note) == (f"dns://192.0.2.53:53/{TARGET}?type=MX", "only 2")
