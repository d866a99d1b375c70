import time
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from scamhunt import mail
from scamhunt.errors import AddressRefused, FeedFailed, Refused, UserError
from scamhunt.mail import LARGEST, Listed, Mailbox, read_place
from scamhunt.settings import Settings
from tests.imap_server import USER, Mailserver, done, mailserver, scripted

FIRST, SECOND = b"Subject: one\r\n\r\nfirst\r\n", b"Subject: two\r\n\r\nthe second of them\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return a certificate authority."""
    return trustme.CA()


@pytest.fixture(scope="module")
def plain() -> Iterator[Mailserver]:
    """Give a server without TLS."""
    with mailserver() as server:
        yield server


@pytest.fixture(scope="module")
def secure(authority: trustme.CA) -> Iterator[Mailserver]:
    """Give a server with TLS."""
    with mailserver(authority) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings that allow loopback."""
    return Settings(home=tmp_path, fetch_allow_nets=(ip_network("127.0.0.0/8"),))


@pytest.fixture
def trust(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process trust the authority, as a team does with its own."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def opened(server: Mailserver, settings: Settings, folder: str = "") -> Mailbox:
    """Open a folder."""
    return Mailbox.open(SecretStr(server.url(folder)), settings)


@pytest.mark.parametrize("which", ["plain", "secure"])
@pytest.mark.usefixtures("trust")
def test_what_is_new_is_read_and_nothing_is_changed(
    which: str, settings: Settings, request: pytest.FixtureRequest
) -> None:
    """Mails after a UID are listed with their size and come as they are; none of them is marked as read."""
    server: Mailserver = request.getfixturevalue(which)
    server.add_folder(which)
    first, second = server.put(FIRST, SECOND, folder=which)
    with opened(server, settings, which) as box:
        listed = box.new_since(0, 0)
        assert listed.messages == ((first, len(FIRST)), (second, len(SECOND)))
        assert [box.fetch(uid) for uid, _ in listed.messages] == [FIRST, SECOND]
        assert box.new_since(listed.uidvalidity, first).messages == ((second, len(SECOND)),)
        assert box.new_since(listed.uidvalidity, second) == Listed(listed.uidvalidity, (), 0)
        assert box.new_since(listed.uidvalidity - 1, second).messages == listed.messages
        assert box.fetch(second + 5) == b""
        assert box.shown == f"{server.scheme}://127.0.0.1:{server.port}/{which}"
    assert server.flags(which) == [set(), set()]


def test_a_folder_has_any_name(plain: Mailserver, settings: Settings) -> None:
    """A folder below another one, with letters beyond ASCII and a space, is found."""
    plain.add_folder("Scams/Größe two")
    plain.put(FIRST, folder="Scams/Größe two")
    with opened(plain, settings, "Scams/Größe two") as box:
        assert len(box.new_since(0, 0).messages) == 1


def test_a_password_has_any_characters(settings: Settings) -> None:
    """A password beyond ASCII is sent in the way that IMAP has for it."""
    word = "gehe\u00efm w\u00f6rd"
    with mailserver(password=word) as server:
        server.put(FIRST)
        url = server.url(password=word)
        with Mailbox.open(SecretStr(url), settings) as box:
            assert len(box.new_since(0, 0).messages) == 1


def test_a_wrong_password_is_told_and_not_repeated(plain: Mailserver, settings: Settings) -> None:
    """Whoever mistypes it learns what to look at; neither user nor password stands in the message."""
    wrong = "hunter-22"
    with pytest.raises(FeedFailed, match="does not take this user and password; look at SCAMHUNT_IMAP_URL") as told:
        Mailbox.open(SecretStr(plain.url(password=wrong)), settings)
    assert told.value.exit_code == 3
    assert not [word for word in (wrong, USER) if word in str(told.value)]


def test_a_folder_that_is_not_there_is_told(plain: Mailserver, settings: Settings) -> None:
    """A wrong folder is told apart from a wrong password."""
    with pytest.raises(FeedFailed, match="has no such folder"):
        opened(plain, settings, "nowhere")


@pytest.mark.parametrize(
    ("url", "allowed", "error", "words"),
    [
        ("imaps://u:pw-secret@127.0.0.1/INBOX", "10.0.0.0/8", AddressRefused, "127.0.0.1 is refused: this machine"),
        ("imaps://u:pw-secret@[::1]/INBOX", "10.0.0.0/8", AddressRefused, "refused"),
        ("imap://u:pw-secret@1.1.1.1/INBOX", "127.0.0.0/8", Refused, "in the clear: refused; write imaps://"),
    ],
)
def test_an_address_that_must_not_be_asked_is_refused(
    url: str, allowed: str, error: type[Refused], words: str, tmp_path: Path
) -> None:
    """Nobody is connected to at an address that is not public, and no password leaves without TLS: exit 5."""
    with pytest.raises(error) as told:
        Mailbox.open(SecretStr(url), Settings(home=tmp_path, fetch_allow_nets=(ip_network(allowed),)))
    assert words in str(told.value)
    assert told.value.exit_code == 5
    assert "pw-secret" not in str(told.value)


def test_a_certificate_has_to_be_right(
    secure: Mailserver, authority: trustme.CA, settings: Settings, request: pytest.FixtureRequest
) -> None:
    """One of an unknown authority, and one for another name, end the connection before the password is sent."""
    with pytest.raises(FeedFailed, match="does not have a valid certificate"):
        opened(secure, settings)
    request.getfixturevalue("trust")
    with mailserver(authority, "mail.example") as other, pytest.raises(FeedFailed, match="a valid certificate"):
        opened(other, settings)


def test_a_server_without_tls_is_no_connection(plain: Mailserver, settings: Settings) -> None:
    """imaps:// at a port that speaks no TLS fails; it does not fall back."""
    url = plain.url().replace("imap://", "imaps://")
    with pytest.raises(FeedFailed, match="no connection, or it broke"):
        Mailbox.open(SecretStr(url), settings)


