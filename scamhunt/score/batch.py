"""From rows to matches, batch by batch: what a sweep and `scamhunt score` share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scamhunt.indicators import lists
from scamhunt.indicators.domain import Names, parse_many
from scamhunt.model import Batch, Match, Rejected
from scamhunt.score.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of a batch of lines."""

    matches: list[Match]
    """By row, the strongest of a row first."""
    unreadable: list[Rejected]
    """By line."""


def score_rows(chunks: Iterable[bytes], classifier: Classifier, minimum: float | None = None) -> Iterator[Scored]:
    """Score a list of names or URLs in its order; memory does not grow with it.

    Raises `FeedHeld` for what is no list.
    """
    for batch in lists.read_rows(chunks):
        names, rejected = read_names(batch)
        yield Scored(classifier.score(names, minimum), rejected)


def read_names(batch: Batch) -> tuple[Names, list[Rejected]]:
    """Read the names of a batch; what cannot be read joins the batch's own rejected rows, by line."""
    names, unreadable = parse_many(batch.values)
    rejected = [Rejected(batch.lines[row], _raw(batch.values[row]), reason) for row, reason in unreadable]
    return names, sorted([*batch.rejected, *rejected], key=lambda row: row.line)


def _raw(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")[: lists.RAW_LIMIT]
