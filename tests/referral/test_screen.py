import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]  # untyped
import pytest
import zstandard

from scamhunt.investigate import warc
from scamhunt.net.exchange import Exchange
from scamhunt.referral import example, screen
from scamhunt.referral.screen import WITHHELD, Screen, bare_url, private_in, tokens_of_text, tokens_of_url
from scamhunt.takedown import private

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
        "800\u2013555\u20110177",
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
    """One or several members of gzip, also where the border of two cuts the token."""
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


def test_a_bomb_ends_early() -> None:
    """What unpacks to more than the limit counts as held; it is not kept in memory on the way."""
    packing = zlib.compressobj(9, wbits=31)
    bomb = packing.compress(bytes(4 * 2**20)) + packing.flush()
    assert Screen([VICTIM], most=2**20).holds(BytesIO(bomb))
    assert not Screen([VICTIM]).holds(BytesIO(bomb))


# --- visits -----------------------------------------------------------------------------------------------------------


def visit(body: bytes, *headers: str, path: str = "/a") -> BytesIO:
    """Return a visit as WARC, with its answer's body as it went over the line."""
    head = "".join(f"{one}\r\n" for one in ("HTTP/1.1 200 OK", "Content-Type: text/html", *headers))
    exchange = Exchange(
        url=f"https://amazon-refund.example{path}",
        address="192.0.2.10",
        port=443,
        begun=example.START,
        ended=example.START,
        request=f"GET {path} HTTP/1.1\r\nHost: amazon-refund.example\r\n\r\n".encode(),
        response=f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body,
        status=200,
        headers=(),
        body=body,
        cut="",
        handshake=None,
    )
    return BytesIO(warc.warc([exchange], software="scamhunt 0.1"))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("identity", bytes),
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", zstandard.compress),
        ("gzip, br", lambda page: brotli.compress(gzip.compress(page))),
    ],
)
def test_a_visit_is_searched_in_its_coding(coding: str, packed: Callable[[bytes], bytes]) -> None:
    """A server packs its answers; the victim's address is in it all the same."""
    page = b"<p>Welcome back, %s</p>" % VICTIM.encode() + b"<p>filling</p>" * 9_000
    found = Screen([VICTIM])
    assert found.holds(visit(packed(page), f"Content-Encoding: {coding}"), "application/warc")
    assert not found.holds(visit(packed(page[60:]), f"Content-Encoding: {coding}"), "application/warc")


def test_a_visit_is_searched_in_its_heads() -> None:
    """The address that was asked for, and a cookie, may tell of the victim though the page does not."""
    found = Screen([VICTIM])
    assert found.holds(visit(b"nothing", path=f"/a?e={quote(VICTIM)}"), "application/warc")
    assert found.holds(
        visit(b"nothing", f"Set-Cookie: who={base64.b64encode(VICTIM.encode()).decode()}"), "application/warc"
    )


def test_a_visit_is_searched_in_its_chunks() -> None:
    """A chunk's border may lie in the middle of the address."""
    page = VICTIM.encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (page[:9], page[9:], b" more")) + b"0\r\n\r\n"
    assert Screen([VICTIM]).holds(visit(chunks, "transfer-encoding: Chunked"), "application/warc")


def test_a_visit_in_an_unknown_coding_is_held_back() -> None:
    """What nobody can unpack, nobody can search; the same for what is no WARC."""
    found = Screen([VICTIM])
    assert found.holds(visit(b"nothing", "Content-Encoding: compress"), "application/warc")
    assert found.holds(visit(b"nothing", "Content-Encoding: gzip"), "application/warc")
    bomb = brotli.compress(bytes(30 * 2**20), quality=1)
    assert found.holds(visit(bomb, "Content-Encoding: br"), "application/warc")
    assert found.holds(BytesIO(b"WARC/9 nonsense"), "application/warc")
    assert not Screen([]).holds(BytesIO(b"WARC/9 nonsense"), "application/warc")


# --- addresses --------------------------------------------------------------------------------------------------------

