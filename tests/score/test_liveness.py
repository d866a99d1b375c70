import itertools
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.observed import Liveness
from scamhunt.score.liveness import CADENCE, JITTER, Observed, Standing, decide, next_due, observe, observed, pace
from scamhunt.score.seen.signal import findings_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIVE, DOWN, SUSPENDED, PARKED = Liveness.LIVE, Liveness.TAKEN_DOWN, Liveness.SUSPENDED, Liveness.PARKED
UNREACHABLE, UNKNOWN = Liveness.UNREACHABLE, Liveness.UNKNOWN
PAGE = '{"kind": "http.exchange"} {"kind": "page.shown", "title": "Sign in", "words": 40}'
PAGE_B = PAGE.replace("}", ', "vantage": "mobile"}')
GONE = '{"kind": "http.exchange", "status": 404}'
GONE_B = '{"kind": "http.exchange", "status": 410, "vantage": "mobile"}'
SILENT = '{"kind": "http.exchange", "outcome": "timeout"}'
HELD = '{"kind": "rdap.domain", "statuses": ["Server Hold"]}'
NO_NAME = '{"kind": "dns.a", "outcome": "absent"}'
SUSPENDED_PAGE = '{"kind": "host.recognised", "role": "suspended", "name": "x", "vantage": "desktop"}'
SALE = '{"kind": "host.recognised", "role": "for sale", "name": "x"}'
FORM = '{"kind": "page.form", "asks": ["password"]}'


def looked(text: str) -> Observed:
    """Return what one look told: findings as JSON objects with a blank between them."""
    return observed(findings_of(text.replace("} {", "}\n{").splitlines()), NOW)


@pytest.mark.parametrize(
    ("text", "liveness", "vantages", "weight"),
    [
        ("", UNKNOWN, (), 1),
        (PAGE, LIVE, ("desktop",), 1),
        (f"{PAGE} {HELD} {NO_NAME}", LIVE, ("desktop",), 1),
        (f"{GONE} {PAGE_B}", LIVE, ("mobile",), 1),
        (GONE, DOWN, ("desktop",), 1),
        (f"{GONE} {GONE_B}", DOWN, ("desktop", "mobile"), 1),
        (f'{GONE} {{"kind": "page.shown"}} {FORM}', LIVE, ("desktop",), 1),
        ('{"kind": "http.exchange", "status": 404, "final_url": "https://other.example/"}', UNKNOWN, (), 1),
        ('{"kind": "http.exchange", "status": 503}', UNKNOWN, (), 1),
        ('{"kind": "http.exchange", "status": 500}', UNKNOWN, (), 1),
        ('{"kind": "http.exchange"} {"kind": "page.shown", "empty": true}', UNKNOWN, (), 1),
        (f'{PAGE} {{"kind": "page.block", "what": "captcha"}}', UNKNOWN, (), 1),
        (f'{PAGE} {{"kind": "host.recognised", "role": "default page", "name": "x"}}', UNKNOWN, (), 1),
        (f"{PAGE} {SUSPENDED_PAGE}", DOWN, ("desktop",), 1),
        (f"{PAGE} {FORM} {SUSPENDED_PAGE}", LIVE, ("desktop",), 1),
        (f'{PAGE} {{"kind": "page.number", "role": "callback"}} {SUSPENDED_PAGE}', LIVE, ("desktop",), 1),
        (f'{PAGE} {{"kind": "page.popup", "signs": ["alert"]}} {SALE}', LIVE, ("desktop",), 1),
        (f'{GONE} {{"kind": "page.wallet", "value": "x"}}', UNKNOWN, (), 1),
        (f"{PAGE} {SALE}", PARKED, ("desktop",), 1),
        (f"{PAGE} {FORM} {SALE}", LIVE, ("desktop",), 1),
        (SALE, PARKED, (), 1),
        (SILENT, UNREACHABLE, (), 1),
        (f"{SILENT} {GONE_B}", DOWN, ("mobile",), 1),
        (f"{SILENT} {HELD}", SUSPENDED, (), 2),
        (f'{HELD} {{"kind": "dns.a", "values": ["192.0.2.7"]}} {SILENT}', UNREACHABLE, (), 1),
        (NO_NAME, SUSPENDED, (), 1),
        (f'{NO_NAME} {{"kind": "dns.aaaa", "outcome": "timeout"}}', SUSPENDED, (), 1),
        (f'{NO_NAME} {{"kind": "dns.aaaa", "outcome": "empty"}}', UNKNOWN, (), 1),
        (f"{NO_NAME} {HELD}", SUSPENDED, (), 2),
        (f'{NO_NAME} {{"kind": "rdap.domain", "outcome": "absent"}}', SUSPENDED, (), 2),
        ('{"kind": "dns.a", "outcome": "timeout"}', UNKNOWN, (), 1),
        ('{"kind": "dns.a", "outcome": "failed"}', UNKNOWN, (), 1),
        (f'{SILENT} {{"kind": "host.recognised", "role": "sinkhole", "name": "x"}}', SUSPENDED, (), 1),
    ],
)
def test_one_look_tells_what_it_saw(text: str, liveness: Liveness, vantages: tuple[str, ...], weight: int) -> None:
    """One vantage that sees a page makes it live; what nobody answers is unreachable, never down."""
    assert looked(text) == Observed(NOW, liveness, vantages, weight)
    assert observe(findings_of(text.replace("} {", "}\n{").splitlines())) is liveness


