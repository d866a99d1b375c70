import base64
import contextlib
import hashlib
import io
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpcore
import pytest

from scamhunt.errors import AddressRefused, FeedFailed, ScamhuntError
from scamhunt.gather.pace import Pace
from scamhunt.net import Downloaded, Wanted, Web
from scamhunt.net.dial import Deadline
from scamhunt.settings import Settings
from scamhunt.testing import Hosts

Script = Callable[..., Any]
Serve = Callable[..., str]
BODY = b"amazon-billing-desk.com\n"
MISSING = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
LATER = b"HTTP/1.1 503 Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"


def _ok(body: bytes = BODY, *headers: str) -> bytes:
    lines = "".join(f"{one}\r\n" for one in (f"Content-Length: {len(body)}", *headers))
    return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body


class Lab:
    """A run: connections, a pace, and what is kept of it."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet."""
        self.settings = settings
        self.kept: dict[str, datetime] = {}
        self.web = Web(settings, Pace(Hosts(self.kept)))

    def bring(self, url: str, **wanted: Any) -> tuple[bytes, Downloaded]:  # noqa: ANN401  # fields of several types
        """Download an address."""
        file = io.BytesIO()
        came = self.web.download(Wanted(url, self.settings.max_download, 1e6, **wanted), file)
        return file.getvalue(), came

    def fails(self, url: str, **wanted: Any) -> ScamhuntError:  # noqa: ANN401  # fields of several types
        """Download an address that fails, and return how."""
        with pytest.raises(ScamhuntError) as caught:
            self.bring(url, **wanted)
        return caught.value


@pytest.fixture
def run(lab: Settings) -> Iterator[Lab]:
    """Give a run in which this machine may be fetched from."""
    one = Lab(lab)
    with one.web:
        yield one


@pytest.fixture
def hasty(lab: Settings) -> Iterator[Lab]:
    """Give a run in which there is no time for a second try."""
    one = Lab(lab.model_copy(update={"fetch_seconds": 0.2}))
    with one.web:
        yield one


def test_a_connection_is_kept(script: Script, run: Lab) -> None:
    """Fifty downloads from one host need one connection."""
    server = script(lambda _connection, _turn: _ok())
    assert [run.bring(f"{server.url}/{n}")[0] for n in range(50)] == [BODY] * 50
    assert (server.connections, len(server.requests)) == (1, 50)


def test_a_kept_connection_has_the_time_limit_of_its_download(script: Script, lab: Settings) -> None:
    """Downloads that are each quick are not ended by the time that they take together; a slow one is, on its own."""

    def answer(_connection: int, turn: int) -> bytes:
        time.sleep(0.1 if turn < 5 else 1.5)
        return _ok()

    server = script(answer)
    one = Lab(lab.model_copy(update={"fetch_seconds": 0.3}))
    with one.web:
        for _ in range(4):
            one.bring(server.url)
        began = time.monotonic()
        assert "took too long" in str(one.fails(server.url))
    assert 0.25 < time.monotonic() - began < 1
    assert server.connections == 1


def test_a_connection_that_the_server_closed(script: Script, run: Lab) -> None:
    """A server that hangs up after each answer, without a word, is asked on a new connection: no try is lost."""
    server = script(lambda *_: _ok(), cut=9)
    for _ in range(3):
        assert run.bring(server.url)[0] == BODY
        time.sleep(0.05)
    assert (server.connections, len(server.requests)) == (3, 3)


def test_a_connection_that_the_server_closes_as_it_is_asked(script: Script, run: Lab) -> None:
    """A request that meets a connection in the moment that it ends is sent again on a new one."""
    server = script(lambda _connection, turn: _ok() if turn == 1 else b"")
    assert [run.bring(server.url)[0] for _ in range(2)] == [BODY] * 2
    assert (server.connections, len(server.requests)) == (2, 3)


def test_a_server_that_closes_at_once(script: Script, hasty: Lab) -> None:
    """A connection that is closed without an answer is a failure in words."""
    assert "no answer that can be read; try again later" in str(hasty.fails(script(lambda *_: b"").url))


def test_twice_503_and_then_the_list(script: Script, run: Lab) -> None:
    """A server that is busy twice brings the list at the third time, over the same connection."""
    server = script(lambda _connection, turn: LATER if turn < 3 else _ok())
    assert run.bring(server.url)[0] == BODY
    assert (server.connections, len(server.requests)) == (1, 3)


def test_a_list_that_changes_between_two_tries(script: Script, run: Lab) -> None:
    """What was cut off begins anew: the second version alone comes, though the server offers ranges."""
    first, second = b"a" * 1_000, b"b" * 700
    cut = b"HTTP/1.1 200 OK\r\nAccept-Ranges: bytes\r\nContent-Length: 1000\r\n\r\n" + first[:400]
    server = script(lambda connection, _turn: cut if connection == 1 else _ok(second, "Accept-Ranges: bytes"), cut=1)
    body, came = run.bring(server.url)
    assert (body, came.size, came.sha256) == (second, 700, hashlib.sha256(second).hexdigest())
    assert not any(b"range" in request.lower() for request in server.requests)


