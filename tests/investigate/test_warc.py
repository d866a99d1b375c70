"""A visit as WARC: other tools read it, check its digests, and get the bytes back as the connection carried them."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from scamhunt.investigate.warc import TOOL, warc
from scamhunt.net.exchange import Exchange

BEGUN = datetime(2026, 11, 22, 6, 0, 1, 250_000, tzinfo=UTC)
BODY = b"<!doctype html><title>Amazon refund</title>"
ASKED = b"GET /a HTTP/1.1\r\nHost: amazon-refund-desk.com\r\nAccept: */*\r\n\r\n"
ANSWERED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Odd:  two  blanks \r\n\r\n" + BODY
MOVED = b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n"


def exchange(response: bytes = ANSWERED, **changes: Any) -> Exchange:  # noqa: ANN401  # by name
    """Return one request with its answer."""
    made = Exchange(
        url="https://amazon-refund-desk.com/a",
        address="192.0.2.10",
        port=443,
        begun=BEGUN,
        ended=BEGUN + timedelta(seconds=1),
        request=ASKED,
        response=response,
        status=200,
        headers=(),
        body=BODY,
        cut="",
        handshake=None,
    )
    return replace(made, **changes)


def records(body: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Return the headers and the whole block of each record, as another tool reads them."""
    read = ArchiveIterator(io.BytesIO(body), no_record_parse=True)
    return [(dict(record.rec_headers.headers), record.raw_stream.read()) for record in read]


def check(file: Path) -> tuple[int, str]:
    """Return what `warcio check` says."""
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def digest(content: bytes) -> str:
    """Return a digest as a record has it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_every_byte_comes_back(tmp_path: Path) -> None:
    """Requests and answers of all hops, headers unfolded, blanks and codings left alone; the digests hold."""
    first = exchange(MOVED, url="http://amazon-refund-desk.com/", address="2001:db8::1")
    body = warc([first, exchange(), exchange(CHUNKED)], software="scamhunt 0.1")
    (tmp_path / "visit.warc.gz").write_bytes(body)
    code, said = check(tmp_path / "visit.warc.gz")
    assert (code, said.count("digest pass")) == (0, 7)
    (about, fields), *rest = records(body)
    assert about["WARC-Type"] == "warcinfo"
    assert fields.startswith(b"software: scamhunt 0.1\r\nformat: WARC File Format 1.1\r\n")
    assert [one["WARC-Type"] for one, _ in rest] == ["response", "request"] * 3
    assert [block for _, block in rest] == [MOVED, ASKED, ANSWERED, ASKED, CHUNKED, ASKED]
    assert [one["WARC-IP-Address"] for one, _ in rest[:3]] == ["2001:db8::1", "2001:db8::1", "192.0.2.10"]
    assert len({one["WARC-Record-ID"] for one, _ in rest}) == 6


def test_a_record_says_all_that_readers_ask_for() -> None:
    """Type, number, time to the microsecond, place, digests of block and payload; the request names its answer."""
    (about, _), (answer, _), (request, _) = records(warc([exchange()], software="x"))
    assert answer == {
        "WARC-Type": "response",
        "WARC-Record-ID": answer["WARC-Record-ID"],
        "WARC-Date": "2026-11-22T06:00:01.250000Z",
        "WARC-Target-URI": "https://amazon-refund-desk.com/a",
        "WARC-Warcinfo-ID": about["WARC-Record-ID"],
        "WARC-IP-Address": "192.0.2.10",
        "Content-Type": "application/http; msgtype=response",
        "WARC-Block-Digest": digest(ANSWERED),
        "WARC-Payload-Digest": digest(BODY),
        "Content-Length": str(len(ANSWERED)),
    }
    assert request["WARC-Concurrent-To"] == answer["WARC-Record-ID"]
    assert request["Content-Type"] == "application/http; msgtype=request"
    assert request["WARC-Block-Digest"] == digest(ASKED)


def test_the_same_visit_gives_the_same_bytes() -> None:
    """In any time zone; another byte, time or software gives others. Nothing names the machine."""
    here = warc([exchange(), exchange()], software="x")
    zone = timezone(timedelta(hours=-5))
    assert warc([exchange(), exchange(begun=BEGUN.astimezone(zone))], software="x") == here
    others = [
        warc([exchange(ANSWERED + b"!"), exchange()], software="x"),
        warc([exchange(), exchange(begun=BEGUN + timedelta(microseconds=1))], software="x"),
        warc([exchange(), exchange()], software="y"),
    ]
    assert len({here, *others}) == 4
    numbers = [one["WARC-Record-ID"] for one, _ in records(here)]
    assert len(set(numbers)) == len(numbers) == 5
    assert here[4:8] == b"\0\0\0\0"  # no time in the gzip header
    assert all("ilename" not in name and "ost" not in name for one, _ in records(here) for name in one)


@pytest.mark.parametrize(
    ("cut", "reason"),
    [
        ("cut at 5,242,880 bytes", "length"),
        ("cut after 200,000 pieces", "length"),
        ("cut: no more came in time", "time"),
        ("cut: the connection broke, or what came cannot be read", "disconnect"),
        ("cut, nobody knows why", "unspecified"),
        ("", None),
    ],
)
def test_an_answer_that_is_not_whole_says_so(cut: str, reason: str | None) -> None:
    """In the word of the standard."""
    (answer, _), _ = records(warc([exchange(cut=cut)], software="x"))[1:]
    assert answer.get("WARC-Truncated") == reason


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Ty",
        b"HTTP/1.1 200 OK\nX: y\n\nbody",
        b"HTTP/1.1 200 OK\r\nX: y\n\nbody\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n folded\r\n\r\nbody",
        b"ICY 200 OK\r\n\r\nbody",
        b"\x00\xff garbage \r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nwrong",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\n\r\n",
    ],
)
def test_an_odd_answer_is_kept_as_it_is(response: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cut heads, bare line ends, no HTTP at all: the same bytes come back and other tools find no fault."""
    body = warc([exchange(response)], software="x")
    assert records(body)[1][1] == response
    (tmp_path / "visit.warc.gz").write_bytes(body)
    code = Checker(SimpleNamespace(inputs=[str(tmp_path / "visit.warc.gz")], verbose=True)).process_all()
    assert (code, "fail" in capsys.readouterr().out) == (0, False)


def test_nothing_that_came_makes_a_header() -> None:
    """An address with line ends or other characters is written so that it stays one value."""
    url = "https://amazon.test/\r\nWARC-Type: request\r\n\r\n\u202eä \udc80"
    (answer, _), _ = records(warc([exchange(url=url)], software="x"))[1:]
    expected = "https://amazon.test/%0D%0AWARC-Type:%20request%0D%0A%0D%0A%E2%80%AE%C3%A4%20%5Cudc80"
    assert (answer["WARC-Type"], answer["WARC-Target-URI"]) == ("response", expected)


def test_what_was_not_sent_or_did_not_come_is_left_out() -> None:
    """No answer, no record of one; where nothing was sent either only the head of the file is there."""
    (request, block), *more = records(warc([exchange(b"", address="")], software="x"))[1:]
    assert (request["WARC-Type"], block, more) == ("request", ASKED, [])
    assert not {"WARC-Concurrent-To", "WARC-IP-Address"} & set(request)
    assert len(records(warc([exchange(b"", request=b"")], software="x"))) == 1
    with pytest.raises(ValueError, match="without an exchange"):
        warc([], software="x")


def test_the_tool_has_a_version() -> None:
    """An item says what wrote it."""
    assert TOOL.startswith("scamhunt 0.")
