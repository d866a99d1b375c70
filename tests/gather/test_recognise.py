"""Which feed a file belongs to, by what stands in it."""

from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.gather.recognise import recognised
from scamhunt.indicators.contents import PUBLISHED, names_in, published

CRAWLERS = bundle.crawlers(Path("/no-overlay"))
FTC = ",".join(CRAWLERS["ftc_dnc"].feed.columns)
FCC = ",".join(CRAWLERS["fcc_calls"].feed.columns)


@pytest.mark.parametrize(
    ("head", "feed"),
    [
        (f"{FTC}\n8885550142,2026-11-20 00:00:01,,,,,,\n", "ftc_dnc"),
        (f"\ufeff{FTC.title()}\r\n", "ftc_dnc"),
        (FCC, "fcc_calls"),
        ('[{"' + '": "", "'.join(CRAWLERS["fcc_calls"].feed.columns) + '": ""}]', "fcc_calls"),
        ('{"Event": {"info": "x", "Attribute": [{"type": "phone-number", "value": "+18885550142"}]}}', "misp"),
        ("number,role,text,seen_at,source\n", "phone_reports"),
        ("Rufnummer;Nachricht\n", "phone_reports"),
        ("phone\ttelephone\n", "phone_reports"),
        ('{"number": "+18885550142"}\n{"number": "+18885550143"}\n', "phone_reports"),
        ("amazon-refund-desk.com\nweather-in-oslo.net\n", "nrd_list"),
        ("0.0.0.0 amazon-refund-desk.com\n", "nrd_list"),
        ("id,domain,when\n1,amazon-refund-desk.com,2026-11-20\n", "nrd_list"),
        ("domain,phone\namazon-refund-desk.com,+18885550142\n", "nrd_list"),
        ("https://amazon-refund-desk.com/login\n", "nrd_list"),
        ("+18885550142\n+18885550143\n", None),
        ("Dear team, please look at this.\n", None),
        ("From: a@example.com\nSubject: refund\n\nhello\n", None),
        ('{"answer": 42}', None),
        ("<html><body>moved</body></html>", None),
        ("", None),
    ],
)
def test_a_file_is_known_by_what_stands_in_it(head: str, feed: str | None) -> None:
    """The publishers' tables by their columns, then reports, then names; what is none of it has to be named."""
    assert recognised(head.encode(), CRAWLERS) == feed


def test_another_encoding_is_no_trouble() -> None:
    """A table that a spreadsheet saved as UTF-16 is known too."""
    assert recognised("number;text\n".encode("utf-16"), CRAWLERS) == "phone_reports"


def test_a_feed_that_is_not_there_is_not_named() -> None:
    """A team may have shadowed or left out a crawler."""
    few = {"domain_list": CRAWLERS["domain_list"]}
    assert [recognised(head, few) for head in (b"number,role\n", b"amazon-refund-desk.com\n")] == [None, None]


def test_the_header_is_cut_at_the_separator_that_gives_the_most() -> None:
    """The names stand as they are."""
    assert names_in(b'\n"Scam number";Notes, long\n1;2\n') == ["Scam number", "Notes, long"]


@pytest.mark.parametrize("feed", PUBLISHED)
def test_a_publishers_file_is_told_from_our_own(feed: str) -> None:
    """Its columns are those of its crawler, as a table or as JSON; a table of reports is of nobody else."""
    columns = CRAWLERS[feed].feed.columns
    assert PUBLISHED[feed] <= {column.lower() for column in columns}
    heads = [";".join(columns), '{"' + '": "", "'.join(columns) + '": ""}']
    assert [published(head.encode()) for head in [*heads, "number,role,text"]] == [feed, feed, ""]
