"""Saved bodies of a source, each with what must come of it: one case is `<case>.json`, its bodies lie beside it.

docs/adding-a-crawler.md explains the keys. Those of a team's own crawler lie in a folder of its name beside the module.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scamhunt import testing
from scamhunt.bundle import Crawler
from scamhunt.errors import FeedFailed, ScamhuntError
from scamhunt.gather import unpack
from scamhunt.gather.drive import drive
from scamhunt.model import Batch, Difference, Fetch, Notice, Reply, Snapshot
from scamhunt.settings import Settings

MUST = frozenset({"replies", "rows"})
MAY = frozenset(
    {"about", "mark", "snapshots", "rejected", "notices", "held", "behind", "schema", "raises", "mark_after"}
)

_Expected = Mapping[str, Any]


@dataclass(slots=True)
class _Came:
    """What a crawler gave."""

    batches: list[Batch] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    raised: str = ""


def cases(crawler: Crawler) -> list[Path]:
    """Return the cases that lie beside a crawler's module."""
    return sorted((crawler.path.parent / crawler.path.stem).glob("*.json"))


def read_case(case: Path) -> _Expected:
    """Return what a case expects, with what it may leave out. Raises `ValueError` and `OSError`."""
    found = json.loads(case.read_text("utf-8"))
    if not isinstance(found, dict) or not found.keys() >= MUST:
        raise ValueError(f"an object with {' and '.join(sorted(MUST))} is needed")
    if unknown := sorted(found.keys() - MUST - MAY):
        raise ValueError(f"{unknown[0]!r} is no key of a case; there are {', '.join(sorted(MUST | MAY))}")
    empty: dict[str, Any] = {"mark": "", "snapshots": {}, "rejected": [], "notices": [], "held": 0, "behind": 0}
    return {**empty, "raises": "", **found}


def try_case(crawler: Crawler, case: Path, piece: int = testing.PIECE) -> list[str]:
    """Give a crawler the saved bodies in chunks of `piece` bytes and return what comes out otherwise than expected."""
    try:
        expected = read_case(case)
        problems = _differences(_driven(crawler, expected, _answer(case.parent, expected, piece)), expected)
    except OSError as error:
        problems = [f"{error.filename}: {(error.strerror or 'cannot be read').lower()}; save the body there"]
    except (ValueError, TypeError, AttributeError) as error:  # what a person wrote may have any shape
        problems = [f"{error}; mend the file"]
    return [f"{case.name}: {problem}" for problem in problems]


def _driven(crawler: Crawler, expected: _Expected, answer: testing.Answer) -> _Came:
    came = _Came()
    try:
        for step in drive(crawler.crawl(_as_mark(expected["mark"])), answer):
            if isinstance(step, Notice):
                came.notices.append(step)
            else:
                came.batches.append(step)
    except ScamhuntError as error:
        came.raised = str(error)
    except TypeError as error:
        came.raised = f"TypeError: {error}"
    return came


def _as_mark(mark: object) -> str:
    return mark if isinstance(mark, str) else json.dumps(mark, sort_keys=True)


def _answer(folder: Path, expected: _Expected, piece: int) -> testing.Answer:
    limits = Settings(home=folder)

    def answer(asked: Fetch | Snapshot) -> Reply | Difference:
        if isinstance(asked, Snapshot):
            before = expected["snapshots"].get(asked.before)
            return testing.difference(asked, None if before is None else [value.encode() for value in before])
        name = expected["replies"].get(asked.url)
        if name is None:
            raise FeedFailed(f"{asked.url!r:.100}: answered with 404; look at the address")
        with (folder / name).open("rb") as file:
            body = file.read() if asked.raw else b"".join(unpack.contents(file, limits))
        return testing.reply(body, url=asked.url, piece=piece)

    return answer


# --- what came against what was expected ------------------------------------------------------------------------------


def _differences(came: _Came, expected: _Expected) -> list[str]:
    """Return a sentence for each key; of reasons, notices and errors a word is enough."""
    if bool(came.raised) != bool(expected["raises"]) or expected["raises"] not in came.raised:
        return [f"ends with {came.raised!r:.300}, not with {expected['raises']!r}"]
    rows = _rows(came)
    rejected = [[bad.line, bad.reason] for batch in came.batches for bad in batch.rejected]
    told = [[at, notice.text] for at, notice in enumerate(came.notices)]
    words = [[at, word] for at, word in enumerate(expected["notices"])]
    found: list[tuple[str, bool, object, object]] = [
        ("rows", rows == expected["rows"], *_first_other(rows, expected["rows"])),
        ("rejected", _alike(rejected, expected["rejected"]), rejected, expected["rejected"]),
        ("notices", _alike(told, words), [text for _, text in told], expected["notices"]),
    ]
    exact = {
        "held": sum(notice.held for notice in came.notices),
        "behind": sum(notice.behind for notice in came.notices),
        "schema": next((batch.schema for batch in came.batches if batch.schema), ""),
        "mark_after": _parsed(came.batches[-1].mark) if came.batches else "",
    }
    found += [(key, value == expected[key], value, expected[key]) for key, value in exact.items() if key in expected]
    return [f"{key}: {value!r:.300} came, not {wanted!r:.300}" for key, alike, value, wanted in found if not alike]


def _rows(came: _Came) -> list[list[object]]:
    return [
        [value, line, moment and moment.isoformat()]
        for batch in came.batches
        for value, line, moment in zip(batch.values, batch.lines, batch.seen_at, strict=True)
    ]


def _first_other(came: list[list[object]], expected: list[list[object]]) -> tuple[object, object]:
    """Return the rows from the first one that differs on."""
    at = next((at for at, (one, other) in enumerate(zip(came, expected, strict=False)) if one != other), None)
    at = min(len(came), len(expected)) if at is None else at
    return came[at:], expected[at:]


def _alike(came: list[list[Any]], expected: list[list[Any]]) -> bool:
    return len(came) == len(expected) and all(
        at == line and word in text for (at, text), (line, word) in zip(came, expected, strict=True)
    )


def _parsed(mark: str) -> object:
    try:
        return json.loads(mark)
    except ValueError:
        return mark
