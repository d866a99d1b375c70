import os
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from scamhunt.errors import StoreError
from scamhunt.model import Actor, Event, Rejected
from scamhunt.store import Body, Gathered, Reading, Store, database, schema
from scamhunt.store.tables import Base

Clock = Callable[[], datetime]
VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"
NOBODY = 65_534


@pytest.fixture
def umask() -> Iterator[None]:
    """Take a umask that lets everybody read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Act as a user whom the file system can refuse something, also where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def mode(path: Path) -> int:
    """Return the permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def execute(file: Path, *statements: str) -> None:
    """Run SQL on a file as another program would."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.usefixtures("umask")
def test_a_new_store_is_only_for_its_owner(home: Path, now: Clock) -> None:
    """Folder 0700 and files 0600, whatever the umask; what was wider is narrowed at the next start."""
    deep = home / "a" / "b"
    with Store.open(deep, now=now) as store, store.acting(Actor("anna", "os_user")) as desk:
        desk.log(Event("case.note", "candidate:1"))
        files = sorted(deep.iterdir())
        assert [file.name for file in files] == ["scamhunt.db", "scamhunt.db-shm", "scamhunt.db-wal"]
        assert (mode(deep), {mode(file) for file in files}) == (0o700, {0o600})
    store.file.chmod(0o644)
    Store.open(deep, now=now).close()
    assert mode(store.file) == 0o600


def test_the_database_is_set_up_to_be_safe(store: Store) -> None:
    """Each connection has the journal, the checks and the locks that hold promises."""
    expected = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "synchronous": 2,
        "trusted_schema": 0,
        "secure_delete": 1,
    }
    with store.acting(Actor("anna", "os_user")) as desk:
        found = {name: desk.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}
        assert found == expected
        with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
            desk.connection.exec_driver_sql(
                "INSERT INTO match (candidate_id, brand, indicator, score, reasons) VALUES (9, 'a', 'b', 1, '[]')"
            )


def test_a_writer_takes_its_lock_at_once(store: Store) -> None:
    """A transaction that will write cannot be overtaken between looking and writing."""
    with (
        store.acting(Actor("anna", "os_user")),
        closing(sqlite3.connect(store.file, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_what_is_stored_is_there_next_time(store: Store, home: Path, now: Clock, begin: Callable[..., Reading]) -> None:
    """A store that is opened again has everything, times in UTC."""
    reading = begin()
    store.close()
    with Store.open(home, now=now) as again:
        found = again.begin_reading(Body(reading.feed, "", reading.sha256, 0, ""))
    assert found == reading
    assert found.started_at.utcoffset() is not None


def test_several_may_open_a_new_folder_at_once(home: Path, now: Clock) -> None:
    """The tables are made once, and everybody gets a store."""
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: Store.open(home, now=now), range(6)))
    for store in stores:
        assert store.candidates() == []
        store.close()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(5000), "is no database; move it away"),
        (b"just some text, long enough to be looked at by a database " * 100, "is no database; move it away"),
    ],
    ids=["PNG", "text"],
)
def test_a_file_that_is_no_database_is_left_alone(home: Path, now: Clock, content: bytes, says: str) -> None:
    """It is refused in words and not changed."""
    home.mkdir()
    (home / "scamhunt.db").write_bytes(content)
    with pytest.raises(StoreError, match=says):
        Store.open(home, now=now)
    assert (home / "scamhunt.db").read_bytes() == content


def test_a_damaged_database_is_told(store: Store, home: Path, now: Clock, begin: Callable[..., Reading]) -> None:
    """Pages that were overwritten are found by the check or at the first use, and the advice is a backup."""
    store.save_batch(begin(), Gathered("m", 0, 0, [Rejected(line, b"x" * 500, "bad") for line in range(500)]))
    store.close()
    execute(store.file, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.file.read_bytes())
    content[30 * 4096 : -4096] = b"\x5a" * (len(content) - 31 * 4096)
    store.file.write_bytes(content)
    with Store.open(home, now=now) as again:
        assert again.check() != []
        with pytest.raises(StoreError, match="is damaged; keep a copy"):
            again.quarantine(limit=None)


def test_a_truncated_database_is_told(store: Store, home: Path, now: Clock) -> None:
    """A file that lost its end is refused at the start."""
    store.close()
    store.file.write_bytes(store.file.read_bytes()[:6000])
    with pytest.raises(StoreError, match=r"scamhunt\.db is damaged"):
        Store.open(home, now=now)


def test_an_orphan_is_found_by_the_check(store: Store) -> None:
    """A row that belongs to nothing is named."""
    execute(store.file, "INSERT INTO sighting VALUES (1, 77, 78, 1, 'a.com', '2026-11-22 06:00:00.000000')")
    assert store.check() == ["sighting row 1 belongs to nothing"] * 2


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "was written by a newer scamhunt; install that version"),
        ("DELETE FROM alembic_version", "was written by a newer scamhunt"),
        ("DROP TABLE alembic_version", "holds the tables of another program; set SCAMHUNT_HOME"),
    ],
)
def test_tables_that_are_not_ours_are_left_alone(
    store: Store, home: Path, now: Clock, statement: str, says: str
) -> None:
    """Newer tables and another program's are refused, by an upgrade too."""
    store.close()
    execute(store.file, statement)
    for refused in (lambda: Store.open(home, now=now), lambda: Store.upgrade(home)):
        with pytest.raises(StoreError, match=says):
            refused()


