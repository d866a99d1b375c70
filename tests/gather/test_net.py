import hashlib
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import trustme

from scamhunt import net
from scamhunt.errors import AddressRefused, FeedFailed, ScamhuntError, UserError
from scamhunt.gather.pace import Pace
from scamhunt.net import Downloaded, Wanted, Web
from scamhunt.net.answer import too_slow
from scamhunt.net.request import URL_LIMIT
from scamhunt.net.web import WAIT
from scamhunt.settings import Settings
from scamhunt.testing import Hosts

Serve = Callable[..., str]
Handler = BaseHTTPRequestHandler
BODY = b"amazon-billing-desk.com\n"


def _bring(url: str, settings: Settings, **headers: str) -> tuple[bytes, Downloaded]:
    file = io.BytesIO(b"left over from before, longer than what comes")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kept: dict[str, datetime] = {}
    with Web(settings, Pace(Hosts(kept))) as web:
        came = web.download(Wanted(url, settings.max_download, 1e6, named), file)
    return file.getvalue(), came


def _fails(url: str, settings: Settings) -> ScamhuntError:
    with pytest.raises(ScamhuntError) as caught:
        _bring(url, settings)
    return caught.value


def _redirect(to: str, status: int = 302) -> tuple[int, dict[str, str], bytes]:
    return status, {"Location": to}, b"x" * 100


def test_a_body_arrives_whole(serve: Serve, lab: Settings) -> None:
    """The file holds exactly the body; size and hash are those of the bytes as they came."""
    url = serve({"/list.txt": BODY}) + "/list.txt?key=1"
    body, came = _bring(url, lab)
    assert body == BODY
    assert came == Downloaded(url, 200, came.headers, hashlib.sha256(BODY).hexdigest(), len(BODY))


def test_who_asks_and_what_for(serve: Serve, lab: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request names this program, asks for no compression, adds the crawler's headers and knows no proxy."""
    seen: dict[str, str] = {}

    def handler(request: Handler) -> None:
        seen.update(request.headers)
        request.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    _bring(serve({"/": handler}) + "/", lab, If_None_Match='"a"')
    assert seen["User-Agent"].startswith("scamhunt/")
    assert seen["Accept-Encoding"] == "identity"
    assert seen["If-None-Match"] == '"a"'


def test_not_modified_is_an_answer_to_a_condition_only(serve: Serve, lab: Settings) -> None:
    """304 comes back with its status when we asked on a condition; unasked it is a failure."""
    url = serve({"/": (304, {}, b"")}) + "/"
    assert _bring(url, lab, If_None_Match='"a"')[1].status == 304
    assert "answered 304" in str(_fails(url, lab))


@pytest.mark.parametrize(
    ("status", "headers", "words", "asked"),
    [
        (503, {"Retry-After": "0"}, "answered 503", 3),
        (500, {"Retry-After": "0"}, "answered 500", 3),
        (429, {"Retry-After": "0"}, "answered 429", 3),
        (429, {"Retry-After": "86400"}, "asks to be left alone until", 1),
        (503, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, "asks to be left alone until", 1),
        (503, {"Retry-After": "9" * 400}, "asks to be left alone until", 1),
        (404, {}, "answered 404", 1),
        (403, {}, "answered 403", 1),
        (204, {}, "answered 204", 1),
        (206, {}, "answered 206", 1),
        (302, {}, "answered 302", 1),
        (200, {"Content-Encoding": "br"}, "an encoding that was not asked for", 1),
    ],
)
def test_an_answer_that_is_no_list(  # noqa: PLR0913, PLR0917  # two fixtures and a row of the table
    serve: Serve, lab: Settings, status: int, headers: dict[str, str], words: str, asked: int
) -> None:
    """What may pass is tried three times, what will not once, and a long Retry-After ends it; each in words, exit 3."""
    count: list[int] = []

    def handler(request: Handler) -> None:
        count.append(1)
        request.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            request.send_header(name, value)
        request.end_headers()

    error = _fails(serve({"/": handler}) + "/", lab)
    assert (error.exit_code, len(count)) == (3, asked)
    assert words in str(error)


@pytest.mark.parametrize("after", ["0", "soon", "date"])
def test_a_server_that_recovers(serve: Serve, lab: Settings, after: str) -> None:
    """A 503 followed by the list is a success; a Retry-After may be a number, a date or nonsense."""
    count: list[int] = []
    header = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True) if after == "date" else after

    def handler(request: Handler) -> None:
        count.append(1)
        if len(count) == 1:
            request.wfile.write(
                f"HTTP/1.1 503 Later\r\nRetry-After: {header}\r\nContent-Length: 4\r\n\r\nwait".encode()
            )
        else:
            request.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + BODY)

    assert _bring(serve({"/": handler}) + "/", lab)[0] == BODY
    assert len(count) == 2


