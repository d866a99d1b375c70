import numpy as np
import pytest

from scamhunt.score.joined import Joined


def span(lines: list[str], piece: str) -> tuple[Joined, np.ndarray, np.ndarray]:
    """Return the joined lines and the span of the first such piece."""
    joined = Joined(lines)
    at = joined.text.index(piece)
    return joined, np.array([at]), np.array([at + len(piece)])


@pytest.mark.parametrize(
    ("line", "piece", "alone"),
    [
        ("dhl", "dhl", True),
        ("my-dhl.x", "dhl", True),
        ("24dhl24", "dhl", True),
        ("24o2", "o2", True),
        ("o224", "o2", False),
        ("adhl", "dhl", False),
        ("dhlx", "dhl", False),
        ("微dhl", "dhl", False),
        ("_dhl_", "dhl", True),
    ],
)
def test_standing_alone(line: str, piece: str, alone: bool) -> None:
    """A piece stands alone where no letter touches it, and no digit a digit of its own; lines do not touch."""
    joined, start, end = span(["a", line, "b"], piece)
    assert joined.alone(start, end).tolist() == [alone]


@pytest.mark.parametrize(
    ("line", "sides"),
    [
        ("xamazony", ("x", "y")),
        ("my-amazonhelp.net", ("", "help")),
        ("loginamazon24", ("login", "")),
        ("登录amazon・店", ("登录", "")),
        ("店・amazon٣", ("", "")),
        ("amazon", ("", "")),
    ],
)
def test_letters_that_touch(line: str, sides: tuple[str, str]) -> None:
    """What touches a piece are letters of any script; marks, digits and symbols end them."""
    joined, start, end = span(["abc", line, "xyz"], "amazon")
    left, right = joined.sides(start, end)
    assert (joined.text[left[0] : start[0]], joined.text[end[0] : right[0]]) == sides


def test_sides_without_any_letters() -> None:
    """Where there are no letters none touch."""
    joined, start, end = span(["123"], "2")
    assert [side.tolist() for side in joined.sides(start, end)] == [[1], [2]]


def test_rows_runs_and_wide_lines() -> None:
    """Every position knows its line; runs of letters end at its end; lines beyond ASCII are known."""
    joined = Joined(["ab1", "", "c-微d"])
    assert joined.rows(np.array([0, 3, 4, 5, 9])).tolist() == [0, 0, 1, 2, 2]
    assert joined.runs.tolist() == [[0, 2], [5, 6], [7, 9]]
    assert joined.wide.tolist() == [False, False, True]
