"""Spellings of names that are too short for edits: each with one slip that people make, written out. Pure."""

from collections.abc import Iterator, Sequence

from scamhunt.score.brandwords import BrandWord

SIZE = 4
"""Letters of the names."""
_VOWELS = "aeiou"


def short_slips(words: Sequence[BrandWord]) -> Iterator[tuple[str, BrandWord]]:
    """Yield the slips of clear names of four letters that are no name: `lidel`, `seurr`, `ebya`.

    Inner letters swapped, a letter doubled, an `e` put in or behind, a vowel for another.
    """
    known = {word.text for word in words}
    for word in words:
        if len(word.text) == SIZE and word.text.isascii() and word.text.isalpha() and not _weak(word):
            yield from ((text, word) for text in sorted(_slips(word.text) - known))


def _weak(word: BrandWord) -> bool:
    return word.ambiguous or word.partial or bool(word.meant)


def _slips(text: str) -> set[str]:
    """Return the words that are one likely slip away; the first letter stays."""
    found = {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(1, SIZE - 1)}
    found |= {text[: at + 1] + text[at:] for at in range(SIZE)}
    found |= {text[:at] + "e" + text[at:] for at in range(2, SIZE + 1)}
    found |= {text[:at] + vowel + text[at + 1 :] for at in range(1, SIZE) if text[at] in _VOWELS for vowel in _VOWELS}
    return found - {text}
