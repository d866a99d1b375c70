from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from scamhunt.indicators.mails import Fate, read_mail
from scamhunt.model import Kind, Role
from tests.indicators.sample_mails import BLOCK, FOUND, OURS, SCAM, attached, scam, values, wrapper

# --- the original -----------------------------------------------------------------------------------------------------

FORWARDED = [
    ("gmail", f"{OURS}\n---------- Forwarded message ---------\n{BLOCK}{SCAM}"),
    ("outlook", f"{OURS}\n________________________________\n{BLOCK.replace('Date:', 'Sent:')}{SCAM}"),
    ("outlook in german", f"{OURS}\nVon: a@weather.example\nGesendet: Freitag\nAn: anna\nBetreff: x\n\n{SCAM}"),
    ("outlook, no empty line", f"{OURS}\nFrom: a\nSent: b\nTo: c,\n  d\nSubject: e\n{SCAM}"),
    ("apple", f"{OURS}\nBegin forwarded message:\n\n{BLOCK.replace(chr(10), chr(10) + '> ')}\n> {SCAM}"),
    ("thunderbird", f"{OURS}\n-------- Forwarded Message --------\n{BLOCK}{SCAM}\n-- \n{OURS}"),
    ("only the line", f"{OURS}\n-----Original Message-----\n{SCAM}"),
    ("bold names", f"{OURS}\n*From:* a\n*Sent:* b\n*To:* c\n*Subject:* d\n\n{SCAM}"),
    ("quoted", f"{OURS}\nOn Friday somebody wrote:\n> Dear customer\n> {SCAM}> Amazon\n"),
    (
        "a forward of a forward",
        f"x\n---- Forwarded message ----\n{BLOCK.replace('Your', 'Fwd: Your')}{OURS}\n{BLOCK}{SCAM}",
    ),
]


@pytest.mark.parametrize("text", [text for _, text in FORWARDED], ids=[name for name, _ in FORWARDED])
def test_what_stands_around_the_original_is_left_out(text: str) -> None:
    """However a mail program forwards, the forwarder's own number and links are no sightings."""
    assert values(read_mail(wrapper(text).as_bytes())) == FOUND


@pytest.mark.parametrize("text", [text for _, text in FORWARDED], ids=[name for name, _ in FORWARDED])
def test_the_same_holds_of_html(text: str) -> None:
    """In a forwarded page too, and where only one of two versions of the text shows where the original begins."""
    lines = "".join(f"<div>{line.replace('<', '&lt;')}</div>\n" for line in text.split("\n"))
    message = wrapper("Anna Invented, +1 212 555 0147")
    message.add_alternative(f"<html><body>{lines}<br></body></html>", subtype="html")
    assert values(read_mail(message.as_bytes())) == FOUND


ATTACHED = [
    ("attached", attached(scam())),
    ("a forward that is attached", attached(wrapper(f"{OURS}\n---- Forwarded message ----\n{BLOCK}{SCAM}"))),
    ("an attachment in an attachment", attached(attached(scam(), subject="Fwd: order"))),
]


@pytest.mark.parametrize("message", [message for _, message in ATTACHED], ids=[name for name, _ in ATTACHED])
def test_an_attached_mail_is_the_original(message: EmailMessage) -> None:
    """What is attached counts, at any depth, and what people wrote when they passed it on does not."""
    assert values(read_mail(message.as_bytes())) == FOUND


def test_a_mail_attached_as_a_file_is_the_original() -> None:
    """Programs that do not know mails attach them as files of no kind, in base64."""
    outer = wrapper(OURS)
    outer.add_attachment(scam().as_bytes(), maintype="application", subtype="octet-stream", filename="a.eml")
    assert values(read_mail(outer.as_bytes())) == FOUND


def test_a_scammer_hides_nothing_behind_a_thread_or_an_attachment_of_his_own() -> None:
    """A mail that is attached and no forward is read whole, whatever it quotes or attaches."""
    inner = scam()
    inner.set_content(f"{SCAM}\n{BLOCK}Thank you, see https://weather.example/thread\n")
    harmless = wrapper("see https://weather.example/nothing\n", "re")
    inner.add_attachment(harmless)
    assert values(read_mail(attached(inner).as_bytes())) == [
        "https://weather.example/nothing",
        *FOUND[:1],
        "https://weather.example/thread",
        FOUND[1],
    ]


def test_an_original_without_words_is_no_reason_to_read_the_rest() -> None:
    """Where only a picture was forwarded, or a file of Outlook's, the forwarder's number is no sighting either."""
    assert values(read_mail(wrapper(f"{OURS}\n---------- Forwarded message ---------\n{BLOCK}").as_bytes())) == []
    assert values(read_mail(wrapper(f"---- Forwarded message ----\n{BLOCK}-- \n{OURS}").as_bytes())) == []
    outer = wrapper(OURS)
    outer.add_attachment(b"\xd0\xcf\x11\xe0", maintype="application", subtype="octet-stream", filename="Order.MSG")
    mail = read_mail(outer.as_bytes())
    assert (mail.fate, mail.values) == (Fate.OPAQUE, ())


