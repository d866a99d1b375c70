"""Which brand the words of a report name: complaints, text messages, what a page says. Pure.

The words are looked for in the classifier's own index, so its spellings, look-alikes and slips count here too. What
stands around a word then decides: people name brands without meaning that somebody pretends to be one, and many brands
are ordinary words. Weights are log-odds by our own judgement, additive and *uncalibrated*: there are no labels to
calibrate on. Nothing in a text can do more than name a brand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

from scamhunt.indicators import romanise
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Evidence
from scamhunt.score import claims, named
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import SHORT, BrandWord
from scamhunt.score.classifier import words_of_brands
from scamhunt.score.everyday import EVERYDAY
from scamhunt.score.heard import Heard
from scamhunt.score.index import BrandIndex, Hit, How
from scamhunt.score.mistaken import Reader, digits
from scamhunt.score.phrases import Phrases
from scamhunt.score.plaintext import LONGEST, Address, read_texts
from scamhunt.score.spoken import FREE_MAIL, called, left_out, spoken_hosts, with_camel_joints
from scamhunt.score.textline import Line
from scamhunt.score.trade import TRADE
from scamhunt.score.vocabulary import Vocabulary
from scamhunt.score.windows import Windows

__all__ = ["LONGEST", "MOST", "TEXT_SIGNALS", "TEXT_WEIGHTS", "THRESHOLD", "BrandTexts"]

THRESHOLD = 1.5
"""Log-odds from which a text counts as naming a brand; below there is no evidence at all."""
MOST = 6.0
"""Log-odds that one text can bring."""
TEXT_SIGNALS: Mapping[str, str] = MappingProxyType(
    {
        "named_in_text": "the words of a report name the brand, letter by letter",
        "misspelt_in_text": "the words name the brand with slips: `amzon`, `pay pall`",
        "disguised_in_text": "the words name the brand in pieces, with look-alikes or in another script: `ama zon`",
        "ordinary_in_text": "an ordinary or short word that is a brand's name stands where a report says who it was",
        "named_in_address": "a web or mail address in the words names the brand",
    }
)
"""Each signal and what it means. Source of all: our own judgement, measured with `bench/bench_brand_texts.py`."""
_MOST_SHORT, _MOST_ORDINARY = 2.0, 4.0
"""Log-odds that a name of two letters can bring, and one that is an ordinary word."""
TEXT_WEIGHTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {name: (THRESHOLD, _MOST_ORDINARY if name == "ordinary_in_text" else MOST) for name in TEXT_SIGNALS}
)
"""The least and the most log-odds of each signal."""

CHUNK = 2_000
"""Texts that are looked through at once."""
MOST_SIGHTS = 48
"""Places in one text that are looked at closely: who packs a text with names costs no more."""
QUOTED = 40
"""Characters of the longest piece that is quoted; one with as many digits as `_NO_NUMBER` never is."""
_NO_NUMBER = 4

_SAID, _SAID_TWICE, _HINTED, _OPENING, _OWN_WORDS, _LURES = 2.0, 0.5, 1.2, 0.4, 0.8, 0.4
"""Log-odds of what stands around: a phrase that says who it was, before or behind the name and on both sides; one that
only hints at it; a name that opens the text; words that belong to the brand or its trade; lures of any kind."""
_MEANS, _PERSON = -1.7, -3.0
"""Log-odds of a name that is only a means (`X gift cards`, `paid with X`), or a person's (`my nephew X`)."""
_IN_ADDRESS, _IN_MAIL = -0.2, -0.7

_ISSUERS = frozenset({"bank", "government", "payments", "telecom", "travel"})
"""Sectors whose card is no gift."""
_NONE: frozenset[str] = frozenset()


