"""Many names as one text, with arrays that answer for any position in it."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from scamhunt.score.hashes import Codes, Hashes, Mask, Positions

LAST_ASCII = 0x7F


class Joined:
    """Lines as one text, each with a newline behind it."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Take the lines; a newline inside one is read as a space."""
        self.text = "\n".join([*lines, ""])
        if self.text.count("\n") != len(lines):
            self.text = "\n".join([*(line.replace("\n", " ") for line in lines), ""])
        self.codes = codes_of(self.text)
        self.starts: Positions = np.concatenate([[0], self.at("\n")[:-1] + 1]) if lines else np.empty(0, np.int64)
        self.digits = (self.codes >= ord("0")) & (self.codes <= ord("9"))
        self.letters = (self.codes >= ord("a")) & (self.codes <= ord("z"))
        if not self.text.isascii():
            self.letters |= self.codes > LAST_ASCII

    @cached_property
    def hashes(self) -> Hashes:
        """The hash of every span."""
        return Hashes(self.codes)

    @cached_property
    def wide(self) -> Mask:
        """Which lines hold more than ASCII."""
        wide = np.zeros(len(self.starts), dtype=np.bool_)
        wide[self.rows(np.flatnonzero(self.codes > LAST_ASCII))] = True
        return wide

    @cached_property
    def runs(self) -> Positions:
        """Start and end of each run of letters, as rows; all that is not ASCII counts as a letter."""
        return runs_of(self.letters)

    def at(self, character: str) -> Positions:
        """Return where a character stands."""
        return np.flatnonzero(self.codes == ord(character))

    def rows(self, positions: Positions) -> Positions:
        """Return the lines, from 0, that positions lie in."""
        return np.searchsorted(self.starts, positions, "right") - 1

    def alone(self, starts: Positions, ends: Positions) -> Mask:
        """Return whether no letter touches a span, and no digit where it has a digit at that end."""
        return ~(self._touched(starts, starts - 1) | self._touched(ends - 1, ends))  # before the first: a newline

    def _touched(self, edges: Positions, beyond: Positions) -> Mask:
        return self.letters[beyond] | (self.digits[edges] & self.digits[beyond])

    def sides(self, starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """Return where the letters that touch each span on its left begin, and where those on its right end.

        Letters as people write words with them: of what is not ASCII neither marks nor digits nor symbols.
        """
        runs = self._spelt
        if not len(runs):
            return starts, ends
        before = runs[np.searchsorted(runs[:, 0], starts, "left") - 1]
        after = runs[np.searchsorted(runs[:, 0], ends, "right") - 1]
        left = np.where((before[:, 0] < starts) & (starts <= before[:, 1]), before[:, 0], starts)
        right = np.where((after[:, 0] <= ends) & (ends < after[:, 1]), after[:, 1], ends)
        return left, right

    @cached_property
    def _spelt(self) -> Positions:
        if self.text.isascii():
            return self.runs
        places = np.flatnonzero(self.codes > LAST_ASCII)
        signs = [code for code in np.unique(self.codes[places]) if not _spells(chr(code))]
        spelt = self.letters.copy()
        spelt[places[np.isin(self.codes[places], signs)]] = False
        return runs_of(spelt)


def runs_of(mask: Mask) -> Positions:
    """Return the (start, end) of each run of True, as rows; the last entry is False, as a newline gives it."""
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    if len(edges) % 2:
        edges = np.concatenate([[0], edges])
    return edges.reshape(-1, 2)


def codes_of(text: str) -> Codes:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _spells(character: str) -> bool:
    return character.isalnum() and not character.isdecimal()
