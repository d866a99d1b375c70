"""Mailboxes, read over IMAP: of forwarded mails and of answers; and the server that reports go out by, over SMTP.

`sending.py` and `talk.py` send; the rest reads. Nothing is changed in the mailbox: the folder is opened with EXAMINE
and messages are looked at with BODY.PEEK (RFC 3501 6.3.2, 6.4.5), so that none is marked as read. A connection goes
only to an address that was checked, and user and password go out under TLS; without it only to networks of
`settings.fetch_allow_nets`. What a server that we read from says is never repeated in a message, nor is a password;
what a mail server answers to a report is kept, cleaned, as the proof.
"""

from scamhunt.mail.connection import IMAP_URL, INBOX_URL, Place, read_place
from scamhunt.mail.mailbox import LARGEST, MESSAGES, Listed, Mailbox

__all__ = ["IMAP_URL", "INBOX_URL", "LARGEST", "MESSAGES", "Listed", "Mailbox", "Place", "read_place"]
