import csv
import io
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.postgres import Server
from scamhunt import bundle
from scamhunt.cli import entry

PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com", "amazon.de"]\n'
LIST = 'amazon-refund-desk.com\nlogin-amazon-help.net\nweather-in-oslo.com\n127.0.0.1\n=HYPERLINK("http://x")\n'
TARGET = "amazon-refund-desk.com"
FEEDS = ", ".join(bundle.crawlers(Path("/no-overlay")))


@dataclass(frozen=True)
class Done:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401  # JSON
        """What was printed as JSON."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command with a state folder and one brand of its own."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "pack.toml").write_text(PACK, "utf-8")
    (tmp_path / "list.txt").write_text(LIST, "utf-8")
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCAMHUNT_BRANDS", str(tmp_path / "pack.toml"))
    monkeypatch.setenv("SCAMHUNT_OVERLAY", str(tmp_path / "overlay"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def command(*arguments: str) -> Done:
        code = entry.run(list(arguments))
        return Done(code, *capsys.readouterr())

    return command


@pytest.fixture(scope="module")
def swept_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a state folder after a sweep over five rows; tests take copies of it."""
    folder = tmp_path_factory.mktemp("state")
    (folder / "pack.toml").write_text(PACK, "utf-8")
    (folder / "list.txt").write_text(LIST, "utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SCAMHUNT_HOME", str(folder / "home"))
        environment.setenv("SCAMHUNT_BRANDS", str(folder / "pack.toml"))
        environment.setenv("SCAMHUNT_OVERLAY", str(folder / "overlay"))
        environment.setenv("XDG_CONFIG_HOME", str(folder))
        assert entry.run(["sweep", "--feed", str(folder / "list.txt"), "--format", "json"]) == 0
    return folder / "home"


@pytest.fixture
def swept(run: Run, swept_home: Path, tmp_path: Path) -> Run:
    """Return the same after a sweep over five rows."""
    shutil.copytree(swept_home, tmp_path / "home")
    return run


def test_sweep_sums_up_for_a_script_and_for_a_person(run: Run, tmp_path: Path) -> None:
    """The counts add up; the second run changes nothing and says so first."""
    arguments = ("sweep", "--feed", str(tmp_path / "list.txt"))
    first = run(*arguments, "--format", "json").data
    feed = first["feeds"][0]
    assert (feed["status"], feed["read"], feed["accepted"], feed["duplicate"], feed["quarantined"]) == (
        "ok",
        5,
        3,
        0,
        2,
    )
    assert first["candidates"]["new"] == 2
    second = run(*arguments)
    assert second.code == 0
    assert second.out.startswith("Nothing changed")
    assert second.err == ""


def test_a_feed_that_failed_is_told_and_is_exit_3(run: Run, tmp_path: Path) -> None:
    """The summary comes all the same; stderr names the feed and its problem."""
    (tmp_path / "page.html").write_text("<html><body>maintenance</body></html>", "utf-8")
    done = run("sweep", "--feed", str(tmp_path / "page.html"), "--format", "json")
    assert done.code == 3
    assert done.data["feeds"][0]["status"] == "held"
    assert done.err.startswith("nrd_list: held: ")


def test_an_empty_list_is_told_and_is_no_failure(run: Run, tmp_path: Path) -> None:
    """Nobody takes a night without rows for a quiet one; the exit code stays 0."""
    (tmp_path / "empty.txt").write_text("")
    done = run("sweep", "--feed", str(tmp_path / "empty.txt"))
    assert (done.code, done.err) == (0, "nrd_list: the list is empty\n")
    assert "    the list is empty\n" in done.out
    assert "failed" not in done.out


def test_a_sweep_of_a_missing_file_is_the_users_mistake(run: Run) -> None:
    """Exit 2 and the name."""
    done = run("sweep", "--feed", "no-such-list.txt")
    assert (done.code, done.out) == (2, "")
    assert "no-such-list.txt" in done.err


