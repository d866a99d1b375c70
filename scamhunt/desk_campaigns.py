"""Which candidates belong to the same makers: kept up to date, shown, and what people rule. Part of `desk.py`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scamhunt import reference
from scamhunt.access import Permission
from scamhunt.campaigns import changes, holding, kinds, linking, own, read
from scamhunt.campaigns.changes import Changes
from scamhunt.campaigns.sign import Campaign, Clustering, Hold, Link, Ruling, Sign
from scamhunt.errors import BadIndicator, LeaseHeld, NotAllowedNow, UserError
from scamhunt.model import SYSTEM, Actor, Event, Kind, Role, State
from scamhunt.observed import Finding, Liveness
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.settings import Depth, Settings
from scamhunt.store import CampaignView, CandidateView, EventView, OutcomeView, PacketView, Store
from scamhunt.store import campaigns as kept

LEASE, READ, JOINED = "campaigns", "campaigns:looks", "campaigns:joined"
"""Who is at it; up to which look signs were read; up to which row of the log candidates were joined, by which lists."""
TAKE_PART = (State.NEW, State.WATCHED, State.CONFIRMED, State.CLOSED)
"""What nobody dismissed."""
MOVES = (
    *("candidate.found", "candidate.confirm", "candidate.dismiss", "candidate.watch", "candidate.reopen"),
    *("candidate.close", "candidate.return", "ruling.cut", "ruling.add", "ruling.end", "evidence.acquire"),
)
"""What makes it worth joining them anew."""
LOOKS_AT_ONCE, OFFICIAL_LOOKS, SHOWN = 100, 5, 200
MOST_NAMED = 500
"""Candidates that an event names; of more it tells how many."""
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A campaign with all that an analyst asks of it."""

    campaign: CampaignView
    members: Sequence[CandidateView]
    links: Sequence[Link]
    holds: Sequence[Hold]
    """The single links without which it falls apart."""
    signs: Sequence[Sign]
    """Those in its links."""
    frequency: dict[tuple[str, str], int]
    history: Sequence[EventView]
    rulings: Sequence[Ruling]
    packets: Sequence[PacketView]
    outcomes: Sequence[OutcomeView]


# --- keep up to date --------------------------------------------------------------------------------------------------


def refresh(store: Store, settings: Settings, progress: Progress = lambda _what, _done: None) -> Changes | None:
    """Read the signs of new looks and join candidates anew; return what changed, None when nothing could have.

    Raises `LeaseHeld` when another process is at it, and `StoreError`.
    """
    lists = reference.digest_of_lists(settings)
    if not _is_worth_it(store, lists):
        return None
    with store.lease(LEASE):
        packs = reference.brands(settings)
        _read_signs(store, packs, progress)
        return _join(store, packs, reference.protected(settings, packs), lists)


def refreshed(store: Store, settings: Settings) -> None:
    """Do the same before somebody looks; where another process is at it, what stands there has to do."""
    try:
        refresh(store, settings)
    except LeaseHeld:
        return


def _is_worth_it(store: Store, lists: str) -> bool:
    joined, _, by = store.mark(JOINED).partition(" ")
    return by != lists or store.happened_since(int(joined), MOVES)


def _read_signs(store: Store, packs: Brands, progress: Progress) -> None:
    words = tuple(dict.fromkeys(word for brand in packs.by_id.values() for word in (brand.id, brand.name.lower())))
    while True:
        last = store.mark(READ)
        page = store.unread_looks(int(last or 0), limit=LOOKS_AT_ONCE)
        if not page:
            return
        found: list[Sign] = []
        for look, case, target, kind in page:
            candidate = store.candidate(str(case)) if kind is Kind.PHONE else None
            role = candidate.role if candidate and candidate.role else Role.UNKNOWN
            found += read.signs_of(case, target, kind, store.findings(look), look, role=role, brand_words=words)
        with store.acting(SYSTEM) as desk:
            kept.keep(desk, found)
            desk.move_mark(READ, last, str(page[-1][0]))
        progress("looks", len(page))


def _join(store: Store, packs: Brands, protected: Protected, lists: str) -> Changes:
    clustering = joined(store, packs, protected)
    with store.acting(SYSTEM) as desk:
        before = kept.members(desk.connection)
        found = changes.changes(before, clustering.campaigns)
        after = {case: one.id for one in clustering.campaigns for case in one.members}
        kept.move(desk, after, found.gone)
        desk.log(*_events(found))
        desk.move_mark(JOINED, desk.mark(JOINED), f"{desk.log_head().seq} {lists}")
        return found


def joined(store: Store, packs: Brands, protected: Protected, near: Sequence[int] | None = None) -> Clustering:
    """Join all candidates that take part by what they show now; with `near` only what these show themselves counts."""
    mine = own.own_signs(packs.by_id.values(), official(store, packs))
    with store.signs(TAKE_PART, near) as found:
        signs = [one for one in found if not is_protected(protected, one)]
    return linking.cluster(signs, own=mine, rulings=store.rulings())


def official(store: Store, packs: Brands) -> Iterator[tuple[str, Sequence[Finding]]]:
    """Yield what looks at the brands' own pages found."""
    for subject in store.looked_subjects():
        brand = packs.owners.get(subject)
        for one in store.looks(subject=subject, limit=OFFICIAL_LOOKS):
            if brand and one.depth == Depth.PAGES and one.liveness is Liveness.LIVE:
                yield brand, store.findings(one.id)


