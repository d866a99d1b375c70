import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt import reference
from scamhunt.score.cuts import LABEL, Cuts
from scamhunt.score.hashes import Hashes
from scamhunt.score.joined import codes_of

WORDS = ("e", "my", "go", "help", "desk", "helpdesk", "online", "线", "登录")


def even(cuts: Cuts, runs: list[str]) -> list[bool]:
    """Return for each run whether it comes out even."""
    sizes = np.array([len(run) for run in runs], dtype=np.int64)
    ends = np.cumsum(sizes)
    found = cuts.even(Hashes(codes_of("".join(runs))), ends - sizes, ends)
    return [bool(each) for each in found]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("", True),
        ("help", True),
        ("helpdesk", True),
        ("myhelpdeskonline", True),
        ("eeee", True),
        ("登录help", True),
        ("hel", False),
        ("xhelp", False),
        ("helpx", False),
        ("help-desk", False),
        ("helpdes", False),
        ("my" * (LABEL // 2), True),
        ("my" * (LABEL // 2 + 1), False),
    ],
)
def test_runs_that_words_explain(run: str, expected: bool) -> None:
    """Only what is words from end to end comes out even, and nothing longer than a label can be."""
    assert even(Cuts(WORDS), ["other", run, "other"]) == [False, expected, False]


@settings(max_examples=100, deadline=None)
@given(
    st.frozensets(st.text(alphabet="abc", min_size=1, max_size=4), min_size=1, max_size=8),
    st.lists(st.text(alphabet="abcd", max_size=14), max_size=20),
)
def test_whole_batches_are_cut_as_single_runs_are(words: frozenset[str], runs: list[str]) -> None:
    """The batch comes to the same answers as trying every cut of each run."""
    expected = [_cut(run, words) for run in runs]
    assert even(Cuts(words), runs) == expected


def _cut(run: str, words: frozenset[str]) -> bool:
    open_at = {0}
    for end in range(1, len(run) + 1):
        if any(start in open_at and run[start:end] in words for start in range(end)):
            open_at.add(end)
    return len(run) in open_at


def test_the_vocabulary_cuts_as_the_batch_does() -> None:
    """What lets a weak word pass here is what the signals call explained: `Vocabulary.cut` says the same."""
    vocabulary = reference.vocabulary()
    rng = random.Random(5)
    words = sorted(vocabulary.beside)
    whole = ["".join(rng.choices(words, k=rng.randint(1, 3))) for _ in range(300)]
    broken = [run[: rng.randint(1, len(run))] for run in whole]
    runs = [run for run in [*whole, *broken] if len(run) <= LABEL]
    assert even(Cuts(vocabulary.beside), runs) == [vocabulary.cut(run) is not None for run in runs]


def test_no_words() -> None:
    """Without words only nothing comes out even."""
    assert even(Cuts([]), ["", "a"]) == [True, False]
