"""How people say who called: `from X`, `this is X`, `X refund department`, and the same in other languages. Pure.

Our own collection, from reading public complaint forms and reports in these languages. Words are as `plaintext` gives
them: lower-case, no accents, joined by hyphens. Of the text around a name only whether one of these stands there is
used.
"""

import re

from scamhunt.score import claimwords
from scamhunt.score.phrasebook import first_of, last_of, phrases

NEAR = 64
"""Characters before and behind a name in which a phrase is looked for."""


def _any(table: str) -> str:
    """Return the table as one alternative; words of a phrase are parted by a hyphen."""
    lines = [line.strip() for line in table.strip().split("\n")]
    joined = "|".join(re.sub(r" *\| *(?![^(]*\))", "|", line) for line in lines)
    return joined.replace(" ", "-")


_ARTICLES = frozenset(
    "the a an your my der die das dem den el la los le les l o il de het some someone somebody at bank banco".split()
)
_BEFORE_IT, _AFTER_IT, _HINTS, _PERSONS = map(
    phrases, (claimwords.BEFORE, claimwords.AFTER, claimwords.HINTS, claimwords.PERSONS)
)
_FILLED = frozenset(claimwords.FILLERS.split())
_MOST_FILLERS = 3
TAILS: frozenset[str] = frozenset(claimwords.TAIL_WORDS.split())
"""Words that end a German compound and make the name before them the speaker."""
_ARTICLE = f"(?:-(?:{'|'.join(sorted(_ARTICLES))}))?"
_MEANT_BEFORE = re.compile(rf"(?:^|[-.])(?:{_any(claimwords.MEANS_BEFORE)}){_ARTICLE}-$")
_USED_BEFORE = re.compile(rf"(?:^|[-.])(?:{_any(claimwords.USED)}){_ARTICLE}[-.]$")
_MEANT_AFTER = re.compile(rf"^-(?:{_any(claimwords.MEANS_AFTER)})(?![^\W_])")
_GIFTS = re.compile(
    r"(?:^|[-.])(?:gift-?cards?|geschenkkarten?|guthabenkarten?|cartes?-cadeaux?|tarjetas?-(?:de-)?regalo)(?![^\W_])"
)
_CARDS_AFTER = re.compile(r"-(?:cards|karten?)(?![^\W_])")
_TAIL = re.compile(rf"(?:n|s|en)?(?:{'|'.join(claimwords.TAIL_WORDS.split())})(?:s|n|en)?")
_SAID_AFTER_CJK = re.compile("-?(?:から|を名乗|を装|と名乗|サポート|カスタマー|の者|客服|打来|官方|公司)")


def said_before(before: str) -> bool:
    """Return whether a text that ends so names next who speaks: `said-he-is-from-`."""
    words = _words_before(before)
    return last_of(words, _BEFORE_IT) or (words[-1] in _ARTICLES and last_of(words[:-1], _BEFORE_IT))


def said_after(after: str) -> bool:
    """Return whether what goes on so makes the name before it the speaker: `-refund-department`."""
    return _goes_on(after, _AFTER_IT) or _SAID_AFTER_CJK.match(after[:NEAR]) is not None


def hinted_after(after: str) -> bool:
    """Return whether what goes on so makes it likely that the name before it is the speaker: `-offers`."""
    return _goes_on(after, _HINTS)


def said_in(ending: str) -> bool:
    """Return whether letters that end a German compound make the name before them the speaker: `mitarbeiter`."""
    return _TAIL.fullmatch(ending) is not None


def only_means(before: str, after: str, *, cards: bool = True) -> bool:
    """Return whether the name is a means or a place, not who speaks: `paid with X`, `X gift cards`.

    With `cards` any card is a gift card.
    """
    if cards and _CARDS_AFTER.match(after[:NEAR]):
        return True
    return bool(_MEANT_BEFORE.search(before[-NEAR:]) or _MEANT_AFTER.match(after[:NEAR])) or used(before)


def used(before: str) -> bool:
    """Return whether the name is what somebody was told to use, whatever else is said: `install X`, `gift cards: X`."""
    return bool(_USED_BEFORE.search(before[-NEAR:]) or _GIFTS.search(_clause(before)))


def person_before(before: str) -> bool:
    """Return whether a text that ends so names next a person: `my-nephew-`."""
    return before[-1:] in {"-", "."} and last_of(_words_before(before), _PERSONS)


def _words_before(before: str) -> list[str]:
    """Return the words behind the last break."""
    near = before[-NEAR:]
    return near[: len(near) - (near[-1:] in {"-", "."})].rpartition(".")[2].split("-")


def _goes_on(after: str, known: frozenset[str]) -> bool:
    """Return whether a known phrase stands next, words that tell nothing passed over."""
    if not after.startswith("-"):
        return False
    words = after[1:NEAR].partition(".")[0].split("-")
    for first in range(_MOST_FILLERS + 1):
        if first_of(words[first:], known):
            return True
        if first >= len(words) or words[first] not in _FILLED:
            return False
    return False


def _clause(before: str) -> str:
    """Return the end of a text back to the last break but two, since colons and commas break too."""
    return ".".join(before[-NEAR:].split(".")[-3:])
