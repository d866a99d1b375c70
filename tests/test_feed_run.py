"""A feed in a sweep: switches, marks, conditional requests, health, and what is told of it."""

import gzip
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import SecretStr

from scamhunt import bundle, desk_feeds, pipeline
from scamhunt.desk_feeds import FeedState
from scamhunt.errors import LeaseHeld
from scamhunt.feed_run import FeedResult
from scamhunt.settings import Settings
from scamhunt.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
DAY = timedelta(days=1)
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
FACTS = """
from scamhunt.errors import FeedFailed
from scamhunt.indicators.lists import read_rows
from scamhunt.model import CONFIGURED, Batch, Crawl, Example, Feed, Fetch, Keeps, Kind, Notice, Reply

FEED = Feed(
    name="own", publisher="us", homepage="https://own.example/terms", terms="ours", kind=Kind.DOMAIN,
    schedule="0 6 * * *", needs_key=False, rows_a_day=(1, 1000), verified_on="2026-11-22", how="tried",
    rate=1000.0, {more}
)
EXAMPLES = (Example(b"a.com", ("a.com",)),)

def crawl(mark):
{crawl}
"""
LIST = "    reply = yield Fetch(CONFIGURED)\n    yield from read_rows(reply.chunks, reply.mark)\n"
# Pages of a few rows each: a place from night to night.
PAGES = """
    page = int(mark or 0)
    while True:
        try:
            reply = yield Fetch(CONFIGURED + f"/page/{page}")
        except FeedFailed:
            yield Notice("no further page", behind=7)
            return
        names = b"".join(reply.chunks).decode().split()
        page += 1
        yield Batch(str(page), names, list(range(1, len(names) + 1)), [None] * len(names), location=reply.url)
"""


class Site:
    """A loopback server with ETags that remembers what it was asked."""

    def __init__(self) -> None:
        """Serve nothing yet."""
        self.pages: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.busy = False
        self.tag = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.headers.get("If-None-Match", "")
                site.asked.append((self.path, known))
                body = site.pages.get(self.path)
                tag = site.tag or f'"{hash(body)}"'
                status = 429 if site.busy else 404 if body is None else 304 if known == tag else 200
                self.send_response(status)
                if site.busy:
                    self.send_header("Retry-After", "3600")
                self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(body or b"") if status == 200 else 0))
                self.end_headers()
                if status == 200:
                    self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a server."""
    one = Site()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def lab(tmp_path: Path) -> Settings:
    """Give settings of a lab with one brand."""
    (tmp_path / "pack.toml").write_text(PACK)
    return Settings(
        home=tmp_path / "home",
        overlay=tmp_path / "overlay",
        brands=(tmp_path / "pack.toml",),
        clock=NOW,
        fetch_allow_nets=(ip_network("127.0.0.0/8"),),
        feeds=("own",),
    )


def own(lab: Settings, crawl: str = LIST, more: str = "") -> None:
    """Put a feed of the team's own into the overlay."""
    folder = lab.overlay / "crawlers"
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    (folder / "own.py").write_text(FACTS.format(crawl=crawl, more=more))
    (folder / "own.py").chmod(0o600)


def at(lab: Settings, **changes: object) -> Settings:
    """Return the settings with some changed."""
    return lab.model_copy(update=changes)


def sweep(settings: Settings, **more: object) -> FeedResult:
    """Sweep the one feed; its rows add up."""
    (feed,) = pipeline.sweep(settings, **more).feeds  # type: ignore[arg-type]  # options of the sweep
    assert feed.read == feed.accepted + feed.duplicate + feed.quarantined
    return feed


def names(settings: Settings) -> list[str]:
    """Return the candidates."""
    with Store.open(settings.home, now=settings.now) as store:
        return sorted(one.indicator for one in store.candidates(limit=None))


def state(settings: Settings, name: str = "own") -> FeedState:
    """Return what is known of a feed."""
    return next(one for one in desk_feeds.feeds(settings) if one.facts.name == name)


# --- switched on and off ----------------------------------------------------------------------------------------------


