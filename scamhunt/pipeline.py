"""READ FIRST. What the clock starts, in the order of the flow.

    gather -> score -> investigate -> triage -> take down -> track -> refer

`sweep` is the nightly job: every feed is fetched, cut into batches, scored, and what looks like a brand becomes a
candidate; then candidates are looked at, as far as the settings allow, and judged. What a person decides is in
`desk.py`. (`scamhunt score`, for a list that somebody already has, needs no store and no order: `score/batch.py`.)

Each verb is a pure function or does the one kind of input and output that its folder stands for; only this file and
`desk.py` know their order and touch the store. A batch is stored in one transaction with its mark and its quarantine,
so a sweep may be killed at any moment and run again.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from pydantic import SecretStr

from scamhunt import bundle, desk, desk_due, desk_reports, look_plan, outbox, reference, track
from scamhunt.access import Permission
from scamhunt.errors import (
    BadIndicator,
    FeedHeld,
    LeaseHeld,
    OutsideError,
    Refused,
    ScamhuntError,
    StoreError,
    UserError,
    worst,
)
from scamhunt.feed_numbers import NumbersRun, kept_place, scored
from scamhunt.feed_replay import read_again
from scamhunt.feed_run import FeedResult, FeedRun
from scamhunt.gather import seal
from scamhunt.gather.fetch import Fetcher
from scamhunt.gather.pace import Pace
from scamhunt.gather.replay import Kept, kept
from scamhunt.gather.sources import Source, handed_in, sources, unknown, why_off
from scamhunt.indicators import phone
from scamhunt.look_plan import Night
from scamhunt.model import SYSTEM, Actor, Event, Kind, Match, Reason, Rejected, ReportState, State
from scamhunt.outbox import Turn
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.phones import PhoneScorer
from scamhunt.settings import Depth, Settings
from scamhunt.store import Book, CandidateView, Found, Saved, Store
from scamhunt.takedown.roles import role_of
from scamhunt.track import Tracked

Progress = Callable[[str, int], None]
"""Told the feed's name and how many rows were read so far."""

STRONGEST = 20
NUMBERS_SHOWN = 8
NUMBERS_AT_ONCE = 1_000
SPELL_SECONDS = 540.0
"""Of looks that the schedule starts, every ten minutes."""
A_DAY = timedelta(hours=20)
"""A night's sweep may begin earlier than the one before."""
FADED = Reason("faded", 0.0, "nothing that is known today ties it to this brand")
OPEN = (State.NEW, State.WATCHED)
"""What waits for a person."""


# --- the nightly job: gather, score, keep -----------------------------------------------------------------------------


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
    """Of the names; numbers have another scale."""
    numbers: Sequence[CandidateView] = ()
    """The strongest of them."""
    standing: str = ""
    """What the scores of numbers are worth."""
    night: Night = field(default_factory=Night)
    """What was looked at, or would be."""
    mails: Turn = field(default_factory=lambda: Turn(()))
    """What became of the reports that were due to be sent."""
    tracked: Tracked = field(default_factory=Tracked)
    """What followed from answers, looks and time for reports that are out, and what changed since the last sweep."""
    waiting: Mapping[ReportState, int] = field(default_factory=dict)
    """Reports that wait for a person, by their state."""
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
        """The gravest of the feeds', the looks' and the mails': see `errors.worst`."""
        return worst([*(feed.exit_code for feed in self.feeds), *self._of_others()])

    def _of_others(self) -> tuple[int, ...]:
        return self.night.exit_code, self.mails.exit_code, self.tracked.exit_code

    def as_json(self) -> dict[str, object]:
        """Return the contract of `sweep --format json`."""
        return {
            "feeds": self.feeds,
            "candidates": {"new": len(self.new), "updated": len(self.updated), "open": self.total_candidates},
            "investigated": self.night.investigated,
            "rechecked": self.night.rechecked,
            "planned": self.night.planned,
            "verdicts": self.night.verdicts,
            "closed": len(self.night.closed),
            "reopened": len(self.reopened | self.night.reopened),
            "reports": {
                "drafted": sum(self.tracked.drafted.values()),
                "due": self.tracked.due,
                **self.mails.counts(),
                "answers": self.tracked.answers.read,
                "changed": self.tracked.changed,
            },
            "quarantined": self.reasons_quarantined,
            "by_brand": self.by_brand,
            "by_band": self.by_band,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
        }


