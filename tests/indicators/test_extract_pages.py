import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt.errors import BadIndicator
from scamhunt.indicators.extract import extract, read
from scamhunt.indicators.visible import is_markup

HELP = "+18885550142"

# (page, [(raw, E.164)])
PAGES = [
    ("<p>Call 888-555-0142 now</p>", [("888-555-0142", HELP)]),
    ("<a href='tel:+1-888-555-0142'>Call</a>", [("+1-888-555-0142", HELP)]),
    ('<a href="tel:888-555-0142">888-555-0142</a>', [("888-555-0142", HELP)]),
    ('<a href="tel:800-555-0199">888-555-0142</a>', [("800-555-0199", "+18005550199"), ("888-555-0142", HELP)]),
    ('<a href="tel:%2B18885550142">x</a>', [("18885550142", HELP)]),
    ('<a href="&#116;el:1888555&#48;142">x</a>', [("&#116;el:1888555&#48;142", HELP)]),
    ("<a href=tel:8885550142>x", [("8885550142", HELP)]),
    ("<a href='https://wa.me/447700900123'>chat</a>", [("447700900123", "+447700900123")]),
    ("<a href='https://example.com/8885550142'>x</a>", []),
    ("<a href='tel:911'>x</a>", []),
    ("<map><area href='tel:8885550142'></map>", [("8885550142", HELP)]),
    ("<b>888</b>-555-<i>0142</i>", [("888</b>-555-<i>0142", HELP)]),
    ("<p>call 8<!-- 9 -->88&nbsp;555&#45;0142", [("8<!-- 9 -->88&nbsp;555&#45;0142", HELP)]),
    ("<p>call &#56;&#x38;8-555-0142", [("&#56;&#x38;8-555-0142", HELP)]),
    (
        "<p>call 88<span style='display:none'>7</span>8-555-0142",
        [("88<span style='display:none'>7</span>8-555-0142", HELP)],
    ),
    ("<p>call 88<div hidden>7</div>8-555-0142", [("88<div hidden>7</div>8-555-0142", HELP)]),
    ("<title>Alert 888-555-0142</title>", [("888-555-0142", HELP)]),
    ("<div aria-hidden=true>888-555-0142</div>", [("888-555-0142", HELP)]),
    ("<p hidden>x<div>888-555-0142</div>", [("888-555-0142", HELP)]),
    ("<div style='visibility:hidden'><b style='visibility: visible'>888-555-0142</b></div>", [("888-555-0142", HELP)]),
    ("<div style='font-size:0'><b style='font-size:12px'>888-555-0142</b></div>", [("888-555-0142", HELP)]),
    ("<ul><li hidden>800-555-0199<li>888-555-0142</ul>", [("888-555-0142", HELP)]),
    ("1 < 2 <b>and</b> 888-555-0142", [("888-555-0142", HELP)]),
    ("<p>888-555-0142</p", [("888-555-0142", HELP)]),
    ("<td>888-555</td><td>0142</td>", []),
    ("<p>888-555</p><p>-0142</p>", []),
    ("<br>888-555<br>0142", []),
    ("<script>var a='888-555-0142'</script>", []),
    ("<SCRIPT>'888-555-0142'</script >", []),
    ("<style>.a{content:'888-555-0142'}</style>", []),
    ("<noscript>888-555-0142</noscript>", []),
    ("<template>888-555-0142<b>x</b></template>", []),
    ("<p><!-- 888-555-0142 --></p>", []),
    ("<p><!-- 888-555-0142", []),
    ("<p><? 888-555-0142 >", []),
    ("<input type=hidden value='888-555-0142'>", []),
    ("<img alt='888-555-0142'>", []),
    ("<div hidden>888-555-0142</div>", []),
    ("<div hidden=''><p>a</p>888-555-0142</div>", []),
    ("<div style='DISPLAY : none'>888-555-0142</div>", []),
    ("<div style='dis/**/play:none'>888-555-0142</div>", []),
    ("<div style='display&#58;none'>888-555-0142</div>", []),
    ("<div style='visibility:hidden'>888-555-0142</div>", []),
    ("<div style='font-size:0px'>888-555-0142</div>", []),
    ("<div style='opacity:0.0'>888-555-0142</div>", []),
    ("<bdo dir=rtl>2410-555-888</bdo>", []),
    ("<div hidden><a href='tel:8885550142'>x</a></div>", []),
    ("<p title='", []),
    ("<p>888-555-0142 &#99999999; &bogus; &", [("888-555-0142", HELP)]),
]


