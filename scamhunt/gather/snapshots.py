"""What a whole list has that it had not the last time: sorted runs on disk, in bounded memory."""

from pathlib import Path

from scamhunt.model import Difference, Snapshot


def compare(snapshot: Snapshot, folder: Path) -> Difference:
    """Sort a list on disk below `folder` and compare it with the one of the last time."""
    raise NotImplementedError(snapshot, folder)


def prune(folder: Path, mark: str) -> None:
    """Remove the snapshots whose id does not stand in the mark."""
