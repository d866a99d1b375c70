"""`scamhunt campaigns`: which cases belong to the same makers, and by what."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, listing, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat

if TYPE_CHECKING:
    from scamhunt.campaigns.sign import Ruling
    from scamhunt.desk_campaigns import Shown

COLUMNS = ("id", "cases", "members", "brands", "indicators", "formed_at", "gone_at", "successors")
LINKS = ("id", "act", "what", "reason", "actor", "at")
LAYOUT = listing.Layout(whole=("id", "cases", "members"), few=("id", "indicators"), spare=("formed_at",))
LINKS_LAYOUT = listing.Layout(whole=("id", "act", "what"), few=("id", "what"), spare=("at",))
EMPTY = "no campaigns: nothing that was looked at shows the same number, account or the like; see: scamhunt investigate"
NO_LINKS = "nobody cut or added a link"
SHOWN, LONGEST = 3, 120
app = typer.Typer(help="Campaigns: what belongs to the same makers.", rich_markup_mode=None, no_args_is_help=True)

Campaign = Annotated[str, typer.Argument(metavar="ID", help="As `campaigns list` shows it.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is logged.")]
Key = Annotated[str, typer.Argument(metavar="ID|INDICATOR", help="A candidate.")]


@app.command("list")
def show_all(
    *,
    gone: Annotated[bool, typer.Option("--gone", help="Also those that merged, split or fell apart.")] = False,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List campaigns, the largest first."""
    from scamhunt import desk, desk_campaign_rows, desk_campaigns, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_campaigns.listed(store, knobs, gone=gone, limit=limit + 1)
        rows = [desk_campaign_rows.row(store, one) for one in found]
    listing.print_page([output.plain(one) for one in rows], COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


@app.command("show")
def show(
    campaign: Campaign,
    *,
    picture: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the graph as SVG.")] = None,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show a campaign: its members, what joins each to the others, and by which single links it holds."""
    from scamhunt import desk, desk_campaign_rows, desk_campaigns, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_campaigns.show(store, knobs, campaign)
        told = desk_campaign_rows.told(store, found)
    if picture is not None:
        _write(picture, desk_campaign_rows.drawn(found).encode())
    if form is ThingFormat.JSON:
        output.print_thing(output.plain(told), form)
        return
    for line in _lines(found):
        output.write(output.clean(line) + "\n")


@app.command("links")
def links(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were taken back.")] = False,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List the links that people cut or added."""
    from scamhunt import desk, desk_campaign_rows, desk_campaigns, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_campaigns.rulings(store, ended=everything)[: limit + 1]
        rows = [desk_campaign_rows.ruling_row(store, one) for one in found]
    listing.print_page([output.plain(one) for one in rows], LINKS, form, LINKS_LAYOUT, limit=limit, empty=NO_LINKS)


@app.command("cut")
def cut(  # noqa: PLR0913  # each is an option of the command
    sign: Annotated[str, typer.Argument(metavar="KIND=VALUE", help="A sign as `campaigns show` has it.")],
    *,
    key: Annotated[str, typer.Option("--case", metavar="ID", help="Only for this candidate.")] = "",
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Say that a sign links nobody: a number of a call centre for hire, an account of a builder of sites.

    With --case only that candidate is not linked by it.
    """
    from scamhunt import desk, desk_campaign_rows, desk_campaigns, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        made = desk_campaigns.cut(store, knobs, actor, sign, key=key, reason=reason)
        row = desk_campaign_rows.ruling_row(store, made)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(row), form)


@app.command("add")
def add(  # noqa: PLR0913  # each is an option of the command
    one: Key,
    other: Key,
    *,
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Say that two candidates belong to the same makers."""
    from scamhunt import desk, desk_campaign_rows, desk_campaigns, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        made = desk_campaigns.add(store, knobs, actor, one, other, reason=reason)
        row = desk_campaign_rows.ruling_row(store, made)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(row), form)


@app.command("restore")
def restore(
    link: Annotated[int, typer.Argument(metavar="LINK", help="As `campaigns links` shows it.")],
    *,
    reason: Why,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Take back a cut or an added link."""
    from scamhunt import desk, desk_campaign_rows, desk_campaigns, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        ended = desk_campaigns.take_back(store, knobs, actor, link, reason=reason)
        row = desk_campaign_rows.ruling_row(store, ended)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(row), form)


# --- print ------------------------------------------------------------------------------------------------------------


def _lines(found: "Shown") -> Iterator[str]:
    campaign = found.campaign
    gone = f"gone since {campaign.gone_at:%Y-%m-%d}; now {', '.join(campaign.successors)}" if campaign.gone_at else ""
    yield f"{campaign.id}   {len(campaign.members)} members   formed {campaign.formed_at:%Y-%m-%d}   {gone}".rstrip()
    yield ""
    names = {one.id: one.indicator for one in found.members}
    for one in found.members:
        yield f"  {one.id:>5}  {one.state:<10} {one.brand:<14} {_short(one.indicator)}"
    if len(campaign.members) > len(found.members):
        yield f"         and {len(campaign.members) - len(found.members)} more"
    yield from _joins(found, names)
    yield from _holds(found)
    yield from _after(found)


def _joins(found: "Shown", names: dict[int, str]) -> Iterator[str]:
    yield ""
    yield "joined by" if found.links else "nothing joins them by today's rules"
    for link in found.links:
        ends = f"{_name(link.one, names)} and {_name(link.other, names)}"
        yield f"  {ends}   weight {link.weight:.2f}{'' if link.strong else ', weak signs together'}"
        for kind, value in link.signs:
            count = found.frequency.get((kind, value), 0)
            many = f"   ({count} cases show it)" if count else ""
            yield f"      {kind}={_short(value)}{many}"


def _holds(found: "Shown") -> Iterator[str]:
    yield ""
    yield "falls apart without" if found.holds else "no single link holds it together"
    for one in found.holds:
        parts = "  |  ".join(_few(part) for part in one.parts)
        yield f"  {one.kind}={_short(one.value)}   into {parts}"


def _after(found: "Shown") -> Iterator[str]:
    if found.rulings:
        yield from ["", "links that people cut or added", *(f"  {_ruling(one)}" for one in found.rulings)]
    if found.packets:
        yield from ["", "packets"]
    for packet in found.packets:
        yield f"  {packet.id}   {packet.state}   {packet.agency}   {packet.built_at:%Y-%m-%d}"
        for one in found.outcomes:
            if one.packet_id == packet.id:
                due = f"   due {one.due_at:%Y-%m-%d}" if one.due_at and not one.done_at else ""
                yield f"      {one.kind}  {_short(one.ref)}  {_short(one.note)}{due}".rstrip()
    if found.history:
        yield from ["", "course"]
    for event in found.history:
        yield f"  {event.at:%Y-%m-%d %H:%M}  {event.act.partition('.')[2]}, {event.detail.get('count', '')} cases"


def _ruling(one: "Ruling") -> str:
    what = f"{one.kind}={_short(one.value)}" if one.act == "cut" else f"{one.case} and {one.other}"
    return f"{one.id}  {one.act} {what}  by {one.actor}: {_short(one.reason)}"


def _name(case: int, names: dict[int, str]) -> str:
    return _short(names.get(case, "")) + f" ({case})" if case in names else str(case)


def _short(text: str) -> str:
    return output.shorten(text, LONGEST)


def _write(file: Path, body: bytes) -> None:
    from scamhunt import files
    from scamhunt.errors import UserError

    if file.exists():
        raise UserError(f"{file}: is there already, and nothing is overwritten; name another file")
    files.write_whole(file, lambda out: out.write(body))
    output.tell(f"written to {file}")


def _few(part: Sequence[int]) -> str:
    more = f" and {len(part) - SHOWN} more" if len(part) > SHOWN else ""
    return ", ".join(map(str, part[:SHOWN])) + more
