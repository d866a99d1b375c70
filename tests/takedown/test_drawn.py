"""The states of a report as the docs show them: drawn from the table, and not beside it."""

from pathlib import Path

import pytest

from scamhunt.model import ReportState
from scamhunt.takedown import drawn
from scamhunt.takedown.steps import OBSERVED, TABLE, Step

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("name", "write"), [("states", drawn.states), ("steps", drawn.table)], ids=["states", "steps"])
def test_the_page_has_what_the_table_says(name: str, write: object) -> None:
    """Whoever changes the table runs `python -m bench.make_states`."""
    assert callable(write)
    page = (DOCS / "tracking.md").read_text("utf-8")
    shown = page.partition(f"<!-- {name} -->\n")[2].partition(f"\n<!-- end {name} -->")[0]
    assert shown == write()


def test_the_graph_is_that_of_the_table() -> None:
    """The picture is made of this source, and names every state and every step in it."""
    source = (DOCS / "plots/report-states.dot").read_text("utf-8")
    assert source == drawn.graph()
    picture = (DOCS / "plots/report-states.svg").read_text("utf-8")
    edges = [line.split(" [")[0].strip() for line in source.splitlines() if "->" in line]
    assert len(edges) > 30
    assert all(edge.replace(" -> ", "&#45;&gt;") in picture for edge in edges)


def test_every_step_and_state_is_told() -> None:
    """A step that nobody described would be one that nobody knows."""
    table, states = drawn.table(), drawn.states()
    assert all(f"| {step.replace('_', ' ')} |" in table for step in TABLE)
    assert all(f"| `{state}` |" in states for state in ReportState)


def test_who_takes_a_step_is_told() -> None:
    """What only a look says is marked so."""
    assert {step for step in Step if drawn.who(step) == "a look"} == OBSERVED
    assert drawn.who(Step.SILENCE) == "the clock, a person"
    assert drawn.who(Step.APPROVE) == "a person"
