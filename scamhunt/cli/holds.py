"""`scamhunt holds`: targets that are left alone for a while."""

from typing import Annotated

import typer

from scamhunt.cli import asking, listing, options, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat

COLUMNS = ("id", "indicator", "kind", "owner", "begun_at", "until", "ended_at", "finding", "reason")
LAYOUT = listing.Layout(
    whole=("id", "indicator", "kind", "until"), few=("id", "indicator", "until"), spare=("begun_at",)
)
EMPTY = "nothing is held"
app = typer.Typer(help="Holds: targets left alone for a while.", rich_markup_mode=None, no_args_is_help=True)

Hold = Annotated[int, typer.Argument(metavar="ID", help="As `holds list` shows it.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is logged.")]
Until = Annotated[str, typer.Option(metavar="WHEN", help="Until when, 30 days at most: 14d, 36h or 2026-01-31.")]


@app.command("list")
def show_all(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List what is held, by whom, and until when."""
    from scamhunt import desk, desk_holds, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_holds.listed(store, everything=everything, limit=limit + 1)
    listing.print_page([output.plain(one) for one in found], COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


@app.command("add")
def add(  # noqa: PLR0913  # each is an option of the command
    key: Annotated[str, typer.Argument(metavar="ID|INDICATOR", help="A candidate.")],
    *,
    kind: Annotated[str, typer.Option(metavar="KIND", help="law_enforcement or other.")] = "law_enforcement",
    until: Until = "30d",
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Leave a target alone: nothing is drafted or sent on it.

    For an agency that asks to leave it up for now. It ends by itself; withdrawals and closures still go out.
    """
    from scamhunt import desk, desk_holds, settings

    knobs = settings.load()
    moment = options.until(until, knobs.now())
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        begun = desk_holds.hold(store, actor, key, desk_holds.kind_of(kind), until=moment, reason=reason)
        found = desk_holds.shown(store, begun)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(found), form)


@app.command("renew")
def renew(  # noqa: PLR0913  # each is an option of the command
    hold: Hold,
    *,
    until: Until = "30d",
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Let a hold last longer; you are its owner then."""
    from scamhunt import desk, desk_holds, settings

    knobs = settings.load()
    moment = options.until(until, knobs.now())
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_holds.shown(store, desk_holds.renew(store, actor, hold, moment, reason))
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(found), form)


@app.command("answer")
def answer(
    hold: Hold,
    *,
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Note that whoever disputes a report was answered."""
    from scamhunt import desk, desk_holds, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_holds.shown(store, desk_holds.answer(store, actor, hold, reason))
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(found), form)


@app.command("end")
def end(  # noqa: PLR0913  # each is an option of the command
    hold: Hold,
    *,
    found: Annotated[str, typer.Option(metavar="FINDING", help="Of a dispute: was the report wrong, or right?")] = "",
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """End a hold; of a dispute say what you found.

    Wrong: the reports are taken back, and the withdrawals wait for approval. Right: the reports go on where they were.
    """
    from scamhunt import desk, desk_holds, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        ended = desk_holds.end(store, actor, hold, reason, found, alone=knobs.single_operator)
        left, shown = desk_holds.left_to_do(store, ended), desk_holds.shown(store, ended)
        output.tell_roles(store, knobs, actor)
    for line in left:
        output.tell(line)
    output.print_thing(output.plain(shown), form)