@pytest.mark.parametrize(("page", "expected"), PAGES)
def test_a_page_is_read_as_it_is_seen(page: str, expected: list[tuple[str, str]]) -> None:
    """What a reader sees or can follow counts, what is hidden does not; a link over its own number is told once."""
    found = extract(page, "US")
    assert [(one.raw, one.number.e164) for one in found] == expected
    assert all(page[one.offset :][: len(one.raw)] == one.raw for one in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b > c", False),
        ("<jo@example.com> wrote", False),
        ("<888>", False),
        ("x<br/>y", True),
        ("<!DOCTYPE x>", True),
    ],
)
def test_only_tags_make_a_page(text: str, expected: bool) -> None:
    """Free text with angle brackets stays free text."""
    assert is_markup(text) is expected


PARTS = [
    "888-555-0142",
    "8OO",
    "-",
    " ",
    "call ",
    "<b>",
    "</b>",
    "<a href='tel:",
    "'>",
    "&#56;",
    "&nbsp;",
    "\u200b",
    "８",
]
PARTS += [
    "one ",
    "(",
    ")",
    "+",
    "1",
    "0199",
    "|",
    ",",
    "<p hidden>",
    "<!--",
    "-->",
    "\n",
    "wa.me/",
    "é",
    "\ud800",
    "855-",
    "ABC",
]


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(PARTS)).map("".join)), st.sampled_from(["", "US", "GB", "DE", "xx"])
)
def test_raw_is_what_stands_there(text: str, region: str) -> None:
    """Whatever comes: nothing is raised, the places are right and in order, and each number can be assigned."""
    found = extract(text, region)
    assert all(one.raw and text[one.offset : one.offset + len(one.raw)] == one.raw for one in found)
    assert [one.offset for one in found] == sorted(one.offset for one in found)
    assert all("unassigned" not in one.number.flags for one in found)


BOMBS = [
    '<a b="',
    "<a ",
    "<a b=",
    "<script>",
    "<!--",
    "<",
    "</",
    "&#",
    "&amp",
    "<div hidden>",
    "<p><li>",
    "<a b='",
    "<a    ",
]
BOMBS += [
    "<b><i>",
    "</b>",
    "<![CDATA[",
    "<a =",
    "<textarea>",
    "<b>O\u200b",
    "8 ",
    "O",
    "8O",
    "one ",
    "o8o",
    "(",
    "+ (",
    "888-555-01",
]
BOMBS += ["call ", "a@", "wa.me/1", "855-ABCDEFGH ", "1.2.3.4 ", "888, 555, ", "double ", "don't call "]


