"""The zone files of CZDS, night by night: real snapshots on disk, and whole sweeps against a loopback server."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from scamhunt import bundle, pipeline
from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.gather.drive import drive
from scamhunt.gather.snapshots import compare, prune
from scamhunt.model import BATCH_ROWS, Batch, Difference, Fetch, Notice, Reply, Snapshot
from scamhunt.settings import Settings
from scamhunt.store import Store
from scamhunt.testing import reply

CZDS = bundle.crawlers(Path("/no-overlay"))["czds"]
LINKS = "configured:/czds/downloads/links"
LOGIN = "login:/api/authenticate"
AT = "https://czds-download-api.icann.org/czds/downloads/{}.zone"
TOKEN = "eyJ0.secret-token.sig"  # noqa: S105  # an invented one
SOA = "{0}.\t900\tin\tsoa\tns1.{0}. admin.{0}. 1 1800 900 604800 86400\n"
WEATHER = [f"weather-{number:02}" for number in range(20)]


def zone_file(zone: str, *labels: str, more: str = "") -> bytes:
    """Return a zone file as CZDS serves it: two name servers a name."""
    lines = [f"{label}.{zone}.\t3600\tin\tns\tns{n}.weather.test.\n" for label in labels for n in (1, 2)]
    return (SOA.format(zone) + "".join(lines) + more + SOA.format(zone)).encode()


@dataclass
class Night:
    """What ICANN serves in a night, and what the crawler made of it."""

    folder: Path
    zones: Mapping[str, bytes | Exception]
    token: bytes = json.dumps({"accessToken": TOKEN}).encode()
    links: bytes | None = None
    asked: list[Fetch] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def answer(self, asked: Fetch | Snapshot) -> Reply | Difference:
        """Answer as the framework does."""
        if isinstance(asked, Snapshot):
            return compare(asked, self.folder)
        self.asked.append(asked)
        links = json.dumps([AT.format(zone) for zone in self.zones]).encode() if self.links is None else self.links
        bodies = {LOGIN: self.token, LINKS: links, **{AT.format(zone): body for zone, body in self.zones.items()}}
        body = bodies.get(asked.url, FeedFailed("HTTP 404"))
        if isinstance(body, Exception):
            raise body
        return reply(body, url=asked.url)

    def read(self, mark: str = "", most: int = 10**9) -> str:
        """Read at most so many batches and return the mark of the last one."""
        for step in drive(CZDS.crawl(mark), self.answer):
            if isinstance(step, Notice):
                self.notices.append(step)
            else:
                self.batches.append(step)
                mark = step.mark
                if len(self.batches) == most:
                    return mark
        prune(self.folder, mark)
        return mark

    @property
    def values(self) -> list[str]:
        """All values of the batches."""
        return [value for batch in self.batches for value in batch.values]

    @property
    def told(self) -> list[str]:
        """Return the texts of the notices."""
        return [notice.text for notice in self.notices]

    @property
    def held(self) -> list[bool]:
        """Return which notices hold the feed."""
        return [notice.held for notice in self.notices]


# --- nights that go well ----------------------------------------------------------------------------------------------


def test_the_first_night_only_notes_what_is_there(tmp_path: Path) -> None:
    """Nothing is new in a list that nobody has seen before; the mark has each zone's list and its size."""
    night = Night(tmp_path, {"com": zone_file("com", *WEATHER), "net": zone_file("net", "a")})
    mark = json.loads(night.read())
    assert night.values == []
    assert night.told == ["read for the first time, new names come from the next run on: com (20), net (1)"]
    assert night.held == [False]
    assert {zone: one["size"] for zone, one in mark.items()} == {"com": 20, "net": 1}
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        f"{zone}.{one['id']}.gz" for zone, one in sorted(mark.items())
    ]


