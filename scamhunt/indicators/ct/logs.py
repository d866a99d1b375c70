"""A night over all logs of one kind: each log by itself, so that one that fails or lies does not stop the others."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

from scamhunt.errors import FeedFailed, FeedHeld, OutsideError, Refused
from scamhunt.indicators.ct.loglist import LIST_LIMIT, Log, LogList, read_log_list
from scamhunt.indicators.ct.nightly import NO_HEAD, SCHEMA, LogNight, moment, name_of
from scamhunt.indicators.ct.places import Place, read_mark, write_mark
from scamhunt.indicators.ct.tiles import content
from scamhunt.model import CONFIGURED, Batch, Crawl, Fetch, Notice, Reply

ReadLog = Callable[[LogNight], Crawl]
STILL = 2 * 86_400_000
"""Milliseconds that a log's tree head may be older than those of others; logs sign one a day at least."""
REMEMBERED = 200
"""Logs that are missing in the list and whose place is kept."""


def read_logs(mark: str, read_log: ReadLog, budget: int, *, tiled: bool) -> Crawl:
    """Read all logs of one kind that the log list names, each with `read_log` and at most `budget` requests.

    What fails of one log is a notice. Raises `FeedHeld` for a list without such logs, `FeedFailed` when all fail, and
    what is raised as `FeedHeld` at a `Fetch`: then nothing more is asked.
    """
    places = read_mark(mark)
    reply: Reply = yield Fetch(CONFIGURED, keep=False)
    listed = read_log_list(content(reply, LIST_LIMIT), tiled=tiled)
    kind = "tiled" if tiled else "RFC 6962"
    if listed.unusable:
        text = "their address, key or identity is wrong, or they are named twice"
        yield Notice(f"{listed.unusable:,} {kind} logs of the list are left out: {text}")
    if not listed.logs:
        raise FeedHeld(f"the log list has no {kind} log that can be read; look at SCAMHUNT_CT_LOG_LIST")
    yield from _close(listed, places)
    problems, heads = [], []
    for log in listed.logs:
        night = LogNight(log, places, places.get(log.id))
        problems += yield from _read(night, read_log, budget)
        heads += [(night.head.timestamp, log)] if log.growing and night.head is not NO_HEAD else []
    yield from _standing_still(heads)
    if len(problems) == len(listed.logs) and not any(isinstance(problem, FeedHeld) for problem in problems):
        raise FeedFailed(f"none of the {len(problems):,} {kind} logs could be read; look at the network")


def _close(listed: LogList, places: dict[str, Place]) -> Iterator[Batch | Notice]:
    """Forget the place in logs that are retired; keep it in those that the list only lacks: they may come back."""
    absent = sorted(places.keys() - {log.id for log in listed.logs})
    back = [log.id for log in listed.logs if log.id in places and places[log.id].missing]
    places.update((identity, replace(places[identity], missing=0)) for identity in back)
    for identity in absent:
        if identity in listed.closed:
            del places[identity]
            yield Notice(f"{name_of(listed.closed[identity])}: retired; closed")
            continue
        runs = places[identity].missing + 1
        places[identity] = replace(places[identity], missing=runs)
        text = f"not in the log list, or wrong there, in {runs:,} runs; our place in it is kept; look at the list"
        yield Notice(f"the log {identity}: {text}", held=runs == 1)
    missing = sorted((identity for identity in absent if identity in places), key=lambda one: places[one].missing)
    for identity in missing[REMEMBERED:]:
        del places[identity]
    if missing[REMEMBERED:]:
        text = f"{len(missing) - REMEMBERED:,} logs are not in the log list, besides {REMEMBERED:,} others; closed"
        yield Notice(text, held=True)
    if absent or back:
        yield Batch(write_mark(places), [], [], [], schema=SCHEMA)


def _read(night: LogNight, read_log: ReadLog, budget: int) -> Generator[Fetch | Batch | Notice, Reply, list[Exception]]:
    """Read one log and return its problem, if it has one."""
    try:
        yield from _within(night, read_log(night), budget)  # type: ignore[misc]  # a crawl of fetches, batches and notices
        yield from night.finish()
    except (OutsideError, Refused) as problem:
        yield from night.stopped(problem)
        return [problem]
    if night.ended:
        raise night.ended
    return []


def _within(night: LogNight, crawl: Crawl, budget: int) -> Crawl:
    """Pass on what a log's crawl yields, to its end, to its last request, or until nothing more may be asked.

    A crawl may go on after a `Fetch` that failed. It is not told of `FeedHeld` there, which means the whole feed.
    """
    asked = 0
    go_on: Callable[[], object] = partial(next, crawl)
    with closing(crawl):
        while True:
            try:
                step = go_on()
            except StopIteration:
                return
            asked += isinstance(step, Fetch)
            if asked > budget:
                night.spent = budget
                return
            try:
                go_on = partial(crawl.send, (yield step))  # type: ignore[misc]  # a crawl of fetches, batches and notices
            except FeedHeld as problem:
                night.ended = problem
                return
            except (OutsideError, Refused) as problem:
                go_on = partial(crawl.throw, problem)


def _standing_still(heads: list[tuple[int, Log]]) -> Iterator[Notice]:
    """Tell of logs whose tree head is days older than those of others.

    There is no clock here: of three or more logs the second newest head is the measure, so that one log alone cannot
    make the others old with a head of the future; it is told itself.
    """
    times = sorted(at for at, _ in heads)
    if len(times) < 2:  # noqa: PLR2004  # of one alone the age of its rows tells
        return
    measure = times[-1 if len(times) == 2 else -2]  # noqa: PLR2004  # there is no second newest that is not the oldest
    for at, log in heads:
        if measure - at > STILL:
            text = f"has not grown since {_day(at)}, by its tree head; others have heads of {_day(measure)}"
            yield Notice(f"{name_of(log.url)}: {text}; look at the log", held=True)
        elif at - measure > STILL:
            text = f"its tree head is of {_day(at)}, those of all other logs are of {_day(measure)} or before"
            yield Notice(f"{name_of(log.url)}: {text}; either is wrong", held=True)


def _day(milliseconds: int) -> str:
    at = moment(milliseconds)
    return f"{at:%Y-%m-%d}" if at else "a year beyond the calendar"
