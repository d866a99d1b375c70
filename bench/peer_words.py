"""What several peers need: keywords of brands, parts of a host, words contained, edits counted for many at once."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand
from scamhunt.score.brands import Brands

CHUNK = 4_096
"""Names that are compared with all keywords at once: memory stays flat."""
SHORTEST = 5
"""Letters of a keyword: of 3, 4, 5 and 6 the peers find most with 5; shorter words are noise to all of them."""
_TO_LATIN = {
    ord(pair[0]): pair[1]
    for pair in (
        "аa вb сc ԁd еe ցg һh іi јj кk ӏl мm ոn оo рp ԛq гr ѕs тt цu ѵv ԝw хx уy "  # Cyrillic, two Armenian
        "αa βb εe ηn ιi κk νv οo ρp τt υu χx ωw ıi łl øo đd ħh ŧt"  # Greek; Latin that does not decompose
    ).split()
}


def keywords(brands: Brands, shortest: int = SHORTEST) -> list[str]:
    """Return what a user would set for these brands: names and aliases as one word, and labels of official domains."""
    words = {word for brand in brands for word in words_of(brand)}
    return sorted(word for word in words if len(word) >= shortest)


def words_of(brand: Brand) -> list[str]:
    """Return name, aliases and official labels of one brand in ASCII letters, digits and hyphens; the name first."""
    labels = [name.partition(".")[0] for name in brand.domains if not name.startswith("xn--")]
    written = (unicodedata.normalize("NFKD", text.casefold()) for text in (brand.name, *brand.aliases))
    joined = (re.sub("[^a-z0-9]", "", text) for text in written if text[:1].isascii())
    return [word for word in dict.fromkeys([*joined, *labels]) if word]


def latin(text: str) -> str:
    """Return a host with its punycode decoded, marks taken off and look-alike letters turned to Latin ones."""
    if text.isascii() and "xn--" not in text:
        return text
    decoded = ".".join(map(_decoded, text.split(".")))
    bare = (c for c in unicodedata.normalize("NFKD", decoded) if not unicodedata.combining(c))
    return "".join(bare).translate(_TO_LATIN)


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def targets(hosts: Sequence[str]) -> list[str]:
    """Return the registrable name of each host (on a shared platform the tenant's), the host where there is none."""
    names, _ = parse_many(hosts)
    targets = list(hosts)
    for row, target in zip(names.rows, names.targets, strict=True):
        targets[row] = target
    return targets


def labels(hosts: Sequence[str]) -> list[str]:
    """Return the first label of each registrable name."""
    return [target.partition(".")[0] for target in targets(hosts)]


def lies_under(host: str, names: Collection[str]) -> bool:
    """Return whether a host or any of its parents is among the names."""
    parts = host.split(".")
    return any(".".join(parts[at:]) in names for at in range(len(parts)))


def contained(texts: Sequence[str], words: Sequence[str]) -> list[set[int]]:
    """Return for each text which words (by index) stand anywhere in it."""
    search = AhoCorasick(list(words))
    return [{at for at, _, _ in search.find_matches_as_indexes(text, overlapping=True)} for text in texts]


def distances(texts: Sequence[str], words: Sequence[str], most: int) -> Iterator[tuple[int, NDArray[np.int16]]]:
    """Yield (row of the first text, edits of each text to each word), chunk by chunk; `most` + 1 stands for more."""
    for start in range(0, len(texts), CHUNK):
        part = texts[start : start + CHUNK]
        edits = process.cdist(part, words, scorer=Levenshtein.distance, score_cutoff=most, dtype=np.uint8)
        yield start, edits.astype(np.int16)
