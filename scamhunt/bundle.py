"""Find crawlers, templates and data: the shipped ones, overlaid by name with the team's own.

In a wheel the three content folders lie in `scamhunt/_shipped/`; in a checkout they are used from the top level. Only
this module knows. An overlay has the same three folders: a file of the same name takes the place of the shipped one,
others are added. Protected names are only ever added to.
"""

import ast
import hashlib
import importlib.util
import os
import stat
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from scamhunt.errors import NotFound, Refused, UserError
from scamhunt.model import Crawl, Example, Feed

PACK_LIMIT = 2**24
"""Bytes that a pack or list may have; one more is read, so that its parser sees the excess."""

CRAWLERS = "crawlers"
TEMPLATES = "takedown_templates"
BRANDS = "data/brands"
PROTECTED = "data/protected"
HOSTING = "data/hosting"
RECIPIENTS = "recipients.toml"

_MAY_IMPORT = ("scamhunt.model", "scamhunt.errors", "scamhunt.indicators", "bs4")
_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"


@dataclass(frozen=True, slots=True)
class Crawler:
    """A source: the facts, the examples and the function of one file in `crawlers/`."""

    feed: Feed
    examples: tuple[Example, ...]
    crawl: Callable[[str], Crawl]
    path: Path
    shadows: Path | None
    """The shipped file whose place this one takes."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """A file of the overlay that takes the place of a shipped one."""

    what: str
    shipped: Path
    overlay: Path


def checkout() -> Path | None:
    """Return the top of the checkout that this package runs from, None when it is installed."""
    top = _PACKAGE.parent
    return top if not _SHIPPED.is_dir() and (top / CRAWLERS).is_dir() else None


def shipped() -> Path:
    """Return the folder that holds the shipped `crawlers/`, `takedown_templates/` and `data/`."""
    return checkout() or _SHIPPED


def data(name: str) -> Path:
    """Return the path of a shipped file or folder below `data/`; raises `NotFound` when it does not exist."""
    path = shipped() / "data" / name
    if not path.exists():
        raise NotFound(f"{path}: not there; this installation is not complete, install scamhunt again")
    return path


# --- what there is ----------------------------------------------------------------------------------------------------


def crawlers(overlay: Path) -> dict[str, Crawler]:
    """Return the crawlers by feed name, in order.

    Raises `UserError` with file, line and fix, and `Refused` for an overlay that others may write to.
    """
    found = _overlaid(CRAWLERS, "*.py", overlay)
    return {path.stem: _load(path, shadowed) for path, shadowed in found if not path.stem.startswith("_")}


def templates(overlay: Path) -> dict[str, Path]:
    """Return the templates by name: the file name up to its first dot."""
    return {path.name.partition(".")[0]: path for path, _ in _overlaid(TEMPLATES, "*.j2", overlay)}


def brand_packs(overlay: Path, chosen: Sequence[Path] = ()) -> list[tuple[str, bytes]]:
    """Return brand packs as (name, bytes): the chosen files and folders, or the shipped ones overlaid by the team's.

    Raises `UserError` for a chosen path that cannot be read or a folder without packs.
    """
    if chosen:
        paths = [path for one in chosen for path in _packs_of(one)]
    else:
        paths = [path for path, _ in _overlaid(BRANDS, "*.toml", overlay)]
    return [(str(path), _read(path)) for path in paths]


def protected_lists(overlay: Path) -> list[tuple[str, bytes]]:
    """Return the lists of protected names as (file name, bytes): all shipped ones, then those that the team adds."""
    paths = [*_listed(shipped() / PROTECTED, "*.txt"), *_overlay_files(overlay, PROTECTED, "*.txt")]
    return [(path.name, _read(path)) for path in paths]


def hosting_tables(overlay: Path) -> list[tuple[str, bytes]]:
    """Return the tables by which hosts, parking pages and the like are recognised, as (name, bytes), overlaid."""
    return [(str(path), _read(path)) for path, _ in _overlaid(HOSTING, "*.toml", overlay)]


def recipient_lists(overlay: Path) -> list[tuple[str, bytes]]:
    """Return the lists of desks as (name, bytes): the shipped one, then the team's, whose desks come before it."""
    paths = [shipped() / "data" / RECIPIENTS, *_overlay_files(overlay, "data", RECIPIENTS)]
    return [(str(path), _read(path)) for path in paths]


def shadows(overlay: Path) -> list[Shadow]:
    """Return what the overlay puts in the place of something shipped."""
    kinds = (
        ("crawler", CRAWLERS, "*.py"),
        ("template", TEMPLATES, "*.j2"),
        ("brand pack", BRANDS, "*.toml"),
        ("hosting table", HOSTING, "*.toml"),
    )
    return [
        Shadow(what, shadowed, path)
        for what, folder, pattern in kinds
        for path, shadowed in _overlaid(folder, pattern, overlay)
        if shadowed
    ]


