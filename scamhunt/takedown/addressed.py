"""How a report addresses whoever gets it: by which name, and why it is theirs. Pure."""

from urllib.parse import urlsplit

from scamhunt.model import Channel
from scamhunt.takedown.case import Case, Recipient
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.recipients import check_recipient, find
from scamhunt.takedown.roles import DO_NOT_ORIGINATE, TRACEBACK
from scamhunt.takedown.shown import Shown

_NOT_AT_A_DESK = frozenset({TRACEBACK, DO_NOT_ORIGINATE, RecipientKind.COMPLIANCE.value})
"""Kinds whose salutation is another one than "To the abuse desk"."""


def address(to: Recipient | None, shown: Shown) -> str:
    """Return the address of a mail, the name of a desk that takes reports otherwise, empty where there is neither.

    Raises `UserError` for a mailbox that is not one plain address.
    """
    if to is None or not to.address:
        return ""
    return check_recipient(to.address) if to.channel is Channel.EMAIL else shown.name(to.name)


def salutation(to: Recipient | None, shown: Shown) -> str:
    """Return what goes on after "To the abuse desk": a mail address, or `of` and the name of a desk without one."""
    named = address(to, shown)
    if to is None or not named or to.channel is Channel.EMAIL:
        return named
    listed = shown.name(_of_the_list(to.desk.name, to.desk.names)) if to.desk else ""
    name = listed or _host(to.address, shown.case) or named
    return name if to.kind in _NOT_AT_A_DESK else f"of {name}"


def _host(form: str, case: Case) -> str:
    """Return the host of a form that a person gave; nothing in it can be opened. Empty where it is the reported one."""
    host = (urlsplit(form).hostname or "").removeprefix("www.")
    return "" if case.indicator in host else host


def _of_the_list(name: str, names: tuple[str, ...]) -> str:
    """Return what a desk of the list is called: as companies are, else its own name, as words if it is a slug."""
    if names:
        return names[0]
    return name.removesuffix("-api").replace("-", " ").title() if name == name.lower() else name


def yours(to: Recipient | None, shown: Shown) -> str:
    """Return why a case is the recipient's. Who owns what is said by registries: it is shown as words from outside."""
    if to is None or not to.yours.strip():
        return "We were given this address as the one to ask."
    return shown.words((to.how == "vouched" and _found(shown.case, to)) or to.yours)


def _found(case: Case, to: Recipient) -> str:
    """Return the fact that makes a case the one of somebody who was given with --to; empty where we found none."""
    able = (one for one in find(case, ()) if one.kind == to.kind and one.address)
    return next((one.yours for one in able if one.address.lower() == to.address.lower()), "")
