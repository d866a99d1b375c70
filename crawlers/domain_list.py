"""Lists of names that others have seen in phishing: plain, hosts-file and adblock lists, tables with a header."""

from scamhunt.indicators.lists import read_rows
from scamhunt.model import CONFIGURED, Crawl, Example, Feed, Fetch, Kind, Reply

FEED = Feed(
    name="domain_list",
    publisher="whoever publishes the lists: the team names the files or addresses",
    homepage="https://github.com/Phishing-Database/Phishing.Database",
    terms="those of the publishers that the team chose",
    kind=Kind.DOMAIN,
    schedule="10 5 * * *",
    needs_key=False,
    rows_a_day=(10, 5_000_000),
    verified_on="2026-11-22",
    how="documented",
    max_age_days=30,
)

_TWO = ("amazon-refund-desk.com", "weather-in-oslo.net")

EXAMPLES = (
    Example("\n".join(["# seen in phishing", *_TWO, ""]).encode(), _TWO),
    Example(b"127.0.0.1 localhost\n0.0.0.0 amazon-refund-desk.com weather-in-oslo.net # two\n", ("localhost", *_TWO)),
    Example(
        b"[Adblock Plus]\n! phishing\n||amazon-refund-desk.com^\n@@||oslo.example^\n||weather-in-oslo.net^$all\n",
        _TWO,
        ((4, "not a rule"),),
    ),
    Example(b"", ()),
)


def crawl(mark: str) -> Crawl:
    """Fetch what the team configured and read its rows."""
    del mark  # each list stands alone: there is no place to go on from the night before
    reply: Reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks, reply.mark)
