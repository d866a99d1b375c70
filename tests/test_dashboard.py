"""The dashboard, its charts and the metrics: the same as counted by hand, on both databases, and safe to show."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench.lab_outbox import ANN, BOB, candidates
from scamhunt import desk, desk_dashboard, desk_figures, desk_holds, desk_metrics, desk_people, reference
from scamhunt.desk_dashboard import FUNNEL, Dashboard, Lateness, Recent
from scamhunt.desk_dashboard_parts import parts
from scamhunt.errors import UserError
from scamhunt.model import Kind, PersonRole, ReportState, State
from scamhunt.store import Store
from scamhunt.takedown.figure_parts import Part
from scamhunt.takedown.steps import Step
from tests.tracked_lab import DAY, HOUR, NAME, NOW, OTHER, Lab, at_work

S = ReportState
THIRD, NUMBER = "amazon-billing-desk.com", "+18055550142"
SVG = "{http://www.w3.org/2000/svg}"
PAYLOAD = '"><script>alert(1)</script>@registrar.example'
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def lab(tmp_path: Path, database_with_tables: Callable[[], str]) -> Iterator[Lab]:
    """Return a team with nothing to do yet, on each database."""
    with at_work(tmp_path, database_with_tables()) as made:
        yield made


def two_weeks(lab: Lab) -> None:
    """Find, look at, decide on, report and see gone, day by day."""
    lab.confirm(NAME, OTHER)
    lab.look("live")
    lab.look("live", OTHER)
    lab.bring(lab.plain(), S.SENT)
    lab.bring(lab.plain(OTHER, "host", "abuse@host.example"), S.ACKNOWLEDGED)
    lab.now += 3 * DAY
    candidates(lab.store, [NUMBER], Kind.PHONE)
    desk.decide(lab.store, ANN, NUMBER, "dismiss", "our own line")
    desk.decide(lab.store, ANN, NUMBER, "reopen", "it is not")
    lab.look("live")
    lab.look("live")
    lab.bring(lab.plain(kind="cdn", to="abuse@cdn.example"), S.UNKNOWN)
    lab.now += 2 * DAY
    lab.go_down(OTHER)
    lab.now += 5 * DAY
    lab.confirm(THIRD)


def made(lab: Lab, days: int = 30, last: Dashboard | None = None) -> Dashboard:
    """Return the dashboard of now."""
    return desk_dashboard.dashboard(lab.store, lab.settings, days=days, last=last)


def by_hand(store: Store, first: date) -> dict[str, dict[str, int]]:
    """Count each thing once a day in the rows of the log, by day and name."""
    things: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with store.log_rows(0, store.log_head().seq) as rows:
        for row in rows:
            for name in (name for name, acts in FUNNEL.items() if row["act"] in acts):
                things[row["at"][:10]][name].add(row["thing"])
    found = {day: {name: len(some) for name, some in told.items()} for day, told in things.items()}
    return {day: told for day, told in found.items() if day >= first.isoformat()}


def shown(found: Dashboard) -> dict[str, dict[str, int]]:
    """Return the funnel as `by_hand` counts it."""
    told = {f"{one.day}": {name: getattr(one, name) for name in FUNNEL if getattr(one, name)} for one in found.funnel}
    return {day: counts for day, counts in told.items() if counts}


# --- the funnel -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 8, 30])
def test_the_funnel_is_what_the_log_tells(lab: Lab, days: int) -> None:
    """Day by day without a gap, and nothing of the days before."""
    two_weeks(lab)
    found = made(lab, days)
    first = lab.now.date() - timedelta(days=days - 1)
    assert [one.day for one in found.funnel] == [first + timedelta(days=at) for at in range(days)]
    assert shown(found) == by_hand(lab.store, first)


def test_the_funnel_of_two_weeks(lab: Lab) -> None:
    """What everybody can count who reads the story."""
    two_weeks(lab)
    days = {one.day: one for one in made(lab).funnel}
    began = days[NOW.date()]
    assert (began.new, began.looked_at, began.confirmed, began.drafted, began.sent) == (2, 2, 2, 2, 2)
    later = days[(NOW + 3 * DAY).date()]
    assert (later.new, later.looked_at, later.confirmed, later.dismissed, later.sent) == (1, 1, 1, 1, 0)
    assert days[(NOW + 5 * DAY).date()].gone == 1
    assert sum(one.new for one in days.values()) == 4


def test_only_what_is_new_is_counted_anew(lab: Lab) -> None:
    """With the last dashboard the figures are the same as without, on the same day, later, and in a later month."""
    last = made(lab)
    assert shown(last) == {}
    for wait, target in ((HOUR, NAME), (HOUR, OTHER), (DAY, THIRD), (40 * DAY, "amazon-prize-desk.com")):
        lab.now += wait
        lab.confirm(target)
        lab.look("live", target)
        last = made(lab, last=last)
        assert last.funnel == made(lab).funnel
    assert shown(last) == {f"{lab.now.date()}": {"new": 1, "looked_at": 1, "confirmed": 1}}


def test_more_days_than_before_are_counted_from_their_beginning(lab: Lab) -> None:
    """A last dashboard over fewer days does not hide the older ones."""
    two_weeks(lab)
    assert made(lab, 30, last=made(lab, 2)).funnel == made(lab, 30).funnel


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_days_that_are_not_served(lab: Lab, days: int) -> None:
    """Whoever asks is told what is."""
    with pytest.raises(UserError, match="ask for 1 to 366"):
        made(lab, days)


# --- how much there is ------------------------------------------------------------------------------------------------


def test_counts_are_those_of_the_rows(lab: Lab) -> None:
    """Candidates by state, band and kind, reports by state, rows of the log, people by role."""
    two_weeks(lab)
    desk_people.add(lab.store, lab.settings, ANN, "ann", [PersonRole.ADMIN, PersonRole.ANALYST])
    desk_people.add(lab.store, lab.settings, ANN, "bob", [PersonRole.ANALYST])
    told, bands = made(lab).standing, reference.bands()
    rows = lab.store.candidates(limit=None)
    for state in State:
        some = [row.score for row in rows if row.state is state]
        urgent = sum(score >= bands["urgent"] for score in some)
        review = sum(bands["review"] <= score < bands["urgent"] for score in some)
        assert told.candidates[state] == {"urgent": urgent, "review": review, "below": len(some) - urgent - review}
    assert told.kinds == {kind: sum(row.kind is kind for row in rows) for kind in Kind}
    reports = [one.state for one in lab.all()]
    assert told.reports == {state: reports.count(state) for state in sorted(set(reports))}
    assert told.events == lab.store.log_head().seq
    assert (told.people, told.roles) == (2, {"admin": 1, "analyst": 2})


def test_the_figures_are_of_a_quarter(lab: Lab) -> None:
    """The same as `scamhunt stats` tells of those days; more where more days are asked for."""
    two_weeks(lab)
    for days, over in ((30, 90), (120, 120)):
        found = made(lab, days)
        assert found.figures_since == lab.now - timedelta(days=over)
        assert found.figures == desk_figures.figures(lab.store, lab.settings, since=found.figures_since)
        assert found.figures.reports == 2


# --- what waits longest -----------------------------------------------------------------------------------------------


def test_nothing_waits_in_an_empty_store(lab: Lab) -> None:
    """Every kind is told of all the same."""
    found = made(lab)
    assert [(one.what, one.thing, one.lateness) for one in found.oldest] == [
        (what, "", Lateness.NONE) for what in ("dispute", "unknown", "due", "new")
    ]
    assert (found.due, found.pairs, found.figures.reports) == (0, [], 0)


def test_the_oldest_of_each_kind_is_told(lab: Lab) -> None:
    """A dispute, a send that nobody knows of, due work, and the strongest that nobody judged."""
    lab.confirm(NAME, OTHER)
    desk.decide(lab.store, ANN, OTHER, "reopen", "look again")
    unknown = [lab.bring(lab.plain(kind=kind, to=f"abuse@{kind}.example"), S.UNKNOWN).id for kind in ("cdn", "host")]
    began = lab.now
    lab.now += HOUR
    lab.confirm(THIRD)
    disputed = lab.bring(lab.plain(THIRD), S.SENT).id
    hold = desk_holds.dispute(lab.store, lab.settings, ANN, disputed, "the owner called").hold
    lab.now += 2 * HOUR
    found = made(lab)
    assert {one.what: (one.thing, one.since, one.age) for one in found.oldest} == {
        "dispute": (f"hold:{hold.id}", began + HOUR, 2 * HOUR),
        "unknown": (f"report:{unknown[0]}", began, 3 * HOUR),
        "due": (lab.due()[0].id, began, 3 * HOUR),
        "new": (f"candidate:{lab.store.candidate(OTHER).id}", began, 3 * HOUR),
    }
    assert found.due == len(lab.due())


@pytest.mark.parametrize(
    ("waited", "lateness"),
    [
        (timedelta(), Lateness.WELL),
        (20 * HOUR - timedelta(seconds=1), Lateness.WELL),
        (20 * HOUR, Lateness.SOON),
        (24 * HOUR - timedelta(seconds=1), Lateness.SOON),
        (24 * HOUR, Lateness.LATE),
        (9 * DAY, Lateness.LATE),
        (-HOUR, Lateness.WELL),
    ],
)
def test_what_waits_is_marked_before_the_day_is_over(tmp_path: Path, waited: timedelta, lateness: Lateness) -> None:
    """From 20 hours on, and otherwise from 24; a clock that runs back makes nothing late."""
    with at_work(tmp_path) as lab:
        lab.confirm()
        desk.decide(lab.store, ANN, NAME, "reopen", "look again")
        lab.now += waited
        new = made(lab).oldest[-1]
        assert (new.what, new.lateness, new.age) == ("new", lateness, max(waited, timedelta()))


# --- who with whom ----------------------------------------------------------------------------------------------------


def approve(lab: Lab, count: int, *, alone: bool = False, counts: bool = True) -> None:
    """Approve so many reports as BOB, each with another recipient; `alone` as if he had written them."""
    for _ in range(count):
        number = lab.plain(to=f"abuse@desk{len(lab.all())}.example")
        view = lab.walk(number, Step.REVIEW)
        with lab.store.acting(BOB) as acting:
            acting.approve(view, accepted=(), alone=alone, counts=counts, hours=24)


@pytest.mark.parametrize(("count", "often"), [(1, False), (19, False), (20, True)])
def test_a_pair_that_has_most_approvals_is_marked(tmp_path: Path, count: int, often: bool) -> None:  # a case
    """Where there are enough of them to say so."""
    lab = Lab(tmp_path)
    with lab.store:
        lab.confirm()
        approve(lab, count)
        (pair,) = made(lab).pairs
        assert (pair.approver, pair.author, pair.count, pair.share, pair.often) == ("bob", "ann", count, 1.0, often)


def test_what_was_done_alone_is_counted(tmp_path: Path, database_with_tables: Callable[[], str]) -> None:
    """The first look of a team of one is no approval; what is older than the days is left out."""
    lab = Lab(tmp_path, database_with_tables())
    with lab.store:
        lab.confirm()
        approve(lab, 1, alone=True)
        lab.now += 31 * DAY
        approve(lab, 2, alone=True)
        approve(lab, 1)
        approve(lab, 4, alone=True, counts=False)
        with lab.store.acting(ANN) as acting:
            acting.ask_override("amazon.com", "a lab")
        lab.more = {"single_operator": True}
        told = made(lab)
        assert (told.alone.approvals, told.alone.overrides_asked, told.alone.overrides_granted) == (2, 1, 0)
        assert told.alone.single_operator
        assert [(one.approver, one.author, one.count) for one in told.pairs] == [("bob", "ann", 3)]


# --- kept for a minute ------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Lab]:
    """Return a team on SQLite with a case."""
    with at_work(tmp_path) as lab:
        lab.confirm()
        yield lab


def test_a_dashboard_is_kept_for_a_minute(alone: Lab) -> None:
    """And says of when it is; by the clock of the machine, for the one of a lab may stand still."""
    seconds = [0.0]
    recent = Recent(clock=lambda: seconds[0])
    first = recent.dashboard(alone.store, alone.settings)
    alone.confirm(OTHER)
    seconds[0] = 59.9
    assert recent.dashboard(alone.store, alone.settings) is first
    assert recent.dashboard(alone.store, alone.settings, days=7).days == 7
    seconds[0] = 60.0
    later = recent.dashboard(alone.store, alone.settings)
    assert (first.made_at, later.made_at) == (NOW, NOW)
    assert (first.funnel[-1].new, later.funnel[-1].new) == (1, 2)


def test_many_who_ask_at_once_get_the_same_one(alone: Lab) -> None:
    """It is made once, while the others wait."""
    recent = Recent()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: recent.dashboard(alone.store, alone.settings), range(24)))
    assert {id(one) for one in found} == {id(found[0])}


def test_while_it_is_made_anew_the_others_get_the_last_one(alone: Lab) -> None:
    """Nobody waits for what somebody else works out already."""
    seconds = [0.0]
    recent = Recent(clock=lambda: seconds[0])
    first = recent.dashboard(alone.store, alone.settings)
    seconds[0] = 60.0
    with ThreadPoolExecutor(1) as pool:
        with recent._making:  # noqa: SLF001  # as a thread that makes it
            assert pool.submit(recent.dashboard, alone.store, alone.settings).result(10) is first
        assert pool.submit(recent.dashboard, alone.store, alone.settings).result(10) is not first


def test_whoever_asks_for_many_spans_fills_no_memory(alone: Lab) -> None:
    """Only the last few are kept, and one that is refused is none of them."""
    recent = Recent()
    for days in range(1, 12):
        recent.dashboard(alone.store, alone.settings, days=days)
    with pytest.raises(UserError):
        recent.dashboard(alone.store, alone.settings, days=0)
    assert len(recent._kept) <= desk_dashboard.MOST_KEPT  # noqa: SLF001  # what it holds is what is asked


# --- charts -----------------------------------------------------------------------------------------------------------


def drawn(found: Dashboard) -> list[Part]:
    """Return the parts, whose charts are well formed."""
    every = list(parts(found))
    for part in every:
        if part.svg:
            ET.fromstring(part.svg)  # noqa: S314  # our own text
    return every


def test_every_chart_needs_nothing_from_elsewhere(lab: Lab) -> None:
    """No style, script, link or event; a title and a description for who hears it; ids that are unique."""
    two_weeks(lab)
    approve(lab, 1)
    lab.turn()
    every = drawn(made(lab))
    assert len([part for part in every if part.svg]) == 10
    assert not [part.title for part in every if re.search(r"style|script|href|url\(|@import|\son\w+=", part.svg)]
    tops = [ET.fromstring(part.svg) for part in every if part.svg]  # noqa: S314  # our own text
    assert {(top.get("role"), top[0].tag, top[1].tag) for top in tops} == {("img", f"{SVG}title", f"{SVG}desc")}
    ids = [one.get("id") for top in tops for one in top.iter() if one.get("id")]
    assert len(ids) == len(set(ids)) == 2 * len(tops)


def test_every_table_has_as_many_cells_as_its_head(lab: Lab) -> None:
    """Of a team with work and of one that has none."""
    empty = drawn(made(lab))
    two_weeks(lab)
    for part in (*empty, *drawn(made(lab))):
        assert {len(row) for row in part.rows} <= {len(part.head)}
        assert part.title
        assert part.about
    assert [part.title for part in empty][:2] == ["What waits longest", "Found and looked at"]


def test_a_recipient_that_is_an_attack_stays_text(alone: Lab) -> None:
    """In the chart escaped, in the table as text that the page escapes."""
    alone.bring(alone.plain(to=PAYLOAD), S.SENT)
    (part,) = [part for part in drawn(made(alone)) if part.title == "Recipients"]
    assert part.rows[0][0] == PAYLOAD
    assert "<script" not in part.svg
    assert "&lt;script&gt;" in part.svg


def test_a_table_says_what_its_chart_says(lab: Lab) -> None:
    """The funnel's totals are the sums of its rows."""
    two_weeks(lab)
    found, decided = [part for part in drawn(made(lab)) if part.title in {"Found and looked at", "Decided"}]
    assert "In all: new 4, looked at" in found.about
    assert sum(int(row[1]) for row in found.rows) == 4
    assert sum(int(row[2]) for row in decided.rows) == 1


