"""The twenty named bad inputs of a list of names, each through the whole sweep, each with its exact outcome."""

import gzip
import io
import stat
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from scamhunt import desk_reports, pipeline
from scamhunt.errors import ProtectedTarget
from scamhunt.feed_run import FeedResult
from scamhunt.indicators.lists import read_rows
from scamhunt.model import Actor
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, QuarantinedView, Store

GOOD = ("amazon-billing-help.com", "paypal-secure-login.net", "weather-in-oslo.com")
NAMES = "".join(f"{name}\n" for name in GOOD)
PACK = """
[[brand]]
id = "amazon"
name = "Amazon"
domains = ["amazon.com"]

[[brand]]
id = "paypal"
name = "PayPal"
domains = ["paypal.com"]
"""
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Lab:
    """A team with one list of its own, read night after night."""

    settings: Settings
    path: Path

    def sweep(self, body: bytes | str, *, named: bool = False, days: float = 0) -> FeedResult:
        """Read the list as it is now: given by path, or as the team's own list that is judged, so many days on."""
        self.path.write_bytes(body.encode() if isinstance(body, str) else body)
        at = {"clock": NOW + timedelta(days=days), "nrd_list": (str(self.path),)}
        summary = pipeline.sweep(self.settings.model_copy(update=at), feeds=["nrd_list" if named else str(self.path)])
        (feed,) = summary.feeds
        assert feed.read == feed.accepted + feed.duplicate + feed.quarantined
        assert summary.exit_code == feed.exit_code == {"ok": 0, "held": 3, "failed": 3}[feed.status]
        return feed

    def candidates(self) -> dict[str, CandidateView]:
        """Return what is in the store by its target."""
        with Store.open(self.settings.home, now=self.settings.now) as store:
            return {one.indicator: one for one in store.candidates(limit=None)}

    def quarantine(self) -> list[QuarantinedView]:
        """Return the quarantine by line."""
        with Store.open(self.settings.home, now=self.settings.now) as store:
            return sorted(store.quarantine(limit=None), key=lambda row: row.line)


def _lab(folder: Path) -> Lab:
    pack = folder / "pack.toml"
    pack.write_text(PACK)
    lab = Settings(home=folder / "home", overlay=folder / "overlay", brands=(pack,), clock=NOW)
    return Lab(lab.model_copy(update={"fetch_allow_nets": (ip_network("127.0.0.0/8"),)}), folder / "list")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Give a state folder, an empty overlay and a small brand pack of their own."""
    return _lab(tmp_path)


def _many(count: int, night: str = "") -> str:
    return "".join(f"weather-{night}-{number}.com\n" for number in range(count))


# --- 01 to 11: the file as a whole ------------------------------------------------------------------------------------


def test_01_an_empty_file(lab: Lab) -> None:
    """No rows is told and no failure; of a list that had rows every night it is not believed."""
    feed = lab.sweep("")
    assert (feed.status, feed.read, feed.problem) == ("ok", 0, "the list is empty")
    for night in range(3):
        assert lab.sweep(_many(1_000, str(night)), named=True, days=night).status == "ok"
    feed = lab.sweep("", named=True, days=3)
    assert (feed.status, feed.read) == ("held", 0)
    assert "0 rows, where it usually has 1,000" in feed.problem


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_02_a_byte_order_mark_and_utf_16(lab: Lab, encoding: str) -> None:
    """The encoding is found from the content."""
    feed = lab.sweep(NAMES.encode(encoding))
    assert (feed.status, feed.read, feed.accepted) == ("ok", 3, 3)
    assert lab.candidates().keys() == set(GOOD[:2])


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x85"])
def test_03_other_line_ends(lab: Lab, end: str) -> None:
    """CRLF, CR and NEL end a line as LF does."""
    assert lab.sweep(NAMES.replace("\n", end)).accepted == 3
    assert lab.candidates().keys() == set(GOOD[:2])


def test_04_no_last_line_end(lab: Lab) -> None:
    """The last name counts all the same, unless the check sum says that the file is not whole."""
    assert lab.sweep(gzip.compress(NAMES.strip().encode())).accepted == 3
    feed = lab.sweep(gzip.compress(_many(9).strip().encode())[:-8] + bytes(8))
    assert (feed.status, feed.read) == ("failed", 0)
    assert "the gzip file is damaged; fetch it again" in feed.problem


def test_05_a_truncated_gzip(lab: Lab) -> None:
    """Nothing of it is read, and the whole file is new when it comes."""
    whole = gzip.compress(NAMES.encode() * 40, mtime=0)
    for cut in (9, len(whole) // 2, len(whole) - 1):
        feed = lab.sweep(whole[:cut])
        assert (feed.status, feed.read, feed.problem) == ("failed", 0, "the gzip file is cut off; fetch it again")
    assert (lab.candidates(), lab.quarantine()) == ({}, [])
    feed = lab.sweep(whole)
    assert (feed.status, feed.accepted, feed.duplicate) == ("ok", 3, 117)


def test_06_a_bomb(lab: Lab) -> None:
    """A file that grows a thousand times is refused before a row is read."""
    feed = lab.sweep(gzip.compress(b"a.com\n" * 6_000_000))
    assert (feed.status, feed.read) == ("failed", 0)
    assert "more than 200 times its size: refused as a bomb" in feed.problem


def _zip(*names: str, link: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16 if link else 0
            archive.writestr(info, NAMES)
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (_zip("a.txt", "b.txt"), "the zip has 2 files; it must hold exactly one list"),
        (_zip("../../a.txt"), "the zip names a path outside of its folder: refused"),
        (_zip("a.txt", link=True), "the zip holds a symbolic link in place of a list: refused"),
    ],
)
def test_07_a_zip_that_is_no_list(lab: Lab, body: bytes, says: str) -> None:
    """Two files, a path upwards and a link are refused whole, and nothing is written outside."""
    before = sorted(lab.path.parent.iterdir())
    feed = lab.sweep(body)
    assert (feed.status, feed.read, feed.problem) == ("failed", 0, says)
    assert sorted(lab.path.parent.iterdir()) == sorted([*before, lab.path, lab.settings.home])


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!DOCTYPE html><title>Maintenance</title>amazon-billing-help.com\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    """Serve a page with status 200 in place of a list."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/list.txt"
    server.shutdown()
    server.server_close()