def test_a_part_that_nobody_asked_for(script: Script, run: Lab) -> None:
    """206 to a request without a range is no list."""
    part = b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-3/1000\r\nContent-Length: 4\r\n\r\nhalf"
    assert "answered 206" in str(run.fails(script(lambda *_: part).url))


def test_a_host_that_asks_for_a_day(script: Script, lab: Settings) -> None:
    """429 with a day to wait ends the run and says until when; the next run does not even connect."""
    day = format_datetime(datetime.now(UTC).replace(year=2099), usegmt=True)
    for wish in ("86400", day):
        server = script(
            lambda *_, wish=wish: f"HTTP/1.1 429 No\r\nRetry-After: {wish}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        first = Lab(lab)
        with first.web:
            told = str(first.fails(server.url))
        assert "asks to be left alone until " in told
        assert 86_390 < (first.kept[server.url.removeprefix("http://")] - datetime.now(UTC)).total_seconds() <= 86_400
        second = Lab(lab)
        with Web(lab, Pace(Hosts(first.kept))) as second.web:
            assert " asked to be left alone until " in str(second.fails(server.url))
        assert (server.connections, len(server.requests)) == (1, 1)


def test_a_host_that_asks_for_a_second(script: Script, run: Lab) -> None:
    """A short Retry-After is waited to its end, and then the list is there."""
    busy = b"HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    server = script(lambda _connection, turn: busy if turn == 1 else _ok())
    began = time.monotonic()
    assert run.bring(server.url)[0] == BODY
    assert 1 <= time.monotonic() - began < 2


def test_a_host_that_fails_again_and_again(script: Script, run: Lab) -> None:
    """After five failures in a row a host gets no further request in this run."""
    server = script(lambda *_: LATER)
    assert "answered 503" in str(run.fails(server.url))
    for _ in range(3):
        assert "failed 5 times in a row: not asked again in this run" in str(run.fails(server.url))
    assert len(server.requests) == 5


def test_what_is_not_there_is_no_failure_of_the_host(script: Script, run: Lab) -> None:
    """A host that answers 404 ten times is well: an eleventh request gets its list."""
    server = script(lambda _connection, turn: MISSING if turn <= 10 else _ok())
    for _ in range(10):
        assert "answered 404" in str(run.fails(server.url))
    assert run.bring(server.url)[0] == BODY
    assert server.connections == 1


def test_the_rest_of_a_refusal_is_not_waited_for(script: Script, run: Lab) -> None:
    """A page that says why may be long or slow: the connection is given up, and the next download has its own."""
    for missing in (b"\r\nContent-Length: 9\r\n\r\nslow", b"\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000):
        server = script(lambda number, _turn, said=missing: b"HTTP/1.1 404 No" + said if number == 1 else _ok())
        began = time.monotonic()
        assert "answered 404" in str(run.fails(server.url))
        assert time.monotonic() - began < 1
        assert run.bring(server.url)[0] == BODY
        assert server.connections == 2


@pytest.mark.parametrize("missing", [False, True])
def test_failures_between_answers_do_not_add_up(script: Script, run: Lab, *, missing: bool) -> None:
    """Ten failures do not shut a host out that answers in between, be it that there is nothing."""
    answer = MISSING if missing else _ok()
    server = script(lambda _connection, turn: answer if turn % 3 == 0 else LATER)
    for _ in range(5):
        if missing:
            assert "answered 404" in str(run.fails(server.url))
        else:
            assert run.bring(server.url)[0] == BODY


def test_the_wait_for_a_host_is_no_part_of_the_download(script: Script, lab: Settings) -> None:
    """A host that is asked late, out of politeness, has its whole time limit from then on."""
    server = script(lambda *_: _ok())
    one = Lab(lab.model_copy(update={"fetch_seconds": 0.3}))
    one.kept[server.url.removeprefix("http://")] = datetime.now(UTC) + timedelta(seconds=0.4)
    with one.web:
        assert one.bring(server.url)[0] == BODY


def test_the_check_sum_of_a_list_that_has_not_changed(script: Script, run: Lab) -> None:
    """304 may repeat the check sum of the body that it does not bring."""
    same = f"HTTP/1.1 304 Same\r\nRepr-Digest: sha-256=:{SHA256}:\r\n\r\n".encode()
    assert run.bring(script(lambda *_: same).url, headers={"If-None-Match": '"a"'})[1].status == 304


MD5 = base64.b64encode(hashlib.md5(BODY, usedforsecurity=False).digest()).decode()
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
SHA512 = base64.b64encode(hashlib.sha512(BODY).digest()).decode()
WRONG = base64.b64encode(hashlib.sha256(b"another").digest()).decode()


@pytest.mark.parametrize(
    "header",
    [
        f"Repr-Digest: sha-256=:{SHA256}:",
        f"Content-Digest: sha-512=:{SHA512}:, sha-256=:{SHA256}:;x=1",
        f"Repr-Digest: unixsum=:AAA=:, sha-256=:{SHA256}:",
        f"Digest: SHA-256={SHA256},MD5={MD5}",
        f"Content-MD5: {MD5}",
        "Repr-Digest: sha-256=:AAAA:",
        "Repr-Digest: sha-256=rubbish",
        "Content-MD5: rubbish",
        "Digest: crc32c=AAAAAA==",
    ],
)
def test_a_check_sum_that_fits_or_cannot_be_read(script: Script, run: Lab, header: str) -> None:
    """A body with the check sum that its server sends is good; what is no check sum is none."""
    assert run.bring(script(lambda *_: _ok(BODY, header)).url)[0] == BODY


@pytest.mark.parametrize(
    "header",
    [
        f"Repr-Digest: sha-256=:{WRONG}:",
        f"Content-Digest: sha-256=:{WRONG}:, sha-512=:{SHA512}:",
        f"Digest: md5={MD5},sha-256={WRONG}",
        f"Content-MD5: {base64.b64encode(bytes(16)).decode()}",
        f"Repr-Digest: sha-512=:{base64.b64encode(bytes(64)).decode()}:",
    ],
)
def test_a_check_sum_that_does_not_fit(script: Script, hasty: Lab, header: str) -> None:
    """A body that is not the one whose check sum the server sent is refused."""
    assert "whose check sum the server sent" in str(hasty.fails(script(lambda *_: _ok(BODY, header)).url))


def test_a_body_that_was_changed_on_its_way_is_fetched_again(script: Script, run: Lab) -> None:
    """A check sum that does not fit is worth another try."""
    header = f"Repr-Digest: sha-256=:{SHA256}:"
    server = script(lambda _connection, turn: _ok(BODY.replace(b"a", b"b") if turn == 1 else BODY, header))
    assert run.bring(server.url)[0] == BODY
    assert len(server.requests) == 2


def test_a_packed_body_is_verified_by_its_own_trailer(script: Script, run: Lab) -> None:
    """Servers that pack as they send leave the check sum of the unpacked file: it is not looked at."""
    packed = _ok(b"\x1f\x8b packed", "Content-Encoding: gzip", f"Content-MD5: {MD5}")
    assert run.bring(script(lambda *_: packed).url, gzip=True)[0] == b"\x1f\x8b packed"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 40_000,
        b"x" * 200_000,
    ],
)
def test_an_answer_that_is_no_http(script: Script, hasty: Lab, said: bytes) -> None:
    """Two lengths, headers without end and other nonsense are refused in words, and nothing of them is shown."""
    told = str(hasty.fails(script(lambda *_: said).url))
    assert told.endswith("no answer that can be read; try again later")


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;" + b"x" * 200_000,
    ],
)
def test_a_body_in_broken_chunks(script: Script, hasty: Lab, said: bytes) -> None:
    """Chunks that cannot be read are a download that was cut off."""
    assert "was cut off" in str(hasty.fails(script(lambda *_: said).url))


