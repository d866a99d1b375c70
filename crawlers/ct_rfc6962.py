"""Names in new certificates, from the certificate logs that are read page by page (RFC 6962).

The tree head's signature is verified, that the tree of the night before begins this one, and that the last entry of the
night before is still the same. The entries themselves are taken as they come.
"""

import base64
import json
from collections.abc import Generator
from functools import partial

from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.indicators.ct.entries import Leaf, named, read_page
from scamhunt.indicators.ct.heads import TreeHead, read_proof, read_sth
from scamhunt.indicators.ct.loglist import Log
from scamhunt.indicators.ct.logs import read_logs
from scamhunt.indicators.ct.merkle import is_prefix
from scamhunt.indicators.ct.nightly import LogNight, as_text
from scamhunt.indicators.ct.tiles import content
from scamhunt.model import Crawl, Example, Feed, Fetch, Keeps, Kind, Reply

FEED = Feed(
    name="ct_rfc6962",
    publisher="operators of certificate logs; the list of logs is Google's",
    homepage="https://certificate.transparency.dev/logs/",
    terms="public logs, made to be read by anybody; several allow 10 to 35 requests a minute",
    kind=Kind.DOMAIN,
    schedule="50 2 * * *",
    needs_key=False,
    rows_a_day=(1_000, 10_000_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://www.gstatic.com/ct/log_list/v3/log_list.json",
    keeps=Keeps.ROWS,
    rate=0.5,
    max_age_days=3,
)

WINDOW = 32_768
"""Entries that a night reads of one log: about five minutes where a page has 256."""
PAGE = 512
"""Entries that are asked for at once; a log may bring fewer."""
PAGE_LIMIT = 2**24
"""Bytes of a page: 30 KB an entry. A chain of 2 MiB is thrown away with its page."""
SMALL_PAGE, REQUESTS = 16, 64
"""A night asks once for so many entries of its window, and some times more: logs with smaller pages wait."""
HEAD_LIMIT = 65_536

_LOG = "https://log.example/b/"
_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIVxjp2WYRhka3/rLaLMZlu6MFXW4GBlOOVDFUOBb+whpd6bkWKWz2W39TjZSuDtC"
    "8qWkpnDg8BnwvBS4hRc0Og=="
)
_ID = "FYAQF1uHISAccaDVXJ/fIMm7bKrNBLROnk1OVly5JfM="
_OTHER = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYtl3nb7psFNAQnQtOrVMrcHSOJgPzpfbtN2dwdtvs5OtWsy9kenYJE/xXXcRZ87g"
    "ou1R9rvnanjaVApqDwmVfg=="
)
_OTHER_ID = "hEkRGYXE4BXRLiwLSEcnjJ2eX4Sjg/1AVqbYm6t5XF0="
_HEAD = {
    "tree_size": 3,
    "timestamp": 1790000002500,
    "sha256_root_hash": "FaHXHf+UYwykh71w0TSVvop4pGKfm8wmMXHbXQ15Haw=",
    "tree_head_signature": "BAMARzBFAiBE4oscoryK9vK50zAaSxihIrlFqNWLhvdEvgqwgGsbAAIhAIYFz4d2Bdi2OZuoeTfjAjgBeO/itHCuyq"
    "iTyRS22iq6",
}
_LEAVES = (
    (
        "AAAAAAGgxFBsAAABEREREREREREREREREREREREREREREREREREREREREREAAE4wTAIBATAAMAAwADAAMACjPTA7MDkGA1UdEQQyMDCCF2Ft"
        "YXpvbi1iaWxsaW5nLWRlc2suY29tghUqLndlYXRoZXItaW4tb3Nsby5uZXQAAA=="
    ),
    (
        "AAAAAAGgxFBv6AABEREREREREREREREREREREREREREREREREREREREREREAADkwNwIBATAAMAAwADAAMACjKDAmMCQGA1UdEQQdMBuCGXBh"
        "eS5leGFtcGxlAC5ldmlsLmV4YW1wbGUAAA=="
    ),
    (
        "AAAAAAGgxFBz0AAAAABRME8wRwIBATAAMAAwADAAMACjODA2MDQGA1UdEQQtMCuCF2FtYXpvbi1iaWxsaW5nLWRlc2suY29tghByYWluLWlu"
        "LW9zbG8ubmV0MAADAgABAAA="
    ),
)


