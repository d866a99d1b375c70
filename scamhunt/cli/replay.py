"""`scamhunt feeds replay`: read again what was kept, with the brands of today."""

from typing import Annotated

import typer

from scamhunt.cli import known, options, output, sweep
from scamhunt.cli.options import OneFormat
from scamhunt.cli.output import ThingFormat
from scamhunt.errors import UserError


def replay(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A feed; all of them if none is named.")] = "",
    *,
    since: Annotated[str, typer.Option(metavar="WHEN", help="What was read from then on: 7d or 2026-01-31.")] = "30d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would find; store nothing.")] = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Read again what the archive kept, with the brands in force now, and keep what is found.

    After a change of brand packs: what they would have found becomes candidates. Safe to stop and to run twice.
    """
    from scamhunt import pipeline, settings
    from scamhunt.cli.progress import Progress

    knobs = settings.load()
    start = options.since(since, knobs.now())
    if start is None:
        raise UserError("--since says how far back to look, as in 30d")
    feeds = [name] if name else []
    known.require_feeds(knobs, feeds)
    with Progress() as progress:
        done = pipeline.replay(knobs, since=start, feeds=feeds, dry_run=dry_run, progress=progress)
    sweep.tell(done, form)
    if not done.feeds:
        output.tell(f"nothing that was read since {start:%Y-%m-%d} lies in the archive; a sweep keeps what it reads")
    raise typer.Exit(done.exit_code)
