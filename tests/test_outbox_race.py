"""Many workers on one outbox: each mail goes out once."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.lab_outbox import lab_settings, queued
from bench.lab_smtp import Smtp
from scamhunt import outbox
from scamhunt.errors import StoreError
from scamhunt.model import ReportState
from scamhunt.settings import Settings
from scamhunt.store import Store

WORKERS, MAILS = int(os.environ.get("WORKERS", "8")), int(os.environ.get("MAILS", "40"))
"""`make soak` has fifty on a thousand."""


def work(settings: Settings) -> int:
    """Send what is due until nothing is left, as a process of its own would; return how many went out."""
    sent = 0
    url = settings.database_url.get_secret_value()
    with Store.open(settings.home, now=settings.now, url=url) as store:
        while store.due_reports(store.now(), limit=1):
            try:
                sent += len(outbox.send_due(store, settings, limit=10))
            except StoreError:  # the database was busy for too long: the next turn goes on
                continue
    return sent


def test_many_workers_send_each_mail_once(tmp_path: Path, database_with_tables: Callable[[], str]) -> None:
    """Each has a connection of its own to one database: every mail is accepted exactly once."""
    with Smtp() as server:
        settings = lab_settings(tmp_path, server.url, database_with_tables())
        url = settings.database_url.get_secret_value()
        with Store.open(settings.home, now=settings.now, url=url) as store:
            queued(store, [f"amazon-desk-{at}.com" for at in range(MAILS)])
        with ThreadPoolExecutor(WORKERS) as pool:
            counts = list(pool.map(work, [settings] * WORKERS))
        with Store.open(settings.home, now=settings.now, url=url) as store:
            states = Counter(report.state for report in store.reports(limit=None))
    assert sum(counts) == MAILS
    assert states == {ReportState.SENT: MAILS}
    assert Counter(server.seen) == Counter({f"<{at}@lab.example>": 1 for at in range(1, MAILS + 1)})
    assert len(server.accepted) == server.connections == MAILS
