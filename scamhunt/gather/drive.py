"""Drive a crawler: answer what it asks for, pass on its batches. Knows nothing of the store or of the network."""

import contextlib
import traceback
from collections.abc import Callable, Iterator
from functools import partial

from scamhunt.errors import FeedFailed, OutsideError, Refused, ScamhuntError, StoreError
from scamhunt.model import BATCH_ROWS, Batch, Crawl, Difference, Fetch, Notice, Reply, Snapshot

Answer = Callable[[Fetch | Snapshot], Reply | Difference]


def drive(crawl: Crawl, answer: Answer) -> Iterator[Batch | Notice]:
    """Send a crawler the answer to each `Fetch` and `Snapshot` that it yields, and yield its batches and notices.

    What `answer` raises as `OutsideError` or `Refused` is raised in the crawler, which may go on with another part;
    what the crawler does not catch is raised here, and `FeedFailed` when it breaks or yields something else.
    """
    step = None
    with contextlib.closing(crawl):
        while True:
            go_on = _answered(crawl, step, answer)
            try:
                step = go_on()
            except StopIteration:
                return
            except ScamhuntError:
                raise
            except Exception as error:
                raise FeedFailed(f"the crawler broke at {_place(error)}: {type(error).__name__}; mend it") from error
            if isinstance(step, Notice):
                yield step
            elif not isinstance(step, Fetch | Snapshot):
                yield _checked(step)


def _answered(crawl: Crawl, step: object, answer: Answer) -> Callable[[], object]:
    """Return what lets the crawler go on after a step."""
    if not isinstance(step, Fetch | Snapshot):
        return partial(next, crawl)
    try:
        return partial(crawl.send, answer(step))
    except StoreError:
        raise  # our own disk: no part of any feed can go on
    except (OutsideError, Refused) as problem:
        return partial(crawl.throw, problem)


def _checked(step: object) -> Batch:
    if not isinstance(step, Batch):
        raise FeedFailed(
            f"the crawler yielded {type(step).__name__}, none of Fetch, Snapshot, Batch and Notice; mend the crawler"
        )
    optional = {len(step.kinds), len(step.statements)} - {0}
    if not len(step.values) == len(step.lines) == len(step.seen_at) or optional - {len(step.values)}:
        raise FeedFailed("the crawler yielded a batch with columns of different lengths; mend the crawler")
    if step.rows > BATCH_ROWS:
        raise FeedFailed(f"the crawler yielded a batch of {step.rows:,} rows, {BATCH_ROWS:,} at most; mend the crawler")
    return step


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