def work(act: Callable[[], Any]) -> int:
    """Return how many lines and calls of Python an act takes: its cost without the noise of a clock."""
    steps = 0

    def count(_frame: FrameType, _event: str, _argument: object) -> Any:  # noqa: ANN401  # as sys.settrace wants it
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        act()
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("bomb", BOMBS)
def test_cost_grows_with_the_text_alone(bomb: str) -> None:
    """Twice a hostile text costs at most about twice the steps, not four times."""
    extract(bomb * 50, "US")
    small, large = ("<b>x</b>" * (bomb[0] == "<") + bomb * count for count in (150, 300))
    assert work(lambda: extract(large, "US")) <= 2.3 * work(lambda: extract(small, "US")) + 3_000


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_large_bomb_is_soon_over(bomb: str) -> None:
    """Sixty thousand characters of it take no minutes, as they would if an expression went back and forth."""
    assert isinstance(extract(bomb * (60_000 // len(bomb)), "US"), list)


def test_places_in_a_long_page() -> None:
    """Each of a thousand numbers between tags and entities is found where it stands."""
    chance = random.Random(5)
    fillers = ["<p>", "</p>", "&amp; ", "text ", "<b>bold</b> ", "<!-- c -->", "<br>"]
    page = "<html>" + "".join(f"{chance.choice(fillers)} call 888-555-01{at % 100:02} <hr>" for at in range(1000))
    found = extract(page, "US")
    assert [one.number.e164 for one in found] == [f"+188855501{at % 100:02}" for at in range(1000)]
    assert all(page[one.offset :][: len(one.raw)] == one.raw for one in found)


WRITTEN = [
    ("(888) 555-01{:02}", "US"),
    ("(888)555-01{:02}", "US"),
    ("+1 888 555 01{:02}", "US"),
    ("+1 (888) 555-01{:02}", "US"),
    ("1 (888) 555-01{:02}", "US"),
    ("(+1) 888-555-01{:02}", "US"),
    ("+1-888-555-01{:02}", "US"),
    ("1-888-555-01{:02}", "US"),
    ("1-8B8-5S5-O1{:02}", "US"),
    ("888-555-01{:02}", "US"),
    ("888.555.01{:02}", "US"),
    ("+188855501{:02}", ""),
    ("888\u200b-555\u200b-01{:02}", "US"),
    ("+44 20 7946 01{:02}", "US"),
    ("(020) 7946 01{:02}", "GB"),
]
LISTED = [(*one, " ") for one in WRITTEN]
LISTED += [
    ("+1 (888) 555-01{:02}", "US", " / "),
    ("1-888-555-01{:02}", "US", ", "),
    ("888 555 01{:02}", "US", ", "),
    ("888 - 555 - 01{:02}", "US", " / "),
    ("020 7946 01{:02}", "GB", " | "),
]


@pytest.mark.parametrize("count", [1, 100, 1_000])
@pytest.mark.parametrize(("written", "region", "between"), LISTED)
def test_a_list_of_numbers_loses_none_however_long_it_is(written: str, region: str, between: str, count: int) -> None:
    """On one line, in any writing: each is found where it stands."""
    line = between.join(written.format(at % 100) for at in range(count))
    found = extract(line, region)
    start = "+44207946" if "7946" in written else "+1888555"
    assert [one.number.e164 for one in found] == [f"{start}01{at % 100:02}" for at in range(count)]
    assert all(line[one.offset :].startswith(one.raw) for one in found)


@pytest.mark.parametrize("count", [10, 1_000])
def test_a_list_of_several_writings_loses_none(count: int) -> None:
    """Where only some of the numbers have brackets or a plus sign, these tear none of the others."""
    line = "(888) 555-0101 " + "888-555-0142 " * count + "+1 888 555 0103 " + "888.555.0142 " * count
    expected = ["+18885550101", *[HELP] * count, "+18885550103", *[HELP] * count]
    assert [one.number.e164 for one in extract(line, "US")] == expected


@pytest.mark.parametrize("count", [1, 1_000])
def test_what_is_no_number_is_none_however_often_it_stands_there(count: int) -> None:
    """Digits without end, and cards: behind them a number is found again."""
    for other in ("8885550142" * count * 4, "4111 1111 1111 1111 " * count, "888 555 " * count, "2 " * 10 * count):
        assert [one.raw for one in extract(f"call {other}; call 888-555-0142", "US")] == ["888-555-0142"]


@pytest.mark.parametrize(
    ("value", "region", "e164"),
    [
        ("+1 888 555 0142", "", HELP),
        ("8OO5550199", "US", "+18005550199"),
        (" 888-555-OI42 ", "US", HELP),
        ("888\u200b-555-0142", "US", HELP),
        ("eight eight eight 555 0142", "US", HELP),
        ("1-888-JKL-0142", "US", HELP),
    ],
)
def test_a_value_may_be_disguised(value: str, region: str, e164: str) -> None:
    """A column of numbers is read also where its values are disguised."""
    assert read(value, region).e164 == e164


@pytest.mark.parametrize(
    "value",
    [
        "banana",
        "0000000000",
        "1234567890",
        "call 888-555-0142",
        "888-555-0142 or 800-555-0199",
        "=HYPERLINK(1)",
        "",
        "O" * 100,
    ],
)
def test_what_is_no_number_stays_refused(value: str) -> None:
    """A value that holds more than one number, or one that cannot exist, is refused in words."""
    with pytest.raises(BadIndicator):
        read(value, "US")


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("call 888-555-0142", ()),
        ("call 8OO*555*０199", ("letter O for 0", "fancy digits", "unusual separators")),
        ("call l-888-555-0142", ("letter l for 1",)),
        ("8\u200b00-555-0199", ("invisible characters",)),
        ("call eight eight eight 555 0142", ("words for digits",)),
        ("call 8 8 8 5 5 5 0 1 4 2", ("digits apart",)),
        ("<b>888</b>-555-0142", ("markup between",)),
        ("<a href='tel:8885550142'>x</a>", ("link",)),
        ("wa.me/447700900123", ("link to a chat",)),
        ("1-888-JKL-0142", ("letters of the keypad",)),
    ],
)
def test_the_disguise_is_named(text: str, how: tuple[str, ...]) -> None:
    """A person is told what was taken off."""
    assert [one.how for one in extract(text, "US")] == [how]
