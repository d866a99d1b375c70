"""What the tests of the store share: a clock that is moved by hand, a store on it, and rows of a feed."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scamhunt.model import Kind, Match, Reason
from scamhunt.store import Body, Found, Reading, Store

START = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def elapsed() -> list[float]:
    """Return the seconds that passed since the start; a test changes the first item."""
    return [0.0]


@pytest.fixture
def now(elapsed: list[float]) -> Callable[[], datetime]:
    """Return the clock."""
    return lambda: START + timedelta(seconds=elapsed[0])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a state folder that is not there yet."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with all tables and nothing in them."""
    folder = tmp_path_factory.mktemp("empty")
    Store.open(folder, now=lambda: START).close()
    return folder / "scamhunt.db"


@pytest.fixture
def store(home: Path, empty: Path, now: Callable[[], datetime]) -> Iterator[Store]:
    """Return a store with nothing in it."""
    home.mkdir(0o700)
    shutil.copyfile(empty, home / empty.name)
    with Store.open(home, now=now) as opened:
        yield opened


@pytest.fixture
def begin(store: Store) -> Callable[..., Reading]:
    """Return what begins a reading of a feed; another body for each name of it."""

    def _begin(feed: str = "nrd_list", body: str = "monday") -> Reading:
        return store.begin_reading(Body(feed, f"/feeds/{body}.txt", body.encode().hex(), 100, f"archive/{body}"))

    return _begin


@pytest.fixture(scope="session")
def row() -> Callable[..., Found]:
    """Return what makes a matched row."""

    def _row(  # noqa: PLR0913  # what a row has
        line: int,
        target: str,
        brand: str = "amazon",
        score: float = 0.8,
        *,
        seen: str = "",
        seen_at: datetime | None = None,
        flags: tuple[str, ...] = (),
        kind: Kind = Kind.DOMAIN,
    ) -> Found:
        reasons = (Reason("exact", 3.5, f"has the word {brand}"), Reason("lure", 1.25, "has the word refund"))
        return Found(Match(line, seen or target, target, brand, score, reasons), kind, line, seen_at, flags)

    return _row
