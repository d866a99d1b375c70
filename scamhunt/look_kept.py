"""What is kept of a look: the evidence, the judgement, whether it is still there, and the numbers that it shows.

Part of `pipeline.py` and `desk.py`, beside `look_run.py`.
"""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from scamhunt import desk_seen, triage
from scamhunt.desk_follow import withdraw_drafts
from scamhunt.errors import BadIndicator, NotAllowedNow
from scamhunt.feed_numbers import scored
from scamhunt.gather.seal import Seal
from scamhunt.indicators import phone
from scamhunt.indicators.phone import Number
from scamhunt.investigate.look import AGAIN, Looker
from scamhunt.investigate.target import Target
from scamhunt.model import Actor, Event, Kind, Match, NumberSighting, Role, State
from scamhunt.observed import Finding, Gained, Judgement, Liveness, Look, Verdict
from scamhunt.score import liveness
from scamhunt.score.brands import Brands
from scamhunt.score.judge import judge
from scamhunt.score.liveness import Observed, Standing
from scamhunt.score.officials import Official
from scamhunt.score.phones import PhoneScorer
from scamhunt.score.seen_model import SeenModel
from scamhunt.settings import Depth, Settings
from scamhunt.store import (
    Body,
    Book,
    CandidateView,
    EvidenceView,
    Found,
    Gathered,
    LookView,
    MatchView,
    Store,
    Watch,
)

PAGES = "pages"
"""As a feed: numbers that pages show to their visitors."""
REPEATED = frozenset(
    {"page.form", "page.number", "page.wallet"}
    | {"http.exchange", "page.shown", "rdap.domain", "whois.domain", "host.recognised", "dns.a", "dns.aaaa"}
)
"""What is kept of a check that saw what was seen before."""
KEPT_TEXT, KEPT_URLS = 2_000, 50
"""Characters of a page and addresses on it that a row keeps."""
OFFICIAL_LOOKS = 20
"""Looks at a brand's own domain among which the last with a page is looked for."""
MOST_LOOKS = 200
"""Earlier looks that count for whether a target is down."""
MOST_NUMBERS = 20
"""Numbers of one page: a list of a hundred is a directory."""
WORDS = 3_000
"""Characters of a page in which the brand is looked for."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeping looks needs."""

    settings: Settings
    store: Store
    brands: Brands
    officials: Sequence[Official]
    model: SeenModel
    scorer: Callable[[], PhoneScorer]
    who: Actor
    checks: bool = False
    """Whether what is live is only checked; a person who asks gets all of it."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One look is kept at a time: the database has one writer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one look."""

    view: LookView
    judgement: Judgement
    liveness: Liveness
    standing: Standing
    due_at: datetime | None
    """When it is looked at again; None for what is no candidate."""
    state: State | None
    """The candidate's, now."""
    evidence: Sequence[EvidenceView]
    numbers: int = 0
    """Numbers that were told to the phone score."""
    closed: bool = False
    reopened: bool = False


async def look_and_keep(
    looker: Looker, keeping: Keeping, target: Target, candidate: CandidateView | None, matches: Sequence[Match] = ()
) -> tuple[Look, Kept]:
    """Look at a target and keep what was seen. Raises `StoreError` and `LeaseHeld`."""
    last = keeping.store.looks(candidate_id=candidate.id, limit=1) if candidate else []
    again = bool(last) and last[0].liveness is Liveness.LIVE and last[0].depth in {Depth.PAGES, AGAIN}
    look = await looker.look(target, keeping.who.name, again=again and keeping.checks)
    async with keeping.turn:
        return look, await asyncio.to_thread(keep, keeping, look, candidate, matches)


def keep(keeping: Keeping, look: Look, candidate: CandidateView | None, matches: Sequence[Match] = ()) -> Kept:
    """Judge a look and keep it: files, rows and events; a case that is gone is closed, one that is back reopened.

    `matches` are those of a name that is no candidate. Raises `StoreError` and `LeaseHeld`.
    """
    store, now = keeping.store, keeping.settings.now()
    known: Sequence[Match | MatchView] = candidate.matches if candidate else matches
    judgement = judge(known, look.gained.findings, keeping.brands, keeping.officials, model=keeping.model, now=now)
    seen = liveness.observed(look.gained.findings, look.ended)
    before = store.looks(candidate_id=candidate.id, limit=MOST_LOOKS) if candidate else []
    standing = liveness.decide([*(_remembered(store, before)), seen])
    due_at = _due(candidate, now, standing) if candidate else None
    filed = _without_repetition(store, _in_brief(look), judgement, seen.liveness, before)
    view = store.save_look(
        filed,
        judgement,
        liveness=seen.liveness,
        candidate_id=candidate.id if candidate else None,
        actor=keeping.who,
        watch=_watch(standing, now, due_at) if due_at else None,
    )
    act = _act(keeping, candidate, seen, before, standing) if candidate else None
    return Kept(
        view=view,
        judgement=judgement,
        liveness=seen.liveness,
        standing=standing,
        due_at=due_at,
        state=store.candidate(str(candidate.id)).state if candidate else None,
        evidence=store.evidence(look_id=view.id, limit=None),
        numbers=tell_numbers(keeping, look, judgement, known),
        closed=act is triage.Act.CLOSE,
        reopened=act is triage.Act.RETURN,
    )


