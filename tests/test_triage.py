from itertools import product
from pathlib import Path

import pytest

from scamhunt import triage
from scamhunt.errors import NotAllowedNow, UserError
from scamhunt.model import State
from scamhunt.triage import Act

EXPECTED = {
    "new": {"confirm": "confirmed", "dismiss": "dismissed", "watch": "watched"},
    "watched": {"confirm": "confirmed", "dismiss": "dismissed", "reopen": "new"},
    "confirmed": {"dismiss": "dismissed", "reopen": "new", "close": "closed"},
    "dismissed": {"reopen": "new"},
    "closed": {"reopen": "new", "return": "new"},
}
"""Written down a second time on purpose."""

PAGE = Path(__file__).parents[1] / "docs" / "triage.md"


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_every_state_with_every_act(state: State, act: Act) -> None:
    """What is allowed leads where it should; anything else is refused with what a person can do now."""
    after = EXPECTED[state].get(act)
    if after:
        assert triage.decide(state, act, "seen") is State(after)
        assert act in triage.allowed(state)
        return
    typed = [name for name in EXPECTED[state] if name not in {"close", "return"}]
    with pytest.raises(NotAllowedNow) as refused:
        triage.decide(state, act, "seen")
    assert str(refused.value) == (
        f"it is {state}, which does not allow {act}; what a person can do now: {' or '.join(typed)}"
    )
    assert act not in triage.allowed(state)


def test_people_do_not_type_what_is_observed() -> None:
    """Closing and returning are seen, not said."""
    assert set(Act) - triage.BY_PEOPLE == {Act.CLOSE, Act.RETURN}


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "needs a reason"),
        (" \t\n\u2003", "needs a reason"),
        ("x" * 2001, "the reason has 2001 characters, 2000 is the most"),
        ("a\0b", "not readable text"),
        ("a\udcff", "not readable text"),
    ],
    ids=["empty", "blank", "too long", "NUL", "no UTF-8"],
)
def test_a_decision_needs_a_reason(reason: str, says: str) -> None:
    """A reason that nobody could read later is refused."""
    with pytest.raises(UserError, match=says):
        triage.decide(State.NEW, Act.CONFIRM, reason)


def test_a_long_reason_is_fine() -> None:
    """The limit itself is allowed."""
    assert triage.decide(State.NEW, Act.WATCH, "é" * 2000) is State.WATCHED


def test_an_act_leads_to_one_state_wherever_it_begins() -> None:
    """So the last decision in the log says where a candidate stands."""
    assert {act: state.value for act, state in triage.LOGGED.items()} == {
        "candidate.confirm": "confirmed",
        "candidate.dismiss": "dismissed",
        "candidate.watch": "watched",
        "candidate.reopen": "new",
        "candidate.close": "closed",
        "candidate.return": "new",
    }
    assert all(triage.LOGGED[f"candidate.{step.act}"] is step.after for step in triage.TABLE)


def test_the_page_shows_the_table() -> None:
    """The documented transitions are those of the code, in its order, with its sentences."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and " state " not in line]
    assert rows == [f"| {step.before} | {step.act} | {step.after} | {step.when} |" for step in triage.TABLE]


def test_each_sentence_is_its_own() -> None:
    """No two transitions are told by the same words."""
    sentences = [step.when for step in triage.TABLE]
    assert len(set(sentences)) == len(sentences) == 12