def test_a_night_brings_what_is_new(tmp_path: Path) -> None:
    """New names come with their zone, numbered, undated, from their file; a zone's mark moves with its last."""
    first = Night(tmp_path, {"com": zone_file("com", *WEATHER), "net": zone_file("net", "a")}).read()
    night = Night(
        tmp_path,
        {"com": zone_file("com", *WEATHER[1:], "amazon-billing-desk", "xn--e1afmkfd"), "net": zone_file("net", "a")},
    )
    mark = night.read(first)
    com, net = night.batches
    assert (com.values, list(com.lines)) == (["amazon-billing-desk.com", "xn--e1afmkfd.com"], [1, 2])
    assert (list(com.seen_at), com.location, com.rejected) == ([None, None], AT.format("com"), ())
    assert (net.values, net.location) == ([], AT.format("net"))
    before, between, after = json.loads(first), json.loads(com.mark), json.loads(mark)
    assert between == {"com": after["com"], "net": before["net"]}
    assert (after["com"]["size"], after["net"]) == (21, before["net"])
    assert night.told == []
    assert Night(tmp_path, night.zones).read(mark) == mark


def test_the_token_goes_where_it_must_and_nowhere_else(tmp_path: Path) -> None:
    """The log-in names the team's keys, never their values; the token goes into one header."""
    night = Night(tmp_path, {"com": zone_file("com"), "net": FeedFailed("HTTP 403")})
    night.read()
    log_in, links, *zones = night.asked
    assert log_in == Fetch(LOGIN, json={"username": "{key:czds_user}", "password": "{key:czds_password}"}, keep=False)
    assert links == Fetch(LINKS, {"Authorization": f"Bearer {TOKEN}"}, keep=False)
    assert zones == [Fetch(AT.format(zone), {"Authorization": f"Bearer {TOKEN}"}) for zone in ("com", "net")]
    assert [text for text in (*night.told, *(batch.mark for batch in night.batches)) if TOKEN in text] == []


def test_a_killed_run_gives_the_same_batches_again(tmp_path: Path) -> None:
    """Whoever stops a zone after its first batch reads the same rows, cut the same, so that what is stored is known."""
    first = Night(tmp_path, {"com": zone_file("com", "a"), "net": zone_file("net", "a")}).read()
    zones = {
        "com": zone_file("com", "a", *(f"n{n:06}" for n in range(2 * BATCH_ROWS + 5))),
        "net": zone_file("net", "a"),
    }
    killed = Night(tmp_path, zones)
    between = killed.read(first, most=1)
    assert between == first
    again = Night(tmp_path, zones)
    again.read(between)
    assert again.batches[0] == killed.batches[0]
    assert [len(batch.values) for batch in again.batches] == [BATCH_ROWS, BATCH_ROWS, 5, 0]
    assert [batch.mark == first for batch in again.batches] == [True, True, False, False]
    assert [batch.lines[0] for batch in again.batches[:3]] == [1, BATCH_ROWS + 1, 2 * BATCH_ROWS + 1]


def test_lines_that_cannot_be_read_come_with_the_new_names(tmp_path: Path) -> None:
    """They go to the quarantine with line and reason; the first night tells of them."""
    odd = "what\n-.com.\t1\tin\tns\n"
    night = Night(tmp_path, {"com": zone_file("com", "a", more=odd)})
    mark = night.read()
    assert night.values == []
    assert "com: lines that cannot be read: 2; the first is line 4: no record: it has no type" in night.told
    night = Night(tmp_path, {"com": zone_file("com", "a", "b", more=odd)})
    night.read(mark)
    assert [[(bad.line, bad.reason) for bad in batch.rejected] for batch in night.batches] == [
        [(6, "no record: it has no type"), (7, "no name server after NS")],
        [],
    ]
    assert night.batches[0].mark == mark
    assert night.values == ["b.com"]


