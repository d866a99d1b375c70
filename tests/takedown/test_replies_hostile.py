"""Hostile mails to the inbox: none raises, none takes long, nothing in them is opened or fetched."""

import hashlib
import random
import time
from collections.abc import Callable

import pytest

from bench.lab_replies import FORGED, GENUINE, mail, parts
from scamhunt.takedown.replies import READ_LIMIT, ReplyKind, read_reply
from scamhunt.takedown.reply_marks import ABOUT, REFERENCES, TICKETS

SIZE = 2_000_000
DESK = "abuse@registrar.example"
HEAD = b"From: abuse@registrar.example\r\nMessage-ID: <a@b.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
CUT = "a limit left out a part of it"


def fill(piece: bytes) -> bytes:
    """Return a piece as often as fits into 2 MB."""
    return piece * (SIZE // len(piece))


def body(piece: bytes, head: bytes = b"") -> Callable[[], bytes]:
    """Return a maker of a mail of 2 MB."""
    return lambda: HEAD + head + b"\r\n" + fill(piece)


def header(name: bytes, piece: bytes) -> Callable[[], bytes]:
    """Return a maker of a mail with one huge field."""
    return lambda: HEAD + name + b": " + fill(piece) + b"\r\n\r\nx"


def deep() -> bytes:
    """Return 500 parts, each in the one before."""
    opened = (b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (at, at) for at in range(500))
    return HEAD + b"".join(opened) + fill(b"x")


PAGE = b"Content-Type: text/html\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n"
LARGE: dict[str, Callable[[], bytes]] = {
    "deep": deep,
    "parts": body(b"--b\r\n\r\nx\r\n", MIXED),
    "mails in mails": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 500 + fill(b"x"),
    "comments in From": lambda: b"From: " + fill(b"(") + b"\r\n\r\nx",
    "quotes in From": lambda: b"From: " + fill(b'\\"(') + b"\r\n\r\nx",
    "many fields": lambda: HEAD + fill(b"X: y\r\n") + b"\r\nx",
    "references": header(b"References", b"<a@b.example> "),
    "results": header(b"Authentication-Results", b"m; dkim=pass header.d=x "),
    "encoded words": header(b"Subject", b"=?utf-8?q?a?=\r\n "),
    "one line": body(b"x"),
    "lines": body(b"\n"),
    "quotation marks": body(b">"),
    "heads of quotations": body(b"on x\n"),
    "heads of mails": body(b"From: x\n"),
    "negations": body(b"we have not "),
    "signs": body(b"i am the owner of wurde "),
    "digits": body(b"1 "),
    "addresses": body(b"a@"),
    "names": body(b"Dear A B C D\n"),
    "accounts": body(b"DE12 ABCD "),
    "hosts": body(b"a."),
    "tickets": body(b"ticket [#"),
    "tokens": body(b"ab-"),
    "tags": body(b"<a ", PAGE),
    "quotations": body(b"<blockquote>", PAGE),
    "styles": body(b'<div style="', PAGE),
    "base64": body(b"QUJD", b"Content-Transfer-Encoding: base64\r\n"),
    "quoted-printable": body(b"=3D", b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "NUL": lambda: fill(b"\0"),
}


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_a_huge_mail_takes_no_time(make: Callable[[], bytes]) -> None:
    """Whatever it is made of, 2 MB are read in a moment."""
    raw = make()
    begun = time.process_time()
    reply = read_reply(raw, authserv="m")
    assert time.process_time() - begun < 10
    assert len(reply.text) <= 4_000
    assert (len(reply.about) <= ABOUT, len(reply.references) <= REFERENCES, len(reply.tickets) <= TICKETS) == (
        True,
    ) * 3


def test_of_40_mib_only_the_beginning_is_read() -> None:
    """The time does not grow with the mail; the digest is that of all its bytes."""
    raw = HEAD + b"\r\nThe domain was suspended.\r\n" + b"x" * (40 * 2**20)
    begun = time.process_time()
    reply = read_reply(raw)
    assert time.process_time() - begun < 10
    assert len(raw) > READ_LIMIT
    assert CUT in reply.doubts
    assert reply.digest == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("name", ["deep", "parts", "mails in mails", "many fields"])
def test_what_a_limit_left_out_is_told(name: str) -> None:
    """A person knows that the mail holds more than was read."""
    assert CUT in read_reply(LARGE[name]()).doubts


@pytest.mark.parametrize("name", ["../../etc/x.zip", "..\\..\\x", "\u202egpj.exe", "x" * 300])
def test_attached_files_are_never_opened(name: str) -> None:
    """Archives and their names stay closed; that there are files is told."""
    kind, text = parts("mixed", ("text/plain", "Hello."), (f'application/zip; name="{name}"', "PK\x03\x04"))
    reply = read_reply(mail(text, sender=DESK, Content_Type=kind))
    assert (reply.text, reply.doubts) == ("Hello.", ("it has files, which were not opened",))


def test_a_text_that_is_attached_is_no_answer() -> None:
    """Only what a reader of the mail sees is read."""
    kind, text = parts(
        "mixed",
        ("text/plain", "Hello."),
        ("text/plain\r\nContent-Disposition: attachment", "The domain was suspended."),
        ("message/rfc822", "Subject: x\r\n\r\nThe domain was suspended."),
    )
    reply = read_reply(mail(text, sender=DESK, Content_Type=kind))
    assert (reply.text, reply.suggests) == ("Hello.", None)


@pytest.mark.parametrize(
    ("raw", "doubt"),
    [
        (mail("x", sender=DESK, Message_ID=""), "it has no Message-ID"),
        (mail("x", "Message-ID: <b@c.example>", sender=DESK), "it has several Message-IDs"),
        (mail("x", "Subject: again", sender=DESK), "it has several subjects"),
        (mail("x", "From: x@evil.test", sender=DESK), "it has several From fields"),
        (
            mail("x", sender=DESK, Reply_To="x@evil.test"),
            "an answer to it would go to another domain than it came from",
        ),
        (mail("x", sender=DESK, Date="soon"), "it has no date that can be read"),
        (mail("x", sender=DESK, Date="Mon, 99 Nov 99999 99:99:99 +9999"), "it has no date that can be read"),
        (
            mail("x", sender=DESK, Date="Thu, 1 Jan 1970 00:00:00 +0000"),
            "its date is not near the day on which it arrived",
        ),
    ],
    ids=range(8),
)
def test_an_odd_header_is_a_doubt(raw: bytes, doubt: str) -> None:
    """Each oddity is told once, in words of ours."""
    assert read_reply(raw).doubts == (doubt,)


def test_an_id_that_comes_twice_is_none() -> None:
    """A forged duplicate cannot stand for another mail: the digest tells them apart."""
    reply = read_reply(mail("x", "Message-ID: <b@c.example>", sender=DESK))
    assert reply.message_id == ""
    assert read_reply(mail("x", sender=DESK)).message_id == "<a1@desk.example>"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", ReplyKind.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n", ReplyKind.UNREADABLE),
        (mail("", sender=DESK), ReplyKind.UNREADABLE),
        (mail("MIAG", sender=DESK, Content_Type="application/pkcs7-mime; smime-type=enveloped-data"), ReplyKind.OPAQUE),
        (mail("-----BEGIN PGP MESSAGE-----\n\nhQ\n", sender=DESK), ReplyKind.OPAQUE),
        (mail("--b\n\nx\n--b--", sender=DESK, Content_Type="multipart/encrypted; boundary=b"), ReplyKind.OPAQUE),
    ],
    ids=range(6),
)
def test_what_cannot_be_read_suggests_nothing(raw: bytes, kind: ReplyKind) -> None:
    """It is kept and shown as what it is."""
    reply = read_reply(raw)
    assert (reply.kind, reply.suggests, reply.text) == (kind, None, "")


