"""How campaigns went on since they were joined before, so that an id that is gone leads to what came of it. Pure.

An id hangs on the smallest member. While that one stays, so does the id, whoever comes and goes; when campaigns merge,
that of the oldest case stays.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scamhunt.campaigns.sign import Campaign


class What(StrEnum):
    """What became of campaigns."""

    FORMED = "formed"
    """None of its members was in a campaign before."""
    GROWN = "grown"
    """Cases joined that were in none; `members` are these."""
    SHRUNK = "shrunk"
    """Cases left and are in none now; `members` are these."""
    MERGED = "merged"
    """It has members of two or more; `members` are all that it has now."""
    SPLIT = "split"
    """Its members are in two or more; `members` are all that it had."""
    RENAMED = "renamed"
    """The same but for some members, under another id: its smallest member came or left."""
    DISSOLVED = "dissolved"
    """None of its members is in a campaign now; `members` are all that it had."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened."""

    what: What
    before: Sequence[str]
    """Ids, sorted; empty of what was formed."""
    after: Sequence[str]
    """Ids, sorted; empty of what was dissolved."""
    members: Sequence[int]
    """Sorted; see `What`."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that happened; one campaign may stand in several of these."""

    all: Sequence[Change]
    """By what happened, then by ids."""
    after: Mapping[int, str]
    """To which campaign each case belongs now."""
    gone: Mapping[str, Sequence[str]]
    """Of ids that no campaign has any more, the campaigns that took their place."""

    def of(self, what: What) -> list[Change]:
        """Return what happened of one kind."""
        return [one for one in self.all if one.what is what]


def changes(before: Mapping[int, str], after: Sequence[Campaign]) -> Changes:
    """Compare which campaign each case belonged to with the campaigns of now."""
    now = {case: one.id for one in after for case in one.members}
    old, new = _members(before), _members(now)
    went = {one: tuple(sorted({now[case] for case in cases if case in now})) for one, cases in old.items()}
    came = {one: tuple(sorted({before[case] for case in cases if case in before})) for one, cases in new.items()}
    found = [*_of_new(new, came, went, before), *_of_old(old, went, now)]
    order = list(What)
    ordered = sorted(found, key=lambda one: (order.index(one.what), one.before, one.after))
    return Changes(ordered, now, {one: went[one] for one in sorted(old) if one not in new})


def _of_new(
    new: Mapping[str, Sequence[int]],
    came: Mapping[str, Sequence[str]],
    went: Mapping[str, Sequence[str]],
    before: Mapping[int, str],
) -> Iterator[Change]:
    """Yield what is told of campaigns of now."""
    for one, members in new.items():
        sources, joined = came[one], tuple(case for case in members if case not in before)
        if not sources:
            yield Change(What.FORMED, (), (one,), members)
        elif joined:
            yield Change(What.GROWN, sources, (one,), joined)
        if len(sources) > 1:
            yield Change(What.MERGED, sources, (one,), members)
        if len(sources) == 1 and sources[0] != one and len(went[sources[0]]) == 1:
            yield Change(What.RENAMED, sources, (one,), members)


def _of_old(
    old: Mapping[str, Sequence[int]], went: Mapping[str, Sequence[str]], now: Mapping[int, str]
) -> Iterator[Change]:
    """Yield what is told of campaigns of before."""
    for one, members in old.items():
        left = tuple(case for case in members if case not in now)
        if not went[one]:
            yield Change(What.DISSOLVED, (one,), (), members)
        elif left:
            yield Change(What.SHRUNK, (one,), went[one], left)
        if len(went[one]) > 1:
            yield Change(What.SPLIT, (one,), went[one], members)


def _members(of: Mapping[int, str]) -> dict[str, Sequence[int]]:
    """Return the cases of each campaign, sorted."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for case in sorted(of):
        found[of[case]].append(case)
    return {one: tuple(found[one]) for one in sorted(found)}
