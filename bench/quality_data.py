"""The real data that quality is measured with and weights are trained on; it is not part of the repository.

It lies in `../shared/data` beside the project's root, or in another folder that is given. The selection is fixed: the
same seed, the same cap a brand, the same brands. What is read is kept as the source has it, no name is judged here.
"""

import csv
import gzip
import json
import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scamhunt.errors import UserError
from scamhunt.score.brands import Brands, parse_packs

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PER_BRAND = 150
"""Hosts of one brand at most: a few campaigns would rule the figures."""
OTHERS = 60
"""Brands without a labelled host in the packs: each may steal a hit or raise a false alarm."""
SEED = 5
VISIBLE = ("domain", "subdomain")
"""Beginnings of a hint where the brand can be seen in the host."""
SHARED_SUFFIXES = frozenset(
    "gov.uk service.gov.uk gov.au qld.gov.au vic.gov.au wa.gov.au myshopify.com sakura.ne.jp".split()
)
"""Names in the list of official domains that belong to nobody alone."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A phishing host and the brand that its source says it imitates."""

    host: str
    brand: str
    """The id in the packs."""
    hint: str
    """Where the brand can be seen, derived and no label: `domain_exact`, `subdomain_edit1`, ..."""

    @property
    def in_label(self) -> bool:
        """Whether the brand stands in the registrable part, not only before it."""
        return self.hint.startswith("domain")

    @property
    def misspelt(self) -> bool:
        """Whether the brand is misspelt or written with look-alikes."""
        return "edit" in self.hint or "homo" in self.hint


@dataclass(frozen=True, slots=True)
class Benign:
    """An honest registrable name of a list of popular names."""

    name: str
    tier: str
    """How popular: `1k`, `10k`, `100k`, ..."""
    year: int
    """Of the list. Names of 2015 may have changed hands since."""
    owner: str
    """The brand whose official domain it is, as the source writes its id; mostly empty."""
    brand_word: str
    """A brand's word that the name contains: the hard ones."""


def labelled(path: Path = DATA, per_brand: int | None = PER_BRAND) -> list[Labelled]:
    """Return the hosts to be found: brand visible, in `packs(path)`, under no official domain, at most 150 a brand.

    Without `per_brand` all of them, for training. The order is shuffled, always in the same way.
    """
    brands = packs(path)
    official = _official(path)
    return [one for one in _picked(path, per_brand) if one.brand in brands.by_id and not _under(one.host, official)]


def packs(path: Path = DATA, others: int = OTHERS) -> Brands:
    """Return the brands of the labels and that many others (in order of their id) as packs give them."""
    return parse_packs([("labels.toml", "\n".join(entry(*each) for each in _entries(path, others)))])


def week(path: Path = DATA) -> list[str]:
    """Return the names of a week of new registrations, in the order of the list: the names that set the budgets."""
    return [row["domain"] for row in _table(path / "nrd_week.csv.gz")]


def day(path: Path = DATA) -> list[str]:
    """Return the names of a day of new registrations, from another list than the week's."""
    with gzip.open(_there(path / "nrd_day.txt.gz"), "rt", encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip()]


def benign(path: Path = DATA) -> list[Benign]:
    """Return the honest names."""
    rows = _table(path / "benign.csv.gz")
    kept = ("domain", "tier", "list_year", "official_domain_of", "contains_brand_token")
    values = ([row[key] for key in kept] for row in rows)
    return [Benign(name, tier, int(year), owner, word) for name, tier, year, owner, word in values]


def later_bad(path: Path = DATA) -> list[str]:
    """Return the new registrations that were seen in phishing feeds after they had been registered."""
    with _there(path / "nrd_known_bad.csv").open(encoding="utf-8", newline="") as file:
        return [row["domain"] for row in csv.DictReader(file) if row["relation"] == "phish_after_registration"]


def slug(source_id: str) -> str:
    """Return the pack's id of a brand that the source calls by its domain: `example.co.uk` -> `example-co-uk`."""
    return source_id.replace(".", "-").replace("_", "-").lower()


def registrable(host: str) -> str:
    """Return the last two labels, or three where the country's second level is short (`co.uk`).

    A rule of thumb, and on purpose not ours: the packs shall be the same whatever becomes of our own split.
    """
    labels = host.lower().split(".")
    three = len(labels[-1]) == 2 and (len(labels[-2]) <= 3 or labels[-2] == "govt")  # noqa: PLR2004  # letters
    return ".".join(labels[-3 if three else -2 :])


def entry(ident: str, name: str, aliases: Sequence[str], domains: Sequence[str]) -> str:
    """Return one `[[brand]]` of a pack."""
    values = {"id": ident, "name": name, "aliases": list(aliases), "domains": list(domains)}
    return "[[brand]]\n" + "".join(f"{key} = {json.dumps(it, ensure_ascii=False)}\n" for key, it in values.items())


# --- the selection ----------------------------------------------------------------------------------------------------


def _picked(path: Path, per_brand: int | None) -> list[Labelled]:
    """Return each host once a brand, the first of a shuffled list until the brand has enough."""
    rows = [row for row in _table(path / "brand_labelled.csv.gz") if row["lexical_hint"].startswith(VISIBLE)]
    random.Random(SEED).shuffle(rows)
    known = {slug(str(brand["id"])) for brand in _source_brands(path)}
    counts: Counter[str] = Counter()
    picked: dict[tuple[str, str], Labelled] = {}
    for row in rows:
        key = (row["host"], slug(row["brand_id"]))
        if key[1] in known and key not in picked and (per_brand is None or counts[key[1]] < per_brand):
            counts[key[1]] += 1
            picked[key] = Labelled(*key, row["lexical_hint"])
    return list(picked.values())


def _entries(path: Path, others: int) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Yield id, name, aliases and domains of each chosen brand that has a domain which none before it has."""
    by_id = {slug(str(brand["id"])): brand for brand in _source_brands(path)}
    wanted = sorted({one.brand for one in _picked(path, PER_BRAND)})
    rest = sorted(by_id.keys() - set(wanted))
    used = set(SHARED_SUFFIXES)
    for ident in [*wanted, *rest[:others]]:
        brand = by_id[ident]
        domains = list(dict.fromkeys(map(registrable, _texts(brand, "official_domains"))))
        own = [name for name in domains if name not in used]
        if own:
            used.update(own)
            name = str(brand["name"])
            yield ident, name, [alias for alias in _texts(brand, "aliases") if alias != name], own


def _official(path: Path) -> frozenset[str]:
    """Return the official domains as the source has them, cut to what is registrable."""
    return frozenset(name for *_, domains in _entries(path, OTHERS) for name in domains)


def _under(host: str, official: Collection[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[at:]) in official for at in range(len(labels)))


# --- files ------------------------------------------------------------------------------------------------------------


def _source_brands(path: Path) -> list[dict[str, object]]:
    brands: list[dict[str, object]] = json.loads(_there(path / "brands.json").read_text("utf-8"))
    return brands


def _texts(brand: dict[str, object], key: str) -> list[str]:
    value = brand.get(key) or []
    return [str(item) for item in value] if isinstance(value, list) else []


def _table(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(_there(path), "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _there(path: Path) -> Path:
    """Return the path. Raises `UserError` when there is no such file."""
    if not path.is_file():
        raise UserError(
            f"{path}: not there; training and measuring read data that are not in the repository: put them into "
            "../shared/data beside the project's root, or name its folder"
        )
    return path
