"""The queue as an analyst works through it: pages, counts, claims, notes, decisions on many. Part of `desk.py`."""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TypeVar
from urllib.parse import urlencode

from scamhunt import desk_numbers, reference, triage
from scamhunt.access import Permission
from scamhunt.desk import decided
from scamhunt.errors import (
    BadIndicator,
    Changed,
    Claimed,
    NotAllowedNow,
    ProtectedTarget,
    ScamhuntError,
    UserError,
)
from scamhunt.model import Actor, Event, Kind, ReportState, State
from scamhunt.observed import Liveness
from scamhunt.protected import Protected
from scamhunt.referral.tokens import tokens_of_text
from scamhunt.settings import Settings
from scamhunt.store import Acting, CandidateView, LookView, Store, queue
from scamhunt.store.candidates import BELOW
from scamhunt.store.queue import ClaimView, Place, Wanted
from scamhunt.triage import Act

PAGE = 50
MOST_AT_ONCE = 500
"""Candidates of one decision on many."""
TYPED_FROM = 20
"""Confirming more than so many asks for the number to be typed."""
UNDO_WITHIN = timedelta(minutes=10)
OPEN_STATES = (State.NEW, State.WATCHED)
NOTE, UNDONE = "candidate.note", "undone"
ME, NOBODY = "me", "nobody"
_MOST_REASONS = 2
_NAME_LIMIT = 253
T = TypeVar("T")
_FIELDS = ("brand", "band", "state", "kind", "feed", "since", "assignee", "q", "new", "min_score")


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to see, as the address of the page says it."""

    brand: str = ""
    band: str = ""
    """A band of the score, as `candidates list` counts them: `urgent`, `review`, `below`."""
    states: tuple[State, ...] = OPEN_STATES
    kind: Kind | None = None
    feed: str = ""
    since: datetime | None = None
    assignee: str = ""
    """A name, `me` or `nobody`."""
    text: str = ""
    only_new: bool = False
    """Only what came since one's last visit."""
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the queue."""

    candidate: CandidateView
    shown: str
    """The name as a browser shows it."""
    band: str
    reasons: tuple[str, ...]
    verdict: str
    liveness: str
    claim: ClaimView | None
    protected: str
    """Why it is protected; empty when it is not."""
    is_new: bool
    """Whether it came since one's last visit."""
    fold: str
    size: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue."""

    entries: tuple[Entry, ...]
    cursor: str
    """Where the next page begins; empty on the last."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are, for the links beside the queue."""

    states: Mapping[State, int]
    brands: Mapping[str, int]
    kinds: Mapping[Kind, int]
    bands: Mapping[str, int]
    open: int
    mine: int
    new: int


@dataclass(slots=True)
class Kept:
    """The counts that are the same for everybody, as one process made them last."""

    clock: Callable[[], float] = time.monotonic
    _made: tuple[float, Tally] | None = None
    _making: Lock = field(default_factory=Lock)

    def fresh(self, make: Callable[[], Tally], seconds: float) -> Tally:
        """Return the counts, at most so many seconds old. One thread makes them, the others wait for it."""
        with self._making:
            if self._made is None or self.clock() - self._made[0] > seconds:
                self._made = (self.clock(), make())
            return self._made[1]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a decision on many would do to one of them."""

    candidate: CandidateView
    after: State | None
    """None: it stays as it is, and `why` says why."""
    why: str
    protected: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision on many would do, and what stands for having seen that."""

    act: Act
    planned: tuple[Planned, ...]
    digest: str

    @property
    def will(self) -> list[Planned]:
        """Return those that it changes."""
        return [one for one in self.planned if one.after is not None]


# --- the address ------------------------------------------------------------------------------------------------------


def read_filter(given: Mapping[str, str], known: Collection[str] = ()) -> Filter:
    """Return the filter that an address names; what is not named is open to all. Raises `UserError`.

    `known` are further names that the address may have, such as the place where a page begins.
    """
    for name in given:
        if name not in _FIELDS and name not in known:
            raise UserError(f"there is no filter {name[:40]!a}; filters are {', '.join(_FIELDS)}")
    band = given.get("band", "")
    if band and band not in (*reference.bands(), BELOW):
        raise UserError(f"there is no band {band[:40]!a}; bands are {', '.join((*reference.bands(), BELOW))}")
    return Filter(
        given.get("brand", "")[:100],
        band,
        _states(given.get("state", "")),
        _member(Kind, given.get("kind", ""), "kind"),
        given.get("feed", "")[:100],
        _moment(given.get("since", "")),
        given.get("assignee", "")[:64],
        given.get("q", "").strip()[:_NAME_LIMIT],
        given.get("new", "") == "yes",
        _score(given.get("min_score", "")),
    )


