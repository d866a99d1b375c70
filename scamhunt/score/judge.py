"""What was seen joins the name's score: a sum of log-odds, its reasons, and a verdict. Pure.

    an act in the brand's name was seen, and the score reaches `review`        impersonates
    the name is parked or for sale, and nothing asks for a secret              parked
    a sign was seen, and the score reaches `review`; or an act below it        suspicious
    a positive reason, no sign, and every vantage that was tried agrees        benign
    all else: nothing, a wall, no answer, something else for each visitor      inconclusive

No text of a page is ever an instruction: words only name brands and known pages. docs/judging.md shows all signals.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from scamhunt.model import Reason
from scamhunt.observed import Finding, Judgement, Verdict
from scamhunt.score.brands import Brands
from scamhunt.score.officials import Official, differ
from scamhunt.score.seen.acts import SAME_TEXT
from scamhunt.score.seen.family import SEEN_SIGNALS
from scamhunt.score.seen.read import text, texts
from scamhunt.score.seen.scene import PAGES, UNUSED, Scene, recognised, start_of, views_of
from scamhunt.score.seen.signal import Part
from scamhunt.score.seen_model import SeenModel, logit

MOST_BRANDS = 10
"""Brands that one page may name and that are looked at, beside those of the matches."""
RANKS = (Verdict.IMPERSONATES, Verdict.SUSPICIOUS, Verdict.BENIGN, Verdict.PARKED, Verdict.INCONCLUSIVE)
"""Of several brands the one with the first of these is told."""

Said = tuple[Part, Reason]


class Named(Protocol):
    """A match of the name with one brand: `model.Match`, or as the store keeps it."""

    @property
    def brand(self) -> str:
        """The brand's id."""

    @property
    def indicator(self) -> str:
        """What was matched, as given."""

    @property
    def score(self) -> float:
        """0 to 1."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why."""


def judge(  # noqa: PLR0913  # the verb's own shape
    matches: Sequence[Named],
    findings: Sequence[Finding],
    brands: Brands,
    officials: Sequence[Official],
    *,
    model: SeenModel,
    now: datetime,
) -> Judgement:
    """Return what a name's matches and the findings of one look come to, for the brand that fits best.

    A brand that only the page names is judged too, with the model's prior in the place of a name's score.
    """
    views, start = views_of(findings), start_of(findings) or next((one.indicator for one in matches), "")
    by_brand = {one.brand: one for one in sorted(matches, key=lambda one: one.score)}
    bare = Scene(findings, views, brands, None, (), 0.0, start, now)
    judged = []
    for name in _brands_of(bare, by_brand, officials) or [""]:
        match = by_brand.get(name)
        own = [one for one in officials if one.brand == name]
        scene = replace(bare, brand=brands.by_id.get(name), officials=own, name_score=match.score if match else 0.0)
        judged.append(_judged(scene, name, match, model))
    return min(judged, key=lambda one: (RANKS.index(one.verdict), -one.score, one.brand))


def _brands_of(scene: Scene, matches: dict[str, Named], officials: Sequence[Official]) -> list[str]:
    """Return the brands that come into question: of the name, the host, the words, the sign, a redirect."""
    owners = scene.brands.owners
    hosts = [owners[view.target] for view in scene.views if view.target in owners]
    words = [name for one in scene.foreign(*PAGES) for name in texts(one, "brands") if name in scene.brands.by_id]
    known = {one.brand for one in officials}
    signs = [name for name in sorted(known) if _has_sign(scene, name, officials)]
    first = [*matches, *([owners[scene.target]] if scene.target in owners else []), *hosts, *signs]
    return list(dict.fromkeys([*first, *list(dict.fromkeys(words))[:MOST_BRANDS]]))


def _has_sign(scene: Scene, brand: str, officials: Sequence[Official]) -> bool:
    """Return whether a page carries this brand's sign, its pictures, its title or its text."""
    seen = replace(scene, officials=[one for one in officials if one.brand == brand])
    return seen.icon is not None or seen.image is not None or any(_is_copy(seen, one) for one in scene.foreign(*PAGES))


def _is_copy(scene: Scene, page: Finding) -> bool:
    title, words = text(page, "title"), text(page, "simhash")
    same = any(differ(words, one) <= SAME_TEXT for known in scene.officials for one in known.texts)
    return same or any(title in known.titles for known in scene.officials)


def _judged(scene: Scene, brand: str, match: Named | None, model: SeenModel) -> Judgement:
    said = list(_said(scene, model))
    start = logit(match.score) if match else model.prior
    score = model.score([start, *(reason.weight for _, reason in said)])
    reasons = [*(match.reasons if match else ()), *(reason for _, reason in said)]
    ordered = tuple(sorted(reasons, key=lambda one: (-abs(one.weight), one.signal)))
    return Judgement(_verdict(scene, said, score, model.review), brand, score, ordered, model.calibrated)


def _said(scene: Scene, model: SeenModel) -> list[Said]:
    found = []
    for signal in SEEN_SIGNALS:
        told = signal.says(scene)
        if told is not None:
            weight = round(model.weights[signal.name] * told[0], 3)
            found.append((signal.part, Reason(signal.name, weight + 0.0, told[1])))
    return found


def _verdict(scene: Scene, said: Sequence[Said], score: float, review: float) -> Verdict:
    """Return the verdict; a reason to think well of it never outweighs an act by being heavy."""
    parts = {part for part, _ in said}
    names = {reason.signal for _, reason in said}
    if "official" in names:
        return Verdict.BENIGN
    if Part.ACT in parts:
        return Verdict.IMPERSONATES if score >= review else Verdict.SUSPICIOUS
    if _is_unused(scene, names):
        return Verdict.PARKED
    if Part.SIGN in parts:
        return Verdict.SUSPICIOUS if score >= review else Verdict.INCONCLUSIVE
    if Part.OWN in parts and not names & {"differs", "walled"} and all(view.exchange for view in scene.views):
        return Verdict.BENIGN
    return Verdict.INCONCLUSIVE


def _is_unused(scene: Scene, names: set[str]) -> bool:
    """Return whether it is parked, or for sale, for everybody who got an answer."""
    if "unused" not in names or names & {"differs", "walled"}:
        return False
    found = [one for role in UNUSED for one in recognised(scene.findings).get(role, ())]
    seen_by = {one.vantage for one in found}
    answered = [view for view in scene.views if view.exchange is not None]
    return "" in seen_by or all(view.vantage in seen_by for view in answered)
