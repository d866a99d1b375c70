import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt import bundle
from scamhunt.model import Channel, Kind, ReportState
from scamhunt.takedown.due import due, fell_silent, of
from scamhunt.takedown.escalation import parse_ladders
from scamhunt.takedown.rungs import REMIND
from scamhunt.takedown.tracked import Tracked, Work

LADDERS = parse_ladders("escalation.toml", (bundle.shipped() / "data" / "escalation.toml").read_bytes())
T0 = datetime(2026, 11, 20, 9, tzinfo=UTC)
A_MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
SENT = Tracked(
    id=12,
    candidate_id=7,
    indicator="amazon-refund-desk.com",
    target=Kind.DOMAIN,
    brand="amazon",
    kind="registrar",
    purpose="phishing",
    recipient="abuse@registrar.example",
    desk="",
    channel=Channel.EMAIL,
    state=ReportState.SENT,
    state_since=T0,
    created_at=T0 - HOUR,
    sent_at=T0,
    message_id="<85ddfede75936e9ff5cab8af82489e84@trust.example>",
)
DRAFT = replace(SENT, state=ReportState.DRAFT, sent_at=None, message_id="")


def after(report: Tracked, hours: float) -> list[str]:
    """Return the steps that are due so many hours after the beginning, without the report's number."""
    return [work.id.removeprefix("report:12:") for work in of(report, LADDERS, T0 + hours * HOUR)]


def before(report: Tracked, work: Work) -> list[str]:
    """Return the ids that are due a microsecond before some work is."""
    return [each.id for each in of(report, LADDERS, work.due_at - A_MICROSECOND)]


@pytest.mark.parametrize(
    ("changed", "key", "what", "hours", "do"),
    [
        ({"state": "review"}, "approve", "approve", 0, "approve 12"),
        ({"state": "draft"}, "finish", "finish", 24, "show 12"),
        ({"state": "draft", "purpose": "withdrawal"}, "approve", "approve the withdrawal", 0, "approve 12"),
        ({"state": "draft", "purpose": "closure"}, "approve", "approve the closure", 0, "approve 12"),
        ({"state": "review", "purpose": "closure"}, "approve", "approve the closure", 0, "approve 12"),
        ({"state": "draft", "approved_until": T0}, "approve-again", "approve again", 0, "approve 12"),
        ({"state": "approved"}, "send", "send", 0, "send 12"),
        ({"state": "approved", "handed_at": T0}, "record", "record what became of it", 24, "record 12 --state sent"),
        ({"state": "failed"}, "send-again", "send again or withdraw", 0, "send 12, or scamhunt reports withdraw 12"),
        ({"state": "unknown"}, "find-out", "find out whether it was taken", 0, "record 12 --state sent (or failed)"),
        ({"state": "held"}, "decide", "decide the dispute", 24, ""),
        ({"state": "relapsed"}, "relapsed", "report again", 0, "escalate 12 --step relapsed"),
    ],
)
def test_what_waits_for_a_person(changed: dict[str, object], key: str, what: str, hours: int, do: str) -> None:
    """Each state has its work, due from exactly its moment on, with the command that does it."""
    state = ReportState(str(changed["state"]))
    report = replace(DRAFT, **(changed | {"state": state}))  # type: ignore[arg-type]  # fields of the table above
    moment = T0 + hours * HOUR
    (work,) = of(report, LADDERS, moment)
    assert (work.id, work.what, work.due_at) == (f"report:12:{key}", what, moment)
    assert work.do.startswith(f"scamhunt reports {do}" if do else "scamhunt holds list, then scamhunt holds end ID")
    assert (work.report, work.indicator, work.recipient) == (12, report.indicator, report.recipient)
    assert "2026-11-20 09:00 UTC" in work.why
    assert before(report, work) == []
    assert of(report, LADDERS, moment + timedelta(days=400))[0].id == work.id


def test_an_approval_that_ran_out_is_given_again() -> None:
    """Until its end the report is to be sent, from then on to be approved again."""
    report = replace(DRAFT, state=ReportState.APPROVED, approved_until=T0 + 24 * HOUR)
    assert after(report, 23.9) == ["send"]
    assert after(report, 24) == ["approve-again"]
    assert after(replace(report, handed_at=T0), 30) == ["record"]


