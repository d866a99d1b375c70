"""`scamhunt numbers show` and `numbers carrier`: what is known of one number, and who its holder is."""

from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, output
from scamhunt.cli.options import As, OneFormat, PasswordStdin
from scamhunt.cli.output import ThingFormat

if TYPE_CHECKING:
    from scamhunt.desk_numbers import NumberState
    from scamhunt.model import NumberSighting

BARS = "▁▂▃▄▅▆▇█"
SIGHTINGS_SHOWN = 12

Value = Annotated[str, typer.Argument(metavar="NUMBER", help="As +1 888 555 0142; without + one of SCAMHUNT_REGION.")]


def show(
    value: Value, *, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE
) -> None:
    """Show one number: its role, its reports week by week, who can act, and what follows."""
    from scamhunt import desk, desk_numbers, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        state = desk_numbers.number(store, knobs, value)
    if form is ThingFormat.JSON:
        output.print_thing(output.plain(state), form)
    else:
        output.print_thing(_told(state), form)


def carrier(  # noqa: PLR0913  # each is an option of the command
    holder: Annotated[str, typer.Argument(metavar="HOLDER|OCN", help="The holder as `numbers show` names it.")],
    frn: Annotated[str, typer.Argument(metavar="FRN", help="The company's number, as `numbers show` lists it.")],
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="How you know; kept in the log for good.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Remember which company a holder of numbers is: files name the two differently."""
    from scamhunt import desk, desk_numbers, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        choice = desk_numbers.choose_carrier(store, knobs, actor, holder=holder, frn=frn, reason=reason)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(choice), form)


def _told(state: "NumberState") -> dict[str, object]:
    kinds = ", ".join([state.type.replace("_", " "), *([state.region] if state.region else []), *state.flags])
    candidate = state.candidate
    follows = f"{state.follows} (scamhunt reports draft, once confirmed)" if state.follows else "nothing"
    told: dict[str, object] = {
        "number": f"{state.shown}  {state.number}",
        "kind": kinds,
        "role": state.role.value,
        "follows": follows,
    }
    if state.protected:
        told["protected"] = state.protected
    told["candidate"] = (
        f"{candidate.id}  {candidate.brand} {candidate.score:.3f} {candidate.state.value}" if candidate else "none"
    )
    if candidate:
        told[""] = state.standing
    told["reports"] = f"{state.reports:,} kept" + ("; none in its role for 45 days: stale" if state.stale else "")
    if state.timeline:
        told["by week"] = _line(state)
    told["latest"] = [_sighting(one) for one in state.sightings[:SIGHTINGS_SHOWN]]
    told["who can act"] = [
        f"{rung.step}: {rung.says} ({rung.confidence}{f', as of {rung.as_of}' if rung.as_of else ''})"
        for rung in state.ladder.rungs
    ]
    if state.troubles:
        told["trouble"] = list(state.troubles)
    if state.ladder.missing:
        told["would say more"] = f"{', '.join(state.ladder.missing)} (see: scamhunt refdata list)"
    if state.carrier:
        told["company"] = f"{state.carrier.name} (FRN {state.carrier.frn}), chosen by {state.carrier.actor}"
    elif state.companies:
        told["company?"] = [f"{one.score:.0f}  {one.name}  FRN {one.frn}" for one in state.companies]
    return told


def _line(state: "NumberState") -> str:
    """Return the weeks as bars, from the week of the first report on."""
    most = max(week.reports for week in state.timeline)
    bars = "".join(
        BARS[max(week.reports * len(BARS) - 1, 0) // most] if week.reports else "·" for week in state.timeline
    )
    return f"{bars}  from {state.timeline[0].begins:%Y-%m-%d}, {most:,} in the fullest week"


def _sighting(one: "NumberSighting") -> str:
    voice = f" by {one.source[:6]}" if one.source else f" from area {one.place}" if one.place else ""
    brands = "; ".join(each.text for each in one.evidence)
    details = [one.subject, "robocall" if one.robocall else "", brands]
    when = f"{one.seen_at:%Y-%m-%d %H:%M}" if one.dated else f"date not known, read {one.seen_at:%Y-%m-%d}"
    return f"{when}  {one.feed}  {one.role.value}{voice}  {'; '.join(filter(None, details))}"
