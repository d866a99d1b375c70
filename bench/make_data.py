"""Rebuild the data that scamhunt ships from `../shared/data`: brand packs, popular names, word lists, the sample feed.

    python bench/make_data.py            write them
    python bench/make_data.py --check    write nothing; exit 1 when a shipped file differs from what would be written
    python bench/make_data.py --words F  also rebuild data/words/ from dictionaries in folder F (see WORDS)
    python bench/make_data.py --people F also rebuild data/words/people.txt.gz from name files in folder F (see PEOPLE)

The output depends on the input alone, byte for byte. By hand and not made here: brand_corrections.toml, the government
zones and the platforms.
"""

import argparse
import csv
import gzip
import html
import io
import json
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import tldextract

TOP = Path(__file__).resolve().parent.parent
SOURCE = TOP.parent / "shared" / "data"
CORRECTIONS = TOP / "bench" / "brand_corrections.toml"
SPLIT = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
SECTORS = {"tax": "government", "airline": "travel", "transport": "travel", "media": "streaming", "postal": "courier"}
ORDER = ("id", "name", "aliases", "domains", "phones", "inbound_only", "sector", "countries", "lures", "ambiguous")
FREE = ("(MISP)", "us-gov", "university-domains")
"""The lists in benign.csv.gz that are free to ship: CC0, public domain, MIT."""
TAIL = 50_000
"""From this rank on, a list of visits holds what was visited for a day."""
POPULAR_HEAD = """\
# Well-known registrable names, the best known first: never to be reported, nor mistaken for an imitation.
# From MISP warning lists (CC0-1.0), cisagov/dotgov-data (public domain) and Hipo/university-domains-list (MIT);
# the best-known ones by hand (bench/famous.txt) and the bundled brands' own. See data/SOURCES.md and data/NOTICES.md.
# Made by bench/make_data.py.
"""
WORDS = {
    "ordinary.txt.gz": ("american-english", "british-english"),
    "common.txt.gz": ("american-english-small",),
}
"""Dictionaries of Debian's wamerican, wbritish and wamerican-small: free to ship, see data/NOTICES.md."""

MORE = {"called": "aliases", "official": "domains", "ordinary_too": "ambiguous"}
"""Tables of the corrections that add to a field of brands, by id."""

PEOPLE = {"dist.all.last": 6_000, "dist.female.first": 1_500, "dist.male.first": 900}
"""The US Census Bureau's name files of 1990 (public domain), and how many of the most frequent names of each."""
SHORTEST_NAME = 4

Row = dict[str, Any]


# --- brands -----------------------------------------------------------------------------------------------------------


def brand_packs() -> Iterator[tuple[Path, bytes]]:
    """Yield one pack a sector."""
    brands = chosen(
        json.loads((SOURCE / "brands.json").read_text("utf-8")), tomllib.loads(CORRECTIONS.read_text("utf-8"))
    )
    refuse_twice(brands)
    for sector in sorted({brand["sector"] for brand in brands}):
        own = [brand for brand in brands if brand["sector"] == sector]
        yield TOP / "data" / "brands" / f"{sector}.toml", pack(sector, own).encode()


def shipped_brands() -> list[Row]:
    """Return the brands that ship."""
    rows = json.loads((SOURCE / "brands.json").read_text("utf-8"))
    brands = chosen(rows, tomllib.loads(CORRECTIONS.read_text("utf-8")))
    refuse_twice(brands)
    return brands


def chosen(rows: list[Row], corrections: Row) -> list[Row]:
    """Return the brands that ship, corrected, by id."""
    rows_by_id = {slug(row["id"]): row for row in rows}
    sectors = {ident: sector for sector, ids in corrections["take"].items() for ident in ids}
    by_hand = {ident for ident, row in rows_by_id.items() if row["domains_how"] != "2fa-directory"}
    taken = (by_hand | sectors.keys() | corrections["brand"].keys()) - set(corrections["leave_out"])
    if unknown := sorted((sectors.keys() | set(corrections["leave_out"])) - rows_by_id.keys()):
        sys.exit(f"{CORRECTIONS}: brands.json has no {', '.join(unknown)}; remove them")
    more = {table: corrections[table] for table in MORE}
    if unknown := sorted({ident for table in more.values() for ident in table} - taken):
        sys.exit(f"{CORRECTIONS}: no brand {', '.join(unknown)} ships; remove them")
    return [
        brand(
            ident,
            rows_by_id.get(ident, {}),
            sectors.get(ident),
            corrections["brand"].get(ident, {}),
            {MORE[table]: added[ident] for table, added in more.items() if ident in added},
        )
        for ident in sorted(taken)
    ]


def slug(ident: str) -> str:
    """Return an id that a pack may have."""
    return ident.replace(".", "-").replace("_", "-").lower()


