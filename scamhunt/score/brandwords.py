"""The words by which the public knows a brand, as they could stand in a host name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from scamhunt.indicators import lookalike, romanise
from scamhunt.model import Brand
from scamhunt.score import sounds
from scamhunt.score.sounds import ONE_EDIT_FROM, TWO_EDITS_FROM
from scamhunt.score.vocabulary import Vocabulary

SHORT = 3
"""ASCII words up to here bear no disguise; three letters count in a run only where lures explain the rest."""
GENERIC = frozenset(
    """affairs agency air airline airlines airways and association authority bancorp broadcasting building bureau cash
    cellular central city communications companies corp corporation de del department der des die do du east electric
    energy entertainment federal finance financial first foundation games gas gov government holding holdings
    insurance internal la le limited los magic ministry money motor motors mutual national new north of post postal
    power public railway republic revenue royal san santa savings securities social society south state states systems
    telecom telecoms telekom telephone television the trust union united university water west world your""".split()
)
"""Words in the names of many brands: none of them tells which one is meant."""
_WORDS = re.compile("[a-z0-9]+")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
TINY = frozenset("am an as be do he if is it me no or so we".split())
"""Words of two letters that no label means."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class BrandWord:
    """One word of one brand: letters and digits only, lower-case."""

    text: str
    folded: str
    brand: str
    ambiguous: bool
    """An ordinary word too, very short or a number: it needs support from what stands around it."""
    joints: frozenset[int] = frozenset()
    """Where in `text` a word of a name of several words begins: a hyphen there is no disguise (`find-my-iphone`)."""
    partial: bool = False
    """Only the telling part of a longer name: `epos` of `EPOS Card`."""
    extended: bool = False
    """Another word of the brand and more: `amazonpay`. Its slips would mostly be other words beside the brand's."""
    meant: str = ""
    """The brand's own spelling, where `text` is another one that sounds the same or its Latin reading."""
    respelt: str = ""
    """What was respelt: `'f' for 'ph'`; nothing for a Latin reading."""

    @property
    def bears_disguise(self) -> bool:
        """Return whether the word survives look-alikes and hyphens.

        Short words and numbers could become anything; where marks are vowels folding makes other words; and what looks
        like an accented spelling looks like the plain one.
        """
        accented = not self.text.isascii() and squeeze(self.text).isascii()
        return not (is_short(self.text) or self.text.isdecimal() or self.respelt or accented or marks(self.text))

    @property
    def edits(self) -> int:
        """Return how many edits still mean this word: none below 5 letters, one below 9, else two.

        None for a part of a name, for more than the name and for another spelling: a step away from the brand already.

        An absolute distance is noise on short brands: of 15,768 new names 470 lay within 3 edits of one with 3 letters.
        """
        if self.partial or self.extended or self.meant:
            return 0
        return (len(self.text) >= ONE_EDIT_FROM) + (len(self.text) >= TWO_EDITS_FROM)


def words_of(brand: Brand, vocabulary: Vocabulary, labels: Sequence[str]) -> Iterator[BrandWord]:
    """Yield the words of a brand, each once.

    Its name, its aliases and `labels`, those of its official domains; other spellings of these that sound the same or
    are Latin readings; and the telling part of a name of several words.
    """
    called = [spelling for name in _named(brand) for spelling in _spellings(name)]
    texts = _own_texts(brand, called, labels, vocabulary)
    joints = _joints([*called, *labels])
    own = [_word(brand, text, vocabulary, joints.get(text, frozenset())) for text in texts]
    own = [replace(word, extended=_names_it_already(word.text, texts, vocabulary)) for word in own]
    yield from own
    others = [*(each for word in own for each in _respelt(word)), *_partial(brand, [*called, *labels], vocabulary)]
    known = set(texts)
    for word in others:
        if word.text not in known and not (word.meant and vocabulary.explains(word.text)):
            known.add(word.text)
            yield word