@pytest.mark.parametrize("state", ["queued", "sending", "verified_down", "withdrawn"])
def test_what_needs_nobody_is_not_listed(state: str) -> None:
    """What the outbox has, what is gone and what was withdrawn is no work."""
    assert after(replace(SENT, state=ReportState(state)), 10_000) == []


LADDER = [
    (23.99, []),
    (24, ["remind:registrar-remind"]),
    (71.99, ["remind:registrar-remind"]),
    (72, ["escalate:registry"]),
    (167.99, ["escalate:registry"]),
    (168, ["escalate:registry", "escalate:icann"]),
]


@pytest.mark.parametrize("state", ["sent", "acknowledged", "no_answer"])
@pytest.mark.parametrize(("hours", "steps"), LADDER)
def test_the_ladder_of_a_registrar_climbs_with_time(state: str, hours: float, steps: list[str]) -> None:
    """An acknowledgement stops no clock; a reminder is dropped once the next one is asked."""
    assert after(replace(SENT, state=ReportState(state), state_since=T0 + 3 * HOUR), hours) == steps


def test_a_step_tells_whom_what_and_why() -> None:
    """Whoever reads the list knows since when, of whom, by which step, and what was passed over."""
    (work,) = of(SENT, LADDERS, T0 + 72 * HOUR)
    assert (work.what, work.do) == ("escalate to the registry", "scamhunt reports escalate 12 --step registry")
    start = (
        "abuse@registrar.example has had the report since 2026-11-20 09:00 UTC, step registry; a reminder was passed"
    )
    assert work.why.startswith(start)
    (reminder,) = of(SENT, LADDERS, T0 + 24 * HOUR)
    assert reminder.what == "remind the registrar"
    assert "passed over" not in reminder.why
    climbed = replace(SENT, climbed=("registrar-remind",))
    assert "passed over" not in of(climbed, LADDERS, T0 + 72 * HOUR)[0].why


def test_a_step_that_was_climbed_is_not_due_again() -> None:
    """One by one they disappear, whatever the time."""
    climbed = ("registrar-remind", "registry", "icann")
    expected = [["remind:registrar-remind"], [], ["escalate:icann"], []]
    assert [
        after(replace(SENT, climbed=climbed[:at]), hours) for at, hours in enumerate((24, 24, 168, 999))
    ] == expected


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        ({}, ["escalate:registry", "escalate:icann"]),
        ({"indicator": "amazon-refund-desk.shop"}, ["escalate:registry", "escalate:icann"]),
        ({"indicator": "amazon-refund-desk.io"}, ["escalate:national-team", "escalate:registry"]),
        ({"indicator": "amazon-refund-desk.test"}, ["escalate:registry"]),
        ({"indicator": "shop.uk.com"}, ["escalate:registry"]),
        ({"message_id": ""}, ["escalate:registry"]),
        ({"message_id": "", "ticket": "A-1"}, ["escalate:registry", "escalate:icann"]),
        ({"channel": Channel.FORM}, ["escalate:registry"]),
        ({"channel": Channel.FORM, "answer": "thank you, A-1"}, ["escalate:registry", "escalate:icann"]),
        ({"purpose": "tech_support_fraud"}, ["escalate:registry"]),
        ({"purpose": "impersonation"}, ["escalate:registry", "point:udrp"]),
        ({"purpose": "suspicious_registration"}, ["escalate:registry", "point:udrp"]),
        (
            {"purpose": "impersonation", "indicator": "amazon-refund-desk.shop"},
            ["escalate:registry", "point:udrp", "point:urs"],
        ),
        ({"purpose": "impersonation", "indicator": "amazon.de.example"}, ["escalate:registry"]),
    ],
)
def test_icann_and_lawyers_only_where_they_are_there_for_it(changed: dict[str, object], steps: list[str]) -> None:
    """ICANN: generic, proven, seen abuse. UDRP and URS: a mark alone. A country: its own people."""
    assert after(replace(SENT, **changed), 24 * 400) == steps  # type: ignore[arg-type]  # fields of the table above


