"""The classifier: which brands a batch of names impersonates, how surely and why."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scamhunt.indicators.domain import Names, parse_many
from scamhunt.model import Brand, Match
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import BrandWord, words_of
from scamhunt.score.index import BrandIndex, Hit
from scamhunt.score.model import Model
from scamhunt.score.sight import Surroundings, look
from scamhunt.score.vocabulary import Vocabulary

SLICE = 250_000
"""Characters that are looked through at once."""
MOST_HITS = 12
"""Places in one name that are looked at closely; honest names have two or three."""


class Classifier:
    """Scores names against brands. Building it costs 0.2 s a thousand brands; it keeps nothing of what it reads."""

    def __init__(
        self, brands: Brands, model: Model, vocabulary: Vocabulary, popular: frozenset[str] = frozenset()
    ) -> None:
        """Take the brands, the weights, the words and the long-known popular names (empty: leave them out)."""
        self._model = model
        self._official = brands.owners
        lures = {brand.id: frozenset(brand.lures) for brand in brands}
        official = {brand.id: brand.domains for brand in brands}
        self._known = Surroundings(vocabulary, lures, official, popular)
        self._index = BrandIndex([word for brand in brands for word in _words(brand, vocabulary)], vocabulary.lures)

    def score(self, names: Names, minimum: float | None = None) -> list[Match]:
        """Return the matches that reach `minimum`, by row, then the strongest first.

        Without `minimum` the model's review threshold applies. A name that is official for any brand never matches, and
        neither does one that no signal speaks for. Of several sights of one brand in a name the strongest counts.
        """
        least = self._model.review if minimum is None else minimum
        heads = [text[: at - 1] for text, at in zip(names.texts, names.suffix_at, strict=True)]
        best: dict[tuple[int, str], Match] = {}
        for hit in self._hits(heads):
            if names.targets[hit.row] in self._official:
                continue
            match = self._match(names, hit)
            known = best.get((hit.row, match.brand))
            if match.score >= least and _spoken_for(match) and (known is None or _rank(match) < _rank(known)):
                best[hit.row, match.brand] = match
        return sorted(best.values(), key=lambda match: (match.row, *_rank(match)))

    def _hits(self, heads: Sequence[str]) -> Iterator[Hit]:
        """Yield the places to look at closely: of a name packed with brand words only those of the longest words.

        Who packs names with hundreds of short brand words to slow a night down costs us a dozen looks a name.
        """
        for start, end in _slices(heads):
            by_row: dict[int, list[Hit]] = {}
            for hit in dict.fromkeys(self._index.hits(heads[start:end])):
                by_row.setdefault(hit.row, []).append(hit)
            for row, hits in by_row.items():
                chosen = hits if len(hits) <= MOST_HITS else heapq.nlargest(MOST_HITS, hits, key=_promise)
                yield from (replace(hit, row=start + row) for hit in chosen)

    def _match(self, names: Names, hit: Hit) -> Match:
        row = hit.row
        sight = look(hit, names, self._known)
        reasons = self._model.reasons(sight)
        score = self._model.score(reasons)
        return Match(
            names.rows[row],
            names.given[row],
            names.targets[row],
            hit.word.brand,
            score,
            reasons,
            names.texts[row],
            (hit.start, hit.end),
            hit.word.text,
        )


def _slices(heads: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut rows where their characters add up to `SLICE`: names of any length take the same memory."""
    start = size = 0
    for at, head in enumerate(heads):
        if size >= SLICE:
            yield start, at
            start, size = at, 0
        size += len(head)
    if start < len(heads):
        yield start, len(heads)


def _promise(hit: Hit) -> tuple[int, int, int]:
    return len(hit.word.text), -hit.edits, -hit.start


def _spoken_for(match: Match) -> bool:
    """Return whether a reason speaks for the match: what only speaks against it would be noise at a low minimum."""
    return any(reason.weight > 0 for reason in match.reasons)


def _rank(match: Match) -> tuple[float, str, tuple[str, ...]]:
    return -match.score, match.brand, tuple(reason.text for reason in match.reasons)


def _words(brand: Brand, vocabulary: Vocabulary) -> Iterable[BrandWord]:
    return words_of(brand, vocabulary, _labels(brand.domains))


def _labels(domains: Sequence[str]) -> list[str]:
    names, _ = parse_many(domains)
    spans = zip(names.texts, names.label_at, names.suffix_at, strict=True)
    return [text[label_at : suffix_at - 1] for text, label_at, suffix_at in spans]
