import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scamhunt.cli.app import app
from scamhunt.errors import Changed, NotAllowedNow, NotPermitted, UserError
from tests.office import NAME, at_work


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Return what runs a command of `candidates` at an office."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    with at_work(tmp_path) as office:
        settings = {"HOME": office.folder / "home", "BRANDS": office.folder / "pack.toml", "TRUST_NAMES": "on"}
        for name, value in (settings | {"CLOCK": "2026-11-22T06:05"}).items():
            monkeypatch.setenv(f"SCAMHUNT_{name}", str(value))

        def command(*arguments: str, who: str = "ann") -> Result:
            return CliRunner().invoke(app, ["candidates", *arguments, "--as", who])

        yield command


def test_note_claim_release_undo(run: Callable[..., Result]) -> None:
    """What a person at work does in the shell is what the page does, and each step is told."""
    assert "noted" in run("note", NAME, "the same page as on three others").stdout
    assert isinstance(run("note", NAME, "ask somebody@mail.example").exception, UserError)
    assert "is ann's until 2026-11-22 06:35 UTC" in run("claim", NAME).stdout
    assert "is free" in run("release", NAME).stdout
    assert "is new again" in run("undo", NAME).stdout
    assert isinstance(run("undo", NAME).exception, NotAllowedNow | Changed)
    for command in ("claim", "release", "undo"):
        refused = run(command, "nothing-there.com", who="bob")
        assert isinstance(refused.exception, NotPermitted), command
