"""What the words round a number say of it: whether it is a phone number at all, and whose. Pure.

The words stand in `phonewords.tsv`, in the languages of the brand packs.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scamhunt.indicators.digitfold import flatten
from scamhunt.model import Role

_UNSEEN = "\u200b"  # as digitfold.py writes every character that nobody sees
BEFORE = 90
AFTER = 40
"""Characters that are looked at."""
_GAP_WORDS = 3
"""So many words may stand between a word of calling and a number that has no other sign of being one."""
_SENTENCE = re.compile(r"[.!?][ \n]+(?=[A-Z])|\n\n")
_SENTENCE_ENDS = re.compile(r"[.!?](?:\s|$)|\n")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9](?:[^0-9a-z\n]{0,3}[0-9]){6,}")
_FILLER = re.compile(
    r"(?:\W|_|\b(?:numbers?|no|nos|nr|num|id|ids|code|ref|is|was|are|nummer|numero|numara|lautet|de|du|the|your|with|for)\b)*"
)
_BLANK = r"[^\w,;:!?]{1,3}"
"""What may stand between two words of a phrase: "this, call us" is not "this call"."""
_START = r"(?:(?<![^\W_])|(?<=[^\x00-\u02ff]))"
"""Where a word may begin: also anywhere in a script that sets no blanks between words."""
_SAID = ("caller", "sender", "own", "whose", "call", "desk")
_PRIVATE = frozenset({"own", "whose"})
_ROLES = {"caller": Role.CALLER_ID, "sender": Role.SMS_SENDER, "call": Role.CALLBACK, "desk": Role.CALLBACK}


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said round a number."""

    role: Role
    about_phone: bool
    """A word of calling stands close to it, and no word that makes it something else."""
    other_thing: bool
    """It is called an order, an account, a version, ..."""
    negated: bool
    """As in "do not call", or as in "your number", "call me at": it says nothing of who wants to be called."""


def talk(before: str, after: str) -> Talk:
    """Return what the flattened text on both sides of a number says of it."""
    # A character that nobody sees is taken out: in the middle of `call` it would hide the word.
    before = _SENTENCE.split(before[-BEFORE:].replace(_UNSEEN, ""))[-1].lower()
    after = _SENTENCE_ENDS.split(after[:AFTER].replace(_UNSEEN, ""))[0].lower()
    words = _words()
    said = list(words.before.finditer(before))
    follows = words.after.match(after)
    last = next((found for found in reversed(said) if found.lastgroup in _SAID), None)
    private = words.owned.match(after) is not None or (last is not None and last.lastgroup in _PRIVATE)
    negated = private or (last is not None and _is_negated(before, last))
    if last is not None and (_is_of_another(before[last.end() :]) or _is_below(before, last)):
        said, last = [found for found in said if found.start() > last.start()], None
    role = Role.UNKNOWN if negated else _role(said, last, follows)
    other = any(found.lastgroup == "other" and _FILLER.fullmatch(before, found.end()) for found in said)
    return Talk(role, (_close(before, said) or follows is not None) and not other, other, negated)


def digit_words() -> dict[str, str]:
    """Return the words for digits, in small letters without accents, with their digit."""
    return _words().digits


def separator_words() -> list[str]:
    """Return the words that stand for a dash or a dot between digits."""
    return _words().separators


def _role(said: "list[re.Match[str]]", last: "re.Match[str] | None", follows: "re.Match[str] | None") -> Role:
    """Return what the nearest words say; what stands behind a number is always nearer."""
    if follows and follows.lastgroup != "after":
        return Role.CALLER_ID if follows.lastgroup == "called" else Role.SMS_SENDER
    if last is None:
        return Role.CALLBACK if follows else Role.UNKNOWN
    posing = any(found.lastgroup == "posing" for found in said)
    return Role.UNKNOWN if posing and last.lastgroup == "desk" else _ROLES[str(last.lastgroup)]


