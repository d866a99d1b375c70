"""`scamhunt signals`: what the scorer looks at."""

from typing import Annotated

import typer

from scamhunt.cli import listing, output
from scamhunt.cli.options import ListFormat
from scamhunt.cli.output import Format

COLUMNS = ("signal", "kind", "weight", "hits", "meaning", "examples")


def signals(
    *,
    count: Annotated[
        bool, typer.Option("--count", help="Count the hits on the bundled sample now, with the brands in force.")
    ] = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """Show what makes a score: signals, weights, hits, examples.

    A hit is a match of the bundled sample, at review or above, in which the signal speaks.
    """
    from scamhunt import reference, settings, trial  # slow, and not for --help
    from scamhunt.score.shadow import count_signals

    hits = count_signals(trial.sampled(reference.brands(settings.load()))) if count else reference.sample_hits()
    columns = [name for name in COLUMNS if name != "hits" or hits is not None]
    listing.print_rows(reference.signals(hits), columns, form)
    if hits is None:
        output.tell("the hits that ship belong to another model; count them: scamhunt signals --count")
