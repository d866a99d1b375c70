"""To be overwritten by whoever writes the inbox: only its shape, so that what calls it can be tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scamhunt.settings import Settings
from scamhunt.store import Store


@dataclass(frozen=True, slots=True)
class Turn:
    """What one reading brought."""

    read: int = 0
    matched: int = 0
    unmatched: int = 0
    duplicate: int = 0
    suggested: Mapping[str, int] = field(default_factory=dict)
    behind: int = 0
    problem: str = ""
    exit_code: int = 0

    def told(self) -> str:
        """Return one line for a log."""
        return ""


def read(store: Store, settings: Settings, progress: Callable[[str, int], None]) -> Turn:
    """Read nothing."""
    del store, settings, progress
    return Turn()
