from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.indicators.lookalike import explain, fold, mixed, script_of, scripts, unfold_span

ALIKE = [
    ("amaz0n", "amazon", [("0", "o")]),
    ("аmаzоn", "amazon", [("а", "a"), ("а", "a"), ("о", "o")]),
    ("rnicrosoft", "microsoft", [("rn", "m")]),
    ("micros0ft", "microsoft", [("0", "o")]),
    ("mıcrosoft", "microsoft", [("ı", "i")]),
    ("arnazon", "amazon", [("rn", "m")]),
    ("paypa1", "paypal", [("1", "l")]),
    ("раураӏ", "paypal", [("р", "p"), ("а", "a"), ("у", "y"), ("р", "p"), ("а", "a"), ("ӏ", "l")]),
    ("аррӏе", "apple", [("а", "a"), ("р", "p"), ("р", "p"), ("ӏ", "l"), ("е", "e")]),
    ("g00gle", "google", [("0", "o"), ("0", "o")]),
    ("goog|e", "google", [("|", "l")]),
    ("9oogle", "google", [("9", "g")]),
    ("ɡoogle", "google", [("ɡ", "g")]),
    ("ǥoogle", "google", [("ǥ", "g")]),
    ("faceb00k", "facebook", [("0", "o"), ("0", "o")]),
    ("ƒacebook", "facebook", [("ƒ", "f")]),
    ("face6ook", "facebook", [("6", "b")]),
    ("vvhatsapp", "whatsapp", [("vv", "w")]),
    ("ωhatsapp", "whatsapp", [("ω", "w")]),
    ("c1tibank", "citibank", [("c1", "ci")]),
    ("barc1ays", "barclays", [("c1", "cl")]),
    ("barciays", "barclays", [("ci", "cl")]),
    ("clisney", "disney", [("cl", "d")]),
    ("netfIix", "netflix", [("I", "l")]),
    ("netfiix", "netflix", [("i", "l")]),
    ("пetflix", "netflix", [("п", "n")]),
    ("ηetflix", "netflix", [("η", "n")]),
    ("ｍicrosoft", "microsoft", [("ｍ", "m")]),
    ("ⓐmazon", "amazon", [("ⓐ", "a")]),
    ("𝐚mazon", "amazon", [("𝐚", "a")]),
    ("amázon", "amazon", [("á", "a")]),
    ("ama\u0301zon", "amazon", [("a\u0301", "a")]),
    ("\u0301amazon", "amazon", [("\u0301a", "a")]),
    ("ama\u200dzon", "amazon", [("a\u200d", "a")]),
    ("ama\u20ddzon", "amazon", [("a\u20dd", "a")]),
    ("ama\u0345zon", "amazon", [("a\u0345", "a")]),
    ("ama\u00adzon", "amazon", [("a\u00ad", "a")]),
    ("łloyds", "lloyds", [("ł", "l")]),
    ("nøkia", "nokia", [("ø", "o")]),
    ("đhl", "dhl", [("đ", "d")]),
    ("ðhl", "dhl", [("ð", "d")]),
    ("ԁhl", "dhl", [("ԁ", "d")]),
    ("ebɑy", "ebay", [("ɑ", "a")]),
    ("εbay", "ebay", [("ε", "e")]),
    ("3bay", "ebay", [("3", "e")]),
    ("eb4y", "ebay", [("4", "a")]),
    ("βank", "bank", [("β", "b")]),
    ("8ank", "bank", [("8", "b")]),
    ("ьank", "bank", [("ь", "b")]),
    ("кraken", "kraken", [("к", "k")]),
    ("мeta", "meta", [("м", "m")]),
    ("me7a", "meta", [("7", "t")]),
    ("тesla", "tesla", [("т", "t")]),
    ("te5la", "tesla", [("5", "s")]),
    ("ama2on", "amazon", [("2", "z")]),
    ("ꜱony", "sony", [("ꜱ", "s")]),
    ("ɢᴏᴏɢʟᴇ", "google", [("ɢ", "g"), ("ᴏ", "o"), ("ᴏ", "o"), ("ɢ", "g"), ("ʟ", "l"), ("ᴇ", "e")]),
    ("fedeх", "fedex", [("х", "x")]),
    ("սps", "ups", [("ս", "u")]),
    ("օpensea", "opensea", [("օ", "o")]),
    ("ѵisa", "visa", [("ѵ", "v")]),
    ("l·edger", "ledger", [("l·", "l")]),
    ("straße", "strasse", []),
    ("AMAZON", "amazon", []),
    ("ﬁdelity", "fidelity", []),
    ("œuvre", "oeuvre", [("œ", "oe")]),
    ("\u0301", "", [("\u0301", "")]),
    ("", "", []),
]


