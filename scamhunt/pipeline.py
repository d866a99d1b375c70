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
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from scamhunt import bundle, desk, reference
from scamhunt.errors import FeedHeld, OutsideError, Refused, StoreError, UserError
from scamhunt.gather import archive
from scamhunt.gather.drive import drive, first_reply
from scamhunt.gather.fetch import Fetched, fetch
from scamhunt.gather.seen import Seen
from scamhunt.model import CONFIGURED, Batch, Fetch, Kind, State
from scamhunt.score.batch import read_names
from scamhunt.score.classifier import Classifier
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, Found, Gathered, Reading, Store

Progress = Callable[[str, int], None]
"""Told the feed's name and how many rows were read so far."""

LIST = "nrd_list"
SAMPLE = "bundle:nrd_sample.csv.gz"
"""What `nrd_list` reads until the team sets a list of its own."""
STRONGEST = 20
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
    preview: str = ""
    next_command: str = ""
    dry_run: bool = False
    seconds: float = 0.0

    @property
    def unchanged(self) -> bool:
        """Whether everything had been read before."""
        return bool(self.feeds) and all(feed.status == "ok" and feed.read == feed.duplicate for feed in self.feeds)

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
    sources = _sources(settings, feeds)
    summary = Summary()
    with Store.open(settings.home, now=settings.now) as store, store.lease("sweep"):
        sweeping = _Sweep(settings, store, reference.classifier(settings), since, progress, summary)
        for crawler, location in sources:
            summary.feeds.append(sweeping.read(crawler, location))
        _describe(summary, store, settings)
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
            sources.append((crawlers[feed], _address(crawlers[feed])))
        elif "://" in feed or feed in {"-", SAMPLE} or Path(feed).exists():
            sources.append((crawlers[LIST], feed))
        else:
            raise UserError(f"{feed}: no such file and no feed of that name; feeds are {', '.join(sorted(crawlers))}")
    return sources


def _address(crawler: bundle.Crawler) -> str:
    """Return where a crawler that has its own address begins."""
    first = next(crawler.crawl(""))
    if not isinstance(first, Fetch) or first.url == CONFIGURED:
        raise UserError(f'{crawler.path}: crawl asks for no address; let it yield Fetch("https://...") first')
    return first.url


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
        result = FeedResult(crawler.feed.name, location)
        try:
            with fetch(location, self.settings) as fetched:
                for counted in self._batches(crawler, result, fetched):
                    result = counted
                    self.progress(result.name, result.read)
        except StoreError:
            raise
        except FeedHeld as problem:
            return replace(result, status="held", problem=str(problem), exit_code=problem.exit_code)
        except (OutsideError, Refused) as problem:
            return replace(result, status="failed", problem=str(problem), exit_code=problem.exit_code)
        return result

    def _batches(self, crawler: bundle.Crawler, result: FeedResult, fetched: Fetched) -> Iterator[FeedResult]:
        """Archive, then score and store batch by batch; yield the counts so far. What was read before is duplicate."""
        reply = fetched.reply
        kept = archive.keep(
            self.settings.home, result.name, fetched.file, sha256=reply.sha256, wrapping=fetched.wrapping
        )
        reading = self.store.begin_reading(result.name, reply.url, reply.sha256, fetched.size, kept)
        result = replace(result, read=reading.read, duplicate=reading.read)
        yield result
        if reading.finished_at:
            return
        seen = Seen()
        for batch in drive(crawler.crawl(reading.mark), first_reply(reply)):
            gathered = self._score(batch, seen)
            reading = self._save(reading, gathered)
            result = _counted(result, gathered)
            yield result
        self.store.finish_reading(reading)

    def _score(self, batch: Batch, seen: Seen) -> Gathered:
        """Read the names of a batch and score those that are new in this run."""
        names, rejected = read_names(batch)
        new = dict(zip(names.rows, seen.mark_new(names.hosts), strict=True))
        flags = dict(zip(names.rows, names.flags, strict=True))
        found = [
            Found(match, Kind.DOMAIN, batch.lines[match.row], batch.seen_at[match.row], flags[match.row])
            for match in self.classifier.score(names)
            if new[match.row] and not self._too_old(batch.seen_at[match.row])
        ]
        fresh = sum(new.values())
        return Gathered(batch.mark, fresh, len(new) - fresh, rejected, found)

    def _too_old(self, seen_at: datetime | None) -> bool:
        return self.since is not None and seen_at is not None and seen_at < self.since

    def _save(self, reading: Reading, gathered: Gathered) -> Reading:
        saved = self.store.save_batch(reading, gathered)
        self.summary.new.update(saved.new)
        self.summary.updated.update(set(saved.updated) - self.summary.new)
        self.summary.reopened.update(saved.reopened)
        self.summary.reasons_quarantined.update(row.reason for row in gathered.rejected)
        return saved.reading


def _counted(result: FeedResult, gathered: Gathered) -> FeedResult:
    rows = gathered.accepted + gathered.duplicate + len(gathered.rejected)
    return replace(
        result,
        read=result.read + rows,
        accepted=result.accepted + gathered.accepted,
        duplicate=result.duplicate + gathered.duplicate,
        quarantined=result.quarantined + len(gathered.rejected),
    )


def _describe(summary: Summary, store: Store, settings: Settings) -> None:
    """Fill in what is open now, and what a report on the strongest that may be reported would say."""
    counts = store.counts(reference.bands(), states=OPEN)
    summary.total_candidates, summary.by_brand, summary.by_band = counts.total, counts.by_brand, counts.by_band
    summary.strongest = store.candidates(states=OPEN, limit=STRONGEST)
    protected = reference.protected(settings)
    first = next((one for one in summary.strongest if not protected.why(one.indicator)), None)
    if first:
        summary.preview = desk.preview(settings, first).text
        summary.next_command = f"scamhunt candidates show {first.id}"


@contextmanager
def _rehearsal(settings: Settings) -> Iterator[Settings]:
    """Give a state folder to try things in: a copy of the database, thrown away afterwards."""
    with TemporaryDirectory(prefix="scamhunt-") as folder:
        if (settings.home / "scamhunt.db").exists():
            with Store.open(settings.home, now=settings.now) as store:
                store.copy_to(Path(folder))
        yield settings.model_copy(update={"home": Path(folder)})
