"""What the log says of reports, people, desks, holds and the like: whoever edits a row by hand is told of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scamhunt.access import Person
from scamhunt.campaigns.sign import Ruling
from scamhunt.model import Actor, PersonRole
from scamhunt.store import (
    ApprovalTold,
    Found,
    Gathered,
    HoldKind,
    OutcomeKind,
    Reading,
    ReplyDraft,
    ReportDraft,
    ReportView,
    Store,
    campaigns,
    packets,
    sessions,
)
from scamhunt.store.consistency import REMEDY
from scamhunt.store.row_log import BY_PREFIX, SECRET, UNREADABLE, Logged
from scamhunt.store.tables import Base
from scamhunt.takedown.steps import Step

Attack = Callable[..., None]
Execute = Callable[..., list[tuple[Any, ...]]]
ANNA, BEN = Actor("anna", "os_user"), Actor("ben", "password")
SHA, OTHER = "a" * 64, "b" * 64
ABUSE = "abuse@registrar.example"
DRAFT = ReportDraft(
    1, "registrar", ABUSE, "phishing", "phishing", fields={"observed": "a login form"}, authors=("anna",)
)
ANSWER = ReplyDraft(
    1, SHA, "<2@registrar.example>", "automatic", "registrar.example", "none", "message_id", "acknowledged", "says so",
    ("4711",), (), "we have your report", None,
)  # fmt: skip
PACKET = {"id": "p-1", "agency": "generic", "purpose": "complaint", "cases": [1], "campaigns": [], "outs": ["out"],
          "name": "p-1.zip", "sha256": SHA, "size": 7, "hold_days": 0, "locked_to": ""}  # fmt: skip
WHERE = {"report": "id = 1", "approval": "id = 1", "person": "name = 'ben'", "confirmation": "desk = 'Example'",
         "override": "target = 'shared.example'", "hold": "id = 1", "reply": "id = 1",
         "ruling": "id = 1", "packet": "id = 'p-1'", "outcome": "id = 1", "overlap": "id = 'o-1'",
         "token": "id = 1"}  # fmt: skip
NAMED = {"report": "report 1", "approval": "approval 1", "person": "person ben", "confirmation": "desk Example",
         "override": "override shared.example", "hold": "hold 1", "reply": "reply 1",
         "ruling": "ruling 1", "packet": "packet p-1", "outcome": "outcome 1", "overlap": "overlap o-1",
         "token": "token 1"}  # fmt: skip
FORGED = {"INTEGER": "7", "DATETIME": "'2026-01-01 00:00:00.000000'", "JSON": "'[\"carl\"]'"}
KINDS = list(BY_PREFIX.values())
ON_SQLITE = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
"""What the other database cannot do otherwise, or does as one test of the two says already."""


@pytest.fixture
def acted(store: Store, begin: Callable[..., Reading], row: Callable[..., Found]) -> Store:
    """Return a store with one of each: an approved report, an approval, two people, a desk, an override."""
    store.save_batch(begin(), Gathered("end", 2, 0, (), [row(1, "amazon-a.test"), row(2, "amazon-b.test")]))
    with store.acting(ANNA) as desk:
        person = Person("ben", frozenset({PersonRole.APPROVER}), has_password=True, added_by="anna", added_at=desk.now)
        desk.add_person(person, "$argon2id$x")
        desk.confirm_desk("Example", "c" * 64, "read its page")
        desk.ask_override("shared.example", "two reports of it")
        report = desk.save_report(DRAFT)
        frozen = {"sha256": SHA, "message_id": "<1@team.example>", "frozen_at": desk.now}
        desk.step(report, Step.REVIEW, changes=frozen)
    with store.acting(BEN) as desk:
        desk.grant_override("shared.example", 30)
        report = desk.report(1)
        desk.approve(report, accepted=["capture"], alone=False, counts=True, hours=24)
        desk.step(report, Step.APPROVE)
        desk.begin_hold(1, HoldKind.DISPUTE, "the owner wrote", desk.now + timedelta(days=30), report_id=1)
        desk.add_reply(ANSWER)
        campaigns.rule(desk, Ruling(0, "cut", "address", "192.0.2.7", reason="a shared host"))
        packet = packets.add(desk, PACKET)
        packets.record(desk, packet, OutcomeKind.REQUEST, ref="77", note="asks", at=desk.now, due_at=desk.now)
        packets.begin_overlap(desk, {"id": "o-1", "partner": "Other", "purpose": "both", "side": "A", "cases": [1]})
        sessions.make_token(desk, "nightly", "d" * 64, ["look"], desk.now + timedelta(days=30))
    return store


def forge(table: str, column: str) -> str:
    """Return the statement that gives a column of the one row another value."""
    kind = str(Base.metadata.tables[table].c[column].type.compile())
    value = f"NOT {column}" if kind == "BOOLEAN" else FORGED.get(kind, "'forged'")
    value = "'sent'" if column == "state" else value
    return f"UPDATE {table} SET {column} = {value} WHERE {WHERE[table]}"


def copied(table: str, changes: dict[str, str]) -> str:
    """Return the statement that copies the one row of a table with some columns changed."""
    names = [column.name for column in Base.metadata.tables[table].c]
    values = ", ".join(changes.get(name, name) for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}"


def why(table: str, column: str) -> str:
    """Return what the check says of an edited column."""
    states = {"report": "approved", "reply": "open", "packet": "built"}
    said = {"candidate_id": "is on another candidate than the log says"}
    said |= {"state": f"is sent, but the log says {states[table]}"} if table in states else {}
    own = said.get(column)
    return f"{NAMED[table]} {own or f'has another {column} than the log says'}; {REMEDY}"


def test_what_people_do_is_explained_by_the_log(acted: Store) -> None:
    """After each kind of act tables and log agree, and each act is an event of its own."""
    assert acted.check() == []
    things = ("report:1", "approval:1", "person:ben", "desk:Example", "override:shared.example")
    assert [[event.act for event in acted.history(thing)] for thing in things] == [
        ["report.draft", "report.review", "report.approve"],
        ["approval.give"],
        ["person.add"],
        ["desk.confirm"],
        ["override.ask", "override.grant"],
    ]
    assert [[event.act for event in acted.history(thing)] for thing in ("hold:1", "reply:1")] == [
        ["hold.begin"],
        ["reply.read"],
    ]


def test_the_log_has_every_column_of_a_row(acted: Store) -> None:
    """Times are UTC; of what people typed and of the password it has a hash and never the words."""
    (given,) = acted.history("approval:1")
    assert given.detail["row"] == {
        "id": 1, "report_id": 1, "sha256": SHA, "recipient": ABUSE, "approver": "ben", "proof": "password",
        "accepted": ["capture"], "alone": 0, "counts": 1, "at": "2026-11-22T06:00:00.000000+00:00",
        "until": "2026-11-23T06:00:00.000000+00:00", "voided_at": None, "voided_why": "",
    }  # fmt: skip
    for thing, columns in (("report:1", ["fields", "note"]), ("person:ben", ["password"]), ("desk:Example", ["note"])):
        last = acted.history(thing)[-1].detail["row"]
        assert isinstance(last, dict)
        assert {name: len(last[name]) for name in columns} == dict.fromkeys(columns, 64)
    assert sorted(SECRET) == ["fields", "note", "password", "text", "tickets"]


@pytest.mark.parametrize(
    ("where", "of"),
    [*(("sqlite", of) for of in KINDS), *(("postgres", of) for of in KINDS[:2])],
    indirect=["where"],
    ids=[of.prefix for of in [*KINDS, *KINDS[:2]]],
)
def test_an_edited_column_is_told(acted: Store, attack: Attack, execute: Execute, where: str, of: Logged) -> None:
    """Whatever column of such a row is edited by hand, the check names the row and the column."""
    table, found = of.table.name, []
    named = NAMED[table].split()[1]
    key = int(named) if named.isdecimal() else named
    columns = [column.name for column in of.table.c if column.name != of.key]
    attack(f"CREATE TABLE kept AS SELECT * FROM {table}")
    for column in columns:
        attack("PRAGMA foreign_keys = off" if where == "sqlite" else "SELECT 1", forge(table, column))
        with acted.acting(ANNA) as desk:
            found.append(f"{NAMED[table]} {desk.differs(of.prefix, key)}")
        attack(f"UPDATE {table} SET {column} = (SELECT {column} FROM kept WHERE kept.{of.key} = {table}.{of.key})")
    assert [f"{one}; {REMEDY}" for one in found] == [why(table, column) for column in columns]
    execute("DROP TABLE kept")
    assert acted.check() == []


def test_the_check_tells_of_each_of_them(acted: Store, attack: Attack) -> None:
    """Every table with people's deeds in it is compared."""
    columns = {"report": "recipient", "approval": "until", "person": "roles", "confirmation": "content"}
    columns["override"] = "until"
    attack(*(forge(table, column) for table, column in columns.items()))
    assert acted.check() == [why(table, column) for table, column in columns.items()]


