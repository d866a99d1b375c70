"""The classifier: which brands a batch of names impersonates, how surely and why."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from urllib.parse import unquote

from scamhunt.indicators import romanise
from scamhunt.indicators.domain import Names, parse_many
from scamhunt.indicators.parts import cut
from scamhunt.model import Brand, Match
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import BrandWord, words_of
from scamhunt.score.index import BrandIndex, Hit, How
from scamhunt.score.model import Model
from scamhunt.score.sight import Sight, Surroundings, host_of, look
from scamhunt.score.sounds import ONE_EDIT_FROM
from scamhunt.score.vocabulary import Vocabulary

_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


class Classifier:
    """Scores names against brands. Building it costs 0.2 s a thousand brands; it keeps nothing of what it reads."""

    def __init__(
        self, brands: Brands, model: Model, vocabulary: Vocabulary, popular: frozenset[str] = frozenset()
    ) -> None:
        """Take the brands, the weights, the words and the long-known popular names (empty: leave them out)."""
        self._model = model
        self._official = brands.owners
        trade = vocabulary.sectors
        lures = {brand.id: trade.get(brand.sector, frozenset()).union(brand.lures) for brand in brands}
        official = {brand.id: brand.domains for brand in brands}
        self._known = Surroundings(vocabulary, lures, official, popular)
        self._index = BrandIndex(words_of_brands(brands, vocabulary), vocabulary.beside)

    def score(self, names: Names, minimum: float | None = None, *, urls: bool = False) -> list[Match]:
        """Return the matches that reach `minimum`, by row, then the strongest first.

        Without `minimum` the model's review threshold applies. A name that is official for any brand never matches, and
        neither does one that no signal speaks for. Of several sights of one brand in a name the strongest counts. With
        `urls` the path and query of the given values are looked at too.
        """
        least = self._model.review if minimum is None else minimum
        best: dict[tuple[int, str], Match] = {}
        for row, sight in self.sights(names, urls=urls):
            match = self._match(names, row, sight, least)
            if match and _spoken_for(match):
                known = best.get((row, match.brand))
                if known is None or _rank(match) < _rank(known):
                    best[row, match.brand] = match
        return sorted(best.values(), key=lambda match: (match.row, *_rank(match)))

    def sights(self, names: Names, *, urls: bool = False) -> Iterator[tuple[int, Sight]]:
        """Yield every place where a brand word could stand, with the index of its name in `names`."""
        heads = [text[: at - 1] for text, at in zip(names.texts, names.suffix_at, strict=True)]
        yield from self._seen(names, self._index.hits(heads))
        if not "".join(heads).isascii():
            foreign = [at for at, head in enumerate(heads) if not head.isascii() and romanise.needs(head)]
            yield from self._seen(names, self._hits_in_latin(heads, foreign))
        if urls:
            yield from self._seen_in_paths(names)

    def _seen(self, names: Names, found: Iterable[Hit]) -> Iterator[tuple[int, Sight]]:
        for row, hits in groupby(found, attrgetter("row")):
            if names.targets[row] not in self._official:
                of_row = list(hits)
                host = host_of(names, row, self._known, _distinct(of_row))
                seen = (look(hit, host, _longer(hit, of_row)) for hit in of_row)
                yield from ((row, sight) for sight in seen if not sight.only_alike)

    def _hits_in_latin(self, heads: Sequence[str], rows: Sequence[int]) -> Iterator[Hit]:
        """Yield where a brand word is the Latin reading of letters of another script."""
        read = [romanise.romanised(heads[row]) for row in rows]
        for hit in self._index.hits([latin for latin, _ in read]):
            start, end = romanise.original_span(read[hit.row][1], hit.start, hit.end)
            row = rows[hit.row]
            whole = _stands_alone(heads[row], start, end) and not heads[row][start:end].isascii()
            if hit.how is How.EXACT and len(hit.word.text) >= ONE_EDIT_FROM and whole:
                yield hit._replace(row=row, start=start, end=end, how=How.SCRIPT)

    def _seen_in_paths(self, names: Names) -> Iterator[tuple[int, Sight]]:
        """Yield the distinctive words of brands that stand letter by letter in the path or query of a URL."""
        rows = [
            row for row, value in enumerate(names.given) if "/" in value and names.targets[row] not in self._official
        ]
        paths = [path_of(names.given[row]) for row in rows]
        for hit in self._index.hits(paths):
            row, path = rows[hit.row], paths[hit.row]
            if hit.how is How.EXACT and not (hit.word.ambiguous or hit.word.partial or hit.word.meant):
                yield row, look(hit, replace(host_of(names, row, self._known), head=path, label_at=0, path=True))

    def _match(self, names: Names, row: int, sight: Sight, least: float) -> Match | None:
        judged = self._model.judge(sight, least)
        if judged is None:
            return None
        score, reasons = judged
        text = sight.host.head if sight.host.path else names.texts[row]
        target, given = names.targets[row], names.given[row]
        return Match(
            names.rows[row],
            given,
            target,
            sight.word.brand,
            score,
            reasons,
            text,
            (sight.start, sight.end),
            sight.meant,
        )


def path_of(url: str) -> str:
    """Return path and query of a URL as a reader sees them: without percent signs, without the fragment."""
    return _UNSEEN.sub(" ", unquote(cut(url).rest.partition("#")[0]).lower())


def _stands_alone(head: str, start: int, end: int) -> bool:
    """Return whether no letter or digit touches the span."""
    return not (head[start - 1 : start].isalnum() or head[end : end + 1].isalnum())


def _longer(hit: Hit, hits: Sequence[Hit]) -> str:
    """Return the longer word of another brand that a hit is only a part of: of `rakuten-bank` the bank is meant."""
    for other in hits:
        wider = other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
        if wider and not (other.edits or other.word.partial) and other.word.brand != hit.word.brand:
            return other.word.text
    return ""


def _distinct(hits: Sequence[Hit]) -> frozenset[str]:
    """Return the brands whose distinctive words stand apart from each other, letter by letter."""
    if len(hits) < 2:  # noqa: PLR2004  # two brands take two hits
        return frozenset()
    taken: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, hit.word.brand)):
        word = hit.word
        plain = hit.how is How.EXACT and not (word.ambiguous or word.partial or word.meant)
        if plain and len(word.text) >= ONE_EDIT_FROM and all(hit.end <= a.start or a.end <= hit.start for a in taken):
            taken.append(hit)
    return frozenset(hit.word.brand for hit in taken)


def _spoken_for(match: Match) -> bool:
    """Return whether a reason speaks for the match: what only speaks against it would be noise at a low minimum."""
    return any(reason.weight > 0 for reason in match.reasons)


def _rank(match: Match) -> tuple[float, str, tuple[str, ...]]:
    return -match.score, match.brand, tuple(reason.text for reason in match.reasons)


def words_of_brands(brands: Iterable[Brand], vocabulary: Vocabulary) -> list[BrandWord]:
    """Return the words of all brands."""
    return [word for brand in brands for word in words_of(brand, vocabulary, _labels(brand.domains))]


def _labels(domains: Sequence[str]) -> list[str]:
    names, _ = parse_many(domains)
    spans = zip(names.texts, names.label_at, names.suffix_at, strict=True)
    return [text[label_at : suffix_at - 1] for text, label_at, suffix_at in spans]