def written(wanted: Filter, **changes: str) -> str:
    """Return a filter as the query of an address; with changes, where an empty one leaves a field out."""
    states = "" if wanted.states == OPEN_STATES else ",".join(wanted.states) or "all"
    fields = {
        "brand": wanted.brand,
        "band": wanted.band,
        "state": states,
        "kind": wanted.kind.value if wanted.kind else "",
        "feed": wanted.feed,
        "since": f"{wanted.since:%Y-%m-%d}" if wanted.since else "",
        "assignee": wanted.assignee,
        "q": wanted.text,
        "new": "yes" if wanted.only_new else "",
        "min_score": "" if wanted.least is None else f"{wanted.least:g}",
    }
    return urlencode({name: value for name, value in (fields | changes).items() if value})


def _states(text: str) -> tuple[State, ...]:
    if not text:
        return OPEN_STATES
    if text == "all":
        return ()
    return tuple(one for part in text.split(",") if (one := _member(State, part, "state")) is not None)


def _member(kind: Callable[[str], T], text: str, name: str) -> T | None:
    try:
        return kind(text) if text else None
    except ValueError:
        raise UserError(f"{text[:40]!a} is no {name}") from None


def _moment(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text) if text else None
        return when.astimezone(UTC) if when and when.tzinfo else when and when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UserError(f"{text[:40]!a} is no day; write 2026-01-31") from None


def _score(text: str) -> float | None:
    try:
        found = float(text) if text else None
    except ValueError:
        found = -1
    if found is not None and not 0 <= found <= 1:
        raise UserError(f"{text[:40]!a} is no score; a score lies between 0 and 1")
    return found


# --- look -------------------------------------------------------------------------------------------------------------


def page(  # noqa: PLR0913  # who looks, and at which part of what
    store: Store,
    settings: Settings,
    who: Actor,
    wanted: Filter,
    *,
    before: datetime | None = None,
    cursor: str = "",
    limit: int = PAGE,
) -> Page:
    """Return a page of the queue, folded. `before` is when this person was here last.

    Raises `UserError` for a cursor that is none, `NotPermitted`.
    """
    store.require(who, Permission.LOOK)
    with store.snapshot():
        rows, after = store.queue(_wanted(who, wanted, before), _place(cursor), limit)
        entries = _entries(store, settings, [one.candidate for one in rows], before)
    folded = [replace(one, fold=row.fold, size=row.size) for one, row in zip(entries, rows, strict=True)]
    return Page(tuple(folded), _cursor(after))


def unfolded(  # noqa: PLR0913  # as `page`
    store: Store, settings: Settings, who: Actor, wanted: Filter, *, cursor: str = "", limit: int = PAGE
) -> Page:
    """Return a page of the queue in which each candidate is a row, for scripts. Raises as `page` does."""
    store.require(who, Permission.LOOK)
    with store.snapshot():
        found = store.queue_members(_wanted(who, wanted, None), limit + 1, _place(cursor))
        shown_now, more = found[:limit], len(found) > limit
        after = Place(shown_now[-1].score, shown_now[-1].id) if more else None
        return Page(tuple(_entries(store, settings, shown_now, None)), _cursor(after))


def folded(  # noqa: PLR0913  # as `page`
    store: Store, settings: Settings, who: Actor, wanted: Filter, fold: str, *, before: datetime | None = None
) -> list[Entry]:
    """Return the members of one row of the queue, the strongest first; at most 500."""
    store.require(who, Permission.LOOK)
    which = replace(_wanted(who, wanted, before), fold=fold)
    return _entries(store, settings, store.queue_members(which, queue.MOST_FOLDED), before)


def one(store: Store, settings: Settings, who: Actor, number: int) -> Entry:
    """Return one candidate as the queue shows it. Raises `NotFound`, `NotPermitted`."""
    store.require(who, Permission.LOOK)
    with store.snapshot():
        return _entries(store, settings, store.candidates_by([number]), None)[0]