def test_a_dry_run_stores_nothing(run: Run, tmp_path: Path) -> None:
    """It shows what it would find, and the queue stays empty."""
    done = run("sweep", "--feed", str(tmp_path / "list.txt"), "--dry-run")
    assert "Candidates: 2 new" in done.out
    assert "A dry run" in done.out
    assert run("candidates", "list", "--format", "json").data == []


def test_candidates_are_listed_with_their_filters(swept: Run) -> None:
    """Each filter leaves out what it should."""
    rows = swept("candidates", "list", "--format", "json").data
    assert {"id", "indicator", "kind", "brand", "score", "reasons", "state"} <= set(rows[0])
    assert {row["indicator"] for row in rows} == {TARGET, "login-amazon-help.net"}
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    best = str(rows[0]["score"])
    for arguments, count in {
        ("--limit", "1"): 1,
        ("--brand", "amazon"): 2,
        ("--brand", "paypal"): 0,
        ("--kind", "domain"): 2,
        ("--kind", "phone"): 0,
        ("--state", "new"): 2,
        ("--state", "closed"): 0,
        ("--min-score", best): sum(row["score"] >= rows[0]["score"] for row in rows),
        ("--since", "1d"): 2,
        ("--since", "2099-01-01"): 0,
        ("--feed", "nrd_list"): 2,
        ("--feed", "other"): 0,
    }.items():
        assert len(swept("candidates", "list", "--format", "json", *arguments).data) == count, arguments


def test_several_states_are_one_filter(swept: Run) -> None:
    """`--state` may be repeated: what is in any of them is listed."""
    swept("candidates", "dismiss", TARGET, "--reason", "a garden shop")
    listed = {
        states: len(swept("candidates", "list", "--format", "json", *(f"--state={one}" for one in states)).data)
        for states in [(), ("new",), ("dismissed",), ("new", "dismissed"), ("watched", "closed")]
    }
    assert list(listed.values()) == [2, 1, 1, 2, 0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("candidates", "list", "--state", "closed"), "no candidate fits"),
        (("candidates", "list", "--brand", "amazon", "--min-score", "1"), "no candidate fits"),
        (("candidates", "list", "--brand", "amazn"), "no candidate fits; no brand 'amazn' (did you mean 'amazon'?)"),
        (("candidates", "list", "--brand", "zzz\x1b"), "no candidate fits; no brand 'zzz\\\\u{1b}'"),
        (
            ("candidates", "list", "--feed", "nrd_lits"),
            "no candidate fits; no feed 'nrd_lits' (did you mean 'nrd_list'?)",
        ),
        (("quarantine", "list", "--feed", "zzz"), f"no row in quarantine fits; no feed 'zzz'; there are: {FEEDS}"),
        (("reports", "list"), "no report was drafted yet"),
    ],
)
def test_an_empty_list_says_that_it_is_one(swept: Run, arguments: tuple[str, ...], told: str) -> None:
    """Nothing found is told on stderr, with what was likely meant; a script still gets its empty list and exit 0."""
    done = swept(*arguments)
    assert (done.code, done.out, done.err) == (0, "", f"{told}\n")
    assert swept(*arguments, "--format", "json").out == "[]\n"


def test_a_broken_pack_does_not_hide_an_empty_list(swept: Run, tmp_path: Path) -> None:
    """What was likely meant is a courtesy: when it cannot be known, the answer stays the same."""
    (tmp_path / "pack.toml").write_text("x")
    crawler = tmp_path / "overlay" / "crawlers" / "own.py"
    crawler.parent.mkdir(parents=True, mode=0o700)
    crawler.write_text("x")
    for path in (tmp_path / "overlay", crawler.parent, crawler):
        path.chmod(0o700)
    done = swept("candidates", "list", "--brand", "amazn", "--feed", "nrd_lits")
    assert (done.code, done.err) == (0, "no candidate fits\n")


