"""Campaigns as lists, scripts and pictures have them. Part of `desk.py`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from scamhunt.campaigns import picture
from scamhunt.campaigns.sign import Ruling
from scamhunt.desk_campaigns import Shown
from scamhunt.store import CampaignView, Store

COURSE = ("before", "after", "count")
FIRST = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign in a list."""

    id: str
    cases: int
    """Members that a person confirmed."""
    members: int
    brands: Sequence[str]
    indicators: Sequence[str]
    """The first members."""
    formed_at: datetime
    gone_at: datetime | None
    successors: Sequence[str]


@dataclass(frozen=True, slots=True)
class RulingRow:
    """What a person said of a link, in words."""

    id: int
    act: str
    what: str
    case: int | None
    reason: str
    actor: str
    at: datetime | None


def row(store: Store, one: CampaignView) -> Row:
    """Return a campaign as a list has it."""
    names = store.targets(one.members[:FIRST])
    first = [names[case] for case in one.members[:FIRST]]
    return Row(one.id, one.cases, len(one.members), one.brands, first, one.formed_at, one.gone_at, one.successors)


def ruling_row(store: Store, one: Ruling) -> RulingRow:
    """Return what a person said of a link, in words."""
    names = store.targets([case for case in (one.case, one.other) if case is not None])
    if one.act == "cut":
        only = f" for {names.get(one.case or 0, one.case)}" if one.case is not None else ""
        what = f"{one.kind}={one.value}{only}"
    else:
        what = " and ".join(str(names.get(case or 0, case)) for case in (one.case, one.other))
    return RulingRow(one.id, one.act, what, one.case, one.reason, one.actor, one.at)


def told(store: Store, found: Shown) -> dict[str, object]:
    """Return all of a campaign for a script: `id`, `members`, `links`, `holds`, `signs`, `history`, and more."""
    head = asdict(row(store, found.campaign))
    proofs = [
        {"case": one.case, "kind": one.kind, "value": one.value, "first_at": one.first_at, "last_at": one.last_at}
        | {"evidence": one.evidence, "look": one.look, "cases": found.frequency.get((one.kind, one.value), 1)}
        for one in found.signs
    ]
    candidates = [
        {"id": one.id, "indicator": one.indicator, "kind": one.kind, "brand": one.brand, "state": one.state}
        for one in found.members
    ]
    return head | {
        "members": candidates,
        "links": [asdict(one) for one in found.links],
        "holds": [asdict(one) for one in found.holds],
        "signs": proofs,
        "rulings": [asdict(ruling_row(store, one)) for one in found.rulings],
        "packets": [asdict(one) for one in found.packets],
        "outcomes": [asdict(one) for one in found.outcomes],
        "history": [
            {"at": one.at, "actor": one.actor, "act": one.act, **{name: one.detail.get(name) for name in COURSE}}
            for one in found.history
        ],
    }


def drawn(found: Shown) -> str:
    """Return the graph of a campaign as SVG."""
    alone = {(one.kind, one.value) for one in found.holds}
    nodes = [picture.Node(str(one.id), picture.shown(one.indicator, one.kind), one.kind.value) for one in found.members]
    signs = sorted({key for link in found.links for key in link.signs})
    nodes += [picture.Node(f"{kind}={value}", f"{kind} {value}", "sign") for kind, value in signs]
    edges = {
        picture.Edge(str(case), f"{kind}={value}", "", link.weight, (kind, value) in alone)
        for link in found.links
        for case in (link.one, link.other)
        for kind, value in link.signs
    }
    return picture.svg(nodes, sorted(edges, key=lambda one: (one.one, one.other)), f"Campaign {found.campaign.id}")
