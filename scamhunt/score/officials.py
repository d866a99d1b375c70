"""What a brand's own site looks like, so that a copy of it is known. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scamhunt.observed import Finding, Outcome
from scamhunt.score.seen.read import host_of, number, target_of, text, texts

ALIKE = 4
"""Pictures whose difference hashes (64 bit) differ in at most so many bits look the same."""
LEAST_INK = 8
"""A difference hash with fewer bits set, or fewer bits unset, is a plain area: it is nobody's sign."""
_PAGES = frozenset({"page.shown", "page.rendered"})


@dataclass(frozen=True, slots=True)
class Official:
    """One page of a brand's own, as a look saw it."""

    brand: str
    """The brand's id."""
    host: str
    titles: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    """Simhashes of the visible text, 16 hexadecimal digits; only of pages of `LEAST_WORDS` words or more."""
    structures: frozenset[str] = frozenset()
    icons: frozenset[str] = frozenset()
    """sha256 of its favicons."""
    icon_codes: frozenset[int] = frozenset()
    """MurmurHash3 of its favicons, as search engines of hosts write it."""
    icon_looks: frozenset[str] = frozenset()
    """Difference hashes of its favicons, 16 hexadecimal digits, without plain areas."""
    images: frozenset[str] = frozenset()
    """sha256 of its pictures."""
    image_looks: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    """Hosts that its resources come from, which belong to the brand."""
    name_servers: frozenset[str] = frozenset()
    """What its name servers belong to: registrable names."""
    registrant: str = ""

    @classmethod
    def of(cls, brand: str, findings: Sequence[Finding], domains: Iterable[str] = ()) -> "Official":
        """Take what a look at a brand's own domain saw; `domains` are all official ones of the brand.

        A page counts only where it stands on one of them: what a redirect led to elsewhere is not the brand's.
        """
        own = frozenset(domains)
        seen = [one for one in findings if one.outcome is Outcome.FOUND]
        host = next(iter(_hosts(seen)), "")
        own |= {target_of(host)} if host else frozenset()
        pages = [one for one in seen if one.kind in _PAGES and target_of(host_of(one.source)) in own]
        icons = [one for one in seen if one.kind == "page.favicon"]
        images = [one for one in seen if one.kind == "page.image"]
        long = [one for one in pages if (number(one, "words") or 0) >= LEAST_WORDS]
        loaded = {name for one in seen if one.kind == "page.resources" for name in texts(one, "hosts")}
        return cls(
            brand,
            host,
            _all(pages, "title"),
            _all(long, "simhash"),
            _all(long, "structure"),
            _all(icons, "sha256"),
            frozenset(code for one in icons if (code := number(one, "mmh3")) is not None),
            frozenset(look for look in _all(icons, "dhash") if has_ink(look)),
            _all(images, "sha256"),
            frozenset(look for look in _all(images, "dhash") if has_ink(look)),
            frozenset(name for name in loaded if target_of(name) in own),
            frozenset(
                target_of(name.rstrip(".").lower()) for one in _of(seen, "dns.ns") for name in texts(one, "values")
            ),
            next((text(one, "registrant") for one in _of(seen, "rdap.domain")), ""),
        )


LEAST_WORDS = 30
"""Fewer words are alike by accident: "Sign in, forgot password"."""


def differ(one: str, other: str) -> int:
    """Return in how many bits two hashes (hexadecimal, 64 bit) differ; 64 where one cannot be read."""
    try:
        return (int(one, 16) ^ int(other, 16)).bit_count() if len(one) == len(other) == _DIGITS else 64
    except ValueError:
        return 64


_DIGITS = 16


def has_ink(look: str) -> bool:
    """Return whether a difference hash is of a picture with something on it."""
    try:
        bits = int(look, 16).bit_count() if len(look) == _DIGITS else 0
    except ValueError:
        return False
    return LEAST_INK <= bits <= 64 - LEAST_INK


def looks_alike(look: str, looks: Iterable[str]) -> bool:
    """Return whether a picture looks like one of these."""
    return has_ink(look) and any(differ(look, one) <= ALIKE for one in looks)


def _all(findings: Iterable[Finding], key: str) -> frozenset[str]:
    return frozenset(value for one in findings if (value := text(one, key)))


def _of(findings: Iterable[Finding], kind: str) -> Iterator[Finding]:
    return (one for one in findings if one.kind == kind)


def _hosts(findings: Iterable[Finding]) -> Iterator[str]:
    return (host for one in _of(findings, "http.exchange") if (host := host_of(text(one, "final_url"))))
