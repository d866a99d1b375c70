import json
import os
import tomllib
from ipaddress import ip_address
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scamhunt import bundle
from scamhunt.cli.refdata import app
from scamhunt.errors import StoreError, UserError
from scamhunt.investigate import rdap_bootstrap, refdata_registries
from scamhunt.investigate.rdap_bootstrap import Bootstrap, Table, WhoisServer, imported
from scamhunt.settings import Settings

NEW = "2026-11-01T00:00:00Z"


def told(*services: object, publication: object = NEW, version: object = "1.0") -> bytes:
    """Return a bootstrap file."""
    return json.dumps({"version": version, "publication": publication, "services": services}).encode()


def names(count: int) -> list[str]:
    """Return so many names of top-level domains."""
    return [f"t{at}" for at in range(count)]


def settings(home: Path, **more: object) -> Settings:
    """Return settings with a state folder."""
    return Settings.model_validate({"home": str(home), **more})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder of the test's own."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, list(arguments))


# --- which server -----------------------------------------------------------------------------------------------------

KNOWN = Bootstrap(
    {
        "dns": Table("dns", "2026-11-01", {"test": "https://a.example/", "co.test": "https://b.example/"}),
        "ipv4": Table(
            "ipv4", "2026-11-01", {"203.0.0.0/8": "https://c.example/", "203.0.113.0/24": "https://d.example/"}
        ),
        "ipv6": Table("ipv6", "2026-11-01", {"2001:db8::/32": "https://e.example/"}),
    }
)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("shop.test", "https://a.example/"),
        ("shop.co.test", "https://b.example/"),
        ("co.test", "https://b.example/"),
        ("xco.test", "https://a.example/"),
        ("shop.other", ""),
        ("nottest", ""),
    ],
)
def test_the_longest_end_that_is_known_decides(name: str, base: str) -> None:
    """Label by label, as RFC 9224 has it; what no registry claims has no server."""
    assert KNOWN.for_name(name) == base


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("203.0.113.7", "https://d.example/"),
        ("203.0.114.7", "https://c.example/"),
        ("192.0.2.1", ""),
        ("2001:db8::1", "https://e.example/"),
        ("::1", ""),
    ],
)
def test_the_smallest_network_that_is_known_decides(address: str, base: str) -> None:
    """Of two that hold an address the smaller one."""
    assert KNOWN.for_address(ip_address(address)) == base


BASES = [
    (["http://a.example/", "https://b.example/x"], "https://b.example/x/"),
    (["http://a.example:9000/"], "http://a.example:9000/"),
    (["ftp://a.example/", "file:///etc/"], ""),
    (["https://user@a.example/"], ""),
    (["https://a.example/?q="], ""),
    (["https://a.example/#x"], ""),
    (["https:///x/"], ""),
    (["https://[::1/"], ""),
    (["https://a.example:99999/"], ""),
    (["https://a b.example/"], ""),
    (["https://a.example/\u200b"], ""),
    (["https://a.example/" + "x" * 300], ""),
    ([], ""),
]


@pytest.mark.parametrize(("urls", "base"), BASES, ids=range(len(BASES)))
def test_a_server_is_a_plain_address_of_the_web(urls: list[str], base: str) -> None:
    """An encrypted one first, with a slash at its end; nothing that could smuggle in a query or a password."""
    assert rdap_bootstrap.best(urls) == base


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_snapshot_knows_the_large_domains_and_networks(tmp_path: Path) -> None:
    """It is used without any file of the team's, and says of which day it is."""
    found = Bootstrap.of(settings(tmp_path))
    assert found.for_name("shop.com") == "https://rdap.verisign.com/com/v1/"
    assert found.for_address(ip_address("1.1.1.1")) == "https://rdap.apnic.net/"
    assert found.for_address(ip_address("2a00::1")) == "https://rdap.db.ripe.net/"
    assert found.for_address(ip_address("10.0.0.1")) == ""
    assert {kind: one.publication for kind, one in found.tables.items()} == {
        "dns": "2024-07-25",
        "ipv4": "2019-06-07",
        "ipv6": "2019-11-06",
    }
    assert all(one.left_out == 0 for one in found.tables.values())


