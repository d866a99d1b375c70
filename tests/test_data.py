import gzip
import re
from functools import cache
from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.indicators import domain
from scamhunt.model import Brand
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands, parse_packs
from scamhunt.score.brandwords import squeeze

DATA = bundle.shipped() / "data"
WORDS = sorted(path.name for path in (DATA / "words").iterdir())


@cache
def brands() -> Brands:
    """Return the bundled brands."""
    return parse_packs([(path.name, path.read_bytes()) for path in sorted((DATA / "brands").glob("*.toml"))])


@cache
def protected() -> Protected:
    """Return what a fresh install protects."""
    return Protected.of(brands(), [(path.name, path.read_bytes()) for path in (DATA / "protected").glob("*.txt")])


def values(name: str) -> list[str]:
    """Return the lines of a protected list without its comments."""
    return [line for line in (DATA / "protected" / name).read_text("utf-8").splitlines() if not line.startswith("#")]


def words_of(brand: Brand) -> list[str]:
    """Return what the public and the network call a brand."""
    called = [brand.name, *brand.aliases]
    spelt = [name.replace("&", " and ") for name in called if "&" in name]
    return [*called, *spelt, *(domain.parse(name).label for name in brand.domains)]


def test_the_bundled_packs_load_without_a_fault() -> None:
    """A fresh install knows hundreds of brands, of every sector that scammers imitate."""
    assert len(brands()) >= 300
    assert {"bank", "courier", "retail", "tech", "crypto", "government"} <= {brand.sector for brand in brands()}


def test_sources_state_how_many_brands_there_are() -> None:
    """What is said about the data is true of the data."""
    stated = (DATA / "SOURCES.md").read_text("utf-8")
    packs = list((DATA / "brands").glob("*.toml"))
    assert f"{len(brands())} brands in {len(packs)} packs" in stated
    assert f"{len(values('popular.txt')):,} well-known registrable names" in stated
    assert "not checked online" in stated.lower()


