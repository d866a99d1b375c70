"""Heads that break the standard and that browsers show a page for: a page may not hide behind one."""

import asyncio
import time
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from bench.lab_web import Answer, Lab, drip
from scamhunt.addresses import Address
from scamhunt.net.tolerant import NoHead, head_of
from scamhunt.net.visit import Limits, Visit, Visitor
from scamhunt.observed import Outcome

BODY = b"<title>Sign in</title><form><input type=password></form>"
OK = b"HTTP/1.1 200 OK\r\n"
TYPE = b"Content-Type: text/html\r\n"
SIZE = len(BODY)
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (SIZE, BODY)


async def here(_name: str) -> Sequence[Address]:
    """Resolve every name to this machine."""
    return [ip_address("127.0.0.1")]


def visit(says: Answer, limits: Limits | None = None) -> Visit:
    """Visit a server that says this to everything."""
    with Lab({"/": says}) as lab:
        return asyncio.run(Visitor(here, [ip_network("127.0.0.1/32")], limits=limits).visit(lab.url))


READ = {
    "many headers": OK + b"".join(b"X-%d: y\r\n" % at for at in range(990)) + TYPE + b"\r\n" + BODY,
    "large headers": OK + b"".join(b"X-%d: %s\r\n" % (at, b"y" * 7_000) for at in range(30)) + TYPE + b"\r\n" + BODY,
    "letters of the world": OK + b"X-\xe2\x80\xae: y\r\n" + TYPE + b"\r\n" + BODY,
    "a space in a name": OK + b"X Foo: y\r\n" + TYPE + b"\r\n" + BODY,
    "a space before a colon": OK + b"Content-Type : text/html\r\n\r\n" + BODY,
    "no colon": OK + b"junk\r\n" + TYPE + b"\r\n" + BODY,
    "no name": OK + b": y\r\n" + TYPE + b"\r\n" + BODY,
    "small letters": b"http/1.1 200 ok\r\n" + TYPE + b"\r\n" + BODY,
    "HTTP/2": b"HTTP/2 200\r\n" + TYPE + b"\r\n" + BODY,
    "no status": b"HTTP/1.1\r\n" + TYPE + b"\r\n" + BODY,
    "identity": OK + TYPE + b"Transfer-Encoding: identity\r\n\r\n" + BODY,
    "identity and a length": OK + TYPE + b"Transfer-Encoding: identity\r\nContent-Length: %d\r\n\r\n%s+" % (SIZE, BODY),
    "identity and chunked": OK + TYPE + b"Transfer-Encoding: identity, Chunked\r\n\r\n" + CHUNKS,
    "chunked twice": OK + TYPE + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n" + CHUNKS,
    "a plus": OK + TYPE + b"Content-Length: +9\r\n\r\n" + BODY,
    "a minus": OK + TYPE + b"Content-Length: -1\r\n\r\n" + BODY,
    "a line before": b"\r\n" + OK + TYPE + b"\r\n" + BODY,
    "interim": b"HTTP/1.1 103 Early\r\njunk\r\n\r\n" + OK + TYPE + b"\r\n" + BODY,
    "folded": OK + b"junk\r\nContent-Type:\r\n text/html\r\n\r\n" + BODY,
    "bare newlines": b"http/1.1 200 ok\nContent-Type: text/html\n\n" + BODY,
}


@pytest.mark.parametrize("answer", READ.values(), ids=READ)
def test_what_a_browser_shows_is_read(answer: bytes) -> None:
    """The page, its type and its bytes are there, and nothing was cut."""
    seen = visit((answer,))
    assert (seen.outcome, seen.problem, seen.unread) == (Outcome.FOUND, "", None)
    [one] = seen.exchanges
    assert (one.status, one.body, one.cut, one.response) == (200, BODY, "", answer)
    assert [value for name, value in one.headers if name.lower() == "content-type"] == ["text/html"]
    assert one.request.count(b"GET ") == 1


def test_an_odd_answer_may_come_in_pieces() -> None:
    """A byte at a time gives the same as all at once."""
    [one] = visit(drip(READ["identity and chunked"], 0.0)).exchanges
    assert (one.body, one.response) == (BODY, READ["identity and chunked"])


def test_an_odd_redirect_is_followed() -> None:
    """A redirect does not hide behind an odd head either."""
    with Lab({"/": (b"http/1.1 302 x\r\njunk\r\nLocation: /b\r\n\r\n",), "/b": (READ["small letters"],)}) as lab:
        seen = asyncio.run(Visitor(here, [ip_network("127.0.0.1/32")]).visit(lab.url))
    assert [one.status for one in seen.exchanges] == [302, 200]
    assert seen.exchanges[1].body == BODY


def test_an_odd_head_has_the_limits_of_others() -> None:
    """Neither its headers nor its bytes nor its time are without end, and what came is kept."""
    odd = b"http/1.1 200 ok\r\n"
    seen = visit((odd + b"a: b\r\n" * 1_001 + b"\r\n" + BODY,))
    assert seen.problem == "127.0.0.1: answered with more than 1,000 headers"
    seen = visit((odd + b"a: b\r\n" * 100_000,))
    assert seen.problem == "127.0.0.1: answered with more than 262,144 bytes of headers"
    assert seen.unread
    assert len(seen.unread.response) == 256 * 1024
    seen = visit((odd, 5.0), Limits(seconds=0.2))
    assert (seen.outcome, seen.unread.response if seen.unread else b"") == (Outcome.TIMEOUT, odd)


def test_a_visit_may_be_given_less_time() -> None:
    """What came until then is there."""
    with Lab({"/": (OK + TYPE + b"\r\n" + BODY, 5.0)}) as lab:
        seen = asyncio.run(Visitor(here, [ip_network("127.0.0.1/32")]).visit(lab.url, seconds=0.2))
    assert (seen.exchanges[0].body, seen.exchanges[0].cut) == (BODY, "cut: no more came in time")


@pytest.mark.parametrize(
    "came",
    [
        b"<h1>no head</h1>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"\r\n\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ],
    ids=["none", "NUL", "splitting", "two lengths", "101", "20", "much before"],
)
def test_what_can_be_read_in_two_ways_is_not_read(came: bytes) -> None:
    """Such an answer is kept and not believed."""
    with pytest.raises(NoHead):
        head_of(came)


def test_a_head_that_goes_on_for_ever_costs_little() -> None:
    """A quarter of a MiB of lines that each go on with the one before is read in no time."""
    begun = time.monotonic()
    head = head_of(OK + b"a: b\r\n" + b" \n" * 130_000 + b"c: d\r\n\r\n")
    assert head
    assert head.headers[-1] == (b"c", b"d")
    assert time.monotonic() - begun < 1
