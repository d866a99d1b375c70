"""Names in new certificates, from the tiled certificate logs (c2sp.org/static-ct-api).

What a log says is verified before it is believed: the signature of its tree head, the hash tiles below it, that the
tree of the night before begins this one, and each data tile. Names tiles, where a log has them, are taken as they are.
"""

import base64
import json
from collections.abc import Generator
from functools import partial

from scamhunt.errors import FeedFailed, FeedHeld, OutsideError
from scamhunt.indicators.ct.entries import Entry, named, read_data_tile, read_names_tile
from scamhunt.indicators.ct.heads import read_checkpoint
from scamhunt.indicators.ct.logs import read_logs
from scamhunt.indicators.ct.merkle import root_of
from scamhunt.indicators.ct.nightly import LogNight, as_text
from scamhunt.indicators.ct.places import GAPS_LIMIT
from scamhunt.indicators.ct.tiles import WIDTH, HashTiles, content, fetch_tile
from scamhunt.model import Crawl, Example, Feed, Fetch, Keeps, Kind, Reply

FEED = Feed(
    name="ct_static",
    publisher="operators of certificate logs; the list of logs is Google's",
    homepage="https://certificate.transparency.dev/logs/",
    terms="public logs, made to be read by anybody; be polite",
    kind=Kind.DOMAIN,
    schedule="20 2 * * *",
    needs_key=False,
    rows_a_day=(10_000, 50_000_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://www.gstatic.com/ct/log_list/v3/log_list.json",
    keeps=Keeps.ROWS,
    rate=10.0,
    max_age_days=3,
)

WINDOW = 262_144
"""Entries that a night reads of one log: 1,024 tiles, about two minutes."""
CHECKPOINT_LIMIT = 65_536
REQUESTS = 64 + 5 * GAPS_LIMIT
"""Of one log in a night, besides its tiles of entries: the edges of two trees, and for each gap a way down."""

_LOG = "https://log.example/a/"
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
_ROOT = "u5qahXOP06j/pHMo33SVWL1wF3VTR1LXljUx6wwy0RE="
_CHECKPOINT = (
    f"log.example/a\n3\n{_ROOT}\n\n\u2014 log.example/a "
    "Ogaq9wAAAaDEUHXEBAMARjBEAiBtE92BaIBrlAY5NtlRU3MMEsxt0sUzC2lyBsG7rwLtqQIgTNKsxjlshZr0/NtEpywo2ZP7soeRMuKF"
    "4gzgeS4kMDA=\n"
).encode()
_HASHES = (
    "88geIHjit9sgYKjHy1XkvTjf66o7yX5p+6PuJgJeBS4p63QRi7eeVzUVgfZEPyjc3lyLYgZehKOIo/BX9EBWO8nTbZFl04XbA8vL5iQ0YfBK"
    "06Eaa1/O7k0NZjn/cjMr"
)
_ENTRIES = (
    "AAABoMRQbAAAARERERERERERERERERERERERERERERERERERERERERERAABOMEwCAQEwADAAMAAwADAAoz0wOzA5BgNVHREEMjAwghdhbWF6"
    "b24tYmlsbGluZy1kZXNrLmNvbYIVKi53ZWF0aGVyLWluLW9zbG8ubmV0AAgAAAUAAAAAAAAAA3ByZQAgIiIiIiIiIiIiIiIiIiIiIiIiIiIi"
    "IiIiIiIiIiIiIiIAAAGgxFBv6AABEREREREREREREREREREREREREREREREREREREREREREAADkwNwIBATAAMAAwADAAMACjKDAmMCQGA1Ud"
    "EQQdMBuCGXBheS5leGFtcGxlAC5ldmlsLmV4YW1wbGUACAAABQAAAAABAAADcHJlACAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi"
    "IgAAAaDEUHPQAAAAAFEwTzBHAgEBMAAwADAAMAAwAKM4MDYwNAYDVR0RBC0wK4IXYW1hem9uLWJpbGxpbmctZGVzay5jb22CEHJhaW4taW4t"
    "b3Nsby5uZXQwAAMCAAEACAAABQAAAAACACAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIg=="
)


def _listed(key: str, identity: str, address: str) -> dict[str, object]:
    return {
        "key": key,
        "log_id": identity,
        "state": {"usable": {}},
        "monitoring_url": address,
        "submission_url": address,
    }


_LIST = {"operators": [{"tiled_logs": [_listed(_KEY, _ID, _LOG), _listed(_OTHER, _OTHER_ID, "https://sun.example/")]}]}

EXAMPLES = (
    Example(
        json.dumps(_LIST).encode(),
        ("amazon-billing-desk.com", "*.weather-in-oslo.net", "rain-in-oslo.net"),
        ((1, "a NUL"),),
        {
            f"{_LOG}checkpoint": _CHECKPOINT,
            f"{_LOG}tile/0/000.p/3": base64.b64decode(_HASHES),
            f"{_LOG}tile/data/000.p/3": base64.b64decode(_ENTRIES),
            "https://sun.example/checkpoint": _CHECKPOINT,
        },
        json.dumps({_ID: {"next": 0, "size": 3, "root": _ROOT}}),
        notices=("another log's origin",),
    ),
)


def crawl(mark: str, window: int = WINDOW) -> Crawl:
    """Read the newest entries of each tiled log that the log list names."""
    yield from read_logs(mark, partial(_read, window=window), window // WIDTH + REQUESTS, tiled=True)


def _read(night: LogNight, window: int) -> Crawl:
    reply: Reply = yield Fetch(f"{night.log.url}checkpoint", keep=False, raw=True)
    head = read_checkpoint(content(reply, CHECKPOINT_LIMIT), night.log)
    before = night.before
    night.begin(head)
    tiles = HashTiles(night.log.url, head)
    if before and before.size == head.size and before.next == head.size and not before.gaps:
        return
    yield from tiles.verify()
    if before and as_text((yield from tiles.root_at(before.size))) != before.root:
        raise FeedHeld("log misbehaviour: the tree that it had before does not begin its present one")
    edge = head.size - head.size % WIDTH
    waited = before is not None and max(before.next, edge) < before.size
    reading = _Tiles(night, tiles)
    for start, stop in night.plan(head.size if waited else edge, window, WIDTH):
        yield from reading.read(start, stop)


class _Tiles:
    """The entries of one log in one night, from names tiles as long as it serves them."""

    def __init__(self, night: LogNight, tiles: HashTiles) -> None:
        self._night, self._tiles, self._names = night, tiles, True

    def read(self, start: int, stop: int) -> Crawl:
        """Read the entries from `start` to before `stop`."""
        for index in range(start // WIDTH, -(-stop // WIDTH)):
            first = index * WIDTH
            width = min(WIDTH, self._tiles.head.size - first)
            entries = yield from self._tile(index, width)
            yield from self._night.take(entries[max(0, start - first) : stop - first])

    def _tile(self, index: int, width: int) -> Generator[Fetch, Reply, list[Entry]]:
        if self._names:
            try:
                return (yield from self._names_tile(index, width))
            except OutsideError:
                self._names = False
        return (yield from self._data_tile(index, width))

    def _names_tile(self, index: int, width: int) -> Generator[Fetch, Reply, list[Entry]]:
        body = yield from fetch_tile(self._night.log.url, "names", index, width)
        entries = read_names_tile(body, index * WIDTH)
        if len(entries) not in {width, WIDTH}:
            raise FeedFailed(f"names tile {index:,} has {len(entries):,} entries, not {width:,}")
        return entries[:width]

    def _data_tile(self, index: int, width: int) -> Generator[Fetch, Reply, list[Entry]]:
        whole, each = yield from self._tiles.entries(index)
        body = yield from fetch_tile(self._night.log.url, "data", index, width)
        leaves = read_data_tile(body, index * WIDTH)[:width]
        hashes = [leaf.hash for leaf in leaves]
        if len(hashes) != width or (hashes != each if each else root_of(hashes) != whole):
            raise FeedFailed(f"data tile {index:,} is damaged: its entries are not those of the tree; try again later")
        return [named(leaf, at) for at, leaf in enumerate(leaves, index * WIDTH)]