def tally(
    store: Store, who: Actor, before: datetime | None, kept: Kept | None = None, *, seconds: float = 0.0
) -> Tally:
    """Return how many candidates wait, cut several ways, and how many there are in each state.

    What is the same for everybody may be so many `seconds` old where it was `kept`; what is one's own never is.
    """
    store.require(who, Permission.LOOK)
    waiting = Wanted(states=OPEN_STATES)
    own = [replace(waiting, assignee=who.name), *([replace(waiting, new_since=before)] if before else [])]
    with store.snapshot():
        mine, *new = store.queue_counts(own)
        all_of_us = (kept or Kept()).fresh(lambda: _counted(store), seconds)
    return replace(all_of_us, mine=mine, new=sum(new))


def _counted(store: Store) -> Tally:
    rows, names = store.queue_tally(), list(reference.bands())
    waiting = [(kind, brand, many) for state, kind, brand, many in rows if state in OPEN_STATES]
    brands = _summed((brand, many) for _, brand, many in waiting)
    kinds = _summed((kind, many) for kind, _, many in waiting)
    in_bands = store.queue_counts([_in_band(Wanted(states=OPEN_STATES), name) for name in names])
    first = dict(sorted(brands.items(), key=lambda pair: (-pair[1], pair[0]))[:12])
    states = _summed((state, many) for state, _, _, many in rows)
    return Tally(states, first, kinds, dict(zip(names, in_bands, strict=True)), sum(kinds.values()), 0, 0)


def _summed(pairs: Iterable[tuple[T, int]]) -> dict[T, int]:
    found: dict[T, int] = {}
    for key, many in pairs:
        found[key] = found.get(key, 0) + many
    return found


def _wanted(who: Actor, given: Filter, before: datetime | None) -> Wanted:
    """Return a filter as the store takes it."""
    found = Wanted(
        brand=given.brand,
        least=given.least,
        states=given.states,
        kind=given.kind,
        feed=given.feed,
        since=given.since,
        new_since=before if given.only_new else None,
        assignee="" if given.assignee == NOBODY else who.name if given.assignee == ME else given.assignee,
        unclaimed=given.assignee == NOBODY,
        text=given.text.replace("[.]", ".").replace("hxxp", "http"),
    )
    return _in_band(found, given.band) if given.band else found


def _in_band(found: Wanted, band: str) -> Wanted:
    """Return a filter for one band of the score."""
    floors = [*reference.bands().items()]
    if band == BELOW:
        return replace(found, below=floors[-1][1])
    at = [name for name, _ in floors].index(band)
    least = max(found.least or 0.0, floors[at][1])
    return replace(found, least=least, below=floors[at - 1][1] if at else None)


def _entries(store: Store, settings: Settings, found: Sequence[CandidateView], before: datetime | None) -> list[Entry]:
    ids = [one.id for one in found]
    seen, live = store.latest_looks(ids), store.latest_looks(ids, (Liveness.LIVE, Liveness.PARKED))
    claimed = store.claims(ids)
    protected = reference.protected(settings, reference.brands(settings))
    return [
        _entry(one, (live.get(one.id) or seen.get(one.id), seen.get(one.id)), claimed.get(one.id), protected, before)
        for one in desk_numbers.present(store, found)
    ]


def _entry(
    one: CandidateView,
    looks: tuple[LookView | None, LookView | None],
    claim: ClaimView | None,
    protected: Protected,
    before: datetime | None,
) -> Entry:
    judged, last = looks
    return Entry(
        one,
        shown(one.indicator),
        band_of(one.score),
        tuple(why.text for why in one.reasons[:_MOST_REASONS]),
        judged.verdict.value if judged else "",
        last.liveness.value if last else "",
        claim,
        why_protected(protected, one.indicator),
        before is not None and one.created_at is not None and one.created_at > before,
        "",
        1,
    )


def band_of(score: float) -> str:
    """Return the band that a score lies in."""
    return next((name for name, floor in reference.bands().items() if score >= floor), BELOW)


def shown(name: str) -> str:
    """Return a name with its `xn--` labels decoded (RFC 3492); the name itself where one does not decode."""
    labels = name.split(".")
    try:
        return ".".join(one[4:].encode().decode("punycode") if one.startswith("xn--") else one for one in labels)
    except UnicodeError:
        return name


def why_protected(protected: Protected, indicator: str) -> str:
    """Return why a target is protected, empty when it is not."""
    try:
        found = protected.why(indicator)
    except BadIndicator:
        return ""
    return found.text if found else ""


