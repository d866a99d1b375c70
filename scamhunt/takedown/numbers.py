"""What a report on a number says besides what any report says. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scamhunt.indicators.phone import NumberType
from scamhunt.model import Brand, Role
from scamhunt.takedown import roles, signalling, told, typed
from scamhunt.takedown.fields import ABOUT_SENDERS, AGENT, IN_HOUSE, MISSING
from scamhunt.takedown.roles import AFTERWARDS, DO_NOT_ORIGINATE, IN_WORDS, TRACEBACK

if TYPE_CHECKING:
    from scamhunt.takedown.case import Case

OLD_CALL = 10
"""From so many days on a call is told to be old: desks that trace calls prefer fresh ones (the Industry Traceback
Group's guide for requests)."""
NO_DATE = "date not known"
OTHERS = 20  # other numbers of a campaign in one report at most

Shown = Callable[[str], str]
"""Makes words from outside safe to show."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Which company a number's block was assigned to, as a table says; who serves the number now it does not say."""

    holder: str
    ocn: str
    """Operating company number; may be empty."""
    source: str
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


@dataclass(frozen=True, slots=True)
class About:
    """A report in the making: what it is about, what people said for it, to whom and why it goes."""

    case: "Case"
    fields: Mapping[str, str]
    """What was typed in, by its field (`typed.EDITABLE`)."""
    kind: str
    purpose: str
    now: datetime
    shown: Shown
    words: Shown  # as `shown`, for more than a name

    @property
    def number(self) -> NumberFacts:
        """What is known of the number."""
        return self.case.number

    def typed(self, name: str) -> str:
        """Return a typed value as it may be shown; empty where it is not what its field holds, or not of this kind."""
        value = self.fields.get(name, "")
        if not value or name not in typed.editable(self.kind) or typed.problem_of(name, value, self.now):
            return ""
        return self.words(value).lstrip(">- ")


def always(kind: str, purpose: str) -> tuple[str, ...]:
    """Return what every report of this kind on a number needs, whatever its template says.

    A number that its own owner lists never changes hands, and what is taken back need not be fresh.
    """
    return () if kind == DO_NOT_ORIGINATE or purpose in AFTERWARDS else ("fresh",)


def known(about: About) -> dict[str, str]:
    """Return those fields of `MISSING` that are about numbers, empty where they are not known."""
    number, brand = about.number, about.case.brand
    plain = ("script", "duration", "called_carrier", "recording", "campaign", "subscription", "served_by")
    respond = ("resporg", "resporg_source", "resporg_date")
    return {
        "fresh": _fresh_on(about),
        "holder": _assigned(number.attribution, about.shown) if number.attribution else about.typed("holder"),
        "not_ours": _not_ours(brand, about.shown) if brand.phones else "",
        "shown_at": _shown_at(about),
        "call_time": _moment(about, "call_time"),
        "called_number": _called(about),
        "consent": about.typed("consent"),
        "inbound_only": _inbound_only(about),
        **{name: about.typed(name) for name in (*plain, *respond)},
    }


def lacking(about: About) -> dict[str, str]:
    """Return what of `MISSING` can be said more exactly for this number."""
    number, texts = about.number, dict(ABOUT_SENDERS) if about.number.role == Role.SMS_SENDER else {}
    if number.unknown:
        texts["holder"] = f"{number.unknown}; add it with --set holder="
    if number.undated:
        texts["fresh"] = _fresh(f"{NO_DATE} of the newest report in its role", "one")
    elif number.last:
        lost = f"last reported in its role {when(number.last)}, and somebody else may hold it by now"
        texts["fresh"] = _fresh(lost, "a new report")
    for name in typed.editable(about.kind).keys() & MISSING.keys() & about.fields.keys():
        if about.fields[name] and (problem := typed.problem_of(name, about.fields[name], about.now)):
            texts[name] = f"{name}: {problem}"
    return texts


def _fresh(why: str, what: str) -> str:
    return f"fresh evidence: {why}; hand {what} in with its date (seen_at): scamhunt feeds import"


def facts(about: About) -> dict[str, object]:
    """Return the other fields about numbers."""
    number = about.number
    return {
        "age": told.days(_age(about)),
        "displayed": number.displayed if number.role in {Role.CALLBACK, Role.SMS_SENDER} else 0,
        "holder_is": _holder_is(about),
        "number_type": number.type.replace("_", " "),
        "other_numbers": tuple(_others(about)),
        "role": str(number.role),
        "role_text": IN_WORDS[number.role],
        "signalling": tuple(signalling.lines(_handed_in(about), about.shown)),
        "vanity": about.typed("vanity"),
        "voices": told.voices(number.voices),
        "volume": about.typed("volume"),
    }


def dates(number: NumberFacts) -> dict[str, object]:
    """Return when a number was first and last reported in its role, for a person."""
    return {"first_seen": when(number.first), "last_seen": NO_DATE if number.undated else when(number.last)}


def may_stand(case: "Case", kind: str, purpose: str, fields: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """Return the numbers that may stand in a report besides the reported and the official ones.

    The called number only in a request to trace a call, and with consent; others of the campaign where a link to the
    case is known.
    """
    about = About(case, fields, kind, purpose, now, str, str)
    called = (fields["called_number"],) if purpose == roles.CALLER_ID and _called(about) else ()
    return (*called, *(number for number, _ in _linked(about)))


def _age(about: About) -> int | None:
    """Return how many days ago the call was, or else the newest report; None where that is not known."""
    number = about.number
    if about.typed("call_time"):
        return (about.now - typed.moment(about.fields["call_time"], about.now).local).days
    return None if number.undated or number.last is None else max(0, (about.now - number.last).days)


def warnings(about: About) -> Iterator[str]:
    """Yield what a person has to know before a report of this kind is sent."""
    number = about.number
    displayed = facts(about)["displayed"]
    if displayed and about.kind != DO_NOT_ORIGINATE:
        times = "1 report" if displayed == 1 else f"{displayed} reports"
        what = "the sender of the texts" if number.role == Role.SMS_SENDER else "the number shown to victims"
        yield f"also seen as caller ID by {times}: the display may be forged, {what} is what counts"
    if (about.kind, about.purpose) == (TRACEBACK, roles.CALLER_ID):
        yield from _of_a_trace(about)
    if about.kind == DO_NOT_ORIGINATE and number.role != Role.CALLER_ID and not number.displayed:
        yield "no report says that a display showed the number: it can be listed all the same"
    if "fictional" in number.flags:
        yield "a fictional number, kept for films and tests: a report on it is sent to nobody outside this machine"
    if "unassigned" in number.flags:
        yield "the numbering plan has no such number: it was misread, forged, or is newer than the plan here"
    yield from number.troubles


def _of_a_trace(about: About) -> Iterator[str]:
    number = about.number
    yield "the caller ID is likely forged: whoever holds the number has probably nothing to do with the calls"
    if number.role == Role.UNKNOWN:
        yield "nobody said what the number was: it counts as caller ID"
    call, age = about.typed("call_time"), _age(about) or 0
    if number.undated and not call:
        yield f"{NO_DATE} of the newest report: desks that trace calls prefer fresh ones"
    elif age >= OLD_CALL:
        what = "call" if call else "newest report"
        yield f"the {what} is {told.days(age)} old: desks that trace calls prefer fresh ones"
    if signalling.is_of_another(about.typed("identity") and about.fields["identity"], about.case.indicator):
        yield "the Identity header is about another calling number"


def when(moment: datetime | None) -> str:
    """Return the day of a moment for a person; reports of numbers are not more exact than that."""
    return f"{moment:%Y-%m-%d}" if moment else NO_DATE


def _fresh_on(about: About) -> str:
    last = about.number.last
    if not always(about.kind, about.purpose):
        return when(last)
    return when(last) if roles.is_recent(last, about.now) else ""


def _shown_at(about: About) -> str:
    """Return when the number was seen where people are shown it: as typed, or when a look of ours saw it there."""
    site = about.case.site
    if about.typed("shown_at"):
        return _moment(about, "shown_at")
    looked = site.looked_at if about.case.indicator in site.numbers else None
    return f"{looked.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'minutes')} UTC" if looked else ""


def _moment(about: About, name: str) -> str:
    return str(typed.moment(about.fields[name], about.now)) if about.typed(name) else ""


def _called(about: About) -> str:
    """Return the called number, which nobody is shown without the consent of its holder."""
    return about.typed("called_number") if about.typed("consent") else ""


def _inbound_only(about: About) -> str:
    """Return the owner's word that a number never places calls: the pack lists it, and gives authority to say so."""
    brand = about.case.brand
    if not roles.is_inbound_only(about.case.indicator, brand.inbound_only):
        return ""
    name = about.shown(brand.name)
    if brand.authority == IN_HOUSE:
        return f"{name} says that this number of its own only takes calls and never places any."
    if brand.authority == AGENT and brand.authority_ref.strip():
        return f"{name} says, through its agent, that this number of its own only takes calls and never places any."
    return ""


def _linked(about: About) -> list[tuple[str, str]]:
    """Return the typed numbers of which a link to the case is known, each with the reason for it."""
    if not about.typed("other_numbers"):
        return []
    links = dict(about.case.related)
    given = typed.numbers(about.fields["other_numbers"], about.now)[:OTHERS]
    return [(number, links[number]) for number in given if number in links]


def _others(about: About) -> Iterator[str]:
    for number, why in _linked(about):
        yield f"{number}: {about.shown(why)}"


def _handed_in(about: About) -> dict[str, str]:
    """Return what the network said of a call; a header as it is kept, since shown it would no longer decode."""
    given = {name: about.typed(name) for name in ("attestation", "verstat", "sip_call_id", "identity")}
    return given | ({"identity": about.fields["identity"]} if given["identity"] else {})


def _holder_is(about: About) -> str:
    if about.number.attribution is None and about.typed("holder"):
        return "holder, as we were told:"
    toll_free = about.number.type == NumberType.TOLL_FREE
    return "Responsible organisation (RespOrg):" if toll_free else "number block assigned to"


def _assigned(found: Attribution, shown: Shown) -> str:
    company = f"{shown(found.holder)} (OCN {shown(found.ocn)})" if found.ocn else shown(found.holder)
    day = f" of {shown(found.as_of)}" if found.as_of else ""
    rung = f"{found.step.replace('_', ' ')}, confidence {found.confidence}"
    return f"{company} according to {shown(found.source)}{day} ({rung})"


def _not_ours(brand: Brand, shown: Shown) -> str:
    return f"The number is not among the official numbers of {shown(brand.name)} that we know."
