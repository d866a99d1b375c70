import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")


def entries(name: str) -> list[tuple[Requirement, int]]:
    """Return each pinned package of a lock file and how many hashes it has."""
    text = (TOP / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(line.partition("--hash")[0].strip()), line.count("--hash=sha256:")) for line in lines]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    """Each line pins one version, and pip can check the bytes."""
    pinned = entries(name)
    assert len(pinned) > 20
    assert [
        str(package) for package, hashes in pinned if not str(package.specifier).startswith("==") or not hashes
    ] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_host_is_named(name: str) -> None:
    """A lock file names no index, host or path: it holds behind any mirror."""
    assert (
        re.findall(r"://|--(?:extra-)?index-url|--find-links|--trusted-host| @ ", (TOP / name).read_text("utf-8")) == []
    )


def test_the_locks_fit_the_project() -> None:
    """What pyproject.toml asks for is locked in a version that it allows; run `make lock` when this fails."""
    facts = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    runtime = facts["project"]["dependencies"] + facts["build-system"]["requires"]
    groups = facts["dependency-groups"]
    develop = runtime + groups["dev"]
    for lock, wanted in zip(LOCKS, [runtime, develop, develop + groups["bench"]], strict=True):
        versions: dict[str, list[str]] = {}
        for package, _ in entries(lock):
            versions.setdefault(canonicalize_name(package.name), []).append(str(package.specifier)[2:])
        for want in map(Requirement, wanted):
            found = versions.get(canonicalize_name(want.name), [])
            assert found, f"{want} is not in {lock}"
            assert all(want.specifier.contains(version) for version in found), f"{want} against {found} in {lock}"


def versions(name: str) -> set[tuple[str, str]]:
    """Return name and version of each package; a larger set may need one on more systems."""
    return {(package.name, str(package.specifier)) for package, _ in entries(name)}


def test_the_bench_lock_holds_the_development_lock() -> None:
    """What is measured runs on the versions that are tested."""
    assert versions(LOCKS[1]) <= versions(LOCKS[2])


def test_the_development_lock_holds_the_other() -> None:
    """Tests run on the very versions that users get."""
    assert {str(package) for package, _ in entries(LOCKS[0])} - {str(package) for package, _ in entries(LOCKS[1])} <= {
        # pytest needs it on more systems than typer does; the version is the same.
        'colorama==0.4.6; sys_platform == "win32"',
    }