def brand(ident: str, row: Row, sector: str | None, changes: Row, more: Row) -> Row:
    """Return the fields of one brand: those of brands.json, cleaned, with the changes and additions made by hand."""
    merged = {
        "name": re.sub(r"\s*\[[A-Z]{2}\]$", "", html.unescape(row.get("name", ""))),
        "aliases": row.get("aliases", []),
        "domains": row.get("official_domains", []),
        "sector": sector or SECTORS.get(row.get("sector", ""), row.get("sector", "")),
        "countries": [code.upper() for code in row.get("country", "").split(",") if code and not code.startswith("-")],
    } | changes
    merged |= {key: list(dict.fromkeys([*merged.get(key, []), *added])) for key, added in more.items()}
    domains = dict.fromkeys(name for each in merged["domains"] + merged.pop("also", []) for name in registrable(each))
    own = {"id": ident, "domains": list(domains), "aliases": aliases(merged["name"], merged["aliases"], set(domains))}
    return {key: value for key, value in (merged | own).items() if value or key == "ambiguous"}


def registrable(name: str) -> Iterator[str]:
    """Yield the registrable domain of a name; nothing for a public suffix, whose names belong to others."""
    split = SPLIT(name)
    if split.domain:
        yield f"{split.domain}.{split.suffix}".lower()


def aliases(name: str, given: list[str], domains: set[str]) -> list[str]:
    """Return the aliases without legal forms, country marks, repetitions and official domains."""
    kept: dict[str, str] = {}
    for alias in given:
        plain = re.sub(r",?\s(Inc|PLC|Ltd|S\.A|Limited|Corporation|Corp)\.?$", "", alias).strip()
        if "[" not in plain and plain.lower() not in domains and len(plain) > 1 and squeeze(plain) != squeeze(name):
            kept.setdefault(squeeze(plain), plain)
    return list(kept.values())


def squeeze(text: str) -> str:
    """Return letters and digits only, to compare names."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def refuse_twice(brands: list[Row]) -> None:
    """Stop when two brands claim one domain, or one has none left."""
    owner: dict[str, str] = {}
    wrong = [
        f"{name}: {owner[name]} and {brand['id']}"
        for brand in brands
        for name in brand.get("domains", ["none at all"])
        if owner.setdefault(name, brand["id"]) != brand["id"]
    ]
    if wrong:
        sys.exit("claimed twice; mend bench/brand_corrections.toml\n" + "\n".join(wrong))


def pack(sector: str, brands: list[Row]) -> str:
    """Return one pack as TOML."""
    head = f"# Brands that scammers imitate: {sector}. Not checked online; see data/SOURCES.md.\n"
    head += "# Made by bench/make_data.py; change bench/brand_corrections.toml instead.\n"
    return head + "".join(map(table, brands))


def table(brand: Row) -> str:
    """Return one brand as TOML."""
    return "\n[[brand]]\n" + "".join(f"{key} = {value(brand[key], len(key) + 3)}\n" for key in ORDER if key in brand)


def value(content: str | list[str], indent: int) -> str:
    """Return a text or a list as TOML, a long list on several lines."""
    if isinstance(content, str):
        return json.dumps(content, ensure_ascii=False)
    items = [json.dumps(item, ensure_ascii=False) for item in content]
    if indent + sum(len(item) + 2 for item in items) <= 120:  # noqa: PLR2004  # the line length of this project
        return f"[{', '.join(items)}]"
    lines = [""]
    for item in items:
        lines += [""] if len(lines[-1]) + len(item) > 112 else []  # noqa: PLR2004  # the same, with indent and comma
        lines[-1] += f" {item},"
    return "[\n" + "".join(f"   {line}\n" for line in lines) + "]"


# --- names, words, feed -----------------------------------------------------------------------------------------------


def popular() -> Iterator[tuple[Path, bytes]]:
    """Yield the well-known names: by hand, then the brands' own, then the lists' by rank. Zones protect theirs."""
    zones = set(lines(TOP / "data" / "protected" / "government.txt"))
    famous = [name for line in lines(TOP / "bench" / "famous.txt") for name in line.split()]
    brands = shipped_brands()
    own = sorted(name for brand in brands for name in brand["domains"])
    words = strong_words(brands)
    ranked = sorted((rank(row), row["domain"]) for row in rows_of("benign.csv.gz") if free(row) and sure(row, words))
    names = [name for each in [*famous, *own, *(each for _, each in ranked)] for name in registrable(each)]
    kept = [name for name in dict.fromkeys(names) if not below(name, zones)]
    yield TOP / "data" / "protected" / "popular.txt", (POPULAR_HEAD + "".join(f"{name}\n" for name in kept)).encode()


def rank(row: dict[str, str]) -> int:
    """Return the rank in the list of visits; a curated list has none and comes last."""
    return int(row["rank"] or 10**9)


def free(row: dict[str, str]) -> bool:
    """Say whether a row may ship: its list is free and of our time."""
    return row["list_year"] != "2015" and any(mark in row["source"] for mark in FREE)


def strong_words(brands: list[Row]) -> set[str]:
    """Return the names of brands that mean nothing else."""
    names = {squeeze(brand["name"]) for brand in brands}
    return {name for name in names if len(name) >= 6} - {  # noqa: PLR2004  # shorter ones stand in many words
        squeeze(word) for brand in brands for word in brand.get("ambiguous", [])
    }


def sure(row: dict[str, str], words: set[str]) -> bool:
    """Say whether a name is popular beyond doubt: much visited is not the same as honest.

    Far down in a list of visits, a name that holds a brand's name and more may be the brand's or an imitation of it.
    """
    label = squeeze(row["domain"].split(".")[0])
    return not TAIL <= rank(row) < 10**9 or label in words or not any(word in label for word in words)


def rows_of(name: str) -> Iterable[dict[str, str]]:
    """Return the rows of a compressed CSV file."""
    return csv.DictReader(io.StringIO(gzip.decompress((SOURCE / name).read_bytes()).decode()))


def lines(path: Path) -> Iterable[str]:
    """Return the values of a list, without its comments."""
    return (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))


def below(name: str, zones: set[str]) -> bool:
    """Say whether a name is one of the zones or lies in one."""
    labels = name.split(".")
    return any(".".join(labels[at:]) in zones for at in range(len(labels)))


def feed() -> Iterator[tuple[Path, bytes]]:
    """Yield the sample feed: the rows as they come, names and dates only."""
    text = "domain,listed_date\n" + "".join(
        f"{row['domain']},{row['listed_date']}\n" for row in rows_of("nrd_week.csv.gz")
    )
    yield TOP / "data" / "feeds" / "nrd_sample.csv.gz", packed(text)


def words(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the word lists: plain words of 3 to 14 letters, marks stripped as in a host name."""
    brands_by_now = set(tomllib.loads(CORRECTIONS.read_text("utf-8"))["not_ordinary"])
    for target, names in WORDS.items():
        found: set[str] = set()
        for name in names:
            found |= {plain(line) for line in (folder / name).read_text("utf-8").splitlines()}
        head = f"# Ordinary words from Debian's dictionaries {', '.join(names)}; notice in data/NOTICES.md.\n"
        yield (
            TOP / "data" / "words" / target,
            packed(head + "".join(f"{word}\n" for word in sorted(found - brands_by_now - {""}))),
        )


