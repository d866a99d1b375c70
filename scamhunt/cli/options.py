"""Options that several commands share, and how their texts are read."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from scamhunt.cli.output import Format, ThingFormat

As = Annotated[str, typer.Option("--as", metavar="NAME", help="Who acts; else SCAMHUNT_AS, else your system's user.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from stdin, a line; else it is asked for.")
]
ListFormat = Annotated[Format, typer.Option("--format", help="How to print it.")]
OneFormat = Annotated[ThingFormat, typer.Option("--format", help="How to print it.")]
Limit = Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many.")]
Brands = Annotated[
    list[Path] | None,
    typer.Option("--brands", metavar="PATH", help="A brand pack or a folder of them; may be repeated."),
]
Since = Annotated[str, typer.Option(metavar="WHEN", help="Only from then on: 7d, 36h, 2w or 2026-01-31.")]

_AGO = re.compile(r"([0-9]{1,5})([hdw])", re.ASCII)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def since(text: str, now: datetime) -> datetime | None:
    """Return the moment that `--since` names, aware and in UTC; None for no text.

    Raises `typer.BadParameter` with the forms that are understood.
    """
    if not text:
        return None
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            start = now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            # Days begin at midnight: two sweeps of one day with the same words leave the same rows out.
            return start if ago[2] == "h" else start.replace(hour=0, minute=0, second=0, microsecond=0)
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        forms = "7d, 36h, 2w, 2026-01-31 or 2026-01-31T08:00"
        raise typer.BadParameter(
            f"{text[:40]!r} is not a time that can be read; write {forms}", None, None, "--since"
        ) from None


def until(text: str, now: datetime) -> datetime:
    """Return the moment that `--until` names, aware and in UTC: so long from now, or a time.

    Raises `typer.BadParameter` with the forms that are understood.
    """
    ahead = _AGO.fullmatch(text)
    try:
        if ahead:
            return now + timedelta(**{_UNITS[ahead[2]]: int(ahead[1])})
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        forms = "14d, 36h, 2w, 2026-01-31 or 2026-01-31T08:00"
        raise typer.BadParameter(
            f"{text[:40]!r} is not a time that can be read; write {forms}", None, None, "--until"
        ) from None
