"""Names made up for training, where labelled ones are too few: what the published generators make, and honest words.

Nobody's names: brand words in disguises that the sources describe, and words, first and family names that only contain
or resemble a brand. Seeded, so that they are the same each time.
"""

import random
from collections.abc import Callable, Iterator, Sequence

from scamhunt.score import sounds
from scamhunt.score.brandwords import BrandWord
from scamhunt.score.vocabulary import Vocabulary

SEED = 7
SUFFIXES = ("com", "net", "org", "info", "de", "fr", "co.uk", "com.br", "top", "shop", "online", "site")
LURES = ("login", "verify", "account", "help", "support", "refund", "update", "payment", "parcel", "secure")
ASCII_LOOKS = {"o": "0", "l": "1", "i": "1", "e": "3", "a": "4", "s": "5", "m": "rn", "w": "vv", "d": "cl", "g": "9"}
ACCENTS = {"a": "áàäâãå", "e": "éèëê", "i": "íìïî", "o": "óòöô", "u": "úùüû", "c": "ç", "n": "ñ", "s": "š", "z": "ž"}
LETTERS_ALIKE = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у"}
CYRILLIC = dict(zip("abcdefghiklmnoprstuvyz", "абцдефгхиклмнопрстувыз", strict=True))
"""How a Latin name is written in Russian, letter by letter."""

Name = tuple[str, str]
"""A name and the brand that it imitates; for an honest name ""."""


def imitations(words: Sequence[BrandWord]) -> Iterator[Name]:
    """Yield each way of disguise for each brand word, alone or beside lures."""
    chance = random.Random(SEED)
    for word in words:
        for disguise in (_ascii_look, _accent, _foreign_letter, _break, _sound, _script):
            if piece := disguise(word.text, chance):
                yield _placed(piece, chance), word.brand
        other = chance.choice(words)
        if other.brand != word.brand:
            label = chance.choice(["{}-{}", "{}-{}-login", "{}{}"]).format(word.text, other.text)
            yield f"{label}.{chance.choice(SUFFIXES)}", word.brand


def honest(near: Sequence[str], brand_words: Sequence[str], vocabulary: Vocabulary, count: int) -> Iterator[Name]:
    """Yield names of words and people.

    `near`: ordinary words and people's names that contain or resemble a brand's word. `brand_words`: brand words that
    are ordinary words.
    """
    chance = random.Random(SEED)
    common = sorted(vocabulary.common - vocabulary.beside)
    people = sorted(vocabulary.people)
    for _ in range(count):
        word, brand_word, other = chance.choice(near), chance.choice(brand_words), chance.choice(common)
        yield _joined(word, "", chance), ""
        yield _joined(*chance.choice([(word, other), (other, word)]), chance), ""
        yield _joined(*chance.choice([(brand_word, other), (other, brand_word)]), chance), ""
        yield _joined(f"{brand_word}-and", other, chance), ""
        yield _joined(*chance.choice([(word, chance.choice(people)), (chance.choice(people), word)]), chance), ""
        yield _joined(_accent(brand_word, chance) or word, other, chance), ""


def honest_hosts(words: Sequence[str], names: Sequence[str], count: int) -> Iterator[Name]:
    """Yield honest names with a subdomain that is an ordinary brand word: `office.` and `live.` are everywhere."""
    chance = random.Random(SEED)
    for _ in range(count):
        service = chance.choice(["{}", "{}", "{}", "www.{}", "{}-app", "my{}", "{}.dev", "{}.api"])
        yield f"{service.format(chance.choice(words))}.{chance.choice(names)}", ""


def _joined(first: str, second: str, chance: random.Random) -> str:
    return _host(first + chance.choice(["-", ""]) * bool(second) + second, chance)


def _placed(piece: str, chance: random.Random) -> str:
    lure = chance.choice(LURES)
    forms = [piece, piece, f"{piece}-{lure}", f"{lure}-{piece}", f"{piece}{lure}", f"my{piece}"]
    return _host(chance.choice(forms), chance)


def _host(label: str, chance: random.Random) -> str:
    ascii_label = label if label.isascii() else "xn--" + label.encode("punycode").decode()
    return f"{ascii_label}.{chance.choice(SUFFIXES)}"


# --- disguises: the disguised word, or nothing where a word bears none -----------------------------------------------


def _ascii_look(word: str, chance: random.Random) -> str:
    return _swapped(word, ASCII_LOOKS, chance)


def _accent(word: str, chance: random.Random) -> str:
    return _swapped(word, ACCENTS, chance, pick=chance.choice)


def _foreign_letter(word: str, chance: random.Random) -> str:
    if chance.random() < 0.2 and set(word) <= LETTERS_ALIKE.keys():  # noqa: PLR2004  # one in five: the whole word
        return "".join(map(LETTERS_ALIKE.__getitem__, word))
    return _swapped(word, LETTERS_ALIKE, chance)


def _swapped(word: str, table: dict[str, str], chance: random.Random, pick: Callable[[str], str] = str) -> str:
    places = [at for at, letter in enumerate(word) if letter in table]
    if not places:
        return ""
    at = chance.choice(places)
    return word[:at] + pick(table[word[at]]) + word[at + 1 :]


def _break(word: str, chance: random.Random) -> str:
    at = chance.randint(2, len(word) - 2)
    return f"{word[:at]}-{word[at:]}"


def _sound(word: str, chance: random.Random) -> str:
    variants = sorted(sounds.variants(word))
    return chance.choice(variants) if variants else ""


def _script(word: str, _: random.Random) -> str:
    return "".join(CYRILLIC[letter] for letter in word) if set(word) <= CYRILLIC.keys() else ""
