"""The drop folder on a real disk: what is listed, what is left alone, and that no name leads out of it."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from scamhunt.errors import FeedFailed, UserError
from scamhunt.gather import folder
from scamhunt.gather.fetch import Fetcher, locate
from scamhunt.gather.pace import Pace
from scamhunt.model import CONFIGURED, Feed, Fetch, Keeps, Kind
from scamhunt.settings import Settings
from scamhunt.testing import Hosts

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
FEED = Feed(
    "drop_folder",
    "p",
    "https://example.com",
    "t",
    Kind.PHONE,
    "0 0 * * *",
    needs_key=False,
    rows_a_day=(0, 1),
    verified_on="2026-11-22",
    how="tried",
    address="folder:",
    keeps=Keeps.ROWS,
)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Give an empty folder."""
    path = tmp_path / "drop"
    path.mkdir()
    return path


@pytest.fixture
def put(drop: Path) -> Callable[..., Path]:
    """Give a function that puts a file into the folder that has not changed for a while."""

    def one(name: str, body: bytes = b"x", at: float = 1_700_000_000) -> Path:
        path = drop / name
        path.write_bytes(body)
        os.utime(path, (at, at))
        return path

    return one


def listed(drop: Path) -> list[str]:
    """Return the names of the listing."""
    with folder.opened("folder:", str(drop)) as file:
        return [one["name"] for one in json.load(file)["files"]]


def test_files_are_listed_the_oldest_first(drop: Path, put: Callable[..., Path]) -> None:
    """Each has its name, size and time."""
    put("new.csv", b"123", 1_700_000_001)
    put("old.csv", b"12345")
    with folder.opened("folder:", str(drop)) as file:
        assert json.load(file) == {
            "files": [
                {"name": "old.csv", "size": 5, "modified": 1_700_000_000_000_000_000},
                {"name": "new.csv", "size": 3, "modified": 1_700_000_001_000_000_000},
            ],
            "more": 0,
        }


def test_what_is_no_finished_file_is_left_alone(drop: Path, put: Callable[..., Path]) -> None:
    """Hidden files, downloads on their way, links, folders and pipes are not listed; a time to come does no harm."""
    put("good.csv", at=4_000_000_000)
    for name in (".hidden", "a.part", "b.TMP", "c.crdownload"):
        put(name)
    (drop / "link.csv").symlink_to(drop / "good.csv")
    (drop / "below").mkdir()
    (drop / "below" / "deep.csv").write_bytes(b"x")
    os.mkfifo(drop / "pipe")
    (drop / "fresh.csv").write_bytes(b"just now")
    assert listed(drop) == ["good.csv"]


def test_of_very_many_files_the_newest_are_listed(drop: Path, put: Callable[..., Path]) -> None:
    """A folder that nobody clears out does not hide what is new."""
    for at in range(1_003):
        put(f"{at:04}", at=1_700_000_000 + at)
    with folder.opened("folder:", str(drop)) as file:
        found = json.load(file)
    assert (len(found["files"]), found["files"][0]["name"], found["more"]) == (1_000, "0003", 3)


@pytest.mark.parametrize("name", ["..", ".", "", "%2e%2e", "..%2Fsecret", "%2Fetc%2Fpasswd", "a/b", "a%00b"])
def test_no_name_leads_out_of_the_folder(drop: Path, name: str) -> None:
    """A name is one name, however it is written."""
    (drop.parent / "secret").write_text("secret")
    with pytest.raises(FeedFailed, match="outside of the folder: refused"):
        folder.opened(f"folder:/{name}", str(drop))


@pytest.mark.parametrize(
    ("kind", "why"), [("link", "symbolic links"), ("folder", "no regular"), ("pipe", "no regular")]
)
def test_only_regular_files_are_opened(drop: Path, kind: str, why: str) -> None:
    """A link that was put in the place of a listed file is not followed, a pipe does not block."""
    if kind == "link":
        (drop.parent / "secret").write_text("secret")
        (drop / "it").symlink_to(drop.parent / "secret")
    elif kind == "folder":
        (drop / "it").mkdir()
    else:
        os.mkfifo(drop / "it")
    with pytest.raises(FeedFailed, match=why):
        folder.opened("folder:/it", str(drop))


def test_a_file_that_went_away_fails_alone(drop: Path) -> None:
    """It is the feed's trouble, not the user's mistake: the other files go on."""
    with pytest.raises(FeedFailed, match="no such file or directory; look at the file"):
        folder.opened("folder:/gone.csv", str(drop))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "set SCAMHUNT_DROP_FOLDER"),
        ("/no/such", "no such file"),
        ("\0", "not a path"),
        (__file__, "not a directory"),
    ],
)
def test_a_folder_that_is_none_is_the_users_mistake(path: str, why: str) -> None:
    """The message has the setting."""
    with pytest.raises(UserError, match=why) as problem:
        folder.opened("folder:", path)
    assert "SCAMHUNT_DROP_FOLDER" in str(problem.value)


@pytest.mark.parametrize(
    "name",
    ["reports.csv", "a b.csv", "50%.csv", "{date-1}.csv", "ü?#.csv", b"bad\xff.csv".decode("utf-8", "surrogateescape")],
)
def test_the_fetcher_brings_a_file_by_its_listed_name(
    drop: Path, put: Callable[..., Path], lab: Settings, name: str
) -> None:
    """Whatever a file is called, the crawler's way of asking brings its bytes, and what the team set for tables."""
    put(name, b"number\n+18885550142\n")
    columns = {"text": "Notes", "region": "Land"}
    update = {"drop_folder": str(drop), "region": "US", "phone_columns": columns, "clock": NOW}
    settings = lab.model_copy(update=update)
    with Fetcher(settings, Pace(Hosts())) as fetcher:
        asked = Fetch(CONFIGURED, keep=False)
        with fetcher.fetch(asked, locate(asked, FEED, "", settings), FEED) as came:
            (found,) = json.loads(b"".join(came.reply.chunks))["files"]
        assert found["name"] == name
        asked = Fetch(f"{CONFIGURED}/{quote(name, safe='', errors='surrogateescape')}")
        with fetcher.fetch(asked, locate(asked, FEED, "", settings), FEED) as came:
            assert b"".join(came.reply.chunks) == b"number\n+18885550142\n"
            assert {name: came.reply.options[name] for name in ("text", "region")} == {"text": "Notes", "region": "US"}
            assert came.reply.options["region_column"] == "Land"
            assert came.reply.options["now"] == "2026-11-22T08:00:00+00:00"
    assert (drop / name).exists()