def _cursor(place: Place | None) -> str:
    """Return where a page begins as the address has it."""
    if place is None:
        return ""
    return base64.urlsafe_b64encode(json.dumps([place.score, place.id]).encode()).decode().rstrip("=")


def _place(cursor: str) -> Place | None:
    if not cursor:
        return None
    try:
        score, number = json.loads(base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor) % 4)))
        return Place(float(score), int(number))
    except (ValueError, TypeError, OverflowError):
        raise UserError("that place in the list cannot be read; begin at the top again") from None


# --- claims and notes -------------------------------------------------------------------------------------------------


def claim(store: Store, who: Actor, ids: Collection[int], *, person: str = "", take: bool = False) -> datetime:
    """Note that somebody is at work on some candidates: oneself for half an hour, or a colleague for a week.

    Returns until when. Raises `Claimed` for what somebody else has, unless one takes it over; `UserError` for who is
    not of the team, `NotFound`, `NotPermitted`.
    """
    wanted = _few(ids)
    with store.acting(who) as desk:
        desk.require(Permission.TRIAGE)
        team = desk.people()
        whose = person or who.name
        if person and (whose not in team or not team[whose].active):
            raise UserError(f"{person[:64]!a} is not on this team")
        for one in wanted:
            desk.candidate(str(one))
        return _hold(desk, wanted, whose, take=take)


def _hold(desk: Acting, ids: Sequence[int], person: str, *, take: bool) -> datetime:
    held = queue.claims(desk.connection, ids, desk.now)
    theirs = {one.candidate_id: one.person for one in held.values() if one.person not in {person, desk.actor.name}}
    if theirs and not take:
        raise Claimed(queue.told(held[next(iter(theirs))]))
    until = desk.now + (queue.OWN_CLAIM if person == desk.actor.name else queue.GIVEN_CLAIM)
    queue.hold(desk.connection, ids, {"person": person, "by": desk.actor.name, "at": desk.now, "until": until})
    for one in ids:
        detail = {"person": person, "until": until.isoformat()} | ({"from": theirs[one]} if one in theirs else {})
        desk.log(Event("candidate.claim", f"candidate:{one}", "", detail))
    return until


def release(store: Store, who: Actor, ids: Collection[int]) -> None:
    """Let go of candidates that one is at work on. Raises `Claimed` for what somebody else has, `NotPermitted`."""
    wanted = _few(ids)
    with store.acting(who) as desk:
        desk.require(Permission.TRIAGE)
        held = queue.claims(desk.connection, wanted, desk.now)
        for one in held.values():
            if who.name not in {one.person, one.by}:
                raise Claimed(queue.told(one))
        queue.forget(desk.connection, *held)
        desk.log(*(Event("candidate.release", f"candidate:{one}") for one in held))


def note(store: Store, who: Actor, key: str, text: str) -> CandidateView:
    """Write something down on a candidate; the log keeps it for good, so nothing of a victim belongs into it.

    Raises `UserError` for a text that is empty, too long, or names a mail address or a number, `NotFound`,
    `NotPermitted`.
    """
    triage.require_reason(text)
    with store.acting(who) as desk:
        desk.require(Permission.TRIAGE)
        found = desk.candidate(key)
        if tokens_of_text(text) - {found.indicator.lower()}:
            raise UserError(
                "the note names a mail address or a phone number that is not the target: it may be a victim's, and the "
                "log keeps it for good; write it without"
            )
        desk.log(Event(NOTE, f"candidate:{found.id}", text.strip()))
        return found


# --- decide -----------------------------------------------------------------------------------------------------------


def undo(store: Store, who: Actor, key: str, revision: int) -> CandidateView:
    """Take one's own last decision back, within ten minutes and while nothing followed from it.

    The log tells of it as the steps that lead back. Raises `Changed`, `NotAllowedNow`, `NotPermitted`, `NotFound`.
    """
    with store.acting(who) as desk:
        desk.require(Permission.TRIAGE)
        now = desk.candidate(key)
        last = desk.decision_on(now.id)
        if now.revision != revision or last is None:
            raise Changed(f"{now.indicator} is {now.state}: somebody decided since you looked at it")
        if last.actor != who.name or desk.now - last.at > UNDO_WITHIN:
            raise NotAllowedNow(
                f"only your own decisions of the last {UNDO_WITHIN.seconds // 60} minutes can be undone"
            )
        if last.reason == UNDONE:
            raise NotAllowedNow("that was undone already: decide anew")
        if any(one.created_at >= last.at for one in desk.reports_of(now.id, tuple(ReportState))):
            raise NotAllowedNow("a report was drafted since: withdraw it, then decide anew")
        for act in _way_back(now.state, State(str(last.detail.get("before")))):
            now = decided(store, desk, str(now.id), act, UNDONE, over_claim=True)
        return now


