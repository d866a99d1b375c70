"""Words that ask to cut a number off. Pure.

A number that only a display showed is mostly forged: nobody is asked to cut it, neither by a template nor by what an
analyst writes of a call.
"""

import re
from collections.abc import Iterable

_PHRASE = (
    r"dis-?connect|suspend|terminat|de-?activat|cut(?:ting)?(?: \w+){0,2} off\b|shut(?:ting)?(?: \w+){0,2} "
    r"(?:down|off)\b|tak(?:e|ing)(?: \w+){0,2} (?:down|out of service)\b|switch(?:ing|ed)?(?: \w+){0,2} off\b"
    r"|block(?:ing)? (?:the|this|that|it|all|any|calls?)\b|disabl|revok|cancel|withdraw|reclaim|ban\b"
)
_CUT = re.compile(rf"\b(?:{_PHRASE})", re.IGNORECASE)

# What a caller threatens with uses the same words: "your account is suspended, press one to cancel the order".
_VERB = (
    r"(?:dis-?connect|suspend|terminat|de-?activat|block|disabl|revok|cancel|withdraw|reclaim|bar|ban|"
    r"(?:cut|shut|tak|switch|turn)(?:e|t?ing)?(?: down| off| out of service)?)(?:e|ed|n?ing)?"
)
_WHICH = r"(?:(?!your\b|my\b)\w+ ){0,2}"
_LINE = (
    r"(?:(?:tele)?phones?|(?:phone ?)?(?:numbers?|lines?|service|callers?|calls?|traffic|trunk|sender|subscriber)"
    r"|\+?\d[\d -]{5,})"
)
_WAYS = (
    rf"\b{_VERB} {_WHICH}(?<!or )(?<!and ){_LINE}(?!\w)",
    rf"\b(?:please|kindly|(?:we|i) (?:ask|request|want|urge)(?: \w+){{0,3}})(?: \w+)? (?:{_PHRASE})",
    rf"(?:^|[.!?;] )(?:{_PHRASE})(?!\w*ed\b)",
    rf"(?<!to )\b{_VERB} (?:it|them)\b",
    r"\b(?:cut|shut|take|switch|turn) (?:it|them|(?:the|this|that|these|those) \w+) (?:off|down|out)\b",
    rf"\b(?:this|that|the) (?:number|line)(?: \w+){{0,2}} (?:should|must|be|to)(?: \w+){{0,2}} {_VERB}\b",
)
_ASKED = re.compile("|".join(_WAYS), re.IGNORECASE)


def in_ours(texts: Iterable[str]) -> list[str]:
    """Return the words of a template, or of what it was filled into, that may ask to cut somebody off."""
    return _found(_CUT, texts)


def in_observed(text: str) -> list[str]:
    """Return the words of an observation that ask to cut a number off; what a caller threatened with is none."""
    return _found(_ASKED, [text])


def _found(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    return sorted({match.group().strip(".!?; ") for text in texts for match in pattern.finditer(text)})
