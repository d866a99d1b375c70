"""Feeds of numbers in a sweep: what is a candidate, what only lifts one, what counts once, what is forgotten."""

import gzip
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from scamhunt import desk, pipeline
from scamhunt.feed_numbers import bare
from scamhunt.model import Kind, Role
from scamhunt.pipeline import Summary
from tests.number_team import NOW, PACK, Team


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Return a team that has read nothing."""
    return Team(tmp_path)


def counts(summary: Summary) -> tuple[int, int, int, int]:
    """Return read, accepted, duplicate and quarantined of the one feed."""
    (feed,) = summary.feeds
    assert feed.read == feed.accepted + feed.duplicate + feed.quarantined
    return feed.read, feed.accepted, feed.duplicate, feed.quarantined


def test_a_report_that_names_a_brand_makes_a_candidate(team: Team) -> None:
    """With the role that was stated and reasons; a report that names none is kept and makes none."""
    done = team.read(
        "calls",
        "(888) 555-0142|callback|this is amzon prime refund dept|a||",
        "+14155550123|caller_id|dentist reminder|a||",
    )
    assert counts(done) == (2, 2, 0, 0)
    (number,) = team.candidates().values()
    assert (number.indicator, number.kind, number.brand, number.role) == (
        "+18885550142",
        Kind.PHONE,
        "amazon",
        Role.CALLBACK,
    )
    assert number.reasons
    assert number.flags == ("fictional",)
    with desk.open_store(team.settings()) as store:
        assert store.count_sightings("+14155550123") == 1


def test_an_agency_alone_makes_no_candidate_and_lifts_one(team: Team) -> None:
    """Complaints name no brand, whatever stands in them; beside a first-hand report they add up."""
    rows = [f"+18885550142|caller_id|amazon refund|x|{area}|" for area in range(201, 231)]
    near = "+18882804332|caller_id|||775|"
    assert counts(team.read("agency", *rows, near)) == (31, 31, 0, 0)
    assert team.candidates() == {}
    row = "+18885550142|callback|this is amzon prime refund dept|a||"
    team.read("calls", row)
    lifted = team.candidates()["+18885550142"]
    alone = Team(team.folder / "other")
    alone.read("calls", row)
    assert lifted.score > alone.candidates()["+18885550142"].score
    assert (lifted.feeds, lifted.role) == (("agency", "calls"), Role.CALLBACK)


def test_a_candidate_is_lifted_by_what_comes_later(team: Team) -> None:
    """Rows of an agency that come after the first-hand report count as those before."""
    team.read("calls", "+18885550142|callback|this is amzon prime refund dept|a||")
    before = team.candidates()["+18885550142"].score
    done = team.read("agency", *(f"+18885550142|caller_id|||{area}|" for area in range(201, 231)))
    assert team.candidates()["+18885550142"].score > before
    assert len(done.updated) == 1


def test_the_same_report_counts_once(team: Team) -> None:
    """Within a file, in a file that has more besides, and in the very same file again."""
    row, other = (f"+18885550142|callback|amazon refund|{who}||" for who in "ab")
    assert counts(team.read("calls", row, row, row)) == (3, 1, 2, 0)
    assert counts(team.read("calls", row, other)) == (2, 1, 1, 0)
    assert counts(team.read("calls", row, other)) == (2, 0, 2, 0)
    with desk.open_store(team.settings()) as store:
        assert store.count_sightings("+18885550142") == 2


def test_a_report_that_comes_by_two_ways_is_one(team: Team) -> None:
    """Feeds of one pool may bring the same report: it counts once, and no second voice says it."""
    crawlers = team.folder / "overlay" / "crawlers"
    calls = (crawlers / "calls.py").read_text().replace("keeps=Keeps.ROWS,", 'keeps=Keeps.ROWS, pool="own",')
    (crawlers / "calls.py").write_text(calls)
    (crawlers / "folder.py").write_text(calls.replace('name="calls"', 'name="folder"'))
    row = "+18885550142|callback|amazon refund|a||"
    assert counts(team.read("calls", row)) == (1, 1, 0, 0)
    assert counts(team.read("folder", row, row.replace("0142", "0143"))) == (2, 1, 1, 0)


def test_what_is_no_number_is_quarantined_by_its_shape(team: Team) -> None:
    """With line and reason, and nothing of what stood there; a second reading quarantines nothing anew."""
    rows = ["Jane Canary|callback|amazon|a||", "0000000000|caller_id|||775|", "+18885550142|callback|amazon refund|a||"]
    assert counts(team.read("calls", *rows)) == (3, 1, 0, 2)
    assert counts(team.read("calls", *rows)) == (3, 0, 3, 0)
    with desk.open_store(team.settings()) as store:
        second, first = desk.quarantine(store)
    assert (first.feed, first.line, first.raw) == ("calls", 1, b"xxxx xxxxxx")
    assert (second.line, second.raw) == (2, b"0000000000")
    assert "exist" in second.reason


def test_a_row_may_be_a_name(team: Team) -> None:
    """Names in a mail are scored as names; what would tell whom the address was sent to is cut off."""
    done = team.read(
        "calls",
        "https://bob:pw@amaz0n-refund.com/verify?victim=jane#x|unknown||||url",
        "not a name at all|unknown||||url",
        "+18885550142|callback|amazon refund|a||",
    )
    assert counts(done) == (3, 2, 0, 1)
    assert {one.kind for one in team.candidates().values()} == {Kind.DOMAIN, Kind.PHONE}
    kept = next((team.folder / "home" / "archive" / "calls").glob("*.rows.gz"))
    text = gzip.decompress(kept.read_bytes()).decode()
    assert "https://amaz0n-refund.com/verify,1" in text
    assert "jane" not in text
    assert "bob" not in text


def test_words_and_names_are_forgotten(team: Team) -> None:
    """Neither what a reporter wrote nor who he is lies anywhere in the state folder."""
    secret = ("Jane-Canary", "4111 1111 1111 1111", "jane@victim.example", "Reporter-Canary")
    words = f"Amazon refund dept called {secret[0]}, card {secret[1]}, mail {secret[2]}"
    team.read("calls", f"+18885550142|callback|{words}|{secret[3]}||", f"{secret[0]}|unknown|{words}|{secret[3]}||")
    assert team.candidates()
    for file in (path for path in (team.folder / "home").rglob("*") if path.is_file()):
        content = file.read_bytes()
        content = gzip.decompress(content) if file.suffix == ".gz" else content
        assert [one for one in secret if one.encode() in content] == [], file


def test_a_number_fades(team: Team) -> None:
    """Reports lose weight with time, and after 45 days without one the number is stale; a sweep brings it to date."""
    team.read("calls", "+18885550142|callback|this is amzon prime refund dept|a||")
    fresh = team.candidates()["+18885550142"]
    later = NOW + timedelta(days=50)
    quiet = team.folder / "quiet.txt"
    quiet.write_text("weather-in-oslo.net\n")
    pipeline.sweep(team.settings(later), feeds=[str(quiet)])
    stale = team.candidates(later)["+18885550142"]
    assert stale.score < fresh.score
    assert "stale" not in fresh.flags
    assert stale.flags == ("fictional", "stale")


def test_what_ties_a_number_to_no_brand_any_more_has_no_score(team: Team) -> None:
    """A brand that left the packs, or evidence of long ago: the candidate stays for its history, at the end."""
    team.read("calls", "+18885550142|callback|this is amzon prime refund dept|a||")
    team.pack.write_text(
        PACK.replace('"amazon"', '"other"').replace("Amazon Prime", "Other").replace("Amazon", "Other")
    )
    team.read("calls", "+14155550123|caller_id|dentist reminder|a||")
    assert team.candidates()["+18885550142"].score > 0  # once a day is enough
    team.read("calls", "+14155550124|caller_id|dentist reminder|a||", now=NOW + timedelta(days=1))
    (number,) = team.candidates().values()
    assert (number.indicator, number.brand, number.score) == ("+18885550142", "amazon", 0.0)
    assert [why.signal for why in number.reasons] == ["faded"]


def test_a_list_of_nothing_but_bad_rows_is_not_the_one_of_yesterday(team: Team) -> None:
    """Nothing of it can be kept, so nothing tells it from another such list but the rows themselves: none is lost."""
    assert counts(team.read("calls", "x|callback||||", "y|callback||||")) == (2, 0, 0, 2)
    done = team.read("calls", "other|callback||||", "y|callback||||", "z|callback||||")
    assert counts(done) == (3, 0, 0, 3)
    assert done.feeds[0].status == "held"


def test_a_rehearsal_knows_what_is_known(team: Team) -> None:
    """A dry run has the salt and the model of the folder: what was read is a duplicate there too."""
    row = "+18885550142|callback|this is amzon prime refund dept|a||"
    team.read("calls", row)
    file = team.folder / "calls.txt"
    settings = team.settings().model_copy(update={"addresses": {"calls": str(file)}})
    before = team.candidates()["+18885550142"].score
    dry = pipeline.sweep(settings, feeds=["calls"], dry_run=True)
    assert counts(dry) == (1, 0, 1, 0)
    assert [one.score for one in dry.numbers] == [before]


def test_the_name_of_a_file_that_is_handed_in_is_not_kept(team: Team) -> None:
    """People name files after people: the database knows a file by a hash, and so does what went wrong with one."""
    for name in ("jolanda.kanarini@victim.example.txt", "jolanda-missing.txt"):
        file = team.folder / name
        if "missing" not in name:
            file.write_text("+18885550142|callback|amazon refund|a||\n")
        done = pipeline.import_file(team.settings(), str(file), "calls")
        assert str(file) == done.feeds[0].location
    for file in (path for path in (team.folder / "home").rglob("*") if path.is_file()):
        assert b"jolanda" not in file.read_bytes(), file
    with desk.open_store(team.settings()) as store:
        assert {run.location[:7] for run in store.runs("calls")} == {"a file "}


def test_a_brand_in_a_place_of_its_own_counts(team: Team) -> None:
    """As it stands, and misspelt; without a word besides."""
    crawler = team.folder / "overlay" / "crawlers" / "calls.py"
    crawler.write_text(crawler.read_text().replace('"column", row[2]', '"column", brand=row[2]'))
    team.read(
        "calls", "+18885550142|callback|AMAZON|a||", "+18885550143|callback|Amzon|a||", "+18885550144|callback|x|a||"
    )
    assert set(team.candidates()) == {"+18885550142", "+18885550143"}


def test_a_number_that_the_plan_has_left_is_left_alone(team: Team) -> None:
    """A candidate of an earlier table of numbers ends no sweep; the others are scored anew."""
    team.read("calls", "+18885550142|callback|amazon refund|a||", "+18885550143|callback|amazon refund|a||")
    with closing(sqlite3.connect(team.folder / "home" / "scamhunt.db")) as database, database:
        database.execute("UPDATE candidate SET target = '+449999999999999' WHERE target = '+18885550143'")
    before = team.candidates()
    team.read("calls", "+14155550124|caller_id|dentist reminder|a||", now=NOW + timedelta(days=9))
    after = team.candidates()
    assert after["+18885550142"].score < before["+18885550142"].score
    assert after["+449999999999999"].score == before["+449999999999999"].score


def test_a_quiet_night_is_nothing_odd(team: Team) -> None:
    """An agency rests at weekends: a named feed that has brought rows before may bring none for a while."""
    file = team.folder / "agency.txt"
    row = "+18885550142|caller_id|||775|"
    file.write_text(f"{row}\n")
    for day, status in ((0, "ok"), (1, "ok"), (6, "ok"), (9, "held")):
        now = NOW + timedelta(days=day)
        settings = team.settings(now).model_copy(update={"addresses": {"agency": str(file)}})
        (feed,) = pipeline.sweep(settings, feeds=["agency"]).feeds
        assert (feed.status, feed.accepted) == (status, int(day == 0)), (day, feed.problem)


def test_the_official_number_is_never_a_candidate(team: Team) -> None:
    """Whatever is said of it."""
    done = team.read("calls", "+1 888 280 4331|callback|amazon refund department|a||")
    assert counts(done) == (1, 1, 0, 0)
    assert team.candidates() == {}


def test_a_number_close_to_the_official_one_is_a_candidate_by_itself(team: Team) -> None:
    """First-hand, without a word: one digit off."""
    team.read("calls", "+18882804332|callback||a||")
    assert [(one.indicator, one.brand) for one in team.candidates().values()] == [("+18882804332", "amazon")]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://u:p@a.example/x/y?q=1#f", "https://a.example/x/y"),
        ("hxxps://a[.]example/x", "https://a.example/x"),
        ("a.example?mail=jane", "a.example"),
        ("a.example", "a.example"),
    ],
)
def test_an_address_keeps_host_and_path_only(given: str, kept: str) -> None:
    """User information, query and fragment may name the one whom it was sent to."""
    assert bare(given) == kept
