"""Somebody with the file and without the program changes it: the check compares the tables with the log and tells."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scamhunt import triage
from scamhunt.model import Actor, Event, Rejected
from scamhunt.store import Body, Found, Gathered, Reading, ReportDraft, Store
from scamhunt.store.consistency import MOST, REMEDY
from scamhunt.store.tables import Base
from scamhunt.takedown.steps import TABLE, Step
from scamhunt.triage import Act

Row = Callable[..., Found]
Execute = Callable[..., list[tuple[Any, ...]]]
Attack = Callable[..., None]
ANNA = Actor("anna", "os_user")
NOT_FOUND = "was not found once by a sweep, says the log"
OTHER_NAME = "has another name than the one that was found, says the log"
DECISIONS = "has another number of decisions than the log"
UNTOLD = "is gone, and the log does not tell of it"
"""Not said of a PostgreSQL: a number that was given in a transaction that failed is gone there too."""
COUNTS = "has other counts than the log"
ON_CONFIRM = "CREATE TRIGGER zz AFTER INSERT ON event WHEN new.act = 'candidate.confirm' BEGIN DELETE FROM event; END"
ON_CANDIDATE = "CREATE TRIGGER zz AFTER INSERT ON candidate BEGIN UPDATE candidate SET score = 0; END"
OTHER_GUARD = (
    "CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
)
CUT = "DELETE FROM event WHERE seq > 4"


def decide(store: Store, key: str, act: Act) -> None:
    """Decide as the desk does."""
    with store.acting(ANNA) as desk:
        before = desk.candidate(key)
        after = triage.decide(before.state, act, "seen")
        desk.set_state(before, after)
        detail = {"target": before.indicator, "before": before.state.value, "after": after.value}
        desk.log(Event(f"candidate.{act}", f"candidate:{before.id}", "seen", detail))
        for draft in desk.reports_of(before.id, TABLE[Step.WITHDRAW]) if before.state == "confirmed" else []:
            desk.step(draft, Step.WITHDRAW)


def draft(store: Store, candidate_id: int) -> None:
    """Draft a report as the desk does."""
    with store.acting(ANNA) as desk:
        desk.save_report(ReportDraft(candidate_id, "registrar", "", "impersonation", "registrar"))


def begin(store: Store, body: str) -> Reading:
    """Begin to read a body of the one feed."""
    return store.begin_reading(Body("nrd_list", f"/feeds/{body}.txt", body.encode().hex(), 100, f"archive/{body}"))


def work(folder: Path, url: str, row: Row) -> None:
    """Make a database in which all that can happen did.

    Candidate 1 is confirmed, 2 is new, 3 was closed, came back and was let go. Reports are drafted on 1 and 3.
    """
    days = [22]
    with Store.open(folder, now=lambda: datetime(2026, 11, days[0], 6, tzinfo=UTC), url=url) as store:
        names = [row(line, f"amazon-{line}.com") for line in (1, 2, 3)]
        rejected = [Rejected(4, b"x", "bad"), Rejected(5, b"y", "bad")]
        batch = Gathered("line 5", 3, 0, rejected, names)
        store.finish_reading(store.save_batch(begin(store, "monday"), batch).reading)
        decide(store, "1", Act.CONFIRM)
        draft(store, 1)
        decide(store, "3", Act.CONFIRM)
        decide(store, "3", Act.CLOSE)
        days[0] = 23
        store.save_batch(begin(store, "tuesday"), Gathered("line 1", 1, 0, (), [row(1, "amazon-3.com")]))
        decide(store, "3", Act.CONFIRM)
        draft(store, 3)
        decide(store, "3", Act.DISMISS)


@pytest.fixture
def worked(  # noqa: PLR0913, PLR0917  # what such a store is made of
    home: Path,
    row: Row,
    elapsed: list[float],
    databases: Any,  # noqa: ANN401  # of conftest.py, which no test imports
    templates: dict[tuple[str, str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Store]:
    """Return a store with all of that in it, a day later."""
    kind = (databases.where, "worked")
    if kind not in templates:
        templates[kind] = databases.template(tmp_path_factory.mktemp("worked"), lambda at, to: work(at, to, row))
    url = databases.copied(templates[kind], home)
    now = datetime(2026, 11, 24, 6, tzinfo=UTC)
    with Store.open(home, now=lambda: now + timedelta(days=elapsed[0]), url=url) as opened:
        yield opened


@pytest.fixture
def hash_anew(attack: Attack, logged: Callable[[], list[dict[str, Any]]]) -> Callable[[], None]:
    """Return what computes the whole chain anew, as somebody who has read how it is made can."""

    def compute() -> None:
        previous, changes = "0" * 64, []
        for row in logged():
            at, seq = f"{row['at'].replace(' ', 'T')}Z", row["seq"]
            values = {name: value for name, value in row.items() if name != "hash"} | {"at": at, "prev_hash": previous}
            text = json.dumps(values, sort_keys=True, separators=(",", ":"))
            here = hashlib.sha256(text.encode()).hexdigest()
            changes.append(f"UPDATE event SET prev_hash = '{previous}', hash = '{here}' WHERE seq = {seq}")
            previous = here
        attack(*changes)

    return compute


def copied(table: str, changed: str) -> str:
    """Return the statement that copies row 1 of a table, its first columns changed."""
    names = [column.name for column in Base.metadata.tables[table].c]
    head = {"candidate": ["id", "kind", "target"], "report": ["id", "candidate_id", "state"]}[table]
    rest = ", ".join(name for name in names if name not in head)
    return f"INSERT INTO {table} ({', '.join(head)}, {rest}) SELECT {changed}, {rest} FROM {table} WHERE id = 1"


def told(*problems: str) -> list[str]:
    """Return problems as the check tells them."""
    return [f"{problem}; {REMEDY}" for problem in problems]


def test_what_people_and_sweeps_do_is_explained_by_the_log(worked: Store) -> None:
    """After every kind of event the tables and the log agree."""
    assert worked.check() == []
    acts = [event.act for thing in ("candidate:3", "report:2") for event in worked.history(thing)]
    assert acts == [
        *[f"candidate.{act}" for act in ("found", "confirm", "close", "return", "confirm", "dismiss")],
        *["report.draft", "report.withdraw"],
    ]


@pytest.mark.parametrize(
    ("statements", "problems"),
    [
        (["UPDATE candidate SET state = 'new' WHERE id = 1"], ["candidate 1 is new, but the log says confirmed"]),
        (["UPDATE candidate SET state = 'confirmed' WHERE id = 2"], ["candidate 2 is confirmed, but the log says new"]),
        (["UPDATE candidate SET state = 'zzz' WHERE id = 3"], ["candidate 3 is zzz, but the log says dismissed"]),
        (["UPDATE candidate SET revision = 4 WHERE id = 3"], [f"candidate 3 {DECISIONS}"]),
        (["UPDATE candidate SET state = 'new', revision = 0 WHERE id = 1"], [f"candidate 1 {DECISIONS}"]),
        (["UPDATE candidate SET target = 'rival.example' WHERE id = 2"], [f"candidate 2 {OTHER_NAME}"]),
        (["UPDATE candidate SET kind = 'url' WHERE id = 2"], [f"candidate 2 {OTHER_NAME}"]),
        (
            ["UPDATE candidate SET target = 'rival.example' WHERE id = 1"],
            [f"candidate 1 {OTHER_NAME}", "candidate 1 has another name than row 5 of the log decided on"],
        ),
        (
            [copied("candidate", "9, kind, 'rival.example'")],
            [f"candidate 9 {NOT_FOUND}"],
        ),
        (
            ["DELETE FROM match WHERE candidate_id = 2", "DELETE FROM sighting WHERE candidate_id = 2",
             "DELETE FROM candidate WHERE id = 2"],
            ["what row 2 of the log (candidate.found) tells of is gone"],
        ),
        (["UPDATE report SET state = 'draft' WHERE id = 2"], ["report 2 is draft, but the log says withdrawn"]),
        (["UPDATE report SET state = 'withdrawn' WHERE id = 1"], ["report 1 is withdrawn, but the log says draft"]),
        (["UPDATE report SET candidate_id = 2 WHERE id = 1"], ["report 1 is on another candidate than the log says"]),
        (
            [copied("report", "9, 2, state")],
            ["report 9 was never drafted, says the log"],
        ),
        (
            ["DELETE FROM report WHERE id = 2"],
            [*(f"what row {seq} of the log (report.{act}) tells of is gone" for seq, act in
               ((12, "draft"), (14, "withdraw"))), "report 2 is gone, and the log does not tell of it"],
        ),
        (["UPDATE reading SET read = 4, accepted = 2 WHERE id = 1"], [f"reading 1 {COUNTS}"]),
        (["UPDATE reading SET read = 6, duplicate = 1 WHERE id = 1"], [f"reading 1 {COUNTS}"]),
        (["UPDATE reading SET sha256 = 'ab' WHERE id = 1"], [f"reading 1 {COUNTS}"]),
        (["UPDATE reading SET since = '2026-11-01' WHERE id = 2"], [f"reading 2 {COUNTS}"]),
        (["UPDATE reading SET feed = 'openphish' WHERE id = 2"], [f"reading 2 {COUNTS}"]),
        (["DELETE FROM quarantined WHERE line = 4"], ["reading 1 has not all of its rows in the quarantine"]),
        (
            ["DELETE FROM sighting WHERE reading_id = 2", "DELETE FROM reading WHERE id = 2"],
            ["what row 10 of the log (feed.read) tells of is gone"],
        ),
    ],
)  # fmt: skip
def test_what_no_event_explains_is_told(
    worked: Store, attack: Attack, where: str, statements: list[str], problems: list[str]
) -> None:
    """A state, a name, a report or a count that was changed behind the log's back is named; the cure is a backup."""
    attack(*statements)
    assert worked.check() == told(*(one for one in problems if where == "sqlite" or UNTOLD not in one))


