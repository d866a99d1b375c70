import pytest

from scamhunt.takedown.words import clean, defang, defang_name, fold_dots, is_hidden, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("  two\t words\r\nnext  line ", "two words next line"),
        ("red \x1b[31m", "red \\u{1b}[31m"),
        ("nul\x00", "nul\\u{0}"),
        ("c1 \x85\x9b", "c1 \\u{85}\\u{9b}"),
        ("moc.\u202eelgoog", "moc.\\u{202e}elgoog"),
        ("a\u200bb\ufeffc\u2060", "a\\u{200b}b\\u{feff}c\\u{2060}"),
        ("line\u2028para\u2029", "line\\u{2028}para\\u{2029}"),
        ("half \ud800", "half \\u{d800}"),
        ("filler \u3164\u115f\uffa0", "filler \\u{3164}\\u{115f}\\u{ffa0}"),
        ("tag \U000e0041", "tag \\u{e0041}"),
        ("no\u00a0break", "no break"),
        ("Nestl\u00e9", "Nestl\u00e9"),
        ("", ""),
    ],
)
def test_hidden_characters_are_shown(text: str, shown: str) -> None:
    """A reader sees every character that would act unseen, and one value stays one line."""
    assert clean(text, 200) == shown


@pytest.mark.parametrize(("length", "end"), [(10, "aaaaaaaaaa"), (11, "aaaaaaa..."), (1_000_000, "aaaaaaa...")])
def test_long_values_are_cut(length: int, end: str) -> None:
    """A value is at most as long as its limit, and three dots say that more was there."""
    assert clean("a" * length, 10) == end


def test_a_value_hidden_behind_spaces_says_that_it_was_cut() -> None:
    """What lies behind thousands of spaces is not shown, and the dots tell so."""
    assert clean("a" + " " * 5_000 + "b", 10) == "a..."


def test_is_hidden_leaves_letters_alone() -> None:
    """Letters, digits, accents and ordinary spaces are not hidden."""
    assert not any(is_hidden(character) for character in "aZ9 é中-._")


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("see https://evil-desk.com/login", "see hxxps://evil-desk[.]com/login"),
        ("HTTP://EVIL-DESK.COM", "hxxp://EVIL-DESK[.]COM"),
        ("http:\\\\evil-desk.com", "hxxp:\\\\evil-desk[.]com"),
        ("ftp://files.evil-desk.com/x", "ftp[:]//files[.]evil-desk[.]com/x"),
        ("www.evil-desk.com.", "www[.]evil-desk[.]com."),
        ("write to help@evil-desk.com", "write to help@evil-desk[.]com"),
        ("at http://192.0.2.7:8080/", "at hxxp://192[.]0[.]2[.]7:8080/"),
        ("the real one is amazon.com", "the real one is amazon.com"),
        ("www.amazon.com is real", "www.amazon.com is real"),
        ("amazon.com.evil.top is not", "amazon[.]com[.]evil[.]top is not"),
        ("notamazon.com", "notamazon[.]com"),
        ("amazon.com-desk.net", "amazon[.]com-desk[.]net"),
        ("\u0430mazon.com and xn--mazon-3ve.com", "\u0430mazon[.]com and xn--mazon-3ve[.]com"),
        ("A sentence. Another one, version 1.2.", "A sentence. Another one, version 1.2."),
    ],
)
def test_links_and_names_are_broken(text: str, broken: str) -> None:
    """No link and no name can be clicked, apart from the brand's own names."""
    assert defang(text, ("amazon.com",)) == broken


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("amazon-refund-desk.com", "amazon-refund-desk[.]com"),
        ("a.b.c.top", "a[.]b[.]c[.]top"),
        ("https://a.top/x.html", "hxxps://a[.]top/x[.]html"),
        ("ftp://a.top", "ftp[:]//a[.]top"),
        ("+18005550199", "+18005550199"),
    ],
)
def test_every_dot_of_a_suspected_name_is_broken(name: str, broken: str) -> None:
    """The suspected name itself is written with [.] throughout."""
    assert defang_name(name) == broken


def test_lines_are_folded_under_their_mark() -> None:
    """A quotation goes on as a quotation, a list item under its text, and a long word stays whole."""
    words = "word " * 20
    lines = wrap(f"> {words}\n  - {words}\n{'x' * 100}\n\nend").splitlines()
    assert [line[:5] for line in lines] == ["> wor", "> wor", "  - w", "    w", "xxxxx", "", "end"]
    assert max(len(line) for line in lines if "x" not in line) <= 76
    assert lines[4] == "x" * 100


DOTS = "\u3002\uff0e\uff61\u2024\ufe52\ufe12"


@pytest.mark.parametrize("dot", DOTS)
def test_what_browsers_or_readers_take_for_a_dot_is_broken_too(dot: str) -> None:
    """A name written with the full stop of another script is as live as any, and broken as any."""
    assert defang(f"see zorbix-login{dot}com{dot}") == f"see zorbix-login[.]com{dot}"
    assert defang(f"www{dot}amazon{dot}com", ("amazon.com",)) == "www.amazon.com"
    assert defang(f"at 192{dot}0{dot}2.7") == "at 192[.]0[.]2[.]7"
    assert defang_name(f"a{dot}b.top") == "a[.]b[.]top"
    assert fold_dots(f"a{dot}b") == "a.b"


@pytest.mark.parametrize("mark", ["-", ">", "- -", ">  >", "- > -"])
@pytest.mark.parametrize("indent", ["", "  "])
def test_no_line_of_our_own_goes_on_as_a_quotation(mark: str, indent: str) -> None:
    """A mark in the middle of a long line never starts the next one, where it would hide what follows."""
    for filler in range(60, 80):
        folded = wrap(f"{indent}{'x' * filler} {mark} You must")
        assert not any(line.lstrip().startswith(("- ", "> ")) for line in folded.splitlines())
        assert folded.split() == f"{'x' * filler} {mark} You must".split()
