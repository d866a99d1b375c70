"""`scamhunt referral overlap`: what two brands have in common, before either shows what it has."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, listing, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat

if TYPE_CHECKING:
    from scamhunt.desk_overlap import Begun

COLUMNS = ("id", "partner", "purpose", "side", "cases", "begun_at", "compared", "common", "ended_at")
LAYOUT = listing.Layout(whole=("id", "partner", "common"), few=("id", "partner"), spare=("begun_at",))
EMPTY = "nothing was compared with another brand"
app = typer.Typer(
    help="What two brands have in common, before they share it.", rich_markup_mode=None, no_args_is_help=True
)

Overlap = Annotated[str, typer.Argument(metavar="ID", help="The id that both sides use.")]
Cases = Annotated[list[str] | None, typer.Option("--case", metavar="ID", help="A confirmed candidate; repeatable.")]
Campaigns = Annotated[list[str] | None, typer.Option("--campaign", metavar="ID", help="All cases of a campaign.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="The folder for the partner's files.")]
Offer = Annotated[Path, typer.Option(metavar="FILE", help="The offer that came from the partner.")]


@app.command("begin")
def begin(  # noqa: PLR0913  # each is an option of the command
    *,
    partner: Annotated[str, typer.Option(metavar="NAME", help="The other brand.")],
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What both want to refer, in a sentence.")],
    case: Cases = None,
    campaign: Campaigns = None,
    out: Out,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Begin: make a key for this referral alone, and an offer of keyed hashes.

    Send the two files on different ways: who has only the offer learns nothing, who has both can test guesses.
    """
    from scamhunt import desk, desk_overlap, settings
    from scamhunt.desk_dossier import Typed
    from scamhunt.desk_referral import Wanted

    knobs = settings.load()
    wanted = Wanted(tuple(case or ()), tuple(campaign or ()), typed=Typed(purpose.strip()))
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        begun = desk_overlap.begin(store, knobs, actor, wanted, partner=partner, out=out)
        output.tell_roles(store, knobs, actor)
    output.tell(f"send {begun.files[0].name} to {partner} on another way than {begun.files[1].name}")
    _print(begun, form)


@app.command("answer")
def answer(  # noqa: PLR0913  # each is an option of the command
    overlap: Overlap,
    *,
    offer: Offer,
    key: Annotated[Path, typer.Option(metavar="FILE", help="The key that came from the partner.")],
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What both want to refer, in a sentence.")],
    case: Cases = None,
    campaign: Campaigns = None,
    out: Out,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Answer a partner who began: see what you have in common, and make your offer."""
    from scamhunt import desk, desk_overlap, settings
    from scamhunt.desk_dossier import Typed
    from scamhunt.desk_referral import Wanted

    knobs = settings.load()
    wanted = Wanted(tuple(case or ()), tuple(campaign or ()), typed=Typed(purpose.strip()))
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        begun = desk_overlap.answer(store, knobs, actor, wanted, overlap, offer=offer, key=key, out=out)
        output.tell_roles(store, knobs, actor)
    output.tell(f"send {begun.files[0].name} to {begun.overlap.partner}")
    _print(begun, form)


@app.command("compare")
def compare(
    overlap: Overlap,
    *,
    offer: Offer,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Compare the partner's offer with yours; each time is logged."""
    from scamhunt import desk, desk_overlap, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        done = desk_overlap.compare(store, knobs, actor, overlap, offer=offer)
        output.tell_roles(store, knobs, actor)
    _print(done, form)


@app.command("give")
def give(
    overlap: Overlap,
    *,
    out: Out,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Write your part of a joint packet: what the partner may see. A second person releases it."""
    from scamhunt import desk, desk_overlap, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        packet = desk_overlap.give(store, knobs, actor, overlap, out=out)
        output.tell_roles(store, knobs, actor)
    output.tell(output.hint(f"scamhunt referral approve {packet.id}") + "   by a second person")
    output.print_thing(output.plain(packet), form)


@app.command("end")
def end(
    overlap: Overlap,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is logged.")],
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """End a comparison: its key is destroyed."""
    from scamhunt import desk, desk_overlap, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        ended = desk_overlap.end(store, actor, overlap, reason)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(ended), form)


@app.command("list")
def show_all(
    *,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List comparisons, the newest first."""
    from scamhunt import desk, desk_overlap, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_overlap.listed(store, limit=limit + 1)
    listing.print_page([output.plain(one) for one in found], COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


def _print(begun: "Begun", form: ThingFormat) -> None:
    told = {**output.plain(begun.overlap), "offered": begun.offered, "files": [str(one) for one in begun.files]}
    if begun.found is not None:
        told["in_common"] = [f"{kind}={value}" for kind, value in begun.found.common]
        told["only_ours"] = dict(begun.found.mine_only)
        told["theirs_at_most"] = begun.found.theirs_at_most
    output.print_thing(told, form)