def test_a_feed_with_non_commercial_terms_is_off_until_they_are_accepted_by_name(lab: Settings, site: Site) -> None:
    """Nothing is asked of its server before; the sweep says what to set, and the next one reads it."""
    own(lab, more="commercial=False")
    site.pages["/"] = b"amazon-login-desk.com\n"
    lab = at(lab, addresses={"own": site.url + "/"})
    feed = sweep(lab)
    assert (feed.status, feed.exit_code, site.asked) == ("skipped", 2, [])
    assert "SCAMHUNT_ACCEPT_TERMS=own" in feed.problem
    assert "https://own.example/terms" in feed.problem
    assert not state(lab).on
    accepted = at(lab, accept_terms=("own",))
    assert sweep(accepted).status == "ok"
    assert state(accepted).on


def test_a_feed_that_needs_a_key_says_which(lab: Settings) -> None:
    """A key that is not set is the user's to set."""
    own(lab, more='keys=("own_user", "own_key")')
    feed = sweep(at(lab, keys={"own_user": "x"}))
    assert (feed.status, feed.exit_code) == ("skipped", 2)
    assert feed.problem == "it needs a key; set SCAMHUNT_KEYS=own_key=..."


def test_a_list_without_an_address_says_what_to_set(lab: Settings) -> None:
    """`domain_list` has no publisher of its own."""
    feed = sweep(at(lab, feeds=("domain_list",)))
    assert (feed.status, feed.exit_code) == ("skipped", 2)
    assert "SCAMHUNT_DOMAIN_LIST" in feed.problem


def test_a_feed_that_another_run_reads_is_left_to_it(lab: Settings, site: Site) -> None:
    """Two runs never read one feed at once: the second skips it (4), the other feeds go on."""
    own(lab)
    good = lab.home.parent / "good.txt"
    good.write_text("amazon-other-desk.com\n")
    with Store.open(lab.home, now=lab.now) as store, store.lease("feed:own"):
        summary = pipeline.sweep(at(lab, addresses={"own": site.url}), feeds=["own", str(good)])
    assert [(feed.status, feed.exit_code) for feed in summary.feeds] == [("skipped", 4), ("ok", 0)]
    assert site.asked == []


def test_two_sweeps_do_not_run_at_once(lab: Settings) -> None:
    """The second sweep is told that another is at work."""
    own(lab)
    with (
        Store.open(lab.home, now=lab.now) as store,
        store.lease("sweep"),
        pytest.raises(LeaseHeld, match="at work on sweep"),
    ):
        pipeline.sweep(lab)


def test_a_turn_of_the_schedule_is_taken_once(lab: Settings, site: Site) -> None:
    """What was read since its turn is left alone, also beside another sweep."""
    own(lab)
    site.pages["/"] = b"amazon-login-desk.com\n"
    lab = at(lab, addresses={"own": site.url + "/"})
    with Store.open(lab.home, now=lab.now) as store, store.lease("sweep"):
        assert len(pipeline.sweep(lab, feeds=["own"], due=NOW).feeds) == 1
        assert pipeline.sweep(lab, feeds=["own"], due=NOW).feeds == []
        assert len(pipeline.sweep(at(lab, clock=NOW + DAY), feeds=["own"], due=NOW + DAY).feeds) == 1
    assert len(site.asked) == 2


# --- lists ------------------------------------------------------------------------------------------------------------


def test_what_did_not_change_is_not_sent_again(lab: Settings, site: Site) -> None:
    """The second night asks with the ETag of the first; 304 counts what was read as duplicate. A change is read."""
    own(lab)
    site.pages["/"] = b"amazon-login-desk.com\nweather-in-oslo.com\n"
    lab = at(lab, addresses={"own": site.url + "/"})
    first, second = sweep(lab), sweep(lab)
    assert (first.accepted, second.read, second.duplicate, second.status) == (2, 2, 2, "ok")
    assert [bool(known) for _, known in site.asked] == [False, True]
    site.pages["/"] += b"amazon-other-desk.com\n"
    third = sweep(lab)
    assert (third.read, names(lab)) == (3, ["amazon-login-desk.com", "amazon-other-desk.com"])


def test_a_body_that_was_not_read_to_its_end_is_asked_for_whole(lab: Settings, site: Site) -> None:
    """An ETag is only sent once everything of that body is stored."""
    own(lab)
    site.pages["/"] = b"amazon-login-desk.com\n"
    lab = at(lab, addresses={"own": site.url + "/"})
    told: list[int] = []

    def stop(_feed: str, rows: int) -> None:
        told.append(rows)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.sweep(lab, progress=stop)
    assert sweep(lab).read == 1
    assert [known for _, known in site.asked] == ["", ""]
    assert told == [1]
    assert state(lab).problem == ""


