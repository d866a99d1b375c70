"""One mail to a real mail server on loopback: what is sent, under which rules, and what is known when it breaks."""

import os
import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import ip_network
from itertools import product

import pytest
import trustme
from pydantic import SecretStr

from bench.lab_smtp import AFTER, MANNERS, PASSWORD, STEPS, Fault, Smtp
from scamhunt.errors import AddressRefused, OutsideError, Refused, UserError
from scamhunt.mail import sending
from scamhunt.mail.sending import Delivered, Interrupted, Limits
from scamhunt.mail.talk import Talk
from scamhunt.settings import Settings

SENDER, DESK = "reports@lab.example", "abuse@registrar.example"
MAIL = b"From: reports@lab.example\r\nMessage-ID: <1@lab.example>\r\n\r\n.one dot\r\n..two\r\n.\r\nend\r\n"
SHORT = Limits(total=1.5)
"""What is before the content has its time on a busy machine too."""
WAITS = ("hang", "garbage", "drip")
"""Manners that last until our own end."""


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end a delivery also where the tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return who signs the certificates of the module."""
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[trustme.CA]:
    """Trust the authority as a team would: by the variable that OpenSSL reads."""
    file = tmp_path_factory.mktemp("trusted") / "authority.pem"
    authority.cert_pem.write_to_path(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        yield authority


def context_of(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    """Return what a server needs to speak TLS under a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def settings_for(url: str, *, allowed: str = "127.0.0.0/8") -> Settings:
    """Return the settings of a team with this mail server."""
    return Settings(smtp_url=SecretStr(url), fetch_allow_nets=(ip_network(allowed),))


def send(server: Smtp, mail: bytes = MAIL, limits: Limits = sending.LIMITS) -> Delivered:
    """Send a mail to a server."""
    return sending.deliver(settings_for(server.url), mail, sender=SENDER, recipient=DESK, limits=limits)


def send_as(server: Smtp, sender: str, recipient: str) -> Delivered:
    """Send a mail under other addresses."""
    return sending.deliver(settings_for(server.url), MAIL, sender=sender, recipient=recipient)


# --- what is sent -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tls", "log_in"), [("", False), ("", True), ("starttls", True), ("tls", True), ("tls", False)]
)
def test_the_server_gets_exactly_these_bytes_once(trusted: trustme.CA, tls: str, *, log_in: bool) -> None:
    """In the clear on this machine, with STARTTLS or TLS, with a log-in or without: the bytes that people approved."""
    with Smtp(tls=tls, context=context_of(trusted), log_in=log_in) as server:
        assert send(server, limits=sending.LIMITS) == Delivered("sent", "dot", "250 kept as lab-1")
    assert server.accepted == [MAIL]
    hello = ["EHLO", "STARTTLS", "EHLO"] if tls == "starttls" else ["EHLO"]
    assert server.commands == [*hello, *["AUTH"] * log_in, "MAIL", "RCPT", "DATA", "QUIT"]


def test_our_name_and_the_size_are_told_and_this_machine_s_name_is_not() -> None:
    """EHLO names the sender's domain; MAIL FROM says the size and that the bytes are plain."""
    with Smtp() as server:
        send(server)
    assert server.lines[:3] == [
        "ehlo lab.example",
        f"MAIL FROM:<{SENDER}> SIZE={len(MAIL)} BODY=7BIT",
        f"RCPT TO:<{DESK}>",
    ]


@pytest.mark.parametrize(
    "mail",
    [
        b"Subject: x\r\n\r\none\n.\r\nMAIL FROM:<a@b.example>\r\n",
        b"Subject: x\r\n\r\none\r.\r\ntwo\r\n",
        b"Subject: x\r\n\r\nno end",
        b"Subject: \xe4\r\n\r\n",
        b"Subject: x\0\r\n\r\n",
        b"",
    ],
)
def test_bytes_that_servers_read_differently_are_refused(mail: bytes) -> None:
    """A bare line end could smuggle a second mail; it is refused before anything is connected."""
    with Smtp() as server:
        with pytest.raises(Refused, match="refused"):
            send(server, mail)
        assert server.connections == 0


@pytest.mark.parametrize(
    "address",
    ["a@b.example>\r\nRCPT TO:<c@d.example", "a b@c.example", "a@b@c.example", "a@", "ä@b.example", "<a@b.de>"],
)
@pytest.mark.parametrize("role", ["sender", "recipient"])
def test_an_address_with_more_in_it_is_refused(address: str, role: str) -> None:
    """Nobody else gets the mail."""
    with Smtp() as server:
        with pytest.raises(Refused, match="no plain address"):
            send_as(server, address if role == "sender" else SENDER, address if role == "recipient" else DESK)
        assert server.connections == 0


# --- where to ---------------------------------------------------------------------------------------------------------

