import io
import json
import zlib

import pytest
from PIL import Image

from scamhunt.errors import UserError
from scamhunt.indicators import likeness
from scamhunt.investigate import page_kits, page_shown, pictures
from scamhunt.investigate.page_shown import Form, Shown, from_json, to_json
from scamhunt.investigate.page_wallets import currency_of, wallets

WALLETS = [
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bitcoin"),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", ""),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bitcoin"),
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bitcoin"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", ""),
    ("Bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", ""),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3tb", ""),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "ethereum"),
    ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "ethereum"),
    ("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", ""),
    ("0x0000000000000000000000000000000000000000", ""),
    ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron"),
    ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "xrp"),
    ("LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", "litecoin"),
    (
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        "monero",
    ),
    ("8" + "z" * 94, ""),
    ("8" * 95, ""),
]


@pytest.mark.parametrize("at", range(len(WALLETS)))
def test_a_wallet_needs_its_checksum(at: int) -> None:
    """Published example addresses are known, and one letter changed makes them none."""
    value, currency = WALLETS[at]
    assert currency_of(value) == currency
    assert [one.currency for one in wallets(f"<p>pay to {value}, now</p>")] == ([currency] if currency else [])


BAD = [
    ("title", 1),
    ("title", "x" * 301),
    ("title", "\ud800"),
    ("words", True),
    ("words", "1"),
    ("words", 2**40),
    ("forms", {}),
    ("forms", [1]),
    ("forms", [{"action": "x"}]),
    ("emails", ["x"] * 51),
    ("emails", [None]),
    ("links", {"hosts": {"x": "y"}, "urls": []}),
    ("links", {"hosts": {"x" * 254: 1}, "urls": []}),
    ("links", []),
    ("empty", 0),
]


@pytest.mark.parametrize("at", range(len(BAD)))
def test_an_answer_that_does_not_fit_is_none(at: int) -> None:
    """Each wrong type, length and count makes a child's answer worthless."""
    name, value = BAD[at]
    with pytest.raises(ValueError, match="does not fit"):
        from_json(Shown, {**json.loads(json.dumps(to_json(Shown()))), name: value})


def test_a_key_too_many_or_too_few_does_not_fit() -> None:
    """An answer has exactly the fields of its kind."""
    good = json.loads(json.dumps(to_json(Shown())))
    assert from_json(Shown, good) == Shown()
    bads: list[object] = [{**good, "more": 1}, {key: value for key, value in good.items() if key != "text"}, [], None]
    for bad in bads:
        with pytest.raises(ValueError, match="does not fit"):
            from_json(Shown, bad)
    assert from_json(page_shown.Picture, to_json(page_shown.Picture(mmh3=None))).mmh3 is None


def test_kinds_of_kits_are_known_and_their_table_is_checked() -> None:
    """A form for a seed phrase is of a known kind; a table that says nothing is refused."""
    shown = Shown(forms=(Form(asks=("seed phrase",)),))
    assert page_kits.known(shown, page_kits.shipped()) == ("recovery phrase of a wallet",)
    assert page_kits.known(Shown(), page_kits.shipped()) == ()
    parcel = Shown(text="A customs fee for your parcel", forms=(Form(asks=("card",)),))
    assert page_kits.known(parcel, page_kits.shipped()) == ("courier fee",)
    for bad in ("[[kit]]\nname='x'\nsource='y'", "[[kit]]\nname='x'\nsource='y'\nasks=[]\nodd=1"):
        with pytest.raises(UserError, match="each kind needs"):
            page_kits.kinds_of(bad)


def test_texts_that_are_alike_have_hashes_that_are_near() -> None:
    """One word changed moves few bits, another text half of them, and no text has no hash."""
    text = " ".join(f"word{number}" for number in range(200))
    near = likeness.distance(likeness.simhash(text), likeness.simhash(text.replace("word7 ", "other ")))
    far = likeness.distance(likeness.simhash(text), likeness.simhash(" ".join(f"x{n}" for n in range(200))))
    assert near <= 6
    assert far >= 18
    assert likeness.simhash(" \n") == ""
    with pytest.raises(ValueError, match="16 hexadecimal"):
        likeness.distance("", likeness.simhash(text))


def test_a_skeleton_ignores_runs_and_small_pages() -> None:
    """Ten entries are as twelve; a page of few tags has no skeleton of its own."""
    names = [f"t{number}" for number in range(20)]
    assert likeness.structure(["a", "a", *names]) == likeness.structure(["a", *names])
    assert likeness.structure(["a", *names]) != likeness.structure(names)
    assert likeness.structure(names[:15]) == ""
    assert likeness.digest([]) == ""


def picture(kind: str, size: tuple[int, int] = (64, 64), mode: str = "L") -> bytes:
    """Return a picture that grows brighter."""
    file = io.BytesIO()
    Image.linear_gradient("L").rotate(90).resize(size).convert(mode).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_each_kind_of_picture_is_read(kind: str) -> None:
    """Five formats are read, with their size, and the same picture has nearly the same hash in each."""
    seen = pictures.read_picture(picture(kind))
    assert (seen.width, seen.height, seen.format) == (64, 64, kind.lower())
    assert likeness.distance(seen.dhash, pictures.read_picture(picture("PNG")).dhash) <= 4


def test_what_is_no_picture_says_so() -> None:
    """Broken, too large, of another kind or a drawing: each is told apart, and none is decoded."""
    assert pictures.read_picture(b"<?xml version='1.0'?><svg/>").format == "svg"
    huge = bytearray(picture("PNG"))
    huge[16:24] = (65_000).to_bytes(4) * 2
    huge[29:33] = zlib.crc32(huge[12:29]).to_bytes(4)
    for body, why in (
        (b"GIF but not really", "no picture of a kind"),
        (bytes(huge), "more than 9,000,000 pixels"),
        (picture("PNG")[:60], "broken"),
        (picture("BMP"), "no picture of a kind"),
        (b"\x00\x00\x01\x00", "picture"),
    ):
        with pytest.raises(pictures.PictureError, match=why):
            pictures.read_picture(body)


def test_a_picture_of_one_colour_is_like_no_other() -> None:
    """A blank picture has no hash, and what can be seen through stands on white."""
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")
    assert pictures.read_picture(file.getvalue()).dhash == ""


@pytest.mark.parametrize(("data", "value"), [(b"", 0), (b"foo", -156908512), (b"hello", 613153351), (b"aaaa", None)])
def test_the_hash_of_favicons_is_the_known_one(data: bytes, value: int | None) -> None:
    """Published values of MurmurHash3 come out, and all stay within 32 signed bits."""
    found = pictures.mmh3(data)
    assert value in (found, None)
    assert -(2**31) <= found < 2**31
