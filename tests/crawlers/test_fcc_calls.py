"""Calls reported to the FCC, driven without a network."""

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

import pytest

from scamhunt import testing
from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.model import CONFIGURED, Fetch, Role, Statement
from tests.crawlers.driven import CANARIES, CRAWLERS, asking, steps

FCC = CRAWLERS["fcc_calls"]
FIELDS = ("id", "issue_date", "issue_time", "issue", "caller_id_number", "type_of_call_or_messge")
TYPES = dict.fromkeys((*FIELDS, "advertiser_business_phone_number"), "text") | {
    "id": "number",
    "issue_date": "calendar_date",
}


def view_of(updated: object, **changed: str | None) -> Mapping[str, object]:
    """Return the description of a dataset with some columns of another type, None for one that is gone."""
    types: dict[str, str | None] = {**TYPES, "zip": "text", **changed}
    columns = [{"fieldName": name, "dataTypeName": kind} for name, kind in types.items() if kind]
    return {"id": "vakf-fz8e", "rowsUpdatedAt": updated, "columns": [*columns, "x"]}


def complaint(number: int, **cells: str) -> dict[str, str]:
    """Return a row of the FCC."""
    return {"id": str(number), "issue_date": "2026-11-17T00:00:00.000", **cells}


def dataset(*pages: object, updated: tuple[int, ...] = ()) -> tuple[testing.Answer, list[Fetch]]:
    """Return what answers for the FCC: pages in order, the description between them."""
    waiting, times = list(pages), list(updated)

    def bring(wanted: Fetch) -> bytes:
        if wanted.url == CONFIGURED:
            return json.dumps(view_of(times.pop(0) if times else 1_795_000_000)).encode()
        return json.dumps(waiting.pop(0)).encode()

    return asking(bring, "https://mirror.example/fcc/api/views/vakf-fz8e")


def test_two_columns_of_the_fcc_are_two_roles() -> None:
    """What the phone showed and whom to call are told apart, with all that is kept of the row."""
    row = complaint(
        7,
        issue="Unwanted  calls",
        issue_time="9:05 PM",
        caller_id_number="212-555-0111",
        type_of_call_or_messge="Prerecorded Voice",
        advertiser_business_phone_number="800-555-0123",
    )
    answer, asked = dataset([row])
    (batch,), notices = steps(FCC, answer, "6")
    assert (batch.values, batch.mark, notices) == (["+12125550111", "+18005550123"], "7", [])
    shown, called = batch.statements
    assert shown == Statement(Role.CALLER_ID, "what the phone showed", subject="Unwanted Calls", robocall=True, ref="7")
    assert called == replace(shown, role=Role.CALLBACK, role_from="the number of whoever advertised")
    assert [one.url.partition("?")[0] for one in asked] == [
        CONFIGURED,
        "https://mirror.example/fcc/resource/vakf-fz8e.json",
        CONFIGURED,
    ]
    query = unquote(asked[1].url)
    assert "$where=id > 6 AND (caller_id_number not in('None','') OR" in query
    assert not [word for word in ("state", "zip", "location") if word in query]


def test_the_first_night_of_the_fcc_reads_thirty_days() -> None:
    """Two million rows are not fetched: the days before the dataset was made are."""
    answer, asked = dataset([], updated=(1_795_064_400, 1_795_064_400))
    batches, _ = steps(FCC, answer)
    assert "$where=issue_date >= '2026-10-20' AND" in unquote(asked[1].url)
    assert batches == []


def test_pages_go_on_from_the_last_id() -> None:
    """Each page asks for what comes after the last, and the mark moves with it."""
    first = [complaint(n, caller_id_number="212-555-0111") for n in range(1, 20_001)]
    answer, asked = dataset(first, [complaint(20_005, caller_id_number="212-555-0112")])
    batches, _ = steps(FCC, answer)
    assert [(batch.rows, batch.mark) for batch in batches] == [(20_000, "20000"), (1, "20005")]
    assert "id > 20000 " in unquote(asked[3].url)


def test_a_night_has_so_many_pages() -> None:
    """A source that never ends is left for the next run, which goes on where this one stopped."""
    pages = [[{"id": n} for n in range(20_000 * at + 1, 20_000 * at + 20_001)] for at in range(10)]
    batches, notices = steps(FCC, dataset(*pages)[0])
    assert batches[-1].mark == "200000"
    assert (notices[-1].behind, "10 pages were read" in notices[-1].text) == (1, True)


def test_a_dataset_that_is_made_anew_while_it_is_read_is_held() -> None:
    """Nothing of a page is used whose dataset changed meanwhile; the next run goes on from the last good one."""
    first = [complaint(n, caller_id_number="212-555-0111") for n in range(1, 20_001)]
    second = [complaint(20_001, caller_id_number="212-555-0112")]
    answer, _ = dataset(first, second, updated=(1_795_000_000, 1_795_000_000, 1_795_000_001))
    batches, notices = steps(FCC, answer)
    assert [batch.mark for batch in batches] == ["20000"]
    assert [(notice.held, "made anew" in notice.text) for notice in notices] == [(True, True)]


@pytest.mark.parametrize("name", TYPES)
def test_a_column_that_changes_is_named(name: str) -> None:
    """Schema drift is refused before a row is read, and the message names the column."""
    for change, word in ((None, "no column"), ("point", f"is no {TYPES[name]}")):
        with pytest.raises(FeedHeld) as caught:
            steps(FCC, json.dumps(view_of(1_795_000_000, **{name: change})).encode())
        assert name in str(caught.value)
        assert word in str(caught.value)


