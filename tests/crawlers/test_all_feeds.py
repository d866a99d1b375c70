"""One night with all feeds against loopback servers of the publishers' formats, two of them broken on purpose."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.crawlers.ct_log import CtLog, log_list

SAVED = Path(__file__).parent
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
ZONE = "example.\t900\tin\tsoa\tns1.example. admin.example. 1 1800 900 604800 86400\n"
NIGHT = ("nrd_list", "domain_list", "openphish", "phishtank", "urlhaus", "czds", "ct_static", "ct_rfc6962")


@dataclass
class Publishers:
    """All servers in one: what it serves by path, and what it was sent."""

    bodies: dict[str, bytes | int] = field(default_factory=dict)
    logs: list[CtLog] = field(default_factory=list)
    posted: list[Any] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""
    busy: str = ""
    """The same on another port: who asks to be left alone is asked nothing more."""

    def zone(self, *names: str) -> None:
        """Put names into the zone file."""
        lines = "".join(f"{name}.example.\t3600\tin\tns\tns1.host.test.\n" for name in names)
        self.bodies["/czds/downloads/example.zone"] = gzip.compress((ZONE + lines).encode())

    def answer(self, path: str) -> bytes | int | None:
        """Return a body, a status, or None for what is not there."""
        if path in self.bodies:
            return self.bodies[path]
        return next((body for log in self.logs if (body := log.get(self.url + path)) is not None), None)


@pytest.fixture
def publishers() -> Iterator[Publishers]:
    """Give the servers, running."""
    one = Publishers()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            one.keys.append(self.headers.get("Auth-Key") or self.headers.get("Authorization") or "")
            self._send(one.answer(self.path))

        def do_POST(self) -> None:
            one.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._send(b'{"accessToken": "aaa.bbb.ccc", "message": "Authentication Successful"}')

        def _send(self, body: bytes | int | None) -> None:
            status = body if isinstance(body, int) else 404 if body is None else 200
            self.send_response(status)
            content = body if isinstance(body, bytes) else b""
            if status == 429:
                self.send_header("Retry-After", "86400")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
    one.url, one.busy = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    one.logs = [
        CtLog(host=f"{one.url}/tiled", names_tiles=False)
        .fill(300)
        .add("www.amazon-login-desk.com", "weather-in-oslo.com"),
        CtLog(host=f"{one.url}/paged", tiled=False).fill(30).add("amazon-paged-desk.com", precert=True),
    ]
    one.bodies = {
        "/new.txt.gz": gzip.compress("".join(f"amazon-desk-{n}.com\n" for n in range(1_500)).encode()),
        "/hosts.txt": b"# hosts\n" + b"".join(b"0.0.0.0 amazon-hosts-%d.com\n" % n for n in range(60)),
        "/feed.txt": b"<html><body>moved</body></html>",
        "/phishtank.csv.gz": 429,
        "/urlhaus.csv": (SAVED / "urlhaus" / "csv_online.txt").read_bytes(),
        "/czds/downloads/links": json.dumps([f"{one.url}/czds/downloads/example.zone"]).encode(),
        "/log_list.json": log_list(*one.logs),
    }
    one.zone(*(f"weather-{n}" for n in range(20)))
    yield one
    for server in servers:
        server.shutdown()
        server.server_close()


def run(folder: Path, publishers: Publishers, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the program as a team's cron job would, with all feeds switched on."""
    (folder / "pack.toml").write_text(PACK)
    url = publishers.url
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    env = ours | {
        "SCAMHUNT_HOME": str(folder / "home"),
        "SCAMHUNT_OVERLAY": str(folder / "overlay"),
        "SCAMHUNT_BRANDS": str(folder / "pack.toml"),
        "SCAMHUNT_FEEDS": ",".join(NIGHT),
        "SCAMHUNT_NRD_LIST": f"{url}/new.txt.gz",
        "SCAMHUNT_DOMAIN_LIST": f"{url}/hosts.txt",
        "SCAMHUNT_CT_LOG_LIST": f"{url}/log_list.json",
        "SCAMHUNT_ACCEPT_TERMS": "openphish,urlhaus",
        "SCAMHUNT_ADDRESSES": f"openphish={url}/feed.txt,phishtank={publishers.busy}/phishtank.csv.gz,"
        f"urlhaus={url}/urlhaus.csv,czds={url},czds.login={url}",
        "SCAMHUNT_KEYS": "urlhaus=ukey,phishtank=pkey,czds_user=u@example.com,czds_password=word",
        "SCAMHUNT_FETCH_RATE": "1000",
        "SCAMHUNT_CLOCK": "2026-09-22T06:00",  # a day after the logs' first entries
        "SCAMHUNT_TRUST_NAMES": "on",
        "SCAMHUNT_FETCH_ALLOW_NETS": "127.0.0.0/8",
    }
    command = [sys.executable, "-m", "scamhunt", *arguments]
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_a_night_with_all_feeds(tmp_path: Path, publishers: Publishers) -> None:
    """Two feeds are broken: they are said first and the exit code is 3; all the others are read, with their keys."""
    done = run(tmp_path, publishers, "sweep", "--format", "json")
    assert done.returncode == 3, done.stderr
    feeds = {feed["name"]: feed for feed in json.loads(done.stdout)["feeds"]}
    assert list(feeds) == list(NIGHT)
    assert {name: feed["status"] for name, feed in feeds.items() if feed["status"] != "ok"} == {
        "openphish": "held",
        "phishtank": "failed",
        "urlhaus": "held",  # three rows are not the fifty that it declares
    }
    for feed in feeds.values():
        assert feed["read"] == feed["accepted"] + feed["duplicate"] + feed["quarantined"]
    assert (feeds["nrd_list"]["accepted"], feeds["domain_list"]["accepted"]) == (1_500, 60)
    assert feeds["czds"]["read"] == 0
    assert "for the first time" in " ".join(feeds["czds"]["notices"])
    assert feeds["ct_rfc6962"]["accepted"] == 31
    assert feeds["ct_static"]["accepted"] == 256  # the partial tile waits until it is full
    assert publishers.posted == [{"username": "u@example.com", "password": "word"}]
    assert {"ukey", "Bearer aaa.bbb.ccc"} <= set(publishers.keys)
    assert all(secret not in done.stdout + done.stderr for secret in ("ukey", "pkey", "aaa.bbb.ccc", '"word"'))


