"""The numbers of one feed in one run: read, freed of personal data, told apart from known reports, scored.

Part of `pipeline.py`, beside `feed_run.py`. What a reporter wrote is looked through for a brand and forgotten here:
neither the archive nor the quarantine nor the database ever gets it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from scamhunt import bundle
from scamhunt.errors import BadIndicator
from scamhunt.feed_run import FeedRun
from scamhunt.gather.fetch import BUNDLE
from scamhunt.gather.seal import Seal
from scamhunt.gather.sources import Source
from scamhunt.indicators import extract, masking
from scamhunt.indicators.links import clean, safe_path
from scamhunt.indicators.parts import cut
from scamhunt.indicators.phone import Number
from scamhunt.model import Batch, Evidence, Kind, NumberSighting, Rejected, Statement
from scamhunt.score.batch import read_names
from scamhunt.score.phones import PhoneScorer
from scamhunt.settings import Settings
from scamhunt.store import Book, Found
from scamhunt.takedown.roles import role_of

NOTHING = Statement()


@dataclass(frozen=True, slots=True)
class Read:
    """Rows of numbers as they may be kept, and what each of them reports."""

    batch: Batch
    """Values in E.164, statements without words, `source` as a salted hash, `ref` as the key of the report."""
    numbers: Mapping[str, Number]
    sightings: Sequence[NumberSighting]
    rejected: Sequence[Rejected]


@dataclass(slots=True)
class NumbersRun(FeedRun):
    """One source of a feed of numbers in one sweep. Its rows may be names as well: those that stand in a mail."""

    _seal: Seal | None = None
    _pool: Sequence[str] = ()
    """The feeds that may bring the same reports, this one among them."""

    def __post_init__(self) -> None:
        """Find the feeds of the pool."""
        ours = self.crawler.feed
        known = bundle.crawlers(self.sweep.settings.overlay).values() if ours.pool else ()
        self._pool = sorted({ours.name, *(one.feed.name for one in known if one.feed.pool == ours.pool)})

    def keep_rows(self, batch: Batch) -> None:
        """Free a batch of personal data, then archive, score and store it, and move the feed's mark with it."""
        if not batch.rows:
            self._move_mark(batch.mark)
            return
        named, told = parted(batch)
        names, unread = read_names(named)
        read = self._read(told)
        rejected = sorted(map(self._masked, [*batch.rejected, *unread, *read.rejected]), key=lambda row: row.line)
        clean = _joined(batch, of_rows(named, names.rows), read.batch)
        self._notice_health(clean, [])
        dated = replace(named, seen_at=[self._believed(moment) for moment in named.seen_at])
        gathered, old = self._scored(dated, names, (), urls=False)
        new = self._new(read.sightings)
        gathered = replace(
            gathered,
            accepted=gathered.accepted + len(new),
            duplicate=gathered.duplicate + len(read.sightings) - len(new),
            rejected=rejected,
            numbers=new,
            rate=partial(self._rated, new, read.numbers),
        )
        self._keep_rows(clean, gathered, old)

    def _read(self, batch: Batch) -> Read:
        """Read the numbers of a batch and drop what their reporters wrote."""
        numbers: list[Number] = []
        good: list[int] = []
        rejected = []
        for row, value in enumerate(batch.values):
            try:
                numbers.append(extract.read(value, batch.statements[row].region or self.sweep.settings.region))
                good.append(row)
            except BadIndicator as error:
                rejected.append(masking.rejected(batch.lines[row], value, str(error)))
        rows = of_rows(batch, good)
        evidence = self.sweep.scorer().evidence(
            [one.text for one in rows.statements], [one.brand for one in rows.statements]
        )
        seen_at = [self._believed(moment) for moment in rows.seen_at]
        sealed = [self._sealed(*row) for row in zip(numbers, seen_at, rows.statements, strict=True)]
        clean = replace(rows, values=[number.e164 for number in numbers], seen_at=seen_at, statements=sealed)
        columns = zip(clean.values, clean.lines, seen_at, sealed, evidence, strict=True)
        sightings = [self._sighting(*row) for row in columns]
        return Read(clean, {number.e164: number for number in numbers}, sightings, rejected)

    def _new(self, sightings: Sequence[NumberSighting]) -> list[NumberSighting]:
        """Return the reports that are not known, each once: the store has those of earlier batches already."""
        known = self.sweep.store.known_keys(self._pool, [one.key for one in sightings])
        fresh = {one.key: one for one in reversed(sightings) if one.key not in known}
        return list(reversed(fresh.values()))

    def _rated(self, new: Sequence[NumberSighting], numbers: Mapping[str, Number], book: Book) -> list[Found]:
        """Score the numbers that new reports tie to a brand, and those that are candidates already."""
        scorer = self.sweep.scorer()
        lines = {one.number: one.line for one in new}
        known = book.candidates(lines)
        tied = {
            one.number for one in new if not one.corroborates and (one.evidence or scorer.near(numbers[one.number]))
        }
        return [
            found
            for number, history in book.histories(known | tied).items()
            for found in scored(
                scorer,
                numbers[number],
                history,
                self.sweep.settings.now(),
                line=lines[number],
                minimum=0 if number in known else None,
            )
        ]

    def _masked(self, row: Rejected) -> Rejected:
        """Return a row by its shape, under a salted hash: the plain one of a short row would give it away."""
        shape = masking.mask(row)
        return replace(shape, sha256=self.seal.sealed(shape.sha256))

    @property
    def seal(self) -> Seal:
        """The seal of the state folder."""
        if self._seal is None:
            self._seal = Seal.of(self.sweep.settings.home)
        return self._seal

    def _sealed(self, number: Number, seen_at: datetime | None, stated: Statement) -> Statement:
        """Return what may be kept of a statement; its `ref` becomes the key that tells reports apart."""
        source = self.seal.sealed(stated.source)
        # What an agency publishes has one key on every machine; what is the team's own has a salted one.
        ref = stated.ref if self.crawler.feed.corroborates else self.seal.sealed(stated.ref)
        parts = [
            number.e164,
            seen_at.isoformat() if seen_at else "",
            stated.role,
            stated.subject,
            stated.robocall,
            source,
            stated.place,
            ref,
            self.seal.sealed(f"{stated.brand}\n{stated.text}" if stated.brand else stated.text),
        ]
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
        return replace(stated, text="", brand="", source=source, ref=key)

    def _sighting(
        self, number: str, line: int, seen_at: datetime | None, stated: Statement, evidence: tuple[Evidence, ...]
    ) -> NumberSighting:
        feed = self.crawler.feed
        return NumberSighting(
            number=number,
            feed=feed.name,
            key=stated.ref,
            line=line,
            seen_at=seen_at or self.sweep.settings.now(),
            role=stated.role,
            role_from=stated.role_from,
            subject=stated.subject,
            robocall=stated.robocall,
            source=stated.source,
            place=stated.place,
            reports=stated.reports,
            pool=feed.pool,
            corroborates=feed.corroborates,
            evidence=evidence,
            dated=seen_at is not None,
        )