def test_08_a_page_as_200(lab: Lab, page: str) -> None:
    """A page that calls itself a text is held and not read."""
    summary = pipeline.sweep(lab.settings, feeds=[page])
    assert [(feed.status, feed.read, feed.exit_code) for feed in summary.feeds] == [("held", 0, 3)]
    assert summary.feeds[0].problem == "an HTML page came in place of a list; look at the source's address"
    assert lab.candidates() == {}


def test_09_the_file_of_yesterday_again(lab: Lab) -> None:
    """Its rows are duplicates and nothing changes; when it stays the same for over a week, its source has stopped."""
    body = NAMES + _many(997)
    assert lab.sweep(body, named=True).accepted == 1_000
    found = lab.candidates()
    for days in (1, 6.9):
        feed = lab.sweep(body, named=True, days=days)
        assert (feed.status, feed.accepted, feed.duplicate) == ("ok", 0, 1_000)
    feed = lab.sweep(body, named=True, days=7.1)
    assert (feed.status, feed.duplicate) == ("held", 1_000)
    assert "the same bytes since 2026-11-22: the source has stopped" in feed.problem
    assert lab.candidates() == found


@pytest.mark.parametrize(("usual", "rows"), [(1_200, 12_000), (11_000, 1_100)], ids=["10_ten_times", "11_a_tenth"])
def test_10_11_ten_times_and_a_tenth_of_the_usual_rows(lab: Lab, usual: int, rows: int) -> None:
    """Both are within the declared range, but not what the list's own history says; what came is kept for a person."""
    for night in range(3):
        assert lab.sweep(_many(usual, str(night)), named=True, days=night).status == "ok"
    feed = lab.sweep(NAMES + _many(rows - 3, "x"), named=True, days=3)
    assert (feed.status, feed.accepted) == ("held", rows)
    assert feed.problem == f"{rows:,} rows, where it usually has {usual:,}; look at the source"
    assert lab.candidates().keys() == set(GOOD[:2])


# --- 12 to 20: single rows --------------------------------------------------------------------------------------------

