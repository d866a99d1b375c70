import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.indicators import lookalike
from scamhunt.score.bare import Bare
from scamhunt.score.joined import Joined


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="rnvcl10-.aоﬁé", max_size=12), min_size=1, max_size=6))
def test_bare_names_are_folded_names_without_hyphens_and_dots(lines: list[str]) -> None:
    """Taking the places along changes nothing in what the names fold to."""
    bare = Bare(Joined(lines), lines)
    folded = "\n".join(map(lookalike.fold, [*lines, ""]))
    assert bare.text == folded.replace("-", "").replace(".", "")


@pytest.mark.parametrize(
    ("line", "found", "piece"),
    [
        ("x-ama-z0n.y", "amazon", "ama-z0n"),
        ("arnazon", "amazon", "arnazon"),
        ("xarn", "am", "arn"),
        ("a.rnb", "am", "a.rn"),
        ("ﬁamazon", "amazon", "amazon"),
        ("ﬁ-arn-azоn.x", "amazon", "arn-azоn"),
        ("vv-éarn", "eam", "éarn"),
    ],
)
def test_a_place_in_the_bare_text_is_one_in_the_name(line: str, found: str, piece: str) -> None:
    """Letters that fold together, hyphens, dots and letters of other scripts belong to the piece they stand in."""
    lines = ["ﬁrst", "arnica-x", line, "last"]
    joined = Joined(lines)
    bare = Bare(joined, lines)
    at = bare.text.index(found, len("flrst\namlcax"))
    starts, ends = bare.places(np.array([at]), np.array([at + len(found)]))
    assert joined.text[starts[0] : ends[0]] == piece