def people(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the list of first and family names."""
    found: set[str] = set()
    for name, count in PEOPLE.items():
        rows = (folder / name).read_text("utf-8").splitlines()[:count]
        found |= {
            word for word in (row.split()[0].lower() for row in rows) if len(word) >= SHORTEST_NAME and word.isalpha()
        }
    head = "# The most frequent first and family names in the US Census Bureau's name files of 1990 (public domain).\n"
    yield TOP / "data" / "words" / "people.txt.gz", packed(head + "".join(f"{word}\n" for word in sorted(found)))


def plain(word: str) -> str:
    """Return a lower-case word without marks; nothing when it is a name, too short, too long or not of letters only."""
    letters = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return letters if re.fullmatch("[a-z]{3,14}", letters) and word == word.lower() else ""


def packed(text: str) -> bytes:
    """Compress, the same on every day."""
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


# --- run --------------------------------------------------------------------------------------------------------------


def main() -> int:
    """Write the files, or say which of them differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a shipped file differs")
    parser.add_argument("--words", type=Path, metavar="FOLDER", help="dictionaries to make data/words/ from")
    parser.add_argument(
        "--people", type=Path, metavar="FOLDER", help="name files to make data/words/people.txt.gz from"
    )
    options = parser.parse_args()
    if not SOURCE.is_dir():
        print(f"{SOURCE} is missing: the shipped data stay as they are", file=sys.stderr)
        return 3
    made = dict(
        [
            *brand_packs(),
            *popular(),
            *feed(),
            *(words(options.words) if options.words else ()),
            *(people(options.people) if options.people else ()),
        ]
    )
    return different(made) if options.check else written(made)


def different(made: Mapping[Path, bytes]) -> int:
    """Name the shipped files that differ from what was made."""
    wrong = [path for path, content in made.items() if not path.exists() or path.read_bytes() != content]
    wrong += [path for path in (TOP / "data" / "brands").glob("*.toml") if path not in made]
    for path in wrong:
        print(f"differs: {path.relative_to(TOP)}")
    return 1 if wrong else 0


def written(made: Mapping[Path, bytes]) -> int:
    """Write what was made, and nothing else stays in data/brands/."""
    for path in (TOP / "data" / "brands").glob("*.toml"):
        path.unlink()
    for path, content in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{len(content):9,} {path.relative_to(TOP)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
