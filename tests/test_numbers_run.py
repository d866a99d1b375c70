"""Feeds of numbers in a sweep: what is a candidate, what only lifts one, what counts once, what is forgotten."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scamhunt import desk, pipeline
from scamhunt.feed_numbers import bare
from scamhunt.model import Kind, Role
from scamhunt.pipeline import Summary
from scamhunt.settings import Settings
from scamhunt.store import CandidateView

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PACK = """
[[brand]]
id = "amazon"
name = "Amazon"
aliases = ["Amazon Prime"]
domains = ["amazon.com"]
phones = ["+1 888 280 4331"]
lures = ["prime", "refund", "order"]
"""
CRAWLER = '''
from datetime import UTC, datetime
from scamhunt.model import CONFIGURED, Batch, Example, Feed, Fetch, Keeps, Kind, Role, Statement

FEED = Feed(
    name="{name}", publisher="us", homepage="https://own.example/", terms="ours", kind=Kind.PHONE, schedule="0 6 * * *",
    needs_key=False, rows_a_day=(0, 1000), verified_on="2026-11-22", how="tried", keeps=Keeps.ROWS, {more}
)
EXAMPLES = (Example(b"", ()),)


def crawl(mark):
    """Read lines of number|role|text|source|place|kind."""
    reply = yield Fetch(CONFIGURED)
    rows = [line.split("|") for line in b"".join(reply.chunks).decode().splitlines()]
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    yield Batch(
        str(len(rows)), [row[0] for row in rows], list(range(1, len(rows) + 1)), [at] * len(rows),
        kinds=[Kind(row[5] or "phone") for row in rows],
        statements=[Statement(Role(row[1]), "column", row[2], source=row[3], place=row[4]) for row in rows],
    )
'''


class Team:
    """A state folder with two feeds of its own: `calls`, first-hand, and `agency`, which only corroborates."""

    def __init__(self, folder: Path) -> None:
        """Write the crawlers and the brand pack."""
        crawlers = folder / "overlay" / "crawlers"
        crawlers.mkdir(parents=True)
        (crawlers / "calls.py").write_text(CRAWLER.format(name="calls", more=""))
        agency = CRAWLER.format(name="agency", more='corroborates=True, pool="agencies"').replace(
            "(0, 1000)", "(1, 1000)"
        )
        (crawlers / "agency.py").write_text(agency)
        self.folder, self.pack = folder, folder / "pack.toml"
        self.pack.write_text(PACK)

    def settings(self, now: datetime = NOW) -> Settings:
        """Return the settings of a run at a moment."""
        return Settings(
            home=self.folder / "home",
            overlay=self.folder / "overlay",
            brands=(self.pack,),
            region="US",
            clock=now,
        )

    def read(self, feed: str, *rows: str, now: datetime = NOW) -> Summary:
        """Hand rows in for a feed."""
        file = self.folder / f"{feed}.txt"
        file.write_text("\n".join(rows) + "\n")
        return pipeline.import_file(self.settings(now), str(file), feed)

    def candidates(self, now: datetime = NOW) -> dict[str, CandidateView]:
        """Return the candidates by what they are."""
        with desk.open_store(self.settings(now)) as store:
            return {one.indicator: one for one in desk.candidates(store)}


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
    (number,) = team.candidates().values()
    assert (number.indicator, number.brand, number.score) == ("+18885550142", "amazon", 0.0)
    assert [why.signal for why in number.reasons] == ["faded"]


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
