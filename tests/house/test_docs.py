import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from scamhunt import reference
from scamhunt.cli import app, overlay
from scamhunt.indicators.domain import parse_many
from scamhunt.settings import Settings

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


def project() -> list[set[str]]:
    """Return the names of the dependencies: to run, of the extra, to develop, to train and measure."""
    facts = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    extras = facts["project"]["optional-dependencies"].values()
    named = [facts["project"]["dependencies"], *extras, *facts["dependency-groups"].values()]
    return [{re.split(r"[^A-Za-z0-9._-]", line)[0] for line in lines} for lines in named]


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
    extras = ("For screenshots: the extra `capture`", "For packets: the extra `referral`")
    headings = ("To run", *extras, "To develop", "To train and to measure")
    assert [listed(heading) for heading in headings] == project()


def test_links_between_pages_lead_somewhere() -> None:
    """A relative link in the docs names a file that is there."""
    pages = [*PAGES, *TOP.glob("crawlers/*.md"), *TOP.glob("takedown_templates/*.md"), TOP / "CHANGELOG.md"]
    link_to = re.compile(r"\]\(([^)#: ]+)(?:#[^)]*)?\)")
    targets = [(page, link) for page in pages for link in link_to.findall(page.read_text("utf-8"))]
    assert [f"{page.name}: {link}" for page, link in targets if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "docs/commands.md"])
def test_the_example_of_score_is_what_the_program_prints(page: str, tmp_path: Path) -> None:
    """Who tries the example with the bundled packs sees the very line that the page shows."""
    text = (TOP / page).read_text("utf-8")
    shown = re.findall(r'^ *(\{"indicator": .*\})$', text, re.MULTILINE)
    (tmp_path / "names.txt").write_text("amaz0n-refund.com\n")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    env = {**ours, "SCAMHUNT_HOME": str(tmp_path / "none"), "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "scamhunt", "score", "names.txt", "--format", "jsonl"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True, timeout=60)
    assert shown == done.stdout.splitlines()
    assert "scamhunt score names.txt" in text


def typed() -> list[str]:
    """Return every example of a command that the pages show as code."""
    lines = [line for page in PAGES for line in page.read_text("utf-8").splitlines()]
    shown = [line.partition("  #")[0].strip() for line in lines if re.match(r"    (.* \| )?scamhunt ", line)]
    return sorted({line.rpartition(" | ")[2] for line in shown})


@pytest.mark.parametrize("example", typed())
def test_every_example_can_be_typed(example: str) -> None:
    """The options and verbs of each example exist, and their values are read."""
    command = typer.main.get_command(app)
    words = shlex.split(example)[1:]
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]  # type: ignore[attr-defined]  # a group, the line above says
    assert not hasattr(command, "commands") or words[0].startswith("-")
    with command.make_context("scamhunt", words, resilient_parsing="--install-completion" in words):
        pass


def _default(value: object) -> str:
    """Return a default as the page shows it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple | dict):
        return ", ".join(f"`{one}`" for one in value) or "none"
    return "none" if value in {"", None} else str(value).lower()


def test_every_setting_is_documented() -> None:
    """docs/settings.md has each setting once, with its variable, key and default."""
    page = (TOP / "docs" / "settings.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `(SCAMHUNT_[A-Z_]+)` \| `([a-z_]+)` \| ([^|]+) \| [A-Z][^|]+\. ?[^|]*\|$", page, re.MULTILINE
    )
    settings = Settings.model_fields
    assert [key for _, key, _ in rows] == list(settings)
    for variable, key, default in rows:
        field = settings[key]
        assert variable == (field.alias or f"SCAMHUNT_{key.upper()}")
        if field.default is not PydanticUndefined:
            assert default == _default(field.default), key


@pytest.mark.parametrize(
    "folder", ["crawlers/*.py", "takedown_templates/*.j2", "data/brands/*.toml", "data/protected/*.txt"]
)
def test_the_folders_of_an_overlay_are_documented(folder: str) -> None:
    """The page names the folders that the program looks into."""
    assert f"`overlay/{folder}`" in (TOP / "docs" / "settings.md").read_text("utf-8")
    assert folder in [f"{place}/*{ending}" for place, (_, ending) in overlay.PLACES.items()]


def test_every_exception_from_a_rule_has_its_reason() -> None:
    """A rule is only switched off for a line with a reason beside it."""
    bare = re.compile(r"#\s*(?:noqa|type: ignore)[^#]*$")
    files = [file for folder in ("scamhunt", "crawlers", "bench", "tests") for file in (TOP / folder).rglob("*.py")]
    found = [
        f"{file.relative_to(TOP)}:{at}"
        for file in files
        for at, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if bare.search(line) and file.name != "test_docs.py"
    ]
    assert found == []
    assert files


def test_the_summary_in_the_readme_is_what_the_program_says() -> None:
    """The names of README's first screen have the scores and brands that it shows."""
    shown = re.findall(r"^  (0\.\d{3})  (\S+)  ->  (\w+)$", (TOP / "README.md").read_text("utf-8"), re.MULTILINE)
    names, _ = parse_many([name for _, name, _ in shown])
    brands = reference.brands(Settings())
    best = {match.row: match for match in reversed(reference.classifier(brands).score(names))}
    assert shown
    assert [(f"{best[row].score:.3f}", brands.by_id[best[row].brand].name) for row in range(len(shown))] == [
        (score, brand) for score, _, brand in shown
    ]