def test_a_pointer_is_no_letter() -> None:
    """It says where to, and that lawyers decide."""
    found = {work.id: work for work in of(replace(SENT, purpose="impersonation"), LADDERS, T0 + 72 * HOUR)}
    work = found["report:12:point:udrp"]
    assert work.what == "point to UDRP"
    assert "Your lawyers decide." in work.why


def test_who_declined_is_not_asked_again_and_the_next_one_at_once() -> None:
    """ICANN waits for its time all the same."""
    report = replace(SENT, state=ReportState.DECLINED, state_since=T0 + 5 * HOUR)
    assert [after(report, hours) for hours in (4.99, 5, 30, 168)] == [
        [],
        ["escalate:registry"],
        ["escalate:registry"],
        ["escalate:registry", "escalate:icann"],
    ]
    late = replace(report, state_since=T0 + 100 * HOUR)
    assert of(late, LADDERS, T0 + 101 * HOUR)[0].due_at == T0 + 72 * HOUR


def test_what_was_passed_on_counts_anew() -> None:
    """From the moment on which somebody else had it."""
    report = replace(SENT, state=ReportState.FORWARDED, state_since=T0 + 100 * HOUR)
    assert [after(report, hours) for hours in (123.99, 124, 171.99, 172)] == [
        [],
        ["remind:registrar-remind"],
        ["remind:registrar-remind"],
        ["escalate:registry"],
    ]


def test_a_claim_of_action_is_believed_until_a_look_sees_it_live() -> None:
    """Two days later they are told, once; then the next one is asked."""
    report = replace(SENT, state=ReportState.ACTIONED, state_since=T0 + 10 * HOUR)
    live = replace(report, last_live=T0 + 11 * HOUR)
    assert after(report, 999) == after(replace(report, last_live=T0 + 10 * HOUR), 999) == []
    assert [after(live, hours) for hours in (57.99, 58, 82)] == [
        [],
        ["remind:still-there"],
        ["remind:still-there", "escalate:registry"],
    ]
    (work,) = of(live, LADDERS, T0 + 58 * HOUR)
    assert work.what == "tell them that it is still there"
    assert after(replace(live, climbed=("still-there",)), 82) == ["escalate:registry"]


def test_a_relapse_is_reported_again_once() -> None:
    """By a report of its own; a withdrawal does not relapse."""
    report = replace(SENT, state=ReportState.RELAPSED)
    assert after(report, 0) == ["relapsed"]
    assert after(replace(report, climbed=("relapsed",)), 0) == after(replace(report, purpose="closure"), 0) == []
    again = replace(SENT, rung="relapsed", parent_id=3, climbed=("registrar-remind",))
    assert after(again, 72) == ["escalate:registry"]


def test_a_reminder_has_no_ladder_of_its_own() -> None:
    """That of the report that it reminds of goes on; so nobody is reminded of a reminder."""
    assert after(replace(SENT, rung="registrar-remind", parent_id=3), 999) == []
    assert after(replace(SENT, rung="still-there", parent_id=3), 999) == []


def test_an_escalation_climbs_its_own_ladder_with_one_reminder() -> None:
    """Of two reminders the one that was sent is the last."""
    platform = replace(SENT, kind="platform")
    assert after(platform, 72) == ["remind:platform-again"]
    child = replace(platform, rung="gone-from-the-file", parent_id=3)
    assert after(child, 24) == ["remind:platform-remind"]
    assert after(replace(child, climbed=("platform-remind",)), 72) == []
    assert after(replace(platform, climbed=("platform-remind",)), 72) == ["remind:platform-again"]
    registry = replace(SENT, kind="registry", rung="registry", parent_id=3, indicator="amazon-refund-desk.io")
    assert after(registry, 999) == ["escalate:registry-cert"]


@pytest.mark.parametrize("purpose", ["withdrawal", "closure"])
@pytest.mark.parametrize("state", ["sent", "acknowledged", "forwarded", "actioned", "declined", "no_answer"])
def test_what_takes_back_or_closes_has_no_ladder(purpose: str, state: str) -> None:
    """Nobody is pressed to answer it."""
    report = replace(SENT, purpose=purpose, state=ReportState(state), parent_id=3, last_live=T0 + HOUR)
    assert after(report, 999) == []
    assert not fell_silent(report, LADDERS, T0 + 999 * HOUR)


