"""Calls reported to the FTC, driven without a network."""

import json
from datetime import UTC, datetime

import pytest

from scamhunt import testing
from scamhunt.errors import FeedFailed, FeedHeld, Refused
from scamhunt.model import BATCH_ROWS, CONFIGURED, Batch, Fetch, Role, Statement
from tests.crawlers.driven import CANARIES, CRAWLERS, asking, steps

FTC = CRAWLERS["ftc_dnc"]
HEADER = (
    "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject,"
    "Recorded_Message_Or_Robocall"
)
ROW = "8005550123,2026-11-17 09:00:01,2026-11-16 18:40:00,Reno,Nevada,775,Computer & technical support,Y"
FILES = "https://www.ftc.gov/sites/default/files"
SEEN = datetime(2026, 11, 16, 23, 40, tzinfo=UTC)


def day(*rows: str) -> bytes:
    """Return a file of the FTC."""
    return "\n".join([HEADER, *rows, ""]).encode()


def index(*names: str, folder: str = "/sites/default/files") -> bytes:
    """Return an index page of the FTC."""
    links = "".join(f'<a href="{folder}/DNC_Complaint_Numbers_{name}.csv">x</a>' for name in names)
    return f"<html>{links}</html>".encode()


def read(batches: list[Batch]) -> list[str]:
    """Return the files that the last mark of the FTC's feed names."""
    names: list[str] = json.loads(batches[-1].mark)["read"]
    return names


def test_a_row_of_the_ftc_states_what_the_phone_showed() -> None:
    """All that is kept of a row: number, time in UTC, subject, robocall, area code; never city or state."""
    (batch,), _ = steps(FTC, day(ROW))
    assert (batch.values, batch.seen_at, batch.schema) == (["+18005550123"], [SEEN], f"csv {HEADER.lower()}")
    assert batch.statements == [
        Statement(
            Role.CALLER_ID,
            "what the phone showed",
            subject="Computer & technical support",
            robocall=True,
            place="775",
            ref="2026-11-17 09:00:01 2026-11-16 18:40:00",
        )
    ]


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("Medical  & prescriptions", "Medical & prescriptions"),
        ("medical &amp; prescriptions ", "Medical & prescriptions"),
        ('"Energy solar, & utilities"', "Energy, solar, & utilities"),
        (
            "Calls pretending to be government businesses or family and friends",
            "Calls pretending to be government, businesses, or family and friends",
        ),
        ("No Subject Provided", "No Subject Provided"),
        ("Ophelia Brackenridge called me", "Other"),
        ("", ""),
    ],
)
def test_subjects_are_those_of_the_ftc(written: str, subject: str) -> None:
    """Spaces, commas and entities vary from file to file; free words never get through."""
    (batch,), _ = steps(FTC, day(ROW.replace("Computer & technical support", written)))
    assert [one.subject for one in batch.statements] == [subject]


@pytest.mark.parametrize(("flag", "robocall"), [("Y", True), ("n", False), ("", None), ("maybe", None)])
def test_the_flag_of_a_robocall(flag: str, robocall: bool | None) -> None:
    """What is not said stays unknown."""
    (batch,), _ = steps(FTC, day(f"{ROW[:-1]}{flag}"))
    assert [one.robocall for one in batch.statements] == [robocall]


@pytest.mark.parametrize("given", ["7751", "75", "175", "775 Ophelia", ""])
def test_only_an_area_code_is_a_place(given: str) -> None:
    """Whatever is nearer than an area code, or none, is dropped."""
    (batch,), _ = steps(FTC, day(ROW.replace(",775,", f",{given},")))
    assert [one.place for one in batch.statements] == [""]