def at(hours: float, liveness: Liveness, *vantages: str, weight: int = 1) -> Observed:
    """Return an observation so many hours after the first."""
    return Observed(NOW + timedelta(hours=hours), liveness, vantages, weight)


BOTH = ("desktop", "mobile")


@pytest.mark.parametrize(
    ("history", "down", "back"),
    [
        ([at(0, DOWN, *BOTH), at(3, DOWN, *BOTH), at(6, DOWN, *BOTH)], True, False),
        ([at(0, DOWN, *BOTH), at(3, DOWN, *BOTH), at(5.9, DOWN, *BOTH)], False, False),
        ([at(0, DOWN, *BOTH), at(9, DOWN, *BOTH)], False, False),
        ([at(0, DOWN, "desktop"), at(3, DOWN, "desktop"), at(9, DOWN, "desktop")], False, False),
        ([at(0, DOWN, "desktop"), at(3, DOWN, "mobile"), at(9, DOWN, "desktop")], True, False),
        ([at(0, SUSPENDED), at(3, SUSPENDED), at(9, SUSPENDED)], True, False),
        ([at(0, SUSPENDED, weight=2), at(6, SUSPENDED, weight=2)], True, False),
        ([at(0, SUSPENDED, weight=2), at(5, SUSPENDED, weight=2)], False, False),
        ([at(0, SUSPENDED, weight=2), at(9, SUSPENDED)], True, False),
        ([at(0, SUSPENDED), at(9, SUSPENDED)], False, False),
        ([at(0, DOWN, "desktop"), at(1, SUSPENDED), at(9, SUSPENDED)], False, False),
        ([at(hour, UNREACHABLE) for hour in range(100)], False, False),
        ([at(hour, UNKNOWN) for hour in range(100)], False, False),
        ([at(hour, PARKED) for hour in range(100)], False, False),
        ([at(0, SUSPENDED, weight=2), at(1, LIVE, "desktop"), at(9, SUSPENDED, weight=2)], False, False),
        ([at(0, SUSPENDED, weight=2), at(1, UNREACHABLE), at(9, SUSPENDED, weight=2)], True, False),
        ([at(0, SUSPENDED, weight=2), at(9, SUSPENDED, weight=2), at(10, UNREACHABLE)], True, False),
        ([at(0, SUSPENDED, weight=2), at(9, SUSPENDED, weight=2), at(10, PARKED)], True, False),
        ([at(0, SUSPENDED, weight=2), at(9, SUSPENDED, weight=2), at(10, SUSPENDED)], True, False),
        ([at(0, SUSPENDED, weight=2), at(9, SUSPENDED, weight=2), at(10, LIVE, "mobile")], False, True),
        ([at(0, SUSPENDED, weight=2), at(9, SUSPENDED, weight=2), at(10, LIVE), at(11, LIVE)], False, True),
        ([at(0, SUSPENDED, weight=2), at(9, SUSPENDED, weight=2), at(10, LIVE), at(11, DOWN)], False, True),
        ([at(0, LIVE), at(1, LIVE)], False, False),
    ],
)
def test_down_takes_several_looks_that_agree(history: list[Observed], *, down: bool, back: bool) -> None:
    """Three observations over six hours and two vantages; a hold counts twice; silence never counts."""
    standing = decide(history)
    assert (standing.down, standing.back) == (down, back)
    assert decide(list(reversed(history))) == standing