def _due(candidate: CandidateView, now: datetime, standing: Standing) -> datetime | None:
    """Return when a name is looked at again; a number has nothing to look at again."""
    if candidate.kind is Kind.PHONE:
        return None
    return liveness.next_due(now, candidate.first_seen, standing, target=candidate.indicator)


def officials(store: Store, brands: Brands) -> list[Official]:
    """Return what the brands' own sites look like, by the last look at each of their domains that saw a page."""
    found = []
    for subject in store.looked_subjects():
        brand = brands.owners.get(subject)
        looks = store.looks(subject=subject, limit=OFFICIAL_LOOKS) if brand else []
        pages = (one for one in looks if one.depth == Depth.PAGES and one.liveness is Liveness.LIVE)
        if brand and (last := next(pages, None)):
            found.append(Official.of(brand, store.findings(last.id), brands.by_id[brand].domains))
    return found


def _remembered(store: Store, before: Sequence[LookView]) -> list[Observed]:
    """Return what earlier looks told of liveness; of those that looked down also who told it."""
    return [
        liveness.observed(store.findings(one.id), one.ended)
        if one.liveness in liveness.DOWN
        else Observed(one.ended, one.liveness)
        for one in before
    ]


def _watch(standing: Standing, now: datetime, due_at: datetime | None) -> Watch:
    return Watch(
        liveness=standing.liveness,
        standing="down" if standing.down else "back" if standing.back else standing.liveness.value,
        since=standing.since or now,
        due_at=due_at,
        first_live=standing.first_live,
        last_live=standing.last_live,
    )


def _in_brief(look: Look) -> Look:
    """Return a look whose findings fit into rows: the whole text and all links lie in the evidence."""
    return replace(look, gained=replace(look.gained, findings=[_brief(one) for one in look.gained.findings]))


def _brief(finding: Finding) -> Finding:
    text, urls = finding.data.get("text"), finding.data.get("urls")
    shorter: dict[str, object] = {}
    if isinstance(text, str) and len(text) > KEPT_TEXT:
        shorter["text"] = text[:KEPT_TEXT]
    if isinstance(urls, list | tuple) and len(urls) > KEPT_URLS:
        shorter["urls"] = list(urls[:KEPT_URLS])
    return replace(finding, data={**finding.data, **shorter}) if shorter else finding


# --- a check that sees what was seen before ---------------------------------------------------------------------------


def _without_repetition(
    store: Store, look: Look, judgement: Judgement, seen: Liveness, before: Sequence[LookView]
) -> Look:
    """Return a check without its bytes where it saw what the look before it saw: that it did is kept, not the page."""
    last = before[0] if before else None
    if look.depth != AGAIN or last is None or (last.liveness, last.verdict) != (seen, judgement.verdict):
        return look
    if _seen(store.findings(last.id)) != _seen(look.gained.findings):
        return look
    kept = [replace(one, sha256="", data=_short(one)) for one in look.gained.findings if one.kind in REPEATED]
    return replace(look, gained=Gained(kept))


def _seen(findings: Sequence[Finding]) -> set[tuple[object, ...]]:
    """Return what makes two looks the same: what each vantage got, and what the registry says."""
    keys = {
        "http.exchange": ("status", "final_url"),
        "page.shown": ("title", "structure", "simhash"),
        "page.form": ("action", "asks"),
        "page.number": ("e164", "role"),
        "page.wallet": ("value",),
        "rdap.domain": ("registrar",),
    }
    return {
        (one.kind, one.vantage, one.outcome, *(str(one.data.get(key)) for key in keys[one.kind]))
        for one in findings
        if one.kind in keys
    }


def _short(finding: Finding) -> dict[str, object]:
    return {name: value for name, value in finding.data.items() if name not in {"text", "headers"}}


# --- what follows -----------------------------------------------------------------------------------------------------


