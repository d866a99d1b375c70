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


def test_without_an_original_the_whole_text_counts() -> None:
    """A scam mail that came straight to the mailbox is read too."""
    assert values(read_mail(scam().as_bytes())) == FOUND


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
    ((_, number, stated),) = read_mail(message.as_bytes(), "US").values
    assert (number, len(stated.text)) == (FOUND[1], 4_096)
    assert values(read_mail(message.as_bytes())) == []


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
    mail = read_mail(message.as_bytes())
    assert values(mail) == [FOUND[0], "+18885550142", "+447700900123"]
    assert {stated.role for kind, _, stated in mail.values if kind is Kind.PHONE} == {Role.CALLBACK}


def test_the_order_of_two_roles_does_not_matter() -> None:
    """A number that is named first and called later is one to be called."""
    message = scam()
    message.set_content("Amazon +1 888 555 0142.\n\n\n\n\nQuestions about this order? Please call +1 888 555 0142.\n")
    ((_, _, stated),) = read_mail(message.as_bytes()).values
    assert (stated.role, stated.role_from) == (Role.CALLBACK, "what the mail says")
