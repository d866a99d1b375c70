"""The JSON API over a real connection: lists, one thing, decisions, notes, and the description of itself."""

import json
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.openapi.models import OpenAPI

from bench.lab_outbox import ANN
from scamhunt import desk, desk_due, desk_queue, triage
from scamhunt.access import TOKENS_MAY
from scamhunt.desk_queue import Filter
from scamhunt.model import Kind, Match, Reason, State
from scamhunt.store import Body, Found, Gathered
from scamhunt.web.guard import Door
from scamhunt.web.limits import A_MINUTE
from scamhunt.web.limits import Kind as Who
from scamhunt.web.pages import api_given
from scamhunt.web.pages.api_answers import BY_STATUS, PROBLEMS, WORDS
from tests.tracked_lab import HOUR, NAME, at_work
from tests.web.api_lab import CANDIDATES, CYD, JSON, Desk, gather

SCOPES = {
    "GET /api/candidates": ["look"],
    "GET /api/candidates/{number}": ["look"],
    "POST /api/candidates/{number}/note": ["triage"],
    "POST /api/candidates/{number}/{act}": ["triage"],
    "GET /api/reports": ["look"],
    "GET /api/reports/{number}": ["look"],
    "GET /api/today": ["look"],
    "GET /api/openapi.json": [],
}
"""Each door of the API, and the scope that it needs; none: any token."""
READS = {
    "/api/candidates": "list:candidates",
    "/api/candidates/1": "candidate:1",
    "/api/reports": "list:reports",
    "/api/reports/1": "report:1",
    "/api/today": "list:today",
}
"""What shows something, and what the log calls it."""


def views(api: Desk, thing: str) -> list[tuple[str, str]]:
    """Return who looked at a thing by the log, and by what each was known."""
    return [(one.actor, one.proof) for one in api.events(thing) if one.act == "view"]


def ids(pages: Iterator[JSON]) -> list[int]:
    """Return the numbers of all things of a list, in its order."""
    return [one["id"] for page in pages for one in page["items"]]


# --- candidates -------------------------------------------------------------------------------------------------------


def test_a_page_of_candidates(api: Desk) -> None:
    """The strongest first, each with what the shell shows of it."""
    page = api.get("/api/candidates", state="all", limit=3)
    assert len(page["items"]) == 3
    first = page["items"][0]
    assert (first["id"], first["indicator"], first["kind"], first["brand"]) == (1, NAME, "domain", "amazon")
    assert (first["score"], first["band"], first["state"], first["role"]) == (0.9, "urgent", "confirmed", None)
    assert first["reasons"] == [{"signal": "exact", "weight": 3.5, "text": "has the word amazon"}]
    assert first["first_seen"] == "2026-11-22T06:00:00Z"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ({"state": "confirmed"}, 1),
        ({"brand": "northwind", "state": "all"}, CANDIDATES),
        ({"kind": "phone"}, 0),
        ({"feed": "nrd_list", "state": "all"}, CANDIDATES + 1),
        ({"feed": "openphish"}, 0),
        ({"q": "northwind-refund-003", "state": "all"}, 1),
        ({"min_score": "0.8", "state": "all"}, 1),
        ({"band": "urgent", "state": "all"}, 1),
        ({"since": "2026-11-23"}, 0),
        ({"assignee": "bob"}, 0),
    ],
)
def test_the_words_of_the_queue_filter(api: Desk, words: dict[str, str | int], wanted: int) -> None:
    """Each word of the queue's address does here what it does there."""
    assert len(ids(api.walk("/api/candidates", **words))) == wanted


