"""Answers to reports: what they are, what they suggest, and which report they belong to."""

from dataclasses import replace
from uuid import UUID

import pytest

from bench.lab_replies import AUTHSERV, FORGED, GENUINE, Forged, Genuine, bounce, mail
from scamhunt.model import ReportState
from scamhunt.takedown.message import new_identity
from scamhunt.takedown.replies import Known, Reply, ReplyKind, match, read_reply

TOKEN = "0123456789abcdef" * 2
SENT = new_identity(TOKEN, "reports@trust.example")
DESK = "abuse@registrar.example"
REPORT = Known(1, SENT.message_id, TOKEN, "", "registrar.example", ReportState.SENT)
OTHER = Known(2, "<other@trust.example>", "f" * 32, "ABUSE-7000001", "other.example", ReportState.SENT)
GIVEN = (SENT.message_id, TOKEN, DESK, "amazon-refund-desk.com")


def answer(body: str = "Hello.", *more: str, sender: str = DESK, about: str = SENT.message_id, **fields: str) -> Reply:
    """Read an answer of the desk."""
    return read_reply(mail(body, *more, sender=sender, about=about, **fields))


@pytest.mark.parametrize("genuine", GENUINE, ids=lambda one: one.name)
def test_a_genuine_answer_is_understood_and_finds_its_report(genuine: Genuine) -> None:
    """What desks and mail servers write suggests the right state, with its ticket, beside the right report."""
    reply = read_reply(genuine.make(*GIVEN))
    assert (reply.kind, reply.suggests) == (genuine.kind, genuine.suggests)
    assert reply.tickets == ((genuine.ticket,) if genuine.ticket else ())
    assert match(reply, [OTHER, REPORT]).report_id == 1
    assert reply.doubts == ()


@pytest.mark.parametrize("forged", FORGED, ids=lambda one: one.name)
def test_a_forged_answer_never_looks_sound(forged: Forged) -> None:
    """A forged mail is never vouched for, and bears a doubt that a person sees."""
    reply = read_reply(forged.make(*GIVEN), authserv=AUTHSERV)
    matched = match(reply, [OTHER, REPORT])
    assert reply.authentication != "aligned"
    assert reply.doubts or matched.doubts
    assert reply.suggests is not ReportState.VERIFIED_DOWN


def test_there_are_enough_forged_kinds() -> None:
    """The families are as large as the plan asks for, each kind by a name of its own."""
    assert len({forged.name for forged in FORGED}) == len(FORGED) >= 25
    assert len({genuine.name for genuine in GENUINE}) == len(GENUINE) >= 15


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ("mx.trust.example; dkim=pass header.d=registrar.example", "aligned"),
        ("MX.trust.example 1; dkim=pass (2048 bits) header.i=@mail.registrar.example header.s=a", "aligned"),
        ("mx.trust.example; spf=pass smtp.mailfrom=bounce@mail.registrar.example; dkim=none", "aligned"),
        ("mx.trust.example; dkim=pass header.d=registrar.example header.d=evil.test", "unaligned"),
        ("mx.trust.example; dkim=pass header.d=registrar.example.evil.test", "unaligned"),
        ('mx.trust.example; dkim=fail reason="; dkim=pass header.d=registrar.example"', "unaligned"),
        ("mx.trust.example; dkim=fail (; dkim=pass header.d=registrar.example (x); )", "unaligned"),
        ("mx.trust.example; dkim=pass-not header.d=registrar.example", "unaligned"),
        ("mx.trust.example; arc=pass header.d=registrar.example", "unaligned"),
        ("mx.trust.example; none", "unaligned"),
        ("mx.trust.example; dkim=pass (header.d=registrar.example", "none"),
        ("mx.trust.example; dkim=pass) header.d=registrar.example", "none"),
        ("(mx.trust.example) evil.test; dkim=pass header.d=registrar.example", "none"),
        ("mx.trust.example.evil.test; dkim=pass header.d=registrar.example", "none"),
        ("", "none"),
    ],
)
def test_only_our_own_server_vouches_for_a_sender(results: str, told: str) -> None:
    """A pass counts for the sender's own domain only, from our server only, and not inside a comment."""
    reply = read_reply(mail("x", f"Authentication-Results: {results}", sender=DESK), authserv="mx.trust.example")
    assert reply.authentication == told


def test_only_the_topmost_result_counts() -> None:
    """What stands below the result of our server was in the mail before it came."""
    ours = "Authentication-Results: mx.trust.example; dkim=fail header.d=registrar.example"
    forged = "Authentication-Results: mx.trust.example; dkim=pass header.d=registrar.example"
    assert read_reply(mail("x", ours, forged, sender=DESK), authserv=AUTHSERV).authentication == "unaligned"
    assert read_reply(mail("x", forged, sender=DESK)).authentication == "none"


