"""Progress on stderr: only where a person looks, and only for what takes longer than a second."""

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scamhunt.cli import output

if TYPE_CHECKING:
    from rich.progress import Progress as Drawn

PATIENCE = 1.0
"""Seconds of work before anything is drawn."""


class Progress:
    """Called with what is being done and how many rows of it are through; draws on a terminal, else stays quiet."""

    def __init__(self) -> None:
        """Start the clock."""
        self._started = time.monotonic()
        self._watched = output.terminal(sys.stderr) and os.environ.get("TERM") != "dumb"
        self._drawn: Drawn | None = None

    def __enter__(self) -> Self:
        """Draw nothing yet."""
        return self

    def __call__(self, what: str, rows: int) -> None:
        """Take the news."""
        if self._watched and time.monotonic() - self._started > PATIENCE:
            self._drawn = self._drawn or _draw()
            self._drawn.update(self._drawn.task_ids[0], description=output.shorten(what, 60), rows=f"{rows:,}")
            self._drawn.start()

    def hide(self) -> None:
        """Make room for output on the same terminal; the next news draws again."""
        if self._drawn:
            self._drawn.stop()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the drawing away."""
        self.hide()


def _draw() -> "Drawn":
    from rich.console import Console  # slow, and seldom needed
    from rich.progress import Progress as Drawn
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), TextColumn("{task.fields[rows]} rows", markup=False))
    drawn = Drawn(
        SpinnerColumn(),
        *columns,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # data is never led to stderr
        redirect_stderr=False,
    )
    drawn.add_task("", total=None, rows="0")
    return drawn
