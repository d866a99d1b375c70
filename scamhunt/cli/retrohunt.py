"""`scamhunt retrohunt`: score what was read of late against new brand words; nothing is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import known, matches, options, output
from scamhunt.cli.options import Brands, ListFormat
from scamhunt.cli.output import Format
from scamhunt.cli.progress import Progress
from scamhunt.errors import OutsideError, UserError

if TYPE_CHECKING:
    from scamhunt.gather.replay import Kept
    from scamhunt.trial import Hunted


@dataclass(slots=True)
class Tally:
    """What the closing line says."""

    files: int
    names: int = 0
    matches: int = 0
    unread: int = 0


def retrohunt(  # noqa: PLR0913  # each is an option of the command
    *,
    brands: Brands = None,
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="Only what was read from then on: 7d or 2026-01-31.")
    ] = "30d",
    feed: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this feed; may be repeated.")] = None,
    min_score: Annotated[float | None, typer.Option(min=0, max=1, help="Only matches from here on.")] = None,
    top: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="Only so many, the strongest first.")] = None,
    form: ListFormat = Format.TABLE,
) -> None:
    """Look for new brands in the names that were read already.

    From the archive of the state folder; no database, no network, and nothing is stored. Each name comes once.
    """
    if not brands:
        raise UserError("no brands to hunt for; name their pack: --brands PATH")
    from scamhunt import reference, settings, trial  # slow, and not for --help
    from scamhunt.gather import replay

    knobs = settings.load()
    start = options.since(since, knobs.now())
    if start is None:
        raise UserError("--since says how far back to look, as in 30d")
    known.require_feeds(knobs, feed or ())
    packs = reference.brands(knobs, brands)
    files = replay.kept(knobs.home, start, feed or ())
    tally = Tally(len(files))
    with Progress() as progress:

        def problem(one: "Kept", why: str) -> None:
            progress.hide()
            tally.unread += 1
            output.tell(f"not read: {one.path}: {why}")

        hunted = trial.retrohunt(knobs, packs, files, minimum=min_score, problem=problem)
        matches.show(_told(hunted, tally, progress), form, top, ("feed", "seen_at"))
    _close(tally, f"{start:%Y-%m-%d}")


def _told(hunted: Iterator["Hunted"], tally: Tally, progress: Progress) -> Iterator[matches.Told]:
    """Yield what is found as it is found."""
    for batch in hunted:
        progress.hide()
        tally.names += batch.names
        tally.matches += len(batch.hits)
        for hit in batch.hits:
            yield hit.match, {"kind": hit.kind.value, "feed": hit.feed, "seen_at": hit.seen_at}
        output.flush()  # the next batch may be long in coming
        progress(batch.feed, tally.names)


def _close(tally: Tally, start: str) -> None:
    if not tally.files:
        output.tell(f"nothing that was read since {start} lies in the archive; a sweep keeps what it reads")
        return
    read = f"{output.count(tally.files - tally.unread, 'file')} of the archive, {output.count(tally.names, 'name')}"
    output.tell(f"{read}: {matches.counted(tally.matches)}; {output.count(tally.unread, 'file')} could not be read")
    if tally.unread:
        raise typer.Exit(OutsideError.exit_code)
