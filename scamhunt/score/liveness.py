"""Whether something can still be seen at a target: one look, what several agree on, and when to look again. Pure.

Down is said only when `ENOUGH` observations over `SPAN` agree, from two vantages where pages were looked at, and none
in between saw it live. What did not answer never counts: unknown is not absent. One malicious name in six is used only
after 90 days, so a target that is down or parked is looked at for good, ever more seldom.

Source: Interisle, Phishing Landscape (when names are used); ICANN EPP status codes (holds).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scamhunt.observed import Finding, Liveness, Outcome
from scamhunt.score.seen.read import target_of, texts
from scamhunt.score.seen.scene import GONE, SECRETS, UNUSED, View, recognised, start_of, views_of

ENOUGH = 3
"""Observations that agree; one of the registry's own hold counts twice."""
SPAN = timedelta(hours=6)
"""From the first of them to the last."""
VANTAGES = 2
DOWN = frozenset({Liveness.SUSPENDED, Liveness.TAKEN_DOWN})
HOLDS = frozenset({"client hold", "server hold"})
WORKING = ("page.form", "page.number", "page.wallet", "page.popup", "page.chat")
"""What a page has that works on its visitors: whatever status, header or words say, such a page is not down."""
_ADDRESSES = frozenset({"dns.a", "dns.aaaa"})


@dataclass(frozen=True, slots=True)
class Observed:
    """What one look told about liveness."""

    at: datetime
    liveness: Liveness
    vantages: tuple[str, ...] = ()
    """The vantages whose answer told it; none where registry or DNS did."""
    weight: int = 1
    """How many observations it counts as."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the looks so far agree on."""

    liveness: Liveness = Liveness.UNKNOWN
    """Of the last look that told something."""
    since: datetime | None = None
    """When looks began to tell that, without a break."""
    down: bool = False
    back: bool = False
    """Whether it is live again after it was down."""
    first_live: datetime | None = None
    last_live: datetime | None = None
    why: str = "nothing was told yet"
    """A sentence for a person."""


# --- one look ---------------------------------------------------------------------------------------------------------


def observe(findings: Sequence[Finding]) -> Liveness:
    """Return what one look told; `host.recognised` findings are among those that count."""
    return _look(findings)[0]


def observed(findings: Sequence[Finding], at: datetime) -> Observed:
    """Return what one look told, with who told it and how much it counts; `at` is aware."""
    return Observed(at, *_look(findings))


def _look(findings: Sequence[Finding]) -> tuple[Liveness, tuple[str, ...], int]:
    views, roles = views_of(findings), recognised(findings)
    told = {view.vantage: _seen(view, roles, start_of(findings)) for view in views}
    for liveness in (Liveness.LIVE, Liveness.PARKED, Liveness.TAKEN_DOWN):
        if by := tuple(name for name, one in told.items() if one is liveness):
            return liveness, by, 1
    if weight := _out_of_dns(findings):
        return Liveness.SUSPENDED, (), weight
    if roles.keys() & UNUSED:
        return Liveness.PARKED, (), 1
    nothing = views and all(one is Liveness.UNREACHABLE for one in told.values())
    return (Liveness.UNREACHABLE if nothing else Liveness.UNKNOWN), (), 1


def _seen(view: View, roles: Mapping[str, Sequence[Finding]], start: str) -> Liveness:
    """Return what one vantage's answer tells."""
    if view.exchange is None:
        return Liveness.UNREACHABLE
    here = {role for role, found in roles.items() for one in found if one.vantage in {"", view.vantage}}
    works = bool(view.asks & SECRETS) or any(True for kind in WORKING for _ in view.of(kind))
    if not works:
        if here & {"suspended", "sinkhole"}:
            return Liveness.TAKEN_DOWN
        if here & UNUSED:
            return Liveness.PARKED
        if "default page" in here or view.walled:
            return Liveness.UNKNOWN
    if view.status in GONE and view.target == target_of(start) and not works:
        return Liveness.TAKEN_DOWN
    return Liveness.LIVE if view.shows else Liveness.UNKNOWN


def _out_of_dns(findings: Sequence[Finding]) -> int:
    """Return how much it counts that the name was taken out of the DNS: 0 not at all, 2 with the registry's word."""
    asked = {one.outcome for one in findings if one.kind in _ADDRESSES}
    absent = Outcome.ABSENT in asked and not asked & {Outcome.FOUND, Outcome.EMPTY}
    registry = [one for one in findings if one.kind in {"rdap.domain", "whois.domain"}]
    held = any({word.lower() for word in texts(one, "statuses")} & HOLDS for one in registry)
    sunk = any(role in {"sinkhole", "suspended"} for role in recognised(findings))
    if held and Outcome.FOUND not in asked:
        return 2
    if absent or sunk:
        return 2 if any(one.outcome is Outcome.ABSENT for one in registry) else 1
    return 0


# --- several looks ----------------------------------------------------------------------------------------------------


