"""READ FIRST. What the clock starts, in the order of the flow.

    gather -> score -> investigate -> triage -> take down -> track -> refer

`sweep` is the nightly job: every feed is fetched, cut into batches, scored, and what looks like a brand becomes a
candidate. What a person decides is in `desk.py`. (`scamhunt score`, for a list that somebody already has, needs no
store and no order: it is `score/batch.py`.)

Each verb is a pure function or does the one kind of input and output that its folder stands for; only this file and
`desk.py` know their order and touch the store. A batch is stored in one transaction with its mark and its quarantine,
so a sweep may be killed at any moment and run again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from scamhunt import bundle, desk, reference
from scamhunt.errors import FeedFailed, FeedHeld, OutsideError, Refused, StoreError, UserError
from scamhunt.gather import archive
from scamhunt.gather.drive import drive
from scamhunt.gather.fetch import SAMPLE, STDIN, fetch
from scamhunt.gather.seen import Seen
from scamhunt.model import CONFIGURED, Batch, Feed, Fetch, Kind, Reply, State
from scamhunt.score.batch import read_names
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, Found, Gathered, Reading, Store

Progress = Callable[[str, int], None]
"""Told the feed's name and how many rows were read so far."""

LIST = "nrd_list"
STRONGEST = 20
RUBBISH = 10_000
"""From so many unreadable rows on, a feed that has more of them than of others is not read further."""
FIRST_DOMAIN = datetime(1985, 3, 15, tzinfo=UTC)
"""The day on which the first .com was registered: a feed that names an earlier one is wrong."""
OPEN = (State.NEW, State.WATCHED)
"""What waits for a person."""


# --- the nightly job: gather, score, keep -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What became of one source. Always: read = accepted + duplicate + quarantined."""

    name: str
    location: str
    status: str = "ok"
    """`ok`; `held`: it came, but is not believed; `failed`: it did not come."""
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    left_out: int = 0
    """Of the accepted, those that the feed dates before `since`: not scored."""
    problem: str = ""
    exit_code: int = 0


@dataclass(slots=True)
class Summary:
    """What a sweep did, for a person and for a script."""

    feeds: list[FeedResult] = field(default_factory=list)
    new: set[int] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)
    reopened: set[int] = field(default_factory=set)
    reasons_quarantined: Counter[str] = field(default_factory=Counter)
    by_brand: Mapping[str, int] = field(default_factory=dict)
    by_band: Mapping[str, int] = field(default_factory=dict)
    total_candidates: int = 0
    strongest: Sequence[CandidateView] = ()
    brand_names: Mapping[str, str] = field(default_factory=dict)
    """Brand id to the name that people know."""
    preview: str = ""
    next_command: str = ""
    dry_run: bool = False
    seconds: float = 0.0

    @property
    def unchanged(self) -> bool:
        """Whether there were rows and all of them had been read before."""
        return bool(self.feeds) and all(feed.status == "ok" and feed.read == feed.duplicate > 0 for feed in self.feeds)

    @property
    def exit_code(self) -> int:
        """The heaviest of the feeds': 0, 3 when one failed or is held, 5 when a safety rule refused one."""
        return max((feed.exit_code for feed in self.feeds), default=0)

    def as_json(self) -> dict[str, object]:
        """Return the contract of `sweep --format json`."""
        return {
            "feeds": self.feeds,
            "candidates": {"new": len(self.new), "updated": len(self.updated), "open": self.total_candidates},
            "investigated": 0,
            "rechecked": 0,
            "reopened": len(self.reopened),
            "reports": {"drafted": 0, "due": 0},
            "quarantined": self.reasons_quarantined,
            "by_brand": self.by_brand,
            "by_band": self.by_band,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
        }


def sweep(
    settings: Settings,
    *,
    feeds: Sequence[str] = (),
    since: datetime | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _feed, _rows: None,
) -> Summary:
    """Read every feed, or those named (a feed's name, a path, a URL or `-`), and keep what resembles a brand.

    Rows that a feed dates before `since` are read but not scored. A dry run works on a copy that is thrown away. A feed
    that fails does not stop the others. Raises `UserError` for a feed that does not exist, `BrandPackError`,
    `StoreError`, and `LeaseHeld` while another sweep runs.
    """
    if dry_run:
        with _rehearsal(settings) as there:
            summary = sweep(there, feeds=feeds, since=since, progress=progress)
        summary.dry_run = True
        return summary
    started = monotonic()
    if since and since > settings.now():
        raise UserError(f"{since:%Y-%m-%d %H:%M} is in the future: everything would be left out; give an earlier time")
    sources = _sources(settings, feeds)
    brands = reference.brands(settings)
    summary = Summary()
    with Store.open(settings.home, now=settings.now) as store, store.lease("sweep"):
        sweeping = _Sweep(settings, store, reference.classifier(brands), since, progress, summary)
        for crawler, location in sources:
            summary.feeds.append(sweeping.read(crawler, location))
        _describe(summary, store, settings, brands)
    summary.seconds = monotonic() - started
    return summary


