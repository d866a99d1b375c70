"""One brand word seen at one place of one name, with what stands around it: what every signal looks at."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scamhunt.indicators import lookalike
from scamhunt.indicators.domain import Names
from scamhunt.score import slips
from scamhunt.score.brandwords import BrandWord, is_short, marks
from scamhunt.score.index import Hit, How
from scamhunt.score.lazy import lazy
from scamhunt.score.vocabulary import Cut, Vocabulary

_LETTERS = re.compile(r"[^\W\d_]+")
_BRAND = "#"  # stands for the piece where numbers are looked for; no host name has it
_NUMBER = re.compile(r"(?<![0-9])(?!(?:199|20[0-3])[0-9](?![0-9]))[0-9]{3,}")
_BREAKS = str.maketrans("", "", "-.")

HAN_BITS = 11.0
"""Bits of a letter beyond ASCII: some two thousand are in daily use."""
ORDINARY_BITS = 14.0
"""Bits of an ordinary word, however long: there are some 2**14 that people use."""
PERSON_BITS = 16.0
"""Bits of a person's name."""
SLIP_BITS = 8.0
"""Bits that an arbitrary slip takes away: so many other letters at so many places would have done as well."""

SERVICES = frozenset(
    """api app apps auth autoconfig autodiscover backup beta blog canvas cdn chat cloud cpanel cpcalendars
    cpcontacts crm data db demo dev dns docs email exchange ftp git help images imap img intranet lists login
    mail media mobile monitor mx ns office old owa pay pop portal preview proxy remote secure shop smtp sso
    stage staging static status store support test vpn web webdisk webmail wiki ws www""".split()
)
"""What the machines of any firm are called."""
ENDINGS = frozenset(
    """al an ans ar as ed el en er ers es eta ia ian ic ica ics ie ies ina ine ing ino ish ism ist ita ite ito ium ly os
    ous um us""".split()
)
"""Endings that make another word of a word: `amazonia`, `amazonite`."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the classifier knows beside the name itself."""

    vocabulary: Vocabulary
    lures: Mapping[str, frozenset[str]]
    """Brand id to the words that scammers pair with this brand, and those of its trade."""
    official: Mapping[str, tuple[str, ...]]
    """Brand id to its official registrable domains."""
    popular: frozenset[str]
    """Registrable names that the public has known for long."""


@dataclass(eq=False)  # not frozen: of a million sights that would cost some seconds more
class Host:
    """A name that a brand word was found in, without its public suffix; shared by all that is seen in it."""

    head: str
    """The letters that are looked at: the name, or path and query of a URL."""
    suffix: str
    target: str
    flags: tuple[str, ...]
    label_at: int
    """Where the registrable label starts in `head`; what stands before is subdomain."""
    known: Surroundings = field(repr=False)
    brands: frozenset[str] = frozenset()
    """The brands whose distinctive words stand in the name letter by letter, apart from each other."""
    path: bool = False
    """Whether `head` is the path and query of a URL."""

    @lazy
    def runs(self) -> tuple[Span, ...]:
        """The runs of letters, a `www` in front left out."""
        start = 4 if self.head.startswith("www.") else 0
        text = self.head if self.head.isascii() else "".join("a" if marks(c) else c for c in self.head)
        return tuple(found.span() for found in _LETTERS.finditer(text, start))

    @property
    def label(self) -> str:
        """The registrable label."""
        return self.head[self.label_at :]


