import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from scamhunt.cli import app

TOP = Path(__file__).resolve().parents[2]
PAGES = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]


def commands(command: object, path: str = "scamhunt") -> Iterator[str]:
    """Yield every command that `--help` shows, written as it is typed."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path
        return
    for name, child in below.items():
        if not child.hidden:
            yield from commands(child, f"{path} {name}")


def project() -> tuple[set[str], set[str]]:
    """Return the names of the run-time and of the development dependencies."""
    facts = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    named = [facts["project"]["dependencies"], facts["dependency-groups"]["dev"]]
    runtime, dev = ({re.split(r"[^A-Za-z0-9._-]", line)[0] for line in lines} for lines in named)
    return runtime, dev


def listed(heading: str) -> set[str]:
    """Return the packages that have a row with a reason below a heading of dependencies.md."""
    page = (TOP / "docs" / "dependencies.md").read_text("utf-8")
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z0-9-]+)` \| [^|]*[a-z]{3}[^|]* \| \S[^|]* \|$", section, re.MULTILINE))


COMMANDS = sorted(commands(typer.main.get_command(app)))


def test_there_are_commands() -> None:
    """An empty program would have nothing to document."""
    assert len(COMMANDS) > 5


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """Whatever `scamhunt --help` shows is explained in the README or in docs/."""
    words = re.compile(rf"\b{re.escape(command)}\b")
    assert [page.name for page in PAGES if words.search(page.read_text("utf-8"))]


def test_every_dependency_has_its_reason() -> None:
    """pyproject.toml and docs/dependencies.md name the same packages."""
    runtime, dev = project()
    assert listed("To run") == runtime
    assert listed("To develop") == dev


def test_links_between_pages_lead_somewhere() -> None:
    """A relative link in the docs names a file that is there."""
    pages = [*PAGES, *TOP.glob("crawlers/*.md"), *TOP.glob("takedown_templates/*.md"), TOP / "CHANGELOG.md"]
    link_to = re.compile(r"\]\(([^)#: ]+)(?:#[^)]*)?\)")
    targets = [(page, link) for page in pages for link in link_to.findall(page.read_text("utf-8"))]
    assert [f"{page.name}: {link}" for page, link in targets if not (page.parent / link).exists()] == []