def _listed(key: str, identity: str, address: str) -> dict[str, object]:
    return {"key": key, "log_id": identity, "state": {"usable": {}}, "url": address}


_LIST = {"operators": [{"logs": [_listed(_KEY, _ID, _LOG), _listed(_OTHER, _OTHER_ID, "https://sun.example/")]}]}

EXAMPLES = (
    Example(
        json.dumps(_LIST).encode(),
        ("amazon-billing-desk.com", "*.weather-in-oslo.net", "rain-in-oslo.net"),
        ((1, "a NUL"),),
        {
            f"{_LOG}ct/v1/get-sth": json.dumps(_HEAD).encode(),
            f"{_LOG}ct/v1/get-entries?start=0&end=2": json.dumps(
                {"entries": [{"leaf_input": leaf, "extra_data": ""} for leaf in _LEAVES]}
            ).encode(),
            "https://sun.example/ct/v1/get-sth": b"<html>moved</html>",
        },
        notices=("an HTML page",),
    ),
)


def crawl(mark: str, window: int = WINDOW, page: int = PAGE) -> Crawl:
    """Read the newest entries of each RFC 6962 log that the log list names."""
    budget = window // SMALL_PAGE + REQUESTS
    yield from read_logs(mark, partial(_read, window=window, page=page), budget, tiled=False)


def _read(night: LogNight, window: int, page: int) -> Crawl:
    head = yield from _head(night.log)
    before = night.before
    night.begin(head)
    if before:
        known = TreeHead(before.size, base64.b64decode(before.root), 0)
        yield from _check_begins(night.log, known, head)
    for start, stop in night.plan(head.size, window):
        yield from _pages(night, start, stop, page)
    if night.place != before:
        yield from _check_again(night.log, head)


def _head(log: Log) -> Generator[Fetch, Reply, TreeHead]:
    reply = yield Fetch(f"{log.url}ct/v1/get-sth", keep=False, raw=True)
    return read_sth(content(reply, HEAD_LIMIT), log)


def _check_begins(log: Log, before: TreeHead, head: TreeHead) -> Generator[Fetch, Reply, None]:
    """Raise `FeedHeld` unless the log proves that a tree begins another one."""
    if before.size in {0, head.size}:
        return
    query = f"first={before.size}&second={head.size}"
    reply = yield Fetch(f"{log.url}ct/v1/get-sth-consistency?{query}", keep=False, raw=True)
    proof = read_proof(content(reply, HEAD_LIMIT))
    if not is_prefix(before.size, before.root, head.size, head.root, proof):
        raise FeedHeld("log misbehaviour: the tree that it had before does not begin its present one")


def _check_again(log: Log, head: TreeHead) -> Generator[Fetch, Reply, None]:
    """Raise `FeedHeld` when the tree changed while it was read; an older head, of another server, is no change."""
    again = yield from _head(log)
    if again.size > head.size:
        yield from _check_begins(log, head, again)
    elif (again.size < head.size and again.timestamp > head.timestamp) or (
        again.size == head.size and again.root != head.root
    ):
        raise FeedHeld("log misbehaviour: the tree changed while it was read")


def _pages(night: LogNight, start: int, stop: int, page: int) -> Crawl:
    """Read the entries from `start` to before `stop`; the last one that is known comes with the first page."""
    leaf = night.place.leaf if start == night.place.next else ""
    while start < stop:
        page = min(page, stop - start)
        try:
            leaves = yield from _page(night, start - bool(leaf), page + bool(leaf))
        except FeedFailed:
            if page == 1:
                raise
            page //= 2
            continue
        if leaf and as_text(leaves.pop(0).hash) != leaf:
            raise FeedHeld(f"log misbehaviour: entry {start - 1:,} is not the one that it was")
        leaf = ""
        yield from night.take(named(one, index) for index, one in enumerate(leaves, start))
        start += len(leaves)
        night.note_leaf(start, leaves)


def _page(night: LogNight, start: int, most: int) -> Generator[Fetch, Reply, list[Leaf]]:
    query = f"start={start}&end={start + most - 1}"
    reply = yield Fetch(f"{night.log.url}ct/v1/get-entries?{query}", keep=False, raw=True)
    return read_page(content(reply, PAGE_LIMIT), most)