@dataclass(eq=False)
class Sight:
    """A brand word at a place in a name. Built for what the index finds only, so it may cost microseconds."""

    host: Host
    word: BrandWord
    start: int
    end: int
    edits: int
    how: How
    part_of: str = ""
    """The longer word of another brand that the piece is only a part of."""

    # --- the piece itself ---------------------------------------------------------------------------------------------

    @lazy
    def piece(self) -> str:
        """The letters of the name that are read as the word."""
        return self.host.head[self.start : self.end]

    @property
    def meant(self) -> str:
        """The brand's word as the brand spells it."""
        return self.word.meant or self.word.text

    @property
    def in_label(self) -> bool:
        """Whether the piece stands in the registrable label."""
        return self.end > self.host.label_at and not self.host.path

    @property
    def own_label(self) -> bool:
        """Whether the registrable label is the piece and nothing else."""
        return self.in_label and self.piece == self.host.label

    @property
    def short(self) -> bool:
        """Whether the word has at most three letters."""
        return is_short(self.word.text)

    @property
    def ordinary(self) -> bool:
        """Whether the word is an ordinary word too, for the brand or by the word list."""
        return self.word.ambiguous and not self.short

    @lazy
    def rarity(self) -> float:
        """How many bits the piece tells: the more, the less likely it stands there by chance.

        Those of the brand's letters in honest names, less what the slips take away.
        """
        text, known = self.word.text, self.host.known.vocabulary
        bits = known.letters.bits(text) * len(text) if text.isascii() else HAN_BITS * len(text)
        if self.ordinary or text in known.ordinary:
            bits = min(bits, ORDINARY_BITS)
        elif text in known.people:
            bits = min(bits, PERSON_BITS)
        return bits - SLIP_BITS * self.slip_cost * len(text) / slips.LETTERS_A_SLIP

    @lazy
    def swaps(self) -> tuple[tuple[str, str], ...]:
        """Which look-alikes stand for which letters: (("0", "o"),)."""
        if self.how is not How.LOOKALIKE:
            return ()
        return tuple(lookalike.explain(self.piece.translate(_BREAKS), self.word.text) or ())

    @lazy
    def slips(self) -> tuple[slips.Slip, ...]:
        """Which slips turned the word into the piece."""
        return slips.explain(self.piece, self.word.text) if self.edits else ()

    @lazy
    def slip_cost(self) -> float:
        """How unlikely the slips are, 0 to 1; 0 without slips."""
        return slips.cost(self.slips, self.word.text) if self.edits else 0.0

    @property
    def by_accident(self) -> bool:
        """Whether a short word touches letters that no lure explains, or ends a run as words often end: `signups`."""
        if not (self.short and self.glued):
            return False
        known = self.host.known.vocabulary.ordinary
        return not self.lures or bool(self.left and (self.word.text in known or self.word.text in ENDINGS))

    @property
    def only_alike(self) -> bool:
        """Whether the slips are look-alikes only: another sight of the same letters says so better."""
        return bool(self.edits) and all(slip.kind is slips.Kind.LOOKALIKE for slip in self.slips)

    @lazy
    def split(self) -> bool:
        """Whether a hyphen or dot stands inside one of the brand's own words: in `pay-pal`, not in `find-my-iphone`."""
        parts = re.split("[-.]", self.piece)
        if len(parts) == 1:
            return False
        joints = {lookalike.fold(self.word.text[:at]) for at in self.word.joints}
        return any(lookalike.fold("".join(parts[:at])) not in joints for at in range(1, len(parts)))

    @property
    def disguised(self) -> bool:
        """Whether look-alikes, hyphens, another spelling or another script hide the word; a slip is none."""
        return self.split or self.how in (How.LOOKALIKE, How.SOUND, How.SCRIPT)

    # --- the letters that touch it ------------------------------------------------------------------------------------

    @lazy
    def _edges(self) -> Span:
        """Where the run of letters begins that touches the piece, and where it ends."""
        start, end = self.start, self.end
        for begin, stop in self.host.runs:
            if begin < self.start <= stop:
                start = begin
            if begin <= self.end < stop:
                end = stop
        return start, end

    @property
    def left(self) -> str:
        """The letters that touch the piece on its left."""
        return self.host.head[self._edges[0] : self.start]

    @property
    def right(self) -> str:
        """The letters that touch the piece on its right."""
        return self.host.head[self.end : self._edges[1]]

    @property
    def run(self) -> str:
        """The whole run of letters that the piece stands in."""
        return self.host.head[self._edges[0] : self._edges[1]]

    @property
    def glued(self) -> bool:
        """Whether letters touch the piece."""
        return self._edges != (self.start, self.end)

    @lazy
    def explained(self) -> bool:
        """Whether only lures, plain words and fillers touch the piece; scripts without spaces are not parted."""
        if not self.word.text.isascii():
            return True
        cut = self.host.known.vocabulary.cut
        return cut(self.left) is not None and cut(self.right) is not None

    @lazy
    def other_words(self) -> tuple[str, ...]:
        """The known words that the run consists of, when the brand's word is not among them but only a part of them."""
        plain = self.how is How.EXACT and not self.glued
        cut = None if plain or not self.run.isascii() else self.host.known.vocabulary.words(self.run)
        return () if cut is None or self._stands_in(cut) else cut

    def _stands_in(self, cut: Sequence[str]) -> bool:
        """Return whether the brand's word is one of the words of the cut, or several of them together."""
        at, begins = self._edges[0], set[int]()
        for word in cut:
            begins.add(at)
            at += len(word)
        begins.add(at)
        return self.piece == self.word.text and {self.start, self.end} <= begins

    # --- what stands elsewhere in the name ----------------------------------------------------------------------------

    @lazy
    def rest(self) -> tuple[str, ...]:
        """The runs of letters around the piece, those that touch it included."""
        runs: list[str] = []
        for begin, stop in self.host.runs:
            spans = [(begin, min(stop, self.start)), (max(begin, self.end), stop)]
            runs.extend(self.host.head[a:b] for a, b in spans if a < b)
        return tuple(runs)

    @lazy
    def _cuts(self) -> tuple[tuple[str, Cut], ...]:
        return tuple((run, self.host.known.vocabulary.cut(run)) for run in self.rest)

    @lazy
    def _beside(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for run, cut in self._cuts for word in (cut or (run,))))

    @lazy
    def lures(self) -> tuple[str, ...]:
        """The lure words of the name, in their order."""
        return tuple(word for word in self._beside if word in self.host.known.vocabulary.lures)

    @lazy
    def plain(self) -> tuple[str, ...]:
        """The words of the name that lures and honest names share."""
        return tuple(word for word in self._beside if word in self.host.known.vocabulary.plain)

    @lazy
    def own_lures(self) -> tuple[str, ...]:
        """The words of the name that belong to this brand or its trade."""
        own = self.host.known.lures.get(self.word.brand)
        return tuple(word for word in self._beside if word in own) if own else ()

    @lazy
    def unknown(self) -> tuple[str, ...]:
        """The runs apart from the piece that are no lures or the like."""
        return tuple(run for run, cut in self._cuts if cut is None and run not in (self.left, self.right))

    @lazy
    def random(self) -> tuple[str, ...]:
        """The runs of the name that look like chance."""
        if self.host.path:
            return ()  # paths and queries are full of keys
        letters = self.host.known.vocabulary.letters
        return tuple(run for run, cut in self._cuts if cut is None and letters.random(run))

    @lazy
    def supported(self) -> bool:
        """Whether something points to the brand, so that even an ordinary word may mean it.

        A slip does not: of an ordinary word it mostly makes another.
        """
        return bool(
            self.lures or self.own_lures or self.serial or self.random or self.disguised or "tenant" in self.host.flags
        )

    @property
    def everyday(self) -> bool:
        """Whether the word stands in front of honest names anyway: a service's, an ordinary one, a short one alone."""
        text = self.word.text
        known = text in SERVICES or text in self.host.known.vocabulary.common
        return self.ordinary or known or (self.short and not self.supported)

    @lazy
    def serial(self) -> str:
        """A number of three or more digits as bulk registrations have it, or nothing; a year (1990 to 2039) is none.

        It fills the space between hyphens, dots and ends of the name, or a hyphen joins it to the brand. A number glued
        to the brand counts too, unless the word is ambiguous: `boc855` is hardly a bank.
        """
        head = self.host.head
        text = f"{head[: self.start]}{_BRAND}{head[self.end :]}"
        edges = ("", "-", ".") if self.word.ambiguous else ("", "-", ".", _BRAND)
        for number in _NUMBER.finditer(text):
            before, after = text[: number.start()], text[number.end() :]
            alone = before[-1:] in edges and after[:1] in edges
            if alone or before.endswith(f"{_BRAND}-") or after.startswith(f"-{_BRAND}"):
                return number.group()
        return ""


def host_of(names: Names, at: int, known: Surroundings, brands: frozenset[str] = frozenset()) -> Host:
    """Return what is shared by all that is seen in one of the names."""
    text, suffix_at = names.texts[at], names.suffix_at[at]
    head, suffix = text[: suffix_at - 1], text[suffix_at:]
    return Host(head, suffix, names.targets[at], names.flags[at], names.label_at[at], known, brands)


def look(hit: Hit, host: Host, part_of: str = "") -> Sight:
    """Build the sight of a hit in a name."""
    how = hit.how
    if hit.word.meant and how is How.EXACT:
        how = How.SOUND if hit.word.respelt else How.SCRIPT
    return Sight(host, hit.word, hit.start, hit.end, hit.edits, how, part_of)