def test_no_wait_beyond_the_time_limit(serve: Serve, lab: Settings) -> None:
    """A server that asks for more time than is left is not waited for."""
    url = serve({"/": (503, {"Retry-After": "20"}, b"")}) + "/"
    start = time.monotonic()
    assert "answered 503" in str(_fails(url, lab.model_copy(update={"fetch_seconds": 5.0})))
    assert time.monotonic() - start < 2


def test_nobody_listens(lab: Settings, closed_port: int) -> None:
    """A refused connection is tried again after a wait, and then a failure outside, in words."""
    start = time.monotonic()
    error = _fails(f"http://127.0.0.1:{closed_port}/", lab)
    assert isinstance(error, FeedFailed)
    assert "no connection" in str(error)
    assert 3 * WAIT < time.monotonic() - start < 10 * WAIT


def test_a_name_without_address(lab: Settings) -> None:
    """A name that does not resolve is a failure outside, with the name."""
    error = _fails("http://no-such-host.invalid/", lab)
    assert isinstance(error, FeedFailed)
    assert "no-such-host.invalid: has no address" in str(error)


def _cut(request: Handler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


def _cut_chunk(request: Handler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf")


@pytest.mark.parametrize("handler", [_cut, _cut_chunk])
def test_half_a_body(serve: Serve, lab: Settings, handler: Callable[[Handler], None]) -> None:
    """A body that ends before its declared length is refused, once there is no time for another try."""
    quick = lab.model_copy(update={"fetch_seconds": 0.2})
    assert "was cut off" in str(_fails(serve({"/": handler}) + "/", quick))


def test_no_http(serve: Serve, lab: Settings) -> None:
    """A server that speaks something else is a failure in words; none of its bytes are shown."""
    quick = lab.model_copy(update={"fetch_seconds": 0.2})
    error = _fails(serve({"/": lambda request: request.wfile.write(b"\x00\x01 nonsense\r\n\r\n")}) + "/", quick)
    assert "no answer that can be read" in str(error)
    assert "nonsense" not in str(error)


def test_a_declared_size_beyond_the_limit(serve: Serve, lab: Settings) -> None:
    """A Content-Length above the limit ends the download before its body; a body of the limit itself is brought."""
    url = serve({"/": b"x" * 2000, "/none": (200, {"Content-Length": "2001"}, b"")})
    at_limit = lab.model_copy(update={"max_download": 2000})
    assert "larger than 2,000 bytes" in str(_fails(url + "/none", at_limit))
    assert len(_bring(url + "/", at_limit)[0]) == 2000


def test_an_endless_body(serve: Serve, lab: Settings) -> None:
    """A body without a length ends at the limit."""

    def handler(request: Handler) -> None:
        request.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while True:
            request.wfile.write(b"x" * 65536)

    url = serve({"/": handler}) + "/"
    assert "larger than 1,000,000 bytes" in str(_fails(url, lab.model_copy(update={"max_download": 1_000_000})))


@pytest.mark.parametrize("start", [b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\nX: "])
def test_a_slow_body_and_slow_headers(serve: Serve, lab: Settings, start: bytes) -> None:
    """Bytes that drip in do not hold a run beyond its time limit."""

    def handler(request: Handler) -> None:
        request.wfile.write(start)
        for _ in range(200):
            request.wfile.write(b"x")
            time.sleep(0.02)

    began = time.monotonic()
    error = _fails(serve({"/": handler}) + "/", lab.model_copy(update={"fetch_seconds": 0.3}))
    assert "took too long" in str(error)
    assert time.monotonic() - began < 1.5


def test_a_server_that_says_nothing(serve: Serve, lab: Settings) -> None:
    """Silence is waited for no longer than the time limit."""
    began = time.monotonic()
    url = serve({"/": lambda _: time.sleep(1.5)}) + "/"
    assert "took too long" in str(_fails(url, lab.model_copy(update={"fetch_seconds": 0.2})))
    assert time.monotonic() - began < 1


def test_redirects_are_followed(serve: Serve, lab: Settings) -> None:
    """Five redirects lead to the list, and the last address is told; six are too many."""
    url = serve({f"/{n}": _redirect(f"/{n + 1}") for n in range(6)} | {"/6": BODY})
    body, came = _bring(f"{url}/1", lab)
    assert (body, came.url) == (BODY, f"{url}/6")
    assert "more than 5 redirects" in str(_fails(f"{url}/0", lab))


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("/", "more than 5 redirects"),
        ("http://10.0.0.1/", "a redirect was refused: 10.0.0.1 is refused: a private network"),
        ("http://[::1]:9/", "a redirect was refused: ::1 is refused: this machine"),
        ("http://[::ffff:127.0.0.1]/", "an IPv4 address inside an IPv6 address"),
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("http://0x0a000001/", "10.0.0.1 is refused"),
        ("file:///etc/passwd", "something else than http was refused"),
        ("gopher://127.0.0.1/", "something else than http was refused"),
        ("data:text/plain,x", "was refused"),
        ("http://[", "cannot be read was refused"),
        ("http://a%00b/", "cannot be read was refused"),
        ("http://a.example:x/", "cannot be read was refused"),
        ("http://a.example:99999/", "cannot be read was refused"),
        ("http://a.example:-1/", "cannot be read was refused"),
        ("http://xn--\xe9/", "cannot be read was refused"),
        ("/" + "x" * 8_192, "cannot be read was refused"),
    ],
)
def test_where_a_redirect_must_not_lead(serve: Serve, lab: Settings, to: str, words: str) -> None:
    """A loop, an address inside and another scheme end the download (3); the second address gets no request."""
    error = _fails(serve({"/": _redirect(to)}) + "/", lab)
    assert isinstance(error, FeedFailed)
    assert words in str(error)


def test_https_needs_a_certificate(serve: Serve, lab: Settings) -> None:
    """A certificate that nobody vouches for is refused, and so is https on a port that speaks http."""
    assert "does not have a valid certificate" in str(_fails(serve({"/": BODY}, tls=True) + "/", lab))
    plain = serve({"/": BODY}).replace("http:", "https:")
    assert "does not have https" in str(_fails(plain + "/", lab))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "10.1.2.3", "[fe80::1]"])
