"""The community feed of OpenPhish: addresses of phishing pages, one a line."""

from scamhunt.indicators.lists import read_rows
from scamhunt.model import CONFIGURED, Crawl, Example, Feed, Fetch, Kind, Reply

FEED = Feed(
    name="openphish",
    publisher="OpenPhish",
    homepage="https://openphish.com/phishing_feeds.html",
    terms="non-commercial use only: https://openphish.com/terms.html",
    kind=Kind.URL,
    schedule="20 1,7,13,19 * * *",
    needs_key=False,
    rows_a_day=(50, 20_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://raw.githubusercontent.com/openphish/public_feed/refs/heads/main/feed.txt",
    commercial=False,
    max_age_days=3,
)

_TWO = ("https://amazon-refund-desk.com/claim?case=7", "http://netflix-billing-help.weather.example/")

EXAMPLES = (
    Example("\n".join([*_TWO, ""]).encode(), _TWO),
    Example(b"http://\xff.example/\n" + _TWO[0].encode(), _TWO[:1], ((1, "not UTF-8"),)),
)


def crawl(mark: str) -> Crawl:
    """Fetch the feed, which always is the whole of what is online, and read its rows."""
    del mark  # it has no place to go on from the night before
    reply: Reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks, reply.mark)
