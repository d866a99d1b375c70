"""The team's mailbox as a place that a crawler may ask: what is new in it, and one message after the other.

`mailbox:/after/UIDVALIDITY/UID` is answered by a JSON object: `uidvalidity`, `messages` (`uid` and `size` of each, the
oldest first), `behind` (how many wait besides) and `location`; `mailbox:/UID` by the bytes of that message.
"""

import hashlib
import json
import re
from typing import BinaryIO

from scamhunt.errors import FeedFailed, UserError
from scamhunt.mail import Listed, Mailbox
from scamhunt.net import Downloaded
from scamhunt.settings import Settings

MAILBOX = "mailbox:"
"""The place that stands for `SCAMHUNT_IMAP_URL`, which holds a password and is therefore written nowhere."""

_ASKED = re.compile(r"mailbox:/(?:after/(\d{1,10})/)?(\d{1,10})", re.ASCII)


class Letters:
    """The mailbox of one run of a feed: opened when it is first asked, and kept open."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._box: Mailbox | None = None

    def close(self) -> None:
        """Close the mailbox if it is open."""
        box, self._box = self._box, None
        if box:
            box.__exit__()

    def bring(self, location: str, into: BinaryIO) -> Downloaded:
        """Write what a location stands for into a file.

        Raises `UserError` while no mailbox is set or its address cannot be read, `FeedFailed`, `Refused`.
        """
        asked = _ASKED.fullmatch(location)
        if asked is None:
            raise FeedFailed("the crawler asks for something that no mailbox has; mend the crawler")
        box = self._opened()
        uid = int(asked[2])
        body = box.fetch(uid) if asked[1] is None else _listing(box.new_since(int(asked[1]), uid), box.shown)
        into.write(body)
        return Downloaded(location, 200, {}, hashlib.sha256(body).hexdigest(), len(body))

    def _opened(self) -> Mailbox:
        if not self._settings.imap_url.get_secret_value():
            raise UserError("no mailbox is set; set SCAMHUNT_IMAP_URL=imaps://user:password@host/INBOX")
        self._box = self._box or Mailbox.open(self._settings.imap_url, self._settings)
        return self._box


def _listing(listed: Listed, location: str) -> bytes:
    messages = [{"uid": uid, "size": size} for uid, size in listed.messages]
    told = {"uidvalidity": listed.uidvalidity, "messages": messages, "behind": listed.behind, "location": location}
    return json.dumps(told).encode()
