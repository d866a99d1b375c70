"""`scamhunt score`: score a list that one already has; no database, no state folder."""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from scamhunt.cli import matches as shown
from scamhunt.cli import output
from scamhunt.cli.options import Brands, ListFormat
from scamhunt.cli.output import Format
from scamhunt.cli.progress import Progress
from scamhunt.errors import FeedFailed, FeedHeld, UserError
from scamhunt.model import Kind

if TYPE_CHECKING:
    from scamhunt.model import Rejected
    from scamhunt.score.brands import Brands as Packs
    from scamhunt.score.classifier import Classifier
    from scamhunt.score.phone_batch import PhoneMatch
    from scamhunt.score.phone_model import PhoneModel
    from scamhunt.settings import Settings

NAMED_LINES = 1_000
"""So many unreadable lines are told one by one; the rest are counted."""
VALUE_SHOWN = 60
MORE_OF_NUMBERS = ("role", "type", "flags", "calibrated")
"""Columns of CSV that only numbers have."""


class ScoredKind(StrEnum):
    """What the lines of the input are."""

    DOMAIN = "domain"
    URL = "url"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of some lines, whatever they hold."""

    rows: int
    unreadable: "Sequence[Rejected]"
    matches: Sequence[shown.Told]


@dataclass
class Tally:
    """What the closing line says."""

    rows: int = 0
    matches: int = 0
    unreadable: int = 0


def score(  # noqa: PLR0913  # each is an option of the command
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="A name, URL or number a line; also gzip, CSV, hosts.")
    ] = "-",
    *,
    kind: Annotated[ScoredKind, typer.Option(help="What the lines are.")] = ScoredKind.DOMAIN,
    brands: Brands = None,
    min_score: Annotated[float | None, typer.Option(min=0, max=1, help="Only matches from here on.")] = None,
    top: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="Only so many, the strongest first.")] = None,
    no_popular: Annotated[bool, typer.Option("--no-popular", help="Without the table of well-known names.")] = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """Score a list of your own: who pretends to be whom, and why.

    Nothing is stored. A line that cannot be read is named on stderr and never stops the run.
    """
    if file == "-" and output.terminal(sys.stdin):
        output.tell(context.get_help())
        raise typer.Exit(2)
    from scamhunt import reference, settings  # slow, and not for --help
    from scamhunt.gather.unpack import open_stream

    knobs = settings.load()
    packs = reference.brands(knobs, brands or ())
    tally = Tally()
    with _opened(file) as source, Progress() as progress:
        chunks = open_stream(source, knobs)
        if kind is ScoredKind.PHONE:
            scored, standing = _numbers(chunks, knobs, packs, min_score)
            shown.show(_followed(scored, tally, progress, file), form, top, MORE_OF_NUMBERS)
            output.tell(standing)
        else:
            classifier = reference.classifier(packs, popular=not no_popular)
            shown.show(_followed(_names(chunks, classifier, min_score, kind), tally, progress, file), form, top)
    _close(tally)


def _names(
    chunks: Iterable[bytes], classifier: "Classifier", minimum: float | None, kind: ScoredKind
) -> Iterator[Batch]:
    from scamhunt.score.batch import score_rows

    for batch in score_rows(chunks, classifier, minimum, kind=Kind(kind.value)):
        yield Batch(batch.rows, batch.unreadable, [(match, {"kind": kind.value}) for match in batch.matches])


def _numbers(
    chunks: Iterable[bytes], knobs: "Settings", packs: "Packs", minimum: float | None
) -> tuple[Iterator[Batch], str]:
    """Return what comes of numbers, batch by batch, and what their scores are worth."""
    from scamhunt import reference
    from scamhunt.score.phone_batch import score_phones

    scorer = reference.phone_scorer(knobs, packs)
    scored = score_phones(chunks, scorer, knobs.now(), knobs.region, minimum)
    batches = (
        Batch(batch.rows, batch.unreadable, [_told(one, scorer.model) for one in batch.matches]) for batch in scored
    )
    return batches, scorer.model.standing


def _told(one: "PhoneMatch", model: "PhoneModel") -> shown.Told:
    number = one.number
    known = {"kind": Kind.PHONE.value, "role": one.role.value, "type": number.type.value, "flags": number.flags}
    return one.match, {**known, "e164": number.e164, "calibrated": model.calibrated}


@contextlib.contextmanager
def _opened(file: str) -> Iterator[BufferedIOBase]:
    if file == "-":
        with _named("stdin"):
            yield cast("BufferedIOBase", sys.stdin.buffer)
        return
    with contextlib.ExitStack() as stack:
        try:
            source = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            raise UserError(f"{file}: {error.strerror}; name a file that can be read, or - for stdin") from None
        stack.enter_context(_named(file))
        yield source


@contextlib.contextmanager
def _named(file: str) -> Iterator[None]:
    """Put the file's name before what is wrong with its content."""
    try:
        yield
    except (FeedFailed, FeedHeld) as error:
        raise type(error)(f"{file}: {error}") from None


def _followed(scored: Iterator[Batch], tally: Tally, progress: Progress, file: str) -> Iterator[shown.Told]:
    """Yield the matches as they come; name the lines that cannot be read."""
    for batch in scored:
        progress.hide()
        tally.rows += batch.rows
        for rejected in batch.unreadable:
            tally.unreadable += 1
            _name(rejected, tally)
        tally.matches += len(batch.matches)
        yield from batch.matches
        output.flush()  # the next batch may be long in coming
        progress("stdin" if file == "-" else Path(file).name, tally.rows)


def _name(rejected: "Rejected", tally: Tally) -> None:
    if tally.unreadable <= NAMED_LINES:
        value = rejected.raw.decode("utf-8", "backslashreplace")
        output.tell(f"line {rejected.line}: {rejected.reason}: {output.shorten(value, VALUE_SHOWN)}")


def _close(tally: Tally) -> None:
    if tally.unreadable > NAMED_LINES:
        output.tell(f"... and {tally.unreadable - NAMED_LINES:,} more lines that cannot be read")
    read = f"{output.count(tally.rows, 'line')} read"
    output.tell(f"{read}: {shown.counted(tally.matches)}; {output.count(tally.unreadable, 'line')} could not be read")
