"""Try brand packs that are not in force yet on the names at hand: the sample, the archive, protected names."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from pathlib import Path

from scamhunt import bundle, reference
from scamhunt.errors import ScamhuntError
from scamhunt.gather import replay
from scamhunt.gather.replay import Kept
from scamhunt.gather.seen import Seen
from scamhunt.indicators.domain import Names, parse_many
from scamhunt.model import Batch, Kind, Match
from scamhunt.score.batch import score_batch
from scamhunt.score.brands import Brands, parse_packs
from scamhunt.score.classifier import Classifier
from scamhunt.score.shadow import NameList, Shadow
from scamhunt.settings import Settings

Progress = Callable[[str, int], None]
"""Told the name of the list or feed and how many names of it were looked at."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying packs."""

    now: Brands
    """Those in force."""
    then: Brands
    """Those that would be."""
    shadow: Shadow
    problems: tuple[str, ...]
    """What of the archive could not be read, a sentence each."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A name of the archive that resembles a brand."""

    match: Match
    kind: Kind
    feed: str
    seen_at: datetime
    """When its feed says that it appeared, else when it was kept."""


@dataclass(frozen=True, slots=True)
class Hunted:
    """What came of one batch of the archive."""

    feed: str
    hits: tuple[Hit, ...]
    names: int
    """Rows that are names or addresses."""


def shadow(
    settings: Settings,
    packs: Sequence[Path],
    *,
    since: datetime | None,
    shown: int,
    progress: Progress = lambda _list, _names: None,
) -> Trial:
    """Score each list with the packs in force and once more with these, whose brands replace those of the same id.

    Of the archive counts what was kept since then; without `since` it is left out. Raises `BrandPackError`, `UserError`
    for a path that cannot be read, `StoreError`.
    """
    force = bundle.brand_packs(settings.overlay, settings.brands)
    now, then = parse_packs(force), parse_packs(force, bundle.brand_packs(settings.overlay, packs))
    found = Shadow(shown, reference.bands()["urgent"])
    problems: list[str] = []
    known, unknown = _both(now, then, popular=True), _both(now, then, popular=False)
    for which, names in _lists(settings, now, since, problems):
        before, after = unknown if which is NameList.PROTECTED else known
        found.add(which, len(names.rows), before.score(names), after.score(names))
        progress(which, found.names[which])
    return Trial(now, then, found, tuple(problems))


def retrohunt(
    settings: Settings,
    brands: Brands,
    files: Iterable[Kept],
    *,
    minimum: float | None = None,
    problem: Callable[[Kept, str], None],
) -> Iterator[Hunted]:
    """Score files of the archive against brands, in their order; nothing is stored.

    A name that was found once is not found again. Memory grows with what is found, eight bytes a name, and not with the
    archive. `problem` is told which file cannot be read, and why; the others go on.
    """
    crawlers = bundle.crawlers(settings.overlay)
    classifier, seen = reference.classifier(brands), Seen()
    for one, batch in _read(files, crawlers, settings, problem):
        kind = crawlers[one.feed].feed.kind
        scored = score_batch(batch, classifier, minimum, kind=kind)
        new = _new_rows(scored.matches, seen)
        hits = (
            Hit(match, kind, one.feed, batch.seen_at[match.row] or one.at)
            for match in scored.matches
            if match.row in new
        )
        yield Hunted(one.feed, tuple(hits), scored.rows - len(scored.unreadable))


def sampled(brands: Brands) -> Iterator[Match]:
    """Yield what these brands flag, at review or above, on the bundled sample."""
    classifier = reference.classifier(brands)
    for names in reference.sample():
        yield from classifier.score(names)


def _both(now: Brands, then: Brands, *, popular: bool) -> tuple[Classifier, Classifier]:
    return reference.classifier(now, popular=popular), reference.classifier(then, popular=popular)


def _new_rows(matches: Sequence[Match], seen: Seen) -> set[int]:
    """Return the rows whose name was not found before."""
    rows = {match.row: match.indicator for match in matches}
    return set(compress(rows, seen.mark_new(list(rows.values()))))


def _lists(
    settings: Settings, brands: Brands, since: datetime | None, problems: list[str]
) -> Iterator[tuple[NameList, Names]]:
    """Yield the lists in pieces. What the sample has is not told again from the archive, and nothing of it twice."""
    seen = Seen()
    for names in reference.sample():
        seen.mark_new(names.given)
        yield NameList.SAMPLE, names
    files = replay.kept(settings.home, since) if since else []
    crawlers = bundle.crawlers(settings.overlay) if files else {}
    for _, batch in _read(files, crawlers, settings, lambda one, why: problems.append(f"{one.path}: {why}")):
        values = [value.strip().lower() for value in batch.values]
        yield NameList.ARCHIVE, parse_many(list(compress(values, seen.mark_new(values))))[0]
    protected = reference.protected(settings, brands)
    values = list(dict.fromkeys([*protected.popular, *protected.platforms, *protected.zones, *brands.owners]))
    yield NameList.PROTECTED, parse_many(values)[0]


def _read(
    files: Iterable[Kept],
    crawlers: Mapping[str, bundle.Crawler],
    settings: Settings,
    problem: Callable[[Kept, str], None],
) -> Iterator[tuple[Kept, Batch]]:
    """Yield the batches of each file; pass over what cannot be read."""
    for one in files:
        try:
            for batch in replay.batches(crawlers.get(one.feed), one, settings):
                yield one, batch
        except (ScamhuntError, OSError) as error:
            problem(one, str(error))
