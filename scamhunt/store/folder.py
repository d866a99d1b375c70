"""The state folder: made for its owner alone, and refused where others may write to it."""

import os
import stat
from pathlib import Path

from scamhunt.errors import Refused

DATABASE = "scamhunt.db"
MODE = 0o700

_OURS = frozenset(
    {
        "archive",
        "drafts",
        "evidence",
        "outbox",
        "packets",
        "phone_model.json",
        "refdata",
        "released",
        "salt",
        "snapshots",
        "tmp",
    }
    | {"scamhunt.toml", "lost+found"}
)
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def make(home: Path) -> None:
    """Create the folder (0700), or look at the one that is there.

    One that others may only read keeps its mode: that may be meant. One that they may write to is closed to them when
    it is ours and holds nothing else; otherwise it is `Refused`, because who may write there can forge what a person
    decided. Raises `OSError`.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        home.mkdir(MODE)
        home.chmod(MODE)  # whatever the umask
    except FileExistsError:
        if not home.is_dir():
            raise
        _look_at(home)


def _look_at(home: Path) -> None:
    status = home.stat()
    if status.st_uid not in {os.geteuid(), 0}:
        raise Refused(
            f"{home}: refused: the folder belongs to another user, who could change what is decided here; run as that "
            "user, or set SCAMHUNT_HOME to a folder of your own"
        )
    if not status.st_mode & _WRITABLE_BY_OTHERS:
        return
    if status.st_uid != os.geteuid() or status.st_mode & stat.S_ISVTX or not all(map(_is_ours, home.iterdir())):
        raise Refused(
            f"{home}: refused: others may write to it and could change what is decided here; run: chmod go-w '{home}', "
            "or set SCAMHUNT_HOME to a folder of your own"
        )
    home.chmod(MODE)


def _is_ours(path: Path) -> bool:
    """Tell whether a file may be kept: its name is known, and nobody else put it there."""
    status = path.lstat()
    known = path.name in _OURS or path.name.startswith(DATABASE)
    return known and not stat.S_ISLNK(status.st_mode) and status.st_uid in {os.geteuid(), 0}
