"""The team's own tables of reported phone numbers: CSV with a header, or JSON, from files or addresses."""

from scamhunt.indicators.reports import read_reports
from scamhunt.model import CONFIGURED, Crawl, Example, Feed, Fetch, Keeps, Kind, Reply

FEED = Feed(
    name="phone_reports",
    publisher="the team: its own reports of numbers, as files or addresses",
    homepage="https://www.rfc-editor.org/rfc/rfc4180",
    terms="the team's own data",
    kind=Kind.PHONE,
    schedule="15 5 * * *",
    needs_key=False,
    rows_a_day=(0, 100_000),
    verified_on="2026-11-22",
    how="tried",
    keeps=Keeps.ROWS,
    pool="own",
    columns=("number",),
    max_age_days=90,
    max_content=2**26,
)

_TWO = ("+18885550142", "+1 415 555 0123")

EXAMPLES = (
    Example(
        b"number,role,text,seen_at,source\n"
        b"+18885550142,callback,Amazon Prime refund,2026-11-20T08:00:00Z,desk\n"
        b'+1 415 555 0123,caller_id,"said ""Amazon""\nand hung up",2026-11-20T09:00:00Z,desk\n'
        b"=HYPERLINK(1),callback,Amazon,2026-11-20T08:00:00Z,desk\n",
        _TWO,
        ((5, "formula"),),
    ),
    Example(
        b"Rufnummer;Kundennummer;Nachricht;Datum\n"
        b"+18885550142;4711;Amazon Erstattung;20.11.2026 08:00\n+1 415 555 0123;4712;;\n",
        _TWO,
        notices=("1 date is without a zone", "(1 missing)"),
    ),
    Example(b'{"reports": [{"Number": "+18885550142"}, {"Number": "+1 415 555 0123"}, null]}', _TWO, ((3, "object"),)),
    Example(b'{"number": "+18885550142"}\n{"number": \n{"number": "+1 415 555 0123"}\n', _TWO, ((2, "no JSON"),)),
    Example(b"", ()),
)


def crawl(mark: str) -> Crawl:
    """Read the table that the team configured; a report that is known already counts once."""
    reply: Reply = yield Fetch(CONFIGURED)
    yield from read_reports(reply.chunks, reply.options, mark)
