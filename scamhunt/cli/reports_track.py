"""`scamhunt reports record|due|escalate|dispute|dispute-form`: reports that are out."""

from typing import Annotated

import typer

from scamhunt.cli import asking, due_shown, listing, options, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.cli.reports import Number, Reason, app, print_report

__all__ = ["app"]
DUE = ("id", "what", "due_at", "report", "indicator", "recipient", "why", "do")
DUE_LAYOUT = listing.Layout(whole=("what", "due_at", "do"), few=("what", "do"), spare=("id", "report", "recipient"))
NOTHING = "nothing is due"


@app.command("record")
def record(  # noqa: PLR0913  # each is an option of the command
    report: Number,
    *,
    state: Annotated[
        str,
        typer.Option(metavar="STATE", help="acknowledged, forwarded, actioned, declined, no_answer, sent or failed."),
    ] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="How you know; it is logged.")] = "",
    ticket: Annotated[str, typer.Option(metavar="TEXT", help="The recipient's ticket number.")] = "",
    at: Annotated[str, typer.Option(metavar="WHEN", help="When it came, if not now: 3h, 2026-01-31T08:00.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Record what came by phone, portal or mail.

    It is the recipient's word: `actioned` takes nothing down, and `verified_down` is never typed: looks of ours say it.
    """
    from scamhunt import desk, desk_track, settings

    knobs = settings.load()
    moment = options.since(at, knobs.now())
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_track.record(store, knobs, actor, report, state=state, note=note, ticket=ticket, at=moment)
        output.tell_roles(store, knobs, actor)
    print_report(found, form, brief=True)


@app.command("due")
def due(
    *,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List what has to be done today, and why."""
    from scamhunt import desk, desk_due, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        works = desk_due.works(store, knobs)
    if form is Format.TABLE and works:
        due_shown.show(works[:limit], knobs.now())
        if len(works) > limit:
            output.tell(f"{limit:,} of {len(works):,} shown; more with --limit")
        return
    listing.print_page([output.plain(one) for one in works], DUE, form, DUE_LAYOUT, limit=limit, empty=NOTHING)


@app.command("escalate")
def escalate(  # noqa: PLR0913  # each is an option of the command
    report: Number,
    *,
    step: Annotated[str, typer.Option(metavar="NAME", help="A step of its ladder; else what is due, or next.")] = "",
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="A contact that you vouch for, if nobody is known.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Draft the next step of a report's ladder.

    A reminder to the same desk, or a report to the next one that can act, with the proof of what was reported before.
    """
    from scamhunt import desk, desk_track, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_track.escalate(store, knobs, actor, report, step=step, to=to)
        output.tell_roles(store, knobs, actor)
    print_report(found, form)


@app.command("dispute")
def dispute(
    report: Number,
    *,
    reason: Reason,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Somebody says that a report is wrong: hold everything.

    All reports on the target are held at once, and what is not out yet on those linked with it. Withdrawals to whoever
    was asked are drafted. Decide it with `holds end`.
    """
    from scamhunt import desk, desk_holds, desk_reports, settings, track

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        done = desk_holds.dispute(store, knobs, actor, report, reason)
        followed = track.follow(store, knobs)
        found = desk_reports.report(store, knobs, report)
        output.tell_roles(store, knobs, actor)
    linked = output.count(len(done.related), "linked target")
    output.tell(f"hold {done.hold.id}: {output.count(len(done.held), 'report')} held, {linked} held too")
    for one in done.handed:
        output.tell(
            f"report {one.id} was handed out as a file: stop it, and say what became of it: reports record {one.id}"
        )
    for purpose, number in followed.drafted.items():
        output.tell(f"drafted: {output.count(number, purpose)}, to be approved and sent as any report")
    for problem in followed.problems:
        output.tell(problem)
    output.tell(f"decide it: scamhunt holds end {done.hold.id} --found wrong|right --reason TEXT")
    print_report(found, form, brief=True)
    if followed.exit_code:
        raise typer.Exit(followed.exit_code)


@app.command("dispute-form")
def dispute_form() -> None:
    """Print a text for outsiders: how to dispute a report."""
    from scamhunt import settings
    from scamhunt.takedown import dispute

    knobs = settings.load()
    output.write(dispute.form(knobs.reporter_org, knobs.dispute_address or knobs.reporter_email))
    output.flush()