def test_decisions_that_were_cut_off_are_told_by_what_they_left(worked: Store, attack: Attack, where: str) -> None:
    """Who cuts the log and sets the tables back forgets something: a reading, or the numbers that were given."""
    back = [
        CUT,
        "UPDATE candidate SET state = 'new', revision = 0",
        "DELETE FROM report",
    ]
    number = [f"report 2 {UNTOLD}"] if where == "sqlite" else []
    attack(*back)
    assert worked.check() == told(f"reading 2 {COUNTS}", *number)
    attack("DELETE FROM sighting WHERE reading_id = 2", "DELETE FROM reading WHERE id = 2")
    assert worked.check() == told(*number)


def test_a_log_that_was_emptied_is_told(worked: Store, attack: Attack) -> None:
    """Without any event nothing in the tables is explained."""
    attack("DELETE FROM event")
    assert worked.check() == told(
        *(f"candidate {number} {NOT_FOUND}" for number in (1, 2, 3)),
        *(f"report {number} was never drafted, says the log" for number in (1, 2)),
        *(f"reading {number} {COUNTS}" for number in (1, 2)),
    )


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE event SET detail = '{' WHERE seq = 6",
            "row 6 of the log holds a detail that is no JSON",
        ),
        (
            "UPDATE event SET detail = '{\"target\":\"rival.example\"}' WHERE seq = 5",
            "candidate 1 has another name than row 5 of the log decided on",
        ),
        ("UPDATE event SET detail = '{}' WHERE seq = 2", f"candidate 2 {OTHER_NAME}"),
        (
            "UPDATE event SET act = 'candidate.dismiss' WHERE seq = 5",
            "candidate 1 is confirmed, but the log says dismissed",
        ),
        ("UPDATE event SET act = 'candidate.note' WHERE seq = 7", f"candidate 3 {DECISIONS}"),
    ],
)  # fmt: skip
def test_a_chain_that_was_computed_anew_does_not_hide_an_edit(
    worked: Store, attack: Attack, hash_anew: Callable[[], None], statement: str, problem: str
) -> None:
    """Hashes alone can be made by anybody: what the log then says is still compared with the tables."""
    attack(statement)
    hash_anew()
    assert worked.verify_log() is None
    assert worked.check() == told(problem)


