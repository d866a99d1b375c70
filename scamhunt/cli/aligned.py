"""Below a match: the brand's letters under the letters of the name that they are read from."""

from scamhunt.cli.listing import cut, drawn
from scamhunt.cli.output import clean
from scamhunt.model import Match
from scamhunt.score.align import align

GAP = "·"
"""Stands where one side has no letter for the other."""
DIFFERENT = "^"
LEAST = 20
"""Columns that it takes to show anything."""


def below(match: Match, indent: int, width: int) -> list[str]:
    """Return the lines to print below a match whose name begins at column `indent` of at most `width`.

    The brand's letters, and a mark under each that differs. Before them the name once more, where the line above does
    not show it as it reads (punycode), has no room for a missing letter, or is cut before it.
    """
    start, end = match.span
    pairs = [(clean(given), clean(meant)) for given, meant in align(match.text[start:end], match.word)]
    widths = [max(drawn(given), drawn(meant)) for given, meant in pairs]
    block = sum(widths)
    if not block or width - indent < max(block, LEAST):
        return []
    there, brand = ("".join(map(_filled, side, widths)) for side in zip(*pairs, strict=True))
    marks = "".join(
        (" " if given == meant else DIFFERENT) * size for (given, meant), size in zip(pairs, widths, strict=True)
    )
    at = match.indicator.lower().find(match.text)
    before = clean(match.indicator[: at + start])
    lines = [brand, marks] if marks.strip() else [brand]
    if at >= 0 and clean(match.text[start:end]) == there and indent + drawn(before) + block <= width:
        return _indented(lines, indent + drawn(before))
    before, after = clean(match.text[:start]), clean(match.text[end:])
    room = width - indent - block
    before = _tail(before, room - min(drawn(after), room // 2))
    again = cut(clean(before + there + after), width - indent)
    return [*_indented([again], indent), *_indented(lines, indent + drawn(before))]


def _filled(text: str, size: int) -> str:
    return text + GAP * (size - drawn(text))


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line.rstrip() for line in lines]


def _tail(text: str, room: int) -> str:
    """Return what of a text fits, its end rather than its beginning."""
    if drawn(text) <= room:
        return text
    while text and drawn(text) >= room:
        text = text[1:]
    return f"…{text}" if room else ""
