"""`scamhunt referral`: packets for law enforcement, and for another brand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, listing, options, output, referral_overlap
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat

if TYPE_CHECKING:
    from scamhunt.referral.verify import Verdict

COLUMNS = ("id", "state", "agency", "purpose", "cases", "built_at", "released_at", "released_by", "size", "sha256")
AGENCIES = ("id", "name", "country", "zone", "channel", "attachments", "forms", "hold_days", "source", "verified_on")
LAYOUT = listing.Layout(whole=("id", "state", "agency"), few=("id", "state", "purpose"), spare=("built_at", "sha256"))
AGENCIES_LAYOUT = listing.Layout(whole=("id", "country", "zone"), few=("id", "name"), spare=("source", "forms"))
EMPTY = "no packets; build one: scamhunt referral build --case ID --agency NAME --purpose TEXT --out DIR"
SHOWN = 20
app = typer.Typer(help="Referrals: sealed packets for law enforcement.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(referral_overlap.app, name="overlap")

Packet = Annotated[str, typer.Argument(metavar="ID", help="As `referral list` shows it.")]


@app.command("build")
def build(  # noqa: PLR0913  # each is an option of the command
    *,
    case: Annotated[
        list[str] | None, typer.Option("--case", metavar="ID", help="A confirmed candidate; may be repeated.")
    ] = None,
    campaign: Annotated[
        list[str] | None, typer.Option("--campaign", metavar="ID", help="All cases of a campaign; may be repeated.")
    ] = None,
    agency: Annotated[str, typer.Option(metavar="NAME", help="Who gets it; see: referral agencies.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder that the release writes the zip to.")],
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What the agency gets it for; it stands in it.")],
    offences: Annotated[str, typer.Option(metavar="TEXT", help="What is alleged, in plain words.")] = "",
    contact: Annotated[str, typer.Option(metavar="TEXT", help="Who may be asked, or testifies.")] = "",
    authority: Annotated[str, typer.Option(metavar="TEXT", help="Why you may speak for the brands.")] = "",
    losses: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Counted losses and victims: what,where,count,unit,method.")
    ] = None,
    tlp: Annotated[str, typer.Option(metavar="NAME", help="Who may see it: Traffic Light Protocol.")] = "AMBER+STRICT",
    pap: Annotated[str, typer.Option(metavar="NAME", help="What may be done with it.")] = "AMBER",
    hold: Annotated[int | None, typer.Option(min=0, max=30, help="Days to hold its cases; else as the agency.")] = None,
    part: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What another brand gave, for a joint packet.")
    ] = None,
    legal_basis: Annotated[str, typer.Option(metavar="TEXT", help="Of a joint packet: for the annex.")] = "",
    retention: Annotated[str, typer.Option(metavar="TEXT", help="Of a joint packet: kept until when.")] = "",
    encrypt_to: Annotated[str, typer.Option(metavar="KEY", help="An age recipient (age1...).")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Write and seal a packet; nothing leaves before a second person approves it.

    It holds what is known of the cases, with evidence and hashes. What may belong to victims is left out.
    """
    from scamhunt import desk, desk_referral, settings
    from scamhunt.referral.markings import marking

    knobs = settings.load()
    typed = desk_referral.typed(
        purpose, offences=offences, contact=contact, authority=authority, losses=losses, marking=marking(tlp, pap)
    )
    wanted = desk_referral.Wanted(
        tuple(case or ()), tuple(campaign or ()), agency, typed, hold, encrypt_to, part, legal_basis, retention
    )
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        built = desk_referral.build(store, knobs, actor, wanted, out=out)
        output.tell_roles(store, knobs, actor)
    for line in built.notes:
        output.tell(line)
    for one in built.left_out:
        output.tell(f"left out, for nobody confirmed it: {one}")
    if built.withheld:
        output.tell(f"{output.count(built.withheld, 'exhibit')} withheld: a victim's data may stand in them")
    output.tell(f"sealed by {built.fingerprint}; tell the agency this fingerprint on another way than the packet")
    output.tell(output.hint(f"scamhunt referral approve {built.packet.id}") + "   by a second person")
    output.print_thing({**output.plain(built.packet), "file": str(built.file), "fingerprint": built.fingerprint}, form)


