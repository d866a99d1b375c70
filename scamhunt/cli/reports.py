"""`scamhunt reports`: abuse reports, from the draft to the proof that it was taken."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scamhunt.cli import asking, listing, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.errors import NotAllowedNow, OutsideError, UserError

if TYPE_CHECKING:
    from scamhunt.desk_reports import Report

COLUMNS = ("id", "indicator", "state", "type", "kind", "recipient", "missing", "warnings", "note")
LAYOUT = listing.Layout(
    whole=("id", "indicator", "state", "type", "recipient"),
    few=("id", "indicator", "state", "type"),
    spare=("note", "kind"),
)
EMPTY = "no report was drafted yet"
app = typer.Typer(help="Abuse reports: draft, approve, send.", rich_markup_mode=None, no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="As `reports list` shows it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is logged.")]


@app.command("draft")
def draft(  # noqa: PLR0913  # each is an option of the command
    key: Annotated[str, typer.Argument(metavar="ID|INDICATOR", help="A confirmed candidate.")],
    *,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="registrar, host, carrier, ...; else what fits the target.")
    ] = "",
    recipient_kind: Annotated[str, typer.Option(metavar="KIND", help="Who the address of --to belongs to.")] = "",
    abuse: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="phishing, impersonation, ...; else what fits.")
    ] = "",
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="A contact that you vouch for.")] = "",
    observed: Annotated[str, typer.Option(metavar="TEXT", help="What you saw there, in your words.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Show the text; store nothing.")] = False,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Write a report on a confirmed candidate for one recipient.

    Whom it goes to comes from what was found and from the list of desks: `recipients list --case ID` shows all who can
    act. It says what is still missing and what the approver will be asked. Nothing is sent.
    """
    from scamhunt import desk, desk_reports, settings

    if kind and recipient_kind and kind != recipient_kind:
        raise UserError("--kind and --recipient-kind name two recipients; a report has one: leave one of them out")
    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        report = desk_reports.draft_report(
            store,
            knobs,
            actor,
            key,
            kind=kind or recipient_kind,
            purpose=abuse,
            to=to,
            observed=observed,
            preview=preview,
        )
        output.tell_roles(store, knobs, actor)
    print_report(report, form)


