import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from bench.lab_rdap import Registry, email, entity, network, registration
from bench.lab_site import moved
from scamhunt.addresses import Address
from scamhunt.investigate.rdap import Registries
from scamhunt.investigate.rdap_bootstrap import Bootstrap, Table, WhoisServer
from scamhunt.net.visit import Exchange, NoAddress, Visit, Visitor
from scamhunt.observed import Finding, Gained, Outcome
from scamhunt.settings import Settings

NAME = "amazon-refund-desk.test"
PATH = f"/domain/{NAME}"
REGISTRAR = "rdap.registrar.example"
IP = "127.1.2.3"


@pytest.fixture(scope="module")
def running() -> Iterator[Registry]:
    """Run the registries once for all tests."""
    with Registry(REGISTRAR) as registry:
        yield registry


@pytest.fixture
def registry(running: Registry) -> Registry:
    """Return the registries, which know nothing."""
    running.answers.clear()
    return running


async def resolve(host: str) -> list[Address]:
    """Find every name of the lab on loopback, and one nowhere."""
    if host == "gone.example":
        raise NoAddress(Outcome.ABSENT, "gone.example does not exist")
    return [ip_address("127.0.0.1")]


def known(base: str) -> Bootstrap:
    """Return tables that lead to one server."""
    networks = {"127.0.0.0/8": base}
    return Bootstrap(
        {
            "dns": Table("dns", "2026-11-01", {"test": base, "gone": "http://gone.example/"}),
            "ipv4": Table("ipv4", "2026-11-01", networks),
            "ipv6": Table("ipv6", "2026-11-01", {"2001:db8::/32": base}),
        },
        {"whois": WhoisServer("whois.nic.whois")},
    )


def settings(tmp_path: Path, **more: object) -> Settings:
    """Return settings for loopback."""
    return Settings.model_validate({"home": str(tmp_path), "fetch_allow_nets": "127.0.0.0/8", **more})


@pytest.fixture
def registries(registry: Registry, tmp_path: Path) -> Registries:
    """Return what asks them."""
    knobs = settings(tmp_path)
    visitor = Visitor(resolve, knobs.fetch_allow_nets)
    return Registries(knobs, visitor.visit, known(registry.base()), resolve)


def asked(registries: Registries, name: str = NAME) -> Gained:
    """Ask about a name."""
    return asyncio.run(_domain(registries, name))


async def _domain(registries: Registries, name: str) -> Gained:
    return await registries.domain(name)


def only(gained: Gained) -> Finding:
    """Return the one finding."""
    (finding,) = gained.findings
    return finding


def test_a_name_is_asked_for_and_the_answer_kept(registry: Registry, registries: Registries) -> None:
    """The finding says who said it, when, and which bytes prove it; the request names neither us nor a case."""
    told = registration(NAME)
    registry.says(PATH, told)
    gained = asked(registries)
    finding, (item,) = only(gained), gained.items
    assert (finding.kind, finding.outcome, finding.source) == ("rdap.domain", Outcome.FOUND, registry.base() + PATH[1:])
    assert (finding.data["registrar"], finding.data["server"]) == ("Example Registrar LLC", "127.0.0.1")
    assert finding.text == (
        f"{NAME}: registrar Example Registrar LLC, registered 2026-11-19, client transfer prohibited, server hold; "
        "abuse to abuse@registrar.example"
    )
    assert json.loads(item.body) == told
    assert (item.media_type, item.url, item.sha256) == ("application/rdap+json", finding.source, finding.sha256)
    assert finding.observed_at == item.acquired_at
    assert "scamhunt" not in json.dumps(registry.headers[-1])


FAILURES = [
    (404, b"{}", (), Outcome.ABSENT, "there is none, says the registry"),
    (404, b"", (), Outcome.ABSENT, "there is none, says the registry"),
    (429, b"", (), Outcome.FAILED, "it asks to be left alone for a while"),
    (503, b"", ("Retry-After: 5",), Outcome.FAILED, "it asks to be left alone for a while"),
    (503, b"", (), Outcome.FAILED, "it answered with status 503"),
    (500, b"", (), Outcome.FAILED, "it answered with status 500"),
    (401, b"", (), Outcome.FAILED, "it answered with status 401"),
    (200, b"<html>wait</html>", (), Outcome.FAILED, "its answer is not believed: a page of HTML"),
    (200, b"\x1f\x8b", ("Content-Encoding: gzip",), Outcome.FAILED, "its answer is compressed, which nobody asked for"),
    (200, b"", (), Outcome.FAILED, "its answer is not believed: no JSON that can be read"),
    (200, b" " * (3 * 2**20), (), Outcome.FAILED, "it sent more than 2,097,152 bytes"),
]


