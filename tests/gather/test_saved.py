import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from scamhunt import bundle
from scamhunt.cli import overlay
from scamhunt.gather.check import check_crawler
from scamhunt.gather.saved import cases, try_case

MODULE = '''
from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.model import CONFIGURED, Batch, Example, Feed, Fetch, Kind, Notice, Snapshot

FEED = Feed("own", "us", "https://a.example", "ours", Kind.DOMAIN, "0 6 * * *", False, (1, 9), "2026-01-01", "tried")
EXAMPLES = (Example(b"", ("a.com",), replies={"https://a.example/": b"a.com"}),)


def crawl(mark):
    """Read a list, then the tile that it asks for raw, then what is new of a list."""
    reply = yield Fetch("https://a.example/")
    names = b"".join(reply.chunks).decode().split()
    if "held" in names:
        raise FeedHeld("no list at all")
    yield Batch("1", names, list(range(1, len(names) + 1)), [None] * len(names), schema="plain")
    if mark == "":
        return
    try:
        tile = yield Fetch("https://a.example/tile", raw=True)
        yield Notice(f"a tile of {len(b''.join(tile.chunks))} bytes in a mark of {mark}", behind=7)
    except FeedFailed as error:
        yield Notice(f"no tile: {error}", held=True)
    found = yield Snapshot("z", "night 1", [[b"x.com", b"y.com"]])
    new = [one.decode() for some in found.new for one in some]
    yield Batch('{"size": 2}', new, [0] * len(new), [None] * len(new))
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a crawler's saved bodies in an overlay."""
    there = tmp_path / "crawlers" / "own"
    there.mkdir(parents=True)
    (tmp_path / "crawlers" / "own.py").write_text(MODULE)
    for path in (tmp_path, there.parent, there.parent / "own.py"):
        path.chmod(0o700)
    (there / "list.gz").write_bytes(gzip.compress(b"a.com b.com"))
    return there


def _crawler(folder: Path) -> bundle.Crawler:
    return bundle.crawlers(folder.parents[1])["own"]


def _try(folder: Path, **case: object) -> list[str]:
    case = {"replies": {"https://a.example/": "list.gz"}, "rows": [["a.com", 1, None], ["b.com", 2, None]], **case}
    (folder / "case.json").write_text(json.dumps(case))
    return try_case(_crawler(folder), folder / "case.json", 3)


def test_a_list_comes_unwrapped(folder: Path) -> None:
    """A saved body that is packed is unpacked as the framework does it; an exact expectation passes."""
    assert _try(folder) == []
    assert _try(folder, schema="plain", held=0, behind=0, mark_after=1, about="a list", raises="") == []


REST: dict[str, Any] = {
    "mark": {"b": 1, "a": "x"},
    "snapshots": {"night 1": ["x.com"]},
    "rows": [["a.com", 1, None], ["b.com", 2, None], ["y.com", 0, None]],
    "mark_after": {"size": 2},
}


def test_a_case_with_a_place_a_raw_body_and_a_list_of_the_last_time(folder: Path) -> None:
    """A mark may be written as an object, a raw body comes as it is, and the list of the last time is compared."""
    size = (folder / "list.gz").stat().st_size
    replies = {"https://a.example/": "list.gz", "https://a.example/tile": "list.gz"}
    notice = f'a tile of {size} bytes in a mark of {{"a": "x", "b": 1}}'
    assert _try(folder, **REST, replies=replies, notices=[notice], behind=7) == []
    gone = {**replies, "https://a.example/tile": None}
    for less in (gone, {"https://a.example/": "list.gz"}):
        told = "no tile: 'https://a.example/tile': answered with 404"
        assert _try(folder, **REST, replies=less, notices=[told], held=1) == []
    (problem,) = _try(folder, **REST | {"snapshots": {}}, replies=replies)
    assert "compares with the list 'night 1'" in problem


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ({"rows": [["a.com", 1, None]]}, "rows: [['b.com', 2, None]] came, not []"),
        (
            {"rows": [["a.com", 1, None], ["c.com", 2, None]]},
            "rows: [['b.com', 2, None]] came, not [['c.com', 2, None]]",
        ),
        ({"rejected": [[3, "bad"]]}, "rejected: [] came, not [[3, 'bad']]"),
        ({"notices": ["gone"]}, "notices: [] came, not ['gone']"),
        ({"held": 1}, "held: 0 came, not 1"),
        ({"behind": 1}, "behind: 0 came, not 1"),
        ({"schema": "hosts"}, "schema: 'plain' came, not 'hosts'"),
        ({"mark_after": "line 2"}, "mark_after: 1 came, not 'line 2'"),
        ({"raises": "no list"}, "ends with '', not with 'no list'"),
        ({"replies": {}}, "ends with \"'https://a.example/': answered with 404; look at the address\", not with ''"),
        ({"replies": {"https://a.example/": "none"}}, "none: no such file or directory; save the body there"),
        ({"rules": []}, "'rules' is no key of a case; there are about, behind"),
        ({"rows": 5}, "mend the file"),
        ({"replies": []}, "mend the file"),
    ],
)
def test_what_differs_is_told(folder: Path, case: dict[str, Any], problem: str) -> None:
    """Each expectation that is not met, and each fault of the case itself, is one sentence that names the case."""
    (told,) = _try(folder, **case)
    assert told.startswith("case.json: ")
    assert problem in told


def test_a_list_that_is_held(folder: Path) -> None:
    """A case may say that the body is no list; another reason, or none, is told."""
    (folder / "page.html").write_bytes(b"held")
    page = {"https://a.example/": "page.html"}
    assert _try(folder, replies=page, rows=[], raises="no list") == []
    assert _try(folder, replies=page, rows=[], raises="HTML") == [
        "case.json: ends with 'no list at all', not with 'HTML'"
    ]
    assert _try(folder, replies=page, rows=[]) == ["case.json: ends with 'no list at all', not with ''"]


@pytest.mark.parametrize("text", ["[]", '{"rows": []}', "{", "\xff"])
def test_a_case_that_is_none(folder: Path, text: str) -> None:
    """What is no JSON object with bodies and rows is told and nothing breaks."""
    (folder / "case.json").write_text(text, "latin-1")
    (problem,) = try_case(_crawler(folder), folder / "case.json")
    assert problem.startswith("case.json: ")
    assert problem.endswith("; mend the file")


def test_a_crawler_that_takes_no_mark(folder: Path) -> None:
    """A function of the wrong form is told as what ends the case."""
    (folder.parent / "own.py").write_text(MODULE.replace("def crawl(mark)", "def crawl()"))
    assert _try(folder)[0].startswith("case.json: ends with 'TypeError: crawl() takes 0")


def test_the_bodies_of_a_team_are_checked_with_its_crawler(folder: Path) -> None:
    """`feeds check` tries what lies in the folder beside the module; doctor takes that folder for no stray."""
    assert _try(folder) == []
    assert [case.name for case in cases(_crawler(folder))] == ["case.json"]
    assert check_crawler(_crawler(folder)) == []
    _try(folder, held=1)
    assert check_crawler(_crawler(folder)) == [f"{folder}: case.json: held: 0 came, not 1"]
    (folder.parent / "other").mkdir()
    assert [path.name for path, _ in overlay.stray(folder.parents[1])] == ["other"]
