"""URLhaus: addresses that serve malware now. Few imitate a brand; those that do are urgent."""

import re
from dataclasses import replace
from itertools import compress

from scamhunt.indicators.lists import Columns, read_rows
from scamhunt.model import CONFIGURED, Batch, Crawl, Example, Feed, Fetch, Kind, Notice, Reply

FEED = Feed(
    name="urlhaus",
    publisher="abuse.ch",
    homepage="https://urlhaus.abuse.ch/api/",
    terms="a free key for fair use; for-profit use may need the paid service of abuse.ch",
    kind=Kind.URL,
    schedule="50 4 * * *",
    needs_key=True,
    rows_a_day=(50, 500_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://urlhaus.abuse.ch/downloads/csv_online/",
    keys=("urlhaus",),
    commercial=False,
    max_age_days=3,
)

COLUMNS = Columns(value="url", date="dateadded")

_IP_HOST = re.compile(r"https?://(?:[^/?#@]*@)?(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?:[:/?#]|$)", re.IGNORECASE)

_HEADER = (
    "################################################\n"
    "# abuse.ch URLhaus Database Dump (CSV)         #\n"
    "################################################\n"
    "#\n"
    "# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"
)
_REST = '"online","2026-11-21 09:05:07","malware_download","elf","https://urlhaus.abuse.ch/url/{}/","somebody"\n'

EXAMPLES = (
    Example(
        (
            f'{_HEADER}"31","2026-11-21 09:04:06","http://amazon-refund-desk.com/a,b.exe",{_REST.format(31)}'
            f'"32","2026-11-21 09:04:07","https://weather.example/i",{_REST.format(32)}'
            f'"33","2026-11-21 09:04:08","",{_REST.format(33)}'
            f'"34","2026-11-21 09:04:09","http://192.0.2.7:8080/i",{_REST.format(34)}'
        ).encode(),
        ("http://amazon-refund-desk.com/a,b.exe", "https://weather.example/i"),
        ((8, "no value"),),
        notices=("1 of its rows",),
    ),
    Example(_HEADER.encode(), ()),
)


def crawl(mark: str) -> Crawl:
    """Fetch the table of all that is online and read its addresses, those without a name apart."""
    del mark  # it has no place to go on from the night before
    reply: Reply = yield Fetch(CONFIGURED, {"Auth-Key": "{key:urlhaus}"})
    nameless = 0
    for batch in read_rows(reply.chunks, reply.mark, COLUMNS):
        named = _named(batch)
        nameless += len(batch.values) - len(named.values)
        yield named
    if nameless:
        yield Notice(f"{nameless:,} of its rows have an IP address in place of a name: no brand can stand there")


def _named(batch: Batch) -> Batch:
    """Leave out what has no name: much of this list, which would hide the broken rows in the quarantine."""
    kept = [not _IP_HOST.match(value) for value in batch.values]
    return replace(
        batch,
        values=list(compress(batch.values, kept)),
        lines=list(compress(batch.lines, kept)),
        seen_at=list(compress(batch.seen_at, kept)),
    )