CODED = base64.b64encode(VICTIM.encode()).decode()
LINKS = {
    f"?email={quote(VICTIM)}": "/a",
    f"?email={quote(quote(VICTIM, safe=''), safe='')}": "/a",
    f"#{VICTIM}": "/a",
    f"?e={CODED}": "/a",
    f"?e={CODED.rstrip('=')}": "/a",
    f"?e={base64.b64encode(CODED.encode()).decode()}": "/a",
    f"?e={VICTIM.encode().hex()}": "/a",
    f"?e={escaped(VICTIM)}": "/a",
    f"?d={base64.urlsafe_b64encode(json.dumps({'mail': VICTIM}).encode()).decode()}": "/a",
    f"/{VICTIM}/sign-in": "/a/[withheld]/sign-in",
    f"/{quote(VICTIM)}/": "/a/[withheld]/",
    f"/x{CODED}": "/a/[withheld]",
    f"/{VICTIM.encode().hex()}/x": "/a/[withheld]/x",
    f"/{quote('?')}email={quote(VICTIM)}": "/a/",
    f";e={VICTIM}": "/a",
}


@pytest.mark.parametrize(("tail", "bare"), LINKS.items())
def test_an_address_gives_its_victim_away_to_us_and_to_nobody_else(tail: str, bare: str) -> None:
    """Whatever coding a link uses, the mail address in it is known, and the link that is told lacks it."""
    url = f"https://pay.example:8443/a{tail}"
    assert VICTIM in tokens_of_url(url)
    assert bare_url(url) == f"https://pay.example:8443{bare}"
    assert not tokens_of_url(bare_url(url))


@pytest.mark.parametrize(
    ("url", "tokens"),
    [
        ("https://victim.one%40corp.example:pass-word1@pay.example/", {VICTIM, "pass-word1"}),
        (f"https://{VICTIM.encode().hex()}.pay.example/", {VICTIM}),
        ("https://pay.example/?first_name=Victoria&n=x", {"victoria"}),
        ("https://pay.example/?name=John+Smith", {"john smith"}),
        ("https://pay.example/?phone=1-800-555-0177", {"1-800-555-0177", PHONE}),
        ("https://pay.example/call/%2B1%20800%20555%200177", {PHONE}),
        ("https://pay.example/?s=8f3a9c2b11aa22bb33", {"8f3a9c2b11aa22bb33"}),
        ("https://pay.example/?user=customer&name=refund-desk&account=my-account&login=12345", set()),
        ("https://pay.example/amazon/refund-desk/login.php?cmd=_login&t=1793000000", set()),
        ("pay.example", set()),
        ("https://[broken", set()),
        ("https://pay.example:port/?e=x", set()),
        ("", set()),
    ],
)
def test_what_an_address_tells_of_people(url: str, tokens: set[str]) -> None:
    """What a key calls a person's, what looks like one's, and neither words of the page nor times."""
    assert tokens_of_url(url) == tokens


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://u:p@pay.example/a/b?c=d#e", "https://pay.example/a/b"),
        ("http://[2001:db8::1]:8080/x?y", "http://[2001:db8::1]:8080/x"),
        ("pay.example/login?x=1", "pay.example/login"),
        (f"https://{VICTIM.encode().hex()}.pay.example/x", "https://[withheld].pay.example/x"),
        ("https://pay.example/" + "a1" * 40, "https://pay.example/[withheld]"),
        ("https://[broken", WITHHELD),
        ("https://pay.example:port/x", WITHHELD),
        ("https://pay.example/a\nb\t/c", "https://pay.example/ab/c"),
    ],
)
def test_an_address_is_told_without_what_is_behind_it(url: str, bare: str) -> None:
    """User, query and fragment go, and what cannot be read is not told at all."""
    assert bare_url(url) == bare


def test_a_huge_address_is_read_in_time() -> None:
    """A link of a megabyte in every coding at once neither fails nor tells its end."""
    url = "https://pay.example/" + "%2541abcDEF/-" * 80_000 + VICTIM
    assert VICTIM not in bare_url(url)
    assert len(tokens_of_url(url)) < 10_000


def test_texts_tell_of_people_too() -> None:
    """A reply names who wrote it."""
    told = "Dear team, call me: (800) 555-0177, or write to Victim.One&#64;corp.example. Order 42, 2026-11-22."
    assert tokens_of_text(told) == {VICTIM, PHONE}


def test_own_papers_hold_no_persons_data() -> None:
    """What the packet tells anyway may stand there: its numbers, the sender, the brand; nothing else may."""
    dossier = example.dossier()
    fine = f"Call {example.NUMBER}, tel:+1-800-555-0143, abuse@trust.example, help@amazon.com, 2026-11-22"
    assert private_in(f"{fine}, {dossier.sender.contact}", dossier) == []
    assert private_in(f"wrote from {VICTIM}", dossier) == [private.ADDRESS]
    assert private_in("card 4111 1111 1111 1111, number 219-09-9999", dossier) == [private.CARD, private.SECURITY]
    assert private_in("called +1 800 555 0177", dossier) == [private.PHONE]
