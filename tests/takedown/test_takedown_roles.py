import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.errors import Refused
from scamhunt.model import Brand, Kind, NumberSighting, Role
from scamhunt.takedown.roles import (
    CUTS,
    IN_WORDS,
    MAY,
    TABLE,
    also_caller_id,
    default_kind,
    default_purpose,
    in_role,
    is_inbound_only,
    is_stale,
    own_brand,
    refuse_role,
    role_of,
    stated_last,
)

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ALLOWED = {
    ("carrier", Role.CALLBACK),
    ("carrier", Role.SMS_SENDER),
    ("resporg", Role.CALLBACK),
    ("traceback", Role.CALLBACK),
    ("traceback", Role.CALLER_ID),
    ("traceback", Role.UNKNOWN),
    ("traceback", None),
    *(("do_not_originate", role) for role in (*Role, None)),
}
FITS: dict[tuple[str, str], set[Role | None]] = {
    ("carrier", "callback"): {Role.CALLBACK},
    ("carrier", "sms"): {Role.SMS_SENDER},
    ("resporg", "callback"): {Role.CALLBACK},
    ("traceback", "caller_id"): {Role.CALLER_ID, Role.UNKNOWN, None},
    ("traceback", "trace_forward"): {Role.CALLBACK},
    ("do_not_originate", "do_not_originate"): {*Role, None},
}
PURPOSES = ["callback", "sms", "caller_id", "trace_forward", "do_not_originate", "phishing", "Callback", "own"]
KINDS = [
    "carrier",
    "traceback",
    "registrar",
    "host",
    "resporg",
    "do_not_originate",
    "dno",
    "Carrier",
    "carrier ",
    "traceback-carrier",
    "",
]
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
    """Kinds about numbers are refused for a name, with the one that fits; all other kinds stay the team's matter."""
    if kind not in {"carrier", "resporg", "traceback", "do_not_originate"}:
        refuse_role(kind, target, role)
        return
    words = rf"a {kind.replace('_', '-')} report is about a number, and this is a name.*--kind registrar"
    with pytest.raises(Refused, match=words):
        refuse_role(kind, target, role)


@pytest.mark.parametrize(
    ("kind", "role", "words"),
    [
        ("carrier", Role.CALLER_ID, "was seen as caller ID: .* forged and belongs to somebody innocent"),
        ("carrier", Role.UNKNOWN, "has no known role, which counts as caller ID"),
        ("carrier", None, "has no known role, which counts as caller ID"),
        ("resporg", Role.CALLER_ID, "was seen as caller ID: .* forged and belongs to somebody innocent"),
        ("resporg", Role.SMS_SENDER, "the sender of messages, and this resporg report is about something else"),
        ("traceback", Role.SMS_SENDER, "the sender of messages, not a caller ID"),
        ("registrar", Role.CALLBACK, "there is no 'registrar' report on a number"),
        ("\u202e" + "x" * 90, Role.CALLBACK, r"there is no '\\u202ex{39}' report"),
    ],
)
def test_a_refusal_says_why(kind: str, role: Role | None, words: str) -> None:
    """The words are for a person, and what he typed is shown short and harmless."""
    with pytest.raises(Refused, match=words):
        refuse_role(kind, Kind.PHONE, role)


@pytest.mark.parametrize(("kind", "purpose"), list(itertools.product([*MAY, "host"], PURPOSES)))
@pytest.mark.parametrize("role", ROLES)
def test_the_role_decides_about_every_purpose(kind: str, purpose: str, role: Role | None) -> None:
    """Of all kinds, purposes and roles only those of the table go out, whatever a template calls itself."""
    facts = {"number_type": "toll_free", "inbound": True}
    if role in FITS.get((kind, purpose), set()):
        refuse_role(kind, Kind.PHONE, role, purpose=purpose, **facts)  # type: ignore[arg-type]  # each has its type
        return
    with pytest.raises(Refused):
        refuse_role(kind, Kind.PHONE, role, purpose=purpose, **facts)  # type: ignore[arg-type]  # each has its type


@pytest.mark.parametrize("number_type", ["fixed_or_mobile", "mobile", "premium", "unknown", ""])
def test_only_a_toll_free_number_has_a_resporg(number_type: str) -> None:
    """Any other type is refused, with the kind that fits; what was not asked yet is not refused."""
    with pytest.raises(Refused, match=r"only a toll-free number has a RespOrg.*--kind carrier"):
        refuse_role("resporg", Kind.PHONE, Role.CALLBACK, purpose="callback", number_type=number_type)
    refuse_role("resporg", Kind.PHONE, Role.CALLBACK, purpose="callback", number_type="toll_free")
    refuse_role("resporg", Kind.PHONE, Role.CALLBACK)
    refuse_role("carrier", Kind.PHONE, Role.CALLBACK, purpose="callback", number_type="toll_free")


