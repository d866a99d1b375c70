from datetime import UTC, datetime

import pytest

from scamhunt.investigate import moments
from scamhunt.investigate.moments import AMBIGUOUS, NO_ZONE, NOT_BELIEVED, UNREADABLE

NOW = datetime(2026, 11, 23, tzinfo=UTC)

READ = [
    ("2026-11-19T10:00:00Z", "2026-11-19T10:00:00Z", ""),
    ("2026-11-19t10:00:00.123456z", "2026-11-19T10:00:00Z", ""),
    ("2026-11-19T10:00:00+02:00", "2026-11-19T08:00:00Z", ""),
    ("2026-11-19T00:30:00-0530", "2026-11-19T06:00:00Z", ""),
    ("2026-11-19 10:00:00", "2026-11-19T10:00:00Z", NO_ZONE),
    ("2026-11-19", "2026-11-19T00:00:00Z", NO_ZONE),
    ("2026-11-19 10:00:00 (UTC+8)", "2026-11-19T02:00:00Z", ""),
    ("2013/06/01 01:05:07 (JST)", "2013-05-31T16:05:07Z", ""),
    ("20261119", "2026-11-19T00:00:00Z", NO_ZONE),
    ("19-Nov-2026", "2026-11-19T00:00:00Z", NO_ZONE),
    ("Thu Nov 19 2026", "2026-11-19T00:00:00Z", NO_ZONE),
    ("Thu Nov 19 10:00:00 UTC 2026", "2026-11-19T10:00:00Z", ""),
    ("19.11.2026 10:00:00", "2026-11-19T10:00:00Z", NO_ZONE),
    ("2007. 03. 02.", "2007-03-02T00:00:00Z", NO_ZONE),
    ("13/02/2026", "2026-02-13T00:00:00Z", NO_ZONE),
    ("02/13/2026", "2026-02-13T00:00:00Z", NO_ZONE),
    ("01/01/2026", "2026-01-01T00:00:00Z", NO_ZONE),
    ("01/02/2026", "", AMBIGUOUS),
    ("20/20/2026", "", UNREADABLE),
    ("0001-01-01T00:00:00Z", "", NOT_BELIEVED),
    ("9999-12-31T23:59:59Z", "", NOT_BELIEVED),
    ("1970-01-01T00:00:00Z", "", NOT_BELIEVED),
    ("1984-12-31T00:00:00Z", "", NOT_BELIEVED),
    ("0000-00-00", "", UNREADABLE),
    ("2026-02-30T00:00:00Z", "", UNREADABLE),
    ("2026-11-19T25:00:00Z", "", UNREADABLE),
    ("9999-12-31T23:59:59-14:00", "", UNREADABLE),
    ("before Aug-1996", "", UNREADABLE),
    ("19-Foo-2026", "", UNREADABLE),
    ("2026-11-19T10:00:00Z" + " " * 3 + "x" * 60, "", UNREADABLE),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "at", "note"), READ)
def test_a_date_is_read_or_unknown(text: str, at: str, note: str) -> None:
    """What registries write becomes a moment in UTC; what is ambiguous or cannot be true is unknown, and is said."""
    assert moments.moment(text) == (at, note)


def test_what_lies_ahead_is_not_believed_but_for_the_end() -> None:
    """A name that was registered in a year from now was not; that it ends then is ordinary."""
    ahead = "2027-11-19T10:00:00Z"
    found, said = moments.dates({"registered": ahead, "expires": ahead, "changed": "2026-11-23T12:00:00Z"}, NOW)
    assert found == {"registered": "", "expires": ahead, "changed": "2026-11-23T12:00:00Z"}
    assert said == [f"registered: {NOT_BELIEVED}"]
