"""Figures for the team: how long takedowns take, and who acts. Part of `desk.py`."""

from datetime import datetime

from scamhunt import reference
from scamhunt.errors import UserError, did_you_mean
from scamhunt.settings import Settings
from scamhunt.store import Store
from scamhunt.takedown import figures as pure
from scamhunt.takedown.figure_values import Figures


def figures(store: Store, settings: Settings, *, since: datetime | None = None, brand: str = "") -> Figures:
    """Return the figures of what went out, since a moment and for a brand where these are said.

    Raises `UserError` for a brand that is neither in the packs nor in any report.
    """
    courses = store.courses(since=since, brand=brand)
    if brand and not courses.report:
        known = reference.brands(settings).by_id
        if brand not in known:
            raise UserError(f"no brand {brand[:40]!a}{did_you_mean(brand, known)}; see: scamhunt brands list")
    return pure.of(courses, now=settings.now())
