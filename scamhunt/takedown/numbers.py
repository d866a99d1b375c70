"""What a report on a number says besides what any report says. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from scamhunt.indicators.phone import NumberType
from scamhunt.model import Brand, Role
from scamhunt.takedown import roles, told
from scamhunt.takedown.fields import ABOUT_SENDERS
from scamhunt.takedown.roles import IN_WORDS, TRACEBACK

OLD_CALL = 10
"""From so many days on a call is told to be old: desks that trace calls prefer fresh ones (the Industry Traceback
Group's guide for requests)."""
NO_DATE = "date not known"

Shown = Callable[[str], str]
"""Makes words from outside safe to show."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Which company a number's block was assigned to, as a table says; who serves the number now it does not say."""

    holder: str
    ocn: str
    """Operating company number; may be empty."""
    source: str
    """The table."""
    as_of: str
    """Its day, YYYY-MM-DD; empty where it has none."""
    step: str
    """The rung of the ladder: `thousands_block`."""
    confidence: str


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What is known of a number when a report on it is drafted, by its sightings and not by what was stored of them.

    Voices and times are those of the reports in its role.
    """

    role: Role = Role.UNKNOWN
    type: str = ""
    flags: tuple[str, ...] = ()
    """As `indicators.phone` gives them."""
    voices: int = 0
    """Independent ones."""
    displayed: int = 0
    """Reports that say that a display showed it."""
    first: datetime | None = None
    """Of the first report that has a date."""
    last: datetime | None = None
    """Of the last report that has a date."""
    undated: bool = False
    """Whether a later report came without a date."""
    attribution: Attribution | None = None
    unknown: str = ""
    """Why nobody is known to hold the block, where more can be said than that no table does."""
    troubles: tuple[str, ...] = ()
    """What went wrong when the tables were asked, and what they say against the number."""


NOTHING = NumberFacts()
"""What is known of a name as a number, and of a number that nobody looked up."""


def known(number: NumberFacts, brand: Brand, now: datetime, shown: Shown) -> dict[str, str]:
    """Return those fields of `MISSING` that are about numbers; what only a victim can tell is never known here."""
    return {
        "fresh": when(number.last) if roles.is_recent(number.last, now) else "",
        "holder": _assigned(number.attribution, shown) if number.attribution else "",
        "not_ours": _not_ours(brand, shown) if brand.phones else "",
        **dict.fromkeys(("script", "called_number", "call_time", "duration", "called_carrier", "recording"), ""),
        "campaign": "",
    }


def lacking(number: NumberFacts) -> dict[str, str]:
    """Return what of `MISSING` can be said more exactly for this number."""
    texts = dict(ABOUT_SENDERS) if number.role == Role.SMS_SENDER else {}
    if number.unknown:
        texts["holder"] = number.unknown
    if number.undated:
        texts["fresh"] = _fresh(f"{NO_DATE} of the newest report in its role", "one")
    elif number.last:
        lost = f"last reported in its role {when(number.last)}, and somebody else may hold it by now"
        texts["fresh"] = _fresh(lost, "a new report")
    return texts


def _fresh(why: str, what: str) -> str:
    return f"fresh evidence: {why}; hand {what} in with its date (seen_at): scamhunt feeds import"


def facts(number: NumberFacts, now: datetime) -> dict[str, object]:
    """Return the other fields about numbers."""
    return {
        "age": _days(_age(number, now)),
        "displayed": number.displayed if number.role in {Role.CALLBACK, Role.SMS_SENDER} else 0,
        "holder_is": "Responsible organisation (RespOrg):"
        if number.type == NumberType.TOLL_FREE
        else "number block assigned to",
        "number_type": number.type.replace("_", " "),
        "role": str(number.role),
        "role_text": IN_WORDS[number.role],
        "voices": told.voices(number.voices),
    }


def dates(number: NumberFacts) -> dict[str, object]:
    """Return when a number was first and last reported in its role, for a person."""
    return {"first_seen": when(number.first), "last_seen": NO_DATE if number.undated else when(number.last)}


def _age(number: NumberFacts, now: datetime) -> int | None:
    """Return how many days ago the newest report was; None where that is not known."""
    return None if number.undated or number.last is None else max(0, (now - number.last).days)


def _days(count: int | None) -> str:
    return "" if count is None else "1 day" if count == 1 else f"{count} days"


def warnings(number: NumberFacts, kind: str, now: datetime) -> Iterator[str]:
    """Yield what a person has to know before a report of this kind is sent."""
    shown = facts(number, now)
    if shown["displayed"]:
        times = "1 report" if shown["displayed"] == 1 else f"{shown['displayed']} reports"
        what = "the sender of the texts" if number.role == Role.SMS_SENDER else "the number shown to victims"
        yield f"also seen as caller ID by {times}: the display may be forged, {what} is what counts"
    if kind == TRACEBACK:
        yield "the caller ID is likely forged: whoever holds the number has probably nothing to do with the calls"
        if number.role == Role.UNKNOWN:
            yield "nobody said what the number was: it counts as caller ID"
        if number.undated:
            yield f"{NO_DATE} of the newest report: desks that trace calls prefer fresh ones"
        elif (_age(number, now) or 0) >= OLD_CALL:
            yield f"the newest report is {shown['age']} old: desks that trace calls prefer fresh ones"
    if "fictional" in number.flags:
        yield "a fictional number, kept for films and tests: a report on it stops at send"
    if "unassigned" in number.flags:
        yield "the numbering plan has no such number: it was misread, forged, or is newer than the plan here"
    yield from number.troubles


def when(moment: datetime | None) -> str:
    """Return the day of a moment for a person; reports of numbers are not more exact than that."""
    return f"{moment:%Y-%m-%d}" if moment else NO_DATE


def _assigned(found: Attribution, shown: Shown) -> str:
    company = f"{shown(found.holder)} (OCN {shown(found.ocn)})" if found.ocn else shown(found.holder)
    day = f" of {shown(found.as_of)}" if found.as_of else ""
    rung = f"{found.step.replace('_', ' ')}, confidence {found.confidence}"
    return f"{company} according to {shown(found.source)}{day} ({rung})"


def _not_ours(brand: Brand, shown: Shown) -> str:
    return f"The number is not among the official numbers of {shown(brand.name)} that we know."
