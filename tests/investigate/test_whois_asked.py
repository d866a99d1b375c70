import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import pytest

from bench.lab_rdap import WhoisServer as Server
from scamhunt.addresses import Address
from scamhunt.errors import FeedFailed
from scamhunt.investigate.abuse_contacts import Junk
from scamhunt.investigate.rdap import Registries
from scamhunt.investigate.rdap_bootstrap import Bootstrap, Table, WhoisServer
from scamhunt.investigate.whois import Whois
from scamhunt.net.visit import NoAddress, Visit
from scamhunt.observed import Finding, Gained, Outcome
from scamhunt.settings import Settings

NAME = "amazon-refund-desk.test"
ANSWER = f"Domain Name: {NAME}\r\nRegistrar: Example Registrar LLC\r\nCreation Date: 2026-11-19T10:00:00Z\r\n"
NONE = {kind: Table(kind, "", {}) for kind in ("dns", "ipv4", "ipv6")}


async def resolve(host: str) -> list[Address]:
    """Find every name of the lab on loopback, but for one inside, one nowhere and one that hangs."""
    if host == "whois.gone.example":
        raise NoAddress(Outcome.ABSENT, f"{host} does not exist")
    if host == "whois.silent.example":
        raise NoAddress(Outcome.TIMEOUT, f"{host}: no answer")
    both = [ip_address("127.0.0.2"), ip_address("127.0.0.1")]
    return [ip_address("10.0.0.1")] if host == "whois.inside.example" else both


def settings(tmp_path: Path, whois: str = "", nets: str = "127.0.0.0/8") -> Settings:
    """Return settings for loopback."""
    return Settings.model_validate({"home": str(tmp_path), "fetch_allow_nets": nets, "whois": whois})


def asked(knobs: Settings, table: dict[str, WhoisServer] | None = None, seconds: float = 10.0) -> Gained:
    """Ask about the name."""

    async def ask() -> Gained:
        return await Whois(knobs, Bootstrap(NONE, table or {}), resolve, Junk(), seconds=seconds).domain(NAME)

    return asyncio.run(ask())


def only(gained: Gained) -> Finding:
    """Return the one finding."""
    (finding,) = gained.findings
    return finding


def test_a_name_is_asked_for_and_the_answer_kept(tmp_path: Path) -> None:
    """One line goes out, in the registry's own way; the raw text is kept and proves the finding."""
    with Server(lambda _: ANSWER.encode()) as server:
        table = {"test": WhoisServer("whois.nic.test", server.port, "-T dn {name}")}
        gained = asked(settings(tmp_path), table)
        assert server.asked == [f"-T dn {NAME}"]
    finding, (item,) = only(gained), gained.items
    assert (finding.kind, finding.outcome) == ("whois.domain", Outcome.FOUND)
    assert (finding.data["registrar"], finding.data["server"]) == ("Example Registrar LLC", "whois.nic.test")
    assert finding.source == f"whois whois.nic.test:{server.port}"
    assert finding.text.startswith(f"{NAME}: registrar Example Registrar LLC, registered 2026-11-19")
    assert (item.body, item.media_type, item.sha256) == (ANSWER.encode(), "text/plain", finding.sha256)
    assert item.url == f"whois://whois.nic.test:{server.port}/{NAME}"
    assert item.note == ""


SAID = [
    ("No match for it", Outcome.ABSENT, "there is no such name", {}),
    ("Query limit exceeded", Outcome.FAILED, "it asks to be left alone for a while", {"retry_after": None}),
    ("Welcome", Outcome.FAILED, "its answer has no record that can be read", {}),
    ("", Outcome.FAILED, "its answer has no record that can be read", {}),
]