def test_a_log_that_is_hashed_anew_without_a_change_is_the_same(worked: Store, hash_anew: Callable[[], None]) -> None:
    """The chain that the tests compute is the one that the program writes."""
    head = worked.log_head()
    hash_anew()
    assert (worked.log_head(), worked.check()) == (head, [])


def test_the_time_of_the_log_stands_where_a_clock_runs_back(worked: Store, elapsed: list[float]) -> None:
    """A clock that was set back gives no row an earlier time than the row before, and the check finds nothing."""
    with worked.acting(ANNA) as desk:
        desk.log(Event("case.note", "candidate:1"))
    elapsed[0] = -7200
    with worked.acting(ANNA) as desk:
        desk.log(Event("case.note", "candidate:1"))
    first, second = worked.history("candidate:1")[-2:]
    assert first.at == second.at
    assert worked.check() == []


def test_a_row_that_goes_back_in_time_is_told(worked: Store, attack: Attack, hash_anew: Callable[[], None]) -> None:
    """A row that is dated before the one before it was made up, however well it is hashed."""
    attack("UPDATE event SET at = '2026-11-21 06:00:00.000000' WHERE seq = 5")
    hash_anew()
    (problem,) = worked.check()
    assert problem.startswith("row 5 of the log is dated before row 4: one of the two was made up")


