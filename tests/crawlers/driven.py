"""Crawlers driven without a network, for tests that look at what they ask and give."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scamhunt import bundle, testing
from scamhunt.gather.drive import drive
from scamhunt.model import CONFIGURED, Batch, Difference, Fetch, Notice, Reply, Snapshot, Statement

CRAWLERS = bundle.crawlers(Path("/no-overlay"))
CANARIES = ("Zzyzxville", "Quivira", "99123", "Ophelia", "4155550188", "Brackenridge")
"""A town, a state, a code, a name, a number that was called and a street, all invented."""


def steps(
    crawler: bundle.Crawler, answer: testing.Answer | bytes, mark: str = "", **replies: bytes
) -> tuple[list[Batch], list[Notice]]:
    """Drive a crawler and return what it gives; bytes are the first answer."""
    answer = testing.answers(replies, answer) if isinstance(answer, bytes) else answer
    came = list(drive(crawler.crawl(mark), answer))
    return [one for one in came if isinstance(one, Batch)], [one for one in came if isinstance(one, Notice)]


def asking(bring: Callable[[Fetch], bytes], url: str = "", **headers: str) -> tuple[testing.Answer, list[Fetch]]:
    """Return what answers each `Fetch`, at an address of its own, and the list of what it is asked for."""
    asked: list[Fetch] = []

    def answer(wanted: Fetch | Snapshot) -> Reply | Difference:
        assert isinstance(wanted, Fetch)
        asked.append(wanted)
        place = url if url and wanted.url == CONFIGURED else wanted.url
        return replace(testing.reply(bring(wanted), url=place), headers=headers)

    return answer, asked


def statements(batches: list[Batch]) -> list[Statement]:
    """Return what all rows state."""
    return [one for batch in batches for one in batch.statements]
