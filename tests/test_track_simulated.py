"""A team over some days, with relapses and disputes: nothing is forgotten, nothing goes out by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.lab_smtp import Smtp
from bench.lab_track import Team

SEED, CASES, DISPUTES, DAYS = 8, 5, 3, 3.0


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Return a team after its days."""
    folder: Path = tmp_path_factory.mktemp("team")
    with Smtp(hold=1) as smtp, Team(folder, smtp, SEED, CASES, DISPUTES, DAYS) as made:
        made.work()
        yield made


def test_whatever_happens_every_recipient_is_told(team: Team) -> None:
    """Closures within a day, withdrawals within two hours, states by the table, and the log explains every row."""
    assert team.faults == []


def test_the_days_had_something_in_them(team: Team) -> None:
    """A simulation in which nothing happens holds everything."""
    done = team.done
    assert min(done["closed"], done["closure"], done["withdrawal"], done["stopped"]) > 0
    assert 0 < done["right"] + done["wrong"] <= DISPUTES
    assert (team.rules.checked > 0, team.rules.withdrawals > 0, len(team.smtp.accepted) > CASES) == (True, True, True)
