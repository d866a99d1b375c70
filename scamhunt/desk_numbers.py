"""What a person may see and decide about phone numbers. Part of `desk.py`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scamhunt import reference
from scamhunt.errors import NotFound, UserError
from scamhunt.indicators import extract, phone
from scamhunt.indicators.phone import Number
from scamhunt.investigate import bridge
from scamhunt.investigate.bridge import Company
from scamhunt.investigate.carrier import attribute
from scamhunt.investigate.ladder import Ladder
from scamhunt.investigate.refdata import Imported
from scamhunt.investigate.refdata_index import Refdata
from scamhunt.model import Actor, Event, Kind, NumberSighting, Role
from scamhunt.score.phone_voices import STALE_AFTER
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, CarrierView, Store
from scamhunt.takedown.roles import default_kind, role_of, stated_last

WEEKS = 26
"""Of the timeline."""


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


def number(store: Store, settings: Settings, value: str) -> NumberState:
    """Return what is known of a number: its role, reports, timeline and who can act. Raises `BadIndicator`."""
    read = extract.read(value, settings.region)
    sightings, now = store.number_sightings(read.e164), settings.now()
    protected = reference.protected(settings, reference.brands(settings)).why(read.e164)
    role = role_of(sightings)
    with Refdata(settings.home) as tables:
        ladder = attribute(read, tables)
        holder = ladder.best.holder if ladder.best else ""
        chosen = store.carrier(bridge.fold(holder)) if holder else None
        companies = bridge.candidates(holder, tables.companies()) if holder and not chosen else []
    return NumberState(
        number=read.e164,
        shown=phone.shown(read.e164),
        region=read.region,
        type=read.type.value,
        flags=read.flags,
        role=role,
        protected=protected.text if protected else "",
        follows="" if protected else default_kind(Kind.PHONE, role),
        stale=bool(sightings) and is_stale(stated_last(sightings) or sightings[0].seen_at, now),
        standing=reference.phone_model(settings).standing,
        candidate=_candidate(store, read),
        reports=store.count_sightings(read.e164),
        sightings=sightings,
        timeline=timeline(sightings, now),
        ladder=ladder,
        carrier=chosen,
        companies=companies,
    )


def _candidate(store: Store, read: Number) -> CandidateView | None:
    try:
        found = store.candidate(read.e164)
    except NotFound:
        return None
    return found if found.kind is Kind.PHONE else None


def is_stale(last_seen: datetime, now: datetime) -> bool:
    """Return whether a number was not reported for so long that somebody else may hold it."""
    return now - last_seen > STALE_AFTER


def present(candidate: CandidateView, now: datetime) -> CandidateView:
    """Return a candidate with what time has made of it: a number that nobody reports any more is stale."""
    if candidate.kind is not Kind.PHONE or not is_stale(candidate.last_seen, now):
        return candidate
    return replace(candidate, flags=tuple(sorted({*candidate.flags, "stale"})))


def timeline(sightings: Sequence[NumberSighting], now: datetime) -> list[Week]:
    """Return the reports of the last `WEEKS` weeks, week by week."""
    weeks = Counter(max((now - one.seen_at).days, 0) // 7 for one in sightings)
    last = max((week for week in weeks if week < WEEKS), default=-1)
    return [Week(now - timedelta(days=7 * (week + 1)), weeks[week]) for week in range(last, -1, -1)]


def note_import(store: Store, who: Actor, done: Imported) -> None:
    """Note in the log who took in a table of who holds numbers."""
    told = {"sha256": done.sha256, "as_of": str(done.as_of), "rows": done.stored}
    with store.acting(who) as desk:
        desk.log(Event("refdata.import", f"refdata:{done.kind}", detail=told))


def choose_carrier(  # noqa: PLR0913  # each is a word of the command
    store: Store, settings: Settings, who: Actor, *, holder: str, frn: str, reason: str
) -> CarrierView:
    """Remember which company of the Robocall Mitigation Database a holder of numbers is. Raises `UserError`."""
    if not reason.strip():
        raise UserError("a choice needs a reason: say how you know that the two are the same")
    with Refdata(settings.home) as tables:
        company = next((one for one in tables.companies() if one.frn == frn.strip()), None)
    if company is None:
        raise NotFound(f"no company with the number {frn[:20]!a}; import the database, and see: scamhunt numbers show")
    with store.acting(who) as desk:
        choice = desk.choose_carrier(bridge.fold(holder), company.frn, company.name, reason.strip())
        told = {"holder": choice.holder, "frn": choice.frn, "name": choice.name}
        desk.log(Event("carrier.choose", f"carrier:{choice.holder}", choice.reason, told))
        return choice
