"""The score of a number: which brands its reports tie it to, how surely and why. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from scamhunt.indicators.phone import Number
from scamhunt.model import Evidence, Match, NumberSighting, Reason
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import squeeze
from scamhunt.score.misdials import Misdials
from scamhunt.score.phone_model import PhoneModel
from scamhunt.score.phone_signal import IN_TEXT
from scamhunt.score.phone_signals import PHONE_SIGNALS
from scamhunt.score.phone_voices import Reported, Reports, listen

if TYPE_CHECKING:
    from scamhunt.protected import Protected

MOST_IN_TEXT = 6.0
"""What the words of all reports together weigh at most, in units of `Evidence.weight`."""
STATED = 4.0
"""What it weighs that a report has the brand's name in a place of its own: as much as words that say who it was."""
FROM = "said they were from"
"""Goes before a brand that is not spelt like any: where it is misspelt, the words of a claim help to read it."""
FURTHER = 0.5
"""What each further voice's words count, beside those of the voice before."""
_OF_REPORTS = tuple((signal.name, signal.says) for signal in PHONE_SIGNALS if signal.says)


@dataclass(frozen=True, slots=True)
class Said:
    """A reason before it has its weight: the model's weight of `key` times `strength`."""

    key: str
    strength: float
    text: str
    signal: str
    """The name that the reason shows."""


class ReadsTexts(Protocol):
    """What finds brands in words: `texts.BrandTexts`."""

    def evidence(self, texts: Sequence[str]) -> list[tuple[Evidence, ...]]:
        """Return for each text which brands it names, the surest first."""
        ...


class PhoneScorer:
    """Scores numbers by their history. A number that nothing ties to a brand costs next to nothing."""

    def __init__(self, brands: Brands, texts: "ReadsTexts | None", protected: "Protected", model: PhoneModel) -> None:
        """Take the brands, what reads words (None: no words are read), what is never reported, and the weights."""
        self._brands = brands.by_id
        self._texts = texts
        self._protected = protected
        self._misdials = Misdials(brands)
        names = ((name, one.id) for one in brands for name in (*one.aliases, one.name, one.id))
        self._named = {squeeze(name): brand for name, brand in names}
        self.model = model

    def evidence(self, texts: Sequence[str], brands: Sequence[str] = ()) -> list[tuple[Evidence, ...]]:
        """Return for each text which brands it names, the surest first.

        `brands` is what each report says in a place of its own for the brand: it goes before the text.
        """
        stated = {row: self._stated(said) for row, said in enumerate(brands) if said}
        looked = [
            f"{FROM} {brands[row]}" if row in stated and not stated[row] else text for row, text in enumerate(texts)
        ]
        found = self._texts.evidence(looked) if self._texts and any(looked) else [()] * len(texts)
        return [stated.get(row) or one for row, one in enumerate(found)]

    def _stated(self, said: str) -> tuple[Evidence, ...]:
        """Return the brand that has just this name or id."""
        brand = self._named.get(squeeze(said))
        if brand is None:
            return ()
        return (Evidence(brand, "named_in_text", STATED, f"the report states {self._brands[brand].name} as the brand"),)

    def near(self, number: Number) -> tuple[Evidence, ...]:
        """Return the brands to an official number of which this one is close: a misdial's length away."""
        return tuple(
            Evidence(near.brand, near.how, round(self.model.weights[near.how] * near.strength, 3), text)
            for near in self._misdials.near(number)
            for text in [self._misdials.told(near)]
        )

    def score(
        self, number: Number, history: Sequence[NumberSighting], now: datetime, minimum: float | None = None
    ) -> list[Match]:
        """Return the matches that reach `minimum`, one a brand, the strongest first.

        Without `minimum` the model's review threshold applies. A protected number never matches, neither does one that
        nothing ties to a brand, nor one of which only feeds report that make no candidate.
        """
        least = self.model.review if minimum is None else minimum
        found = [self._match(number, brand, said) for brand, said in self.said(number, history, now).items()]
        return sorted((one for one in found if one.score >= least), key=lambda one: (-one.score, one.brand))

    def said(self, number: Number, history: Sequence[NumberSighting], now: datetime) -> dict[str, list[Said]]:
        """Return the reasons for each brand that the number is tied to, as `score` weighs them."""
        if all(one.corroborates for one in history):
            return {}
        near = self._misdials.near(number)
        if not (near or any(one.evidence for one in history)) or self._protected.why(number.e164):
            return {}
        reports = listen(number, history, now)
        if all(one.corroborates for voice in reports.voices for one in voice):
            return {}
        of_brand: dict[str, list[Said]] = defaultdict(list)
        for one in near:
            of_brand[one.brand].append(Said(one.how, one.strength, self._misdials.told(one), one.how))
        for brand, said in _in_words(reports).items():
            if brand in self._brands:
                of_brand[brand] += said
        common = _of_reports(reports) if of_brand else []
        return {brand: [*said, *common] for brand, said in of_brand.items()}

    def _match(self, number: Number, brand: str, said: Sequence[Said]) -> Match:
        weights = self.model.weights
        reasons = [Reason(one.signal, round(weights[one.key] * one.strength, 3), one.text) for one in said]
        score = self.model.score(reason.weight for reason in reasons)
        heaviest = sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.signal))
        return Match(0, number.e164, number.e164, brand, score, tuple(heaviest))


def _of_reports(reports: Reports) -> list[Said]:
    told = [(name, says(reports)) for name, says in _OF_REPORTS]
    return [Said(name, one[0], one[1], name) for name, one in told if one]


def _in_words(reports: Reports) -> dict[str, list[Said]]:
    """Return for each brand what the words of the voices say, each signal of the words once."""
    by_brand: dict[str, list[Sequence[Evidence]]] = defaultdict(list)
    for voice in reports.voices:
        for brand, evidence in _surest(voice).items():
            by_brand[brand].append(evidence)
    return {brand: _added(sorted(voices, key=_weight, reverse=True)) for brand, voices in by_brand.items()}


def _surest(voice: Reported) -> dict[str, list[Evidence]]:
    """Return for each brand the evidence of that report of a voice which says most; the others repeat it."""
    best: dict[str, list[Evidence]] = {}
    for report in voice:
        evidence: dict[str, list[Evidence]] = defaultdict(list)
        for one in () if report.corroborates else report.evidence:
            evidence[one.brand].append(one)
        for brand, found in evidence.items():
            if brand not in best or _weight(found) > _weight(best[brand]):
                best[brand] = found
    return best


def _added(voices: Sequence[Sequence[Evidence]]) -> list[Said]:
    """Add the voices up, the surest first; the whole stays within `MOST_IN_TEXT`."""
    strengths: dict[str, float] = defaultdict(float)
    texts: dict[str, str] = {}
    for turn, voice in enumerate(voices):
        for one in voice:
            strengths[one.signal] += one.weight * FURTHER**turn
            texts.setdefault(one.signal, one.text)
    shrunk = MOST_IN_TEXT / max(sum(strengths.values()), MOST_IN_TEXT)
    told = [Said(IN_TEXT, strength * shrunk, texts[signal], signal) for signal, strength in strengths.items()]
    if len(voices) > 1:
        told[0] = replace(told[0], text=f"{told[0].text}; {len(voices) - 1:,} more name the brand")
    return told


def _weight(evidence: Sequence[Evidence]) -> float:
    return sum(one.weight for one in evidence)
