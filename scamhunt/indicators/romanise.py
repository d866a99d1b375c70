"""The Latin reading of a name in another script: `амазон` reads `amazon`, `アマゾン` reads `amazon`.

The letters come from the library anyascii, one character at a time: BGN/PCGN for Cyrillic, ELOT 743 for Greek, Hepburn
for kana, Revised Romanization for Hangul, pinyin for Han. Here is only what depends on the neighbours: small kana,
Greek diphthongs, the vowels that Arabic and Hebrew write with consonants, the vowel that an Indic consonant carries,
and the Thai vowels that stand before their consonant. A reading is a key to find a name by, no scholar's transcription.
"""
# Letters that look Latin and are not are what this file is about.
# ruff: noqa: RUF001, RUF002

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from anyascii import anyascii

from scamhunt.indicators.lookalike import script_of, scripts

READINGS = 8
"""How many spellings `readings` returns at most."""

Unit = tuple[int, str]
"""Where a character stands in the text, and the character: composed, lower-case."""
Reader = Callable[[str, int, str], str]
"""Give the Latin letters of the character at a place of a text; the third argument is what the one before gave."""

_BOUNDARIES = {"。": ".", "・": "-"}
_VOWELS = frozenset("aeiou")
_NUKTA = {unicodedata.normalize("NFD", chr(code)): chr(code) for code in range(0x958, 0x960)}
"""Devanagari letters with a dot: Unicode composes everything else, but not these."""


def needs(text: str) -> bool:
    """Say whether `text` has a letter of a script other than Latin."""
    return not text.isascii() and bool(scripts(text) - {"Latin"})


def romanise(text: str) -> str:
    """Return the Latin reading of `text`: its ASCII, lower-case and in place, and letters and digits for the rest.

    Total and linear: what has no reading is left out. ASCII comes back as it is, but for case.
    """
    return romanised(text)[0]


def romanised(text: str) -> tuple[str, list[int]]:
    """Return the reading and, for each of its characters, the index of the character of `text` that gave it.

    The indexes ascend, except in Thai and Lao, where a vowel is written before the consonant that it follows in speech.
    """
    if text.isascii():
        return text.lower(), list(range(len(text)))
    units = _reordered(list(_composed(text)))
    whole = "".join(char for _, char in units)
    pieces: list[str] = []
    spans: list[int] = []
    before = ""
    for place, (origin, char) in enumerate(units):
        before = char if char.isascii() and text[origin].isascii() else _latin(whole, place, before)
        pieces.append(before)
        spans += [origin] * len(before)
    return "".join(pieces), spans


def original_span(spans: list[int], start: int, end: int) -> tuple[int, int]:
    """Return the span of the text that gave the characters `start` to `end` of a reading; (0, 0) when there are none.

    `spans` is what `romanised` returned. Silent marks behind the last character are left out.
    """
    given = spans[start:end]
    return (min(given), max(given) + 1) if given else (0, 0)


def readings(text: str) -> tuple[str, ...]:
    """Return the usual Latin spellings of a brand's name, the reading of `romanise` among them, most usual first.

    At most `READINGS`, no two alike. Whoever spells a name keeps to one habit, so habits are not multiplied: BGN/PCGN,
    the passports' (ICAO Doc 9303 part 3), the scientific one without its marks, and what people type.
    """
    plain = "".join(char for _, char in _composed(text))
    spelt = [_habitual(romanise(_habitual(plain, habit)), habit) for habit in _habits_of(plain)]
    return tuple([each for each in dict.fromkeys(spelt) if each][:READINGS])


# --- one character ----------------------------------------------------------------------------------------------------


def _composed(text: str) -> Iterator[Unit]:
    """Yield the characters, each with the marks that it makes one character with, in its plain form."""
    origin, current = 0, ""
    for at, char in enumerate(text):
        joined = "" if char.isascii() or not current else _single(current + char)
        if joined:
            current = joined
            continue
        if current:
            yield origin, current
        origin, current = at, _single(char) or char
    if current:
        yield origin, current


def _single(text: str) -> str:
    """Return one or two characters as one, lower-case; "" when they stay more or would be a sign like a slash."""
    plain = _NUKTA.get(text) or unicodedata.normalize("NFKC", text)
    if len(plain) != 1 or (plain.isascii() and not plain.isalnum() and plain not in ".-"):
        return ""
    return plain.lower() if len(plain.lower()) == 1 else plain


