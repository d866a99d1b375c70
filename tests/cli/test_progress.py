from collections.abc import Callable

import pytest

from scamhunt.cli.progress import Progress

OnTerminal = Callable[..., str]

SLOW = """
import time
from scamhunt.cli.progress import Progress
with Progress() as progress:
    progress("early", 1)
    time.sleep({seconds})
    progress("nrd_list \\x1b[31m [bold]x", 48_747)
    time.sleep(0.2)
"""


def test_slow_work_shows_its_progress_on_a_terminal(on_terminal: OnTerminal) -> None:
    """After a second a person sees what is read and how far; hostile text is shown, not obeyed."""
    drawn = on_terminal(SLOW.format(seconds=1.1))
    assert "48,747 rows" in drawn
    assert "\\u{1b}[31m [bold]x" in drawn
    assert "early" not in drawn


def test_quick_work_shows_none(on_terminal: OnTerminal) -> None:
    """What takes less than a second does not flicker."""
    assert on_terminal(SLOW.format(seconds=0)) == ""


def test_a_terminal_that_cannot_draw_gets_nothing(on_terminal: OnTerminal) -> None:
    """TERM=dumb, as in an editor's shell: no escape sequences and no empty lines."""
    assert on_terminal(SLOW.format(seconds=1.1), TERM="dumb") == ""


def test_cron_hears_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal nothing is drawn, however long it takes."""
    with Progress() as progress:
        progress("nrd_list", 1)
    assert capsys.readouterr() == ("", "")