def _sources(settings: Settings, feeds: Sequence[str]) -> list[tuple[bundle.Crawler, str]]:
    """Return which crawler reads which location. What is no feed's name is a list of domains at that path or URL."""
    crawlers = bundle.crawlers(settings.overlay)
    sources = []
    for feed in feeds or crawlers:
        if feed == LIST:
            sources += [(crawlers[LIST], location) for location in settings.nrd_list or (SAMPLE,)]
        elif feed in crawlers:
            sources.append((crawlers[feed], ""))
        elif "://" in feed or feed in {STDIN, SAMPLE} or Path(feed).exists():
            sources.append((crawlers[LIST], feed))
        else:
            raise UserError(f"{feed}: no such file and no feed of that name; feeds are {', '.join(sorted(crawlers))}")
    return sources


@dataclass(frozen=True, slots=True)
class _Sweep:
    """What all feeds of one sweep share."""

    settings: Settings
    store: Store
    classifier: Classifier
    since: datetime | None
    progress: Progress
    summary: Summary

    def read(self, crawler: bundle.Crawler, location: str) -> FeedResult:
        """Read one source to its end; what goes wrong outside becomes its status and problem."""
        run = _FeedRun(self, FeedResult(crawler.feed.name, location), urls=crawler.feed.kind is Kind.URL)
        try:
            with ExitStack() as files:
                for batch in drive(crawler.crawl(""), partial(run.answer, files)):
                    run.keep(batch)
                    self.progress(run.result.name, run.result.read)
                run.finish()
        except StoreError:
            raise
        except FeedHeld as problem:
            return replace(run.result, status="held", problem=str(problem), exit_code=problem.exit_code)
        except (OutsideError, Refused, UserError) as problem:
            return replace(run.result, status="failed", problem=str(problem), exit_code=problem.exit_code)
        return _judged(run.result, crawler.feed if location in {"", *self.settings.nrd_list} else None)

    def score(self, batch: Batch, seen: Seen, *, urls: bool) -> tuple[Gathered, int]:
        """Read the names of a batch and score those that are new in this run; count those that are too old.

        With `urls` their paths are looked at too, and each address counts for itself.
        """
        names, rejected = read_names(batch)
        batch = replace(batch, seen_at=[self._believed(moment) for moment in batch.seen_at])
        new = [
            row
            for row, first in zip(names.rows, seen.mark_new(names.given if urls else names.hosts), strict=True)
            if first
        ]
        wanted = {row for row in new if not self._too_old(batch.seen_at[row])}
        flags = dict(zip(names.rows, names.flags, strict=True))
        found = [
            Found(match, Kind.DOMAIN, batch.lines[match.row], batch.seen_at[match.row], flags[match.row])
            for match in self.classifier.score(names, urls=urls)
            if match.row in wanted
        ]
        gathered = Gathered(batch.mark, len(new), len(names.rows) - len(new), rejected, found)
        return gathered, len(new) - len(wanted)

    def _too_old(self, seen_at: datetime | None) -> bool:
        return self.since is not None and seen_at is not None and seen_at < self.since

    def _believed(self, seen_at: datetime | None) -> datetime | None:
        """Return the date of a row, None for one that cannot be: before the first .com, or beyond tomorrow."""
        possible = seen_at and FIRST_DOMAIN <= seen_at <= self.settings.now() + timedelta(days=1)
        return seen_at if possible else None


