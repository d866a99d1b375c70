"""What a report on a number says besides what any report says. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from scamhunt.model import Brand, Role
from scamhunt.score.phone_voices import STALE_AFTER
from scamhunt.takedown.roles import IN_WORDS, TRACEBACK

OLD_CALL = 10
"""From so many days on a call is told to be old: desks that trace calls prefer fresh ones (the Industry Traceback
Group's guide for requests)."""

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
    """What is known of a number when a report on it is drafted, by its sightings and not by what was stored of them."""

    role: Role = Role.UNKNOWN
    type: str = ""
    flags: tuple[str, ...] = ()
    """As `indicators.phone` gives them."""
    voices: int = 0
    """Independent ones."""
    displayed: int = 0
    """Reports that say that a display showed it."""
    stated_last: datetime | None = None
    """When it was last reported in its role."""
    attribution: Attribution | None = None
    unknown: str = ""
    """Why nobody is known to hold the block, where more can be said than that no table does."""
    troubles: tuple[str, ...] = ()
    """What went wrong when the tables were asked, and what they say against the number."""


NOTHING = NumberFacts()
"""What is known of a name as a number, and of a number that nobody looked up."""


def is_stale(number: NumberFacts, now: datetime) -> bool:
    """Return whether a number was not reported in its role for so long that somebody else may hold it."""
    return number.stated_last is None or now - number.stated_last > STALE_AFTER


def known(number: NumberFacts, brand: Brand, now: datetime, shown: Shown) -> dict[str, str]:
    """Return those fields of `MISSING` that are about numbers; what only a victim can tell is never known here."""
    return {
        "fresh": when(number.stated_last) if number.stated_last and not is_stale(number, now) else "",
        "holder": _assigned(number.attribution, shown) if number.attribution else "",
        "not_ours": _not_ours(brand, shown) if brand.phones else "",
        **dict.fromkeys(("script", "called_number", "call_time", "duration", "called_carrier", "recording"), ""),
        "campaign": "",
    }


def lacking(number: NumberFacts, now: datetime) -> dict[str, str]:
    """Return what of `MISSING` can be said more exactly for this number."""
    texts = {"holder": number.unknown} if number.unknown else {}
    if number.stated_last and is_stale(number, now):
        last = f"last reported in its role {when(number.stated_last)}"
        texts["fresh"] = (
            f"fresh evidence: {last}, and somebody else may hold it by now; hand a new report in with scamhunt feeds "
            "import"
        )
    return texts


def facts(number: NumberFacts, now: datetime) -> dict[str, object]:
    """Return the other fields about numbers."""
    return {
        "age": max(0, (now - number.stated_last).days) if number.stated_last else "",
        "displayed": number.displayed if number.role in {Role.CALLBACK, Role.SMS_SENDER} else 0,
        "number_type": number.type.replace("_", " "),
        "role": str(number.role),
        "role_text": IN_WORDS[number.role],
        "voices": number.voices,
    }


def warnings(number: NumberFacts, kind: str, now: datetime) -> Iterator[str]:
    """Yield what a person has to know before a report of this kind is sent."""
    shown = facts(number, now)
    if shown["displayed"]:
        times = "1 report" if shown["displayed"] == 1 else f"{shown['displayed']} reports"
        yield (
            f"also seen as caller ID by {times}: the display may be forged, the number shown to victims is what counts"
        )
    if kind == TRACEBACK:
        yield "the caller ID is likely forged: whoever holds the number has probably nothing to do with the calls"
        if number.role == Role.UNKNOWN:
            yield "nobody said what the number was: it counts as caller ID"
        if number.stated_last and (now - number.stated_last).days >= OLD_CALL:
            yield f"the newest report is {shown['age']} days old: desks that trace calls prefer fresh ones"
    if "fictional" in number.flags:
        yield "a fictional number, kept for films and tests: a report on it stops at send"
    if "unassigned" in number.flags:
        yield "the numbering plan has no such number: it was misread, forged, or is newer than the plan here"
    yield from number.troubles


def when(moment: datetime) -> str:
    """Return the day of a moment for a person; reports of numbers are not more exact than that."""
    return f"{moment:%Y-%m-%d}"


def _assigned(found: Attribution, shown: Shown) -> str:
    company = f"{shown(found.holder)} (OCN {shown(found.ocn)})" if found.ocn else shown(found.holder)
    day = f" of {shown(found.as_of)}" if found.as_of else ""
    rung = f"{found.step.replace('_', ' ')}, confidence {found.confidence}"
    return f"{company} according to {shown(found.source)}{day} ({rung})"


def _not_ours(brand: Brand, shown: Shown) -> str:
    return f"The number is not among the official numbers of {shown(brand.name)} that we know."
