import ast
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]

# The two files that know the order and touch the store, with their parts.
ORDER = (
    *("pipeline", "feed_run", "feed_numbers", "feed_replay", "look_plan", "look_run", "look_kept"),
    *("desk", "desk_evidence", "desk_feeds", "desk_looks", "desk_numbers", "desk_reports"),
    *("desk_approval", "desk_audit", "desk_cases", "desk_drafts", "desk_people", "desk_recipients", "desk_sending"),
    *("desk_lists", "desk_page", "desk_pictures", "desk_queue", "desk_sessions", "desk_views"),
    *("desk_dashboard", "desk_dashboard_parts", "desk_metrics"),
    *("desk_due", "desk_figures", "desk_follow", "desk_holds", "desk_inbox", "desk_seen", "desk_track"),
    *("desk_campaigns", "desk_campaign_rows", "desk_dossier", "desk_dossier_course", "desk_dossier_joined"),
    *("desk_exhibits", "desk_heads", "desk_outcomes", "desk_overlap", "desk_referral", "desk_release"),
    *("outbox", "inbox", "track"),
)

# Imports point to the same layer or to one above it in this table. Every module of scamhunt/ has its place here.
LAYERS = (
    ("errors", "model", "observed", "indicators"),
    ("protected", "score", "triage", "takedown", "campaigns", "access"),
    (
        "settings",
        "bundle",
        "reference",
        "material",
        "testing",
        "net",
        "addresses",
        "files",
        "mail",
        "passwords",
        "keyfile",
        "log_heads",
        "second_factor",
        "sealed",
        "store",
        "gather",
        "investigate",
        "referral",
        "trial",
    ),
    ORDER,
    ("cli", "web", "schedule", "__main__"),
)
PLACE = {name: at for at, names in enumerate(LAYERS) for name in names}
PURE = frozenset(LAYERS[0] + LAYERS[1])

# Who alone may import it, and why.
ONLY = {
    "httpx": {"net"},
    "httpcore": {"net"},
    "smtplib": {"mail"},
    "imaplib": {"mail"},
    "imap_tools": {"mail"},
    "sqlalchemy": {"store"},
    "sqlmodel": {"store"},
    "alembic": {"store"},
    "scamhunt.store": {"store", *ORDER},
    "scamhunt.net": {"net", "gather", "investigate", "mail", "bundle"},
    "scamhunt.web": {"web", "cli/serve.py"},
}
EFFECTS = frozenset(
    {"socket", "ssl", "http.client", "http.server", "urllib.request", "subprocess", "sqlite3", "asyncio", "tempfile"}
    | {"shutil", "threading", "multiprocessing", "concurrent"}
)
WARMS_UP = frozenset({"investigate/screenshot_child.py"})
"""Imports modules by a list of their names, before it gives up the right to read them."""
CRAWLERS_MAY = ("scamhunt.model", "scamhunt.errors", "scamhunt.indicators", "bs4")


def faults(top: Path) -> list[str]:
    """Return each broken import rule of the engine and the crawlers below a folder, one sentence each."""
    engine = sorted((top / "scamhunt").rglob("*.py"))
    crawlers = sorted((top / "crawlers").rglob("*.py"))
    return [fault for file in engine for fault in engine_faults(file, top)] + [
        fault for file in crawlers for fault in crawler_faults(file, top)
    ]


def engine_faults(file: Path, top: Path) -> Iterator[str]:
    """Yield the faults of one file of the engine."""
    inside = file.relative_to(top / "scamhunt")
    name = inside.parts[0].removesuffix(".py")
    if name == "__init__":
        yield from (f"{inside} imports {module}: it has to load nothing" for _, module in imported(file, top))
        return
    if name not in PLACE:
        yield f"{inside} has no layer: give {name} a place in LAYERS"
        return
    for line, module in imported(file, top):
        where = f"{inside}:{line} imports {module}"
        yield from (f"{where}: {why}" for why in refusals(name, inside.as_posix(), module))


def refusals(name: str, inside: str, module: str) -> Iterator[str]:
    """Yield why a module of the engine may not import another module."""
    if inside in WARMS_UP and module == "crawlers":
        return
    parts = module.split(".")
    if parts[0] == "scamhunt" and len(parts) > 1 and PLACE.get(parts[1], -1) > PLACE[name]:
        yield f"{parts[1]} is in a later layer than {name}"
    if parts[0] == "scamhunt" and len(parts) > 1 and parts[1] not in PLACE:
        yield f"{parts[1]} has no layer"
    if parts[0] == "crawlers":
        yield "a crawler is loaded by path, never imported"
    if name in PURE and is_below(module, EFFECTS):
        yield f"{name} is pure"
    for guarded, allowed in ONLY.items():
        if is_below(module, {guarded}) and not {name, inside} & allowed:
            yield f"only {', '.join(sorted(allowed))} may"


def crawler_faults(file: Path, top: Path) -> Iterator[str]:
    """Yield the faults of one crawler: it has no I/O, so little to import."""
    for line, module in imported(file, top):
        standard = module.split(".")[0] in sys.stdlib_module_names and not is_below(module, EFFECTS)
        if not standard and not is_below(module, set(CRAWLERS_MAY)):
            yield f"{file.relative_to(top)}:{line} imports {module}: a crawler may not"


def imported(file: Path, top: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, name) for name in from_names(node, top))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            given = node.args[0] if node.args else None
            yield node.lineno, str(given.value) if isinstance(given, ast.Constant) else "crawlers"


