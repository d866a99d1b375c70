from dataclasses import replace
from pathlib import Path

import pytest

from scamhunt import bundle, testing
from scamhunt.errors import FeedFailed
from scamhunt.gather.check import check_crawler
from scamhunt.gather.drive import drive
from scamhunt.model import (
    BATCH_ROWS,
    CONFIGURED,
    Batch,
    Crawl,
    Difference,
    Example,
    Feed,
    Fetch,
    Keeps,
    Kind,
    Notice,
    Reply,
    Snapshot,
)

FEED = Feed("own", "us", "https://a.example", "ours", Kind.DOMAIN, "0 6 * * *", False, (1, 9), "2026-01-01", "tried")  # noqa: FBT003  # needs_key, as in FEED of a crawler


def _problems(crawl: object, *examples: Example, feed: Feed = FEED, source: str = "") -> list[str]:
    """Check a crawler and return what is wrong, without the path."""
    path = Path(source) if source else bundle.shipped() / "crawlers" / "nrd_list.py"
    crawler = bundle.Crawler(feed, examples, crawl, path, None)  # type: ignore[arg-type]  # any callable
    found = check_crawler(crawler)
    assert all(problem.startswith(f"{crawler.path}: ") for problem in found)
    return [problem.removeprefix(f"{crawler.path}: ") for problem in found]


# --- examples ---------------------------------------------------------------------------------------------------------


def _paged(mark: str) -> Crawl:
    """Log in, ask for the pages after the mark, and tell of those that fail."""
    token: Reply = yield Fetch("login:/token", json={"user": "{key:user}"}, keep=False)
    headers = {"Authorization": b"".join(token.chunks).decode()}
    for page in range(int(mark or 0) + 1, 4):
        try:
            reply: Reply = yield Fetch(f"configured:/{page}", headers)
        except FeedFailed as error:
            yield Notice(f"page {page}: {error}", held=True)
            continue
        values = b"".join(reply.chunks).decode().split()
        yield Batch(str(page), values, list(range(1, len(values) + 1)), [None] * len(values))


PAGES = {"login:/token": b"abc", "configured:/1": b"a.com", "configured:/3": b"c.com d.com"}


def test_an_example_with_several_bodies() -> None:
    """Each address is answered as the crawler wrote it; one that is nowhere fails in the crawler, which tells it."""
    assert _problems(_paged, Example(b"", ("a.com", "c.com", "d.com"), replies=PAGES, notices=("page 2: asks",))) == []
    assert _problems(_paged, Example(b"", ("c.com", "d.com"), replies=PAGES, mark="2")) == []


def test_the_body_is_for_the_first_fetch_only() -> None:
    """One body is what the first request brings; a second one has none, unless the example names its address."""
    rest = {"configured:/1": b"a.com"}
    told = ("page 2: asks for 'configured:/2' besides, but the example has no such body; add it", "page 3")
    assert _problems(_paged, Example(b"abc", ("a.com",), replies=rest, notices=told)) == []
    (problem,) = _problems(_paged, Example(b"", (), replies=rest | {"login:/token": b"x"}, notices=("a", "b")))
    assert problem.startswith("example 1: gives ('a.com',), not ()")


@pytest.mark.parametrize("notices", [(), ("page 3",), ("page 2", "page 3")])
def test_notices_that_differ_are_told(notices: tuple[str, ...]) -> None:
    """A notice too few, too many or other than expected is one problem."""
    (problem,) = _problems(_paged, Example(b"", ("a.com", "c.com", "d.com"), replies=PAGES, notices=notices))
    assert problem.startswith("example 1: tells [\"page 2: asks for 'configured:/2'")
    assert problem.endswith(f"not {list(notices)!r}")


def _compared(mark: str) -> Crawl:
    """Compare a list with that of the last time, as a zone file is."""
    reply: Reply = yield Fetch(CONFIGURED)
    found: Difference = yield Snapshot("zone", mark, [b"".join(reply.chunks).split()])
    for new in found.new:
        yield Batch("", [one.decode() for one in new], list(range(len(new))), [None] * len(new))
    yield Batch(found.id, [], [], [])