@pytest.mark.parametrize("noun", ["candidates", "quarantine"])
def test_a_list_that_was_cut_says_so(swept: Run, noun: str) -> None:
    """Whoever sees one row learns that there are more; who sees all of them is told nothing."""
    cut = swept(noun, "list", "--limit", "1", "--format", "jsonl")
    assert (len(cut.out.splitlines()), cut.err) == (1, "1 shown; more with --limit\n")
    assert swept(noun, "list", "--limit", "2").err == ""


def test_a_kind_that_all_share_takes_no_room(swept: Run) -> None:
    """The table leaves the column out; scripts and spreadsheets keep it."""
    assert swept("candidates", "list").out.splitlines()[0].split() == "id indicator brand score state reasons".split()
    assert swept("candidates", "list", "--format", "csv").out.startswith(
        "id,indicator,kind,brand,score,state,reasons,role,verdict,liveness\n"
    )


def test_a_name_in_punycode_is_listed_as_browsers_show_it(run: Run, tmp_path: Path) -> None:
    """Where the reasons do not show the name as it looks, it stands before them in brackets."""
    (tmp_path / "list.txt").write_text(
        "xn--rksmrgs-login-amazon-zqb6c.com\namazon-login.xn--p1ai\nxn--mazon-3ve.com\n", "utf-8"
    )
    run("sweep", "--feed", str(tmp_path / "list.txt"))
    rows = {line.split()[1]: line for line in run("candidates", "list").out.splitlines()[1:]}
    assert " (amazon-login.\u0440\u0444) " in rows["amazon-login.xn--p1ai"]
    assert " (" not in rows["xn--mazon-3ve.com"].partition("look-alike")[0]


def test_a_date_that_does_not_exist_is_explained(swept: Run) -> None:
    """`--since 30/2/2026`: exit 2 and the forms that are understood."""
    done = swept("candidates", "list", "--since", "30/2/2026")
    assert (done.code, done.out) == (2, "")
    assert "'30/2/2026'" in done.err
    assert "7d, 36h, 2w, 2026-01-31" in done.err


def test_a_decision_needs_a_reason_and_a_state_that_allows_it(swept: Run) -> None:
    """No reason: 2. With one: done, logged with who and why. Again: 2."""
    assert swept("candidates", "confirm", TARGET).code == 2
    done = swept("candidates", "confirm", TARGET, "--reason", "asks for a password")
    assert done.code == 0
    assert done.out.endswith(f"{TARGET} is confirmed\n")
    assert "next: scamhunt reports draft " in done.err
    assert swept("candidates", "confirm", TARGET, "--reason", "again").code == 2
    history = swept("candidates", "show", TARGET, "--format", "json").data["history"]
    assert [(event["act"], event["reason"]) for event in history][-1] == ("candidate.confirm", "asks for a password")


@pytest.mark.parametrize(("act", "state"), [("dismiss", "dismissed"), ("watch", "watched")])
def test_the_other_decisions(swept: Run, act: str, state: str) -> None:
    """Each verb leads to its state and prints the candidate for a script."""
    done = swept("candidates", act, TARGET, "--reason", "because", "--format", "json")
    assert (done.code, done.data["state"]) == (0, state)


def test_a_decision_is_taken_back(swept: Run) -> None:
    """A dismissed candidate can be reopened."""
    swept("candidates", "dismiss", TARGET, "--reason", "a mistake of mine")
    done = swept("candidates", "reopen", TARGET, "--reason", "it is one after all")
    assert (done.code, done.out.endswith(f"{TARGET} is new\n")) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("candidates", "confirm", TARGET, "--reason", "x"),
        ("reports", "draft", TARGET),
    ],
)
def test_acting_as_somebody_else_is_refused(swept: Run, arguments: tuple[str, ...]) -> None:
    """A name alone proves nothing: exit 5."""
    assert swept(*arguments, "--as", "somebody-else").code == 5


