"""A night of a certificate crawler over little logs, for tests."""

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scamhunt import bundle
from scamhunt.errors import FeedFailed, FeedHeld, ScamhuntError
from scamhunt.gather.drive import drive
from scamhunt.model import CONFIGURED, Batch, Crawl, Fetch, Notice, Reply, Snapshot
from scamhunt.testing import reply
from tests.crawlers.ct_log import CtLog, log_list

CRAWLERS = bundle.crawlers(Path("/no-overlay"))


@dataclass
class Night:
    """What a crawler brought."""

    mark: str = ""
    batches: list[Batch] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    problem: ScamhuntError | None = None

    @property
    def values(self) -> list[str]:
        """All values in order."""
        return [value for batch in self.batches for value in batch.values]

    @property
    def rejected(self) -> list[tuple[int, str]]:
        """Line and reason of what was rejected."""
        return [(one.line, one.reason) for batch in self.batches for one in batch.rejected]

    @property
    def texts(self) -> list[str]:
        """What the notices say."""
        return [notice.text for notice in self.notices]

    @property
    def place(self) -> dict[str, object]:
        """The only place in the mark."""
        (one,) = json.loads(self.mark).values()
        return dict(one)


def night(
    crawl: Crawl, *logs: CtLog, mark: str = "", body: bytes | None = None, most: int = 10_000, time: int = 10_000
) -> Night:
    """Drive a crawler over these logs; after `most` requests the network ends, after `time` requests the run's time."""
    came = Night(mark)

    def answer(asked: Fetch | Snapshot) -> Reply:
        assert isinstance(asked, Fetch)
        path = asked.url
        for log in logs:
            path = path.removeprefix(f"{log.host}/")
        came.asked.append(path)
        if asked.url == CONFIGURED:
            return reply(log_list(*logs) if body is None else body)
        if len(came.asked) > time:
            raise FeedHeld("took too long")
        found = (
            None
            if len(came.asked) > most
            else next((got for log in logs if (got := log.get(asked.url)) is not None), None)
        )
        if found is None:
            raise FeedFailed("answered 404; look at the address")
        return reply(found, url=asked.url)

    try:
        for step in drive(crawl, answer):
            if isinstance(step, Notice):
                came.notices.append(step)
            else:
                came.batches.append(step)
                came.mark = step.mark
    except ScamhuntError as problem:
        came.problem = problem
    return came


def read(*logs: CtLog, mark: str = "", window: int = 100_000, body: bytes | None = None, most: int = 10_000) -> Night:
    """Drive a night of `ct_static`."""
    crawl: Crawl = CRAWLERS["ct_static"].crawl(mark, window)  # type: ignore[call-arg]  # this crawler's own
    return night(crawl, *logs, mark=mark, body=body, most=most)


def turn(
    *logs: CtLog, mark: str = "", window: int = 100_000, page: int = 512, body: bytes | None = None, most: int = 10_000
) -> Night:
    """Drive a night of `ct_rfc6962`."""
    crawl: Crawl = CRAWLERS["ct_rfc6962"].crawl(mark, window, page)  # type: ignore[call-arg]  # this crawler's own
    return night(crawl, *logs, mark=mark, body=body, most=most)


def stand(log: CtLog, following: int = 0) -> str:
    """Return a mark of a night that ended with the log as it is now."""
    root = base64.b64encode(log.head()[1]).decode()
    return json.dumps({log.identity: {"next": following, "size": log.count, "root": root}})


def of(start: int, stop: int) -> list[str]:
    """Return the names that `CtLog.fill` gives these entries."""
    return [f"shop-{number}.example" for number in range(start, stop)]


@contextlib.contextmanager
def loopback() -> Iterator[tuple[str, list[CtLog], list[str]]]:
    """Serve logs on this machine: its address, the list of logs to fill, and the paths that were asked for."""
    logs: list[CtLog] = []
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = log_list(*logs) if self.path == "/list.json" else None
            for log in logs:
                body = log.get(f"{url}{self.path}") if body is None else body
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield url, logs, asked
    server.shutdown()
    server.server_close()
