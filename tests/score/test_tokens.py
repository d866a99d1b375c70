import numpy as np
import pytest

from scamhunt.score.joined import Joined
from scamhunt.score.tokens import Tokenizer

LURES = ("refund", "help", "login", "log", "my")


def tokens(*lines: str) -> set[str]:
    """Return the pieces of the names that edits are tried on."""
    joined = Joined(lines)
    part = Tokenizer(LURES).tokens(joined)
    starts, ends = part.places(np.arange(len(part.starts)))
    return {joined.text[start:end] for start, end in zip(starts, ends, strict=True)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("amazom", {"amazom"}),
        ("amazom24", {"amazom", "amazom24"}),
        ("24amazom.shop", {"amazom", "24amazom", "shop"}),
        ("1234567", set()),
        ("abc", set()),
        ("amazomhelp", {"amazomhelp", "amazom"}),
        ("loginamazomhelp", {"loginamazomhelp", "amazomhelp", "loginamazom"}),
        ("myamazom", {"myamazom"}),
        ("logamazom", {"logamazom"}),
        ("loginabc", {"loginabc"}),
        ("amaz-onn", {"amaz", "amaz-onn"}),
        ("a-b-cdef", {"cdef", "a-b-cdef"}),
        ("a-b-c-defg", {"defg"}),
        ("www.am-azom.evil", {"azom", "am-azom", "evil"}),
        ("a" * 25, set()),
        ("a" * 24, {"a" * 24}),
        ("a-" + "b" * 24, {"b" * 24}),
        ("amaz微n", {"amaz微n"}),
    ],
)
def test_what_edits_are_tried_on(line: str, expected: set[str]) -> None:
    """Runs of letters, with digits, without a lure word at an end, and labels without one hyphen or two."""
    assert tokens("", line, "x") == expected
    assert tokens(line) == expected


def test_a_text_without_any_token() -> None:
    """Dots alone give no tokens."""
    assert tokens("...", "-") == set()
