"""Where the tables are: a file in the state folder, or a PostgreSQL."""

from dataclasses import dataclass, field
from pathlib import Path

from scamhunt.store import folder


@dataclass(frozen=True, slots=True)
class Place:
    """A database, as it is found and as people are told of it. `str` never shows a password."""

    home: Path
    """The state folder: it holds the archive and the drafts in any case."""
    url: str = field(default="", repr=False)
    """Of a PostgreSQL; empty: the database is a file."""
    name: str = ""
    elsewhere: str = "set SCAMHUNT_HOME to another folder"
    """What to do when this one belongs to something else."""

    @property
    def file(self) -> Path:
        """Return the file of a SQLite database."""
        return self.home / folder.DATABASE

    def __str__(self) -> str:
        return self.name or str(self.file)