def test_many_problems_are_not_all_told(store: Store, attack: Attack, row: Row) -> None:
    """Of each kind the first twenty are named."""
    names = [row(line, f"amazon-{line}.com") for line in range(MOST + 5)]
    store.save_batch(begin(store, "monday"), Gathered("m", len(names), 0, (), names))
    attack("UPDATE candidate SET state = 'watched'")
    assert store.check() == told(
        *(f"candidate {number} is watched, but the log says new" for number in range(1, MOST + 1))
    )


EVERYWHERE = [
    ("DROP INDEX ix_event_thing", "index ix_event_thing is missing"),
    ("CREATE VIEW zz AS SELECT * FROM candidate", "view 'zz' is not scamhunt's"),
    ("CREATE UNIQUE INDEX zz ON event (act, seq)", "index 'zz' is not scamhunt's"),
    ('CREATE TABLE "z\x1b[2Jz" (a int)', "table 'z\\x1b[2Jz' is not scamhunt's"),
    ("DROP TABLE lease", "table lease is missing"),
]
ON_SQLITE = [
    ("DROP TRIGGER event_no_delete", "trigger event_no_delete is missing"),
    (ON_CONFIRM, "trigger 'zz' is not scamhunt's"),
    (ON_CANDIDATE, "trigger 'zz' is not scamhunt's"),
]
ON_POSTGRES = [
    ("DROP TRIGGER event_no_delete ON event", "trigger event_no_delete is missing"),
    ("DROP TRIGGER event_no_truncate ON event", "trigger event_no_truncate is missing"),
    ("ALTER TABLE event DISABLE TRIGGER event_no_update", "trigger event_no_update was changed"),
    ("ALTER TABLE event ENABLE TRIGGER event_no_update", "trigger event_no_update was changed"),
    ("ALTER TABLE match DISABLE TRIGGER ALL", "table match was changed"),
    (
        OTHER_GUARD,
        "trigger event_no_update was changed",
    ),
    (
        "CREATE TRIGGER zz BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()",
        "trigger 'zz' is not scamhunt's",
    ),
    ("CREATE RULE zz AS ON UPDATE TO report DO INSTEAD NOTHING", "rule 'zz' is not scamhunt's"),
    ("ALTER TABLE reading DROP CONSTRAINT ck_reading_adds_up", "table reading was changed"),
    ("ALTER TABLE sighting SET UNLOGGED", "table sighting was changed"),
    ("ALTER TABLE candidate ENABLE ROW LEVEL SECURITY", "table candidate was changed"),
    ("ALTER TABLE candidate ALTER target TYPE text", "table candidate was changed"),
    ("ALTER SEQUENCE candidate_id_seq CYCLE", "sequence candidate_id_seq was changed"),
]