# --- nights that do not -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "believed"), [(18, True), (17, False)])
def test_a_zone_that_shrank_is_not_believed(left: int, believed: bool, tmp_path: Path) -> None:
    """With less than nine tenths of its names a zone is held: its list of the last time stays, the others go on."""
    first = Night(tmp_path, {"com": zone_file("com", *WEATHER), "net": zone_file("net", "a")}).read()
    night = Night(tmp_path, {"com": zone_file("com", *WEATHER[:left]), "net": zone_file("net", "a", "b")})
    mark = json.loads(night.read(first))
    assert night.values == ["b.net"]
    assert (mark["com"] == json.loads(first)["com"]) is not believed
    assert night.held == [] if believed else [True]
    if not believed:
        assert night.told[0].startswith(
            "com: 17 names, where the last time had 20: not believed. If it is right, remove"
        )
        named = night.told[0].split(" remove snapshots/czds/")[1].split(":")[0]
        (tmp_path / named).unlink()
        anew = Night(tmp_path, night.zones)
        assert json.loads(anew.read(json.dumps(mark)))["com"]["size"] == 17
        assert anew.values == []


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(b"")])
def test_a_lost_list_begins_anew_and_says_so(damage: Callable[[Path], Any], tmp_path: Path) -> None:
    """Not everything is new when the list of the last time is lost: the feed is held, and the next night is right."""
    first = Night(tmp_path, {"com": zone_file("com", "a")}).read()
    damage(next(tmp_path.glob("com.*.gz")))
    night = Night(tmp_path, {"com": zone_file("com", "a", "b")})
    mark = night.read(first)
    assert (night.values, night.held) == ([], [True, False])
    assert "missing or damaged, so what is new since then is not known" in night.told[0]
    night = Night(tmp_path, {"com": zone_file("com", "a", "b", "c")})
    night.read(mark)
    assert night.values == ["c.com"]


def test_a_list_that_breaks_while_it_is_read_is_told(tmp_path: Path) -> None:
    """What was new until then counts, the feed is held, and the next night is right."""
    old, many = [f"n{n:06}" for n in range(30_000)], [f"a{n:06}" for n in range(BATCH_ROWS)]
    first = Night(tmp_path, {"com": zone_file("com", *old)}).read()
    night = Night(tmp_path, {"com": zone_file("com", *many, *old)})
    steps = list(drive(CZDS.crawl(first), lambda asked: breaking(night, asked)))
    notice, batch = steps
    assert isinstance(notice, Notice)
    assert isinstance(batch, Batch)
    assert "turned out to be damaged: of what is new since then only 50,000 names are known" in notice.text
    assert (notice.held, len(batch.values), json.loads(batch.mark)["com"]["size"]) == (True, BATCH_ROWS, 80_000)


def breaking(night: Night, asked: Fetch | Snapshot) -> Reply | Difference:
    """Answer, and cut the list of the last time once it was looked at."""
    came = night.answer(asked)
    if isinstance(asked, Snapshot):
        old = night.folder / f"{asked.name}.{asked.before}.gz"
        old.write_bytes(old.read_bytes()[:-20])
    return came


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (FeedFailed("HTTP 403"), "com: HTTP 403"),
        (FeedFailed("the gzip file is cut off"), "com: the gzip file is cut off"),
        (b"<!DOCTYPE html><html>", "com: an HTML page came"),
        (zone_file("org", "a"), "com: the zone file is not that of com"),
        (b"", "com: no SOA record came"),
    ],
)
def test_a_zone_that_fails_does_not_stop_the_others(body: bytes | Exception, words: str, tmp_path: Path) -> None:
    """It is told and the feed is held, its mark stays, and it catches up the next night."""
    first = Night(tmp_path, {"com": zone_file("com", "a"), "net": zone_file("net", "a")}).read()
    night = Night(tmp_path, {"com": body, "net": zone_file("net", "a", "b")})
    mark = night.read(first)
    assert night.values == ["b.net"]
    assert [words in text for text in night.told] == [True]
    assert night.held == [True]
    assert json.loads(mark)["com"] == json.loads(first)["com"]
    last = Night(tmp_path, {"com": zone_file("com", "a", "b"), "net": zone_file("net", "a", "b")})
    last.read(mark)
    assert last.values == ["b.com"]


def test_an_approval_that_ended_is_told(tmp_path: Path) -> None:
    """A zone that is no longer among the links is named each night; its list stays for the day when it comes back."""
    first = Night(tmp_path, {"com": zone_file("com", "a"), "net": zone_file("net", "a")}).read()
    night = Night(tmp_path, {"net": zone_file("net", "a")})
    mark = night.read(first)
    assert night.told == ["may no longer be read, renew the approval at https://czds.icann.org: com"]
    last = Night(tmp_path, {"com": zone_file("com", "a", "b")})
    last.read(mark)
    assert last.values == ["b.com"]


def test_when_all_zones_fail_the_feed_has_failed(tmp_path: Path) -> None:
    """A service that serves nothing is a failed feed, with the first reason."""
    night = Night(tmp_path, {"com": FeedFailed("HTTP 403"), "net": FeedFailed("HTTP 404")})
    with pytest.raises(FeedFailed, match="none of its 2 zones could be read; the first: com: HTTP 403"):
        night.read()


