"""What the words of an answer suggest, and what of them is shown."""

import pytest

from bench.lab_replies import mail
from scamhunt.model import ReportState
from scamhunt.takedown.replies import Reply, ReplyKind, read_reply
from scamhunt.takedown.reply_text import SHOWN_LIMIT

_S = ReportState
DESK = "abuse@registrar.example"


def answer(body: str, **fields: str) -> Reply:
    """Read an answer of the desk."""
    return read_reply(mail(body, sender=DESK, about="<a@trust.example>", **fields))


@pytest.mark.parametrize(
    ("text", "suggests"),
    [
        ("The domain has been suspended.", _S.ACTIONED),
        ("We have taken down the page.", _S.ACTIONED),
        ("The name was put on clientHold.", _S.ACTIONED),
        ("The domain is no longer active and\nhas been disabled.", _S.ACTIONED),
        ("As requested, the domain was suspended.", _S.ACTIONED),
        ("Thank you for your report. The content is now removed.", _S.ACTIONED),
        ("We forwarded your complaint to our customer and the page was removed.", _S.ACTIONED),
        ("We have passed your report on to the reseller.", _S.FORWARDED),
        ("We have notified our client.", _S.FORWARDED),
        ("We are unable to take action.", _S.DECLINED),
        ("Your report has insufficient evidence.", _S.DECLINED),
        ("The site appears to be legitimate.", _S.DECLINED),
        ("This IP is not hosted by us.", _S.DECLINED),
        ("We have received your complaint.", _S.ACKNOWLEDGED),
        ("This is under review.", _S.ACKNOWLEDGED),
        ("This is a false positive.", _S.HELD),
        ("Our website was falsely reported and then the domain was suspended.", _S.HELD),
        ("Die Domain haben wir gesperrt.", _S.ACTIONED),
        ("Das Problem liegt nicht bei uns.", _S.DECLINED),
        ("Le domaine a été suspendu.", _S.ACTIONED),
        ("El dominio ha sido suspendido.", _S.ACTIONED),
        ("証拠が不十分です。", _S.DECLINED),
        ("Ваша жалоба ошибочна.", _S.HELD),
        ("आपकी शिकायत प्राप्त हुई।", _S.ACKNOWLEDGED),
        ("Hello, how are you?", None),
    ],
)
def test_what_is_said_to_have_happened_counts(text: str, suggests: ReportState | None) -> None:
    """Desks say it in many ways and languages."""
    assert answer(text).suggests is suggests


@pytest.mark.parametrize(
    "text",
    [
        "The domain has not been suspended.",
        "The domain hasn\u2019t been suspended.",
        "We have not forwarded it to our customer.",
        "The domain was never suspended.",
        "If the domain has been suspended, visitors see an error.",
        "Has the domain been suspended? Has it been removed?",
        "The domain will be suspended once we have your papers.",
        "You asked to have the domain suspended.",
        "You claim that the site was removed.",
        "Please tell us when the page was removed.",
        "Die Domain wurde nicht gesperrt.",
        "Le domaine n'a pas été suspendu.",
        "El dominio no ha sido suspendido.",
        "O domínio não foi suspenso.",
        "該当ドメインは停止しましたが、削除できません。削除していません。".replace("停止しましたが、", ""),
        "Домен не заблокирован.",
        "डोमेन निलंबित किया गया नहीं है।",
    ],
)
def test_a_negation_a_condition_and_a_question_suggest_nothing(text: str) -> None:
    """What did not happen, or may happen, changes nothing."""
    assert answer(text).suggests is None


@pytest.mark.parametrize(
    "text",
    [
        "The domain was suspended. We found no violation of our terms.",
        "We forwarded it to our customer. We are unable to take action.",
        "The domain was suspended. Later it was reinstated.",
    ],
)
def test_contradictory_words_suggest_nothing_and_say_so(text: str) -> None:
    """A person has to read it; a ticket in it makes no acknowledgement of it."""
    reply = answer(f"{text} Ticket ID: 471100")
    assert reply.suggests is None
    assert reply.doubts == ("it says things that contradict each other: a person has to read it",)


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 23 Nov 2026, Reports wrote:\n> The domain has been suspended.",
        "On Mon, 23 Nov 2026 at 09:00 Reports\n<reports@trust.example> wrote:\n\n> The domain has been suspended.",
        "On Mon, 23 Nov 2026, Reports wrote:\nThe domain has been suspended.",
        "Am 23.11.2026 schrieb Reports:\n> The domain has been suspended.",
        "-----Original Message-----\nThe domain has been suspended.",
        "From: Reports\nSent: Monday\nTo: Desk\nSubject: abuse\n\nThe domain has been suspended.",
        "Von: Reports\nGesendet: Montag\nAn: Desk\nBetreff: abuse\n\nThe domain has been suspended.",
        "> The domain has been suspended.",
        "| The domain has been suspended.",
        "-- \nThe domain has been suspended.",
        "Sent from my phone\nThe domain has been suspended.",
        "CONFIDENTIALITY NOTICE: the domain has been suspended.",
    ],
)
def test_what_is_quoted_suggests_nothing(quoted: str) -> None:
    """Our own report holds such words, and so may a signature."""
    reply = answer(f"We look at it.\n\n{quoted}\n")
    assert reply.suggests is None
    assert reply.text == "We look at it."


