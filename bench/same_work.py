"""Just what a peer detects, no more, with the compiled libraries that scamhunt is built on; a process to be timed.

`python bench/same_work.py METHOD HITS NAMES WORDS`: the same hits as `peer_speed.py`, in another order.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import ahocorasick_rs
import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

ROWS = 10_000
"""Names that are compared at once: a matrix of so many rows and all words."""


def opensquat(names: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """Yield a name for each word that it contains or that its first label is within one edit of."""
    text = "\n".join(names)
    starts = np.flatnonzero(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32) == ord("\n")) + 1
    found = ahocorasick_rs.AhoCorasick(words).find_matches_as_indexes(text, overlapping=True)
    places = np.array(found, dtype=np.int64).reshape(-1, 3)
    rows = np.searchsorted(starts, places[:, 1], "right")
    pairs = set(zip(rows.tolist(), places[:, 0].tolist(), strict=True))
    pairs.update(_near([name.partition(".")[0] for name in names], words, 1))
    for row, _ in pairs:
        yield names[row]


def eth(names: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """Yield the names within two edits of an official domain, both without last label and `www.`."""
    forms = [name.rpartition(".")[0].removeprefix("www.") for name in [*names, *words]]
    for row in sorted({row for row, _ in _near(forms[: len(names)], forms[len(names) :], 2)}):
        yield names[row]


def _near(texts: Sequence[str], words: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    for first in range(0, len(texts), ROWS):
        part = texts[first : first + ROWS]
        distances = cdist(part, words, scorer=Levenshtein.distance, score_cutoff=most, dtype=np.uint8)
        rows, columns = np.nonzero(distances <= most)
        yield from zip((rows + first).tolist(), columns.tolist(), strict=True)


METHODS: dict[str, Callable[[Sequence[str], Sequence[str]], Iterator[str]]] = {"openSquat": opensquat, "eth": eth}


def main() -> None:
    """Run one method."""
    method, hits, *files = sys.argv[1:]
    names, words = (Path(path).read_text("utf-8").split() for path in files)
    found = list(METHODS[method](names, words))
    Path(hits).write_text("\n".join(found), "utf-8")
    print(len(found))


if __name__ == "__main__":
    main()