@pytest.mark.parametrize(("piece", "word", "expected"), ALIKE)
def test_what_reads_alike_folds_alike_and_is_explained(piece: str, word: str, expected: list[tuple[str, str]]) -> None:
    """A disguised word folds like the plain one, and each disguise is named, in order."""
    assert fold(piece) == fold(word)
    assert explain(piece, word) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("amazon", "amazan"),
        ("amazon", "amaz-on"),
        ("amazon", "amaz.on"),
        ("amazon", "amaz on"),
        ("a.b", "a․b"),
        ("a-b", "a‐b"),
        ("a...b", "a…b"),
        ("google", "gogle"),
        ("google", "goggle"),
        ("paypal", "paypai2"),
        ("ups", "usp"),
        ("visa", "vista"),
        ("dhl", "dnl"),
        ("meta", "rneta2"),
        ("apple", "appie-id"),
        ("connect", "comect"),
        ("uber", "über-"),
        ("bank", "dank"),
        ("日本", "口本"),
        ("sony", "ѕоnу1"),
    ],
)
def test_what_reads_otherwise_stays_apart(one: str, other: str) -> None:
    """Other letters, other lengths and other boundaries are not look-alikes."""
    assert fold(one) != fold(other)
    assert explain(one, other) is None
    assert explain(other, one) is None


@pytest.mark.parametrize("text", ["한국", "日本", "ж", "-", "amazon", ""])
def test_what_looks_like_nothing_else_stays(text: str) -> None:
    """Plain words and letters without relatives fold to themselves, character by character."""
    assert fold(text) == text


def test_shipped_table_is_unicode_18() -> None:
    """The table says where it comes from, is small, and most of what it maps ends in Latin letters."""
    text = files("scamhunt.indicators").joinpath("confusables.tsv").read_text("utf-8")
    head = text[:400]
    assert "Unicode 18.0.0, 2026-08-06" in head
    assert "6ed3ee967c9dfdf6677d563c9985182fbc50a2efb7d6059cd57b2e2ce18f5b92" in head
    assert "Unicode License v3" in head
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(rows) > 3_000
    assert len(text.encode()) < 130_000
    assert sum(fold(chr(int(row.split("\t")[0], 16))).isascii() for row in rows) > 1_000


BEYOND_ASCII = (*range(0x80, 0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x10000), *range(0x1D400, 0x1F200))
"""Where what looks like something else lives: the rest is large alphabets without relatives."""


def test_boundaries_survive_every_character() -> None:
    """No character makes a dot, a hyphen, a space or a line end, and no other text swallows one."""
    for code in BEYOND_ASCII:
        folded = fold(f"a{chr(code)}b")
        assert not set(folded) & set(" .-\n"), hex(code)
    assert fold("a. -\nb") == "a. -\nb"


def test_folding_again_changes_nothing() -> None:
    """Each character settles at once, so that a folded word can be folded again."""
    for code in BEYOND_ASCII:
        once = fold(chr(code))
        assert fold(once) == once, hex(code)


