"""The feeds of known phishing, swept by name from a server that serves their saved bodies and looks at who asks."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import SecretStr

from scamhunt import pipeline
from scamhunt.settings import Settings
from scamhunt.store import Store

HERE = Path(__file__).parent
BODIES = {
    "/feed.txt": HERE / "openphish" / "feed.txt",
    "/data/tank-secret/online-valid.csv.gz": HERE / "phishtank" / "online-valid.csv.gz",
    "/downloads/csv_online/": HERE / "urlhaus" / "csv_online.txt",
    "/hosts": HERE / "domain_list" / "hosts.txt",
}

BRANDS = ("amazon", "dhl")


class _Publisher(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Auth-Key", "")))
        body = BODIES[self.path].read_bytes() if self.path in BODIES else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""


def _publisher(asked: list[tuple[str, str]]) -> type[_Publisher]:
    return type("Publisher", (_Publisher,), {"asked": asked})


@pytest.fixture
def asked() -> list[tuple[str, str]]:
    """Give what the publishers were asked: path and key in the header."""
    return []


@pytest.fixture
def lab(tmp_path: Path, asked: list[tuple[str, str]]) -> Iterator[Settings]:
    """Give settings that lead all feeds to this machine, each to a publisher of its own."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _publisher(asked)) for _ in BODIES]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    tank, haus, fish, hosts = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    pack = tmp_path / "pack.toml"
    pack.write_text(
        "".join(f'[[brand]]\nid = "{name}"\nname = "{name}"\ndomains = ["{name}.com"]\n' for name in BRANDS)
    )
    yield Settings(
        home=tmp_path / "home",
        overlay=tmp_path / "overlay",
        brands=(pack,),
        fetch_allow_nets=(ip_network("127.0.0.0/8"),),
        domain_list=(f"{hosts}/hosts",),
        addresses={
            "openphish": f"{fish}/feed.txt",
            "phishtank": f"{tank}/data/{{key:phishtank}}/online-valid.csv.gz",
            "urlhaus": f"{haus}/downloads/csv_online/",
        },
        keys={"phishtank": SecretStr("tank-secret"), "urlhaus": SecretStr("haus-secret")},
        accept_terms=("openphish", "urlhaus"),
    )
    for server in servers:
        server.shutdown()
        server.server_close()


def test_all_of_them_are_read_with_their_keys(lab: Settings, asked: list[tuple[str, str]]) -> None:
    """Each is read by its own rules; a key goes where the publisher wants it, and is told nowhere."""
    summary = pipeline.sweep(lab, feeds=["openphish", "phishtank", "urlhaus", "domain_list"])
    counts = {feed.name: (feed.read, feed.accepted, feed.quarantined) for feed in summary.feeds}
    assert counts == {"openphish": (5, 4, 1), "phishtank": (3, 2, 1), "urlhaus": (3, 2, 1), "domain_list": (4, 3, 1)}
    assert asked == [
        ("/feed.txt", ""),
        ("/data/tank-secret/online-valid.csv.gz", ""),
        ("/downloads/csv_online/", "haus-secret"),
        ("/hosts", ""),
    ]
    assert "secret" not in str(summary.feeds)
    assert all("rows, where" in feed.problem for feed in summary.feeds)
    with Store.open(lab.home, now=lab.now) as store:
        found = {one.indicator: one.feeds for one in store.candidates(limit=None)}
    assert set(found["amazon-refund-desk.com"]) == {"openphish", "phishtank", "urlhaus", "domain_list"}
    assert set(found["dhl-parcel-customs.shop"]) == {"openphish", "domain_list"}


def test_none_is_asked_before_its_terms_and_key_are_there(lab: Settings, asked: list[tuple[str, str]]) -> None:
    """Without consent to non-commercial terms, a key, or an address, nothing goes out, and each says what to set."""
    bare = lab.model_copy(update={"keys": {}, "accept_terms": (), "domain_list": ()})
    summary = pipeline.sweep(bare, feeds=["openphish", "phishtank", "urlhaus", "domain_list"])
    assert asked == []
    assert [feed.status for feed in summary.feeds] == ["skipped"] * 4
    wanted = ("ACCEPT_TERMS=openphish", "KEYS=phishtank=", "ACCEPT_TERMS=urlhaus", "DOMAIN_LIST")
    assert [word for feed, word in zip(summary.feeds, wanted, strict=True) if word not in feed.problem] == []
