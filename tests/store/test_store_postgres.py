"""What only a PostgreSQL can do: be out of reach, refuse, break off, be shared with other programs."""

import re
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from bench.postgres import GUARDED, Server
from scamhunt.errors import ScamhuntError, SettingsError, StoreError
from scamhunt.model import Actor, Event, Rejected
from scamhunt.store import Found, Gathered, Reading, Store, postgres

Clock = Callable[[], datetime]
Begin = Callable[..., Reading]
Execute = Callable[..., list[tuple[Any, ...]]]
ANNA = Actor("anna", "os_user")
HIDDEN = "hunter2/@:"


@pytest.fixture
def where() -> str:
    """Return the one database that this file is about."""
    return "postgres"


@pytest.fixture
def server(postgres: Server) -> Iterator[Server]:
    """Return the server with users who may less than everything."""
    postgres.execute(
        f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{HIDDEN}'", "CREATE ROLE stranger LOGIN", "CREATE ROLE locked"
    )
    yield postgres
    postgres.execute(f"DROP ROLE {GUARDED}", "DROP ROLE stranger", "DROP ROLE locked")


def free_port() -> int:
    """Return a port on which nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def told(home: Path, now: Clock, url: str) -> str:
    """Open, expect a refusal in words, and return it; neither it nor its traceback has the password."""
    with pytest.raises(ScamhuntError) as caught:
        Store.open(home, now=now, url=url)
    whole = "".join(traceback.format_exception(caught.value))
    for secret in (HIDDEN, quote(HIDDEN, safe=""), "hunter2"):
        assert secret not in whole
    assert isinstance(caught.value, SettingsError | StoreError)
    return f"{caught.value.exit_code} {caught.value}"


@pytest.mark.parametrize(
    ("user", "database", "says"),
    [
        (f"{GUARDED}:wrong", "postgres", "the user or the password is wrong; mend SCAMHUNT_DATABASE_URL"),
        (GUARDED, "postgres", "it asks for a password; put it into SCAMHUNT_DATABASE_URL or ~/.pgpass"),
        ("postgres", "nothing", "there is no such database; create it"),
        ("nobody_of_that_name", "postgres", "there is no such user; create it"),
        ("locked", "postgres", "no server answers there; .* is not permitted to log in"),
        ("stranger", "postgres", "does not let this user do that; grant it all rights on the schema"),
        ("stranger", "template0", "no server answers there; .* is not currently accepting connections"),
    ],
)
def test_what_the_server_refuses_is_told(  # noqa: PLR0913, PLR0917  # fixtures and cases
    server: Server, home: Path, now: Clock, user: str, database: str, says: str
) -> None:
    """Wrong password, no such user or database, no right: exit 3, with what to do next."""
    found = told(home, now, server.url(database, user))
    assert re.match(f"3 PostgreSQL database {database} on {server.folder} ", found)
    assert re.search(says, found)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://anna:{secret}@127.0.0.1:{port}/cases", "3 .*cases on 127.0.0.1:.* no server answers there"),
        ("postgresql://anna:{secret}@{folder}/cases?host=/nowhere", "3 .*cases on /nowhere .*no server answers"),
        ("postgresql://anna:{raw}@127.0.0.1:5432/cases", "2 SCAMHUNT_DATABASE_URL cannot be read; it is postgresql://"),
        ("postgresql://anna:hunter2@hunter2@127.0.0.1/cases", "2 SCAMHUNT_DATABASE_URL cannot be read"),
        (
            "postgresql://anna:hunter2?hunter2@127.0.0.1:{port}/cases",
            "3 .* no server answers there; start it and run again",
        ),
        ("postgresql://anna:{secret}@127.0.0.1:hunter2/cases", "2 SCAMHUNT_DATABASE_URL cannot be read"),
        (
            "postgres://anna:{secret}@127.0.0.1/cases?sslmode=none",
            "3 .*no encrypted connection|3 .*no server answers there",
        ),
        ("postgresql://anna:{secret}@127.0.0.1/cases?nothing=1", "2 SCAMHUNT_DATABASE_URL cannot be read"),
        ("postgresql://anna:{secret}@127.0.0.1:{port}/cases?options=-czz%3D1", "3 .* no server answers there"),
    ],
)
def test_a_url_that_leads_nowhere_is_told(home: Path, now: Clock, url: str, says: str) -> None:
    """What cannot be read is the user's mistake, exit 2; where nobody answers it is exit 3; no secret is repeated."""
    secret = quote(HIDDEN, safe="")
    full = url.format(secret=secret, raw=HIDDEN, port=free_port(), folder=secret)
    assert re.match(says, told(home, now, full))


