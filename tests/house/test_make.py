import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
TARGETS = ("setup", "run", "test", "system", "check", "fix", "bench", "soak", "build", "lock", "clean")


def make(*arguments: str, where: Path = TOP, path: str = os.defpath) -> subprocess.CompletedProcess[str]:
    """Run make as a person would in a fresh shell."""
    program = shutil.which("make") or "make"
    env = {"PATH": path, "HOME": str(where)}
    return subprocess.run([program, *arguments], cwd=where, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Return a folder with what make's recipes call, and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for tool in ("sh", "sed", "grep", "rm", "touch"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    return folder


def test_make_alone_lists_the_targets() -> None:
    """Who types `make` learns what there is, and nothing happens."""
    listed = make()
    assert listed.returncode == 0
    assert {line.split()[1] for line in listed.stdout.splitlines()} >= set(TARGETS)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Return the programs of a machine without Chromium and fonts; who asks is an ordinary user."""
    for name in ("sh", "grep"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    for name, does in (("find", "exit 0"), ("id", "echo 1000")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_make_system_says_what_is_missing(bare: Path) -> None:
    """Who is not root is told what is missing and how to get it; nothing is installed."""
    done = make("system", path=str(bare))
    assert done.returncode == 2
    assert done.stdout == (
        "make system: missing: chromium fonts-liberation fonts-noto-core fonts-ipafont-gothic\n"
        "Run it as root on Debian or Ubuntu, or install these yourself.\n"
    )


def test_make_system_does_nothing_twice(bare: Path) -> None:
    """Where Chromium and fonts are there, nothing is done."""
    for name, does in (("find", "echo a.ttf"), ("chromium", "exit 0")):
        (bare / name).write_text(f"#!/bin/sh\n{does}\n")
        (bare / name).chmod(0o755)
    done = make("system", path=str(bare))
    assert (done.returncode, done.stdout) == (0, "make system: Chromium and fonts are there, nothing to do\n")


def test_make_system_installs_what_is_missing(bare: Path) -> None:
    """Root on Debian gets the package that is missing, and no other."""
    for name, does in (("id", "echo 0"), ("find", "echo a.ttf"), ("apt-get", "echo apt-get $*")):
        (bare / name).write_text(f"#!/bin/sh\n{does}\n")
        (bare / name).chmod(0o755)
    done = make("system", path=str(bare))
    assert done.stdout.splitlines() == [
        "apt-get update --quiet",
        "apt-get install --yes --quiet --no-install-recommends chromium",
        "make system: installed: chromium",
    ]


def test_soak_without_a_script_says_so(tmp_path: Path) -> None:
    """With nothing to run, soak ends well and says why."""
    done = make("soak", where=stamped(tmp_path))
    assert (done.returncode, done.stdout) == (0, "make soak: there is no bench/soak_*.py yet\n")


def test_a_second_setup_does_nothing(tmp_path: Path, tools: Path) -> None:
    """With its stamps in place, setup neither looks for a Python nor for a network."""
    done = make("setup", where=stamped(tmp_path), path=str(tools))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing to be done" in done.stdout


def test_a_copied_environment_is_not_believed(tmp_path: Path) -> None:
    """Scripts that start the Python of another folder void the stamps."""
    top = stamped(tmp_path)
    (top / ".venv" / "bin" / "pip").write_text("#!/somewhere/else/.venv/bin/python\n")
    planned = make("--dry-run", "setup", where=top).stdout
    assert "-m venv" in planned
    assert "--require-hashes -r requirements.lock" in planned


def test_a_machine_without_python_is_told_what_to_do(tmp_path: Path, tools: Path) -> None:
    """No Python, or one that is too old: a message with the way out, and no half of an environment."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(TOP / name, tmp_path)
    old = tools / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.1 && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = make("setup", where=tmp_path, path=str(tools))
    assert done.returncode == 2
    assert "scamhunt needs Python 3.11 or newer with its venv module; found: Python 3.9.1\n" in done.stdout
    assert "make setup PYTHON=/path/to/python3" in done.stdout
    assert not (tmp_path / ".venv").exists()


def stamped(top: Path) -> Path:
    """Return a folder that looks as after `make setup` and `make test`."""
    programs = top / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copyfile(TOP / name, top / name)
    (programs / "pip").write_text(f"#!{programs}/python\n")
    for stamp in (".runtime", ".dev"):
        (top / ".venv" / stamp).touch()
    return top


def test_the_gate_runs_everything() -> None:
    """What guards a merge installs system packages first, then checks, then tests."""
    gate = TOP / ".ci" / "run"
    assert os.access(gate, os.X_OK)
    called = [line.split()[1] for line in gate.read_text("utf-8").splitlines() if line.startswith("make ")]
    assert called == ["system", "check", "test"]
