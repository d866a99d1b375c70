"""Try brand packs that are not in force yet on the names at hand: the sample, the archive, protected names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from pathlib import Path

from scamhunt import bundle, reference
from scamhunt.errors import FeedFailed, OutsideError
from scamhunt.gather import archive, unpack
from scamhunt.gather.drive import drive
from scamhunt.gather.seen import Seen
from scamhunt.indicators.domain import Names, parse_many
from scamhunt.model import CONFIGURED, Batch, Fetch, Match, Reply, Snapshot
from scamhunt.score.brands import Brands, parse_packs
from scamhunt.score.classifier import Classifier
from scamhunt.score.shadow import NameList, Shadow
from scamhunt.settings import Settings

Progress = Callable[[str, int], None]
"""Told the list's name and how many names of it were looked at."""


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


def sampled(brands: Brands) -> Iterator[Match]:
    """Yield what these brands flag, at review or above, on the bundled sample."""
    classifier = reference.classifier(brands)
    for names in reference.sample():
        yield from classifier.score(names)


def _both(now: Brands, then: Brands, *, popular: bool) -> tuple[Classifier, Classifier]:
    return reference.classifier(now, popular=popular), reference.classifier(then, popular=popular)


def _lists(
    settings: Settings, brands: Brands, since: datetime | None, problems: list[str]
) -> Iterator[tuple[NameList, Names]]:
    """Yield the lists in pieces. What the sample has is not told again from the archive, and nothing of it twice."""
    seen = Seen()
    for names in reference.sample():
        seen.mark_new(names.given)
        yield NameList.SAMPLE, names
    for batch in _archived(settings, since, problems) if since else ():
        values = [value.strip().lower() for value in batch.values]
        yield NameList.ARCHIVE, parse_many(list(compress(values, seen.mark_new(values))))[0]
    protected = reference.protected(settings, brands)
    values = list(dict.fromkeys([*protected.popular, *protected.platforms, *protected.zones, *brands.owners]))
    yield NameList.PROTECTED, parse_many(values)[0]


def _archived(settings: Settings, since: datetime, problems: list[str]) -> Iterator[Batch]:
    crawlers = bundle.crawlers(settings.overlay)
    for feed, path in archive.kept(settings.home, since):
        try:
            if feed not in crawlers:
                raise FeedFailed("no crawler of this feed's name reads it any more")
            yield from _replayed(crawlers[feed], path, settings)
        except (OutsideError, OSError) as error:
            problems.append(f"{path}: {error}")


def _replayed(crawler: bundle.Crawler, path: Path, settings: Settings) -> Iterator[Batch]:
    """Let a crawler read a body that was kept."""

    def answer(_asked: Fetch | Snapshot) -> Reply:
        if not bodies:
            raise FeedFailed("the crawler asked for another body besides; that one was not read again")
        return bodies.pop()

    with path.open("rb") as file:
        bodies = [Reply(CONFIGURED, 200, {}, path.name.partition(".")[0], unpack.contents(file, settings))]
        yield from (step for step in drive(crawler.crawl(""), answer) if isinstance(step, Batch))
