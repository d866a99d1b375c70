"""`scamhunt investigate`: look at names, URLs, addresses and numbers now, and keep the evidence."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scamhunt.cli import output
from scamhunt.cli.options import As, OneFormat, PasswordStdin
from scamhunt.cli.output import ThingFormat
from scamhunt.errors import AddressRefused, OutsideError

if TYPE_CHECKING:
    from scamhunt.desk_looks import Seen


def investigate(
    values: Annotated[list[str], typer.Argument(metavar="INDICATOR...", help="Names, URLs, addresses or numbers.")],
    *,
    lookups: Annotated[
        bool, typer.Option("--lookups", help="Ask the DNS and the registries only; open no page.")
    ] = False,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Look at it now, and keep the evidence.

    Asks the DNS, the registries and the server, and opens the page as several browsers would. It never fills a form,
    never logs in, never calls.
    """
    from scamhunt import desk, desk_looks, settings
    from scamhunt.cli.progress import Progress
    from scamhunt.settings import Depth

    knobs = settings.load()
    depth = Depth.LOOKUPS if lookups else Depth.PAGES
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=password_stdin))
        with Progress() as progress:
            seen = desk_looks.investigate(store, knobs, actor, values, depth=depth, progress=progress)
        output.tell_roles(store, knobs, actor)
    _print(seen, form)
    raise typer.Exit(max((_code(one) for one in seen), default=0))


def _print(seen: "list[Seen]", form: ThingFormat) -> None:
    from scamhunt.cli import look_shown

    if form is ThingFormat.JSON:
        told = [as_json(one) for one in seen]
        output.write(output.encode(told[0] if len(told) == 1 else told, indent=1) + "\n")
        return
    for at, one in enumerate(seen):
        if at:
            output.write("\n")
        look_shown.show(one)


def as_json(seen: "Seen") -> dict[str, Any]:
    """Return one look as a script sees it."""
    look, kept = seen.look, seen.kept
    return {
        "id": kept.view.id,
        "indicator": seen.given,
        "subject": look.subject,
        "url": look.url,
        "candidate": seen.candidate.id if seen.candidate else None,
        "state": kept.state.value if kept.state else None,
        "depth": look.depth,
        "begun": look.begun,
        "ended": look.ended,
        "verdict": kept.judgement.verdict.value,
        "brand": kept.judgement.brand,
        "score": kept.judgement.score,
        "calibrated": kept.judgement.calibrated,
        "reasons": kept.judgement.reasons,
        "liveness": kept.liveness.value,
        "due_at": kept.due_at,
        "clock": look.clock,
        "findings": look.gained.findings,
        "evidence": kept.evidence,
    }


def _code(seen: "Seen") -> int:
    """Return the exit code of one look: 5 where our guard refused to open it, 3 where nothing could be opened."""
    if seen.refused:
        return AddressRefused.exit_code
    return 0 if seen.answered else OutsideError.exit_code
