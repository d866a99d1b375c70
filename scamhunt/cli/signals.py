"""`scamhunt signals`: what the scorer looks at."""

from scamhunt.cli import listing
from scamhunt.cli.options import ListFormat
from scamhunt.cli.output import Format


def signals(*, form: ListFormat = Format.TABLE) -> None:
    """Show what makes a score: signals, weights, examples."""
    from scamhunt import reference  # slow, and not for --help

    listing.print_rows(reference.signals(), ("signal", "weight", "meaning", "examples"), form)