def test_a_walk_tells_of_each_candidate_once(api: Desk) -> None:
    """Of series that the queue folds too, and while one before and one behind are decided on."""
    folded = desk_queue.page(api.store, api.lab.settings, ANN, Filter(states=()), limit=500)
    everything = [one.id for one in api.store.candidates(limit=None)]
    assert len(folded.entries) < CANDIDATES < len(everything)
    told: list[int] = []
    for page in api.walk("/api/candidates", state="all", limit=60):
        told += [one["id"] for one in page["items"]]
        if len(told) == 60:
            behind = [one for one in everything if one not in told]
            assert [api.decide(one, "dismiss", 0).status_code for one in (told[50], behind[50])] == [200, 200]
    assert len(told) == len(everything)
    assert sorted(told) == sorted(everything)
    left = ids(api.walk("/api/candidates", limit=100))
    assert left == [one for one in told if api.store.candidate(str(one)).state in desk_queue.OPEN_STATES]


def test_a_walk_is_the_same_on_each_database(tmp_path: Path, database_with_tables: Callable[[], str]) -> None:
    """Scores are kept to the last digit, and a place that no row has is none."""
    with at_work(tmp_path, database_with_tables()) as lab:
        gather(lab, 40)
        told: list[int] = []
        cursor = ""
        while cursor or not told:
            page = desk_queue.unfolded(lab.store, lab.settings, ANN, Filter(), cursor=cursor, limit=8)
            assert page.entries
            told += [one.candidate.id for one in page.entries]
            cursor = page.cursor
        assert told == [one.id for one in lab.store.candidates(limit=None) if one.state in desk_queue.OPEN_STATES]
        for place in ([0.5, 10**30], [0.5, -(10**30)], [float("inf"), 1], [float("nan"), 1], [-1e308, 0]):
            cursor = urlsafe_b64encode(json.dumps(place).encode()).decode()
            desk_queue.unfolded(lab.store, lab.settings, ANN, Filter(), cursor=cursor)


def test_one_candidate_with_what_is_known_of_it(api: Desk) -> None:
    """Matches, look, findings, history, reports, what can be decided; and who looks is in the log."""
    api.lab.look("live")
    found = api.get("/api/candidates/1")
    assert [one["brand"] for one in found["matches"]] == ["amazon"]
    assert found["look"]["verdict"] == found["verdict"]
    assert {"page.form", "http.exchange"} <= {one["kind"] for one in found["findings"]}
    assert "candidate.confirm" in [one["act"] for one in found["history"]]
    assert [one["id"] for one in found["reports"]] == [5, 4, 3, 2, 1]
    assert found["acts"] == ["dismiss", "reopen"]
    assert views(api, "candidate:1")[-1] == ("ann", "token")


def test_names_come_as_plain_ascii(api: Desk) -> None:
    """What turns a terminal's line round is escaped in the bytes, and the same text once it is read."""
    name = "xn--nrthwind-n4a.com"
    reading = api.store.begin_reading(Body("nrd_list", "/feeds/other", "cd" * 30, 1, "archive"))
    told = "reads as n\u00f6rthwind \u202e\x7f"
    match = Match(1, name, name, "northwind", 0.1, (Reason("exact", 1.0, told),))
    api.store.save_batch(reading, Gathered("other", 1, 0, (), [Found(match, Kind.DOMAIN, 1)]))
    answer = api.ask("GET", "/api/candidates", api.token("look"), params={"q": name})
    assert answer.content.decode("ascii").isprintable()
    (found,) = answer.json()["items"]
    assert (found["shown"], found["reasons"][0]["text"]) == ("n\u00f6rthwind.com", told)


# --- acts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", sorted(triage.BY_PEOPLE))
def test_each_decision(api: Desk, act: str) -> None:
    """It is taken as the person of the token, and what comes back is how the candidate stands."""
    new = api.new()
    number, revision = new["id"], new["revision"]
    if act == "reopen":
        revision = api.decide(number, "watch", revision).json()["revision"]
    answer = api.decide(number, act, revision)
    assert answer.status_code == 200, answer.text
    states = {"confirm": "confirmed", "dismiss": "dismissed", "watch": "watched", "reopen": "new"}
    assert answer.json() == {
        "id": number,
        "indicator": new["indicator"],
        "state": states[act],
        "revision": revision + 1,
    }
    last = api.events(f"candidate:{number}")[-1]
    assert (last.act, last.actor, last.proof) == (f"candidate.{act}", "ann", "token")
    assert last.reason == "sells in the brand's name"


