"""The command line: one file a noun, no logic. `main` is the program's entry."""

from scamhunt.cli.app import app
from scamhunt.cli.entry import main

__all__ = ["app", "main"]
