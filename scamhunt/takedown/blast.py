"""What an approver sees before saying yes: whom else a takedown hits, and whom a wrong one would. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scamhunt.errors import BadIndicator
from scamhunt.indicators.phone import NumberType
from scamhunt.model import Kind, Role
from scamhunt.observed import Liveness, Verdict
from scamhunt.protected import Protected
from scamhunt.takedown.case import Case
from scamhunt.takedown.words import clean, defang

OLD = timedelta(days=365)
"""A name of this age had an owner for long: often it was broken into."""
YOUNG = timedelta(days=60)
"""Up to this age mail in use says little: registrars set it up for every new name."""
STALE = timedelta(days=3)
"""A look of this age says what was there, no longer what is."""
STALE_CALL = timedelta(days=30)
"""Numbers change hands: who held one then may hold it no longer."""
MANY = 5
"""Other names below it, from which on it is somebody's house rather than one page."""
SHOWN = 3
LONGEST, LONGEST_NAME = 300, 80
"""Characters of a sentence and of a name in it."""
SHARED = ("cdn", "hosting", "site builder", "parking", "for sale")
"""Roles of companies behind whose addresses many names lie."""

_STATES: Mapping[Liveness | None, str] = {
    Liveness.SUSPENDED: "found it suspended",
    Liveness.TAKEN_DOWN: "found it taken down",
    Liveness.PARKED: "found it parked",
    Liveness.UNREACHABLE: "got no answer",
    Liveness.UNKNOWN: "could not tell whether it is still there",
}


@dataclass(frozen=True, slots=True)
class Blast:
    """What an approval may hit besides the scammer."""

    lines: tuple[str, ...] = ()
    """Sentences for the approver, the gravest first; what came from outside is cleaned and defanged."""
    caution: bool = False
    """Whether the harm would be large if it were wrong: then an approver has to say so on purpose."""


@dataclass(frozen=True, slots=True)
class _Line:
    grave: bool
    text: str


def _grave(text: str) -> _Line:
    return _Line(grave=True, text=text)


def _mild(text: str) -> _Line:
    return _Line(grave=False, text=text)


def blast(  # noqa: PLR0913  # what there is to know
    case: Case, *, protected: Protected, known: str, siblings: Sequence[str], now: datetime, brands: Sequence[str] = ()
) -> Blast:
    """Return whom a report on this case may hit.

    `known` is the list that has the target as a well-known name, empty where none has; `siblings` are other names seen
    below the target; `brands` are other brands that it was matched with.
    """
    told = _number(case, protected, now) if case.kind == Kind.PHONE else _name(case, protected, known, siblings, now)
    lines = [*told, *_brands(brands)]
    ranked = sorted(lines, key=lambda one: not one.grave)
    return Blast(tuple(one.text for one in ranked), any(one.grave for one in lines))


def _name(case: Case, protected: Protected, known: str, siblings: Sequence[str], now: datetime) -> Iterator[_Line]:
    yield from _listed(case, protected, known)
    yield from _platform(case, protected)
    yield from _seen(case, now)
    yield from _age(case, now)
    yield from _mail(case, now)
    yield from _below(case, siblings)
    yield from _shared(case)


def _listed(case: Case, protected: Protected, known: str) -> Iterator[_Line]:
    """Say that it is on a list of names that nobody takes down by mistake twice."""
    try:
        why = protected.why(case.indicator)
    except BadIndicator:
        why = None
    if why:
        yield _grave(_sentence(f"{why.text} ({why.source})"))
    elif known:
        yield _grave(_sentence(f"{case.indicator} is a well-known name: it stands in {known}"))


def _platform(case: Case, protected: Protected) -> Iterator[_Line]:
    try:
        apex = protected.tenant_of(case.indicator)
    except BadIndicator:
        apex = None
    if apex:
        text = f"It is one tenant of the shared platform {apex}: whoever acts on {apex} instead takes all tenants down"
        yield _grave(_sentence(text))
    for one in case.site.companies:
        if one.role == "url shortener":
            yield _grave(_sentence(f"It leads through the shortener {one.name}: all other links of it stay in use"))