URLS = [
    "",
    "https://mail.example",
    "smtp://",
    "smtp://user@mail.example",
    "smtp://:secret@mail.example",
    "smtp://mail.example:0",
    "smtp://mail.example:99999",
    "smtp://user:secret@[mail.example",
    "smtp://mail.example/secret",
    "smtp://user:secr%0Aet@mail.example",
    "smtp://user:secr%C3%A4t@mail.example",
]


@pytest.mark.parametrize("url", URLS)
def test_what_is_wrong_with_the_address_is_told_without_it(url: str) -> None:
    """The setting is named and how to write it; the password is not repeated."""
    with pytest.raises(UserError, match=r"SCAMHUNT_SMTP_URL.*smtps://user:password@host") as told:
        sending.find_server(settings_for(url))
    assert "secr" not in str(told.value)


def test_a_password_is_in_no_text_of_ours() -> None:
    """What is logged or shown of a server does not hold it."""
    assert "secret" not in repr(sending.read_server(SecretStr("smtps://user:secret@mail.example")))


@pytest.mark.parametrize(
    ("url", "port"), [("smtps://mail.example", 465), ("smtp://mail.example", 587), ("smtp://mail.example:25", 25)]
)
def test_a_port_belongs_to_each_way(url: str, port: int) -> None:
    """The ports for handing mail in (RFC 8314), where none is given."""
    assert sending.read_server(SecretStr(url)).port == port


@pytest.mark.parametrize(
    "url", ["smtp://127.0.0.1", "smtp://10.0.0.1", "smtps://[::1]", "smtp://0x7f.1", "smtp://169.254.169.254"]
)
def test_an_address_that_is_not_public_is_refused(url: str) -> None:
    """Only a network that the team allowed on purpose is connected to."""
    with pytest.raises(AddressRefused, match=r"SCAMHUNT_SMTP_URL: .* is refused"):
        sending.find_server(settings_for(url, allowed="192.0.2.0/24"))


def test_a_name_without_an_address_fails_outside() -> None:
    """It may be the network: trying again later is the cure."""
    with pytest.raises(OutsideError, match=r"mail\.invalid: has no address"):
        sending.find_server(settings_for("smtp://mail.invalid"))


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("smtp://127.0.0.1:25", False),
        ("smtps://[::1]", False),
        ("smtp://localhost", False),
        ("", False),
        ("smtp://mail.example", True),
        ("smtp://192.0.2.1", True),
    ],
)
def test_only_a_loopback_address_stays_on_this_machine(url: str, leads: bool) -> None:
    """A name counts as elsewhere whatever it leads to; without a server nothing leaves."""
    assert sending.leads_off_this_machine(settings_for(url)) is leads


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("name", ["other.example", "unknown authority"])
def test_a_wrong_certificate_ends_it_before_anything_is_told(trusted: trustme.CA, tls: str, name: str) -> None:
    """On this machine too: neither log-in nor mail goes to a server that cannot prove its name."""
    by = trustme.CA() if name == "unknown authority" else trusted
    shown = "127.0.0.1" if name == "unknown authority" else name
    with Smtp(tls=tls, context=context_of(by, shown), log_in=True) as server:
        told = send(server)
    assert told == Delivered("failed", "handshake", "the server has no valid certificate for its name")
    assert {"AUTH", "MAIL"} & set(server.commands) == set()


def test_a_server_elsewhere_that_offers_no_tls_is_told_nothing() -> None:
    """A downgrade is refused: only a loopback address inside the allowed networks may do without TLS."""
    with Smtp(log_in=True) as server:
        there = replace(sending.find_server(settings_for(server.url)), in_the_clear=False)
        talk = Talk(there, "lab.example", SHORT)
        talk.open()
        talk.say_hello("ehlo")
        with pytest.raises(OSError, match="offers no TLS"):
            talk.secure()
        talk.close()
    assert server.commands == ["EHLO"]


def test_words_in_the_clear_do_not_count_as_said_under_tls(trusted: trustme.CA) -> None:
    """What somebody slips in behind the answer to STARTTLS ends it (CVE-2011-0411)."""
    with Smtp(tls="starttls", context=context_of(trusted), slip="starttls") as server:
        assert send(server) == Delivered("failed", "starttls", "the server answers before it was asked")


# --- where it breaks --------------------------------------------------------------------------------------------------


def outcomes(step: str, manner: str) -> set[str]:
    """Return what may be said of a mail that broke."""
    if manner in {"4xx", "5xx"} and step == "content":  # a no may come before the last dot or after it
        return {"failed", "unknown"}
    unclear = step in {"content", "dot"} and manner not in {"4xx", "5xx"}
    return {"unknown"} if unclear else {"failed"}


@dataclass(frozen=True)
class Broken:
    """What came of a mail to a server that broke."""

    told: Delivered
    accepted: int
    seconds: float


def broken(authority: trustme.CA, fault: Fault) -> Broken:
    """Send a mail to a server that breaks."""
    with Smtp(fault, tls="starttls", context=context_of(authority), log_in=True) as server:
        started = time.monotonic()
        told = send(server, limits=SHORT if fault.manner in WAITS else sending.LIMITS)
        return Broken(told, len(server.accepted), time.monotonic() - started)