def sweep(  # noqa: PLR0913  # each is an option of the command
    settings: Settings,
    *,
    feeds: Sequence[str] = (),
    since: datetime | None = None,
    dry_run: bool = False,
    due: datetime | None = None,
    progress: Progress = lambda _feed, _rows: None,
) -> Summary:
    """Read every feed, or those named (a feed's name, a path, a URL or `-`), and keep what resembles a brand.

    Rows that a feed dates before `since` are read but not scored. A dry run works on a copy that is thrown away. A feed
    that fails does not stop the others. A run of the schedule says since when it is `due`: it reads only what was not
    read since, and other sweeps may go on beside it. Raises `UserError` for a feed that does not exist,
    `BrandPackError`, `StoreError`, and `LeaseHeld` while another sweep runs.
    """
    started = monotonic()
    if since and since > settings.now():
        raise UserError(f"{since:%Y-%m-%d %H:%M} is in the future: everything would be left out; give an earlier time")
    wanted = sources(settings, feeds)
    brands = reference.brands(settings)
    summary = Summary(dry_run=dry_run)
    misspelt = {} if feeds else unknown(settings)
    summary.feeds += [
        FeedResult(name, "", "skipped", problem=why, exit_code=UserError.exit_code) for name, why in misspelt.items()
    ]
    with ExitStack() as held:
        hosts = None
        if dry_run:
            settings, hosts = held.enter_context(_rehearsal(settings))
        store = held.enter_context(desk.open_store(settings))
        if due is None:
            held.enter_context(store.lease("sweep"))
        sweeping = Sweeping.of(settings, store, brands, summary, progress, since=since, due=due, hosts=hosts)
        for source in wanted:
            summary.feeds += sweeping.read(source)
        score_numbers_anew(settings, store, sweeping.scorer)
        if due is None:
            summary.night = _looked(settings, store, brands, progress, dry_run=dry_run)
            summary.mails = _sent(settings, store, dry_run=dry_run)
            summary.tracked = _tracked(settings, store, progress, dry_run=dry_run)
        _describe(summary, store, settings, brands)
    summary.seconds = monotonic() - started
    return summary


def look(settings: Settings, progress: Progress = lambda _what, _done: None) -> Night:
    """Look at what is due, as far as the settings allow, for a spell: the schedule has feeds to read as well.

    Raises as `sweep` does.
    """
    seconds = min(settings.investigate_seconds, SPELL_SECONDS)
    settings = settings.model_copy(update={"investigate_seconds": seconds})
    with desk.open_store(settings) as store:
        return _looked(settings, store, reference.brands(settings), progress)


def _looked(settings: Settings, store: Store, brands: Brands, progress: Progress, *, dry_run: bool = False) -> Night:
    """Look at candidates, the strongest first; where that is off, or in a rehearsal, only count them."""
    if dry_run or settings.investigate is Depth.OFF:
        return look_plan.count(store, settings.now())
    from scamhunt import desk_looks, look_run  # noqa: PLC0415  # slow, and only where something is looked at

    try:
        means = desk_looks.means_of(settings, store, brands)
        keeping = desk_looks.keeping_of(settings, store, brands, SYSTEM, checks=True)
        with store.lease("looks"):
            return look_run.night(settings, store, means, keeping, progress)
    except StoreError:
        raise
    except ScamhuntError as problem:  # the feeds were read and kept: their summary is not to be lost over it
        waiting = look_plan.count(store, settings.now())
        waiting.problems.append(str(problem))
        waiting.code = problem.exit_code
        return waiting


def _sent(settings: Settings, store: Store, *, dry_run: bool) -> Turn:
    """Send what is due; a rehearsal has a copy of the same approved reports and sends none of them."""
    if dry_run:
        return Turn(())
    try:
        return Turn(tuple(outbox.send_due(store, settings)))
    except StoreError:
        raise
    except ScamhuntError as problem:  # the feeds were read and kept: their summary is not to be lost over it
        return Turn((), str(problem), problem.exit_code)


def _tracked(settings: Settings, store: Store, progress: Progress, *, dry_run: bool) -> Tracked:
    """Follow what is out; a rehearsal only tells what is due, for it reads no mailbox."""
    if dry_run:
        return Tracked(due=len(desk_due.works(store, settings)))
    try:
        with store.lease("track"):
            return replace(track.turn(store, settings, progress), changed=track.changed(store))
    except StoreError:
        raise
    except ScamhuntError as problem:  # the feeds were read and kept: their summary is not to be lost over it
        return Tracked(problems=(str(problem),), code=problem.exit_code)


def replay(
    settings: Settings,
    *,
    since: datetime,
    feeds: Sequence[str] = (),
    dry_run: bool = False,
    progress: Progress = lambda _feed, _rows: None,
) -> Summary:
    """Read again what was kept from `since` on, of all feeds or of some, with the brands and the model of today.

    What is found now is kept as by a sweep, under the time when it was read first; a second time all is duplicate,
    until the brands change. Raises as `sweep` does.
    """
    started, files = monotonic(), kept(settings.home, since, feeds)
    with _rehearsal(settings) if dry_run else nullcontext((settings, None)) as (there, _):
        summary = _replayed(there, files, progress)
    summary.dry_run, summary.seconds = dry_run, monotonic() - started
    return summary


