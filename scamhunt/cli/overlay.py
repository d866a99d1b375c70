"""What lies in an overlay: what is used, and what means nothing there."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

PLACES = {
    "crawlers": ("crawler", ".py"),
    "takedown_templates": ("template", ".j2"),
    "data/brands": ("brand pack", ".toml"),
    "data/protected": ("list of protected names", ".txt"),
}
"""The folders of an overlay, what lies in each, and how such a file's name ends."""
STRAYS_TOLD = 20
LOOKED_AT = 1_000
"""Entries: an overlay that was set to the wrong folder, perhaps to `/`, is not read to its end."""


def found(overlay: Path) -> list[tuple[str, Path]]:
    """Return what is used as (what it is, path)."""
    return [
        (what, path)
        for place, (what, ending) in PLACES.items()
        for path in sorted((overlay / place).glob(f"*{ending}"))
        if path.is_file()
    ]


def stray(overlay: Path) -> list[tuple[Path, str]]:
    """Return what means nothing where it lies, as (path, what to do); hidden files and READMEs disturb nobody."""
    return [(path, _belongs(path, overlay)) for path in islice(_strays(overlay, "."), STRAYS_TOLD)]


def _strays(overlay: Path, inside: str) -> Iterator[Path]:
    for path in _entries(overlay / inside):
        here = os.path.normpath(f"{inside}/{path.name}")
        if here in PLACES:
            yield from (file for file in _entries(path) if not _means_something(file, PLACES[here][1]))
        elif here in {"data/recipients.toml", "data/escalation.toml"}:
            continue
        elif here == "data":
            yield from _strays(overlay, here)
        else:
            yield from _files_below(path) or [path]


def _means_something(path: Path, ending: str) -> bool:
    """Tell a file of the right kind, and the folder of a crawler's saved bodies beside its module."""
    return path.suffix == ending if path.is_file() else path.with_suffix(".py").is_file()


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder that somebody may have meant; an empty list where no folder is."""
    if not folder.is_dir():
        return []
    entries = sorted(islice(folder.iterdir(), LOOKED_AT))
    return [path for path in entries if not path.name.startswith((".", "__", "README"))]


def _files_below(folder: Path) -> list[Path]:
    """Return the files right in a folder that would mean something elsewhere."""
    return [path for path in _entries(folder) if path.suffix in _ENDINGS and path.is_file()]


_ENDINGS = {ending: place for place, (_, ending) in PLACES.items()}


def _belongs(path: Path, overlay: Path) -> str:
    if path.name == "scamhunt.toml":
        return "settings lie in the state or config folder; move it there"
    if path.is_file() and path.suffix in _ENDINGS:
        return f"move it to {overlay / _ENDINGS[path.suffix]}/"
    return f"an overlay has {', '.join(f'{place}/*{ending}' for place, (_, ending) in PLACES.items())}; take it away"
