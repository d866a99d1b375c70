"""Speed of the certificate crawlers on one core: a table in Markdown; nothing is asserted.

Made-up logs are read from memory through the crawlers, tree heads, hash tiles and entries verified: what is left out is
the network and what a sweep does with the names. Real tiles beside the checkout (../shared/data) are read where found.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from scamhunt import bundle
from scamhunt.gather.drive import drive
from scamhunt.indicators.ct.entries import Leaf, named, read_data_tile, read_names_tile
from scamhunt.indicators.ct.merkle import root_of
from scamhunt.model import CONFIGURED, Batch, Crawl, Fetch, Reply, Snapshot
from scamhunt.testing import reply
from tests.crawlers.ct_log import CtLog, alternative, certificate, der, log_list, tbs

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL = DATA / "protocol/ct/static-ct/FiloSottile__sunlight/testdata/navigli2025h2/tile"
PADDING = [der(0x30, b"\x06\x03\x55\x1d\x20", der(0x04, bytes(size))) for size in (2, 8, 16, 20, 30, 100, 250, 600)]
"""Other extensions, as many and as large as a usual certificate has: 1.2 KB in all."""


def log_of(count: int, *, tiled: bool, names_tiles: bool = False) -> CtLog:
    """Return a log with that many certificates of two names."""
    log = CtLog(tiled=tiled, names_tiles=names_tiles)
    for number in range(count):
        names = f"shop-{number}.example", f"www.shop-{number}.example"
        log.add(*names, body=certificate(tbs(*names, extensions=[*PADDING, alternative(*names)])))
    return log


def crawled(feed: str, log: CtLog) -> tuple[float, int]:
    """Return seconds and names of a crawl whose replies lie in memory."""
    bodies: dict[str, bytes] = {CONFIGURED: log_list(log)}
    crawler = bundle.crawlers(Path("/no-overlay"))[feed]

    def first(asked: Fetch | Snapshot) -> Reply:
        assert isinstance(asked, Fetch)  # noqa: S101  # certificate crawlers ask for nothing else
        if asked.url not in bodies:
            bodies[asked.url] = log.get(asked.url) or b""
        return reply(bodies[asked.url], url=asked.url)

    names = _names(crawler.crawl(""), first)
    begun = time.perf_counter()
    _names(crawler.crawl(""), first)
    return time.perf_counter() - begun, names


def _names(crawl: Crawl, answer: Callable[[Fetch | Snapshot], Reply]) -> int:
    return sum(batch.rows for batch in drive(crawl, answer) if isinstance(batch, Batch))


def timed(work: Callable[[], object], rounds: int = 10) -> float:
    """Return the seconds of one round, the best of some."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def real_tiles() -> None:
    """Print the rows for real tiles, step by step."""
    data, names = (REAL / "data" / "000").read_bytes(), (REAL / "names" / "000").read_bytes()
    leaves = read_data_tile(data, 0)
    count = len(leaves)
    steps: list[tuple[str, Callable[[], object], int]] = [
        ("real data tile: entries and their hashes", lambda: read_data_tile(data, 0), count),
        ("real data tile: the tile's root", lambda: root_of([leaf.hash for leaf in leaves]), count),
        ("real data tile: the names", lambda: _read(leaves), count),
        ("real names tile, names", lambda: read_names_tile(names, 0), _count(names)),
    ]
    for what, work, size in steps:
        print(f"| {what} | {size:,} | {size / timed(work):,.0f} |")


def _read(leaves: list[Leaf]) -> None:
    for index, leaf in enumerate(leaves):
        named(leaf, index)


def _count(body: bytes) -> int:
    return sum(len(entry.found.names) for entry in read_names_tile(body, 0))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=10_240)
    count = parser.parse_args().entries
    print("| what | count | a second |\n|---|--:|--:|")
    seconds, _ = crawled("ct_static", log_of(count, tiled=True))
    print(f"| data tiles through the crawler, entries | {count:,} | {count / seconds:,.0f} |")
    seconds, names = crawled("ct_static", log_of(count, tiled=True, names_tiles=True))
    print(f"| names tiles through the crawler, names | {names:,} | {names / seconds:,.0f} |")
    seconds, _ = crawled("ct_rfc6962", log_of(count, tiled=False))
    print(f"| pages of get-entries through the crawler, entries | {count:,} | {count / seconds:,.0f} |")
    if REAL.is_dir():
        real_tiles()
    else:
        print("\nThe real tiles beside the checkout (../shared/data) are missing: made-up ones alone were measured.")


if __name__ == "__main__":
    main()
