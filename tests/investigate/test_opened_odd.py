"""What one vantage makes of answers that browsers show and the standard does not know, in the time that it has."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from bench.lab_web import Answer, Asked, Lab, Says, drip
from scamhunt.addresses import Address
from scamhunt.investigate.http import may_be_page, media_type_of, refresh_of, told_to_readers, web_address
from scamhunt.investigate.opened import Opened, Opener
from scamhunt.investigate.reader import Readers
from scamhunt.investigate.screenshot import Photographer
from scamhunt.investigate.vantages import DESKTOP
from scamhunt.net.exchange import Exchange
from scamhunt.net.visit import Visitor
from scamhunt.observed import Outcome
from scamhunt.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = b"<title>Sign in</title><h1>Hello</h1><form action=/x><input type=password></form>"
OK = b"HTTP/1.1 200 OK\r\n"
HTML = OK + b"Content-Type: text/html\r\n\r\n"


async def here(_name: str) -> Sequence[Address]:
    """Resolve every name to this machine."""
    return [ip_address("127.0.0.1")]


def names(texts: Sequence[str]) -> list[list[str]]:
    """Find no brand."""
    return [[] for _ in texts]


def opened(says: Sequence[Says], folder: Path, seconds: float = 45.0) -> list[Opened]:
    """Open these sites one after the other, as the desktop does."""

    async def opening() -> list[Opened]:
        async with Readers(1) as readers:
            visitor = Visitor(here, [ip_network("127.0.0.1/32")])
            photographer = Photographer(Settings(home=folder), here)
            opener = Opener(DESKTOP, visitor, readers, photographer, names, lambda: NOW, seconds)
            found = []
            for one in says:
                with Lab(one) as lab:
                    found.append(await opener.open([lab.url]))
            return found

    return asyncio.run(opening())


def typed(*lines: bytes, body: bytes = PAGE) -> Says:
    """Return a site whose front has these header lines."""
    return {"/": (OK + b"".join(one + b"\r\n" for one in lines) + b"\r\n" + body,)}


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><div xmlns="http://www.w3.org/1999/xhtml"><h1>Hello</h1>'
    b"<form><input type='password'/></form></div></foreignObject></svg>"
)
SHOWN = {
    "anything": typed(b"Content-Type: */*"),
    "unknown": typed(b"Content-Type: unknown/unknown"),
    "the last of two": typed(b"Content-Type: application/octet-stream", b"Content-Type: text/html"),
    "an empty one first": typed(b"Content-Type: ,text/html"),
    "none": typed(),
    "a drawing": typed(b"Content-Type: image/svg+xml", body=SVG),
    "a coding that nobody knows": typed(b"Content-Type: text/html", b"Content-Encoding: foo"),
    "after many headers": typed(*[b"X-%d: y" % at for at in range(300)], b"Content-Type: text/html"),
    "behind Refresh": {
        "/": (OK + b"Refresh: 0;url=/login\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>ok</p>",),
        "/login": (HTML + PAGE,),
    },
    "an empty page that leads on": {
        "/": (OK + b"Refresh: 0; URL='/login'\r\nContent-Length: 0\r\n\r\n",),
        "/login": (HTML + PAGE,),
    },
}


def test_a_form_that_a_browser_shows_is_seen(tmp_path: Path) -> None:
    """Whatever the headers say: who opens the page is asked for a password, and so the look says."""
    found = dict(zip(SHOWN, opened(list(SHOWN.values()), tmp_path), strict=True))
    asks = {
        name: [one.data["asks"] for one in at.gained.findings if one.kind == "page.form"] for name, at in found.items()
    }
    assert asks == {name: [["password"]] for name in SHOWN}
    assert {at.unread for at in found.values()} == {""}


def test_what_cannot_be_read_is_kept_and_worth_a_picture(tmp_path: Path) -> None:
    """A body of another type, and an answer that is none: its bytes are evidence, and a browser may show it."""
    two = OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"
    pdf, odd, empty, none = opened(
        [typed(b"Content-Type: application/pdf", body=b"%PDF-1.4"), {"/": (two,)}, typed(body=b""), {"/": (b"",)}],
        tmp_path,
    )
    assert all(one.shown is None for one in (pdf, odd, empty, none))
    assert [one.sight is None for one in (pdf, odd, empty, none)] == [False, False, True, True]
    assert pdf.sight != odd.sight
    assert [bool(one.url) for one in (pdf, odd, empty, none)] == [True, True, True, False]
    assert [len(one.gained.items) for one in (pdf, odd, empty, none)] == [1, 1, 1, 0]
    assert odd.gained.findings[0].outcome is Outcome.FAILED


def test_a_tarpit_holds_nobody_longer_than_its_time(tmp_path: Path) -> None:
    """Three steps that drip, each leading to the next: what came in time is read, and that the time was up is said."""

    def slow(asked: Asked) -> Answer:
        following = {"/": "/b", "/b": "/c"}.get(asked.path)
        leads = f'<meta http-equiv=refresh content="0;url={following}">' if following else ""
        return (
            HTML,
            leads.encode() + PAGE + b"<img src=/i.png>" * 4,
            *drip(b" " * (4 if asked.path == "/" else 300), 0.05),
        )

    begun = time.monotonic()
    [seen] = opened([slow], tmp_path, seconds=4.0)
    assert time.monotonic() - begun < 13
    assert seen.shown
    assert seen.shown.title == "Sign in"
    late = [one for one in seen.gained.findings if one.kind == "page.unreadable"]
    assert [(one.outcome, one.text) for one in late] == [
        (Outcome.TIMEOUT, "its 4 seconds were up: what came until then is kept")
    ]
    assert len(seen.gained.findings[0].data["chain"]) >= 2  # type: ignore[arg-type]  # a list


def test_where_nothing_came_in_time_that_is_said(tmp_path: Path) -> None:
    """The outcome is a timeout, and there is no evidence of what never came."""
    [seen] = opened([{"/": (5.0,)}], tmp_path, seconds=0.2)
    assert (seen.gained.findings[0].outcome, seen.url, seen.gained.items) == (Outcome.TIMEOUT, "", ())


@pytest.mark.parametrize(
    ("said", "leads"),
    [
        ("0;url=/login", "/login"),
        ("5, URL = /a b", "/a b"),
        ("0.5 /login", "/login"),
        ("0; '/login' x", "/login"),
        ('0;url="/login', "/login"),
        ("5", ""),
        ("url=/login", ""),
        ("", ""),
    ],
)
def test_refresh_is_read_as_browsers_do(said: str, leads: str) -> None:
    """With or without `url=`, with quotes, and nothing where there is no time."""
    assert refresh_of([("REFRESH", said), ("Refresh", "0;url=/second")]) == leads


@pytest.mark.parametrize(
    "written",
    ["http://[x", "http://[::1", "javascript:alert(1)", "data:text/html,x", "file:///etc", "", "https://"],
)
def test_an_address_that_is_none_leads_nowhere(written: str) -> None:
    """Whatever a page or a child that lies gives for an address, nothing is raised."""
    assert web_address("http://refund-desk.test/a", written) == ""


def test_an_address_is_seen_from_its_page() -> None:
    """A path leads on from the page that names it."""
    assert web_address("http://refund-desk.test/a/b", " c ") == "http://refund-desk.test/a/c"
    assert web_address("", "c") == ""


@pytest.mark.parametrize(
    ("said", "body", "is_page"),
    [
        ("text/html; charset=utf-8", b"\0", True),
        ("application/octet-stream", PAGE, False),
        ("image/png", PAGE, False),
        ("application/atom+xml", b"", True),
        ("odd", b"\x89PNG\r\n\x1a\n\0\0", False),
        ("odd/odd", b"\xef\xbb\xbf <!DOCTYPE html>\0", True),
        ("", b"\xff\xfe<\0h\0", True),
        ("", b"plain words", True),
    ],
)
def test_an_odd_type_is_told_by_the_first_bytes(said: str, body: bytes, is_page: bool) -> None:
    """A stated type holds; a missing or an odd one is a page where the body is markup or text."""
    one = Exchange("", "", 80, NOW, NOW, b"", b"", 200, (("Content-Type", said),), body, "", None)
    assert may_be_page(one) is is_page


def test_readers_hear_of_codings_that_exist() -> None:
    """Type and known codings are passed on; a packed body of no type may be a page."""
    headers = [("X", "y"), ("content-type", "a/b"), ("Content-Encoding", "gzip, BR"), ("content-encoding", "identity")]
    assert told_to_readers(headers) == [("Content-Type", "a/b"), ("Content-Encoding", "gzip, br")]
    assert told_to_readers([("Content-Encoding", "gzip"), ("Content-Encoding", "foo")]) == []
    packed = (("Content-Encoding", "gzip"),)
    assert may_be_page(Exchange("", "", 80, NOW, NOW, b"", b"", 200, packed, b"\x1f\x8b\0", "", None))
    assert media_type_of([("Content-Type", "text/html, */*")]) == "text/html"