@pytest.mark.parametrize(("text", "outcome", "why", "more"), SAID)
def test_what_is_no_record_is_told_apart(
    text: str, outcome: Outcome, why: str, more: dict[str, object], tmp_path: Path
) -> None:
    """Absent, asked too often and unreadable are three things."""
    with Server(lambda _: text.encode()) as server:
        gained = asked(settings(tmp_path, server.address))
    finding = only(gained)
    assert (finding.outcome, finding.text) == (outcome, f"127.0.0.1 was asked about {NAME}: {why}")
    assert finding.data == {"name": NAME, "server": "127.0.0.1"} | more
    assert [item.sha256 for item in gained.items] == ([finding.sha256] if text else [])


def test_a_server_that_dribbles_is_left(tmp_path: Path) -> None:
    """The time is for all of the answer, not for each byte; what came is kept and said to be not whole."""

    def drip(_: str) -> Iterator[bytes]:
        while True:
            yield b"."

    with Server(drip) as server:
        gained = asked(settings(tmp_path, server.address), seconds=0.3)
    assert (only(gained).outcome, only(gained).text.rpartition(": ")[2]) == (
        Outcome.TIMEOUT,
        "no whole answer in 0.3 s",
    )
    assert gained.items[0].note == "not whole: no whole answer in 0.3 s"
    assert 0 < len(gained.items[0].body) < 100


def test_a_server_that_never_ends_is_left(tmp_path: Path) -> None:
    """64 KiB are kept, whatever comes after."""

    def flood(_: str) -> Iterator[bytes]:
        yield ANSWER.encode()
        while True:
            yield b"%" * 4096

    with Server(flood) as server:
        gained = asked(settings(tmp_path, server.address))
    assert (only(gained).outcome, len(gained.items[0].body)) == (Outcome.FAILED, 64 * 1024)
    assert only(gained).text.endswith("more than 65,536 bytes came")


def test_nobody_is_asked_where_whois_is_off(tmp_path: Path) -> None:
    """Nor where no server is known; both are said."""
    finding = only(asked(settings(tmp_path, "off"), {"test": WhoisServer("whois.nic.test")}))
    assert (finding.outcome, "WHOIS is off" in finding.text) == (Outcome.SKIPPED, True)
    finding = only(asked(settings(tmp_path)))
    assert (finding.outcome, "no WHOIS server is known" in finding.text) == (Outcome.SKIPPED, True)
    assert finding.data == {"name": NAME}


GUARDED = [
    ("whois.inside.example", Outcome.REFUSED, "10.0.0.1 is refused: a private network"),
    ("whois.gone.example", Outcome.FAILED, "whois.gone.example does not exist"),
    ("whois.silent.example", Outcome.TIMEOUT, "no answer"),
]


@pytest.mark.parametrize(("host", "outcome", "why"), GUARDED)
def test_a_server_has_to_have_a_public_address(host: str, outcome: Outcome, why: str, tmp_path: Path) -> None:
    """A private one is refused; one that is nowhere says nothing about the name."""
    finding = only(asked(settings(tmp_path), {"test": WhoisServer(host)}))
    assert (finding.outcome, why in finding.text, finding.sha256) == (outcome, True, "")


def test_loopback_has_to_be_allowed(tmp_path: Path) -> None:
    """The setting of one server opens no door."""
    with Server(lambda _: ANSWER.encode()) as server:
        assert only(asked(settings(tmp_path, server.address, "192.0.2.0/24"))).outcome is Outcome.REFUSED
        assert server.asked == []


def test_a_server_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    """A closed port says nothing about the name."""
    with Server(lambda _: b"") as server:
        closed = server.address
    finding = only(asked(settings(tmp_path, closed)))
    assert (finding.outcome, finding.text.endswith("the connection failed")) == (Outcome.FAILED, True)


