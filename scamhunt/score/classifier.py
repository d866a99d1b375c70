"""The classifier: which brands a batch of names impersonates, how surely and why."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from urllib.parse import unquote

from scamhunt.indicators import romanise
from scamhunt.indicators.domain import Names, parse_many
from scamhunt.indicators.parts import cut
from scamhunt.model import Brand, Match
from scamhunt.score import slips
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import BrandWord, words_of
from scamhunt.score.index import BrandIndex, Hit, How
from scamhunt.score.model import Model
from scamhunt.score.sight import Sight, Surroundings, host_of, look
from scamhunt.score.sounds import ONE_EDIT_FROM
from scamhunt.score.vocabulary import Vocabulary

_PATH_BEGINS = re.compile(r"[/\\?@]").search
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


MOST_SIGHTS = 24
"""Places in one name that are looked at closely, of all brands; hardly one new name in thirty has any."""
PATH_SHOWN = 512
"""Characters of user information, path and query that are looked at."""


class Classifier:
    """Scores names against brands. Building it costs 0.2 s a thousand brands; it keeps a bounded cache of runs."""

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
                of_row = _plainest(_chosen(hits))
                host = host_of(names, row, self._known, self._distinct(of_row))
                seen = (look(hit, host, _longer(hit, of_row)) for hit in of_row)
                yield from ((row, sight) for sight in seen if not (sight.only_alike or sight.by_accident))

    def _hits_in_latin(self, heads: Sequence[str], rows: Sequence[int]) -> Iterator[Hit]:
        """Yield where a brand word is the Latin reading of letters of another script."""
        read = [romanise.romanised(heads[row]) for row in rows]
        for hit in self._index.hits([latin for latin, _ in read]):
            start, end = romanise.original_span(read[hit.row][1], hit.start, hit.end)
            row = rows[hit.row]
            whole = _stands_alone(heads[row], start, end) and not heads[row][start:end].isascii()
            if (
                whole
                and len(hit.word.text) >= ONE_EDIT_FROM
                and (hit.how is How.EXACT or _sounds_alike(hit, read[hit.row][0]))
            ):
                yield hit._replace(row=row, start=start, end=end, edits=0, how=How.SCRIPT)

    def _seen_in_paths(self, names: Names) -> Iterator[tuple[int, Sight]]:
        """Yield the distinctive words of brands that stand letter by letter in the path or query of a URL."""
        rows = [
            row
            for row, value in enumerate(names.given)
            if _PATH_BEGINS(value) and names.targets[row] not in self._official
        ]
        paths = [path_of(names.given[row]) for row in rows]
        for hit in (
            hit
            for _, of_row in groupby(self._index.hits(paths, exact=True), attrgetter("row"))
            for hit in _chosen(of_row)
        ):
            row, path = rows[hit.row], paths[hit.row]
            if not (hit.word.ambiguous or hit.word.partial or hit.word.meant):
                yield row, look(hit, replace(host_of(names, row, self._known), head=path, label_at=0, path=True))

    def _distinct(self, hits: Sequence[Hit]) -> frozenset[str]:
        """Return the brands whose distinctive words stand apart from each other, letter by letter."""
        if len(hits) < 2:  # noqa: PLR2004  # two brands take two hits
            return frozenset()
        taken: list[Hit] = []
        for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, hit.word.brand)):
            word = hit.word
            plain = hit.how is How.EXACT and not (word.ambiguous or word.partial or word.meant)
            apart = all(hit.end <= other.start or other.end <= hit.start for other in taken)
            if plain and apart and len(word.text) >= ONE_EDIT_FROM and self._known.vocabulary.words(word.text) is None:
                taken.append(hit)
        return frozenset(hit.word.brand for hit in taken)

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
    """Return user information, path and query of a URL as a reader sees them: no percent signs, no fragment."""
    parts = cut(url)
    seen = unquote(parts.user + parts.rest.partition("#")[0])[:PATH_SHOWN]
    return _UNSEEN.sub(" ", unicodedata.normalize("NFKC", seen).lower()[:PATH_SHOWN])


def _sounds_alike(hit: Hit, latin: str) -> bool:
    """Return whether the slips of a Latin reading are only sounds that one letter of another script stands for."""
    kinds = {slip.kind for slip in slips.explain(latin[hit.start : hit.end], hit.word.text)}
    return hit.how is How.SLIP and kinds <= {slips.Kind.HOMOPHONE}


def _stands_alone(head: str, start: int, end: int) -> bool:
    """Return whether no letter or digit touches the span."""
    return not (head[start - 1 : start].isalnum() or head[end : end + 1].isalnum())


def _chosen(hits: Iterable[Hit]) -> list[Hit]:
    """Return the hits that are looked at: of a name packed with brand words only those of the longest words.

    Who packs names to slow a night down costs us so many looks a name.
    """
    found = list(hits)
    if len(found) > MOST_SIGHTS:
        found = sorted(found, key=lambda hit: (len(hit.word.text), -hit.edits, -hit.start), reverse=True)[:MOST_SIGHTS]
    return found


def _plainest(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits without look-alikes of what is a spelling of the same brand already: `itaú`."""
    own = {(hit.start, hit.end, hit.word.brand) for hit in hits if hit.how is How.EXACT}
    return [hit for hit in hits if hit.how is How.EXACT or (hit.start, hit.end, hit.word.brand) not in own]


def _longer(hit: Hit, hits: Sequence[Hit]) -> str:
    """Return the longer word of another brand that a hit is only a part of: of `rakuten-bank` the bank is meant."""
    for other in hits:
        wider = other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
        if wider and not (other.edits or other.word.partial) and other.word.brand != hit.word.brand:
            return other.word.text
    return ""


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
