"""`scamhunt refdata`: who holds which numbers, and IANA's lists of who is asked about names."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import listing, output
from scamhunt.cli.options import As, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.cli.progress import Progress
from scamhunt.errors import UserError

if TYPE_CHECKING:
    from scamhunt.investigate.refdata import Imported

COLUMNS = ("kind", "state", "as_of", "as_of_from", "rows", "rejected", "title")
MORE = ("address", "file", "sha256", "duplicate", "imported_at", "imported_by")
LAYOUT = listing.Layout(whole=("kind", "state", "as_of"), few=("kind", "state", "as_of"))
app = typer.Typer(
    help="Tables: who holds which numbers, which registry to ask.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command("list")
def show_all(*, form: ListFormat = Format.TABLE) -> None:
    """List the tables that can be imported: how old each is, and where those are that are missing."""
    from scamhunt import settings
    from scamhunt.investigate import refdata_index, refdata_registries

    home = settings.load().home
    rows = [output.plain(one) for one in (*refdata_index.datasets(home), *refdata_registries.datasets(home))]
    rows = [{"id": row["kind"]} | row for row in rows]
    listing.print_rows(rows, COLUMNS if form is Format.TABLE else (*COLUMNS, *MORE), form, LAYOUT)
    if form is Format.TABLE:
        for row in rows:
            if row["state"] in {"missing", "damaged"}:
                output.tell(f"{row['kind']} is {row['state']}: download it from {row['address']}")


@app.command("import")
def import_one(  # noqa: PLR0913  # each is an option of the command
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As downloaded: plain, gzip or zip.")],
    *,
    kind: Annotated[str, typer.Option(metavar="KIND", help="Take it only if it is this one; see refdata list.")] = "",
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The file's day, where the file does not say.")] = "",
    smaller: Annotated[bool, typer.Option("--smaller", help="Even if it has less than half the rows.")] = False,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Take in a file that you downloaded; its header says what it is. The old one stays until all is read."""
    from scamhunt import desk, desk_numbers, settings
    from scamhunt.investigate import refdata, refdata_registries

    knobs = settings.load()
    day = _day(as_of)
    if not file.exists():
        raise UserError(f"{file}: no such file; give the path of the table that you downloaded")
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))

        def take() -> "Imported":
            if refdata_registries.is_list(file):
                return refdata_registries.import_list(knobs, file, kind=kind, smaller=smaller)
            with Progress() as progress:
                return refdata.import_file(
                    knobs, file, kind=kind, as_of=day, who=actor.name, smaller=smaller, progress=progress
                )

        done = desk_numbers.import_table(store, actor, take)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(done) if form is ThingFormat.JSON else _told(done), form)


def _day(text: str) -> date | None:
    """Return the day that `--as-of` names. Raises `typer.BadParameter`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text[:40]!r} is no day; write 2026-01-31", None, None, "--as-of") from None


def _told(done: "Imported") -> dict[str, object]:
    told: dict[str, object] = {
        "imported": f"{done.title}: {output.count(done.stored, 'row')}",
        "as of": f"{done.as_of} ({done.as_of_from})",
    }
    if done.duplicate:
        told["duplicate"] = output.count(done.duplicate, "row")
    if done.rejected:
        told["rejected"] = [output.count(done.rejected, "row"), *(f"{each}: {n}" for each, n in done.reasons.items())]
        told |= {"kept in": done.rejected_file} if done.rejected_file else {}
    return told
