"""What one HTML page shows: its text parsed, never run, nothing loaded. Pure, for a child that can be killed.

Parsed by BeautifulSoup with lxml, under limits of its own: what is longer is cut and said so.
"""

import html
import re
import warnings
from collections.abc import Sequence

from bs4 import BeautifulSoup
from bs4.builder import ParserRejectedMarkup

from scamhunt.indicators import likeness
from scamhunt.indicators.extract import Found, extract, in_page
from scamhunt.indicators.visible import Visible, is_markup, visible
from scamhunt.investigate import page_links as addresses
from scamhunt.investigate.page_forms import forms
from scamhunt.investigate.page_links import Tags, value
from scamhunt.investigate.page_marks import chats, trackers
from scamhunt.investigate.page_shown import LINE, TEXT, Form, Kit, Places, Shown, ShownNumber
from scamhunt.investigate.page_signs import blocks, popup
from scamhunt.investigate.page_wallets import wallets
from scamhunt.model import Role

READ = 3_000_000
"""Characters of a page that are read."""
TAGS = 40_000
"""Tags that are parsed: each costs memory."""
LONGEST_TAG = 100_000
NUMBERS, EMAILS = 50, 50
NUMBERS_READ = 1_000_000
"""Characters of the source in which numbers are looked for."""
_TEXT_READ = 200_000
_ENDLESS = re.compile(rf"<[^<>]{{{LONGEST_TAG}}}")
_TAG = re.compile(r"<[a-zA-Z!/?]")
_AT = re.compile(r"[\w.+%-]{1,64}@(?=[^@\s]{4,200})([a-z0-9](?:[a-z0-9-]{0,62}\.){1,6}[a-z]{2,24})\b", re.IGNORECASE)
_NOT_MAIL = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".js", ".css")
_SEEN = ("img", "svg", "canvas", "video", "iframe", "frame", "object", "embed")


class PageError(ValueError):
    """A page that cannot be read, and why."""


def read_page(source: str, url: str, region: str = "") -> Shown:
    """Return what a page shows. Raises `PageError` where it cannot be parsed.

    `url` is where it came from; a number without a country is one of `region` (ISO 3166).
    """
    text, cut = _within(source)
    tags = addresses.tags_of(_parsed(text))
    page = visible(text)
    read = _lines(page.text)
    base = addresses.base_of(tags, url)
    places, odd = addresses.links(tags, base)
    given = forms(tags, base, url)
    loaded = addresses.resources(tags, base)
    words = len(read.split())
    kit = _kit(tags, loaded, given)
    return Shown(
        title=_title(tags),
        text=read[:TEXT],
        language=_language(tags),
        words=words,
        empty=not (words or given or tags.has(*_SEEN)),
        simhash=likeness.simhash(read[:TEXT]),
        structure=kit.structure,
        generator=_meta(tags, "generator"),
        refresh=addresses.refresh(tags, base),
        scripts=len(tags.named("script")),
        comments=tags.comments,
        odd_links=odd,
        cut=cut,
        forms=given,
        numbers=_numbers(text, page, region),
        emails=_emails(read, tags),
        wallets=wallets(text),
        chats=chats(text),
        trackers=trackers(text),
        links=places,
        resources=loaded,
        frames=addresses.frames(tags, base),
        favicons=addresses.favicons(tags, base),
        images=addresses.images(tags, base),
        popup=popup(text, read[:_TEXT_READ]),
        blocks=blocks(text, read[:_TEXT_READ], words, asks=any(set(one.asks) - {"email"} for one in given)),
        kit=kit,
    )


def _within(source: str) -> tuple[str, str]:
    """Return the part of a page that is read, and what was left out."""
    text = source[:READ]
    cut = f"read up to {READ:,} characters" if len(source) > READ else ""
    if endless := _ENDLESS.search(text):
        text, cut = text[: endless.start()], f"read up to a tag of more than {LONGEST_TAG:,} characters"
    for count, found in enumerate(_TAG.finditer(text), 1):
        if count > TAGS:
            return text[: found.start()], f"read up to {TAGS:,} tags"
    return text, cut


def _parsed(text: str) -> BeautifulSoup:
    """Parse a page."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a page that looks like a file name or like XML is a page
        try:
            return BeautifulSoup(text, "lxml", attribute_dict_class=dict)  # all values are texts
        except (ParserRejectedMarkup, AssertionError, RecursionError):
            raise PageError("its HTML cannot be parsed") from None


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _title(tags: Tags) -> str:
    found = tags.named("title")
    return " ".join(found[0].get_text()[: 4 * LINE].split())[:LINE] if found else ""


def _language(tags: Tags) -> str:
    found = tags.named("html", having="lang")
    return value(found[0], "lang").strip().lower()[:35] if found else ""


def _meta(tags: Tags, name: str) -> str:
    for tag in tags.named("meta", having="content"):
        if value(tag, "name").lower() == name:
            return " ".join(value(tag, "content").split())[:LINE]
    return ""


def _numbers(text: str, page: Visible, region: str) -> tuple[ShownNumber, ...]:
    """Return each number once, with the role that matters most: one to be called."""
    found: dict[str, Found] = {}
    for one in _extracted(text, page, region):
        before = found.get(one.number.e164)
        if before is None or (one.role is Role.CALLBACK and before.role is not Role.CALLBACK):
            found[one.number.e164] = one
    chosen = sorted(found.values(), key=lambda one: (one.role is not Role.CALLBACK, one.offset))[:NUMBERS]
    return tuple(ShownNumber(one.number.e164, " ".join(one.raw.split())[:120], str(one.role)) for one in chosen)


def _extracted(text: str, page: Visible, region: str) -> list[Found]:
    """Return what `extract` returns, without reading once more what is visible already."""
    if len(text) > NUMBERS_READ or not is_markup(text):
        return extract(text[:NUMBERS_READ], region)
    return sorted(in_page(text, page, region), key=lambda one: one.offset)


def _emails(read: str, tags: Tags) -> tuple[str, ...]:
    """Return the mail addresses that can be read or written to, small letters."""
    linked = [value(tag, "href") for tag in tags.named("a", having="href")]
    linked = [one[7:500] for one in linked if one.lower().startswith("mailto:")]
    texts = [text for text in map(html.unescape, (*linked, read[:_TEXT_READ])) if "@" in text]
    seen = [one[0].lower() for text in texts for one in _AT.finditer(text)]
    return tuple(dict.fromkeys(one for one in seen if len(one) <= 254 and not one.endswith(_NOT_MAIL)))[:EMAILS]  # noqa: PLR2004  # RFC 5321


def _kit(tags: Tags, loaded: Places, given: Sequence[Form]) -> Kit:
    """Return what tells pages of one make: its skeleton, the paths it loads, the names of its fields."""
    paths = sorted({re.sub(r"^https?://[^/]*|[?#].*", "", one) for one in loaded.urls})
    names = sorted({f"{field.name}:{field.type}" for form in given for field in form.fields if field.name})
    skeleton = likeness.structure(tag.name for tag in tags.every)
    return Kit(skeleton, likeness.digest(paths), likeness.digest(names))
