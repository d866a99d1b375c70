"""The scoring methods of the open tools of the field, on our names and brands, in our own words.

Written from descriptions of what each tool does, not from its code, and only what reads a name: no DNS, no page. Each
gets the names, aliases and official labels of the brands as keywords, and the official domains as its allow list where
it has one. Where a description leaves a choice the peer has what finds more of the labelled hosts; each docstring says
which. A score is a grade: a higher one is a stronger alert, so that every peer is held to the same alert budget.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from bench.peer_speed import generated
from bench.peer_words import CHUNK, contained, distances, keywords, labels, latin, lies_under, targets
from scamhunt import reference
from scamhunt.score.brands import Brands

SUSPICIOUS_TLDS = frozenset(
    "bid cf click country date download ga gdn gq kim link loan men ml mom party racing review science stream tk top"
    " trade win work xyz".split()
)
"""Cheap suffixes of the years in which the tools were written: the descriptions name none; longer lists find less."""
PHISHING_CATCHER_WORDS: Mapping[str, int] = {
    **dict.fromkeys("login signin account verify verification confirm password authenticate".split(), 25),
    **dict.fromkeys("secure security update recover unlock wallet activity .com- .net- .org- .gov- -com.".split(), 20),
    **dict.fromkeys("support billing invoice payment alert suspend transaction manage restore".split(), 15),
    **dict.fromkeys("service customer client online bonus gift help center".split(), 10),
    "cgi-bin": 50,
}
SEEDBUSTER_WORDS: Mapping[str, int] = {
    **dict.fromkeys("login signin verify wallet recover unlock password seed".split(), 15),
    **dict.fromkeys("secure security account update confirm support claim airdrop".split(), 10),
    **dict.fromkeys("service help online app connect bonus".split(), 5),
}
MOST_LABELS = 20
"""Labels of a host that dnstwist's names are looked up in, from the right."""
_LEET = str.maketrans("013457", "oleast")
_COMMON_TOKENS = frozenset(("email", "mail", "cloud"))