def test_an_unknown_candidate_is_the_users_mistake(swept: Run) -> None:
    """Exit 2, and an escape sequence in the argument is not obeyed."""
    done = swept("candidates", "show", "9999\x1b[31m")
    assert (done.code, done.out) == (2, "")
    assert "\x1b" not in done.err


def test_a_report_is_drafted_listed_and_shown(swept: Run, tmp_path: Path) -> None:
    """The draft names what is missing and lies in the state folder; a preview is stored nowhere."""
    preview = swept("reports", "draft", TARGET, "--preview", "--format", "json")
    assert (preview.code, preview.data["id"]) == (0, None)
    assert swept("reports", "draft", TARGET).code == 2
    swept("candidates", "confirm", TARGET, "--reason", "asks for a password")
    report = swept("reports", "draft", TARGET, "--observed", "a login form", "--format", "json").data
    assert report["missing"]
    assert (tmp_path / "home" / report["file"]).stat().st_mode & 0o777 == 0o600
    assert [row["id"] for row in swept("reports", "list", "--format", "json").data] == [report["id"]]
    shown = swept("reports", "show", str(report["id"])).out
    assert TARGET.replace(".", "[.]") in shown
    assert "a login form" in shown
    assert swept("reports", "draft", "amazon.com").code == 5
    assert swept("reports", "draft", TARGET, "--to", "a@b.example, c@d.example").code == 2
    desk = ("--to", "abuse@registrar.example", "--recipient-kind", "registrar")
    told = swept("reports", "draft", TARGET, *desk)
    assert (told.code, "acts with every role: no people were added" in told.err) == (0, True)
    assert swept("reports", "draft", TARGET, *desk, "--kind", "host").code == 2


def test_the_quarantine_is_shown_and_executes_nothing(swept: Run) -> None:
    """A row that a spreadsheet would execute is a text there."""
    rows = swept("quarantine", "list", "--format", "json").data
    assert sorted((row["feed"], row["line"]) for row in rows) == [("nrd_list", 4), ("nrd_list", 5)]
    assert all({"feed", "line", "reason", "raw"} <= set(row) for row in rows)
    for row in csv.reader(io.StringIO(swept("quarantine", "list", "--format", "csv").out)):
        assert not any(cell.lstrip(" \"'")[:1] in set("=+-@") and not cell.startswith("'") for cell in row)
    one = swept("quarantine", "show", str(rows[0]["id"]), "--format", "json").data
    assert (one["line"], one["raw"]) == (rows[0]["line"], rows[0]["raw"])
    assert swept("quarantine", "list", "--feed", "other", "--format", "json").data == []


def test_brands_are_listed_shown_and_checked(run: Run, tmp_path: Path) -> None:
    """A fault is explained with file, line and fix; a wrong id with the nearest one."""
    assert [row["id"] for row in run("brands", "list", "--format", "json").data] == ["amazon"]
    assert run("brands", "show", "amazon", "--format", "json").data["domains"] == ["amazon.com", "amazon.de"]
    assert "did you mean 'amazon'?" in run("brands", "show", "amazn").err
    assert run("brands", "check").out == "no fault: 1 brand in 1 pack\n"
    assert run("brands", "check").err == ""
    pack = str(tmp_path / "pack.toml")
    assert run("brands", "check", pack).err.endswith(f"scamhunt brands shadow {pack}\n")
    (tmp_path / "broken.toml").write_text('[[brand]]\nid = "x"\nname = "X"\ndomians = ["x.com"]\n', "utf-8")
    done = run("brands", "check", str(tmp_path / "broken.toml"))
    assert (done.code, done.out) == (2, "")
    assert "broken.toml:4: " in done.err
    assert not (tmp_path / "home").exists()


