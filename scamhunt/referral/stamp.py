"""Stamps of the time (RFC 3161) over what a packet's seal is over: that it existed then, says a third party.

Nothing here asks anybody: a person sends the request where the team's rules allow it, for it tells that a referral is
in the making. `openssl ts -verify` checks a stamp without us.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scamhunt.errors import UserError

FILE = "TIMESTAMP.tsr"
LONGEST = 1_000_000
"""Bytes of a reply."""


class BadStamp(Exception):
    """A stamp that does not hold, and why."""


def request(message: bytes) -> bytes:
    """Return the request for a stamp over a message (SHA-256), as DER. Raises `UserError` without the library."""
    client = _client()
    builder = client.TimestampRequestBuilder().data(message).hash_algorithm(client.HashAlgorithm.SHA256)
    body: bytes = builder.nonce(nonce=False).cert_request(cert_request=True).build().as_bytes()
    return body


def check(reply: bytes, message: bytes, certificates: Sequence[bytes] = ()) -> datetime:
    """Return when a message was stamped. Raises `BadStamp`, `UserError` without the library.

    With the certificates (PEM) that the team trusts the signature is checked too; without them only that the stamp is
    over this message: then it says what it says, and not who says so.
    """
    client = _client()
    try:
        answer = client.decode_timestamp_response(reply[:LONGEST])
        info = answer.tst_info
        stamped, at = info.message_imprint.message, info.gen_time
    except Exception as error:  # noqa: BLE001  # whatever a parser of hostile bytes makes of them
        raise BadStamp(f"is no stamp of the time that was granted ({type(error).__name__})") from None
    if stamped != hashlib.sha256(message).digest():
        raise BadStamp("is over something else: the packet was changed after it was stamped, or the stamp is another's")
    if certificates:
        _trust(client, answer, message, certificates)
    found: datetime = at
    return found


def _trust(client: Any, answer: Any, message: bytes, certificates: Sequence[bytes]) -> None:  # noqa: ANN401  # a library without types
    from cryptography import x509  # noqa: PLC0415  # seldom needed

    builder = client.VerifierBuilder()
    try:
        for pem in certificates:
            for one in x509.load_pem_x509_certificates(pem):
                builder = builder.add_root_certificate(one)
        builder.build().verify_message(answer, message)
    except (ValueError, client.VerificationError) as error:
        raise BadStamp(f"was not made by who you trust: {str(error)[:200]}") from None


def _client() -> Any:  # noqa: ANN401  # a library without types
    try:
        import rfc3161_client  # noqa: PLC0415  # only who stamps has it
    except ImportError:
        raise UserError("for stamps of the time, install the extra: pip install scamhunt[referral]") from None
    return rfc3161_client