def test_early_words_without_end(script: Script, hasty: Lab) -> None:
    """A server that says `100 Continue` for ever is ended by the time limit."""
    server = script(lambda *_: b"HTTP/1.1 100 Continue\r\n\r\n" * 3)
    assert "took too long" in str(hasty.fails(server.url))


def test_a_body_that_never_ends_in_chunks(serve: Serve, lab: Settings) -> None:
    """Chunks without end are ended at the limit of bytes."""

    def handler(request: Any) -> None:  # noqa: ANN401  # a handler of http.server
        request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                request.wfile.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    one = Lab(lab.model_copy(update={"max_download": 300_000}))
    with one.web:
        assert "larger than 300,000 bytes" in str(one.fails(serve({"/": handler}) + "/"))


def test_only_the_part_of_this_machine_that_was_allowed(script: Script, tmp_path: Path) -> None:
    """An allowed network is exactly that: its neighbour is refused, directly (5) and by a redirect (3)."""
    inner = script(lambda *_: _ok())
    outer = Lab(Settings(home=tmp_path, fetch_allow_nets=(ip_network("127.0.0.2/32"),)))
    with outer.web:
        refused = outer.fails(inner.url)
        assert isinstance(refused, AddressRefused)
        assert "127.0.0.1 is refused: this machine" in str(refused)
    allowed = Lab(Settings(home=tmp_path, fetch_allow_nets=(ip_network("127.0.0.1/32"),)))
    with allowed.web:
        port = inner.url.rpartition(":")[2]
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:{port}/\r\nContent-Length: 0\r\n\r\n".encode()
        error = allowed.fails(script(lambda *_: moved).url)
    assert isinstance(error, FeedFailed)
    assert "a redirect was refused: 127.0.0.2 is refused: this machine" in str(error)
    assert inner.requests == []


def test_no_operation_begins_when_the_time_is_over() -> None:
    """Once the time of a download is over, a connection reads and writes nothing more for it."""
    deadline = Deadline()
    with pytest.raises(httpcore.ReadTimeout):
        deadline.left(1.0)
    deadline.begin(5.0)
    assert deadline.left(1.0) == 1.0
    assert 4 < deadline.left(None) <= 5