# --- where there is none ----------------------------------------------------------------------------------------------

ASKS = "Please call us back at +1 212 555 0147 or see https://amazon-refund-desk.com/claim\n"
QUOTED = f"\n> Dear customer\n> {SCAM}> Amazon\n"
NO_FORWARD = [
    ("a complaint", "I was scammed", ASKS),
    ("the scam itself", "Your order", SCAM),
    ("called a forward", "Fwd: Your order", ASKS),
    ("a signature", "Amazon again", f"{SCAM}-- \nAnna Invented\nCall us: +1 212 555 0147\n"),
    ("a reply that quotes", "Re: Your case", QUOTED),
    ("quoted, and no forward", "Your case", QUOTED),
    ("a reply to whom", "AW: Your case", f"\n{BLOCK}{SCAM}"),
    ("a reply, counted", "Re[2]: Your case", f"\n-----Original Message-----\n{SCAM}"),
    ("a forward of nothing", "look", f"\n{BLOCK.replace('Your order', 'Fwd: Your order')}{ASKS}"),
]


@pytest.mark.parametrize(("subject", "text"), [one[1:] for one in NO_FORWARD], ids=[one[0] for one in NO_FORWARD])
def test_a_mail_that_is_no_forward_gives_no_number(subject: str, text: str) -> None:
    """Its numbers are those of whoever wrote it; they are left alone, which is told, and its links count."""
    mail = read_mail(wrapper(text, subject).as_bytes())
    assert (values(mail), mail.unforwarded, mail.passed, mail.fate) == (FOUND[:1], True, 0, Fate.READ)


def test_a_mail_without_numbers_leaves_none_alone() -> None:
    """Nothing is told of a mail that has no number anyway, or only such as its original has."""
    assert not read_mail(wrapper("see https://amazon-refund-desk.com/claim", "hello").as_bytes()).unforwarded
    assert not read_mail(attached(scam()).as_bytes()).unforwarded


@pytest.mark.parametrize("subject", ["Your order", "Re: Fwd: Your order"])
def test_a_line_that_says_so_is_enough(subject: str) -> None:
    """What a mail program says is forwarded is, whatever people make of the subject; a block is where no reply is."""
    assert values(read_mail(wrapper(f"---- Forwarded message ----\n{BLOCK}{SCAM}", subject).as_bytes())) == FOUND
    assert values(read_mail(wrapper(f"{OURS}\n{BLOCK}{SCAM}", "look").as_bytes())) == FOUND


TAIL = "Please call us back at +1 212 555 0147, https://intranet.example/anna\n"
BELOW = [
    f"\nKind regards\nAnna Invented\n{TAIL}",
    f"\nKind regards, Anna Invented\n{TAIL}",
    f"Thanks, Anna\n{TAIL}",
    f"Mit freundlichen Grüßen Anna Invented\n{TAIL}",
    f"MfG\n{TAIL}",
    f"Un saludo,\n{TAIL}",
    f"Cordialement,\n{TAIL}",
    f"Cordiali saluti\n{TAIL}",
    f"Atenciosamente\n{TAIL}",
    f"Met vriendelijke groet,\nAnna\n{TAIL}",
    f"--\n{TAIL}" + "x\n" * 30,
    f"\u2014\n{TAIL}",
    f"Sent from my phone\n{TAIL}",
    f"Von meinem Telefon gesendet\n{TAIL}",
    f"\nOn Friday Anna wrote:\n{TAIL}",
    f"\nOn Friday, Anna Invented <\nanna@team.example> wrote:\n{TAIL}",
    f"\nAm Freitag schrieb Anna Invented:\n{TAIL}",
    f"\n> {TAIL}",
    f"\nFrom: Anna\nSent: today\nTo: us\nSubject: x\n\n{TAIL}",
    f"\n-----Original Message-----\n{TAIL}",
]


@pytest.mark.parametrize("below", BELOW)
def test_an_original_ends_at_the_first_sign_of_an_end(below: str) -> None:
    """A closing, dashes, a thread: what may be the forwarder's own is left out, with its links."""
    mail = read_mail(wrapper(f"---- Forwarded message ----\n{BLOCK}{SCAM}{below}").as_bytes())
    assert (values(mail), mail.unforwarded, mail.passed) == (FOUND, False, 0)


def test_what_is_quoted_ends_where_the_quotation_does() -> None:
    """A scammer's own closing ends nothing where the original is quoted; a line that is not quoted does."""
    quoted = f"> {BLOCK}Dear customer\n> Kind regards\n> ".replace("\n", "\n> ").replace("> > ", "> ")
    text = f"Begin forwarded message:\n\n{quoted}{SCAM}{TAIL}> {ASKS}"
    assert values(read_mail(wrapper(text).as_bytes())) == FOUND


# --- whose number -----------------------------------------------------------------------------------------------------