@app.command("list")
def show_all(
    *,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List the reports and what they still lack."""
    from scamhunt import desk, desk_reports, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        reports = desk_reports.reports(store, knobs, limit=limit + 1)
    listing.print_page([output.plain(report) for report in reports], COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


@app.command("show")
def show(
    report: Number, *, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE
) -> None:
    """Show one report: as it reads now, or as it was frozen."""
    from scamhunt import desk, desk_reports, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_reports.report(store, knobs, report)
    print_report(found, form)


@app.command("edit")
def edit(
    report: Number,
    *,
    changes: Annotated[
        list[str], typer.Option("--set", metavar="FIELD=VALUE", help="A field and what it is; may be repeated.")
    ],
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Fill in or change a field; an approval is then void.

    Every report has the fields `note` and `observed`; reports on numbers have more. An unknown field is told with those
    that there are.
    """
    from scamhunt import desk, desk_reports, settings

    pairs = dict(_pair(change) for change in changes)
    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_reports.edit(store, knobs, actor, report, pairs)
        output.tell_roles(store, knobs, actor)
    print_report(found, form, brief=True)


@app.command("review")
def review(
    report: Number, *, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE
) -> None:
    """Freeze the bytes for a second person to look at."""
    from scamhunt import desk, desk_approval, desk_reports, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        desk_approval.review(store, knobs, actor, report)
        found = desk_reports.report(store, knobs, report)
        output.tell_roles(store, knobs, actor)
    print_report(found, form, brief=True)


@app.command("approve")
def approve(  # noqa: PLR0913  # each is an option of the command
    report: Number,
    *,
    sha256: Annotated[
        str, typer.Option(metavar="HASH", help="Of the bytes that you looked at; else those of now.")
    ] = "",
    accept: Annotated[
        list[str] | None, typer.Option(metavar="WARNING", help="A warning that you accept; else all that there are.")
    ] = None,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Say yes to the exact bytes of somebody else's report.

    On a terminal it shows what a wrong takedown would hit and the whole report, and asks for each warning. The yes
    holds for these bytes and this recipient, for a day, and not for what is edited later.
    """
    from scamhunt import desk, desk_approval, desk_reports, settings
    from scamhunt.access import Permission

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        store.require(actor, Permission.APPROVE)
        if not sha256:  # what is shown is what is approved
            desk_approval.freeze(store, knobs, actor, report)
        seen = desk_reports.report(store, knobs, report)
        _tell_blast(seen)
        if accept is None and sys.stdin.isatty() and sys.stdout.isatty():
            accept = _asked(seen)
        done = desk_approval.approve(store, knobs, actor, report, sha256=sha256 or seen.sha256, accepted=accept)
        found = desk_reports.report(store, knobs, report)
        output.tell_roles(store, knobs, actor)
    for field in done.accepted:
        output.tell(f"accepted: {field}")
    if not done.approval.counts:
        output.tell("single operator: this was your first look; approve it again after 24 hours")
    print_report(found, form, brief=True)


@app.command("send")
def send(  # noqa: PLR0913  # each is an option of the command
    report: Number,
    *,
    now: Annotated[bool, typer.Option("--now", help="At once, without time to take it back.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Take a queued one back.")] = False,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Send what was approved, once.

    It is queued and goes out some minutes later, by `scamhunt schedule` or the next sweep. While sending is off, and
    for forms, portals and APIs, it is written to a file for you to hand in; then record what became of it.
    """
    from scamhunt import desk, desk_reports, desk_sending, settings
    from scamhunt.model import ReportState

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        if cancel:
            done = desk_sending.unqueue(store, actor, report)
        else:
            done = desk_sending.send(store, knobs, actor, report, now=now)
        found = desk_reports.report(store, knobs, report)
        file = desk_sending.handed_file(store, done) if done.handed_at else None
        output.tell_roles(store, knobs, actor)
    output.tell(_became(found, str(file or "")))
    print_report(found, form, brief=True)
    if done.state in {ReportState.FAILED, ReportState.UNKNOWN}:
        raise typer.Exit(OutsideError.exit_code)


@app.command("withdraw")
def withdraw(
    report: Number,
    *,
    reason: Reason,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Take a report back; of one that is out, draft a withdrawal.

    A withdrawal goes to whoever got the report, and is approved and sent as any report.
    """
    from scamhunt import desk, desk_follow, desk_reports, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        view = desk_follow.withdraw(store, knobs, actor, report, reason)
        found = desk_reports.report(store, knobs, view.id)
        output.tell_roles(store, knobs, actor)
    print_report(found, form, brief=True)


@app.command("override")
def override(
    target: Annotated[str, typer.Argument(metavar="INDICATOR", help="A protected name or number.")],
    *,
    reason: Reason,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Let a protected target through: two people, 30 days.

    An analyst asks, and an approver grants with the same command. Each report on it then says so to its approver.
    """
    from scamhunt import desk, desk_sending, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_sending.let_through(store, knobs, actor, target, reason)
        output.tell_roles(store, knobs, actor)
    granted = f"let through until {found.until:%Y-%m-%d}" if found.until else "asked; an approver grants it"
    output.tell(f"{found.target}: {granted}")
    output.print_thing(output.plain(found), form)


BRIEF = (
    "id",
    "indicator",
    "state",
    "kind",
    "type",
    "recipient",
    "missing",
    "sha256",
    "message_id",
    "due_at",
    "sent_at",
    "answer",
)
"""What is told of a report in a table once its text was read; the rest: `reports show`."""


def print_report(report: "Report", form: ThingFormat, *, brief: bool = False) -> None:
    """Print a report; as a table only what matters now, and who said yes in words."""
    told = output.plain(report)
    if form is ThingFormat.TABLE:
        told["approvals"] = [
            f"{one.approver} ({one.proof}) until {one.until:%Y-%m-%d %H:%M} UTC"
            for one in report.approvals
            if one.counts
        ]
        told["times"] = [f"{name} {at:%Y-%m-%d %H:%M}" for name, at in report.times.items() if at]
        told["replies"] = [_reply(one) for one in report.replies]
        told = {
            name: value for name, value in told.items() if not brief or name in {*BRIEF, "approvals", "ticket", "file"}
        }
    output.print_thing(told, form)


def _reply(one: Any) -> str:  # noqa: ANN401  # an answer as the store has it, which the shell may not name
    """Return an answer in a line."""
    suggests = f", suggests {one.suggests.replace('_', ' ')}" if one.suggests else ""
    return f"{one.id} of {one.read_at:%Y-%m-%d}, from {one.sender_domain or 'nobody known'}: {one.kind}{suggests}"


def _pair(change: str) -> tuple[str, str]:
    name, equals, value = change.partition("=")
    if not equals or not name.strip():
        raise UserError(f"--set {change[:60]!a} is not of the form FIELD=VALUE")
    return name.strip(), value.strip()


def _tell_blast(report: "Report") -> None:
    for line in report.blast:
        output.tell(f"if this is wrong: {line}")


def _asked(report: "Report") -> list[str]:
    """Show the report and return the warnings that the person ticks, one by one. Raises `NotAllowedNow` for a no."""
    output.write(f"To: {output.clean(report.address)}\nSubject: {output.clean(report.subject)}\n\n")
    output.write("".join(f"{output.clean(line)}\n" for line in report.text.splitlines()))
    output.flush()
    accepted = [tick.field for tick in report.ticks if typer.confirm(f"{tick.text}. Accept?", err=True)]
    if not typer.confirm("Do you approve exactly this?", err=True):
        raise NotAllowedNow("not approved")
    return accepted


def _became(report: "Report", file: str) -> str:
    """Return in a line what became of a report that was to be sent."""
    by_state: dict[str, Any] = {
        "sent": f"sent to {report.recipient}: {report.answer}",
        "queued": f"queued: it goes out at {report.due_at:%H:%M} UTC; take it back with --cancel"
        if report.due_at
        else "",
        "failed": f"not sent, nothing was delivered: {report.answer}; send it again when that is mended",
        "unknown": f"unknown: it may have been taken: {report.answer}; it is not sent again by itself",
        "approved": f"written to {file}: hand it in at {report.address}, then record it" if file else "taken back",
    }
    return str(by_state.get(report.state.value, f"it is {report.state.value}"))
