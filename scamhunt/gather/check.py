"""Try a crawler on its own examples and look at its facts, without a network and without a store."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from scamhunt import testing
from scamhunt.bundle import Crawler
from scamhunt.errors import UserError
from scamhunt.gather import saved, timetable
from scamhunt.gather.drive import drive
from scamhunt.model import Batch, Example, Feed, Keeps, Kind, Notice

_MAY_IMPORT = ("scamhunt.model", "scamhunt.errors", "scamhunt.indicators", "bs4")
_KEY = re.compile(r"\{key:([^{}]+)\}")


def check_crawler(crawler: Crawler) -> list[str]:
    """Try a crawler on its own examples and saved bodies; return what is wrong, a sentence each, or nothing."""
    problems = [
        f"{crawler.path}:{line}: imports {name}; a crawler may import {', '.join(_MAY_IMPORT)} and the standard library"
        for line, name in _imports(crawler.path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(name == allowed or name.startswith(f"{allowed}.") for allowed in _MAY_IMPORT)
    ]
    problems += [f"{crawler.path}: {problem}" for problem in _facts(crawler.feed, crawler.path.read_text("utf-8"))]
    for number, example in enumerate(crawler.examples, 1):
        problems += [f"{crawler.path}: example {number}: {problem}" for problem in _try(crawler, example)]
    for case in saved.cases(crawler):
        problems += [f"{case.parent}: {problem}" for problem in saved.try_case(crawler, case)]
    return problems


def _imports(path: Path) -> Iterable[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            parts = [f"{base}.{alias.name}" for alias in node.names] if base == "scamhunt" else [base]
            yield from ((node.lineno, part) for part in parts)


# --- the facts --------------------------------------------------------------------------------------------------------


def _facts(feed: Feed, source: str) -> Iterator[str]:
    """Yield what is wrong with the facts, each with how to write it."""
    if not re.fullmatch(r"[a-z0-9_-]{1,64}", feed.name):
        yield f"FEED.name is {feed.name!r:.80}; write 1 to 64 of a-z, 0-9, _ and -"
    if not feed.publisher or not feed.terms:
        yield "FEED.publisher or FEED.terms is empty; say who publishes it and what may be done with it"
    if not feed.homepage.startswith("https://"):
        yield f"FEED.homepage is {feed.homepage!r:.80}; write the https:// address where the terms stand"
    try:
        timetable.cron(feed.schedule)
    except UserError as error:
        yield f"FEED.schedule: {error}"
    if not _is_date(feed.verified_on):
        yield f"FEED.verified_on is {feed.verified_on!r:.80}; write the date of the source that was read, YYYY-MM-DD"
    if feed.how not in {"documented", "tried"}:
        yield f"FEED.how is {feed.how!r:.80}; write documented or tried"
    yield from _habits(feed)
    if unknown := sorted(set(_KEY.findall(source)) - set(feed.keys)):
        yield f"asks for {{key:{unknown[0]}}}, which FEED.keys does not name; add it there"


def _habits(feed: Feed) -> Iterator[str]:
    """Yield what is wrong with how much a feed brings, what is kept of it and what it needs."""
    if not 0 <= feed.rows_a_day[0] <= feed.rows_a_day[1]:
        yield f"FEED.rows_a_day is {feed.rows_a_day}; write the fewest and then the most rows of a good day"
    if feed.kind is Kind.PHONE and feed.keeps is not Keeps.ROWS:
        yield "FEED.keeps is body; a feed of numbers may hold personal data: write keeps=Keeps.ROWS"
    if feed.needs_key != bool(feed.keys):
        yield f"FEED.needs_key is {feed.needs_key} with keys {feed.keys}; name each key that it needs, or none"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# --- the examples -----------------------------------------------------------------------------------------------------


def _try(crawler: Crawler, example: Example) -> list[str]:
    answer = testing.answers(example.replies, example.body, example.snapshots)
    try:
        steps = list(drive(crawler.crawl(example.mark), answer))
    except Exception as error:  # noqa: BLE001  # whatever a team's crawler raises is the answer
        return [f"{type(error).__name__}: {error}"]
    notices = [step.text for step in steps if isinstance(step, Notice)]
    return _differences([step for step in steps if isinstance(step, Batch)], example) + _unlike(notices, example)


def _differences(batches: list[Batch], example: Example) -> list[str]:
    values = tuple(value for batch in batches for value in batch.values)
    rejected = [one for batch in batches for one in batch.rejected]
    problems = [] if values == example.values else [f"gives {values!r:.300}, not {example.values!r:.300}"]
    if [one.line for one in rejected] != [line for line, _ in example.rejected]:
        problems.append(f"rejects the lines {[one.line for one in rejected]}, not {[at for at, _ in example.rejected]}")
    elif any(word not in one.reason for one, (_, word) in zip(rejected, example.rejected, strict=True)):
        problems.append(f"rejects for {[one.reason for one in rejected]}, not {[word for _, word in example.rejected]}")
    roles = tuple(statement.role for batch in batches for statement in batch.statements)
    if example.roles and roles != example.roles:
        problems.append(f"gives the roles {[*map(str, roles)]!r:.300}, not {[*map(str, example.roles)]!r:.300}")
    return problems


def _unlike(notices: list[str], example: Example) -> list[str]:
    expected = example.notices
    if len(notices) == len(expected) and all(word in text for text, word in zip(notices, expected, strict=True)):
        return []
    return [f"tells {notices!r:.300}, not {list(expected)!r:.300}"]