@pytest.mark.parametrize("charset", ["utf-8", "nonsense", "rot13", "utf-7", "x" * 300, "idna"])
def test_a_wrong_character_set_is_no_obstacle(charset: str) -> None:
    """What no character set explains is read as well as it can be."""
    raw = mail(b"Gr\xfc\xdfe, the domain was suspended.", sender=DESK, Content_Type=f"text/plain; charset={charset}")
    assert "suspended" in read_reply(raw).text
    assert read_reply(mail("x", sender=DESK, Subject="=?bad?= =?x?b?!!?=")).text == "x"


def test_thousands_of_broken_mails_never_raise() -> None:
    """Bytes are changed, cut and mixed at random: each mail is still read as something."""
    chance = random.Random(8)
    makers = [*(one.make for one in GENUINE), *(one.make for one in FORGED)]
    seeds = [make("<a@trust.example>", "ab" * 16, DESK, "x.test") for make in makers]
    seeds = [seed for seed in seeds if len(seed) < 10_000]
    for _ in range(600):
        raw = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randint(0, 8)] = chance.choice(
                (b"\0", b"\r", b"\n", b"(", b'"', b"<", b"=?", b"\xff", b"\xd8")
            )
        reply = read_reply(bytes(raw), authserv="mx.trust.example")
        assert reply.digest == hashlib.sha256(raw).hexdigest()
        assert reply.text.isprintable() or "\n" in reply.text