def test_nobody_at_the_port(settings: Settings) -> None:
    """A port where nobody listens is told as such."""
    with scripted({}) as gone:
        pass
    with pytest.raises(FeedFailed, match="no connection"):
        Mailbox.open(SecretStr(f"imap://u:p@127.0.0.1:{gone.port}"), settings)


@pytest.mark.parametrize(
    "url",
    [
        "imaps://host/INBOX",
        "imaps://user@host/INBOX",
        "imaps://us#er:secret@host/INBOX",
        "imaps://user:se/cret@host/INBOX",
        "imaps://user:secret@host:0/",
        "imaps://user:secret@host:99999/",
        "imaps://user:secret@[::1/",
        "imaps://user:secret@host/INBOX?x=1",
        "imaps://user:secret%0d%0aA1 DELETE@host/INBOX",
        "imaps://user:secret@host/a%00b",
        "https://user:secret@host/",
    ],
)
def test_an_address_that_cannot_be_read_is_told(url: str) -> None:
    """The form is shown, the address is not repeated, and nothing that could carry a command is sent."""
    with pytest.raises(UserError, match="write imaps://user:password@host/INBOX") as told:
        read_place(SecretStr(url))
    assert "secret" not in str(told.value)
    assert told.value.exit_code == 2


def test_the_parts_of_an_address() -> None:
    """Percent signs are undone, ports and folder have their defaults, and a place shows no secret."""
    place = read_place(SecretStr("imaps://scams%40example.com:a%2Fb%3A%23@mail.example/Scams/New%20ones"))
    assert (place.user, place.password, place.host, place.port) == ("scams@example.com", "a/b:#", "mail.example", 993)
    assert place.folder == "Scams/New ones"
    assert place.shown == "imaps://mail.example/Scams/New ones"
    assert "a/b" not in repr(place)
    assert "scams" not in repr(place).replace("Scams", "")
    plain = read_place(SecretStr("imap://scams@example.com:p@[::1]:1143"))
    assert (plain.user, plain.port, plain.shown) == ("scams@example.com", 1143, "imap://[::1]:1143/INBOX")


# --- servers that are not what they should be -------------------------------------------------------------------------

SEARCH = b"SEARCH " + b" ".join(b"%d" % uid for uid in range(1, 2_006))


def literal(size: int, body: bytes = b"x") -> Callable[[bytes], bytes]:
    """Return an answer to FETCH that says how large it is."""
    return lambda tag: b"* 1 FETCH (UID 5 BODY[]<0> {%d}\r\n" % size + body + b")\r\n%s OK done\r\n" % tag


def test_only_commands_that_change_nothing_are_sent(settings: Settings) -> None:
    """The folder is examined, bodies are peeked at, so many at once and no more; the rest waits."""
    with scripted({"UID SEARCH": lambda tag: done(tag, SEARCH)}) as server:
        with Mailbox.open(SecretStr(f"imap://u:p@127.0.0.1:{server.port}/Box"), settings) as box:
            listed = box.new_since(7, 0)
            assert (len(listed.messages), listed.messages[-1], listed.behind) == (2_000, (2_000, 0), 5)
            assert box.fetch(5) == b""
        sent = [b" ".join(line.split()[1:3]) for line in server.lines]
    assert sent == [b"CAPABILITY", b'LOGIN "u"', b'EXAMINE "Box"', b"UID SEARCH", *[b"UID FETCH"] * 5, b"LOGOUT"]
    fetched = [line.split(None, 4)[4].strip() for line in server.lines if b"FETCH" in line]
    assert fetched == [*[b"(RFC822.SIZE)"] * 4, b"(BODY.PEEK[]<0.%d>)" % (LARGEST + 1)]