def test_an_address_inside(host: str, tmp_path: Path, closed_port: int) -> None:
    """An address that is not public is refused (5) before any connection, however it is written."""
    error = _fails(f"http://{host}:{closed_port}/", Settings(home=tmp_path))
    assert isinstance(error, AddressRefused)
    assert error.exit_code == 5
    assert "is refused: " in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "ftp://a.example/",
        "https:///x",
        "http://[",
        "http://[fe80::1%25lo]/",
        "http://a.example:0/",
        "http://a.example:65536/",
        "http://a.example:x/",
        "a.example",
        "http://" + "a" * URL_LIMIT,
    ],
)
def test_an_address_that_cannot_be_read(url: str, lab: Settings) -> None:
    """Something that is no http or https address is the user's mistake (2)."""
    error = _fails(url, lab)
    assert isinstance(error, UserError)
    assert error.exit_code == 2


def test_no_password_in_a_message(serve: Serve, lab: Settings) -> None:
    """A message shows an address without its password and query."""
    told = str(_fails(serve({}).replace("//", "//user:secret@") + "/list?key=secret", lab))
    assert "/list: answered 404" in told
    assert "secret" not in told


def test_gzip_as_encoding_is_the_file_itself(serve: Serve, lab: Settings) -> None:
    """A server that calls a gzip file an encoding still brings the file's bytes as they are."""
    routes: dict[str, Any] = {"/": (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b bytes")}
    assert _bring(serve(routes) + "/", lab)[0] == b"\x1f\x8b bytes"


_CHILD = """
import io, ipaddress, sys
from scamhunt.gather.pace import Pace
from scamhunt.net import Wanted, Web
from scamhunt.settings import Settings
from scamhunt.testing import Hosts
lab = Settings(fetch_allow_nets=(ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")))
kept = {}
web = Web(lab, Pace(Hosts(kept)))
other_name = sys.argv[1].replace("127.0.0.1", "localhost")
for url in (sys.argv[1] + "/list", sys.argv[1] + "/down", sys.argv[1] + "/busy", other_name + "/list"):
    file = io.BytesIO()
    try:
        print(web.download(Wanted(url, 1000, 1e6), file).size, file.getvalue())
    except Exception as error:
        print(type(error).__name__, error)
"""


def test_https_and_no_way_back_to_http(serve: Serve, authority: trustme.CA, tmp_path: Path) -> None:
    """A certificate that the machine trusts is good (SSL_CERT_FILE), for its own name; no redirect leads back to http.

    And what retries says nothing of its own between our messages.
    """
    busy = (503, {"Retry-After": "0"}, b"")
    routes: dict[str, Any] = {"/list": BODY, "/down": _redirect("http://127.0.0.1/list"), "/busy": busy}
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    env = {**os.environ, "SSL_CERT_FILE": str(trusted)}
    child = [sys.executable, "-c", _CHILD, serve(routes, tls=True)]
    done = subprocess.run(child, env=env, cwd=Path(net.__file__).parents[2], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    brought, down, failed, other_name = done.stdout.splitlines()
    assert brought == f"{len(BODY)} {BODY!r}"
    assert re.fullmatch("FeedFailed .*: a redirect from https to http was refused; .*", down)
    assert "answered 503" in failed
    assert "does not have a valid certificate" in other_name


@pytest.mark.parametrize(
    ("seconds", "size", "slow"), [(20.1, 20_000, True), (19.9, 1, False), (60.0, 60_000, False), (60.0, 59_999, True)]
)
def test_a_trickle_is_given_up(*, seconds: float, size: int, slow: bool) -> None:
    """A server that sends a byte now and then does not hold a night up: after 20 seconds 1,000 a second are due."""
    assert too_slow(seconds, size) is slow
