"""Whom and what the JSON API refuses: strangers, cookies, other sites, scopes, wrong words and shapes, too much."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bench.lab_outbox import ANN
from scamhunt import desk_lists, desk_people, desk_queue, desk_sessions
from scamhunt.access import TOKENS_MAY
from scamhunt.desk_queue import Filter
from scamhunt.errors import NotPermitted
from scamhunt.model import Actor, PersonRole
from scamhunt.web.limits import A_MINUTE, Kind
from scamhunt.web.outer import LARGEST
from tests.web.api_lab import CYD, EVE, IDA, PASSWORD, Desk, served

DOORS = {
    "GET /api/candidates": "look",
    "GET /api/candidates/9999": "look",
    "POST /api/candidates/1/note": "triage",
    "POST /api/candidates/1/watch": "triage",
    "GET /api/reports": "look",
    "GET /api/reports/9999": "look",
    "GET /api/today": "look",
    "GET /api/openapi.json": "",
}
"""Each door, and the scope that it needs; empty: any token."""
NOWHERE = (
    "GET /api/",
    "GET /api/candidates/",
    "GET /api/reports/1/approve",
    "POST /api/reports/1/send",
    "POST /api/login",
    "GET /api/%2e%2e/candidates",
    "DELETE /api/candidates/1",
    "OPTIONS /api/candidates",
    "TRACE /api/today",
)
"""What is no door."""
DECISION = {"reason": "sells in the brand's name", "revision": 0}


def refused(api: Desk, request: str, token: str = "", **more: object) -> tuple[int, str]:
    """Send a request; return status and word of the error."""
    method, path = request.split()
    answer = api.ask(method, path, token, **more)
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) >= {"error", "told"}
    return answer.status_code, answer.json()["error"]


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [*DOORS, *NOWHERE])
def test_a_stranger_learns_nothing(api: Desk, request_: str) -> None:
    """Every path below /api/ answers the same, be there a door or not."""
    answer = api.ask(*request_.split())
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    if not request_.startswith("TRACE"):
        assert answer.json()["error"] == "no_token"


def test_no_cookie_is_enough(api: Desk) -> None:
    """Not that of somebody who is signed in, and the same one opens the pages."""
    own = desk_sessions.sign_in(api.store, api.lab.settings, "ann", PASSWORD)
    cookie = {"cookie": f"scamhunt_{api.port}={own}"}
    assert api.ask("GET", "/candidates/counts", headers=cookie).status_code == 200
    for request in DOORS:
        assert refused(api, request, headers=cookie) == (401, "no_token")


@pytest.mark.parametrize("how", ["Basic {}", "{}", "Bearer", "Bearer x{}", "Bearer {}x", "Bearer sh_1_", "Token {}"])
def test_only_a_whole_token_counts(api: Desk, how: str) -> None:
    """Nothing that is nearly one."""
    header = how.format(api.token("look"))
    assert refused(api, "GET /api/today", headers={"authorization": header}) == (401, "no_token")


def test_a_token_ends(api: Desk) -> None:
    """When its person ends it, and on its day."""
    number, text = api.made("look")
    _, short = api.made("look", days=1)
    assert api.ask("GET", "/api/today", text).status_code == 200
    desk_sessions.end_token(api.store, ANN, number, "not used any more")
    assert refused(api, "GET /api/today", text) == (401, "no_token")
    assert api.ask("GET", "/api/today", short).status_code == 200
    api.lab.now += timedelta(days=1)
    assert refused(api, "GET /api/today", short) == (401, "no_token")


def test_a_token_ends_with_its_person(api: Desk) -> None:
    """Whoever left reads nothing more, and whoever lost a role does no more than his roles let him."""
    desk_people.add(api.store, api.lab.settings, EVE, "dan", [PersonRole.ANALYST])
    _, text = api.made("look", "triage", who=Actor("dan", "password"))
    assert api.ask("GET", "/api/today", text).status_code == 200
    desk_people.add(api.store, api.lab.settings, EVE, "dan", [PersonRole.VIEWER])
    assert refused(api, "POST /api/candidates/1/watch", text, json=DECISION) == (403, "not_permitted")
    desk_people.remove(api.store, api.lab.settings, EVE, "dan", "left")
    assert refused(api, "GET /api/today", text) == (401, "no_token")


def test_a_token_that_outlived_its_person_opens_nothing(api: Desk) -> None:
    """Even where nobody ended it when he left."""
    _, text = api.made("look", who=CYD)
    with closing(sqlite3.connect(api.lab.folder / "home" / "scamhunt.db", isolation_level=None)) as database:
        database.execute("UPDATE person SET removed_at = added_at WHERE name = 'cyd'")
        answer = refused(api, "GET /api/openapi.json", text)
        database.execute("UPDATE person SET removed_at = NULL WHERE name = 'cyd'")
    assert answer == (401, "no_token")
    assert api.ask("GET", "/api/openapi.json", text).status_code == 200


def test_lists_ask_for_the_right_too(api: Desk) -> None:
    """Behind the door, where the act is done."""
    who = Actor("ann", "token", frozenset({"triage"}))
    with pytest.raises(NotPermitted):
        desk_lists.reports(api.store, who)
    with pytest.raises(NotPermitted):
        desk_queue.unfolded(api.store, api.lab.settings, who, Filter())


@pytest.mark.parametrize("scope", sorted(one.scope for one in TOKENS_MAY))
def test_a_token_opens_what_its_scope_names(api: Desk, scope: str) -> None:
    """Each scope at each door: it opens exactly those that need it."""
    token = api.made(scope, who=IDA)[1]
    for request, wanted in DOORS.items():
        method, path = request.split()
        answer = api.ask(method, path, token, json={})
        allowed = answer.status_code in {200, 404, 422}  # what opened finds no such thing, or no field in the body
        assert allowed == (wanted in {scope, ""}), (request, answer.text)
        assert allowed or (answer.status_code, answer.json()["error"]) == (403, "not_permitted")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://northwind.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("request_", ["GET /api/candidates", "POST /api/candidates/1/watch"])
def test_a_page_of_another_site_is_refused(api: Desk, request_: str, headers: dict[str, str]) -> None:
    """Even with a token that counts; and a browser that asks first is told nothing."""
    answer = refused(api, request_, api.token("look", "triage"), headers=headers)
    assert answer == (403, "other_site")
    asked = headers | {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    preflight = api.ask("OPTIONS", "/api/candidates", headers=asked)
    assert preflight.status_code == 401
    assert not [name for name in preflight.headers if name.startswith("access-control")]


def test_an_own_page_may_ask(api: Desk) -> None:
    """What a browser sends from this very site is no other site."""
    own = {"origin": f"http://127.0.0.1:{api.port}", "sec-fetch-site": "same-origin"}
    assert api.ask("GET", "/api/today", api.token("look"), headers=own).status_code == 200


# --- what -------------------------------------------------------------------------------------------------------------


def test_what_is_not_there(api: Desk) -> None:
    """No such thing, no such door, no such way."""
    token = api.token("look", "triage")
    for path in ("/api/candidates/9999", f"/api/candidates/{10**30}", "/api/candidates/-1", "/api/reports/9999"):
        assert refused(api, f"GET {path}", token) == (404, "not_found")
    assert refused(api, "POST /api/candidates/9999/watch", token, json=DECISION) == (404, "not_found")
    assert refused(api, "POST /api/candidates/9999/note", token, json={"text": "seen"}) == (404, "not_found")
    assert refused(api, "GET /api/packets", token) == (404, "not_found")
    assert api.ask("GET", "/api/candidates/1/watch", token).headers["allow"] == "POST"
    assert refused(api, "PUT /api/candidates/1", token) == (405, "wrong_method")


@pytest.mark.parametrize("way", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["", "/approve", "/send", "/review", "/withdraw"])
def test_no_report_is_changed_by_a_token(api: Desk, way: str, path: str) -> None:
    """Whatever its scopes: there is no door for it."""
    token = api.token("look", "triage", "draft")
    before = api.store.report(1)
    assert refused(api, f"{way} /api/reports/1{path}", token, json={"note": "x"})[0] in {404, 405}
    assert api.store.report(1) == before


@pytest.mark.parametrize(
    "query",
    [
        "state=open",
        "kind=mail",
        "band=high",
        "since=yesterday",
        "since=0001-01-01T00:00%2B23:59",
        "min_score=2",
        "min_score=nan",
        "state=new&state=watched",
        "after=x",
        "after=%00",
        "after=WzEsMiwzXQ",
        "after=" + "W" * 4_000,
    ],
)
def test_a_filter_that_cannot_be_used(api: Desk, query: str) -> None:
    """It is told, and never taken for another."""
    assert refused(api, f"GET /api/candidates?{query}", api.token("look")) == (400, "not_understood")


@pytest.mark.parametrize("query", ["new=yes", "sort=id", "limit=0", "limit=101", "limit=x", "offset=5", "state%00=x"])
@pytest.mark.parametrize("path", ["candidates", "reports", "today"])
def test_a_word_that_is_no_filter(api: Desk, path: str, query: str) -> None:
    """An unknown word is an error, not a list without it; a page has a hundred at most."""
    assert refused(api, f"GET /api/{path}?{query}", api.token("look")) == (422, "wrong_shape")


@pytest.mark.parametrize(
    "query",
    [
        "reports?state=lost",
        "reports?after=%C3%BC",
        "reports?after=LTE",  # -1
        f"reports?after={'OTk5' * 2000}",
        "reports?q=a&q=b",
        "today?after=_w",
        "today?after=eA&after=eA",
    ],
)
def test_a_place_that_cannot_be_read(api: Desk, query: str) -> None:
    """Of reports and the day's work too."""
    assert refused(api, f"GET /api/{query}", api.token("look")) == (400, "not_understood")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "seen"},
        {"revision": 0},
        DECISION | {"state": "confirmed"},
        DECISION | {"over_claim": True},
        DECISION | {"actor": "eve"},
        DECISION | {"x" * 9_000: 1},
        DECISION | {"\ud800": 1},
        DECISION | {"revision": "0"},
        DECISION | {"revision": True},
        DECISION | {"revision": 0.0},
        DECISION | {"revision": None},
        DECISION | {"reason": 5},
        DECISION | {"reason": ["seen"]},
        [DECISION],
        "seen",
        None,
    ],
)
def test_a_body_of_another_shape(api: Desk, body: object) -> None:
    """A field too many, too few or of another type: nothing is done, and what is told stays short."""
    new = api.new()
    answer = api.ask("POST", f"/api/candidates/{new['id']}/confirm", api.token("triage"), json=body)
    assert (answer.status_code, answer.json()["error"]) == (422, "wrong_shape")
    assert len(answer.text) < 500
    assert api.new() == new
    noted = api.ask("POST", f"/api/candidates/{new['id']}/note", api.token("triage"), json={"text": "a", "by": "eve"})
    assert noted.status_code == 422


