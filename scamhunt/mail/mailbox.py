"""A folder of a mailbox, open to be read: what is new in it, and one message after the other."""

import imaplib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from imap_tools.mailbox import BaseMailBox
from pydantic import SecretStr

from scamhunt.mail.connection import (
    COMMAND_BYTES,
    COMMAND_SECONDS,
    IMAP_URL,
    Client,
    Place,
    connected,
    read_place,
    told,
)
from scamhunt.settings import Settings

LARGEST = 25 * 2**20
"""Bytes of a message that are read; of a larger one only so much comes, and one byte more."""
MESSAGES = 2_000
"""Messages of one run."""

_SIZES_AT_ONCE = 500
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})", re.IGNORECASE)
_UID = re.compile(rb"UID (\d{1,10})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """What waits in a mailbox."""

    uidvalidity: int
    """When it changes, all UIDs are others (RFC 3501 2.3.1.1)."""
    messages: tuple[tuple[int, int], ...]
    """UID and bytes of each, the oldest first, `MESSAGES` at most."""
    behind: int
    """How many more there are."""


class Mailbox:
    """One folder, open to be read. To be closed, as `with` does."""

    def __init__(self, place: Place, box: BaseMailBox, client: Client, settings: Settings) -> None:
        """Take an open folder; `open` makes one."""
        self._place, self._box, self._client, self._settings = place, box, client, settings
        with told(place, "does not number its messages; name another folder"):
            self._uidvalidity = int(client.response("UIDVALIDITY")[1][-1])

    @classmethod
    def open(cls, url: SecretStr, settings: Settings, setting: str = IMAP_URL) -> Self:
        """Connect, log in and open the folder of an address, which a setting gives, to be read only.

        Raises `UserError` for an address that cannot be read, `AddressRefused` when it is not public, `Refused` when a
        password would go out in the clear, `FeedFailed` for everything else.
        """
        place = read_place(url, setting)
        client = connected(place, settings)
        try:
            return cls(place, _opened(client, place), client, settings)
        except BaseException:
            client.part()
            raise

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Say goodbye and close the connection."""
        self._client.part()

    @property
    def shown(self) -> str:
        """Where it is, for messages and books."""
        return self._place.shown

    def new_since(self, uidvalidity: int, uid: int) -> Listed:
        """Return what came after a UID; all where the UIDs of that time are no longer those. Raises `FeedFailed`."""
        start = uid if uidvalidity == self._uidvalidity else 0
        with told(self._place, "its list of messages cannot be read"):
            self._client.begin(COMMAND_SECONDS, COMMAND_BYTES)
            # `*` is the newest message, also where its UID is below the one asked for.
            found = sorted({int(one) for one in self._box.uids(f"UID {start + 1}:*", charset=None)})
            new = [one for one in found if one > start]
            taken = new[:MESSAGES]
            sizes = self._sizes(taken)
        messages = tuple((one, sizes.get(one, 0)) for one in taken)
        return Listed(self._uidvalidity, messages, len(new) - len(taken))

    def fetch(self, uid: int) -> bytes:
        """Return a message as it came (RFC 5322), nothing where it is gone; of a larger one `LARGEST` bytes and one.

        Raises `FeedFailed`.
        """
        with told(self._place, "a message cannot be read"):
            self._client.begin(self._settings.fetch_seconds, LARGEST + COMMAND_BYTES)
            status, found = self._client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
            if status != "OK":
                raise imaplib.IMAP4.error
            return next((one[1] for one in found if isinstance(one, tuple) and _is_body(one[0], uid)), b"")

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        sizes = {}
        for at in range(0, len(uids), _SIZES_AT_ONCE):
            self._client.begin(COMMAND_SECONDS, COMMAND_BYTES)
            asked = ",".join(map(str, uids[at : at + _SIZES_AT_ONCE]))
            _, found = self._client.uid("FETCH", asked, "(RFC822.SIZE)")
            for line in found:
                if isinstance(line, bytes) and (uid := _UID.search(line)) and (size := _SIZE.search(line)):
                    sizes[int(uid[1])] = int(size[1])
        return sizes


def _is_body(line: bytes, uid: int) -> bool:
    """Tell the message that was asked for from what else a server may send of its own."""
    told = _UID.search(line)
    return b"BODY[]" in line.upper() and (told is None or int(told[1]) == uid)


def _opened(client: Client, place: Place) -> BaseMailBox:
    box = _Box(client)
    with told(place, f"does not take this user and password; look at {place.setting}, it may want an app password"):
        client.begin(COMMAND_SECONDS, COMMAND_BYTES)
        enter = box.login if (place.user + place.password).isascii() else box.login_utf8
        enter(place.user, place.password, initial_folder=None)
    with told(place, f"has no such folder that can be opened; look at {place.setting}"):
        client.begin(COMMAND_SECONDS, COMMAND_BYTES)
        box.folder.set(place.folder, readonly=True)
    return box


class _Box(BaseMailBox):
    """The library's mailbox over our connection."""

    def __init__(self, client: Client) -> None:
        self._ours = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._ours