VICTIMS = [
    "Your order ships to the phone on file: +1 212 555 0147",
    "Your phone number: +1 212 555 0147",
    "We will call you at +1 212 555 0147",
    "Please call me back at +1 212 555 0147",
    "Reach me at +1 212 555 0147",
    "They called me on my cell +1 212 555 0147",
    "Anna Invented\nTel: +1 212 555 0147",
    "Ship to\nAnna Invented\nPhone +1 212 555 0147",
    "Thank you for shopping, Anna +1 212 555 0147",
    "I got a call from +1 212 555 0147",
]


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("page", [False, True], ids=["text", "page"])
def test_only_numbers_that_are_to_be_called_count(victim: str, *, page: bool) -> None:
    """Those of the victim stand in the scam mail too; in a page programs make links of them by themselves."""
    inner, text = scam(), f"{SCAM}{victim}\n"
    if page:
        linked = text.replace("+1 212 555 0147", '<a href="tel:+12125550147">+1 212 555 0147</a>')
        inner.set_content(linked.replace("\n", "<br>"), subtype="html")
    else:
        inner.set_content(text)
    mail = read_mail(attached(inner).as_bytes())
    assert (values(mail), mail.passed, mail.unforwarded) == (FOUND, 1, False)


def test_a_link_under_other_words_is_the_victims_where_they_say_so() -> None:
    """What a link hides is judged by the words before it."""
    inner = scam()
    inner.set_content('<p>Your phone: <a href="tel:+12125550147">show</a></p>', subtype="html")
    mail = read_mail(attached(inner).as_bytes())
    assert (values(mail), mail.passed) == ([], 1)


def test_the_sender_of_texts_counts() -> None:
    """A number that texts come from is one of a scammer's."""
    ((_, number, stated),) = read_mail(attached_text("We sent you a text from +1 888 555 0142")).values
    assert (number, stated.role, stated.source) == ("+18885550142", Role.SMS_SENDER, "")


def attached_text(text: str) -> bytes:
    """Return a mail to which one of these words is attached."""
    inner = scam()
    inner.set_content(text)
    return attached(inner).as_bytes()


# --- what leaves ------------------------------------------------------------------------------------------------------


def test_what_a_mail_gives() -> None:
    """Values with role and words for the brand, the time it was sent, its id; and nothing of the people in it."""
    mail = read_mail(attached(scam()).as_bytes())
    (link, address, about), (kind, number, stated) = mail.values
    assert (link, address, about.text, about.ref) == (Kind.URL, FOUND[0], "", "<one@team.example>")
    assert (kind, number, stated.role, stated.ref) == (Kind.PHONE, FOUND[1], Role.CALLBACK, "<one@team.example>")
    assert stated.text.startswith("Your order\nYour Amazon order is charged.")
    assert (mail.fate, mail.sent_at, mail.cut) == (Fate.READ, datetime(2026, 11, 21, 9, 4, 6, tzinfo=UTC), False)
    assert not [word for word in ("anna", "Anna", "weather", "0147") if word in repr(mail)]


def test_words_are_cut_and_a_number_of_no_country_is_of_the_region() -> None:
    """The words for the brand are few; a number is read as the team's own country writes it."""
    message = scam()
    message.set_content("call 888-555-0142 now\n" + "words " * 2_000)
    ((_, number, stated),) = read_mail(attached(message).as_bytes(), "US").values
    assert (number, len(stated.text)) == (FOUND[1], 4_096)
    assert values(read_mail(attached(message).as_bytes())) == []


def test_links_of_a_page_count_and_what_is_hidden_does_not() -> None:
    """Targets of links, `tel:` and chats are read; pictures are not loaded and not listed, addresses are ignored."""
    page = (
        '<style>call +1 888 555 0199</style><p style="display:none">call +1 888 555 0198</p>'
        '<a href="https://amazon-refund-desk.com/claim?who=1#x">here</a> <a href="tel:+1-888-555-0142">Amazon</a>'
        '<a href="https://wa.me/447700900123">chat</a><a href="mailto:help@weather.example">mail</a>'
        '<a href="javascript:x()">x</a><img src="https://track.weather.example/pixel.gif?who=1">'
    )
    message = scam()
    message.set_content(page, subtype="html")
    mail = read_mail(attached(message).as_bytes())
    assert values(mail) == [FOUND[0], "+18885550142", "+447700900123"]
    assert {stated.role for kind, _, stated in mail.values if kind is Kind.PHONE} == {Role.CALLBACK}


def test_the_order_of_two_roles_does_not_matter() -> None:
    """A number that is named first and called later is one to be called."""
    message = scam()
    message.set_content("Amazon +1 888 555 0142.\n\n\n\n\nQuestions about this order? Please call +1 888 555 0142.\n")
    ((_, _, stated),) = read_mail(attached(message).as_bytes()).values
    assert (stated.role, stated.role_from) == (Role.CALLBACK, "what the mail says")
