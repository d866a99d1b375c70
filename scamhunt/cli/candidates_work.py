"""`scamhunt candidates note|undo|claim|release`: what people at work on candidates tell each other."""

from typing import Annotated, Any

import typer

from scamhunt.cli import output
from scamhunt.cli.candidates import Key, app
from scamhunt.cli.options import As, OneFormat, PasswordStdin
from scamhunt.cli.output import ThingFormat

__all__ = ["app"]


@app.command("note")
def note(
    key: Key,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you saw; nothing of a victim.")],
    *,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Write something down; the log keeps it for good."""
    from scamhunt import desk, desk_queue, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_queue.note(store, actor, key, text)
        output.tell_roles(store, knobs, actor)
    _tell(found, "noted", form)


@app.command("undo")
def undo(
    key: Key, *, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE
) -> None:
    """Take your own last decision back, within ten minutes.

    Not what a report was drafted on since, and not what somebody else decided.
    """
    from scamhunt import desk, desk_queue, settings
    from scamhunt.access import Permission

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        desk.require(store, actor, Permission.TRIAGE)
        found = desk_queue.undo(store, actor, key, desk.candidate(store, key).revision)
        output.tell_roles(store, knobs, actor)
    _tell(found, f"is {found.state} again", form)


@app.command("claim")
def claim(  # noqa: PLR0913  # each is an option of the command
    key: Key,
    *,
    person: Annotated[str, typer.Option("--for", metavar="NAME", help="A colleague, for a week; else yourself.")] = "",
    take: Annotated[bool, typer.Option("--take", help="Also what somebody else is at work on.")] = False,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Say that you are at work on it, for half an hour."""
    from scamhunt import desk, desk_queue, settings
    from scamhunt.access import Permission

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        desk.require(store, actor, Permission.TRIAGE)
        found = desk.candidate(store, key)
        until = desk_queue.claim(store, actor, [found.id], person=person, take=take)
        output.tell_roles(store, knobs, actor)
    _tell(found, f"is {person or actor.name}'s until {until:%Y-%m-%d %H:%M} UTC", form)


@app.command("release")
def release(
    key: Key, *, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE
) -> None:
    """Let it go: somebody else may take it."""
    from scamhunt import desk, desk_queue, settings
    from scamhunt.access import Permission

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        desk.require(store, actor, Permission.TRIAGE)
        found = desk.candidate(store, key)
        desk_queue.release(store, actor, [found.id])
        output.tell_roles(store, knobs, actor)
    _tell(found, "is free", form)


def _tell(found: Any, said: str, form: ThingFormat) -> None:  # noqa: ANN401  # a candidate, which the shell may not name
    if form is ThingFormat.JSON:
        output.print_thing(output.plain(found), form)
        return
    output.write(output.clean(f"{found.id} {found.indicator} {said}") + "\n")