def _way_back(state: State, before: State) -> Sequence[Act]:
    """Return the acts that lead from a state to the one before it."""
    anew = {
        State.NEW: (),
        State.WATCHED: (Act.WATCH,),
        State.CONFIRMED: (Act.CONFIRM,),
        State.DISMISSED: (Act.DISMISS,),
    }
    if before not in anew:
        raise NotAllowedNow(f"it was {before}: that is observed, and cannot be typed again")
    return (*((Act.REOPEN,) if state is not State.NEW else ()), *anew[before])


def preview(store: Store, settings: Settings, who: Actor, ids: Collection[int], act: Act | str) -> Preview:
    """Return what a decision on many would do to each: what is protected, claimed or in another state stays.

    Raises `UserError` for more than 500, `NotFound`, `NotPermitted`.
    """
    store.require(who, Permission.TRIAGE)
    act, wanted = _typed_act(act), _few(ids)
    protected = reference.protected(settings, reference.brands(settings))
    found = store.candidates_by(wanted)
    held = store.claims(wanted)
    planned = tuple(_planned(who, act, one, held.get(one.id), protected) for one in found)
    return Preview(act, planned, _digest(act, found))


def decide_many(  # noqa: PLR0913, PLR0917  # what is decided, and what was seen when it was
    store: Store,
    settings: Settings,
    who: Actor,
    ids: Collection[int],
    act: Act | str,
    reason: str,
    *,
    digest: str,
    typed: str = "",
) -> list[CandidateView]:
    """Decide on many, as their preview said: all of those that it changes, or none.

    Raises `Changed` where the preview no longer holds, `ProtectedTarget` that names what is protected, `UserError`
    where more than 20 are confirmed and their number was not typed, and as `desk.decide` does.
    """
    seen = preview(store, settings, who, ids, act)
    if seen.digest != digest:
        raise Changed("something of this was decided since you looked at it; nothing was done: look at it again")
    named = [one.candidate.indicator for one in seen.will if one.protected]
    if seen.act is Act.CONFIRM and named:
        raise ProtectedTarget(f"{', '.join(named[:10])}: protected, so nothing was done; leave {_them(named)} out")
    will = seen.will
    if seen.act is Act.CONFIRM and len(will) > TYPED_FROM and typed.strip() != str(len(will)):
        raise UserError(f"this confirms {len(will)} candidates at once: type that number to go on")
    if not will:
        raise NotAllowedNow("none of them can be decided like that; nothing was done")
    with store.acting(who) as desk:
        desk.require(Permission.TRIAGE)
        each = ((str(one.candidate.id), one.candidate.revision) for one in will)
        return [decided(store, desk, key, seen.act, reason, revision=revision) for key, revision in each]


def _planned(who: Actor, act: Act, one: CandidateView, held: ClaimView | None, protected: Protected) -> Planned:
    why = why_protected(protected, one.indicator)
    if held is not None and held.person != who.name:
        return Planned(one, None, f"{held.person} is at work on it until {held.until:%H:%M} UTC", why)
    try:
        return Planned(one, triage.decide(one.state, act, "preview"), "", why)
    except ScamhuntError as error:
        return Planned(one, None, str(error), why)


def _digest(act: Act, found: Sequence[CandidateView]) -> str:
    told = json.dumps([act.value, [[one.id, one.revision, one.state.value] for one in found]])
    return hashlib.sha256(told.encode()).hexdigest()


def _typed_act(act: Act | str) -> Act:
    try:
        found = Act(act)
    except ValueError:
        raise UserError(f"{str(act)[:40]!a} is nothing that can be decided") from None
    if found not in triage.BY_PEOPLE:
        raise UserError(f"{found} is observed and never typed")
    return found


def _few(ids: Collection[int]) -> list[int]:
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise UserError("choose at least one")
    if len(wanted) > MOST_AT_ONCE:
        raise UserError(f"at most {MOST_AT_ONCE} at once, and these are {len(wanted):,}")
    return wanted


def _them(named: Sequence[str]) -> str:
    return "it" if len(named) == 1 else "them"
