"""The team's mailbox of forwarded scam mails: their links and numbers, and nothing else of them."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scamhunt.indicators import masking
from scamhunt.indicators.mails import Fate, Mail, read_mail
from scamhunt.model import (
    CONFIGURED,
    Batch,
    Crawl,
    Example,
    Feed,
    Fetch,
    Keeps,
    Kind,
    Notice,
    Rejected,
    Reply,
    Statement,
)

FEED = Feed(
    name="mailbox",
    publisher="the team's own mailbox, to which people forward scam mails",
    homepage="https://www.rfc-editor.org/rfc/rfc9051",
    terms="the team's own mail; tell those who forward what is taken from it",
    kind=Kind.PHONE,
    schedule="*/10 * * * *",
    needs_key=False,
    rows_a_day=(0, 50_000),
    verified_on="2026-11-22",
    how="tried",
    address="mailbox:",
    keeps=Keeps.ROWS,
    max_age_days=30,
)

LARGEST = 25 * 2**20
"""Bytes of a mail that is read."""
AT_ONCE = 50
"""Mails of one batch."""

_TOLD = {
    "large": f"{{}} of its mails are larger than {LARGEST // 2**20} MB: not read; look at them by hand",
    Fate.OPAQUE: "{} of its mails are encrypted (S/MIME, PGP) or attached as .msg: not readable; ask for others",
    Fate.AUTOMATIC: "{} of its mails are automatic replies or bounces: left out",
    "unforwarded": "{} of its mails come without a forwarded original: their numbers were left alone; "
    "ask people to forward the mail itself, best as an attachment",
    "passed": "{} numbers in its mails are none that the mails say to call, or that texts come from: left alone",
    "empty": "{} of its mails hold neither a link nor a number; look whether pictures were forwarded",
    "cut": "{} of its mails go beyond a limit (parts, depth, text): their beginning was read",
}

_FORWARDED = b"""\
Date: Sat, 21 Nov 2026 09:04:06 +0000
Message-ID: <one@team.example>
Subject: Fwd: Your order
Content-Type: text/plain; charset=utf-8

See below. Ask me: +1 212 555 0147 or https://intranet.example/me

---------- Forwarded message ---------
From: Amazon <billing@weather.example>
Date: Fri, 20 Nov 2026
Subject: Your order
To: somebody@team.example

Your Amazon order will be charged. To cancel call +1 888 555 0142
or go to hxxps://amazon-refund-desk[.]com/claim?mail=somebody@team.example
"""
_LIST = (
    b'{"uidvalidity": 7, "messages": [{"uid": 101, "size": 600}, {"uid": 102, "size": 3}], "behind": 0, "location": ""}'
)

EXAMPLES = (
    Example(
        _LIST,
        ("https://amazon-refund-desk.com/claim", "+18885550142"),
        ((102, "no mail"),),
        replies={"configured:/101": _FORWARDED, "configured:/102": b"?\n\n"},
    ),
    Example(b'{"uidvalidity": 7, "messages": [], "behind": 0, "location": ""}', ()),
)


@dataclass(slots=True)
class _Reading:
    """What the mails of one batch bring, and of what sort the mails of the run are."""

    region: str
    counts: Counter[str] = field(default_factory=Counter)
    rows: list[tuple[Kind, str, int, datetime | None, Statement]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def take(self, uid: int, raw: bytes, size: int) -> None:
        """Read a mail; of one that is gone meanwhile there is nothing."""
        if size > LARGEST:
            self.counts["large"] += 1
        elif raw:
            self._add(uid, raw, read_mail(raw, self.region))

    def _add(self, uid: int, raw: bytes, mail: Mail) -> None:
        if mail.fate is Fate.NO_MAIL:
            self.rejected.append(masking.rejected(uid, raw, "no mail: it has no header; look at it in the mailbox"))
            return
        self.counts[mail.fate] += 1
        self.counts["cut"] += mail.cut
        self.counts["unforwarded"] += mail.unforwarded
        self.counts["passed"] += mail.passed
        self.counts["empty"] += mail.fate is Fate.READ and not (mail.values or mail.unforwarded or mail.passed)
        self.rows += [(kind, value, uid, mail.sent_at, statement) for kind, value, statement in mail.values]

    def batch(self, mark: str, location: str) -> Batch:
        """Return what was read since the last one."""
        rows, rejected = self.rows, tuple(self.rejected)
        self.rows, self.rejected = [], []
        kinds, values, lines, seen_at, statements = zip(*rows, strict=True) if rows else ((), (), (), (), ())
        return Batch(mark, values, lines, seen_at, rejected, "mail", location, kinds, statements)


def crawl(mark: str) -> Crawl:
    """Ask what came after the mark, UIDVALIDITY and UID, and read mail after mail."""
    listed: Reply = yield Fetch(f"{CONFIGURED}/after/{'/'.join(_place(mark))}", keep=False, raw=True)
    box = json.loads(b"".join(listed.chunks))
    reading = _Reading(listed.options.get("region", ""))
    for some in _some(box["messages"]):
        for message in some:
            raw, size = b"", message["size"]
            if size <= LARGEST:
                reply: Reply = yield Fetch(f"{CONFIGURED}/{message['uid']}", keep=False, raw=True)
                raw = b"".join(reply.chunks)
            reading.take(message["uid"], raw, max(size, len(raw)))
        yield reading.batch(f"{box['uidvalidity']}.{some[-1]['uid']}", box["location"])
    for told, text in _TOLD.items():
        if count := reading.counts[told]:
            yield Notice(text.format(f"{count:,}"))
    if box["behind"]:
        yield Notice(f"{box['behind']:,} of its mails wait for the next run", behind=box["behind"])


def _place(mark: str) -> tuple[str, str]:
    """Return UIDVALIDITY and UID of a mark; zeros for none."""
    validity, dot, uid = mark.partition(".")
    return (validity, uid) if dot and validity.isdecimal() and uid.isdecimal() else ("0", "0")


def _some(messages: list[Mapping[str, int]]) -> Iterator[tuple[Mapping[str, int], ...]]:
    rest = iter(messages)
    while some := tuple(itertools.islice(rest, AT_ONCE)):
        yield some
