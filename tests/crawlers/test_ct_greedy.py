import base64
import gzip
import json
import tracemalloc
from collections.abc import Callable

import pytest

from scamhunt.errors import FeedFailed, FeedHeld, OutsideError
from scamhunt.indicators.ct.entries import Leaf, named, read_names_tile, read_page
from scamhunt.indicators.ct.logs import read_logs
from scamhunt.indicators.ct.nightly import LogNight
from scamhunt.indicators.lines import RAW_LIMIT
from scamhunt.model import Crawl, Fetch
from tests.crawlers.ct_log import BEGUN, EC_KEY, OTHER_KEY, CtLog, certificate, common_name, rsa_key, tbs
from tests.crawlers.ct_night import CRAWLERS, night, of, read, turn


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (lambda: read_names_tile(b"\n" * 2**23, 0), FeedFailed),
        (lambda: read_page(b'{"entries":[' + b'{"a":0},' * 2**20 + b"0]}", 512), FeedHeld),
        (lambda: read_page(b'{"entries":[' + b"[],[{}]," * 2**20 + b"0]}", 512), FeedHeld),
    ],
)
def test_little_values_without_number_are_not_taken_into_memory(work: Callable[[], object], error: type) -> None:
    """What has far more parts than were asked for is refused before it is taken apart."""
    tracemalloc.start()
    body = tracemalloc.get_traced_memory()[0]
    with pytest.raises(error):
        work()
    peak = tracemalloc.get_traced_memory()[1] - body
    tracemalloc.stop()
    assert peak < 2**25


def test_entries_with_other_fields_are_read() -> None:
    """A log may add some fields to each entry of a page."""
    leaf = base64.b64encode(CtLog(tiled=False).fill(1).leaf(0)).decode()
    entry = {"leaf_input": leaf, "extra_data": "", **dict.fromkeys("abcdefgh", "")}
    assert len(read_page(json.dumps({"entries": [entry] * 512}).encode(), 512)) == 512


@pytest.mark.parametrize(
    ("pad", "asked"),
    [
        (lambda body: body + b"\n", ["names", "data"]),
        (lambda body: body[:-1] + b" " * (2**23 - len(body)) + b"\n", ["names", "data"]),
        (lambda body: body[:-1] + b" " * (2**20 - 2 - len(body.split(b"\n")[-2])) + b"\n", ["names"]),
        (lambda body: body[:-1] + b" " * (2**20 + 1 - len(body.split(b"\n")[-2])) + b"\n", ["names", "data"]),
        (lambda body: body.replace(b"\n", b" " * 32_600 + b"\n"), ["names"]),
        (lambda body: body.replace(b"\n", b" " * 32_800 + b"\n"), ["names", "data"]),
    ],
)
def test_a_names_tile_has_limits(pad: Callable[[bytes], bytes], asked: list[str]) -> None:
    """One of more than 256 lines, 8 MiB, or with a line of more than 1 MiB: the data tile is read in its place."""
    lie = {"tile/names/000": lambda body: gzip.compress(pad(gzip.decompress(body)), 1)}
    came = read(CtLog(names_tiles=True, lies=lie).fill(256))  # type: ignore[arg-type]  # one of the kinds of lies
    assert (came.values, came.texts) == (of(0, 256), [])
    assert [path.split("/")[1] for path in came.asked if "/000" in path and path[5] not in "01"] == asked


def test_a_hash_tile_has_a_limit() -> None:
    """A hash tile of more than 64 KiB is not taken into memory."""
    came = read(CtLog(lies={"tile/1/000.p/1": lambda body: body + bytes(65_536)}).fill(256))
    assert "larger than 65,536 bytes" in came.texts[0]


LONGEST = ".".join(["a" * 62] * 4) + ".tv"


@pytest.mark.parametrize("kind", ["names", "data", "page"])
def test_a_name_longer_than_any_host_name_goes_to_the_quarantine(kind: str) -> None:
    """A name has 255 characters at most; of a longer one 512 bytes are kept, so that a batch has a limit in bytes."""
    assert len(LONGEST + "a") == 255
    log = CtLog(tiled=kind != "page", names_tiles=kind == "names")
    log.add("a.example", LONGEST + "a", LONGEST + "ab", "b" * 250_000, "c.example").fill(255)
    came = (read if log.tiled else turn)(log)
    assert came.values == ["a.example", LONGEST + "a", "c.example", *of(1, 256)]
    assert came.rejected == [(0, "a name longer than any host name")] * 2
    assert [len(one.raw) for one in came.batches[0].rejected] == [257 - 1, RAW_LIMIT]


@pytest.mark.parametrize(
    "der",
    [
        b"\xff" * 10_000,
        certificate(tbs("x" * 10_000 + "\0")),
        certificate(tbs(b"\x82\x82\x27\x10" + b"\xff" * 10_000)),
        certificate(tbs("x" * 10_000)),
    ],
)
def test_of_what_cannot_be_used_little_is_kept(der: bytes) -> None:
    """The quarantine has the first 512 bytes, and nothing else of a bad entry stays in memory."""
    assert [len(raw) for raw, _ in named(Leaf(BEGUN, der, tbs=False, hash=b""), 0).found.bad] == [RAW_LIMIT]


@pytest.mark.parametrize(
    "line",
    [
        b"?" * 10_000,
        json.dumps({"Timestamp": 1, "DNS": ["x" * 10_000, "\0" + "x" * 10_000, "\u00e9" * 10_000]}).encode(),
    ],
)
def test_of_a_bad_line_little_is_kept(line: bytes) -> None:
    """The same holds for names tiles."""
    (entry,) = read_names_tile(line, 0)
    assert {len(raw) for raw, _ in entry.found.bad} == {RAW_LIMIT}


