"""What is due, for a person to read: when, what, why, and the command that does it."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING

from scamhunt.cli import output
from scamhunt.cli.output import Line

if TYPE_CHECKING:
    from scamhunt.takedown.tracked import Work

PLAIN_WIDTH, WIDEST = 80, 120
HEAD, SOFT, STRONG = "bold", "dim", "bold red"
LATE_DAYS = 7
"""From so many days on a line says how late it is in red."""


def show(works: Sequence["Work"], now: datetime) -> None:
    """Print what is due to stdout, what waits longest first."""
    if output.terminal():
        output.paint(lines(works, now, min(shutil.get_terminal_size().columns, WIDEST)))
        return
    for text, _ in lines(works, now, PLAIN_WIDTH):
        output.write(text.rstrip() + "\n")


def lines(works: Sequence["Work"], now: datetime, width: int) -> Iterator[Line]:
    """Yield three lines a work: what and since when, why, how. Commands are not folded."""
    for work in works:
        days = (now - work.due_at).days
        late = f", {output.count(days, 'day')} ago" if days > 0 else ""
        about = " ".join(part for part in (work.indicator, f"(report {work.report})" if work.report else "") if part)
        head = f"{work.what}: {about}" if about else work.what
        for at, line in enumerate(wrap(output.clean(head), width, subsequent_indent="  ")):
            yield line, "" if at else STRONG if days >= LATE_DAYS else HEAD
        told = f"due {work.due_at:%Y-%m-%d %H:%M} UTC{late}; {work.why}"
        for line in wrap(output.clean(told), width, initial_indent="  ", subsequent_indent="  "):
            yield line, SOFT
        yield f"  {output.clean(work.do)}", ""
