"""`scamhunt evidence`: what was kept of each look, whether it still holds, and copies to hand on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, listing, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.errors import OutsideError, UserError

if TYPE_CHECKING:
    from scamhunt.desk_evidence import Verified

COLUMNS = ("id", "sha256", "media_type", "size", "acquired_at", "url", "vantage")
LAYOUT = listing.Layout(whole=("id", "sha256"), few=("id", "sha256"), spare=("vantage",))
FAULTS = ("sha256", "why", "look", "url")
FAULTS_LAYOUT = listing.Layout(whole=("sha256", "why"), few=("sha256", "why"))
EMPTY = "no evidence fits; scamhunt investigate keeps some of whatever it looks at"
app = typer.Typer(
    help="What was kept of each look: list it, verify it, hand it on.", rich_markup_mode=None, no_args_is_help=True
)


@app.command("list")
def show_all(  # noqa: PLR0913  # each is a filter of the command
    *,
    candidate: Annotated[str, typer.Option(metavar="ID|INDICATOR", help="Only of this candidate.")] = "",
    look: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only of this look.")] = None,
    media_type: Annotated[str, typer.Option(metavar="TYPE", help="Only of this type, as in image/png.")] = "",
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List what was kept, the newest look first."""
    from scamhunt import desk, desk_evidence, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_evidence.items(store, candidate=candidate, look=look, media_type=media_type, limit=limit + 1)
    rows = [output.plain(item) for item in found]
    listing.print_page(rows, COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


@app.command("show")
def show(
    key: Annotated[str, typer.Argument(metavar="SHA256|ID", help="As in `evidence list`; its beginning will do.")],
    *,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show one item: how it came, where it lies, whether it holds, and who did what to it."""
    from scamhunt import desk, desk_evidence, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_evidence.show(store, key)
    thing = output.plain(found.item) | {
        "file": found.file,
        "holds": found.holds or "yes",
        "also": [one.look_id for one in found.also],
        "custody": found.custody,
    }
    if form is ThingFormat.TABLE:
        acts = [f"{one.at:%Y-%m-%d %H:%M}  {one.actor}: {one.act}  {one.reason}" for one in found.custody]
        thing |= {"custody": acts, "also": [f"look {number}" for number in thing["also"]]}
    output.print_thing(thing, form)
    if found.holds:
        raise typer.Exit(OutsideError.exit_code)


@app.command("verify")
def verify(*, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE) -> None:
    """Verify all of it: files, rows, manifests and the log. What changed is named by its sha256; exit code 3.

    That somebody verified, and what he found, is noted in the log.
    """
    from scamhunt import desk, desk_evidence, settings
    from scamhunt.cli.progress import Progress

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        with Progress() as progress:
            done = desk_evidence.verify(store, actor, progress)
        output.tell_roles(store, knobs, actor)
    _tell(done, form)
    if not done.holds:
        raise typer.Exit(OutsideError.exit_code)


@app.command("export")
def export(  # noqa: PLR0913  # each is an option of the command
    key: Annotated[str, typer.Argument(metavar="[CANDIDATE]", help="All looks at it; or name one with --look.")] = "",
    *,
    look: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only this look.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new folder.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Who gets it and what for; kept in the log.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
) -> None:
    """Copy looks into a folder to hand on: items, manifest, custody, and SHA256SUMS for sha256sum -c."""
    from scamhunt import desk, desk_evidence, settings

    if bool(key) == (look is not None):
        raise UserError("give a candidate, or one look with --look N; see: scamhunt evidence list")
    knobs = settings.load()
    with desk.open_store(knobs) as store:
        who = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        done = desk_evidence.export(store, who, candidate=key, look=look, out=out, reason=reason)
        output.tell_roles(store, knobs, who)
    for one in done:
        what = output.clean(f"look {one.look} at {one.subject}: {output.count(one.files, 'file')} in {one.folder}")
        output.write(f"{what}\n")


def _tell(done: "Verified", form: ThingFormat) -> None:
    checked = done.checked
    if form is ThingFormat.JSON:
        output.print_thing(output.plain(checked) | {"log": done.log, "holds": done.holds}, form)
    elif checked.faults:
        listing.print_rows([output.plain(fault) for fault in checked.faults], FAULTS, Format.TABLE, FAULTS_LAYOUT)
    for line in filter(None, [done.log, _unclaimed(checked.unclaimed)]):
        output.tell(line)
    counted = f"{output.count(checked.files, 'file')} of {output.count(checked.looks, 'look')}"
    if done.holds:
        output.tell(f"{counted}: all hold")
    elif checked.faults:
        bad = output.count(len(checked.bad), "item")
        told = f"{bad} changed, open to others or gone" if checked.bad else "not kept as it was"
        output.tell(f"{counted}: {told}; keep what is there and look into it, then restore a backup")


def _unclaimed(files: int) -> str:
    return f"{output.count(files, 'file')} that nobody claims, from a run that was stopped" if files else ""
