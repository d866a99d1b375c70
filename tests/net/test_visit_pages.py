import asyncio
import random
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest

from bench.lab_web import Lab, Says, drip, whole
from scamhunt.addresses import Address
from scamhunt.net.visit import Limits, Visit, Visitor
from scamhunt.observed import Outcome

HERE = [ip_network("127.0.0.1/32")]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def here(_name: str) -> Sequence[Address]:
    """Resolve every name to this machine."""
    return [ip_address("127.0.0.1")]


def visit(
    url: str, headers: Iterable[tuple[str, str]] = (), limits: Limits | None = None, now: datetime = NOW
) -> Visit:
    """Make one visit."""
    visitor = Visitor(here, HERE, limits=limits, now=lambda: now)
    return asyncio.run(visitor.visit(url, tuple(headers)))


def says(*parts: bytes | float) -> Says:
    """Answer the same to everything."""
    return {"/": parts}


def test_what_was_sent_and_what_came_is_kept_byte_by_byte() -> None:
    """The exchange holds the request and the answer exactly, and what they say."""
    answer = HEAD + b"X-Odd:  a  b \r\nx-odd: \xc3\xa9\r\nX-Old: \xe9\r\nContent-Length: 5\r\n\r\nhello"
    with Lab(says(answer)) as lab:
        seen = visit(lab.url, [("User-Agent", "Mozilla"), ("Accept-Language", "en")])
    [one] = seen.exchanges
    sent = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{lab.port}\r\nUser-Agent: Mozilla\r\nAccept-Language: en\r\n\r\n"
    assert one.request == sent.encode() == lab.requests[0].raw
    assert one.response == answer
    assert (one.status, one.body, one.cut, one.location, one.handshake) == (200, b"hello", "", "", None)
    assert one.headers == (
        *(("Content-Type", "text/html"), ("X-Odd", "a  b"), ("x-odd", "é"), ("X-Old", "é"), ("Content-Length", "5")),
    )
    assert (one.url, one.address, one.port, one.begun, one.ended) == (f"{lab.url}/", "127.0.0.1", lab.port, NOW, NOW)
    assert (seen.outcome, seen.problem, seen.url) == (Outcome.FOUND, "", f"{lab.url}/")


