import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest
import trustme
from cryptography import x509

from bench.lab_web import Lab, redirect, secured, whole
from scamhunt.addresses import Address
from scamhunt.investigate.http import http_finding
from scamhunt.investigate.tls import tls_findings
from scamhunt.net.visit import Limits, Visit, Visitor
from scamhunt.observed import Gained, Outcome

NOW = datetime.now(UTC)


async def here(_name: str) -> Sequence[Address]:
    """Resolve every name to this machine."""
    return [ip_address("127.0.0.1")]


def visit(url: str, limits: Limits | None = None) -> Visit:
    """Make one visit."""
    return asyncio.run(Visitor(here, [ip_network("127.0.0.1/32")], limits=limits, now=lambda: NOW).visit(url))


@pytest.fixture(scope="module")
def secure_visit() -> Visit:
    """Return a visit of a page with a certificate that nobody knows."""
    with Lab({"/": whole(b"page")}, context=secured(trustme.CA(), "refund-desk.test", "127.0.0.1")) as lab:
        return visit(f"https://refund-desk.test:{lab.port}/")


def test_a_visit_is_one_finding_with_its_chain() -> None:
    """Each hop, the last answer's status, headers, type, size and hash stand in it, and a sentence says the same."""
    headers = [("Content-Type", "Text/HTML; charset=utf-8"), ("X-A", "1"), ("x-a", "2")]
    with Lab({"/": redirect("/page"), "/page": whole(b"hello", 404, headers)}) as lab:
        found = http_finding(visit(lab.url), source="s", observed_at=NOW, sha256="ab", vantage="mobile")
    assert (found.kind, found.source, found.observed_at, found.sha256, found.vantage) == (
        *("http.exchange", "s", NOW, "ab", "mobile"),
    )
    assert (found.outcome, found.text) == (Outcome.FOUND, "answered 404 after 1 redirect: 5 bytes, text/html")
    assert found.data == {
        "chain": [
            {"url": f"{lab.url}/", "status": 302, "address": "127.0.0.1", "location": f"{lab.url}/page"},
            {"url": f"{lab.url}/page", "status": 404, "address": "127.0.0.1", "location": ""},
        ],
        "final_url": f"{lab.url}/page",
        "status": 404,
        "headers": {"content-type": "Text/HTML; charset=utf-8", "x-a": "1, 2", "content-length": "5"},
        "media_type": "text/html",
        "size": 5,
        "body_sha256": hashlib.sha256(b"hello").hexdigest(),
        "cut": "",
    }


def test_a_body_that_was_cut_is_said() -> None:
    """Whoever reads the finding learns that the page is not whole."""
    with Lab({"/": whole(b"x" * 5_000)}) as lab:
        found = http_finding(visit(lab.url, Limits(wire=1_000)), source="s", observed_at=NOW)
    assert found.data["cut"] == "cut at 1,000 bytes"
    assert found.text.endswith("bytes, no stated type (cut at 1,000 bytes)")


def test_a_visit_that_came_to_nothing_is_a_finding_too() -> None:
    """What was refused is said with the reason, and nothing is made up."""
    found = http_finding(visit("http://10.0.0.1/"), source="s", observed_at=NOW)
    assert (found.outcome, found.data) == (Outcome.REFUSED, {"chain": [], "final_url": "http://10.0.0.1/"})
    assert found.text.startswith("a request was refused: 10.0.0.1 is refused")


def test_a_certificate_is_a_finding_with_its_bytes(secure_visit: Visit) -> None:
    """What the certificate says, and the bytes that prove it, by the hash that names them."""
    [one] = secure_visit.exchanges
    assert one.handshake is not None
    gained = tls_findings(one, vantage="desktop")
    [found], [leaf, chain] = gained.findings, gained.items
    assert (found.kind, found.outcome, found.vantage) == ("tls.certificate", Outcome.FOUND, "desktop")
    assert (
        found.sha256 == found.data["fingerprint"] == leaf.sha256 == hashlib.sha256(one.handshake.chain[0]).hexdigest()
    )
    assert (leaf.media_type, chain.media_type) == ("application/pkix-cert", "application/pem-certificate-chain")
    read = x509.load_der_x509_certificate(leaf.body)
    assert x509.load_pem_x509_certificates(chain.body) == [read]
    assert found.data["names"] == ["refund-desk.test", "127.0.0.1"]
    assert found.data["until"] == read.not_valid_after_utc.isoformat()
    assert found.data["serial"] == f"{read.serial_number:x}"
    assert (found.data["trusted"], found.data["self_signed"], found.data["version"]) == (False, False, "TLSv1.3")
    assert "not trusted (no authority that browsers trust vouches for it)" in found.text


def test_a_damaged_certificate_is_kept_and_said(secure_visit: Visit) -> None:
    """What cannot be read is a finding of its own, with its bytes."""
    [one] = secure_visit.exchanges
    assert one.handshake is not None
    gained = tls_findings(replace(one, handshake=replace(one.handshake, chain=(b"noise",))))
    assert (gained.findings[0].outcome, gained.findings[0].text) == (
        *(Outcome.FAILED, "a certificate that cannot be read"),
    )
    assert gained.items[0].body == b"noise"


def test_without_encryption_there_is_no_certificate(secure_visit: Visit) -> None:
    """A plain page says nothing of certificates."""
    [one] = secure_visit.exchanges
    assert tls_findings(replace(one, handshake=None)) == Gained()