def test_a_service_that_is_down_is_left_alone(tmp_path: Path) -> None:
    """After twenty zones in a row that failed the rest is not asked for; what came before counts; notices stay few."""
    zones: dict[str, bytes | Exception] = {f"x{number:03}": FeedFailed("HTTP 500") for number in range(50)}
    night = Night(tmp_path, {"a": zone_file("a", "b"), **zones})
    assert json.loads(night.read()).keys() == {"a"}
    assert len(night.asked) == 2 + 1 + 20
    assert night.told[0] == "20 zones in a row failed: the other 30 were not asked for"
    assert night.told[1:] == [
        "read for the first time, new names come from the next run on: a (1)",
        *(f"x{number:03}: HTTP 500" for number in range(10)),
        "10 more zones failed",
    ]


def test_many_new_zones_are_one_notice(tmp_path: Path) -> None:
    """An account with hundreds of zones has a first night that can still be read."""
    night = Night(tmp_path, {f"x{number:02}": zone_file(f"x{number:02}") for number in range(12)})
    night.read()
    assert len(night.told) == 1
    assert night.told[0].endswith("x08 (0), x09 (0) and 2 more")


# --- hostile and broken answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "http://czds-download-api.icann.org/czds/downloads/com.zone",
        "https://icann.org.evil.example/czds/downloads/com.zone",
        "https://czds-download-api.icann.org:8443/czds/downloads/com.zone",
        "https://somebody@czds-download-api.icann.org/czds/downloads/com.zone",
        "https://czds-download-api.icann.org/czds/downloads/../com.zone",
        "https://czds-download-api.icann.org/czds/downloads/com.zone?to=else",
        "https://czds-download-api.icann.org/czds/downloads/com.zone#x",
        "https://czds-download-api.icann.org/czds/downloads/CO.UK.zone",
        "https://[czds/downloads/com.zone",
        "file:///czds/downloads/com.zone",
        17,
    ],
)
def test_a_link_that_leads_elsewhere_is_left_out(link: object, tmp_path: Path) -> None:
    """The token goes to no other owner, in no clear text, and to nothing but zone files; the link is not repeated."""
    links = json.dumps([link, AT.format("net")]).encode()
    night = Night(tmp_path, {"net": zone_file("net")}, links=links)
    night.read()
    assert [asked.url for asked in night.asked[2:]] == [AT.format("net")]
    assert night.told[0] == "1 of the links are no address of a zone file at the same owner: left out"


@pytest.mark.parametrize(
    ("links", "words"),
    [
        (b"[]", "the account may read no zone; ask for zones at https://czds.icann.org"),
        (b'["https://evil.example/czds/downloads/com.zone"]', "the account may read no zone"),
        (b'{"message": "hello"}', "no list of links"),
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'"' + b"x" * 4_000_000 + b'"', "more than 4,000,000 bytes"),
    ],
)
def test_an_answer_that_is_no_list_of_links_is_held(links: bytes, words: str, tmp_path: Path) -> None:
    """What came in place of the links is told, and nothing of it is repeated."""
    with pytest.raises(FeedHeld, match=words):
        Night(tmp_path, {}, links=links).read()


@pytest.mark.parametrize(
    "token", [b"{}", b"[]", b'{"accessToken": 5}', b'{"accessToken": ""}', b'{"accessToken": "a\\r\\nHost: evil"}']
)
def test_a_log_in_without_a_token_fails(token: bytes, tmp_path: Path) -> None:
    """Without a token, or with one that would be another header, nothing more is asked for."""
    night = Night(tmp_path, {}, token=token)
    with pytest.raises(FeedFailed, match="no token; look at the keys czds_user and czds_password"):
        night.read()
    assert len(night.asked) == 1