@pytest.mark.parametrize("lines", [4, 6_000])
def test_a_list_beyond_the_declared_rows_is_held_and_its_names_kept(lab: Settings, site: Site, lines: int) -> None:
    """Too few or too many rows: exit 3, said first, and what could be read is scored all the same."""
    own(lab)
    (lab.overlay / "crawlers" / "own.py").write_text(
        (lab.overlay / "crawlers" / "own.py").read_text().replace("(1, 1000)", "(5, 5000)")
    )
    site.pages["/"] = gzip.compress("".join(f"amazon-desk-{n}.com\n" for n in range(lines)).encode())
    lab = at(lab, addresses={"own": site.url + "/"})
    feed = sweep(lab)
    assert (feed.status, feed.exit_code) == ("held", 3)
    assert f"{lines:,} rows, where 5 to 5,000 a day are right" in feed.problem
    assert len(names(lab)) == lines
    assert state(lab).problem.startswith(f"held: {lines:,} rows")


def test_a_list_that_shrinks_is_told_by_its_history(lab: Settings, site: Site) -> None:
    """After three nights of 100 names, ten are not believed; the next good night is."""
    own(lab)
    lab = at(lab, addresses={"own": site.url + "/"})
    found = []
    for night, size in enumerate((100, 110, 90, 10, 105)):
        site.pages["/"] = "".join(f"name-{night}-{n}.com\n" for n in range(size)).encode()
        found.append(sweep(at(lab, clock=NOW + night * DAY)).status)
    assert found == ["ok", "ok", "ok", "held", "ok"]


def test_a_source_that_stops_is_told(lab: Settings, site: Site) -> None:
    """The same bytes for more than a week are a dead source, whatever its server answers."""
    own(lab)
    site.pages["/"] = b"amazon-login-desk.com\n"
    lab = at(lab, addresses={"own": site.url + "/"})
    nights = [sweep(at(lab, clock=NOW + night * DAY)) for night in (0, 3, 7, 8)]
    assert [feed.status for feed in nights] == ["ok", "ok", "ok", "held"]
    assert "the same bytes since 2026-11-22" in nights[-1].problem


def test_a_changed_format_is_told(lab: Settings, site: Site) -> None:
    """Other columns than the night before are shown to somebody."""
    own(lab)
    lab = at(lab, addresses={"own": site.url + "/"})
    site.pages["/"] = b"domain,when\namazon-login-desk.com,2026-11-21\n"
    assert sweep(lab).status == "ok"
    site.pages["/"] = b"id;domain\n1;amazon-other-desk.com\n"
    feed = sweep(at(lab, clock=NOW + DAY))
    assert feed.status == "held"
    assert "its format changed" in feed.problem
    assert sweep(at(lab, clock=NOW + 2 * DAY)).status == "ok"  # told once
    assert len(names(lab)) == 2


# --- feeds with a place -----------------------------------------------------------------------------------------------


def test_a_feed_with_a_place_goes_on_where_it_was(lab: Settings, site: Site) -> None:
    """Each night reads what is new; the mark moves with the rows, and what waits is told."""
    own(lab, PAGES, "keeps=Keeps.ROWS")
    lab = at(lab, addresses={"own": site.url})
    site.pages = {"/page/0": b"amazon-login-desk.com rain-in-oslo.com", "/page/1": b"amazon-other-desk.com bad_.com"}
    first = sweep(lab)
    assert (first.accepted, first.quarantined, first.behind, first.notices) == (3, 1, 7, ("no further page",))
    site.pages["/page/2"] = b"amazon-login-desk.com"
    second = sweep(at(lab, clock=NOW + DAY))
    assert (second.read, second.accepted) == (1, 1)
    assert [path for path, _ in site.asked] == ["/page/0", "/page/1", "/page/2", "/page/2", "/page/3"]
    with Store.open(lab.home, now=lab.now) as store:
        assert store.mark("own") == "3"
        assert store.check() == []
        shown = store.candidate("amazon-other-desk.com")
    assert shown.feeds == ("own",)
    kept = sorted((lab.home / "archive" / "own").iterdir())
    assert len(kept) == 3
    assert all(path.name.endswith(".rows.gz") for path in kept)
    assert b"amazon-login-desk.com,1," in gzip.decompress(kept[0].read_bytes()) + gzip.decompress(kept[1].read_bytes())