def test_older_tables_ask_for_an_upgrade() -> None:
    """Nothing is migrated behind a person's back: the command is named."""
    with pytest.raises(StoreError, match="has tables of revision 0001, 0002 is needed; run: scamhunt db upgrade"):
        schema.require_head("0001", Path("x.db"), ["0001", "0002"])


def test_an_upgrade_says_whether_there_was_anything_to_do(home: Path) -> None:
    """The first makes the tables, the second finds them."""
    assert Store.upgrade(home) is True
    assert Store.upgrade(home) is False


def test_migrations_build_what_the_tables_say(store: Store) -> None:
    """Models and migrations agree, and the known revisions are those of the files."""
    engine = database.connect(store.file)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
    assert tuple(sorted(file.name[:4] for file in VERSIONS.glob("[0-9]*.py"))) == schema.REVISIONS


def test_migrations_go_down_and_up_again(store: Store, home: Path, now: Clock) -> None:
    """Down leaves no table of ours, up builds the same again."""

    def tables() -> list[str]:
        with closing(sqlite3.connect(store.file)) as connection:
            return [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql > '' ORDER BY 1")]

    store.close()
    before = tables()
    assert schema.upgrade(store.file, to=schema.BASE) is True
    assert [text for text in tables() if "alembic_version" not in text and "sqlite_sequence" not in text] == []
    assert schema.upgrade(store.file) is True
    assert tables() == before
    Store.open(home, now=now).close()


def test_a_read_only_folder_is_told() -> None:
    """Neither a new database nor a change to one is possible there; both say what to do."""
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer)
        folder.chmod(0o755)
        Store.upgrade(folder)
        (folder / "scamhunt.db").chmod(0o444)
        folder.chmod(0o555)
        with ordinary_user():
            for place in (folder / "new", folder):
                with pytest.raises(StoreError, match="give this user the right to write there, or set SCAMHUNT_HOME"):
                    Store.open(place, now=datetime.now)
        folder.chmod(0o755)


def test_a_home_that_is_a_file_is_told(tmp_path: Path, now: Clock) -> None:
    """A path that cannot be a folder is named."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=re.escape(str(tmp_path / "file"))):
        Store.open(tmp_path / "file", now=now)


def test_a_full_disk_stores_nothing_of_the_step(store: Store, begin: Callable[..., Reading]) -> None:
    """What the database cannot grow for is rolled back whole, and what is there stays usable."""
    reading = begin()
    with store.acting(Actor("anna", "os_user")) as desk:
        pages = desk.connection.exec_driver_sql("PRAGMA page_count").scalar()
        desk.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    rejected = [Rejected(line, b"x" * 5000, "bad") for line in range(100)]
    with pytest.raises(StoreError, match="its disk is full; nothing of this step was stored: make room and run again"):
        store.save_batch(reading, Gathered("m", 0, 0, rejected))
    assert begin() == reading
    assert store.quarantine() == []


def test_a_database_in_use_is_waited_for_and_then_told(store: Store, home: Path, now: Clock) -> None:
    """After the time to wait it says that another program is at it."""
    with Store.open(home, now=now, busy_seconds=0.05) as other, store.acting(Actor("anna", "os_user")):
        with pytest.raises(StoreError, match="is in use by another program; wait"), other.lease("sweep"):
            pass
        assert other.candidates() == []


def test_a_new_file_in_use_is_waited_for_and_then_told(home: Path, now: Clock) -> None:
    """Also the switch to the write-ahead log waits, which SQLite does not do by itself."""
    home.mkdir()
    with closing(sqlite3.connect(home / "scamhunt.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="is in use by another program"):
            Store.open(home, now=now, busy_seconds=0.05)


def test_a_mistake_of_ours_is_not_blamed_on_the_disk(store: Store) -> None:
    """An error that nobody can mend from outside stays what it is: a bug."""
    with pytest.raises(sa.exc.OperationalError, match="no such table"), store.acting(Actor("anna", "os_user")) as desk:
        desk.connection.exec_driver_sql("SELECT * FROM no_table")


def test_a_copy_is_a_store_of_its_own(store: Store, tmp_path: Path, now: Clock, begin: Callable[..., Reading]) -> None:
    """What is changed in the copy leaves the original as it was."""
    reading = begin()
    store.copy_to(tmp_path / "copy")
    with Store.open(tmp_path / "copy", now=now) as copy:
        copy.save_batch(reading, Gathered("line 1", 1, 0))
    assert begin() == reading
    assert mode(tmp_path / "copy" / "scamhunt.db") == 0o600
    with pytest.raises(StoreError):
        store.copy_to(store.file)


@pytest.mark.parametrize(
    ("version", "races"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_versions_of_sqlite_that_can_lose_pages_are_known(version: tuple[int, ...], races: bool) -> None:
    """The WAL-reset race was mended in 3.51.3 and in two older branches."""
    assert database.has_wal_race(version) is races


def test_an_old_sqlite_is_warned_of_and_works(store: Store) -> None:
    """The warning names the version that runs, when it is one of those."""
    warned = [warning for warning in store.warnings() if warning.startswith(f"SQLite {sqlite3.sqlite_version} can")]
    assert len(warned) == database.has_wal_race(sqlite3.sqlite_version_info)


def test_alembic_is_loaded_only_to_migrate(store: Store, home: Path) -> None:
    """Opening a database that is up to date does not pay for it."""
    store.close()
    code = (
        "import sys, pathlib, datetime; from scamhunt.store import Store; "
        f"Store.open(pathlib.Path({str(home)!r}), now=datetime.datetime.now).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
