from collections.abc import Callable

import pytest

from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.gather.drive import drive
from scamhunt.indicators.lists import read_rows
from scamhunt.model import BATCH_ROWS, CONFIGURED, Batch, Crawl, Fetch, Rejected, Reply, Snapshot
from scamhunt.testing import reply


def _batches(crawl: Crawl, answer: Callable[[Fetch | Snapshot], Reply]) -> list[Batch]:
    return [step for step in drive(crawl, answer) if isinstance(step, Batch)]


def _one(mark: str = "") -> Crawl:
    came = yield Fetch(CONFIGURED)
    assert came
    yield from read_rows(came.chunks, mark)


def test_one_fetch_many_batches() -> None:
    """A list's rows come in batches of at most 50,000, each with the mark from which a later run goes on."""
    body = "".join(f"name-{n}.com\n" for n in range(120_001)).encode()
    batches = _batches(_one(), lambda _: reply(body))
    assert sum(batch.rows for batch in batches) == 120_001
    assert max(batch.rows for batch in batches) <= BATCH_ROWS
    rest = _batches(_one(batches[0].mark), lambda _: reply(body))
    assert [value for batch in rest for value in batch.values] == [v for batch in batches[1:] for v in batch.values]


def test_a_crawler_with_log_in_and_pages() -> None:
    """A crawler may fetch again and again, with what earlier replies said."""
    asked: list[Fetch] = []

    def fetch(one: Fetch | Snapshot) -> Reply:
        assert isinstance(one, Fetch)
        asked.append(one)
        return reply(one.url.encode(), url=one.url)

    def crawl() -> Crawl:
        token = yield Fetch("https://api.example/login")
        assert token
        headers = {"Authorization": b"".join(token.chunks).decode()}
        for page in (1, 2):
            came = yield Fetch(f"https://api.example/{page}", headers)
            assert came
            yield Batch(f"page {page}", [came.url], [1], [None])

    assert [batch.mark for batch in _batches(crawl(), fetch)] == ["page 1", "page 2"]
    assert [one.headers.get("Authorization") for one in asked] == [None, *["https://api.example/login"] * 2]


def _broken(_: str) -> Crawl:
    yield Fetch(CONFIGURED)
    raise KeyError("secret of the feed")


def _held(_: str) -> Crawl:
    yield Fetch(CONFIGURED)
    raise FeedHeld("not the list")


def _yields(batch: object) -> Callable[[str], Crawl]:
    def crawl(_: str) -> Crawl:
        yield batch  # type: ignore[misc]  # the fault in question

    return crawl


@pytest.mark.parametrize(
    ("crawl", "words"),
    [
        (_broken, r"broke at .*test_drive\.py:\d+: KeyError; mend it"),
        (_yields("a text"), "yielded str, none of Fetch, Snapshot, Batch and Notice"),
        (_yields(Batch("", ["a.com"], [], [None])), "columns of different lengths"),
        (_yields(Batch("", ["a.com"], [1], [])), "columns of different lengths"),
        (_yields(Batch("", [], [], [], (Rejected(1, b"", ""),) * (BATCH_ROWS + 1))), "50,001 rows, 50,000 at most"),
    ],
)
def test_a_crawler_that_breaks_is_one_failed_feed(crawl: Callable[[str], Crawl], words: str) -> None:
    """A fault of a crawler fails its feed in words that name the place, and shows nothing of what was fetched."""
    with pytest.raises(FeedFailed, match=words) as caught:
        list(drive(crawl(""), lambda _: reply(b"")))
    assert "secret" not in str(caught.value)


def test_held_stays_held() -> None:
    """What a crawler says of a content goes through unchanged."""
    with pytest.raises(FeedHeld, match="not the list"):
        list(drive(_held(""), lambda _: reply(b"")))


def test_a_crawl_is_closed_when_its_run_ends() -> None:
    """A run that stops halfway lets the crawler clean up."""
    closed: list[bool] = []

    def crawl() -> Crawl:
        try:
            while True:
                yield Batch("", [], [], [])
        finally:
            closed.append(True)

    batches = drive(crawl(), lambda _: reply(b""))
    next(batches)
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert closed == [True]
