"""What a person may see and decide about phone numbers. Part of `desk.py`."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import phonenumbers

from scamhunt import reference
from scamhunt.access import Permission
from scamhunt.errors import BadIndicator, NotFound, StoreError, UserError
from scamhunt.indicators import extract, phone
from scamhunt.indicators.phone import Number
from scamhunt.investigate import bridge
from scamhunt.investigate.bridge import Company
from scamhunt.investigate.ladder import Ladder, Rung
from scamhunt.investigate.refdata import Imported
from scamhunt.investigate.refdata_index import Refdata
from scamhunt.material import look_up
from scamhunt.model import Actor, Event, Kind, NumberSighting, Role
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, CarrierView, Store
from scamhunt.takedown.roles import DO_NOT_ORIGINATE, default_kind, is_stale, own_brand, role_of

WEEKS = 26
"""Of the timeline."""
_AT_ONCE = 500
_SHOWN = 5
_SHORT = re.compile(r"\s*\(?\d(?:[\s()./-]{0,3}\d){1,5}\)?\s*")
_WITH_OCN = re.compile(r"(.*\S)\s*\(OCN\s+(\w+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Week:
    """How often a number was reported in the seven days from `begins` on."""

    begins: datetime
    reports: int


@dataclass(frozen=True, slots=True)
class NumberState:
    """All that is known of a number."""

    number: str
    shown: str
    """As people write it."""
    region: str
    type: str
    flags: tuple[str, ...]
    role: Role
    protected: str
    """Why it is never reported; empty for others."""
    follows: str
    """The kind of report that its role allows; empty for what is protected."""
    stale: bool
    standing: str
    """What the candidate's score is worth."""
    candidate: CandidateView | None
    reports: int
    """How many are kept."""
    sightings: Sequence[NumberSighting]
    """The newest first; of one voice the newest."""
    timeline: Sequence[Week]
    """The oldest first; weeks before the first report are left out."""
    ladder: Ladder
    carrier: CarrierView | None
    """The company that a person took for the holder."""
    companies: Sequence[Company]
    """Who the holder may be, while nobody has chosen."""
    troubles: Sequence[str]
    """What went wrong when the tables were asked."""


def number(store: Store, settings: Settings, value: str) -> NumberState:
    """Return what is known of a number: its role, reports, timeline and who can act. Raises `BadIndicator`."""
    read = _read(value, settings.region)
    sightings, now = store.number_sightings(read.e164), settings.now()
    brands = reference.brands(settings)
    protected = reference.protected(settings, brands).why(read.e164)
    role = role_of(sightings)
    ladder, lost = look_up(settings.home, read)
    chosen = store.carrier(_key(ladder.best)) if ladder.best else None
    companies, no_list = ([], "") if chosen else _companies(settings, ladder.best)
    return NumberState(
        number=read.e164,
        shown=phone.shown(read.e164),
        region=read.region,
        type=read.type.value,
        flags=read.flags,
        role=role,
        protected=protected.text if protected else "",
        follows=_follows(read, role, brands, protected=protected is not None),
        stale=bool(sightings) and is_stale(sightings, now),
        standing=reference.phone_model(settings).standing,
        candidate=_candidate(store, read),
        reports=store.count_sightings(read.e164),
        sightings=sightings,
        timeline=timeline(store.days_of_number(read.e164), now),
        ladder=ladder,
        carrier=chosen,
        companies=companies,
        troubles=tuple(filter(None, (lost, no_list))),
    )


def _follows(read: Number, role: Role, brands: Brands, *, protected: bool) -> str:
    """Return the kind of report that may follow: of a brand's own number that it never calls, else by its role."""
    if protected:
        return DO_NOT_ORIGINATE if own_brand(read.e164, brands) else ""
    return default_kind(Kind.PHONE, role, read.type.value)


def _read(value: str, region: str) -> Number:
    """Read a number. Raises `BadIndicator`, which says of an emergency or short number that it is one."""
    try:
        return extract.read(value, region)
    except BadIndicator:
        if not _SHORT.fullmatch(value):
            raise
        digits = "".join(filter(str.isdecimal, value))
        regions = [region.upper()] if region else phonenumbers.SUPPORTED_SHORT_REGIONS
        emergency = any(phonenumbers.is_emergency_number(digits, one) for one in regions)
        what = "an emergency number" if emergency else "a short number, which only one country or carrier has"
        raise BadIndicator(f"{digits} is {what}: it is never reported") from None