def _act(
    keeping: Keeping, candidate: CandidateView, seen: Observed, before: Sequence[LookView], standing: Standing
) -> triage.Act | None:
    """Close a case that is gone, reopen one that is back; both are observed and never typed. Return what was done.

    Only looks since a person decided can close what was decided, and only one that itself saw it gone.
    """
    since = [one for one in before if one.ended > candidate.state_since]
    gone = seen.liveness in liveness.DOWN and liveness.decide([*_remembered(keeping.store, since), seen]).down
    act = triage.Act.CLOSE if gone else triage.Act.RETURN if standing.back else None
    if act is None or act not in triage.allowed(candidate.state):
        with suppress(NotAllowedNow), keeping.store.acting(keeping.who) as desk:
            desk_seen.see_hold(desk, candidate.id, seen)
        return None
    with suppress(NotAllowedNow), keeping.store.acting(keeping.who) as desk:  # somebody decided on it meanwhile
        now = desk.candidate(str(candidate.id))
        after = triage.decide(now.state, act, standing.why)
        desk.set_state(now, after)
        change = {"target": now.indicator, "before": now.state.value, "after": after.value}
        desk.log(Event(f"candidate.{act}", f"candidate:{now.id}", standing.why, change))
        if now.state is State.CONFIRMED:
            withdraw_drafts(keeping.store, desk, now.id)
        if act is triage.Act.CLOSE:
            desk_seen.see_gone(desk, now.id, standing, desk_seen.looks_of(before, seen))
        else:
            desk_seen.see_back(keeping.store, desk, now.id, seen.at, standing.why)
        return act
    return None


# --- numbers that a page shows ----------------------------------------------------------------------------------------


def tell_numbers(keeping: Keeping, look: Look, judgement: Judgement, known: Sequence[Match | MatchView]) -> int:
    """Tell the phone score of the numbers that a page asks its visitors to call; return how many were new.

    Only of a name that resembles the brand, or a page that was seen to act in its name: the number of a repair shop, or
    of a newspaper that warns of the scam, is its own.
    """
    resembles = any(one.brand == judgement.brand for one in known)
    if not (judgement.verdict is Verdict.IMPERSONATES or (judgement.verdict is Verdict.SUSPICIOUS and resembles)):
        return 0
    numbers = _numbers(look.gained.findings)
    if not numbers:
        return 0
    seal = Seal.of(keeping.settings.home)
    told = [_sighting(keeping, look, one, seal) for one in numbers.values()]
    old = keeping.store.known_keys([PAGES], [one.key for one in told])
    new = [one for one in told if one.key not in old]
    if not new:
        return 0
    item = next(one for one in look.gained.items if one.media_type == "application/warc")
    body = Body(PAGES, look.url, item.sha256, len(item.body), "", at=look.begun)
    rate = partial(_rated, new, numbers, keeping)
    keeping.store.save_rows(body, None, Gathered("", len(new), 0, numbers=new, rate=rate))
    return len(new)


def _numbers(findings: Collection[Finding]) -> dict[str, Number]:
    """Return the numbers that visitors are told to call, by E.164."""
    found: dict[str, Number] = {}
    for one in findings:
        if one.kind == "page.number" and one.data.get("role") == Role.CALLBACK and len(found) < MOST_NUMBERS:
            with suppress(BadIndicator):
                number = phone.parse(str(one.data["e164"]))
                found[number.e164] = number
    return found


def _sighting(keeping: Keeping, look: Look, number: Number, seal: Seal) -> NumberSighting:
    """Return one page's word on one number: the same page on the same day says it once."""
    texts = [_words(look.gained.findings)]
    day = f"{look.begun:%Y-%m-%d}"
    return NumberSighting(
        number=number.e164,
        feed=PAGES,
        key=hashlib.sha256(f"{look.subject}\n{number.e164}\n{day}".encode()).hexdigest()[:32],
        line=0,
        seen_at=look.begun,
        role=Role.CALLBACK,
        role_from="a page tells its visitors to call it",
        source=seal.sealed(look.subject),
        evidence=keeping.scorer().evidence(texts, [""])[0],
    )


def _words(findings: Collection[Finding]) -> str:
    shown = [one.data for one in findings if one.kind in {"page.shown", "page.rendered"}]
    return "\n".join(f"{one.get('title', '')}\n{str(one.get('text', ''))[:WORDS]}" for one in shown)


def _rated(new: Sequence[NumberSighting], numbers: dict[str, Number], keeping: Keeping, book: Book) -> list[Found]:
    """Score the numbers by all that is known of each."""
    scorer, wanted = keeping.scorer(), {one.number for one in new}
    known = book.candidates(wanted)
    return [
        found
        for number, history in book.histories(wanted).items()
        for found in scored(
            scorer, numbers[number], history, keeping.settings.now(), minimum=0 if number in known else None
        )
    ]