def test_the_same_decision_once_more_changes_nothing(api: Desk) -> None:
    """A script that lost the answer may send it again."""
    new = api.new()
    first = api.decide(new["id"], "dismiss", new["revision"])
    count = len(api.events(f"candidate:{new['id']}"))
    again = api.decide(new["id"], "dismiss", new["revision"])
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(api.events(f"candidate:{new['id']}")) == count


def test_a_decision_in_between_is_told(api: Desk) -> None:
    """Who, what and why, and how it stands now; nothing is done."""
    new = api.new()
    desk.decide(api.store, CYD, str(new["id"]), "watch", "has no page yet")
    answer = api.decide(new["id"], "confirm", new["revision"])
    assert (answer.status_code, answer.json()["error"]) == (409, "changed")
    assert "cyd: watch, has no page yet" in answer.json()["told"]
    now = {"id": new["id"], "indicator": new["indicator"], "state": "watched", "revision": 1}
    assert answer.json()["now"] == now
    assert api.store.candidate(str(new["id"])).state is State.WATCHED


def test_a_claim_of_somebody_else_is_told(api: Desk) -> None:
    """A script takes nothing out of a colleague's hands."""
    new = api.new()
    desk_queue.claim(api.store, CYD, [new["id"]])
    answer = api.decide(new["id"], "confirm", new["revision"])
    assert (answer.status_code, answer.json()["error"]) == (409, "claimed")
    assert "cyd is at work on" in answer.json()["told"]
    (found,) = [one for page in api.walk("/api/candidates") for one in page["items"] if one["id"] == new["id"]]
    assert found["claim"]["person"] == "cyd"
    assert api.store.candidate(str(new["id"])).state is State.NEW


def test_a_note(api: Desk) -> None:
    """It is in the log, and of the candidate nothing else changes."""
    new = api.new()
    path = f"/api/candidates/{new['id']}/note"
    answer = api.ask("POST", path, api.token("triage"), json={"text": "the shop told us"})
    assert (answer.status_code, answer.json()["revision"]) == (200, new["revision"])
    last = api.events(f"candidate:{new['id']}")[-1]
    assert (last.act, last.actor, last.reason) == ("candidate.note", "ann", "the shop told us")


# --- reports and work -------------------------------------------------------------------------------------------------


def test_reports_page_by_page(api: Desk) -> None:
    """The newest first, each once, by state and text."""
    assert ids(api.walk("/api/reports", limit=2)) == [5, 4, 3, 2, 1]
    assert len(list(api.walk("/api/reports", limit=5))) == 1
    assert ids(api.walk("/api/reports", state="draft")) == [5, 1]
    assert ids(api.walk("/api/reports", state="draft,unknown", q="host1.example")) == [3]
    first = api.get("/api/reports", limit=1)["items"][0]
    assert (first["indicator"], first["kind"], first["type"]) == (NAME, "cdn", "phishing")
    assert (first["state"], first["recipient"]) == ("draft", "abuse@cdn.example")


def test_one_report_as_it_reads(api: Desk) -> None:
    """Its text is defanged; where its file lies on the server is nobody's business."""
    found = api.get("/api/reports/1")
    assert "amazon-refund-desk[.]com" in found["text"]
    assert (found["kind"], found["state"], found["missing"], found["note"]) == ("registrar", "draft", [], "")
    assert not {"file", "token", "message_id"} & set(found)


def test_the_work_of_a_day_page_by_page(api: Desk) -> None:
    """The same works in the same order as the shell lists them."""
    wanted = [one.id for one in desk_due.works(api.store, api.app.state.house.settings)]
    assert len(wanted) >= 3
    assert [one["id"] for page in api.walk("/api/today", limit=1) for one in page["items"]] == wanted
    assert len(list(api.walk("/api/today", limit=len(wanted)))) == 1