def test_what_stands_tells_since_when_and_why() -> None:
    """A person reads how many looks agree, and when it was seen live."""
    looks = [at(0, LIVE), at(2, LIVE), at(4, SUSPENDED, weight=2)]
    assert decide([]) == Standing()
    live = decide(looks[:2])
    assert (live.liveness, live.since, live.first_live, live.last_live) == (LIVE, looks[0].at, looks[0].at, looks[1].at)
    assert decide(looks).why == "looks down, by 2 of 3 observations that it takes"
    assert decide([*looks, at(5, SUSPENDED)]).why == "looks down, for less than 6 hours"
    gone = decide([*looks, at(5, DOWN), at(10, SUSPENDED)])
    assert (gone.liveness, gone.since, gone.last_live) == (SUSPENDED, looks[2].at, looks[1].at)
    assert gone.why == "down: 3 looks over 6 hours agree, and none saw it live"
    assert decide([at(0, DOWN, "a"), at(3, DOWN, "a"), at(6, DOWN, "a")]).why == "looks down, for one vantage only"
    back = decide([*looks, at(5, DOWN), at(10, SUSPENDED), at(11, LIVE)])
    assert back.why == "it is back: seen live at 2026-11-22 23:00 UTC after it was down"
    assert (back.first_live, back.last_live, back.since) == (looks[0].at, NOW + timedelta(hours=11), back.last_live)
    assert decide([at(0, PARKED)]).why == "parked, or for sale"
    assert decide([at(0, LIVE), at(1, UNREACHABLE)]).liveness is LIVE
    assert decide([at(0, UNREACHABLE), at(1, UNKNOWN)]).why == "nobody could tell: it says nothing"


# --- cadence ----------------------------------------------------------------------------------------------------------

DAY = timedelta(days=1)
STANDINGS = {
    "up": Standing(LIVE),
    "going": Standing(SUSPENDED),
    "down": Standing(SUSPENDED, down=True),
    "parked": Standing(PARKED),
}


def wait(row: str, age: timedelta, target: str = "amazon-refund-desk.test") -> timedelta:
    """Return after what time a target of this age is looked at again."""
    standing = STANDINGS[row]
    if row in {"going", "down"}:
        standing = Standing(standing.liveness, NOW - age, down=standing.down)
    return next_due(NOW, NOW - age, standing, target=target) - NOW


@pytest.mark.parametrize("row", CADENCE)
def test_the_cadence_is_that_of_the_table(row: str) -> None:
    """Each line of the table holds up to its age, to the second, within the jitter."""
    before = timedelta()
    for younger, expected in CADENCE[row]:
        ages = {before, min(younger, 5_000 * DAY) - timedelta(seconds=1)}
        for age, name in itertools.product(ages, ("amazon-refund-desk.test", "a", "b", "c")):
            assert expected * (1 - JITTER) <= wait(row, age, name) <= expected * (1 + JITTER)
        before = younger
    assert CADENCE[row][-1][0] == timedelta.max


@pytest.mark.parametrize("row", CADENCE)
def test_the_cadence_thins_and_never_ends(row: str) -> None:
    """Dense at first, thinner later, and still on after a thousand days."""
    waits = [pause for _, pause in CADENCE[row]]
    assert waits == sorted(waits)
    assert wait(row, 1_000 * DAY) <= 33 * DAY
    assert wait(row, -DAY) == wait(row, timedelta())


def test_a_name_that_wakes_after_ninety_days_is_still_looked_at() -> None:
    """One malicious name in six is used only then: parked and down ones are seen within about a week."""
    assert wait("parked", 91 * DAY) < 8 * DAY
    assert wait("down", 91 * DAY) < 8 * DAY


@pytest.mark.parametrize(
    ("standing", "row"),
    [(standing, row) for row, standing in STANDINGS.items()]
    + [(Standing(), "up"), (Standing(UNREACHABLE), "up"), (Standing(PARKED, down=True), "down")],
)
def test_each_standing_has_its_pace(standing: Standing, row: str) -> None:
    """What looks down is looked at until it is sure; what is unknown goes on as what is live."""
    assert pace(standing) == row


def test_a_target_that_came_back_is_looked_at_as_if_it_were_new() -> None:
    """Its age counts from the return, not from when it was first seen."""
    back = Standing(LIVE, NOW - timedelta(hours=1), back=True)
    assert next_due(NOW, NOW - 400 * DAY, back, target="a") - NOW < timedelta(hours=3)


def test_due_times_are_spread_and_always_the_same() -> None:
    """A thousand targets of one night do not come at one minute, and a second run plans the same."""
    names = [f"refund-{number}.test" for number in range(1_000)]
    first = [wait("up", timedelta(), name) for name in names]
    assert first == [wait("up", timedelta(), name) for name in names]
    assert len(set(first)) > 990
    assert max(first) - min(first) > timedelta(minutes=20)
    middle = sum(first, timedelta()) / len(first)
    assert abs(middle - timedelta(hours=2)) < timedelta(minutes=2)
