from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench import lab_site as site
from bench.lab_kits import KITS
from bench.lab_world import World
from scamhunt import desk, desk_looks, look_plan, pipeline, reference
from scamhunt.model import Actor, Kind, Role, State
from scamhunt.observed import Liveness, Verdict
from scamhunt.settings import Depth, Settings
from scamhunt.store import CandidateView, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Actor("ann", "os_user")
HOUR = timedelta(hours=1)
NAMES = ("login", "alarm", "courier", "empty")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a lab of a few kits."""
    with World(tmp_path, [kit for kit in KITS if kit.name in NAMES], now=NOON) as made:
        yield made


@pytest.fixture
def at(world: World) -> Callable[..., Settings]:
    """Return what makes settings for so many hours after noon."""

    def made(hours: float = 0, **more: object) -> Settings:
        chosen = {"clock": NOON + hours * HOUR, "trust_names": True, "investigate": "pages", "rdap_rate": 1000.0}
        return world.settings(**(chosen | more))

    return made


def swept(world: World, settings: Settings, *names: str) -> pipeline.Summary:
    """Sweep a feed of some kits."""
    return pipeline.sweep(settings, feeds=[str(world.feed(*names))])


def of(settings: Settings, world: World, kit: str) -> CandidateView:
    """Return the candidate of a kit."""
    with desk.open_store(settings) as store:
        return desk.candidate(store, world.kits[kit].domain)


def decided(settings: Settings, world: World, kit: str, act: str) -> None:
    """Decide on a kit's candidate."""
    with desk.open_store(settings) as store:
        desk.decide(store, ANN, world.kits[kit].domain, act, "seen in the lab")


def test_the_strongest_come_first_and_the_rest_waits_for_the_next_night(
    world: World, at: Callable[..., Settings]
) -> None:
    """A night whose time is up stops there; the next one goes on with what is left."""
    swept(world, at(investigate="off"), *NAMES)
    with desk.open_store(at()) as store:
        every = look_plan.planned(store, NOON)
        assert [one.candidate.score for one in every] == sorted((one.candidate.score for one in every), reverse=True)
    short = pipeline.look(at(investigate_at_once=1, investigate_seconds=1e-9))
    assert (short.planned, short.done, short.stopped) == (len(NAMES), 0, True)
    rest = pipeline.look(at())
    assert (rest.investigated, rest.rechecked, rest.stopped, rest.problems) == (len(NAMES), 0, False, [])
    assert rest.verdicts["impersonates"] == 3
    assert pipeline.look(at()).planned == 0


def test_cases_come_before_stronger_candidates(world: World, at: Callable[..., Settings]) -> None:
    """What a person has confirmed is looked at before what nobody judged."""
    swept(world, at(investigate="off"), *NAMES)
    weakest = min((of(at(), world, name) for name in NAMES), key=lambda one: one.score)
    with desk.open_store(at()) as store:
        desk.decide(store, ANN, str(weakest.id), "confirm", "seen")
        assert look_plan.planned(store, NOON)[0].candidate.id == weakest.id


def test_off_counts_what_waits(world: World, at: Callable[..., Settings]) -> None:
    """The summary of a sweep that looks at nothing says how many would be."""
    summary = swept(world, at(investigate="off"), *NAMES)
    assert (summary.night.planned, summary.night.first, summary.night.done) == (len(NAMES), len(NAMES), 0)
    assert summary.as_json()["planned"] == len(NAMES)
    assert world.sites.seen == []


def test_a_number_that_a_false_warning_shows_is_told_to_the_phone_score(
    world: World, at: Callable[..., Settings]
) -> None:
    """Its callback becomes a sighting with the brand, once a day, and a candidate of its own."""
    summary = swept(world, at(), "alarm")
    assert summary.night.numbers == 1
    with desk.open_store(at()) as store:
        (number,) = store.candidates(kind=Kind.PHONE)
        (sighting,) = store.number_sightings(number.indicator)
        assert (number.indicator, number.role, number.brand) == ("+18055550142", Role.CALLBACK, "microsoft")
        assert (sighting.feed, sighting.role, sighting.dated) == ("pages", Role.CALLBACK, True)
        assert "microsoft-virus-alert" not in sighting.source
        again = desk_looks.investigate(store, at(1), ANN, [world.url("alarm")])
        assert again[0].kept.numbers == 0
        assert len(store.number_sightings(number.indicator)) == 1


