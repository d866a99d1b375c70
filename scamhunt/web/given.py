"""What a form gives, as values: numbers, days, moments. Each raises `UserError` with what would be right."""

from datetime import UTC, datetime, timedelta

from scamhunt.errors import UserError

LONGEST = 9
"""Digits of a number; no row has more."""


def number(text: str, what: str) -> int:
    """Return a whole number that is not negative."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        raise UserError(f"{what} is no number: {text[:40]!a}")
    return int(text)


def number_or_none(text: str, what: str) -> int | None:
    """Return a whole number, None for an empty field."""
    return number(text, what) if text.strip() else None


def moment_or_none(text: str, what: str) -> datetime | None:
    """Return a moment as the browser's field has it, UTC; None for an empty field."""
    if not text.strip():
        return None
    try:
        when = datetime.fromisoformat(text.strip())
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UserError(f"{what} is no time: {text[:40]!a}; write 2026-01-31T08:00, UTC") from None


def in_days(text: str, what: str, now: datetime, most: int = 30) -> datetime:
    """Return the moment so many days ahead."""
    days = number(text, what)
    if not 1 <= days <= most:
        raise UserError(f"{what} is {days} days: from 1 to {most} are possible")
    return now + timedelta(days=days)


def ticked(text: str) -> bool:
    """Say whether a box was ticked."""
    return text == "yes"
