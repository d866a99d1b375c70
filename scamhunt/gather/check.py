"""Try a crawler on its own examples, without a network and without a store."""

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

from scamhunt import testing
from scamhunt.bundle import Crawler
from scamhunt.errors import FeedFailed
from scamhunt.gather.drive import drive
from scamhunt.model import Batch, Example, Fetch, Reply, Snapshot

_MAY_IMPORT = ("scamhunt.model", "scamhunt.errors", "scamhunt.indicators", "bs4")


def check_crawler(crawler: Crawler) -> list[str]:
    """Try a crawler on its own examples and return what is wrong, a sentence each; an empty list is good."""
    problems = [
        f"{crawler.path}:{line}: imports {name}; a crawler may import {', '.join(_MAY_IMPORT)} and the standard library"
        for line, name in _imports(crawler.path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(name == allowed or name.startswith(f"{allowed}.") for allowed in _MAY_IMPORT)
    ]
    for number, example in enumerate(crawler.examples, 1):
        problems += [f"{crawler.path}: example {number}: {problem}" for problem in _try(crawler, example)]
    return problems


def _imports(path: Path) -> Iterable[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            parts = [f"{base}.{alias.name}" for alias in node.names] if base == "scamhunt" else [base]
            yield from ((node.lineno, part) for part in parts)


def _try(crawler: Crawler, example: Example) -> list[str]:
    replies = [testing.reply(example.body)]
    try:
        steps = list(drive(crawler.crawl(example.mark), lambda asked: _next(replies, asked)))
    except Exception as error:  # noqa: BLE001  # whatever a team's crawler raises is the answer
        return [f"{type(error).__name__}: {error}"]
    return _differences([step for step in steps if isinstance(step, Batch)], example)


def _differences(batches: list[Batch], example: Example) -> list[str]:
    values = tuple(value for batch in batches for value in batch.values)
    rejected = [one for batch in batches for one in batch.rejected]
    problems = [] if values == example.values else [f"gives {values!r:.300}, not {example.values!r:.300}"]
    if [one.line for one in rejected] != [line for line, _ in example.rejected]:
        problems.append(f"rejects the lines {[one.line for one in rejected]}, not {[at for at, _ in example.rejected]}")
    elif any(word not in one.reason for one, (_, word) in zip(rejected, example.rejected, strict=True)):
        problems.append(f"rejects for {[one.reason for one in rejected]}, not {[word for _, word in example.rejected]}")
    return problems


def _next(replies: list[Reply], asked: Fetch | Snapshot) -> Reply:
    if not replies or isinstance(asked, Snapshot):
        raise FeedFailed(f"asks for {asked!r:.100} besides, but an example has one body; let it end after that")
    return replies.pop()