@pytest.mark.parametrize("updated", [None, "yesterday", 0, 10**12])
def test_a_dataset_without_its_time_is_held(updated: object) -> None:
    """Where it cannot be told that the rows changed, they are not read."""
    with pytest.raises(FeedHeld, match="when its rows were made"):
        steps(FCC, json.dumps(view_of(updated)).encode())


@pytest.mark.parametrize("body", [b'{"error": true}', b'{"columns": 1}'])
def test_an_answer_that_describes_nothing_is_held(body: bytes) -> None:
    """An error as JSON is no dataset."""
    with pytest.raises(FeedHeld, match="no description of a dataset"):
        steps(FCC, body)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({"error": True}, "no list of rows"),
        ([1], "no list of rows"),
        ([complaint(6)], "not in their order"),
        ([complaint(9), complaint(8)], "not in their order"),
        ([{"id": "x"}], "not in their order"),
        ([{}], "not in their order"),
        ([{}] * 20_001, "20,001 rows came"),
    ],
)
def test_pages_that_were_not_asked_for_are_held(page: object, told: str) -> None:
    """A server that does not do what it is asked cannot lead the reading astray, nor round in circles."""
    with pytest.raises(FeedHeld, match=told):
        steps(FCC, dataset(page)[0], "6")


@pytest.mark.parametrize("url", ["https://mirror.example/fcc", "https://mirror.example/api/views/../x"])
def test_an_address_that_is_no_dataset_is_told(url: str) -> None:
    """Who sets another address learns which form it has."""
    answer, _ = asking(lambda _: json.dumps(view_of(1_795_000_000)).encode(), url)
    with pytest.raises(FeedFailed, match="/api/views/vakf-fz8e"):
        steps(FCC, answer)


@pytest.mark.parametrize(
    ("time", "seen"),
    [
        ("9:05 pm", "2026-11-18T02:05:00+00:00"),
        ("12:00 A.M.", "2026-11-17T05:00:00+00:00"),
        ("12:30 PM", "2026-11-17T17:30:00+00:00"),
        ("1:05:59 am", "2026-11-17T06:05:00+00:00"),
        ("13:05 pm", "2026-11-17T05:00:00+00:00"),
        ("9:75 am", "2026-11-17T05:00:00+00:00"),
        ("in the evening", "2026-11-17T05:00:00+00:00"),
    ],
)
def test_times_as_the_fcc_has_them(time: str, seen: str) -> None:
    """A time is added to its day where it can be read; the day alone counts else."""
    row = complaint(7, caller_id_number="212-555-0111", issue_time=time)
    (batch,), _ = steps(FCC, json.dumps([row]).encode())
    assert [moment.isoformat() for moment in batch.seen_at if moment] == [seen]


@pytest.mark.parametrize(
    ("kind", "robocall"),
    [("Prerecorded Voice", True), ("Autodialed Live Voice Call", True), ("Live Voice", False), ("Text Message", None)],
)
def test_the_kind_of_a_call(kind: str, robocall: bool | None) -> None:
    """A recording is told from a voice; a text is neither."""
    row = complaint(7, caller_id_number="212-555-0111", type_of_call_or_messge=kind)
    (batch,), _ = steps(FCC, json.dumps([row]).encode())
    assert [one.robocall for one in batch.statements] == [robocall]


def test_nothing_of_who_complained_leaves_the_fcc_crawler() -> None:
    """Of rows in a file state, zip and place are dropped, of bad rows too, and the own number of a victim with them."""
    town, state, code, name, called, street = CANARIES
    rows = [
        {**complaint(1, caller_id_number="212-555-0111", issue=name), "state": state, "zip": code, "city": town},
        complaint(2, caller_id_number=f"{name} {street}", issue=town),
        complaint(3, caller_id_number=called, issue="My own number is being spoofed"),
        f"{town} {called}",
        [town],
        complaint(6, caller_id_number="None", advertiser_business_phone_number=" none "),
    ]
    (batch,), (notice,) = steps(FCC, json.dumps(rows).encode(), "5")
    assert (batch.values, batch.mark) == (["+12125550111"], "5")
    assert [(one.line, one.reason) for one in batch.rejected] == [
        (2, "no number of the US"),
        (4, "no row of this table"),
        (5, "no row of this table"),
    ]
    assert "2 of its rows" in notice.text
    assert [canary for canary in CANARIES if canary in repr((batch, notice))] == []


def test_an_export_may_be_large_and_have_bad_lines() -> None:
    """A table that the team gave is read in batches, line by line."""
    head = ",".join(TYPES)
    line = "1,2026-11-17T00:00:00.000,,Robocalls,212-555-0111,,800-555-0123\n"
    table = f"{head}\n{'x' * 5_000}\n1,2\n" + line * 26_000
    batches, _ = steps(FCC, table.encode(), "5")
    assert [(len(batch.values), len(batch.rejected), batch.mark) for batch in batches] == [
        (49_998, 1 + 1, "5"),
        (2_002, 0, "5"),
    ]


def test_a_page_in_place_of_the_dataset_is_held() -> None:
    """A page of the web is told as such."""
    with pytest.raises(FeedHeld, match="HTML page"):
        steps(FCC, b" <!doctype html>")


def test_an_export_of_the_website_is_refused() -> None:
    """Columns of other names are not guessed; the message says which export is read."""
    with pytest.raises(FeedHeld, match=r"no column issue_date; export it from /resource/vakf-fz8e\.csv"):
        steps(FCC, b"ID,Ticket Created,Caller ID Number\n1,2026-11-17,212-555-0111\n")
