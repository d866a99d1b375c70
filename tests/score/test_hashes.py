import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.score.hashes import Hashes, HashFilter, HashTable, Keys, Positions, rest_of, spread
from scamhunt.score.joined import codes_of

TEXTS = st.lists(st.text(alphabet="abñ微1", min_size=1, max_size=9), min_size=1, max_size=20)


def places(*values: int) -> Positions:
    """Return positions as a column."""
    return np.array(values, dtype=np.int64)


def key(text: str) -> Keys:
    """Return the hash of a text by itself."""
    return Hashes(codes_of(text)).spans(places(0), places(len(text)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20), st.text(min_size=2, max_size=9), st.text(max_size=20), st.data())
def test_a_span_has_the_hash_of_its_text(before: str, text: str, after: str, data: st.DataObject) -> None:
    """Wherever a text stands, whole or without one or two characters, its hash is that of the same text alone."""
    hashes = Hashes(codes_of(before + text + after))
    start, end = len(before), len(before) + len(text)
    first = data.draw(st.integers(0, len(text) - 2))
    second = data.draw(st.integers(first + 1, len(text) - 1))
    assert hashes.spans(places(start), places(end)) == key(text)
    one = hashes.without(places(start), places(end), places(start + first), places(end))
    assert one == key(text[:first] + text[first + 1 :])
    two = hashes.without(places(start), places(end), places(start + first), places(start + second))
    assert two == key(text[:first] + text[first + 1 : second] + text[second + 1 :])
    fronts = hashes.fronts(places(start), len(text))
    assert [int(front[0]) for front in fronts] == [int(key(text[:at])[0]) for at in range(len(text) + 1)]
    assert rest_of(key(text), key(text[:first]), first) == key(text[first:])


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_a_table_finds_every_value_of_every_text(texts: list[str], asked: list[str]) -> None:
    """A table answers with all values of the texts that it holds and with none for others."""
    table = HashTable(np.concatenate([key(text) for text in texts]), np.arange(len(texts)))
    keys = np.concatenate([key(text) for text in asked])
    at, value = table.find(keys)
    expected = [(a, t) for a, ask in enumerate(asked) for t, text in enumerate(texts) if ask == text]
    assert sorted(zip(at.tolist(), value.tolist(), strict=True)) == expected
    assert table.has(keys).tolist() == [ask in texts for ask in asked]


def test_an_empty_table_has_nothing() -> None:
    """Without keys every look-up is answered with no."""
    table = HashTable(np.empty(0, np.uint64), np.empty(0, np.int64))
    assert [len(column) for column in table.find(key("a"))] == [0, 0]
    assert not table.has(key("a"))[0]


def test_a_filter_lets_few_strangers_through() -> None:
    """All keys pass, and of others about one in sixteen at most."""
    keys = np.concatenate([key(f"word{at}") for at in range(500)])
    strangers = np.concatenate([key(f"name{at}") for at in range(500)])
    assert HashFilter(keys).maybe(keys).all()
    assert HashFilter(keys).maybe(strangers).sum() < 60


@pytest.mark.parametrize(
    ("counts", "owners", "steps"), [((2, 0, 3), [0, 0, 2, 2, 2], [0, 1, 0, 1, 2]), ((), [], []), ((0,), [], [])]
)
def test_spreading_counts(counts: tuple[int, ...], owners: list[int], steps: list[int]) -> None:
    """Every owner comes as often as it counts, with steps from 0."""
    owner, step = spread(places(*counts))
    assert (owner.tolist(), step.tolist()) == (owners, steps)