class BrandTexts:
    """Tells which brands texts name. Building it costs 0.2 s a thousand brands; no text changes it."""

    def __init__(self, brands: Brands, vocabulary: Vocabulary) -> None:
        """Take the brands and the words."""
        self._owners = brands.owners
        self._known = vocabulary
        self._reader = Reader(vocabulary)
        trade = vocabulary.sectors
        self._own = {
            one.id: trade.get(one.sector, _NONE).union(one.lures, TRADE.get(one.sector, _NONE)) for one in brands
        }
        self._issuers = {brand.id for brand in brands if brand.sector in _ISSUERS}
        words = [word for word in words_of_brands(brands, vocabulary) if not word.text.isdecimal()]
        words += left_out(brands, words)
        self._hosts = spoken_hosts(brands)
        words = list(with_camel_joints(brands, words))
        self._index = BrandIndex(words, vocabulary.beside | claims.TAILS)
        self._windows = Windows(words)
        self._heard = (
            Heard(called(brands, words), vocabulary.explains, EVERYDAY),
            Phrases(brands, words, vocabulary.explains),
        )

    def evidence(self, texts: Sequence[str]) -> list[tuple[Evidence, ...]]:
        """Return for each text the brands that it names, the surest first; nothing where none is named.

        One `Evidence` a brand, its weight between `THRESHOLD` and `MOST` (log-odds, uncalibrated). Of a text the first
        `LONGEST` characters are looked at. Never raises, whatever the texts hold.
        """
        told: list[tuple[Evidence, ...]] = []
        for first in range(0, len(texts), CHUNK):
            told += self._evidence(texts[first : first + CHUNK])
        return told

    def _evidence(self, texts: Sequence[str]) -> Iterator[tuple[Evidence, ...]]:
        lines, addresses = read_texts(texts, self._hosts)
        heads = [line.lower() for line in lines]
        found: dict[int, list[Evidence]] = defaultdict(list)
        likely = (hit for hit in self._hits(heads) if not self._reader.is_a_word(hit, heads[hit.row]))
        hits = sorted(likely, key=attrgetter("row"))
        for row, of_row in groupby(hits, attrgetter("row")):
            line = Line(heads[row], lines[row])
            found[row] += (told for hit in _chosen(of_row) if (told := self._judged(hit, line)))
        for row, told in self._in_addresses(addresses):
            found[row].append(told)
        return (_surest(found.get(row, ())) for row in range(len(texts)))

    # --- where a word could stand -------------------------------------------------------------------------------------

    def _hits(self, heads: Sequence[str]) -> Iterator[Hit]:
        yield from self._index.hits(heads)
        yield from self._windows.hits(self._index, heads)
        for heard in self._heard:
            yield from heard.hits(heads)
        foreign = [row for row, head in enumerate(heads) if romanise.needs(head)]
        read = [romanise.romanised(heads[row]) for row in foreign]
        for hit in self._index.hits([latin for latin, _ in read]):
            row = foreign[hit.row]
            start, end = romanise.original_span(read[hit.row][1], hit.start, hit.end)
            clear = hit.how is How.EXACT and not (hit.word.ambiguous or hit.word.partial)
            if clear and len(hit.word.text) >= named.LONG_ENOUGH and not heads[row][start:end].isascii():
                yield hit._replace(row=row, start=start, end=end, how=How.SCRIPT)

    # --- what it tells ------------------------------------------------------------------------------------------------

    def _judged(self, hit: Hit, line: Line) -> Evidence | None:
        """Return what a hit tells, None where the letters are another word or too little speaks for the brand."""
        if not self._reader.is_it(hit, line):
            return None
        piece = line.head[hit.start : hit.end]
        before, after = line.around(hit)
        used = claims.used(before)
        said = (not used and claims.said_before(before), claims.said_after(after) or claims.said_in(line.ending(hit)))
        own, lures = line.words_near(hit, self._own[hit.word.brand]), line.words_near(hit, self._known.lures)
        weight = named.letters(hit, piece, self._known) + line.typeset(hit) + _OPENING * (hit.start == 0)
        weight += _SAID * any(said) + _SAID_TWICE * all(said)
        hinted = claims.hinted_after(after) or line.next_word(hit) in self._own[hit.word.brand]
        support = _HINTED * (hinted and not any(said)) + _OWN_WORDS * bool(own) + _LURES * bool(lures)
        if weight + support < THRESHOLD:
            return None
        means = claims.only_means(before, after, cards=hit.word.brand not in self._issuers) and not said[1]
        person = claims.person_before(before) or (not hinted and self._of_a_person(hit, line))
        weight += (_MEANS if means else support) + _PERSON * person
        weight = min(weight, _most(hit.word))
        if weight < THRESHOLD:
            return None
        text = _sentence(hit.word, piece, own or lures, said=any(said))
        return Evidence(hit.word.brand, _signal(hit, piece), round(weight, 3), text)

    def _of_a_person(self, hit: Hit, line: Line) -> bool:
        """Return whether a first name or family name stands beside a name that people bear too: `Zara Gutierrez`."""
        people, common = self._known.people, self._known.common
        beside = [word.lower() for word in line.capitals_beside(hit)]
        return hit.word.text in people and any(word in people and word not in common for word in beside)

    # --- addresses ----------------------------------------------------------------------------------------------------

    def _in_addresses(self, addresses: Sequence[Address]) -> Iterator[tuple[int, Evidence]]:
        """Yield what hosts in the texts tell; an official one in a link tells nothing."""
        given = [one for one in addresses if not (one.mail and one.host in FREE_MAIL)]
        names, _ = parse_many([one.host for one in given])
        heads = [text[: at - 1] for text, at in zip(names.texts, names.suffix_at, strict=True)]
        for hit in self._index.hits(heads):
            one, line = given[names.rows[hit.row]], Line(heads[hit.row], heads[hit.row])
            if names.targets[hit.row] not in self._owners and self._reader.is_it(hit, line):
                weight = named.letters(hit, line.head[hit.start : hit.end], self._known) + (
                    _IN_MAIL if one.mail else _IN_ADDRESS
                )
                weight += _OWN_WORDS * bool(line.words_near(hit, self._own[hit.word.brand]))
                weight += _LURES * bool(line.words_near(hit, self._known.lures))
                if weight >= THRESHOLD:
                    text = f"a {'mail' if one.mail else 'web'} address in the words names '{_meant(hit.word)}'"
                    weight = round(min(weight, _most(hit.word)), 3)
                    yield one.row, Evidence(hit.word.brand, "named_in_address", weight, text)