def test_a_password_is_used_and_never_shown(server: Server, home: Path, now: Clock) -> None:
    """The right one opens; the names that people see hold neither user nor password."""
    name = server.create()
    server.execute(f"ALTER DATABASE {name} OWNER TO {GUARDED}")
    url = server.url(name, f"{GUARDED}:{quote(HIDDEN, safe='')}")
    with Store.open(home, now=now, url=url) as store:
        assert store.check() == []
        assert str(store.place) == f"PostgreSQL database {name} on {server.folder}"
        assert "hunter2" not in repr(store.place) + repr(store._engine) + repr(store._engine.url)  # noqa: SLF001  # what a traceback would show
    server.drop(name)


@contextmanager
def old_server() -> Iterator[int]:
    """Listen as a PostgreSQL 15 would and let everybody in."""

    def answer(listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                for kind, body in ((b"R", bytes(4)), (b"S", b"server_version\x0015.4\0"), (b"Z", b"I")):
                    connection.sendall(kind + struct.pack("!I", len(body) + 4) + body)
                connection.recv(4096)

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
    thread.join()


def test_an_old_server_is_told(home: Path, now: Clock) -> None:
    """Before anything is asked of it: its version, and the one that is needed."""
    with old_server() as port:
        found = told(home, now, f"postgresql://anna@127.0.0.1:{port}/cases?sslmode=disable&gssencmode=disable")
    assert found.endswith("is PostgreSQL 15; 16 or newer is needed: upgrade the server")


def test_a_database_of_another_program_is_refused(
    home: Path, now: Clock, postgres: Server, fresh_database: Callable[[], str]
) -> None:
    """Its tables are left alone; a schema of its own in the same database serves, and the two do not see each other."""
    url = fresh_database()
    name = url.partition("@/")[2].partition("?")[0]
    postgres.execute("CREATE TABLE orders (id int)", database=name)
    assert "holds the tables of another program; give SCAMHUNT_DATABASE_URL an empty" in told(home, now, url)
    own = f"{url}&options=-csearch_path%3Dscam_hunt"
    assert "has no schema of the name" in told(home, now, own)
    postgres.execute("CREATE SCHEMA scam_hunt", database=name)
    with Store.open(home, now=now, url=own) as store:
        store.move_mark("czds", "", "1")
        assert store.check() == []
    tables = postgres.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database=name)
    assert tables == [("orders",)]


def test_two_schemas_do_not_wait_for_each_other(
    home: Path, now: Clock, postgres: Server, fresh_database: Callable[[], str]
) -> None:
    """Each has a lock of its own."""
    url = fresh_database()
    postgres.execute("CREATE SCHEMA a", "CREATE SCHEMA b", database=url.partition("@/")[2].partition("?")[0])
    first, second = (f"{url}&options=-csearch_path%3D{name}" for name in "ab")
    with (
        Store.open(home, now=now, url=first) as one,
        Store.open(home, now=now, url=second, busy_seconds=0.05) as other,
        one.acting(ANNA),
        other.acting(ANNA) as desk,
    ):
        desk.log(Event("case.note", "candidate:1"))
    with Store.open(home, now=now, url=second) as other:
        assert other.log_head().seq == 1


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("53100", "could not grow, its disk is full; nothing of this step was stored: make room and run again"),
        ("53200", "has not enough memory or connections"),
        ("58030", "could not be read or written; nothing of this step was stored"),
        ("40001", "is in use by another program; wait until that is done and run again"),
        ("25006", "may only be read; give SCAMHUNT_DATABASE_URL the server that may be written"),
        ("42501", "does not let this user do that"),
        ("57014", "took too long over one question"),
        ("XX001", "is damaged; keep a copy of it and put a backup in its place"),
    ],
)
def test_what_goes_wrong_in_the_server_is_told(
    store: Store, begin: Begin, execute: Execute, code: str, says: str
) -> None:
    """By its code, with what to do; nothing of the step is stored, and what the server says is made harmless."""
    execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION E'so it is\\x1b[2J' USING ERRCODE = '{code}'; END $$",
        "CREATE TRIGGER fail BEFORE INSERT ON quarantined FOR EACH ROW EXECUTE FUNCTION fail()",
    )
    reading = begin()
    with pytest.raises(StoreError, match=re.escape(says)) as caught:
        store.save_batch(reading, Gathered("m", 0, 0, [Rejected(1, b"x", "bad")]))
    assert str(caught.value).endswith("(so it is [2J)")
    assert begin() == reading