def _replayed(settings: Settings, files: Sequence[Kept], progress: Progress) -> Summary:
    crawlers, brands, summary = bundle.crawlers(settings.overlay), reference.brands(settings), Summary()
    with desk.open_store(settings) as store, store.lease("sweep"):
        sweeping = Sweeping.of(settings, store, brands, summary, progress)
        for name in dict.fromkeys(one.feed for one in files):
            of_feed = [one for one in files if one.feed == name]
            summary.feeds.append(read_again(sweeping, name, crawlers.get(name), of_feed))
        _describe(summary, store, settings, brands)
    return summary


def import_file(
    settings: Settings, location: str, feed: str, *, who: Actor = SYSTEM, progress: Progress = lambda _feed, _rows: None
) -> Summary:
    """Read one file that a person hands in, as a feed of that name would; where the feed stands stays.

    Raises as `sweep` does, `NotPermitted`, and `UserError` for a feed that is not read from files.
    """
    started, brands, summary = monotonic(), reference.brands(settings), Summary()
    source = handed_in(settings, feed, location)
    with desk.open_store(settings) as store, store.lease("sweep"):
        store.require(who, Permission.IMPORT)
        sweeping = Sweeping.of(settings, store, brands, summary, progress)
        summary.feeds += sweeping.read(source)
        with store.acting(who) as act:
            act.log(_handed_in(feed, summary.feeds[0]))
        score_numbers_anew(settings, store, sweeping.scorer)
        _describe(summary, store, settings, brands)
    summary.seconds = monotonic() - started
    return summary


def _handed_in(feed: str, result: FeedResult) -> Event:
    counts = ("status", "read", "accepted", "duplicate", "quarantined")
    return Event("feed.import", f"feed:{feed}", detail={name: getattr(result, name) for name in counts})


def score_numbers_anew(settings: Settings, store: Store, scorer: Callable[[], PhoneScorer]) -> None:
    """Bring the scores of open numbers to the present once a day: reports fade, and brands change."""
    rate, before = partial(_anew, settings=settings, scorer=scorer), settings.now() - A_DAY
    while store.rescore(rate, states=OPEN, before=before, most=NUMBERS_AT_ONCE):
        pass


def _anew(
    some: Sequence[CandidateView], book: Book, *, settings: Settings, scorer: Callable[[], PhoneScorer]
) -> list[Found]:
    """Score numbers by what is known today; a brand that nothing ties one to any more has the score 0."""
    histories, found = book.histories([one.indicator for one in some]), []
    for one in some:
        try:
            number = phone.parse(one.indicator)
        except BadIndicator:  # the numbering plan has changed since: it is left as it is
            continue
        now = scored(scorer(), number, histories[one.indicator], settings.now(), minimum=0)
        lost = {match.brand for match in one.matches} - {each.match.brand for each in now}
        gone = [Match(0, number.e164, number.e164, brand, 0.0, (FADED,)) for brand in sorted(lost)]
        role = role_of(histories[one.indicator])
        found += [*now, *(Found(match, Kind.PHONE, 0, role=role) for match in gone)]
    return found


