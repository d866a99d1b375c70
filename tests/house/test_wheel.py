import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import scamhunt

TOP = Path(__file__).resolve().parents[2]
CONTENT = ("crawlers", "takedown_templates", "data")


@dataclass(frozen=True, slots=True)
class Built:
    """Two wheels, from the checkout and from its sdist, and an environment with the second one."""

    direct: Path
    from_sdist: Path
    sdist: Path
    program: Path
    home: Path


def run(*command: str | Path, where: Path, given: str = "", home: Path | None = None) -> str:
    """Run a program to its end, without our own settings, and return what it prints."""
    foreign = ("SCAMHUNT_", "PYTHON", "COVERAGE")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    env |= {"SCAMHUNT_HOME": str(home)} if home else {}
    done = subprocess.run(command, cwd=where, env=env, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def build(kind: str, source: Path, out: Path) -> Path:
    """Build an sdist or a wheel with the installed backend, so without a network."""
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", out, where=source)
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build sdist and wheels and install the wheel of the sdist beside the libraries that run these tests."""
    base = tmp_path_factory.mktemp("wheel")
    sdist = build("sdist", TOP, base / "sdist")
    with tarfile.open(sdist) as archive:
        # Python 3.11.2 has no `filter` argument, 3.12 warns without a filter: this serves both.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(base / "source")  # noqa: S202  # we built it just now
    (source,) = (base / "source").iterdir()
    wheel = build("wheel", source, base / "second")
    place = base / "env"
    venv.create(place, symlinks=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = ("install", "--quiet", "--no-deps", "--no-index", "--no-compile")
    run(sys.executable, "-m", "pip", "--python", place, *install, wheel, where=base)
    return Built(build("wheel", TOP, base / "first"), wheel, sdist, place / "bin" / "scamhunt", base / "home")


def contents(wheel: Path) -> dict[str, str]:
    """Return the hash of every file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_the_sdist_gives_the_same_wheel(built: Built) -> None:
    """Nothing is lost on the way over the sdist."""
    assert contents(built.from_sdist) == contents(built.direct)


@pytest.mark.parametrize("folder", CONTENT)
def test_content_travels(built: Built, folder: str) -> None:
    """Every crawler, template and data file of the checkout is in the wheel, byte for byte, and nothing else."""
    files = {path for path in (TOP / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"}
    shipped = {f"scamhunt/_shipped/{path.relative_to(TOP).as_posix()}": path for path in files}
    inside = {name: value for name, value in contents(built.from_sdist).items() if f"_shipped/{folder}/" in name}
    assert files
    assert inside == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in shipped.items()}


def test_the_wheel_holds_the_program_alone(built: Built) -> None:
    """Tests, benchmarks and caches stay out of the wheel; a licence is in it."""
    names = contents(built.from_sdist)
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"scamhunt"}
    assert not [name for name in names if name.endswith(".pyc")]
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_sdist_can_be_tested(built: Built) -> None:
    """Whoever unpacks the sdist finds the tests and the Makefile."""
    with tarfile.open(built.sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "pyproject.toml", "README.md", "LICENSE", "tests/house/test_wheel.py"} <= inside


def test_the_installed_program_runs_anywhere(built: Built) -> None:
    """From another directory, the program answers with its version and scores a name with the shipped brands."""
    root = Path("/")
    assert scamhunt.__version__ in run(built.program, "--version", where=root, home=built.home)
    given = "amazon-refund-desk.com\n"
    out = run(built.program, "score", "-", "--format", "jsonl", where=root, given=given, home=built.home)
    matches = [json.loads(line) for line in out.splitlines()]
    assert [(match["indicator"], match["brand"]) for match in matches][:1] == [("amazon-refund-desk.com", "amazon")]


def test_the_installed_program_uses_its_own_content(built: Built) -> None:
    """Crawlers, templates and data come from the wheel, not from a checkout nearby."""
    code = "from scamhunt import bundle; print(bundle.checkout(), bundle.shipped())"
    python = built.program.with_name("python")
    printed = run(python, "-c", code, where=Path("/"), home=built.home)
    (packages,) = built.program.parents[1].glob("lib/python*/site-packages")
    assert printed.strip() == f"None {packages / 'scamhunt' / '_shipped'}"
