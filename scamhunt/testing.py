"""The fakes that users' and our tests need. No test runner is imported here."""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from scamhunt.errors import FeedFailed
from scamhunt.model import BATCH_ROWS, CONFIGURED, Brand, Difference, Fetch, Reply, Snapshot

PIECE = 65_536
"""Bytes of one chunk of a reply."""
Answer = Callable[[Fetch | Snapshot], Reply | Difference]
"""What brings a crawler what it asks for."""


def reply(body: bytes, *, url: str = CONFIGURED, piece: int = PIECE) -> Reply:
    """Return the reply that the framework would send a crawler for this unwrapped body, in chunks of `piece` bytes."""
    chunks = (body[at : at + piece] for at in range(0, len(body), piece))
    return Reply(url=url, status=200, headers={}, sha256=hashlib.sha256(body).hexdigest(), chunks=chunks)


def answers(
    replies: Mapping[str, bytes],
    body: bytes | None = None,
    snapshots: Mapping[str, Sequence[bytes]] | None = None,
) -> Answer:
    """Return what answers a crawler under `scamhunt.gather.drive.drive` without a network.

    `replies` has bodies by the address that the crawler writes; `body` is what the first `Fetch` brings where they have
    none for it; `snapshots` has lists of the last time by `Snapshot.before`. All else raises `FeedFailed` there.
    """
    first = [] if body is None else [body]

    def answer(asked: Fetch | Snapshot) -> Reply | Difference:
        if isinstance(asked, Snapshot):
            return difference(asked, (snapshots or {}).get(asked.before))
        found = replies.get(asked.url, first.pop() if first else None)
        if found is None:
            raise FeedFailed(f"asks for {asked.url!r:.100} besides, but the example has no such body; add it")
        return reply(found, url=asked.url)

    return answer


def difference(snapshot: Snapshot, before: Sequence[bytes] | None = None) -> Difference:
    """Compare a list with the one of the last time, in memory.

    Raises `FeedFailed` where a snapshot names a last time and `before` is None.
    """
    if snapshot.before and before is None:
        raise FeedFailed(f"compares with the list {snapshot.before!r:.100}, but the example has no such list; add it")
    values = set(itertools.chain.from_iterable(snapshot.values))
    old = set(before or ())
    return Difference(snapshot_id(values), len(values), len(old), _pieces(sorted(values - old)))


def snapshot_id(values: Sequence[bytes] | set[bytes]) -> str:
    """Return the `Difference.id` that `difference` gives a list."""
    return hashlib.sha256(b"\n".join(sorted(set(values)))).hexdigest()[:16]


def _pieces(values: list[bytes]) -> Iterator[list[bytes]]:
    return (values[at : at + BATCH_ROWS] for at in range(0, len(values), BATCH_ROWS))


def clock(at: str | datetime) -> Callable[[], datetime]:
    """Return a clock that stands still at a datetime or an ISO 8601 text, UTC where it names no zone."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda: moment


def sample_brands() -> list[Brand]:
    """Return a few well-known brands with their official domains: enough for a test, no pack to ship."""
    return [
        Brand(
            id="amazon",
            name="Amazon",
            domains=("amazon.com", "amazon.de", "primevideo.com"),
            aliases=("Amazon Prime",),
            sector="retail",
            lures=("prime", "refund", "order"),
        ),
        Brand(id="apple", name="Apple", domains=("apple.com", "icloud.com"), aliases=("iCloud",), sector="tech"),
        Brand(id="applebank", name="Apple Bank", domains=("applebank.com",), sector="bank"),
        Brand(id="chase", name="Chase", domains=("chase.com",), sector="bank"),
        Brand(id="dhl", name="DHL", domains=("dhl.com", "dhl.de"), sector="courier", lures=("parcel", "customs")),
        Brand(id="eposcard", name="Epos Card", domains=("eposcard.co.jp",), sector="bank"),
        Brand(id="hp", name="HP", domains=("hp.com",), sector="tech"),
        Brand(
            id="microsoft",
            name="Microsoft",
            domains=("microsoft.com", "live.com", "outlook.com", "office.com"),
            aliases=("Windows", "Outlook", "Office 365"),
            sector="tech",
        ),
        Brand(id="paypal", name="PayPal", domains=("paypal.com",), sector="payments", lures=("account", "refund")),
    ]


class Hosts:
    """Remembers when hosts may be asked again, in memory: what a `Pace` needs."""

    def __init__(self, kept: dict[str, datetime] | None = None) -> None:
        """Begin with what is known."""
        self.kept: dict[str, datetime] = {} if kept is None else kept

    def free_at(self, host: str) -> datetime | None:
        """Return what is noted."""
        return self.kept.get(host)

    def set_free_at(self, host: str, at: datetime) -> None:
        """Note a moment; a later one stays, unless it is more than a day later."""
        noted = self.kept.get(host, at)
        self.kept[host] = noted if at < noted <= at + timedelta(hours=25) else at

    def give_back(self, host: str, noted: datetime, at: datetime) -> None:
        """Note an earlier moment where nobody noted another one meanwhile."""
        if self.kept.get(host) == noted:
            self.kept[host] = at
