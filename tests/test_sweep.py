"""The nightly job end to end, in process, on every kind of input."""

import gzip
import io
import threading
import zipfile
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from scamhunt import bundle, desk, pipeline
from scamhunt.errors import UserError
from scamhunt.feed_run import FeedResult
from scamhunt.model import Actor, State
from scamhunt.pipeline import Summary
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, QuarantinedView, Store

NAMES = "amazon-billing-help.com\npaypal-secure-login.net\nweather-in-oslo.com\n"
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


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a state folder, an empty overlay and a small brand pack of their own."""
    pack = tmp_path / "pack.toml"
    pack.write_text(PACK)
    return Settings(home=tmp_path / "home", overlay=tmp_path / "overlay", brands=(pack,), clock=NOW)


def zipped(name: str, content: str) -> bytes:
    """Return a zip archive of one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def run(settings: Settings, body: bytes | str, name: str = "list.txt") -> tuple[FeedResult, Summary]:
    """Sweep one file; the sum of its rows holds whatever comes of it."""
    path = settings.home.parent / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    summary = pipeline.sweep(settings, feeds=[str(path)])
    (feed,) = summary.feeds
    assert feed.read == feed.accepted + feed.duplicate + feed.quarantined
    return feed, summary


def candidates(settings: Settings) -> list[CandidateView]:
    """Return what is in the store."""
    with Store.open(settings.home, now=settings.now) as store:
        return store.candidates(limit=None)


def quarantine(settings: Settings) -> list[QuarantinedView]:
    """Return the quarantine by line."""
    with Store.open(settings.home, now=settings.now) as store:
        return sorted(store.quarantine(limit=None), key=lambda row: row.line)