@ON_SQLITE
def test_a_report_on_another_candidate_is_told(acted: Store, attack: Attack) -> None:
    """A report that is moved to another target is named as that."""
    attack("UPDATE report SET candidate_id = 2")
    assert acted.check() == [why("report", "candidate_id")]


@ON_SQLITE
@pytest.mark.parametrize(
    ("table", "changes", "never"),
    [
        ("approval", {"id": "9", "approver": "'carl'"}, "approval 9 was never given"),
        ("person", {"name": "'carl'"}, "person carl was never added"),
        ("confirmation", {"desk": "'Other'"}, "desk Other was never confirmed"),
        ("override", {"target": "'rival.example'"}, "override rival.example was never asked"),
    ],
)
def test_a_row_that_was_made_up_is_told(
    acted: Store, attack: Attack, table: str, changes: dict[str, str], never: str
) -> None:
    """A row that no act made is named as such."""
    attack(copied(table, changes))
    assert acted.check() == [f"{never}, says the log; {REMEDY}"]


@pytest.mark.parametrize(
    ("table", "acts"),
    [
        ("approval", ["approval.give"]),
        ("person", ["person.add"]),
        ("confirmation", ["desk.confirm"]),
        ("override", ["override.ask", "override.grant"]),
    ],
)
def test_a_row_that_is_gone_is_told(acted: Store, attack: Attack, where: str, table: str, acts: list[str]) -> None:
    """What the log tells of and the tables no longer have is named, event by event."""
    attack(f"DELETE FROM {table}")
    told = [problem.partition("; ")[0] for problem in acted.check()]
    gone = [line for line in told if "the log does not tell of it" not in line]
    assert [line.rpartition("(")[2] for line in gone] == [f"{act}) tells of is gone" for act in acts]
    assert (len(told) > len(gone)) == (where == "sqlite" and table == "approval")