def test_what_is_written_below_a_quotation_counts() -> None:
    """Some write their answer below or between what they quote."""
    reply = answer("On Mon, 23 Nov 2026, Reports wrote:\n> Please act.\n\nThe domain has been suspended.\n")
    assert (reply.suggests, reply.text) == (_S.ACTIONED, "The domain has been suspended.")


def test_a_line_above_the_quotation_stays_the_senders() -> None:
    """The head of a quotation takes nothing of what stands above it."""
    reply = answer("The domain has been suspended.\nOn Mon, 23 Nov 2026, Reports wrote:\n> Please act.\n")
    assert (reply.suggests, reply.text) == (_S.ACTIONED, "The domain has been suspended.")


def test_a_page_is_read_as_it_is_seen_without_its_quotations() -> None:
    """Nested quotations and hidden words of a page are no answer."""
    page = (
        "<p>We look at it.</p><blockquote>a<blockquote class=x>b</blockquote>The site was removed.</blockquote>"
        '<img src="https://pixel.test/a.png"><p style="display:none">The domain has been suspended.</p><p>Bye</p>'
    )
    reply = answer(page, Content_Type="text/html")
    assert reply.suggests is None
    assert reply.text.split() == ["We", "look", "at", "it.", "Bye"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to jane.doe@mail.example now", "Write to [address at mail[.]example] now"),
        ("Write to mailto:jane@mail.example", "Write to [address at mail[.]example]"),
        ("Write to jane(at)mail.example", "Write to [address] mail[.]example"),
        ("Call +1 (212) 555-0123 or 2125550123.", "Call [number] or [number]."),
        ("Card 4111 1111 1111 1111", "Card [number]"),
        ("Pay to DE89 3704 0044 0532 0130 00", "Pay to [account]"),
        ("Pay to GB29NWBK60161331926819", "Pay to [account]"),
        ("Call \uff12\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff12\uff13", "Call [number]"),
        ("Call 212\u200b5550\u200b123", "Call [number]"),
        ("On 2026-11-23 09:30:00 UTC at 203.0.113.10", "On 2026-11-23 09:30:00 UTC at 203[.]0[.]113[.]10"),
        ("See https://amazon-refund-desk.com/a", "See hxxps://amazon-refund-desk[.]com/a"),
        ("12 pages, 123456 hits", "12 pages, 123456 hits"),
        ("Dear Jane Doe,\nHello", "Dear [name],\nHello"),
        ("Dear Sir or Madam,\nHello", "Dear Sir or Madam,\nHello"),
        ("Hello team\nHello", "Hello team\nHello"),
        (
            "Bye\n\nKind regards,\n\nJane Doe\nHead of desk\nRoom 7\n\nPS: done",
            "Bye\n\nKind regards,\n\n[name]\n\nPS: done",
        ),
        ("Bye\nBest regards, Jane Doe", "Bye\nBest regards, [name]"),
        ("Bye\nMit freundlichen Grüßen\nErika Beispiel", "Bye\nMit freundlichen Grüßen\n[name]"),
        ("Thanks\nThe page was 7 lines long.", "Thanks\nThe page was 7 lines long."),
    ],
)
def test_personal_data_is_masked(text: str, shown: str) -> None:
    """What is kept names nobody and opens nothing; domains, days and machines stay."""
    assert answer(text).text == shown


def test_a_long_answer_is_cut_at_a_word() -> None:
    """Nothing that is cut off in the middle gets past the mask."""
    assert len(answer("words " * 1_000).text) == SHOWN_LIMIT
    long = answer("a@b.example " * 665 + "x " * 5 + "jane.doe@mail.example")
    assert len(long.text) == SHOWN_LIMIT
    assert "jane" not in answer("4155550123 " * 726 + "x " * 5 + "jane.doe@mail.example").text


def test_what_is_longer_than_an_answer_is_told() -> None:
    """A person knows that not all of it was judged."""
    assert answer("words " * 4_000).doubts == ("a limit left out a part of it",)
    assert answer("words " * 3_000).doubts == ()


def test_an_absence_is_no_acknowledgement() -> None:
    """That a machine took the mail does not mean that anybody has read the report."""
    reply = answer("I am on vacation. We have received your report. Ticket ID: 471100", Auto_Submitted="auto-replied")
    assert (reply.kind, reply.suggests) == (ReplyKind.AUTOMATIC, None)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"Auto_Submitted": "auto-replied"}, ReplyKind.AUTOMATIC),
        ({"Auto_Submitted": "auto-generated; x=y"}, ReplyKind.AUTOMATIC),
        ({"Auto_Submitted": "no"}, ReplyKind.ANSWER),
        ({"Precedence": "bulk"}, ReplyKind.AUTOMATIC),
        ({"Precedence": "list"}, ReplyKind.ANSWER),
        ({"X_Autoreply": "yes"}, ReplyKind.AUTOMATIC),
        ({"X_Auto_Response_Suppress": "All"}, ReplyKind.AUTOMATIC),
    ],
    ids=range(7),
)
def test_what_a_machine_sent_is_automatic(fields: dict[str, str], kind: ReplyKind) -> None:
    """Nobody answers it, so no two machines ever talk to each other."""
    assert answer("Hello.", **fields).kind is kind