@pytest.mark.parametrize("act", ["close", "return", "undo", "claim", "CONFIRM", "confirm%00"])
def test_what_is_no_decision_of_a_script(api: Desk, act: str) -> None:
    """What is observed is never typed, and the acts of the page are not here."""
    assert refused(api, f"POST /api/candidates/2/{act}", api.token("triage"), json=DECISION) == (422, "wrong_shape")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2_001, "a\0b", "\ud800"])
def test_a_reason_that_is_none(api: Desk, reason: str) -> None:
    """Empty, too long or no text; of a note too."""
    new = api.new()
    body = {"reason": reason, "revision": 0}
    for path, given_ in (
        (f"/api/candidates/{new['id']}/watch", body),
        (f"/api/candidates/{new['id']}/note", {"text": reason}),
    ):
        assert api.ask("POST", path, api.token("triage"), json=given_).status_code in {400, 422}
    assert api.new() == new


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("application/json", b'{"reason": ', 422),
        ("application/json", b"", 422),
        ("application/json", b"\xff\xfe", 422),
        ("application/json", b'"\xff\xfe"', 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b'{"reason": "seen", "revision": 1' + b"0" * 5_000 + b"}", 400),
        ("text/plain", b'{"reason": "seen", "revision": 0}', 422),
        ("application/x-www-form-urlencoded", b"reason=seen&revision=0", 422),
        ("multipart/form-data; boundary=x", b"--x\r\nnothing", 422),
        ("application/json", b" " * (LARGEST + 1), 413),
    ],
)
def test_a_body_that_is_no_json(api: Desk, kind: str, content: bytes, status: int) -> None:
    """Told at once; and to a stranger only that he is one."""
    path, headers = "/api/candidates/2/watch", {"content-type": kind}
    answer = api.ask("POST", path, api.token("triage"), content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert api.ask("POST", path, content=content[:1_000], headers=headers).status_code == 401
    assert api.store.candidate("2").revision == 0


def test_what_is_wrong_with_a_body_is_told(api: Desk) -> None:
    """By the name of the field, or of the whole."""
    headers = {"content-type": "application/json"}
    for content, told in (
        (b'{"reason": ', "the body is no JSON"),
        (b"", "the body: Field required"),
        (b'{"reason": "seen", "revision": "0"}', "revision: Input should be a valid integer"),
        (b'{"reason": "seen", "revision": 0, "state": "new"}', "state: Extra inputs are not permitted"),
    ):
        answer = api.ask("POST", "/api/candidates/2/watch", api.token("triage"), content=content, headers=headers)
        assert answer.json() == {"error": "wrong_shape", "told": told}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


@examples(max_examples=12)
@given(body=ANY | st.fixed_dictionaries({"reason": ANY, "revision": ANY}))
def test_no_body_is_a_bug(api: Desk, body: object) -> None:
    """Whatever JSON comes, it is told what is wrong with it."""
    answer = api.ask("POST", "/api/candidates/1/reopen", api.token("triage"), json=body)
    assert answer.status_code in {400, 409, 422}, answer.text


@examples(max_examples=12)
@given(
    path=st.sampled_from(["candidates", "reports", "today"]),
    words=st.dictionaries(
        st.sampled_from(["state", "since", "min_score", "after", "q", "brand", "feed", "assignee", "limit"]),
        st.text(st.characters(codec="utf-8"), max_size=12) | st.from_regex(r"\A[\w-]{1,40}\Z"),
        max_size=3,
    ),
)
def test_no_query_is_a_bug(api: Desk, path: str, words: dict[str, str]) -> None:
    """Whatever is asked for, it is a list or an error that is told."""
    answer = api.ask("GET", f"/api/{path}", api.token("look"), params=words)
    assert answer.status_code in {200, 400, 422}, answer.text


# --- too much ---------------------------------------------------------------------------------------------------------


def test_too_many_requests_are_told(api: Desk) -> None:
    """Of one person, whatever the token; others go on. A stranger has less, and learns no more by it."""
    with served(api.lab) as fresh:
        doors = fresh.app.state.house.doors
        for _ in range(A_MINUTE[Kind.SCRIPT]):
            doors.require(Kind.SCRIPT, "ann")
        for _ in range(A_MINUTE[Kind.STRANGER]):
            doors.require(Kind.STRANGER, "127.0.0.1")
        for token in (fresh.made("look")[1], fresh.made("triage")[1], ""):
            answer = fresh.ask("GET", "/api/today", token)
            assert (answer.status_code, answer.json()["error"]) == (429, "too_many")
            assert answer.headers["retry-after"] == "60"
        assert fresh.ask("GET", "/api/today", fresh.made("look", who=IDA)[1]).status_code == 200
