"""The agencies and MISP swept from a server on this machine, night after night, and the state folder searched."""

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import SecretStr

from scamhunt import pipeline
from scamhunt.settings import Settings
from tests.crawlers.driven import CANARIES

SAVED = Path(__file__).parent
FEEDS = ("ftc_dnc", "fcc_calls", "misp")
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
TOWN, STATE, CODE, NAME, CALLED, STREET = CANARIES
HEADER = (SAVED / "ftc_dnc" / "november_16.csv").read_text().splitlines()[0]


@dataclass
class Publishers:
    """All three in one."""

    days: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    attributes: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    posted: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""

    def body(self, path: str) -> bytes:
        """Return what stands at a path."""
        if path == "/index":
            links = "".join(f'<a href="/files/DNC_Complaint_Numbers_{day}.csv">{day}</a>' for day in self.days)
            return f"<html>{links}</html>".encode()
        if path.startswith("/files/"):
            return f"{HEADER}\n{self.days[path.rpartition('_')[2][:-4]]}".encode()
        if path == "/api/views/vakf-fz8e":
            return (SAVED / "fcc_calls" / "view.txt").read_bytes()
        after = int(path.partition("id > ")[2].partition(" ")[0] or 0)
        return json.dumps([row for row in self.rows if int(row["id"]) > after]).encode()


class _Handler(BaseHTTPRequestHandler):
    publishers: Publishers

    def do_GET(self) -> None:
        path = unquote(self.path)
        self.publishers.asked.append(path)
        self._send(self.publishers.body(path))

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.publishers.posted.append(asked)
        self.publishers.keys.append(self.headers.get("Authorization", ""))
        self._send(json.dumps({"response": {"Attribute": self.publishers.attributes}}).encode())

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""


@pytest.fixture
def publishers() -> Iterator[Publishers]:
    """Give the three, with one night's reports in which people are named."""
    one = Publishers()
    one.days["2026-11-17"] = (
        f'8005550123,2026-11-17 09:00:01,2026-11-16 18:40:00,{TOWN},{STATE},{CODE},{NAME},Y\n{CALLED},"{STREET}\n'
    )
    one.rows = [
        {"id": "9000001", "issue_date": "2026-11-17T00:00:00.000", "issue": f"{NAME}", "caller_id_number": STREET}
        | {"advertiser_business_phone_number": "800-555-0123", "state": STATE, "zip": CODE, "city": TOWN}
    ]
    one.attributes = [
        {"type": "phone-number", "value": "+18885550142", "to_ids": True, "timestamp": "1794900001"}
        | {"comment": f"callback, {NAME} of {STREET} paid", "Event": {"info": f"Amazon refund, {TOWN}"}},
        {"type": "phone-number", "value": f"{STREET} {NAME}", "to_ids": True, "timestamp": "1794900002"},
    ]
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"publishers": one}))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture
def lab(tmp_path: Path, publishers: Publishers) -> Settings:
    """Give settings that lead the three feeds to this machine."""
    (tmp_path / "pack.toml").write_text(PACK)
    return Settings(
        home=tmp_path / "home",
        overlay=tmp_path / "overlay",
        brands=(tmp_path / "pack.toml",),
        region="US",
        clock=datetime(2026, 11, 18, 12, tzinfo=UTC),
        fetch_allow_nets=(ip_network("127.0.0.0/8"),),
        fetch_rate=1_000,
        addresses={
            "ftc_dnc": f"{publishers.url}/index",
            "fcc_calls": f"{publishers.url}/api/views/vakf-fz8e",
            "misp": f"{publishers.url}/attributes/restSearch",
        },
        keys={"misp": SecretStr("misp-secret")},
    )


def counts(settings: Settings) -> dict[str, tuple[int, int, int]]:
    """Sweep and return what each feed accepted, had already and could not read."""
    feeds = pipeline.sweep(settings, feeds=list(FEEDS)).feeds
    return {feed.name: (feed.accepted, feed.duplicate, feed.quarantined) for feed in feeds}


def test_two_nights(lab: Settings, publishers: Publishers) -> None:
    """The first night reads all, the second what is new: a file, rows after the last id, what changed at MISP."""
    assert counts(lab) == {"ftc_dnc": (1, 0, 1), "fcc_calls": (1, 0, 1), "misp": (1, 0, 1)}
    publishers.days["2026-11-18"] = publishers.days["2026-11-17"].replace("8005550123", "2125550111")
    publishers.rows.append(
        {"id": "9000002", "issue_date": "2026-11-18T00:00:00.000", "caller_id_number": "212-555-0111"}
    )
    publishers.asked.clear()
    assert counts(lab) == {"ftc_dnc": (1, 0, 1), "fcc_calls": (1, 0, 0), "misp": (0, 2, 0)}
    assert [path for path in publishers.asked if "files" in path] == ["/files/DNC_Complaint_Numbers_2026-11-18.csv"]
    assert "id > 9000001 " in next(path for path in publishers.asked if "resource" in path)
    assert [asked.get("timestamp") for asked in publishers.posted] == [None, str(1_794_900_002 - 30 * 86_400)]
    assert publishers.keys == ["misp-secret"] * 2


def test_no_canary_stays(lab: Settings) -> None:
    """Of who complained nothing lies anywhere in the state folder, packed files unpacked."""
    counts(lab)
    files = [path for path in lab.home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".gz" for path in files)
    for path in files:
        content = path.read_bytes()
        content += gzip.decompress(content) if path.suffix == ".gz" else b""
        assert [canary for canary in CANARIES if canary.encode() in content] == [], path.name