def test_the_second_night_reads_what_is_new(tmp_path: Path, publishers: Publishers) -> None:
    """Lists that did not change are duplicates, logs and zones go on where they were; the table says what is wrong."""
    run(tmp_path, publishers, "sweep", "--format", "json")
    publishers.zone(*(f"weather-{n}" for n in range(20)), "amazon-zone-desk")
    publishers.logs[0].fill(250).add("amazon-tiled-desk.com")
    publishers.logs[1].add("amazon-again-desk.com")
    done = run(tmp_path, publishers, "sweep")
    shown = done.stdout.splitlines()
    assert done.returncode == 3
    assert shown[0] == "These feeds need somebody to look at them"
    assert [line.split(":")[0] for line in shown[1:] if line.startswith("  ")][:1] == ["  openphish held"]
    listed = run(tmp_path, publishers, "candidates", "list", "--limit", "5000", "--format", "json")
    names = {one["indicator"] for one in json.loads(listed.stdout)}
    assert {"amazon-zone-desk.example", "amazon-login-desk.com", "amazon-again-desk.com"} <= names
    states = json.loads(run(tmp_path, publishers, "feeds", "list", "--format", "json").stdout)
    assert [one["name"] for one in states if one["problem"]][:3] == ["openphish", "phishtank", "urlhaus"]
    assert {one["state"] for one in states if one["on"]} == {"ok", "held", "failed"}
