import itertools
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.errors import Refused
from scamhunt.model import Kind, NumberSighting, Role
from scamhunt.takedown.roles import IN_WORDS, MAY, also_caller_id, default_kind, refuse_role, role_of, stated_last

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


REPORTS = [said(role, corroborates=corroborates) for role in Role for corroborates in (False, True)]


@pytest.mark.parametrize("size", range(len(REPORTS) + 1))
def test_a_role_needs_somebody_who_saw_it(size: int) -> None:
    """In every mixture: what makes a carrier report comes from first hand; a display counts from whomever."""
    for mixture in itertools.combinations(REPORTS, size):
        role = role_of(mixture)
        first_hand = {one.role for one in mixture if not one.corroborates}
        assert (role == Role.CALLBACK) == (Role.CALLBACK in first_hand)
        assert (role == Role.SMS_SENDER) == (Role.SMS_SENDER in first_hand and Role.CALLBACK not in first_hand)
        if role not in {Role.CALLBACK, Role.SMS_SENDER}:
            assert (role == Role.CALLER_ID) == (Role.CALLER_ID in {one.role for one in mixture})


def test_agencies_alone_make_no_callback_number() -> None:
    """A row of the FCC may name a number to call; it corroborates, and alone it stays unknown."""
    agency = said(Role.CALLBACK, corroborates=True)
    assert role_of([agency]) == Role.UNKNOWN
    assert role_of([agency, said(Role.CALLER_ID, corroborates=True)]) == Role.CALLER_ID
    assert role_of([agency, said(Role.CALLER_ID), said(Role.CALLBACK)]) == Role.CALLBACK


def test_a_display_keeps_no_callback_number_fresh() -> None:
    """When it was last reported is asked in its own role: others may forge a number that changed hands."""
    old = said(Role.CALLBACK, days=60)
    shown = [said(Role.CALLER_ID), said(Role.CALLBACK, days=2, corroborates=True)]
    assert stated_last([old, *shown]) == NOW - timedelta(days=60)
    assert stated_last(shown) == NOW
    assert stated_last([said(Role.SMS_SENDER, days=9), said(Role.UNKNOWN)]) == NOW - timedelta(days=9)
    assert stated_last([]) is None


def test_two_agencies_that_hear_of_the_same_calls_are_never_added_up() -> None:
    """Of a pool the feed that heard most counts; feeds of their own add up; other roles do not count."""
    reports = [said(Role.CALLER_ID, feed="a", pool="p")] * 3 + [said(Role.CALLER_ID, feed="b", pool="p")] * 2
    assert also_caller_id(reports) == 3
    assert also_caller_id([*reports, said(Role.CALLER_ID), said(Role.CALLBACK), said(Role.UNKNOWN)]) == 4
    assert also_caller_id([]) == 0