@ON_SQLITE
@pytest.mark.parametrize(
    ("column", "value"),
    [("authors", "'{'"), ("fields", "'[NaN]'"), ("recipient", "x'00ff'"), ("sha256", "5")],
)
def test_what_no_column_of_ours_holds_is_told_and_not_stumbled_over(
    acted: Store, attack: Attack, column: str, value: str
) -> None:
    """JSON that is none, bytes in place of text and numbers in place of hashes are a difference like any other."""
    attack(f"UPDATE report SET {column} = {value}")
    assert acted.check() == [why("report", column)]
    assert UNREADABLE not in "".join(acted.check())


@ON_SQLITE
def test_text_that_cannot_be_read_is_told(acted: Store, attack: Attack) -> None:
    """A text that is no UTF-8 ends the comparison with a problem in words."""
    attack("UPDATE report SET recipient = CAST(x'ff' AS TEXT)")
    assert acted.check() == [f"the log or a table holds what scamhunt never writes; {REMEDY}"]
    with acted.acting(ANNA) as desk:
        assert desk.differs("report", 1) == "holds what scamhunt never writes"


@ON_SQLITE
def test_one_row_can_be_asked_about(acted: Store, attack: Attack) -> None:
    """Before a report leaves, its row, its approver and its override are compared with the log one by one."""
    asked = (("report", 1), ("approval", 1), ("person", "ben"), ("desk", "Example"), ("override", "shared.example"))
    with acted.acting(ANNA) as desk:
        assert [desk.differs(kind, key) for kind, key in asked] == [""] * 5
        assert desk.differs("report", 99) == ""
    attack("UPDATE report SET authors = '[]'", "UPDATE person SET roles = '[\"admin\"]'")
    with acted.acting(ANNA) as desk:
        assert [desk.differs(kind, key) for kind, key in asked] == [
            "has another authors than the log says", "", "has another roles than the log says", "", "",
        ]  # fmt: skip


