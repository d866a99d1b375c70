import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scamhunt.investigate.clock import Clocks, is_wrong
from scamhunt.investigate.politeness import BREATH, GIVE_BACK, MOST_HALVINGS, Politeness
from scamhunt.net.visit import Exchange, Visit
from scamhunt.observed import Clock, Outcome
from scamhunt.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SERVER = "rdap.lab.test:443"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with Store.open(tmp_path / "home", now=lambda: datetime.now(UTC)) as opened:
        yield opened


def answer(status: int, begun: datetime = NOON, **headers: str) -> Visit:
    """Return a visit that ended with this status."""
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    one = Exchange(
        url=f"https://{SERVER}/",
        address="192.0.2.7",
        port=443,
        begun=begun,
        ended=begun + timedelta(seconds=1),
        request=b"",
        response=b"",
        status=status,
        headers=told,
        body=b"",
        cut="",
        handshake=None,
    )
    return Visit((one,), Outcome.FOUND, "", one.url)


def test_a_429_halves_the_rate_and_that_survives_the_run(store: Store) -> None:
    """Each 429 halves it, down to a sixty-fourth; the next run begins there."""
    asking = Politeness(store, 1.0, store.now)
    for expected in (0.5, 0.25, 0.125):
        asking.heard(SERVER, answer(429))
        assert asking.rate_of(SERVER) == expected
    assert Politeness(store, 1.0, store.now).rate_of(SERVER) == 0.125
    for _ in range(20):
        asking.heard(SERVER, answer(429))
    assert asking.rate_of(SERVER) == 1 / 2**MOST_HALVINGS
    assert asking.rate_of("other.test:443") == 1.0


def test_many_good_answers_give_one_halving_back(store: Store) -> None:
    """The rate comes back step by step, never at once."""
    asking = Politeness(store, 1.0, store.now)
    asking.heard(SERVER, answer(429))
    asking.heard(SERVER, answer(429))
    for _ in range(GIVE_BACK - 1):
        asking.heard(SERVER, answer(200))
    assert asking.rate_of(SERVER) == 0.25
    asking.heard(SERVER, answer(200))
    assert asking.rate_of(SERVER) == 0.5
    assert Politeness(store, 1.0, store.now).rate_of(SERVER) == 0.5


@pytest.mark.parametrize(
    ("visit", "seconds"),
    [
        (answer(429), BREATH),
        (answer(429, retry_after="7200"), 7200.0),
        (answer(503, retry_after="90"), 90.0),
        (answer(503), 0.0),
        (answer(429, retry_after="Sun, 01 Mar 2026 13:00:00 GMT"), BREATH),
        (answer(200), 0.0),
    ],
    ids=["no time", "two hours", "busy, a time", "busy, no time", "a date", "well"],
)
def test_a_server_is_left_alone_for_as_long_as_it_asks(store: Store, visit: Visit, seconds: float) -> None:
    """What it asked for is kept for the next run too; without a time a minute."""
    Politeness(store, 1.0, store.now).heard(SERVER, visit)
    free = store.free_at(SERVER)
    assert (free - datetime.now(UTC)).total_seconds() == pytest.approx(seconds, abs=5) if free else seconds == 0


def test_one_server_is_asked_one_after_the_other(store: Store) -> None:
    """Five at once on one server wait for each other; another server's do not wait for them."""

    async def asked() -> list[float]:
        begun, asking = time.monotonic(), Politeness(store, 20.0, lambda: datetime.now(UTC))

        async def one(server: str) -> float:
            await asking.wait(server)
            return time.monotonic() - begun

        return list(await asyncio.gather(*(one(SERVER) for _ in range(9)), one("other.test:443")))

    *same, other = asyncio.run(asked())
    assert same == sorted(same)
    assert same[-1] >= 0.2
    assert other < same[-1]


def test_the_clock_is_what_registries_say_in_the_middle() -> None:
    """The median of the servers' dates counts, so one that lies moves nothing; a date has whole seconds."""
    clocks = Clocks()
    for server, date in (("a", "12:00:03"), ("b", "12:00:04"), ("c", "18:00:00")):
        clocks.heard(server, answer(200, date=f"Sun, 01 Mar 2026 {date} GMT"))
    assert clocks.read(0.0004) == Clock(4.0, ("a", "b", "c"), 0.0)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Mar 2026 12:00:00 GMT", "\x00"])
def test_a_date_that_cannot_be_read_says_nothing(date: str) -> None:
    """Nobody told the time: the offset is unknown, not nought."""
    clocks = Clocks()
    clocks.heard("a", answer(200, date=date))
    clocks.heard("b", Visit((), Outcome.TIMEOUT, "no answer", ""))
    assert clocks.read(0) == Clock(None, (), 0)


@pytest.mark.parametrize(
    ("clock", "wrong"),
    [(Clock(None), False), (Clock(59.0), False), (Clock(-61.0), True), (Clock(0.0, (), 61.0), True)],
    ids=["not known", "a minute less", "behind", "jumped"],
)
def test_a_clock_that_is_off_by_more_than_a_minute_is_wrong(clock: Clock, wrong: bool) -> None:
    """Ahead, behind or jumped: each counts."""
    assert is_wrong(clock) is wrong
