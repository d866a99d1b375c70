"""The team's own tables: what a row states, and that nothing of the reporter leaves the crawler."""

from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.gather.drive import drive
from scamhunt.model import Batch, Fetch, Keeps, Kind, Reply, Role, Snapshot
from scamhunt.testing import reply

CRAWLER = bundle.crawlers(Path("/no-overlay"))["phone_reports"]
SAVED = Path(__file__).parent / "phone_reports"


def batches(body: bytes, **options: str) -> list[Batch]:
    """Return what the crawler makes of a body."""

    def answer(asked: Fetch | Snapshot) -> Reply:
        assert asked == Fetch("configured:")
        one = reply(body)
        return Reply(one.url, one.status, one.headers, one.sha256, one.chunks, options=options)

    return [step for step in drive(CRAWLER.crawl("a mark"), answer) if isinstance(step, Batch)]


def test_a_row_states_what_its_columns_say() -> None:
    """Role, words, voice and time come from the table; what is no column of ours is not there at all."""
    (batch,) = batches((SAVED / "desk.csv").read_bytes())
    first, second = batch.statements
    assert (first.role, first.role_from, first.source) == (Role.CALLBACK, "column seen_as", "desk")
    assert (second.role, second.text) == (Role.CALLER_ID, "Micro soft support")
    assert first.text == "Screen says: Amazon refund\ncall now"
    assert (batch.mark, list(batch.kinds)) == ("a mark", [Kind.PHONE] * 2)


@pytest.mark.parametrize("body", ["desk.csv", "export.json.txt"])
def test_nothing_of_the_victim_leaves_the_crawler(body: str) -> None:
    """Name and phone of the customer stand neither in the rows nor in those that were refused."""
    came = repr(batches((SAVED / body).read_bytes()))
    assert [word for word in ("Quilla", "Canary", "0177", "4711") if word in came] == []
    assert CRAWLER.feed.keeps is Keeps.ROWS


def test_the_mapping_of_the_team_reaches_the_table() -> None:
    """What the team set for its columns is what counts."""
    (batch,) = batches(b"Caller,Phone,Words\n+18885550142,+14155550123,Amazon\n", number="Caller", text="Words")
    assert (list(batch.values), [one.text for one in batch.statements]) == (["+18885550142"], ["Amazon"])
