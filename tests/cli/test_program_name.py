import os
import subprocess
import sys
from pathlib import Path

import pytest

from scamhunt.cli import output

SCRIPT = f"#!{sys.executable}\nfrom scamhunt.cli import output\nprint(output.program())\n"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with a program of that name, as an installer puts it."""
    script = tmp_path / "env" / "bin" / "scamhunt"
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT)
    script.chmod(0o755)
    return script.parent


def said(command: str, where: Path, path: str = "/usr/bin:/bin") -> str:
    """Run a shell command and return what it printed."""
    env = {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["/bin/sh", "-c", command], cwd=where, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_program_that_the_shell_finds_goes_by_its_name(installed: Path, tmp_path: Path) -> None:
    """Also through a link, as pipx makes it."""
    assert said("scamhunt", tmp_path, f"{installed}:/usr/bin") == "scamhunt"
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "scamhunt").symlink_to(installed / "scamhunt")
    assert said("scamhunt", tmp_path, f"{tmp_path / 'links'}:/usr/bin") == "scamhunt"


def test_a_program_that_the_shell_does_not_find_goes_by_its_path(installed: Path, tmp_path: Path) -> None:
    """What is shown can be typed where one is: the shorter of the two paths, quoted for a shell."""
    assert said("env/bin/scamhunt", tmp_path) == "env/bin/scamhunt"
    assert said("./scamhunt", installed) == "./scamhunt"
    assert said(str(installed / "scamhunt"), Path("/")) == str(installed / "scamhunt").removeprefix("/")
    far = tmp_path.joinpath(*"a" * 60)
    far.mkdir(parents=True)
    assert said(str(installed / "scamhunt"), far) == str(installed / "scamhunt")
    (tmp_path / "a b").symlink_to(installed)
    assert said("'a b/scamhunt'", tmp_path) == "'a b/scamhunt'"


@pytest.mark.usefixtures("installed")
def test_another_program_of_that_name_is_not_this_one(tmp_path: Path) -> None:
    """The name alone would start the wrong one."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "scamhunt").write_text("#!/bin/sh\n")
    (tmp_path / "other" / "scamhunt").chmod(0o755)
    assert said("env/bin/scamhunt", tmp_path, f"{tmp_path / 'other'}:/usr/bin") == "env/bin/scamhunt"


def test_a_removed_working_directory_does_no_harm(installed: Path, tmp_path: Path) -> None:
    """The whole path stands for itself."""
    (tmp_path / "gone").mkdir()
    assert said(f'rmdir "$PWD"; {installed}/scamhunt', tmp_path / "gone") == str(installed / "scamhunt")


def test_a_module_is_run_by_its_interpreter(tmp_path: Path) -> None:
    """`python -m scamhunt` names the same interpreter in its hints."""
    (tmp_path / "scamhunt.toml").write_text("")
    env = {**os.environ, "PATH": "/usr/bin:/bin", "SCAMHUNT_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "scamhunt", "candidates", "lits"]
    told = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False).stderr
    last = told.splitlines()[-1]
    assert last.startswith("try: ")
    assert last.endswith("/" + Path(sys.executable).name + " -m scamhunt candidates --help")


def test_a_hint_is_changed_only_where_it_is_a_command() -> None:
    """What does not begin with the program's name stays."""
    assert output.hint("scamhunt sweep") == f"{output.program()} sweep"
    assert output.hint("see the manual of scamhunt") == "see the manual of scamhunt"
