"""What changed brand packs flag on a list of names, compared with those in force, and when that is too much. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum

from scamhunt.model import Match
from scamhunt.score.brands import Brands

PROTECTED_MOST = 25
"""Protected names that a change may newly flag."""
GROWTH, FLOOR = 3, 25
"""On the sample a change may flag three times as many names as before, or 25 more where before were few."""
BRAND_FLOOR = 15
"""The same for a single brand: of the bundled ones, which all the world imitates, none flags more than ten."""
CULPRITS = 3
"""Brands and words that a refusal names."""
EVERYONE = ""
"""Counts names instead of one brand's matches."""


class NameList(StrEnum):
    """The lists that a change is tried on."""

    SAMPLE = "sample"
    """The bundled list of newly registered names."""
    ARCHIVE = "archive"
    """What this state folder has read of late."""
    PROTECTED = "protected"
    """Names that are never to be reported, looked at as if nobody knew them."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A name that is flagged for a brand on one side only: with the packs in force or with the changed ones."""

    list: NameList
    indicator: str
    score: float
    brand: str
    word: str
    """The brand's word that was seen in the name."""

    @property
    def order(self) -> tuple[bool, float, str]:
        """Protected names first, then the strongest."""
        return self.list is not NameList.PROTECTED, -self.score, self.indicator


@dataclass(frozen=True, slots=True)
class Counts:
    """Names of one list that are flagged: with the packs in force (now) and with the changed ones (then)."""

    now_review: int
    now_urgent: int
    then_review: int
    then_urgent: int
    new: int
    """Flagged then and not now."""
    gone: int
    """Flagged now and not then."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a change means for one brand."""

    brand: str
    added: bool
    """No brand of this id is in force."""
    counts: Mapping[NameList, Counts]
    new: Sequence[Flag]
    """The first of those that are newly flagged: protected ones, then the strongest."""
    gone: Sequence[Flag]


@dataclass(slots=True)
class Shadow:
    """Takes list after list as two classifiers see it and holds what differs; memory does not grow with the lists."""

    shown: int
    """So many names of a brand are kept on each side."""
    urgent: float
    names: Counter[NameList] = field(default_factory=Counter)
    """How many names each list has."""
    words: Counter[tuple[NameList, str, str]] = field(default_factory=Counter)
    """Names that are newly flagged, by list, brand and the brand's word."""
    flagged: Counter[tuple[NameList, str, str]] = field(default_factory=Counter)
    """Names that are flagged, by list, brand and field of `Counts`; without a brand: for any of them."""
    new: dict[str, list[Flag]] = field(default_factory=dict)
    gone: dict[str, list[Flag]] = field(default_factory=dict)

    def add(self, which: NameList, names: int, now: Iterable[Match], then: Iterable[Match]) -> None:
        """Take what both sides flag, at review or above, of so many more names of a list."""
        self.names[which] += names
        before, after = ({(match.row, match.brand): match for match in matches} for matches in (now, then))
        appeared = [after[key] for key in after.keys() - before.keys()]
        vanished = [before[key] for key in before.keys() - after.keys()]
        self._count(which, "now_review", before.values())
        self._count(which, "now_urgent", [match for match in before.values() if match.score >= self.urgent])
        self._count(which, "then_review", after.values())
        self._count(which, "then_urgent", [match for match in after.values() if match.score >= self.urgent])
        self._count(which, "new", appeared)
        self._count(which, "gone", vanished)
        self.words.update((which, match.brand, match.word) for match in appeared)
        self._keep(self.new, which, appeared)
        self._keep(self.gone, which, vanished)

    def _count(self, which: NameList, what: str, matches: Collection[Match]) -> None:
        self.flagged.update((which, match.brand, what) for match in matches)
        self.flagged[which, EVERYONE, what] += len({match.row for match in matches})

    def _keep(self, kept: dict[str, list[Flag]], which: NameList, matches: Iterable[Match]) -> None:
        for match in matches:
            flag = Flag(which, match.indicator, match.score, match.brand, match.word)
            kept.setdefault(match.brand, []).append(flag)
        for brand, flags in kept.items():
            kept[brand] = sorted(flags, key=lambda flag: flag.order)[: self.shown]

    def counts(self, which: NameList, brand: str = EVERYONE) -> Counts:
        """Return how many names of a list are flagged for a brand, or for any."""
        return Counts(*(self.flagged[which, brand, each.name] for each in fields(Counts)))

    def changes(self, now: Brands, then: Brands) -> list[Change]:
        """Return the brands that were changed, and those whose matches differ because of it."""
        changed = {brand.id for brand in then if now.by_id.get(brand.id) != brand}
        return [
            Change(
                brand,
                added=brand not in now.by_id,
                counts={which: self.counts(which, brand) for which in self.names},
                new=self.new.get(brand, []),
                gone=self.gone.get(brand, []),
            )
            for brand in sorted(changed | self.new.keys() | self.gone.keys())
        ]

    def refusals(self) -> list[str]:
        """Return why the change is not to be used, nothing when it may be.

        MetaMask's list once flagged many firms at once for a single word (eth-phishing-detect #4332).
        """
        return [*self._of_protected(), *self._of_sample()]

    def _of_protected(self) -> Iterator[str]:
        new = self.counts(NameList.PROTECTED).new
        if new > PROTECTED_MOST:
            told = f"it would newly flag {new:,} protected names, more than {PROTECTED_MOST}"
            yield f"{told}: {self._culprits(NameList.PROTECTED)}"

    def _of_sample(self) -> Iterator[str]:
        """Judge each brand by itself too: one word that is too common drowns among hundreds of brands."""
        brands = {brand for which, brand, _ in self.flagged if which is NameList.SAMPLE}
        found = [(self.counts(NameList.SAMPLE, brand), brand) for brand in brands]
        much = [
            (counts, brand)
            for counts, brand in found
            if grown(counts.now_review, counts.then_review, BRAND_FLOOR if brand else FLOOR)
        ]
        for counts, brand in sorted(much, key=lambda one: (one[0].now_review - one[0].then_review, one[1]))[:CULPRITS]:
            who = f"brand {brand}" if brand else "it"
            told = f"{who} would flag {counts.then_review:,} names of the sample instead of {counts.now_review:,}"
            yield f"{told}: {self._culprits(NameList.SAMPLE, brand)}"

    def _culprits(self, which: NameList, only: str = EVERYONE) -> str:
        """Name the words that newly flag the most names."""
        words = [
            (-number, brand, word)
            for (there, brand, word), number in self.words.items()
            if there is which and only in {EVERYONE, brand}
        ]
        told = [f"the word '{word}' of {brand} {-number:,}" for number, brand, word in sorted(words)[:CULPRITS]]
        return ", ".join(told) + (f" and {len(words) - CULPRITS:,} more words" if len(words) > CULPRITS else "")


def grown(before: int, after: int, floor: int) -> bool:
    """Return whether that many more names are too many."""
    return after > GROWTH * before and after - before > floor


def count_signals(matches: Iterable[Match]) -> Counter[str]:
    """Return in how many matches each signal speaks."""
    return Counter(reason.signal for match in matches for reason in match.reasons)


def parse_hits(text: str, model: bytes) -> Mapping[str, int] | None:
    """Read the hits that ship, `{"model_sha256": ..., "names": ..., "hits": {signal: number}}`, as a number a signal.

    None when they were counted with another model than this one, or cannot be read.
    """
    try:
        counted = json.loads(text)
        if counted["model_sha256"] != hashlib.sha256(model).hexdigest():
            return None
        return {str(name): int(number) for name, number in counted["hits"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
