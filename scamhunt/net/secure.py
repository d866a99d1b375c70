"""How a connection is secured: taken as it comes, because a page with a bad certificate is evidence too, then judged.

Nothing is verified while a page is fetched. Afterwards the certificates that came are verified as browsers would do it.
"""

import functools
import ssl
import sys
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, Store, VerificationError

from scamhunt.addresses import Address
from scamhunt.net.exchange import Handshake

MOST_CERTIFICATES = 12
"""Of one server."""
_DER = 2  # what OpenSSL's binding calls ENCODING_DER
_UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType),
)


@functools.cache
def context() -> ssl.SSLContext:
    """Return what looks at any server: no check of certificates, old versions and weak ciphers too, HTTP/1.1 only."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    found.check_hostname = False
    found.verify_mode = ssl.CERT_NONE
    found.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    found.set_ciphers("ALL:!aNULL:!eNULL:@SECLEVEL=0")
    found.set_alpn_protocols(["http/1.1"])
    found.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return found


@functools.cache
def strict() -> ssl.SSLContext:
    """Return what talks to verified servers only: the team's own proxy gets a password."""
    return httpx.create_ssl_context()


@functools.cache
def authorities() -> tuple[bytes, ...]:
    """Return the certificates (DER) of the authorities that count as trusted: those that downloads rely on too."""
    return tuple(strict().get_ca_certs(binary_form=True))


def handshake_of(secured: ssl.SSLObject, name: str | Address, at: datetime, roots: Sequence[bytes] = ()) -> Handshake:
    """Return how a connection is secured, and whether a browser would have taken it for `name` at that moment.

    `roots` are authorities (DER) beside the usual ones.
    """
    chain = _chain(secured)
    cipher = secured.cipher()
    why_not = why_not_trusted(chain, name, at, roots)
    return Handshake(secured.version() or "", cipher[0] if cipher else "", chain, not why_not, why_not)


def why_not_trusted(chain: Sequence[bytes], name: str | Address, at: datetime, roots: Sequence[bytes] = ()) -> str:
    """Return in words why certificates (DER, the server's own first) would not be trusted, "" when they would."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a stranger's certificate
        try:
            leaf, *between = map(x509.load_der_x509_certificate, chain)
            if _is_verified(leaf, between, name, at, roots):
                return ""
            return "; ".join(_faults(leaf, name, at)) or "no authority that browsers trust vouches for it"
        except _UNREADABLE:
            return "the certificate cannot be read"


def names_of(certificate: x509.Certificate) -> list[str]:
    """Return the names and addresses that a certificate is made out to; raises ValueError for one that is damaged."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]


def _chain(secured: ssl.SSLObject) -> tuple[bytes, ...]:
    if sys.version_info >= (3, 13):
        return tuple(secured.get_unverified_chain()[:MOST_CERTIFICATES])
    # Before Python 3.13 only the object below has the chain; the versions that have none are too old for us.
    below: Any = getattr(secured, "_sslobj", None)
    return tuple(one.public_bytes(_DER) for one in (below.get_unverified_chain() or ())[:MOST_CERTIFICATES])


def _is_verified(
    leaf: x509.Certificate,
    between: list[x509.Certificate],
    name: str | Address,
    at: datetime,
    roots: Sequence[bytes],
) -> bool:
    subject = x509.DNSName(name) if isinstance(name, str) else x509.IPAddress(name)
    try:
        builder = PolicyBuilder().store(_store(tuple(roots))).time(at)
        builder = builder.extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_own())
        builder.build_server_verifier(subject).verify(leaf, between)
    except (VerificationError, ValueError):  # a name with `_` is no subject for it
        return False
    return True


@functools.cache
def _own() -> ExtensionPolicy:
    """Return what a server's own certificate has to say; browsers do not mind what of it is marked as critical."""
    policy = ExtensionPolicy.webpki_defaults_ee()
    policy = policy.require_present(x509.SubjectAlternativeName, Criticality.AGNOSTIC, None)
    return policy.may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _check_usage)


def _check_usage(policy: Policy, _leaf: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    if usage is not None and policy.extended_key_usage not in usage:
        raise ValueError("not for servers")


@functools.lru_cache(maxsize=4)
def _store(roots: tuple[bytes, ...]) -> Store:
    return Store([x509.load_der_x509_certificate(one) for one in (*authorities(), *roots)])


def _faults(leaf: x509.Certificate, name: str | Address, at: datetime) -> list[str]:
    faults = []
    if at < leaf.not_valid_before_utc:
        faults.append(f"it holds only from {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC on")
    if at > leaf.not_valid_after_utc:
        faults.append(f"it ended at {leaf.not_valid_after_utc:%Y-%m-%d %H:%M} UTC")
    if not _is_for(leaf, name):
        faults.append("it is not made out to this host")
    if leaf.subject == leaf.issuer:
        faults.append("nobody but its owner signed it")
    return faults


def _is_for(leaf: x509.Certificate, name: str | Address) -> bool:
    return any(_covers(one.lower(), str(name)) for one in names_of(leaf))


def _covers(pattern: str, name: str) -> bool:
    return pattern == name or (pattern.startswith("*.") and pattern[2:] == name.partition(".")[2])