def _reordered(units: list[Unit]) -> list[Unit]:
    """Put the vowels of Thai and Lao behind the consonant that they are written before."""
    at = 0
    while at < len(units) - 1:
        if units[at][1] in _LEADING and script_of(units[at + 1][1]) in {"Thai", "Lao"}:
            units[at], units[at + 1] = units[at + 1], units[at]
            at += 1
        at += 1
    return units


def _latin(text: str, at: int, before: str) -> str:
    """Return the letters and digits that `text[at]` reads as, and a dot or hyphen for one in another script."""
    char = text[at]
    kind = unicodedata.category(char)
    if char in _BOUNDARIES or char in ".-" or kind == "Pd":
        return _BOUNDARIES.get(char, "." if char == "." else "-")
    if kind[0] not in "LMN":
        return ""
    read = _READERS.get(script_of(char), _plain)
    return "".join(each for each in read(text, at, before).lower() if each.isalnum())


def _plain(text: str, at: int, before: str) -> str:
    del before
    return anyascii(text[at])


# --- kana and Han -----------------------------------------------------------------------------------------------------

_SMALL_Y = frozenset("ゃゅょャュョ")
_SMALL = _SMALL_Y | frozenset("ぁぃぅぇぉァィゥェォ")
_DOUBLING = frozenset("っッ")
_KANA = frozenset({"Hiragana", "Katakana"})


def _kana(text: str, at: int, before: str) -> str:
    """Read one kana after Hepburn; a small one belongs to the syllable before it, in foreign words too."""
    char, behind = text[at], text[at + 1 : at + 2]
    if char in _DOUBLING:
        doubled = _kana(text, at + 1, "") if behind not in _DOUBLING and script_of(behind or " ") in _KANA else ""
        return "t" if doubled.startswith("ch") else doubled[:1].strip("aeiou")
    if at and _glides(text[at - 1], char):
        return ""
    return _glided(anyascii(char), behind) if _glides(char, behind) else _plain(text, at, before)


def _glides(base: str, small: str) -> bool:
    """Say whether two characters make one syllable."""
    return small in _SMALL and base not in _SMALL and script_of(base) in _KANA and anyascii(base)[-1:] in _VOWELS


def _glided(syllable: str, small: str) -> str:
    """Return the syllable that a small kana changes: `shi` and small `ya` give `sha`, `te` and small `i` give `ti`."""
    head, own, vowel = syllable[:-1], syllable[-1], anyascii(small)[-1]
    if small in _SMALL_Y:
        return head + vowel if head in {"sh", "ch", "j"} else f"{head}y{vowel}"
    if vowel == own:
        return syllable
    return (head or {"u": "w", "i": "y"}.get(own, own)) + vowel


def _han(text: str, at: int, before: str) -> str:
    return before if text[at] == "々" else anyascii(text[at])


# --- Greek ------------------------------------------------------------------------------------------------------------

_VOICELESS = frozenset("θκξπσςτφχψ")


def _greek(text: str, at: int, before: str) -> str:
    """Read one Greek letter after ELOT 743 (ISO 843): `ου` is ou, `αυ` av or af, `γγ` ng, and `μπ` b at the start."""
    char, ahead, behind = text[at], text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if char in "υύ" and ahead == "ο":
        return "u"
    if char in "υύ" and ahead and ahead in "αεη":
        return "f" if not behind.isalpha() or behind in _VOICELESS else "v"
    if char == "γ" and behind and behind in "γχξ":
        return "n"
    if char == "μ" and behind == "π" and not ahead.isalpha():
        return "b"
    if char == "π" and ahead == "μ" and before == "b":
        return ""
    return anyascii(char)


# --- Arabic and Hebrew ------------------------------------------------------------------------------------------------

_ABJAD = {"ا": "a", "أ": "a", "إ": "i", "ع": "a", "ة": "a", "א": "a", "ע": "a", "ש": "sh"}
_WEAK = {"و": "u", "ي": "i", "ی": "i", "ו": "o", "י": "i"}
"""Consonants that are mostly written for a long vowel."""
_TWICE = {"י": "ay", "ו": "v"}
_FIRST = {"ב": "b", "כ": "k", "פ": "p"}
"""Letters that are hard at the start of a word."""


