"""PostgreSQL: its connections, its locks, its errors. What each function does is said in `database.Database`.

One lock serialises all that write, as in SQLite: the log is a chain. What only reads waits for nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from scamhunt.errors import SettingsError, StoreError
from scamhunt.store import catalog
from scamhunt.store.columns import Columns, converted
from scamhunt.store.place import Place

if TYPE_CHECKING:
    import psycopg

OLDEST = 16
"""IS JSON came with it."""
BUSY_SECONDS = 60.0
ELSEWHERE = "give SCAMHUNT_DATABASE_URL an empty database, or a schema of its own: ?options=-csearch_path%3Dscamhunt"

_LOCK = 0x5CA3
"""The first key of the lock of those who make the tables; the second is made of the schema's name."""
_ALONE = f"""
DO $$ BEGIN
  IF pg_catalog.to_regclass('event') IS NULL THEN
    PERFORM pg_catalog.pg_advisory_xact_lock({_LOCK}, pg_catalog.hashtext(pg_catalog.current_schema()));
  ELSE
    LOCK TABLE event IN EXCLUSIVE MODE;
  END IF;
END $$
"""
"""A lock on the log, which a neighbour in the database has no right to take; any other while there are no tables."""

_UNLESS_SAID = {
    "application_name": "scamhunt",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""Of libpq, where the URL says nothing else: who is gone is noticed within a minute."""

_SESSION = {
    "default_transaction_isolation": "read committed",  # who waited for the lock sees what was written meanwhile
    "statement_timeout": "15min",
    "idle_in_transaction_session_timeout": "2min",  # a machine that hangs gives the lock back
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "TimeZone": "UTC",
}

_ADVICE = {
    "08": "was lost on the way; run again: it goes on where it was",
    "57014": "took too long over one question; look at what else the server does and run again",
    "57": "went away; run again when it is back: it goes on where it was",
    "25P03": "was waited for in vain and gave this run up; nothing of this step was stored: run again",
    "53100": "could not grow, its disk is full; nothing of this step was stored: make room and run again",
    "53": "has not enough memory or connections; nothing of this step was stored: make room and run again",
    "58": "could not be read or written; nothing of this step was stored: look at the server and run again",
    "55P03": "is in use by another program; wait until that is done and run again",
    "40": "is in use by another program; wait until that is done and run again",
    "25006": "may only be read; give SCAMHUNT_DATABASE_URL the server that may be written",
    "42501": "does not let this user do that; grant it all rights on the schema and its tables",
    "XX": "is damaged; keep a copy of it and put a backup in its place",
}
"""What a person can do, by SQLSTATE or its beginning (PostgreSQL's manual, appendix A)."""
_LOST = "lost its connection; whether the last step was stored is not known: run again, it goes on where it was"

_NOT_OPENED = (
    ("password authentication failed", "the user or the password is wrong; mend SCAMHUNT_DATABASE_URL"),
    ("no password supplied", "it asks for a password; put it into SCAMHUNT_DATABASE_URL or ~/.pgpass"),
    ("pg_hba.conf", "the server does not let this user in from here; ask who runs it, or mend SCAMHUNT_DATABASE_URL"),
    ("permission denied", "this user may not use that database; ask who runs it for the right to connect"),
    ("database", "there is no such database; create it, or mend SCAMHUNT_DATABASE_URL"),
    ("role", "there is no such user; create it, or mend SCAMHUNT_DATABASE_URL"),
    ("connection slots", "the server has no connection left; run again later"),
    ("too many", "the server has no connection left; run again later"),
    ("starting up", "the server starts or stops just now; run again in a minute"),
    ("shutting down", "the server starts or stops just now; run again in a minute"),
    ("recovery", "the server starts or stops just now; run again in a minute"),
    ("SSL", "no encrypted connection came about; look at sslmode and sslrootcert in SCAMHUNT_DATABASE_URL"),
    ("certificate", "the server's certificate is not believed; look at sslrootcert in SCAMHUNT_DATABASE_URL"),
)
"""What a person can do, by what the server or libpq says; there is no SQLSTATE before a connection stands."""
_ENDINGS = {"database": "does not exist", "role": "does not exist"}
_NO_SERVER = "no server answers there; start it and run again, or mend SCAMHUNT_DATABASE_URL"


def _parts(url: str) -> dict[str, str]:
    """Return what a URL says, as libpq reads it. Raises `SettingsError`, which repeats nothing of it."""
    import psycopg.conninfo  # noqa: PLC0415  # only who has a PostgreSQL pays for it

    try:
        parts = {name: str(value) for name, value in psycopg.conninfo.conninfo_to_dict(url).items()}
    except (psycopg.Error, ValueError):
        parts = {"port": "none"}
    # Where a sign of the password ends it too early, its rest would be taken for a port, a host or a name, and shown.
    port, rest = parts.get("port", ""), parts.get("host", "")[1:] + parts.get("dbname", "")
    if (port and not port.replace(",", "").isdecimal()) or "@" in rest:
        raise SettingsError(
            "SCAMHUNT_DATABASE_URL cannot be read; it is postgresql://USER:PASSWORD@HOST:PORT/DATABASE, and signs in a "
            "password are written as in any URL: %40 for @, %2F for /, %23 for #"
        )
    return parts


def name(url: str) -> str:
    """Return what people are told of a database: neither user nor password. Raises `SettingsError`."""
    parts = _parts(url)
    host = parts.get("host") or parts.get("hostaddr") or "this machine"
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"PostgreSQL database {parts.get('dbname') or 'of that user'} on {host}{port}"


def connect(place: Place, busy_seconds: float | None, *, foreign_keys: bool) -> sa.Engine:
    """Return an engine. Nothing is opened before the first use; a connection that broke since is opened anew."""
    del foreign_keys  # a table is never rebuilt here
    parts, wait = _parts(place.url), BUSY_SECONDS if busy_seconds is None else busy_seconds
    # The URL is libpq's to read, and no engine knows a password that it could show.
    return sa.create_engine(
        "postgresql+psycopg://", creator=lambda: _opened(place, parts, wait), pool_pre_ping=True, hide_parameters=True
    )


def _opened(place: Place, parts: Mapping[str, str], busy_seconds: float) -> "psycopg.Connection[Any]":
    import psycopg  # noqa: PLC0415  # only who has a PostgreSQL pays for it

    try:
        connection = psycopg.connect(autocommit=True, **{**_UNLESS_SAID, **parts})  # type: ignore[arg-type]  # libpq's names
    except psycopg.Error as error:
        raise StoreError(f"{place} cannot be opened: {_why_not(error, parts.get('password'))}") from None
    try:
        _set_up(place, connection, busy_seconds)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(place: Place, connection: "psycopg.Connection[Any]", busy_seconds: float) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise StoreError(f"{place} is PostgreSQL {version}; {OLDEST} or newer is needed: upgrade the server")
    (schema,) = connection.execute("SELECT pg_catalog.quote_ident(pg_catalog.current_schema())").fetchone() or (None,)
    if not schema:
        raise StoreError(
            f"{place} has no schema of the name that SCAMHUNT_DATABASE_URL says; run CREATE SCHEMA there, or mend it"
        )
    session = _SESSION | {
        "search_path": f"{schema}, pg_temp",  # nothing of another schema is taken for ours
        "lock_timeout": f"{max(round(busy_seconds * 1000), 1)}ms",
    }
    for setting, value in session.items():
        connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", (setting, value))
    connection.execute(
        "SELECT pg_catalog.set_config('synchronous_commit', 'on', false) "
        "WHERE pg_catalog.current_setting('synchronous_commit') = 'off'"  # what was told as stored is stored
    )
    connection.autocommit = False


def _why_not(error: Exception, password: str | None) -> str:
    """Return why no connection came about, and what to do."""
    said = str(error)
    for part, advice in _NOT_OPENED:
        if part in said and _ENDINGS.get(part, "") in said:
            return f"{advice} ({_plain(said, password)})"
    return f"{_NO_SERVER} ({_plain(said, password)})"


def _plain(said: str, password: str | None = None) -> str:
    """Return the last line of what a server said, shortened, unprintable characters and passwords left out."""
    text = said.strip().rpartition("\n")[2]
    text = text.replace(password, "***") if password else text
    return "".join(sign if sign.isprintable() else " " for sign in text)[-200:].strip()


def begin(connection: sa.Connection, *, writes: bool | None) -> None:
    """Begin; a writer waits until it is alone, a reader sees one state and writes nothing."""
    if writes:
        connection.exec_driver_sql(_ALONE)
    elif writes is False:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


@contextmanager
def in_words(place: Place) -> Iterator[None]:
    """Turn what PostgreSQL or the way to it refuses into a `StoreError` that says what to do."""
    import psycopg  # noqa: PLC0415  # only who has a PostgreSQL pays for it

    try:
        yield
    except (sa.exc.DBAPIError, psycopg.Error) as error:
        cause: Any = getattr(error, "orig", error)
        state = getattr(cause, "sqlstate", None)
        if state is None and isinstance(cause, psycopg.OperationalError):
            raise StoreError(f"{place} {_LOST}") from None
        advice = next((text for code, text in _ADVICE.items() if (state or "").startswith(code)), None)
        if advice is None:
            raise
        raise StoreError(f"{place} {advice} ({_plain(cause.diag.message_primary or '')})") from None


def insert_many(connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Insert rows, in their order, with COPY."""
    rows = zip(*converted(connection, table, columns), strict=True)
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        if driver.broken:
            connection.invalidate()


def merge_many(connection: sa.Connection, table: sa.Table, same: list[str], columns: Columns) -> None:
    """Insert rows, or change those that have the `same` values, in one statement."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in same)
    names = ", ".join(columns)
    _run(
        connection,
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {_given(connection, table, columns)} "  # noqa: S608  # our own names
        f"ON CONFLICT ({', '.join(same)}) DO UPDATE SET {changes}",
        table,
        columns,
    )


def update_many(connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Change the rows with these ids, in one statement."""
    changes = ", ".join(f"{name} = given.{name}" for name in columns if name != "id")
    given = _given(connection, table, columns)
    _run(connection, f"UPDATE {table.name} SET {changes} FROM {given} WHERE {table.name}.id = given.id", table, columns)  # noqa: S608  # our own names


def _given(connection: sa.Connection, table: sa.Table, columns: Columns) -> str:
    """Return the rows as a FROM sees them: one array a column."""
    arrays = (f"%({name})s::{table.c[name].type.compile(connection.dialect)}[]" for name in columns)
    return f"unnest({', '.join(arrays)}) AS given ({', '.join(columns)})"


def _run(connection: sa.Connection, statement: str, table: sa.Table, columns: Columns) -> None:
    arrays = [list(cells) for cells in converted(connection, table, columns)]
    if arrays and arrays[0]:
        connection.exec_driver_sql(statement, dict(zip(columns, arrays, strict=True)))


def definitions(connection: sa.Connection) -> Mapping[tuple[str, str], object]:
    """Return what defines each table, index, trigger, view, rule and sequence of the schema."""
    return {(kind, name): text for kind, name, text in connection.exec_driver_sql(catalog.DEFINITIONS)}


def fresh(engine: sa.Engine, migrate: Callable[[sa.Connection], None]) -> Mapping[tuple[str, str], object]:
    """Return what defines a new database: temporary tables that are rolled back."""
    with engine.connect() as connection, connection.begin() as made:
        connection.exec_driver_sql("SET LOCAL search_path TO pg_temp")
        migrate(connection)
        found = definitions(connection)
        made.rollback()
    return found


def last_numbers(connection: sa.Connection) -> dict[str, int]:
    """Return nothing: a sequence moves on where a transaction was rolled back too, so a gap proves nothing here."""
    del connection
    return {}


def json_of(text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """Return JSON that is stored as text, so that a query can look into it."""
    return sa.cast(text, sa.JSON)


def is_json(text: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return whether a text is JSON."""
    return text.bool_op("IS")(sa.text("JSON"))


def time_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return a time as SQLite stores it."""
    return sa.func.to_char(column.op("AT TIME ZONE")(sa.text("'UTC'")), "YYYY-MM-DD HH24:MI:SS.US", type_=sa.String)


def problems(connection: sa.Connection) -> list[str]:
    """Return rows that belong to nothing, and pages whose checksum was wrong when they were read."""
    found = [str(told) for told in connection.exec_driver_sql(catalog.CHECKSUMS).scalars()]
    for table, column, other in connection.exec_driver_sql(catalog.REFERENCES).all():
        query = (
            f"SELECT coalesce(to_jsonb(child) ->> 'id', child.ctid::text) FROM {table} AS child "  # noqa: S608  # names of the catalog, quoted there
            f"WHERE child.{column} IS NOT NULL "
            f"AND NOT EXISTS (SELECT FROM {other} AS parent WHERE parent.id = child.{column}) LIMIT 20"
        )
        found += [f"{table} row {at} belongs to nothing" for at in connection.exec_driver_sql(query).scalars()]
    return found


def warnings(engine: sa.Engine) -> list[str]:
    """Return what is not safe about the connection or the server."""
    found = []
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        info = driver.info
        if not driver.pgconn.ssl_in_use and not is_near(info.host, info.hostaddr):
            found.append("the connection to the database is not encrypted; add sslmode=verify-full to the URL")
        if connection.exec_driver_sql("SHOW fsync").scalar() == "off":
            found.append("the server runs with fsync=off and can lose everything with its power; turn it on")
    return found


def is_near(host: str, address: str) -> bool:
    """Tell whether a server is on this machine: a socket, or a loopback address."""
    return host.startswith(("/", "@")) or address == "::1" or address.startswith("127.")
