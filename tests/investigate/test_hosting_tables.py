import json
from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.errors import UserError
from scamhunt.investigate.hosting import MOST_WORDS, ROLES, Entry, Hosting, parse_hosting, recognise
from scamhunt.observed import Outcome
from scamhunt.score.seen.signal import findings_of

HOSTING = parse_hosting(bundle.hosting_tables(Path("/nowhere")))


def found(*lines: str) -> set[tuple[str, str]]:
    """Return what the shipped tables recognise, as (role, name)."""
    return {(str(one.data["role"]), str(one.data["name"])) for one in HOSTING.recognise(findings_of(lines))}


def table(**more: object) -> list[tuple[str, bytes]]:
    """Return a table of one entry."""
    entry = {"role": "cdn", "name": "Example", "source": "its docs", "how": "known", "ns": ["example.net"]} | more
    lines = [f"{key} = {json.dumps(value)}" for key, value in entry.items() if value is not None]
    return [("own.toml", "\n".join(["[[entry]]", *lines]).encode())]


def test_the_tables_that_ship_know_sixty_parties_and_more() -> None:
    """Every role but the registrar, whom the registry names, has entries; names are unique within a role."""
    assert len(HOSTING.entries) >= 60
    assert {entry.role for entry in HOSTING.entries} == set(ROLES) - {"registrar"}
    assert len({(entry.role, entry.name) for entry in HOSTING.entries}) == len(HOSTING.entries)
    stated = bundle.data("SOURCES.md").read_text("utf-8")
    assert f"{len(HOSTING.entries)} entries" in stated


def shaped(key: str, value: str) -> str:
    """Return a finding that has a value of a table, written as the outside writes it."""
    name, _, text = value.partition(": ")
    shapes: dict[str, tuple[str, dict[str, object]]] = {
        "ns": ("dns.ns", {"values": [f"x.{value}."]}),
        "ns_like": ("dns.ns", {"values": [f"ns-1{value}23.example"]}),
        "cname": ("dns.cname", {"values": [f"site.{value}"]}),
        "mx": ("dns.mx", {"values": [f"10 a.{value}"]}),
        "header": ("http.exchange", {"headers": {name.upper(): text or "1"}}),
        "title": ("page.shown", {"title": value.upper(), "words": 9}),
        "text": ("page.shown", {"text": f"Hello. {value.title()}.", "words": 9}),
        "holder": ("rdap.ip", {"holder": value.upper()}),
        "address": ("dns.a", {"values": [value.partition("/")[0]]}),
        "issuer": ("tls.certificate", {"issuer": f"CN={value}"}),
        "san": ("tls.certificate", {"names": [f"*.{value}"]}),
    }
    kind, data = shapes[key]
    return json.dumps({"kind": kind, **data})


@pytest.mark.parametrize("entry", HOSTING.entries, ids=lambda entry: f"{entry.role}: {entry.name}")
def test_each_value_of_each_entry_recognises_it(entry: Entry) -> None:
    """No entry stands behind another one, and none can never be met."""
    for key, values in entry.by.items():
        for value in values:
            assert (entry.role, entry.name) in found(shaped(key, value)), (key, value)


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "dns.ns", "values": ["ns1.notcloudflare.com", "ns.cloudflare.com.evil.test"]}',
        '{"kind": "dns.ns", "values": ["ada.ns.cloudflare.com"], "outcome": "timeout"}',
        '{"kind": "dns.a", "values": ["not an address", "192.0.2.7"]}',
        '{"kind": "dns.mx", "values": ["", "0 ."]}',
        '{"kind": "rdap.ip", "holder": "Microcloudflare", "name": "X"}',
        '{"kind": "http.exchange", "headers": {"x-server": "cloudflare", "server": ["x", 7]}}',
        '{"kind": "dns.ns", "values": 7}',
        '{"kind": "page.form", "title": "Domain for sale"}',
    ],
)
def test_what_only_looks_like_a_party_is_not_taken_for_it(line: str) -> None:
    """Names end at a dot, holders' words begin at a blank, and what was not answered tells nothing."""
    assert found(line) == set()