def test_whois_is_for_what_has_no_rdap() -> None:
    """No top-level domain of the snapshot has a WHOIS server too, and each server lies below what it serves."""
    table = tomllib.loads(bundle.data("registries/whois.toml").read_text("utf-8"))
    rdap = rdap_bootstrap.load(rdap_bootstrap.shipped("dns"), "dns").servers
    servers = rdap_bootstrap.whois_table(bundle.data("registries/whois.toml").read_text("utf-8"))
    assert len(table["registries"]) > 50
    assert not rdap.keys() & table["registries"].keys()
    assert [tld for tld in table["registries"] if not servers[tld].host.endswith(f".{tld}")] == []
    assert all(one.port == 43 and "{name}" in one.query for one in servers.values())
    assert servers["de"] == WhoisServer("whois.denic.de", 43, "-T dn,ace {name}")


FAULTS = [
    (b"", "no JSON that can be read"),
    (b"\xff", "no text"),
    (b"[]", "no JSON object"),
    (b"<html>", "no JSON that can be read"),
    (b" " * (rdap_bootstrap.LARGEST + 1), "more than 4,194,304 bytes"),
    (told([["test"], ["https://a.example/"]], version="2.0"), "no version 1.0"),
    (told([["test"], ["https://a.example/"]], publication="yesterday"), "no publication date"),
    (told([["test"], ["ftp://a.example/"]]), "names no server that can be asked"),
    (told([["64512-65534"], ["https://a.example/"]]), "neither dns.json nor"),
    (told([["mailto:a@b.example"], ["AAAA"], ["https://a.example/"]]), "neither dns.json nor"),
    (told(), "neither dns.json nor"),
    (told("x", [7, 8]), "neither dns.json nor"),
    (told([names(20_001), ["https://a.example/"]]), "more than 20,000 keys"),
]


@pytest.mark.parametrize(("body", "why"), FAULTS, ids=range(len(FAULTS)))
def test_a_file_that_is_none_of_ianas_is_refused(body: bytes, why: str) -> None:
    """With what is the matter, and where the right one is."""
    with pytest.raises(UserError, match=why):
        rdap_bootstrap.read(body, "dns.json")


def test_a_file_is_known_by_its_content() -> None:
    """Its name does not matter; a key without a server that can be asked is counted."""
    mixed = told(
        [["TEST.", "10.0.0.0/8"], ["https://a.example/"]], [["other"], []], [["shop", 7], ["https://b.example/"]]
    )
    table = rdap_bootstrap.read(mixed, "x")
    assert (table.kind, table.publication, table.left_out) == ("dns", "2026-11-01", 3)
    assert table.servers == {"test": "https://a.example/", "shop": "https://b.example/"}
    assert rdap_bootstrap.read(told([["10.0.0.0/8"], ["https://a.example/"]]), "x").kind == "ipv4"
    assert rdap_bootstrap.read(told([["2001:db8::/32"], ["https://a.example/"]]), "x").kind == "ipv6"


def test_a_folder_that_is_set_wins(tmp_path: Path) -> None:
    """Over the snapshot and over what was imported; what is not in it has no server."""
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "dns.json").write_bytes(told([["test"], ["http://127.0.0.1:8080"]]))
    target = imported(tmp_path, "dns")
    target.parent.mkdir()
    target.write_bytes(told([["test"], ["https://imported.example/"]]))
    found = Bootstrap.of(settings(tmp_path, rdap_bootstrap=str(lab)))
    assert found.for_name("shop.test") == "http://127.0.0.1:8080/"
    assert found.for_name("shop.com") == ""
    assert found.for_address(ip_address("1.1.1.1")) == ""
    assert Bootstrap.of(settings(tmp_path)).for_name("shop.test") == "https://imported.example/"


def test_a_folder_without_its_files_is_the_users_mistake(tmp_path: Path) -> None:
    """A missing dns.json, and one file under the name of another."""
    with pytest.raises(UserError, match="no such file or directory; put IANA's file there"):
        Bootstrap.of(settings(tmp_path, rdap_bootstrap=str(tmp_path / "none")))
    (tmp_path / "dns.json").write_bytes(told([["10.0.0.0/8"], ["https://a.example/"]]))
    with pytest.raises(UserError, match=r"this is a table of ipv4, not of dns"):
        Bootstrap.of(settings(tmp_path, rdap_bootstrap=str(tmp_path)))


# --- the command ------------------------------------------------------------------------------------------------------


