"""Find crawlers, templates and data: the shipped ones, overlaid by name with the team's own.

In a wheel the three content folders lie in `scamhunt/_shipped/`; in a checkout they are used from the top level. Only this
module knows.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"


def checkout() -> Path | None:
    """Return the top of the checkout that this package runs from, None when it is installed."""
    top = _PACKAGE.parent
    return top if not _SHIPPED.is_dir() and (top / "crawlers").is_dir() else None


def shipped() -> Path:
    """Return the folder that holds the shipped `crawlers/`, `takedown_templates/` and `data/`."""
    return checkout() or _SHIPPED