def _chosen(hits: Iterable[Hit]) -> list[Hit]:
    """Return the hits of a text that are looked at: of `rakuten bank` the bank alone, of too many the longest words."""
    found = sorted(hits, key=lambda hit: (-len(hit.word.text), hit.edits, hit.start))[:MOST_SIGHTS]
    return [hit for hit in found if not any(_is_part(hit, other) for other in found)]


def _is_part(hit: Hit, other: Hit) -> bool:
    """Return whether the other hit reads the same letters and more, or reads them more plainly: PayPal is no PayPay."""
    if other.word.brand == hit.word.brand or not (other.start <= hit.start and hit.end <= other.end):
        return False
    if other.edits > hit.edits or other.word.partial:
        return False
    plainer = other.edits < hit.edits or (other.how is How.EXACT and hit.how is not How.EXACT)
    return plainer or other.end - other.start > hit.end - hit.start


def _surest(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the strongest evidence of each brand, the surest brand first."""
    ordered = sorted(found, key=lambda one: (-one.weight, one.brand, one.signal, one.text))
    return tuple({one.brand: one for one in reversed(ordered)}.values())[::-1]


def _most(word: BrandWord) -> float:
    return _MOST_SHORT if len(word.text) < SHORT else _MOST_ORDINARY if word.ambiguous else MOST


def _signal(hit: Hit, piece: str) -> str:
    if hit.edits or hit.how is How.SOUND:
        return "misspelt_in_text"
    if hit.word.ambiguous:
        return "ordinary_in_text"
    as_it_is = piece.translate(named.BREAKS) == hit.word.text and (piece == hit.word.text or hit.word.joints)
    return "named_in_text" if as_it_is and not hit.word.meant else "disguised_in_text"


def _meant(word: BrandWord) -> str:
    return word.meant or word.text


def _sentence(word: BrandWord, piece: str, beside: Sequence[str], *, said: bool) -> str:
    """Return the sentence for a person; of the text only the brand's piece and known lure words are in it."""
    shown, meant = piece.replace("-", " ").replace(".", " "), _meant(word)
    if shown == meant:
        told = f"the words name '{meant}'"
    elif len(shown) <= QUOTED and len(digits(shown)) < _NO_NUMBER and shown.isprintable():
        told = f"'{shown}' in the words reads as '{meant}'"
    else:
        told = f"a piece of the words reads as '{meant}'"
    lures = ", ".join(f"'{lure}'" for lure in beside[:3])
    return told + (" where they say who it was" if said else "") + (f", beside {lures}" if lures else "")