def is_protected(protected: Protected, sign: Sign) -> bool:
    """Say whether a sign is a protected number, or a protected host: it is somebody's whom a scammer quotes."""
    value = sign.value.rpartition("@")[2] if sign.kind == "email" else sign.value
    if sign.kind not in {"number", "form", "email"}:
        return False
    try:
        return protected.why(value) is not None
    except BadIndicator:
        return False


def _events(found: Changes) -> Iterator[Event]:
    """Yield what the log tells of campaigns: the whole course of each id can be read from it."""
    for one in found.all:
        named: dict[str, object] = {"before": list(one.before), "after": list(one.after), "count": len(one.members)}
        named["members"] = list(one.members[:MOST_NAMED])
        for campaign in sorted({*one.before, *one.after}):
            yield Event(f"campaign.{one.what}", f"campaign:{campaign}", "", named)


# --- look -------------------------------------------------------------------------------------------------------------


def listed(store: Store, settings: Settings, *, gone: bool = False, limit: int | None = 50) -> list[CampaignView]:
    """Return campaigns, the largest first."""
    refreshed(store, settings)
    return store.campaigns(gone=gone, limit=limit)


def show(store: Store, settings: Settings, campaign_id: str) -> Shown:
    """Return a campaign with what holds it together. Raises `NotFound`."""
    refreshed(store, settings)
    found = store.campaign(campaign_id)
    packs = reference.brands(settings)
    clustering = joined(store, packs, reference.protected(settings, packs), found.members)
    mine = next((one for one in clustering.campaigns if set(one.members) & set(found.members)), None)
    links = mine.links if mine else ()
    used, members = {key for link in links for key in link.signs}, set(found.members)
    with store.signs(TAKE_PART, found.members) as signs:
        theirs = [one for one in signs if one.case in members]
    mine = mine or Campaign(found.id, found.members, ())
    packets = [one for one in store.packets(limit=None) if members & set(one.cases)]
    return Shown(
        found,
        [store.candidate(str(case)) for case in found.members[:SHOWN]],
        links,
        holding.holds(mine, clustering, theirs, rulings=store.rulings()),
        [one for one in theirs if (one.kind, one.value) in used],
        dict(clustering.frequency),
        store.history(f"campaign:{found.id}"),
        [one for one in store.rulings() if {one.case, one.other} & members or (one.kind, one.value) in used],
        packets,
        [each for one in packets for each in store.outcomes(packet_id=one.id)],
    )


# --- what people say of a link ----------------------------------------------------------------------------------------


def cut(store: Store, settings: Settings, who: Actor, sign: str, *, key: str = "", reason: str) -> Ruling:  # noqa: PLR0913  # what makes a cut
    """Say that a sign (`number=+18005550142`) links nobody, or not one candidate.

    Raises `UserError` for a sign that cannot be read or a missing reason, `NotFound`, `NotPermitted`.
    """
    kind, value = _sign(sign)
    with store.acting(who) as desk:
        desk.require(Permission.LINK)
        case = desk.candidate(key).id if key else None
        made = kept.rule(desk, Ruling(0, "cut", kind, value, case, reason=_reason(reason)))
    refreshed(store, settings)
    return made


def add(store: Store, settings: Settings, who: Actor, one: str, other: str, *, reason: str) -> Ruling:  # noqa: PLR0913  # both ends and why
    """Say that two candidates belong together. Raises as `cut` does."""
    with store.acting(who) as desk:
        desk.require(Permission.LINK)
        ends = sorted({desk.candidate(one).id, desk.candidate(other).id})
        if len(ends) == 1:
            raise UserError("a link needs two candidates, and this is one")
        for each in ends:
            if desk.candidate(str(each)).state not in TAKE_PART:
                raise NotAllowedNow(f"candidate {each} was dismissed: it belongs to nobody; reopen it first")
        made = kept.rule(desk, Ruling(0, "add", case=ends[0], other=ends[1], reason=_reason(reason)))
    refreshed(store, settings)
    return made


def take_back(store: Store, settings: Settings, who: Actor, ruling: int, *, reason: str) -> Ruling:
    """Take back a cut or an added link. Raises as `cut` does, and `NotAllowedNow`."""
    with store.acting(who) as desk:
        desk.require(Permission.LINK)
        ended = kept.end_ruling(desk, ruling, _reason(reason))
    refreshed(store, settings)
    return ended


def rulings(store: Store, *, ended: bool = False) -> list[Ruling]:
    """Return what people said of links, the oldest first."""
    return store.rulings(ended=ended)


def _sign(text: str) -> tuple[str, str]:
    kind, found, value = text.partition("=")
    known = ", ".join(sorted(kinds.KINDS))
    if not found or kind.strip() not in kinds.KINDS:
        raise UserError(f"{text[:60]!a} is no sign; write KIND=VALUE as `campaigns show` prints it; kinds: {known}")
    plain = read.normalised(kind.strip(), value.strip())
    if not plain:
        raise UserError(f"{value[:60]!a} is no value of a {kind.strip()}; copy it from `campaigns show`")
    return kind.strip(), plain


def _reason(text: str) -> str:
    if not text.strip():
        raise UserError("a link is cut or added for a reason: say what you know with --reason")
    return text.strip()
