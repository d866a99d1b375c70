"""Codes of an authenticator (TOTP, RFC 6238): six digits, thirty seconds, and the secret that they are made of.

The secret is kept encrypted (AES-256-GCM) with `people.key` of the state folder: a copy of the database alone makes no
code.
"""

import secrets
from datetime import datetime
from pathlib import Path

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scamhunt import keyfile
from scamhunt.errors import StoreError

KEY = "people.key"
DIGITS = 6
SECONDS = 30
_NONCE = 12
_AROUND = (-1, 0, 1)
"""Steps of time around now: clocks of telephones are a little off."""


def new_secret() -> str:
    """Return a new secret in Base32, 160 random bits (RFC 4226 4)."""
    return pyotp.random_base32()


def address(secret: str, name: str, issuer: str) -> str:
    """Return what an authenticator reads from a picture: `otpauth://totp/...`."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime, used: int) -> int | None:
    """Return the step of time that a code belongs to, None for a wrong one and for one at or before a used step."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    present, totp = int(now.timestamp()) // SECONDS, pyotp.TOTP(secret)
    right = [step for step in (present + near for near in _AROUND) if _is(totp, step, digits) and step > used]
    return right[0] if right else None


def seal(home: Path, name: str, secret: str) -> bytes:
    """Return a secret encrypted for the database, for one person. Raises `StoreError`."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(keyfile.read(home, KEY)).encrypt(nonce, secret.encode(), name.encode())


def unseal(home: Path, name: str, sealed: bytes) -> str:
    """Return the secret of a person. Raises `StoreError` where the key or the row is not what it was."""
    key = keyfile.read(home, KEY, lost="no code can be checked; put it back from a backup, or remove second factors")
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode()).decode()
    except (InvalidTag, ValueError):
        raise StoreError(f"the second factor of {name} was changed, or {KEY} is not the key that sealed it") from None


def _is(totp: pyotp.TOTP, step: int, digits: str) -> bool:
    return secrets.compare_digest(totp.generate_otp(step), digits)