def _overlaid(folder: str, pattern: str, overlay: Path) -> list[tuple[Path, Path | None]]:
    """Return (file, the shipped file that it shadows) sorted by name."""
    ours = {path.name: path for path in _listed(shipped() / folder, pattern)}
    theirs = {path.name: path for path in _overlay_files(overlay, folder, pattern)}
    return [
        (theirs[name], ours.get(name)) if name in theirs else (ours[name], None)
        for name in sorted(ours.keys() | theirs)
    ]


def _listed(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def _overlay_files(overlay: Path, folder: str, pattern: str) -> list[Path]:
    """Return the overlay's files of one kind after each folder on the way and each file was found to be ours alone."""
    way = [overlay, *(overlay / part for part in _ways(folder))]
    for path in way:
        if not _is_folder(path):
            return []
        refuse_shared(path)
    files = _listed(way[-1], pattern)
    for path in files:
        refuse_shared(path)
    return files


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; make the overlay readable or set another one") from None


def _ways(folder: str) -> list[Path]:
    path = Path(folder)
    return [*reversed([parent for parent in path.parents if parent.name]), path]


def refuse_shared(path: Path) -> None:
    """Raise `Refused` when somebody else may write here: an overlay runs as this program, settings rule it."""
    checked = [path] if not path.is_symlink() else [path, path.resolve(), path.resolve().parent]
    for one in checked:
        status = one.stat()
        if status.st_uid not in {0, os.geteuid()}:
            raise Refused(f"{one}: refused: it belongs to another user; put it where only you may write")
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Refused(f"{one}: refused: others may write to it; run: chmod go-w '{one}'")


def _packs_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    packs = _listed(path, "*.toml")
    if not packs:
        raise UserError(f"{path}: no brand pack (*.toml) in this folder; name a file or another folder")
    return packs


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(PACK_LIMIT + 1)
    except (OSError, ValueError) as error:
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "not a path"
        raise UserError(f"{path}: {why}; name a file that can be read") from None


# --- loading a crawler ------------------------------------------------------------------------------------------------


class _FreshLoader(SourceFileLoader):
    """Compile the source each time: a cached `.pyc` could be older, or somebody else's."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # the loader's interface
        return self.source_to_code(self.get_data(self.path), self.path)


def _load(path: Path, shadowed: Path | None) -> Crawler:
    module = _module(path)
    lacking = [name for name in ("FEED", "EXAMPLES", "crawl") if not hasattr(module, name)]
    if lacking:
        raise UserError(f"{path}:1: no {' and no '.join(lacking)}; a crawler has FEED, EXAMPLES and crawl(mark)")
    feed, examples, crawl = module.FEED, module.EXAMPLES, module.crawl
    if not isinstance(feed, Feed):
        raise UserError(f"{path}:{_line(path, 'FEED')}: FEED is no scamhunt.model.Feed; write FEED = Feed(...)")
    if feed.name != path.stem:
        raise UserError(f"{path}:{_line(path, 'FEED')}: FEED.name is {feed.name!r}; name it {path.stem!r} as its file")
    if not isinstance(examples, tuple) or not examples or not all(isinstance(one, Example) for one in examples):
        raise UserError(f"{path}:{_line(path, 'EXAMPLES')}: EXAMPLES is no tuple of Example; give it at least one")
    if not callable(crawl):
        raise UserError(f"{path}:{_line(path, 'crawl')}: crawl is no function; write def crawl(mark)")
    return Crawler(feed, examples, crawl, path, shadowed)


def _module(path: Path) -> ModuleType:
    name = f"scamhunt_crawler_{path.stem}_{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_FreshLoader(name, str(path)))
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]  # never None: the loader is given
    sys.modules[name] = module  # dataclasses and annotations of the crawler look their module up
    try:
        module.__loader__.exec_module(module)  # type: ignore[union-attr]  # never None: given above
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise UserError(f"{path}:{_line_of(error, path)}: {_told(error)}; mend the crawler or remove it") from error
    return module


def _line_of(error: BaseException, path: Path) -> int:
    """Return the last line of the file that was running; of the syntax error where nothing ran."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    ran = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return (ran[-1:] or [1])[0] or 1


def _told(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _line(path: Path, name: str) -> int:
    """Return the line where a name is set at the top level of a file, 1 when it comes from elsewhere."""
    for node in ast.parse(path.read_bytes()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        if any(name in {getattr(target, "id", ""), getattr(target, "name", "")} for target in targets):
            return node.lineno
    return 1
