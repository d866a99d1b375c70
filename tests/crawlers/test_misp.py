"""Numbers from MISP, driven without a network."""

import json

import pytest

from scamhunt.errors import FeedHeld
from scamhunt.model import CONFIGURED, Role, Statement
from tests.crawlers.driven import CRAWLERS, asking, statements, steps

MISP = CRAWLERS["misp"]


def attribute(value: object, **more: object) -> dict[str, object]:
    """Return an attribute of MISP."""
    return {"type": "phone-number", "value": value, "to_ids": True, "timestamp": "1794900001", **more}


def search(*attributes: object) -> bytes:
    """Return an answer to a search."""
    return json.dumps({"response": {"Attribute": attributes}}).encode()


def event(*attributes: object, **object_: object) -> bytes:
    """Return an exported event with one object."""
    return json.dumps({"Event": {"info": "x", "Object": [{"Attribute": attributes, **object_}]}}).encode()


def test_what_an_attribute_states() -> None:
    """The words go along to find a brand in; who shares it and which entry it is tell reports apart."""
    uuid = "5f6f1c1e-0000-4000-8000-000000000001"
    one = attribute(
        " +18885550142 ", uuid=uuid, comment="callback", Event={"info": "Amazon refund\ud800", "orgc_id": "7"}
    )
    (batch,), _ = steps(MISP, search(one))
    assert (batch.values, batch.mark) == (["+18885550142"], "1794900001")
    assert batch.statements == [
        Statement(Role.CALLBACK, "words of the comment", text="callback Amazon refund?", source="7", ref=uuid)
    ]


@pytest.mark.parametrize(
    ("comment", "role"),
    [
        ("Callback number on the page", Role.CALLBACK),
        ("call us at this number", Role.CALLBACK),
        ("number to call back", Role.CALLBACK),
        ("shown as Caller ID, asks to call back", Role.CALLER_ID),
        ("spoofed", Role.CALLER_ID),
        ("incoming call", Role.CALLER_ID),
        ("SMS sender", Role.SMS_SENDER),
        ("sender of the text", Role.SMS_SENDER),
        ("they called me", Role.UNKNOWN),
        ("recall", Role.UNKNOWN),
        ("", Role.UNKNOWN),
    ],
)
def test_a_role_is_said_or_unknown(comment: str, role: Role) -> None:
    """Only plain words give a role; where two are said, the one from which less follows holds."""
    batches, _ = steps(MISP, search(attribute("+18885550142", comment=comment)))
    assert [(one.role, bool(one.role_from)) for one in statements(batches)] == [(role, role is not Role.UNKNOWN)]


def test_what_is_asked_of_misp() -> None:
    """The key stands in its place; each page is asked with the same time, thirty days before the newest change."""
    full = [{"type": "url"}] * 4_999 + [attribute("+18885550142", timestamp="1794900500")]
    pages = [search(*full), search(attribute("+18885550143", timestamp="1794900400"))]
    answer, asked = asking(lambda _: pages.pop(0), "https://misp.example/attributes/restSearch")
    batches, _ = steps(MISP, answer, "1794900000")
    assert [batch.mark for batch in batches] == ["1794900000", "1794900500"]
    assert [(one.url, one.headers["Authorization"]) for one in asked] == [(CONFIGURED, "{key:misp}")] * 2
    wanted = {"returnFormat": "json", "type": "phone-number", "limit": "5000", "timestamp": "1792308000"}
    assert [one.json for one in asked] == [{**wanted, "page": "1"}, {**wanted, "page": "2"}]


def test_the_first_time_all_numbers_are_asked_for() -> None:
    """Without a mark no time is asked for, and an empty answer moves nothing."""
    answer, asked = asking(lambda _: search())
    (batch,), notices = steps(MISP, answer)
    assert asked[0].json == {"returnFormat": "json", "type": "phone-number", "limit": "5000", "page": "1"}
    assert (batch.rows, batch.mark, notices) == (0, "", [])


