"""The state folder: who may write there can forge what a person decided."""

import os
import re
import stat
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from scamhunt.errors import Refused, StoreError
from scamhunt.store import Store

Clock = Callable[[], datetime]
NOBODY = 65_534
KNOWN = ("archive", "drafts", "evidence", "packets", "tmp", "lost+found")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def mode(path: Path) -> int:
    """Return the permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def folder(home: Path, bits: int) -> Path:
    """Make the state folder with these bits, whatever the umask."""
    home.mkdir()
    home.chmod(bits)
    return home


def refused(home: Path, now: Clock, says: str) -> None:
    """Expect that the folder is refused and left as it is."""
    before = (mode(home), sorted(home.iterdir()))
    with pytest.raises(Refused, match=f"^{re.escape(str(home))}: refused: {says}") as caught:
        Store.open(home, now=now)
    assert caught.value.exit_code == 5
    with pytest.raises(Refused):
        Store.upgrade(home)
    assert (mode(home), sorted(home.iterdir())) == before


@pytest.mark.parametrize("bits", [0o770, 0o702, 0o777, 0o775])
def test_an_empty_folder_of_ours_is_closed_to_others(home: Path, now: Clock, bits: int) -> None:
    """Where nothing lies yet nothing is lost: it becomes its owner's alone, without a word."""
    with Store.open(folder(home, bits), now=now) as store:
        assert mode(home) == 0o700
        assert not [warning for warning in store.warnings() if "chmod" in warning]


def test_a_folder_with_what_is_ours_is_closed_to_others(home: Path, now: Clock) -> None:
    """A state folder that was opened by a wide umask is closed again."""
    Store.open(home, now=now).close()
    for name in KNOWN:
        (home / name).mkdir()
    for name in ("scamhunt.toml", "scamhunt.db-wal", "scamhunt.db.backup"):
        (home / name).touch()
    home.chmod(0o777)
    Store.open(home, now=now).close()
    assert mode(home) == 0o700


@pytest.mark.parametrize("bits", [0o755, 0o750, 0o711])
def test_a_folder_that_others_may_read_keeps_its_mode_and_is_warned_of(home: Path, now: Clock, bits: int) -> None:
    """A folder of the user's own is not changed; that others may look into it is said."""
    with Store.open(folder(home, bits), now=now) as store:
        assert f"{home} is open to other users of this machine; run: chmod 700 {home}" in store.warnings()
        assert mode(home) == bits
        home.chmod(0o700)
        assert not [warning for warning in store.warnings() if "chmod" in warning]


@pytest.mark.parametrize(
    ("name", "bits"),
    [("notes.txt", 0o770), ("archive2", 0o702), (".hidden", 0o777), ("SCAMHUNT.DB", 0o775), ("other.db", 0o757)],
)
def test_a_folder_with_something_else_in_it_is_refused(home: Path, now: Clock, name: str, bits: int) -> None:
    """It may be shared on purpose: its owner is asked to close it and told how."""
    (folder(home, bits) / name).touch()
    refused(home, now, f"others may write to it .*; run: chmod go-w '{re.escape(str(home))}', or set SCAMHUNT_HOME")
    home.chmod(0o755)
    Store.open(home, now=now).close()


@pytest.mark.parametrize("name", ["drafts", "scamhunt.db"])
def test_a_link_in_an_open_folder_is_refused(home: Path, tmp_path: Path, now: Clock, name: str) -> None:
    """Somebody may have put it there to have us write elsewhere."""
    (folder(home, 0o777) / name).symlink_to(tmp_path / "elsewhere")
    refused(home, now, "others may write to it")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_for_everybodys_files_is_refused(home: Path, now: Clock) -> None:
    """A folder like /tmp is never closed to the others, even when it is empty and ours."""
    refused(folder(home, 0o1777), now, "others may write to it")


@as_root
@pytest.mark.parametrize("bits", [0o700, 0o755, 0o777])
def test_a_folder_of_somebody_else_is_refused(home: Path, now: Clock, bits: int) -> None:
    """Its owner could change what is decided there, whatever its mode is."""
    os.chown(folder(home, bits), NOBODY, NOBODY)
    refused(home, now, "the folder belongs to another user, .*; run as that user, or set SCAMHUNT_HOME")


@as_root
def test_a_file_of_somebody_else_in_an_open_folder_is_refused(home: Path, now: Clock) -> None:
    """A known name is not enough: what others put there is not ours."""
    (folder(home, 0o777) / "scamhunt.db").touch()
    os.chown(home / "scamhunt.db", NOBODY, NOBODY)
    refused(home, now, "others may write to it")


@as_root
def test_roots_folder_is_fine_unless_others_may_write_to_it(now: Clock) -> None:
    """Root can do everything anyway; but a folder of root's that is open to all cannot be closed by us."""
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        home = folder(Path(outer) / "home", 0o777)
        os.seteuid(NOBODY)
        try:
            refused(home, now, "others may write to it")
        finally:
            os.seteuid(0)
        home.chmod(0o755)
        os.seteuid(NOBODY)
        try:
            with pytest.raises(StoreError, match="give this user the right to write there"):
                Store.open(home, now=now)
        finally:
            os.seteuid(0)
