"""What comes from outside is shown, and never run: each page is made of the same with a hostile text."""

import random
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.site_lab import Site
from tests.web import hostile
from tests.web.hostile import ADDRESSES, HARMLESS, PAGES, PAYLOADS, fill, made_of

SAMPLE = random.Random(7).sample(PAYLOADS, 4)  # the same ones each time
ALL = " ".join(PAYLOADS)
Place = tuple[Site, dict[str, str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give a site with a row of each kind."""
    with hostile.furnished(tmp_path_factory.mktemp("hostile")) as place:
        yield place


def shown(place: Place, text: str) -> dict[str, str]:
    """Return all pages as an investigator sees them who also looks at the log, with a text in every place."""
    site, names = place
    fill(site, text)
    found = {}
    for path in PAGES:
        answer = site.known("ivy").get(path.format_map(names))
        assert answer.status_code == 200, (path, answer.text[-600:])
        found[path] = answer.text
    return found


def test_there_are_enough_of_them() -> None:
    """A hundred and twenty, all different."""
    assert len(set(PAYLOADS)) == 120


def test_each_page_is_made_of_the_same(place: Place) -> None:
    """All payloads in one text, and some of them alone, in every place that outside text can reach."""
    shown(place, HARMLESS)  # who looks the first time is in the log, which is a page too
    pages = shown(place, HARMLESS)
    harmless = {path: made_of(page) for path, page in pages.items()}
    reached = {path for path, page in pages.items() if HARMLESS in page}
    assert reached >= set(PAGES) - {"/today", "/dashboard", "/candidates?state=all"}
    for text in (ALL, *SAMPLE):
        for path, page in shown(place, text).items():
            assert made_of(page) == harmless[path], (path, text[:80])
            assert "\u202e" not in page, path


def test_what_stands_in_an_address_is_only_shown(place: Place) -> None:
    """A search, a filter, a cursor, a path: whatever it is, the page is made of the same."""
    site, _ = place
    fill(site, HARMLESS)
    ann, stranger = site.known("ivy"), site.stranger()
    for address in ADDRESSES:
        browser = stranger if "login" in address else ann
        before = made_of(browser.get(address.replace("{}", "zebra")).text)
        for text in SAMPLE:
            page = browser.get(address.replace("{}", quote(text, safe="")))
            assert page.status_code < 500, address
            if page.status_code == browser.get(address.replace("{}", "zebra")).status_code:
                assert made_of(page.text) == before, (address, text)
            else:
                assert "<script>alert" not in page.text


def test_what_was_said_before_is_only_shown(place: Place) -> None:
    """The line about the act before comes from a cookie: another site on this machine may write it."""
    site, _ = place
    vic = site.known("vic")
    for text in SAMPLE:
        vic.client.cookies.set("scamhunt_said", quote("done"), domain="127.0.0.1")
        before = made_of(vic.get("/people").text)
        vic.client.cookies.set("scamhunt_said", quote(text), domain="127.0.0.1")
        assert made_of(vic.get("/people").text) == before
    vic.client.cookies.delete("scamhunt_said")


def test_the_comparison_finds_what_it_looks_for() -> None:
    """Each payload in a page that forgets to escape makes another page of it, or shows in what the page is made of."""
    page = '<p title="{0}">{0}</p><textarea>{0}</textarea><a href="{0}">x</a>'
    whole = made_of(page.format(HARMLESS))
    missed = [text for text in PAYLOADS if "<" in text and "&lt;" not in text and made_of_or_not(page, text) == whole]
    assert not missed


def made_of_or_not(page: str, text: str) -> object:
    """Return what a page is made of that does not escape; nothing where it has a comment, which ours never have."""
    try:
        return made_of(page.format(text))
    except AssertionError:
        return None
