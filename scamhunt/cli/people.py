"""`scamhunt people`: who is on the team, and what each is there for."""

from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, listing, output
from scamhunt.cli.options import As, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.errors import UserError
from scamhunt.model import PersonRole

if TYPE_CHECKING:
    from scamhunt.access import Person

COLUMNS = ("name", "roles", "password", "added_by", "added_at", "removed_at")
LAYOUT = listing.Layout(whole=("name", "roles"), few=("name", "roles"))
EMPTY = "no people were added: whoever may write the state folder acts with every role"
app = typer.Typer(help="The team: who acts, and in which roles.", rich_markup_mode=None, no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="a-z, 0-9, dot, underscore, hyphen; as the system has it.")]


@app.command("add")
def add(
    name: Name,
    *,
    role: Annotated[list[PersonRole], typer.Option("--role", help="What for; may be repeated.")],
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Add a person, or give one other roles or another password.

    The first one has to be an admin, and from then on only people of the team act. With --password-stdin each line is a
    password: yours first, where you act as somebody else than your system's user, then that of NAME.
    """
    from scamhunt import desk, desk_people, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        password = asking.new_password(name, stdin=password_stdin)
        if password_stdin and not password and actor.proof != "password":
            raise UserError(f"--password-stdin: there was no line with a password for {name[:64]!a}")
        person = desk_people.add(store, knobs, actor, name, role, password=password)
        output.tell_roles(store, knobs, actor)
    output.print_thing(_row(person), form)


@app.command("list")
def show_all(*, acting_as: As = "", password_stdin: PasswordStdin = False, form: ListFormat = Format.TABLE) -> None:
    """List who is on the team, and who was."""
    from scamhunt import desk, desk_people, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        rows = [_row(person) for person in desk_people.people(store, actor)]
        output.tell_roles(store, knobs, actor, acts=False)
    listing.print_page(rows, COLUMNS, form, LAYOUT, limit=max(len(rows), 1), empty=EMPTY)


@app.command("remove")
def remove(
    name: Name,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is logged.")],
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Lock a person out at once; the log keeps the name."""
    from scamhunt import desk, desk_people, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        person = desk_people.remove(store, knobs, actor, name, reason)
        output.tell_roles(store, knobs, actor)
    output.print_thing(_row(person), form)


def _row(person: "Person") -> dict[str, object]:
    return {
        "id": person.name,
        "name": person.name,
        "roles": sorted(person.roles),
        "password": person.has_password,
        "added_by": person.added_by,
        "added_at": person.added_at,
        "removed_at": person.removed_at,
    }