def _companies(settings: Settings, best: Rung | None) -> tuple[list[Company], str]:
    """Return who the holder of a block may be, or what went wrong. Who had a number first is no holder of a block."""
    if best is None or not best.as_of:
        return [], ""
    try:
        with Refdata(settings.home) as tables:
            return bridge.candidates(best.holder, tables.companies()), ""
    except StoreError as error:
        return [], f"the companies could not be looked up: {error}"


def _candidate(store: Store, read: Number) -> CandidateView | None:
    try:
        found = store.candidate(read.e164)
    except NotFound:
        return None
    return found if found.kind is Kind.PHONE else None


def present(store: Store, found: Sequence[CandidateView]) -> list[CandidateView]:
    """Return candidates with what time has made of them: a number that nobody reports any more is stale."""
    return [one for at in range(0, len(found), _AT_ONCE) for one in _present(store, found[at : at + _AT_ONCE])]


def _present(store: Store, found: Sequence[CandidateView]) -> list[CandidateView]:
    histories, now = store.histories([one.indicator for one in found if one.kind is Kind.PHONE]), store.now()
    stale = {number for number, history in histories.items() if is_stale(history, now)}
    return [
        replace(one, flags=tuple(sorted({*one.flags, "stale"}))) if one.indicator in stale else one for one in found
    ]


def timeline(days: Mapping[str, int], now: datetime) -> list[Week]:
    """Return the reports of the last `WEEKS` weeks, week by week; `days` are counts by day, as `2026-11-22`."""
    weeks: Counter[int] = Counter()
    for day, reports in days.items():
        weeks[max((now.date() - date.fromisoformat(day)).days - 1, 0) // 7] += reports
    last = max((week for week in weeks if week < WEEKS), default=-1)
    return [Week(now - timedelta(days=7 * (week + 1)), weeks[week]) for week in range(last, -1, -1)]


def import_table(store: Store, who: Actor, take: Callable[[], Imported]) -> Imported:
    """Take in a table of who holds numbers, which `take` does, and note in the log who did. Raises `NotPermitted`."""
    store.require(who, Permission.IMPORT)
    done = take()
    told = {"sha256": done.sha256, "as_of": str(done.as_of), "rows": done.stored}
    with store.acting(who) as desk:
        desk.log(Event("refdata.import", f"refdata:{done.kind}", detail=told))
    return done


def choose_carrier(  # noqa: PLR0913  # each is a word of the command
    store: Store, settings: Settings, who: Actor, *, holder: str, frn: str, reason: str
) -> CarrierView:
    """Remember which company of the Robocall Mitigation Database a holder of numbers is.

    `holder` is its name as a table has it, its OCN, or both as in `EXAMPLE TELECOM LLC (OCN 9201)`: companies of like
    names are not the same. Raises `NotPermitted`, `UserError` for one that no table has, and for a name of several.
    """
    store.require(who, Permission.INVESTIGATE)
    if not reason.strip():
        raise UserError("a choice needs a reason: say how you know that the two are the same")
    with Refdata(settings.home) as tables:
        key = _holder(tables, holder)
        company = next((one for one in tables.companies() if one.frn == frn.strip()), None)
    if company is None:
        raise NotFound(f"no company with the number {frn[:20]!a}; import the database, and see: scamhunt numbers show")
    with store.acting(who) as desk:
        choice = desk.choose_carrier(key, company.frn, company.name, reason.strip())
        told = {"holder": choice.holder, "frn": choice.frn, "name": choice.name}
        desk.log(Event("carrier.choose", f"carrier:{choice.holder}", choice.reason, told))
        return choice


def _holder(tables: Refdata, wanted: str) -> str:
    """Return what a choice for this holder is kept under. Raises `UserError`."""
    both = _WITH_OCN.fullmatch(wanted.strip())
    found = [
        _named(name, ocn)
        for name, ocn in tables.named(both[1] if both else wanted)
        if not both or ocn == both[2].upper()
    ]
    if not found:
        raise NotFound(
            f"no table that was imported has a holder {wanted[:60]!a}; write it as scamhunt numbers show has it, or "
            "give its OCN"
        )
    if len(found) > 1:
        raise UserError(f"{len(found)} holders are called like this; give the OCN: {'; '.join(found[:_SHOWN])}")
    return found[0]


def _key(rung: Rung) -> str:
    return _named(rung.holder, rung.ocn)


def _named(holder: str, ocn: str) -> str:
    return f"{holder} (OCN {ocn})" if ocn else holder