def test_without_headers_a_request_names_nobody() -> None:
    """Only the host and that anything is welcome are said where the caller gives no headers."""
    with Lab(says(*whole(b""))) as lab:
        visit(lab.url)
    assert lab.requests[0].raw == f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{lab.port}\r\nAccept: */*\r\n\r\n".encode()


def test_credentials_are_never_sent() -> None:
    """Neither a password in an address nor headers that hold one leave the machine; nor does a second Host."""
    given = [(name, "secret") for name in ("Authorization", "cookie", "Proxy-Authorization", "Host", "Accept")]
    with Lab(says(*whole(b""))) as lab:
        visit(f"http://user:secret@127.0.0.1:{lab.port}/", given)
    assert lab.requests[0].raw.count(b"secret") == 1
    assert lab.requests[0].header("Accept") == "secret"


def test_what_browsers_say_over_https_only_is_not_said_over_http() -> None:
    """A profile looks like its browser on http too: no Sec- headers, no codings that need https."""
    given = [("sec-ch-ua", "x"), ("Sec-Fetch-Mode", "navigate"), ("Accept-Encoding", "gzip, deflate, br, zstd")]
    with Lab(says(*whole(b""))) as lab:
        visit(lab.url, given)
    assert b"sec-" not in lab.requests[0].raw.lower()
    assert lab.requests[0].header("Accept-Encoding") == "gzip, deflate"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (HEAD + b"\r\nto the end", b"to the end"),
        (b"HTTP/1.0 200 OK\r\n\r\nold", b"old"),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Go\r\n\r\n" + HEAD + b"Content-Length: 1\r\n\r\n1", b"1"),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8bx", b"\x1f\x8bx"),
        (b"HTTP/1.1 204 Nothing\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", b"ok"),
    ],
    ids=["until the end", "1.0", "no words", "chunked", "interim", "packed", "nothing", "bare newlines"],
)
def test_a_body_is_unframed_and_not_unpacked(answer: bytes, body: bytes) -> None:
    """The body is what the server meant, its content coding still on, and nothing was cut."""
    with Lab(says(answer)) as lab:
        [one] = visit(lab.url).exchanges
    assert (one.body, one.cut) == (body, "")
    assert one.response == answer


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "no answer that can be read"),
        (b"<h1>an old page</h1>", "no answer that can be read"),
        (random.Random(6).randbytes(5_000), "no answer that can be read"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "no answer that can be read"),
        (HEAD + b"X: a\x00b\r\n\r\n", "no answer that can be read"),
        (HEAD + b"X: a\rb\r\n\r\n", "no answer that can be read"),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "no answer that can be read"),
        (HEAD + b"Content-Length: 9", "no answer that can be read"),
        (b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "no answer that can be read"),
        (HEAD + b"X: a\r\n" * 1_000 + b"\r\n", "answered with more than 1,000 headers"),
        (HEAD + b"X: " + b"a" * 270_000 + b"\r\n\r\n", "answered with more than 262,144 bytes of headers"),
        (b"HTTP/1.1 100 Go\r\n\r\n" * 14_000, "answered with more than 262,144 bytes of headers"),
    ],
    ids=[
        *("hang-up", "0.9", "noise", "status", "NUL", "splitting", "two lengths"),
        *("half", "upgrade", "many headers", "large headers", "endless interim"),
    ],
)
def test_an_answer_that_is_none_is_a_failure_in_words(answer: bytes, why: str) -> None:
    """Whatever a server says, the visit ends with a reason and nothing is raised."""
    with Lab(says(answer)) as lab:
        seen = visit(lab.url)
    assert (seen.outcome, seen.problem) == (Outcome.FAILED, f"127.0.0.1: {why}")
    assert (seen.exchanges, seen.url) == ((), f"{lab.url}/")
    assert (seen.unread is None) is (answer == b"")
    if seen.unread:
        assert seen.unread.response == answer[: len(seen.unread.response)]
        assert (seen.unread.status, seen.unread.body, seen.unread.headers) == (0, b"", ())
        assert len(seen.unread.response) >= min(len(answer), 60_000)


@pytest.mark.parametrize("seed", range(40))
def test_no_answer_raises(seed: int) -> None:
    """Damaged answers end as found or failed: a byte changed, a piece left out, a piece doubled."""
    rolls = random.Random(seed)
    answer = bytearray(CHUNKED + b"3\r\nabc\r\n0\r\n\r\n")
    for _ in range(3):
        at = rolls.randrange(len(answer))
        answer[at : at + rolls.randrange(3)] = rolls.randbytes(rolls.randrange(4))
    with Lab(says(bytes(answer))) as lab:
        assert visit(lab.url).outcome in {Outcome.FOUND, Outcome.FAILED}


@pytest.mark.parametrize("framing", [HEAD + b"\r\n", HEAD + b"Content-Length: 90000\r\n\r\n", CHUNKED + b"ffff\r\n"])
def test_an_answer_is_cut_at_the_limit(framing: bytes) -> None:
    """No more bytes are taken than the limit says, and that it was cut is said."""
    with Lab(says(framing + b"x" * 90_000)) as lab:
        [one] = visit(lab.url, limits=Limits(wire=10_000)).exchanges
    assert one.response == (framing + b"x" * 90_000)[:10_000]
    assert one.body == b"x" * (10_000 - len(framing))
    assert one.cut == "cut at 10,000 bytes"


def test_an_answer_of_just_the_limit_is_whole() -> None:
    """The last byte that may come is not one too many, with a length and without."""
    for framing in (HEAD + b"\r\n", HEAD + b"Content-Length: 5000\r\n\r\n"):
        answer = framing + b"x" * 5_000
        with Lab(says(answer)) as lab:
            [one] = visit(lab.url, limits=Limits(wire=len(answer))).exchanges
        assert (one.response, one.cut) == (answer, "")


def test_a_body_in_countless_pieces_costs_little() -> None:
    """A server that sends each byte in a piece of its own is stopped long before the limit of bytes."""
    with Lab(says(CHUNKED + b"1\r\nx\r\n" * 100_000)) as lab:
        [one] = visit(lab.url).exchanges
    assert one.cut == f"cut at {len(one.response):,} bytes: {len(one.body):,} pieces"
    assert 20_000 <= len(one.body) < 32_000


def test_a_body_that_breaks_off_is_kept_as_far_as_it_came() -> None:
    """Half a page is evidence, and why it is not whole is said."""
    broken = "cut: the connection broke, or what came cannot be read"
    for answer in (
        HEAD + b"Content-Length: 9\r\n\r\nhalf",
        CHUNKED + b"4\r\nhalf\r\n",
        CHUNKED + b"4\r\nhalf\r\nzz\r\n",
    ):
        with Lab(says(answer)) as lab:
            seen = visit(lab.url)
        assert (seen.outcome, seen.problem) == (Outcome.FOUND, "")
        assert (seen.exchanges[0].body, seen.exchanges[0].cut) == (b"half", broken)


def test_a_drip_ends() -> None:
    """A server that sends a byte now and then holds nobody longer than the visit may take."""
    limits, begun = Limits(seconds=0.3), time.monotonic()
    with Lab({"/head": drip(HEAD * 99, 0.02), "/body": (HEAD + b"\r\n", *drip(b"x" * 99, 0.02)), "/": (5.0,)}) as lab:
        seen = [visit(f"{lab.url}{path}", limits=limits) for path in ("/head", "/body", "/")]
    assert [one.outcome for one in seen] == [Outcome.TIMEOUT, Outcome.FOUND, Outcome.TIMEOUT]
    assert seen[0].problem == "127.0.0.1: no answer in time"
    assert seen[1].exchanges[0].cut == "cut: no more came in time"
    assert time.monotonic() - begun < 4.5