def _is_negated(before: str, last: "re.Match[str]") -> bool:
    words = _words()
    return bool(words.negated.search(before[: last.start()]) or words.negation.search(before, last.end()))


def _is_of_another(between: str) -> bool:
    """Tell whether a word of calling was said of a number before this one; "call A or B" is said of both."""
    number = _DIGITS.search(between)
    return number is not None and _words().listed.fullmatch(between, number.end()) is None


def _is_below(before: str, last: "re.Match[str]") -> bool:
    """Tell a line that only labels its number, as people sign: no word of calling stands in it or right above."""
    above, _, line = before.rpartition("\n")
    start = above.rstrip().rfind("\n") + 1
    return bool(above.strip()) and _words().label.fullmatch(line) is not None and not start <= last.start()


def _close(before: str, said: "list[re.Match[str]]") -> bool:
    """Return whether a word of calling stands few words before, and nothing between that speaks of something else."""
    for found in reversed(said):
        if found.lastgroup in {"other", "matter", "whose"}:
            return False
        if found.lastgroup != "posing":
            return len(_WORD.findall(before, found.end())) <= _GAP_WORDS
    return False


# --- the words --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    before: re.Pattern[str]
    after: re.Pattern[str]
    owned: re.Pattern[str]
    label: re.Pattern[str]
    listed: re.Pattern[str]
    negated: re.Pattern[str]
    negation: re.Pattern[str]
    digits: dict[str, str]
    separators: list[str]


@cache
def _words() -> _Words:
    lists: dict[str, list[str]] = defaultdict(list)
    for line in files(__package__).joinpath("phonewords.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, words = line.split("\t")
            lists[kind] += [word.strip() for word in words.split(";")]
    kinds = (*_SAID, "phone", "posing", "matter", "other")
    lead = r"\W{0,3}(?:(?:has|have|had|just|that|which|who|is|was|been|hat|mich|also)\W{1,3}){0,3}"
    return _Words(
        before=re.compile(_START + "(?:" + "|".join(f"(?P<{kind}>{_any(lists[kind])})" for kind in kinds) + ")"),
        after=re.compile(
            rf"{lead}(?:(?P<called>{_any(lists['called'])})|(?P<texted>{_any(lists['texted'])}))"
            rf"|\W{{0,3}}(?:[^\W_]+\W{{1,3}}){{0,2}}?(?P<after>{_any(lists['after'])})"
        ),
        owned=re.compile(rf"\W{{0,3}}(?:(?:is|was|ist|es|est|e)\W{{1,3}})?{_any(lists['own'])}"),
        label=re.compile(rf"\W*(?:{_any(lists['label'])}\W*){{1,3}}"),
        listed=re.compile(rf"(?:[\W_]|[0-9x]|{_START}{_any(lists['or'])})*"),
        negated=re.compile(rf"{_START}{_any(lists['not'])}(?:[ '-]+(?!{_any(lists['yours'])})[^\W_]+){{0,2}}[ '-]+$"),
        negation=re.compile(_START + _any(lists["notafter"])),
        digits={word: group.split()[0] for group in lists["digit"] for word in group.split()[1:]},
        separators=lists["separator"],
    )


def _any(phrases: Iterable[str]) -> str:
    """Return a pattern for any of some phrases, the longest first."""
    return "(?:" + "|".join(_pattern(phrase) for phrase in sorted(set(phrases), key=len, reverse=True)) + ")"


def _pattern(phrase: str) -> str:
    if not phrase.isascii():
        return re.escape(flatten(phrase))  # written without blanks between words
    parts = [re.escape(word) if word != "*" else "" for word in phrase.split(" ")]
    joined = _BLANK.join(parts).replace(_BLANK + _BLANK, rf"{_BLANK}(?:[^\W_]+{_BLANK}){{0,3}}?")
    return rf"{joined}(?![^\W_])"
