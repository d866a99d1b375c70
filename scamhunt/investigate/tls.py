"""What the certificates of a server say, and the certificates themselves."""

import warnings
from base64 import encodebytes
from collections.abc import Sequence
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from scamhunt import __version__
from scamhunt.net.secure import names_of
from scamhunt.net.visit import Exchange, Handshake
from scamhunt.observed import Finding, Gained, Item, Outcome

TOOL = f"scamhunt {__version__}"
MOST_NAMES = 200
LONGEST_NAME = 1_000
"""Characters of a subject or an issuer."""
_UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType),
)


def tls_findings(exchange: Exchange, *, vantage: str = "") -> Gained:
    """Return `tls.certificate` of an exchange, with the certificate (DER) and all that came with it (PEM).

    Nothing where the connection was not secured. A certificate that cannot be read is FAILED.
    """
    handshake = exchange.handshake
    if handshake is None or not handshake.chain:
        return Gained()
    items = _items(handshake.chain, exchange, vantage)
    proof = items[0].sha256
    seen = {
        "fingerprint": proof,
        "trusted": handshake.trusted,
        "why_not": handshake.why_not,
        "version": handshake.version,
        "chain": [sha256(one).hexdigest() for one in handshake.chain],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a stranger's certificate
        try:
            said = _said(handshake.chain[0])
            outcome, text = Outcome.FOUND, _sentence(said, handshake)
        except _UNREADABLE:
            said, outcome, text = {}, Outcome.FAILED, "a certificate that cannot be read"
    source = f"tls {exchange.address}:{exchange.port}"
    found = Finding("tls.certificate", source, exchange.begun, outcome, text, seen | said, proof, vantage)
    return Gained([found], items)


def _items(chain: Sequence[bytes], exchange: Exchange, vantage: str) -> list[Item]:
    pem = b"".join(
        b"-----BEGIN CERTIFICATE-----\n" + encodebytes(one) + b"-----END CERTIFICATE-----\n" for one in chain
    )
    return [
        Item(body, media_type, exchange.url, exchange.begun, TOOL, vantage)
        for body, media_type in ((chain[0], "application/pkix-cert"), (pem, "application/pem-certificate-chain"))
    ]


def _said(der: bytes) -> dict[str, object]:
    leaf = x509.load_der_x509_certificate(der)
    return {
        "subject": leaf.subject.rfc4514_string()[:LONGEST_NAME],
        "issuer": leaf.issuer.rfc4514_string()[:LONGEST_NAME],
        "names": names_of(leaf)[:MOST_NAMES],
        "from": leaf.not_valid_before_utc.isoformat(),
        "until": leaf.not_valid_after_utc.isoformat(),
        "serial": f"{leaf.serial_number:x}",
        "self_signed": leaf.subject == leaf.issuer,
    }


def _sentence(said: dict[str, object], handshake: Handshake) -> str:
    trust = "trusted" if handshake.trusted else f"not trusted ({handshake.why_not})"
    return f"a certificate of {said['issuer'] or 'nobody'}, valid until {said['until']}, {trust}"
