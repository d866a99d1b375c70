"""Salted hashes of what may be somebody's: the same words have the same hash in this state folder and in no other."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Self

from scamhunt import files

FILE = "salt"
_BYTES = 32
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_SHOWN = 32


class Seal:
    """Hashes with the salt of one state folder."""

    def __init__(self, salt: bytes) -> None:
        """Take the salt."""
        self._salt = salt

    @classmethod
    def of(cls, home: Path) -> Self:
        """Read the salt of a state folder, or make one. Raises `StoreError` when the disk refuses."""
        path = home / FILE
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError), open(os.open(path, _NEW, 0o600), "wb") as out:  # noqa: PTH123  # 0600 from the start
                out.write(secrets.token_bytes(_BYTES))
            salt = path.read_bytes()
            if len(salt) != _BYTES:  # whoever made it was killed
                files.write_whole(path, lambda out: out.write(secrets.token_bytes(_BYTES)))
                salt = path.read_bytes()
        except OSError as error:
            raise files.refused(path, error) from None
        return cls(salt)

    def sealed(self, words: str) -> str:
        """Return 32 hex digits for words, nothing for none."""
        if not words:
            return ""
        return hmac.new(self._salt, words.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:_SHOWN]