@pytest.mark.parametrize(("status", "body", "headers", "outcome", "why"), FAILURES, ids=range(len(FAILURES)))
def test_what_is_no_answer_is_told_apart(  # noqa: PLR0913, PLR0917  # parts of one case
    status: int, body: bytes, headers: tuple[str, ...], outcome: Outcome, why: str,
    registry: Registry, registries: Registries,
) -> None:  # fmt: skip
    """Not found, asked too often, an error and a page of HTML are four things, and none of them is "free"."""
    registry.says(PATH, body, status, *headers)
    gained = asked(registries)
    finding = only(gained)
    assert (finding.outcome, finding.data["status"]) == (outcome, status)
    assert finding.text == f"127.0.0.1 was asked about {NAME}: {why}"
    assert [item.sha256 for item in gained.items] == ([finding.sha256] if finding.sha256 else [])
    assert bool(gained.items) is (len(body) < 2**20)


def test_a_page_of_html_is_no_answer(registry: Registry, registries: Registries) -> None:
    """A wall in front of a registry answers 200 too."""
    registry.says(PATH, b"{}", media_type="text/html; charset=utf-8")
    assert only(asked(registries)).text.endswith("it answered with a page of HTML")


WAITS = [
    ("Retry-After: 120", 120),
    ("Retry-After: 99999999", 86_400),
    ("Retry-After: soon", None),
    ("Retry-After: -5", None),
    ("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ("Retry-After: Wed, 21 Oct 2099 07:28:00 GMT", 86_400),
    ("Retry-After: Wed, 21 Oct 2015 07:28:00", None),
    ("X-Other: 1", None),
]


@pytest.mark.parametrize(("header", "seconds"), WAITS)
def test_how_long_a_server_asks_to_be_left_alone(
    header: str, seconds: int | None, registry: Registry, registries: Registries
) -> None:
    """Seconds or a date, a day at most; None where it does not say."""
    registry.says(PATH, b"", 429, header)
    assert only(asked(registries)).data == {
        "name": NAME,
        "server": "127.0.0.1",
        "status": 429,
        "retry_after": seconds,
    }


def test_a_cut_answer_is_not_read(registry: Registry, registries: Registries) -> None:
    """Thirty mebibytes end at the limit, and nothing of them is kept."""
    registry.says(PATH, b" " * (30 * 2**20))
    gained = asked(registries)
    assert only(gained).outcome is Outcome.FAILED
    assert "its answer is not whole" in only(gained).text
    assert not gained.items


def test_a_server_that_does_not_exist_says_nothing_about_the_name(registries: Registries) -> None:
    """NXDOMAIN of the server is a failure: the name that was asked for may well be registered."""
    finding = only(asked(registries, "shop.gone"))
    assert (finding.outcome, finding.sha256) == (Outcome.FAILED, "")
    assert "gone.example" in finding.text


def test_a_redirect_to_a_private_address_is_refused(registry: Registry, registries: Registries) -> None:
    """The guard says no, and that is no word about the name."""
    registry.answers[PATH] = moved("http://10.0.0.1/")
    assert only(asked(registries)).outcome is Outcome.REFUSED


def test_a_redirect_that_never_ends_fails(registry: Registry, registries: Registries) -> None:
    """A server that leads to itself for ever."""
    registry.answers[PATH] = moved(PATH)
    assert only(asked(registries)).outcome is Outcome.FAILED


def test_a_redirect_to_the_answer_is_followed(registry: Registry, registries: Registries) -> None:
    """The source is the address that it led to."""
    registry.answers[PATH] = moved("/moved")
    registry.says("/moved", registration(NAME))
    finding = only(asked(registries))
    assert (finding.outcome, finding.source) == (Outcome.FOUND, registry.base() + "moved")


# --- the registrar's own answer ---------------------------------------------------------------------------------------


def thin(registry: Registry, host: str = REGISTRAR) -> dict[str, object]:
    """Return the answer of a registry that knows little and refers to the registrar."""
    link = {"rel": "related", "type": "application/rdap+json", "href": f"{registry.base(host)}domain/{NAME}"}
    return registration(NAME, links=[link])


def test_a_thin_registry_refers_to_the_registrar(registry: Registry, registries: Registries) -> None:
    """Two findings with two answers, each with its own source; the registrar is asked once."""
    registry.says(PATH, thin(registry))
    theirs = registration(NAME, links=thin(registry)["links"], entities=[entity("registrant", "Example Ltd")])
    registry.says(f"{REGISTRAR} {PATH}", theirs)
    before = len(registry.asked)
    gained = asked(registries)
    first, second = gained.findings
    assert (first.data["server"], second.data["server"]) == ("127.0.0.1", REGISTRAR)
    assert (first.data["registrant"], second.data["registrant"]) == ("REDACTED FOR PRIVACY", "Example Ltd")
    assert [item.sha256 for item in gained.items] == [first.sha256, second.sha256]
    assert registry.asked[before:] == [("127.0.0.1", PATH), (REGISTRAR, PATH)]


def test_a_registrar_that_does_not_know_the_name_is_a_failure(registry: Registry, registries: Registries) -> None:
    """The registry knows it: it is not absent."""
    registry.says(f"127.0.0.1 {PATH}", thin(registry))
    first, second = asked(registries).findings
    assert (first.outcome, second.outcome) == (Outcome.FOUND, Outcome.FAILED)
    assert "does not know" in second.text


def test_two_registrars_of_one_name_are_told(registry: Registry, registries: Registries) -> None:
    """Between two answers a name can move, or one of them lies: a person looks again."""
    other = entity("registrar", "Other LLC") | {"publicIds": [{"type": "IANA Registrar ID", "identifier": "8888"}]}
    registry.says(f"127.0.0.1 {PATH}", thin(registry))
    registry.says(f"{REGISTRAR} {PATH}", registration(NAME, entities=[other]))
    first, second = asked(registries).findings
    notes = second.data["notes"]
    assert isinstance(notes, list)
    assert first.data["notes"] == []
    assert "names another registrar than the registry does: ask again before you write" in notes


def test_a_registry_that_refers_to_itself_is_asked_once(registry: Registry, registries: Registries) -> None:
    """There is nothing more to learn."""
    registry.says(PATH, thin(registry, "127.0.0.1"))
    assert len(asked(registries).findings) == 1


# --- answers that no lab server gives ---------------------------------------------------------------------------------


def fetch_gives(visit: Visit) -> Callable[[str], Awaitable[Visit]]:
    """Return a fetch that always brings the same."""

    async def fetch(url: str) -> Visit:
        assert url.startswith("https://rdap.registry.example/")
        return visit

    return fetch


def exchange(body: bytes) -> Exchange:
    """Return an answer with a body."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    response = b"HTTP/1.1 200 OK\r\n\r\n" + body
    return Exchange(
        "https://rdap.registry.example/", "192.0.2.1", 443, now, now, b"", response, 200, (), body, "", None
    )


VISITS = [
    (Visit((), Outcome.TIMEOUT, "no answer in 20 s", ""), Outcome.TIMEOUT, "no answer in 20 s"),
    (Visit((), Outcome.REFUSED, "refused: a private network", ""), Outcome.REFUSED, "a private network"),
    (Visit((), Outcome.FOUND, "", ""), Outcome.FAILED, "no answer"),
    (
        Visit((exchange(b"{}"),), Outcome.FOUND, "", "http://rdap.registry.example/"),
        Outcome.FAILED,
        "it led to an address that is not encrypted",
    ),
]


@pytest.mark.parametrize(("visit", "outcome", "why"), VISITS, ids=range(len(VISITS)))
def test_a_visit_without_an_answer_says_why(visit: Visit, outcome: Outcome, why: str, tmp_path: Path) -> None:
    """Timeout and refusal stay what they are; a step down from encryption is not believed."""
    bootstrap = known("https://rdap.registry.example/")
    finding = only(asked(Registries(settings(tmp_path), fetch_gives(visit), bootstrap, resolve)))
    assert (finding.outcome, why in finding.text) == (outcome, True)


def test_an_encrypted_registry_refers_to_encrypted_servers_only(tmp_path: Path) -> None:
    """A link to http is not followed from https."""
    link = {"rel": "related", "href": f"http://{REGISTRAR}/domain/{NAME}"}
    body = json.dumps(registration(NAME, links=[link])).encode()
    visit = Visit((exchange(body),), Outcome.FOUND, "", f"https://rdap.registry.example/domain/{NAME}")
    bootstrap = known("https://rdap.registry.example/")
    assert len(asked(Registries(settings(tmp_path), fetch_gives(visit), bootstrap, resolve)).findings) == 1


# --- addresses --------------------------------------------------------------------------------------------------------


def networks_of(registries: Registries, *ips: str) -> list[Gained]:
    """Ask about addresses at once."""

    async def all_of_them() -> list[Gained]:
        return list(await asyncio.gather(*(registries.address(ip_address(ip)) for ip in ips)))

    return asyncio.run(all_of_them())


def test_an_address_has_a_network_and_its_desk(registry: Registry, registries: Registries) -> None:
    """With the bytes that prove it."""
    registry.says(f"/ip/{IP}", network("127.1.0.0", "127.1.255.255"))
    (gained,) = networks_of(registries, IP)
    finding = only(gained)
    contact = {"email": "abuse@hosting.example", "phone": "", "name": "Abuse", "scope": "network", "role": "abuse"}
    assert (finding.kind, finding.outcome, finding.sha256) == ("rdap.ip", Outcome.FOUND, gained.items[0].sha256)
    assert finding.data == {
        "address": IP,
        "network": "127.1.0.0/16",
        "name": "EXAMPLE-NET",
        "handle": "NET-EXAMPLE-1",
        "country": "SE",
        "holder": "Example Hosting AB",
        "abuse": [contact | {"form": ""}],
        "notes": [],
        "server": "127.0.0.1",
    }
    assert finding.text == f"{IP}: network 127.1.0.0/16 of Example Hosting AB; abuse to abuse@hosting.example"


def test_addresses_side_by_side_are_asked_for_once(registry: Registry, registries: Registries) -> None:
    """One answer serves its /24, while it is under way too; an address further off has its own."""
    for ip in (IP, "127.1.3.1"):
        registry.says(f"/ip/{ip}", network("127.1.0.0", "127.1.255.255"))
    before = len(registry.asked)
    first, second, third = networks_of(registries, IP, "127.1.2.4", "127.1.3.1")
    assert [only(one).data["address"] for one in (first, second, third)] == [IP, "127.1.2.4", "127.1.3.1"]
    assert first.items == second.items
    assert len(registry.asked) - before == 2


def test_a_network_that_is_smaller_is_asked_for(registry: Registry, registries: Registries) -> None:
    """Where the first answer does not hold the second address."""
    registry.says(f"/ip/{IP}", network(IP, IP))
    registry.says("/ip/127.1.2.4", network("127.1.2.4", "127.1.2.5", name="OTHER"))
    first, second = networks_of(registries, IP, "127.1.2.4")
    assert (only(first).data["network"], only(second).data["name"]) == (f"{IP}/32", "OTHER")


@pytest.mark.parametrize(
    ("told", "status", "outcome"), [({}, 404, Outcome.ABSENT), ({}, 429, Outcome.FAILED), ({}, 200, Outcome.FAILED)]
)
def test_a_network_that_cannot_be_told(
    told: object, status: int, outcome: Outcome, registry: Registry, registries: Registries
) -> None:
    """It is said of the address, and asked for again the next time."""
    registry.says(f"/ip/{IP}", told, status)
    before = len(registry.asked)
    (gained,) = networks_of(registries, IP)
    finding = only(gained)
    assert (finding.kind, finding.outcome, finding.data["address"]) == ("rdap.ip", outcome, IP)
    networks_of(registries, IP)
    assert len(registry.asked) - before == 2


def test_an_address_without_a_registry_is_not_asked_for(registries: Registries) -> None:
    """Nobody hands out 192.0.2.0/24 here."""
    (gained,) = networks_of(registries, "192.0.2.1")
    assert (only(gained).outcome, gained.items) == (Outcome.SKIPPED, ())


def test_an_address_of_ipv6_stands_in_the_path(registry: Registry, registries: Registries) -> None:
    """With its colons, as registries have it."""
    registry.says("/ip/2001:db8::7", network("2001:db8::", "2001:db8::ffff"))
    (gained,) = networks_of(registries, "2001:db8::7")
    assert only(gained).data["network"] == "2001:db8::/112"


# --- planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "host"), [(NAME, "127.0.0.1"), ("shop.whois", "whois.nic.whois"), ("shop.nowhere", "")]
)
def test_a_night_knows_whom_it_will_ask(name: str, host: str, registries: Registries) -> None:
    """Without asking anybody: the RDAP server, else the WHOIS server, else none."""
    assert registries.server_of(name) == host


def test_a_desk_at_the_name_itself_is_never_told(registry: Registry, registries: Registries) -> None:
    """End to end: the scam's own mailbox stands nowhere in the finding."""
    registry.says(PATH, registration(NAME, entities=[entity("abuse", "Desk", email(f"abuse@{NAME}"))]))
    assert f"abuse@{NAME}" not in json.dumps(dict(only(asked(registries)).data))
