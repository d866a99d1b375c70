"""How matches are printed that no database has: by `scamhunt score` and `scamhunt retrohunt`."""

import heapq
import shutil
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from scamhunt.cli import listing, output
from scamhunt.cli.output import Format

if TYPE_CHECKING:
    from scamhunt.model import Match

COLUMNS = ("indicator", "kind", "brand", "score", "reasons")
LINE_LIMIT = 2_000
"""Columns of a line of the table that does not go to a terminal."""
NAME_WIDTH, BRAND_WIDTH = 34, 14
INDENT = "0.000  "
"""What stands before a name in the table."""

Told = tuple["Match", Mapping[str, object]]
"""A match, and what else is known of it: at least its kind."""


def show(matches: Iterable[Told], form: Format, top: int | None = None, more: tuple[str, ...] = ()) -> None:
    """Print matches as they come, or the strongest of them; `more` are columns of CSV besides."""
    if top:
        matches = heapq.nlargest(top, matches, key=lambda told: told[0].score)
    if form is not Format.TABLE:
        listing.print_rows((_row(*told) for told in matches), COLUMNS + more, form)
        return
    from scamhunt.cli import aligned  # slow, and not for --help

    width = shutil.get_terminal_size().columns if output.terminal() else LINE_LIMIT
    for match, known in matches:
        feed = f"{known['feed']}  " if "feed" in known else ""
        output.write("\n".join([_line(match, feed, width), *aligned.below(match, len(INDENT), width)]) + "\n")


def counted(number: int) -> str:
    """Return how many matches there are, in words."""
    return "1 match" if number == 1 else f"{number:,} matches"


def _row(match: "Match", known: Mapping[str, object]) -> dict[str, object]:
    row: dict[str, object] = {
        "indicator": match.indicator,
        "kind": known["kind"],
        "brand": match.brand,
        "score": match.score,
        "reasons": [output.plain(reason) for reason in match.reasons],
        "text": match.text,
        "span": match.span,
        "word": match.word,
    }
    return {**row, **known}


def _line(match: "Match", feed: str, width: int) -> str:
    """Return score, name, brand and reasons of a match in one line."""
    name = output.clean(match.indicator)
    name += " " * (NAME_WIDTH - listing.drawn(name))
    reasons = output.clean("; ".join(reason.text for reason in match.reasons))
    return listing.cut(f"{match.score:.3f}  {name}  {match.brand:{BRAND_WIDTH}}  {feed}{reasons}", width)