# --- the log ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", READS)
def test_no_log_no_look(api: Desk, path: str) -> None:
    """What cannot be logged is not shown; once it can be, the log has it."""
    api.lab.now += 2 * HOUR  # within an hour a second look of the same person is not logged
    before, token = len(views(api, READS[path])), api.token("look")
    with closing(sqlite3.connect(api.lab.folder / "home" / "scamhunt.db", isolation_level=None)) as database:
        database.execute("CREATE TRIGGER deaf BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'deaf'); END")
        answer = api.ask("GET", path, token, headers={"connection": "close"})
        database.execute("DROP TRIGGER deaf")
    assert (answer.status_code, answer.json()["error"]) == (500, "bug")
    assert "deaf" not in answer.text
    assert api.get(path)
    assert views(api, READS[path])[before:] == [("ann", "token")]


def test_what_is_not_there_is_not_logged_as_seen(api: Desk) -> None:
    """Who guesses numbers fills no log."""
    for path, thing in (("/api/candidates/9999", "candidate:9999"), ("/api/reports/9999", "report:9999")):
        assert api.ask("GET", path, api.token("look")).status_code == 404
        assert api.events(thing) == []


# --- its description --------------------------------------------------------------------------------------------------


def described(api: Desk) -> JSON:
    """Return the description, read with a token of one scope."""
    answer = api.ask("GET", "/api/openapi.json", api.token("triage"))
    assert answer.status_code == 200
    found: JSON = answer.json()
    return found


def operations(found: JSON) -> dict[str, JSON]:
    """Return each operation of the description by method and path."""
    return {f"{way.upper()} {path}": one for path, ways in found["paths"].items() for way, one in ways.items()}


def test_the_description_is_openapi_and_has_each_door(api: Desk) -> None:
    """Every door below /api/ and nothing else, each with the scope that its guard asks for."""
    found = described(api)
    OpenAPI.model_validate(found)
    assert found["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    told = operations(found)
    doors = [one for one in api.app.routes if isinstance(one, Door) and one.path.startswith("/api/")]
    listed = {f"{way} {one.path}" for one in doors for way in one.methods or () if one.path != "/api/{path:path}"}
    assert set(told) == listed == set(SCOPES)
    assert {name: one["security"] for name, one in told.items()} == {
        name: [{"token": scopes}] for name, scopes in SCOPES.items()
    }
    assert len({one["operationId"] for one in told.values()}) == len(told)


def test_the_description_tells_of_each_error(api: Desk) -> None:
    """Each operation has each of them, with the two fields that they have."""
    found = described(api)
    for name, one in operations(found).items():
        for status in PROBLEMS:
            told = one["responses"][str(status)]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            fields = found["components"]["schemas"][told]
            assert {"error", "told"} <= set(fields["required"]), name


@pytest.mark.parametrize("path", [*READS, "/api/openapi.json"])
def test_what_comes_is_what_is_described(api: Desk, path: str) -> None:
    """The fields of an answer are those of its description, in lists too."""
    found = described(api)
    answer = api.get(path)
    door = path.replace("/1", "/{number}")
    schema = found["paths"][door]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    if "$ref" not in schema:
        return
    _agree(found["components"]["schemas"], schema["$ref"].rpartition("/")[2], answer)


def _agree(schemas: JSON, name: str, value: JSON) -> None:
    fields = schemas[name]["properties"]
    assert set(value) == set(fields)
    for field, told in fields.items():
        of = told.get("items", {}).get("$ref", "").rpartition("/")[2]
        for one in value[field] if of else ():
            _agree(schemas, of, one)


def test_the_page_that_explains_it_has_all_of_it() -> None:
    """docs/api.md names each door, each scope, each word of an error and the limits."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    wanted = [*SCOPES, *(word for _, word in WORDS), *BY_STATUS.values(), *api_given.Filtered.model_fields]
    wanted += [f"{status}" for status in PROBLEMS] + [one.scope for one in TOKENS_MAY]
    assert [one for one in wanted if f"`{one}`" not in page] == []
    assert f"{A_MINUTE[Who.SCRIPT]:,} requests" in page
