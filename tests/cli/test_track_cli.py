"""`scamhunt reports record|escalate|dispute|due` and `scamhunt holds` as typed, with exit codes."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scamhunt.cli import entry
from scamhunt.model import ReportState
from tests.tracked_lab import NAME, REGISTRAR, Lab, at_work

START = datetime(2026, 11, 22, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Return a team with a report that the registrar has."""
    with at_work(tmp_path, now=START) as made:
        made.confirm()
        made.bring(made.plain(), ReportState.SENT)
        yield made


@pytest.fixture
def run(lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command at the team's present time."""
    variables = {"HOME": str(lab.store.home), "BRANDS": str(lab.folder / "pack.toml"), "TRUST_NAMES": "on"}
    variables |= {"OVERLAY": str(lab.folder / "none"), "REPORTER_EMAIL": "reports@lab.example", "REPORTER_ORG": "Lab"}
    for name, value in variables.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(lab.folder))
    monkeypatch.chdir(lab.folder)

    def ran(command: str, *more: str, who: str = "ann") -> tuple[int, str, str]:
        monkeypatch.setenv("SCAMHUNT_CLOCK", lab.now.isoformat())
        monkeypatch.setenv("SCAMHUNT_AS", who)
        code = entry.run([*command.split(), *more])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


def read(run: Run, command: str, *more: str, who: str = "ann") -> Any:  # noqa: ANN401  # what JSON holds
    """Run a command that works, and return what it printed."""
    code, told, problem = run(command, *more, "--format", "json", who=who)
    assert code == 0, problem
    return json.loads(told)


# --- record -----------------------------------------------------------------------------------------------------------


def test_what_came_is_recorded_with_when_and_how(run: Run, lab: Lab) -> None:
    """`--at` takes how long ago, or a moment; each time stands apart."""
    lab.now += DAY
    done = read(run, "reports record 1 --state acknowledged --ticket ABC-1 --at 3h --note", "by phone")
    assert (done["state"], done["ticket"]) == ("acknowledged", "ABC-1")
    done = read(run, "reports record 1 --state actioned --at 2026-11-23T05:00")
    told = {name: at for name, at in done["times"].items() if at and name not in {"first_seen", "detected"}}
    assert told == {
        "reported": "2026-11-22T06:00:00+00:00",
        "acknowledged": "2026-11-23T03:00:00+00:00",
        "claimed": "2026-11-23T05:00:00+00:00",
    }


