"""Whom to tell of an abuse: which contacts of a registry's answer are usable, what each may act on, who comes first.

The abuse desk of a name stands inside the registrar's entity (ICANN's RDAP response profile, 2.4.5); other answers have
it on top, or several. Who holds a name may have written any of it, so each address is checked. Pure.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import idna

ABUSE, GENERAL = "abuse", "general"
SCOPES = ("registrar", "reseller", "network", "registry", "registrant")
"""What a contact can act on, in the order in which they are worth writing to."""
MOST = 20
AT_ITSELF = "a contact at the name itself is left out"
JUNK = "a mailbox that is no abuse desk is left out"
UNUSABLE = "a contact that cannot be an address is left out"
SEVERAL = "names more than one abuse mailbox"
NONE = "names no abuse mailbox"

_LONGEST, _LONGEST_LOCAL = 254, 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{4,24}(?:x[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who may be told."""

    email: str
    phone: str
    name: str
    scope: str
    """One of `SCOPES`."""
    role: str = ABUSE
    """`abuse`; `general` for a mailbox of the registrar that nobody called an abuse desk."""
    form: str = ""
    """A page where abuse is reported instead."""


@dataclass(frozen=True, slots=True)
class Junk:
    """Mailboxes that are never told: those of address registries, of templates, of peering."""

    domains: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()
    locals: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a list: `@domain` with all below it, `local@`, or a whole address; `#` begins a remark."""
        lines = {line.partition("#")[0].strip().lower() for line in text.splitlines()} - {""}
        return cls(
            frozenset(one[1:] for one in lines if one.startswith("@")),
            frozenset(one for one in lines if not one.startswith("@") and not one.endswith("@")),
            frozenset(one[:-1] for one in lines if one.endswith("@")),
        )

    def has(self, email: str) -> bool:
        """Return whether a mailbox is one of them."""
        local, _, domain = email.lower().rpartition("@")
        below = any(f".{domain}".endswith(f".{one}") for one in self.domains)
        return below or email.lower() in self.mailboxes or local in self.locals


def mailbox(text: str) -> str:
    """Return an address that mail may be sent to, its domain in lower case A-labels; empty for what is none.

    One `@`, no quotes, brackets, blanks or controls: what could become two addresses or a header is none. Letters
    beyond ASCII may stand before the @ (RFC 6531).
    """
    address = text.strip(" ")
    local, at, domain = address.partition("@")
    if not at or "@" in domain or len(address) > _LONGEST or not 0 < len(local) <= _LONGEST_LOCAL:
        return ""
    plain = "".join("a" if not char.isascii() and char.isalnum() else char for char in local)
    ascii_domain = _domain(domain)
    return f"{local}@{ascii_domain}" if ascii_domain and _LOCAL.fullmatch(plain) else ""


def _domain(text: str) -> str:
    try:
        plain = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode()
    except idna.IDNAError:
        return ""
    labels = plain.split(".")
    good = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdecimal()
    return plain if good else ""


def phone(text: str) -> str:
    """Return a telephone number as it stands, `tel:` taken off; empty for what is none."""
    number, _, rest = text.strip().removeprefix("tel:").partition(";")
    extension = re.search(r"ext=([0-9]{1,6})", rest)
    found = number.strip() + (f"x{extension[1]}" if extension else "")
    return found if _PHONE.fullmatch(found) else ""


def usable(found: Iterable[Contact], subject: str, junk: Junk) -> tuple[tuple[Contact, ...], tuple[str, ...]]:
    """Return the contacts that may be told, the first to tell first, and what has to be said of the rest.

    `subject` is the name that they are to act on, empty for an address: whoever has a mailbox there is not told.
    """
    kept: dict[tuple[str, str, str], Contact] = {}
    said: list[str] = []
    for one in found:
        why = _why_not(one.email, subject, junk)
        said += [why] if why else []
        left = Contact("" if why else one.email, one.phone, one.name, one.scope, one.role, one.form)
        if left.email or left.phone or left.form:
            kept.setdefault((left.email.lower(), "" if left.email else left.phone + left.form, left.scope), left)
    ranked = ordered(kept.values())[:MOST]
    desks = {one.email.lower() for one in ranked if one.email and one.role == ABUSE}
    said += [SEVERAL] if len(desks) > 1 else [] if desks else [NONE]
    return tuple(ranked), tuple(dict.fromkeys(said))


def ordered(contacts: Iterable[Contact]) -> list[Contact]:
    """Return contacts, the first to tell first: who can act, an abuse desk, a mailbox; else as the source had them."""
    return sorted(contacts, key=_place)


def _place(one: Contact) -> tuple[int, bool, bool, bool]:
    """ARIN gives an organisation's general mailbox the role of an abuse desk too: one that is called so comes first."""
    named = "abuse" in one.email.partition("@")[0].lower()
    return SCOPES.index(one.scope), one.role != ABUSE, not one.email, not named


def _why_not(email: str, subject: str, junk: Junk) -> str:
    domain = email.rpartition("@")[2].lower()
    if not email:
        return ""
    if subject and (domain == subject or domain.endswith(f".{subject}")):
        return AT_ITSELF
    return JUNK if junk.has(email) else ""


def emails(values: Sequence[str]) -> tuple[list[str], bool]:
    """Return the addresses among some texts, and whether one of them was none."""
    given = [one for one in values if one.strip()]
    found = [mailbox(one) for one in given]
    return [one for one in found if one], not all(found)