def kept_place(source: Source, settings: Settings) -> str:
    """Return where a source was read from, as it may be kept: of a file that somebody hands in no name.

    People name files after people; its hash still tells one file from another.
    """
    place = source.location
    if source.named or source.crawler.feed.kind is not Kind.PHONE or "://" in place or place.startswith(BUNDLE):
        return place
    return f"a file {Seal.of(settings.home).sealed(place)[:12]}{Path(place).suffix[:8]}"


def scored(  # noqa: PLR0913  # all that a score is made from
    scorer: PhoneScorer,
    number: Number,
    sightings: Sequence[NumberSighting],
    now: datetime,
    *,
    line: int = 0,
    minimum: float | None = None,
) -> list[Found]:
    """Return a number's matches by all that is known of it; none while only agencies that name no brand speak."""
    history = sorted(sightings, key=lambda one: one.seen_at, reverse=True)
    if not history:
        return []
    role, times = role_of(history), (history[0].seen_at, history[-1].seen_at)
    return [
        Found(match, Kind.PHONE, line, times[0], number.flags, role, times[1])
        for match in scorer.score(number, history, now, minimum)
    ]


def parted(batch: Batch) -> tuple[Batch, Batch]:
    """Return the rows of a batch that are names, and those that are numbers, each with its own statement."""
    kinds = batch.kinds or [Kind.PHONE] * len(batch.values)
    whole = replace(batch, kinds=kinds, statements=batch.statements or [NOTHING] * len(kinds), rejected=())
    numbers = [row for row, kind in enumerate(kinds) if kind is Kind.PHONE]
    names = of_rows(whole, [row for row, kind in enumerate(kinds) if kind is not Kind.PHONE])
    return replace(names, values=[clean(value) or bare(value) for value in names.values]), of_rows(whole, numbers)


def bare(url: str) -> str:
    """Return an address without user information, query and fragment: they may name the one whom it was sent to."""
    parts = cut(url)
    path = safe_path(parts.rest)
    return f"{parts.scheme}://{parts.host}{path}" if parts.scheme else f"{parts.host}{path}"


def of_rows(batch: Batch, rows: Sequence[int]) -> Batch:
    """Return some rows of a batch whose columns are all there."""
    return replace(
        batch,
        values=[batch.values[row] for row in rows],
        lines=[batch.lines[row] for row in rows],
        seen_at=[batch.seen_at[row] for row in rows],
        kinds=[batch.kinds[row] for row in rows],
        statements=[batch.statements[row] for row in rows],
    )


def _joined(batch: Batch, names: Batch, numbers: Batch) -> Batch:
    """Return both as one batch, as it may be kept."""
    return replace(
        batch,
        values=[*names.values, *numbers.values],
        lines=[*names.lines, *numbers.lines],
        seen_at=[*names.seen_at, *numbers.seen_at],
        kinds=[*names.kinds, *numbers.kinds],
        statements=[*[NOTHING] * len(names.values), *numbers.statements],
        rejected=(),
    )