def test_of_many_common_names_the_last_counts() -> None:
    """However many common names a subject has, one name is read of it."""
    parts = b"".join(common_name(f"shop-{number}.example")[2:] for number in range(4))
    subject = b"\x30" + bytes([len(parts)]) + parts
    found = named(Leaf(BEGUN, certificate(tbs("x", subject=subject, extensions=[])), tbs=False, hash=b""), 0).found
    assert found.names == ["shop-3.example"]


# --- requests and time ------------------------------------------------------------------------------------------------


def test_a_log_that_brings_an_entry_a_page_ends_after_its_requests() -> None:
    """A night asks a log for its window / 16 + 64 pages and heads; what waits is told, and read in the next night."""
    log, good = CtLog(tiled=False, most=1).fill(200), CtLog("https://sun.example/b", tiled=False, key=OTHER_KEY)
    first = turn(log, good.fill(3, "sun"), window=160)
    assert first.values == [*of(40, 113), "sun-0.example", "sun-1.example", "sun-2.example"]
    assert [(one.held, one.behind) for one in first.notices] == [(False, 87)]
    assert first.texts == [
        "log.example/2026h2: its 74 requests of a night are spent; 87 entries wait at the log; look at it"
    ]
    second = turn(log, good, window=160, mark=first.mark)
    assert (second.values, second.notices[0].behind) == (of(113, 185), 15)
    assert turn(log, good, window=160, mark=second.mark).values == of(185, 200)


def test_entries_without_names_move_the_place_too() -> None:
    """What was looked at before the requests were spent is not looked at again, though it gave no row."""
    log = CtLog(tiled=False, most=1)
    for _ in range(200):
        log.add(body=certificate(tbs(extensions=[], subject=b"\x30\x00")))
    first = turn(log, window=160)
    assert (first.values, first.rejected, first.place["next"]) == ([], [], 113)


def test_a_reader_without_end_is_ended() -> None:
    """Whatever a log makes us ask, failures too: its requests are counted; of an unverified tree nothing is kept."""
    log = CtLog().fill(3)

    def ask(one: LogNight) -> Crawl:
        while True:
            try:
                yield Fetch(f"{one.log.url}nothing", keep=False)
            except OutsideError:
                continue

    came = night(read_logs("", ask, 9, tiled=True), log)
    assert (came.asked, came.mark, came.problem) == (["configured:", *["nothing"] * 9], "", None)
    assert came.texts == [
        "log.example/2026h2: its 9 requests of a night are spent; 0 entries wait at the log; look at it"
    ]


@pytest.mark.parametrize("tiled", [True, False])
@pytest.mark.parametrize("time", range(1, 12))
def test_when_the_time_of_the_run_is_over_nothing_more_is_asked(time: int, tiled: bool) -> None:
    """The rows that were read are kept, no other request is made of any log, and the next night loses nothing."""
    logs = [
        CtLog(tiled=tiled, names_tiles=True, most=256).fill(768),
        CtLog("https://sun.example/b", tiled=tiled, key=OTHER_KEY).fill(256, "sun"),
    ]
    crawl = read if tiled else turn
    whole = crawl(*logs)
    asked = len(whole.asked)
    first = night(_crawl(tiled), *logs, time=time)
    assert (len(first.asked), isinstance(first.problem, FeedHeld)) == (min(time + 1, asked), time < asked)
    second = crawl(*logs, mark=first.mark)
    assert first.values + second.values == whole.values
    assert second.texts == []


def _crawl(tiled: bool) -> Crawl:
    return CRAWLERS["ct_static" if tiled else "ct_rfc6962"].crawl("")


# --- logs that stand still --------------------------------------------------------------------------------------------

_DAY = 86_400_000


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([0], []),
        ([0, 2], []),
        ([0, 2.01], [(0, "has not grown since 2026-09-21")]),
        ([2.01, 0], [(1, "has not grown since 2026-09-21")]),
        ([0, 10, 10], [(0, "has not grown since 2026-09-21")]),
        ([0, 0, 10], [(2, "its tree head is of 2026-10-01, those of all other logs are of 2026-09-21")]),
        ([0, 1, 10_000_000], [(2, "its tree head is of a year beyond the calendar")]),
        ([10, 0, 10], [(1, "has not grown since 2026-09-21")]),
    ],
)
def test_a_log_that_stands_still_is_told(days: list[float], told: list[tuple[int, str]]) -> None:
    """A head that is two days older than those of others is held; one log of the future alone makes no other old."""
    logs = _logs(days)
    came = read(*logs)
    held = [one.text for one in came.notices if one.held]
    assert len(held) == len(told)
    for (number, words), text in zip(told, held, strict=True):
        assert text.startswith(f"{logs[number].host[8:]}: {words}")
    assert read(*logs, mark=came.mark).texts == held  # and again, as long as it is so


def test_a_log_that_is_read_only_may_stand_still() -> None:
    """Nobody expects new heads of a log that takes nothing more."""
    logs = _logs([0, 10])
    logs[0].state = "readonly"
    assert [one.text for one in read(*logs).notices if one.held] == []


def _logs(days: list[float]) -> list[CtLog]:
    made = [
        CtLog("https://log.example/0", key=EC_KEY),
        CtLog("https://log.example/1", key=OTHER_KEY),
        CtLog("https://log.example/2", key=rsa_key()),
    ]
    return [
        log.fill(255, f"shop{number}").add(f"last{number}.example", timestamp=BEGUN + int(day * _DAY))
        for number, (log, day) in enumerate(zip(made, days, strict=False))
    ]
