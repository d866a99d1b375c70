"""`scamhunt feeds import`: a file of the team's, shown before it is taken in."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import known, output, sweep
from scamhunt.cli.options import As, OneFormat
from scamhunt.cli.output import ThingFormat
from scamhunt.errors import OutsideError, UserError, did_you_mean

if TYPE_CHECKING:
    from scamhunt.gather.preview import Preview
    from scamhunt.settings import Settings

SHOWN = 60
"""Characters of a name or value."""
REASONS = 5
"""Reasons of rejected rows that are told."""


def import_file(  # noqa: PLR0913  # each is an option of the command
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table, a list, or JSON; gzip and zip too.")],
    *,
    feed: Annotated[str, typer.Option(metavar="NAME", help="Whose file it is; else found from its content.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Take it in without asking.")] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="Of a table of reports: number=Caller; may be repeated."),
    ] = None,
    region: Annotated[str, typer.Option(metavar="CC", help="Country of numbers without one, as in US.")] = "",
    acting_as: As = "",
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show what a file would be read as, ask, and take it in.

    Each column is named with what it is taken for; columns that are not needed are dropped before anything is kept.
    """
    from scamhunt import desk, pipeline, settings
    from scamhunt.cli.progress import Progress

    knobs = _told(settings.load(), column or (), region)
    actor = desk.actor(knobs, acting_as)
    feed = feed or _recognised(file, knobs)
    _show(file, feed, knobs, yes=yes)
    if not yes:
        _ask(file, feed)
    with Progress() as progress:
        done = pipeline.import_file(knobs, str(file), feed, who=actor, progress=progress)
    output.tell_roles(actor)
    sweep.tell(done, form)
    raise typer.Exit(done.exit_code)


def _told(knobs: "Settings", columns: "tuple[str, ...] | list[str]", region: str) -> "Settings":
    """Return the settings with what the options say of this file."""
    from scamhunt.settings import PHONE_COLUMNS

    if region and not (len(region) == 2 and region.isascii() and region.isalpha()):  # noqa: PLR2004  # ISO 3166-1
        raise typer.BadParameter("write two letters, as in US", None, None, "--region")
    mapped = {}
    for one in columns:
        name, equals, column = one.partition("=")
        if not equals or name not in PHONE_COLUMNS or not column:
            hint = did_you_mean(name, PHONE_COLUMNS) if equals else ""
            raise typer.BadParameter(
                f"{output.shorten(one, SHOWN)!r} is not FIELD=COLUMN{hint}; fields are {', '.join(PHONE_COLUMNS)}",
                None,
                None,
                "--column",
            )
        mapped[name] = column
    update = {"phone_columns": {**knobs.phone_columns, **mapped}, "region": region.upper() or knobs.region}
    return knobs.model_copy(update=update)


def _recognised(file: Path, knobs: "Settings") -> str:
    """Return the feed whose file it is. Raises `UserError` where nothing tells."""
    from scamhunt import bundle
    from scamhunt.gather.preview import head
    from scamhunt.gather.recognise import recognised

    crawlers = bundle.crawlers(knobs.overlay)
    found = recognised(head(file, knobs), crawlers, knobs.phone_columns)
    if found is None:
        raise UserError(f"{file}: nothing in it tells which feed it belongs to; name one: --feed phone_reports")
    output.tell(f"taken for a file of {found}, by its content; --feed says otherwise")
    return found


def _show(file: Path, feed: str, knobs: "Settings", *, yes: bool) -> None:
    """Tell what the file would be read as. What is wrong with it ends here, unless it is to be taken in anyway."""
    from scamhunt import bundle
    from scamhunt.gather.preview import preview

    known.require_feeds(knobs, [feed])
    try:
        _tell(file, preview(file, bundle.crawlers(knobs.overlay)[feed], knobs))
    except OutsideError as problem:
        if not yes:
            raise
        output.tell(f"{file}: no preview: {problem}")


def _tell(file: Path, found: "Preview") -> None:
    bad = found.rejected.total()
    output.tell(f"{file}: {found.schema or 'empty'}, {output.count(found.rows, 'row')}, {bad:,} that cannot be used")
    names = [output.shorten(one.column, SHOWN) for one in found.columns]
    width = max(map(len, names), default=0)
    for name, one in zip(names, found.columns, strict=True):
        output.tell(f"  {name:{width}}  {one.taken_for}: {one.why}")
    for row in found.first:
        output.tell(f"  {row}")
    for reason, count in found.rejected.most_common(REASONS):
        output.tell(f"  {count:,} x {reason}")
    for notice in found.notices:
        output.tell(f"  {notice}")


def _ask(file: Path, feed: str) -> None:
    """Ask on a terminal. Raises `UserError` where nobody can answer, and ends the command at a no."""
    if not output.terminal(sys.stdin):
        raise UserError(f"{file}: look at what is said above and add --yes; nothing was taken in")
    if not typer.confirm(f"Take it in as {feed}?", err=True):
        output.tell("nothing was taken in")
        raise typer.Exit