def decide(history: Sequence[Observed]) -> Standing:
    """Return what looks agree on, in the order of time; the same looks in another order give the same."""
    standing, run = Standing(), list[Observed]()
    for one in sorted(history, key=lambda one: (one.at, one.liveness.value, one.vantages)):
        if one.liveness is Liveness.LIVE:
            run, standing = [], _live(standing, one)
        elif one.liveness in DOWN:
            run.append(one)
            standing = _gone(_told(standing, one), run)
        elif one.liveness is Liveness.PARKED:
            standing = standing if standing.down else replace(_told(standing, one), why="parked, or for sale")
        elif standing.liveness in {Liveness.UNKNOWN, Liveness.UNREACHABLE}:
            standing = replace(_told(standing, one), why="nobody could tell: it says nothing")
    return standing


def _told(standing: Standing, one: Observed) -> Standing:
    same = standing.liveness is one.liveness or {standing.liveness, one.liveness} <= DOWN
    return replace(standing, liveness=one.liveness, since=standing.since if same and standing.since else one.at)


def _live(standing: Standing, one: Observed) -> Standing:
    back = standing.back or standing.down
    why = f"it is back: seen live at {one.at:%Y-%m-%d %H:%M} UTC after it was down" if back else "seen live"
    first = standing.first_live or one.at
    return replace(_told(standing, one), down=False, back=back, first_live=first, last_live=one.at, why=why)


def _gone(standing: Standing, run: Sequence[Observed]) -> Standing:
    """Return whether the looks since it was last seen live are enough to call it down."""
    count, span = sum(one.weight for one in run), run[-1].at - run[0].at
    by = {name for one in run for name in one.vantages}
    enough_eyes = len(by) >= VANTAGES or sum(one.weight for one in run if not one.vantages) >= ENOUGH
    if count < ENOUGH or span < SPAN or not enough_eyes:
        return standing if standing.down else replace(standing, why=_lacks(count, span))
    hours = span.total_seconds() / 3600
    why = f"down: {len(run)} looks over {hours:.0f} hours agree, and none saw it live"
    return replace(standing, down=True, back=False, why=why)


def _lacks(count: int, span: timedelta) -> str:
    if count < ENOUGH:
        return f"looks down, by {count} of {ENOUGH} observations that it takes"
    if span < SPAN:
        return f"looks down, for less than {SPAN.total_seconds() / 3600:.0f} hours"
    return "looks down, for one vantage only"


# --- when to look again -----------------------------------------------------------------------------------------------

_DAY = timedelta(days=1)
CADENCE: dict[str, tuple[tuple[timedelta, timedelta], ...]] = {
    "up": (
        (_DAY, timedelta(hours=2)),
        (3 * _DAY, timedelta(hours=6)),
        (7 * _DAY, timedelta(hours=12)),
        (30 * _DAY, _DAY),
        (90 * _DAY, 3 * _DAY),
        (365 * _DAY, 7 * _DAY),
        (timedelta.max, 30 * _DAY),
    ),
    "going": (
        (_DAY, timedelta(hours=3)),
        (7 * _DAY, timedelta(hours=6)),
        (timedelta.max, _DAY),
    ),
    "down": (
        (_DAY, timedelta(hours=6)),
        (7 * _DAY, _DAY),
        (30 * _DAY, 2 * _DAY),
        (120 * _DAY, 5 * _DAY),
        (365 * _DAY, 14 * _DAY),
        (timedelta.max, 30 * _DAY),
    ),
    "parked": (
        (7 * _DAY, _DAY),
        (30 * _DAY, 3 * _DAY),
        (120 * _DAY, 7 * _DAY),
        (365 * _DAY, 14 * _DAY),
        (timedelta.max, 30 * _DAY),
    ),
}
"""(younger than this, look again after that). Age counts from when it was first seen (`up`, `parked`) or since when it
looks down (`going`: not enough looks yet; `down`). There is no end: one name in six wakes after 90 days."""
JITTER = 0.1
"""A target comes so much sooner or later, by its own hash: a thousand of one night do not come at the same minute."""


def pace(standing: Standing) -> str:
    """Return the row of `CADENCE` that a standing has."""
    if standing.down:
        return "down"
    if standing.liveness in DOWN:
        return "going"
    return "parked" if standing.liveness is Liveness.PARKED else "up"


def next_due(now: datetime, first_seen: datetime, standing: Standing, *, target: str) -> datetime:
    """Return when a target is to be looked at again; always later than `now`, the same for the same arguments."""
    row = pace(standing)
    begun = standing.since if row in {"down", "going"} or standing.back else None
    age = max(timedelta(), now - (begun or first_seen))
    wait = next(wait for younger, wait in CADENCE[row] if age < younger)
    share = int.from_bytes(hashlib.sha256(target.encode()).digest()[:4], "big") / 2**32
    return now + wait * (1 - JITTER + 2 * JITTER * share)
