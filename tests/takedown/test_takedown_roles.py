import itertools
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.errors import Refused
from scamhunt.model import Kind, NumberSighting, Role
from scamhunt.takedown.roles import (
    IN_WORDS,
    MAY,
    also_caller_id,
    default_kind,
    in_role,
    is_stale,
    refuse_role,
    role_of,
    stated_last,
)

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ALLOWED = {
    ("carrier", Role.CALLBACK),
    ("carrier", Role.SMS_SENDER),
    ("traceback", Role.CALLER_ID),
    ("traceback", Role.UNKNOWN),
    ("traceback", None),
}
KINDS = ["carrier", "traceback", "registrar", "host", "resporg", "dno", "Carrier", "carrier ", "traceback-carrier", ""]
ROLES = [*Role, None]


def said(
    role: Role, *, days: int = 0, feed: str = "calls", pool: str = "", corroborates: bool = False
) -> NumberSighting:
    """Return a report of an invented number."""
    return NumberSighting(
        "+18885550142", feed, "k", 1, NOW - timedelta(days=days), role, pool=pool, corroborates=corroborates
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ROLES)
def test_the_role_of_a_number_decides_about_every_kind(kind: str, role: Role | None) -> None:
    """A carrier hears of what was shown to victims and of nothing else; a display leads to a trace and nothing else."""
    if (kind, role) in ALLOWED:
        refuse_role(kind, Kind.PHONE, role)
        refuse_role(kind, "phone", role)
        return
    for target in (Kind.PHONE, "phone"):
        with pytest.raises(Refused) as refused:
            refuse_role(kind, target, role)
        assert refused.value.exit_code == 5
        assert f"--kind {default_kind(target, role)}" in str(refused.value)


@pytest.mark.parametrize("target", [Kind.DOMAIN, Kind.URL, "domain", "url"])
@pytest.mark.parametrize(("kind", "role"), list(itertools.product(KINDS, ROLES)))
def test_a_name_never_gets_a_report_on_a_number(target: str, kind: str, role: Role | None) -> None:
    """Carrier and traceback are refused for a name, with the kind that fits; all other kinds stay the team's matter."""
    if kind not in {"carrier", "traceback"}:
        refuse_role(kind, target, role)
        return
    with pytest.raises(Refused, match=rf"a {kind} report is about a number, and this is a name.*--kind registrar"):
        refuse_role(kind, target, role)


@pytest.mark.parametrize(
    ("kind", "role", "words"),
    [
        ("carrier", Role.CALLER_ID, "was seen as caller ID: .* forged and belongs to somebody innocent"),
        ("carrier", Role.UNKNOWN, "has no known role, which counts as caller ID"),
        ("carrier", None, "has no known role, which counts as caller ID"),
        ("traceback", Role.CALLBACK, "one that people were told to call, not a caller ID"),
        ("traceback", Role.SMS_SENDER, "the sender of messages, not a caller ID"),
        ("registrar", Role.CALLBACK, "there is no 'registrar' report on a number"),
        ("\u202e" + "x" * 90, Role.CALLBACK, r"there is no '\\u202ex{39}' report"),
    ],
)
def test_a_refusal_says_why(kind: str, role: Role | None, words: str) -> None:
    """The words are for a person, and what he typed is shown short and harmless."""
    with pytest.raises(Refused, match=words):
        refuse_role(kind, Kind.PHONE, role)


def test_every_role_has_one_kind_and_words() -> None:
    """The table leaves no role out and gives none two kinds."""
    assert sorted(role for roles in MAY.values() for role in roles) == sorted(Role)
    assert set(IN_WORDS) == set(Role)
    assert {role: default_kind(Kind.PHONE, role) for role in ROLES} == {
        Role.CALLBACK: "carrier",
        Role.SMS_SENDER: "carrier",
        Role.CALLER_ID: "traceback",
        Role.UNKNOWN: "traceback",
        None: "traceback",
    }
    assert {default_kind(target, role) for target in (Kind.DOMAIN, Kind.URL) for role in ROLES} == {"registrar"}