def test_a_result_that_was_cut_off_is_not_believed() -> None:
    """A domain of which the end is missing is no domain."""
    start = "mx.trust.example; dkim=pass header.s="
    tail = " header.d=registrar.example"
    padded = start + "s" * (16_000 - len(start) - len(tail)) + tail
    reply = read_reply(mail("x", f"Authentication-Results: {padded}.evil.test", sender=DESK), authserv=AUTHSERV)
    assert reply.authentication == "unaligned"


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("Desk <abuse@mail.registrar.example>", "registrar.example"),
        ("abuse@registrar.example", "registrar.example"),
        ('"Desk, abuse" <abuse@registrar.co.uk> (x (y))', "registrar.co.uk"),
        ('"a <x@evil.test>" <abuse@registrar.example>', "registrar.example"),
        ("a@registrar.example, b@evil.test", ""),
        ("<a@registrar.example> <b@evil.test>", ""),
        ("Desk <>", ""),
        ("((((((abuse@registrar.example", ""),
        ("(" * 900 + ")" * 900 + "abuse@registrar.example", "registrar.example"),
        ("=?utf-8?q?abuse=40registrar.example?=", ""),
        ("abuse@[192.0.2.1]", ""),
        ('"open <abuse@registrar.example>', ""),
        ("r\u0435ports@r\u0435gistrar.example", "xn--rgistrar-c8g.example"),
    ],
)
def test_the_sender_is_named_by_one_plain_address(sender: str, domain: str) -> None:
    """Who hides the sender, or names several, is nobody."""
    assert answer(sender=sender).sender_domain == domain


@pytest.mark.parametrize(
    ("status", "action", "kind", "suggests"),
    [
        ("5.1.1", "failed", ReplyKind.BOUNCE, ReportState.FAILED),
        ("4.4.7", "failed", ReplyKind.BOUNCE, ReportState.FAILED),
        ("4.4.1", "delayed", ReplyKind.DELAYED, None),
        ("5.0.0", "delayed", ReplyKind.BOUNCE, None),
        ("2.0.0", "failed", ReplyKind.BOUNCE, None),
        ("2.0.0", "delivered", ReplyKind.AUTOMATIC, None),
        ("5.7.1", "", ReplyKind.BOUNCE, ReportState.FAILED),
        ("", "", ReplyKind.BOUNCE, None),
    ],
)
def test_a_bounce_tells_what_was_given_up(
    status: str, action: str, kind: ReplyKind, suggests: ReportState | None
) -> None:
    """Only what a mail server gave up for good suggests `failed`; with its head comes back which report it was."""
    reply = read_reply(bounce(SENT.message_id, status, action, sender="mailer-daemon@registrar.example"))
    assert (reply.kind, reply.suggests, reply.about) == (kind, suggests, (SENT.message_id,))


@pytest.mark.parametrize(
    ("subject", "text", "kind", "suggests"),
    [
        ("Undelivered Mail Returned to Sender", "550 5.1.1 no such user", ReplyKind.BOUNCE, ReportState.FAILED),
        ("Delivery Status Notification (Delay)", "550 5.1.1", ReplyKind.DELAYED, None),
        ("failure notice", "421 4.3.0 try later", ReplyKind.DELAYED, None),
        ("failure notice", "Sorry.", ReplyKind.BOUNCE, None),
        ("hello", "550 5.1.1 no such user", ReplyKind.ANSWER, None),
    ],
)
def test_a_bounce_in_plain_words_is_one(subject: str, text: str, kind: ReplyKind, suggests: ReportState | None) -> None:
    """Old mail servers write bounces without a part for programs and without the original."""
    reply = answer(text, sender="MAILER-DAEMON@registrar.example", about="", Subject=subject)
    assert (reply.kind, reply.suggests, reply.about) == (kind, suggests, ())


def test_a_bounce_gives_back_the_whole_report() -> None:
    """The Message-ID of an attached original is found, before all others."""
    given = mail("Report", sender="reports@trust.example", Message_ID=SENT.message_id).decode()
    body = f"--b\r\nContent-Type: message/rfc822\r\n\r\n{given}\r\n--b--\r\n"
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    reply = answer(body, about="<x@y.example>", Content_Type=kind)
    assert reply.about == (SENT.message_id, "<x@y.example>")


@pytest.mark.parametrize(
    ("text", "ticket"),
    [
        ("[#ABC-123456]", "ABC-123456"),
        ("Ticket ID: 4711", "4711"),
        ("Case 00123456", "00123456"),
        ("ref:_00D1r0abc._5001r0xyz:ref", "ref:_00D1r0abc._5001r0xyz:ref"),
        ("[ABUSE-1234567]", "ABUSE-1234567"),
        ("INC0012345", "INC0012345"),
        ("[Ticket#2026112310001]", "2026112310001"),
        ("Vorgangsnummer: 88123", "88123"),
        ("受付番号：123456", "123456"),
        ("Обращение № 123456", "123456"),
    ],
)
def test_tickets_are_found_as_desks_write_them(text: str, ticket: str) -> None:
    """A ticket alone says that the desk has the report."""
    reply = answer(f"{text}\n")
    assert reply.tickets == (ticket,)
    assert reply.suggests is ReportState.ACKNOWLEDGED
    assert ticket in reply.text