# --- metrics ----------------------------------------------------------------------------------------------------------


def samples(text: str) -> Samples:
    """Read metrics as Prometheus does; what comes twice fails."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for one in family.samples:
            key = (one.name, tuple(sorted(one.labels.items())))
            assert key not in found
            found[key] = one.value
    return found


def test_metrics_are_the_same_figures(lab: Lab) -> None:
    """Read by the library's own parser and compared with the dashboard's values."""
    two_weeks(lab)
    lab.now += HOUR
    board, found = made(lab), samples(desk_metrics.metrics(lab.store, lab.settings))
    for state, told in board.standing.candidates.items():
        for band, count in told.items():
            assert found["scamhunt_candidates", (("band", band), ("state", state))] == count
    for reported in S:
        assert found["scamhunt_reports", (("state", reported),)] == board.standing.reports.get(reported, 0)
    for one in board.oldest:
        assert found["scamhunt_oldest_seconds", (("what", one.what),)] == one.age.total_seconds()
    assert found["scamhunt_log_events_total", ()] == lab.store.log_head().seq
    assert found["scamhunt_candidates_by_kind", (("kind", "phone"),)] == 1
    assert found["scamhunt_due_works", ()] == board.due
    feeds = {labels: value for (name, labels), value in found.items() if name == "scamhunt_feeds"}
    assert sum(feeds.values()) == len(board.feeds)


def test_metrics_name_nobody(lab: Lab) -> None:
    """No person, target, brand or recipient, and no label that grows with the data."""
    before = samples(desk_metrics.metrics(lab.store, lab.settings))
    two_weeks(lab)
    desk_people.add(lab.store, lab.settings, ANN, "ann", [PersonRole.ADMIN])
    lab.bring(lab.plain(to=PAYLOAD), S.SENT)
    text = desk_metrics.metrics(lab.store, lab.settings)
    assert samples(text).keys() == before.keys()
    for word in ("amazon", "ann", "bob", "registrar", "host", "+1", "script", "example", "nrd_list"):
        assert word not in text


def test_every_metric_is_documented(alone: Lab) -> None:
    """docs/dashboard.md has each with its labels and what it says, and no other."""
    page = Path(__file__).parents[1].joinpath("docs", "dashboard.md").read_text("utf-8")
    written = dict(re.findall(r"^\| `(scamhunt_\w+)(?:\{\w+(?:, \w+)*\})?` \| (.+?) \|$", page, re.MULTILINE))
    text = desk_metrics.metrics(alone.store, alone.settings)
    families = text_string_to_metric_families(text)
    assert written == {family.samples[0].name: family.documentation for family in families}
    labels = {name: set(told.split(", ")) for name, told in re.findall(r"`(scamhunt_\w+)\{(.+?)\}`", page)}
    found = {name: {label for label, _ in told} for name, told in samples(text)}
    assert labels == {name: told for name, told in found.items() if told}


def test_metrics_know_when_the_last_sweep_was(alone: Lab) -> None:
    """Zero before the first."""
    key = ("scamhunt_last_sweep_timestamp_seconds", ())
    assert samples(desk_metrics.metrics(alone.store, alone.settings))[key] == 0
    alone.store.end_run(alone.store.begin_run("nrd_list", "/feeds/today"))
    assert datetime.fromtimestamp(samples(desk_metrics.metrics(alone.store, alone.settings))[key], NOW.tzinfo) == NOW


def test_metrics_keep_what_is_slow_for_a_minute(alone: Lab) -> None:
    """Counts are of now, due work a minute old at most, ages run on."""
    seconds = [0.0]
    recent = Recent(clock=lambda: seconds[0])
    alone.bring(alone.plain(), S.UNKNOWN)
    waiting = ("scamhunt_oldest_seconds", (("what", "due"),))
    assert samples(desk_metrics.metrics(alone.store, alone.settings, recent))[waiting] == 0
    alone.bring(alone.plain(to="abuse@host.example"), S.UNKNOWN)
    alone.now += HOUR
    found = samples(desk_metrics.metrics(alone.store, alone.settings, recent))
    assert (found[waiting], found["scamhunt_due_works", ()]) == (3_600, 1)
    assert found["scamhunt_reports", (("state", "unknown"),)] == 2
    seconds[0] = 60.0
    assert samples(desk_metrics.metrics(alone.store, alone.settings, recent))["scamhunt_due_works", ()] == 2
