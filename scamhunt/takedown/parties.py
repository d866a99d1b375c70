"""One party that can act on a case, made from a desk of the list or from what a registry publishes. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from scamhunt.errors import BadIndicator, UserError
from scamhunt.indicators import domain
from scamhunt.model import Channel
from scamhunt.takedown.case import Case, Desk, Recipient
from scamhunt.takedown.contacts import check_form, check_recipient, is_junk
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.site import Published
from scamhunt.takedown.words import clean

SHOWN = 80
"""Characters of a name from outside."""
MACHINES = 20
"""Addresses of a name that are asked about."""
CONTACTS = 40
"""Published contacts of one party that are read."""

_LEGAL_FORMS = frozenset("llc inc ltd limited gmbh ag sa sas srl bv corp corporation co company plc ab oy".split())


def from_desk(desk: Desk, yours: str) -> Recipient:
    """Return a desk of the list with the fact that makes a case its own."""
    said = (desk.source, desk.verified_on, desk.how)
    return Recipient(desk.kind, desk.name, desk.channel, desk.address, yours, *said, desk=desk)


def from_published(one: Published, kind: RecipientKind, yours: str) -> Recipient:
    """Return a contact that a registry publishes."""
    channel, address = (Channel.EMAIL, one.email) if one.email else (Channel.FORM, one.form)
    name = clean(one.name, SHOWN) or address
    return Recipient(kind.value, name, channel, address, yours, clean(one.source, SHOWN), day(one), "published")


def gap(kind: RecipientKind, name: str, yours: str) -> Recipient:
    """Return a party that can act and whose contact nobody knows."""
    return Recipient(kind.value, name, Channel.EMAIL, "", yours, "", "", "")


def usable(case: Case, contacts: Iterable[Published]) -> list[Published]:
    """Return the contacts that may be written to, abuse desks and mailboxes first."""
    found = []
    for one in list(contacts)[:CONTACTS]:
        email = one.email if is_address(one.email) and not why_not(one.email, case) else ""
        form = one.form if is_form(one.form) and zone(one.form) != zone(case.indicator) else ""
        if email or form:
            found.append(replace(one, email=email, form=form))
    return sorted(found, key=lambda one: (one.role != "abuse", not one.email))


def published(case: Case) -> list[Published]:
    """Return all that registries publish of a case, its addresses included."""
    of_machines = (one for machine in case.site.machines[:MACHINES] for one in machine.contacts[:CONTACTS])
    return [*case.site.contacts[:CONTACTS], *of_machines]


def why_not(email: str, case: Case) -> bool:
    """Say whether a sound address is left alone: of the target itself, or one that acts on no report."""
    return is_junk(email) or zone(email.rpartition("@")[2]) == zone(case.indicator)


def is_address(text: str) -> bool:
    """Say whether a text is one plain mail address."""
    return _passes(check_recipient, text)


def is_form(text: str) -> bool:
    """Say whether a text is the address of a page."""
    return _passes(check_form, text)


def _passes(check: Callable[[str], str], text: str) -> bool:
    try:
        return bool(check(text))
    except UserError:
        return False


def of_kind(desks: Sequence[Desk], kind: RecipientKind) -> list[Desk]:
    """Return the desks of one kind."""
    return [one for one in desks if one.kind == kind]


def by_name(desks: Sequence[Desk], name: str) -> Desk | None:
    """Return the desk that answers for a company: the same words, legal forms aside. A likeness is not enough."""
    words = words_of(name)
    return next((one for one in desks if words and any(words_of(known) == words for known in one.names)), None)


def by_domain(desks: Sequence[Desk], host: str) -> Desk | None:
    """Return the desk that answers for a host or for what it is below."""
    return next((one for one in desks if any(host == each or host.endswith(f".{each}") for each in one.domains)), None)


def words_of(name: str) -> list[str]:
    """Return the words of a company's name, legal forms aside."""
    words = re.findall(r"[^\W_]+", name[: 2 * SHOWN].casefold())
    return [word for word in words if word not in _LEGAL_FORMS]


def zone(value: str) -> str:
    """Return the registrable name of a host or URL; empty for what is none."""
    try:
        return domain.parse(value).target
    except BadIndicator:
        return ""


def host_of(value: str) -> str:
    """Return the host of a name or URL; empty for what is none."""
    try:
        return (urlsplit(value if "://" in value else f"https://{value}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def day(one: Published) -> str:
    """Return the day of a contact, YYYY-MM-DD."""
    return one.at.date().isoformat()


def once(ordered: Iterable[Recipient]) -> Iterator[Recipient]:
    """Keep each address at its first kind, with what else it is; gaps stay, each party once."""
    kept: dict[tuple[str, ...], Recipient] = {}
    for one in ordered:
        key = (one.address.lower(),) if one.address else (one.kind, one.name)
        first = kept.get(key)
        new = first and one.yours not in first.yours
        kept[key] = replace(first, yours=f"{first.yours} {one.yours}") if first and new else first or one
    yield from kept.values()
