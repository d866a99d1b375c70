"""One brand word seen at one place of one name, with what stands around it: what every signal looks at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scamhunt.indicators import lookalike
from scamhunt.indicators.domain import Names
from scamhunt.score.brandwords import BrandWord
from scamhunt.score.index import Hit
from scamhunt.score.vocabulary import Vocabulary

_LETTERS = re.compile(r"[^\W\d_]+")
_TAIL = re.compile(r"[^\W\d_]*\Z")
_HEAD = re.compile(r"[^\W\d_]*")
_BRAND = "#"  # stands for the piece where numbers are looked for; no host name has it
_NUMBER = re.compile(r"(?<![0-9])(?!(?:199|20[0-3])[0-9](?![0-9]))[0-9]{3,}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the classifier knows beside the name itself."""

    vocabulary: Vocabulary
    lures: Mapping[str, frozenset[str]]
    """Brand id to the words that scammers pair with this brand."""
    official: Mapping[str, tuple[str, ...]]
    """Brand id to its official registrable domains."""
    popular: frozenset[str]
    """Registrable names that the public has known for long."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A brand word at a place in a name. Built for matches only, so it may cost microseconds."""

    head: str
    """The name without its public suffix."""
    suffix: str
    target: str
    flags: tuple[str, ...]
    word: BrandWord
    piece: str
    """The letters of the name that are read as the word."""
    start: int
    end: int
    edits: int
    label_at: int
    """Where the registrable label starts in `head`; what stands before is subdomain."""
    swaps: tuple[tuple[str, str], ...]
    """Which look-alikes stand for which letters: (("0", "o"),)."""
    left: str
    """The letters that touch the piece on its left."""
    right: str
    lures: tuple[str, ...]
    """The lure words of the name, in their order."""
    own_lures: tuple[str, ...]
    """Those that belong to this brand."""
    rest: tuple[str, ...]
    """The runs of letters around the piece that are no lure words."""
    known: Surroundings = field(repr=False)

    @property
    def in_label(self) -> bool:
        """Whether the piece stands in the registrable label."""
        return self.start >= self.label_at

    @property
    def label(self) -> str:
        """The registrable label."""
        return self.head[self.label_at :]

    @property
    def run(self) -> str:
        """The whole run of letters that the piece stands in."""
        return self.left + self.piece + self.right

    @property
    def explained(self) -> bool:
        """Whether only lure words and fillers touch the piece; names in scripts without spaces are not parted."""
        if not self.word.text.isascii():
            return True
        cut = self.known.vocabulary.cut
        return cut(self.left) is not None and cut(self.right) is not None

    @property
    def disguised(self) -> bool:
        """Whether look-alikes, edits or hyphens hide the word."""
        return self.split or self.piece.replace("-", "") != self.word.text

    @property
    def split(self) -> bool:
        """Whether a hyphen stands inside one of the brand's own words: in `pay-pal`, not in `find-my-iphone`."""
        parts = self.piece.split("-")
        joints = {lookalike.fold(self.word.text[:at]) for at in self.word.joints}
        return any(lookalike.fold("".join(parts[:at])) not in joints for at in range(1, len(parts)))

    @property
    def serial(self) -> str:
        """A number of three or more digits as bulk registrations have it, or nothing; a year (1990 to 2039) is none.

        It fills the space between hyphens, dots and ends of the name, or a hyphen joins it to the brand. A number glued
        to the brand counts too, unless the word is ambiguous: `boc855` is hardly a bank.
        """
        text = f"{self.head[: self.start]}{_BRAND}{self.head[self.end :]}"
        edges = ("", "-", ".") if self.word.ambiguous else ("", "-", ".", _BRAND)
        for number in _NUMBER.finditer(text):
            before, after = text[: number.start()], text[number.end() :]
            alone = before[-1:] in edges and after[:1] in edges
            if alone or before.endswith(f"{_BRAND}-") or after.startswith(f"-{_BRAND}"):
                return number.group()
        return ""


def look(hit: Hit, names: Names, known: Surroundings) -> Sight:
    """Build the sight of a hit in one of the names that were looked through."""
    text, label_at, suffix_at = names.texts[hit.row], names.label_at[hit.row], names.suffix_at[hit.row]
    head = text[: suffix_at - 1]
    before, after = head[: hit.start], head[hit.end :]
    left, right = _TAIL.search(before), _HEAD.match(after)
    lures, rest = _around(_LETTERS.findall(before.removeprefix("www.")) + _LETTERS.findall(after), known.vocabulary)
    piece = head[hit.start : hit.end]
    own = known.lures.get(hit.word.brand, frozenset())
    return Sight(
        head=head,
        suffix=text[suffix_at:],
        target=names.targets[hit.row],
        flags=names.flags[hit.row],
        word=hit.word,
        piece=piece,
        start=hit.start,
        end=hit.end,
        edits=hit.edits,
        label_at=label_at,
        swaps=() if hit.edits else tuple(lookalike.explain(piece.replace("-", ""), hit.word.text) or ()),
        left=left.group() if left else "",
        right=right.group() if right else "",
        lures=lures,
        own_lures=tuple(lure for lure in lures if lure in own) + tuple(run for run in rest if run in own),
        rest=rest,
        known=known,
    )


def _around(runs: list[str], vocabulary: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the runs of letters around a piece into lure words and the rest."""
    lures: list[str] = []
    rest: list[str] = []
    for run in runs:
        cut = vocabulary.cut(run)
        if cut is None:
            rest.append(run)
        else:
            lures.extend(word for word in cut if word in vocabulary.lures)
    return tuple(lures), tuple(rest)