def _own_texts(brand: Brand, called: Sequence[str], labels: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Return the texts of the names and of those labels that the public knows the brand by."""
    spoken = {squeeze(part) for name in (brand.name, *brand.aliases) for part in name.split()}
    names = dict.fromkeys([*map(squeeze, called), *map(_accented, _named(brand))])
    for label in map(squeeze, labels):
        # The label of group.dhl is an ordinary word that nobody knows the brand by; live.com's is part of an alias.
        ordinary = (label in vocabulary.common or label in TINY) and label not in spoken
        if not (ordinary or _names_it_already(label, names, vocabulary)):
            names.setdefault(label)
    own = squeeze(brand.name)
    return [
        text
        for text in names
        if len(text) > 1
        and not (len(text) < SHORT and text.isdecimal())
        and (text == own or text not in vocabulary.beside)
    ]


def _names_it_already(label: str, names: Iterable[str], vocabulary: Vocabulary) -> bool:
    """Return whether a label is a distinctive name of the brand and more: what imitates it imitates the name."""
    return any(
        len(name) >= ONE_EDIT_FROM and name in label and name != label and not vocabulary.explains(name)
        for name in names
    )


def _word(brand: Brand, text: str, vocabulary: Vocabulary, joints: frozenset[int] = frozenset()) -> BrandWord:
    ordinary = text in vocabulary.common if brand.ambiguous is None else text in set(map(squeeze, brand.ambiguous))
    weak = ordinary or is_short(text) or text.isdecimal()
    return BrandWord(text, lookalike.fold(text), brand.id, weak, joints)


def _partial(brand: Brand, names: Iterable[str], vocabulary: Vocabulary) -> Iterator[BrandWord]:
    """Yield what is left of names without the words that many brands share; one word alone is only a part of the name.

    `epos` of `EPOS Card`, `wellsfargo` of `Wells Fargo Bank`. None that is a word for anything else; of three letters
    many are.
    """
    for parts in _telling(names, vocabulary):
        text = "".join(parts)
        taken = text in vocabulary.beside if len(text) == SHORT else vocabulary.explains(text)
        if len(text) >= SHORT and not taken and not text.isdecimal():
            joints = frozenset(accumulate(map(len, parts[:-1])))
            yield replace(_word(brand, text, vocabulary, joints), partial=len(parts) == 1)


def _telling(names: Iterable[str], vocabulary: Vocabulary) -> Iterator[list[str]]:
    """Yield the words of each name that are not common to many brands, where something was left out."""
    for name in names:
        parts = _parts(name)
        own = [part for part in parts if part not in vocabulary.beside and part not in GENERIC]
        if len(own) < len(parts):
            yield own


def _respelt(word: BrandWord) -> Iterator[BrandWord]:
    """Yield other spellings that sound the same, and the Latin ones of a word in another alphabet.

    Not of Han and kana: what they read as is the reading of many others, and people write the brand's own Latin name.
    """
    if word.text.isascii():
        for text, respelt in sounds.variants(word.text).items():
            yield BrandWord(text, lookalike.fold(text), word.brand, word.ambiguous, meant=word.text, respelt=respelt)
    elif not _JAPANESE.search(word.text):
        for text in map(squeeze, romanise.readings(word.text)):
            if len(text) >= ONE_EDIT_FROM:
                yield BrandWord(text, lookalike.fold(text), word.brand, word.ambiguous, meant=word.text)


def _named(brand: Brand) -> Iterator[str]:
    """Yield the names of a brand; of `Sulake (Habbo)` the two halves as well."""
    for name in (brand.name, *brand.aliases):
        yield name
        if "(" in name:
            yield from filter(None, map(str.strip, re.split(r"[()]", name)))


def is_short(text: str) -> bool:
    """Return whether a word is too short to mean anything inside others; two Han characters are a whole name."""
    return len(text) <= SHORT and text.isascii()


def _spellings(name: str) -> list[str]:
    """Return a name as it is, and as people write it where a host name has no `&` and no umlaut."""
    folded = name.casefold()
    spelt = [folded, folded.replace("&", " and "), folded.translate(_UMLAUTS)]
    return list(dict.fromkeys(spelt))


def _accented(name: str) -> str:
    """Return the letters and digits of a name with their accents, as its own host name may have them."""
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum() or marks(c))


def squeeze(name: str) -> str:
    """Return the letters and digits of a name, lower-case, Latin ones without marks.

    `Crédit Agricole` gives `creditagricole`.
    """
    return "".join(_parts(name))


def _parts(name: str) -> list[str]:
    """Return the squeezed words of a name. A mark parts nothing: in many scripts it is a vowel."""
    if name.isascii():
        return _WORDS.findall(name.lower())
    parts = [""]
    for character in map(_plain, unicodedata.normalize("NFKC", name).casefold()):
        if character.isalnum() or (marks(character) and parts[-1] and not parts[-1][-1].isascii()):
            parts[-1] += character
        elif not marks(character):
            parts.append("")
    return [part for part in parts if part]


def marks(text: str) -> bool:
    """Return whether a text holds marks (vowels of many scripts) that are no part of a letter."""
    return not text.isascii() and any(unicodedata.category(character).startswith("M") for character in text)


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
