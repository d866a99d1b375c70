"""The mailbox that people forward scam mails to, read over IMAP. The one package that speaks IMAP.

Nothing is changed there: the folder is opened with EXAMINE and messages are looked at with BODY.PEEK (RFC 3501 6.3.2,
6.4.5), so that none is marked as read. A connection goes only to an address that was checked, as everywhere, and user
and password go out under TLS; without it only to networks of `settings.fetch_allow_nets`. What a server says is never
repeated in a message, nor is a password.
"""

from scamhunt.mail.connection import Place, read_place
from scamhunt.mail.mailbox import LARGEST, MESSAGES, Listed, Mailbox

__all__ = ["LARGEST", "MESSAGES", "Listed", "Mailbox", "Place", "read_place"]
