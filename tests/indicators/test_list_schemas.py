from datetime import UTC, datetime

import pytest

from scamhunt.errors import FeedHeld
from scamhunt.indicators.lists import SCHEMA_LIMIT, Columns, read_rows
from scamhunt.model import Batch

URLS = Columns("url", "added")


def _batch(body: str, columns: Columns | None = None, mark: str = "") -> Batch:
    (batch,) = read_rows([body.encode()], mark, columns)
    return batch


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        ("a.com\n", "plain"),
        ("# note\na.com\n! note\n", "plain"),
        ("0.0.0.0 a.com\n", "hosts"),
        ("||a.com^\n", "adblock"),
        ("domain\na.com\n", "csv domain"),
        ("id,domain,when\n1,a.com,2026-01-01\n", "csv id,domain,when"),
        ("Rank\tDomain Name\n1\ta.com\n", "csv rank,domain_name"),
        ('"id";"fqdn"\n1;a.com\n', "csv id,fqdn"),
        ("1,a.com\n2,b.com\n", "csv without header"),
        ("domain,\x07x\na.com,1\n", "csv domain,?x"),
        (f"domain,{'x' * 900}\na.com,1\n", "csv domain," + "x" * (SCHEMA_LIMIT - 7)),
    ],
)
def test_a_batch_names_the_format_that_was_found(body: str, schema: str) -> None:
    """What a list is made of stands in each batch, short and printable, so that a change of format shows."""
    assert _batch(body).schema == schema


def test_the_format_is_known_behind_a_mark() -> None:
    """A run that goes on in the middle names the same format as the one that began."""
    assert _batch("domain,when\na.com,\nb.com,\n", mark="line 2").schema == "csv domain,when"


@pytest.mark.parametrize(
    "header",
    [
        "id,added,url",
        "# id,added,url",
        "## a list\n#\n# id,added,url",
        '"id","added","URL"',
        "id\tAdded\tURL",
        "id;added;url",
    ],
)
def test_a_wanted_table_is_read_by_the_names_of_its_columns(header: str) -> None:
    """The header may stand in the last comment; a column that has a better-known name beside it does not count."""
    mark = next(one for one in "\t;," if one in header)
    row = mark.join(["x.example", "2026-01-02 03:04:05", "http://a.com/b"])
    batch = _batch(f"{header}\n{row}\n", URLS)
    assert list(batch.values) == ["http://a.com/b"]
    assert list(batch.seen_at) == [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)]
    assert list(batch.lines) == [header.count("\n") + 2]
    assert batch.schema == "csv id,added,url"


def test_a_wanted_table_without_dates() -> None:
    """Where a crawler names no column of dates, none is read, whatever the table has."""
    assert list(_batch("url,date\na.com,2026-01-01\n", Columns("url")).seen_at) == [None]


@pytest.mark.parametrize(
    ("body", "came"),
    [
        ("domain,date\na.com,2026-01-01\n", "domain, date"),
        ("# some list\n# id,link\n1,http://a.com\n", "id, link"),
        ("url,when\na.com,2026-01-01\n", "url, when"),
        ("a.com\nb.com\n", "no names of columns"),
        ("# a remark only\n", "a_remark_only"),
        ("1,http://a.com\x1b[31m,x\nid,added,url\n", "no names of columns"),
        ("||a.com^\n", "no names of columns"),
        (",".join(["abcdefghi"] * 100) + "\n", ("abcdefghi, " * 100)[:SCHEMA_LIMIT]),
    ],
)
def test_a_table_without_the_wanted_columns_is_held(body: str, came: str) -> None:
    """A source that changed its columns is told with what was expected and what came; no raw cell is echoed."""
    with pytest.raises(FeedHeld) as caught:
        list(read_rows([body.encode()], "", URLS))
    assert f"a table with url and added was expected, its header has {came};" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_one_wanted_column_is_named_alone() -> None:
    """The message names what the crawler needs and nothing else."""
    with pytest.raises(FeedHeld, match="a table with link was expected"):
        list(read_rows([b"id,url\n"], "", Columns("link")))


@pytest.mark.parametrize("body", ["", "\n\n", " \n"])
def test_nothing_is_no_drift(body: str) -> None:
    """An empty body has no rows and no header: its missing rows are told, not its columns."""
    assert list(read_rows([body.encode()], "", URLS)) == []


@pytest.mark.parametrize(("body", "words"), [("<html>", "an HTML page"), ('{"error": 1}', "JSON")])
def test_what_is_no_list_is_no_table(body: str, words: str) -> None:
    """A page in place of a table is called a page."""
    with pytest.raises(FeedHeld, match=words):
        list(read_rows([body.encode()], "", URLS))
