"""Which feed a file belongs to, by what stands in it: the columns of a table, the keys of JSON, names a line."""

from collections.abc import Mapping
from types import MappingProxyType

from scamhunt.bundle import Crawler
from scamhunt.indicators.contents import Content, content_of, folded, names_in
from scamhunt.indicators.lines import as_utf8, encoding
from scamhunt.indicators.reports import SNIFFED

NAMES = "nrd_list"
"""The feed that a list of names is taken for."""
REPORTS = "phone_reports"


def recognised(
    head: bytes, crawlers: Mapping[str, Crawler], options: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """Return the feed that a content belongs to by its beginning (unwrapped), None where nothing tells.

    The feed of which most columns are there wins; then a table of reported numbers, by the team's own names of columns
    (`options`, as `Reply.options`) or by those that are known; then a list of names.
    """
    text = b"".join(as_utf8(iter([head[:SNIFFED]]), encoding(head)))
    names = set(map(folded, names_in(text)))
    wanted = {name: {folded(column) for column in one.feed.columns} for name, one in crawlers.items()}
    there = [(len(columns), name) for name, columns in wanted.items() if columns and columns <= names]
    if there and max(there)[0] > 1:
        return max(there)[1]
    content = content_of(text, options)
    if content is Content.REPORTS and REPORTS in crawlers:
        return REPORTS
    single = next((name for _, name in there if name != REPORTS), None)
    return single or (NAMES if content is Content.NAMES and NAMES in crawlers else None)