@pytest.mark.parametrize(
    ("created", "violated", "seen"),
    [
        ("2026-07-15 09:00:00", "2026-07-14 18:00:00", "2026-07-14T22:00:00+00:00"),
        ("2026-01-15 09:00:00", "2026-01-14 18:00:00", "2026-01-14T23:00:00+00:00"),
        ("2026-01-15 09:00:00", "2027-01-14 18:00:00", "2026-01-15T14:00:00+00:00"),
        ("2026-01-15 09:00:00", "18.1.2026", "2026-01-15T14:00:00+00:00"),
        ("today", "2026-01-14 18:00:00", "2026-01-14T23:00:00+00:00"),
        ("2026-01-15 09:00:00", "0001-01-01 00:00:00", "0001-01-01T04:56:02+00:00"),
        ("2026-02-30 09:00:00", "2026-01-14 24:61:00", ""),
        ("today", "9999-12-31 23:59:59", ""),
        ("", "", ""),
    ],
)
def test_when_a_call_was(created: str, violated: str, seen: str) -> None:
    """The call's own time counts, in Washington's zone, summer and winter; the report's where the other cannot be."""
    (batch,), _ = steps(FTC, day(f"8005550123,{created},{violated},Reno,Nevada,775,Other,N"))
    assert [moment.isoformat() for moment in batch.seen_at if moment] == ([seen] if seen else [])
    assert [one.reason for one in batch.rejected] == ([] if seen else ["neither of its two dates can be read"])


def test_nothing_of_who_complained_leaves_the_ftc_crawler() -> None:
    """City, state, a shifted row, an open quote, a long line: no canary is in what comes out, bad rows included."""
    town, state, code, name, called, street = CANARIES
    batches, _ = steps(
        FTC,
        day(
            f"8005550123,2026-11-17 09:00:01,2026-11-16 18:40:00,{town},{state},{code},{name} {street},Y",
            f"{town},{called},{name},{street}",
            f'8005550123,"{town},{name},{called}',
            f"{called[:-1]},2026-11-17 09:00:01,2026-11-16 18:40:00,{town},{state},{code},{name},Y",
            f"{town} " * 2_000,
        ),
    )
    assert (len(batches[0].values), [one.line for one in batches[0].rejected]) == (1, [3, 4, 5, 6])
    assert [canary for canary in CANARIES if canary in repr(batches)] == []
    assert all(len(one.sha256) == 64 for one in batches[0].rejected)


def test_a_large_day_moves_the_mark_once() -> None:
    """A run that is stopped in the middle of a file reads that file again."""
    rows = [f"800555{n:04},2026-11-17 09:00:01,2026-11-16 18:40:00,,,,Other,N" for n in range(10_000)] * 5
    url = f"{FILES}/DNC_Complaint_Numbers_2026-11-17.csv"
    answer = testing.answers({url: day(*rows, ROW)}, index("2026-11-17"))
    batches, _ = steps(FTC, answer)
    assert [batch.rows for batch in batches] == [BATCH_ROWS - 1, 2]
    assert [json.loads(batch.mark)["read"] for batch in batches] == [[], ["2026-11-17"]]
    assert {batch.location for batch in batches} == {url}


def test_the_newest_sixty_files_are_looked_at_and_remembered() -> None:
    """However long the index grows, a night asks for sixty files at most and the mark stays small."""
    names = [f"2026-{month:02}-{at:02}" for month in (8, 9, 10) for at in range(1, 29)]
    page = index(*names)
    answer, asked = asking(lambda wanted: page if wanted.url == CONFIGURED else day(ROW))
    batches, _ = steps(FTC, answer)
    assert [one.url[-14:-4] for one in asked[1:]] == names[-60:]
    assert read(batches) == names[-60:]
    answer, asked = asking(lambda _: index(*names, "2026-11-02"))
    with pytest.raises(FeedFailed, match="HTML page"):
        steps(FTC, answer, batches[-1].mark)
    assert [one.url[-14:-4] for one in asked[1:]] == ["2026-11-02"]


