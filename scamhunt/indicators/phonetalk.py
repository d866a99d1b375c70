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

BEFORE = 90
AFTER = 40
"""Characters that are looked at."""
_GAP_WORDS = 3
"""So many words may stand between a word of calling and a number that has no other sign of being one."""
_SENTENCE = re.compile(r"[.!?][ \n]+(?=[A-Z])|\n\n")
_SENTENCE_ENDS = re.compile(r"[.!?](?:\s|$)|\n")
_WORD = re.compile(r"[^\W_]+")
_FILLER = re.compile(
    r"(?:\W|_|\b(?:numbers?|no|nos|nr|num|id|ids|code|ref|is|was|are|nummer|numero|numara|lautet|de|du|the|your|with|for)\b)*"
)
_START = r"(?:(?<![^\W_])|(?<=[^\x00-\u02ff]))"
"""Where a word may begin: also anywhere in a script that sets no blanks between words."""
_SAID = ("caller", "sender", "call", "desk")
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
    """As in "do not call": it says nothing of who holds the number."""


def talk(before: str, after: str) -> Talk:
    """Return what the flattened text on both sides of a number says of it."""
    before = _SENTENCE.split(before[-BEFORE:])[-1].lower()
    after = _SENTENCE_ENDS.split(after[:AFTER])[0].lower()
    words = _words()
    said = list(words.before.finditer(before))
    follows = words.after.match(after)
    last = next((found for found in reversed(said) if found.lastgroup in _SAID), None)
    negated = last is not None and _is_negated(before, last)
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


def _close(before: str, said: "list[re.Match[str]]") -> bool:
    """Return whether a word of calling stands few words before, and nothing between that speaks of something else."""
    for found in reversed(said):
        if found.lastgroup in {"other", "matter"}:
            return False
        if found.lastgroup != "posing":
            return len(_WORD.findall(before, found.end())) <= _GAP_WORDS
    return False


# --- the words --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    before: re.Pattern[str]
    after: re.Pattern[str]
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
    joined = r"\W{1,3}".join(parts).replace(r"\W{1,3}\W{1,3}", r"\W{1,3}(?:[^\W_]+\W{1,3}){0,3}?")
    return rf"{joined}(?![^\W_])"
