import base64
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt.indicators import mime
from scamhunt.indicators.mails import ROWS, VALUES, Fate, Mail, read_mail
from tests.indicators.sample_mails import FORWARD, FOUND, attached, raw, scam, values, wrapper


def nested(depth: int) -> bytes:
    """Return a multipart in a multipart in a multipart, with the scam innermost."""
    mail = b"Content-Type: text/plain\r\n\r\n" + FORWARD.encode()
    for at in range(depth):
        head = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (at, at)
        mail = head + mail + b"\r\n--b%d--\r\n" % at
    return b"Subject: x\r\n" + mail


def attached_so_deep(depth: int) -> bytes:
    """Return a mail attached to a mail attached to a mail, with the scam innermost."""
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: x\r\n\r\n" + FORWARD.encode()


def many(parts: int) -> bytes:
    """Return a mail of so many parts, the scam in the first."""
    part = b"--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n"
    return raw("Content-Type: multipart/mixed; boundary=b", part % FORWARD.encode() + part % b"x" * (parts - 1))


@pytest.mark.parametrize(
    ("mail", "found", "cut"),
    [
        (nested(mime.DEPTH), FOUND, False),
        (nested(mime.DEPTH + 1), [], True),
        (nested(500), [], True),
        (attached_so_deep(mime.DEPTH), FOUND, False),
        (attached_so_deep(2_000), [], True),
        (many(mime.PARTS), FOUND, False),
        (many(mime.PARTS + 1), FOUND, True),
        (many(200_000), FOUND, True),
    ],
    ids=["20 deep", "21 deep", "500 deep", "20 attached", "2,000 attached", "200 parts", "201 parts", "200,000 parts"],
)
def test_depth_and_parts_have_a_limit(mail: bytes, found: Sequence[str], *, cut: bool) -> None:
    """Up to the limits a mail is read whole; beyond them its beginning is, and that is told."""
    read = read_mail(mail)
    assert (values(read), read.cut) == (list(found), cut)


