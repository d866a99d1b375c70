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
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from scamhunt.errors import StoreError
from scamhunt.model import Actor, Event, Rejected
from scamhunt.store import Body, Found, Gathered, Reading, ReportDraft, Said, Store, database, schema, sqlite
from scamhunt.store.tables import Base

Clock = Callable[[], datetime]
VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"
NOBODY = 65_534
ANNA = Actor("anna", "os_user")


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


only_sqlite = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("where", ["postgres"], indirect=True)


@pytest.mark.usefixtures("umask")
def test_a_new_store_is_only_for_its_owner(home: Path, now: Clock) -> None:
    """Folder 0700 and files 0600, whatever the umask; what was wider is narrowed at the next start."""
    deep = home / "a" / "b"
    with Store.open(deep, now=now) as store, store.acting(ANNA) as desk:
        desk.log(Event("case.note", "candidate:1"))
        files = sorted(deep.iterdir())
        assert [file.name for file in files] == ["scamhunt.db", "scamhunt.db-shm", "scamhunt.db-wal"]
        assert (mode(deep), {mode(file) for file in files}) == (0o700, {0o600})
    store.file.chmod(0o644)
    Store.open(deep, now=now).close()
    assert mode(store.file) == 0o600


@only_sqlite
def test_the_database_is_set_up_to_be_safe(store: Store) -> None:
    """Each connection has the journal, the checks and the locks that hold promises."""
    expected = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 20_000,
        "synchronous": 2,
        "trusted_schema": 0,
        "secure_delete": 1,
    }
    with store.acting(ANNA) as desk:
        found = {name: desk.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}
        assert found == expected
        with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
            desk.connection.exec_driver_sql(
                "INSERT INTO match (candidate_id, brand, indicator, score, reasons) VALUES (9, 'a', 'b', 1, '[]')"
            )


@only_postgres
def test_a_connection_is_set_up_to_be_safe(store: Store) -> None:
    """Each has its time-outs and its name, sees only the schema of the URL and waits until what it stores is stored."""
    expected = {
        "search_path": "public, pg_temp",
        "transaction_isolation": "read committed",
        "lock_timeout": "1min",
        "statement_timeout": "15min",
        "idle_in_transaction_session_timeout": "2min",
        "TimeZone": "UTC",
        "application_name": "scamhunt",
        "synchronous_commit": "on",
    }
    with store.acting(ANNA) as desk:
        found = {name: desk.connection.exec_driver_sql(f"SHOW {name}").scalar() for name in expected}
        assert found == expected
        with pytest.raises(sa.exc.IntegrityError, match="foreign key"):
            desk.connection.exec_driver_sql(
                "INSERT INTO match (candidate_id, brand, indicator, score, reasons) VALUES (9, 'a', 'b', 1, '[]')"
            )


@only_postgres
def test_looking_changes_nothing_and_sees_one_state(store: Store, url: str) -> None:
    """What only reads cannot write, and does not see what another stores meanwhile."""
    place = database.place(store.home, url)
    engine = database.connect(place)
    with database.transaction(engine, place, writes=False) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar() == 0
        with store.acting(ANNA) as desk:
            desk.log(Event("case.note", "candidate:1"))
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar() == 0
        with pytest.raises(sa.exc.InternalError, match="read-only"):
            connection.exec_driver_sql("CREATE TABLE zz (a int)")
    engine.dispose()


def test_a_writer_is_alone_from_its_beginning(store: Store, reopen: Callable[..., Store]) -> None:
    """A transaction that will write cannot be overtaken between looking and writing; looking waits for nobody."""
    with reopen(busy_seconds=0.01) as other, store.acting(ANNA):
        with pytest.raises(StoreError, match="is in use by another program"), other.acting(ANNA):
            pass
        assert other.candidates() == []


def test_two_write_at_once_and_the_chain_holds(store: Store, reopen: Callable[..., Store]) -> None:
    """Whoever comes second waits and goes on after the first: no row of the log is lost or forks the chain."""

    def work(number: int) -> None:
        with reopen() as other:
            for _ in range(10):
                with other.acting(Actor(f"person-{number}", "os_user")) as desk:
                    desk.log(Event("case.note", f"candidate:{number}"), Event("case.note", "candidate:0"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(1, 5)))
    assert store.log_head().seq == 80
    assert len(store.history("candidate:0")) == 40
    assert store.verify_log() is None


def test_what_is_stored_is_there_next_time(
    store: Store, reopen: Callable[..., Store], begin: Callable[..., Reading]
) -> None:
    """A store that is opened again has everything, times in UTC."""
    reading = begin()
    store.close()
    with reopen() as again:
        found = again.begin_reading(Body(reading.feed, "", reading.sha256, 0, ""))
    assert found == reading
    assert found.started_at.utcoffset() is not None


