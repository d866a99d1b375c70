import re
import tomllib
from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.gather.sources import why_off
from scamhunt.model import Feed
from scamhunt.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "feeds.md"
FEEDS = {name: crawler.feed for name, crawler in bundle.crawlers(Path("/no-overlay")).items()}
SECTIONS = dict(re.findall(r"^### `(\w+)`[^\n]*\n(.*?)(?=^##|\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def facts(feed: Feed) -> str:
    """Return the table that the page has to show for a feed."""
    rows = {
        "publisher": feed.publisher,
        "homepage": f"<{feed.homepage}>",
        "terms": feed.terms,
        "commercial use": "yes" if feed.commercial else f"no: off until `SCAMHUNT_ACCEPT_TERMS={feed.name}`",
        "key": ", ".join(f"`{key}`" for key in feed.keys) or "none",
        "brings": {"domain": "names", "url": "addresses", "phone": "numbers"}[feed.kind],
        "schedule": f"`{feed.schedule}` UTC",
        "rows a day": "{:,} to {:,}".format(*feed.rows_a_day),
        "taken for dead after": f"{feed.max_age_days} days",
        "address": f"`{feed.address}`" if feed.address else "the team's",
        "checked": f"{feed.verified_on}, {feed.how}",
    }
    return "| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows.items())


def test_every_feed_has_its_section() -> None:
    """The page has each source that ships, each once, and none besides."""
    assert SECTIONS.keys() == FEEDS.keys()
    assert len(SECTIONS) > 4


@pytest.mark.parametrize("name", FEEDS)
def test_the_facts_are_those_of_the_code(name: str) -> None:
    """What the page says of a source is what the program acts on."""
    assert facts(FEEDS[name]) in SECTIONS[name]


@pytest.mark.parametrize("name", FEEDS)
def test_the_page_says_how_a_feed_is_switched_on(name: str) -> None:
    """What the program asks for before it reads a feed is said in its section, and so is how to read it once."""
    section = SECTIONS[name]
    assert f"scamhunt sweep --feed {name}\n" in section
    wanted = re.findall(r"SCAMHUNT_[A-Z_]+", why_off(FEEDS[name], Settings(home=Path("/no-home"))))
    assert [variable for variable in wanted if variable not in section] == []
    assert [key for key in FEEDS[name].keys if f"{key}=" not in section] == []


def test_the_settings_of_feeds_are_on_the_page() -> None:
    """Every setting that decides what is read, and from where, stands on the page."""
    page = PAGE.read_text("utf-8")
    named = ("FEEDS", "KEYS", "ACCEPT_TERMS", "ADDRESSES", "NRD_LIST", "DOMAIN_LIST", "CT_LOG_LIST")
    assert [name for name in named if f"`SCAMHUNT_{name}" not in page] == []
    assert {name.lower() for name in named} <= Settings.model_fields.keys()


def test_the_example_of_a_file_is_read() -> None:
    """What the page writes into `scamhunt.toml` are settings, and the feeds in it are all on."""
    (text,) = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    settings = Settings(home=Path("/no-home"), **tomllib.loads(text))
    assert [why_off(FEEDS[name], settings) for name in settings.feeds] == [""] * 4
