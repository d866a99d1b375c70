"""From rows to matches, batch by batch: what a sweep and `scamhunt score` share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scamhunt.errors import BadIndicator
from scamhunt.indicators import lists
from scamhunt.indicators.domain import Names, parse_many
from scamhunt.indicators.url import parse_url
from scamhunt.model import Batch, Kind, Match, Rejected
from scamhunt.score.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of a batch of lines."""

    matches: list[Match]
    """By row, the strongest of a row first."""
    unreadable: list[Rejected]
    """By line."""
    rows: int
    """How many rows the batch had, the unreadable ones included."""


def score_rows(
    chunks: Iterable[bytes], classifier: Classifier, minimum: float | None = None, *, kind: Kind = Kind.DOMAIN
) -> Iterator[Scored]:
    """Score a list of names or URLs in its order; memory does not grow with it.

    With `Kind.URL` a value must also be a URL of the web (`ftp:` is unreadable), and a match keeps the case that the
    value was given in. Raises `FeedHeld` for what is no list.
    """
    for batch in lists.read_rows(chunks):
        yield score_batch(batch, classifier, minimum, kind=kind)


def score_batch(
    batch: Batch, classifier: Classifier, minimum: float | None = None, *, kind: Kind = Kind.DOMAIN
) -> Scored:
    """Score one batch of names or URLs, as `score_rows` does."""
    names, unreadable = read_names(batch)
    matches = classifier.score(names, minimum, urls=kind is Kind.URL)
    if kind is Kind.URL:
        refused = {row: reason for row in names.rows if (reason := _refusal(batch.values[row]))}
        matches = [as_given(match, batch) for match in matches if match.row not in refused]
        unreadable = _by_line([*unreadable, *(_rejected(batch, row, reason) for row, reason in refused.items())])
    return Scored(matches, unreadable, batch.rows)


def read_names(batch: Batch) -> tuple[Names, list[Rejected]]:
    """Read the names of a batch; what cannot be read joins the batch's own rejected rows, by line."""
    names, unreadable = parse_many(batch.values)
    rejected = [_rejected(batch, row, reason) for row, reason in unreadable]
    return names, _by_line([*batch.rejected, *rejected])


def _refusal(value: str) -> str:
    """Return why a value is no URL, or nothing."""
    try:
        parse_url(value)
    except BadIndicator as error:
        return str(error)
    return ""


def as_given(match: Match, batch: Batch) -> Match:
    """Return a match of a URL under the value as given, trimmed: paths have case."""
    return replace(match, indicator=batch.values[match.row].strip())


def _rejected(batch: Batch, row: int, reason: str) -> Rejected:
    raw = batch.values[row].encode("utf-8", "surrogatepass")[: lists.RAW_LIMIT]
    return Rejected(batch.lines[row], raw, reason)


def _by_line(rejected: list[Rejected]) -> list[Rejected]:
    return sorted(rejected, key=lambda row: row.line)
