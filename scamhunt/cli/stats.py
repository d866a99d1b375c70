"""`scamhunt stats`: how long takedowns take, with whom, and how many come back."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, options, output
from scamhunt.cli.options import As, OneFormat, PasswordStdin
from scamhunt.cli.output import ThingFormat

if TYPE_CHECKING:
    from datetime import datetime

    from scamhunt.takedown.figure_values import Figures, Group, Rank, Span

ROWS = 20
"""Rows of a table that are shown; JSON has all."""
NAME = 24
"""Columns for a name."""
Row = Sequence[str]


def stats(  # noqa: PLR0913  # each is an option of the command
    *,
    since: options.Since = "",
    brand: Annotated[str, typer.Option(metavar="ID", help="Only reports on this brand.")] = "",
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a page with charts, too.")] = None,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show how long takedowns take, and with whom.

    Time to each milestone, what was actioned, declined or met with silence, relapses, the oldest open report and a
    league, by recipient, brand and kind. `--since` counts the reports that went out from then on.
    """
    from scamhunt import desk, desk_figures, settings
    from scamhunt.cli import stats_page

    knobs = settings.load()
    now = knobs.now()
    start = options.since(since, now)
    if html:
        stats_page.refuse_foreign(html)
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk_figures.figures(store, knobs, since=start, brand=brand)
    if html:
        stats_page.write(html, found, now=now, since=start, brand=brand)
        output.tell(f"written to {html}")
    tell(found, form, now)


def tell(found: "Figures", form: ThingFormat, now: "datetime") -> None:
    """Print the figures: one object as JSON, or tables of 80 columns."""
    if form is ThingFormat.JSON:
        output.print_thing(output.plain(found), form)
        return
    for line in lines(found, now):
        output.write(f"{output.clean(line)}\n")


def lines(found: "Figures", now: "datetime") -> Iterator[str]:
    """Yield the tables from top to bottom."""
    yield from _summary(found, now)
    if not found.reports:
        return
    yield from _table(
        ("time from ... to", "came to it", "median", "90 %", "count", "left out"), _times(found.spans), room=26
    )
    yield from _league(found)
    for title, groups in (("recipient", found.by_recipient), ("brand", found.by_brand), ("kind", found.by_kind)):
        head = (title, "reports", "open", "actioned", "declined", "silent", "relapse")
        yield from _table(head, [_group(group) for group in groups[:ROWS]], more=len(groups) - ROWS)
    yield ""
    yield "Median and 90 % are of the reports that came to it alone."


def _summary(found: "Figures", now: "datetime") -> Iterator[str]:
    from scamhunt.takedown.figure_values import duration, percent

    aside = f"; {found.set_aside:,} held or withdrawn are in no figure" if found.set_aside else ""
    yield f"{output.count(found.reports, 'report')} out, {found.open:,} open{aside}"
    if not found.reports:
        return
    yield (
        f"Actioned {percent(found.actioned_share)}, claimed {percent(found.claimed_share)}, declined "
        f"{percent(found.declined_share)}, silent {percent(found.silent_share)}, relapse rate "
        f"{percent(found.relapse_rate)}"
    )
    if one := found.oldest_open:
        age = duration((now - one.since).total_seconds())
        yield f"Oldest open: report {one.report}, out for {age} (since {one.since:%Y-%m-%d})"
        yield f"  with {output.shorten(one.recipient, 70)}"


def _times(spans: "Sequence[Span]") -> list[Row]:
    from scamhunt.takedown.figure_values import PAIRS, duration, percent

    return [
        (
            pair.title,
            percent(span.share),
            duration(span.median_seconds),
            duration(span.p90_seconds),
            f"{span.count:,}",
            f"{span.left_out:,}",
        )
        for pair, span in zip(PAIRS, spans, strict=True)
    ]


def _group(group: "Group") -> Row:
    """Return a row; what recipients claim is left to JSON and the page, for want of room."""
    from scamhunt.takedown.figure_values import percent

    shares = (group.actioned_share, group.declined_share, group.silent_share, group.relapse_rate)
    return (group.name, f"{group.reports:,}", f"{group.open:,}", *map(percent, shares))


def _league(found: "Figures") -> Iterator[str]:
    """Yield a table by goal, and who has no place."""
    for goal in dict.fromkeys(one.goal for one in found.league):
        ranked = [one for one in found.league if one.goal is goal]
        head = (f"league: {goal.replace('_', ' ')}", "place", "within 7 d", "ever", "median", "reports")
        yield from _table(head, [_rank(one) for one in ranked[:ROWS]], more=len(ranked) - ROWS)
    if found.unranked:
        rows = [(one.recipient, one.why) for one in found.unranked]
        yield from _table(("not ranked", "why"), rows[:ROWS], more=len(rows) - ROWS)


def _rank(one: "Rank") -> Row:
    from scamhunt.takedown.figure_values import duration, percent

    shares = (percent(one.share_within), percent(one.reached_share))
    return (one.recipient, f"{one.place}", *shares, duration(one.median_seconds), f"{one.reports:,}")


def _table(head: Row, rows: Sequence[Row], more: int = 0, room: int = NAME) -> Iterator[str]:
    """Yield an empty line and a table: names at the left, what is counted at the right."""
    from scamhunt.takedown.charts import short, width

    named = [head, *((short(output.clean(name), max(room, len(head[0]))), *rest) for name, *rest in rows)]
    if not rows:
        return
    yield ""
    widths = [max(width(row[at]) for row in named) for at in range(len(head))]
    for name, *rest in named:
        first = name + " " * (widths[0] - width(name))
        yield "  ".join([first, *(text.rjust(size) for text, size in zip(rest, widths[1:], strict=True))])
    if more > 0:
        yield f"and {more:,} more: --format json has all"