def test_an_example_with_a_list_of_the_last_time() -> None:
    """What is new since the last time comes out; a first time has all of it; an unknown last time fails."""
    old = {"night 1": (b"b.com", b"c.com")}
    assert _problems(_compared, Example(b"a.com b.com b.com", ("a.com",), mark="night 1", snapshots=old)) == []
    assert _problems(_compared, Example(b"b.com a.com", ("a.com", "b.com"), snapshots=old)) == []
    (problem,) = _problems(_compared, Example(b"a.com", (), mark="night 2", snapshots=old))
    assert "compares with the list 'night 2', but the example has no such list; add it" in problem


def test_a_feed_that_keeps_rows_is_tried_too() -> None:
    """The examples of a feed with a place of its own are tried as any other's."""
    feed = replace(FEED, keeps=Keeps.ROWS)
    assert _problems(_compared, Example(b"a.com", ("a.com",)), feed=feed) == []
    assert _problems(_compared, Example(b"a.com", ("b.com",)), feed=feed) != []


def test_the_difference_of_the_fakes() -> None:
    """It has sizes, new values sorted in pieces of one batch at most, and an id that the same list gives again."""
    many = [b"%d.example" % number for number in range(BATCH_ROWS + 1)]
    found = testing.difference(Snapshot("z", "x", [many[:9], many]), [many[0], b"gone.example"])
    assert (found.size, found.before, found.id) == (BATCH_ROWS + 1, 2, testing.snapshot_id(many))
    assert [value for piece in found.new for value in piece] == sorted(many[1:])
    again = testing.difference(Snapshot("z", "", [many[::-1]]))
    assert (again.before, again.id) == (0, found.id)
    assert [len(piece) for piece in again.new] == [BATCH_ROWS, 1]


def test_answers_without_a_body() -> None:
    """Where there is nothing at all, the crawler is told so."""
    with pytest.raises(FeedFailed, match="asks for 'login:/token' besides"):
        list(drive(_paged(""), testing.answers({})))


# --- facts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name": "Own List"}, "FEED.name is 'Own List'; write 1 to 64"),
        ({"publisher": ""}, "FEED.publisher or FEED.terms is empty"),
        ({"terms": ""}, "FEED.publisher or FEED.terms is empty"),
        ({"homepage": "http://a.example"}, "FEED.homepage is 'http://a.example'; write the https://"),
        ({"schedule": "daily"}, "FEED.schedule: 'daily' is no schedule; write minute, hour"),
        ({"schedule": "0 6 * * 0"}, "FEED.schedule: '0 6 * * 0' is no schedule; write minute"),
        ({"verified_on": "2026-02-30"}, "FEED.verified_on is '2026-02-30'; write the date"),
        ({"verified_on": "20260201"}, "FEED.verified_on is '20260201'"),
        ({"how": "guessed"}, "FEED.how is 'guessed'; write documented or tried"),
        ({"rows_a_day": (9, 1)}, "FEED.rows_a_day is (9, 1); write the fewest"),
        ({"rows_a_day": (-1, 1)}, "FEED.rows_a_day is (-1, 1)"),
        ({"needs_key": True}, "FEED.needs_key is True with keys ()"),
        ({"keys": ("own",)}, "FEED.needs_key is False with keys ('own',)"),
    ],
)
def test_wrong_facts_are_told(facts: dict[str, object], words: str) -> None:
    """Each fact that a team or the schedule relies on is checked, with how to write it."""
    (problem,) = _problems(_compared, Example(b"a.com", ("a.com",)), feed=replace(FEED, **facts))  # type: ignore[arg-type]  # one field each
    assert problem.startswith(words)


def test_a_key_that_is_not_declared(tmp_path: Path) -> None:
    """A `{key:NAME}` anywhere in the module stands among its keys, so that a team is told before the first run."""
    (tmp_path / "own.py").write_text('A = "https://a.example/{key:own}/list"\nB = {"X": "{key:other}"}\n')
    example = Example(b"a.com", ("a.com",))
    keyed = replace(FEED, needs_key=True, keys=("own",))
    assert _problems(_compared, example, feed=keyed, source=str(tmp_path / "own.py")) == [
        "asks for {key:other}, which FEED.keys does not name; add it there"
    ]
    both = replace(keyed, keys=("own", "other"))
    assert _problems(_compared, example, feed=both, source=str(tmp_path / "own.py")) == []
