"""Fingerprints by which texts and pages are compared: alike inputs give alike or equal values. Pure."""

import re
from collections.abc import Iterable
from hashlib import blake2b, sha256
from itertools import pairwise

BITS = 64
LEAST_TAGS = 16
"""A page of fewer tags, runs counted once, has a skeleton like a thousand others."""
MOST_TAGS = 4_000
MOST_WORDS = 3_000
_WORD = re.compile(r"\w+")
_LANE = 16
"""Bits that each of the 64 counters has, all of them in one large number."""
_SPREAD = [sum(((byte >> bit) & 1) << (bit * _LANE) for bit in range(8)) for byte in range(256)]


def simhash(text: str) -> str:
    """Return 64 bits of a text as 16 hexadecimal digits, or nothing for a text without words.

    Of single words and of pairs, in small letters, by majority of their hashes bit for bit; texts that differ in a
    few words differ in a few bits. Source: Charikar, Similarity estimation techniques (2002); Manku et al., Detecting
    near-duplicates for web crawling (2007).
    """
    words = _WORD.findall(text.lower())[:MOST_WORDS]
    features = {*words, *(f"{one} {two}" for one, two in pairwise(words))}
    if not features:
        return ""
    lanes = [0] * 8
    for feature in features:
        for at, byte in enumerate(blake2b(feature.encode("utf-8", "replace"), digest_size=8).digest()):
            lanes[at] += _SPREAD[byte]
    mask, half = (1 << _LANE) - 1, len(features) / 2
    bits = [(lane >> (bit * _LANE)) & mask > half for lane in lanes for bit in range(8)]
    return f"{sum(1 << at for at, is_set in enumerate(bits) if is_set):016x}"


def distance(one: str, other: str) -> int:
    """Return in how many bits two hashes of 16 hexadecimal digits differ, 0 to 64. Raises `ValueError` for others."""
    if len(one) != BITS // 4 or len(other) != BITS // 4:
        raise ValueError("a hash has 16 hexadecimal digits")
    return (int(one, 16) ^ int(other, 16)).bit_count()


def structure(tags: Iterable[str]) -> str:
    """Return a hash of the names of a page's tags in their order, or nothing for a page of few tags.

    A run of one tag counts once: a list of ten entries is like one of twelve.
    """
    names: list[str] = []
    for name in tags:
        if not names or names[-1] != name:
            names.append(name)
        if len(names) >= MOST_TAGS:
            break
    return "" if len(names) < LEAST_TAGS else digest(names)


def digest(parts: Iterable[str]) -> str:
    """Return 32 hexadecimal digits for some texts in their order, or nothing for none."""
    given = list(parts)
    return sha256("\n".join(given).encode("utf-8", "replace")).hexdigest()[:32] if given else ""