@dataclass(frozen=True, slots=True)
class Sweeping:
    """What all feeds of one sweep share."""

    settings: Settings
    store: Store
    classifier: Callable[[], Classifier]
    """What scores names, built when the first of them is read."""
    scorer: Callable[[], PhoneScorer]
    """What scores numbers, built when the first feed of numbers is read."""
    since: datetime | None
    progress: Progress
    summary: Summary
    due: datetime | None = None
    """A run of the schedule: a feed that was read since then is left alone."""
    hosts: Store | None = None
    """Of a rehearsal: the store that stays, which remembers when a host may be asked again."""

    @classmethod
    def of(  # noqa: PLR0913  # what a sweep is made from
        cls,
        settings: Settings,
        store: Store,
        brands: Brands,
        summary: Summary,
        progress: Progress,
        *,
        since: datetime | None = None,
        due: datetime | None = None,
        hosts: Store | None = None,
    ) -> "Sweeping":
        """Take what all feeds share; what scores is built when the first row of its kind comes."""
        classifier = cache(partial(reference.classifier, brands))
        scorer = cache(partial(reference.phone_scorer, settings, brands))
        return cls(settings, store, classifier, scorer, since, progress, summary, due, hosts)

    def read(self, source: Source) -> list[FeedResult]:
        """Read one source; nothing at all when the schedule's turn was taken by another machine."""
        name, location = source.crawler.feed.name, source.location
        off = why_off(source.crawler.feed, self.settings, location, handed_in=source.handed_in)
        if off:
            return [FeedResult(name, location, status="skipped", problem=off, exit_code=UserError.exit_code)]
        try:
            with self.store.lease(f"feed:{name}"):
                last = self.store.runs(name, location, limit=1)
                if self.due and last and last[0].finished_at and last[0].started_at >= self.due:
                    return []
                return [self._run(source)]
        except LeaseHeld as held:
            return [FeedResult(name, location, status="skipped", problem=str(held), exit_code=held.exit_code)]

    def _run(self, source: Source) -> FeedResult:
        """Read one source to its end; what goes wrong outside becomes its status and problem."""
        name = source.crawler.feed.name
        started = self.store.begin_run(name, kept_place(source, self.settings))
        with Fetcher(self.settings, Pace(self.hosts or self.store)) as fetcher:
            kind = NumbersRun if source.crawler.feed.kind is Kind.PHONE else FeedRun
            result = FeedResult(name, source.location, kind=source.crawler.feed.kind)
            run = kind(self, source.crawler, result, started, fetcher, source.named, source.handed_in)
            try:
                run.read()
                result = run.judged()
            except StoreError as problem:
                with suppress(StoreError):  # it may be the database that refuses
                    self.store.end_run(run.ended(replace(run.result, status="failed", problem=str(problem))))
                raise
            except LeaseHeld as lost:
                result = replace(run.result, status="failed", problem=str(lost), exit_code=lost.exit_code)
            except FeedHeld as problem:
                result = replace(run.result, status="held", problem=str(problem), exit_code=problem.exit_code)
            except (OutsideError, Refused, UserError) as problem:
                result = replace(run.result, status="failed", problem=str(problem), exit_code=problem.exit_code)
            except Exception as bug:  # noqa: BLE001  # what one source sends must not take the others along
                place = traceback.extract_tb(bug.__traceback__)[-1]
                told = f"a bug: {type(bug).__name__} at {Path(place.filename).name}:{place.lineno}; please report it"
                result = replace(run.result, status="failed", problem=told, exit_code=ScamhuntError.exit_code)
        self.store.end_run(run.ended(result))
        return result

    def changed(self, saved: Saved, rejected: Sequence[Rejected]) -> None:
        """Take into the summary what a batch changed."""
        self.summary.new.update(saved.new)
        self.summary.updated.update(set(saved.updated) - self.summary.new)
        self.summary.reopened.update(saved.reopened)
        self.summary.reasons_quarantined.update(row.reason for row in rejected)


def _describe(summary: Summary, store: Store, settings: Settings, brands: Brands) -> None:
    """Fill in what is open now, and what a report on the strongest that may be reported would say."""
    names = store.counts(reference.bands(), states=OPEN, kind=Kind.DOMAIN)
    numbers = store.counts(reference.phone_model(settings).bands, states=OPEN, kind=Kind.PHONE)
    summary.total_candidates = names.total + numbers.total
    summary.by_brand = Counter(names.by_brand) + Counter(numbers.by_brand)
    summary.by_band = {
        band: names.by_band.get(band, 0) + numbers.by_band.get(band, 0)
        for band in dict.fromkeys([*names.by_band, *numbers.by_band])
    }
    summary.strongest = store.candidates(states=OPEN, kind=Kind.DOMAIN, limit=STRONGEST)
    summary.numbers = store.candidates(states=OPEN, kind=Kind.PHONE, limit=NUMBERS_SHOWN)
    summary.standing = reference.phone_model(settings).standing
    summary.waiting = store.count_reports((ReportState.REVIEW, ReportState.FAILED, ReportState.UNKNOWN))
    summary.brand_names = {brand.id: brand.name for brand in brands}
    try:
        first = desk_reports.preview(settings, brands, summary.strongest)
    except UserError as error:
        summary.preview = f"no preview: {error}"
    else:
        shown = first[0] if first else next(iter(summary.numbers), None)
        summary.preview = first[1].text if first else ""
        summary.next_command = f"scamhunt candidates show {shown.id}" if shown else ""


@contextmanager
def _rehearsal(settings: Settings) -> Iterator[tuple[Settings, Store | None]]:
    """Give a state folder to try things in: a copy of the database, thrown away afterwards; and the store itself."""
    with TemporaryDirectory(prefix="scamhunt-") as folder, ExitStack() as held:
        store = held.enter_context(desk.open_store(settings)) if desk.has_store(settings) else None
        if store:
            store.copy_to(Path(folder))
        for snapshot in (settings.home / "snapshots").glob("*/*"):  # links: what a rehearsal removes stays
            there = Path(folder) / snapshot.relative_to(settings.home)
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            there.symlink_to(snapshot.resolve())
        for name in (seal.FILE, reference.PHONE_MODEL):  # else nothing known would be known again
            if (settings.home / name).exists():
                (Path(folder) / name).symlink_to((settings.home / name).resolve())
        yield settings.model_copy(update={"home": Path(folder), "database_url": SecretStr("")}), store