def test_feeds_and_signals_need_no_state_folder(run: Run, tmp_path: Path) -> None:
    """What is known without a database is told without one."""
    facts = run("feeds", "list", "--format", "json").data
    wanted = {"name", "publisher", "homepage", "terms", "schedule", "kind", "needs_key", "verified_on", "how"}
    assert "nrd_list" in [feed["name"] for feed in facts]
    assert all(wanted <= set(feed) for feed in facts)
    assert run("feeds", "check", "nrd_list").out == "nrd_list: all examples pass\n"
    assert run("feeds", "check").code == 0
    assert "nrd_list" in run("feeds", "check", "nrd_lits").err
    assert {"signal", "weight", "examples"} <= set(run("signals", "--format", "json").data[0])
    assert not (tmp_path / "home").exists()


def test_signals_are_counted_on_the_sample(run: Run) -> None:
    """With --count each signal has its hits with the brands in force; the column is the same in every format."""
    counted = {row["signal"]: row["hits"] for row in run("signals", "--count", "--format", "json").data}
    assert all(isinstance(hits, int) for hits in counted.values())
    assert counted["popular"] == 0
    assert 0 < counted["brand_token"] < 100
    assert run("signals", "--count").out.splitlines()[0].split() == [
        "signal",
        "kind",
        "weight",
        "hits",
        "meaning",
        "examples",
    ]


def test_signals_show_their_hits_as_far_as_they_are_known(run: Run) -> None:
    """The hits that ship are shown; where they belong to another model, how to count them is told instead."""
    done = run("signals", "--format", "json")
    known = all(row["hits"] is not None for row in done.data)
    assert ("scamhunt signals --count" in done.err) is not known
    assert ("hits" in run("signals").out.splitlines()[0].split()) is known


def test_a_crawler_that_fails_its_examples_is_told(run: Run, tmp_path: Path) -> None:
    """A team's own crawler is tried before a sweep uses it."""
    shipped = (Path(__file__).parents[2] / "crawlers" / "nrd_list.py").read_text("utf-8")
    folder = tmp_path / "overlay" / "crawlers"
    folder.mkdir(parents=True, mode=0o700)
    for path in (tmp_path / "overlay", folder):
        path.chmod(0o700)
    file = folder / "nrd_list.py"
    file.write_text(
        shipped.replace("def crawl(mark", "def crawl(mark: str | None):\n    yield from ()\n\n\ndef _old(mark"), "utf-8"
    )
    file.chmod(0o600)
    done = run("feeds", "check", "nrd_list")
    assert done.code == 2
    assert done.err.startswith("error: nrd_list: ")
    told = run("doctor", "--format", "json")
    assert told.code == 3
    assert {check["what"] for check in told.data["checks"] if check["state"] == "broken"} == {"feed nrd_list"}
    assert any(check["what"] == "overlay" and "nrd_list.py" in check["seen"] for check in told.data["checks"])


def test_doctor_tells_what_works(swept: Run) -> None:
    """Versions, folder, disk, database, packs, crawlers and the settings in force; nothing broken is exit 0."""
    done = swept("doctor", "--format", "json")
    assert done.code == 0
    seen = {check["what"] for check in done.data["checks"]}
    assert {"scamhunt", "python", "sqlite", "state folder", "free disk", "database", "brand packs"} <= seen
    assert not [check for check in done.data["checks"] if check["state"] == "broken"]
    assert "settings in force" in swept("doctor").out


