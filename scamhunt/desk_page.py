"""All that one screen shows of a candidate or case, as values. Part of `desk.py`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from scamhunt import bundle, desk, desk_cases, desk_numbers, desk_queue, reference, triage
from scamhunt.access import Permission
from scamhunt.desk_numbers import NumberState
from scamhunt.indicators.domain import parse_many
from scamhunt.indicators.lookalike import mixed, script_of
from scamhunt.model import Actor, Kind, Match, Reason, State
from scamhunt.observed import KNOWN, Finding
from scamhunt.protected import Protected
from scamhunt.score.align import align
from scamhunt.score.classifier import Classifier
from scamhunt.settings import Settings
from scamhunt.store import (
    CandidateView,
    EventView,
    EvidenceView,
    HoldView,
    LookView,
    MatchView,
    ReportView,
    Store,
    WatchView,
    queue,
)
from scamhunt.store.queue import ClaimView
from scamhunt.triage import Act

MOST_LOOKS, MOST_EVENTS, MOST_REPORTS = 20, 200, 100
MOST_FINDINGS = 60
"""Of one section."""
MOST_CHANGES = 60
TEXT_LIMIT = 600
PICTURE = "image/png"
VOLATILE = ("http.exchange", "page.resources", "screenshot", "clock")
"""Kinds of findings that read differently each time, and say nothing by that."""
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Who can act", ("rdap.", "whois.", "host.", "carrier.")),
    ("DNS and mail", ("dns.",)),
    ("Certificate", ("tls.",)),
    ("What each visitor gets", ("http.", "page.shown", "page.rendered", "page.block", "page.unreadable")),
    ("What differs", ("page.difference",)),
    ("What it asks for", ("page.form",)),
    ("What it shows", ("page.number", "page.email", "page.wallet", "page.chat", "page.popup")),
    ("What ties it to others", ("page.tracker", "page.favicon", "page.image", "page.kit")),
    ("Where it leads", ("page.links", "page.resources", "page.frames")),
    ("Pictures", ("screenshot",)),
)
"""The parts of a look, each with how its kinds of findings begin."""
OTHERS = "What else was seen"


@dataclass(frozen=True, slots=True)
class NameShown:
    """A name as a browser shows it, as it is registered, and in which scripts."""

    shown: str
    registered: str
    scripts: tuple[tuple[str, int], ...]
    """Each with how many letters of the name belong to it."""
    mixed: bool
    """Whether these are not written together every day."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One letter of a name above the brand's letter that it is read as; empty where one side has none."""

    given: str
    meant: str

    @property
    def same(self) -> bool:
        """Say whether it is the brand's own letter."""
        return self.given == self.meant


@dataclass(frozen=True, slots=True)
class Bar:
    """A reason with its weight: log-odds, and its share of the heaviest, 0 to 100."""

    text: str
    signal: str
    weight: float
    share: int


