import random

import numpy as np
import pytest
from rapidfuzz.distance import OSA

from scamhunt.score.deletions import LONGEST, Deletions

ALPHABET = "abcde"


def codes(tokens: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    """Return tokens of one length as an array of code points."""
    return np.array([[ord(c) for c in token] for token in tokens], dtype=np.uint64)


@pytest.mark.parametrize("edits", [1, 2])
def test_every_word_within_the_edits_is_found(edits: int) -> None:
    """No token within the allowed edits of a word is missed, whatever the kind of edit."""
    rng = random.Random(edits)
    words = sorted({"".join(rng.choices(ALPHABET, k=rng.randint(5, 9))) for _ in range(60)})
    table = Deletions(words, edits)
    missed = []
    for length in range(4, 11):
        tokens = sorted({"".join(rng.choices(ALPHABET, k=length)) for _ in range(120)})
        found = table.near(codes(tokens))
        missed += [
            (token, word)
            for t, token in enumerate(tokens)
            for w, word in enumerate(table.words)
            if OSA.distance(token, word) <= edits and (t, w) not in found
        ]
    assert missed == []


def test_what_is_far_away_is_hardly_ever_found() -> None:
    """The table proposes few words that the true distance then refuses: it is an index, not a full comparison."""
    rng = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(rng.choices(letters, k=8)) for _ in range(500)]
    tokens = ["".join(rng.choices(letters, k=8)) for _ in range(500)]
    assert len(Deletions(words, 1).near(codes(tokens))) <= 2


def test_words_too_long_for_the_table_are_left_out() -> None:
    """A word beyond the longest length costs nothing and breaks nothing."""
    table = Deletions(["a" * (LONGEST + 1), "abcdef"], 1)
    assert table.words == ["abcdef"]
    assert table.near(codes(["abcdeg"])) == {(0, 0)}


def test_an_empty_table_finds_nothing() -> None:
    """Without words there is nothing to look up."""
    table = Deletions([], 2)
    assert list(table.lengths) == []
    assert table.near(codes(["abcdef"])) == set()
