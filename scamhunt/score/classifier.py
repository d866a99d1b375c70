"""The classifier: which brands a batch of names impersonates, how surely and why."""

from collections.abc import Iterable, Sequence

from scamhunt.indicators.domain import Names, parse_many
from scamhunt.model import Brand, Match
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import BrandWord, words_of
from scamhunt.score.index import BrandIndex, Hit
from scamhunt.score.model import Model
from scamhunt.score.sight import Surroundings, look
from scamhunt.score.vocabulary import Vocabulary


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

        Without `minimum` the model's review threshold applies. A name that is official for any brand never matches. Of
        several sights of one brand in a name the strongest counts.
        """
        least = self._model.review if minimum is None else minimum
        heads = [text[: at - 1] for text, at in zip(names.texts, names.suffix_at, strict=True)]
        best: dict[tuple[int, str], Match] = {}
        for hit in dict.fromkeys(self._index.hits(heads)):
            if names.targets[hit.row] in self._official:
                continue
            match = self._match(names, hit)
            known = best.get((hit.row, match.brand))
            if match.score >= least and match.reasons and (known is None or _rank(match) < _rank(known)):
                best[hit.row, match.brand] = match
        return sorted(best.values(), key=lambda match: (match.row, *_rank(match)))

    def _match(self, names: Names, hit: Hit) -> Match:
        row = hit.row
        sight = look(hit, names, self._known)
        reasons = self._model.reasons(sight)
        score = self._model.score(reasons)
        return Match(names.rows[row], names.given[row], names.targets[row], hit.word.brand, score, reasons)


def _rank(match: Match) -> tuple[float, str, tuple[str, ...]]:
    return -match.score, match.brand, tuple(reason.text for reason in match.reasons)


def _words(brand: Brand, vocabulary: Vocabulary) -> Iterable[BrandWord]:
    return words_of(brand, vocabulary, _labels(brand.domains))


def _labels(domains: Sequence[str]) -> list[str]:
    names, _ = parse_many(domains)
    spans = zip(names.texts, names.label_at, names.suffix_at, strict=True)
    return [text[label_at : suffix_at - 1] for text, label_at, suffix_at in spans]
