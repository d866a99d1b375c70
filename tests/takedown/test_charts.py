import re
from xml.etree import ElementTree as ET

import pytest

from scamhunt.takedown import charts
from scamhunt.takedown.charts import Bar, Line

SVG = "{http://www.w3.org/2000/svg}"
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "</title></svg><script>alert(1)</script>",
    "]]><!--",
    "&lt;script&gt;",
    "a\x00b\x1b[31m\u202e",
)


def parsed(svg: str) -> ET.Element:
    """Return a chart as XML; what is not well formed fails."""
    return ET.fromstring(svg)  # noqa: S314  # our own text


def made(name: str) -> list[str]:
    """Return a chart of each sort with a name in every text."""
    rows = [Bar(name, 0.5, name, 0.9), Bar(name, None, name)]
    return [
        charts.bars("a", name, name, rows, charts.shares()),
        charts.lines("b", name, name, [name, name], [Line(name, [1, 2])]),
    ]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_names_from_outside_stay_text(payload: str) -> None:
    """No name becomes an element or an attribute, and what is not visible is shown."""
    allowed = {"svg", "title", "desc", "g", "text", "rect", "line", "circle", "path"}
    for svg in made(payload):
        elements = list(parsed(svg).iter())
        assert {one.tag.removeprefix(SVG) for one in elements} <= allowed
        assert not [
            name for one in elements for name in one.attrib if name.startswith("on") or name in {"href", "style"}
        ]
        assert re.search(r"[\x00-\x09\x0b-\x1f\u202e]", svg) is None


def test_a_chart_says_what_it_is() -> None:
    """A screen reader finds a picture with title and description, by ids of its own."""
    for ident, svg in zip("ab", made("Time"), strict=True):
        top = parsed(svg)
        title, about = top[0], top[1]
        assert (top.get("role"), title.tag, about.tag) == ("img", f"{SVG}title", f"{SVG}desc")
        assert top.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}" == f"{ident}-title {ident}-about"


def test_a_chart_needs_no_style_and_no_other_file() -> None:
    """Under a policy that forbids inline style and every request nothing of it is missing."""
    for svg in made("Time"):
        assert not re.search(r"style|href|url\(|<script|@import", svg)


def test_a_bar_ends_at_its_value_and_the_whisker_at_the_second() -> None:
    """Half of the axis is half of the width; the whisker goes on from there to its cap."""
    top = parsed(charts.bars("a", "t", "d", [Bar("One", 0.5, "50 %", 0.75)], charts.shares()))
    (rect,) = top.iter(f"{SVG}rect")
    (group,) = top.iter(f"{SVG}g")
    whisker, cap = group.iter(f"{SVG}line")
    assert rect.get("width") == whisker.get("x1") == "50.00%"
    assert whisker.get("x2") == cap.get("x1") == cap.get("x2") == "75.00%"


def test_without_a_value_there_is_no_bar() -> None:
    """Nothing is drawn where nothing was measured; the words stay."""
    top = parsed(charts.bars("a", "t", "d", [Bar("One", None, "none yet", 5)], charts.durations([])))
    assert not [*top.iter(f"{SVG}rect")]
    assert "none yet" in [one.text for one in top.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        ([], ["1 min", "10 min"]),
        ([0], ["1 min", "10 min"]),
        ([3_600], ["1 h", "6 h"]),
        ([1_800, 90_000], ["10 min", "1 h", "6 h", "1 d", "7 d"]),
        ([10**12], ["1 y", "10 y"]),
    ],
)
def test_the_axis_of_durations_holds_them_all(seconds: list[float], labels: list[str]) -> None:
    """It begins at or below the shortest and ends at or above the longest, in units that people know."""
    scale = charts.durations(seconds)
    assert [label for _, label in scale.ticks] == labels
    assert [scale.place(value) for value, _ in (scale.ticks[0], scale.ticks[-1])] == pytest.approx([0.0, 1.0])
    assert all(0 <= scale.place(value) <= 1 for value in [-5, 0, *seconds])


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 4), (1, 4), (4, 4), (5, 8), (9, 12), (10, 20), (20, 20), (21, 40), (99, 120), (100, 200), (60_000, 80_000)],
)
def test_the_axis_of_counts_is_round(most: int, top: int) -> None:
    """It ends at a round number that is at least the most, in four steps of whole numbers."""
    values = [value for value, _ in charts.counts(most).ticks]
    assert values == [top * at / 4 for at in range(5)]
    assert all(value.is_integer() for value in values)
    assert charts.counts(60_000).ticks[-1][1] == "80,000"


def test_lines_differ_without_colour() -> None:
    """Each has its own dashes and its own mark, in the chart and in the legend."""
    series = [Line(name, [1, 3, 2]) for name in ("reported", "down", "relapsed")]
    top = parsed(charts.lines("a", "t", "d", ["W1", "W2", "W3"], series))
    dashes = {one.get("stroke-dasharray") for one in top.iter(f"{SVG}line")}
    shapes = {one.get("d") for one in top.iter(f"{SVG}path")}
    assert (len(dashes), len(shapes), len([*top.iter(f"{SVG}circle")])) == (3, 2, 4)
    assert len([*top.iter(f"{SVG}path")]) == 8


@pytest.mark.parametrize("points", [0, 1, 2, 160])
def test_any_number_of_points_is_drawn(points: int) -> None:
    """One week alone stands in the middle, and labels below never crowd."""
    labels = [f"W{at}" for at in range(points)]
    top = parsed(charts.lines("a", "t", "d", labels, [Line("reported", [7.0] * points)]))
    assert len([*top.iter(f"{SVG}circle")]) == points + 1
    assert len([one for one in top.iter(f"{SVG}text") if one.text in labels]) == min(points, 3)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", charts.COLOURS)
@pytest.mark.parametrize("paper", ["#ffffff", "#14171a"])
def test_marks_stand_out_on_light_and_dark(colour: str, paper: str) -> None:
    """Each colour has a contrast of at least 3:1 to both papers (WCAG 2.2, 1.4.11)."""
    low, high = sorted((luminance(colour), luminance(paper)))
    assert (high + 0.05) / (low + 0.05) >= 3


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Registrar One", "Registrar One"),
        ("a" * 26, "a" * 26),
        ("a" * 27, "a" * 25 + "…"),
        ("広" * 14, "広" * 12 + "…"),
    ],
)
def test_a_long_name_leaves_room_for_the_value(label: str, shown: str) -> None:
    """A label is cut to the columns that it may have; wide letters take two."""
    assert charts.short(label) == shown
    assert charts.width(charts.short(label)) <= charts.LABEL_WIDTH