def test_several_may_open_a_new_database_at_once(home: Path, now: Clock, fresh_database: Callable[[], str]) -> None:
    """The tables are made once, and everybody gets a store."""
    url = fresh_database()
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: Store.open(home, now=now, url=url), range(6)))
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


@only_sqlite
def test_a_damaged_database_is_told(store: Store, home: Path, now: Clock, begin: Callable[..., Reading]) -> None:
    """Pages that were overwritten are found by the check or at the first use, and the advice is a backup."""
    store.save_batch(begin(), Gathered("m", 0, 0, [Rejected(line, b"x" * 500, "bad") for line in range(500)]))
    store.close()
    with closing(sqlite3.connect(store.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.file.read_bytes())
    content[120 * 4096 : -4096] = b"\x5a" * (len(content) - 121 * 4096)
    store.file.write_bytes(content)
    with Store.open(home, now=now) as again:
        assert again.check() != []
        with pytest.raises(StoreError, match="is damaged; keep a copy"):
            again.quarantine(limit=None)


@only_sqlite
def test_a_truncated_database_is_told(store: Store, home: Path, now: Clock) -> None:
    """A file that lost its end is refused at the start."""
    store.close()
    store.file.write_bytes(store.file.read_bytes()[:6000])
    with pytest.raises(StoreError, match=r"scamhunt\.db is damaged"):
        Store.open(home, now=now)


def test_an_orphan_is_found_by_the_check(store: Store, attack: Callable[..., None]) -> None:
    """A row that belongs to nothing is named."""
    attack("INSERT INTO sighting VALUES (1, 77, 78, 1, 'a.com', '2026-11-22 06:00:00.000000')")
    assert store.check() == ["sighting row 1 belongs to nothing"] * 2


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "was written by a newer scamhunt; install that version"),
        ("DELETE FROM alembic_version", "was written by a newer scamhunt"),
        ("DROP TABLE alembic_version", "holds the tables of another program; (set SCAMHUNT_HOME|give SCAMHUNT_DATABA)"),
    ],
)
def test_tables_that_are_not_ours_are_left_alone(  # noqa: PLR0913, PLR0917  # fixtures and cases
    store: Store,
    reopen: Callable[..., Store],
    home: Path,
    url: str,
    execute: Callable[..., object],
    statement: str,
    says: str,
) -> None:
    """Newer tables and another program's are refused, by an upgrade too."""
    store.close()
    execute(statement)
    for refused in (reopen, lambda: Store.upgrade(home, url)):
        with pytest.raises(StoreError, match=says):
            refused()


def test_older_tables_ask_for_an_upgrade() -> None:
    """Nothing is migrated behind a person's back: the command is named."""
    with pytest.raises(StoreError, match="has tables of revision 0001, 0002 is needed; run: scamhunt db upgrade"):
        schema.require_head("0001", database.place(Path("x")), ["0001", "0002"])


def test_an_upgrade_says_whether_there_was_anything_to_do(home: Path, fresh_database: Callable[[], str]) -> None:
    """The first makes the tables, the second finds them; before it there is no database."""
    url = fresh_database()
    assert Store.exists(home, url) is False
    assert Store.upgrade(home, url) is True
    assert Store.upgrade(home, url) is False
    assert Store.exists(home, url) is True


def test_migrations_build_what_the_tables_say(store: Store) -> None:
    """Models and migrations agree, and the known revisions are those of the files."""
    engine = database.connect(store.place)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
    assert tuple(sorted(file.name[:4] for file in VERSIONS.glob("[0-9]*.py"))) == schema.REVISIONS


def test_migrations_go_down_and_up_again(store: Store, reopen: Callable[..., Store], where: str) -> None:
    """Down leaves no table, trigger or function of ours, up builds the same again."""

    def things() -> dict[tuple[str, str], object]:
        engine = database.connect(store.place)
        with engine.connect() as connection:
            found = dict(database.of(connection).definitions(connection))
            if where == "postgres":
                query = "SELECT 'function', proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                found |= dict.fromkeys(map(tuple, connection.exec_driver_sql(query)), "")
        engine.dispose()
        return found

    before = things()
    store.close()
    assert schema.upgrade(store.place, to=schema.BASE) is True
    left = {name for _, name in things()}
    assert left <= {"alembic_version", "alembic_version_pkc", "sqlite_autoindex_alembic_version_1", "sqlite_sequence"}
    assert schema.upgrade(store.place) is True
    assert things() == before
    with reopen() as again:
        assert again.check() == []