def test_a_place_that_was_lost_does_not_double_what_was_stored(lab: Settings, site: Site) -> None:
    """Rows that come again in the same batches are known by their hash: all duplicates."""
    own(lab, PAGES, "keeps=Keeps.ROWS")
    lab = at(lab, addresses={"own": site.url})
    site.pages = {"/page/0": b"amazon-login-desk.com rain-in-oslo.com bad_.com"}
    sweep(lab)
    with Store.open(lab.home, now=lab.now) as store:
        store.move_mark("own", "1", "0")
    again = sweep(at(lab, clock=NOW + DAY))
    assert (again.read, again.duplicate, again.quarantined) == (3, 3, 0)
    with Store.open(lab.home, now=lab.now) as store:
        assert store.check() == []
        assert len(store.quarantine(limit=None)) == 1


def test_a_mark_that_another_run_moved_stops_this_one(lab: Settings, site: Site) -> None:
    """What was read is not stored over the other run's place."""
    own(lab, PAGES, "keeps=Keeps.ROWS")
    lab = at(lab, addresses={"own": site.url})
    site.pages = {"/page/0": b"weather-in-oslo.com", "/page/1": b"amazon-login-desk.com"}

    def interfere(_feed: str, rows: int) -> None:
        if rows == 1:
            with Store.open(lab.home, now=lab.now) as store:
                store.move_mark("own", "1", "9")

    with pytest.raises(Exception, match="read further by another run"):
        pipeline.sweep(lab, progress=interfere)
    assert names(lab) == []


def test_the_framework_raises_what_fails_in_the_crawler(lab: Settings, site: Site) -> None:
    """A notice that says so holds the feed; its rows are kept."""
    crawl = PAGES.replace('Notice("no further page", behind=7)', 'Notice("the log shrank", held=True)')
    own(lab, crawl, "keeps=Keeps.ROWS")
    lab = at(lab, addresses={"own": site.url})
    site.pages = {"/page/0": b"amazon-login-desk.com"}
    feed = sweep(lab)
    assert (feed.status, feed.problem, feed.exit_code) == ("held", "the log shrank", 3)
    assert names(lab) == ["amazon-login-desk.com"]


@pytest.mark.parametrize("second", ["file:///etc/hostname", "/etc/hostname", "bundle:nrd_sample.csv.gz", "-"])
def test_after_the_first_answer_only_the_web_is_asked(lab: Settings, site: Site, second: str) -> None:
    """An address may come from what was fetched: it never opens a file of ours, not even after an index page."""
    crawl = f"    yield Fetch(CONFIGURED, keep=False)\n    yield Fetch({second!r})\n"
    own(lab, crawl)
    site.pages["/"] = b"x"
    feed = sweep(at(lab, addresses={"own": site.url + "/"}))
    assert feed.status == "failed"
    assert "refused" in feed.problem


# --- what is told -----------------------------------------------------------------------------------------------------


def test_the_list_of_feeds_says_what_is_wrong_first(lab: Settings, site: Site) -> None:
    """What failed stands first with its reason and when it was believed last; then what is on, then what is off."""
    own(lab)
    lab = at(lab, addresses={"own": site.url + "/"}, feeds=("nrd_list", "own"))
    site.pages["/"] = b"amazon-login-desk.com\n"
    sweep(lab, feeds=["own"])
    site.pages.clear()
    sweep(at(lab, clock=NOW + DAY), feeds=["own"])
    states = desk_feeds.feeds(at(lab, clock=NOW + DAY))
    assert states[0].facts.name == "own"
    assert states[0].problem.startswith("failed: ")
    assert states[0].believed_at == NOW
    assert states[1].facts.name == "nrd_list"
    assert states[1].on
    assert all(not one.on and one.why for one in states[2:])
    assert {one.facts.name for one in states} == set(bundle.crawlers(lab.overlay))