@pytest.mark.parametrize("step", ["between two steps", "in the middle of one"])
def test_a_connection_that_broke_off_is_told_and_the_next_one_serves(
    store: Store, begin: Begin, row: Callable[..., Found], execute: Execute, step: str
) -> None:
    """Between two steps a new connection is made without a word; in the middle the step is lost as a whole."""
    cut = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    reading = begin()
    if step == "between two steps":
        execute(cut)
        assert begin() == reading
        return
    with pytest.raises(StoreError, match="run again"), store.acting(ANNA) as desk:  # noqa: PT012  # it breaks between
        desk.log(Event("case.note", "candidate:1"))
        execute(cut)
        desk.log(Event("case.note", "candidate:2"))
    assert store.log_head().seq == 0
    assert store.save_batch(reading, Gathered("m", 1, 0, (), [row(1, "amazon-a.com")])).new == [1]


@contextmanager
def cutting(server: Server, *, before: bool) -> Iterator[tuple[int, list[bool]]]:  # noqa: C901  # a proxy, whole
    """Stand between program and server, and cut the wire at a COMMIT once the list is not empty."""
    armed: list[bool] = []
    stopped, silent = threading.Event(), threading.Event()

    def carry(source: socket.socket, sink: socket.socket, *, ours: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                cut = ours and bool(armed) and b"COMMIT\0" in data
                if cut:
                    armed.clear()
                    silent.set()
                if (cut and before) or (silent.is_set() and not ours):
                    break
                sink.sendall(data)  # the answer to the last COMMIT that comes through is never seen
        silent.clear()
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while not stopped.is_set():
                client, _ = listener.accept()
                far = socket.socket(socket.AF_UNIX)
                client.settimeout(20)
                far.settimeout(20)
                far.connect(str(server.folder / ".s.PGSQL.5432"))
                pairs = ((client, far, True), (far, client, False))
                for one in [threading.Thread(target=carry, args=pair[:2], kwargs={"ours": pair[2]}) for pair in pairs]:
                    one.start()
                    threads.append(one)
                ends.extend((client, far))

    threads: list[threading.Thread] = []
    ends: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0))
    door = threading.Thread(target=accept, args=(listener,))
    door.start()
    yield listener.getsockname()[1], armed
    stopped.set()
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    door.join()
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()
    for end in ends:
        end.close()


@pytest.mark.parametrize("before", [True, False], ids=["before it came", "after it was done"])
def test_a_wire_that_is_cut_at_the_commit_loses_and_doubles_nothing(  # noqa: PLR0913, PLR0917  # fixtures and cases
    postgres: Server, store: Store, url: str, now: Clock, row: Callable[..., Found], begin: Begin, before: bool
) -> None:
    """Whether the step was stored nobody knows: that is said, and who goes on from the mark has each row once."""
    name = url.partition("@/")[2].partition("?")[0]
    batch = Gathered("line 2", 2, 0, [Rejected(3, b"x", "bad")], [row(1, "amazon-a.com"), row(2, "amazon-b.com")])
    with cutting(postgres, before=before) as (port, armed):
        through = f"postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable&gssencmode=disable"
        with Store.open(store.home, now=now, url=through) as far:
            reading = begin()
            armed.append(True)
            with pytest.raises(StoreError, match="whether the last step was stored is not known: run again"):
                far.save_batch(reading, batch)
            found = begin()
            assert found.mark == ("" if before else "line 2")
            if found.mark:
                with pytest.raises(StoreError, match="read further by another run"):
                    far.save_batch(reading, batch)
            else:
                far.save_batch(found, batch)
    assert [one.indicator for one in store.candidates()] == ["amazon-a.com", "amazon-b.com"]
    assert (begin().read, len(store.quarantine()), store.check()) == (3, 1, [])