@dataclass(slots=True)
class _FeedRun:
    """One feed in one sweep: each body that its crawler asks for is archived and becomes a reading."""

    sweep: _Sweep
    result: FeedResult
    urls: bool
    reading: Reading | None = None
    seen: Seen = field(default_factory=Seen)

    def answer(self, files: ExitStack, asked: Fetch) -> Reply:
        """Fetch and archive what the crawler asks for. Bytes that were read before come back empty, as duplicates.

        Raises what `fetch` raises; after the first answer only the web is asked, because the address may come from it.
        """
        if self.reading is not None and not asked.url.lower().startswith(("http://", "https://")):
            raise FeedFailed("the crawler asked for something else than http or https: refused; mend the crawler")
        self.finish()
        settings, store = self.sweep.settings, self.sweep.store
        location = self.result.location if asked.url == CONFIGURED else asked.url
        if not location:
            raise UserError(f"feed {self.result.name} has no address; let its crawler yield Fetch('https://...')")
        fetched = files.enter_context(fetch(location, settings, asked.headers))
        reply, name = fetched.reply, self.result.name
        kept = archive.keep(settings.home, name, fetched.file, sha256=reply.sha256, wrapping=fetched.wrapping)
        self.reading = store.begin_reading(name, reply.url, reply.sha256, fetched.size, kept, since=self.sweep.since)
        known = self.reading.read
        self.result = replace(
            self.result,
            location=self.result.location or reply.url,
            read=self.result.read + known,
            duplicate=self.result.duplicate + known,
        )
        return replace(reply, chunks=() if self.reading.finished_at else reply.chunks, mark=self.reading.mark)

    def keep(self, batch: Batch) -> None:
        """Score a batch and store what came of it, in one transaction."""
        if self.reading is None:
            raise FeedFailed("the crawler yielded rows before it fetched anything; mend the crawler")
        gathered, old = self.sweep.score(batch, self.seen, urls=self.urls)
        saved = self.sweep.store.save_batch(self.reading, gathered)
        self.reading = saved.reading
        self.result = _counted(self.result, gathered, old)
        self._refuse_rubbish()
        summary = self.sweep.summary
        summary.new.update(saved.new)
        summary.updated.update(set(saved.updated) - summary.new)
        summary.reopened.update(saved.reopened)
        summary.reasons_quarantined.update(row.reason for row in gathered.rejected)

    def _refuse_rubbish(self) -> None:
        """Stop reading what is mostly no list: the quarantine keeps each row, and the disk has an end."""
        result = self.result
        if result.quarantined > RUBBISH and 2 * result.quarantined > result.read:
            raise FeedHeld(
                f"{result.quarantined:,} of its first {result.read:,} rows are no names; look at them: scamhunt "
                f"quarantine list --feed {result.name}"
            )

    def finish(self) -> None:
        """Note that nothing is left of the body that was read last."""
        if self.reading is not None and self.reading.finished_at is None:
            self.reading = self.sweep.store.finish_reading(self.reading)


def _judged(result: FeedResult, facts: Feed | None) -> FeedResult:
    """Look at the shape of what was read, and for a feed of the team (with its facts) at how many rows it had."""
    problem = ""
    if result.read and result.quarantined == result.read:
        problem = f"none of its {result.read:,} rows is a name; look at the file, it may be no list"
    elif facts and not facts.rows_a_day[0] <= result.read <= facts.rows_a_day[1]:
        fewest, most = facts.rows_a_day
        problem = f"{result.read:,} rows, where {fewest:,} to {most:,} a day are right; look at the source"
    elif not result.read:
        return replace(result, problem="the list is empty")
    return replace(result, status="held", problem=problem, exit_code=FeedHeld.exit_code) if problem else result


def _counted(result: FeedResult, gathered: Gathered, old: int) -> FeedResult:
    rows = gathered.accepted + gathered.duplicate + len(gathered.rejected)
    return replace(
        result,
        read=result.read + rows,
        accepted=result.accepted + gathered.accepted,
        duplicate=result.duplicate + gathered.duplicate,
        quarantined=result.quarantined + len(gathered.rejected),
        left_out=result.left_out + old,
    )


def _describe(summary: Summary, store: Store, settings: Settings, brands: Brands) -> None:
    """Fill in what is open now, and what a report on the strongest that may be reported would say."""
    counts = store.counts(reference.bands(), states=OPEN)
    summary.total_candidates, summary.by_brand, summary.by_band = counts.total, counts.by_brand, counts.by_band
    summary.strongest = store.candidates(states=OPEN, limit=STRONGEST)
    summary.brand_names = {brand.id: brand.name for brand in brands}
    try:
        first = desk.preview(settings, brands, summary.strongest)
    except UserError as error:
        summary.preview = f"no preview: {error}"
    else:
        if first:
            summary.preview = first[1].text
            summary.next_command = f"scamhunt candidates show {first[0].id}"


@contextmanager
def _rehearsal(settings: Settings) -> Iterator[Settings]:
    """Give a state folder to try things in: a copy of the database, thrown away afterwards."""
    with TemporaryDirectory(prefix="scamhunt-") as folder:
        if Store.exists(settings.home):
            with Store.open(settings.home, now=settings.now) as store:
                store.copy_to(Path(folder))
        yield settings.model_copy(update={"home": Path(folder)})
