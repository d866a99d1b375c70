"""A folder of the team in which files are dropped: tables of reported numbers, mails, lists of names.

Files stay where they are. The mark is what was read: the hashes of name, size and time of the files that are there, and
of the one that was begun: should a run end in it, the others come first in the next.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from scamhunt.errors import FeedHeld, OutsideError, Refused
from scamhunt.indicators import masking
from scamhunt.indicators.contents import Content, content_of, published
from scamhunt.indicators.lines import peek
from scamhunt.indicators.lists import read_rows
from scamhunt.indicators.mails import Fate, read_mail
from scamhunt.indicators.reports import SNIFFED, read_reports
from scamhunt.model import CONFIGURED, Batch, Crawl, Example, Feed, Fetch, Keeps, Kind, Notice, Reply, Statement

FEED = Feed(
    name="drop_folder",
    publisher="the team: whatever it puts into the folder",
    homepage="https://www.rfc-editor.org/rfc/rfc4155",
    terms="the team's own data",
    kind=Kind.PHONE,
    schedule="*/10 * * * *",
    needs_key=False,
    rows_a_day=(0, 100_000),
    verified_on="2026-11-22",
    how="tried",
    address="folder:",
    keeps=Keeps.ROWS,
    pool="own",
    max_age_days=365,
    max_content=2**26,
)

MAIL_LIMIT = 25 * 2**20
"""Bytes of one mail."""
FROM_LINE = 500
"""Bytes that the line before a mail has at most."""
MAILS = 2_000
"""Mails of one file."""
ROWS = 1_000
"""Rows from which on a batch of mails is full."""
FILE_ROWS = 100_000
"""Rows of one file."""
_Row = tuple[int, datetime | None, Kind, str, Statement]
_FROM = re.compile(rb"(?:^|(?<=\n\n)|(?<=\n\r\n))From \S{1,200} [^\r\n]{0,100}\d\d:\d\d[^\r\n]{0,100}\r?\n")
_LARGE = f"a mail of more than {MAIL_LIMIT:,} bytes; take it out of the folder"
_WHAT = "no table of numbers with a header, no mail and no list of names; take it out of the folder, or mend it"
_FATES = {
    Fate.OPAQUE: "encrypted: nothing of them can be read",
    Fate.AUTOMATIC: "automatic replies or bounces, left out",
    Fate.NO_MAIL: "no mails, left out",
}


def _listed(*names: str) -> bytes:
    files = [{"name": name, "size": 1, "modified": at} for at, name in enumerate(names)]
    return json.dumps({"files": files, "more": 0}).encode()


_MAIL = (
    b"From: desk@example.com\nSubject: Fwd: your refund\nMessage-ID: <1@example.com>\n"
    b"Date: Fri, 20 Nov 2026 08:00:00 +0000\nContent-Type: text/plain\n\n"
    b"---------- Forwarded message ---------\nFrom: Amazon <refund@scam.example>\nSubject: your refund\n\n"
    b"Call +1 888 555 0142 or see https://amazon-refund-desk.com/claim now\n"
)

EXAMPLES = (
    Example(
        _listed("reports.csv", "names.txt", "odd.bin"),
        ("+18885550142", "amazon-refund-desk.com", "https://amazon-billing-desk.com/login"),
        notices=("odd.bin",),
        replies={
            f"{CONFIGURED}/reports.csv": b"number,role\n+18885550142,callback\n",
            f"{CONFIGURED}/names.txt": b"amazon-refund-desk.com\nhttps://amazon-billing-desk.com/login\n",
            f"{CONFIGURED}/odd.bin": b"\0\1\2" * 200,
        },
    ),
    Example(
        _listed("one.eml"),
        ("https://amazon-refund-desk.com/claim", "+18885550142"),
        replies={f"{CONFIGURED}/one.eml": _MAIL},
    ),
    Example(_listed("gone.csv"), (), notices=("gone.csv",)),
    Example(_listed(), ()),
)


def crawl(mark: str) -> Crawl:
    """Read the files that are new or changed; one that cannot be read is told, and tried again the next time."""
    reply: Reply = yield Fetch(CONFIGURED, keep=False)
    there, more = _files(reply)
    if more:
        yield Notice(f"{more:,} older files are not looked at; move what was read out of the folder")
    done, begun = _marked(mark)
    done &= there.keys()
    for known, name in sorted(there.items(), key=lambda one: one[0] == begun):
        if known in done:
            continue
        try:
            reply = yield Fetch(f"{CONFIGURED}/{quote(name, safe='', errors='surrogateescape')}")
            yield from _bounded(_read(reply, name, _mark(done, known)), name)
        except (OutsideError, Refused) as problem:
            yield Notice(f"{_shown(name)}: {problem}")
            continue
        done.add(known)
        yield Batch(_mark(done), [], [], [])


def _files(reply: Reply) -> tuple[dict[str, str], int]:
    """Return the name of each file by what it is known by, and how many more there are."""
    found = json.loads(b"".join(reply.chunks))
    names = {
        hashlib.sha256(json.dumps([one["name"], one["size"], one["modified"]]).encode()).hexdigest()[:16]: one["name"]
        for one in found["files"]
    }
    return names, found["more"]


def _mark(done: set[str], begun: str = "") -> str:
    return json.dumps({"done": sorted(done), "begun": begun})


def _marked(mark: str) -> tuple[set[str], str]:
    """Return which files were read, and the one that was begun."""
    found = json.loads(mark or '{"done": [], "begun": ""}')
    return set(found["done"]), found["begun"]


def _shown(name: str) -> str:
    return ascii(name[:80])


def _bounded(steps: Iterator[Batch | Notice], name: str) -> Iterator[Batch | Notice]:
    """Yield what comes of one file until it has too many rows: one file must not stop the others."""
    rows = 0
    for step in steps:
        yield step
        rows += step.rows if isinstance(step, Batch) else 0
        if rows > FILE_ROWS:
            text = f"{_shown(name)}: more than {FILE_ROWS:,} rows; the rest of it was not read: cut it into several"
            yield Notice(text, held=True)
            return


def _read(reply: Reply, name: str, mark: str) -> Iterator[Batch | Notice]:
    """Yield what stands in one file. Raises `FeedHeld` for one that holds nothing that we read."""
    head, chunks = peek(reply.chunks, SNIFFED)
    if feed := published(head):
        raise FeedHeld(f"a file of the feed {feed}, not the team's own; read it in with: scamhunt feeds import FILE")
    content = content_of(head, reply.options)
    if content is Content.REPORTS:
        yield from (_named(one, name) for one in read_reports(chunks, reply.options, mark))
    elif content is Content.NAMES:
        yield from (_parted(batch, mark) for batch in read_rows(chunks))
    elif content in {Content.MAIL, Content.MAILS}:
        mails = _mails(chunks) if content is Content.MAILS else [b"".join(_limited(chunks))]
        yield from _of_mails(mails, name, mark, reply.options.get("region", ""))
    elif head.strip():
        raise FeedHeld(_WHAT)


def _named(one: Batch | Notice, name: str) -> Batch | Notice:
    return replace(one, text=f"{_shown(name)}: {one.text}") if isinstance(one, Notice) else one


def _parted(batch: Batch, mark: str) -> Batch:
    """Return the rows of a list of names as what they are, names and addresses."""
    kinds = [Kind.URL if "://" in value else Kind.DOMAIN for value in batch.values]
    rejected = tuple(map(masking.mask, batch.rejected))
    return replace(batch, mark=mark, kinds=kinds, statements=[Statement()] * len(kinds), rejected=rejected)


# --- mails ------------------------------------------------------------------------------------------------------------


def _of_mails(mails: Iterable[bytes], name: str, mark: str, region: str) -> Iterator[Batch | Notice]:
    """Yield what stands in mails; the line of a row is the number of its mail."""
    fates: Counter[Fate] = Counter()
    rows: list[_Row] = []
    for line, raw in enumerate(mails, 1):
        if line > MAILS:
            yield Notice(f"{_shown(name)}: only the first {MAILS:,} mails were read; cut it into several files")
            break
        mail = read_mail(raw, region)
        fates[mail.fate] += 1
        rows += [(line, mail.sent_at, *value) for value in mail.values]
        if len(rows) >= ROWS:
            yield _of_rows(rows, mark)
            rows = []
    if rows:
        yield _of_rows(rows, mark)
    for fate, words in _FATES.items():
        if fates[fate]:
            yield Notice(f"{_shown(name)}: {fates[fate]:,} of its mails: {words}")


def _of_rows(rows: Sequence[_Row], mark: str) -> Batch:
    lines, seen_at, kinds, values, statements = zip(*rows, strict=True)
    return Batch(mark, values, lines, seen_at, schema="mail", kinds=kinds, statements=statements)


def _limited(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAIL_LIMIT:
            raise FeedHeld(_LARGE)
        yield chunk


def _mails(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the mails of an mbox file (RFC 4155), each without its line `From `."""
    rest, looked = b"", 0
    for chunk in chunks:
        rest += chunk
        while found := _FROM.search(rest, looked):
            if rest[: found.start()].strip():
                yield rest[: found.start()]
            rest, looked = rest[found.end() :], 0
        looked = max(0, len(rest) - FROM_LINE)
        if len(rest) > MAIL_LIMIT:
            raise FeedHeld(_LARGE)
    yield rest
