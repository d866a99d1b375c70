"""Names that people say and that no host name means, and hosts that they say like names. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scamhunt.indicators import lookalike
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import SHORT, BrandWord, squeeze

_CAPITAL = re.compile("(?<=[a-z])[A-Z]")
FREE_MAIL = frozenset(
    """aol.com fastmail.com gmail.com gmx.de gmx.net googlemail.com hotmail.com icloud.com live.com mail.com mail.ru
    mac.com me.com msn.com naver.com outlook.com proton.me protonmail.com qq.com web.de yahoo.com yandex.ru""".split()
)
"""Where anybody has an address: it does not name the firm."""


def left_out(brands: Brands, words: Iterable[BrandWord]) -> Iterator[BrandWord]:
    """Yield names that no host name means, because firms of all kinds have them there: `Telekom`."""
    known = {(word.brand, word.text) for word in words}
    for brand in brands:
        for text in dict.fromkeys(map(squeeze, (brand.name, *brand.aliases))):
            if len(text) > SHORT and not text.isdecimal() and (brand.id, text) not in known:
                yield BrandWord(text, lookalike.fold(text), brand.id, ambiguous=True, partial=True)


def spoken_hosts(brands: Brands) -> dict[str, str]:
    """Return the hosts that people say for a brand, with the word that is meant: `booking.com`, `amazon.com`."""
    official = {name: name.partition(".")[0] for name in brands.owners if name not in FREE_MAIL}
    names = [name for brand in brands for name in (brand.name, *brand.aliases) if "." in name and " " not in name]
    return official | {name.lower(): squeeze(name) for name in names}


def with_camel_joints(brands: Brands, words: Iterable[BrandWord]) -> Iterator[BrandWord]:
    """Yield the words, each of those with a capital inside with a joint there: people write `post finance`."""
    names = {squeeze(name): name for brand in brands for name in (brand.name, *brand.aliases) if " " not in name}
    for word in words:
        name = names.get(word.text, "")
        inside = {at.start() for at in _CAPITAL.finditer(name)} if len(name) == len(word.text) else set()
        yield replace(word, joints=word.joints | inside) if inside else word


def called(brands: Brands, words: Iterable[BrandWord]) -> Iterator[BrandWord]:
    """Yield the words that are a name or an alias, not only the label of a host."""
    names = {squeeze(name) for brand in brands for name in (brand.name, *brand.aliases)}
    return (word for word in words if word.text in names)
