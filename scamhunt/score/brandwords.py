"""The words by which the public knows a brand, as they could stand in a host name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from scamhunt.indicators import lookalike
from scamhunt.model import Brand
from scamhunt.score.vocabulary import Vocabulary

SHORT = 3
"""Words of up to so many ASCII letters count only as a token of their own: inside others they are noise."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
ONE_EDIT_FROM, TWO_EDITS_FROM = 5, 9
"""How long a word is that still means the same after one edit, and after two."""


@dataclass(frozen=True, slots=True)
class BrandWord:
    """One word of one brand: letters and digits only, lower-case."""

    text: str
    folded: str
    brand: str
    ambiguous: bool
    """An ordinary word too: it needs support from what stands around it."""
    joints: frozenset[int] = frozenset()
    """Where in `text` a word of a name of several words begins: a hyphen there is no disguise (`find-my-iphone`)."""

    @property
    def bears_disguise(self) -> bool:
        """Return whether the word survives look-alikes and hyphens: short words and numbers could become anything."""
        return not is_short(self.text) and not self.text.isdecimal()

    @property
    def edits(self) -> int:
        """Return how many edits still mean this word: none below 5 letters, one below 9, else two.

        An absolute distance is noise on short brands: of 15,768 new names 470 lay within 3 edits of one with 3 letters.
        """
        return (len(self.text) >= ONE_EDIT_FROM) + (len(self.text) >= TWO_EDITS_FROM)


def words_of(brand: Brand, vocabulary: Vocabulary, labels: Sequence[str]) -> Iterator[BrandWord]:
    """Yield the words of a brand, each once: its name, its aliases, and `labels`, those of its official domains."""
    own = squeeze(brand.name)
    called = [spelling for name in (brand.name, *brand.aliases) for spelling in _spellings(name)]
    spoken = {squeeze(part) for name in (brand.name, *brand.aliases) for part in name.split()}
    # The label of group.dhl is an ordinary word that nobody knows the brand by; that of live.com is a part of an alias.
    known = [label for label in map(squeeze, labels) if label in spoken or label not in vocabulary.common]
    names = dict.fromkeys([*map(squeeze, called), *(label for label in known if len(label) >= SHORT)])
    joints = _joints([*called, *labels])
    ambiguous = None if brand.ambiguous is None else {squeeze(word) for word in brand.ambiguous}
    for text in names:
        if len(text) <= 1 or (text in vocabulary.lures and text != own):
            continue
        ordinary = text in vocabulary.common if ambiguous is None else text in ambiguous
        weak = ordinary or is_short(text) or text.isdecimal()
        yield BrandWord(text, lookalike.fold(text), brand.id, weak, joints.get(text, frozenset()))


def is_short(text: str) -> bool:
    """Return whether a word is too short to mean anything inside others; two Han characters are a whole name."""
    return len(text) <= SHORT and text.isascii()


def _spellings(name: str) -> list[str]:
    """Return a name as it is, and as people write it where a host name has no `&` and no umlaut."""
    folded = name.casefold()
    spelt = [folded, folded.replace("&", " and "), folded.translate(_UMLAUTS)]
    return list(dict.fromkeys(spelt))


def squeeze(name: str) -> str:
    """Return the letters and digits of a name, lower-case, Latin ones without marks.

    `Crédit Agricole` gives `creditagricole`.
    """
    return "".join(_parts(name))


def _parts(name: str) -> list[str]:
    """Return the squeezed words of a name. A mark parts nothing: in many scripts it is a vowel."""
    plain = (_plain(c) for c in unicodedata.normalize("NFKC", name).casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.category(c).startswith("M")))


def _joints(names: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return for each name, squeezed, where its words begin, the first left out; spellings of one name add up."""
    joints: dict[str, frozenset[int]] = {}
    for parts in map(_parts, names):
        text = "".join(parts)
        begins = frozenset(accumulate(map(len, parts[:-1])))
        joints[text] = joints.get(text, frozenset()) | begins
    return joints


def _plain(character: str) -> str:
    """Strip the mark of a Latin letter only: in other scripts it makes another letter (kana, Devanagari)."""
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() else character