def test_a_feed_that_nobody_reads_any_more_is_told(lab: Settings, site: Site) -> None:
    """When the schedule died, the feed says since when it was not read."""
    own(lab)
    lab = at(lab, addresses={"own": site.url + "/"})
    site.pages["/"] = b"amazon-login-desk.com\n"
    sweep(lab)
    assert (state(at(lab, clock=NOW + 2 * DAY)).problem, state(at(lab, clock=NOW + 2 * DAY)).state) == ("", "ok")
    late = state(at(lab, clock=NOW + 2 * DAY + timedelta(minutes=1)))
    assert (late.problem.startswith("not read since 2026-11-22 06:00; "), late.state) == (True, "late")


def test_a_run_that_was_cut_off_is_told(lab: Settings) -> None:
    """A run that nobody is at any more does not look like one that runs."""
    own(lab)
    with Store.open(lab.home, now=lab.now) as store, store.lease("feed:own"):
        store.begin_run("own", "")
        assert (state(lab).state, state(lab).problem) == ("running", "")
    cut_off = state(lab)
    assert (cut_off.state, cut_off.problem) == ("stopped", "stopped in the middle on 2026-11-22; run it again")


def test_of_several_lists_the_one_that_broke_is_named(lab: Settings, tmp_path: Path) -> None:
    """The problem says which place failed, and the rows are those of all of them."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("".join(f"rain-{name[0]}-{row}.com\n" for row in range(12)))
    lists = (str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), str(tmp_path / "gone.txt"))
    lab = at(lab, domain_list=lists, feeds=("domain_list",))
    pipeline.sweep(lab)
    told = state(lab, "domain_list")
    assert told.problem.startswith(f"{tmp_path / 'gone.txt'}: failed: ")
    assert told.problem.count("failed") == 1
    assert (told.state, [run.read for run in told.runs]) == ("failed", [0, 12, 12])


def test_a_dry_run_moves_no_mark(lab: Settings, site: Site) -> None:
    """A rehearsal reads from the present mark and leaves it there."""
    own(lab, PAGES, "keeps=Keeps.ROWS")
    lab = at(lab, addresses={"own": site.url})
    site.pages = {"/page/0": b"amazon-login-desk.com"}
    sweep(lab)
    site.pages["/page/1"] = b"amazon-other-desk.com"
    assert sweep(lab, dry_run=True).accepted == 1
    assert names(lab) == ["amazon-login-desk.com"]
    assert sweep(lab).accepted == 1


def test_a_run_is_noted_with_what_it_brought(lab: Settings, site: Site) -> None:
    """Rows, bytes, hash, newest date, mix of suffixes: what the next nights are judged by."""
    own(lab)
    body = b"domain,when\namazon-login-desk.com,2026-11-20\nrain-in-oslo.net,2026-11-21\nsnow-in-oslo.com,\n"
    site.pages["/"] = body
    lab = at(lab, addresses={"own": site.url + "/"})
    sweep(lab)
    with Store.open(lab.home, now=lab.now) as store:
        (run,) = store.runs("own")
    assert (run.read, run.accepted, run.size, run.status) == (3, 3, len(body), "ok")
    assert run.newest == datetime(2026, 11, 21, tzinfo=UTC)
    assert run.suffixes == {"com": 2, "net": 1}
    assert len(run.sha256) == 64
    assert replace(run, id=0).finished_at == NOW


def test_progress_is_told_after_each_batch(lab: Settings, site: Site) -> None:
    """Who watches sees the feed's name and the rows so far."""
    own(lab, PAGES, "keeps=Keeps.ROWS")
    site.pages = {"/page/0": b"a.com b.com", "/page/1": b"c.com"}
    told: list[tuple[str, int]] = []
    pipeline.sweep(at(lab, addresses={"own": site.url}), progress=lambda feed, rows: told.append((feed, rows)))
    assert told[:2] == [("own", 2), ("own", 3)]


# --- what must not be lost --------------------------------------------------------------------------------------------


def test_what_since_left_out_is_found_by_the_next_sweep(lab: Settings, site: Site) -> None:
    """The server is not asked on a condition when its body was read in a narrower window."""
    own(lab)
    site.pages["/"] = b"domain,when\namazon-old-desk.com,2026-11-01\namazon-new-desk.com,2026-11-21\n"
    lab = at(lab, addresses={"own": site.url + "/"})
    first = sweep(lab, since=NOW - 2 * DAY)
    assert (first.left_out, names(lab)) == (1, ["amazon-new-desk.com"])
    assert sweep(lab).accepted == 2
    assert names(lab) == ["amazon-new-desk.com", "amazon-old-desk.com"]


