"""Who reported a number: reports of one voice are one, and agencies that hear of the same calls count once. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scamhunt.indicators.phone import Number
from scamhunt.model import NumberSighting

STALE_AFTER = timedelta(days=45)
"""A disconnected number may be given to somebody else after so long (47 CFR 52.15(f)(1)(ii)): what was said before a
silence of that length may be about another holder."""
_DAY = timedelta(days=1)

Voice = tuple[str, str, str, str]
"""Feed, source, place; the day, where an agency names neither source nor place."""
Reported = Sequence[NumberSighting]


@dataclass(frozen=True, slots=True)
class Reports:
    """What is known of a number, by who said it."""

    number: Number
    voices: tuple[Reported, ...]
    """The reports of each voice since the last long silence, the newest first."""
    independent: int
    """Voices that do not repeat each other: of a pool of feeds only those of the feed that has most."""
    pooled: tuple[str, ...]
    """Feeds of which only one was counted."""
    age_days: float
    """Since the newest report; 0 for one that is dated ahead."""
    silent_days: int
    """The length of the last long silence, 0 where there was none."""
    before: int
    """Reports from before that silence: left out."""

    @property
    def is_stale(self) -> bool:
        """Whether nobody has reported the number for so long that it may belong to somebody else."""
        return self.age_days > STALE_AFTER / _DAY

    def share(self, holds: Callable[[NumberSighting], float | None]) -> float:
        """Return the mean over the voices that say anything of it; of one voice the newest that does counts."""
        said = [next((value for one in voice if (value := holds(one)) is not None), None) for voice in self.voices]
        known = [value for value in said if value is not None]
        return math.fsum(known) / len(known) if known else 0.0


def listen(number: Number, history: Sequence[NumberSighting], now: datetime) -> Reports:
    """Return the reports of a number by voice. `history` holds at least one; its order does not matter."""
    newest = sorted(history, key=lambda one: one.seen_at, reverse=True)
    since = _last_silence(newest)
    silent = newest[since - 1].seen_at - newest[since].seen_at if since < len(newest) else timedelta()
    by_voice: dict[Voice, list[NumberSighting]] = defaultdict(list)
    for one in newest[:since]:
        by_voice[_voice(one)].append(one)
    independent, pooled = _independent(list(by_voice.values()))
    age = max(0.0, (now - newest[0].seen_at) / _DAY)
    return Reports(
        number, tuple(map(tuple, by_voice.values())), independent, pooled, age, silent.days, len(newest) - since
    )


def current(history: Sequence[NumberSighting]) -> list[NumberSighting]:
    """Return the reports since the last long silence, the newest first: those before may be about another holder."""
    newest = sorted(history, key=lambda one: one.seen_at, reverse=True)
    return newest[: _last_silence(newest)]


def _last_silence(newest: Sequence[NumberSighting]) -> int:
    """Return how many reports have come since the last long silence."""
    for at in range(1, len(newest)):
        if newest[at - 1].seen_at - newest[at].seen_at > STALE_AFTER:
            return at
    return len(newest)


def _voice(one: NumberSighting) -> Voice:
    """Return who speaks. Where nobody says who, an agency speaks anew each day; else anybody could be many by dates."""
    nameless = not (one.source or one.place) and one.corroborates
    return one.feed, one.source, one.place, f"{one.seen_at:%Y-%m-%d}" if nameless else ""


def _independent(voices: Sequence[Reported]) -> tuple[int, tuple[str, ...]]:
    """Return how many voices count, and the feeds of which another one of their pool was taken."""
    counted = Counter((one.pool, one.feed) for one, *_ in voices)
    pools: dict[str, dict[str, int]] = defaultdict(dict)
    for (pool, feed), count in counted.items():
        pools[pool or f"feed {feed}"][feed] = count
    shared = sorted(feed for feeds in pools.values() if len(feeds) > 1 for feed in feeds)
    return sum(max(feeds.values()) for feeds in pools.values()), tuple(shared)