def test_a_neighbour_without_rights_cannot_stop_it(home: Path, now: Clock, fresh_database: Callable[[], str]) -> None:
    """Who may only connect holds every lock that needs no right; writing goes on."""
    url = fresh_database()
    with Store.open(home, now=now, url=url) as store, psycopg.connect(url) as neighbour:
        neighbour.execute("SELECT pg_advisory_lock(23715, hashtext('public')), pg_advisory_lock(23715)")
        assert store.begin_run("nrd_list", "").id == 1


def test_a_step_that_takes_too_long_is_told(store: Store) -> None:
    """A server that hangs does not hold everybody for ever."""
    with (  # noqa: PT012  # the limit holds in one transaction
        pytest.raises(StoreError, match="took too long over one question"),
        store.acting(ANNA) as desk,
    ):
        desk.connection.exec_driver_sql("SET LOCAL statement_timeout = '10ms'")
        desk.connection.exec_driver_sql("SELECT pg_sleep(5)")


@pytest.mark.usefixtures("store")
def test_a_server_that_may_only_be_read_is_told(execute: Execute, reopen: Callable[..., Store]) -> None:
    """Looking works there; who wants to write is told where to."""
    name = execute("SELECT current_database()")[0][0]
    execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with reopen() as other:
        assert other.candidates() == []
        with pytest.raises(StoreError, match="may only be read"), other.lease("sweep"):
            pass


def test_what_is_not_safe_is_warned_of(store: Store) -> None:
    """A server that keeps nothing when its power fails is named; the folder is looked at as with SQLite."""
    told = "the server runs with fsync=off and can lose everything with its power; turn it on"
    assert store.warnings() == [told]
    store.home.chmod(0o755)
    assert store.warnings() == [
        told,
        f"{store.home} is open to other users of this machine; run: chmod 700 {store.home}",
    ]


@pytest.mark.parametrize(
    ("host", "address", "near"),
    [
        ("/run/postgresql", "", True),
        ("@abstract", "", True),
        ("localhost", "127.0.0.1", True),
        ("localhost", "::1", True),
        ("db.example", "192.0.2.7", False),
        ("127.0.0.1.example", "192.0.2.7", False),
    ],
)
def test_only_what_leaves_the_machine_has_to_be_encrypted(host: str, address: str, near: bool) -> None:
    """A socket and loopback are near, whatever a far machine is called."""
    assert postgres.is_near(host, address) is near


def test_a_database_out_of_reach_counts_as_there(home: Path) -> None:
    """Whoever opens it then is told why it cannot be."""
    assert Store.exists(home, f"postgresql://anna@127.0.0.1:{free_port()}/cases") is True


def test_text_is_sorted_by_its_bytes(store: Store, begin: Begin, row: Callable[..., Found]) -> None:
    """As in SQLite, whatever language the server speaks: equals come in one order on both."""
    found = [row(line, "refund-desk.com", brand, 0.5) for line, brand in enumerate(("b", "B", "é", "a-b", "ab"), 1)]
    store.save_batch(begin(), Gathered("m", 5, 0, (), found))
    assert [match.brand for match in store.candidate("1").matches] == ["B", "a-b", "ab", "b", "é"]


def test_numbers_follow_the_lines(store: Store, begin: Begin, row: Callable[..., Found]) -> None:
    """Rows that come in one stream are numbered in their order, as one by one."""
    found = [row(line, f"amazon-{line}.com") for line in range(1, 3_001)]
    assert store.save_batch(begin(), Gathered("m", 3_000, 0, (), found)).new == list(range(1, 3_001))
    assert store.candidate("1234").indicator == "amazon-1234.com"