Score = Callable[[Sequence[str], Brands], list[float]]


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool of the field: `score(hosts, brands)` gives each host a grade, the higher the stronger."""

    name: str
    note: str
    """What of the tool is measured, for the reader of a table."""
    score: Score


def _suspicious(host: str) -> bool:
    return host.rpartition(".")[2] in SUSPICIOUS_TLDS


# --- openSquat --------------------------------------------------------------------------------------------------------


def opensquat(hosts: Sequence[str], brands: Brands, level: int = 1) -> list[float]:
    """Grade by edits between a keyword and the text before the first dot, up to `level`; then keyword anywhere.

    The fewer edits the stronger; last comes the keyword as a part of the whole name, suffix included. For the peer: its
    default level of 1 finds most; of several keywords the longest counts, and it parts equal grades; the label that is
    registered is compared too, and so is it when it is punycode, decoded.
    """
    words = keywords(brands)
    length = np.array([len(word) for word in words]) / 64
    found = [max((length[at] for at in each), default=0.0) for each in contained(hosts, words)]
    grades = [1 + part if part else 0.0 for part in found]
    for view in ([latin(host.partition(".")[0]) for host in hosts], [latin(label) for label in labels(hosts)]):
        for at, edits in distances(view, words, level):
            near = np.where(edits <= level, level + 2 - edits + length, 0).max(axis=1)
            grades[at : at + len(near)] = [max(pair) for pair in zip(grades[at:], near.tolist(), strict=False)]
    return [float(grade) for grade in grades]


# --- phishing_catcher -------------------------------------------------------------------------------------------------


def phishing_catcher(hosts: Sequence[str], brands: Brands) -> list[float]:
    """Add up points: suffix, entropy, keywords, tokens one edit from a keyword, hyphens and dots.

    For the peer: every keyword of a brand has the highest weight (70) and so takes part in the comparison of tokens;
    every look-alike is turned to Latin. The issuer of a certificate is left out: every name would have its points.
    """
    brand_words = keywords(brands)
    weights = {**PHISHING_CATCHER_WORDS, **dict.fromkeys(brand_words, 70)}
    words = list(weights)
    parts = [_without_suffix(host, target) for host, target in zip(hosts, targets(hosts), strict=True)]
    plain = [latin(part) for part in parts]
    near = _one_edit_away({token for text in plain for token in re.split(r"\W+", text)}, brand_words)
    scores = []
    for host, part, text, found in zip(hosts, parts, plain, contained(plain, words), strict=True):
        tokens = re.split(r"\W+", text)
        points = 20 * _suspicious(host) + round(10 * entropy(part)) + sum(weights[words[at]] for at in found)
        points += 10 * (tokens[0] in {"com", "net", "org"}) + 70 * sum(token in near for token in tokens)
        points += _repeated(host, "-", 4) * ("xn--" not in host) + _repeated(host, ".", 3)
        scores.append(float(points))
    return scores


def entropy(text: str) -> float:
    """Return the bits a character of a text, after Shannon."""
    size = len(text) or 1
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def _without_suffix(host: str, target: str) -> str:
    """Return subdomain, dot, label. The dot stands, and counts, where there is no subdomain too."""
    front = host[: -len(target)].rstrip(".") if host.endswith(target) else ""
    return f"{front}.{target.partition('.')[0]}"


def _repeated(host: str, mark: str, least: int) -> int:
    count = host.count(mark)
    return 3 * count if count >= least else 0


def _one_edit_away(tokens: set[str], words: Sequence[str]) -> set[str]:
    listed = sorted(tokens - _COMMON_TOKENS)
    return {
        listed[at + int(row)]
        for at, edits in distances(listed, words, 1)
        for row in np.flatnonzero((edits == 1).any(axis=1))
    }


# --- eth-phishing-detect ----------------------------------------------------------------------------------------------


def eth_phishing_detect(
    hosts: Sequence[str], brands: Brands, blocked: Sequence[str] = (), most: int = 8
) -> list[float]:
    """Grade by edits to an official domain, both without their last label and without `www.`; 0 edits are 1.0.

    The order is the peer's: a name at or under an allowed one passes (0), one at or under a blocked one fails (2), then
    the distance counts. For the peer: edits count relative to the length of the official name, which orders names
    better than whole steps of its tolerance; of a host the registrable name is compared too, the nearer one counts.
    """
    allowed, block = frozenset(brands.owners), frozenset(blocked)
    fuzzy = sorted({_fuzzy_form(name) for name in allowed})
    length = np.array([len(name) for name in fuzzy])
    grades = [0.0] * len(hosts)
    for view in (hosts, targets(hosts)):
        for at, edits in distances([_fuzzy_form(name) for name in view], fuzzy, most):
            near = np.where(edits <= most, np.maximum(1 - edits / length, 0), 0).max(axis=1)
            grades[at : at + len(near)] = [max(pair) for pair in zip(grades[at:], near.tolist(), strict=False)]
    return [
        0.0 if lies_under(host, allowed) else 2.0 if lies_under(host, block) else float(grade)
        for host, grade in zip(hosts, grades, strict=True)
    ]


def _fuzzy_form(name: str) -> str:
    return name.rpartition(".")[0].removeprefix("www.") or name


# --- SeedBuster -------------------------------------------------------------------------------------------------------


def seedbuster(hosts: Sequence[str], brands: Brands) -> list[float]:
    """Add up points up to 100: brand contained or similar, decoded or after leetspeak; suffix; words.

    An allowed name has 0. For the peer: similarity is taken of the registrable name without its suffix, containment of
    the whole host and once more after leetspeak; points of every keyword add up, as its description says.
    """
    words = keywords(brands)
    plain = contained(hosts, words)
    decoded = contained([latin(host) if "xn--" in host else "" for host in hosts], words)
    leet = contained([host.translate(_LEET) for host in hosts], words)
    alike = _similar(labels(hosts), words, plain)
    allowed = frozenset(brands.owners)
    scores = []
    for at, host in enumerate(hosts):
        points = 30 * len(plain[at]) + 40 * len(decoded[at]) + 25 * len(leet[at]) + alike[at]
        points += 15 * _suspicious(host) + sum(weight for word, weight in SEEDBUSTER_WORDS.items() if word in host)
        scores.append(0.0 if lies_under(host, allowed) else float(min(100, points)))
    return scores


def _similar(labels: Sequence[str], words: Sequence[str], contained: Sequence[set[int]]) -> list[int]:
    """Return the points for similarity to keywords that a name does not contain."""
    points: list[int] = []
    for start in range(0, len(labels), CHUNK):
        part = labels[start : start + CHUNK]
        ratio = process.cdist(part, words, scorer=fuzz.ratio, score_cutoff=70, dtype=np.float32)
        inside = process.cdist(part, words, scorer=fuzz.partial_ratio, score_cutoff=90, dtype=np.float32)
        given = np.where(ratio >= 85, 35, np.where(ratio >= 70, 20, 0)) + np.where(inside >= 90, 15, 0)  # noqa: PLR2004  # its figures
        for row in range(len(part)):
            given[row, list(contained[start + row])] = 0
        points += given.sum(axis=1).tolist()
    return points


# --- dnstwist ---------------------------------------------------------------------------------------------------------


def dnstwist(hosts: Sequence[str], brands: Brands) -> list[float]:
    """Give 1 to a host that dnstwist itself (the package) generates from an official domain, else 0.

    For the peer: its dictionary is our lure words, its list of suffixes those of the hosts, and every run of labels of
    a host is looked up, so `name.example` in front of another name counts.
    """
    looked_up: dict[str, list[int]] = {}
    names = targets(hosts)
    for row, (host, target) in enumerate(zip(hosts, names, strict=True)):
        for run in _runs(host, target):
            looked_up.setdefault(run, []).append(row)
    lures, endings = reference.vocabulary().lures, {target.partition(".")[2] for target in names}
    scores = [0.0] * len(hosts)
    for name in sorted(brands.owners):
        for made in (generated(name, lures, endings) & looked_up.keys()) - brands.owners.keys():
            for row in looked_up[made]:
                scores[row] = 1.0
    return scores


def _runs(host: str, target: str) -> set[str]:
    """Return every run of two or more labels, also in front of the registrable name, never the suffix alone."""
    labels = host.split(".")[-MOST_LABELS:]
    runs = {".".join(labels[start:end]) for start in range(len(labels)) for end in range(start + 2, len(labels) + 1)}
    return {run for run in runs if not target.endswith(f".{run}")}


PEERS = (
    Peer("openSquat", "edits of the first label up to level 1, keyword anywhere in the name", opensquat),
    Peer("phishing_catcher", "its points, all keywords strong", phishing_catcher),
    Peer("eth-phishing-detect", "edits to an official domain, as a share of its length", eth_phishing_detect),
    Peer("SeedBuster", "its points for a name, up to 100", seedbuster),
    Peer("dnstwist", "the package itself: whether it generates the name", dnstwist),
)
