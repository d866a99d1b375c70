"""A picture of what joins a campaign: its cases at the left, what they share at the right. Pure.

Every look is an attribute, nothing is loaded and nothing runs: it shows on a page that forbids inline style and in a
document alike. The same graph gives the same picture.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from scamhunt.takedown.words import clean, defang_name

SIGN = "sign"
"""The shape of what cases share; any other is a case: `domain`, `url`, `phone`."""
MOST_CASES, MOST_SIGNS = 36, 36
"""What a page shows; of more it tells how many."""
TURNS = 8
"""Rounds in which each side is ordered by the other, so that few lines cross."""
_WIDTH, _ROW, _HEAD, _BOX, _FONT = 980, 34, 56, 24, 13
_LEFT, _RIGHT, _BOX_WIDTH = 10, 590, 380
_LABEL = 52
"""Letters of a label; the whole one is in its title."""
_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {{height}}" width="{_WIDTH}" height="{{height}}" '
    f'font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="{_FONT}" role="img">'
)
_INK, _CASE, _NUMBER, _SHARED, _ALONE = "#1a1a1a", "#e8f0fa", "#fdf1e3", "#f4f4f4", "#b8561b"


@dataclass(frozen=True, slots=True)
class Node:
    """A case, or something that cases share."""

    id: str
    label: str
    shape: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A case and something that it shares."""

    one: str
    """The case."""
    other: str
    """The sign."""
    label: str
    weight: float
    alone: bool
    """Whether the campaign falls apart without it."""


def svg(nodes: Sequence[Node], edges: Sequence[Edge], title: str) -> str:
    """Return the picture; what cases share stands between no more than fits on a page, the most shared first."""
    degree = Counter(end for one in edges for end in (one.one, one.other))
    cases = _most([one for one in nodes if one.shape != SIGN], degree, MOST_CASES)
    signs = _most([one for one in nodes if one.shape == SIGN], degree, MOST_SIGNS)
    shown = {one.id for one in (*cases, *signs)}
    drawn = [one for one in edges if one.one in shown and one.other in shown]
    cases, signs = _ordered(cases, signs, drawn)
    height = _HEAD + _ROW * max(len(cases), len(signs), 1) + _ROW
    left = {one.id: _HEAD + _ROW * at for at, one in enumerate(cases)}
    right = {one.id: _HEAD + _ROW * at for at, one in enumerate(signs)}
    alone = {one.other for one in drawn if one.alone}
    parts = [
        _OPENING.format(height=height),
        f"<title>{_text(title)}</title>",
        f"<desc>{len(cases)} cases and the {len(signs)} things that they share</desc>",
        f'<rect x="0" y="0" width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _words(_LEFT, 20, "Cases", bold=True),
        _words(_RIGHT, 20, "What they share", bold=True),
        _words(_RIGHT, 38, "a thick border: without it the campaign falls apart", colour=_ALONE),
        *_lines(drawn, left, right),
        *(_case(one, left[one.id]) for one in cases),
        *(_shared(one, right[one.id], degree[one.id], alone=one.id in alone) for one in signs),
        _words(_LEFT, height - 8, _more(nodes, cases, signs)),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def shown(indicator: str, kind: str) -> str:
    """Return a target as a picture has it: a suspected name so that nobody opens it by accident."""
    return indicator if kind == "phone" else defang_name(indicator)


def _most(nodes: Sequence[Node], degree: Mapping[str, int], most: int) -> list[Node]:
    return sorted(nodes, key=lambda one: (-degree[one.id], one.id))[:most]


def _ordered(cases: list[Node], signs: list[Node], edges: Sequence[Edge]) -> tuple[list[Node], list[Node]]:
    """Order each side by where what it is joined to stands: a round for each side in turn."""
    of: defaultdict[str, list[str]] = defaultdict(list)
    for one in edges:
        of[one.one].append(one.other)
        of[one.other].append(one.one)
    for _ in range(TURNS):
        signs = _by(signs, cases, of)
        cases = _by(cases, signs, of)
    return cases, signs


def _by(nodes: Sequence[Node], others: Sequence[Node], of: Mapping[str, Sequence[str]]) -> list[Node]:
    place = {one.id: at for at, one in enumerate(others)}

    def middle(one: Node) -> float:
        ends = [place[end] for end in of.get(one.id, ()) if end in place]
        return sum(ends) / len(ends) if ends else float(len(others))

    return sorted(nodes, key=lambda one: (middle(one), one.id))


def _lines(edges: Sequence[Edge], left: Mapping[str, int], right: Mapping[str, int]) -> Iterator[str]:
    for one in edges:
        from_y, to_y = left[one.one] + _BOX / 2, right[one.other] + _BOX / 2
        begin, end = _LEFT + _BOX_WIDTH, _RIGHT
        middle = (begin + end) / 2
        colour, width = (_ALONE, 2.5) if one.alone else (_INK, 1)
        yield (
            f'<path d="M{begin} {from_y:g} C{middle:g} {from_y:g} {middle:g} {to_y:g} {end} {to_y:g}" fill="none" '
            f'stroke="{colour}" stroke-width="{width:g}" stroke-opacity="0.7"/>'
        )


def _case(one: Node, y: int) -> str:
    fill = _NUMBER if one.shape == "phone" else _CASE
    return _box(_LEFT, y, one.label, fill, rounded=12 if one.shape == "phone" else 2)


def _shared(one: Node, y: int, cases: int, *, alone: bool) -> str:
    return _box(_RIGHT, y, f"{one.label}  ({cases})", _SHARED, rounded=2, alone=alone)


def _box(x: int, y: int, label: str, fill: str, *, rounded: int, alone: bool = False) -> str:  # noqa: PLR0913  # how it looks
    stroke, width = (_ALONE, 2.5) if alone else (_INK, 1)
    plain = clean(label, 400)
    short = plain if len(plain) <= _LABEL else f"{plain[: _LABEL - 1]}…"
    return (
        f'<g><title>{_text(plain)}</title><rect x="{x}" y="{y}" width="{_BOX_WIDTH}" height="{_BOX}" rx="{rounded}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>{_words(x + 8, y + 17, short)}</g>'
    )


def _words(x: int, y: int, text: str, *, bold: bool = False, colour: str = _INK) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="{colour}"{weight}>{_text(text)}</text>' if text else ""


def _more(nodes: Sequence[Node], cases: Sequence[Node], signs: Sequence[Node]) -> str:
    shared = sum(one.shape == SIGN for one in nodes)
    left = [(len(nodes) - shared - len(cases), "cases"), (shared - len(signs), "things that cases share")]
    told = [f"{count} more {what}" for count, what in left if count]
    return f"not drawn: {' and '.join(told)}" if told else ""


def _text(text: str) -> str:
    return escape(clean(text, 400))
