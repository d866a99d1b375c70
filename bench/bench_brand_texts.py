"""How well the brand is told from the words of a report, and how fast: tables in Markdown.

Collections, stated apart: the texts that the rules were tuned on (`dev`, and `dev2`, of which those with an odd
number were read and those with an even number only measured), those that were frozen before (`frozen`), and the
labelled ones of `../shared/data` where they are there (`labelled`). Precision is right brands of brands said, a brand
said of a text without one included; recall is texts whose brand is said of texts with one. Of a text the surest brand
counts. Intervals are Wilson's, 95 %.
"""

import argparse
import csv
import gzip
import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.quality_data import DATA
from scamhunt import reference
from scamhunt.errors import ScamhuntError, UserError
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import squeeze
from scamhunt.score.texts import BrandTexts
from scamhunt.settings import Settings

OURS = Path(__file__).parent / "data"
COLLECTIONS = ("dev", "dev2-odd", "dev2-even", "frozen", "labelled")
READ = ("dev", "dev2-odd")
"""Those of which what was told wrong may be printed."""
Z = 1.96
"""Standard deviations of a 95 % interval."""
WORDS = """about access account again and answer asked back bank blocked bought call called caller car card code
    computer day debt dentist don't expired extended family first free from gave give hello her him home house
    hung insurance interest it knew left loan loud man me medical minute money monday morning my name never next
    nobody number of offer office only order other pay phone please police press prize reminder roof said
    service she silent solar someone story survey talk than the their there they this threatened time to told
    two under up wait wanted warranty was week when with woman won work yesterday you your""".split()
NAMED_IN = 20
"""One text in so many names a brand, where speed is measured."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the brands that may be said of it; none where it names none."""

    text: str
    brands: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was said of some texts."""

    right: int
    said: int
    named: int

    @property
    def precision(self) -> str:
        """Right of said, with its interval."""
        return share(self.right, self.said)

    @property
    def recall(self) -> str:
        """Right of named, with its interval."""
        return share(self.right, self.named)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the interval of a share (Wilson, JASA 22, 1927); (0, 1) of nothing."""
    if not total:
        return 0.0, 1.0
    mean, scale = hits / total, 1 + Z**2 / total
    spread = Z * math.sqrt((mean * (1 - mean) + Z**2 / (4 * total)) / total)
    middle = mean + Z**2 / (2 * total)
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def share(hits: int, total: int) -> str:
    """Return a share with its interval for a table."""
    low, high = wilson(hits, total)
    return f"{hits / total:.3f} ({low:.3f} to {high:.3f}; {hits} of {total})" if total else "-"


def counts(texts: Sequence[Text], told: Iterable[str]) -> Counts:
    """Compare the surest brand of each text, empty where none is said, with what may be said."""
    pairs = list(zip(texts, told, strict=True))
    right = sum(brand in text.brands for text, brand in pairs)
    return Counts(right, sum(bool(brand) for _, brand in pairs), sum(bool(text.brands) for text, _ in pairs))


def ours(path: Path) -> list[Text]:
    """Read a table with the columns language, brand, text; several brands of a text are parted by a space."""
    with _there(path).open(encoding="utf-8", newline="") as file:
        return [Text(row["text"], tuple(row["brand"].split()), row["language"]) for row in csv.DictReader(file)]


def half(path: Path, odd: int) -> list[Text]:
    """Read those texts of a table whose id ends in an odd number (1) or an even one (0)."""
    with _there(path).open(encoding="utf-8", newline="") as file:
        odds = [int(row["id"].rpartition("-")[2]) % 2 == odd for row in csv.DictReader(file)]
    return [one for one, kept in zip(ours(path), odds, strict=True) if kept]


def labelled(brands: Brands, path: Path = DATA / "phones.csv.gz") -> list[Text]:
    """Read the reports that have their words; a brand that the packs do not know is none."""
    known: dict[str, str] = {}
    for brand in brands:
        known |= {squeeze(name): brand.id for name in (*brand.aliases, brand.name)}
    with gzip.open(_there(path), "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["message_text"].strip()]
    return [Text(row["message_text"], tuple(_known(row["brand_impersonated"], known))) for row in rows]


def _known(name: str, known: Mapping[str, str]) -> Iterator[str]:
    brand = known.get(squeeze(name))
    if brand:
        yield brand


def _there(path: Path) -> Path:
    if not path.is_file():
        raise UserError(f"{path}: not there; name another collection, or put the file there")
    return path


def surest(texter: BrandTexts, texts: Sequence[Text]) -> list[str]:
    """Return the surest brand of each text, empty where none is said."""
    return [found[0].brand if found else "" for found in texter.evidence([one.text for one in texts])]


def short_texts(brands: Brands, count: int) -> list[str]:
    """Return made-up short texts, each another one, of which one in `NAMED_IN` names a brand."""
    generator = random.Random(7)
    made = [" ".join(generator.choices(WORDS, k=generator.randint(6, 14))) for _ in range(count)]
    names = [brand.name for brand in brands]
    return [f"from {names[at % len(names)]} {text}" if at % NAMED_IN == 0 else text for at, text in enumerate(made)]


def measure(texter: BrandTexts, name: str, texts: Sequence[Text], *, wrong: bool) -> None:
    """Print the rows of one collection: all, and by language."""
    told = surest(texter, texts)
    groups: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(texts):
        groups[""].append(at)
        if one.language:
            groups[one.language].append(at)
    for language, rows in groups.items():
        found = counts([texts[at] for at in rows], [told[at] for at in rows])
        print(f"| {name} {language} | {len(rows)} | {found.precision} | {found.recall} |")
    if wrong:
        for one, brand in zip(texts, told, strict=True):
            if brand not in (one.brands or ("",)):
                print(f"<!-- said {brand or 'none'}, is {' or '.join(one.brands) or 'none'}: {one.text[:200]!a} -->")


def main() -> None:
    """Print the tables; exit with 2 where a collection that was asked for is not there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="*", choices=COLLECTIONS, default=COLLECTIONS)
    options.add_argument("--wrong", action="store_true", help="print the texts told wrong of those that may be read")
    options.add_argument("--texts", type=int, default=40_000, help="texts that speed is measured with")
    chosen = options.parse_args()
    brands, vocabulary = reference.brands(Settings()), reference.vocabulary()
    start = time.process_time()
    texter = BrandTexts(brands, vocabulary)
    built = time.process_time() - start
    readers = {
        "dev": lambda: ours(OURS / "brand_texts_dev.csv"),
        "dev2-odd": lambda: half(OURS / "brand_texts_dev2.csv", 1),
        "dev2-even": lambda: half(OURS / "brand_texts_dev2.csv", 0),
        "frozen": lambda: ours(OURS / "brand_texts.csv"),
        "labelled": lambda: labelled(brands),
    }
    print("| texts | count | precision | recall |\n|---|---|---|---|")
    try:
        for name in chosen.only:
            measure(texter, name, readers[name](), wrong=chosen.wrong and name in READ)
    except ScamhuntError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    texts = short_texts(brands, chosen.texts)
    start = time.process_time()
    found = sum(map(bool, texter.evidence(texts)))
    spent = time.process_time() - start
    rate = len(texts) / max(spent, 1e-9)
    mean = sum(map(len, texts)) / max(1, len(texts))
    print(f"\n{len(brands)} brands, built in {built:.2f} CPU s. {len(texts):,} texts of {mean:.0f} characters ")
    print(f"on average, {found / max(1, len(texts)):.0%} with a brand: {spent:.2f} CPU s, {rate:,.0f} a second.")


if __name__ == "__main__":
    main()
