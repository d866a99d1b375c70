import base64
import json
from datetime import UTC, datetime

import pytest

from scamhunt.errors import UserError
from scamhunt.takedown import passport, signalling, typed
from scamhunt.takedown.fields import MISSING
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.passport import decode, reduced
from scamhunt.takedown.roles import MAY
from scamhunt.takedown.words import defang

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HEAD = {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": "https://certificates.example/shaken.pem"}
CLAIMS = {
    "attest": "A",
    "dest": {"tn": ["12125550177"]},
    "iat": 1795278300,
    "orig": {"tn": "14155550123"},
    "origid": "123e4567-E89B-12d3-a456-426655440000",
}


def part(values: object) -> str:
    """Return a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def header(head: object = HEAD, claims: object = CLAIMS, rest: str = ";info=<https://c.example>;alg=ES256") -> str:
    """Return an Identity header with an invented signature."""
    return f"{part(head)}.{part(claims)}.c2lnbmF0dXJl{rest}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-20 14:05 America/New_York", "2026-11-20 14:05 America/New_York (2026-11-20 19:05 UTC)"),
        ("2026-07-20T23:05:07 America/New_York", "2026-07-20 23:05:07 America/New_York (2026-07-21 03:05:07 UTC)"),
        ("2026-11-20 14:05 Asia/Kolkata", "2026-11-20 14:05 Asia/Kolkata (2026-11-20 08:35 UTC)"),
        ("2026-11-20 14:05 America/Argentina/Buenos_Aires", "2026-11-20 14:05 America/Argentina/Buenos_Aires (2026-"),
        ("2026-11-22 09:30 UTC", "2026-11-22 09:30 UTC"),
    ],
)
def test_a_call_is_timed_where_it_was_and_in_utc(value: str, shown: str) -> None:
    """Both stand there, worked out by the rules of that zone on that day."""
    assert str(typed.moment(value, NOW)).startswith(shown)
    assert typed.check("traceback", "call_time", value, NOW) == value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2026-11-20 14:05", "no date with time and time zone; write it as 2026-11-20 14:05 America/New_York"),
        ("yesterday at noon", "no date with time and time zone"),
        ("2026-11-20 14:05 -05:00", "no time zone '-05:00'; write its name"),
        ("2026-11-20 14:05 EST", "no time zone 'EST'"),
        ("2026-11-20 14:05 America/Nowhere", "no time zone 'America/Nowhere'"),
        ("2026-11-20 14:05 America/Argentina", "no time zone 'America/Argentina'"),
        ("2026-11-20 14:05 ../../etc/passwd", "no time zone '../../etc/passwd'"),
        ("2026-11-20 14:05 America/\u202eNew", "no time zone 'America/\\\\u{202e}New'"),
        ("2026-02-30 14:05 UTC", "there is no such day or time"),
        ("2026-11-20 24:05 UTC", "there is no such day or time"),
        ("0001-01-01 00:00 Asia/Tokyo", "that is too long ago"),
        ("2026-03-08 02:30 America/New_York", "the clocks were put forward: there was no such time there"),
        ("2026-11-01 01:30 America/New_York", "the clocks were put back: that time came twice there"),
        ("2026-11-22 09:31 UTC", "that lies ahead"),
        ("2026-11-22 05:31 America/New_York", "that lies ahead"),
        ("\u0662\u0660\u0662\u0666-11-20 14:05 UTC", "no date with time and time zone"),
    ],
)
def test_a_time_that_is_no_one_moment_of_the_past_is_not_taken(value: str, problem: str) -> None:
    """A desk looks a call up by its second: what may be an hour off finds somebody else's call."""
    with pytest.raises(UserError) as refused:
        typed.check("traceback", "call_time", value, NOW)
    assert str(refused.value).startswith(f"call_time: {problem}")


@pytest.mark.parametrize(
    ("kind", "name", "value", "problem"),
    [
        ("traceback", "called_number", "the victim's", "called_number: not a number: "),
        ("traceback", "consent", "Maria agreed", "consent: begin with 'own line: ' or 'test line: '"),
        ("traceback", "consent", "own line", "consent: begin with"),
        ("traceback", "duration", "long", "duration: write how long it lasted, as in 3 min 20 s"),
        ("traceback", "attestation", "D", "attestation: write A, B or C"),
        ("traceback", "identity", "x.y", "identity: that is no whole Identity header"),
        ("resporg", "resporg_date", "20 November", "resporg_date: no day; write it as 2026-11-20"),
        ("resporg", "resporg_date", "2026-11-23", "resporg_date: that day lies ahead"),
        ("resporg", "resporg_date", "1999-12-31", "resporg_date: that day lies ahead, or too long ago"),
        ("carrier", "other_numbers", "+12125550143, 5", "other_numbers: not a number"),
        ("carrier", "script", "x" * 501, "script is longer than 500 characters; shorten it"),
        ("traceback", "identity", "x" * 4001, "identity is longer than 4,000 characters"),
        ("carrier", "called_number", "+12125550143", "a carrier report has no field 'called_number'"),
        ("registrar", "script", "x", "a registrar report has no field 'script'; it has note, observed, url"),
        ("carrier", "scrpt", "x", "a carrier report has no field 'scrpt' (did you mean 'script'?); it has note"),
        ("carrier", "\u202e" * 90, "x", "a carrier report has no field '\\u202e"),
    ],
)
def test_what_a_field_does_not_hold_is_refused_with_its_name(kind: str, name: str, value: str, problem: str) -> None:
    """Whoever types learns which field, why, and what to write instead."""
    with pytest.raises(UserError) as refused:
        typed.check(kind, name, value, NOW)
    assert str(refused.value).startswith(problem)


@pytest.mark.parametrize(
    ("kind", "name", "value", "kept"),
    [
        ("carrier", "script", " a voice says\n 'press one' ", "a voice says 'press one'"),
        ("carrier", "script", "", ""),
        ("traceback", "call_time", " ", ""),
        ("traceback", "consent", "Test line: agreed by the lab", "Test line: agreed by the lab"),
        ("carrier", "other_numbers", "+1 212 555 0143,", "+1 212 555 0143,"),
        ("resporg", "resporg_date", "2026-11-22", "2026-11-22"),
        ("host", "url", "https://amazon-refund-desk.com/help", "https://amazon-refund-desk.com/help"),
    ],
)
def test_what_a_field_holds_is_kept_on_one_line(kind: str, name: str, value: str, kept: str) -> None:
    """An empty value takes a field away."""
    assert typed.check(kind, name, value, NOW) == kept


def test_every_kind_has_fields_with_help() -> None:
    """Whoever asks what may be typed gets one line for each, for every kind of recipient."""
    for kind in RecipientKind:
        fields = typed.editable(kind)
        assert {"note", "observed"} < fields.keys()
        assert all(10 < len(text) < 120 for text in fields.values())
        assert ("url" in fields) != (kind in MAY)
    assert set(typed.EDITABLE) == set(MAY)
    for name, text in MISSING.items():
        if "--set" in text:
            assert any(name in fields for fields in typed.EDITABLE.values()), name


def test_values_that_have_their_own_checks_are_told_apart() -> None:
    """Personal data is looked for in words; numbers that may stand there are checked one by one."""
    assert typed.words({"script": "a", "called_number": "b", "identity": "c", "other_numbers": "d", "note": "e"}) == [
        "a",
        "e",
    ]


def test_an_identity_header_is_read_but_not_believed() -> None:
    """Attestation, origin, time, signer and calling number are told; who was called is not."""
    for value in (header(), f"Identity: {header()}", header(rest="")):
        read = decode(value)
        assert (read.attest, read.origid, read.shown) == ("A", "123e4567-e89b-12d3-a456-426655440000", "14155550123")
        assert read.issued == datetime(2026, 11, 21, 16, 25, tzinfo=UTC)
        assert read.certificate == "https://certificates.example/shaken.pem"
        assert not any("0177" in text for text in signalling.lines({"identity": value}, str))
    assert [*signalling.lines({"identity": header()}, defang)] == [
        "Identity header, attest: A: its provider knows the caller and the caller's right to the number",
        "Identity header, origid: 123e4567-e89b-12d3-a456-426655440000",
        "Identity header, iat: 2026-11-21 16:25:00 UTC",
        "Identity header, x5u: hxxps://certificates[.]example/shaken[.]pem",
        "The header was decoded; its signature was not verified",
    ]


def test_who_was_called_does_not_stay() -> None:
    """What is kept of a header reads the same, and has neither the called number nor the signature."""
    kept = typed.check("traceback", "identity", header(), NOW)
    assert decode(kept) == decode(header())
    assert reduced(kept) == kept
    assert "12125550177" not in "".join(base64.urlsafe_b64decode(one + "==").decode() for one in kept.split(".")[:2])
    assert kept.endswith(".")
    bare = reduced(header({"ppt": "shaken"}, {}))
    assert decode(bare) == passport.Passport("", "", None, "", "")
    assert [*signalling.lines({"identity": bare}, str)] == ["The header was decoded; its signature was not verified"]


@pytest.mark.parametrize(
    ("head", "claims"),
    [
        (HEAD, {"attest": "Z", "origid": "x" * 36, "iat": "now", "orig": "1"}),
        ({"ppt": "shaken", "x5u": "javascript:alert(1)"}, {"attest": ["A"], "origid": 5, "iat": True, "orig": {}}),
        ({"ppt": "shaken", "x5u": "https://a b"}, {"iat": 1e400, "orig": {"tn": "+1"}}),
        ({"ppt": "shaken", "x5u": "https://c.example/\u202e"}, {"iat": -5, "orig": {"tn": ["14155550123"]}}),
        ({"ppt": "shaken", "x5u": {}}, {"iat": 10**30}),
    ],
)
def test_what_a_header_says_in_no_known_way_is_left_out(head: dict[str, object], claims: dict[str, object]) -> None:
    """A header comes from outside: every value has its shape, or is not told."""
    read = decode(header(head, claims))
    assert (read.attest, read.origid, read.issued, read.shown) == ("", "", None, "")
    assert read.certificate in {"", HEAD["x5u"]}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "that is no whole Identity header"),
        ("a.b", "that is no whole Identity header"),
        (f"{part(HEAD)}.!!.x", "that is no whole Identity header"),
        (f"{part(HEAD)}.abcde.x", "that Identity header cannot be decoded"),
        (header([1]), "that Identity header cannot be decoded"),
        (header(claims="x"), "that Identity header cannot be decoded"),
        (f"{part(HEAD)}.{base64.urlsafe_b64encode(b'[' * 2_100).decode()}.x", "that Identity header cannot be decoded"),
        (
            f"{part(HEAD)}.{base64.urlsafe_b64encode(b'{' + bytes([255]) * 7 + b'}').decode()}.x",
            "that Identity header cannot",
        ),
        (header({**HEAD, "ppt": "div"}), "that Identity header is not of the kind `shaken`"),
        (header() + "x" * 4_000, "an Identity header is never longer than 4,000 characters"),
    ],
)
def test_what_is_no_header_is_told_so(value: str, problem: str) -> None:
    """Each names what to copy instead; nothing of it is repeated."""
    with pytest.raises(UserError) as refused:
        decode(value)
    assert str(refused.value).startswith(problem)


def test_what_the_called_carrier_saw_is_told_as_handed_in() -> None:
    """Each has its own line, in a fixed order; what nobody gave has none."""
    given = {"sip_call_id": "a84b4c76e66710", "verstat": "TN-Validation-Failed", "attestation": "C"}
    assert [line.partition(":")[0] for line in signalling.lines(given, str)] == [
        "Attestation that the called carrier saw",
        "Result of the check of the caller ID (verstat)",
        "SIP Call-ID",
    ]
    assert [*signalling.lines({}, str)] == []


def test_a_header_about_another_number_is_noticed() -> None:
    """Only one that names another calling number is; one that names none says nothing."""
    assert signalling.is_of_another(header(), "+14155550199")
    assert not signalling.is_of_another(header(), "+14155550123")
    assert not signalling.is_of_another(header(claims={}), "+14155550123")
    assert not signalling.is_of_another("", "+14155550123")
