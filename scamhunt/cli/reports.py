"""`scamhunt reports`: abuse reports, as drafts. Nothing here sends anything."""

from typing import Annotated

import typer

from scamhunt.cli import listing, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.errors import UserError

COLUMNS = ("id", "state", "kind", "recipient", "missing", "warnings", "note")
LAYOUT = listing.Layout(whole=("id", "state", "kind", "recipient"), few=("id", "state", "kind"), spare=("note",))
EMPTY = "no report was drafted yet"
app = typer.Typer(help="Abuse reports, as drafts for you to read.", rich_markup_mode=None, no_args_is_help=True)


@app.command("draft")
def draft(  # noqa: PLR0913  # each is an option of the command
    key: Annotated[str, typer.Argument(metavar="ID|INDICATOR", help="A confirmed candidate.")],
    *,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="registrar, carrier or traceback; else what fits the target.")
    ] = "",
    recipient_kind: Annotated[str, typer.Option(metavar="KIND", help="Who the address of --to belongs to.")] = "",
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="The abuse contact, if you know it.")] = "",
    observed: Annotated[str, typer.Option(metavar="TEXT", help="What you saw there, in your words.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Show the text; store nothing.")] = False,
    acting_as: As = "",
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Write a report on a confirmed candidate: as text, and as an .eml in the state folder.

    A name is reported to its registrar. A number that people were told to call, or that sent them messages, is reported
    to its carrier; of one that only their display showed a call may be traced. It lists what is still missing. Nothing
    is sent.
    """
    from scamhunt import desk, desk_reports, settings

    if kind and recipient_kind and kind != recipient_kind:
        raise UserError("--kind and --recipient-kind name two recipients; a report has one: leave one of them out")
    to_whom = kind or recipient_kind
    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(knobs, acting_as)
        report = desk_reports.draft_report(
            store, knobs, actor, key, kind=to_whom, to=to, observed=observed, preview=preview
        )
    output.tell_roles(actor)
    output.print_thing(output.plain(report), form)


@app.command("list")
def show_all(*, limit: Limit = 50, form: ListFormat = Format.TABLE) -> None:
    """List the reports and what they still lack."""
    from scamhunt import desk, desk_reports, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        reports = desk_reports.reports(store, knobs, limit=limit + 1)
    listing.print_page([output.plain(report) for report in reports], COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


@app.command("show")
def show(
    report: Annotated[int, typer.Argument(metavar="ID", help="As `reports list` shows it.")],
    *,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show one report as it would be written now."""
    from scamhunt import desk, desk_reports, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        found = desk_reports.report(store, knobs, report)
    output.print_thing(output.plain(found), form)
