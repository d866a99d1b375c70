"""`scamhunt stats`: tables of 80 columns, JSON, and a page with charts."""

import base64
import hashlib
import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from scamhunt.cli import stats, stats_page
from scamhunt.cli.app import app
from scamhunt.cli.output import ThingFormat
from scamhunt.errors import UserError
from scamhunt.takedown import charts, figures
from scamhunt.takedown.course import Courses, Milestone
from scamhunt.takedown.figure_values import MEANINGS, PAIRS, Figures

TOP = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KINDS = ("registrar", "host", "blocklist", "carrier")
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "javascript:alert(1)//",
    "\x1b]0;owned\x07\u202egnp.exe",
)


def made(name: str = "Desk", recipients: int = 4, each: int = 6) -> Figures:
    """Return figures of invented recipients: each got reports a month ago, and acted after some hours."""
    count = recipients * each
    which = [at % recipients for at in range(count)]
    started = np.datetime64("2026-10-01T00:00", "us")
    never = np.full(count, np.datetime64("NaT", "us"))
    times = {milestone: never.copy() for milestone in Milestone}
    for at in range(count):
        times[Milestone.REPORTED][at] = started + np.timedelta64(at, "h")
        if at % 3:
            for milestone in (Milestone.ACKNOWLEDGED, Milestone.BLOCKED, Milestone.CLAIMED, Milestone.CONTENT_DOWN):
                times[milestone][at] = started + np.timedelta64(at + 1 + which[at], "h")
    return figures.of(
        Courses(
            report=[*range(1, count + 1)],
            recipient=[f"{name} {at}" for at in which],
            brand=[f"{name}"] * count,
            kind=[KINDS[at % len(KINDS)] for at in which],
            state=["verified_down" if at % 3 else "sent" for at in range(count)],
            times=times,
        ),
        now=NOW,
    )


NOTHING = made(recipients=1, each=0)


def told(found: Figures, capsys: pytest.CaptureFixture[str], form: ThingFormat = ThingFormat.TABLE) -> str:
    """Return what the command prints of figures."""
    stats.tell(found, form, NOW)
    return capsys.readouterr().out


class Page(HTMLParser):
    """Reads a page: its elements, and what each attribute is."""

    def __init__(self, text: str) -> None:
        """Read all of it."""
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