GOOD = {
    "plain": NAMES.encode(),
    "without a last line end": NAMES.strip().encode(),
    "CRLF": NAMES.replace("\n", "\r\n").encode(),
    "UTF-16": NAMES.encode("utf-16"),
    "UTF-8 with a byte order mark": NAMES.encode("utf-8-sig"),
    "gzip": gzip.compress(NAMES.encode()),
    "zip": zipped("domain-names.txt", NAMES),
    "CSV": b"id,domain,when\n1,amazon-billing-help.com,2026-01-01\n"
    b"2,paypal-secure-login.net,\n3,weather-in-oslo.com,?\n",
    "hosts file": b"# hosts\n" + b"".join(b"0.0.0.0 " + name + b"\n" for name in NAMES.encode().split()),
    "adblock": b"! list\n" + b"".join(b"||" + name + b"^\n" for name in NAMES.encode().split()),
    "URLs": b"".join(b"https://" + name + b"/x?y=1\n" for name in NAMES.encode().split()),
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_every_wrapping_of_a_list_is_read(settings: Settings, body: bytes) -> None:
    """The format is found from the content: the same three names come out of each, and the same two candidates."""
    feed, summary = run(settings, body)
    assert (feed.status, feed.read, feed.accepted, summary.exit_code) == ("ok", 3, 3, 0)
    assert {(one.indicator, one.brand, one.state) for one in candidates(settings)} == {
        ("amazon-billing-help.com", "amazon", State.NEW),
        ("paypal-secure-login.net", "paypal", State.NEW),
    }


BROKEN = {
    "truncated gzip": (gzip.compress(NAMES.encode() * 50)[:-6], "failed", "cut"),
    "gzip with a wrong checksum": (gzip.compress(NAMES.encode())[:-8] + b"\0" * 8, "failed", "gzip"),
    "zip with a path out of its folder": (zipped("../../evil.txt", NAMES), "failed", "zip"),
    "bomb": (gzip.compress(bytes(40 * 2**20)), "failed", "times"),
    "HTML page": (b"<html><body>Sorry, maintenance</body></html>", "held", "HTML"),
    "JSON": (b'{"error": "no such list"}\n', "held", "JSON"),
}


@pytest.mark.parametrize(("body", "status", "says"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_list_is_refused_in_words(settings: Settings, body: bytes, status: str, says: str) -> None:
    """A broken body is exit 3 with the reason in words, and nothing of it is stored."""
    feed, summary = run(settings, body)
    assert (feed.status, feed.read, summary.exit_code) == (status, 0, 3)
    assert says in feed.problem
    assert candidates(settings) == []
    assert quarantine(settings) == []


BAD_ROWS = {
    "a" * 300 + ".com": "longer than 253 characters",
    "a" * 64 + ".com": "a label longer than 63 characters",
    "xn--zzzzzzzzzzzz--.com": "hyphen",
    "xn--99999999999.com": "punycode",
    "\x00\x1b[31mevil.com": "a control character",
    "amazon\u202egnp.com": "a control character",
    "127.0.0.1": "an IP address",
    "-bad-.com": "hyphen",
    "two..dots.com": "an empty label",
    "localhost": "a single label",
    "co.uk": "a public suffix",
    "under_score.com": "an underscore",
    "\u0660" * 3000: "longer than 253 characters",
}


def test_bad_rows_go_to_the_quarantine_with_line_raw_bytes_and_reason(settings: Settings) -> None:
    """A row that cannot be read is kept as it came with its reason; the good row beside it is found."""
    body = (
        "\n".join(["good-amazon-login.com", *BAD_ROWS]).encode() + b"\nxn--\xff\xfe.com\n" + b"b" * 10_000_000 + b"\n"
    )
    feed, summary = run(settings, body)
    kept = quarantine(settings)
    assert (feed.accepted, feed.quarantined) == (1, len(BAD_ROWS) + 2)
    assert [row.line for row in kept] == list(range(2, len(BAD_ROWS) + 4))
    for row, (value, reason) in zip(kept, BAD_ROWS.items(), strict=False):
        assert reason in row.reason, value
        assert row.raw == value.encode()[:512]
    assert (kept[-2].reason, kept[-2].raw) == ("not UTF-8", b"xn--\xff\xfe.com")
    assert kept[-1].reason == "longer than 4,096 characters"
    assert len(kept[-1].raw) <= 512
    assert summary.reasons_quarantined == Counter(row.reason for row in kept)
    assert [one.indicator for one in candidates(settings)] == ["good-amazon-login.com"]


def test_the_same_bytes_a_second_time_change_nothing(settings: Settings) -> None:
    """Yesterday's file again: all rows are duplicates, nothing is new or updated, and the summary says so."""
    run(settings, NAMES)
    before = candidates(settings)
    feed, summary = run(settings, NAMES, "again.txt")
    assert (feed.read, feed.duplicate, summary.new, summary.updated, summary.exit_code) == (3, 3, set(), set(), 0)
    assert summary.unchanged
    assert candidates(settings) == before


def test_rows_that_come_twice_in_one_feed_are_duplicates(settings: Settings) -> None:
    """A name is counted once a run, however it is written."""
    feed, summary = run(settings, NAMES + "AMAZON-billing-help.com.\nhttps://amazon-billing-help.com/x\n")
    assert (feed.read, feed.accepted, feed.duplicate) == (5, 3, 2)
    assert len(summary.new) == 2
    assert not summary.unchanged


def test_an_empty_feed_is_no_error(settings: Settings) -> None:
    """Nothing in, nothing out, exit 0."""
    feed, summary = run(settings, b"")
    assert (feed.status, feed.read, summary.exit_code) == ("ok", 0, 0)


def test_one_target_is_one_candidate(settings: Settings) -> None:
    """Hosts below one registrable name and matches of several brands are one candidate, the strongest brand first."""
    run(settings, "amazon.login-desk.com\npaypal.com.login-desk.com\n")
    (one,) = candidates(settings)
    assert one.indicator == "login-desk.com"
    assert [match.brand for match in one.matches] == ["paypal", "amazon"]
    assert one.brand == "paypal"


def test_a_tenant_is_its_own_target(settings: Settings) -> None:
    """A name on a shared platform is reported by itself, never by the platform's apex."""
    tenants = ("amazon-login.workers.dev", "paypal-login.github.io", "amazon-refund.000webhostapp.com")
    run(settings, "\n".join(["www." + name for name in tenants]))
    assert {one.indicator for one in candidates(settings)} == set(tenants)


def test_old_rows_are_read_but_not_scored(settings: Settings) -> None:
    """With --since, what the feed dates earlier counts as read and makes no candidate; undated rows are scored."""
    path = settings.home.parent / "dated.csv"
    path.write_text(
        "domain,listed_date\namazon-old-login.com,2026-01-01\namazon-new-login.com,2026-03-01\namazon-undated-login.com,\n"
    )
    summary = pipeline.sweep(settings, feeds=[str(path)], since=datetime(2026, 2, 1, tzinfo=UTC))
    assert summary.feeds[0].accepted == 3
    assert {one.indicator for one in candidates(settings)} == {"amazon-new-login.com", "amazon-undated-login.com"}


def test_a_dry_run_shows_everything_and_stores_nothing(settings: Settings) -> None:
    """A rehearsal finds what the sweep would find and leaves the state folder as it was."""
    path = settings.home.parent / "list.txt"
    path.write_text(NAMES)
    summary = pipeline.sweep(settings, feeds=[str(path)], dry_run=True)
    assert (summary.dry_run, len(summary.new), len(summary.strongest)) == (True, 2, 2)
    assert not settings.home.exists()
    pipeline.sweep(settings, feeds=[str(path)])
    rehearsed = pipeline.sweep(settings, feeds=[str(path)], dry_run=True)
    assert rehearsed.unchanged
    assert rehearsed.total_candidates == 2


def test_one_broken_feed_does_not_stop_the_others(settings: Settings) -> None:
    """Each feed has its own end; the exit code is that of the worst."""
    good, bad = settings.home.parent / "good.txt", settings.home.parent / "bad.html"
    good.write_text(NAMES)
    bad.write_text("<html><body>down</body></html>")
    summary = pipeline.sweep(settings, feeds=[str(bad), str(good)])
    assert [feed.status for feed in summary.feeds] == ["held", "ok"]
    assert (summary.exit_code, len(summary.new)) == (3, 2)


def test_a_feed_that_does_not_exist_is_the_users_mistake(settings: Settings) -> None:
    """A name that is neither feed nor file is named before anything is read."""
    with pytest.raises(UserError, match="no-such-list"):
        pipeline.sweep(settings, feeds=["no-such-list"])
    assert not settings.home.exists()


def test_the_summary_shows_the_strongest_and_a_preview_that_is_stored_nowhere(settings: Settings) -> None:
    """The end of a sweep: counts by brand and band, the strongest with reasons, a draft marked as not confirmed."""
    _, summary = run(settings, NAMES)
    assert summary.by_brand == {"amazon": 1, "paypal": 1}
    assert sum(summary.by_band.values()) == summary.total_candidates == 2
    assert all(one.reasons for one in summary.strongest)
    assert summary.strongest[0].indicator.replace(".", "[.]") in summary.preview
    assert summary.next_command == f"scamhunt candidates show {summary.strongest[0].id}"
    assert not (settings.home / "drafts").exists()


def test_what_was_read_is_archived_as_it_came(settings: Settings) -> None:
    """The archive keeps the bytes, compressed, under their hash."""
    body = gzip.compress(NAMES.encode())
    run(settings, body)
    (kept,) = (settings.home / "archive" / "nrd_list").iterdir()
    assert kept.read_bytes() == body


def test_a_crawler_of_the_team_is_swept_too(settings: Settings) -> None:
    """A module in the overlay is a source: its own address is fetched, its rows are scored."""
    body = settings.home.parent / "own.txt"
    body.write_text(NAMES)
    folder = settings.overlay / "crawlers"
    folder.mkdir(parents=True, mode=0o700)
    shipped = (bundle.shipped() / "crawlers" / "nrd_list.py").read_text()
    own = shipped.replace('name="nrd_list"', 'name="own"').replace("Fetch(CONFIGURED)", f"Fetch({body.as_uri()!r})")
    (folder / "own.py").write_text(own)
    (folder / "own.py").chmod(0o600)
    summary = pipeline.sweep(settings, feeds=["own"])
    assert [(feed.name, feed.accepted) for feed in summary.feeds] == [("own", 3)]


def test_the_paths_of_a_feed_of_addresses_are_read(settings: Settings) -> None:
    """Where a source says that its rows are URLs, a brand in the path makes a candidate, each address counted."""
    body = settings.home.parent / "own.txt"
    paths = ["amazon/login/verify", "garden", "amazon/login/verify"]
    body.write_text("".join(f"https://garden-sale.top/{path}\n" for path in paths))
    folder = settings.overlay / "crawlers"
    folder.mkdir(parents=True, mode=0o700)
    shipped = (bundle.shipped() / "crawlers" / "nrd_list.py").read_text()
    own = shipped.replace('name="nrd_list"', 'name="own"').replace("kind=Kind.DOMAIN", "kind=Kind.URL")
    (folder / "own.py").write_text(own.replace("Fetch(CONFIGURED)", f"Fetch({body.as_uri()!r})"))
    (folder / "own.py").chmod(0o600)
    (feed,) = pipeline.sweep(settings, feeds=["own"]).feeds
    assert (feed.accepted, feed.duplicate) == (2, 1)
    assert [one.brand for one in candidates(settings)] == ["amazon"]


def test_a_file_of_rubbish_is_held(settings: Settings) -> None:
    """Where no row is a name, the rows are kept with their reasons and the feed is not believed."""
    feed, summary = run(settings, "root:x:0\ndaemon:x:1\n")
    assert (feed.status, feed.quarantined, summary.exit_code) == ("held", 2, 3)
    assert len(quarantine(settings)) == 2


def test_a_file_that_is_mostly_rubbish_does_not_fill_the_disk(settings: Settings) -> None:
    """After a batch with more unreadable rows than others, and more than 10,000, nothing further is read."""
    feed, summary = run(settings, "good-amazon-login.com\n" + "bad_.com\n" * 120_000)
    assert (feed.status, summary.exit_code) == ("held", 3)
    assert 40_000 < feed.read <= 50_000
    assert f"{feed.read - 1:,} of its first {feed.read:,} rows are no names" in feed.problem
    assert [one.indicator for one in candidates(settings)] == ["good-amazon-login.com"]


def test_dates_that_cannot_be_are_not_believed(settings: Settings) -> None:
    """A date before the first .com or after tomorrow is left out: such a row counts as seen when it was read."""
    body = "domain,date\npaypal-help-a.com,9999-12-31\npaypal-help-b.com,0001-01-01\npaypal-help-c.com,2026-11-20\n"
    run(settings, body)
    seen = {one.indicator: one.first_seen for one in candidates(settings)}
    assert seen == {
        "paypal-help-a.com": NOW,
        "paypal-help-b.com": NOW,
        "paypal-help-c.com": datetime(2026, 11, 20, tzinfo=UTC),
    }


def test_what_since_left_out_is_found_later(settings: Settings) -> None:
    """Rows that --since leaves out are told and not burnt: a later sweep without it reads them."""
    path = settings.home.parent / "dated.csv"
    path.write_text("domain,listed_date\namazon-old-login.com,2026-01-01\namazon-new-login.com,2026-03-01\n")
    first = pipeline.sweep(settings, feeds=[str(path)], since=datetime(2026, 2, 1, tzinfo=UTC))
    assert (first.feeds[0].accepted, first.feeds[0].left_out, len(first.new)) == (2, 1, 1)
    second = pipeline.sweep(settings, feeds=[str(path)])
    assert (second.feeds[0].accepted, len(second.new)) == (2, 1)
    assert {one.indicator for one in candidates(settings)} == {"amazon-old-login.com", "amazon-new-login.com"}


def test_a_future_since_is_the_users_mistake(settings: Settings) -> None:
    """It would leave everything out."""
    with pytest.raises(UserError, match="in the future"):
        pipeline.sweep(settings, since=datetime(2099, 1, 1, tzinfo=UTC))


def test_a_feed_of_the_team_with_too_few_rows_is_held(settings: Settings) -> None:
    """A list that the team configured has thousands of rows a day: a handful is told, and what it had is kept."""
    path = settings.home.parent / "own.txt"
    path.write_text(NAMES)
    summary = pipeline.sweep(settings.model_copy(update={"nrd_list": (str(path),)}))
    assert (summary.feeds[0].status, summary.exit_code) == ("held", 3)
    assert "3 rows, where 1,000 to 500,000 a day are right" in summary.feeds[0].problem
    assert len(candidates(settings)) == 2


def test_a_list_of_the_team_that_is_missing_does_not_stop_the_others(settings: Settings) -> None:
    """One wrong path among several is that feed's problem; the summary still comes, with the user's exit code."""
    path = settings.home.parent / "own.txt"
    path.write_text("".join(f"amazon-login-{n}.com\n" for n in range(1_000)))
    own = settings.model_copy(update={"nrd_list": ("/no/such/list.txt", str(path))})
    summary = pipeline.sweep(own)
    assert [feed.status for feed in summary.feeds] == ["failed", "ok"]
    assert "/no/such/list.txt" in summary.feeds[0].problem
    assert (summary.exit_code, len(summary.new)) == (2, 1_000)


def crawler(settings: Settings, crawl: str) -> None:
    """Put a crawler of the team's own into the overlay."""
    folder = settings.overlay / "crawlers"
    folder.mkdir(parents=True, mode=0o700)
    shipped = (bundle.shipped() / "crawlers" / "nrd_list.py").read_text()
    own = shipped.replace('name="nrd_list"', 'name="own"').partition("def crawl")[0] + crawl
    (folder / "own.py").write_text(own)
    (folder / "own.py").chmod(0o600)


PAGES = """def crawl(mark):
    for name in {urls!r}:
        reply = yield Fetch(name)
        yield from read_rows(reply.chunks, reply.mark)
"""


def test_a_crawler_may_page(settings: Settings, tmp_path: Path) -> None:
    """Each body that a crawler asks for is archived and read; a second sweep finds all of them read."""
    (tmp_path / "one.txt").write_text(NAMES)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    (tmp_path / "two.txt").write_text("apple-login.com\namazon-more-login.com\n")
    base = f"http://127.0.0.1:{server.server_port}"
    crawler(settings, PAGES.format(urls=[f"{base}/one.txt", f"{base}/two.txt"]))
    lab = settings.model_copy(update={"fetch_allow_nets": (ip_network("127.0.0.0/8"),)})
    first = pipeline.sweep(lab, feeds=["own"])
    second = pipeline.sweep(lab, feeds=["own"])
    server.shutdown()
    server.server_close()
    assert (first.feeds[0].accepted, len(first.new)) == (5, 3)
    assert (second.feeds[0].read, second.feeds[0].duplicate) == (5, 5)
    assert len(list((settings.home / "archive" / "own").iterdir())) == 2


@pytest.mark.parametrize(
    ("crawl", "says"),
    [
        ("def crawl(mark):\n    raise KeyError(mark)\n    yield\n", "the crawler broke"),
        ("def crawl(mark):\n    return\n    yield\n", ""),
        ("def crawl(mark):\n    yield Fetch(CONFIGURED)\n", "has no address"),
        ("def crawl(mark):\n    yield from read_rows([b'a.com\\n'])\n", "before it fetched anything"),
        (PAGES.format(urls=["bundle:", "file:///etc/hostname"]), "something else than http or https: refused"),
    ],
)
def test_a_broken_crawler_is_one_failed_feed(settings: Settings, crawl: str, says: str) -> None:
    """A crawler that breaks, asks for nothing, or for a file of ours after the first, harms nobody else."""
    crawler(settings, crawl)
    good = settings.home.parent / "good.txt"
    good.write_text(NAMES)
    summary = pipeline.sweep(settings, feeds=["own", str(good)])
    assert summary.feeds[0].status == ("failed" if says else "held")
    assert says in summary.feeds[0].problem
    assert summary.feeds[1].status == "ok"


def test_a_preview_is_of_what_may_be_reported(settings: Settings) -> None:
    """A tenant's host is previewed as a report to the platform, never to its registrar."""
    _, summary = run(settings, "paypal-login.web.app\n")
    assert len(summary.strongest) == 1
    assert "suspend the name" not in summary.preview
    assert "paypal-login[.]web[.]app" in summary.preview


def test_a_preview_that_fails_does_not_take_the_summary_along(settings: Settings) -> None:
    """A reporter's address that cannot be one, or a brand that left the packs, costs the preview and nothing else."""
    wrong = settings.model_copy(update={"reporter_org": "X", "reporter_email": "Abuse <a@b.example>"})
    _, summary = run(wrong, NAMES)
    assert summary.preview.startswith("no preview: SCAMHUNT_REPORTER_EMAIL")
    assert len(summary.new) == 2
    settings.brands[0].write_text(PACK.replace("amazon", "other").replace("paypal", "another"))
    _, summary = run(settings, "weather.com\n", "more.txt")
    assert (summary.preview, summary.total_candidates, summary.exit_code) == ("", 2, 0)


def test_what_is_watched_is_open_too(settings: Settings) -> None:
    """The summary counts what waits for a person: new and watched, not what was decided."""
    run(settings, NAMES)
    with Store.open(settings.home, now=settings.now) as store:
        desk.decide(store, Actor("ann", "os_user"), "1", "watch", "no page yet")
        desk.decide(store, Actor("ann", "os_user"), "2", "dismiss", "a partner")
    _, summary = run(settings, "weather.com\n", "more.txt")
    assert [one.state for one in summary.strongest] == [State.WATCHED]
    assert summary.total_candidates == 1


def test_what_is_new_in_one_batch_and_stronger_in_the_next_is_new_only(settings: Settings) -> None:
    """A candidate is counted once a sweep."""
    body = "amazon-login-desk.com\n"
    body += "".join(f"plain-name-{n}.com\n" for n in range(50_000)) + "paypal.com.amazon-login-desk.com\n"
    _, summary = run(settings, body)
    assert (len(summary.new), summary.updated) == (1, set())


def test_the_summary_shows_the_twenty_strongest(settings: Settings) -> None:
    """A night has hundreds of candidates: the strongest twenty are shown, the strongest first."""
    _, summary = run(settings, "".join(f"amazon-login-{n}.com\n" for n in range(25)) + "paypal.com.login-help.com\n")
    assert len(summary.strongest) == 20
    assert summary.strongest[0].indicator == "login-help.com"
    assert summary.total_candidates == 26
