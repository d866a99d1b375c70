"""Who is there: whoever acts or reads, and the password that a person is to have."""

import sys
from typing import TYPE_CHECKING

import typer

from scamhunt.cli import output

if TYPE_CHECKING:
    from scamhunt.desk import OpenStore
    from scamhunt.model import Actor
    from scamhunt.settings import Settings


def new_password(name: str, *, stdin: bool = False) -> str:
    """Return the password that a person is to have; empty for none. On a terminal it is typed twice."""
    if stdin:
        return output.secret_line()
    if not output.terminal(sys.stdin):
        return ""
    asked, again = f"Password for {name} (nothing: none)", "The same again"
    typed = typer.prompt(asked, default="", show_default=False, hide_input=True, confirmation_prompt=again, err=True)
    return str(typed)


def actor(knobs: "Settings", acting_as: str, *, stdin: bool = False) -> "Actor":
    """Return who acts, for a command that asks before there is a store, or opens none itself."""
    from scamhunt import desk

    ask = output.password(stdin=stdin)
    if not desk.has_store(knobs):
        return desk.actor(None, knobs, acting_as, ask)
    with desk.open_store(knobs) as store:
        return desk.actor(store, knobs, acting_as, ask)


def reader(store: "OpenStore", knobs: "Settings", acting_as: str = "", *, stdin: bool = False) -> "Actor":
    """Return who reads what is stored, and say when one person is the whole team. Raises `NotPermitted`."""
    from scamhunt import desk

    who = desk.reader(store, knobs, acting_as, output.password(stdin=stdin))
    output.tell_roles(store, knobs, who, acts=False)
    return who