@pytest.fixture(scope="module")
def all_broken(trusted: trustme.CA) -> dict[Fault, Broken]:
    """Return what came of each: tried side by side, for many of them wait until the end."""
    faults = [Fault(step, manner) for step, manner in product(STEPS, MANNERS)]
    with ThreadPoolExecutor(28) as pool:
        return dict(zip(faults, pool.map(partial(broken, trusted), faults), strict=True))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("manner", MANNERS)
def test_what_breaks_is_told_truly(all_broken: dict[Fault, Broken], step: str, manner: str) -> None:
    """Before the content nothing was sent; from its first byte on only a clear no means that it was not."""
    found = all_broken[Fault(step, manner)]
    assert found.told.outcome in outcomes(step, manner)
    assert found.told.answer
    assert found.told.answer.isprintable()
    assert found.accepted == 0
    assert found.seconds < 10


@pytest.mark.parametrize(
    ("manner", "outcome"),
    [("accept and hang up", "unknown"), ("accept and hang", "unknown"), ("answer and hang up", "sent")],
)
def test_after_the_dot_only_an_answer_counts(manner: str, outcome: str) -> None:
    """A server that took the mail and did not say so leaves us in the dark; trouble at the goodbye does not."""
    assert manner in AFTER
    with Smtp(Fault("dot", manner)) as server:
        assert send(server, limits=SHORT).outcome == outcome
    assert server.accepted == [MAIL]


def test_an_answer_before_the_question_is_none() -> None:
    """A `250` that was sent along with the go-ahead is not the answer to the content."""
    with Smtp(slip="data") as server:
        assert send(server) == Delivered("failed", "content", "the server answers before it was asked")
    assert server.accepted == []


@pytest.mark.parametrize(
    ("greeting", "answer"),
    [
        (b"220-a\r\n" * 100 + b"220 b\r\n", "what came is no answer of a mail server"),
        (b"220 " + b"a" * 20_000 + b"\r\n", "what came is no answer of a mail server"),
        (b"a" * 40_000, "what came is no answer of a mail server"),
        (b"220-a\r\n250 b\r\n", "what came is no answer of a mail server"),
        (b"2200 b\r\n", "what came is no answer of a mail server"),
        (b"554 go away, \x1b[31m" + b"b" * 1000 + b"\r\n", "554 go away, \\u{1b}[31m"),
    ],
)
def test_an_answer_has_a_size_and_is_shown_clean(greeting: bytes, answer: str) -> None:
    """Neither endless lines nor control characters of a server reach memory or terminal."""
    with Smtp(greeting=greeting) as server:
        told = send(server, limits=sending.LIMITS)
    assert (told.outcome, told.step) == ("failed", "greeting")
    assert told.answer.startswith(answer)
    assert len(told.answer) <= 310


def test_a_wrong_password_is_not_repeated() -> None:
    """A server that says back what it was told does not bring the password into our log."""
    with Smtp(log_in=True) as server:
        wrong = server.url.replace("ord%2541", "secret")
        told = sending.deliver(settings_for(wrong), MAIL, sender=SENDER, recipient=DESK)
    assert told == Delivered("failed", "auth", "535 the server does not take user and password")
    assert PASSWORD not in repr(told)


def test_a_server_without_a_log_in_fails_where_one_is_set() -> None:
    """Nobody sends as nobody where a user is set."""
    with Smtp() as server:
        url = server.url.replace("//", "//user:secret@")
        told = sending.deliver(settings_for(url), MAIL, sender=SENDER, recipient=DESK)
    assert told == Delivered("failed", "auth", "the server offers no log-in that works")


def test_nobody_listens() -> None:
    """A closed port is a failure, and it takes no time."""
    with Smtp() as server:
        url = server.url
    told = sending.deliver(settings_for(url), MAIL, sender=SENDER, recipient=DESK)
    assert told == Delivered("failed", "connect", "the connection broke")


def stop_when(true: Callable[[], object]) -> threading.Thread:
    """Interrupt this process once something is so."""

    def wait() -> None:
        while not true():
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.parametrize(("step", "outcome"), [("rcpt", "failed"), ("dot", "unknown")])
def test_an_end_from_outside_still_says_what_is_known(step: str, outcome: str) -> None:
    """Ctrl-C does not lose what became of the mail: it goes along with the end."""
    last = {"rcpt": "RCPT", "dot": "DATA"}[step]
    with Smtp(Fault(step, "hang")) as server:
        thread = stop_when(lambda: server.commands[-1:] == [last] and (step == "rcpt" or server.seen))
        with pytest.raises(Interrupted) as stopped:
            send(server, limits=Limits(total=10))
        thread.join()
    assert isinstance(stopped.value.by, KeyboardInterrupt)
    assert (stopped.value.delivered.outcome, stopped.value.delivered.step) == (outcome, step)