def test_migrations_go_up_one_by_one(home: Path, now: Clock, fresh_database: Callable[[], str]) -> None:
    """Older tables ask for the upgrade, which then makes what a new database has."""
    place = database.place(home, fresh_database())
    database.prepare(place)
    for number in schema.REVISIONS[:-1]:
        assert schema.upgrade(place, to=number) is True
        with pytest.raises(StoreError, match=f"has tables of revision {number}, .* run: scamhunt db upgrade"):
            Store.open(home, now=now, url=place.url)
    assert Store.upgrade(home, place.url) is True
    with Store.open(home, now=now, url=place.url) as store:
        assert store.check() == []


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


@only_sqlite
def test_a_full_disk_stores_nothing_of_the_step(store: Store, begin: Callable[..., Reading]) -> None:
    """What the database cannot grow for is rolled back whole, and what is there stays usable."""
    reading = begin()
    with store.acting(ANNA) as desk:
        pages = desk.connection.exec_driver_sql("PRAGMA page_count").scalar()
        desk.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    rejected = [Rejected(line, b"x" * 5000, "bad") for line in range(100)]
    with pytest.raises(StoreError, match="its disk is full; nothing of this step was stored: make room and run again"):
        store.save_batch(reading, Gathered("m", 0, 0, rejected))
    assert begin() == reading
    assert store.quarantine() == []


def test_a_database_in_use_is_waited_for_and_then_told(store: Store, reopen: Callable[..., Store]) -> None:
    """After the time to wait it says that another program is at it."""
    with reopen(busy_seconds=0.05) as other, store.acting(ANNA):
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
    wrong = (sa.exc.OperationalError, sa.exc.ProgrammingError)
    with pytest.raises(wrong, match=r"no_table"), store.acting(ANNA) as desk:
        desk.connection.exec_driver_sql("SELECT * FROM no_table")


def test_a_copy_is_a_store_of_its_own(
    store: Store,
    tmp_path: Path,
    now: Clock,
    begin: Callable[..., Reading],
    row: Callable[..., Found],
) -> None:
    """It is a file with everything in it and the same log; what is changed in it leaves the original as it was."""
    found = [row(line, f"amazon-{line}.com", flags=("new suffix",)) for line in (1, 2)]
    reading = store.save_batch(begin(), Gathered("a", 2, 0, [Rejected(3, b"\xff\0", "bad")], found)).reading
    store.end_run(replace(store.begin_run("nrd_list", "x"), newest=now(), suffixes={"com": 2}, size=2**40))
    store.set_validator("nrd_list", "x", Said('"1"', ""), reading)
    store.move_mark("czds", "", "m")
    store.set_free_at("feeds.example", now())
    with store.acting(ANNA) as desk:
        desk.save_report(ReportDraft(2, "registrar", "", "impersonation", "t", fields={"a": ["é"]}))
    store.copy_to(tmp_path / "copy")
    with Store.open(tmp_path / "copy", now=now) as copy:
        for look in (
            lambda one: (one.check(), one.log_head(), one.candidates(), one.quarantine(), one.reports()),
            lambda one: (one.runs("nrd_list"), one.validator("nrd_list", "x"), one.mark("czds")),
            lambda one: (one.free_at("feeds.example"), one.history("candidate:1"), one.history("feed:nrd_list")),
        ):
            assert look(copy) == look(store)
        assert copy.log_head().seq == 4
        copy.save_batch(reading, Gathered("line 1", 1, 0))
    assert begin() == reading
    assert mode(tmp_path / "copy" / "scamhunt.db") == 0o600
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        store.copy_to(tmp_path / "file")


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
    assert sqlite.has_wal_race(version) is races


@only_sqlite
def test_an_old_sqlite_is_warned_of_and_works(store: Store) -> None:
    """The warning names the version that runs, when it is one of those."""
    warned = [warning for warning in store.warnings() if warning.startswith(f"SQLite {sqlite3.sqlite_version} can")]
    assert len(warned) == sqlite.has_wal_race(sqlite3.sqlite_version_info)


def test_alembic_is_loaded_only_to_migrate(store: Store, home: Path, url: str) -> None:
    """Opening a database that is up to date does not pay for it, nor SQLite for PostgreSQL."""
    store.close()
    code = (
        "import sys, pathlib, datetime; from scamhunt.store import Store; "
        f"Store.open(pathlib.Path({str(home)!r}), now=datetime.datetime.now, url={url!r}).close(); "
        "print('alembic' in sys.modules, 'psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", str(bool(url))]
