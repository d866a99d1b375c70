import asyncio
import datetime as dt
import ssl
import subprocess
import sys
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU  # noqa: N814  # the short name that everybody uses
from pydantic import SecretStr

from bench.lab_web import Lab, LabProxy, Listener, recorded_connects, secured, whole
from scamhunt.addresses import Address
from scamhunt.errors import UserError
from scamhunt.net.secure import handshake_of, why_not_trusted
from scamhunt.net.visit import Limits, NoAddress, Visit, Visitor
from scamhunt.observed import Outcome

HERE = [ip_network("127.0.0.1/32")]
UNKNOWN = "no authority that browsers trust vouches for it"
NOW = dt.datetime.now(dt.UTC)

USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)

WITH_TRUST = """
import asyncio, sys
from ipaddress import ip_address, ip_network
from pydantic import SecretStr
from scamhunt.net.visit import Visitor

async def here(name):
    return [ip_address("127.0.0.1")]

visitor = Visitor(here, [ip_network("127.0.0.1/32")], proxy=SecretStr(sys.argv[2]) if sys.argv[2] else None)
seen = asyncio.run(visitor.visit(sys.argv[1]))
print(seen.outcome, seen.problem, [(one.status, one.handshake.trusted) for one in seen.exchanges])
"""


async def here(_name: str) -> Sequence[Address]:
    """Resolve every name to this machine."""
    return [ip_address("127.0.0.1")]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return an authority that nobody knows."""
    return trustme.CA()


def visit(url: str, proxy: str = "", **limits: float) -> Visit:
    """Make one visit."""
    given = Limits(**limits)  # type: ignore[arg-type]  # seconds
    visitor = Visitor(here, HERE, proxy=SecretStr(proxy) if proxy else None, limits=given)
    return asyncio.run(visitor.visit(url))


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *extensions: tuple[x509.ExtensionType, bool],
) -> bytes:
    """Return a certificate of our own making (DER)."""
    made = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(NOW - dt.timedelta(days=1)).not_valid_after(NOW + dt.timedelta(days=9))
    known = x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
    extensions = ((x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known), False), *extensions)
    if subject == issuer:
        usage = x509.KeyUsage(**dict.fromkeys(USES, False) | {"key_cert_sign": True})
        extensions = ((known, False), (usage, True), *extensions)
    for extension, critical in extensions:
        made = made.add_extension(extension, critical)
    return made.sign(signer, SHA256()).public_bytes(Encoding.DER)


def ders(*pems: trustme.Blob) -> list[bytes]:
    """Return certificates as they travel."""
    return [x509.load_pem_x509_certificate(one.bytes()).public_bytes(Encoding.DER) for one in pems]


def test_a_page_with_an_unknown_certificate_is_seen_and_said_to_be_untrusted(authority: trustme.CA) -> None:
    """The page comes, with the certificates that the server sent and why a browser would not take them."""
    issuing = authority.create_child_ca()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = issuing.issue_cert("refund-desk.test")
    certificate.configure_cert(context)
    with Lab({"/": whole(b"page")}, context=context) as lab:
        [one] = visit(f"https://refund-desk.test:{lab.port}/").exchanges
    assert one.body == b"page"
    assert one.handshake is not None
    assert (one.handshake.version, one.handshake.trusted, one.handshake.why_not) == ("TLSv1.3", False, UNKNOWN)
    assert one.handshake.chain == tuple(ders(*certificate.cert_chain_pems))
    assert len(one.handshake.chain) == 2


def test_a_name_is_told_and_an_address_is_not(authority: trustme.CA) -> None:
    """The server learns which of its sites is wanted, as from a browser; of an address it learns nothing."""
    with Lab({"/": whole(b"page")}, context=secured(authority, "refund-desk.test")) as lab:
        visit(f"https://refund-desk.test.:{lab.port}/")
        visit(f"https://127.0.0.1:{lab.port}/")
    assert [one.sni for one in lab.requests] == ["refund-desk.test", ""]


def test_an_old_server_is_seen_too(authority: trustme.CA) -> None:
    """A kit on an old machine with old encryption and a weak cipher is looked at all the same."""
    context = secured(authority, "refund-desk.test")
    context.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with Lab({"/": whole(b"page")}, context=context) as lab:
        [one] = visit(f"https://refund-desk.test:{lab.port}/").exchanges
    assert one.handshake is not None
    assert (one.handshake.version, one.handshake.cipher) == ("TLSv1.2", "ECDHE-ECDSA-AES128-SHA")


def test_trust_is_judged_as_browsers_do(authority: trustme.CA) -> None:
    """A certificate counts for its names, in its time, and where a known authority vouches for it."""
    roots, [leaf] = (
        ders(authority.cert_pem),
        ders(authority.issue_cert("refund-desk.test", "*.shop.test").cert_chain_pems[0]),
    )
    assert why_not_trusted([leaf], "refund-desk.test", NOW, roots) == ""
    assert why_not_trusted([leaf], "a.shop.test", NOW, roots) == ""
    assert why_not_trusted([leaf], "a.b.shop.test", NOW, roots) == "it is not made out to this host"
    assert why_not_trusted([leaf], "under_score.test", NOW, roots) == "it is not made out to this host"
    assert why_not_trusted([leaf], "refund-desk.test", NOW) == UNKNOWN
    [address] = ders(authority.issue_cert("127.0.0.1").cert_chain_pems[0])
    assert why_not_trusted([address], ip_address("127.0.0.1"), NOW, roots) == ""
    assert why_not_trusted([address], ip_address("127.0.0.2"), NOW, roots) == "it is not made out to this host"


def test_a_certificate_that_is_not_for_servers_is_not_trusted() -> None:
    """What its authority made for something else, a mail signature say, vouches for no page."""
    signer = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an authority")])
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    root = certificate(issuer, issuer, signer, signer, (constraints, True))
    for usage, why in ((EKU.CLIENT_AUTH, UNKNOWN), (EKU.SERVER_AUTH, "")):
        names = x509.SubjectAlternativeName([x509.DNSName("refund-desk.test")])
        extended = (x509.ExtendedKeyUsage([usage]), True)
        leaf = certificate(x509.Name([]), issuer, signer, signer, (names, True), extended)
        assert why_not_trusted([leaf], "refund-desk.test", NOW, [root]) == why


def test_a_certificate_out_of_its_time_is_said(authority: trustme.CA) -> None:
    """When it begins and when it ended are named."""
    ended = NOW - dt.timedelta(days=9)
    blob = authority.issue_cert("refund-desk.test", not_before=ended - dt.timedelta(days=9), not_after=ended)
    [leaf], roots = ders(blob.cert_chain_pems[0]), ders(authority.cert_pem)
    assert why_not_trusted([leaf], "refund-desk.test", NOW, roots) == f"it ended at {ended:%Y-%m-%d %H:%M} UTC"
    early = NOW - dt.timedelta(days=90)
    assert why_not_trusted([leaf], "refund-desk.test", early, roots).startswith("it holds only from ")


def test_a_certificate_that_nobody_else_signed_or_can_read_is_said(authority: trustme.CA) -> None:
    """Self-signed and damaged certificates are told apart."""
    own = "it is not made out to this host; nobody but its owner signed it"
    assert why_not_trusted(ders(authority.cert_pem), "refund-desk.test", NOW) == own
    for damaged in ([b"noise"], []):
        assert why_not_trusted(damaged, "refund-desk.test", NOW) == "the certificate cannot be read"


def test_what_speaks_no_tls_is_a_failure_in_words(authority: trustme.CA) -> None:
    """Plain servers, servers that hang up and servers that keep silent end the visit with a reason."""
    with Lab({}) as lab, Listener() as silent:
        url = f"https://127.0.0.1:{silent.port}/"
        assert (visit(url).outcome, visit(url).problem) == (
            *(Outcome.FAILED, "127.0.0.1: no encryption could be agreed on"),
        )
        slow = visit(f"https://127.0.0.1:{lab.port}/", connect=0.2)
    assert (slow.outcome, slow.problem) == (Outcome.TIMEOUT, "127.0.0.1: no answer in time")
    with Lab({"/": whole(b"")}, context=secured(authority, "x.test")) as lab:
        plain = visit(f"http://127.0.0.1:{lab.port}/")
    assert (plain.outcome, plain.problem) == (Outcome.FAILED, "127.0.0.1: no answer that can be read")


def test_a_proxy_is_told_the_checked_address_and_never_the_name(authority: trustme.CA) -> None:
    """For http and https alike it connects to the address that was checked; Host and TLS keep the name."""
    context = secured(authority, "refund-desk.test")
    with Lab({"/": whole(b"a")}) as plain, Lab({"/": whole(b"b")}, context=context) as tls, LabProxy("u:p w") as proxy:
        way = f"http://u:p%20w@localhost:{proxy.port}"
        seen = [visit(f"{lab.url[: lab.url.index(':')]}://refund-desk.test:{lab.port}/", way) for lab in (plain, tls)]
    assert [one.exchanges[0].body for one in seen] == [b"a", b"b"]
    assert [one.exchanges[0].address for one in seen] == ["127.0.0.1", "127.0.0.1"]
    assert [one.splitlines()[:2] for one in proxy.asked] == [
        [f"CONNECT 127.0.0.1:{lab.port} HTTP/1.1", f"Host: 127.0.0.1:{lab.port}"] for lab in (plain, tls)
    ]
    assert plain.requests[0].header("Host") == f"refund-desk.test:{plain.port}"
    assert b"Proxy-Authorization" not in plain.requests[0].raw
    assert tls.requests[0].sni == "refund-desk.test"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("HTTP/1.1 403 No\r\n\r\n", "refund-desk.test: the proxy answered 403"),
        ("noise\r\n\r\n", "refund-desk.test: the proxy gave no answer that can be read"),
        ("x" * 9_000, "refund-desk.test: the proxy gave no answer that can be read"),
        ("HTTP/1.1 20", "refund-desk.test: the proxy gave no answer that can be read"),
        ("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK", "refund-desk.test: the proxy answered 200"),
    ],
    ids=["no", "noise", "long", "half", "too much"],
)
def test_a_proxy_that_does_not_lead_there_is_said(answer: str, why: str) -> None:
    """What the proxy says instead is the reason, and the server is not reached."""
    with LabProxy(refuses=answer) as proxy:
        seen = visit("http://refund-desk.test/", f"http://127.0.0.1:{proxy.port}")
    assert (seen.outcome, seen.problem, seen.exchanges) == (Outcome.FAILED, why, ())


def test_a_proxy_is_asked_for_the_next_address() -> None:
    """Where the proxy does not reach one checked address, it is asked for the next one."""

    async def two(_name: str) -> Sequence[Address]:
        return [ip_address("127.0.0.3"), ip_address("127.0.0.1")]

    with Lab({"/": whole(b"page")}) as lab, LabProxy() as proxy:
        visitor = Visitor(two, [ip_network("127.0.0.0/8")], proxy=SecretStr(f"http://127.0.0.1:{proxy.port}"))
        seen = asyncio.run(visitor.visit(f"http://refund-desk.test:{lab.port}/"))
    assert (seen.outcome, seen.exchanges[0].address) == (Outcome.FOUND, "127.0.0.1")
    assert [one.split()[1] for one in proxy.asked] == [f"127.0.0.3:{lab.port}", f"127.0.0.1:{lab.port}"]


def test_a_proxy_that_keeps_silent_or_is_not_known_ends_the_visit() -> None:
    """A proxy without an answer is a visit out of time; one whose name has no address is said to be the proxy's."""

    async def nobody(name: str) -> Sequence[Address]:
        raise NoAddress(Outcome.ABSENT, f"{name}: does not exist")

    with Lab(lambda _asked: (3.0,)) as silent:
        slow = visit("http://refund-desk.test/", f"http://127.0.0.1:{silent.port}", connect=0.2)
    assert (slow.outcome, slow.problem) == (Outcome.TIMEOUT, "refund-desk.test: no answer in time")
    visitor = Visitor(nobody, HERE, proxy=SecretStr("http://proxy.test:3128"))
    gone = asyncio.run(visitor.visit("http://127.0.0.1/"))
    assert (gone.outcome, gone.problem) == (Outcome.ABSENT, "the proxy: proxy.test: does not exist")


