"""What the feeds of agencies and of MISP have in common."""

from dataclasses import replace

import pytest

from scamhunt import bundle
from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.gather.check import check_crawler
from scamhunt.model import Role
from tests.crawlers.driven import CRAWLERS, steps

FTC, FCC, MISP = (CRAWLERS[name] for name in ("ftc_dnc", "fcc_calls", "misp"))


@pytest.mark.parametrize("crawler", [FTC, FCC, MISP], ids=lambda crawler: crawler.feed.name)
def test_facts_that_protect_people(crawler: bundle.Crawler) -> None:
    """No body of these feeds is archived; the two agencies never make a candidate and share one pool."""
    feed = crawler.feed
    assert (feed.kind, feed.keeps) == ("phone", "rows")
    assert (feed.corroborates, feed.pool) == ((False, "") if crawler is MISP else (True, "us-agencies"))


@pytest.mark.parametrize("crawler", [FTC, FCC, MISP], ids=lambda crawler: crawler.feed.name)
def test_a_mark_that_cannot_be_read_stops_the_feed(crawler: bundle.Crawler) -> None:
    """A damaged place is told; nothing is read twice or skipped by guessing."""
    with pytest.raises(FeedFailed, match="restore the database"):
        steps(crawler, crawler.examples[0].body, "x")


@pytest.mark.parametrize("crawler", [FCC, MISP], ids=lambda crawler: crawler.feed.name)
@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"a": ' * 100_000, b"[\xff]"])
def test_hostile_json_holds_the_feed(crawler: bundle.Crawler, body: bytes) -> None:
    """JSON that is cut, bottomless or not UTF-8 ends in a sentence."""
    with pytest.raises(FeedHeld, match="no JSON came"):
        steps(crawler, body)


def test_an_example_may_state_roles() -> None:
    """Who writes a crawler of numbers shows in an example what each number was, and is told when it comes otherwise."""
    example = FTC.examples[2]
    assert check_crawler(replace(FTC, examples=(replace(example, roles=(Role.CALLER_ID,)),))) == []
    (problem,) = check_crawler(replace(FTC, examples=(replace(example, roles=(Role.CALLBACK,)),)))
    assert problem.endswith("gives the roles ['caller_id'], not ['callback']")