def test_a_log_in_that_is_refused_names_the_keys(tmp_path: Path) -> None:
    """A wrong password is told as such."""

    def answer(_: Fetch | Snapshot) -> Reply:
        raise FeedFailed("HTTP 401")

    with pytest.raises(FeedFailed, match="the log-in failed: HTTP 401; look at the keys czds_user and czds_password"):
        list(drive(CZDS.crawl(""), answer))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "mark", ["{", "[]", '{"com": 1}', '{"com": {"id": "1-0"}}', '{"com": {"id": "", "size": "x"}}']
)
def test_a_mark_that_cannot_be_read_fails(mark: str, tmp_path: Path) -> None:
    """A mark that somebody changed never means that everything is new."""
    with pytest.raises(FeedFailed, match="cannot be read; restore the database"):
        Night(tmp_path, {}).read(mark)


# --- a whole sweep ----------------------------------------------------------------------------------------------------


class Icann:
    """A loopback server that gives tokens, links and zone files."""

    def __init__(self) -> None:
        """Serve nothing yet."""
        self.zones: dict[str, bytes] = {}
        self.seen: list[tuple[str, str, str, bytes]] = []
        icann = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.answer(json.dumps({"accessToken": TOKEN}).encode())

            def do_GET(self) -> None:
                if self.headers["Authorization"] != f"Bearer {TOKEN}":
                    self.answer(b"", 401)
                elif self.path.endswith("/links"):
                    host = self.headers["Host"]
                    links = [f"http://{host}/czds/downloads/{zone}.zone" for zone in icann.zones]
                    self.answer(json.dumps(links).encode())
                else:
                    zone = self.path.rpartition("/")[2].removesuffix(".zone")
                    self.answer(gzip.compress(icann.zones[zone]), 200 if icann.zones[zone] else 403)

            def answer(self, body: bytes, status: int = 200) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                icann.seen.append((self.command, self.path, self.headers.get("Authorization") or "", sent))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def icann() -> Iterator[Icann]:
    """Give a server that is closed afterwards."""
    one = Icann()
    yield one
    one.server.shutdown()
    one.server.server_close()


def test_a_sweep_reads_zones_night_by_night(icann: Icann, tmp_path: Path) -> None:
    """From the log-in to a stored candidate: the first night notes, the second finds, a third has nothing new."""
    home = tmp_path / "home"
    pack = tmp_path / "pack.toml"
    pack.write_text('[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n')
    settings = Settings(
        home=home,
        brands=(pack,),
        fetch_allow_nets=(ip_network("127.0.0.0/8"),),
        addresses={"czds": icann.url, "czds.login": icann.url},
        keys={"czds_user": SecretStr("team@own.example"), "czds_password": SecretStr("very secret")},
    )
    overlay = tmp_path / "overlay" / "crawlers"
    overlay.mkdir(mode=0o700, parents=True)
    quick = CZDS.path.read_text("utf-8").replace("keeps=Keeps.ROWS,", "keeps=Keeps.ROWS,\n    rate=1000.0,")
    (overlay / "czds.py").write_text(quick)
    for path in (overlay.parent, overlay, overlay / "czds.py"):
        path.chmod(0o700)
    settings = settings.model_copy(update={"overlay": overlay.parent})

    def night(**zones: bytes) -> pipeline.Summary:
        icann.zones = zones
        return pipeline.sweep(settings, feeds=["czds"])

    first = night(com=zone_file("com", *WEATHER), net=zone_file("net", "a")).feeds[0]
    assert (first.status, first.read, first.problem) == ("ok", 0, "")
    assert icann.seen[0][:2] == ("POST", "/api/authenticate")
    assert json.loads(icann.seen[0][3]) == {"username": "team@own.example", "password": "very secret"}
    second = night(com=zone_file("com", *WEATHER, "amazon-billing-desk"), net=b"")
    assert (second.feeds[0].status, second.feeds[0].read, second.feeds[0].accepted) == ("held", 1, 1)
    assert len(second.feeds[0].notices) == 1
    assert "403" in second.feeds[0].notices[0]
    with Store.open(home, now=settings.now) as store:
        assert [one.indicator for one in store.candidates()] == ["amazon-billing-desk.com"]
        mark = json.loads(store.mark("czds"))
    kept = sorted(path.name for path in (home / "snapshots" / "czds").iterdir())
    assert kept == sorted(f"{zone}.{one['id']}.gz" for zone, one in mark.items())
    third = night(com=zone_file("com", *WEATHER, "amazon-billing-desk"), net=zone_file("net", "a")).feeds[0]
    assert (third.status, third.read, third.notices) == ("ok", 0, ())
