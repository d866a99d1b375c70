"""One mail to one recipient, handed to the team's mail server step by step, so that its fate is known (RFC 5321).

The fate is one of three. `failed`: no byte of the content left, or the server refused it after the last dot. `sent`:
the server took it. `unknown`: content left and no readable answer came; nobody may send it again by itself (RFC 1047).

TLS: `smtps://` speaks it from the first byte, `smtp://` demands STARTTLS (RFC 3207) with a valid certificate. One
exception: a server at a loopback address inside `fetch_allow_nets` that offers no STARTTLS is spoken to in the clear;
one that offers it has to have a valid certificate there too.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from scamhunt.addresses import check, literal, resolve_checked
from scamhunt.errors import AddressRefused, FeedFailed, OutsideError, Refused, UserError
from scamhunt.mail.talk import FAILED, LIMITS, SENT, UNKNOWN, Limits, Said, Server, Talk
from scamhunt.settings import Settings

__all__ = ["FAILED", "LIMITS", "SENT", "UNKNOWN", "Delivered", "Interrupted", "Limits", "deliver"]

_PORTS = {"smtps": 465, "smtp": 587}
_NAMELESS = "[127.0.0.1]"
"""Said in EHLO where the sender has no domain: this machine's name is nobody's business (RFC 5321 4.1.3)."""
_FORM = "write smtps://user:password@host or smtp://..., with %40 for @, %3A for :, %2F for / and %23 for #"
_ADDRESS = re.compile(r"[!#-;=?A-~]{1,64}@[A-Za-z0-9.-]{1,253}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_PLAIN = re.compile(rb"[\x01-\x7f]*")
_FIRST_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a mail: `sent`, `failed` or `unknown`, at which step, and the server's answer, cleaned."""

    outcome: str
    step: str
    answer: str


class Interrupted(BaseException):  # no error: somebody ends the program, and what is known by then has to be stored
    """Raised when something ended a delivery from outside; `by` is raised again once `delivered` is stored."""

    def __init__(self, delivered: Delivered, by: BaseException) -> None:
        """Take what became of the mail and what ended it."""
        super().__init__()
        self.delivered, self.by = delivered, by


# --- where ------------------------------------------------------------------------------------------------------------


def read_server(url: SecretStr) -> Server:
    """Return what the address of a mail server says, before any look-up. Raises `UserError`, which never repeats it."""
    try:
        parts = urlsplit(url.get_secret_value())
        port = parts.port
    except ValueError:
        raise UserError(f"SCAMHUNT_SMTP_URL: no address that can be read; {_FORM}") from None
    if not url.get_secret_value():
        raise UserError(f"SCAMHUNT_SMTP_URL is not set: no mail server to send by; {_FORM}")
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise UserError(f"SCAMHUNT_SMTP_URL: no address of a mail server; {_FORM}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) is not bool(password) or port == 0:
        raise UserError(f"SCAMHUNT_SMTP_URL: user and password go together, and a port is 1 to 65535; {_FORM}")
    if not all(text.isascii() and text.isprintable() for text in (parts.hostname, user, password)):
        raise UserError(f"SCAMHUNT_SMTP_URL: holds characters that cannot be sent, only ASCII can; {_FORM}")
    return Server(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


def leads_off_this_machine(settings: Settings) -> bool:
    """Say whether mail would leave this machine; a name counts as elsewhere, wherever it leads. Raises `UserError`."""
    if not settings.smtp_url.get_secret_value():
        return False
    address = literal(read_server(settings.smtp_url).host)
    return address is None or not address.is_loopback


def find_server(settings: Settings) -> Server:
    """Return the mail server with its checked addresses.

    Raises `UserError` for the setting, `AddressRefused` for an address that is neither public nor allowed, and
    `OutsideError` for a name without one.
    """
    server, allowed = read_server(settings.smtp_url), settings.fetch_allow_nets
    written = literal(server.host)
    try:
        found = check([written], allowed) if written else resolve_checked(server.host, server.port, allowed)
    except AddressRefused as refused:
        raise AddressRefused(f"SCAMHUNT_SMTP_URL: {refused}") from None
    except FeedFailed as failed:
        raise OutsideError(f"SCAMHUNT_SMTP_URL: {failed}") from None
    here = all(one.is_loopback and any(one in net for net in allowed) for one in found)
    return replace(server, addresses=found, in_the_clear=here)


# --- deliver ----------------------------------------------------------------------------------------------------------


def deliver(settings: Settings, mail: bytes, *, sender: str, recipient: str, limits: Limits = LIMITS) -> Delivered:
    """Hand exactly these bytes to the mail server, for exactly this recipient, and say what became of them.

    `mail` is a whole message of ASCII with CRLF line ends; `sender` and `recipient` are plain addresses. Raises before
    anything is connected: `Refused` for bytes or addresses that cannot be sent as they are, and what `find_server`
    raises. `Interrupted` carries what is known when the program is ended in the middle.
    """
    refuse_unsendable(mail, sender, recipient)
    server = find_server(settings)
    name = sender.rpartition("@")[2]
    talk = Talk(server, name if _DOMAIN.fullmatch(name) else _NAMELESS, limits)
    try:
        _hand_over(talk, mail, sender, recipient)
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a challenge that is no base64 is the other
        return Delivered(talk.fate, talk.step, _in_words(error, talk.step))
    except BaseException as stop:
        answer = talk.answer or "the program was ended"
        raise Interrupted(Delivered(talk.fate, talk.step, answer), stop) from stop
    finally:
        talk.close()
    return Delivered(talk.fate, talk.step, talk.answer)


def refuse_unsendable(mail: bytes, sender: str, recipient: str) -> None:
    """Raise `Refused` for what a mail server might read in another way than we do."""
    if _BARE.search(mail) or not mail.endswith(b"\r\n"):
        raise Refused("the mail has a line end that is not CRLF: refused, servers disagree on where it ends")
    if not _PLAIN.fullmatch(mail):
        raise Refused("the mail has bytes that are not ASCII: refused, they could be changed on the way")
    if not all(_ADDRESS.fullmatch(one) for one in (sender, recipient)):
        raise Refused("sender or recipient is no plain address of ASCII: refused")


def _hand_over(talk: Talk, mail: bytes, sender: str, recipient: str) -> None:
    """Take each step; `talk` says how far it came. Raises what ends it."""
    talk.open()
    talk.say_hello("ehlo")
    if not talk.server.tls:
        talk.secure()
    if talk.server.user:
        talk.log_in()
    talk.ask("mail", f"MAIL FROM:<{sender}>{talk.options(len(mail))}", "2")
    talk.ask("rcpt", f"RCPT TO:<{recipient}>", "2")
    talk.ask("data", "DATA", "3")
    talk.give(_FIRST_DOT.sub(b"..", mail))
    talk.part()


def _in_words(error: Exception, step: str) -> str:
    if isinstance(error, Said):
        return str(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):  # what it says may repeat what it was told
        return f"{error.smtp_code} the server does not take user and password"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the server has no valid certificate for its name"
    if isinstance(error, smtplib.SMTPNotSupportedError) or step == "auth":
        return "the server offers no log-in that works"
    return "the connection broke" if isinstance(error, OSError) else "what came is no answer of a mail server"
