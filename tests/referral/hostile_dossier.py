"""The example packet with every text replaced by what an enemy would write there."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import cycle
from typing import Any

from scamhunt.referral.dossier import Dossier, Joint, Redaction, Shared
from scamhunt.referral.example import NUMBER, START, dossier

POISON = (
    '=HYPERLINK("http://evil.example/","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3",
    "\t=1",
    "\uff1d1",
    "plain, ;=1",
    "two\r\nlines\u2028three\u2029four",
    "\u202egnp.exe\u2066 \u200b\x1b[31m\x00\x85",
    "<script>alert(1)</script><img src=x>",
    "[x](http://evil.example/) ![](https://evil.example/p.png) http://evil.example www.evil.example",
    "# head",
    "- item ` `` | a | *b* _c_ ~~d~~ &lt; \\",
    "\ud800 lone",
    "नमस्ते 日本 مرحبا",
    "a" * 100_000,
    "",
)
KEPT = frozenset({"packet", "day", "agency", "marking", "kind", "role", "sha256", "sha512", "unit", "id"})
"""Fields that are ours: what stands there decides what is written."""


def hostile() -> Dossier:
    """Return the packet; its shape, its times and its numbers are sound."""
    return _poisoned(joint(dossier()), cycle(POISON))  # type: ignore[no-any-return]  # what goes in comes out


def joint(one: Dossier) -> Dossier:
    """Return a packet as one of two brands."""
    return replace(
        one,
        redactions=(Redaction("reports.ticket", "own only", 2),),
        joint=Joint(
            "j-1",
            "Example Trust",
            "Other Brand",
            (
                Shared("number", NUMBER, "both", START, START, ("EX-0001",), ("0" * 64,)),
                Shared("domain", "bank-help.example", "B", None, START, (), ("1" * 64,)),
            ),
            "legitimate interest, as counsel of both sides has it",
        ),
    )


def _poisoned(value: Any, poison: Iterator[str]) -> Any:  # noqa: ANN401  # a dossier, or any part of one
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            each.name: _poisoned(getattr(value, each.name), poison) for each in fields(value) if each.name not in KEPT
        }
        return replace(value, **changed)
    if isinstance(value, str):
        return next(poison)
    if isinstance(value, list | tuple):
        return tuple(_poisoned(one, poison) for one in value)
    return value
