"""The figures as one page: charts, the table below each, no script, nothing that is fetched."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from scamhunt import files as disk
from scamhunt.errors import UserError
from scamhunt.takedown import figure_parts
from scamhunt.takedown.figure_parts import NAME_LIMIT, SHARES
from scamhunt.takedown.figure_values import MEANINGS, PAIRS, Figures, duration, percent
from scamhunt.takedown.words import clean

MARK = b"<!doctype html>\n<!-- scamhunt stats -->\n"
"""How a page of ours begins: only such a file is written over."""


def refuse_foreign(target: Path) -> None:
    """Raise `UserError` for a file that is there and is no such page."""
    if target.is_symlink() or (target.exists() and not _ours(target)):
        raise UserError(f"{target}: is there already and is no page of `scamhunt stats`; name a new file")


def write(target: Path, found: Figures, *, now: datetime, since: datetime | None = None, brand: str = "") -> None:
    """Write the page (0600), whole or not at all. Raises `UserError` as `refuse_foreign`, `StoreError`."""
    refuse_foreign(target)
    body = page(found, now=now, since=since, brand=brand).encode()
    disk.write_whole(target, lambda out: out.write(body))


def page(found: Figures, *, now: datetime, since: datetime | None = None, brand: str = "") -> str:
    """Return the page. What came from outside is cleaned and escaped."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = files("scamhunt.cli") / "pages"
    style = (folder / "stats.css").read_text("utf-8")
    template = (folder / "stats.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return MARK.decode() + environment.from_string(template).render(
        style=Markup(style),  # noqa: S704  # our own file
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        scope=_scope(since, brand),
        now=f"{now:%Y-%m-%d %H:%M}",
        facts=list(_facts(found, now)),
        parts=[replace(part, svg=Markup(part.svg)) for part in figure_parts.parts(found)],  # noqa: S704  # escaped
        pairs=PAIRS,
        meanings=MEANINGS,
    )


def _ours(target: Path) -> bool:
    if not target.is_file():
        return False
    with target.open("rb") as file:
        return file.read(len(MARK)) == MARK


def _scope(since: datetime | None, brand: str) -> str:
    began = f"reported since {since:%Y-%m-%d %H:%M} UTC" if since else "all reports"
    return f"{began}, brand {clean(brand, NAME_LIMIT)}" if brand else began


def _facts(found: Figures, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what stands on top, each with its name in `MEANINGS`."""
    yield "reports", f"{found.reports:,}"
    yield "open", f"{found.open:,}"
    yield "set aside", f"{found.set_aside:,}"
    shares = (found.actioned_share, found.claimed_share, found.declined_share, found.silent_share, found.relapse_rate)
    yield from zip(SHARES, map(percent, shares), strict=True)
    if one := found.oldest_open:
        age = duration((now - one.since).total_seconds())
        yield "oldest open", f"report {one.report} with {clean(one.recipient, NAME_LIMIT)}, {age}"
