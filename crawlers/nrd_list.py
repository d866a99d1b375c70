"""Lists of newly registered domains as files or addresses: whoisds and others that have one name a row."""

from scamhunt.indicators.lists import read_rows
from scamhunt.model import CONFIGURED, Crawl, Example, Feed, Fetch, Kind, Reply

FEED = Feed(
    name="nrd_list",
    publisher="whoisds.com and others: the team names the files or addresses",
    homepage="https://www.whoisds.com/newly-registered-domains",
    terms="those of the publisher that the team chose; whoisds states none for its free list",
    kind=Kind.DOMAIN,
    schedule="0 6 * * *",
    needs_key=False,
    rows_a_day=(1_000, 500_000),
    verified_on="2026-11-22",
    how="documented",
)

_TWO = ("amazon-billing-desk.com", "weather-in-oslo.net")

EXAMPLES = (
    Example("\r\n".join(["# listed today", *_TWO, ""]).encode(), _TWO),
    Example(b"id,domain,when\n1,amazon-billing-desk.com,2026-01-01\n2,,\n", _TWO[:1], ((3, "no value"),)),
    Example("\n".join(_TWO).encode("utf-16"), _TWO),
    Example(b"0.0.0.0 amazon-billing-desk.com\n0.0.0.0 weather-in-oslo.net # rain\n", _TWO),
    Example(b"1;amazon-billing-desk.com\n2;weather-in-oslo.net\n", _TWO),
    Example(b"paypal-\xff.com\namazon-billing-desk.com", _TWO[:1], ((1, "not UTF-8"),)),
    Example(b"", ()),
)


def crawl(mark: str) -> Crawl:
    """Fetch what the team configured and read its rows."""
    del mark  # each list stands alone: there is no place to go on from the night before
    reply: Reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks, reply.mark)
