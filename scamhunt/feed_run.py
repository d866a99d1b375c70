"""One feed in one run: what its crawler asks for is fetched and kept, its batches are scored and stored.

Part of `pipeline.py`, which knows the order; apart because one run has a state of its own. A feed that keeps bodies has
a reading for each body. One that keeps rows has a reading for each batch and a mark that moves with it.
"""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scamhunt import bundle
from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.gather import archive, snapshots
from scamhunt.gather.drive import drive
from scamhunt.gather.fetch import NOT_MODIFIED, Fetched, Fetcher, locate
from scamhunt.gather.folder import FOLDER
from scamhunt.gather.health import Brought, judge
from scamhunt.gather.mailbox import MAILBOX
from scamhunt.gather.seen import Seen
from scamhunt.indicators.domain import Names
from scamhunt.model import Batch, Difference, Fetch, Keeps, Kind, Notice, Rejected, Reply, Snapshot
from scamhunt.score.batch import as_given, read_names
from scamhunt.store import Body, Found, Gathered, Reading, Run, Said, Saved

if TYPE_CHECKING:
    from scamhunt.pipeline import Sweeping

RUBBISH = 10_000
"""From so many unreadable rows on, a feed that has more of them than of others is not read further."""
FIRST_DOMAIN = datetime(1985, 3, 15, tzinfo=UTC)
"""The day on which the first .com was registered: a feed that names an earlier one is wrong."""
FLOOD = 5
"""A feed that was named is not read beyond so many times the most that it declares."""
HISTORY = 500
"""So many runs are a history."""
SUFFIXES = 40
"""So many of the most frequent suffixes are kept of a run."""
_SENDABLE = re.compile(r"[ -z|~]{1,200}")
CAME = frozenset({"ok", "held"})
"""Runs that make a history. Those that were held too: a source that has changed for good is told once, or for a while,
and not for ever."""


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What became of one source. Always: read = accepted + duplicate + quarantined."""

    name: str
    location: str
    status: str = "ok"
    """`ok`; `held`: it came, but is not believed; `failed`: it did not come; `skipped`: it was not asked for."""
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    left_out: int = 0
    """Of the accepted, those that the feed dates before `since`: not scored."""
    behind: int = 0
    """Rows that are known to wait at the source."""
    problem: str = ""
    notices: tuple[str, ...] = ()
    """What the crawler had to tell besides."""
    exit_code: int = 0
    kind: Kind = Kind.DOMAIN
    """Of what the feed has rows."""


@dataclass(slots=True)
class FeedRun:
    """One source of a feed in one sweep."""

    sweep: "Sweeping"
    crawler: bundle.Crawler
    result: FeedResult
    run: Run
    fetcher: Fetcher
    named: bool = False
    """Whether it is judged by what the feed declares and by its history."""
    handed_in: bool = False
    """Whether a person or the team named the place of what is read: the feed's own place in the night stays."""
    mark: str = ""
    """Of a feed that keeps rows: where it stands in the store."""
    answered: bool = False
    """Whether anything was fetched: what is asked for then may come from outside, and only the web is asked."""
    reading: Reading | None = None
    seen: Seen = field(default_factory=Seen)
    suffixes: Counter[str] = field(default_factory=Counter)
    held: list[str] = field(default_factory=list)
    names: int = 0
    """Names that were not there before in this run, those of a body that did not change included."""
    begun: float = field(default_factory=time.monotonic)
    _open: ExitStack = field(default_factory=ExitStack)

    def read(self) -> None:
        """Read the source to its end. Raises what `drive`, the store and the archive raise."""
        keeps_rows = self.crawler.feed.keeps is Keeps.ROWS
        self.mark = self.sweep.store.mark(self.result.name) if keeps_rows and not self.handed_in else ""
        with self._open:
            for step in drive(self.crawler.crawl(self.mark), self.answer):
                if isinstance(step, Notice):
                    self.notice(step)
                elif keeps_rows:
                    self.keep_rows(step)
                else:
                    self.keep(step)
                self.sweep.progress(self.result.name, self.result.read)
            self.finish()
        if keeps_rows:
            snapshots.prune(self._snapshots(), self.mark)

    # --- what the crawler asks for -----------------------------------------------------------------------------------

    def answer(self, asked: Fetch | Snapshot) -> Reply | Difference:
        """Bring what the crawler asks for; what was brought before is closed."""
        most = self.sweep.settings.feed_seconds
        if time.monotonic() - self.begun > most:
            raise FeedHeld(f"took more than {most:,.0f} seconds: the rest is left for the next run; raise feed_seconds")
        if isinstance(asked, Snapshot):
            return snapshots.compare(asked, self._snapshots())
        location = locate(asked, self.crawler.feed, self.result.location, self.sweep.settings)
        own = self.crawler.feed.address in {FOLDER, MAILBOX} and location.startswith(self.crawler.feed.address)
        if self.answered and not own and not location.lower().startswith(("http://", "https://")):
            raise FeedFailed("the crawler asked for something else than http or https: refused; mend the crawler")
        self.finish()
        self._open.close()
        self.answered = True
        if self.crawler.feed.keeps is Keeps.ROWS or not asked.keep:
            self.reading = None
            return self._fetched(asked, location).reply
        return self._body(asked, location)

    def _snapshots(self) -> Path:
        return self.sweep.settings.home / "snapshots" / self.result.name

    def _fetched(self, asked: Fetch, location: str) -> Fetched:
        fetched = self._open.enter_context(self.fetcher.fetch(asked, location, self.crawler.feed))
        self.run = replace(self.run, size=self.run.size + fetched.size)
        return fetched

    def _body(self, asked: Fetch, location: str) -> Reply:
        """Fetch and archive a list. Bytes that were read before come back empty, as duplicates."""
        store, name = self.sweep.store, self.result.name
        known = store.validator(name, location)
        if known and known.reading.finished_at and known.reading.since == window_of(self.sweep.since):
            asked = replace(asked, headers={**asked.headers, **_conditions(known.said)})
        fetched = self._fetched(asked, location)
        reply = fetched.reply
        if known and reply.status == NOT_MODIFIED:
            self._begin(known.reading)
            return reply
        kept = archive.keep(
            self.sweep.settings.home, name, fetched.file, sha256=reply.sha256, wrapping=fetched.wrapping
        )
        body = Body(name, location, reply.sha256, fetched.size, kept, window=window_of(self.sweep.since))
        reading = self._begin(store.begin_reading(body))
        store.set_validator(name, location, _said(reply.headers), reading)
        return replace(reply, chunks=() if reading.finished_at else reply.chunks, mark=reading.mark)

    def _begin(self, reading: Reading) -> Reading:
        """Take a reading up; what was read of it before is duplicate now."""
        self.reading = reading
        self.run = replace(self.run, sha256=reading.sha256)
        self.result = replace(
            self.result,
            location=self.result.location or reading.location,
            read=self.result.read + reading.read,
            duplicate=self.result.duplicate + reading.read,
        )
        self.names += reading.accepted
        return reading

    # --- what the crawler brings -------------------------------------------------------------------------------------

    def notice(self, notice: Notice) -> None:
        """Note what the crawler has to tell."""
        self.result = replace(
            self.result, notices=(*self.result.notices, notice.text), behind=self.result.behind + notice.behind
        )
        if notice.held:
            self.held.append(notice.text)

    def keep(self, batch: Batch) -> None:
        """Score a batch of a body and store what came of it, in one transaction."""
        if not batch.rows:
            return
        if self.reading is None:
            raise FeedFailed("the crawler yielded rows before it fetched anything; mend the crawler")
        if self.reading.finished_at:
            raise FeedFailed("the crawler yielded rows of a body that came empty, for it was read before; mend it")
        gathered, old = self._score(batch)
        saved = self.sweep.store.save_batch(self.reading, gathered)
        self.reading = saved.reading
        self._note(gathered, saved, old)

    def keep_rows(self, batch: Batch) -> None:
        """Archive, score and store a batch, and move the feed's mark with it."""
        if not batch.rows:
            self._move_mark(batch.mark)
            return
        self._keep_rows(batch, *self._score(batch))

    def _move_mark(self, mark: str) -> None:
        if not self.handed_in:
            self.sweep.store.move_mark(self.result.name, self.mark, mark)
        self.mark = mark

    def _keep_rows(self, batch: Batch, gathered: Gathered, old: int) -> None:
        """Archive rows and store what came of them."""
        store, name = self.sweep.store, self.result.name
        kept = archive.keep_rows(self.sweep.settings.home, name, batch)
        location = self.run.location if self.handed_in else batch.location or self.result.location
        # The mark is part of what the rows are known by: a name that comes back in another night is seen again.
        # So are the rows that are not kept: a list of nothing but bad rows is not the one of the night before.
        known_by = "\n".join([batch.mark, *(row.sha256 or str(row.raw) for row in gathered.rejected)])
        window = hashlib.sha256(known_by.encode("utf-8", "backslashreplace")).hexdigest()[:16]
        body = Body(name, location, kept.sha256, kept.size, kept.name, window=f"mark {window}")
        saved = store.save_rows(body, None if self.handed_in else self.mark, gathered)
        self.mark = batch.mark
        if saved.known:
            rows = gathered.accepted + gathered.duplicate + len(gathered.rejected)
            gathered = Gathered(batch.mark, 0, rows)
        self._note(gathered, saved, 0 if saved.known else old)

    def _score(self, batch: Batch) -> tuple[Gathered, int]:
        """Read the names of a batch and score those that are new in this run; count those that are too old.

        Of a feed of addresses their paths are looked at too, and each address counts for itself.
        """
        names, rejected = read_names(batch)
        batch = replace(batch, seen_at=[self._believed(moment) for moment in batch.seen_at])
        self._notice_health(batch, names.hosts)
        return self._scored(batch, names, rejected, urls=self.crawler.feed.kind is Kind.URL)

    def _scored(self, batch: Batch, names: Names, rejected: Sequence[Rejected], *, urls: bool) -> tuple[Gathered, int]:
        """Score names that were read."""
        new = [
            row
            for row, first in zip(names.rows, self.seen.mark_new(names.given if urls else names.hosts), strict=True)
            if first
        ]
        wanted = {row for row in new if not self._too_old(batch.seen_at[row])}
        flags = dict(zip(names.rows, names.flags, strict=True))
        matches = self.sweep.classifier().score(names, urls=urls) if wanted else []
        found = [
            Found(
                as_given(match, batch) if "/" in match.indicator else match,
                Kind.DOMAIN,
                batch.lines[match.row],
                batch.seen_at[match.row],
                flags[match.row],
            )
            for match in matches
            if match.row in wanted
        ]
        gathered = Gathered(batch.mark, len(new), len(names.rows) - len(new), rejected, found)
        return gathered, len(new) - len(wanted)

    def _notice_health(self, batch: Batch, hosts: list[str]) -> None:
        self.suffixes.update(host.rpartition(".")[2] for host in hosts)
        dated = sorted(moment for moment in batch.seen_at if moment)
        # One row in a hundred has to be that new: a single one dated tomorrow does not make a dead list alive.
        latest = dated[-1 - len(dated) // 100 :][:1]
        newest = max([*latest, *([self.run.newest] if self.run.newest else [])], default=None)
        self.run = replace(self.run, newest=newest, shape=self.run.shape or batch.schema)

    def _too_old(self, seen_at: datetime | None) -> bool:
        """Tell what `--since` leaves out. Of a feed with a place nothing: it brings what is new, and never again."""
        since = self.sweep.since if self.crawler.feed.keeps is Keeps.BODY else None
        return since is not None and seen_at is not None and seen_at < since

    def _believed(self, seen_at: datetime | None) -> datetime | None:
        """Return the date of a row, None for one that cannot be: before the first .com, or beyond tomorrow."""
        possible = seen_at and FIRST_DOMAIN <= seen_at <= self.sweep.settings.now() + timedelta(days=1)
        return seen_at if possible else None

    def _note(self, gathered: Gathered, saved: Saved, old: int) -> None:
        rows = gathered.accepted + gathered.duplicate + len(gathered.rejected)
        result = replace(
            self.result,
            read=self.result.read + rows,
            accepted=self.result.accepted + gathered.accepted,
            duplicate=self.result.duplicate + gathered.duplicate,
            quarantined=self.result.quarantined + len(gathered.rejected),
            left_out=self.result.left_out + old,
        )
        self.result = result
        self.names += gathered.accepted
        self.sweep.changed(saved, gathered.rejected)
        most = self.crawler.feed.rows_a_day[1] * FLOOD
        if self.named and result.read > most:
            raise FeedHeld(f"more than {most:,} rows, {FLOOD} times what is right: not read further; look at it")
        if result.quarantined > RUBBISH and 2 * result.quarantined > result.read:
            what = "number" if self.crawler.feed.kind is Kind.PHONE else "name"
            raise FeedHeld(
                f"{result.quarantined:,} of its first {result.read:,} rows are no {what}s; look at them: scamhunt "
                f"quarantine list --feed {result.name}"
            )

    def finish(self) -> None:
        """Note that nothing is left of the body that was read last."""
        if self.reading is not None and self.reading.finished_at is None:
            self.reading = self.sweep.store.finish_reading(self.reading)

    # --- how it went -------------------------------------------------------------------------------------------------

    def judged(self) -> FeedResult:
        """Return the result; of a feed that was named also by what it declares and by its own history."""
        result, what = self.result, "number" if self.crawler.feed.kind is Kind.PHONE else "name"
        problems = list(self.held)
        if result.read and result.quarantined == result.read:
            problems.append(f"none of its {result.read:,} rows is a {what}; look at the file, it may be no list")
        elif self.named:
            if 2 * result.quarantined > result.read:
                problems.append(
                    f"{result.quarantined:,} of its {result.read:,} rows are no {what}s; look at the source"
                )
            earlier = self.sweep.store.runs(result.name, self.run.location, limit=HISTORY)
            came = [_came(run) for run in earlier if run.status in CAME and run.read]
            problems += judge(self._brought(), self.crawler.feed, came)
        elif not result.read and not result.notices:
            return replace(result, problem="the list is empty")
        if not problems:
            return result
        return replace(result, status="held", problem="; ".join(problems), exit_code=FeedHeld.exit_code)

    def ended(self, result: FeedResult) -> Run:
        """Return the run as the store keeps it."""
        return replace(
            self.run,
            status=result.status,
            problem=self._kept(result.problem),
            read=result.read,
            accepted=result.accepted,
            duplicate=result.duplicate,
            quarantined=result.quarantined,
            suffixes=dict(self.suffixes.most_common(SUFFIXES)),
            behind=result.behind,
        )

    def _kept(self, problem: str) -> str:
        """Return a problem without the name of a file that somebody handed in."""
        place = self.result.location
        return problem.replace(place, self.run.location) if self.handed_in and place else problem

    def _brought(self) -> Brought:
        """Return what this run brought: names, not rows, for a list may repeat one name to look like itself."""
        run, store = self.run, self.sweep.store
        same_since = store.same_since(run.feed, run.location, run.sha256) if run.sha256 else None
        return Brought(run.started_at, self.names, run.newest, self.suffixes, run.shape, same_since)


def _said(headers: Mapping[str, str]) -> Said:
    """Return what to ask with the next time; nothing that could not be sent or would be filled in as a key."""
    said = (headers.get(name, "") for name in ("etag", "last-modified"))
    return Said(*(value if _SENDABLE.fullmatch(value) else "" for value in said))


def _conditions(said: Said) -> dict[str, str]:
    """Return the headers that ask for a body only if it changed (RFC 9110 13.1)."""
    headers = {"If-None-Match": said.etag, "If-Modified-Since": said.last_modified}
    return {name: value for name, value in headers.items() if value}


def window_of(since: datetime | None) -> str:
    """Return what tells a reading that leaves older rows out from one that does not."""
    return since.astimezone(UTC).isoformat() if since else ""


def _came(run: Run) -> Brought:
    """Return what an earlier run brought; one whose body did not change has no names of its own."""
    return Brought(run.started_at, run.accepted or run.read, run.newest, run.suffixes, run.shape)
