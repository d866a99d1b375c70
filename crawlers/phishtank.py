"""PhishTank: addresses of phishing pages that its members have verified and that are online."""

from scamhunt.indicators.lists import Columns, read_rows
from scamhunt.model import CONFIGURED, Crawl, Example, Feed, Fetch, Kind, Reply

FEED = Feed(
    name="phishtank",
    publisher="PhishTank, Cisco Talos Intelligence Group",
    homepage="https://phishtank.org/developer_info.php",
    terms="free with a key, made to be built into programs; its publisher keeps the rights to the content",
    kind=Kind.URL,
    schedule="40 4 * * *",
    needs_key=True,
    rows_a_day=(1_000, 500_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://data.phishtank.com/data/{key:phishtank}/online-valid.csv.gz",
    keys=("phishtank",),
    max_age_days=3,
)

COLUMNS = Columns(value="url", date="submission_time")

_HEADER = "phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target\n"
_LINK = "http://www.phishtank.com/phish_detail.php?phish_id="

EXAMPLES = (
    Example(
        f"{_HEADER}91,https://amazon-refund-desk.com/,{_LINK}91,2026-11-21T14:08:44+00:00,yes,,yes,Other\n"
        f'92,"https://dhl-parcel.example/a,b",{_LINK}92,2026-11-21T14:09:00+00:00,yes,,yes,DHL\n'
        f"93,,{_LINK}93,2026-11-21T14:09:12+00:00,yes,,yes,Other\n".encode(),
        ("https://amazon-refund-desk.com/", "https://dhl-parcel.example/a,b"),
        ((4, "no value"),),
    ),
    Example(_HEADER.encode(), ()),
)


def crawl(mark: str) -> Crawl:
    """Fetch the table of all that is online and read its addresses."""
    del mark  # it has no place to go on from the night before
    reply: Reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks, reply.mark, COLUMNS)
