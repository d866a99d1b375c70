"""How a report reads: the case, its recipient, what people said, and the bytes that come of it. Part of `desk.py`."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from scamhunt import desk_cases, files
from scamhunt.errors import BadIndicator, NotAllowedNow, NotFound, ProtectedTarget, Refused
from scamhunt.indicators import domain, phone
from scamhunt.material import Material
from scamhunt.model import Brand, Channel, Kind, ReportState, State
from scamhunt.settings import Settings
from scamhunt.store import Acting, CandidateView, EventView, ReportView, Store
from scamhunt.takedown import desks, forms, message, payloads, recipients
from scamhunt.takedown.case import Case, Desk, Draft, Earlier, Missing, Recipient, Said
from scamhunt.takedown.roles import AFTERWARDS, refuse_case
from scamhunt.takedown.site import Proof
from scamhunt.takedown.steps import OUT
from scamhunt.triage import LOGGED, Act

CONFIRM = f"candidate.{Act.CONFIRM}"
MOST_EARLIER = 50
"""Reports of one family, from the first to its escalations, that an escalation looks through."""
TYPED = ("observed", "observer", "observed_at")
"""Keys of a report's fields that are not what a person typed into a field of that name."""
ATTACHED = 15_000_000
"""Bytes of evidence that go with a mail at most (XARF 4.2)."""
OVERRIDDEN = Missing("override", "the target is protected, and two people let it through")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A draft and what it was made from."""

    case: Case
    recipient: Recipient | None
    said: Said
    draft: Draft


@dataclass(frozen=True, slots=True)
class Final:
    """The bytes of a report as they go out, and the Message-ID in them."""

    body: bytes = field(repr=False)
    message_id: str = ""


# --- what it is made from ---------------------------------------------------------------------------------------------


def case_of(store: Store, material: Material, candidate: CandidateView) -> Case:
    """Return all that is known of a candidate. Raises `UserError` for a brand that has left the packs."""
    return _with_looks(store, material, candidate, case_of_name(material, candidate))


def _with_looks(store: Store, material: Material, candidate: CandidateView, case: Case) -> Case:
    if candidate.kind is Kind.PHONE:
        case = material.about_number(case, store.number_sightings(candidate.indicator))
    related = desk_cases.related_of(store, candidate, material.protected)
    return replace(case, site=desk_cases.site_of(store, candidate, material.settings), related=related)


def case_of_name(material: Material, candidate: CandidateView, brand: Brand | None = None) -> Case:
    """Return what a sweep knows of a candidate, without looks. Raises `UserError` for a brand that left the packs."""
    return Case(
        indicator=candidate.indicator,
        kind=candidate.kind,
        brand=brand or material.brand(candidate.brand),
        score=candidate.score,
        reasons=candidate.reasons,
        first_seen=candidate.first_seen,
        last_seen=candidate.last_seen,
        feeds=candidate.feeds,
        state=candidate.state,
    )


def chosen(case: Case, listed: Sequence[Desk], kind: str) -> Recipient | None:
    """Return who is asked first among those of a kind that can act on a case, None where there is nobody."""
    able = [one for one in recipients.find(case, listed) if one.kind == kind]
    return next((one for one in able if one.address), able[0] if able else None)


def recipient_of(case: Case, listed: Sequence[Desk], view: ReportView) -> Recipient | None:
    """Return the recipient of a stored report, as the list and the findings have it today."""
    if not view.recipient:
        return chosen(case, listed, view.kind)
    if view.vouched:
        at = datetime.fromisoformat(str(view.vouched["at"]))
        return recipients.vouched(view.recipient, view.kind, str(view.vouched["by"]), at)
    same = (
        one for one in recipients.find(case, listed) if one.kind == view.kind and stored_name(one) == view.recipient
    )
    return next(same, None)


def stored_name(recipient: Recipient | None) -> str:
    """Return how a report's row names its recipient: by mail address, or by the desk's name."""
    if recipient is None or not recipient.address:
        return ""
    by_address = recipient.channel is Channel.EMAIL or recipient.how == "vouched"
    return recipient.address if by_address else recipient.name


def said_in(view: ReportView) -> Said:
    """Return what people said for a stored report."""
    given = {name: str(value) for name, value in view.fields.items()}
    at = given.get("observed_at", "")
    return Said(
        observed=given.get("observed", ""),
        observer=given.get("observer", ""),
        observed_at=datetime.fromisoformat(at) if at else None,
        note=view.note,
        fields={name: value for name, value in given.items() if name not in TYPED},
    )


def rendered(store: Store, material: Material, view: ReportView) -> Rendered:
    """Return a stored report as it reads today. Raises `Refused` for what the lint finds, `UserError`."""
    candidate = store.candidate(str(view.candidate_id))
    if view.purpose in AFTERWARDS:
        return _rendered_afterwards(store, material, candidate, view)
    refuse_protected(store, material, candidate.indicator, view.kind)
    case, said = case_of(store, material, candidate), said_in(view)
    if view.parent_id is not None:
        case = replace(case, earlier=earlier_of(store, view))
    recipient = recipient_of(case, material.desks, view)
    if view.recipient and recipient is None:
        raise NotAllowedNow(f"{view.recipient} is no longer a contact for this case; draft the report anew")
    draft = material.rendered(case, view.kind, recipient, said, view.purpose)
    return Rendered(case, recipient, said, cautioned(store, material, candidate, draft, view.recipient))


def _rendered_afterwards(store: Store, material: Material, candidate: CandidateView, view: ReportView) -> Rendered:
    """Return what takes a report back, or closes it: it goes to whoever got that report, whatever has changed since."""
    brand = material.brands.by_id.get(candidate.brand) or Brand(candidate.brand, candidate.brand, ())
    case = _with_looks(store, material, candidate, case_of_name(material, candidate, brand))
    recipient, said = _asked_before(material, view), said_in(view)
    draft = material.rendered(case, view.kind, recipient, said, view.purpose)
    return Rendered(case, recipient, said, draft)


def _asked_before(material: Material, view: ReportView) -> Recipient:
    listed = next((one for one in material.desks if one.name == view.desk), None)
    address = view.recipient if view.channel is Channel.EMAIL or view.vouched else listed.address if listed else ""
    return Recipient(
        kind=view.kind,
        name=view.desk or view.recipient,
        channel=view.channel,
        address=address,
        yours="You got our report.",
        source="a report of ours",
        verified_on=f"{view.sent_at or view.created_at:%Y-%m-%d}",
        how="documented" if listed else "published",
        desk=listed,
    )


def earlier_of(store: Store, view: ReportView) -> tuple[Earlier, ...]:
    """Return what went out before an escalation: its parents and what followed from the first of them, oldest first."""
    root = view
    while root.parent_id is not None:
        root = store.report(root.parent_id)
    family, at = [root], 0
    while at < len(family) and len(family) < MOST_EARLIER:
        family += store.following(family[at].id)
        at += 1
    sent = [one for one in family if one.sent_at and one.id != view.id and one.purpose not in AFTERWARDS]
    return tuple(_earlier(one) for one in sorted(sent, key=lambda one: (one.sent_at or one.created_at, one.id)))


def _earlier(one: ReportView) -> Earlier:
    proof = [f"Message-ID {one.message_id}"] if one.message_id else []
    proof += [f"the mail server said: {one.answer}"] if one.answer else []
    proof += [f"ticket {one.ticket}"] if one.ticket else []
    told = {ReportState.SENT: "no answer yet", ReportState.NO_ANSWER: "no answer"}
    since = f"{one.state.replace('_', ' ')}, {one.state_since:%Y-%m-%d %H:%M} UTC"
    became = told.get(one.state) or f"{one.held_from.replace('_', ' ') or since}"
    return Earlier(one.kind, one.desk or one.recipient, one.sent_at or one.created_at, "; ".join(proof), became)


def cautioned(store: Store, material: Material, candidate: CandidateView, draft: Draft, to: str) -> Draft:
    """Return the draft with what its approver accepts besides: a protected target, another report at the same desk."""
    protects = material.protects(candidate.indicator) is not None
    let = [OVERRIDDEN] if protects and let_through(store, candidate.indicator) is not None else []
    there = [
        one
        for one in store.reports_of(candidate.id, OUT)
        if to and (one.recipient, one.parent_id) == (to, None) and one.purpose not in {draft.abuse_type, *AFTERWARDS}
    ]
    told = [
        Missing("another", f"report {one.id} ({one.purpose}) on the same target is {one.state} there; do they agree?")
        for one in there[:1]
    ]
    return replace(draft, ticks=(*let, *told, *draft.ticks))


# --- the bytes --------------------------------------------------------------------------------------------------------


def final(store: Store, settings: Settings, made: Rendered, view: ReportView) -> Final:
    """Return the bytes of a report as they go out: a mail, a sheet for a form, or the payload of an API."""
    to = made.recipient
    if to is None:
        raise NotAllowedNow("nobody is known to send it to; name a recipient with --to")
    reporter = Material.reporter_of(settings)
    now = settings.now()
    if to.channel is Channel.EMAIL:
        identity = message.new_identity(view.token, reporter.email)
        body = message.as_eml(
            made.draft,
            made.case,
            to=to,
            reporter=reporter,
            said=made.said,
            identity=identity,
            proofs=attached(store, made.case.site.proofs),
            final=True,
            about=str(view.fields.get("about", "")),
            now=now,
        )
        return Final(body, identity.message_id)
    return Final(by_hand(made, settings))


def by_hand(made: Rendered, settings: Settings) -> bytes:
    """Return what a person hands in at a form, a portal or an API."""
    to, reporter, now = made.recipient, Material.reporter_of(settings), settings.now()
    if to is None:
        raise NotAllowedNow("nobody is known to hand it in to")
    write = payloads.payload if to.channel is Channel.API else forms.sheet
    return write(made.draft, made.case, to=to, reporter=reporter, said=made.said, now=now)


def as_draft(made: Rendered, settings: Settings) -> bytes:
    """Return a draft as a file to be read: an .eml that opens as a draft, or the sheet."""
    if made.recipient is not None and made.recipient.channel is not Channel.EMAIL:
        return by_hand(made, settings)
    reporter = Material.reporter_of(settings)
    return message.as_eml(
        made.draft, made.case, to=made.recipient, reporter=reporter, said=made.said, now=settings.now()
    )


def attached(store: Store, proofs: Sequence[Proof]) -> list[tuple[Proof, bytes]]:
    """Return the evidence that goes with a mail: pictures first, then pages, up to what XARF allows.

    Raises `EvidenceChanged` for a file that is not what it was: such a report proves nothing.
    """
    order = {"image/png": 0, "text/html": 1}
    wanted = sorted((one for one in proofs if one.media_type in order), key=lambda one: (order[one.media_type], one.id))
    taken, size = [], 0
    for proof in wanted:
        if size + proof.size <= ATTACHED // 2:
            taken.append((proof, store.evidence_file(proof.sha256).read_bytes()))
            size += proof.size
    return taken


def file_of(view: ReportView) -> str:
    """Return where the draft of a report lies, in the state folder."""
    ends = {Channel.EMAIL: "eml", Channel.API: "json"}
    return f"drafts/report-{view.id}.{ends.get(view.channel, 'txt')}"


def write(path: Path, content: bytes) -> None:
    """Write a draft whole. Raises `StoreError`."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise files.refused(path.parent, error) from None
    files.write_whole(path, lambda out: out.write(content))


