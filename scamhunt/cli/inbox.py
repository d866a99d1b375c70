"""`scamhunt inbox`: what desks answered, and what a person makes of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, listing, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat

if TYPE_CHECKING:
    from scamhunt.desk_inbox import Answer

COLUMNS = ("id", "report", "sender", "kind", "suggests", "why", "doubts", "state")
LAYOUT = listing.Layout(
    whole=("id", "report", "kind", "suggests"), few=("id", "report", "suggests"), spare=("state", "kind")
)
EMPTY = "no answer waits"
OFF = "no mailbox is set; set SCAMHUNT_INBOX_URL=imaps://user:password@host/INBOX"
app = typer.Typer(help="What desks answered. It suggests; you decide.", rich_markup_mode=None, no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="As `inbox list` shows it.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is logged.")]


@app.command("read")
def read(*, form: OneFormat = ThingFormat.TABLE) -> None:
    """Read the mailbox now.

    It is opened to be read only: nothing is deleted or marked there, nobody is answered, and no report changes.
    """
    from scamhunt import desk, inbox, settings

    knobs = settings.load()
    if not knobs.inbox_url.get_secret_value():
        output.tell(OFF)
    with desk.open_store(knobs) as store:
        done = inbox.read(store, knobs)
    output.print_thing(output.plain(done), form)
    if done.problem:
        output.tell(f"error: {done.problem}")
        raise typer.Exit(done.exit_code)


@app.command("list")
def show_all(  # noqa: PLR0913  # each is an option of the command
    *,
    state: Annotated[str, typer.Option(metavar="STATE", help="open, accepted or dismissed.")] = "",
    report: Annotated[int | None, typer.Option(metavar="ID", help="Answers to this report only, of any state.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that somebody decided on.")] = False,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List the answers that wait, the newest first."""
    from scamhunt import desk, desk_inbox, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_inbox.listed(store, state=state, report=report, everything=everything, limit=limit + 1)
    listing.print_page([output.plain(one) for one in found], COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


@app.command("show")
def show(
    reply: Number,
    *,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show an answer with what is odd about it.

    Its text is what the sender wrote himself, with names, addresses and numbers masked.
    """
    from scamhunt import desk, desk_inbox, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_inbox.answer(store, reply)
    _print(found, form)


@app.command("accept")
def accept(
    reply: Number,
    *,
    state: Annotated[str, typer.Option(metavar="STATE", help="Instead of what it suggests.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Record for its report what an answer suggests.

    As `reports record` does: `actioned` is the recipient's word, and nothing is down by it. A dispute holds at once.
    """
    from scamhunt import desk, desk_inbox, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_inbox.shown(store, desk_inbox.accept(store, knobs, actor, reply, state=state))
        output.tell_roles(store, knobs, actor)
    _print(found, form)


@app.command("match")
def match(  # noqa: PLR0913  # each is an option of the command
    reply: Number,
    *,
    report: Annotated[int, typer.Option(metavar="ID", help="The report that it answers.")],
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Tie an answer to a report. The report does not change by that."""
    from scamhunt import desk, desk_inbox, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_inbox.shown(store, desk_inbox.match(store, actor, reply, report, reason))
        output.tell_roles(store, knobs, actor)
    _print(found, form)


@app.command("dismiss")
def dismiss(
    reply: Number,
    *,
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Put an answer aside: nothing follows from it."""
    from scamhunt import desk, desk_inbox, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        found = desk_inbox.shown(store, desk_inbox.dismiss(store, actor, reply, reason))
        output.tell_roles(store, knobs, actor)
    _print(found, form)


@app.command("open")
def open_(  # noqa: PLR0913  # each is an option of the command
    reply: Number,
    *,
    purpose: Annotated[
        str, typer.Option(metavar="PURPOSE", help="'verify a reply', 'law enforcement', dispute or erasure.")
    ],
    reason: Why,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new file for its bytes; else it is shown.")
    ] = None,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
) -> None:
    """Open a mail as it came, personal data and all.

    For investigators, with a purpose and a reason of 20 characters; that is logged before anything is opened.
    """
    from scamhunt import desk, desk_inbox, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        if out:
            desk_inbox.open_into(store, actor, reply, out, purpose=purpose, reason=reason)
            output.tell(f"{out}: the mail as it came; it is hostile until you know better, and full of personal data")
        else:
            _print_raw(desk_inbox.opened(store, actor, reply, purpose=purpose, reason=reason))
        output.tell_roles(store, knobs, actor)


@app.command("erase")
def erase(
    reply: Number,
    *,
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
) -> None:
    """Remove the sealed bytes of a mail for good.

    For investigators, with a reason of 20 characters; it is logged. What `inbox show` shows of it stays, masked.
    """
    from scamhunt import desk, desk_inbox, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        there = desk_inbox.erase(store, actor, reply, reason=reason)
        output.tell_roles(store, knobs, actor)
    output.tell(f"answer {reply}: its bytes are gone" if there else f"answer {reply}: its bytes were gone already")


def _print(found: "Answer", form: ThingFormat) -> None:
    output.print_thing(output.plain(found), form)


def _print_raw(raw: bytes) -> None:
    """Print a mail, a line a line, each character that is not plainly visible as its number."""
    for line in raw.decode("utf-8", "backslashreplace").splitlines():
        output.write(output.clean(line) + "\n")