def test_a_day_that_fails_costs_only_itself() -> None:
    """What a page, another header or a refusal stands for is told and not marked; the other days are read."""
    bodies: dict[str, bytes] = {
        "2026-11-16": b"<html>busy</html>",
        "2026-11-17": b"Name,Town\nOphelia,Zzyzxville\n",
        "2026-11-18": day(ROW),
    }

    def bring(wanted: Fetch) -> bytes:
        if wanted.url == CONFIGURED:
            return index(*bodies, "2026-11-19")
        if "2026-11-19" in wanted.url:
            raise Refused("127.0.0.1: refused")
        return bodies[wanted.url[-14:-4]]

    batches, notices = steps(FTC, asking(bring)[0])
    assert read(batches) == ["2026-11-18"]
    assert [notice.held for notice in notices] == [True] * 3
    for notice, word in zip(notices, ("HTML page", "no header came", "refused"), strict=True):
        assert word in notice.text
    assert "Ophelia" not in str(notices)


def test_links_follow_a_mirror_and_nobody_else() -> None:
    """A lab's own server may serve the index; its files come from there or from the FTC, over the same scheme."""
    page = (
        index("2026-11-16")
        + index("2026-11-17", folder="http://127.0.0.1:81")
        + index("2026-11-18", folder="http://www.ftc.gov")
        + index("2026-11-19", folder="ftp://www.ftc.gov")
        + index("2026-11-20", folder="https://www.ftc.gov")
    )
    here = "http://127.0.0.1:80/data/index"
    answer, asked = asking(lambda wanted: page if wanted.url == CONFIGURED else day(ROW), here)
    _, notices = steps(FTC, answer)
    assert [one.url for one in asked[1:]] == [
        "http://127.0.0.1:80/sites/default/files/DNC_Complaint_Numbers_2026-11-16.csv",
        "https://www.ftc.gov/DNC_Complaint_Numbers_2026-11-20.csv",
    ]
    assert [notice.text[:14] for notice in notices] == ["3 of the links"]
    assert asked[0].keep is False


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no header came"),
        (b"8005550123,2026-11-17 09:00:01,2026-11-16 18:40:00,Zzyzxville,Nevada,775,Other,N\n", "no header came"),
        (b'"Company_Phone_Number,\n', "no header came"),
        (b"x" * 5_000 + b"\n", "no header came"),
        (HEADER.replace("Consumer_State", "<b>").encode(), "Consumer_City,?,Consumer_Area_Code"),
        ((HEADER + ",More" * 30).encode(), "More,..."),
        (HEADER.lower().encode(), "no header came"),
    ],
)
def test_another_header_holds_the_feed(body: bytes, told: str) -> None:
    """Schema drift is told with the names that came, and never with what may be somebody's row."""
    with pytest.raises(FeedHeld) as caught:
        steps(FTC, body)
    assert told in str(caught.value)
    assert "Zzyzxville" not in str(caught.value)


@pytest.mark.parametrize("name", ["utf-16", "utf-8-sig"])
def test_a_file_in_another_encoding_is_read(name: str) -> None:
    """What a spreadsheet saved is the same table."""
    (batch,), _ = steps(FTC, day(ROW).decode().encode(name))
    assert batch.values == ["+18005550123"]


def test_an_endless_index_page_is_refused() -> None:
    """An index page has a limit."""
    with pytest.raises(FeedHeld, match="more than 4,000,000 bytes"):
        steps(FTC, b"<html>" + b" " * 4_000_000)


def test_an_index_page_without_files_is_held() -> None:
    """A page that has changed is told; days that never were and broken links are no files."""
    page = index("2026-02-30") + b'<a href="http://[/DNC_Complaint_Numbers_2026-11-20.csv">x</a>'
    with pytest.raises(FeedHeld, match="the index page names no file"):
        steps(FTC, page)


def test_nothing_new_is_no_error() -> None:
    """On a weekend the index names what was read: no batch, no notice, nothing fetched."""
    answer, asked = asking(lambda _: index("2026-11-20"))
    assert steps(FTC, answer, '{"read": ["2026-11-20"]}') == ([], [])
    assert len(asked) == 1


def test_the_header_again_is_no_row() -> None:
    """Files that were put together have their header in the middle."""
    (batch,), _ = steps(FTC, day(ROW, HEADER, ROW))
    assert (batch.lines, batch.rejected) == ([2, 4], ())