def from_names(node: ast.ImportFrom, top: Path) -> Iterator[str]:
    """Yield what `from module import name` loads; a relative import is none of our ways and counts as a crawler's."""
    for alias in node.names:
        full = f"{node.module}.{alias.name}"
        path = top / "scamhunt" / alias.name
        known = node.module != "scamhunt" or path.is_dir() or path.with_suffix(".py").is_file()
        yield "crawlers" if node.level else full if known else "scamhunt"


def is_below(module: str, names: set[str] | frozenset[str]) -> bool:
    """Say whether a module is one of the names or lies below one."""
    return any(module == name or module.startswith(name + ".") for name in names)


def test_imports_point_one_way() -> None:
    """The engine and the crawlers keep every rule, and there is something to look at."""
    assert len(list((TOP / "scamhunt").rglob("*.py"))) > 10
    assert list((TOP / "crawlers").glob("*.py"))
    assert faults(TOP) == []


STORE_ONLY = f"only {', '.join(sorted(ONLY['scamhunt.store']))} may"
PLANTED = [
    ("scamhunt/model.py", "import scamhunt.score.brands", "score is in a later layer than model"),
    ("scamhunt/triage.py", "from scamhunt import settings", "settings is in a later layer than triage"),
    ("scamhunt/takedown/draft.py", "from scamhunt.settings import load", "settings is in a later layer than takedown"),
    ("scamhunt/takedown/draft.py", "def f():\n    import socket", "takedown is pure"),
    ("scamhunt/indicators/x.py", "from urllib import request", "indicators is pure"),
    ("scamhunt/score/x.py", "import urllib.request", "score is pure"),
    ("scamhunt/store/x.py", "from scamhunt.pipeline import sweep", "pipeline is in a later layer than store"),
    ("scamhunt/pipeline.py", "from scamhunt.cli.output import clean", "cli is in a later layer than pipeline"),
    (
        "scamhunt/cli/x.py",
        "from scamhunt.store import Store",
        STORE_ONLY,
    ),
    (
        "scamhunt/cli/x.py",
        "from scamhunt import store",
        STORE_ONLY,
    ),
    (
        "scamhunt/gather/x.py",
        "import scamhunt.store.tables",
        STORE_ONLY,
    ),
    ("scamhunt/cli/x.py", "import httpx", "only net may"),
    ("scamhunt/gather/x.py", "from imap_tools import MailBox", "only mail may"),
    ("scamhunt/pipeline.py", "from sqlalchemy import select", "only store may"),
    ("scamhunt/cli/x.py", "from scamhunt.net import download", "only bundle, gather, investigate, mail, net may"),
    ("scamhunt/cli/x.py", "import scamhunt.web", "only cli/serve.py, web may"),
    ("scamhunt/desk.py", "from crawlers import nrd_list", "a crawler is loaded by path, never imported"),
    ("scamhunt/desk.py", "import importlib\nimportlib.import_module('httpx')", "only net may"),
    ("scamhunt/desk.py", "__import__(name)", "a crawler is loaded by path, never imported"),
    ("scamhunt/desk.py", "from . import model", "a crawler is loaded by path, never imported"),
    ("scamhunt/newcomer.py", "import re", "newcomer.py has no layer: give newcomer a place in LAYERS"),
    ("scamhunt/desk.py", "import scamhunt.newcomer", "newcomer has no layer"),
    ("scamhunt/__init__.py", "import re", "it has to load nothing"),
    ("crawlers/x.py", "import httpx", "a crawler may not"),
    ("crawlers/x.py", "from scamhunt.settings import load", "a crawler may not"),
    ("crawlers/x.py", "from scamhunt import bundle", "a crawler may not"),
    ("crawlers/x.py", "import socket", "a crawler may not"),
]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folders of the engine without what they import."""
    top = tmp_path_factory.mktemp("bare")
    shutil.copytree(TOP / "scamhunt", top / "scamhunt", ignore=shutil.ignore_patterns("__pycache__", "*.tsv"))
    for file in (top / "scamhunt").rglob("*.py"):
        file.write_text("")
    (top / "scamhunt" / "web").mkdir(exist_ok=True)
    (top / "crawlers").mkdir()
    return top


@pytest.mark.parametrize(("path", "source", "why"), PLANTED)
def test_a_planted_violation_is_found(path: str, source: str, why: str, bare: Path) -> None:
    """Each rule fails on exactly the import that breaks it."""
    planted = bare / path
    before = planted.read_text() if planted.exists() else None
    planted.write_text(source + "\n")
    try:
        found = faults(bare)
    finally:
        planted.unlink() if before is None else planted.write_text(before)
    assert len(found) == 1
    assert found[0].endswith(why)


ALLOWED = [
    ("scamhunt/net/x.py", "import httpcore\nimport httpx"),
    ("scamhunt/store/x.py", "from sqlmodel import Field\nfrom scamhunt import triage"),
    ("scamhunt/desk.py", "from scamhunt import store, takedown"),
    ("scamhunt/cli/x.py", "from scamhunt import __version__, desk, bundle"),
    ("scamhunt/takedown/x.py", "from scamhunt import protected\nfrom urllib.parse import urlsplit"),
    ("scamhunt/cli/serve.py", "import scamhunt.web"),
    ("crawlers/x.py", "import csv\nfrom bs4 import BeautifulSoup\nfrom scamhunt.model import Feed"),
]


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_is_allowed_passes(path: str, source: str, bare: Path) -> None:
    """Imports that point the right way are no faults."""
    planted = bare / path
    before = planted.read_text() if planted.exists() else None
    planted.write_text(source + "\n")
    try:
        assert faults(bare) == []
    finally:
        planted.unlink() if before is None else planted.write_text(before)