def test_since_leaves_nothing_out_of_what_comes_only_once(lab: Settings, site: Site) -> None:
    """A feed with a place never brings a row again, so its old rows count too."""
    dated = PAGES.replace("[None] * len(names)", "[datetime(2026, 1, 1, tzinfo=UTC)] * len(names)")
    own(lab, f"    from datetime import UTC, datetime\n{dated}", "keeps=Keeps.ROWS")
    site.pages = {"/page/0": b"amazon-login-desk.com"}
    feed = sweep(at(lab, addresses={"own": site.url}), since=NOW - DAY)
    assert (feed.accepted, feed.left_out, names(lab)) == (1, 0, ["amazon-login-desk.com"])


def test_a_name_that_comes_back_alone_is_seen_again(lab: Settings, site: Site) -> None:
    """The same single row in another night is another sighting: a takedown that did not hold is noticed."""
    own(lab, PAGES, "keeps=Keeps.ROWS")
    lab = at(lab, addresses={"own": site.url})
    site.pages = {"/page/0": b"amazon-login-desk.com"}
    sweep(lab)
    site.pages["/page/1"] = b"amazon-login-desk.com"
    again = sweep(at(lab, clock=NOW + 60 * DAY))
    assert (again.accepted, again.duplicate) == (1, 0)
    with Store.open(lab.home, now=lab.now) as store:
        assert store.candidate("amazon-login-desk.com").last_seen == NOW + 60 * DAY


def test_a_body_that_was_read_before_is_no_trouble_for_a_parser_of_its_own(lab: Settings, site: Site) -> None:
    """It comes empty, an empty batch is nothing, and rows of an index page are the crawler's mistake, its alone."""
    one = '    reply = yield Fetch(CONFIGURED)\n    names = b"".join(reply.chunks).decode().split()\n'
    own(lab, one + '    yield Batch("", names, [1] * len(names), [None] * len(names))\n')
    site.pages["/"] = b"amazon-login-desk.com"
    lab = at(lab, addresses={"own": site.url + "/"})
    first, second = sweep(lab), sweep(lab)
    assert [(feed.status, feed.accepted, feed.duplicate) for feed in (first, second)] == [("ok", 1, 0), ("ok", 0, 1)]
    own(lab, '    yield Fetch(CONFIGURED, keep=False)\n    yield Batch("", ["a.com"], [1], [None])\n')
    third = sweep(lab)
    assert third.status == "failed"
    assert "mend the crawler" in third.problem


def test_a_rehearsal_is_polite_and_needs_no_turn(lab: Settings, site: Site) -> None:
    """A dry run may go on beside a sweep, and who asked it to wait is not asked again by the sweep after it."""
    own(lab)
    site.busy = True
    lab = at(lab, addresses={"own": site.url + "/"})
    with Store.open(lab.home, now=lab.now) as store, store.lease("sweep"):
        assert sweep(lab, dry_run=True).status == "failed"
    assert len(site.asked) == 1
    assert "asked to be left alone" in sweep(lab).problem
    assert len(site.asked) == 1


# --- sources that mean harm -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ['"{key:own}"', '"v\xe9"', '"' + "a" * 300 + '"', "a\tb"])
def test_a_validator_that_could_harm_is_not_kept(lab: Settings, site: Site, tag: str) -> None:
    """What a server says comes back to it: never a place for a key, never what could not be sent."""
    own(lab)
    site.pages["/"] = b"amazon-login-desk.com\n"
    site.tag = tag
    lab = at(lab, addresses={"own": site.url + "/"}, keys={"own": SecretStr("geheim")})
    assert [sweep(lab).status for _ in range(3)] == ["ok"] * 3
    assert [known for _, known in site.asked] == [""] * 3


def test_a_list_that_repeats_one_name_is_not_believed(lab: Settings, site: Site) -> None:
    """Names count, not rows: four nights of 100 names, then one name a hundred times."""
    own(lab)
    lab = at(lab, addresses={"own": site.url + "/"})
    for night in range(4):
        site.pages["/"] = "".join(f"name-{night}-{n}.com\n" for n in range(100)).encode()
        assert sweep(at(lab, clock=NOW + night * DAY)).status == "ok"
    site.pages["/"] = b"name-0-0.com\n" * 100
    feed = sweep(at(lab, clock=NOW + 4 * DAY))
    assert (feed.status, feed.read) == ("held", 100)
    assert "1 rows, where it usually has 100" in feed.problem


