"""What a look means for the reports on its target: gone, held by the registry, back. Part of `pipeline.py`.

Only what we observe says that something is down, and no mail does. It is said in the transaction that closes the case.
"""

from collections.abc import Sequence
from datetime import datetime

from scamhunt import desk_drafts
from scamhunt.model import ReportState
from scamhunt.observed import Liveness
from scamhunt.score.liveness import Observed, Standing
from scamhunt.store import Acting, LookView, ReportView, Store, WatchView
from scamhunt.takedown import steps
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.steps import TABLE, Step
from scamhunt.triage import Act

OF_NAMES = frozenset({RecipientKind.REGISTRAR, RecipientKind.REGISTRY})
"""They can take a name out of the DNS."""
HELD_WEIGHT = 2
"""Of an observation with the registry's own word."""


def see_gone(desk: Acting, candidate_id: int, standing: Standing, looks: Sequence[tuple[datetime, Liveness]]) -> None:
    """Take every report on a target that is gone to `verified_down`, with when it went.

    `looks` are when earlier looks were, the one at hand included, and what each told.
    """
    moments = {"content_down_at": standing.since, "dns_hold_at": _held_since(standing, looks)}
    _all_down(desk, candidate_id, standing.why, moments)


def catch_up(desk: Acting, candidate_id: int, watch: WatchView) -> int:
    """Do the same for reports that went out, or were let go by a hold, while their target was gone already.

    Only where the log says that looks closed the case: a row that somebody wrote says nothing.
    """
    closed = desk.decision_on(candidate_id)
    if closed is None or closed.act != f"candidate.{Act.CLOSE}":
        return 0
    why = f"down since {watch.since:%Y-%m-%d %H:%M} UTC"
    return _all_down(desk, candidate_id, why, {"content_down_at": watch.since})


def _all_down(desk: Acting, candidate_id: int, why: str, moments: dict[str, datetime | None]) -> int:
    down = [one for one in desk.reports_of(candidate_id, tuple(TABLE[Step.SEE_DOWN])) if one.purpose not in AFTERWARDS]
    for one in down:
        known = {name: getattr(one, name) or at for name, at in moments.items()}
        desk.step(one, Step.SEE_DOWN, reason=why, changes=known | {"verified_at": desk.now})
    return len(down)


def _held_since(standing: Standing, looks: Sequence[tuple[datetime, Liveness]]) -> datetime | None:
    last = standing.last_live
    held = (at for at, told in looks if told is Liveness.SUSPENDED and (last is None or at > last))
    return min(held, default=None)


def see_hold(desk: Acting, candidate_id: int, seen: Observed) -> None:
    """Take the reports to registrar and registry to `actioned` where the registry itself says that the name is held."""
    if seen.liveness is not Liveness.SUSPENDED or seen.weight < HELD_WEIGHT:
        return
    for one in desk.reports_of(candidate_id, (*steps.ASKED, ReportState.UNKNOWN)):
        if one.kind in OF_NAMES and one.purpose not in AFTERWARDS:
            changes = {"dns_hold_at": one.dns_hold_at or seen.at}
            desk.step(one, Step.SEE_ACTION, reason="the registry says that the name is held", changes=changes)


def see_back(store: Store, desk: Acting, candidate_id: int, at: datetime, why: str) -> None:
    """Take every report on a target that is back to `relapsed`; what was to close them is not sent any more."""
    for one in desk.reports_of(candidate_id, (ReportState.VERIFIED_DOWN,)):
        desk.step(one, Step.SEE_BACK, reason=why, changes={"recovered_at": at})
    for one in desk.reports_of(candidate_id, steps.UNSENT):
        if one.purpose == "closure" and one.handed_at is None:
            desk.void_approvals(one.id, why)
            desk.step(one, Step.WITHDRAW, reason=why)
            desk_drafts.remove(store.home, one)


def looks_of(before: Sequence[LookView], seen: Observed) -> list[tuple[datetime, Liveness]]:
    """Return when each look was and what it told."""
    return [*((one.ended, one.liveness) for one in before), (seen.at, seen.liveness)]


def still_out(store: Store, candidate_id: int) -> list[ReportView]:
    """Return the reports on a target that would be taken to `verified_down`."""
    found = store.reports_of(candidate_id, tuple(TABLE[Step.SEE_DOWN]))
    return [one for one in found if one.purpose not in AFTERWARDS]