# --- tables and JSON --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["Desk", "A very long name of a company that sells hosting and more", "広告ネットワーク株式会社広告"],
    ids=["short", "long", "wide"],
)
def test_tables_fit_80_columns(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is folded on a terminal of 80 columns, whatever a recipient is called."""
    lines = told(made(name), capsys).splitlines()
    assert max(charts.width(line) for line in lines) <= 80
    for title in ("time from ... to", "league: content down", "recipient ", "brand ", "kind "):
        assert [line for line in lines if line.startswith(title)], title


def test_the_share_stands_beside_the_median(capsys: pytest.CaptureFixture[str]) -> None:
    """What came to a milestone and how long it took are on one line, durations in words."""
    out = told(made(), capsys)
    assert re.search(r"^reported to acknowledged +67 % +2 h 30 min +4 h +16 +8$", out, re.MULTILINE), out
    assert "24 reports out, 8 open\n" in out
    assert "Oldest open: report 1, out for 52 d (since 2026-10-01)\n  with Desk 0\n" in out
    assert re.search(r"^Desk 0 +1 +67 % +67 % +1 h +6$", out, re.MULTILINE), out


def test_without_reports_one_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """A new team is not shown empty tables."""
    assert told(NOTHING, capsys) == "0 reports out, 0 open\n"


def test_who_has_no_place_is_told_why(capsys: pytest.CaptureFixture[str]) -> None:
    """Too few reports are said, and no place is made up."""
    out = told(made(each=2), capsys)
    assert "league:" not in out
    assert re.search(r"^Desk 0 +2 reports are at least 7 days old; a place takes 5$", out, re.MULTILINE), out


def test_long_tables_are_cut_and_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Of 25 recipients 20 are shown, and where the others are is told."""
    out = told(made(recipients=25, each=1), capsys)
    assert out.count("and 5 more: --format json has all") == 2


def test_json_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """A script gets one object with all figures, times in ISO 8601 and shares from 0 to 1."""
    data = json.loads(told(made(recipients=25), capsys, ThingFormat.JSON))
    assert (data["reports"], data["open"], len(data["by_recipient"]), len(data["spans"])) == (150, 50, 25, len(PAIRS))
    assert data["oldest_open"] == {"report": 1, "since": "2026-10-01T00:00:00+00:00", "recipient": "Desk 0"}
    assert data["by_kind"][0]["spans"][0]["from_"] == "reported"
    assert data["by_week"][0]["week"] == "2026-W40"
    assert 0 < data["actioned_share"] < 1


def test_json_without_reports_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """A script needs no special case for a new team: the same fields, zeros, empty lists, null for what has no base."""
    data = json.loads(told(NOTHING, capsys, ThingFormat.JSON))
    assert data.keys() == json.loads(told(made(), capsys, ThingFormat.JSON)).keys()
    assert (data["reports"], data["open"], data["league"], data["relapse_rate"]) == (0, 0, [], None)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_terminal_gets_no_commands(payload: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Names from outside reach a terminal without control or bidi characters."""
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", told(made(payload), capsys)) is None


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_names_stay_text_on_the_page(payload: str) -> None:
    """No name from outside becomes an element, an attribute or a template."""
    harmless, hostile = (
        Page(stats_page.page(made(), now=NOW)),
        Page(stats_page.page(made(payload), now=NOW, brand=payload)),
    )
    assert hostile.tags == harmless.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in harmless.attributes]
    assert not {name for name, _ in hostile.attributes} & {"style", "src", "href", "onerror", "onload"}
    assert "script" not in hostile.tags


def test_the_policy_lets_the_one_style_through_and_nothing_else() -> None:
    """The policy forbids every request and script; the hash in it is that of the style on the page."""
    text = stats_page.page(made(), now=NOW)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert not re.search(r"url\(|@import", style)


def test_every_chart_has_its_table() -> None:
    """Whoever cannot see a chart reads the same figures below it."""
    text = stats_page.page(made(), now=NOW)
    sections = text.split("<section>")[1:]
    drawn = [section for section in sections if "<svg" in section]
    assert len(drawn) == 7
    assert [section for section in drawn if section.index("</svg>") > section.index("<table>")] == []
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) == 14


def test_the_page_says_what_each_figure_means() -> None:
    """All sentences of the table in code are on the page."""
    text = stats_page.page(made(), now=NOW)
    said = [*MEANINGS.values(), *(pair.meaning for pair in PAIRS)]
    assert [one for one in said if one.replace("'", "&#39;") not in text] == []


def test_the_page_says_what_it_is_of() -> None:
    """A page that lies around tells its day, and what was left out of it."""
    text = stats_page.page(made(), now=NOW, since=NOW - timedelta(days=7), brand="amazon")
    assert "As of 2026-11-22 12:00 UTC: reported since 2026-11-15 12:00 UTC, brand amazon." in text


def test_a_page_without_reports_is_a_page() -> None:
    """A new team gets a page that says so, without a chart."""
    text = stats_page.page(NOTHING, now=NOW)
    assert "No report is out yet." in text
    assert "<svg" not in text


def test_long_charts_and_tables_are_cut_and_say_so() -> None:
    """Of 120 recipients the chart has 15 and the table 100, and the page says so."""
    text = stats_page.page(made(recipients=120, each=1), now=NOW)
    assert "The chart has the first 15 of 120." in text
    assert text.count("And 20 more: scamhunt stats --format json has all.") == 3


def test_the_file_is_for_its_owner_and_is_written_again(tmp_path: Path) -> None:
    """A page is readable for its owner alone, and the page of tomorrow takes its place."""
    page = tmp_path / "stats.html"
    stats_page.write(page, NOTHING, now=NOW)
    first = page.read_bytes()
    stats_page.write(page, made(), now=NOW)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert page.read_bytes() != first
    assert [one.name for one in tmp_path.iterdir()] == ["stats.html"]


@pytest.mark.parametrize("what", ["text", "empty", "folder", "link", "pipe"])
def test_nothing_else_is_written_over(what: str, tmp_path: Path) -> None:
    """A file that is no such page, a folder, a link or a pipe stays as it is."""
    target, page = tmp_path / "there", tmp_path / "page"
    stats_page.write(page, NOTHING, now=NOW)
    if what == "folder":
        target.mkdir()
    elif what == "link":
        target.symlink_to(page)
    elif what == "pipe":
        os.mkfifo(target)
    else:
        target.write_text("mine" if what == "text" else "")
    before = (target.lstat().st_mode, page.read_bytes())
    with pytest.raises(UserError, match="name a new file"):
        stats_page.write(target, made(), now=NOW)
    assert (target.lstat().st_mode, page.read_bytes()) == before


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a fresh machine."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    for name, value in {"HOME": str(tmp_path / "home"), "CLOCK": "2026-11-22T06:00", "TRUST_NAMES": "on"}.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def test_a_fresh_machine_has_figures(home: Path) -> None:
    """The command runs before the first report: JSON for a script, and a page where one is asked for."""
    arguments = ["stats", "--since", "30d", "--format", "json", "--html", str(home / "stats.html")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert (data["reports"], data["by_recipient"], data["by_week"]) == (0, [], [])
    assert f"written to {home / 'stats.html'}" in done.stderr
    assert (home / "stats.html").read_bytes().startswith(stats_page.MARK)


def test_a_foreign_file_is_refused_before_anything_is_read(home: Path) -> None:
    """The mistake is told at once, and no database is made for it."""
    (home / "mine.txt").write_text("mine")
    done = CliRunner().invoke(app, ["stats", "--html", str(home / "mine.txt")])
    assert isinstance(done.exception, UserError)
    assert (home / "mine.txt").read_text() == "mine"
    assert not (home / "home").exists()


# --- the docs ---------------------------------------------------------------------------------------------------------


def test_the_docs_show_the_definitions_of_the_code() -> None:
    """docs/stats.md has exactly the sentences that the program shows."""
    page = (TOP / "docs" / "stats.md").read_text("utf-8")
    rows = [(pair.title, pair.meaning) for pair in PAIRS] + list(MEANINGS.items())
    assert re.findall(r"^\| ([^|`]+?) \| ([A-Z][^|]+\.) \|$", page, re.MULTILINE) == rows
