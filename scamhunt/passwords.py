"""Passwords of the people of a team: what is one, how it is kept, whether one is right.

Kept as Argon2id (RFC 9106) with the parameters that pwdlib recommends; a hash with others is renewed at the next use.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from scamhunt.errors import UserError

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST = 12
"""Characters."""
LONGEST = 1_024
"""Bytes in UTF-8: more only keeps the machine busy."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a password is right, and the hash that is to take the place of an outdated one."""

    right: bool
    renewed: str = ""


def require_strong(name: str, password: str) -> None:
    """Raise `UserError` for what is no password for this person; the password itself is never shown."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise UserError(f"the password for {name} is too short: at least {SHORTEST} characters; a few words will do")
    if len(plain.encode("utf-8", "backslashreplace")) > LONGEST:
        raise UserError(f"the password for {name} is too long: at most {LONGEST:,} bytes")
    if plain.strip().casefold() == name.casefold():
        raise UserError(f"the password for {name} is the name itself; choose another")


def hashed(password: str) -> str:
    """Return the hash of a password, with a salt of its own. Raises `UserError` for one that is too long."""
    return _hasher().hash(_bytes(password))


def verified(password: str, stored: str) -> Verified:
    """Return whether a password belongs to a hash; empty for somebody who has none, which takes as long.

    Raises `UserError` for a password that is too long.
    """
    from pwdlib.exceptions import UnknownHashError  # noqa: PLC0415  # slow to load, and seldom needed

    given = _bytes(password)
    try:
        right, renewed = _hasher().verify_and_update(given, stored or _nobodys())
    except UnknownHashError:  # somebody wrote what is no hash into the database
        right, renewed = False, None
    return Verified(right and bool(stored), renewed or "" if stored else "")


def _plain(password: str) -> str:
    """Return a password as it is compared: the same characters may be typed as other code points."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    given = _plain(password).encode("utf-8", "backslashreplace")
    if len(given) > LONGEST:
        raise UserError(f"the password is too long: at most {LONGEST:,} bytes")
    return given


@cache
def _nobodys() -> str:
    """Return the hash that a password is compared with where there is none: an unknown name costs the same work."""
    return _hasher().hash(b"of nobody", salt=b"no password here")


@cache
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash  # noqa: PLC0415  # slow to load, and seldom needed

    return PasswordHash.recommended()
