import itertools
import json
from collections.abc import Callable

import pytest

from scamhunt.errors import FeedFailed
from tests.crawlers.ct_log import OTHER_KEY, CtLog, log_list
from tests.crawlers.ct_night import of, read, stand


def _changed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(old, new)


def _flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda body: body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


_LIES: list[tuple[str, Callable[[bytes], bytes] | None, bool, str]] = [
    ("checkpoint", _changed(b"log.example/2026h2\n", b"log.example/2025h1\n"), True, "another log's origin"),
    ("checkpoint", _changed(b"\n600\n", b"\n601\n"), True, "signature is wrong"),
    ("checkpoint", _changed(b"\n600\n", b"\n0600\n"), True, "no checkpoint of origin, size and root"),
    ("checkpoint", _changed(b"\n\n", b"\nextension\n\n"), True, "no checkpoint of origin, size and root"),
    ("checkpoint", lambda body: body.partition(b"\n\n")[0] + b"\n\n", True, "no checkpoint but something else"),
    ("checkpoint", _changed("\u2014 log.example".encode(), "\u2014 witness.example".encode()), True, "not signed"),
    ("checkpoint", _changed(b"\n\n", b"\n\x00\n\n"), True, "no checkpoint but something else"),
    ("checkpoint", lambda _: b"\xff\n\n", True, "no checkpoint but something else"),
    ("checkpoint", lambda _: b"<html>moved</html>", True, "no checkpoint but something else"),
    ("checkpoint", lambda body: body * 500, False, "larger than 65,536 bytes"),
    ("checkpoint", None, False, "answered 404"),
    ("tile/0/002.p/88", _flipped(3), True, "does not follow from its tiles"),
    ("tile/0/002.p/88", lambda body: body[:-1], False, "has 2,815 bytes, not 2,816"),
    ("tile/1/000.p/2", _flipped(3), True, "does not follow from its tiles"),
    ("tile/data/000", _flipped(30), False, "data tile 0 is damaged"),
    ("tile/data/000", lambda body: body[:-40], False, "is cut off"),
    ("tile/data/000", lambda body: body[: len(body) // 2], False, "cut off"),
    ("tile/data/000", lambda body: body[:9] + b"\x07" + body[10:], False, "damaged at entry 0"),
    ("tile/data/000", lambda body: b"\x1f\x8b" + body, False, "damaged gzip"),
    ("tile/data/000", lambda _: b"", False, "data tile 0 is damaged"),
    ("tile/data/000", _changed(b"\x05" + (3).to_bytes(5), b"\x05" + (4).to_bytes(5)), True, "index gap, entry 3"),
]


@pytest.mark.parametrize(("path", "lie", "held", "words"), _LIES)
def test_a_log_that_fails_or_lies_is_told_and_the_others_go_on(
    path: str, lie: Callable[[bytes], bytes] | None, held: bool, words: str
) -> None:
    """Nothing of a log is believed that does not fit its signed tree head; its place stays, other logs are read."""
    bad = CtLog(lies={path: lie}).fill(600)
    good = CtLog("https://sun.example/a", key=OTHER_KEY).fill(256, "sun")
    came = read(bad, good)
    assert came.problem is None
    assert came.values == [f"sun-{number}.example" for number in range(256)]
    assert [one.held for one in came.notices] == [held]
    assert came.texts[0].startswith("log.example/2026h2: ")
    assert words in came.texts[0]
    assert bad.identity not in json.loads(came.mark)


def test_another_logs_key_is_held() -> None:
    """[11] A checkpoint that another key signed is not believed, however well it is signed."""
    log = CtLog().fill(256)
    listed = log_list(CtLog(key=OTHER_KEY))
    came = read(log, body=listed)
    assert (came.values, [one.held for one in came.notices]) == ([], [True])
    assert "not signed with the log's key" in came.texts[0]


def _shrunk(log: CtLog) -> None:
    log.size = 700


def _other_root(log: CtLog) -> None:
    log.entries[5:6] = CtLog().add("other.example").entries
    log.hashes.clear()


def _other_past(log: CtLog) -> None:
    _other_root(log)
    log.fill(300)


@pytest.mark.parametrize("size", [300, 512, 768, 1_000])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_shrunk, "its tree has shrunk from"),
        (_other_root, "another root for the same"),
        (_other_past, "the tree that it had before does not begin its present one"),
    ],
)
def test_a_tree_that_forgets_what_it_had_is_misbehaviour(
    change: Callable[[CtLog], None], words: str, size: int
) -> None:
    """[11] A log that shrinks, has another root for the same size, or rewrites its past: held, and not read."""
    log = CtLog().fill(size)
    mark = stand(log)
    if change is _shrunk:
        log.size = size - 100
    else:
        change(log)
    came = read(log, mark=mark)
    assert (came.values, came.mark, [one.held for one in came.notices]) == ([], mark, [True])
    assert f"log misbehaviour: {words}" in came.texts[0]


@pytest.mark.parametrize(
    ("before", "after"),
    list(itertools.combinations([0, 1, 44, 255, 256, 257, 300, 511, 512, 513, 700, 768, 1_000], 2)),
)
def test_a_tree_that_grows_is_a_prefix_at_every_edge(before: int, after: int) -> None:
    """A log that grew honestly is never held, wherever the edges of its tiles lie."""
    log = CtLog(size=before).fill(1_000)
    mark = stand(log, before)
    log.size = after
    came = read(log, mark=mark)
    assert (came.texts, came.problem) == ([], None)
    assert came.place["size"] == after


def test_tiles_above_the_second_level() -> None:
    """A tree of more than 65,536 entries has a third level, and its tiles are verified too."""
    log = CtLog(size=65_000).fill(66_100)
    mark = stand(log, 65_000)
    log.size = 66_100
    came = read(log, mark=mark)
    assert (came.values, came.texts) == (of(65_000, 66_048), [])
    assert {"tile/0/258.p/52", "tile/1/001.p/2", "tile/2/000.p/1", "tile/1/000", "tile/0/253"} <= set(came.asked)
    log.lies["tile/1/000"] = _flipped(8_000)
    assert "tile 0 of level 1 is not that of its tree" in read(log, mark=mark).texts[0]


def test_all_logs_failing_is_a_feed_that_failed() -> None:
    """No network at all is one failure, not thirty notices and a good end; a log that lies is held instead."""
    logs = [CtLog(lies={"checkpoint": None}), CtLog("https://sun.example/a", key=OTHER_KEY, lies={"checkpoint": None})]
    came = read(*logs)
    assert isinstance(came.problem, FeedFailed)
    assert "none of the 2 tiled logs could be read" in str(came.problem)
    assert read(CtLog(lies={"checkpoint": lambda _: b"?"})).problem is None
