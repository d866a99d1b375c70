"""What a person may do with looks: look at something now, and see what was seen. Part of `desk.py`."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache, partial

from scamhunt import look_kept, reference
from scamhunt.access import Permission
from scamhunt.errors import BadIndicator, NotFound
from scamhunt.indicators.domain import parse_many
from scamhunt.investigate import target
from scamhunt.investigate.look import Looker, Means
from scamhunt.investigate.rdap_bootstrap import Bootstrap
from scamhunt.investigate.target import Target
from scamhunt.look_kept import Keeping, Kept
from scamhunt.model import Actor, Kind, Match
from scamhunt.observed import KNOWN, Look, Outcome
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.texts import BrandTexts
from scamhunt.settings import Depth, Settings
from scamhunt.store import CandidateView, Store

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """One look, as a person and a script see it."""

    given: str
    look: Look
    kept: Kept
    candidate: CandidateView | None

    @property
    def refused(self) -> bool:
        """Whether our own guard said no to what was to be opened: not to a redirect of it."""
        opened = [one for one in self.look.gained.findings if one.kind == "http.exchange"]
        return bool(opened) and all(one.outcome is Outcome.REFUSED and not one.data.get("chain") for one in opened)

    @property
    def answered(self) -> bool:
        """Whether anybody out there, or any table, could say something."""
        return any(one.outcome in KNOWN for one in self.look.gained.findings)


def investigate(  # noqa: PLR0913  # each is an option of the command
    store: Store,
    settings: Settings,
    who: Actor,
    values: Sequence[str],
    *,
    depth: Depth = Depth.PAGES,
    progress: Progress = lambda _what, _done: None,
) -> list[Seen]:
    """Look at each of these now, whatever a sweep may do, and keep the evidence; in the order given.

    Raises `NotPermitted`, and `BadIndicator` for one that cannot be read, before any is looked at. What goes wrong with
    one of several, a bug or the store, is raised once the others are looked at and kept.
    """
    store.require(who, Permission.INVESTIGATE)
    targets = [_readable(value, settings) for value in values]
    brands = reference.brands(settings)
    return asyncio.run(_looked(store, settings, who, brands, targets, depth, progress))


async def _looked(  # noqa: PLR0913, PLR0917  # what a look is made from
    store: Store,
    settings: Settings,
    who: Actor,
    brands: Brands,
    targets: Sequence[Target],
    depth: Depth,
    progress: Progress,
) -> list[Seen]:
    keeping = keeping_of(settings, store, brands, who)
    room, seen = asyncio.Semaphore(settings.investigate_at_once), []
    classifier = cache(partial(reference.classifier, brands))

    async def one(looker: Looker, wanted: Target) -> Seen:
        candidate = _candidate(store, wanted)
        if candidate and "://" not in wanted.given and wanted.kind is Kind.DOMAIN:
            wanted = target.of_sighted(wanted.given, store.sighted(candidate.id))
        matches = [] if candidate or wanted.kind is not Kind.DOMAIN else _scored(classifier, wanted)
        async with room:
            look, kept = await look_kept.look_and_keep(looker, keeping, wanted, candidate, matches)
        seen.append(wanted)
        progress("looking", len(seen))
        return Seen(wanted.given, look, kept, candidate)

    async with AsyncExitStack() as held:
        looker = await held.enter_async_context(Looker(settings, means_of(settings, store, brands), depth))
        done = await asyncio.gather(*(one(looker, wanted) for wanted in targets), return_exceptions=True)
    for each in done:
        if isinstance(each, BaseException):
            raise each
    return [each for each in done if isinstance(each, Seen)]


def means_of(settings: Settings, store: Store, brands: Brands) -> Means:
    """Return what looks need from outside."""
    words = cache(partial(BrandTexts, brands, reference.vocabulary()))

    def names(texts: Sequence[str]) -> list[list[str]]:
        return [[told.brand for told in evidence] for evidence in words().evidence(texts)]

    return Means(store, names, reference.hosting(settings), Bootstrap.of(settings))


def keeping_of(settings: Settings, store: Store, brands: Brands, who: Actor, *, checks: bool = False) -> Keeping:
    """Return what keeping looks needs; with `checks` what is live is only checked."""
    scorer = cache(partial(reference.phone_scorer, settings, brands))
    officials = look_kept.officials(store, brands)
    return Keeping(settings, store, brands, officials, reference.seen_model(), scorer, who, checks=checks)


def _readable(value: str, settings: Settings) -> Target:
    try:
        return target.read(value, settings.region)
    except BadIndicator as error:
        raise BadIndicator(f"{value.strip()[:80]!a}: {error}") from None


def _candidate(store: Store, wanted: Target) -> CandidateView | None:
    try:
        return store.candidate(wanted.subject) if wanted.kind else None
    except NotFound:
        return None


def _scored(classifier: Callable[[], Classifier], wanted: Target) -> list[Match]:
    """Return what the name alone resembles, for a name that no sweep has found."""
    names, _ = parse_many([wanted.host])
    return sorted(classifier().score(names), key=lambda match: -match.score)
