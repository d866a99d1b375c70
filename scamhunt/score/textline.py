"""One text as a line of words, and what stands around a place in it. Pure."""

import re
from collections.abc import Container

from scamhunt.score import claims
from scamhunt.score.brandwords import is_short
from scamhunt.score.index import Hit

NEAR = 48
"""Characters on either side of a word in which lures are looked for."""
AT_ONCE = 6
"""Where a heading begins at the latest."""
CAPITAL, CAPITALS, HEADING, APART = 0.5, 1.0, 1.0, 0.5
"""Log-odds of a capital inside a sentence, of an abbreviation in capitals, of a heading, of a name between commas."""

WORD = re.compile(r"[^\W_]+")
_BEFORE = re.compile(r"[^\W_]+\Z")

_LAST_WORD = re.compile(r"([^\W_]+)-\Z")
_NEXT_WORD = re.compile(r"-([^\W_]+)")


class Line:
    """One text as a line of words, and what stands around a place in it."""

    def __init__(self, head: str, cased: str) -> None:
        """Take the line in lower case, and as it was written."""
        self.head = head
        self._cased = cased if len(cased) == len(head) else head
        capitals = sum(map(str.isupper, cased))
        self._mixed = capitals * 2 < sum(map(str.isalpha, cased))

    def around(self, hit: Hit) -> tuple[str, str]:
        """Return what stands before and behind, as far as phrases are looked for; an ending (`X's`) is passed over."""
        ending = self.touching(hit)[1]
        end = hit.end + (len(ending) if ending.isascii() else 0)
        return self.head[max(0, hit.start - claims.NEAR) : hit.start], self.head[end : end + claims.NEAR]

    def touching(self, hit: Hit) -> tuple[str, str]:
        """Return the letters and digits that touch the piece on its left and on its right."""
        left = _BEFORE.search(self.head, max(0, hit.start - NEAR), hit.start)
        right = WORD.match(self.head, hit.end, hit.end + NEAR)
        return (left.group() if left else ""), (right.group() if right else "")

    def ending(self, hit: Hit) -> str:
        """Return the letters and digits that touch the piece on its right."""
        return self.touching(hit)[1]

    def next_word(self, hit: Hit) -> str:
        """Return the word behind the piece, empty where a break comes before it."""
        found = WORD.match(self.head, hit.end + 1, hit.end + NEAR) if self.head[hit.end : hit.end + 1] == "-" else None
        return found.group() if found else ""

    def capitals_beside(self, hit: Hit) -> list[str]:
        """Return the words that touch the piece, a hyphen between, and begin with a capital."""
        before = _LAST_WORD.search(self._cased, max(0, hit.start - NEAR), hit.start)
        after = _NEXT_WORD.match(self._cased, hit.end, hit.end + NEAR)
        return [found.group(1) for found in (before, after) if found and found.group(1)[0].isupper()]

    def words_near(self, hit: Hit, known: Container[str]) -> tuple[str, ...]:
        """Return those of the known words that stand near, each once."""
        before = self.head[max(0, hit.start - NEAR) : hit.start]
        after = self.head[hit.end : hit.end + NEAR]
        return tuple(word for word in dict.fromkeys(WORD.findall(f"{before} {after}")) if word in known)

    def typeset(self, hit: Hit) -> float:
        """Return what capitals and breaks tell; capitals nothing where the whole text has them."""
        return self._capital(hit) + self._heading(hit)

    def _capital(self, hit: Hit) -> float:
        piece = self._cased[hit.start : hit.end]
        if not self._mixed:
            return 0.0
        if piece.isupper() and is_short(hit.word.text):
            return CAPITALS
        return CAPITAL if piece[:1].isupper() and self.head[: hit.start].endswith("-") else 0.0

    def _heading(self, hit: Hit) -> float:
        """Return what it tells when the name stands alone between breaks, as senders of messages head theirs."""
        before, after = self.head[: hit.start], self.head[hit.end : hit.end + 1]
        if after != "." or not (before.endswith(".") or not before):
            return 0.0
        return HEADING if len(before) < AT_ONCE else APART