@pytest.mark.parametrize(
    ("where", "statement", "problem"),
    [
        *[("sqlite", *case) for case in EVERYWHERE + ON_SQLITE],
        *[("postgres", *case) for case in EVERYWHERE + ON_POSTGRES],
    ],
    indirect=["where"],
)
def test_tables_and_triggers_that_are_not_the_programs_are_told(
    store: Store, execute: Execute, statement: str, problem: str
) -> None:
    """What defines the database is compared with a new one: anything more, less or other is named."""
    execute(statement)
    assert problem in [line.removesuffix(f"; {REMEDY}") for line in store.check()]


@pytest.mark.parametrize(
    ("where", "statements"),
    [
        (
            "sqlite",
            [
                "DROP TRIGGER event_no_update",
                "UPDATE event SET at = at || '+05:00' WHERE seq = 5",
                "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT 1; END",
            ],
        ),
        (
            "postgres",
            [
                "ALTER TABLE event DISABLE TRIGGER event_no_update",
                "UPDATE event SET at = 'infinity' WHERE seq = 5",
                "ALTER TABLE event ENABLE TRIGGER event_no_update",
            ],
        ),
    ],
    indirect=["where"],
    ids=["", ""],
)
def test_a_trigger_that_was_changed_is_told_with_what_it_let_through(
    worked: Store, execute: Execute, statements: list[str]
) -> None:
    """A guard of the same name that guards less is seen, and so is the row that was edited."""
    execute(*statements)
    assert worked.check() == told(
        "trigger event_no_update was changed",
        "the log does not hold at row 5: it was edited: a field holds what the log never writes",
    )


def test_a_table_that_was_changed_ends_the_check(store: Store, execute: Execute) -> None:
    """Where a column is gone nothing can be compared; that is told instead of stumbled over."""
    execute("ALTER TABLE event RENAME COLUMN detail TO other")
    assert store.check() == told("table event was changed")


def test_statistics_are_no_foreign_table(worked: Store, execute: Execute) -> None:
    """Who lets the database count its rows for faster queries changes nothing."""
    execute("ANALYZE")
    assert worked.check() == []


@pytest.mark.parametrize("where", ["postgres"], indirect=True)
@pytest.mark.parametrize("detail", ['{"reading": "zz"}', '{"reading": 99999999999}', '{"reading": "\\u0000"}'])
def test_a_detail_that_cannot_be_compared_is_told(
    worked: Store, attack: Attack, hash_anew: Callable[[], None], detail: str
) -> None:
    """A forged detail that the database stumbles over is a problem in words, not an error."""
    attack(f"UPDATE event SET detail = '{detail}' WHERE act = 'feed.read'")
    hash_anew()
    assert worked.check() == told("the log or a table holds what scamhunt never writes")


def test_the_last_decision_is_what_the_log_says(worked: Store, attack: Attack) -> None:
    """Who drafts can ask who decided last, whatever the table says; of what nobody decided there is nothing."""
    attack("UPDATE candidate SET state = 'confirmed' WHERE id IN (2, 3)")
    with worked.acting(ANNA) as desk:
        last = {number: desk.decision_on(number) for number in (1, 2, 3, 99)}
    assert {number: event and event.act for number, event in last.items()} == {
        1: "candidate.confirm",
        2: None,
        3: "candidate.dismiss",
        99: None,
    }
    assert last[1] is not None
    assert (last[1].seq, last[1].actor, last[1].detail["target"]) == (5, "anna", "amazon-1.com")
