"""Drafts of reports: which one a new draft changes, and what withdrawing does."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from scamhunt.errors import NotFound
from scamhunt.model import Actor, ReportState
from scamhunt.store import Found, Gathered, Reading, ReportDraft, ReportView, Store
from scamhunt.takedown.steps import TABLE, Step

ANNA = Actor("anna", "os_user")
ABUSE, HOST = "abuse@registrar.example", "abuse@host.example"
PLAIN = ReportDraft(1, "registrar", "", "impersonation", "registrar_impersonation")


@pytest.fixture
def filled(store: Store, begin: Callable[..., Reading], row: Callable[..., Found]) -> Store:
    """Return a store with two candidates."""
    found = [row(1, "amazon-a.com"), row(2, "amazon-b.com")]
    store.save_batch(begin(), Gathered("line 2", 2, 0, (), found))
    return store


def save(store: Store, *recipients: str, draft: ReportDraft = PLAIN) -> list[ReportView]:
    """Save a draft for each recipient."""
    with store.acting(ANNA) as desk:
        return [desk.save_report(replace(draft, recipient=recipient)) for recipient in recipients]


def withdraw(store: Store, candidate_id: int = 1) -> list[int]:
    """Withdraw the drafts on a candidate."""
    with store.acting(ANNA) as desk:
        unsent = desk.reports_of(candidate_id, TABLE[Step.WITHDRAW])
        return [desk.step(report, Step.WITHDRAW).id for report in unsent]


@pytest.mark.parametrize(
    ("before", "recipient", "belongs_to"),
    [
        ([], "", 0),
        ([], ABUSE, 0),
        ([""], "", 1),
        ([""], ABUSE, 1),
        ([ABUSE], ABUSE, 1),
        ([ABUSE], HOST, 0),
        ([ABUSE], "", 1),
        ([ABUSE, HOST], HOST, 2),
        ([ABUSE, HOST], "", 0),
        ([ABUSE, HOST], "abuse@other.example", 0),
    ],
    ids=str,
)
def test_a_draft_belongs_to_the_report_that_it_can_only_mean(
    filled: Store, before: list[str], recipient: str, belongs_to: int
) -> None:
    """The one for its recipient, the one without any, or, without a recipient, the only one; otherwise it is new."""
    save(filled, *before)
    with filled.acting(ANNA) as desk:
        known = desk.report_on(1, recipient, "impersonation")
    assert (known.id if known else 0) == belongs_to
    (saved,) = save(filled, recipient)
    assert saved.id == (belongs_to or len(before) + 1)
    assert saved.recipient == recipient
    assert len(filled.reports()) == len(before) + (not belongs_to)


def test_a_draft_without_a_recipient_is_taken_only_when_its_own_is_not_there(filled: Store) -> None:
    """Where both stand, the one for the recipient is changed and the other stays."""
    first, _ = save(filled, "", ABUSE)
    assert first.recipient == ""
    (other,) = save(filled, HOST)
    assert other.id == 2
    assert [report.recipient for report in filled.reports()] == [HOST, ABUSE]


def test_other_candidates_and_purposes_are_other_reports(filled: Store) -> None:
    """A draft changes only a report on the same candidate for the same purpose."""
    save(filled, ABUSE)
    save(filled, ABUSE, draft=replace(PLAIN, candidate_id=2))
    save(filled, ABUSE, draft=replace(PLAIN, purpose="malware"))
    assert [(report.id, report.candidate_id, report.purpose) for report in filled.reports()] == [
        (3, 1, "malware"),
        (2, 2, "impersonation"),
        (1, 1, "impersonation"),
    ]
    with filled.acting(ANNA) as desk:
        assert desk.report_on(2, "", "malware") is None


def test_the_database_itself_refuses_a_second_one(filled: Store, execute: Callable[..., object]) -> None:
    """Candidate, recipient and purpose together are unique, whoever writes."""
    save(filled, ABUSE, HOST)
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match=r"candidate_id.*recipient"):
        execute(f"UPDATE report SET recipient = '{ABUSE}'")
    assert [report.recipient for report in filled.reports()] == [HOST, ABUSE]


def test_drafting_again_changes_what_is_there(filled: Store, elapsed: list[float]) -> None:
    """Number and first date stay; kind, template, note and fields are those of the last draft."""
    (first,) = save(filled, ABUSE)
    elapsed[0] = 5
    draft = ReportDraft(1, "host", ABUSE, "impersonation", "host", "a \udcff note", {"observed": "a login form"})
    with filled.acting(ANNA) as desk:
        again = desk.save_report(draft)
        assert desk.report(again.id) == again
    assert (again.id, again.kind, again.template, again.note) == (first.id, "host", "host", "a \\udcff note")
    assert (again.fields, again.state) == ({"observed": "a login form"}, ReportState.DRAFT)
    assert again.created_at == first.created_at
    assert (again.updated_at - first.updated_at).total_seconds() == 5
    assert [filled.report(1)] == filled.reports() == [again]


def test_withdrawing_takes_the_drafts_of_one_candidate_in_order(filled: Store, elapsed: list[float]) -> None:
    """Each draft is withdrawn once; another candidate's stays as it is."""
    save(filled, ABUSE)
    (others,) = save(filled, ABUSE, draft=replace(PLAIN, candidate_id=2))
    save(filled, HOST)
    elapsed[0] = 5
    assert withdraw(filled) == [1, 3]
    changed = filled.report(3)
    assert changed.state is ReportState.WITHDRAWN
    assert (changed.updated_at - changed.created_at).total_seconds() == 5
    assert filled.report(2) == others
    elapsed[0] = 9
    assert withdraw(filled) == []
    assert filled.report(3) == changed


def test_what_was_withdrawn_is_a_draft_again_when_it_is_drafted_again(filled: Store) -> None:
    """It keeps its number; only what is a draft then is withdrawn the next time."""
    save(filled, ABUSE, HOST)
    assert withdraw(filled) == [1, 2]
    (again,) = save(filled, HOST)
    assert (again.id, again.state) == (2, ReportState.DRAFT)
    assert withdraw(filled) == [2]


def test_reports_are_listed_the_newest_first(filled: Store) -> None:
    """By state, by candidate, and not more than are asked for."""
    save(filled, ABUSE, HOST)
    withdraw(filled)
    save(filled, HOST)
    assert [report.id for report in filled.reports()] == [2, 1]
    assert [report.id for report in filled.reports(state=ReportState.WITHDRAWN)] == [1]
    assert [report.id for report in filled.reports(state=ReportState.DRAFT)] == [2]
    assert [report.id for report in filled.reports(limit=1)] == [2]
    assert len(filled.reports(candidate_id=1, limit=None)) == 2
    assert filled.reports(candidate_id=2) == []
    with pytest.raises(NotFound, match="no report 99; see: scamhunt reports list"):
        filled.report(99)