@pytest.mark.parametrize("text", ["In case of doubt call us", "Section 12 of 2026", "[1]", "a request 12", "case" * 20])
def test_not_every_number_is_a_ticket(text: str) -> None:
    """Years, footnotes and short numbers are none."""
    assert answer(text).tickets == ()


@pytest.mark.parametrize("reference", [TOKEN, TOKEN.upper(), str(SENT.report_id), SENT.message_id], ids=range(4))
def test_a_report_is_found_by_its_reference(reference: str) -> None:
    """The token, the XARF id and the Message-ID in the text of a mail without a thread name the report."""
    matched = match(answer(f"About {reference}.", about=""), [OTHER, REPORT])
    assert (matched.report_id, matched.by, matched.doubts) == (1, "reference", ())


def test_the_id_of_xarf_is_the_token_but_for_fixed_bits() -> None:
    """The comparison rests on how a random UUID is made."""
    assert SENT.report_id == UUID(hex=TOKEN, version=4)
    assert SENT.report_id.hex != TOKEN


def test_a_ticket_counts_only_from_where_the_report_went() -> None:
    """Numbers of tickets can be guessed."""
    ticketed = replace(REPORT, ticket="#abuse-1234567")
    reply = answer("See.", about="", Subject="[ABUSE-1234567]")
    assert match(reply, [OTHER, ticketed]).by == "ticket"
    elsewhere = match(answer("See.", about="", Subject="[ABUSE-1234567]", sender="x@evil.test"), [ticketed])
    assert elsewhere.report_id is None
    assert elsewhere.doubts == ("it names the ticket of report 1, which went to another domain",)


def test_several_reports_that_fit_equally_are_left_to_a_person() -> None:
    """Nothing is guessed; of the same report twice there is but one."""
    matched = match(answer(References=OTHER.message_id), [REPORT, OTHER])
    assert (matched.report_id, matched.by) == (None, "")
    assert matched.doubts == ("several reports fit it by message id: report 1, report 2",)
    assert match(answer(), [REPORT, REPORT]).report_id == 1


def test_an_answer_to_a_withdrawal_belongs_to_it() -> None:
    """It names the report that was withdrawn too; of two that have nothing to do with each other none is taken."""
    withdrawal = replace(OTHER, parent_id=REPORT.report_id)
    both = f"{REPORT.message_id} {OTHER.message_id}"
    answered = answer(about=OTHER.message_id, References=both)
    assert match(answered, [REPORT, withdrawal]).report_id == OTHER.report_id
    assert match(answered, [REPORT, OTHER]).report_id is None
    assert match(answer(about=REPORT.message_id, References=both), [REPORT, withdrawal]).report_id is None


def test_the_message_id_goes_before_the_reference() -> None:
    """What contradicts it is told as a doubt."""
    matched = match(answer(f"About {OTHER.token}"), [OTHER, REPORT])
    assert (matched.report_id, matched.by, matched.doubts) == (1, "message_id", ("it also names report 2",))


@pytest.mark.parametrize(
    ("reply", "report", "doubt"),
    [
        (answer(sender="x@evil.test"), REPORT, "it comes from another domain than the report went to"),
        (answer(sender="x@trust.example"), REPORT, "it says that it comes from our own domain"),
        (answer(sender=""), REPORT, "nobody can tell from which domain it comes"),
        (answer(Subject="[#ABC-99]"), REPORT, ""),
        (
            answer("Ticket: 99887"),
            replace(REPORT, ticket="11223"),
            "its ticket is not the one that is noted for the report",
        ),
        (answer(Message_ID=SENT.message_id), REPORT, "it carries the Message-ID of our own report as its own"),
        (answer(), replace(REPORT, state=ReportState.QUEUED), "the report is not known to have been sent"),
        (
            read_reply(bounce(SENT.message_id, "5.1.1", "failed", sender="postmaster@trust.example")),
            replace(REPORT, state=ReportState.ACKNOWLEDGED),
            "the recipient has answered the report already, so it did arrive",
        ),
        (answer(), replace(REPORT, recipient_domain=""), ""),
        (answer(f"See {TOKEN}"), replace(REPORT, token="z" * 32), ""),
    ],
    ids=range(10),
)
def test_what_does_not_fit_is_a_doubt(reply: Reply, report: Known, doubt: str) -> None:
    """A person sees why a mail may not be what it seems."""
    matched = match(reply, [report])
    assert matched.report_id == 1
    assert matched.doubts == ((doubt,) if doubt else ())


def test_a_mail_without_any_tie_belongs_to_no_report() -> None:
    """It waits for a person, without a doubt of its own."""
    matched = match(answer(about=""), [REPORT, OTHER])
    assert (matched.report_id, matched.by, matched.doubts) == (None, "", ())