def test_a_case_that_is_gone_is_closed_and_one_that_is_back_reopened(world: World, at: Callable[..., Settings]) -> None:
    """Three looks over six hours from two vantages agree: closed, as observed; a page again: new, as observed."""
    swept(world, at(), "login")
    decided(at(), world, "login", "confirm")
    domain = world.kits["login"].domain
    there, world.sites.sites[domain] = world.sites.sites[domain], site.gone
    states = []
    for hours in (3, 7, 16, 40):
        night = pipeline.look(at(hours))
        states.append((of(at(hours), world, "login").state, len(night.closed)))
    assert (State.CONFIRMED, 0) in states[:2]
    assert states[-1][0] is State.CLOSED
    assert sum(closed for _, closed in states) == 1
    world.sites.sites[domain] = there
    night = pipeline.look(at(24 * 9))
    candidate = of(at(24 * 9), world, "login")
    assert (night.rechecked, night.reopened, candidate.state) == (1, {candidate.id}, State.NEW)
    with desk.open_store(at(24 * 9)) as store:
        acts = [(event.act, event.actor) for event in desk.history(store, f"candidate:{candidate.id}")]
        assert ("candidate.close", "system") in acts
        assert acts[-1] == ("candidate.return", "system")
        assert store.check() == []


def test_a_check_that_sees_what_was_seen_before_keeps_no_bytes(world: World, at: Callable[..., Settings]) -> None:
    """The first look keeps the page; the check keeps that it was still there, and the day when it is due again."""
    swept(world, at(), "login")
    assert pipeline.look(at(3)).rechecked == 1
    with desk.open_store(at(3)) as store:
        candidate = store.candidate(world.kits["login"].domain)
        check, first = store.looks(candidate_id=candidate.id)
        assert (first.depth, check.depth, check.liveness) == ("pages", "liveness", Liveness.LIVE)
        assert {one.media_type for one in store.evidence(look_id=check.id)} == {"application/json"}
        assert {one.sha256 for one in store.findings(check.id)} == {""}
        assert len(store.evidence(look_id=first.id)) > 5
        watch = store.watch(candidate.id)
        assert watch is not None
        assert watch.due_at is not None
        assert NOON + 3 * HOUR < watch.due_at < NOON + 6 * HOUR


def test_a_look_that_cannot_be_kept_takes_no_other_along(world: World, at: Callable[..., Settings]) -> None:
    """A server that answers with nothing but garbage is a finding; all others are looked at as well."""
    domain = world.kits["courier"].domain
    world.sites.sites[domain] = lambda _request: b"\x00\xff garbage \x1b[2J\r\n\r\n"
    night = swept(world, at(), *NAMES).night
    assert (night.investigated, night.problems) == (len(NAMES), [])
    with desk.open_store(at()) as store:
        (look,) = store.looks(subject=domain)
        assert look.verdict is Verdict.INCONCLUSIVE


def test_a_schedule_looks_for_a_spell_and_says_what_came_of_it(world: World, at: Callable[..., Settings]) -> None:
    """One line a spell: how many, which verdicts, what is left."""
    swept(world, at(investigate="off"), "login", "empty")
    night = pipeline.look(at())
    assert night.told() == "2 looked at for the first time, 0 again; 1 impersonates, 1 inconclusive"
    assert night.exit_code == 0


def test_what_is_looked_at_now_comes_in_the_order_given(world: World, at: Callable[..., Settings]) -> None:
    """Several at once, a number among them; a candidate's bare name is opened where it was sighted."""
    swept(world, at(investigate="off"), "login")
    given = ["+1 805 555 0142", world.kits["login"].domain, world.url("empty")]
    with desk.open_store(at()) as store:
        seen = desk_looks.investigate(store, at(), ANN, given)
        assert [one.look.subject for one in seen] == [
            "+18055550142",
            world.kits["login"].domain,
            world.kits["empty"].domain,
        ]
        assert [one.candidate is not None for one in seen] == [False, True, False]
        assert seen[1].look.url == world.url("login")
        assert [one.kept.judgement.verdict for one in seen[1:]] == [Verdict.IMPERSONATES, Verdict.INCONCLUSIVE]
        assert all(one.answered and not one.refused for one in seen)
        assert store.check() == []


def test_lookups_open_no_page_even_for_a_person(world: World, at: Callable[..., Settings]) -> None:
    """`--lookups` asks DNS and registries only."""
    with desk.open_store(at()) as store:
        (seen,) = desk_looks.investigate(store, at(), ANN, [world.url("login")], depth=Depth.LOOKUPS)
    kinds = {one.kind.partition(".")[0] for one in seen.look.gained.findings}
    assert kinds == {"dns", "rdap", "host"}
    assert seen.kept.judgement.verdict is Verdict.INCONCLUSIVE


def test_a_brands_own_page_is_remembered_and_a_copy_of_its_sign_counts(
    world: World, at: Callable[..., Settings]
) -> None:
    """Looking once at the official site makes its sign known: no candidate comes of it."""
    with desk.open_store(at()) as store:
        (seen,) = desk_looks.investigate(store, at(), ANN, [world.url("amazon")])
        assert seen.kept.judgement.verdict is Verdict.BENIGN
        assert store.looked_subjects() == ["amazon.test"]
        keeping = desk_looks.keeping_of(at(), store, reference.brands(at()), ANN)
        (official,) = keeping.officials
        assert (official.brand, bool(official.icons)) == ("amazon", True)
        assert isinstance(store, Store)