BAD_ROWS = {
    "12 a name of 254 characters": (f"{'a' * 52}.{'a.' * 99}com", "longer than 253 characters"),
    "13 a label of 64 characters": ("b" * 64 + ".com", "a label longer than 63 characters"),
    "14 a digit of another script, 16,000 times": ("\u0660" * 16_000, "longer than 4,096 characters"),
    "14 the same below the limit of a line": ("\u0660" * 4_000, "longer than 253 characters"),
    "15 NUL": ("amazon\x00.com", "a control character"),
    "15 ESC": ("\x1b[31mamazon.com", "a control character"),
    "15 a turn of the direction": ("amazon\u202egnp.com", "a control character"),
    "16 punycode that does not decode": ("xn--99999999999.com", "punycode that does not decode"),
    "18 an IP address": ("192.0.2.7", "an IP address"),
    "18 an IPv6 address": ("[2001:db8::7]", "an IP address"),
    "18 an address of mail": ("amazon@billing.example.com", "user information before the host"),
    "19 an underscore": ("amazon_help.com", "an underscore"),
    "19 a leading hyphen": ("-amazon.com", "a label starts or ends with a hyphen"),
    "19 a trailing hyphen": ("amazon-.com", "a label starts or ends with a hyphen"),
    "19 a double dot": ("amazon..com", "an empty label"),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """Give a lab that has read all bad rows, each below a good one."""
    lab = _lab(tmp_path_factory.mktemp("rows"))
    feed = lab.sweep("".join(f"amazon-help-{at}.com\n{value}\n" for at, (value, _) in enumerate(BAD_ROWS.values())))
    assert (feed.status, feed.accepted, feed.quarantined) == ("ok", len(BAD_ROWS), len(BAD_ROWS))
    assert len(lab.candidates()) == len(BAD_ROWS)
    return lab


@pytest.mark.parametrize("case", BAD_ROWS)
def test_12_to_19_a_row_that_is_no_name(rows: Lab, case: str) -> None:
    """It goes to the quarantine with its line, its bytes as they came and the reason; the rows beside it are read."""
    value, reason = BAD_ROWS[case]
    at = list(BAD_ROWS).index(case)
    row = rows.quarantine()[at]
    assert (row.feed, row.line, row.raw) == ("nrd_list", 2 * at + 2, value.encode()[:512])
    assert reason in row.reason


def test_14_takes_no_time() -> None:
    """Sixteen thousand digits of another script are rejected in less than 50 ms."""
    started = time.process_time()
    (batch,) = read_rows([("\u0660" * 16_000).encode()])
    assert time.process_time() - started < 0.05
    assert [bad.reason for bad in batch.rejected] == ["longer than 4,096 characters"]


ACCEPTED = {
    "17 two scripts in one label": ("\u0430mazon-login.com", "xn--mazon-login-xij.com", {"idn", "mixed_script"}),
    "17 a dotless i": ("amazon-log\u0131n.com", "xn--amazon-logn-8zb.com", {"idn"}),
    "17 an ideographic full stop": ("amazon-login-a\u3002com", "amazon-login-a.com", {"mapped"}),
    "18 a URL": ("https://amazon-login-b.com/a?b", "amazon-login-b.com", {"url", "path"}),
    "18 a URL with user information": ("https://x@amazon-login-c.com", "amazon-login-c.com", {"url", "userinfo"}),
    "18 a port": ("amazon-login-d.com:8443", "amazon-login-d.com", {"port"}),
    "18 a wildcard": ("*.amazon-login-e.com", "amazon-login-e.com", {"wildcard"}),
}


def test_17_18_rows_that_can_be_read_as_a_name(lab: Lab) -> None:
    """Other scripts are mapped as browsers do, and what is more than a name is reduced to it; a flag says what."""
    feed = lab.sweep("".join(f"{value}\n" for value, _, _ in ACCEPTED.values()))
    assert (feed.status, feed.accepted, feed.quarantined) == ("ok", len(ACCEPTED), 0)
    found = {target: (one.brand, set(one.flags)) for target, one in lab.candidates().items()}
    assert found == {target: ("amazon", flags) for _, target, flags in ACCEPTED.values()}


def test_20_a_well_known_name_listed_as_new(lab: Lab) -> None:
    """It is a name like any other, no candidate comes of it, and no report on it is drafted."""
    feed = lab.sweep("amazon.com\nwikipedia.org\n" + GOOD[0] + "\n")
    assert (feed.status, feed.accepted) == ("ok", 3)
    assert lab.candidates().keys() == {GOOD[0]}
    with Store.open(lab.settings.home, now=lab.settings.now) as store:
        for name in ("amazon.com", "wikipedia.org"):
            with pytest.raises(ProtectedTarget, match="protected"):
                desk_reports.draft_report(store, lab.settings, Actor("ada", "os_user"), name)
