import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from scamhunt.cli import app
from scamhunt.cli.tour import SECTIONS

LIGHT = {"annotated_doc", "scamhunt", "shellingham", "typer"}
"""What `--help` may load beside the standard library."""
VALIDATION = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}
"""What typer loads as soon as an option has a value to check: the help of a single command needs it."""
NOT_OURS = {"org"}
"""What the standard library itself asks for: `copy` wants Jython's `org.python`."""
OURS = {"scamhunt", "scamhunt.errors", "scamhunt.model"}


def helped(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask for help and list the modules that it loads."""
    command = [sys.executable, "-X", "importtime", "-m", "scamhunt", *arguments, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def bare() -> set[str]:
    """Return what this Python loads for nothing: a system's or a test's `sitecustomize` has its own wishes."""
    command = [sys.executable, "-X", "importtime", "-c", "pass"]
    return loaded(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr)


def loaded(importtime: str) -> set[str]:
    """Return the names of the modules."""
    return {line.rsplit("|", 1)[1].strip() for line in importtime.splitlines() if line.startswith("import time:")} - {
        "imported package"
    }


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ([], LIGHT),
        (["score"], LIGHT | VALIDATION),
        (["sweep"], LIGHT | VALIDATION),
        (["candidates", "list"], LIGHT | VALIDATION),
    ],
)
def test_help_loads_nothing_heavy(arguments: list[str], allowed: set[str], bare: set[str]) -> None:
    """Help and completion come at once because no database, number or drawing library is read for them."""
    modules = loaded(helped(*arguments).stderr)
    foreign = {name.split(".")[0] for name in modules - bare} - set(sys.stdlib_module_names) - NOT_OURS
    foreign -= {name.split(".")[0] for name in bare}
    assert {name for name in foreign if not name.startswith("_sysconfigdata")} <= allowed
    ours = {name for name in modules if name.split(".")[0] == "scamhunt"}
    assert {name for name in ours if not name.startswith("scamhunt.cli")} <= OURS


def test_the_help_is_a_tour() -> None:
    """The stages stand in the order of the work, with first steps before them."""
    text = helped().stdout
    places = [text.index(f"\n{section}:") for section in SECTIONS]
    assert places == sorted(places)
    assert text.index("First steps:") < places[0]
    assert "..." not in text.split("COMMAND [ARGS]...")[1]
    assert max(map(len, text.splitlines())) <= 90


def test_every_command_stands_in_a_stage() -> None:
    """A new command without a stage would not be seen in the help."""
    tree = typer.main.get_command(app)
    stages = {name: getattr(command, "rich_help_panel", None) for name, command in tree.commands.items()}  # type: ignore[attr-defined]  # a group
    assert set(stages.values()) == set(SECTIONS)
    text = helped().stdout
    assert [name for name in stages if f"\n  {name} " not in text] == []


def test_every_command_is_in_the_manual() -> None:
    """docs/commands.md shows each command with an example."""
    manual = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
    tree = typer.main.get_command(app)
    for name, command in tree.commands.items():  # type: ignore[attr-defined]  # a group
        for verb in getattr(command, "commands", {"": None}):
            assert f"scamhunt {name} {verb}".rstrip() in manual