def test_doctor_tells_what_an_overlay_adds_and_what_lies_in_the_wrong_place(run: Run, tmp_path: Path) -> None:
    """Who put a pack one folder too high learns where it belongs; what is only degraded is exit 0."""
    overlay = tmp_path / "overlay"
    shipped = bundle.shipped() / "takedown_templates"
    name = next(shipped.glob("*.j2")).name
    files = {
        "data/brands/own.toml": PACK.replace("amazon", "own"),
        "data/protected/own.txt": "example.com\n",
        f"takedown_templates/{name}": (shipped / name).read_text("utf-8"),
        "brands/acme.toml": PACK,
        "data/brands/notes.md": "x",
        "own.py": "x",
        "scamhunt.toml": "x",
        "odd/thing": "x",
        "README.md": "x",
        ".git/config": "x",
    }
    for file, text in files.items():
        (overlay / file).parent.mkdir(parents=True, exist_ok=True)
        (overlay / file).write_text(text, "utf-8")
    for path in [overlay, *overlay.rglob("*")]:
        path.chmod(0o700)
    done = run("doctor", "--format", "json")
    told = [check for check in done.data["checks"] if check["what"] == "overlay"]
    assert done.code == 0
    assert [check["seen"] for check in told if check["state"] == "ok"] == [
        f"the template {overlay}/takedown_templates/{name} takes the place of {shipped / name}",
        f"the brand pack {overlay}/data/brands/own.toml is added",
        f"the list of protected names {overlay}/data/protected/own.txt is added",
    ]
    assert {check["seen"].removeprefix(f"{overlay}/"): check["mend"] for check in told if check["mend"]} == {
        "brands/acme.toml means nothing there": f"move it to {overlay}/data/brands/",
        "own.py means nothing there": f"move it to {overlay}/crawlers/",
        "scamhunt.toml means nothing there": "settings lie in the state or config folder; move it there",
        **dict.fromkeys(
            ("data/brands/notes.md means nothing there", "odd means nothing there"),
            "an overlay has crawlers/*.py, takedown_templates/*.j2, data/brands/*.toml, data/protected/*.txt; "
            "take it away",
        ),
    }


