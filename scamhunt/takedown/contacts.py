"""Who can be written to, and which addresses never are. Pure."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from scamhunt.errors import UserError, did_you_mean
from scamhunt.model import Channel
from scamhunt.takedown.case import Recipient
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.words import clean

# Narrower than RFC 5321 on purpose: what abuse desks publish. `=` and `?` would let an RFC 2047 encoded word pass as an
# address, which mail libraries decode to whatever it hides.
_ATOM = r"[A-Za-z0-9_+-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?!-)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_LONGEST = 254
_FORM_HOST = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_FORM_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_LONGEST_FORM = 500

JUNK_DOMAINS = frozenset(
    {"ripe.net", "arin.net", "apnic.net", "lacnic.net", "afrinic.net", "iana.org", "icann.org"}
    | {"nic.ad.jp", "cnnic.cn", "cnnic.net.cn", "krnic.or.kr", "nic.or.kr", "twnic.net", "twnic.net.tw"}
)
"""Registries of addresses: their answers name them in remarks and templates, and they act on none of the networks that
they handed out."""
JUNK_MAILBOXES = frozenset({"hostmaster", "peering", "noreply", "no-reply", "donotreply", "do-not-reply", "nobody"})
"""Mailboxes of people who route packets or keep zones, and such as nobody reads."""


def check_recipient(address: str) -> str:
    """Return the address when it is one plain address in ASCII, such as `abuse@registrar.example`.

    Raises `UserError` for a display name, a comment, quotes, several addresses, spaces, line ends and other characters.
    """
    if len(address) <= _LONGEST and _ADDRESS.fullmatch(address):
        return address
    shown = clean(address, 60)
    raise UserError(f"'{shown}' is not one plain e-mail address; write it as in abuse@registrar.example")


def check_form(address: str) -> str:
    """Return the address when it is one plain https URL of a page or API with a named host.

    Raises `UserError` for another scheme, an address with a name or password in it, a bare IP address and the like.
    """
    try:
        parts = urlsplit(address)
        plain = len(address) <= _LONGEST_FORM and _FORM_CHARACTERS.fullmatch(address) and parts.port in {None, 443}
    except ValueError:
        plain = False
    if plain and parts.scheme == "https" and "@" not in parts.netloc and _FORM_HOST.fullmatch(parts.hostname or ""):
        return address
    shown = clean(address, 60).replace(";", ",")
    raise UserError(f"it is no plain https address: '{shown}'; write it as in https://registrar.example/abuse")


def is_junk(address: str) -> bool:
    """Say whether a mailbox is one that never acts on a report."""
    mailbox, _, domain = address.lower().rpartition("@")
    return mailbox in JUNK_MAILBOXES or any(f".{domain}".endswith(f".{one}") for one in JUNK_DOMAINS)


def vouched(address: str, kind: str, by: str, at: datetime) -> Recipient:
    """Return a contact that a person gave and answers for: a mail address, or the https address of a form.

    Raises `UserError` for a kind that there is not, an address that cannot be used, and a mailbox that never acts.
    """
    known = [one.value for one in RecipientKind]
    if kind not in known:
        text = f"{clean(kind, 40)!a} is no kind of recipient{did_you_mean(kind, known)}; kinds are {', '.join(known)}"
        raise UserError(text)
    is_form = address.lower().startswith(("https:", "http:"))
    checked = check_form(address) if is_form else check_recipient(address)
    if not is_form and is_junk(checked):
        raise UserError(f"{checked} is a mailbox that acts on no report; give the abuse desk of the {kind}")
    name = clean(by, 64)
    return Recipient(
        kind=kind,
        name=checked,
        channel=Channel.FORM if is_form else Channel.EMAIL,
        address=checked,
        yours=f"We were given this address as yours for {_WORK[kind]}; if it is not, please tell us.",
        source=f"given by {name}",
        verified_on=at.date().isoformat(),
        how="vouched",
        vouched_by=name,
    )


def in_words(kind: str) -> str:
    """Return a kind of recipient as words: `network operator`, `registrar`."""
    return _IN_WORDS.get(kind, kind.replace("_", " "))


_WORK = {
    "platform": "what is hosted on your platform",
    "host": "hosting",
    "cdn": "what your network delivers",
    "shortener": "short links",
    "registrar": "registrations",
    "registry": "the names of your top-level domain",
    "dns": "the name's zone",
    "mail": "the name's mail",
    "blocklist": "addresses to warn of",
    "cert": "incidents in your country",
    "compliance": "complaints about registrars and registries",
    "carrier": "the number",
    "resporg": "toll-free numbers",
    "traceback": "calls to be traced",
    "do_not_originate": "numbers that never place calls",
}
"""What a contact of each kind is given for, as the end of `yours for ...`."""
_IN_WORDS = {
    "host": "hosting company",
    "cdn": "CDN in front of the host",
    "dns": "DNS operator",
    "mail": "mail provider",
    "cert": "national incident team",
    "resporg": "responsible organisation (RespOrg)",
    "traceback": "party that traces calls",
    "do_not_originate": "keeper of the do-not-originate list",
    "shortener": "URL shortener",
    "platform": "platform that hosts it",
}