def test_an_entry_of_tomorrow_does_not_blind_the_feed() -> None:
    """A wrong clock at a partner moves the mark no further than the answer's own time."""
    answer, _ = asking(
        lambda _: search(attribute("+18885550142", timestamp="9999999999")), date="Tue, 17 Nov 2026 08:00:00 GMT"
    )
    (batch,), _ = steps(MISP, answer)
    assert batch.mark == "1794902400"


def test_an_instance_that_never_ends_is_told() -> None:
    """After twenty full answers a run stops, says so, and leaves the mark where it was."""
    full = search(*[{"type": "url"}] * 5_000)
    answer, asked = asking(lambda _: full)
    batches, notices = steps(MISP, answer, "1794900000")
    assert (len(asked), batches[-1].mark) == (20, "1794900000")
    assert [(notice.held, notice.behind) for notice in notices] == [(True, 1)]


def test_a_saved_answer_is_one_file() -> None:
    """What is imported is read once, however large, and does not move the place of the searches."""
    answer, asked = asking(lambda _: search(*[attribute("+18885550142")] * 50_002), "/srv/misp/answer.json")
    batches, _ = steps(MISP, answer, "5")
    assert [(batch.rows, batch.mark) for batch in batches] == [(49_999, "5"), (3, "5")]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("body", "region", "role"),
    [
        (event(attribute("1"), name="phone-number"), "", Role.UNKNOWN),
        (event(attribute("1"), {"object_relation": "country-code", "value": "gb"}), "GB", Role.UNKNOWN),
        (event(attribute("1"), {"object_relation": "country-code", "value": "+44"}), "", Role.UNKNOWN),
        (event(attribute("1"), comment="spoofed"), "", Role.CALLER_ID),
        (event(attribute("1", object_relation="from"), name="short-message-service"), "", Role.SMS_SENDER),
        (event(attribute("1", object_relation="from"), name="vehicle"), "", Role.UNKNOWN),
        (event(attribute("1"), name=["person"]), "", Role.UNKNOWN),
    ],
)
def test_what_an_object_adds(body: bytes, region: str, role: Role) -> None:
    """The object of a number may say its country and its role."""
    batches, _ = steps(MISP, body)
    assert [(one.region, one.role) for one in statements(batches)] == [(region, role)]


@pytest.mark.parametrize(
    "body",
    [
        event(attribute("4155550188", object_relation="to"), name="short-message-service"),
        event(attribute("4155550188", object_relation="smsc")),
        event(attribute("4155550188"), name="person"),
        event(attribute("4155550188"), name="victim"),
        event(attribute("4155550188", to_ids=False)),
        event(attribute("4155550188", to_ids="0")),
        event(attribute("4155550188", deleted=True)),
        event(attribute("4155550188"), deleted="1"),
        event(attribute("4155550188", type="text")),
        event("4155550188", 4155550188, None),
        json.dumps({"response": []}).encode(),
        b"[]",
    ],
)
def test_numbers_that_are_not_taken(body: bytes) -> None:
    """Numbers that were called, those of people, what is not marked or deleted: nothing of them comes out."""
    batches, notices = steps(MISP, body)
    assert [batch.rows for batch in batches] == [0]
    assert "4155550188" not in repr((batches, notices))


@pytest.mark.parametrize("body", [b"1", b'"x"', b"null", b'{"Event": []}', b'{"response": [{"Event": {}}, 1]}'])
def test_what_is_not_of_misp_is_held(body: bytes) -> None:
    """JSON of another shape is not searched for numbers."""
    with pytest.raises(FeedHeld, match="neither an answer"):
        steps(MISP, body)


@pytest.mark.parametrize("value", ["", "9" * 65, "+1888\u0000", "\ud800", None, ["x"], {"Ophelia": "x"}])
def test_values_that_are_no_numbers_are_masked(value: object) -> None:
    """A value of another shape is quarantined with its reason, and shown by its shape only."""
    batches, _ = steps(MISP, search(attribute(value)))
    (bad,) = batches[0].rejected
    assert bad.reason in {"no value", "no phone number"}
    assert b"Ophelia" not in bad.raw
    assert len(bad.sha256) == 64