@app.command("stamp")
def stamp(  # noqa: PLR0913  # each is an option of the command
    packet: Packet,
    *,
    reply: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What the authority answered; else write the request.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the request is written.")] = None,
    trust: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A certificate (PEM) that has to stand behind it.")
    ] = None,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Stamp a packet with the time of a third party (RFC 3161), before it is released.

    Nobody is asked by this program: send the request where your rules allow it, and bring the reply.
    """
    from scamhunt import desk, desk_release, files, settings
    from scamhunt.errors import UserError

    knobs = settings.load()
    if (reply is None) == (out is None):
        raise UserError("name a file for the request with --out, or bring the authority's answer with --reply")
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        if reply is not None:
            made = desk_release.add_stamp(store, actor, packet, reply, trust or ())
        else:
            body = desk_release.stamp_request(store, actor, packet)
        output.tell_roles(store, knobs, actor)
    if reply is not None:
        output.print_thing(output.plain(made), form)
    elif out is not None:
        files.write_whole(out, lambda held: held.write(body))
        output.tell(f"written to {out}; send it as application/timestamp-query, and bring the answer with --reply")


@app.command("approve")
def approve(  # noqa: PLR0913  # each is an option of the command
    packet: Packet,
    *,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Another folder than at the build.")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is logged.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Release a packet that somebody else built: it is written to its folder, and its cases are held."""
    from scamhunt import desk, desk_release, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        done = desk_release.approve(store, knobs, actor, packet, out=out, reason=reason)
        output.tell_roles(store, knobs, actor)
    for file in done.files:
        output.tell(f"written to {file}")
    if done.held:
        days = output.count(done.packet.hold_days, "day")
        output.tell(f"held for law enforcement for {days}: {', '.join(done.held[:SHOWN])}; see: scamhunt holds list")
    if done.holds:
        output.tell(f"held before, and left as it is: {', '.join(done.holds[:SHOWN])}")
    output.print_thing({**output.plain(done.packet), "files": [str(one) for one in done.files]}, form)


@app.command("list")
def show_all(
    *,
    limit: Limit = 50,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List packets, the newest first."""
    from scamhunt import desk, desk_referral, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_referral.listed(store, limit=limit + 1)
    listing.print_page([output.plain(one) for one in found], COLUMNS, form, LAYOUT, limit=limit, empty=EMPTY)


@app.command("show")
def show(
    packet: Packet,
    *,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show a packet: what it is about, who released it, and what came of it."""
    from scamhunt import desk, desk_referral, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_referral.show(store, packet)
    told = {**output.plain(found.packet), "targets": list(found.targets), "file": str(found.file)}
    output.print_thing({**told, "outcomes": [output.plain(one) for one in found.outcomes]}, form)


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A packet: a zip, or the folder it was unpacked to.")],
    *,
    key: Annotated[str, typer.Option(metavar="KEY", help="The sender's key or its fingerprint (SHA256:...).")] = "",
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Prove that a packet is whole and as it was sealed; needs no state folder and no network."""
    from scamhunt.errors import EvidenceChanged
    from scamhunt.referral import verify as verifying

    found = verifying.verify(file, key=key)
    output.print_thing(_told(found), form)
    if found.faults:
        first = "; ".join(f"{one.path}: {one.what}" for one in found.faults[:SHOWN])
        raise EvidenceChanged(f"{file}: does not hold: {first}")


def _told(found: "Verdict") -> dict[str, object]:
    faults = [f"{one.path}: {one.what}" for one in found.faults]
    told = {name: value for name, value in output.plain(found).items() if name != "faults"}
    return {"holds": not faults, **told, "faults": faults}


@app.command("agencies")
def agencies(*, limit: Limit = 50, form: ListFormat = Format.TABLE) -> None:
    """List the agencies that packets are for, and what each takes."""
    from scamhunt import desk_referral, settings

    found = desk_referral.profiles(settings.load())
    rows = [output.plain(one) for one in found]
    listing.print_page(rows, AGENCIES, form, AGENCIES_LAYOUT, limit=limit, empty="none")


@app.command("outcome")
def outcome(  # noqa: PLR0913  # each is an option of the command
    packet: Packet,
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="case_number, request, preservation, arrest, feedback or declined.")
    ],
    *,
    ref: Annotated[str, typer.Option(metavar="TEXT", help="The agency's own number.")] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="What it said or asks for; no names of victims.")] = "",
    at: Annotated[str, typer.Option(metavar="WHEN", help="When it said so: 2026-01-31, 36h; else now.")] = "",
    due: Annotated[str, typer.Option(metavar="WHEN", help="Until when something is to be done: 14d, 2026-01-31.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Record what an agency said or asks for; what has a due date stands in `reports due`."""
    from scamhunt import desk, desk_outcomes, settings

    knobs = settings.load()
    moment, until = options.since(at, knobs.now()), options.until(due, knobs.now()) if due else None
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        made = desk_outcomes.record(store, actor, packet, kind, ref=ref, note=note, at=moment, due_at=until)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(made), form)


@app.command("done")
def done(
    outcome_id: Annotated[int, typer.Argument(metavar="OUTCOME", help="As `referral show` shows it.")],
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="How; it is logged.")],
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Record that what an agency asked for is done."""
    from scamhunt import desk, desk_outcomes, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        made = desk_outcomes.done(store, actor, outcome_id, reason)
        output.tell_roles(store, knobs, actor)
    output.print_thing(output.plain(made), form)
