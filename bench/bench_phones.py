"""Numbers parsed and scored on one core, and a day of complaints: a table in Markdown; nothing is asserted.

The numbers are kept for fiction; the words name invented callers. The database
is left out: a line of the first table is read, parsed, looked up near the official numbers and scored.
"""

import argparse
import json
import platform
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from scamhunt import __version__, reference
from scamhunt.indicators import phone
from scamhunt.indicators.phone import NumberType
from scamhunt.model import Evidence, NumberSighting, Role
from scamhunt.score.phone_batch import score_phones
from scamhunt.score.phones import PhoneScorer
from scamhunt.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUMBERS, DAY, PIECE = 60_000, 12_000, 1_000
WORDED = 0.3
"""The share of the lines that have words."""
NAMED = 0.2
"""The share of these whose words name a brand."""
WORDS = (
    "dentist reminder about tuesday",
    "somebody called and hung up again",
    "a survey about the election, would not stop calling",
    "offers solar panels, asked for the electricity bill",
    "hallo, hier ist der Handwerker wegen morgen",
)
AGENCY = NumberSighting(
    "", "ftc_dnc", "", 0, NOW, Role.CALLER_ID, subject="Other", pool="us-agencies", corroborates=True
)
CLAIMS = ("this is amzon prime refund dept call back", "Micro soft windows defender alert, virus found")


def numbers(count: int, seed: int) -> list[str]:
    """Return numbers of North America that are kept for fiction, as people write them; of codes that are in use."""
    generator = random.Random(seed)
    forms = ("+1{0}555{1}", "({0}) 555-{1}", "{0}-555-{1}", "1 {0} 555 {1}")
    areas = [area for area in range(201, 990) if phone.parse(f"+1{area}5550123").type is not NumberType.UNKNOWN]
    return [
        generator.choice(forms).format(generator.choice(areas), f"01{generator.randrange(100):02}")
        for _ in range(count)
    ]


def lines(count: int, worded: float) -> list[bytes]:
    """Return input lines; of those with words some name a brand."""
    generator = random.Random(count)
    made = []
    for number in numbers(count, count):
        if generator.random() >= worded:
            made.append(number.encode())
            continue
        text = generator.choice(CLAIMS if generator.random() < NAMED else WORDS)
        made.append(json.dumps({"number": number, "role": "callback", "text": text}).encode())
    return made


def chunks(given: Sequence[bytes]) -> Iterator[bytes]:
    """Yield a content in pieces of some KB."""
    for at in range(0, len(given), PIECE):
        yield b"\n".join(given[at : at + PIECE]) + b"\n"


def listed(scorer: PhoneScorer, given: Sequence[bytes]) -> tuple[float, int]:
    """Return CPU seconds and matches of a list."""
    start = time.process_time()
    matches = sum(len(batch.matches) for batch in score_phones(chunks(given), scorer, NOW, "US"))
    return time.process_time() - start, matches


def complaints(scorer: PhoneScorer, count: int) -> tuple[float, int]:
    """Return CPU seconds and lifted scores of a day in the agencies' shape; one number in ten is tied to a brand."""
    evidence = (Evidence("amazon", "named_in_text", 4.0, "the words name 'amazon'"),)
    given = numbers(count, 1)
    start, lifted = time.process_time(), 0
    for at, value in enumerate(given):
        number = phone.parse(value, "US")
        row = replace(AGENCY, number=number.e164, key=str(at), line=at, place=str(at % 300))
        own = NumberSighting(number.e164, "phone_reports", "k", 1, NOW - timedelta(days=3), evidence=evidence)
        lifted += bool(scorer.score(number, [row, own] if at % 10 == 0 else [row], NOW))
    return time.process_time() - start, lifted


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--numbers", type=int, default=NUMBERS)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    knobs = Settings()
    packs = reference.brands(knobs)
    scorer = reference.phone_scorer(knobs, packs)
    print(f"scamhunt {__version__}, Python {platform.python_version()}, {platform.machine()}, {len(packs)} brands\n")
    print("| what | rows | matches | CPU s | rows/s |\n|---|---|---|---|---|")
    mixed, bare = lines(chosen.numbers, WORDED), lines(chosen.numbers, 0)
    tasks: dict[str, Callable[[], tuple[float, int]]] = {
        f"lines, {1 - WORDED:.0%} without words": partial(listed, scorer, mixed),
        "lines without words": partial(listed, scorer, bare),
        "a day of complaints, in memory": partial(complaints, scorer, DAY),
    }
    for what, work in tasks.items():
        rows = DAY if "day" in what else chosen.numbers
        seconds, matches = min(work() for _ in range(chosen.rounds))
        print(f"| {what} | {rows:,} | {matches:,} | {seconds:.2f} | {rows / seconds:,.0f} |")


if __name__ == "__main__":
    main()
