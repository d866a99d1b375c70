"""Drive a crawler: fetch what it asks for, pass on its batches. Knows nothing of the store or of the network."""

import contextlib
import traceback
from collections.abc import Callable, Iterator

from scamhunt.errors import FeedFailed, ScamhuntError
from scamhunt.model import BATCH_ROWS, Batch, Crawl, Fetch, Reply

Fetcher = Callable[[Fetch], Reply]


def drive(crawl: Crawl, fetch: Fetcher) -> Iterator[Batch]:
    """Send a crawler the reply to each `Fetch` that it yields, and yield its batches.

    Raises what `fetch` raises, and `FeedFailed` when the crawler breaks or yields something else.
    """
    reply = None
    with contextlib.closing(crawl):
        while True:
            try:
                step = crawl.send(reply)
            except StopIteration:
                return
            except ScamhuntError:
                raise
            except Exception as error:
                raise FeedFailed(f"the crawler broke at {_place(error)}: {type(error).__name__}; mend it") from error
            reply = None
            if isinstance(step, Fetch):
                reply = fetch(step)
            else:
                yield _checked(step)


def _checked(step: object) -> Batch:
    if not isinstance(step, Batch):
        raise FeedFailed(f"the crawler yielded {type(step).__name__}, neither Fetch nor Batch; mend the crawler")
    if not len(step.values) == len(step.lines) == len(step.seen_at):
        raise FeedFailed("the crawler yielded a batch with columns of different lengths; mend the crawler")
    if step.rows > BATCH_ROWS:
        raise FeedFailed(f"the crawler yielded a batch of {step.rows:,} rows, {BATCH_ROWS:,} at most; mend the crawler")
    return step


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
