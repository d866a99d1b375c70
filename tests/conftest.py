"""What all tests share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

from bench.postgres import Server
from scamhunt.store import Store

# No example is timed, and none is written to the checkout: it may belong to somebody else.
settings.register_profile("scamhunt", deadline=None, database=None)
settings.load_profile("scamhunt")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Return a PostgreSQL of this test session alone; it is started when the first test asks for it."""
    with Server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest) -> str:
    """Return which database a test runs on: each test that asks runs on both."""
    return str(request.param)


@pytest.fixture
def fresh_database(where: str, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Return what gives the URL of an empty database, another one each time; of SQLite an empty URL."""
    if where == "sqlite":
        yield str
        return
    server: Server = request.getfixturevalue("postgres")
    made: list[str] = []

    def create() -> str:
        made.append(server.create())
        return server.url(made[-1])

    yield create
    for name in made:
        server.drop(name)


@pytest.fixture
def database_with_tables(
    where: str, fresh_database: Callable[[], str], request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[[], str]:
    """Return what gives the URL of a database with all tables and nothing in them; of SQLite an empty URL."""
    if where == "sqlite":
        return fresh_database
    server: Server = request.getfixturevalue("postgres")
    url = fresh_database()
    Store.open(tmp_path / "tables", now=lambda: datetime.now(UTC), url=url).close()
    template = urlsplit(url).path.lstrip("/")
    return lambda: server.url(server.create(template))