def _seen(case: Case, now: datetime) -> Iterator[_Line]:
    """Say what the last look saw, and when."""
    site = case.site
    if site.look is None or site.looked_at is None:
        yield _mild("Nobody looked at it yet: what is there is not known.")
        return
    if site.verdict is Verdict.BENIGN:
        yield _grave(f"The look of {_day(site.looked_at)} took it for benign: there was a positive reason.")
    elif site.verdict is not Verdict.IMPERSONATES and site.verdict is not None:
        yield _mild(f"The look of {_day(site.looked_at)} took it for {site.verdict}: no impersonation was seen.")
    at = site.liveness_at or site.looked_at
    if site.liveness in _STATES:
        yield _mild(f"The last look, of {_day(at)}, {_STATES[site.liveness]}: look again before it is reported.")
    elif now - at > STALE:
        yield _mild(f"The last look is {_days(now - at)} old: look again before it is reported.")


def _age(case: Case, now: datetime) -> Iterator[_Line]:
    registered = case.site.registered
    if registered is None:
        yield _mild("When the name was registered is not known: it may be old, and somebody else's.")
    elif now - registered >= OLD:
        text = f"The name was registered on {_day(registered)}, {_days(now - registered)} ago: such a name was "
        yield _grave(f"{text}often broken into; its owner loses all of it, the scammer one page.")
    else:
        yield _mild(f"The name was registered on {_day(registered)}, {_days(now - registered)} ago.")


def _mail(case: Case, now: datetime) -> Iterator[_Line]:
    """Say that mail ends with the name; it weighs where the name is not new or nothing was seen to speak against it."""
    site = case.site
    if not site.mail_servers:
        return
    if not site.has_spf:
        yield _mild(f"The name takes mail ({_some(site.mail_servers)}), without SPF.")
        return
    young = site.registered is not None and now - site.registered < YOUNG
    text = f"Mail is in use ({_some(site.mail_servers)}, with SPF): without the name that ends too."
    yield _mild(text) if young and site.verdict is Verdict.IMPERSONATES else _grave(text)


def _below(case: Case, siblings: Sequence[str]) -> Iterator[_Line]:
    names = list(dict.fromkeys(one for one in siblings if one != case.indicator))
    if names:
        one = len(names) == 1
        text = f"{len(names)} other {'name was' if one else 'names were'} seen below it ({_some(names)}): "
        yield _Line(len(names) >= MANY, f"{text}{'it goes' if one else 'they go'} with it.")


def _shared(case: Case) -> Iterator[_Line]:
    """Say that its addresses are not its own."""
    for one in case.site.companies:
        if one.role in SHARED:
            text = (
                f"Its address is shared: {one.name} ({one.role}); ask for the name or the page, never for the address"
            )
            yield _mild(_sentence(text))


def _brands(brands: Sequence[str]) -> Iterator[_Line]:
    if brands:
        yield _mild(f"It also resembles {_some(list(dict.fromkeys(brands)))}: one report names one brand.")


# --- numbers ----------------------------------------------------------------------------------------------------------


def _number(case: Case, protected: Protected, now: datetime) -> Iterator[_Line]:
    number = case.number
    yield from _listed(case, protected, "")
    if number.role is Role.CALLER_ID:
        yield _grave("It was shown on victims' displays only: such a number is mostly forged, and somebody else's.")
    elif number.displayed:
        text = f"{_reports(number.displayed)} that a display showed it: then it may be forged, and somebody else's."
        yield _grave(text)
    if number.last is None:
        yield _grave("No report on it has a date: who holds the number now may be somebody else.")
    elif now - number.last > STALE_CALL:
        text = f"The last report is {_days(now - number.last)} old: the number may have a new holder."
        yield _grave(text)
    if number.voices <= 1:
        yield _mild("Only one independent source tells of it: one mistake in a digit hits a stranger.")
    if number.type == NumberType.TOLL_FREE:
        yield _mild("It is toll-free: a whole business may share it, and it may pass to another one soon.")
    if number.attribution is None:
        yield _mild("Who holds its block is not known.")
    for one in number.troubles[:SHOWN]:
        yield _mild(_sentence(one))


def _reports(count: int) -> str:
    return "1 report says" if count == 1 else f"{count} reports say"


# --- words ------------------------------------------------------------------------------------------------------------


def _sentence(text: str) -> str:
    return f"{defang(clean(text, LONGEST)).rstrip('.')}."


def _some(names: Sequence[str]) -> str:
    shown = [defang(clean(one, LONGEST_NAME)) for one in names[:SHOWN]]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(shown) + more


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _days(age: timedelta) -> str:
    count = max(age.days, 0)
    return f"{count:,} day{'' if count == 1 else 's'}"


def host_of(value: str) -> str:
    """Return the host of a name or URL as it was sighted, lower case; empty where there is none."""
    try:
        return (urlsplit(value if "//" in value else f"//{value}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
