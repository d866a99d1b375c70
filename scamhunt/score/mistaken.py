"""Whether letters that could be a brand's are another word: `type for`, `en el`, `zeile`; unlike `pay pall`. Pure."""

import re
from collections.abc import Sequence

from scamhunt.score import claims, named, slips
from scamhunt.score.brandwords import BrandWord
from scamhunt.score.everyday import EVERYDAY, SMALL
from scamhunt.score.index import Hit, How
from scamhunt.score.textline import WORD, Line
from scamhunt.score.vocabulary import Vocabulary

_BY_SOUND = frozenset({slips.Kind.REPETITION, slips.Kind.HOMOPHONE, slips.Kind.TRANSPOSITION, slips.Kind.LOOKALIKE})
_HEARD_WHOLE = 8
"""Letters of a name that may sound like two ordinary words."""
_TWO = 2
_ENDING = 2
"""Letters that a case may add to a name: `амазона`."""
_KATAKANA = re.compile("[\u30a1-\u30ff]")


class Reader:
    """Tells names from words that people write."""

    def __init__(self, known: Vocabulary) -> None:
        """Take the words that are known."""
        self._known = known

    def is_a_word(self, hit: Hit, head: str) -> bool:
        """Return whether what would be a slip is a word that people write: said early, because most are."""
        return hit.how is How.SLIP and self._known.explains(head[hit.start : hit.end])

    def is_it(self, hit: Hit, line: Line) -> bool:
        """Return whether the letters can be the brand's word at all, and not another word."""
        piece, word = line.head[hit.start : hit.end], hit.word
        left, right = line.touching(hit)
        if hit.how is How.SCRIPT:
            return not left and len(right) <= _ENDING
        if not word.text.isascii():  # scripts without spaces
            return not (_KATAKANA.search(left[-1:] + right[:1]) and _KATAKANA.search(piece))
        if not left and claims.said_in(right) and not hit.word.meant:
            return hit.how is How.EXACT or not self._other_words(hit, piece)
        if left or right:
            even = self._known.cut(left) is not None and (right == "s" or self._known.cut(right) is not None)
            whole = even and len(word.text) >= named.LONG_ENOUGH - 1
            return hit.how is How.EXACT and _clear(word) and (whole or (not left and _doubled(piece, right)))
        return not self._other_words(hit, piece)

    def _other_words(self, hit: Hit, piece: str) -> bool:
        """Return whether the piece is known words that are not the brand's: `type for`, `en el`; unlike `pay pall`."""
        parts, text, known = WORD.findall(piece), hit.word.text, self._known
        letters = "".join(parts)
        ordinary = all(known.explains(part) or part in SMALL or part in EVERYDAY for part in parts)
        if hit.how in {How.SLIP, How.SOUND}:
            return self._other_slip(hit, parts, ordinary=ordinary)
        if len(parts) == 1:
            return ordinary and letters != text
        return ordinary and len(letters) < named.LONG_ENOUGH and not hit.word.joints

    def _other_slip(self, hit: Hit, parts: Sequence[str], *, ordinary: bool) -> bool:
        """Return whether what could be misspelt or heard is rather words that people write."""
        letters, text = "".join(parts), hit.word.text
        long = len(text) >= _HEARD_WHOLE
        if letters in EVERYDAY or digits(letters) != digits(text) or letters in named.VAGUE_WORDS:
            return True
        if not SMALL.isdisjoint(parts):
            return not (hit.word.joints and long)
        if len(parts) == 1 or not ordinary:
            return ordinary
        if hit.how is How.SOUND:
            return not long
        return not (_by_sound(letters, text) or (hit.edits == 1 and _one_is_right(parts, hit.word)))


def _clear(word: BrandWord) -> bool:
    return not (word.ambiguous or word.partial or word.meant)


def _doubled(piece: str, right: str) -> bool:
    """Return whether a name that is too short for slips has its last letter twice, or an `e` behind it."""
    return len(piece) < named.LONG_ENOUGH and right in {piece[-1], "e"}


def _by_sound(letters: str, text: str) -> bool:
    return all(slip.kind in _BY_SOUND for slip in slips.explain(letters, text))


def _one_is_right(parts: Sequence[str], word: BrandWord) -> bool:
    """Return whether of two words one is the name's and the other is as long as the name's: `capitol one`."""
    pairs = [(parts, (word.text[:at], word.text[at:])) for at in word.joints if len(parts) == _TWO]
    return any(
        sum(there == meant for there, meant in zip(*pair, strict=True)) == 1
        and all(
            there == meant or min(len(there), len(meant)) >= named.LONG_ENOUGH
            for there, meant in zip(*pair, strict=True)
        )
        for pair in pairs
    )


def digits(text: str) -> str:
    """Return the digits of a text."""
    return "".join(filter(str.isdecimal, text))
