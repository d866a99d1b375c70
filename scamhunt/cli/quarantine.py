"""`scamhunt quarantine`: the rows that could not be used."""

from typing import Annotated

import typer

from scamhunt.cli import asking, known, listing, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat

COLUMNS = ("id", "feed", "line", "reason", "raw")
LAYOUT = listing.Layout(whole=("id", "feed", "line"), few=("id", "line", "reason"))
app = typer.Typer(help="Rows of feeds that could not be used.", rich_markup_mode=None, no_args_is_help=True)


@app.command("list")
def show_all(
    *,
    feed: Annotated[str, typer.Option(metavar="NAME", help="Only of this feed.")] = "",
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List the rows, the newest first: where they stood, why they were refused, and what they were."""
    from scamhunt import desk, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        rows = desk.quarantine(store, feed=feed or None, limit=limit + 1)
    empty = f"no row in quarantine fits{known.feed(knobs, feed)}" if not rows else ""
    listing.print_page([output.plain(row) for row in rows], COLUMNS, form, LAYOUT, limit=limit, empty=empty)


@app.command("show")
def show(
    row: Annotated[int, typer.Argument(metavar="ID", help="As `quarantine list` shows it.")],
    *,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show one row whole."""
    from scamhunt import desk, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk.quarantined(store, row)
    output.print_thing(output.plain(found), form)