@pytest.mark.parametrize("path", sorted((DATA / "brands").glob("*.toml")), ids=lambda path: path.stem)
def test_a_pack_is_sorted_and_of_one_sector(path: Path) -> None:
    """A person finds a brand by its name, in the file of its sector."""
    own = parse_packs([(path.name, path.read_bytes())])
    order = re.findall(r'^id = "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
    assert order == [brand.id for brand in own]
    assert {brand.sector for brand in own} == {path.stem}


def test_no_official_domain_is_shared_with_strangers() -> None:
    """An official domain is registrable; where strangers get names below it, those are targets of their own."""
    flags = {name: domain.parse(name).flags for name in brands().owners}
    platforms = [name for name, found in flags.items() if "platform" in found]
    assert [name for name, found in flags.items() if "unlisted_suffix" in found] == []
    assert {domain.parse(f"paypal-login.{name}").target for name in platforms} == {
        f"paypal-login.{p}" for p in platforms
    }


def test_ambiguous_words_are_words_of_the_brand() -> None:
    """A word marked as ordinary does stand in the brand's names or domains; a slip would mark nothing."""
    marked = {(brand.id, squeeze(word)) for brand in brands() for word in brand.ambiguous or ()}
    own = {(brand.id, squeeze(word)) for brand in brands() for word in words_of(brand)}
    assert len(marked) > 200
    assert sorted(marked - own) == []


@pytest.mark.parametrize(
    ("ident", "word"),
    [
        ("apple", "apple"), ("target-com", "target"), ("chase", "chase"), ("orange", "orange"), ("visa", "visa"),
        ("microsoft", "live"), ("microsoft", "office"), ("line", "line"), ("hbomax-com", "max"), ("facebook", "meta"),
        ("discover", "discover"), ("squareinc", "square"), ("boxcom", "box"), ("steam", "steam"), ("zoom-us", "zoom"),
        ("uber", "uber"), ("three", "three"), ("sky", "sky"), ("ups", "ups"), ("dell", "dell"), ("ledger", "ledger"),
        ("wise-com", "wise"), ("phantom", "phantom"), ("gemini-com", "gemini"), ("exodus", "exodus"),
    ],
)  # fmt: skip
def test_brands_that_are_ordinary_words_say_so(ident: str, word: str) -> None:
    """An honest name that merely uses the word needs more than the word to become a match."""
    assert word in (brands().by_id[ident].ambiguous or ())


@pytest.mark.parametrize(
    ("ident", "domains", "aliases"),
    [
        (
            "amazon",
            {"amazon.com", "amazon.co.uk", "amazon.de", "amazon.co.jp", "amazon.in", "amazon.com.au", "primevideo.com",
             "amazonaws.com", "amzn.to", "audible.com", "media-amazon.com"},
            {"Amazon Prime", "Prime Video", "Amazon Pay", "Audible"},
        ),
        (
            "microsoft",
            {"microsoft.com", "live.com", "outlook.com", "office.com", "office365.com", "microsoftonline.com",
             "hotmail.com", "xbox.com", "skype.com", "azure.com", "onedrive.com", "sharepoint.com",
             "cloud.microsoft", "aka.ms"},
            {"Windows", "Outlook", "Office 365", "OneDrive", "Xbox", "Hotmail", "Microsoft Teams"},
        ),
    ],
)  # fmt: skip
def test_amazon_and_microsoft_are_in_depth(ident: str, domains: set[str], aliases: set[str]) -> None:
    """The two brands that are imitated most are described with what they own and what scammers write beside them."""
    brand = brands().by_id[ident]
    assert domains <= set(brand.domains)
    assert aliases <= set(brand.aliases)
    assert len(brand.domains) >= 50
    assert len(brand.lures) >= 30
    assert brand.ambiguous


def test_forty_brands_have_their_own_lures() -> None:
    """The most imitated brands bring the words that scammers write beside them."""
    assert sum(bool(brand.lures) for brand in brands()) >= 40


@pytest.mark.parametrize(("name", "least"), [("government.txt", 150), ("platforms.txt", 100), ("popular.txt", 10_000)])
def test_a_protected_list_is_long_and_without_repetitions(name: str, least: int) -> None:
    """Each list holds what it should, once."""
    found = values(name)
    assert len(found) == len(set(found)) >= least
    assert all(value == value.strip().lower() for value in found)


@pytest.mark.parametrize("name", ["government.txt", "platforms.txt"])
def test_lists_by_hand_are_sorted(name: str) -> None:
    """A person who adds a line finds its place."""
    found = [value.removeprefix("*.") for value in values(name)]
    assert found == sorted(found)


def test_popular_names_are_registrable() -> None:
    """Each is read as it stands: none is a host or a suffix."""
    names, unread = domain.parse_many(values("popular.txt"))
    assert unread == []
    assert [given for given, target in zip(names.given, names.targets, strict=True) if given != target] == []


def test_no_government_zone_lies_in_another() -> None:
    """What a zone protects already is not said twice."""
    zones = set(values("government.txt"))
    assert [zone for zone in zones if any(zone.endswith(f".{other}") for other in zones)] == []


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("amazon.com", "official"),
        ("login.microsoftonline.com", "official"),
        ("wikipedia.org", "official"),
        ("nytimes.com", "popular"),
        ("harvard.edu", "popular"),
        ("github.io", "platform"),
        ("sharepoint.com", "platform"),
        ("docs.google.com", "platform"),
        ("bit.ly", "platform"),
        ("t.me", "platform"),
        ("gov.uk", "government"),
        ("service.gov.au", "government"),
        ("www.impots.gouv.fr", "official"),
        ("www.bag.admin.ch", "government"),
        ("sat.gob.mx", "official"),
        ("mofa.go.jp", "government"),
        ("ec.europa.eu", "government"),
        ("bund.de", "government"),
        ("+1 888 280 4331", "official"),
    ],
)
def test_what_ships_protects_what_it_must(value: str, kind: str) -> None:
    """The names that must never be reported are protected on a fresh install."""
    found = protected().why(value)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("value", "platform"),
    [
        ("evil.sharepoint.com", "sharepoint.com"),
        ("evil.wordpress.com", "wordpress.com"),
        ("evil.web.app", "web.app"),
        ("evil.weebly.com", "weebly.com"),
        ("amazon-refund-desk.com", None),
    ],
)
def test_tenants_and_strangers_stay_reportable(value: str, platform: str | None) -> None:
    """Protection of a platform does not protect the scams on it."""
    assert protected().why(value) is None
    assert protected().tenant_of(value) == platform


