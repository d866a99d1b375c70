"""Read what ships in `data/` and build the values of it: brands, scoring model, words, protected names."""

import gzip
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from scamhunt import bundle
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands, parse_packs
from scamhunt.score.classifier import Classifier
from scamhunt.score.model import Model, parse_model
from scamhunt.score.signals import SIGNALS
from scamhunt.score.vocabulary import Vocabulary, parse_words
from scamhunt.settings import Settings
from scamhunt.takedown.template import Template, parse_template


def brands(settings: Settings, chosen: Sequence[Path] = ()) -> Brands:
    """Return the brands of the chosen packs, else of those in force. Raises `BrandPackError`."""
    return parse_packs(bundle.brand_packs(settings.overlay, chosen or settings.brands))


@cache
def model() -> Model:
    """Return the scoring model."""
    return parse_model(bundle.data("scoring/model.json").read_text("utf-8"))


@cache
def vocabulary() -> Vocabulary:
    """Return the lure words, the ordinary words and the common ones among them."""
    lures = parse_words(_lines("scoring/lures.txt"))
    return Vocabulary(lures, _words("words/ordinary.txt.gz"), _words("words/common.txt.gz"))


def classifier(packs: Brands, *, popular: bool = True) -> Classifier:
    """Return a classifier for these brands; without `popular` no name is excused for being well-known."""
    known = parse_words(_lines("protected/popular.txt")) if popular else frozenset[str]()
    return Classifier(packs, model(), vocabulary(), known)


def protected(settings: Settings, packs: Brands) -> Protected:
    """Return the names that are never to be reported: shipped lists, the team's additions and all official domains."""
    return Protected.of(packs, bundle.protected_lists(settings.overlay))


def templates(settings: Settings) -> dict[str, Template]:
    """Return the templates by the kind of their recipient. Raises `UserError` with file, line and fix."""
    paths = bundle.templates(settings.overlay).items()
    found = [parse_template(str(path), path.read_bytes()) for _, path in paths]
    return {template.kind: template for template in found}


def signals() -> list[dict[str, object]]:
    """Return every signal with its weight, its meaning, its source and names where it holds and does not."""
    return [
        {
            "id": signal.name,
            "signal": signal.name,
            "weight": model().weights[signal.name],
            "meaning": signal.meaning,
            "examples": signal.seen_in,
            "not_in": signal.not_in,
            "source": signal.source,
        }
        for signal in SIGNALS
    ]


def bands() -> dict[str, float]:
    """Return the bands of a score by where they begin, the strongest first."""
    return {"urgent": model().urgent, "review": model().review}


def _lines(name: str) -> list[str]:
    return bundle.data(name).read_text("utf-8").splitlines()


def _words(name: str) -> frozenset[str]:
    with gzip.open(bundle.data(name), "rt", encoding="utf-8") as file:
        return parse_words(file)