def test_an_import_takes_the_place_of_the_snapshot(home: Path, tmp_path: Path) -> None:
    """The list says of which day it is, and from then on it is asked."""
    file = tmp_path / "downloaded.json"
    file.write_bytes(b"\n" + told([names(1000), ["https://new.example/"]], [["bad"], []]))
    shown = {row["kind"]: row for row in json.loads(run("list", "--format", "json").stdout)}
    assert (shown["rdap_dns"]["state"], shown["rdap_dns"]["as_of"]) == ("shipped", "2024-07-25")
    done = run("import", str(file))
    assert done.exit_code == 0
    assert "RDAP servers of top-level domains (IANA): 1,000 rows" in done.stdout
    assert "2026-11-01 (file)" in done.stdout
    assert "no server that can be asked: 1" in done.stdout
    assert "kept in" not in done.stdout
    row = {row["kind"]: row for row in json.loads(run("list", "--format", "json").stdout)}["rdap_dns"]
    assert (row["state"], row["as_of"], row["rows"], row["rejected"]) == ("ready", "2026-11-01", 1000, 1)
    assert row["imported_at"]
    assert imported(home, "dns").read_bytes() == file.read_bytes()
    assert imported(home, "dns").stat().st_mode & 0o077 == 0
    assert Bootstrap.of(settings(home)).for_name("shop.t7") == "https://new.example/"


REFUSED = [
    (told([names(1000), ["https://a.example/"]], publication="2020-01-01T00:00:00Z"), (), "that one stays"),
    (told([names(1000), ["https://a.example/"]], publication="2999-01-01T00:00:00Z"), (), "yet to come"),
    (told([names(100), ["https://a.example/"]]), (), "or add --smaller"),
    (told([names(1000), ["https://a.example/"]]), ("--kind", "rdap_ipv4"), "this is rdap_dns, not rdap_ipv4"),
    (told([["1-7"], ["https://a.example/"]]), (), "the others are not used"),
]


@pytest.mark.parametrize(("body", "options", "why"), REFUSED, ids=range(len(REFUSED)))
def test_a_file_that_would_be_a_step_back_is_refused(
    body: bytes, options: tuple[str, ...], why: str, home: Path, tmp_path: Path
) -> None:
    """Older, of tomorrow, cut off, or of another kind than was said: nothing is changed."""
    file = tmp_path / "dns.json"
    file.write_bytes(body)
    done = run("import", str(file), *options)
    assert isinstance(done.exception, UserError)
    assert why in str(done.exception)
    assert not imported(home, "dns").exists()


def test_a_smaller_file_is_taken_when_it_is_meant(home: Path, tmp_path: Path) -> None:
    """As for the tables of numbers; after it a file of the same day may follow."""
    file = tmp_path / "dns.json"
    file.write_bytes(told([names(100), ["https://a.example/"]]))
    for _ in range(2):
        assert run("import", str(file), "--smaller", "--kind", "rdap_dns").exit_code == 0
    assert imported(home, "dns").exists()


def test_a_damaged_file_is_said_and_mended_by_an_import(home: Path, tmp_path: Path) -> None:
    """A look would stop with its name; the list calls it damaged; an older one then takes its place."""
    target = imported(home, "dns")
    target.parent.mkdir(parents=True)
    target.write_bytes(b"{")
    with pytest.raises(UserError, match=r"rdap_dns\.json: no JSON that can be read"):
        Bootstrap.of(settings(home))
    shown = run("list")
    assert "rdap_dns is damaged: download it from https://data.iana.org/rdap/dns.json" in shown.stderr
    file = tmp_path / "dns.json"
    file.write_bytes(told([["test"], ["https://a.example/"]], publication="2020-01-01T00:00:00Z"))
    assert run("import", str(file)).exit_code == 0
    assert Bootstrap.of(settings(home)).for_name("shop.test") == "https://a.example/"


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    """Where the state folder is a file, nothing can be kept."""
    (tmp_path / "home").write_text("")
    file = tmp_path / "dns.json"
    file.write_bytes(told([names(1000), ["https://a.example/"]]))
    with pytest.raises(StoreError, match="make room or make it writable"):
        refdata_registries.import_list(settings(tmp_path / "home"), file)


def test_what_cannot_be_read_is_no_list(tmp_path: Path) -> None:
    """It goes to the tables of numbers, which say what is the matter."""
    assert not refdata_registries.is_list(tmp_path / "none.json")
    assert not refdata_registries.is_list(tmp_path)