def test_the_guard_holds_behind_a_proxy_and_for_the_proxy() -> None:
    """An address that is not public is not asked of the proxy, and a proxy at such an address is not used."""
    with LabProxy() as proxy, recorded_connects() as connects:
        seen = visit("http://127.0.0.2/", f"http://127.0.0.1:{proxy.port}")
        other = visit("http://refund-desk.test/", "http://127.0.0.2:3128")
    assert [one.outcome for one in (seen, other)] == [Outcome.REFUSED] * 2
    assert other.problem.startswith("a request was refused: the proxy: 127.0.0.2 is refused: this machine")
    assert (connects, proxy.asked) == ([], [])


def test_a_proxy_that_cannot_be_read_or_trusted_gets_no_password(authority: trustme.CA) -> None:
    """A wrong setting is the user's mistake; a proxy with an unknown certificate is not spoken to."""
    with pytest.raises(UserError):
        Visitor(here, HERE, proxy=SecretStr("socks5://127.0.0.1:1080"))
    with LabProxy("u:p", context=secured(authority, "127.0.0.1")) as proxy:
        seen = visit("http://refund-desk.test/", f"https://u:p@127.0.0.1:{proxy.port}")
    assert (seen.outcome, seen.problem) == (Outcome.FAILED, "refund-desk.test: no encryption could be agreed on")
    assert proxy.asked == []


def test_a_certificate_of_a_known_authority_is_trusted(authority: trustme.CA, tmp_path: Path) -> None:
    """Where the machine knows the authority, the page is trusted, also through an encrypted proxy."""
    known = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(known))
    context = secured(authority, "refund-desk.test", "127.0.0.1")
    with Lab({"/": whole(b"")}, context=context) as lab, LabProxy("u:p", context=context) as proxy:
        way = f"https://u:p@127.0.0.1:{proxy.port}"
        done = subprocess.run(
            [sys.executable, "-c", WITH_TRUST, f"https://refund-desk.test:{lab.port}/", way],
            capture_output=True,
            text=True,
            check=True,
            env={"SSL_CERT_FILE": str(known), "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    assert done.stdout.strip() == "found  [(200, True)]"
    assert len(proxy.asked) == 1


def test_without_a_certificate_there_is_no_chain() -> None:
    """A connection whose other end has shown nothing yet has no certificates and is not trusted."""
    context = ssl.create_default_context()
    unused = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="refund-desk.test")
    shown = handshake_of(unused, "refund-desk.test", NOW)
    assert (shown.chain, shown.trusted, shown.why_not) == ((), False, "the certificate cannot be read")
