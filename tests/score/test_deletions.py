import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from scamhunt.score import deletions
from scamhunt.score.deletions import LONGEST, Deletions
from scamhunt.score.hashes import Hashes
from scamhunt.score.joined import codes_of


def near(table: Deletions, tokens: Sequence[str]) -> set[tuple[str, str]]:
    """Return the (token, word) pairs that the table proposes."""
    ends = np.cumsum([len(token) for token in tokens], dtype=np.int64)
    starts = ends - np.array([len(token) for token in tokens], dtype=np.int64)
    token, word = table.near(Hashes(codes_of("".join(tokens))), starts, ends)
    return {(tokens[t], table.words[w]) for t, w in zip(token, word, strict=True)}


def missed(table: Deletions, tokens: Sequence[str], edits: int) -> set[tuple[str, str]]:
    """Return the pairs within the edits that the table does not propose."""
    expected = {(token, word) for token in tokens for word in table.words if OSA.distance(token, word) <= edits}
    return expected - near(table, [token for token in tokens if token])


@pytest.mark.parametrize("alphabet", ["ab", "abcde"])
@pytest.mark.parametrize("edits", [1, 2])
def test_every_word_within_the_edits_is_found(edits: int, alphabet: str) -> None:
    """No token within the allowed edits of a word is missed, whatever the kind of edit and the lengths."""
    rng = random.Random(edits)
    words = sorted({"".join(rng.choices(alphabet, k=rng.randint(5, 9))) for _ in range(60)})
    tokens = sorted({"".join(rng.choices(alphabet, k=rng.randint(3, 11))) for _ in range(600)})
    assert missed(Deletions(words, edits), tokens, edits) == set()


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abcñ", min_size=3, max_size=LONGEST), st.integers(1, 2), st.data())
def test_any_edits_of_any_word_are_found(word: str, edits: int, data: st.DataObject) -> None:
    """A word of any length is found again after any insertions, deletions, replacements and swaps."""
    token = word
    for _ in range(edits):
        at = data.draw(st.integers(0, len(token) - 1))
        kind = data.draw(st.sampled_from(["insert", "delete", "replace", "swap"]))
        letter = data.draw(st.sampled_from("abx"))
        token = {
            "insert": token[:at] + letter + token[at:],
            "delete": token[:at] + token[at + 1 :],
            "replace": token[:at] + letter + token[at + 1 :],
            "swap": token[:at] + token[at : at + 2][::-1] + token[at + 2 :],
        }[kind]
        token = token or "a"
    if edits < len(token) <= LONGEST and OSA.distance(word, token) <= edits:
        assert (token, word) in near(Deletions([word, "unrelated"], edits), ["other", token])


def test_what_is_far_away_is_hardly_ever_found() -> None:
    """The table proposes few words that the true distance then refuses: it is an index, not a full comparison."""
    rng = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(rng.choices(letters, k=8)) for _ in range(500)]
    tokens = ["".join(rng.choices(letters, k=8)) for _ in range(500)]
    assert len(near(Deletions(words, 1), tokens)) <= 2


def test_words_too_long_for_the_table_are_left_out() -> None:
    """A word beyond the longest length, or of no more letters than edits, costs nothing and breaks nothing."""
    table = Deletions(["a" * (LONGEST + 1), "abcdef", "a"], 1)
    assert table.words == ["abcdef"]
    assert near(table, ["abcdeg", "b" * 200]) == {("abcdeg", "abcdef")}


def test_many_tokens_alike_are_all_found() -> None:
    """More remainders than are made at once are made in portions, and none is left out."""
    word = "abcdefghijklmnopqrstuvwx"
    tokens = [f"{word[:at]}0{word[at + 1 : 20]}1{word[21:]}" for at in range(20)] * 100
    assert len(tokens) * 276 > deletions._AT_ONCE  # noqa: SLF001  # the test is about this limit
    ends = np.cumsum([len(token) for token in tokens], dtype=np.int64)
    found, _ = Deletions([word], 2).near(Hashes(codes_of("".join(tokens))), ends - len(word), ends)
    assert found.tolist() == list(range(len(tokens)))


def test_an_empty_table_finds_nothing() -> None:
    """Without words there is nothing to look up."""
    assert near(Deletions([], 2), ["abcdef"]) == set()