@pytest.mark.parametrize("state", list(ReportState))
def test_a_hold_hides_all_but_what_takes_back(state: ReportState) -> None:
    """While it lasts; the dispute itself is still to be decided. From its end on everything is as before."""
    report = replace(SENT, state=state, last_live=T0 + HOUR)
    held = replace(report, held_until=T0 + 500 * HOUR)
    assert after(held, 499) == (["decide"] if state is ReportState.HELD else [])
    assert after(held, 500) == after(report, 500)
    back = replace(held, purpose="withdrawal")
    assert after(back, 499) == after(replace(back, held_until=None), 499)


def test_a_closure_waits_for_the_end_of_a_hold() -> None:
    """Only a withdrawal goes out."""
    drafts = [replace(DRAFT, purpose=purpose, held_until=T0 + HOUR) for purpose in ("withdrawal", "closure")]
    assert [after(each, 0) for each in drafts] == [["approve"], []]


def test_silence_is_what_the_ladders_say() -> None:
    """From exactly then on, and of nothing but what was sent and not answered."""
    week = T0 + timedelta(days=7)
    assert not fell_silent(SENT, LADDERS, week - A_MICROSECOND)
    assert fell_silent(SENT, LADDERS, week)
    assert not fell_silent(replace(SENT, state=ReportState.ACKNOWLEDGED), LADDERS, week)
    assert not fell_silent(replace(SENT, sent_at=None), LADDERS, week)


def test_what_waits_longest_comes_first() -> None:
    """By the moment, then by id."""
    reports = [replace(SENT, id=at, sent_at=T0 + timedelta(hours=at % 3)) for at in range(9, 0, -1)]
    found = due(reports, LADDERS, T0 + 30 * HOUR)
    assert [work.report for work in found] == [3, 6, 9, 1, 4, 7, 2, 5, 8]


def test_words_from_outside_are_shown_harmless() -> None:
    """A desk's name neither breaks the line nor turns it round, and is short."""
    (work,) = of(replace(SENT, recipient="a\x1b[2J\u202e" + "b" * 500), LADDERS, T0 + 24 * HOUR)
    assert work.why.isprintable()
    assert len(work.why) < 400
    assert of(replace(SENT, recipient=""), LADDERS, T0 + 24 * HOUR)[0].why.startswith("the registrar has had")


def test_a_report_that_never_went_out_has_no_clock() -> None:
    """And a moment without a zone is refused: nobody could say when it is."""
    assert after(replace(SENT, sent_at=None), 999) == []
    with pytest.raises(ValueError, match="without a time zone"):
        due([], LADDERS, datetime(2026, 11, 20))  # noqa: DTZ001  # what is refused


def test_the_end_of_time_breaks_nothing() -> None:
    """A moment that cannot be reached is never due."""
    end = datetime.max.replace(tzinfo=UTC)
    assert of(replace(SENT, sent_at=end - HOUR), LADDERS, end - A_MICROSECOND) == []


# --- time -------------------------------------------------------------------------------------------------------------

ZONES = (
    *("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"),
    *("Africa/Casablanca", "Pacific/Apia", "America/Santiago", "Asia/Tehran", "Pacific/Chatham"),
)
TURNS = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2100, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("turn", TURNS, ids=[f"{turn:%Y-%m-%d}" for turn in TURNS])
def test_no_change_of_clocks_moves_a_deadline(zone: str, turn: datetime) -> None:
    """Whatever zone the moments come in, exactly the hours that passed count."""
    for offset in (-100, -71, -30, -1, 0, 1):
        sent = turn + timedelta(hours=offset)
        local = replace(SENT, sent_at=sent.astimezone(ZoneInfo(zone)))
        for hours, steps in LADDER:
            now = (sent + hours * HOUR).astimezone(ZoneInfo(zone))
            assert [work.id.removeprefix("report:12:") for work in of(local, LADDERS, now)] == steps