def test_words_count_on_short_pages_only() -> None:
    """A long page that says that it is for sale is a page that says so."""
    sale = {"kind": "page.shown", "text": "This domain is for sale!", "words": MOST_WORDS}
    assert found(json.dumps(sale)) == {("for sale", "an offer to sell the name")}
    assert found(json.dumps({**sale, "words": MOST_WORDS + 1})) == set()


def test_a_finding_says_by_what_and_by_whom() -> None:
    """Each party once, with the first answer that tells it; of pages once for each vantage."""
    page = '{"kind": "page.shown", "title": "Domain for sale", "vantage": "mobile"}'
    lines = (
        '{"kind": "dns.ns", "values": ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"]}',
        '{"kind": "http.exchange", "headers": {"CF-RAY": "1-AMS", "server": "cloudflare"}}',
        page,
        page.replace("mobile", "desktop"),
        '{"kind": "rdap.domain", "registrar": "Example Registrar, Inc."}',
        '{"kind": "whois.domain", "registrar": "Example Registrar"}',
    )
    told = recognise(findings_of(lines), HOSTING)
    assert [(one.text, one.vantage) for one in told] == [
        ("Cloudflare DNS: dns, by the name server ada.ns.cloudflare.com", ""),
        ("Cloudflare: cdn, by the header cf-ray: 1-ams", "desktop"),
        ("an offer to sell the name: for sale, by the page's title", "mobile"),
        ("an offer to sell the name: for sale, by the page's title", "desktop"),
        (
            "Example Registrar, Inc.: registrar, by the registry's answer, Example Registrar, Inc.",
            "",
        ),
    ]
    assert {one.kind for one in told} == {"host.recognised"}
    assert {one.outcome for one in told} == {Outcome.FOUND}
    assert told[1].source == "https://amazon-refund-desk.test/"
    assert told[2].data == {"role": "for sale", "name": "an offer to sell the name", "by": "the page's title"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"role": "cnd"}, "unknown role 'cnd' .did you mean 'cdn'"),
        ({"how": "guess"}, "how is one of documented, tried, known"),
        ({"nss": ["a"]}, "unknown key 'nss' .did you mean 'ns'"),
        ({"name": ""}, "needs name = a text"),
        ({"source": None}, "needs source = a text"),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"ns": None}, "nothing to recognise it by"),
        ({"ns": []}, "ns is a list of 1 to 100 texts"),
        ({"ns": ["a"] * 101}, "ns is a list of 1 to 100 texts"),
        ({"ns": "a"}, "ns is a list of 1 to 100 texts"),
        ({"ns": [""]}, "ns holds texts of 1 to 200"),
        ({"address": ["192.0.2.1/24"]}, "'192.0.2.1/24' is no network"),
    ],
)
def test_a_faulty_entry_is_named_with_its_fix(more: dict[str, object], words: str) -> None:
    """A team that adds a host learns which entry of which file to mend."""
    with pytest.raises(UserError, match=f"own.toml: entry 1: .*{words}"):
        parse_hosting(table(**more))


@pytest.mark.parametrize(
    "content", [b"[[entry]", b"\xff", b"name = 1", b"entry = 1", b"entry = [1]", b"[entry]\nrole = 1"]
)
def test_a_file_that_is_no_table_is_named(content: bytes) -> None:
    """Whatever lies in the overlay ends in a message."""
    with pytest.raises(UserError, match=r"own\.toml: "):
        parse_hosting([("own.toml", content)])


def test_a_table_may_name_certificates() -> None:
    """A team tells a host by the issuer or a name of its certificate."""
    own = parse_hosting(table(ns=None, issuer=["Example CA"], san=["hosted.example"]))
    by = [shaped("issuer", "Example CA"), shaped("san", "a.hosted.example"), shaped("issuer", "Other CA")]
    assert [len(own.recognise(findings_of([line]))) for line in by] == [1, 1, 0]


def test_tables_have_a_limit() -> None:
    """An overlay of endless entries is refused."""
    with pytest.raises(UserError, match="more than 2,000 entries"):
        parse_hosting(table() * 2_001)
    assert parse_hosting([]) == Hosting(())