def test_only_a_brands_own_number_is_listed_as_never_calling() -> None:
    """Nobody asks that somebody else's number be barred from calling."""
    for role in ROLES:
        with pytest.raises(Refused, match="a number that the brand's pack lists as inbound_only, and this is none"):
            refuse_role("do_not_originate", Kind.PHONE, role, inbound=False)
    assert is_inbound_only("+18882804331", ["no number", "1 (888) 280-4331", "+1 888 280 4331"])
    assert not is_inbound_only("+18882804332", ["+1 888 280 4331"])
    assert not is_inbound_only("+18882804331", [])
    calling = Brand("a", "A", ("a.example",), phones=("+1 888 280 4331",))
    silent = replace(calling, id="b", inbound_only=calling.phones)
    assert own_brand("+18882804331", [calling, silent]) == silent
    assert own_brand("+18882804331", [calling]) is None


@pytest.mark.parametrize("purpose", ["withdrawal", "closure"])
def test_whatever_went_out_can_be_taken_back(purpose: str) -> None:
    """A report is withdrawn or closed whatever the number is by now; for a name it is no report on a number."""
    for kind, role in itertools.product(MAY, ROLES):
        refuse_role(kind, Kind.PHONE, role, purpose=purpose, number_type="mobile", inbound=False)
        with pytest.raises(Refused):
            refuse_role(kind, Kind.DOMAIN, role, purpose=purpose)


def test_a_purpose_that_a_kind_has_not_is_named() -> None:
    """The refusal says which there are, and shows what was typed short and harmless."""
    with pytest.raises(Refused, match="there is no 'own' report of the kind traceback on a number; there is caller_id"):
        refuse_role("traceback", Kind.PHONE, Role.CALLBACK, purpose="own")
    with pytest.raises(Refused, match="nobody was told to call the number, so there is nothing to trace forward"):
        refuse_role("traceback", Kind.PHONE, Role.CALLER_ID, purpose="trace_forward")
    with pytest.raises(Refused, match=r"to call, and this carrier .* --kind carrier, as a report about callback$"):
        refuse_role("carrier", Kind.PHONE, Role.CALLBACK, purpose="sms")
    with pytest.raises(Refused, match="told to call, not a caller ID: there is no call to trace"):
        refuse_role("traceback", Kind.PHONE, Role.CALLBACK, purpose="caller_id")


def test_every_role_has_one_kind_and_words() -> None:
    """The table leaves no role out, and each has one kind and one purpose that it goes to by itself."""
    assert {role for use in TABLE.values() for role in use.roles} == set(Role)
    assert {kind: sorted(roles) for kind, roles in MAY.items()} == {
        "carrier": ["callback", "sms_sender"],
        "resporg": ["callback"],
        "traceback": ["callback", "caller_id", "unknown"],
        "do_not_originate": sorted(Role),
    }
    assert set(IN_WORDS) == set(Role)
    assert {role: default_kind(Kind.PHONE, role) for role in ROLES} == {
        Role.CALLBACK: "carrier",
        Role.SMS_SENDER: "carrier",
        Role.CALLER_ID: "traceback",
        Role.UNKNOWN: "traceback",
        None: "traceback",
    }
    assert {default_kind(target, role) for target in (Kind.DOMAIN, Kind.URL) for role in ROLES} == {"registrar"}


def test_a_toll_free_number_to_call_goes_to_its_resporg() -> None:
    """No block of it belongs to a carrier; every other role and type goes where it went."""
    given = itertools.product(ROLES, ["toll_free", "mobile", ""])
    resporg = [(role, kind) for role, kind in given if default_kind(Kind.PHONE, role, kind) == "resporg"]
    assert resporg == [(Role.CALLBACK, "toll_free")]
    assert default_kind(Kind.DOMAIN, Role.CALLBACK, "toll_free") == "registrar"


@pytest.mark.parametrize(("kind", "role"), sorted(ALLOWED - {("traceback", None), ("do_not_originate", None)}))
def test_the_purpose_of_a_kind_follows_from_the_role(kind: str, role: Role) -> None:
    """What nobody names is the one that the role allows."""
    assert role in FITS[kind, default_purpose(kind, role)]


def test_a_kind_that_does_not_fit_still_has_a_purpose() -> None:
    """The refusal comes later, in words; a kind about names has none here."""
    assert default_purpose("carrier", Role.CALLER_ID) == "callback"
    assert default_purpose("traceback", None) == "caller_id"
    assert default_purpose("registrar", Role.CALLBACK) == ""


def test_nobody_is_asked_to_act_on_a_number_that_only_a_display_showed() -> None:
    """Where a desk may be asked to cut a number, those who have it put it before people."""
    assert {role for pair in CUTS for role in TABLE[pair].roles} == {Role.CALLBACK, Role.SMS_SENDER}


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