@ON_SQLITE
def test_a_report_from_before_the_log_had_rows_is_compared_in_what_it_said(acted: Store, attack: Attack) -> None:
    """An upgraded database is no forged one: the state and the candidate of such a report still have to be right."""
    attack("""UPDATE event SET detail = '{"candidate":1}' WHERE act = 'report.draft'""",
           "UPDATE event SET act = 'case.note' WHERE act IN ('report.review', 'report.approve')",
           "UPDATE report SET state = 'draft'")  # fmt: skip
    with acted.acting(ANNA) as desk:
        assert desk.differs("report", 1) == ""
    attack("UPDATE report SET state = 'sent'")
    with acted.acting(ANNA) as desk:
        assert desk.differs("report", 1) == "is sent, but the log says draft"


# --- who said yes -----------------------------------------------------------------------------------------------------


def told(store: Store) -> list[ApprovalTold]:
    """Return what the log tells of yes to the report."""
    with store.acting(ANNA) as desk:
        return desk.approvals_in_log(desk.report(1))


def test_the_log_tells_who_said_yes(acted: Store) -> None:
    """Name, proof, bytes, recipient and time come from the event."""
    at, until = datetime(2026, 11, 22, 6, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert told(acted) == [
        ApprovalTold("ben", "password", SHA, ABUSE, counts=True, alone=False, at=at, until=until),
    ]


@ON_SQLITE
@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE report SET sha256 = '{OTHER}'",
        "UPDATE report SET recipient = 'abuse@other.example'",
        "DELETE FROM approval",
        "UPDATE event SET actor = 'carl' WHERE act = 'approval.give'",
        "UPDATE event SET proof = 'os_user' WHERE act = 'approval.give'",
        "UPDATE event SET act = 'approval.void' WHERE act = 'approval.give'",
    ],
)
def test_a_yes_to_something_else_is_none(acted: Store, attack: Attack, statement: str) -> None:
    """Other bytes, another recipient, or an event that names somebody else than its actor: nobody said yes."""
    attack(statement)
    assert told(acted) == []


@ON_SQLITE
def test_a_yes_that_only_the_table_has_is_none(acted: Store, attack: Attack) -> None:
    """Who copies an approval in the database, or takes its end off, changes nothing of what the log tells."""
    before = told(acted)
    made_up = copied("approval", {"id": "9", "approver": "'carl'"})
    attack(made_up, "UPDATE approval SET until = '2030-01-01 00:00:00.000000'")
    assert told(acted) == before


def test_a_yes_that_was_voided_is_none(acted: Store, attack: Attack) -> None:
    """The log tells of the end of an approval, whatever the table says then."""
    with acted.acting(ANNA) as desk:
        assert desk.void_approvals(1, "edited by anna") == 1
        assert desk.void_approvals(1, "edited again") == 0
    assert acted.check() == []
    attack("UPDATE approval SET voided_at = NULL, voided_why = ''")
    assert told(acted) == []


@ON_SQLITE
@pytest.mark.parametrize("step", [Step.EDIT, Step.VOID, Step.DRAFT, Step.WITHDRAW])
def test_a_yes_from_before_a_change_is_none(acted: Store, step: Step) -> None:
    """After an edit, a new draft, a rule's void or a withdrawal only a new yes counts, even to the same bytes."""
    with acted.acting(ANNA) as desk:
        desk.step(desk.report(1), step)
        if step is Step.WITHDRAW:
            assert desk.approvals_in_log(desk.report(1)) == []
            desk.save_report(DRAFT)
        report: ReportView = desk.step(desk.report(1), Step.REVIEW, changes={"sha256": SHA})
        assert desk.approvals_in_log(report) == []
    with acted.acting(BEN) as desk:
        desk.approve(report, accepted=[], alone=True, counts=False, hours=1)
    assert [(one.counts, one.alone) for one in told(acted)] == [(False, True)]
