from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from scamhunt.errors import FeedFailed
from scamhunt.gather.pace import AHEAD, BURST, FAILURES, LONGEST_PAUSE, Pace
from scamhunt.testing import Hosts

START = datetime(2026, 11, 22, 6, tzinfo=UTC)
HOST = "log.example:443"


class Lab(Hosts):
    """A clock that moves when somebody sleeps, and the moments that are kept from run to run."""

    def __init__(self) -> None:
        """Begin in the morning with nothing kept."""
        super().__init__()
        self.now = START
        self.writes = 0

    def run(self) -> Pace:
        """Begin a run."""
        return Pace(self, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def ask(self, pace: Pace, rate: float, times: int, host: str = HOST) -> list[float]:
        """Ask so many times and return when each request was sent, in seconds from the start."""
        sent = []
        for _ in range(times):
            pace.wait(host, rate)
            sent.append((self.now - START).total_seconds())
        return sent

    def set_free_at(self, host: str, at: datetime) -> None:
        """Count what is noted."""
        self.writes += 1
        super().set_free_at(host, at)


@pytest.fixture
def lab() -> Lab:
    """Give a lab."""
    return Lab()


def within(sent: list[float], rate: float, extra: float) -> bool:
    """Say whether no window holds more requests than the rate allows, and so many besides."""
    return all(
        at - first <= (sent[at] - sent[first] + 1e-6) * rate + extra
        for first in range(len(sent))
        for at in range(first, len(sent))
    )


@pytest.mark.parametrize(("rate", "extra"), [(0.5, 0), (1.0, 1), (2.5, 2), (31.0, BURST)])
def test_a_host_is_asked_at_its_rate(lab: Lab, rate: float, extra: int) -> None:
    """A small burst comes at once, what follows is spaced; no window of the run has more than rate and burst."""
    sent = lab.ask(lab.run(), rate, 100)
    assert sent[: extra + 1] == [0.0] * (extra + 1)
    assert sent[extra + 1] == pytest.approx(1 / rate, abs=1e-4)
    assert sent[-1] == pytest.approx((99 - extra) / rate, abs=1e-3)
    assert within(sent, rate, extra)


def test_idle_time_earns_no_more_than_the_burst(lab: Lab) -> None:
    """After an hour of silence a host gets a burst and then its rate."""
    pace = lab.run()
    lab.ask(pace, 10.0, 1)
    lab.sleep(3_600)
    sent = lab.ask(pace, 10.0, 50)
    assert within(sent, 10.0, BURST)
    assert sent[-1] - sent[0] == pytest.approx((49 - BURST) / 10)


@pytest.mark.parametrize("rate", [0.5, 1.0, 7.0, 31.0])
@pytest.mark.parametrize("each", [1, 3, 40])
def test_twenty_restarts_gain_nothing(lab: Lab, rate: float, each: int) -> None:
    """Runs that are killed and begun anew twenty times ask no more often than one run would."""
    sent = [at for _ in range(20) for at in lab.ask(lab.run(), rate, each)]
    assert len(sent) == 20 * each
    assert within(sent, rate, min(BURST, int(rate)))
    assert sent[-1] <= 20 * each / rate + 20 * AHEAD.total_seconds()


def test_not_every_request_costs_a_write(lab: Lab) -> None:
    """At 31 requests a second one a second is kept; at one a second each of them."""
    assert lab.ask(lab.run(), 31.0, 3_100)[-1] == pytest.approx(100, abs=1)
    assert lab.writes == pytest.approx(98, abs=3)
    before = lab.writes
    lab.ask(lab.run(), 1.0, 10)
    assert lab.writes == before + 10


def test_leave_that_was_not_used_is_given_back(lab: Lab) -> None:
    """A run that ends lets the next one begin at once; what another run noted meanwhile stays."""
    first = lab.run()
    lab.ask(first, 1_000.0, 1)
    assert lab.kept[HOST] - START > AHEAD
    first.settle()
    assert lab.kept[HOST] - START == timedelta(milliseconds=1)
    second = lab.run()
    lab.ask(second, 1_000.0, 1)
    lab.kept[HOST] += timedelta(minutes=1)
    noted = lab.kept[HOST]
    second.settle()
    assert lab.kept[HOST] == noted


@pytest.mark.parametrize("rate", [1.0, 31.0])
def test_runs_that_end_in_order_gain_nothing(lab: Lab, rate: float) -> None:
    """Twenty short runs one after the other keep to the rate."""
    sent = []
    for _ in range(20):
        pace = lab.run()
        sent += lab.ask(pace, rate, 3)
        pace.settle()
    assert within(sent, rate, BURST + 1)


def test_each_host_has_its_own_pace(lab: Lab) -> None:
    """Another host or port is not waited for."""
    pace = lab.run()
    hosts = [HOST, "log.example:80", "other.example:443"]
    assert [lab.ask(pace, 0.1, 1, host) for host in hosts] == [[0.0]] * 3
    assert [*lab.kept] == hosts


def test_two_runs_side_by_side_share_a_host(lab: Lab) -> None:
    """What another machine noted meanwhile counts, also a pause that it was asked for."""
    here, there = lab.run(), lab.run()
    sent = [lab.ask(pace, 1.0, 1)[0] for _ in range(20) for pace in (here, there)]
    assert within(sent, 1.0, 1)
    assert all(later >= earlier for earlier, later in pairwise(sent))
    there.back_off(HOST, 20)
    until = lab.now + timedelta(seconds=20)
    assert lab.ask(here, 1.0, 1) == [(until - START).total_seconds()]
    there.back_off(HOST, 3_600)
    with pytest.raises(FeedFailed, match="asked to be left alone until 2026-11-22 07:00 UTC"):
        here.wait(HOST, 1.0)


def test_a_pause_that_was_asked_for(lab: Lab) -> None:
    """A short pause is waited to its end, without a burst before it; a long one ends the run and is said."""
    pace = lab.run()
    lab.ask(pace, 10.0, 1)
    assert pace.back_off(HOST, 20) == START + timedelta(seconds=20)
    assert lab.ask(pace, 10.0, 1) == [20.0]
    pace.back_off(HOST, 31)
    for one in (pace, lab.run()):
        with pytest.raises(FeedFailed, match=r"log.example:443 asked to be left alone until 2026-11-22 06:00 UTC"):
            one.wait(HOST, 10.0)
    lab.sleep(11)
    assert lab.ask(lab.run(), 10.0, 1) == [51.0]


def test_a_pause_is_not_shortened_by_another_run(lab: Lab) -> None:
    """One run was told to wait for an hour; what another one is told meanwhile leaves that as it is."""
    first, second = lab.run(), lab.run()
    lab.ask(second, 1.0, 1)
    first.back_off(HOST, 3_600)
    second.back_off(HOST, 5)
    assert lab.kept[HOST] >= START + timedelta(seconds=3_600)
    with pytest.raises(FeedFailed, match="asked to be left alone until 2026-11-22 07:00"):
        lab.run().wait(HOST, 1.0)


def test_a_pause_is_a_day_at_most_and_never_shortened(lab: Lab) -> None:
    """A host cannot shut us out for ever with one answer; a later, shorter wish does not end an earlier one."""
    pace = lab.run()
    day = START + timedelta(seconds=LONGEST_PAUSE)
    assert pace.back_off(HOST, 1e300) == day
    assert pace.back_off(HOST, 5) == day
    assert lab.kept[HOST] == day
    lab.sleep(LONGEST_PAUSE)
    assert lab.ask(lab.run(), 1.0, 1) == [LONGEST_PAUSE]


def test_a_moment_from_a_wrong_clock(lab: Lab) -> None:
    """What is kept for a moment beyond a day from now was written by a clock that was wrong: it shuts nobody out."""
    lab.kept[HOST] = START + timedelta(days=365)
    assert lab.ask(lab.run(), 1.0, 1) == [0.0]


def test_a_low_rate_is_waited_for(lab: Lab) -> None:
    """A feed that may ask once in two minutes waits for its turn, longer than it would for a host's wish."""
    assert lab.ask(lab.run(), 1 / 120, 3) == pytest.approx([0.0, 120.0, 240.0])


@pytest.mark.parametrize(("between", "stops"), [((), True), ((Pace.answered,), False)])
def test_five_failures_in_a_row_end_it(
    lab: Lab, *, between: tuple[Callable[[Pace, str], None], ...], stops: bool
) -> None:
    """A host that failed five times in a row is not asked again in this run; the next run tries it."""
    pace = lab.run()
    for at in range(FAILURES):
        pace.wait(HOST, 10.0)
        if at == FAILURES - 1:
            for act in between:
                act(pace, HOST)
        pace.failed(HOST)
    if stops:
        with pytest.raises(FeedFailed, match=r"log.example:443 failed 5 times in a row: not asked again in this run"):
            pace.wait(HOST, 10.0)
    else:
        pace.wait(HOST, 10.0)
    pace.wait("other.example:443", 10.0)
    lab.run().wait(HOST, 10.0)
