"""What a page shows, as frozen values, and the check of what a child says that it shows.

The child that read the page may belong to whoever made the page. So each value is checked for its type, its length and
its count, and one that does not fit makes the whole answer worthless: `from_json` raises.
"""

import re
import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

MOST = 2**31
"""Largest number, either side of zero."""
URL, WORD, LINE, TEXT = 2_000, 120, 300, 20_000
"""Characters of an address, a word, a line, the text."""
_HALVES = re.compile("[\ud800-\udfff]")
_MISFIT = "the reader's answer does not fit"
Made = TypeVar("Made")


def _most(count: int, each: int = URL) -> Any:  # noqa: ANN401  # a field of any type
    """Return a field of at most `count` entries, texts of at most `each` characters."""
    return field(default=(), metadata={"count": count, "length": each})


def _text(length: int) -> Any:  # noqa: ANN401  # as above
    return field(default="", metadata={"length": length})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str = _text(WORD)
    type: str = _text(30)


@dataclass(frozen=True, slots=True)
class Form:
    """One form, or the fields that stand in none: then `method` is `script`."""

    action: str = _text(URL)
    """Where it is sent, as a full address."""
    action_host: str = _text(253)
    foreign: bool = False
    """Whether that is another registrable name than the page's."""
    method: str = _text(10)
    fields: tuple[Field, ...] = _most(60)
    asks: tuple[str, ...] = _most(20, 30)


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A phone number."""

    e164: str = _text(20)
    raw: str = _text(WORD)
    role: str = _text(20)


@dataclass(frozen=True, slots=True)
class Wallet:
    """An address that money can be sent to."""

    value: str = _text(WORD)
    currency: str = _text(20)


@dataclass(frozen=True, slots=True)
class Mark:
    """A key under which a service knows the page's owner: of a chat widget, an analytics account, a pixel."""

    vendor: str = _text(40)
    key: str = _text(WORD)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that the page shows."""

    src: str = _text(URL)
    alt: str = _text(WORD)


@dataclass(frozen=True, slots=True)
class Places:
    """Where addresses on the page lead."""

    hosts: Mapping[str, int] = field(default_factory=dict, metadata={"count": 100, "length": 253})
    urls: tuple[str, ...] = _most(200)


@dataclass(frozen=True, slots=True)
class Block:
    """A wall in front of the page."""

    by: str = _text(40)
    what: str = _text(20)
    """`captcha`, `challenge`, `forbidden` or `geo`."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What tells pages of one make from others."""

    structure: str = _text(64)
    resources: str = _text(64)
    forms: str = _text(64)
    known: tuple[str, ...] = _most(20, 60)
    """Names of `data/kits.toml`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one page shows."""

    title: str = _text(LINE)
    text: str = _text(TEXT)
    """What a visitor reads, in lines."""
    language: str = _text(35)
    """As the page states it, lower case."""
    words: int = 0
    empty: bool = False
    """Nothing to read, to fill in or to see, before scripts."""
    simhash: str = _text(16)
    structure: str = _text(64)
    """Hash of the tag skeleton; empty for a page of few tags: those are all alike."""
    generator: str = _text(LINE)
    refresh: str = _text(URL)
    """Where the page leads on by itself, as a full address."""
    scripts: int = 0
    comments: int = 0
    odd_links: int = 0
    """Links that are no web addresses: `javascript:`, `data:` and the like. Never followed."""
    cut: str = _text(LINE)
    """Empty, or what of the page was not read."""
    forms: tuple[Form, ...] = _most(20)
    numbers: tuple[ShownNumber, ...] = _most(50)
    emails: tuple[str, ...] = _most(50, 254)
    wallets: tuple[Wallet, ...] = _most(30)
    chats: tuple[Mark, ...] = _most(30)
    trackers: tuple[Mark, ...] = _most(30)
    links: Places = Places()
    resources: Places = Places()
    frames: tuple[str, ...] = _most(50)
    favicons: tuple[str, ...] = _most(10)
    images: tuple[Image, ...] = _most(30)
    popup: tuple[str, ...] = _most(10, 30)
    """Signs of a false warning; empty where there are too few."""
    blocks: tuple[Block, ...] = _most(3)
    kit: Kit = Kit()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was read, not shown."""

    width: int = 0
    """Pixels; 0 of a drawing (SVG), which is not rendered."""
    height: int = 0
    format: str = _text(10)
    """`png`, `jpeg`, `gif`, `webp`, `ico`, `svg`."""
    sha256: str = _text(64)
    dhash: str = _text(16)
    """64 bits of how its brightness runs; empty of a drawing and of a picture of one colour."""
    mmh3: int | None = None
    """Of the bytes in base64, as search engines of hosts hash favicons: 32 bits, signed."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why something could not be read, in words for a person."""

    why: str = _text(LINE)


def to_json(value: object) -> dict[str, Any]:
    """Return a value as JSON holds it."""
    return asdict(value)  # type: ignore[call-overload, no-any-return]  # one of the classes above


def from_json(kind: type[Made], raw: object) -> Made:
    """Read a value of one of these classes; raises `ValueError` where something does not fit, without repeating it."""
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]  # one of the classes above
    if not isinstance(raw, dict) or raw.keys() != known.keys():
        raise ValueError(_MISFIT)
    hints = get_type_hints(kind)
    return kind(**{name: _checked(raw[name], hints[name], known[name].metadata) for name in known})


def _checked(value: object, kind: Any, limits: Mapping[str, int]) -> object:  # noqa: ANN401  # a type as it is written
    """Return a value of the type, or raise `ValueError`."""
    if is_dataclass(kind):
        return from_json(kind, value)  # type: ignore[arg-type]  # it is a class
    origin = get_origin(kind)
    if origin is tuple and isinstance(value, list) and len(value) <= limits["count"]:
        return tuple(_checked(one, get_args(kind)[0], limits) for one in value)
    if origin is Mapping and isinstance(value, dict) and len(value) <= limits["count"]:
        return {_checked(name, str, limits): _checked(count, int, limits) for name, count in value.items()}
    if origin is types.UnionType and value is None:
        return None
    wanted = int if origin is types.UnionType else kind
    if type(value) is not wanted or not _fits(value, limits):
        raise ValueError(_MISFIT)
    return value


def _fits(value: object, limits: Mapping[str, int]) -> bool:
    if isinstance(value, str):
        return len(value) <= limits["length"] and not _HALVES.search(value)
    return not isinstance(value, int) or -MOST <= value <= MOST
