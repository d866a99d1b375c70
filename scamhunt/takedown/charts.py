"""Charts as SVG, to stand inside a page. Pure.

Every look is an attribute: a page that forbids inline style (Content-Security-Policy) shows them all the same. Across,
places are percentages, so a chart is as wide as its page while its letters keep their size, on a telephone too. Texts
and axes have the colour of the page's own text; the marks have at least 3:1 on white and on near black (WCAG 2.2,
1.4.11) and differ in shape, not in colour alone. Words from outside are cleaned and escaped here.
"""

import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise

from scamhunt.takedown.words import clean

COLOURS = ("#2f74c0", "#b8561b", "#a0498f")
DASHES = ("", "7 4", "2 4")
MOST_SERIES = len(COLOURS)
LABEL_WIDTH = 26
"""Letters of a label in a chart; wide ones count twice. The whole one is in its title."""
TEXT_LIMIT = 200
_ROW, _HEAD, _FOOT, _FONT = 38, 22, 26, 12
_PLOT = 170
"""Pixels: a row of bars, the room above and below, a letter, the height of a plot of lines."""
_TIMES = (60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000, 315_360_000)
_TIME_LABELS = ("1 min", "10 min", "1 h", "6 h", "1 d", "7 d", "30 d", "1 y", "10 y")
_FEW_LABELS = 3
_FEW = 4
"""Up to so many are counted one by one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: where a value stands, 0 to 1, and what is written at it."""

    place: Callable[[float], float]
    ticks: Sequence[tuple[float, str]]
    """Value and label."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the axis to a value, and a whisker from there to a second one."""

    label: str
    value: float | None
    """None: nothing is drawn, the note says why."""
    note: str
    """What is written at the right: the values in words."""
    whisker: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the same places as the others of its chart."""

    label: str
    values: Sequence[float]


def durations(seconds: Sequence[float]) -> Scale:
    """Return a logarithmic axis, from a minute to ten years, that holds these durations."""
    known = [min(max(value, _TIMES[0]), _TIMES[-1]) for value in seconds] or [_TIMES[0]]
    first = max(at for at, tick in enumerate(_TIMES[:-1]) if tick <= min(known))
    last = min(at for at, tick in enumerate(_TIMES) if tick >= max(known) and at > first)
    low, wide = math.log(_TIMES[first]), math.log(_TIMES[last] / _TIMES[first])
    ticks = [(float(_TIMES[at]), _TIME_LABELS[at]) for at in range(first, last + 1)]
    return Scale(lambda value: _inside((math.log(max(value, _TIMES[0])) - low) / wide), ticks)


def shares() -> Scale:
    """Return the axis of shares, 0 to 100 %."""
    return Scale(_inside, [(at / 4, f"{25 * at} %") for at in range(5)])


def counts(most: float) -> Scale:
    """Return an axis from 0 to a round number that is at least `most`."""
    power = 10 ** math.floor(math.log10(max(most, 1)))
    top = next(power * at for at in (2, 4, 8, 12) if power * at >= most) if most > _FEW else _FEW
    return Scale(lambda value: _inside(value / top), [(top * at / 4, f"{top * at / 4:,.0f}") for at in range(5)])


def bars(ident: str, title: str, about: str, rows: Sequence[Bar], scale: Scale) -> str:
    """Return lying bars, one below the other, as an SVG. `ident` is unique on the page, ASCII letters."""
    height = _HEAD + _ROW * len(rows) + _FOOT
    bottom = height - _FOOT
    drawn = "".join(_bar(row, _HEAD + _ROW * at, scale) for at, row in enumerate(rows))
    return _svg(ident, title, about, height, _upright(scale, bottom) + drawn)


def lines(ident: str, title: str, about: str, labels: Sequence[str], series: Sequence[Line]) -> str:
    """Return lines over time as an SVG, each with its own colour, dashes and marks; at most `MOST_SERIES`."""
    scale = counts(max((value for line in series for value in line.values), default=0))
    top = _HEAD * len(series) + 22
    bottom = top + _PLOT
    body = "".join(_level(scale, value, label, top) for value, label in scale.ticks)
    body += "".join(_legend(at, line.label) for at, line in enumerate(series))
    body += "".join(_below(labels, bottom))
    body += "".join(_line(at, line, scale, top) for at, line in enumerate(series[:MOST_SERIES]))
    return _svg(ident, title, about, bottom + _FOOT, body)


def short(label: str, room: int = LABEL_WIDTH) -> str:
    """Return a label on one line, cut to so many columns; wide letters take two."""
    label = clean(label, TEXT_LIMIT)
    if width(label) <= room:
        return label
    ends = list(accumulate(map(width, label)))
    return label[: sum(end < room for end in ends)] + "…"


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


# --- parts ------------------------------------------------------------------------------------------------------------


def _svg(ident: str, title: str, about: str, height: int, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{height}" overflow="visible" '
        f'font-family="system-ui, sans-serif" font-size="{_FONT}" fill="currentColor" '
        f'aria-labelledby="{_text(ident)}-title {_text(ident)}-about">'
        f'<title id="{_text(ident)}-title">{_text(title)}</title>'
        f'<desc id="{_text(ident)}-about">{_text(about)}</desc>{body}</svg>\n'
    )


def _bar(row: Bar, top: int, scale: Scale) -> str:
    name = f"<title>{_text(f'{row.label}: {row.note}')}</title>"
    words = _words("0", top + 12, short(row.label)) + _words("100%", top + 12, row.note, "end")
    if row.value is None:
        return f"<g>{name}{words}</g>\n"
    end = _percent(scale.place(row.value))
    shape = f'<rect x="0" y="{top + 17}" width="{end}" height="12" fill="{COLOURS[0]}"/>'
    return f"<g>{name}{words}{shape}{_whisker(row, top + 23, scale)}</g>\n"


def _whisker(row: Bar, middle: int, scale: Scale) -> str:
    if row.value is None or row.whisker is None:
        return ""
    start, end = _percent(scale.place(row.value)), _percent(scale.place(row.whisker))
    return _stroke(start, middle, end, middle, COLOURS[1], 2) + _stroke(end, middle - 6, end, middle + 6, COLOURS[1], 2)


def _upright(scale: Scale, bottom: int) -> str:
    """Draw the axis of lying bars: a faint line and a label at each tick."""
    drawn = ""
    for at, (value, label) in enumerate(scale.ticks):
        x = _percent(scale.place(value))
        anchor = "start" if at == 0 else "end" if at == len(scale.ticks) - 1 else "middle"
        drawn += _stroke(x, _HEAD - 8, x, bottom, "currentColor", 1, 0.25) + _words(x, bottom + 16, label, anchor)
    return drawn


def _level(scale: Scale, value: float, label: str, top: int) -> str:
    y = _height(scale, value, top)
    return _stroke("0", y, "100%", y, "currentColor", 1, 0.25) + _words("0", y - 3, label)


def _legend(at: int, label: str) -> str:
    y = _HEAD * at + 10
    sample = _stroke("0", y, "34", y, COLOURS[at], 2, 1, DASHES[at])
    return sample + _mark(at, "17", y) + _words("44", y + 4, label)


def _below(labels: Sequence[str], bottom: int) -> Iterator[str]:
    """Write a few of the labels below the lines, the first and the last among them."""
    last = len(labels) - 1
    shown = sorted({round(last * part / (_FEW_LABELS - 1)) for part in range(_FEW_LABELS)}) if labels else []
    for at in shown:
        anchor = "start" if at == 0 else "end" if at == last else "middle"
        yield _words(_across(at, len(labels)), bottom + 18, labels[at], anchor)


def _line(at: int, line: Line, scale: Scale, top: int) -> str:
    places = [(_across(place, len(line.values)), _height(scale, value, top)) for place, value in enumerate(line.values)]
    strokes = (_stroke(x, y, to, down, COLOURS[at], 2, 1, DASHES[at]) for (x, y), (to, down) in pairwise(places))
    marks = (_mark(at, x, y) for x, y in places)
    return f"<g><title>{_text(line.label)}</title>{''.join(strokes)}{''.join(marks)}</g>\n"


def _mark(at: int, x: str, y: float) -> str:
    """Draw a disc, a square or a triangle."""
    if at == 0:
        return f'<circle cx="{x}" cy="{y:g}" r="3" fill="{COLOURS[at]}"/>'
    shape = "M-3.5-3.5h7v7h-7z" if at == 1 else "M0-4.5L4.5 4h-9z"
    return f'<svg x="{x}" y="{y:g}" overflow="visible"><path d="{shape}" fill="{COLOURS[at]}"/></svg>'


def _stroke(  # noqa: PLR0913, PLR0917  # what a line of SVG has
    x: str, y: float, to: str, down: float, colour: str, width: int, opacity: float = 1, dashes: str = ""
) -> str:
    more = f' stroke-opacity="{opacity:g}"' if opacity != 1 else ""
    more += f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x}" y1="{y:g}" x2="{to}" y2="{down:g}" stroke="{colour}" stroke-width="{width}"{more}/>'


def _words(x: str, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y:g}" text-anchor="{anchor}">{_text(text)}</text>'


def _text(text: str) -> str:
    return escape(clean(text, 5 * TEXT_LIMIT))


def _height(scale: Scale, value: float, top: int) -> float:
    return round(top + _PLOT * (1 - scale.place(value)), 1)


def _across(at: int, count: int) -> str:
    """Return where one of so many points stands, left of it the labels of the axis."""
    return _percent(0.1 + 0.89 * (at / (count - 1) if count > 1 else 0.5))


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _inside(share: float) -> float:
    return min(max(share, 0.0), 1.0)
