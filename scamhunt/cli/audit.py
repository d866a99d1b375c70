"""`scamhunt audit`: whether the log is what was written, and a copy that an outsider verifies without us."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import output
from scamhunt.cli.options import As, OneFormat, PasswordStdin
from scamhunt.cli.output import ThingFormat
from scamhunt.errors import NotFound, OutsideError, UserError

if TYPE_CHECKING:
    from scamhunt.desk_audit import Audited, Kept, Noted

app = typer.Typer(
    help="The log: verify it, hand it on to be verified elsewhere.", rich_markup_mode=None, no_args_is_help=True
)


class ExportFormat(StrEnum):
    """How rows of the log are written."""

    JSONL = "jsonl"


@app.command("verify")
def verify(  # noqa: PLR0913  # each is an option of the command
    *,
    head: Annotated[str, typer.Option(metavar="SEQ:HASH", help="The end of the log as it was noted elsewhere.")] = "",
    head_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Heads noted elsewhere, one at the end of each line.")
    ] = None,
    key: Annotated[
        str, typer.Option(metavar="KEY", help="Who has to have signed these: a key or its fingerprint (SHA256:...).")
    ] = "",
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Verify this export instead; needs no database.")
    ] = None,
    log_only: Annotated[bool, typer.Option("--log-only", help="Leave out to compare the tables with it.")] = False,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Walk the log, row by row, and verify it.

    A row that was edited, deleted, inserted or exchanged is named with its number; exit code 3. A log
    that was cut off or written anew as a whole is found by a head that was noted elsewhere. The tables are compared
    with the log too.
    """
    from scamhunt import desk_audit

    noted, kept = [desk_audit.read_head(head)] if head else [], None
    if key and not head_file:
        raise UserError("--key is about the signatures of --head-file: name the file too")
    if head_file:
        kept = desk_audit.read_heads(head_file, key)
        noted += kept.heads
    if export:
        found = desk_audit.verify_export(export, noted)
    else:
        found = _verified(noted, acting_as, log_only=log_only, password_stdin=password_stdin)
    _tell(found, kept, form)
    if kept and kept.keys and not key and form is ThingFormat.TABLE:
        output.tell(f"signed by {', '.join(kept.keys)}: compare it with what you know, or give --key")
    if not found.holds:
        raise typer.Exit(OutsideError.exit_code)


@app.command("export")
def export(
    *,
    since: Annotated[int, typer.Option(metavar="SEQ", min=0, help="Only the rows after this one.")] = 0,
    out: Annotated[str, typer.Option(metavar="FILE|-", help="A new file, or - for stdout.")] = "-",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    _form: Annotated[ExportFormat, typer.Option("--format", help="One JSON object a line.")] = ExportFormat.JSONL,
) -> None:
    """Write the rows as they were hashed.

    Whoever gets them verifies them with SHA-256 alone. That they were handed on is logged.
    """
    from scamhunt import desk, desk_audit, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        who = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        if out == "-":
            done = desk_audit.export(store, who, output.write, since=since)
        else:
            done = desk_audit.export_to(store, who, Path(out), since=since)
    output.tell(f"{output.count(done.rows, 'row')}; the head, to be noted elsewhere: {desk_audit.written(done.head)}")


def _verified(noted: "Noted", acting_as: str, *, log_only: bool, password_stdin: bool) -> "Audited":
    from scamhunt import desk, desk_audit, settings

    knobs = settings.load()
    if not desk.has_store(knobs):
        raise NotFound(f"no tables in {desk.where(knobs)} yet, so there is no log")
    with desk.open_store(knobs) as store:
        who = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        return desk_audit.verify(store, who, noted, log_only=log_only)


def _tell(found: "Audited", kept: "Kept | None", form: ThingFormat) -> None:
    from scamhunt import desk_audit

    thing = {
        "rows": found.rows,
        "first": found.first,
        "head": desk_audit.written(found.head) if found.broken is None else "",
        "noted": found.noted,
        "signed": kept.signed if kept else 0,
        "broken": {"row": found.broken.seq, "why": found.broken.why} if found.broken else None,
        "problems": None if found.problems is None else list(found.problems),
        "holds": found.holds,
    }
    if form is ThingFormat.JSON:
        return output.print_thing(thing, form)
    output.write(f"rows  {found.rows}\n")
    if found.first > 1:
        output.tell(f"it begins at row {found.first}: what came before is not in it")
    if found.broken:
        output.write(output.clean(f"row {found.broken.seq}: {found.broken.why}") + "\n")
        return output.tell("the log does not hold; keep what is there and look into it, then restore a backup")
    output.write(f"head  {thing['head']}\n")
    for problem in found.problems or ():
        output.write(output.clean(problem) + "\n")
    if found.problems:
        return output.tell("the log holds, and the tables are not what it says")
    return output.tell(_well(found))


def _well(found: "Audited") -> str:
    if found.noted:
        return f"all hold, and {output.count(found.noted, 'noted head')} too; note this head elsewhere as well"
    return "all hold by themselves; note the head elsewhere: only with it a log that was cut or written anew is found"


@app.command("note")
def note(*, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE) -> None:
    """Verify the log and note its head outside, signed.

    A line goes to SCAMHUNT_AUDIT_FILE and to stdout, one mail a day to SCAMHUNT_AUDIT_MAIL. A log that does not hold
    is never noted: exit code 3.
    """
    from scamhunt import desk, desk_heads, settings

    knobs = settings.load()
    if not desk.has_store(knobs):
        raise NotFound(f"no tables in {desk.where(knobs)} yet, so there is no log")
    with desk.open_store(knobs) as store:
        who = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        done = desk_heads.note(store, knobs, who)
    if form is ThingFormat.JSON:
        output.print_thing(output.plain(done), form)
    elif done.line:
        output.write(f"{done.line}\n")
        output.tell(f"signed by {done.fingerprint}")
    output.tell(output.clean(done.told()))
    if done.exit_code:
        raise typer.Exit(done.exit_code)
