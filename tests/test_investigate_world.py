"""From a name to a verdict on a small internet of invented kits, with the real program."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.lab_kits import KITS, OFFICIAL, Kit
from bench.lab_world import ABUSE, NETWORK_ABUSE, World
from scamhunt import desk, desk_evidence, desk_looks, pipeline
from scamhunt.model import Actor
from scamhunt.observed import Verdict
from scamhunt.pipeline import Summary

QUICK = tuple(kit for kit in KITS if not kit.slow)
NAMES = tuple(kit.name for kit in QUICK)
TLS = "login through TLS"
WHO = Actor("anna", "os_user")
FEED = ("login", "card", "parked", "to the brand", "by user agent", "alarm")


@dataclass(frozen=True)
class Told:
    """What the program said of every kit, and the world that it looked at."""

    world: World
    looks: Mapping[str, dict[str, Any]]
    untouched: socket.socket
    """Listens where nobody may go: 127.0.0.2, at the port of the sites."""

    def findings(self, name: str, kind: str) -> list[dict[str, Any]]:
        """Return what was found of one kind."""
        return [one for one in self.looks[name]["findings"] if one["kind"] == kind]

    def values(self, name: str, wanted: str) -> list[object]:
        """Return the values of `kind key`."""
        kind, key = wanted.split(" ")
        return [one["data"].get(key) for one in self.findings(name, kind)]


def run(world: World, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the program in the world."""
    command = [sys.executable, "-m", "scamhunt", *arguments]
    return subprocess.run(
        command, env={**world.environment, **settings}, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Look at the brands' own sites, then at every kit with one run of the program, one of them through TLS too."""
    with ExitStack() as held:
        world = held.enter_context(World(tmp_path_factory.mktemp("world")))
        untouched = held.enter_context(socket.create_server(("127.0.0.2", world.sites.port)))
        settings = world.settings()
        with desk.open_store(settings) as store:
            own = desk_looks.investigate(store, settings, WHO, [world.url(kit.name) for kit in OFFICIAL])
        assert {one.kept.judgement.verdict for one in own} == {Verdict.BENIGN}
        urls = [*(world.url(kit.name) for kit in QUICK), world.url("login", "https")]
        done = run(world, "investigate", *urls, "--format", "json")
        assert "Traceback" not in done.stderr, done.stderr
        yield Told(world, dict(zip((*NAMES, TLS), json.loads(done.stdout), strict=True)), untouched)


def test_each_site_gets_a_verdict_that_fits_it(told: Told) -> None:
    """A kit that shows itself to anybody is called what it is, one that hides is never called harmless."""
    wrong = {kit.name: told.looks[kit.name]["verdict"] for kit in QUICK if not _may_be(told.looks[kit.name], kit)}

    assert wrong == {}


def _may_be(look: Mapping[str, Any], kit: Kit) -> bool:
    return look["verdict"] in {one.value for one in kit.verdicts} and look["brand"] == kit.brand


def test_each_kit_gives_the_findings_that_an_analyst_acts_on(told: Told) -> None:
    """What a page asks for, shows and is tied to is in the findings, not only in the verdict."""
    missing = {
        (kit.name, wanted): told.values(kit.name, wanted)
        for kit in QUICK
        for wanted, expected in kit.holds.items()
        if not any(fits(value, expected) for value in told.values(kit.name, wanted))
    }

    assert missing == {}


def fits(value: object, expected: object) -> bool:
    """Say whether a value is what is expected: all of a set, anything at all for None."""
    if isinstance(expected, frozenset | set):
        return isinstance(value, list) and set(expected) <= set(value)
    return bool(value) if expected is None else value == expected


def test_who_can_act_is_found(told: Told) -> None:
    """The abuse desks of registrar and network, the registration date and the statuses come from the registries."""
    (domain,) = told.findings("held", "rdap.domain")
    (network,) = told.findings("held", "rdap.ip")

    assert [one["email"] for one in domain["data"]["abuse"]] == [ABUSE]
    assert domain["data"]["statuses"] == ["client hold"]
    assert domain["data"]["registered"].startswith(f"{told.world.now:%Y}") or told.world.now.month == 1
    assert [one["email"] for one in network["data"]["abuse"]] == [NETWORK_ABUSE]


def test_a_page_is_asked_for_and_never_answered(told: Told) -> None:
    """Every request to a site is a GET as two browsers make it, none of them tells who we are."""
    seen = [one for one in told.world.sites.seen if one.host in {kit.domain for kit in KITS}]
    agents = {one.header("user-agent") for one in seen}

    assert {one.method for one in seen} == {"GET"}
    assert len(agents) == 2
    assert not [one for one in seen if "scamhunt" in f"{one.path} {sorted(one.headers.items())}".lower()]


def test_no_redirect_leads_to_a_machine_that_is_not_public(told: Told) -> None:
    """What sends its visitors to 127.0.0.2, to a private network or to a file is refused, and nothing is opened."""
    told.untouched.settimeout(0)

    with pytest.raises(BlockingIOError):
        told.untouched.accept()
    for name in ("to another machine", "to a private network", "to a file"):
        outcomes = {one["outcome"] for one in told.findings(name, "http.exchange")}
        assert outcomes == {"refused"}, name
        assert "root:" not in json.dumps(told.looks[name])


def test_what_each_visitor_gets_is_compared(told: Told) -> None:
    """A kit that only telephones see differs by vantage, and the look says so."""
    shown = {one["vantage"]: one["data"].get("empty", True) for one in told.findings("by user agent", "page.shown")}

    assert shown.get("mobile") is False
    assert shown.get("desktop", True) is True


def test_evidence_of_all_looks_is_verified_and_one_flipped_byte_is_found(told: Told) -> None:
    """`evidence verify` is content with what was kept, and names the item of which one byte was changed."""
    item = next(one for one in told.looks["login"]["evidence"] if one["media_type"] == "application/warc")
    with desk.open_store(told.world.settings()) as store:
        before = desk_evidence.verify(store, WHO)
        file = store.evidence_file(item["sha256"])
        raw = bytearray(file.read_bytes())
        raw[len(raw) // 2] ^= 1
        file.chmod(0o600)
        file.write_bytes(raw)
        after = desk_evidence.verify(store, WHO)

    assert before.checked.faults == []
    assert after.checked.bad == {item["sha256"]}


def test_a_certificate_that_nobody_trusts_is_kept_and_stops_nothing(told: Told) -> None:
    """A kit behind a certificate of its own making is opened all the same, and the look says what is wrong with it."""
    certificates = [one["data"] for one in told.findings(TLS, "tls.certificate")]

    assert told.looks[TLS]["verdict"] == "impersonates"
    assert {one["trusted"] for one in certificates} == {False}
    assert all(one["why_not"] for one in certificates)
    assert all(told.world.kits["login"].domain in one["names"] for one in certificates)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world of the few kits that a feed names."""
    with World(tmp_path, [kit for kit in KITS if kit.name in FEED]) as made:
        yield made


def swept(world: World, **more: object) -> Summary:
    """Sweep the feed of the world."""
    return pipeline.sweep(world.settings(**more), feeds=[str(world.feed(*FEED))])


def test_a_sweep_carries_candidates_from_name_to_verdict(world: World) -> None:
    """Each candidate of the night is looked at, and the next night has nothing left to look at."""
    first, again = swept(world, investigate="pages"), swept(world, investigate="pages")

    assert (first.exit_code, len(first.new), first.night.investigated) == (0, len(FEED), len(FEED))
    assert dict(first.night.verdicts) == {"impersonates": 4, "parked": 1, "benign": 1}
    assert first.night.numbers == 1
    assert again.night.done == 0


def test_a_sweep_opens_nothing_unless_it_is_told_to(world: World) -> None:
    """While SCAMHUNT_INVESTIGATE is not set no server is asked for anything, and the summary tells how many wait."""
    summary = swept(world)

    assert (summary.night.planned, summary.night.done) == (len(FEED), 0)
    assert (world.sites.seen, world.dns.asked) == ([], [])


def test_lookups_leave_the_suspects_own_server_alone(world: World) -> None:
    """With SCAMHUNT_INVESTIGATE=lookups the registries are asked and no site is."""
    summary = swept(world, investigate="lookups")

    assert summary.night.investigated == len(FEED)
    assert {one.host for one in world.sites.seen} == {"127.0.0.1"}