REFUSED = {
    "--state verified_down": "is observed: looks of ours say it; run scamhunt investigate",
    "--state relapsed": "is observed: looks of ours say it; run scamhunt investigate",
    "--state held": "follows from a dispute: scamhunt reports dispute",
    "--state withdrawn": "follows from scamhunt reports withdraw",
    "--state draft": "is no word of a recipient's",
    "--state acknowledge": "is no state",
    "--state acknowledged --at 2026-11-22T05:59": "is before the report went out",
    "--state acknowledged --at 2026-12-24": "has not come yet",
    "--state acknowledged --at yesterday": "is not a time",
    "": "say what you learned",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_recorded_is_a_mistake_that_is_explained(run: Run, lab: Lab, words: str) -> None:
    """Exit 2, one sentence, nothing changed."""
    code, told, problem = run(f"reports record 1 {words}")
    assert (code, told, lab.states()) == (2, "", ["sent"])
    assert REFUSED[words] in " ".join(problem.split())


# --- escalate, due ----------------------------------------------------------------------------------------------------


def test_what_is_due_names_its_command_and_is_done_by_it(run: Run, lab: Lab) -> None:
    """Nothing at first; the same id each time; gone once it is drafted."""
    assert read(run, "reports due") == []
    assert run("reports due")[:2] == (0, "")
    lab.now += 3 * DAY
    due = read(run, "reports due")
    assert [(one["id"], one["due_at"]) for one in due] == [("report:1:escalate:registry", "2026-11-25T06:00:00+00:00")]
    assert due == read(run, "reports due")
    command = due[0]["do"].removeprefix("scamhunt ")
    made = read(run, f"{command} --to abuse@registry.example")
    assert (made["id"], made["state"], made["parent"], made["step"]) == (2, "draft", 1, "registry")
    assert read(run, "reports due") == []
    assert (run("reports escalate 1 --step nonsense")[0], run("reports escalate 99")[0]) == (2, 2)


# --- dispute ----------------------------------------------------------------------------------------------------------


def test_a_dispute_from_the_letter_to_the_decision(run: Run, lab: Lab) -> None:
    """Held, told what follows, answered, decided; the withdrawal is named at the end."""
    code, told, problem = run("reports dispute 1 --reason", "the owner wrote", "--format", "json")
    assert (code, json.loads(told)["state"]) == (0, "held")
    assert "hold 1: 1 report held, 0 linked targets held too" in problem
    assert "drafted: 1 withdrawal, to be approved and sent as any report" in problem
    assert "decide it: scamhunt holds end 1 --found wrong|right --reason TEXT" in problem
    assert [one["id"] for one in read(run, "reports due")] == ["hold:1:answer", "report:2:approve"]
    assert run("holds answer 1 --reason", "wrote back")[0] == 0
    lab.now += DAY
    assert [one["id"] for one in read(run, "reports due")] == ["report:2:approve", "hold:1:decide"]
    for words in ("", "--found perhaps"):
        code, _, problem = run(f"holds end 1 {words} --reason", "a licensed shop")
        assert (code, "--found wrong|right" in problem) == (2, True)
    code, told, problem = run("holds end 1 --found wrong --format json --reason", "a licensed shop", who="bob")
    assert (code, json.loads(told)["finding"]) == (0, "wrong")
    assert f"withdrawal 2 to {REGISTRAR} waits: scamhunt reports approve 2" in problem
    assert [one["id"] for one in read(run, "reports due")] == ["report:2:approve"]


def test_a_dispute_says_whether_the_author_may_decide(run: Run, lab: Lab) -> None:
    """Exit 5: who wrote the report does not find that it is right."""
    run("reports dispute 1 --reason", "the owner wrote")
    code, _, problem = run("holds end 1 --found right --reason", "it is phishing")
    assert (code, "somebody else finds that it is right" in " ".join(problem.split())) == (5, True)
    assert run("holds end 1 --found right --reason", "it is phishing", who="bob")[0] == 0
    assert lab.states() == ["sent", "withdrawn"]


def test_a_text_for_outsiders_says_where(run: Run) -> None:
    """With no state changed, and for any shell: plain text on stdout."""
    code, told, problem = run("reports dispute-form")
    assert (code, problem, "reports@lab.example" in told) == (0, "", True)


# --- holds ------------------------------------------------------------------------------------------------------------


HELD = {
    "draft": f"reports draft {NAME} --to abuse@host.example --kind host",
    "approve": "reports approve 2",
    "send": "reports send 3 --now",
    "escalate": "reports escalate 1",
}


@pytest.mark.parametrize("act", HELD)
def test_what_an_agency_holds_is_refused_with_the_word(run: Run, lab: Lab, act: str) -> None:
    """Exit 5 with `held`, whose it is and until when; the day after it works again, or is a draft again."""
    lab.bring(lab.plain(to="abuse@second.example"), ReportState.REVIEW)
    lab.bring(lab.plain(to="abuse@third.example"), ReportState.APPROVED)
    assert run(f"holds add {NAME} --until 2d --reason", "asked by the agency", who="dan")[0] == 0
    code, told, problem = run(HELD[act], who="bob" if act == "approve" else "ann")
    assert (code, told) == (5, "")
    assert "held (law_enforcement) by dan until 2026-11-24 06:00 UTC" in " ".join(problem.split())
    assert lab.states() == ["sent", "held", "held"]
    lab.now += 2 * DAY
    lab.turn()
    assert lab.states() == ["sent", "draft", "draft"]


def test_a_hold_is_listed_renewed_and_ended(run: Run, lab: Lab) -> None:
    """Its owner is who renewed it; what has ended stands in `--all`."""
    made = read(run, f"holds add {NAME} --kind other --until 10d --reason", "a trial purchase", who="dan")
    assert (made["kind"], made["owner"], made["until"]) == ("other", "dan", "2026-12-02T06:00:00+00:00")
    lab.now += 7 * DAY
    assert [one["id"] for one in read(run, "reports due") if one["id"].startswith("hold")] == ["hold:1:ends"]
    assert read(run, "holds renew 1 --until 30d --reason", "still")["owner"] == "ann"
    assert [one["until"] for one in read(run, "holds list")] == ["2026-12-29T06:00:00+00:00"]
    assert run("holds end 1 --reason", "done")[0] == 0
    assert (read(run, "holds list"), len(read(run, "holds list --all"))) == ([], 1)
    assert run("holds end 1 --reason", "done")[0] == 2


@pytest.mark.parametrize("until", ["31d", "0d", "2026-11-22", "2026-11-22T06:00", "2026-12-22T06:01", "soon"])
def test_a_hold_ends_after_now_and_within_thirty_days(run: Run, lab: Lab, until: str) -> None:
    """Anything else is a mistake, and nothing is held."""
    code, told, _ = run(f"holds add {NAME} --until {until} --reason", "asked")
    assert (code, told, lab.store.holds(open_only=False, limit=None)) == (2, "", [])


def test_a_dispute_is_no_hold_that_somebody_adds(run: Run) -> None:
    """It is about a report."""
    assert [run(f"holds add {NAME} --kind {kind} --reason", "x")[0] for kind in ("dispute", "nonsense")] == [2, 2]
    assert run("holds add nowhere.example --reason", "x")[0] == 2
