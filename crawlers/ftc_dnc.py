"""Calls that people reported to the FTC: the files of the Do Not Call registry, one a weekday.

They stand behind an index page. Their names vary (some days end in `_0.csv`), so links are read and never built. The
number is what the victim's phone showed: mostly forged. No row names a brand.
"""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

from scamhunt.errors import FeedFailed, FeedHeld, OutsideError, Refused
from scamhunt.indicators.answers import beginning, is_page, whole
from scamhunt.indicators.complaints import Complaints, Line, area, moment, number, one_of, table, told
from scamhunt.model import (
    CONFIGURED,
    Crawl,
    Example,
    Feed,
    Fetch,
    Keeps,
    Kind,
    Notice,
    Rejected,
    Reply,
    Role,
    Statement,
)

HEADER = (
    "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject,"
    "Recorded_Message_Or_Robocall"
)
COLUMNS = HEADER.split(",")

FEED = Feed(
    name="ftc_dnc",
    publisher="Federal Trade Commission, United States",
    homepage="https://www.ftc.gov/policy-notices/open-government/data-sets/do-not-call-data",
    terms="work of the US government, public domain; the FTC has verified none of the reports",
    kind=Kind.PHONE,
    schedule="10 18 * * mon-fri",
    needs_key=False,
    rows_a_day=(4_000, 500_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://www.ftc.gov/policy-notices/open-government/data-sets/do-not-call-data",
    keeps=Keeps.ROWS,
    corroborates=True,
    pool="us-agencies",
    columns=tuple(name.lower() for name in COLUMNS),
)

SUBJECTS = (
    "Unknown",
    "Other",
    "No Subject Provided",
    "Dropped call or no message",
    "Reducing your debt (credit cards, mortgage, student loans)",
    "Calls pretending to be government, businesses, or family and friends",
    "Medical & prescriptions",
    "Home security & alarms",
    "Computer & technical support",
    "Debt collection",
    "Energy, solar, & utilities",
    "Home improvement & cleaning",
    "Work from home & other ways to make money",
    "Warranties & protection plans",
    "Lotteries, prizes & sweepstakes",
    "Vacation & timeshares",
    "Surveys & political calls",
    "Charities",
)
"""What people may choose in the form, as the FTC writes it."""

DAYS = 60
"""So many of the newest files are looked at; about 30 stay published."""
PAGE_LIMIT = 4_000_000
"""Bytes of the index page."""

_LINK = re.compile(r"""href\s*=\s*(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})'|([^\s"'<>]{1,2000}))""", re.IGNORECASE)
_FILE = re.compile(r"/DNC_Complaint_Numbers_((\d{4}-\d\d-\d\d)(?:_\d{1,3})?)\.csv", re.ASCII)
_FROM_DISPLAY = "what the phone showed"
_OPEN_QUOTE = "a quote that is never closed"
_SCHEMA = f"csv {HEADER.lower()}"

_FOLDER = "https://www.ftc.gov/sites/default/files"
_DAY = (
    f"{HEADER}\n"
    "8005550123,2026-11-17 09:00:01,2026-11-16 18:40:00,Reno,Nevada,775,Computer & technical support,Y\n"
    ",2026-11-17 09:00:02,2026-11-16 18:41:00,Reno,Nevada,775,Other,N\n"
)
_OTHER_DAY = (
    f"{HEADER}\n"
    '2125550111,2026-11-18 09:00:01,2026-11-17 10:00:00,Reno,Nevada,775,"Energy,  solar, &amp; utilities",N\n'
)
_PAGE = (
    '<!DOCTYPE html><html><body><a href="/sites/default/files/DNC_Complaint_Numbers_2026-11-17.csv">November 17</a>'
    '<a href="https://www.ftc.gov/sites/default/files/DNC_Complaint_Numbers_2026-11-18_0.csv">November 18</a>'
)

EXAMPLES = (
    Example(
        _PAGE.encode(),
        ("+18005550123", "+12125550111"),
        ((3, "no number"),),
        replies={
            f"{_FOLDER}/DNC_Complaint_Numbers_2026-11-17.csv": _DAY.encode(),
            f"{_FOLDER}/DNC_Complaint_Numbers_2026-11-18_0.csv": _OTHER_DAY.encode(),
        },
        roles=(Role.CALLER_ID, Role.CALLER_ID),
    ),
    Example(_PAGE.encode(), (), mark='{"read": ["2026-11-17", "2026-11-18_0"]}'),
    Example(_DAY.encode(), ("+18005550123",), ((3, "no number"),), mark='{"read": []}'),
)


def crawl(mark: str) -> Crawl:
    """Read the index page, then each file that was not read before; or the one file that came in its place."""
    done = _done(mark)
    reply: Reply = yield Fetch(CONFIGURED, keep=False)
    head, chunks = beginning(reply.chunks)
    if not is_page(head):
        yield from _rows(head, chunks, mark, mark, reply.url)
        return
    page = whole(chunks, PAGE_LIMIT).decode("utf-8", "replace")
    files, elsewhere = _files(page, reply.url if reply.url.startswith("http") else FEED.address)
    if elsewhere:
        yield Notice(f"{elsewhere:,} of the links lead to files of another host: left out")
    if not files:
        raise FeedHeld("the index page names no file DNC_Complaint_Numbers_...csv; see whether the page has changed")
    yield from _days({name: files[name] for name in sorted(files)[-DAYS:] if name not in done}, done)


def _done(mark: str) -> set[str]:
    try:
        read = json.loads(mark or '{"read": []}')["read"]
        return {str(name) for name in read}
    except (ValueError, TypeError, KeyError):
        raise FeedFailed("what is known of the days that were read cannot be read; restore the database") from None


def _mark(done: set[str]) -> str:
    return json.dumps({"read": sorted(done)[-DAYS:]})


def _files(page: str, here: str) -> tuple[dict[str, str], int]:
    """Return the address of each file by its day, with what follows it in the name, and how many are elsewhere."""
    found: dict[str, str] = {}
    elsewhere = 0
    for link in _LINK.finditer(page):
        day, url = _named(unescape(link[1] or link[2] or link[3]), here)
        if day and _is_theirs(url, here):
            found[day] = url
        elif day:
            elsewhere += 1
    return found, elsewhere


def _named(link: str, here: str) -> tuple[str, str]:
    """Return the day of a file, with what follows it in the name, and its address; no day for another link."""
    try:
        url = urljoin(here, link.strip())
        found = _FILE.fullmatch("/" + urlsplit(url).path.rpartition("/")[2])
        if found:
            date.fromisoformat(found[2])
    except ValueError:
        return "", ""
    return (found[1] if found else ""), url


def _is_theirs(url: str, here: str) -> bool:
    there, ours, ftc = urlsplit(url), urlsplit(here), urlsplit(FEED.address)
    return (there.scheme, there.netloc) in {(ours.scheme, ours.netloc), (ftc.scheme, ftc.netloc)}


def _days(files: dict[str, str], done: set[str]) -> Crawl:
    """Read one file after the other; one that fails is told, and tried again in the next run."""
    failed = []
    for name, url in files.items():
        try:
            reply: Reply = yield Fetch(url)
            head, chunks = beginning(reply.chunks)
            yield from _rows(head, chunks, _mark(done), _mark(done | {name}), url)
        except (OutsideError, Refused) as problem:
            failed.append(Notice(f"{name}: {problem}; it is tried again in the next run", held=True))
            continue
        done.add(name)
    if failed and len(failed) == len(files):
        raise FeedFailed(f"none of its {len(files):,} new files could be read; the first: {failed[0].text}")
    yield from failed


# --- one day ----------------------------------------------------------------------------------------------------------


def _rows(head: bytes, chunks: Iterable[bytes], mark: str, mark_after: str, location: str) -> Crawl:
    """Yield the rows of one file; the mark moves with the last of them."""
    lines = table(head, chunks)
    _check(next(lines, None), head)
    rows = Complaints()
    for line in lines:
        if rows.full:
            yield rows.batch(mark, _SCHEMA, location)
            rows = Complaints()
        if isinstance(line, Rejected):
            rows.rejected.append(line)
        elif line.text != HEADER:
            _read(line, rows)
    yield rows.batch(mark_after, _SCHEMA, location)


def _check(header: Line | Rejected | None, head: bytes) -> None:
    """Raise `FeedHeld` for another header than the FTC's."""
    if isinstance(header, Line) and header.text.strip() == HEADER:
        return
    if is_page(head):
        raise FeedHeld("an HTML page came in place of a table; look at the source's address")
    came = told(header.cells if isinstance(header, Line) else None, COLUMNS)
    raise FeedHeld(f"a table with the FTC's header was expected, {came}; see whether the source has changed")


def _read(line: Line, rows: Complaints) -> None:
    cells = line.cells
    if cells is None or len(cells) != len(COLUMNS):
        reason = _OPEN_QUOTE if cells is None else f"{len(cells)} columns in place of {len(COLUMNS)}"
        rows.reject(line.number, line.text, reason)
        return
    shown, created, violated, _city, _state, consumer_area, subject, recorded = cells
    value, seen_at = number(shown), _seen(moment(created), moment(violated))
    if not value or seen_at is None:
        rows.reject(line.number, line.text, _why(shown, value))
        return
    statement = Statement(
        Role.CALLER_ID,
        _FROM_DISPLAY,
        subject=one_of(subject, SUBJECTS),
        robocall={"Y": True, "N": False}.get(recorded.strip().upper()),
        place=area(consumer_area),
        ref=f"{created.strip()[:32]} {violated.strip()[:32]}",
    )
    rows.add(line.number, value, seen_at, statement)


def _why(shown: str, value: str) -> str:
    if value:
        return "neither of its two dates can be read"
    return "no such number can exist" if shown.strip() else "no number"


def _seen(created: datetime | None, violated: datetime | None) -> datetime | None:
    """Return when the call was; a call after its report is a slip of the pen, so the report's time counts."""
    if violated is None or (created is not None and violated > created):
        return created
    return violated
