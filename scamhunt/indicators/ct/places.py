"""Where a feed stands in each log: its mark, and which entries a night reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scamhunt.errors import FeedHeld

GAPS_LIMIT = 16
"""Gaps that are remembered of a log; what lies in older ones is given up."""

Range = tuple[int, int]
"""Index of the first entry and of the one after the last."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where we stand in one log."""

    next: int
    """Index of the first entry that was not yet looked at."""
    size: int = 0
    """Of the tree that was verified last."""
    root: str = ""
    """Its root, in base64."""
    gaps: tuple[Range, ...] = ()
    """What was left out below `next`, in order."""
    leaf: str = ""
    """Hash of the entry below `next`, in base64, where entries are not verified otherwise."""
    missing: int = 0
    """Runs in a row in which the log list did not have the log."""

    @property
    def left_out(self) -> int:
        """Entries in gaps."""
        return sum(stop - start for start, stop in self.gaps)


def read_mark(mark: str) -> dict[str, Place]:
    """Read a mark: `{"log id": {"next", "size", "root", "gaps", "leaf", "missing"}}`.

    Raises `FeedHeld` for anything else.
    """
    try:
        said = json.loads(mark or "{}")
        return {identity: _place(**one) for identity, one in said.items()}
    except (ValueError, TypeError, AttributeError):
        raise FeedHeld(
            "the feed's place in the logs cannot be read; it may be of a newer version of scamhunt"
        ) from None


def _place(gaps: list[list[int]] | None = None, **others: object) -> Place:
    return Place(**others, gaps=tuple((start, stop) for start, stop in gaps or ()))  # type: ignore[arg-type]  # our own JSON


def write_mark(places: Mapping[str, Place]) -> str:
    """Return the mark for these places."""
    return json.dumps({identity: _said(places[identity]) for identity in sorted(places)}, separators=(",", ":"))


def _said(place: Place) -> dict[str, object]:
    said = {"next": place.next, "size": place.size, "root": place.root, "gaps": place.gaps, "leaf": place.leaf}
    said["missing"] = place.missing
    return {name: value for name, value in said.items() if value or name == "next"}


def plan(place: Place | None, stop: int, window: int, align: int = 1) -> tuple[Place, list[Range], int]:
    """Plan a night that reads at most `window` entries below `stop`, and begins at multiples of `align`.

    Returns the place to begin from, what is to be read, in order, and how many entries of old gaps are given up. The
    first night begins `window` before the end. Later ones go on; when more waits, the newest is read, the rest is a gap
    that is filled, the newest first, on nights with less to do.
    """
    start = max(0, stop - window)
    start -= start % align
    if place is None:
        return Place(start), _ranges(start, stop), 0
    if start > place.next:
        gaps = (*place.gaps, (place.next, start))
        given_up = sum(after - before for before, after in gaps[:-GAPS_LIMIT])
        return replace(place, next=start, gaps=gaps[-GAPS_LIMIT:], leaf=""), _ranges(start, stop), given_up
    left = window - max(0, stop - place.next)
    ranges = _ranges(place.next, stop)
    for before, after in reversed(place.gaps):
        ranges += _ranges(before, min(after, before + left))
        left -= min(after - before, left)
    return place, ranges, 0


def _ranges(start: int, stop: int) -> list[Range]:
    return [(start, stop)] if start < stop else []


def read_to(place: Place, start: int, stop: int) -> Place:
    """Return the place once the entries from `start` to before `stop` have been read."""
    if start == place.next:
        return replace(place, next=stop, leaf="")
    gaps = [(stop, after) if before == start else (before, after) for before, after in place.gaps]
    return replace(place, gaps=tuple(gap for gap in gaps if gap[0] < gap[1]))