def remove(home: Path, view: ReportView) -> None:
    """Take the file of a draft away, whatever its channel was. Raises `StoreError`."""
    for end in ("eml", "json", "txt"):
        path = home / f"drafts/report-{view.id}.{end}"
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise files.refused(path.parent, error) from None


# --- what a rule stops ------------------------------------------------------------------------------------------------


def refuse_protected(store: Store | Acting, material: Material, target: str, kind: str) -> None:
    """Raise `ProtectedTarget` for what is protected and was not let through, `Refused` for a tenant at a registrar."""
    try:
        material.refuse_protected(target, kind)
    except ProtectedTarget:
        if let_through(store, target) is None:
            raise


def let_through(store: Store | Acting, target: str) -> str | None:
    """Return who let a protected target through, None when it stays protected."""
    now = store.now if isinstance(store, Acting) else store.now()
    found = None
    with suppress(NotFound):
        found = store.override_of(target_of(target))
    return f"{found.asked_by} and {found.granted_by}" if found and found.holds(now) else None


def target_of(value: str) -> str:
    """Return a name or number as it is protected: registrable name, tenant or E.164; what is neither as it came."""
    with suppress(BadIndicator):
        return phone.parse(value).e164 if value.strip().startswith("+") else domain.parse(value).target
    return value.strip().lower()


