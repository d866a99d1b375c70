"""From the name of who holds a block of numbers to companies that can be written to: a list for a person. Pure.

No public table leads from an operating company number to a contact. Names are compared as they are read aloud: legal
forms, states, punctuation and case aside. Nothing is ever chosen here, by no score: names in this trade are alike.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Self

from rapidfuzz import fuzz, process

from scamhunt.investigate.refdata_cells import Filing

SHOWN = 5
LOOKED_AT = 100
"""So many names are looked at closely."""

_FORMS = frozenset(
    "inc incorporated llc lc lp llp llp ltd limited corp corporation co company plc pllc pc the gmbh ag sa bv pty ulc"
    .split()
)  # fmt: skip
_ALSO = re.compile(r"\b(?:d\s?[/.]?\s?b\s?[/.]?\s?a|f\s?/\s?k\s?/\s?a|fka|a\s?/\s?k\s?/\s?a|doing business as)\b\.?")
_STATE = re.compile(r"\s+-\s*[a-z]{2}\s*$")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Company:
    """A company that may be the holder of a block."""

    frn: str
    """FCC registration number."""
    name: str
    """Its business name."""
    matched: str
    """Which of its names is alike, and what that name is: `Example Voice (dba)`."""
    score: float
    """0 to 100, one decimal: how alike the names are; it says nothing else."""
    recertified: str
    """When it last stood by its filing, YYYY-MM-DD."""
    url: str
    """Its filing, where its contact is."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Companies, and all their names made ready to compare."""

    filings: tuple[Filing, ...]
    folded: tuple[str, ...]
    named: tuple[tuple[int, str], ...]
    """For each folded name the place of its filing, and the name in words."""

    @classmethod
    def of(cls, filings: Iterable[Filing]) -> Self:
        """Make the names of some companies ready."""
        kept = tuple(filings)
        names = [
            (part, at, text)
            for at, filing in enumerate(kept)
            for name, what in ((filing.name, ""), *filing.others)
            for text in [f"{name} ({what})" if what else name]
            for part in parts(name)
        ]
        return cls(kept, tuple(part for part, _, _ in names), tuple((at, text) for _, at, text in names))

    def __iter__(self) -> Iterator[Filing]:
        """Go through the companies."""
        return iter(self.filings)

    def __len__(self) -> int:
        """Return how many companies there are."""
        return len(self.filings)


def candidates(holder: str, companies: Directory) -> list[Company]:
    """Return the five companies whose names are most like a holder's, the most alike first; a person chooses."""
    best: dict[int, tuple[float, str]] = {}
    for wanted in parts(holder):
        alike = process.extract(wanted, companies.folded, scorer=fuzz.token_ratio, limit=LOOKED_AT)
        for name, _, place in alike:
            at, text = companies.named[place]
            score = _likeness(wanted, name)
            if score > best.get(at, (0.0, ""))[0]:
                best[at] = score, text
    found = [_company(companies.filings[at], text, score) for at, (score, text) in best.items()]
    found.sort(key=attrgetter("name", "frn"))
    found.sort(key=attrgetter("recertified"), reverse=True)
    found.sort(key=attrgetter("score"), reverse=True)
    return found[:SHOWN]


def parts(name: str) -> list[str]:
    """Return a company's name, and what it does business as, in plain words without legal form and state."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    return list(dict.fromkeys(filter(None, map(_plain, _ALSO.split(text)))))


def _plain(text: str) -> str:
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), _STATE.sub("", text))
    words = _NO_WORD.sub(" ", text.replace("&", " and ").replace("'", "")).split()
    return " ".join([word for word in words if word not in _FORMS] or words)


def _likeness(one: str, other: str) -> float:
    """Return 0 to 100: half for the words that both have, half for the whole names; a part is not all of a name."""
    return round((fuzz.token_set_ratio(one, other) + fuzz.token_sort_ratio(one, other)) / 2, 1)


def _company(filing: Filing, matched: str, score: float) -> Company:
    return Company(filing.frn, filing.name, matched, score, filing.recertified, filing.url)
