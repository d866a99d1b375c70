"""How fast figures are made from the courses of many reports: a table in Markdown; nothing is asserted.

The reports are made up: 300 recipients, 50 brands, every kind of recipient, times over a year.
The database is left out.
"""

import argparse
import platform
import time
from datetime import UTC, datetime

import numpy as np

from scamhunt import __version__
from scamhunt.takedown import figures
from scamhunt.takedown.course import Courses, Milestone
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.steps import OUT

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIZES = (60_000, 240_000)
RECIPIENTS, BRANDS = 300, 50
YEAR = 365 * 86_400_000_000
MONTH = 30 * 86_400_000_000
REACHED = {Milestone.FIRST_SEEN: 1.0, Milestone.DETECTED: 1.0, Milestone.REPORTED: 0.99, Milestone.CONTENT_DOWN: 0.6}
"""The share of the reports that come to a milestone; to the others 0.4."""


def made(count: int, seed: int = 8) -> Courses:
    """Return courses of so many reports; the same each time."""
    generator = np.random.default_rng(seed)
    states, kinds = [state.value for state in OUT], [kind.value for kind in RecipientKind]
    recipients = generator.integers(RECIPIENTS, size=count).tolist()
    began = np.datetime64("2025-11-22", "us") + generator.integers(YEAR, size=count)
    times = {}
    for at, milestone in enumerate(Milestone):
        column = began + generator.integers(MONTH, size=count) * at // len(Milestone)
        column[generator.random(count) >= REACHED.get(milestone, 0.4)] = np.datetime64("NaT")
        times[milestone] = column
    return Courses(
        report=list(range(1, count + 1)),
        recipient=[f"desk {at} of the bench" for at in recipients],
        brand=[f"brand{at}" for at in generator.integers(BRANDS, size=count).tolist()],
        kind=[kinds[at % len(kinds)] for at in recipients],
        state=[states[at] for at in generator.integers(len(states), size=count).tolist()],
        times=times,
    )


def best(courses: Courses, runs: int) -> float:
    """Return the seconds of the quickest of some runs."""
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        figures.of(courses, now=NOW)
        took.append(time.perf_counter() - start)
    return min(took)


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"{RECIPIENTS} recipients, {BRANDS} brands")
    print("\n| reports | seconds |\n|---|---|")
    for size in SIZES:
        print(f"| {size:,} | {best(made(size), given.runs):.3f} |")


if __name__ == "__main__":
    main()