def refuse_unconfirmed(desk: Acting, material: Material, candidate: CandidateView, report: ReportView) -> None:
    """Raise `NotAllowedNow` or `Refused` where the case of a report is no longer what a person confirmed."""
    case = case_of_name(material, candidate)
    if candidate.kind is Kind.PHONE:
        case = material.about_number(case, desk.number_sightings(candidate.indicator))
        refuse_case(case, report.kind, report.purpose)
    refuse_undecided(candidate, case, desk.decision_on(candidate.id))


def refuse_undecided(candidate: CandidateView, case: Case, decision: EventView | None) -> None:
    """Raise `NotAllowedNow` for what no person confirmed, `Refused` where the table says so and the log does not.

    Of a number also where its role is not the one that was confirmed.
    """
    if candidate.state is not State.CONFIRMED:
        raise NotAllowedNow(
            f"{candidate.indicator} is {candidate.state}: a person decides before a report is drafted; run: "
            f"scamhunt candidates confirm {candidate.id} --reason TEXT, or look with --preview"
        )
    if decision is None or (decision.act, decision.detail.get("target")) != (CONFIRM, candidate.indicator):
        raise Refused(
            f"the log does not say that a person confirmed {candidate.indicator}: somebody changed the database; "
            "run scamhunt db check and restore a backup"
        )
    if before := new_role(decision, case):
        raise Refused(
            f"its role changed since it was confirmed ({before}, now {case.role}): look again and confirm it again: "
            f"scamhunt candidates reopen {candidate.id} --reason TEXT, scamhunt candidates confirm {candidate.id} "
            "--reason TEXT"
        )


