"""One feed whose kept bodies are read again, with the brands and the model of today.

Part of `pipeline.py`, as `feed_run.py` is. Its health is not judged and its mark does not move: nothing new came.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import scamhunt
from scamhunt import bundle
from scamhunt.errors import FeedFailed, LeaseHeld, OutsideError, Refused, StoreError, UserError
from scamhunt.feed_run import FeedResult, FeedRun
from scamhunt.gather import replay
from scamhunt.gather.fetch import Fetcher
from scamhunt.gather.pace import Pace
from scamhunt.gather.replay import Kept
from scamhunt.gather.seen import Seen
from scamhunt.model import Batch
from scamhunt.settings import Settings
from scamhunt.store import Body, Reading, Run

if TYPE_CHECKING:
    from scamhunt.pipeline import Sweeping

PLACE = "the archive"
PROBLEMS_TOLD = 3


def read_again(sweep: "Sweeping", name: str, crawler: bundle.Crawler | None, files: Sequence[Kept]) -> FeedResult:
    """Read files of one feed again, unless another run is at work on it. Raises `StoreError`."""
    result = FeedResult(name, PLACE)
    if crawler is None:
        why = f"no crawler of this name any more (files in the archive: {len(files):,}); put one into the overlay"
        return replace(result, status="failed", problem=why, exit_code=FeedFailed.exit_code)
    store, settings = sweep.store, sweep.settings
    run = Run(0, name, PLACE, settings.now())
    try:
        with (
            store.lease(f"feed:{name}"),
            Fetcher(settings, Pace(store)) as unused,
        ):
            feed = FeedReplay(sweep, crawler, result, run, unused, window=window(settings))
            for one in files:
                feed.read_file(one)
            return feed.told()
    except LeaseHeld as held:
        return replace(result, status="skipped", problem=str(held), exit_code=held.exit_code)


def window(settings: Settings) -> str:
    """Return what tells a reading with these brands and this model from one with others."""
    digest = hashlib.sha256(scamhunt.__version__.encode())
    packs = [content for _, content in bundle.brand_packs(settings.overlay, settings.brands)]
    for content in [*packs, bundle.data("scoring/model.json").read_bytes()]:
        digest.update(hashlib.sha256(content).digest())
    return f"replay {digest.hexdigest()[:16]}"


@dataclass(slots=True)
class FeedReplay(FeedRun):
    """A feed whose kept bodies are read again."""

    window: str = ""
    problems: list[str] = field(default_factory=list)

    def read_file(self, one: Kept) -> None:
        """Read one file; what is wrong with it is noted, and the next may be good. Raises what the store raises."""
        try:
            self._read(one)
        except (StoreError, LeaseHeld):
            raise
        except (OutsideError, Refused, UserError, OSError) as problem:
            self.problems.append(f"{one.name}: {problem}")

    def _read(self, one: Kept) -> None:
        size = one.path.stat().st_size
        body = Body(one.feed, f"archive/{one.name}", one.sha256, size, one.name, window=self.window, at=one.at)
        reading = self._begin(self.sweep.store.begin_reading(body))
        self.seen = Seen()  # of this file alone: memory does not grow with the archive
        if reading.finished_at:
            return
        for batch in replay.batches(self.crawler, one, self.sweep.settings, reading.mark):
            dated = replace(batch, seen_at=[self._believed(moment) or one.at for moment in batch.seen_at])
            reading = self._save(reading, dated)
            self.sweep.progress(self.result.name, self.result.read)
        self.sweep.store.finish_reading(reading)

    def _save(self, reading: Reading, batch: Batch) -> Reading:
        """Score a batch and store what came of it. Its unusable rows lie in the quarantine since the first reading."""
        gathered, _ = self._score(batch)
        known = replace(gathered, duplicate=gathered.duplicate + len(gathered.rejected), rejected=())
        saved = self.sweep.store.save_batch(reading, known)
        self._note(known, saved, 0)
        return saved.reading

    def told(self) -> FeedResult:
        """Return the result, with what could not be read."""
        if not self.problems:
            return self.result
        more = len(self.problems) - PROBLEMS_TOLD
        shown = [*self.problems[:PROBLEMS_TOLD], *([f"and {more:,} more"] if more > 0 else [])]
        return replace(self.result, status="failed", problem="; ".join(shown), exit_code=OutsideError.exit_code)
