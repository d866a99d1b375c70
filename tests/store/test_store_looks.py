"""Looks, what they found, who is watched and how far a host slowed us down, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scamhunt.errors import LeaseHeld, NotFound
from scamhunt.model import Actor, Kind, State
from scamhunt.observed import Clock, Finding, Gained, Item, Liveness, Outcome, Verdict
from scamhunt.store import Found, Gathered, LookView, Reading, Store, Watch
from scamhunt.store.consistency import MOST
from tests.store.looks_made import BEGUN, JUDGEMENT, findings, look

Row = Callable[..., Found]
ANNA = Actor("anna", "os_user")
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
WATCH = Watch(Liveness.LIVE, "live", NOW, NOW + timedelta(hours=2), NOW, NOW)


def keep(store: Store, candidate_id: int | None = None, watch: Watch | None = None, **changes: object) -> LookView:
    """Keep a look."""
    return store.save_look(
        look(**changes), JUDGEMENT, liveness=Liveness.LIVE, candidate_id=candidate_id, actor=ANNA, watch=watch
    )


@pytest.fixture
def three(store: Store, begin: Callable[..., Reading], row: Row) -> Store:
    """Return a store with three candidates: the second is the strongest, the third a number."""
    found = [
        row(1, "amazon-refund-desk.com", score=0.7),
        row(2, "amazon-parcel.test", score=0.9),
        row(3, "+12125550111", kind=Kind.PHONE, score=0.8),
    ]
    store.save_batch(begin(), Gathered("end", 3, 0, (), found))
    return store


def test_a_look_comes_back_as_it_was_kept(three: Store) -> None:
    """Verdict, reasons, clock and findings are those that were handed in, to the microsecond."""
    view = keep(three, 1)
    assert three.look(view.id) == view
    assert (view.candidate_id, view.subject, view.verdict) == (1, "amazon-refund-desk.com", Verdict.IMPERSONATES)
    assert (view.score, view.reasons, view.calibrated) == (0.93, JUDGEMENT.reasons, False)
    assert (view.begun, view.clock, view.liveness) == (BEGUN, Clock(0.4, ("rdap.example",), 0.002), Liveness.LIVE)
    assert three.findings(view.id) == findings()


def test_the_log_tells_of_a_look_at_both_things(three: Store) -> None:
    """The look's event commits to the manifest; the candidate's says what it came to; the check agrees."""
    view = keep(three, 1)
    (acquired,) = three.history(f"look:{view.id}")
    told = {name: acquired.detail[name] for name in ("subject", "candidate", "manifest", "items", "findings")}
    assert told == {
        "subject": "amazon-refund-desk.com",
        "candidate": 1,
        "manifest": view.manifest,
        "items": 5,
        "findings": 3,
    }
    last = three.history("candidate:1")[-1]
    expected = {"look": view.id, "brand": "amazon", "score": 0.93, "verdict": "impersonates", "liveness": "live"}
    assert (last.act, last.actor, last.detail) == ("candidate.look", "anna", expected)
    assert three.check() == []


def test_what_is_no_candidate_is_kept_too(three: Store) -> None:
    """A brand's own page has a look and no candidate's event."""
    view = keep(three, None, subject="amazon.example")
    assert (view.candidate_id, three.latest_looks([1, 2, 3])) == (None, {})
    assert [event.act for event in three.history(f"look:{view.id}")] == ["evidence.acquire"]
    assert three.looked_subjects() == ["amazon.example"]
    assert three.check() == []


def test_looks_are_found_by_candidate_and_by_subject(three: Store) -> None:
    """The newest first; the last one of several candidates in one question."""
    first, second, other = keep(three, 1), keep(three, 1, url="https://two.test/"), keep(three, 2, subject="x.test")
    assert [one.id for one in three.looks(candidate_id=1)] == [second.id, first.id]
    assert [one.id for one in three.looks(subject="x.test")] == [other.id]
    assert [one.id for one in three.looks(limit=2)] == [other.id, second.id]
    assert {key: one.id for key, one in three.latest_looks([1, 2, 3]).items()} == {1: second.id, 2: other.id}
    assert [one.id for one in three.looks_after(first.id, 5)] == [second.id, other.id]
    with pytest.raises(NotFound, match="no look 99"):
        three.look(99)
    with pytest.raises(NotFound, match="no look of that number"):
        three.look(2**40)


def test_who_was_never_looked_at_comes_strongest_first(three: Store) -> None:
    """Of the states and kinds that are asked for; a look takes it off the list."""
    fresh = (State.NEW, State.WATCHED)
    assert [one.id for one in three.never_looked(fresh, (Kind.DOMAIN,), 9)] == [2, 1]
    assert [one.id for one in three.never_looked(fresh, tuple(Kind), 2)] == [2, 3]
    keep(three, 2)
    assert [one.id for one in three.never_looked(fresh, (Kind.DOMAIN,), 9)] == [1]
    assert three.never_looked((State.CONFIRMED,), (Kind.DOMAIN,), 9) == []


def test_a_watched_candidate_is_due_when_its_time_comes(three: Store) -> None:
    """Not before, the longest due first, and never once it is dismissed or has no time."""
    keep(three, 1, WATCH)
    keep(three, 2, replace(WATCH, due_at=NOW + timedelta(hours=1)))
    keep(three, 3, replace(WATCH, due_at=None))
    assert three.due(NOW + timedelta(minutes=59), 9) == []
    assert [one.id for one in three.due(NOW + timedelta(hours=1), 9)] == [2]
    assert [one.id for one in three.due(NOW + timedelta(days=900), 9)] == [2, 1]
    assert [one.id for one in three.due(NOW + timedelta(days=900), 1)] == [2]
    with three.acting(ANNA) as desk:
        desk.set_state(desk.candidate("2"), State.DISMISSED)
    assert [one.id for one in three.due(NOW + timedelta(days=900), 9)] == [1]


def test_each_look_is_counted_by_the_watch(three: Store) -> None:
    """What the looks agree on is replaced, how many there were is counted; a desk may move the time without a look."""
    assert three.watch(1) is None
    keep(three, 1, WATCH)
    down = Watch(Liveness.TAKEN_DOWN, "down", NOW, None, NOW, NOW)
    view = keep(three, 1, down)
    held = three.watch(1)
    assert held is not None
    assert (held.looks, held.looked_at, held.liveness, held.standing, held.due_at) == (
        *(2, view.ended, Liveness.TAKEN_DOWN, "down", None),
    )
    with three.acting(ANNA) as desk:
        moved = desk.set_watch(1, replace(down, due_at=NOW))
        assert desk.watch(1) == moved == replace(held, due_at=NOW)
        assert (desk.set_watch(2, WATCH).looks, desk.set_watch(2, WATCH).looked_at) == (0, None)
    assert [one.act for one in three.history("candidate:1")][-3:] == ["candidate.look"] * 2 + ["candidate.due"]
    assert three.check() == []


@pytest.mark.parametrize("bad", ["a\0b", "a\udc80b", "\ud800"])
def test_text_that_no_database_takes_is_written_out(three: Store, bad: str) -> None:
    """A page may hold anything: it is kept readable, and manifest and rows still agree."""
    hostile = Finding("page.shown", bad, BEGUN, Outcome.FOUND, bad, {bad: [bad, {"x": (bad, float("nan"))}]})
    item = Item(b"x", bad, bad, BEGUN, bad, bad, bad)
    view = keep(three, 1, url=bad, operator=bad, clock=Clock(None, (bad,)), gained=Gained([hostile], [item]))
    plain = bad.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    (found,) = three.findings(view.id)
    assert (found.text, found.data) == (plain, {plain: [plain, {"x": [plain, None]}]})
    assert (view.url, view.clock, three.evidence(look_id=view.id)[0].note) == (plain, Clock(None, (plain,)), plain)
    assert three.check() == []


def test_a_look_prolongs_the_lease_and_stores_nothing_without_it(
    three: Store, execute: Callable[..., Any], home: Path
) -> None:
    """A run that was taken over stores no look: what it wrote are files that nobody claims."""
    with three.lease("looks", beat_seconds=60):
        execute("UPDATE lease SET holder = 'somebody else'")
        with pytest.raises(LeaseHeld):
            keep(three, 1)
    assert three.looks() == []
    assert len(list((home / "evidence").rglob("*"))) > 0


def test_a_finding_without_its_proof_is_refused(three: Store) -> None:
    """What names bytes that the look did not bring is a fault of the program, and nothing is stored."""
    unproven = replace(findings()[0], sha256="ab" * 32)
    with pytest.raises(ValueError, match=r"no item abab.* finding dns\.a"):
        keep(three, 1, gained=Gained([unproven]))
    assert three.looks() == []


def test_how_far_a_host_slowed_us_down_is_kept(store: Store) -> None:
    """Beside the moment from which it may be asked: neither changes the other."""
    assert store.slower("rdap.example") == 0
    store.set_slower("rdap.example", 3)
    store.set_free_at("rdap.example", NOW + timedelta(seconds=5))
    assert (store.slower("rdap.example"), store.free_at("rdap.example")) == (3, NOW + timedelta(seconds=5))
    store.set_slower("rdap.example", 0)
    assert (store.slower("rdap.example"), store.free_at("rdap.example")) == (0, NOW + timedelta(seconds=5))


TAMPERED = [
    ("UPDATE look SET manifest = 'ab' WHERE id = 1", "look 1 has another manifest than the log says"),
    ("UPDATE look SET calibrated = true WHERE id = 1", "look 1 has another mark of calibration than the log says"),
    ("UPDATE look SET reasons = '[]' WHERE id = 1", "look 1 has other reasons than the log says"),
    ("UPDATE look SET clock = '{}' WHERE id = 1", "look 1 has another clock than the log says"),
    ("UPDATE look SET begun = '2026-11-22 06:00:01.250001' WHERE id = 1", "look 1 has another start than the log says"),
    ("UPDATE look SET candidate_id = 2 WHERE id = 1", "look 1 is of another candidate than the log says"),
    ("UPDATE look SET candidate_id = NULL WHERE id = 1", "look 1 is of another candidate than the log says"),
    ("DELETE FROM evidence WHERE id = 2", "look 1 has not the items that the log tells of"),
    ("DELETE FROM finding WHERE look_id = 1", "look 1 has not the findings that the log tells of"),
]


FIELDS = [
    ("UPDATE look SET subject = 'rival.example' WHERE id = 1", "look 1 has another subject than the log says"),
    ("UPDATE look SET verdict = 'benign' WHERE id = 1", "look 1 has another verdict than the log says"),
    ("UPDATE look SET liveness = 'unknown' WHERE id = 1", "look 1 has another liveness than the log says"),
    ("UPDATE look SET url = 'x' WHERE id = 1", "look 1 has another url than the log says"),
    ("UPDATE look SET depth = 'x' WHERE id = 1", "look 1 has another depth than the log says"),
    ("UPDATE look SET operator = 'eve' WHERE id = 1", "look 1 has another operator than the log says"),
    ("UPDATE look SET brand = '' WHERE id = 1", "look 1 has another brand than the log says"),
    ("UPDATE look SET score = 0.01 WHERE id = 1", "look 1 has another score than the log says"),
    ("UPDATE look SET ended = '2026-11-22 06:00:01.250000' WHERE id = 1", "look 1 has another end than the log says"),
]


@pytest.mark.parametrize(
    ("where", "statement", "problem"),
    [
        *((where, *one) for where in ("sqlite", "postgres") for one in TAMPERED),
        *(("sqlite", *one) for one in FIELDS),
    ],
    indirect=["where"],
)
def test_the_check_tells_of_looks_that_the_log_does_not_explain(
    three: Store, attack: Callable[..., None], statement: str, problem: str
) -> None:
    """A look that was changed, moved to another candidate, or lost rows is named by `db check`."""
    keep(three, 1)
    keep(three, 2)
    attack(statement)
    assert [told.partition(";")[0] for told in three.check()] == [problem]


def test_the_check_tells_of_looks_that_are_gone_or_made_up(three: Store, attack: Callable[..., None]) -> None:
    """A look without an event, and an event without a look."""
    keep(three, 1)
    keep(three, 2)
    columns = "candidate_id, subject, url, depth, begun, ended, operator, verdict, brand, score, reasons, calibrated, "
    columns += "liveness, manifest, clock"
    attack(
        f"INSERT INTO look SELECT 9, {columns} FROM look WHERE id = 1",
        *(f"DELETE FROM {table} WHERE look_id = 1" for table in ("evidence", "finding")),
        "DELETE FROM look WHERE id = 1",
    )
    told = [one.partition(";")[0] for one in three.check()]
    assert told[0] == "look 9 was not taken once, says the log"
    assert told[1].startswith("what row ")
    assert told[1].endswith(" of the log (evidence.acquire) tells of is gone")
    assert len(told) == 2


WATCHES = [
    (
        "UPDATE watch SET due_at = '9999-01-01' WHERE candidate_id = 1",
        "has another time of the next look than the log says",
    ),
    ("UPDATE watch SET due_at = NULL WHERE candidate_id = 1", "has another time of the next look than the log says"),
    ("UPDATE watch SET standing = 'down' WHERE candidate_id = 1", "has another standing than the log says"),
    ("UPDATE watch SET liveness = 'parked' WHERE candidate_id = 1", "has another liveness than the log says"),
    ("UPDATE watch SET since = '2020-01-01' WHERE candidate_id = 1", "has another since than the log says"),
    ("UPDATE watch SET looked_at = NULL WHERE candidate_id = 1", "has another looked_at than the log says"),
    ("UPDATE watch SET first_live = NULL WHERE candidate_id = 1", "has another first_live than the log says"),
    ("UPDATE watch SET last_live = '2020-01-01' WHERE candidate_id = 1", "has another last_live than the log says"),
    ("UPDATE watch SET looks = 7 WHERE candidate_id = 1", "has other looks than the log says"),
    ("DELETE FROM watch WHERE candidate_id = 1", "is gone, and the log tells of it"),
]


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("statement", "problem"), WATCHES)
def test_the_check_tells_of_a_watch_that_was_changed(
    three: Store, attack: Callable[..., None], statement: str, problem: str
) -> None:
    """Otherwise a target would leave the list of what is looked at again, and nobody would know."""
    keep(three, 1, replace(WATCH, standing="back"))
    keep(three, 1, WATCH)
    keep(three, 1)  # a look that sets no watch leaves it
    keep(three, 2, WATCH)
    assert three.check() == []
    attack(statement)
    assert [told.partition(";")[0] for told in three.check()] == [f"the watch of candidate 1 {problem}"]


def test_the_check_tells_of_a_watch_that_nobody_set(three: Store, attack: Callable[..., None]) -> None:
    """A look that sets none does not explain one."""
    keep(three, 1)
    keep(three, 2, WATCH)
    attack("UPDATE watch SET candidate_id = 1")
    assert [told.partition(";")[0] for told in three.check()] == [
        "the watch of candidate 1 was never set, says the log",
        "the watch of candidate 2 is gone, and the log tells of it",
    ]


def test_the_check_tells_of_a_part_of_what_was_changed(three: Store, attack: Callable[..., None]) -> None:
    """Twenty of a kind, so that a broken database does not fill the screen."""
    for _ in range(MOST + 1):
        keep(three, 1)
    attack("UPDATE look SET score = 0")
    assert [told.partition(";")[0] for told in three.check()] == [
        f"look {number} has another score than the log says" for number in range(1, MOST + 1)
    ]