def test_doctor_misses_an_overlay_that_somebody_set(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error in the folder's name is told; that the usual folder is not there is no news."""

    def told() -> list[tuple[str, str]]:
        checks = run("doctor", "--format", "json").data["checks"]
        return [(check["state"], check["seen"]) for check in checks if check["what"] == "overlay"]

    assert told() == [("degraded", f"{tmp_path / 'overlay'} is no folder")]
    monkeypatch.delenv("SCAMHUNT_OVERLAY")
    assert told() == []


def test_doctor_tells_a_state_folder_that_is_a_file(run: Run, tmp_path: Path) -> None:
    """Nothing can be stored in it: broken, with what to do."""
    (tmp_path / "home").write_text("")
    done = run("doctor", "--format", "json")
    assert done.code == 3
    broken = [(check["what"], check["seen"]) for check in done.data["checks"] if check["state"] == "broken"]
    assert broken == [("state folder", f"{tmp_path / 'home'} is no folder")]


def test_names_that_nothing_has_are_told_first(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that is spelled wrong is the first of the list, and doctor calls it degraded with the nearest name."""
    monkeypatch.setenv("SCAMHUNT_FEEDS", "nrd_list,opnphish")
    monkeypatch.setenv("SCAMHUNT_KEYS", "phishtnk=hidden")
    first = run("feeds", "list", "--format", "json").data[0]
    assert (first["name"], first["state"], first["on"]) == ("opnphish", "unknown", False)
    assert "(did you mean 'openphish'?)" in first["problem"]
    checks = [check for check in run("doctor", "--format", "json").data["checks"] if check["what"] == "settings"]
    assert [(check["state"], check["seen"].partition(";")[0]) for check in checks] == [
        ("degraded", "SCAMHUNT_FEEDS: no feed 'opnphish' (did you mean 'openphish'?)"),
        ("degraded", "SCAMHUNT_KEYS: 'phishtnk' is no feed's key (did you mean 'phishtank'?)"),
    ]


def test_the_facts_of_feeds_fit_a_terminal(run: Run, on_terminal: Callable[..., str], tmp_path: Path) -> None:
    """At 80 columns each feed is one line and its name is whole; a narrow one has what matters."""
    del run
    program = "from scamhunt.cli import entry; entry.run(['feeds', 'list', '--facts'])"
    for columns in ("50", "80", "120"):
        drawn = on_terminal(program, COLUMNS=columns, SCAMHUNT_HOME=str(tmp_path / "home"))
        lines = re.sub(r"\x1b\[[0-9;]*m", "", drawn).splitlines()
        assert len(lines) == 1 + len(FEEDS.split(", "))
        assert max(map(len, lines)) <= int(columns)
        assert sorted(line.split()[0] for line in lines[1:]) == sorted(FEEDS.split(", "))
        assert all("* *" in line for line in lines[1:])


def test_doctor_before_the_first_sweep_makes_nothing(run: Run, tmp_path: Path) -> None:
    """Looking does not create a state folder."""
    assert run("doctor").code == 0
    assert not (tmp_path / "home").exists()


def test_doctor_finds_a_broken_database_and_pack(swept: Run, tmp_path: Path) -> None:
    """Each is named with what to do, and the exit code is 3."""
    (tmp_path / "home" / "scamhunt.db").write_bytes(b"this is no database, whatever its name says" * 100)
    (tmp_path / "pack.toml").write_text('[[brand]]\nid = "x"\n', "utf-8")
    done = swept("doctor", "--format", "json")
    assert done.code == 3
    broken = [check for check in done.data["checks"] if check["state"] == "broken"]
    assert {check["what"] for check in broken} == {"database", "brand packs"}
    assert all(check["mend"] for check in broken)


def test_a_check_makes_no_database(run: Run, tmp_path: Path) -> None:
    """Looking for one creates none: exit 2."""
    assert run("db", "check").code == 2
    assert not (tmp_path / "home").exists()


def test_a_candidate_is_shown_to_a_person(swept: Run) -> None:
    """Its matches and what was done to it stand below each other, with who did it."""
    swept("candidates", "watch", TARGET, "--reason", "parked")
    out = swept("candidates", "show", TARGET).out
    assert f"amazon: {TARGET}\n" in out
    assert "system: candidate.found" in out
    assert ": candidate.watch  parked\n" in out


def test_a_log_that_was_edited_is_told(swept: Run, tmp_path: Path) -> None:
    """Who changes a row of the log behind our back is found out: exit 3, by `db check` and by `doctor`."""
    with closing(sqlite3.connect(tmp_path / "home" / "scamhunt.db")) as raw, raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE event SET actor = 'nobody' WHERE seq = 1")
    done = swept("db", "check")
    assert done.code == 3
    assert "row 1" in done.err
    assert swept("doctor").code == 3


def test_the_database_is_checked_and_brought_up_to_date(swept: Run, tmp_path: Path) -> None:
    """A sound database is told as such; a damaged one is exit 3."""
    assert swept("db", "check").out == "the database and its log hold\n"
    assert swept("db", "upgrade").out == "the database is up to date\n"
    for name in ("scamhunt.db-wal", "scamhunt.db-shm"):
        (tmp_path / "home" / name).unlink(missing_ok=True)
    (tmp_path / "home" / "scamhunt.db").write_bytes(b"x" * 5000)
    assert swept("db", "check").code == 3


def test_a_check_of_an_empty_postgresql_names_it(run: Run, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who checks before anything was made is told where, and what makes it; no password is shown."""
    url = postgres.url(postgres.create())
    monkeypatch.setenv("SCAMHUNT_DATABASE_URL", url)
    done = run("db", "check")
    assert done.code == 2
    assert "run scamhunt db upgrade" in done.err
    assert "/home" not in done.err
    assert urlsplit(url).path.lstrip("/") in done.err
    assert run("db", "upgrade").code == 0
    assert run("db", "check").out == "the database and its log hold\n"


def test_an_unknown_setting_is_the_users_mistake(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error in a setting stops the program before it does anything."""
    monkeypatch.setenv("SCAMHUNT_NO_SUCH_KNOB", "1")
    done = run("candidates", "list")
    assert done.code == 2
    assert "SCAMHUNT_NO_SUCH_KNOB" in done.err