def test_the_sample_feed_is_whole() -> None:
    """The first run reads a real list of more than 40,000 names with their days."""
    packed = (DATA / "feeds" / "nrd_sample.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    assert lines[:2] == ["domain,listed_date", "ccul.qpon,2026-01-19"]
    assert len(lines) == 48_748
    assert all(re.fullmatch(r"\S+,2026-01-\d\d", line) for line in lines[1:])
    assert packed[4:8] == bytes(4), "no time of packing, so that the file is the same each time"


@pytest.mark.parametrize("name", WORDS)
def test_a_word_list_is_plain_and_sorted(name: str) -> None:
    """Words come as they could stand in a host name."""
    head, *words = gzip.decompress((DATA / "words" / name).read_bytes()).decode("ascii").splitlines()
    assert head.startswith("# ")
    assert words == sorted(set(words))
    assert all(re.fullmatch("[a-z]{3,14}", word) for word in words)


def test_the_word_lists_know_what_only_looks_like_a_brand() -> None:
    """Words around a brand's name are known, names that today mean the brand are not words."""
    words = set(gzip.decompress((DATA / "words" / "ordinary.txt.gz").read_bytes()).decode("ascii").split())
    assert {"pineapple", "grapple", "applesauce", "windows", "apple", "outlook"} <= words
    assert words.isdisjoint({"amazon", "google", "facebook", "yahoo"})


def test_the_common_words_are_some_of_the_ordinary_ones() -> None:
    """A word that everybody uses is a word, and no other list ships than the three that are free."""
    common, ordinary, people = (
        set(gzip.decompress((DATA / "words" / name).read_bytes()).split(b"\n")[1:]) for name in WORDS
    )
    assert WORDS == ["common.txt.gz", "ordinary.txt.gz", "people.txt.gz"]
    assert len(common - ordinary) == 0
    assert (len(common), len(ordinary), len(people)) > (30_000, 60_000, 7_000)


def test_notices_travel_with_the_data() -> None:
    """Whoever gets the data gets the notices that its licences ask for."""
    text = (DATA / "NOTICES.md").read_text("utf-8")
    for owner in ["2factorauth", "Apple Inc.", "2015 Hipo", "Kevin Atkinson", "Princeton", "Geoff Kuenning"]:
        assert owner in text


def test_the_data_stay_small() -> None:
    """The wheel stays quick to fetch: all data together lie below 3 MB."""
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 3_000_000


@pytest.mark.parametrize(
    "words",
    ["UNICODE LICENSE V3", "2factorauth", "Apple Inc.", "Hipo", "Kevin Atkinson", "Geoff Kuenning"],
)
def test_the_notices_of_others_travel_along(words: str) -> None:
    """Whose licence asks for its notice finds it in the file that the wheel carries."""
    assert words in (DATA / "NOTICES.md").read_text("utf-8")


def test_every_folder_of_data_has_its_origin_stated() -> None:
    """A folder or table that nobody says the origin of does not ship."""
    stated = (DATA / "SOURCES.md").read_text("utf-8")
    folders = [path.name for path in DATA.iterdir() if path.is_dir()]
    assert [name for name in folders if f"## {name}/" not in stated] == []
    assert all(name in stated for name in ("confusables.tsv", "scripts.tsv", "platforms.txt"))
