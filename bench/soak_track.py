"""A team tracks 200 cases over four weeks, 50 of them disputed; then every forged mail against many reports.

    python -m bench.soak_track [--seed 8] [--cases 200] [--disputes 50] [--days 28]

Asserted: no report is open a day after its content went without a closure, everybody who was asked about what is
disputed gets a withdrawal, nothing goes out by itself or while it is held, states follow the table, no forged mail
changes one, and the log explains every row. Seeded: the same seed is the same four weeks.
"""

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bench.lab_outbox import lab_settings, queued
from bench.lab_replies import AUTHSERV, FORGED
from bench.lab_smtp import Smtp
from bench.lab_track import START, Team
from scamhunt import inbox, outbox
from scamhunt.store import Store
from tests.imap_server import mailserver

REPORTS = 8
"""Reports that each forged mail is tried on."""


def tracked(folder: Path, seed: int, cases: int, disputes: int, days: float) -> list[str]:
    """Let a team work; return what did not hold."""
    begun = time.perf_counter()
    with Smtp(hold=1) as smtp, Team(folder, smtp, seed, cases, disputes, days) as team:
        team.work()
        print(f"{cases} cases, {days:g} days, seed {seed}: {time.perf_counter() - begun:.0f} s, {dict(team.done)}")
        print(f"{len(smtp.accepted):,} mails went out; {team.rules.withdrawals} withdrawals were looked for and there")
        return team.faults


def forged(folder: Path) -> list[str]:
    """Put every forged mail about several reports into an inbox and read it; return what changed."""
    with Smtp() as smtp, mailserver() as server:
        settings = lab_settings(
            folder, smtp.url, clock=START, inbox_authserv=AUTHSERV, inbox_url=SecretStr(server.url())
        )
        with Store.open(settings.home, now=lambda: START) as store:
            queued(store, [f"amazon-refund-desk-{at}.com" for at in range(REPORTS)])
            outbox.send_due(store, settings)
            before = store.reports(limit=None)
            for report in before:
                target = store.candidate(str(report.candidate_id)).indicator
                server.put(*(one.make(report.message_id, report.token, report.recipient, target) for one in FORGED))
            later = settings.model_copy(update={"clock": START + timedelta(hours=1)})
            turn = inbox.read(store, later)
            while turn.behind and not turn.problem:
                turn = inbox.read(store, later)
            kept = len(store.replies(limit=None))
            print(f"{len(FORGED)} forged mails x {REPORTS} reports: {kept:,} kept; {turn.told()}")
            changed = [one for one, other in zip(before, store.reports(limit=None), strict=True) if one != other]
            return (
                [f"a forged mail changed report {one.id}" for one in changed]
                + store.check()
                + [turn.problem] * bool(turn.problem)
            )


def main() -> int:
    """Run both; 1 when anything did not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=8)
    options.add_argument("--cases", type=int, default=200)
    options.add_argument("--disputes", type=int, default=50)
    options.add_argument("--days", type=float, default=28)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("forged", "tracked"):
            (Path(folder) / name).mkdir()
        faults = forged(Path(folder) / "forged")
        faults += tracked(Path(folder) / "tracked", given.seed, given.cases, given.disputes, given.days)
    print("\n".join(faults) or "everything held")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