reports_out = st.builds(
    lambda number, kind, purpose, suffix, hours, state: replace(
        SENT,
        id=number,
        kind=kind,
        purpose=purpose,
        indicator=f"amazon-refund-desk.{suffix}",
        sent_at=T0 + timedelta(hours=hours),
        state=state,
    ),
    st.integers(1, 10**6),
    st.sampled_from(["registrar", "registry", "host", "cdn", "platform", "blocklist"]),
    st.sampled_from(["phishing", "impersonation"]),
    st.sampled_from(["com", "shop", "de"]),
    st.integers(-(10**5), 10**5),
    st.sampled_from([ReportState.SENT, ReportState.ACKNOWLEDGED, ReportState.NO_ANSWER]),
)


def lasting(works: Iterable[Work]) -> set[str]:
    """Return the ids of what is not dropped by itself."""
    return {work.id for work in works if f":{REMIND}:" not in work.id}


@settings(max_examples=150, deadline=None)
@given(report=reports_out, clock=st.lists(st.integers(-300, 500), min_size=1, max_size=12))
def test_a_clock_that_jumps_neither_loses_nor_doubles(report: Tracked, clock: list[int]) -> None:
    """For any sequence of times, forth and back, what was seen is what the latest has; nothing is there twice."""
    start = report.sent_at or T0
    seen: set[str] = set()
    for hours in clock:
        found = of(report, LADDERS, start + timedelta(hours=hours))
        assert len({work.id for work in found}) == len(found)
        assert all(work.due_at <= start + timedelta(hours=hours) for work in found)
        seen |= lasting(found)
    assert seen == lasting(of(report, LADDERS, start + timedelta(hours=max(clock))))


@settings(max_examples=60, deadline=None)
@given(report=reports_out, clock=st.lists(st.integers(0, 400), min_size=1, max_size=30), offset=st.integers(-14, 14))
def test_each_step_is_climbed_once_in_its_order(report: Tracked, clock: list[int], offset: int) -> None:
    """Somebody does all that is listed, at any times, in any zone: each lasting step was done exactly once."""
    start, done = report.sent_at or T0, list[str]()
    for hours in clock:
        now = (start + timedelta(hours=hours)).astimezone(timezone(timedelta(hours=offset)))
        for work in of(report, LADDERS, now):
            done.append(work.id)
            report = replace(report, climbed=(*report.climbed, work.id.rpartition(":")[2]))
    assert len(done) == len(set(done))
    fresh = of(replace(report, climbed=()), LADDERS, start + timedelta(hours=max(clock)))
    assert {one for one in done if f":{REMIND}:" not in one} == lasting(fresh)


def test_who_was_asked_already_is_not_asked_by_way_of_another() -> None:
    """The registrar has a report on the target: the host's ladder does not send one more; of another target it does."""
    host = replace(SENT, id=2, kind="host", recipient="abuse@host.example")
    late = T0 + timedelta(days=8)
    steps = {work.id.rpartition(":")[2] for work in due([SENT, host], LADDERS, late) if work.report == host.id}
    elsewhere = due([SENT, replace(host, candidate_id=99)], LADDERS, late)
    assert "host-registrar" not in steps
    assert "host-registrar" in {work.id.rpartition(":")[2] for work in elsewhere}


def test_a_year_of_reports_comes_in_the_order_of_its_moments() -> None:
    """60,000 reports in every state."""
    dice, kinds = random.Random(7), ["registrar", "host", "cdn", "platform", "blocklist", "registry"]
    states = [ReportState.VERIFIED_DOWN] * 6 + [ReportState.SENT, ReportState.DRAFT, ReportState.DECLINED]
    many = [
        replace(
            SENT,
            id=at,
            candidate_id=at,
            kind=dice.choice(kinds),
            state=dice.choice(states),
            sent_at=T0 + timedelta(hours=at % 8_760),
        )
        for at in range(60_000)
    ]
    found = due(many, LADDERS, T0 + timedelta(days=300))
    assert len(found) > 15_000
    assert all(one.due_at <= other.due_at for one, other in pairwise(found))
