import json
import os
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import fields
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scamhunt.gather.saved import MAY, MUST
from scamhunt.model import Feed

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-crawler.md"
FILE = re.compile(r"^   `overlay/(crawlers/[^`]+)`\n\n   ```\w+\n(.*?)^   ```$", re.MULTILINE | re.DOTALL)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """Write the files of the page into an overlay, as a newcomer would."""
    top = tmp_path / "overlay"
    for name, text in FILE.findall(PAGE.read_text("utf-8")):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(textwrap.dedent(text), "utf-8")
    pack = top / "data" / "brands" / "ours.toml"
    pack.parent.mkdir(parents=True)
    pack.write_text('[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n')
    for path in (top, *top.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return top


@pytest.fixture
def source(overlay: Path) -> Iterator[str]:
    """Serve the saved body at the address of the source."""
    handler = partial(_Quiet, directory=str(overlay / "crawlers" / "our_feed"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/today.csv"
    server.shutdown()
    server.server_close()


def _run(overlay: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    pack = overlay / "data" / "brands"
    ours = {"HOME": overlay.parent / "home", "OVERLAY": overlay, "BRANDS": pack, **settings}
    env = plain | {f"SCAMHUNT_{name}": str(value) for name, value in ours.items()}
    env["XDG_CONFIG_HOME"] = str(overlay.parent)
    command = [sys.executable, "-m", "scamhunt", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_the_page_adds_a_source(overlay: Path, source: str) -> None:
    """The module and the saved body of the page are checked, then swept from a server, and the candidate is there."""
    assert sorted(path.name for path in overlay.rglob("our_feed*")) == ["our_feed", "our_feed.py"]
    checked = _run(overlay, "feeds", "check", "our_feed")
    assert (checked.returncode, checked.stderr) == (0, "")
    lab = {"FETCH_ALLOW_NETS": "127.0.0.0/8", "ADDRESSES": f"our_feed={source}"}
    swept = _run(overlay, "sweep", "--feed", "our_feed", "--format", "json", **lab)
    assert swept.returncode == 0, swept.stderr
    summary = json.loads(swept.stdout)
    (feed,) = summary["feeds"]
    assert [feed[key] for key in ("name", "status", "read", "accepted", "quarantined")] == ["our_feed", "ok", 3, 2, 1]
    assert summary["candidates"]["new"] == 1
    listed = json.loads(_run(overlay, "candidates", "list", "--format", "json").stdout)
    assert [(one["indicator"], one["brand"]) for one in listed] == [("amazon-refund-desk.com", "amazon")]


def test_the_saved_body_of_the_page_is_tried(overlay: Path) -> None:
    """A row that is expected and does not come is told with exit code 2."""
    case = overlay / "crawlers" / "our_feed" / "today.json"
    case.write_text(case.read_text().replace("weather-in-oslo.net", "weather-in-rome.net"))
    checked = _run(overlay, "feeds", "check", "our_feed")
    assert checked.returncode == 2
    assert "today.json: rows: [['weather-in-oslo.net', 3" in checked.stderr


def _first_cells(after: str) -> set[str]:
    """Return the names in the first cells of the table that follows a heading or a line."""
    table = PAGE.read_text("utf-8").partition(after)[2].partition("\n\n|")[2].partition("\n\n")[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}


def test_every_fact_is_explained() -> None:
    """The page has each field of `Feed`, and no other."""
    assert _first_cells("## The facts") == {field.name for field in fields(Feed)}


def test_every_key_of_a_case_is_explained() -> None:
    """The page has each key that a saved case may have, and no other."""
    assert _first_cells("A saved case is") == MUST | MAY