def test_one_who_may_not_be_asked_now_is_not_asked(tmp_path: Path) -> None:
    """The pace is kept by `host:port`; where it says no, that is the finding."""
    seen = []

    async def never(host: str) -> None:
        seen.append(host)
        raise FeedFailed(f"{host}: wants to be left alone for an hour")

    table = {"test": WhoisServer("whois.nic.test")}
    whois = Whois(settings(tmp_path), Bootstrap(NONE, table), resolve, Junk(), before=never)
    finding = only(asyncio.run(_ask(whois)))
    assert seen == ["whois.nic.test:43"]
    assert (finding.outcome, "left alone for an hour" in finding.text) == (Outcome.FAILED, True)


async def _ask(whois: Whois) -> Gained:
    return await whois.domain(NAME)


# --- referrals --------------------------------------------------------------------------------------------------------


def refers(host: str) -> bytes:
    """Return an answer that refers to a server."""
    return f"{ANSWER}Registrar WHOIS Server: {host}\r\n".encode()


def _refers(host: str, _: str) -> bytes:
    return refers(host)


def servers(held: ExitStack, *hosts: str) -> tuple[dict[str, WhoisServer], list[Server]]:
    """Start a server for the registry and one each for `r0` and so on; the one refers to the next of `hosts`."""
    started = [held.enter_context(Server(partial(_refers, host))) for host in hosts]
    keys = ["test", *(f"whois.r{at}.example" for at in range(1, len(hosts)))]
    named = ["whois.nic.test", *keys[1:]]
    return {key: WhoisServer(name, one.port) for key, name, one in zip(keys, named, started, strict=True)}, started


def test_a_referral_to_a_server_of_the_list_is_followed(tmp_path: Path) -> None:
    """Two hops at most, each a finding of its own; the third referral is not followed."""
    with ExitStack() as held:
        hosts = [f"whois.r{at}.example" for at in range(1, 5)]
        table, started = servers(held, *hosts, "")
        gained = asked(settings(tmp_path), table)
        assert [len(one.asked) for one in started] == [1, 1, 1, 0, 0]
    assert [one.data["server"] for one in gained.findings] == ["whois.nic.test", *hosts[:2]]
    assert len(gained.items) == 3


def test_a_referral_back_is_not_followed(tmp_path: Path) -> None:
    """A loop ends at once."""
    with ExitStack() as held:
        table, started = servers(held, "whois.r1.example", "whois.nic.test")
        assert len(asked(settings(tmp_path), table).findings) == 2
        assert [len(one.asked) for one in started] == [1, 1]


@pytest.mark.parametrize("host", ["whois.dotexample.example", "10.0.0.1", "169.254.169.254", "whois.r1.example:25"])
def test_a_referral_elsewhere_is_refused(host: str, tmp_path: Path) -> None:
    """A name that has expired may be anybody's, an address may be inside, another port may be another service."""
    with ExitStack() as held:
        table, started = servers(held, host, "")
        gained = asked(settings(tmp_path), table)
        assert [len(one.asked) for one in started] == [1, 0]
    notes = only(gained).data["notes"]
    assert isinstance(notes, list)
    assert notes[-1] == "it refers to a WHOIS server that is not in our list: refused"


def test_the_one_server_that_is_set_is_the_only_one(tmp_path: Path) -> None:
    """Its referrals lead nowhere."""
    with Server(lambda _: refers("whois.godaddy.com")) as server:
        gained = asked(settings(tmp_path, server.address))
        assert (len(gained.findings), server.asked) == (1, [NAME])


def test_whois_is_asked_where_there_is_no_rdap(tmp_path: Path) -> None:
    """The same question to all registries leads to it, and so does planning."""
    with Server(lambda _: ANSWER.encode()) as server:
        knobs = settings(tmp_path, server.address)

        async def ask() -> tuple[str, Gained]:
            registries = Registries(knobs, _no_rdap, Bootstrap(NONE), resolve)
            return registries.server_of(NAME), await registries.domain(NAME)

        host, gained = asyncio.run(ask())
    assert (host, only(gained).outcome) == ("127.0.0.1", Outcome.FOUND)


async def _no_rdap(url: str) -> Visit:
    raise AssertionError(url)