def new_role(decision: EventView | None, case: Case) -> str:
    """Return the role that was confirmed where it is no longer the number's, else an empty text."""
    confirmed = str(decision.detail.get("role", "")) if decision and decision.act == CONFIRM and case.role else ""
    return "" if confirmed == case.role else confirmed


def decision_on(store: Store, candidate: CandidateView) -> EventView | None:
    """Return the last decision that the log tells of, None when nobody decided yet."""
    events = store.history(f"candidate:{candidate.id}")
    return next((event for event in reversed(events) if event.act in LOGGED), None)


def refuse_unconfirmed_desk(store: Store | Acting, material: Material, name: str) -> None:
    """Raise `Refused` for a desk that is in the list no more, or that nobody of the team confirmed lately."""
    desk = next((one for one in material.desks if one.name == name), None)
    if desk is None:
        raise Refused(f"the desk {name[:60]!a} is no longer in the list; draft the report anew")
    now = store.now if isinstance(store, Acting) else store.now()
    known = store.confirmations().get(name)
    why = desks.why_unconfirmed(desk, known.at if known else None, known.content if known else "", now)
    if why:
        raise Refused(why)


def is_frozen(view: ReportView) -> bool:
    """Say whether the bytes of a report are fixed."""
    return bool(view.sha256) and view.state is not ReportState.DRAFT
