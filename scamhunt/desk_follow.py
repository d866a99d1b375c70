"""A second message about a report that is out: it is withdrawn, or closed because the content is gone.

Part of `desk.py` and of `track.py`. Whoever got a report gets word of it once: what reminds or escalates at the same
desk belongs to the same ticket there.
"""

import email
import email.policy
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from scamhunt import desk_drafts, reference
from scamhunt.access import Permission
from scamhunt.errors import NotAllowedNow, Refused, UserError
from scamhunt.material import Material
from scamhunt.model import Actor, Channel, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Acting, ReportDraft, ReportView, Store
from scamhunt.takedown import steps
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.steps import Step

WITHDRAWAL, CLOSURE = "withdrawal", "closure"


def withdraw_drafts(store: Store, desk: Acting, candidate_id: int) -> None:
    """Take the unsent reports on what is no longer a case away, so that nobody sends one by mistake."""
    unsent_yet = desk.reports_of(candidate_id, steps.UNSENT)
    for unsent in [one for one in unsent_yet if one.handed_at is None and one.purpose not in AFTERWARDS]:
        desk.void_approvals(unsent.id, "its candidate is no longer confirmed")
        desk.step(unsent, Step.WITHDRAW, reason="its candidate is no longer confirmed")
        desk_drafts.remove(store.home, unsent)


def withdraw(store: Store, settings: Settings, who: Actor, report_id: int, reason: str) -> ReportView:
    """Take a report back: an unsent one goes nowhere, of one that is out a withdrawal to its recipient is drafted.

    The withdrawal is approved and sent as any report. Returns what was taken back or drafted. Raises `NotFound`,
    `NotAllowedNow`, `UserError`, `Refused`.
    """
    view = store.report(report_id)
    store.require(who, Permission.DRAFT)
    if not reason.strip():
        raise UserError("say why with --reason: the recipient and the log get it")
    refuse_handed_out(view)
    never_out = view.state is ReportState.HELD and view.held_from not in steps.OUT
    if view.state in steps.UNSENT or never_out:
        with store.acting(who) as desk:
            desk.require(Permission.DRAFT)
            desk.void_approvals(view.id, "withdrawn")
            taken = desk.step(view, Step.RETRACT if never_out else Step.WITHDRAW, reason=reason.strip())
        desk_drafts.remove(store.home, view)
        return taken
    if view.state is ReportState.UNKNOWN:
        raise NotAllowedNow(
            f"nobody knows whether report {view.id} was taken: find out and record it first: scamhunt reports record "
            f"{view.id} --state sent, or --state failed"
        )
    if view.purpose in AFTERWARDS:
        raise NotAllowedNow(f"report {view.id} takes another one back, or closes it: it is not withdrawn itself")
    if view.state not in {*steps.OUT, ReportState.HELD}:
        raise NotAllowedNow(f"report {view.id} is {view.state}: wait until it is known what became of it")
    material = Material.of(settings, reference.brands(settings))
    return follow_up(store, material, who, view, purpose=WITHDRAWAL, reason=reason.strip())


def follow_up(  # noqa: PLR0913  # what a second message is made of
    store: Store, material: Material, who: Actor, view: ReportView, *, purpose: str, reason: str
) -> ReportView:
    """Draft a message about a report that is out, to whoever got it. Raises `NotAllowedNow` where it is out already."""
    fields = _about(store, view, reason)
    draft = ReportDraft(
        view.candidate_id,
        view.kind,
        view.recipient,
        purpose,
        purpose,
        fields=fields,
        channel=view.channel,
        desk=view.desk,
        vouched=view.vouched,
        authors=(who.name,),
        parent_id=view.id,
    )
    planned = replace(
        view,
        state=ReportState.DRAFT,
        sha256="",
        purpose=purpose,
        template=purpose,
        fields=fields,
        note="",
        parent_id=view.id,
    )
    content = desk_drafts.as_draft(desk_drafts.rendered(store, material, planned), material.settings)
    with store.acting(who) as desk:
        desk.require(Permission.DRAFT)
        before = desk.draft_of(draft)
        if before is not None:
            refuse_out(before)
            desk.void_approvals(before.id, "it was drafted anew")
            draft = replace(draft, authors=with_author(before.authors, who.name), note=before.note)
        made = desk.save_report(draft)
        desk_drafts.write(store.home / desk_drafts.file_of(made), content)
    return made


def _about(store: Store, view: ReportView, reason: str) -> dict[str, str]:
    """Return what the second message says of the first."""
    return {
        "about": view.message_id,
        "about_sent": view.sent_at.isoformat() if view.sent_at else "",
        "about_subject": _subject(store, view),
        "about_ticket": view.ticket,
        "why": reason,
    }


def _subject(store: Store, view: ReportView) -> str:
    with suppress(Refused, UserError, OSError):
        if view.sha256 and view.channel is Channel.EMAIL:
            mail = email.message_from_bytes(store.outbox(view.sha256), policy=email.policy.default)
            return str(mail["Subject"]).strip()
    return ""


def with_author(authors: Iterable[str], name: str) -> tuple[str, ...]:
    """Return who wrote something, with one more: an author stays one, whoever drafts it anew."""
    return tuple(dict.fromkeys((*authors, name)))


def refuse_out(view: ReportView) -> None:
    """Raise `NotAllowedNow` for a report that is out, or on its way: it is not drafted over."""
    refuse_handed_out(view)
    if view.state not in steps.TABLE[Step.DRAFT]:
        raise NotAllowedNow(
            f"report {view.id} to {view.recipient} is {view.state}: it is not drafted anew; see scamhunt reports show "
            f"{view.id}"
        )


def refuse_handed_out(view: ReportView) -> None:
    """Raise `NotAllowedNow` for bytes that a person has as a file: he may have sent them."""
    if is_handed_out(view):
        raise NotAllowedNow(
            f"report {view.id} was handed out as a file: say first what became of it: "
            f"scamhunt reports record {view.id} --state sent, or --state failed"
        )


def is_handed_out(view: ReportView) -> bool:
    """Say whether a person has the bytes of a report as a file, and nobody said what became of it."""
    return view.handed_at is not None and view.state in {ReportState.APPROVED, ReportState.FAILED}