@dataclass(frozen=True, slots=True)
class MatchShown:
    """A match with one brand, letter by letter."""

    match: MatchView
    brand: str
    before: str
    cells: tuple[Cell, ...]
    """Empty where nothing can be aligned: a number, or a brand that has left the packs."""
    after: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding, with the number of the item that proves it; 0: there is none."""

    finding: Finding
    item: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a look."""

    title: str
    findings: tuple[FindingShown, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is other than at the look before, or for another visitor."""

    kind: str
    vantage: str
    what: str
    """`new`, `gone`, or `not known`: it could not be told this time, which is not gone."""
    text: str


@dataclass(frozen=True, slots=True)
class LookShown:
    """The look that counts: the last that saw something there, else the last."""

    look: LookView
    bars: tuple[Bar, ...]
    pictures: tuple[EvidenceView, ...]
    sections: tuple[Section, ...]
    changes: tuple[Change, ...]
    compared_with: LookView | None


@dataclass(frozen=True, slots=True)
class Page:
    """One screen."""

    candidate: CandidateView
    name: NameShown | None
    """None for a number."""
    matches: tuple[MatchShown, ...]
    band: str
    protected: str
    claim: ClaimView | None
    look: LookShown | None
    looks: tuple[LookView, ...]
    watch: WatchView | None
    history: tuple[EventView, ...]
    earlier: int
    """Events that are not shown."""
    viewers: tuple[str, ...]
    """Who looked at it, by the log; who looked last at the beginning."""
    related: tuple[tuple[str, str], ...]
    campaign: str
    reports: tuple[ReportView, ...]
    holds: tuple[HoldView, ...]
    number: NumberState | None
    sighted: tuple[str, ...]
    acts: tuple[Act, ...]
    can_undo: bool


def page(store: Store, settings: Settings, who: Actor, key: str) -> Page:
    """Return all that one screen shows of a candidate. Raises `NotFound`, `NotPermitted`."""
    store.require(who, Permission.LOOK)
    with store.snapshot():
        return _page(store, settings, who, key)


def _page(store: Store, settings: Settings, who: Actor, key: str) -> Page:
    found = desk_numbers.present(store, [store.candidate(key)])[0]
    packs = reference.brands(settings)
    protected = reference.protected(settings, packs)
    looks = store.looks(candidate_id=found.id, limit=MOST_LOOKS)
    told = store.history(f"candidate:{found.id}")
    history = [one for one in told if one.act != queue.VIEW]
    return Page(
        candidate=found,
        name=None if found.kind is Kind.PHONE else name_shown(found.indicator),
        matches=tuple(_matches(settings, found)),
        band=desk_queue.band_of(found.score),
        protected=desk_queue.why_protected(protected, found.indicator),
        claim=store.claims([found.id]).get(found.id),
        look=_look(store, found, looks),
        looks=tuple(looks),
        watch=store.watch(found.id),
        history=tuple(history[-MOST_EVENTS:]),
        earlier=max(0, len(history) - MOST_EVENTS),
        viewers=tuple(dict.fromkeys(one.actor for one in reversed(told) if one.act == queue.VIEW)),
        related=_related(store, found, protected),
        campaign=store.campaign_of(found.id),
        reports=tuple(store.reports(candidate_id=found.id, limit=MOST_REPORTS)),
        holds=tuple(store.holds_on(found.id)),
        number=desk_numbers.number(store, settings, found.indicator) if found.kind is Kind.PHONE else None,
        sighted=tuple(store.sighted(found.id)),
        acts=tuple(one for one in triage.allowed(found.state) if one in triage.BY_PEOPLE),
        can_undo=_can_undo(who, history, settings.now()),
    )


# --- names ------------------------------------------------------------------------------------------------------------


def name_shown(name: str) -> NameShown:
    """Return a name in Unicode and in ASCII, with its scripts."""
    shown = desk_queue.shown(name)
    counts: dict[str, int] = {}
    for letter in shown:
        if script := script_of(letter):
            counts[script] = counts.get(script, 0) + 1
    clash = any(mixed(label) for label in shown.split("."))
    return NameShown(shown, name, tuple(sorted(counts.items(), key=lambda pair: -pair[1])), clash)


def _matches(settings: Settings, found: CandidateView) -> Iterator[MatchShown]:
    packs = reference.brands(settings)
    for one in found.matches:
        brand = packs.by_id.get(one.brand)
        match = None if found.kind is Kind.PHONE else _matched(settings, one)
        before, cells, after = _aligned(match) if match else ("", (), "")
        yield MatchShown(one, brand.name if brand else one.brand, before, cells, after, bars(one.reasons))


def _matched(settings: Settings, one: MatchView) -> Match | None:
    """Return where in a name a brand's word stands, by the brand packs of today; None where it no longer does."""
    names, _ = parse_many([one.indicator])
    found = _classifier(tuple(bundle.brand_packs(settings.overlay, settings.brands))).score(names, 0.0, urls=True)
    return next((match for match in found if match.brand == one.brand and match.word), None)


@lru_cache(2)  # building it takes a moment; the packs seldom change
def _classifier(packs: tuple[tuple[str, bytes], ...]) -> Classifier:
    return reference.classifier(reference.parsed(packs))


def _aligned(match: Match) -> tuple[str, tuple[Cell, ...], str]:
    start, end = match.span
    pairs = tuple(Cell(given, meant) for given, meant in align(match.text[start:end], match.word))
    return match.text[:start], pairs, match.text[end:]


def bars(reasons: Iterable[Reason]) -> tuple[Bar, ...]:
    """Return reasons as bars, each as long as its weight among them."""
    listed = tuple(reasons)
    heaviest = max((abs(one.weight) for one in listed), default=0.0) or 1.0
    return tuple(Bar(one.text, one.signal, one.weight, round(100 * abs(one.weight) / heaviest)) for one in listed)


# --- looks ------------------------------------------------------------------------------------------------------------


def _look(store: Store, found: CandidateView, looks: Sequence[LookView]) -> LookShown | None:
    chosen = desk.looks(store, [found.id]).get(found.id)
    if chosen is None:
        return None
    items = store.evidence(look_id=chosen.id, limit=None)
    by_hash = {one.sha256: one.id for one in reversed(items)}
    findings = store.findings(chosen.id)
    before = next((one for one in looks if one.id < chosen.id and one.depth == chosen.depth), None)
    changes = tuple(changed(store.findings(before.id), findings))[:MOST_CHANGES] if before else ()
    return LookShown(
        chosen,
        bars(chosen.reasons),
        tuple(one for one in items if one.media_type == PICTURE and "stamped" not in one.note),
        tuple(_sections(findings, by_hash)),
        changes,
        before,
    )


def _sections(findings: Sequence[Finding], items: Mapping[str, int]) -> Iterator[Section]:
    known = tuple(kind for _, kinds in SECTIONS for kind in kinds)
    for title, kinds in (*SECTIONS, (OTHERS, ())):
        some = [one for one in findings if (one.kind.startswith(kinds) if kinds else not one.kind.startswith(known))]
        if some:
            listed = tuple(FindingShown(one, items.get(one.sha256, 0)) for one in some[:MOST_FINDINGS])
            yield Section(title, listed, len(some) - len(listed))


def changed(before: Iterable[Finding], after: Iterable[Finding]) -> Iterator[Change]:
    """Yield what two looks tell differently, kind by kind and visitor by visitor; what was not seen is not gone."""
    old, new = _told(before), _told(after)
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key, {}), new.get(key, {})
        if key not in old or key not in new:
            continue  # it was not asked for both times
        unknown = not any(now.values())
        for text in now:
            if text not in was and now[text]:
                yield Change(*key, "new", text)
        for text in was:
            if was[text] and text not in now:
                yield Change(*key, "not known" if unknown else "gone", text)


def _told(findings: Iterable[Finding]) -> dict[tuple[str, str], dict[str, bool]]:
    """Return by kind and visitor what was said, and whether that says something about what was asked for."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for one in findings:
        if not one.kind.startswith(VOLATILE):
            found.setdefault((one.kind, one.vantage), {})[one.text[:TEXT_LIMIT]] = one.outcome in KNOWN
    return found


# --- around it --------------------------------------------------------------------------------------------------------


def _related(store: Store, found: CandidateView, protected: Protected) -> tuple[tuple[str, str], ...]:
    return desk_cases.related_of(store, found, protected, states=tuple(State))


def _can_undo(who: Actor, history: Sequence[EventView], now: datetime) -> bool:
    last = next((one for one in reversed(history) if one.act in triage.LOGGED), None)
    return (
        last is not None
        and last.actor == who.name
        and last.reason != desk_queue.UNDONE
        and now - last.at <= desk_queue.UNDO_WITHIN
    )