def _abjad(text: str, at: int, before: str) -> str:
    """Read one letter; a weak consonant behind a consonant is a vowel, unless another vowel follows it."""
    char, ahead, behind = text[at], text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if char in _TWICE and behind == char and ahead.isalpha():
        return _TWICE[char]
    if char in _TWICE and ahead == char and before == _TWICE[char]:
        return ""
    vowel_follows = behind in _WEAK or _ABJAD.get(behind) == "a"
    if char in _WEAK and before.isalpha() and before[-1] not in _VOWELS and not vowel_follows:
        return _WEAK[char]
    if char in _FIRST and not ahead.isalpha():
        return _FIRST[char]
    return _ABJAD.get(char) or anyascii(char)


# --- the scripts of India, Thai and Lao -------------------------------------------------------------------------------

_INDIC = ("Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam")
_SILENT_AT_END = frozenset(_INDIC[:4])
_INDIC_BLOCK = 0x80
"""The scripts of India have the same letter at the same place of their blocks (ISCII)."""
_CONSONANTS = frozenset(range(0x15, 0x3A)) | frozenset(range(0x58, 0x60))
_VOWEL_SIGNS = frozenset(range(0x3C, 0x4E)) | frozenset(range(0x55, 0x58)) | {0x62, 0x63}
_NASAL = 0x02
_LABIALS = frozenset(range(0x2A, 0x2F))
_INDIC_OWN = {0x1A: "ch", 0x1B: "chh", 0x36: "sh", 0x37: "sh"}
_LEADING = frozenset("เแโใไເແໂໃໄ")


def _indic(text: str, at: int, before: str) -> str:
    """Read one letter; a consonant without a vowel sign carries an `a`, silent at the end of a word in the north."""
    char, behind = text[at], text[at + 1 : at + 2]
    script, place = script_of(char), ord(char) % _INDIC_BLOCK
    if place == _NASAL:
        return "m" if behind and ord(behind) % _INDIC_BLOCK in _LABIALS else "n"
    letters = _INDIC_OWN.get(place) or _plain(text, at, before)
    if place not in _CONSONANTS or not letters:
        return letters
    if not behind or script_of(behind) != script:
        return letters if script in _SILENT_AT_END else letters + "a"
    return letters if ord(behind) % _INDIC_BLOCK in _VOWEL_SIGNS else letters + "a"


def _thai(text: str, at: int, before: str) -> str:
    """Read one letter; `อ` at the start of a syllable only carries its vowel."""
    char, ahead, behind = text[at], text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if char != "อ":
        return _plain(text, at, before)
    if behind in _LEADING or unicodedata.category(behind or " ").startswith("M") or behind in {"า", "ะ", "ำ"}:
        return ""
    return "o" if ahead.isalpha() or unicodedata.category(ahead or " ").startswith("M") else "a"


_READERS: Mapping[str, Reader] = {
    "Hiragana": _kana,
    "Katakana": _kana,
    "Han": _han,
    "Greek": _greek,
    "Arabic": _abjad,
    "Hebrew": _abjad,
    "Thai": _thai,
    **dict.fromkeys(_INDIC, _indic),
}


# --- habits of spelling -----------------------------------------------------------------------------------------------

Habit = Mapping[str, str]
"""What is written for what, in this order: letters of the script before it is read, Latin letters afterwards."""


@cache
def _habits() -> dict[str, list[Habit]]:
    found: dict[str, list[Habit]] = {}
    for line in files("scamhunt.indicators").joinpath("habits.tsv").read_text("utf-8").splitlines():
        script, *pairs = line.split()
        if script != "#":
            found.setdefault(script, []).append(dict(pair.split("=") for pair in pairs))
    return found


def _habits_of(text: str) -> list[Habit]:
    """Return the habits for the scripts of a text, the one of `romanise` among them, most usual first."""
    first = _habits()["Ukrainian"] if set("іїєґ") & set(text) else []
    return [*first, {}, *(habit for script in sorted(scripts(text)) for habit in _habits().get(script, ()))]


def _habitual(text: str, habit: Habit) -> str:
    for there, written in habit.items():
        text = text.replace(there, written)
    return text