BROKEN: list[tuple[dict[str, Callable[[bytes], bytes]], str]] = [
    ({"*": lambda _: b"220 smtp.example ESMTP\r\n"}, "no connection, or it broke"),
    ({"*": lambda _: b"* BYE busy\r\n"}, "does not answer as a mail server does"),
    ({"*": lambda _: b"x" * 6_000_000}, "no connection, or it broke"),
    ({"CAPABILITY": lambda _: b""}, "no connection, or it broke"),
    ({"LOGIN": lambda tag: tag + b" NO [AUTHENTICATIONFAILED] pw-secret\r\n"}, "does not take this user"),
    ({"LOGIN": lambda tag: tag + b" BAD pw-secret\r\n"}, "does not take this user"),
    ({"EXAMINE": lambda tag: tag + b" NO no\r\n"}, "has no such folder"),
    ({"EXAMINE": lambda tag: done(tag, b"1 EXISTS")}, "does not number its messages"),
    ({"EXAMINE": lambda tag: done(tag, b"OK [UIDVALIDITY no] x")}, "does not number its messages"),
    ({"UID SEARCH": lambda tag: tag + b" NO no\r\n"}, "its list of messages cannot be read"),
    ({"UID SEARCH": lambda tag: done(tag, b"SEARCH five")}, "its list of messages cannot be read"),
    ({"UID SEARCH": lambda tag: done(tag, b"SEARCH 5") + b"* NOOP\r\n" * 40_000}, "it broke"),
    ({"UID FETCH": lambda tag: tag + b" NO no\r\n"}, "a message cannot be read"),
    ({"UID FETCH": literal(LARGEST * 4)}, "it broke"),
    ({"UID FETCH": lambda _: b"* 1 FETCH (BODY[] {1" + b"0" * 5_000 + b"}\r\n"}, "a message cannot be read"),
    ({"UID FETCH": literal(50)}, "in time"),
]


def ask_for_one(url: SecretStr, settings: Settings, *, listed: bool) -> None:
    """Ask for a list or for a message."""
    with Mailbox.open(url, settings) as box:
        if listed:
            box.new_since(0, 0)
        box.fetch(5)


@pytest.mark.parametrize(("answers", "words"), BROKEN)
def test_a_server_that_lies_is_a_failed_feed(
    answers: dict[str, Callable[[bytes], bytes]], words: str, settings: Settings
) -> None:
    """Whatever a server says, the run ends with a sentence, soon and in little memory; nothing of it is repeated."""
    quick = settings.model_copy(update={"fetch_seconds": 0.3})
    begun = time.monotonic()
    with scripted(answers) as server, pytest.raises(FeedFailed) as told:
        ask_for_one(SecretStr(f"imap://u:pw-secret@127.0.0.1:{server.port}"), quick, listed="UID SEARCH" in answers)
    assert words in str(told.value)
    assert "pw-secret" not in str(told.value)
    assert time.monotonic() - begun < 5


def test_a_message_that_was_not_asked_for_is_passed_over(settings: Settings) -> None:
    """A server may tell of other messages in between; what comes back is the one that was asked for."""
    other = b"* 2 FETCH (UID 6 BODY[] {3}\r\nabc)\r\n* 2 FETCH (FLAGS ())\r\n"
    answer = literal(2, b"me")
    with (
        scripted({"UID FETCH": lambda tag: other + answer(tag)}) as server,
        Mailbox.open(SecretStr(f"imap://u:p@127.0.0.1:{server.port}"), settings) as box,
    ):
        assert box.fetch(5) == b"me"


def test_a_run_ends_at_its_moment(settings: Settings) -> None:
    """All that is asked of one mailbox ends with the time that a feed may take."""
    quick = settings.model_copy(update={"feed_seconds": 0.2})
    with scripted({}) as server, Mailbox.open(SecretStr(f"imap://u:p@127.0.0.1:{server.port}"), quick) as box:
        time.sleep(0.25)
        with pytest.raises(FeedFailed, match="no answer in time"):
            box.new_since(0, 0)


def test_the_limits_are_those_of_the_docs() -> None:
    """What the page of the feeds says of limits is what the code keeps."""
    assert (mail.LARGEST, mail.MESSAGES) == (25 * 2**20, 2_000)