@pytest.mark.parametrize(
    ("first_hand", "agencies", "role"),
    [
        ("", "", Role.UNKNOWN),
        ("unknown", "", Role.UNKNOWN),
        ("caller_id", "", Role.CALLER_ID),
        ("sms_sender", "", Role.SMS_SENDER),
        ("callback", "", Role.CALLBACK),
        # who only corroborates may name a number to call: it is none before somebody saw it
        ("", "callback", Role.UNKNOWN),
        ("", "sms_sender", Role.UNKNOWN),
        ("", "caller_id", Role.CALLER_ID),
        ("", "callback caller_id", Role.CALLER_ID),
        ("unknown", "callback sms_sender", Role.UNKNOWN),
        ("unknown", "caller_id", Role.CALLER_ID),
        ("caller_id", "callback callback callback", Role.CALLER_ID),
        ("sms_sender", "callback", Role.SMS_SENDER),
        # a number that is shown to victims can be cut, whatever else it is
        ("caller_id callback", "", Role.CALLBACK),
        ("caller_id caller_id caller_id sms_sender", "caller_id", Role.SMS_SENDER),
        ("sms_sender callback", "", Role.CALLBACK),
        ("unknown callback", "caller_id caller_id", Role.CALLBACK),
        ("unknown sms_sender", "", Role.SMS_SENDER),
        ("unknown caller_id", "", Role.CALLER_ID),
    ],
)
def test_a_role_needs_somebody_who_saw_it(first_hand: str, agencies: str, role: Role) -> None:
    """What makes a carrier report comes from first hand; a display counts from whomever."""
    reports = [said(Role(one)) for one in first_hand.split()]
    reports += [said(Role(one), corroborates=True) for one in agencies.split()]
    assert role_of(reports) == role
    assert role_of(reports[::-1]) == role


def test_a_display_keeps_no_callback_number_fresh() -> None:
    """When it was last reported is asked in its own role: others may forge a number that changed hands."""
    old, between = said(Role.CALLBACK, days=60), said(Role.CALLER_ID, days=30)
    shown = [said(Role.CALLER_ID), said(Role.CALLBACK, days=2, corroborates=True)]
    assert stated_last([old, between, *shown]) == NOW - timedelta(days=60)
    assert is_stale([old, between, *shown], NOW)
    assert stated_last(shown) == NOW
    assert stated_last([said(Role.SMS_SENDER, days=9), said(Role.UNKNOWN)]) == NOW - timedelta(days=9)
    assert stated_last([]) is None


def test_what_was_said_before_a_long_silence_is_about_another_holder() -> None:
    """One callback 800 days ago and five displays this week: a trace, and nobody cuts what somebody else has now."""
    old = said(Role.CALLBACK, days=800)
    week = [said(Role.CALLER_ID, days=day) for day in range(5)]
    assert role_of([*week, old]) == role_of([old, *week]) == Role.CALLER_ID
    assert in_role([old, *week]) == week
    assert also_caller_id([old, said(Role.CALLER_ID, days=800), *week]) == 5
    assert (role_of([old]), is_stale([old], NOW)) == (Role.CALLBACK, True)
    for days, role in ((45, Role.CALLBACK), (46, Role.CALLER_ID)):
        assert role_of([said(Role.CALLBACK, days=days), said(Role.CALLER_ID)]) == role


@pytest.mark.parametrize(
    ("reports", "counted"),
    [
        ("callback caller_id callback unknown sms_sender", 2),
        ("sms_sender caller_id unknown", 1),
        ("caller_id unknown +callback caller_id", 3),
        ("callback +callback +caller_id", 1),
        ("unknown +callback", 2),
        ("+callback", 1),
        ("", 0),
    ],
)
def test_only_reports_of_its_role_are_counted(reports: str, counted: int) -> None:
    """A carrier hears of those who saw it in that role, a trace of displays; `+` marks who only corroborates."""
    found = in_role([said(Role(one.removeprefix("+")), corroborates=one[0] == "+") for one in reports.split()])
    assert len(found) == counted


def test_a_long_silence_in_the_role_itself_counts_as_well() -> None:
    """Displays between two reports that people were told to call it say nothing of who holds it."""
    reports = [said(Role.CALLBACK), said(Role.CALLER_ID, days=40), said(Role.CALLBACK, days=80)]
    assert in_role(reports) == reports[:1]


@pytest.mark.parametrize(("days", "stale"), [(0, False), (45, False), (46, True)])
def test_a_number_is_stale_after_45_days(days: int, *, stale: bool) -> None:
    """Whoever has no report at all is stale too."""
    assert is_stale([said(Role.CALLBACK, days=days)], NOW) is stale
    assert is_stale([], NOW)


def test_two_agencies_that_hear_of_the_same_calls_are_never_added_up() -> None:
    """Of a pool the feed that heard most counts; feeds of their own add up; other roles do not count."""
    reports = [said(Role.CALLER_ID, feed="a", pool="p")] * 3 + [said(Role.CALLER_ID, feed="b", pool="p")] * 2
    assert also_caller_id(reports) == 3
    assert also_caller_id([*reports, said(Role.CALLER_ID), said(Role.CALLBACK), said(Role.UNKNOWN)]) == 4
    assert also_caller_id([]) == 0
