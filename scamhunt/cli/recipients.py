"""`scamhunt recipients`: desks that take reports, who can act on a case, and what the team confirmed."""

from typing import Annotated

import typer

from scamhunt.cli import asking, listing, output
from scamhunt.cli.options import As, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat

COLUMNS = ("name", "kind", "channel", "address", "source", "verified_on", "how", "confirmed")
LAYOUT = listing.Layout(whole=("name", "kind", "channel"), few=("name", "kind"), spare=("how",))
OF_CASE = ("order", "kind", "name", "channel", "address", "source", "verified_on", "how", "confirmed", "yours")
OF_CASE_LAYOUT = listing.Layout(whole=("order", "kind", "name"), few=("order", "kind", "name"))
FAULTS = ("name", "why")
FAULTS_LAYOUT = listing.Layout(whole=("name", "why"), few=FAULTS)
app = typer.Typer(help="Desks that take reports, and who can act.", rich_markup_mode=None, no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="As `recipients list` shows it.")]


@app.command("list")
def show_all(
    *,
    kind: Annotated[str, typer.Option(metavar="KIND", help="Only of this kind: registrar, host, carrier, ...")] = "",
    case: Annotated[
        str, typer.Option(metavar="ID|INDICATOR", help="Who can act on this candidate, in their order.")
    ] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List the desks, or who can act on a candidate."""
    from scamhunt import desk, desk_recipients, settings

    knobs = settings.load()
    said = list[str]()
    if not case and not desk.has_store(knobs):
        rows = desk_recipients.shown(None, knobs, kind=kind)
    else:
        with desk.open_store(knobs) as store:
            if case:
                asking.reader(store, knobs, acting_as, stdin=password_stdin)
                rows, said = desk_recipients.of_case(store, knobs, case, kind=kind)
            else:
                rows = desk_recipients.shown(store, knobs, kind=kind)
    columns, layout = (OF_CASE, OF_CASE_LAYOUT) if case else (COLUMNS, LAYOUT)
    listing.print_rows([output.plain(row) for row in rows], columns, form, layout)
    for sentence in said:
        output.tell(sentence)


@app.command("show")
def show(name: Name, *, form: OneFormat = ThingFormat.TABLE) -> None:
    """Show one desk, and who confirmed it."""
    from scamhunt import desk, desk_recipients, settings

    knobs = settings.load()
    listed = desk_recipients.desk_of(knobs, name)
    view = None
    if desk.has_store(knobs):
        with desk.open_store(knobs) as store:
            view = desk_recipients.confirmation(store, name)
    confirmed = {name: view} if view else {}
    thing = output.plain(listed) | {
        "confirmed": view.at if view else None,
        "confirmed_by": view.actor if view else "",
        "note": view.note if view else "",
        "lacks": desk_recipients.unconfirmed(listed, confirmed, knobs.now()),
    }
    output.print_thing(thing, form)


@app.command("check")
def check(*, form: ListFormat = Format.TABLE) -> None:
    """List desks that nobody confirmed lately, and old sources."""
    from scamhunt import desk, desk_recipients, settings

    knobs = settings.load()
    if desk.has_store(knobs):
        with desk.open_store(knobs) as store:
            rows = desk_recipients.check(store, knobs)
    else:
        rows = desk_recipients.check(None, knobs)
    if rows or form is not Format.TABLE:
        listing.print_rows(rows, FAULTS, form, FAULTS_LAYOUT)
    if not rows:
        output.tell("every desk is confirmed and its source is not old")


@app.command("confirm")
def confirm(
    name: Name,
    *,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What you looked at.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Say that you read a desk's source and it is right."""
    from scamhunt import desk, desk_recipients, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        view = desk_recipients.confirm(store, knobs, actor, name, note)
    output.print_thing(output.plain(view), form)