def test_text_has_a_limit() -> None:
    """Of very long texts the beginning is read."""
    line = b"x " * 500 + b"\n"
    for between in (line * (mime.TEXT_LIMIT // 1_000), b"x\n" * ROWS):
        late = FORWARD.encode() + between + b"https://weather.example/late"
        read = read_mail(raw("Subject: x", late))
        assert (values(read), read.cut) == (FOUND, True)


def test_values_have_a_limit() -> None:
    """A mail with very many links gives so many, and no more."""
    body = "".join(f"https://shop-{at}.example/\n" for at in range(5_000)).encode()
    read = read_mail(raw("Subject: x", body))
    assert (len(read.values), read.cut) == (VALUES, True)


PAGE = FORWARD.replace("\n", "<br>").encode()
BOMBS = {
    "brackets in From": raw(f"From: {'(' * 60_000}a@weather.example\nSubject: x", FORWARD.encode()),
    "a header of 10 MB": raw("\n".join(f"X-A{at}: b" for at in range(1_000_000)), FORWARD.encode()),
    "one field of 5 MB": raw(f"Subject: {'=?utf-8?q?' * 500_000}", FORWARD.encode()),
    "folded without end": raw("Subject: x" + "\n y" * 1_000_000, FORWARD.encode()),
    "parameters": raw(f"Content-Type: text/plain{'; a=b' * 100_000}", FORWARD.encode()),
    "boundary of 10 KB": raw(f"Content-Type: multipart/mixed; boundary={'b' * 10_000}", FORWARD.encode()),
    "dashes": raw("Content-Type: multipart/mixed; boundary=b", b"\r\n--" * 100_000 + FORWARD.encode()),
    "tags": raw("Content-Type: text/html", PAGE + b'<a href="' * 200_000),
    "entities": raw("Content-Type: text/html", PAGE + b"&amp" * 60_000),
    "brackets": raw("Subject: x", FORWARD.encode() + b"http://weather.example/" + b")" * 500_000),
    "dots": raw("Subject: x", FORWARD.encode() + b"a." * 200_000),
    "quotes": raw("Subject: x", FORWARD.encode() + b"> " * 200_000),
    "header lines": raw("Subject: x", FORWARD.encode() + b"From: \n" * 50_000),
    "idna": raw("Content-Type: text/plain; charset=idna", FORWARD.encode() + b"a" * 1_000_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_mail_holds_a_run_up(name: str) -> None:
    """What is made to cost much costs little, and what can be read of it is."""
    begun = time.process_time()
    read = read_mail(BOMBS[name])
    assert time.process_time() - begun < 4
    assert read.fate is Fate.READ
    assert set(values(read)) >= set(FOUND) or read.cut


@pytest.mark.parametrize(
    "name", ["../../evil.html", "a\u202egpj.exe", "x" * 300, "bomb.zip"], ids=["path", "reversed", "long", "zip"]
)
def test_files_are_not_opened_and_their_names_go_nowhere(name: str) -> None:
    """Attached files, a victim's papers among them, are passed over: neither their content nor their name is kept."""
    outer = wrapper(FORWARD)
    outer.add_attachment(b"<a href='https://weather.example/in-file'>", maintype="text", subtype="html", filename=name)
    outer.add_attachment(b"PK\x03\x04 +1 888 555 0155", maintype="application", subtype="zip", filename=name)
    mail = read_mail(outer.as_bytes())
    assert values(mail) == FOUND
    assert name not in repr(mail)


def test_a_mail_without_an_id_is_known_by_its_date_and_subject() -> None:
    """The same mail read twice has one `ref`, another one has another; a forged id does not hide other words."""
    first, again, other = (
        read_mail(raw(f"Date: Sat, 21 Nov 2026 10:04:06 +0100\nSubject: {subject}", FORWARD.encode())).values[0][2].ref
        for subject in ("a", "a", "b")
    )
    assert first == again != other
    assert len(first) == 64
    bodies = (FORWARD.encode(), b"From: a\nTo: b\nDate: c\n\ncall +1 888 555 0142")
    forged = [read_mail(raw("Message-ID: <x@y>", body)).values for body in bodies]
    assert forged[0][1] != forged[1][0]


AUTOMATIC = [
    ("Auto-Submitted: auto-replied", Fate.AUTOMATIC),
    ("Auto-Submitted: auto-generated", Fate.AUTOMATIC),
    ("X-Autoreply: yes", Fate.AUTOMATIC),
    ("Auto-Submitted: no", Fate.READ),
    ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", Fate.AUTOMATIC),
    ("Content-Type: multipart/report; report-type=feedback-report; boundary=b", Fate.READ),
]


@pytest.mark.parametrize(("header", "fate"), AUTOMATIC)
def test_what_nobody_sent_is_left_out(header: str, fate: Fate) -> None:
    """Automatic replies and bounces are no reports; a report about abuse is one."""
    body = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + scam().as_bytes() + b"\r\n--b--\r\n"
    read = read_mail(raw(f"Subject: x\n{header}", body))
    assert read.fate is fate
    assert bool(read.values) is (fate is Fate.READ)


def test_a_button_that_reports_a_mail_is_no_automatic_reply() -> None:
    """Programs that attach the scam mail say that they made the mail."""
    outer = attached(scam())
    outer["Auto-Submitted"] = "auto-generated"
    assert values(read_mail(outer.as_bytes())) == FOUND


CHARSETS = [
    ("utf-16", FORWARD.encode("utf-16")),
    ("utf-99", FORWARD.encode()),
    ("zlib", FORWARD.encode()),
    ("windows-1252", FORWARD.encode() + "\x93".encode("latin-1")),
    ("", FORWARD.encode() + "\x93".encode("latin-1")),
    ("us-ascii", FORWARD.encode() + b"\xff\xfe"),
    ("iso-8859-99", FORWARD.encode()),
]


@pytest.mark.parametrize(("charset", "body"), CHARSETS)
def test_a_wrong_character_set_does_no_harm(charset: str, body: bytes) -> None:
    """What is declared is believed where it is a character set; the rest is read as well as it can be."""
    assert values(read_mail(raw(f"Content-Type: text/plain; charset={charset}", body))) == FOUND


@pytest.mark.parametrize("subject", ["Amazon", "\n Amazon", "=?utf-8?q?Amazon?="])
def test_a_subject_may_begin_on_the_next_line(subject: str) -> None:
    """A field that is folded is read whole."""
    (_, (_, _, stated)) = read_mail(raw(f"To: x\nSubject:{subject}\nX-Other: y\n z", FORWARD.encode())).values
    assert stated.text.startswith("Amazon\nYour")


SUBJECTS = [
    ("=?utf-8?B?QW1hesO2bg==?= desk", "Amaz\u00f6n desk"),
    ("=?iso-8859-1?q?Amaz=F6n_?= =?utf-8?q?desk?=", "Amaz\u00f6n desk"),
    ("=?bad?=", "=?bad?="),
    ("=?utf-99?q?x?=", "x"),
    ("=?utf-8?b?x?=", ""),
]


@pytest.mark.parametrize(("subject", "text"), SUBJECTS)
def test_subjects_are_decoded(subject: str, text: str) -> None:
    """Encoded words are read, broken ones do no harm."""
    assert mime.words(subject) == text


def test_fields_that_come_twice() -> None:
    """Both subjects are looked through for a brand; a second sender, and lines that are no field, mean nothing."""
    read = read_mail(raw("From: a@b\nFrom: c@d\nBcc\nSubject: Amazon\nSubject: Microsoft\n: x", FORWARD.encode()))
    assert read.values[1][2].text.startswith("Amazon Microsoft\n")
    assert values(read) == FOUND


ENCRYPTED = [
    raw("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", b"MIAG"),
    raw("Content-Type: multipart/encrypted; boundary=b", b"--b\r\n\r\nVersion: 1\r\n--b--"),
    raw("Subject: x", b"-----BEGIN PGP MESSAGE-----\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n"),
]


@pytest.mark.parametrize("mail", ENCRYPTED)
def test_what_is_encrypted_is_told(mail: bytes) -> None:
    """An encrypted mail is neither read nor lost in silence."""
    assert read_mail(mail).fate is Fate.OPAQUE


def test_what_is_signed_is_read() -> None:
    """A signature beside the text is no obstacle, and an encrypted part beside readable ones neither."""
    head = "Content-Type: multipart/signed; boundary=b"
    body = (
        b"--b\r\n\r\n" + FORWARD.encode() + b"\r\n--b\r\nContent-Type: application/pkcs7-mime\r\n\r\nMII\r\n--b--\r\n"
    )
    assert values(read_mail(raw(head, body))) == FOUND


ENCODED = [
    ("quoted-printable", FORWARD.replace("888", "=38=\n88").encode()),
    ("base64", base64.encodebytes(FORWARD.encode())),
    ("base64", base64.b64encode(FORWARD.encode()).rstrip(b"=") + b"!!"),
    ("8bit", FORWARD.encode()),
    ("x-unknown", FORWARD.encode()),
]


@pytest.mark.parametrize(("encoding", "body"), ENCODED)
def test_transfer_encodings(encoding: str, body: bytes) -> None:
    """Text is read through its transfer encoding, a broken one too."""
    assert values(read_mail(raw(f"Content-Transfer-Encoding: {encoding}", body))) == FOUND


@pytest.mark.parametrize(
    "mail", [b"", b"\r\n\r\nx", b"\x00" * 1_000, b"no header\r\n\r\n", FORWARD.split(":", maxsplit=1)[0].encode()]
)
def test_what_is_no_mail_is_told(mail: bytes) -> None:
    """Bytes without a header are no mail."""
    assert read_mail(mail) == Mail(Fate.NO_MAIL)


@pytest.mark.parametrize("date", ["yesterday", "Sat, 99 Nov 2026", "Fri, 31 Dec 9999 23:59:59 -2359", "1" * 5_000])
def test_a_date_that_is_none_is_none(date: str) -> None:
    """A mail without a time that can be is read all the same."""
    read = read_mail(raw(f"Subject: x\nDate: {date}", FORWARD.encode()))
    assert (read.sent_at, values(read)) == (None, FOUND)


@given(st.binary(max_size=400), st.binary(max_size=400), st.sampled_from(["mixed", "report", "encrypted", "signed"]))
def test_no_bytes_break_it(head: bytes, body: bytes, kind: str) -> None:
    """Whatever comes, there is an answer."""
    read_mail(head + b"\r\n\r\n" + body)
    read_mail(b"Content-Type: multipart/%s; boundary=b\r\n\r\n--b\r\n" % kind.encode() + head + b"\r\n--b\r\n" + body)