def test_a_list_with_more_rubbish_than_names_is_held(lab: Settings, site: Site) -> None:
    """Of a named feed, however short; one with as much is not."""
    own(lab)
    lab = at(lab, addresses={"own": site.url + "/"})
    site.pages["/"] = b"amazon-login-desk.com\nbad_.com\nworse_.com\n"
    feed = sweep(lab)
    assert (feed.status, "2 of its 3 rows are no names" in feed.problem) == ("held", True)
    site.pages["/"] = b"amazon-login-desk.com\nbad_.com\n"
    assert sweep(lab).status == "ok"


def test_one_row_dated_tomorrow_does_not_make_a_dead_list_alive(lab: Settings, site: Site) -> None:
    """One row in a hundred has to be new."""
    own(lab)
    lab = at(lab, addresses={"own": site.url + "/"})
    old = "".join(f"name-{n}.com,2026-10-01\n" for n in range(299))
    site.pages["/"] = f"domain,when\n{old}fresh.com,2026-11-22\n".encode()
    assert "its newest row is of 2026-10-01" in sweep(lab).problem
    site.pages["/"] = f"domain,when\n{old}{''.join(f'fresh-{n}.com,2026-11-22' + chr(10) for n in range(4))}".encode()
    assert sweep(lab).status == "ok"


def test_a_flood_is_not_read_to_its_end(lab: Settings, site: Site) -> None:
    """Beyond five times what the feed declares at most, the rest stays where it is."""
    own(lab)
    site.pages["/"] = "".join(f"name-{n}.com\n" for n in range(120_000)).encode()
    feed = sweep(at(lab, addresses={"own": site.url + "/"}))
    assert feed.status == "held"
    assert 5_000 < feed.read <= 50_000
    assert "more than 5,000 rows, 5 times what is right" in feed.problem


def test_a_source_that_takes_too_long_gives_way(lab: Settings, site: Site) -> None:
    """After its time a feed asks for nothing more; what came is stored, and the next feed has its turn."""
    site.pages = {"/page/0": b"amazon-login-desk.com", "/page/1": b"amazon-other-desk.com"}
    lab = at(lab, addresses={"own": site.url}, feed_seconds=0.4)

    def slow(_feed: str, rows: int) -> None:
        if rows == 1:
            time.sleep(0.5)

    own(lab, PAGES.replace("except FeedFailed:", "except KeyError:"), "keeps=Keeps.ROWS")
    feed = sweep(lab, progress=slow)
    assert (feed.status, feed.accepted, names(lab)) == ("held", 1, ["amazon-login-desk.com"])
    assert "took more than 0 seconds" in feed.problem


def test_a_bug_in_one_feed_does_not_end_the_sweep(lab: Settings, site: Site) -> None:
    """What no one thought of is told with its place, exit 1, and the other feeds are read."""
    own(lab, '    yield Batch("1", ["amazon-desk.com"], [2**70], [None])\n', "keeps=Keeps.ROWS")
    good = lab.home.parent / "good.txt"
    good.write_text("amazon-other-desk.com\n")
    summary = pipeline.sweep(lab, feeds=["own", str(good)])
    assert [(feed.status, feed.exit_code) for feed in summary.feeds] == [("failed", 1), ("ok", 0)]
    assert summary.feeds[0].problem.startswith("a bug: OverflowError at ")
    assert site.asked == []


def test_a_misspelt_feed_of_the_settings_costs_itself_alone(lab: Settings, site: Site) -> None:
    """It is told with the name that was likely meant, exit 2, and the others are read."""
    own(lab)
    site.pages["/"] = b"amazon-login-desk.com\n"
    summary = pipeline.sweep(at(lab, addresses={"own": site.url + "/"}, feeds=("opnphish", "own")))
    assert [(feed.name, feed.status) for feed in summary.feeds] == [("opnphish", "skipped"), ("own", "ok")]
    assert "openphish" in summary.feeds[0].problem
    assert summary.exit_code == 2
