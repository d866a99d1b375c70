"""What the words of an answer say about a report, sentence by sentence. Pure.

The words stand in `reply_words.tsv`, English first, a few each of German, French, Spanish, Portuguese, Japanese,
Russian and Hindi. Only what is said to have happened counts; a condition, a question, a wish and a negation do not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scamhunt.model import ReportState

_S = ReportState
SENTENCES = 400
"""Sentences of an answer that are looked at."""
_SENTENCE = 600
"""Characters of one that are looked at."""
_BEHIND = 14
"""Characters behind a sign in which it may be turned round, as Japanese, Hindi and German do it."""
_QUESTIONS = frozenset({"?", "\uff1f"})

WHY: Mapping[ReportState, str] = {
    _S.ACTIONED: "the recipient says that it acted; nothing is down by that, a look of ours decides",
    _S.FORWARDED: "the recipient says that it passed the report on",
    _S.DECLINED: "the recipient says that it will not act, or asks for more",
    _S.ACKNOWLEDGED: "the recipient says that it has the report",
    _S.HELD: "somebody says that the report is wrong",
}
"""What can be said, with the sentence for a person."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says: at most one thing, and why."""

    suggests: ReportState | None
    why: str
    contradicts: bool = False
    """Whether it says several things that do not go together."""


def said(text: str) -> Said:
    """Return what the words of a sender suggest; nothing where they contradict each other.

    That a report is wrong outweighs all else, for then it is left alone; that it was received outweighs nothing.
    """
    states: set[ReportState] = set()
    undone = False
    for sentence in _sentences(text):
        states.update(_states(sentence))
        undone = undone or listed("undone").search(sentence) is not None
    if _S.HELD in states:
        return Said(_S.HELD, WHY[_S.HELD])
    strong = states - {_S.ACKNOWLEDGED}
    if strong == {_S.ACTIONED, _S.FORWARDED}:  # who passed it on and then tells that it is done
        strong = {_S.ACTIONED}
    if len(strong) > 1 or (undone and _S.ACTIONED in strong):
        return Said(None, "it says things that contradict each other: a person has to read it", contradicts=True)
    state = next(iter(strong or states), None)
    return Said(state, WHY[state]) if state else Said(None, "nothing in it says what became of the report")


@cache
def listed(name: str) -> re.Pattern[str]:
    """Return what finds any of the words of that name in `reply_words.tsv`."""
    return re.compile(source(name), re.IGNORECASE)


def source(name: str) -> str:
    """Return the pattern of these words, to be part of another."""
    return "|".join(f"(?:{pattern})" for pattern in _rows()[name])


@cache
def _rows() -> Mapping[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("reply_words.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, _, pattern = line.split("\t")
            rows.setdefault(name, []).append(pattern)
    return rows


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences in small letters, each on one line; a question is none."""
    left = SENTENCES
    for paragraph in re.split(r"\n[ \t]*\n", text):
        begun = 0
        for end in listed("end").finditer(paragraph):
            if left <= 0:
                return
            if end[0] not in _QUESTIONS:
                yield _line(paragraph[begun : end.start()])
            begun, left = end.end(), left - 1
        yield _line(paragraph[begun:])


def _line(text: str) -> str:
    return " ".join(text[:_SENTENCE].lower().replace("\u2019", "'").split())


def _states(sentence: str) -> Iterator[ReportState]:
    for state in WHY:
        signs = listed(state.value).finditer(sentence)
        if any(_is_told(sentence, sign, negated=state is _S.DECLINED) for sign in signs):
            yield state


def _is_told(sentence: str, sign: re.Match[str], *, negated: bool) -> bool:
    """Tell what is said to be so: neither the clause before a sign nor the letters behind it turn it round."""
    before = sentence[: sign.start()]
    clause = before[max((end.end() for end in listed("clause").finditer(before)), default=0) :]
    if negated:  # its own words hold the "not"; only a condition is left
        return not listed("if").search(clause)
    behind = sentence[sign.end() : sign.end() + _BEHIND]
    return not (listed("before").search(clause) or listed("before").search(sign[0]) or listed("after").search(behind))
