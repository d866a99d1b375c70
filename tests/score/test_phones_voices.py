from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.indicators.phone import parse
from scamhunt.model import NumberSighting, Role
from scamhunt.score.phone_voices import listen

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = parse("+18885550142")


def report(feed: str = "phone_reports", source: str = "", days: float = 1, **more: object) -> NumberSighting:
    """Return a report of some days ago."""
    made = NumberSighting(NUMBER.e164, feed, "", 1, NOW - days * DAY, source=source)
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def agency(feed: str, place: str) -> NumberSighting:
    """Return a complaint that an agency published."""
    return report(feed, place=place, pool="us-agencies", corroborates=True)


@pytest.mark.parametrize(
    ("history", "voices"),
    [
        ([report(source="a"), report(source="a")], 1),
        ([report(source="a"), report(source="b")], 2),
        ([report(place="775"), report(place="212")], 2),
        ([report(source="a", place="775"), report(source="a", place="212")], 2),
        ([report("mailbox", "a"), report("phone_reports", "a")], 2),
        ([report(days=1), report(days=1.1)], 1),
        ([report(days=1), report(days=2), report(days=3)], 1),
        ([report("fcc_calls", days=n, corroborates=True) for n in (1, 2, 3, 3)], 3),
        ([report(source="a", days=1), report(source="a", days=9)], 1),
    ],
)
def test_reports_of_one_voice_are_one(history: Sequence[NumberSighting], voices: int) -> None:
    """Feed, source and place make a voice; where a feed names neither source nor place, a day does."""
    assert listen(NUMBER, history, NOW).independent == voices


def test_agencies_that_hear_of_the_same_calls_count_once() -> None:
    """Of a pool the feed with most voices counts, never the sum, and both are named."""
    ftc = [agency("ftc_dnc", place) for place in ("775", "212", "415")]
    fcc = [agency("fcc_calls", place) for place in ("OH", "NV")]
    both = listen(NUMBER, [*ftc, *fcc, report(source="a")], NOW)
    assert (both.independent, both.pooled) == (4, ("fcc_calls", "ftc_dnc"))
    alone = listen(NUMBER, ftc, NOW)
    assert (alone.independent, alone.pooled) == (3, ())


def test_what_was_said_before_a_long_silence_is_left_out() -> None:
    """After more than 45 days without a report somebody else may hold the number; exactly 45 are not enough."""
    old = [report(source="x", days=60), report(source="y", days=70)]
    seen = listen(NUMBER, [*old, report(source="a", days=5)], NOW)
    assert (seen.independent, seen.before, seen.silent_days) == (1, 2, 55)
    whole = listen(NUMBER, [report(source="x", days=50), report(source="a", days=5)], NOW)
    assert (whole.independent, whole.before, whole.silent_days) == (2, 0, 0)


def test_the_order_of_a_history_does_not_matter() -> None:
    """The newest report of a voice speaks for it, wherever it stands."""
    history = [report(source="a", days=9, robocall=False), report(source="a", days=2, robocall=True)]
    for given in (history, history[::-1]):
        assert listen(NUMBER, given, NOW).share(lambda one: one.robocall) == 1


def test_a_report_that_is_dated_ahead_is_of_today() -> None:
    """A clock that runs ahead does not make a number more than fresh."""
    seen = listen(NUMBER, [report(days=-3)], NOW)
    assert (seen.age_days, seen.is_stale) == (0, False)


@pytest.mark.parametrize(("days", "stale"), [(44.0, False), (45.0, False), (45.1, True), (400, True)])
def test_a_number_goes_stale_after_45_days(days: float, stale: bool) -> None:
    """Until the 45th day a number counts as the same holder's."""
    assert listen(NUMBER, [report(days=days)], NOW).is_stale is stale


def test_a_share_counts_voices_and_not_reports() -> None:
    """Who repeats himself does not outvote the others, and who says nothing does not vote."""
    flood = [report(source="a", role=Role.CALLBACK)] * 100
    history = [*flood, report(source="b", role=Role.CALLER_ID), report(source="c")]
    heard = listen(NUMBER, history, NOW)
    assert heard.share(lambda one: None if one.role is Role.UNKNOWN else float(one.role is Role.CALLBACK)) == 0.5
    assert heard.share(lambda one: one.robocall) == 0
