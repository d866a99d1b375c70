"""Encrypts a packet to the key of an agency, with age."""

from collections.abc import Sequence
from pathlib import Path

from scamhunt import files
from scamhunt.errors import UserError


def encrypt(file: Path, to: Sequence[str], out: Path) -> None:
    """Encrypt a file to age recipients; what is written is whole or not there.

    Raises `UserError` where pyrage is not installed or a recipient cannot be read, `StoreError` when the disk refuses.
    """
    try:
        import pyrage  # noqa: PLC0415  # only who encrypts has it
    except ImportError:
        raise UserError("to encrypt, install the extra: pip install scamhunt[referral]") from None
    try:
        recipients = [pyrage.x25519.Recipient.from_str(one.strip()) for one in to]
    except pyrage.RecipientError:
        raise UserError("--encrypt-to, or the agency's age_key, is no age recipient: it begins with age1") from None
    with file.open("rb") as held:
        files.write_whole(out, lambda written: pyrage.encrypt_io(held, written, recipients))
