import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

import pytest

from scamhunt.referral import screen
from scamhunt.referral.screen import Screen, tokens_of_url

VICTIM = "victim.one@corp.example"
PHONE = "+18005550177"


def everywhere(text: str) -> str:
    """Return a text with each character as a percent sign and digits."""
    return "".join(f"%{ord(one):02X}" for one in text)


def escaped(text: str) -> str:
    """Return a text as the most cautious program writes JSON."""
    return "".join(f"\\u{ord(one):04x}" for one in text)


CODINGS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "title": lambda text: text.title().encode(),
    "UTF-16LE": lambda text: text.encode("utf-16-le"),
    "UTF-16BE": lambda text: text.encode("utf-16-be"),
    "percent": lambda text: quote(text, safe="").encode(),
    "percent twice": lambda text: quote(quote(text, safe=""), safe="").encode(),
    "percent everywhere": lambda text: everywhere(text).encode(),
    "entity": lambda text: text.replace("@", "&#64;").encode(),
    "hexadecimal entity": lambda text: text.replace("@", "&#x0040;").encode(),
    "named entity": lambda text: text.replace("@", "&commat;").encode(),
    "entities everywhere": lambda text: "".join(f"&#{ord(one)};" for one in text).encode(),
    "JSON": lambda text: json.dumps(text).replace("@", "\\u0040").encode(),
    "JSON everywhere": lambda text: escaped(text).encode(),
    "script": lambda text: text.replace("@", "\\x40").encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, second place": lambda text: base64.b64encode(b"x" + text.encode()),
    "base64, third place": lambda text: base64.b64encode(b"xy" + text.encode()),
    "base64, mixed case": lambda text: base64.b64encode(text.swapcase().title().encode()),
    "base64 for links": lambda text: base64.urlsafe_b64encode(b"?>" + text.encode()).rstrip(b"="),
    "base64 of a query": lambda text: base64.b64encode(f"e={quote(text, safe='')}&x=1".encode()),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")),
    "base64 in lines": lambda text: base64.encodebytes(b"some words that stand before it, here: " + text.encode()),
    "quoted-printable": lambda text: text.replace("@", "=40").encode(),
    "quoted-printable, folded": lambda text: f"{text[:9]}=\r\n{text[9:]}".encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "hexadecimal escapes": lambda text: "".join(f"\\x{ord(one):02x}" for one in text).encode(),
}
NOISE = (
    b'<p class=x>one &amp; two</p> a=b%20c {}\\"',
    bytes(range(256)),
    b"a\0b\0c\0",
    b"The quick brown fox jumps over it.\r\n",
)


@pytest.mark.parametrize("coding", CODINGS.values(), ids=CODINGS)
@pytest.mark.parametrize("noise", NOISE, ids=("page", "binary", "wide", "text"))
def test_a_token_is_found_in_every_coding(coding: Callable[[str], bytes], noise: bytes) -> None:
    """However a page or a program writes the victim's address, the item holds it; without it, it does not."""
    found = Screen([VICTIM])
    assert not found.in_text(noise * 9)
    assert found.in_text(noise * 4 + b" " + coding(VICTIM) + b" " + noise * 4)


@pytest.mark.parametrize("coding", CODINGS.values(), ids=CODINGS)
def test_a_border_between_pieces_hides_nothing(coding: Callable[[str], bytes]) -> None:
    """A token that begins shortly before the end of a piece is found at each of its offsets."""
    found, token = Screen([VICTIM]), coding(VICTIM)
    rest = b" " + b".\n" * 40
    for offset in range(0, len(token) + 2, max(1, len(token) // 12)):
        before = screen.PIECE - offset
        assert found.in_text(b"-" * (before - 1) + b" " + token + rest), offset


def test_random_places_and_codings() -> None:
    """Seeded: tokens of odd lengths, anywhere, in any coding, with any bytes around them."""
    dice = random.Random(9)
    names = list(CODINGS)
    for _ in range(150):
        token = f"v{dice.randrange(10 ** dice.randrange(1, 9))}@c{dice.randrange(10**6)}.example"
        name = dice.choice(names)
        around = dice.randbytes(dice.randrange(3_000))
        kept = bytes(one for one in around if one not in b"\0=%&\\")
        item = kept + b"\n" + CODINGS[name](token) + b"\n" + kept[::-1]
        assert Screen([token]).in_text(item), (name, token)
        assert not Screen([f"x{token}"]).in_text(kept)


@pytest.mark.parametrize(
    "written",
    [
        "+18005550177",
        "1-800-555-0177",
        "(800) 555-0177",
        "800.555.0177",
        "+1 800 555 0177",
        "tel:8005550177",
        "800&nbsp;555&#45;0177",
        "011 1 800 555 0177",
        "8‑0055–0177".replace("‑", "").replace("0055", "00 555"),
    ],
)
def test_a_called_number_is_found_however_it_is_grouped(written: str) -> None:
    """The victim's number has one owner and many spellings."""
    found = Screen([PHONE])
    assert found.in_text(f"<td>{written}</td>".encode())
    assert not found.in_text(b"<td>+1 800 555 0178</td> 2026-11-22T08:30:00Z 18005 55")


def test_what_the_packet_tells_anyway_is_no_token() -> None:
    """Links of false support carry the number to call: it is the suspect's, and hides no evidence."""
    tokens = tokens_of_url("https://help.example/?phone=1-800-555-0177&email=" + quote(VICTIM))
    found = Screen(tokens, told=[PHONE, "help.example"])
    assert not found.in_text(b"call +1 (800) 555-0177 now")
    assert found.in_text(VICTIM.encode())
    assert not Screen(["refund-desk"], told=["amazon-refund-desk.example"]).in_text(b"refund-desk")


def test_packed_items_are_unpacked() -> None:
    """One or several members of gzip, also where the border of two cuts the token; a rest of zeros is no harm."""
    found, token = Screen([VICTIM]), VICTIM.encode()
    whole = gzip.compress(b"x" * 200_000 + token[:9]) + gzip.compress(token[9:] + b"y" * 200_000)
    assert found.holds(BytesIO(whole))
    assert not found.holds(BytesIO(gzip.compress(b"x" * 200_000) * 3))


@pytest.mark.parametrize(
    "item",
    [
        gzip.compress(gzip.compress(b"nothing")),
        b"PK\x03\x04nothing",
        b"%PDF-1.7 nothing",
        gzip.compress(b"nothing")[:-9] + b"broken!!!",
        gzip.compress(b"nothing") + b"not gzip",
    ],
    ids=["twice", "archive", "PDF", "damaged", "rest"],
)
def test_what_cannot_be_searched_is_held_back(item: bytes) -> None:
    """Nobody knows what is in it; without any token there is nothing to look for."""
    assert Screen([VICTIM]).holds(BytesIO(item))
    assert not Screen([]).holds(BytesIO(item))


def test_a_bomb_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than the limit counts as held; it is not kept in memory on the way."""
    monkeypatch.setattr(screen, "MOST_UNPACKED", 2**20)
    packing = zlib.compressobj(9, wbits=31)
    bomb = packing.compress(bytes(4 * 2**20)) + packing.flush()
    assert Screen([VICTIM]).holds(BytesIO(bomb))