@pytest.mark.parametrize(
    ("text", "part", "span"),
    [
        ("my-amaz0n-shop", "amazon", "amaz0n"),
        ("rnicrosoft-login", "mlcrosoft", "rnicrosoft"),
        ("secure.vvhatsapp.com", "whatsapp", "vvhatsapp"),
        ("xаmаzоnx", "amazon", "аmаzоn"),
        ("ama\u0301zon\u0301s", "amazon", "ama\u0301zon\u0301"),
        ("œx", "e", "œ"),
        ("c1tibank", "d", "c1"),
        ("ærnx", "em", "ærn"),
        ("tvvv", "wv", "vvv"),
        ("xɱeta", "m", "ɱ"),
    ],
)
def test_a_hit_is_found_again_in_the_text(text: str, part: str, span: str) -> None:
    """The span that gave a part of the folded text holds all characters that gave some of it."""
    start = fold(text).index(part)
    begin, end = unfold_span(text, start, start + len(part))
    assert text[begin:end] == span


def test_a_span_of_nothing_is_empty() -> None:
    """An empty or far span leads to an empty piece of the text."""
    assert unfold_span("amazon", 3, 3) == (3, 3)
    assert unfold_span("amazon", 9, 12) == (6, 6)
    assert unfold_span("", 0, 0) == (0, 0)


TRICKY = st.sampled_from(
    ["vv", "rn", "cl", "c1", "r", "n", "v", "œ", "ﬃ", "а", "\u0301", "\u200d", "m", ".", "-", "ß", "\ud800"]
)
LINES = st.lists(st.lists(TRICKY | st.text(max_size=3), max_size=10).map("".join), min_size=1, max_size=6)


@settings(max_examples=150)
@given(st.lists(TRICKY | st.text(max_size=3), max_size=10).map("".join), st.integers(0, 12), st.integers(0, 12))
def test_spans_and_folds_agree(text: str, start: int, length: int) -> None:
    """A folded span is contained in the fold of the text that it came from; a text explains itself with nothing."""
    folded = fold(text)
    begin, end = unfold_span(text, start, start + length)
    assert 0 <= begin <= end <= len(text)
    assert folded[start : start + length] in fold(text[begin:end])
    assert explain(text, text) == []
    assert explain(text, folded) is not None


@pytest.mark.parametrize(
    ("label", "found", "is_mixed"),
    [
        ("amazon-24", {"Latin"}, False),
        ("123", set(), False),
        ("аmazon", {"Cyrillic", "Latin"}, True),
        ("аррӏе", {"Cyrillic"}, False),
        ("αpple", {"Greek", "Latin"}, True),
        ("sony日本", {"Latin", "Han"}, False),
        ("日本語カナひら", {"Han", "Katakana", "Hiragana"}, False),
        ("한국漢字", {"Hangul", "Han"}, False),
        ("漢字ㄅ", {"Han", "Bopomofo"}, False),
        ("sony한국", {"Latin", "Hangul"}, False),
        ("한국カナ", {"Hangul", "Katakana"}, True),
        ("日本а", {"Han", "Cyrillic"}, True),
        ("i❤x", {"Latin"}, False),
        ("a\u0301", {"Latin"}, False),
        ("\U0010ffff", set(), False),
    ],
)
def test_scripts_are_told_apart(label: str, found: set[str], is_mixed: bool) -> None:  # a row of the table
    """Scripts that nobody writes together are mixed; Latin, Chinese, Japanese and Korean are as in everyday use."""
    assert scripts(label) == found
    assert mixed(label) is is_mixed


@pytest.mark.parametrize(
    ("char", "script"), [("A", "Latin"), ("Z", "Latin"), ("[", ""), ("@", ""), ("ж", "Cyrillic"), ("\0", "")]
)
def test_script_ranges_end_where_they_end(char: str, script: str) -> None:
    """The first and last character of a range belong to it, their neighbours do not."""
    assert script_of(char) == script
