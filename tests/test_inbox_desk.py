"""What people do with answers: accept, match, dismiss, open, erase; nothing happens without one of them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.lab_outbox import lab_settings, queued
from scamhunt import desk_inbox, desk_people, sealed
from scamhunt.errors import EvidenceChanged, NotAllowedNow, NotFound, NotPermitted, ScamhuntError, UserError
from scamhunt.model import SYSTEM, Actor, PersonRole, ReportState
from scamhunt.settings import Settings
from scamhunt.store import ReplyDraft, ReplyState, ReplyView, Store
from scamhunt.takedown.steps import Step

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANN, IVY, EVE = Actor("ann", "os_user"), Actor("ivy", "os_user"), Actor("eve", "os_user")
REASON = "the registrar asks us to verify what it wrote"
RAW = b"From: abuse@registrar.example\r\n\r\nThank you.\r\n"

Comes = Callable[..., ReplyView]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a team."""
    return lab_settings(tmp_path, "smtp://127.0.0.1:1", clock=NOW)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return a database with two reports that went out an hour ago."""
    with Store.open(settings.home, now=lambda: NOW) as opened:
        for report in queued(opened, ["amazon-desk-0.com", "amazon-desk-1.com"]):
            with opened.acting(SYSTEM) as desk:
                at = {"sent_at": NOW - timedelta(hours=1)}
                desk.step(desk.step(report, Step.CLAIM), Step.SENT, changes=at)
        yield opened


@pytest.fixture
def comes(store: Store) -> Comes:
    """Return what lets a mail come, as the inbox stores it."""

    def made(
        suggests: str = "acknowledged", tickets: tuple[str, ...] = (), report: int | None = 1, raw: bytes = RAW
    ) -> ReplyView:
        draft = ReplyDraft(
            report_id=report,
            digest=sealed.keep(store.home, raw),
            message_id="",
            kind="answer",
            sender_domain="registrar.example",
            authentication="none",
            matched_by="message_id" if report else "",
            suggests=suggests,
            why="it says that it has the report",
            tickets=tickets,
            doubts=(),
            text="Thank you.",
            sent_at=None,
        )
        with store.acting(SYSTEM) as desk:
            view = desk.add_reply(draft)
        assert view is not None
        return view

    return made


@pytest.fixture
def team(store: Store, settings: Settings) -> None:
    """Make a team in which each has a role of his own."""
    desk_people.add(store, settings, EVE, "eve", [PersonRole.ADMIN])
    desk_people.add(store, settings, EVE, "ann", [PersonRole.ANALYST])
    desk_people.add(store, settings, EVE, "ivy", [PersonRole.INVESTIGATOR])


def acts(store: Store, thing: str) -> list[str]:
    """Return what the log tells of a thing."""
    return [event.act for event in store.history(thing)]


@pytest.mark.parametrize("state", ["acknowledged", "forwarded", "actioned", "declined", "failed"])
def test_who_accepts_records_what_it_suggests(state: str, store: Store, settings: Settings, comes: Comes) -> None:
    """The report gets the state, the ticket, and in the log whose word that is; nothing is down by it."""
    reply = comes(state, ("ABC-123456",))
    done = desk_inbox.accept(store, settings, ANN, reply.id)
    report = store.report(1)
    assert (done.state, done.decided_by, done.decided_at) == (ReplyState.ACCEPTED, "ann", NOW)
    assert (report.state, report.ticket, report.verified_at) == (state, "ABC-123456", None)
    last = store.history("report:1")[-1]
    assert (last.actor, last.reason.startswith(f"answer {reply.id} (answer) from registrar.example: ")) == ("ann", True)
    assert store.check() == []


def test_a_person_may_say_what_it_is_instead(store: Store, settings: Settings, comes: Comes) -> None:
    """What a mail suggests is a suggestion."""
    desk_inbox.accept(store, settings, ANN, comes("actioned").id, state="declined")
    assert store.report(1).state is ReportState.DECLINED


@pytest.mark.parametrize(("tickets", "noted"), [((), "T-1"), (("A-11111",), "T-1"), (("A-11111", "B-22222"), "T-1")])
def test_a_ticket_that_is_noted_stays(
    tickets: tuple[str, ...], noted: str, store: Store, settings: Settings, comes: Comes
) -> None:
    """A mail does not exchange it; a person does with `reports record`."""
    with store.acting(ANN) as desk:
        desk.step(desk.report(1), Step.NOTE, changes={"ticket": noted})
    desk_inbox.accept(store, settings, ANN, comes("acknowledged", tickets).id)
    assert store.report(1).ticket == noted


def test_of_several_tickets_none_is_noted(store: Store, settings: Settings, comes: Comes) -> None:
    """Nobody can tell which of them is ours."""
    desk_inbox.accept(store, settings, ANN, comes("acknowledged", ("A-11111", "B-22222")).id)
    assert store.report(1).ticket == ""


def test_a_second_answer_that_says_the_same_is_noted(store: Store, settings: Settings, comes: Comes) -> None:
    """Its ticket comes with it, also after a process ended between record and decision."""
    desk_inbox.accept(store, settings, ANN, comes("actioned").id)
    desk_inbox.accept(store, settings, ANN, comes("actioned", ("A-11111",), raw=b"again").id)
    assert (store.report(1).state, store.report(1).ticket) == (ReportState.ACTIONED, "A-11111")
    assert acts(store, "report:1")[-2:] == ["report.claim_action", "report.note"]


def test_an_accepted_dispute_holds_at_once(store: Store, settings: Settings, comes: Comes) -> None:
    """As `reports dispute` does; a second mail about it holds nothing twice."""
    desk_inbox.accept(store, settings, ANN, comes("held").id)
    assert store.report(1).state is ReportState.HELD
    desk_inbox.accept(store, settings, ANN, comes("held", raw=b"again").id)
    assert len(store.holds()) == 1
    assert {one.state for one in store.replies()} == {ReplyState.ACCEPTED}


@pytest.mark.parametrize(
    ("suggests", "report", "state", "words"),
    [
        ("acknowledged", None, "", "inbox match 1 --report ID"),
        ("", 1, "", "suggests nothing"),
        ("actioned", 1, "verified_down", "is observed"),
        ("actioned", 1, "gone", "is no state"),
    ],
)
def test_what_cannot_be_accepted_changes_nothing(  # noqa: PLR0913, PLR0917  # a row of the table
    suggests: str, report: int | None, state: str, words: str, store: Store, settings: Settings, comes: Comes
) -> None:
    """The message says what to do; the answer stays open, and the report as it is."""
    reply = comes(suggests, (), report)
    with pytest.raises(UserError, match=words):
        desk_inbox.accept(store, settings, ANN, reply.id, state=state)
    assert (store.reply(reply.id).state, store.report(1).state) == (ReplyState.OPEN, ReportState.SENT)


def test_a_step_that_the_table_lacks_leaves_the_answer_open(store: Store, settings: Settings, comes: Comes) -> None:
    """A bounce of a report that the recipient acted on is a contradiction: a person looks at it."""
    desk_inbox.accept(store, settings, ANN, comes("actioned").id)
    bounce = comes("failed", raw=b"bounce")
    with pytest.raises(NotAllowedNow, match="it is actioned"):
        desk_inbox.accept(store, settings, ANN, bounce.id)
    assert store.reply(bounce.id).state is ReplyState.OPEN


def test_a_person_ties_an_answer_to_a_report(store: Store, settings: Settings, comes: Comes) -> None:
    """The report does not change by that; then it can be accepted."""
    reply = comes("forwarded", (), None)
    done = desk_inbox.match(store, ANN, reply.id, 2, "they phoned about it")
    assert (done.report_id, done.matched_by, done.state) == (2, "person", ReplyState.OPEN)
    assert store.report(2).state is ReportState.SENT
    desk_inbox.accept(store, settings, ANN, reply.id)
    assert (store.report(1).state, store.report(2).state) == (ReportState.SENT, ReportState.FORWARDED)
    assert acts(store, f"reply:{reply.id}") == ["reply.read", "reply.match", "reply.accept"]
    with pytest.raises(NotFound):
        desk_inbox.match(store, ANN, comes(raw=b"other").id, 99, "they phoned")


def test_what_was_decided_stays_decided(store: Store, settings: Settings, comes: Comes) -> None:
    """Nobody accepts, matches or dismisses it again, and nothing followed from the dismissed one."""
    reply = comes("actioned")
    assert desk_inbox.dismiss(store, ANN, reply.id, "forged").state is ReplyState.DISMISSED
    tries: list[Callable[[], object]] = [
        lambda: desk_inbox.accept(store, settings, IVY, reply.id),
        lambda: desk_inbox.match(store, IVY, reply.id, 2, "no"),
        lambda: desk_inbox.dismiss(store, IVY, reply.id, "no"),
    ]
    for again in tries:
        with pytest.raises(NotAllowedNow, match="ann decided on answer 1 already: it is dismissed"):
            again()
    assert store.report(1).state is ReportState.SENT


@pytest.mark.parametrize("reason", ["", "  ", "x" * 5_000])
def test_a_decision_has_a_reason(reason: str, store: Store, comes: Comes) -> None:
    """The log gets it: one that is there, and not a book."""
    reply = comes()
    with pytest.raises(UserError, match="reason"):
        desk_inbox.dismiss(store, ANN, reply.id, reason)
    with pytest.raises(UserError, match="reason"):
        desk_inbox.match(store, ANN, reply.id, 1, reason)
    assert acts(store, f"reply:{reply.id}") == ["reply.read"]


def test_the_list_shows_what_waits(store: Store, comes: Comes) -> None:
    """Open ones, the newest first; all on request, and all that belong to one report."""
    first, second, third = comes(), comes(report=2, raw=b"2"), comes(report=None, raw=b"3")
    desk_inbox.dismiss(store, ANN, second.id, "forged")
    sealed.forget(store.home, first.digest)

    def numbers(**which: object) -> list[int]:
        return [one.id for one in desk_inbox.listed(store, **which)]  # type: ignore[arg-type]  # filters that there are

    assert numbers() == [third.id, first.id]
    assert numbers(everything=True) == [third.id, second.id, first.id]
    assert (numbers(report=2), numbers(state="dismissed"), numbers(limit=1)) == ([second.id], [second.id], [third.id])
    assert [one.sealed for one in desk_inbox.listed(store)] == [True, False]
    with pytest.raises(UserError, match="open, accepted or dismissed"):
        desk_inbox.listed(store, state="opn")


# --- the sealed bytes -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("purpose", desk_inbox.PURPOSES)
def test_who_opens_a_mail_is_in_the_log_first(purpose: str, store: Store, comes: Comes) -> None:
    """With purpose, reason and the sha256 of what was opened; also where the bytes then turn out to be gone."""
    reply = comes()
    assert desk_inbox.opened(store, IVY, reply.id, purpose=purpose, reason=REASON) == RAW
    event = store.history(f"reply:{reply.id}")[-1]
    assert (event.act, event.actor, event.reason) == ("reply.open", "ivy", REASON)
    assert event.detail == {"purpose": purpose, "sha256": reply.digest, "report": 1}
    sealed.forget(store.home, reply.digest)
    with pytest.raises(EvidenceChanged, match="is gone"):
        desk_inbox.opened(store, IVY, reply.id, purpose=purpose, reason=REASON)
    assert acts(store, f"reply:{reply.id}") == ["reply.read", "reply.open", "reply.open"]
    assert store.check() == []


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("who", "purpose", "reason", "error"),
    [
        (ANN, "dispute", REASON, NotPermitted),
        (EVE, "dispute", REASON, NotPermitted),
        (IVY, "curiosity", REASON, UserError),
        (IVY, "dispute", "because", UserError),
        (IVY, "dispute", " " * 30, UserError),
    ],
)
def test_nobody_opens_a_mail_without_right_purpose_and_reason(  # noqa: PLR0913, PLR0917  # a row of the table
    who: Actor, purpose: str, reason: str, error: type[ScamhuntError], store: Store, comes: Comes, tmp_path: Path
) -> None:
    """Neither an analyst nor an admin, for nothing else, and not with an empty word; nothing is written."""
    reply = comes()
    with pytest.raises(error):
        desk_inbox.open_into(store, who, reply.id, tmp_path / "mail.eml", purpose=purpose, reason=reason)
    assert acts(store, f"reply:{reply.id}") == ["reply.read"]
    assert not (tmp_path / "mail.eml").exists()


@pytest.mark.usefixtures("team")
def test_a_mail_is_written_to_a_new_file_of_its_owner(store: Store, comes: Comes, tmp_path: Path) -> None:
    """Never over one that is there; then nothing is logged either."""
    reply, out = comes(), tmp_path / "mail.eml"
    desk_inbox.open_into(store, IVY, reply.id, out, purpose="verify a reply", reason=REASON)
    assert (out.read_bytes(), out.stat().st_mode & 0o777) == (RAW, 0o600)
    with pytest.raises(UserError, match="is there already"):
        desk_inbox.open_into(store, IVY, reply.id, out, purpose="verify a reply", reason=REASON)
    assert acts(store, f"reply:{reply.id}") == ["reply.read", "reply.open"]


@pytest.mark.usefixtures("team")
def test_an_erased_mail_is_gone_and_what_was_shown_stays(store: Store, comes: Comes) -> None:
    """The bytes go, with who and why in the log; the masked text and the row stay."""
    reply = comes()
    for who, reason, error in ((ANN, REASON, NotPermitted), (IVY, "gone", UserError)):
        with pytest.raises(error):
            desk_inbox.erase(store, who, reply.id, reason=reason)
    assert desk_inbox.erase(store, IVY, reply.id, reason=REASON)
    assert not desk_inbox.erase(store, IVY, reply.id, reason=REASON)
    event = store.history(f"reply:{reply.id}")[-1]
    assert (event.act, event.detail["purpose"]) == ("reply.erase", "erasure")
    assert (desk_inbox.answer(store, reply.id).text, desk_inbox.answer(store, reply.id).sealed) == ("Thank you.", False)
    assert list((store.home / "inbox").iterdir()) == []
    assert store.check() == []


@pytest.mark.usefixtures("team")
def test_only_an_analyst_decides(store: Store, settings: Settings, comes: Comes) -> None:
    """An investigator opens mails, and decides on none."""
    reply = comes()
    tries: list[Callable[[], object]] = [
        lambda: desk_inbox.accept(store, settings, IVY, reply.id),
        lambda: desk_inbox.match(store, IVY, reply.id, 2, "no"),
        lambda: desk_inbox.dismiss(store, IVY, reply.id, "no"),
    ]
    for one in tries:
        with pytest.raises(NotPermitted):
            one()
    assert acts(store, f"reply:{reply.id}") == ["reply.read"]
