"""Kinds of phishing kits that a page looks like, by the table `data/kits.toml`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scamhunt.bundle import data
from scamhunt.errors import UserError
from scamhunt.investigate.page_shown import Shown

_KEYS = {"name", "source", "asks", "words", "popup", "chat", "action"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of kit; what is empty fits every page."""

    name: str
    source: str
    asks: Sequence[str] = ()
    words: Sequence[Sequence[str]] = ()
    popup: Sequence[str] = ()
    chat: str = ""
    action: Sequence[str] = ()

    def fits(self, shown: Shown) -> bool:
        """Say whether a page has everything that this kind has."""
        asks = {one for form in shown.forms for one in form.asks}
        text = shown.text.lower()
        return (
            asks.issuperset(self.asks)
            and all(any(word in text for word in group) for group in self.words)
            and set(shown.popup).issuperset(self.popup)
            and (not self.chat or any(one.vendor == self.chat for one in shown.chats))
            and (not self.action or any(form.action.endswith(tuple(self.action)) for form in shown.forms))
        )


def known(shown: Shown, kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Return the names of the kinds that a page fits."""
    return tuple(one.name for one in kinds if one.fits(shown))


def kinds_of(text: str) -> tuple[Kind, ...]:
    """Read a table of kinds. Raises `UserError` for one that says nothing or holds an unknown key."""
    rows = tomllib.loads(text).get("kit", [])
    for row in rows:
        if not {"name", "source"} < row.keys() or not row.keys() <= _KEYS:
            raise UserError(f"kits.toml: each kind needs name, source and one of: {', '.join(sorted(_KEYS))}")
    return tuple(Kind(**row) for row in rows)


@cache
def shipped() -> tuple[Kind, ...]:
    """Return the kinds that come with the program."""
    return kinds_of(data("kits.toml").read_text("utf-8"))
