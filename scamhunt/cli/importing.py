"""`scamhunt feeds import`: a file of the team's, shown before it is taken in."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, output, sweep
from scamhunt.cli.options import As, OneFormat, PasswordStdin
from scamhunt.cli.output import ThingFormat
from scamhunt.errors import OutsideError, UserError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scamhunt.gather.preview import Preview
    from scamhunt.settings import Settings

SHOWN = 60
"""Characters of a name or value."""
COLUMNS = 50
"""Columns of a table that are told."""
REPORTS = "phone_reports"
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
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show what a file would be read as, ask, and take it in.

    Each column is named with what it is taken for; columns that are not needed are dropped before anything is kept.
    """
    from scamhunt import desk, pipeline, settings
    from scamhunt.cli.progress import Progress

    mapped = _mapped(column or ())
    knobs = _told(settings.load(), mapped, region)
    actor = asking.actor(knobs, acting_as, stdin=password_stdin)
    if mapped and feed in {"", REPORTS}:
        _require_columns(file, mapped, knobs)
    feed = feed or _recognised(file, knobs)
    _show(file, feed, knobs, mapped, yes=yes)
    if not yes:
        _ask(file, feed)
    with Progress() as progress:
        done = pipeline.import_file(knobs, str(file), feed, who=actor, progress=progress)
    with desk.open_store(knobs) as store:
        output.tell_roles(store, knobs, actor)
    sweep.tell(done, form)
    raise typer.Exit(done.exit_code)


def _mapped(columns: "Sequence[str]") -> dict[str, str]:
    """Return the columns that the options name, by field."""
    from scamhunt.settings import PHONE_COLUMNS

    mapped = {}
    for one in columns:
        name, equals, column = one.partition("=")
        if not equals or name not in PHONE_COLUMNS or not column.strip():
            hint = did_you_mean(name, PHONE_COLUMNS) if equals else ""
            raise typer.BadParameter(
                f"{output.shorten(one, SHOWN)!r} is not FIELD=COLUMN{hint}; fields are {', '.join(PHONE_COLUMNS)}",
                None,
                None,
                "--column",
            )
        mapped[name] = column.strip()
    return mapped


def _told(knobs: "Settings", mapped: "Mapping[str, str]", region: str) -> "Settings":
    """Return the settings with what the options say of this file."""
    import phonenumbers

    if region and region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        text = f"{region[:10]!a} is no country; write two letters, as in US"
        raise typer.BadParameter(text, None, None, "--region")
    update = {"phone_columns": {**knobs.phone_columns, **mapped}, "region": region.upper() or knobs.region}
    return knobs.model_copy(update=update)


def _require_columns(file: Path, mapped: "Mapping[str, str]", knobs: "Settings") -> None:
    """Raise `UserError` for a column that the options name and the file does not have."""
    from scamhunt.gather.preview import head, options
    from scamhunt.indicators import report_columns
    from scamhunt.indicators.reports import names

    try:
        there = {report_columns.fold(name): name for name in names(head(file, knobs), options(knobs))}
    except OutsideError:  # no table at all: that is said when it is read
        return
    for column in mapped.values():
        if report_columns.fold(column) not in there:
            meant = did_you_mean(column, there.values())
            _tell_columns(file, list(there.values()))
            raise UserError(f"{file}: no column {output.shorten(column, SHOWN)!r}{meant}; name one of those above")


def _recognised(file: Path, knobs: "Settings") -> str:
    """Return the feed whose file it is. Raises `UserError` where nothing tells."""
    from scamhunt import bundle
    from scamhunt.gather.preview import head, options
    from scamhunt.gather.recognise import recognised

    crawlers = bundle.crawlers(knobs.overlay)
    found = recognised(head(file, knobs), crawlers, options(knobs))
    if found is None:
        raise UserError(f"{file}: nothing in it tells which feed it belongs to; name one: --feed phone_reports")
    output.tell(f"taken for a file of {found}, by its content; --feed says otherwise")
    return found


def _show(file: Path, feed: str, knobs: "Settings", mapped: "Mapping[str, str]", *, yes: bool) -> None:
    """Tell what the file would be read as.

    What is wrong with the file ends here, unless it is to be taken in anyway. Raises `UserError` for a table whose
    columns are not clear and for a feed that has no files.
    """
    from scamhunt.gather.preview import head, options, preview
    from scamhunt.gather.sources import handed_in
    from scamhunt.indicators.report_columns import ColumnsUnclear
    from scamhunt.indicators.reports import names

    crawler = handed_in(knobs, feed, str(file)).crawler
    try:
        _tell(file, preview(file, crawler, knobs), mapped)
    except ColumnsUnclear as problem:
        _tell_columns(file, names(head(file, knobs), options(knobs)))
        raise UserError(f"{file}: {_by_option(str(problem))}") from None
    except OutsideError as problem:
        if not yes:
            raise
        output.tell(f"{file}: no preview: {problem}")


def _tell_columns(file: Path, names: "Sequence[str]") -> None:
    """Tell the columns as they are written: whoever named them knows them again."""
    output.tell(f"{file}: {output.count(len(names), 'column')}")
    for name in names[:COLUMNS]:
        output.tell(f"  {output.shorten(name, SHOWN)}")
    if len(names) > COLUMNS:
        output.tell(f"  and {len(names) - COLUMNS} more")


def _by_option(text: str) -> str:
    """Return a message with the option of this command in place of the setting."""
    from scamhunt.indicators import report_columns

    words = {f"{report_columns.SETTING}=": "--column ", "set SCAMHUNT_REGION to the": "add --region CC, the"}
    for setting, option in words.items():
        text = text.replace(setting, option)
    return text


def _tell(file: Path, found: "Preview", mapped: "Mapping[str, str]") -> None:
    from scamhunt.indicators import report_columns

    bad = found.rejected.total()
    output.tell(f"{file}: {found.schema or 'empty'}, {output.count(found.rows, 'row')}, {bad:,} that cannot be used")
    names = [output.shorten(one.column, SHOWN) for one in found.columns]
    width = max(map(len, names), default=0)
    for name, one in zip(names, found.columns, strict=True):
        why = "named by --column" if one.why == report_columns.MAPPED and one.taken_for in mapped else one.why
        output.tell(f"  {name:{width}}  {one.taken_for}: {why}")
    for row in found.first:
        output.tell(f"  {row}")
    for reason, count in found.rejected.most_common(REASONS):
        output.tell(f"  {count:,} x {_by_option(reason)}")
    for notice in found.notices:
        output.tell(f"  {notice}")


def _ask(file: Path, feed: str) -> None:
    """Ask on a terminal. Raises `UserError` where nobody can answer, and ends the command at a no."""
    if not output.terminal(sys.stdin):
        raise UserError(f"{file}: look at what is said above and add --yes; nothing was taken in")
    if not typer.confirm(f"Take it in as {feed}?", err=True):
        output.tell("nothing was taken in")
        raise typer.Exit
