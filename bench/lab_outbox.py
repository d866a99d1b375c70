"""Approved reports that wait in the outbox, made as people would make them, without rendering a text."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from pydantic import SecretStr

from scamhunt import desk
from scamhunt.model import Actor, Kind, Match, Reason, Role
from scamhunt.settings import Settings
from scamhunt.store import Body, Found, Gathered, ReportDraft, ReportView, Store
from scamhunt.takedown.steps import Step

ANN, BOB = Actor("ann", "os_user"), Actor("bob", "os_user")
FROM, DESK = "reports@lab.example", "abuse@registrar.example"
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'


def lab_settings(folder: Path, smtp_url: str, database_url: str = "", **more: object) -> Settings:
    """Return the settings of a team that sends by a server on loopback, as fast as it can."""
    (folder / "pack.toml").write_text(PACK)
    knobs: dict[str, object] = {"recipient_a_minute": 10**6, "recipient_a_day": 10**6, "cancel_minutes": 0} | more
    return Settings(
        home=folder / "home",
        overlay=folder / "overlay",
        brands=(folder / "pack.toml",),
        fetch_allow_nets=(ip_network("127.0.0.0/8"),),
        smtp_url=SecretStr(smtp_url),
        database_url=SecretStr(database_url),
        sending=True,
        reporter_org="Lab",
        reporter_email=FROM,
        **knobs,  # type: ignore[arg-type]  # the caller names settings that there are
    )


def candidates(store: Store, targets: Sequence[str], kind: Kind = Kind.DOMAIN) -> None:
    """Store candidates and confirm them."""
    reading = store.begin_reading(
        Body("nrd_list", f"/feeds/{targets[0]}", targets[0].encode().hex()[:60], 1, "archive")
    )
    role = Role.UNKNOWN if kind is Kind.PHONE else None
    reasons = (Reason("exact", 3.5, "has the word amazon"),)
    found = [
        Found(Match(at, target, target, "amazon", 0.9, reasons), kind, at, role=role)
        for at, target in enumerate(targets, 1)
    ]
    store.save_batch(reading, Gathered(f"line {len(found)}", len(found), 0, (), found))
    for target in targets:
        desk.decide(store, ANN, target, "confirm", "asks for a password")


def mail_of(number: int, recipient: str = DESK) -> bytes:
    """Return the bytes of a report."""
    lines = (
        f"From: {FROM}",
        f"To: {recipient}",
        f"Message-ID: <{number}@lab.example>",
        "Subject: abuse",
        "",
        ".",
        "end",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def queued(store: Store, targets: Sequence[str], kind: Kind = Kind.DOMAIN, recipient: str = DESK) -> list[ReportView]:
    """Return a queued report on each target: drafted by one person, approved by another."""
    candidates(store, targets, kind)
    numbers = [store.candidate(target).id for target in targets]
    frozen = {number: store.keep_outbox(mail_of(number, recipient)) for number in numbers}
    with store.acting(ANN) as acting:
        reviewed = []
        for number in numbers:
            role, about = ("traceback", "caller_id") if kind is Kind.PHONE else ("registrar", "phishing")
            draft = ReportDraft(number, role, recipient, about, about, authors=(ANN.name,))
            changes = {"sha256": frozen[number], "message_id": f"<{number}@lab.example>", "frozen_at": acting.now}
            reviewed.append(acting.step(acting.save_report(draft), Step.REVIEW, changes=changes))
    with store.acting(BOB) as acting:
        approved = []
        for report in reviewed:
            given = acting.approve(report, accepted=(), alone=False, counts=True, hours=24)
            detail: dict[str, object] = {"sha256": report.sha256, "recipient": recipient, "accepted": []}
            detail |= {"approval": given.id, "until": given.until.isoformat()}
            approved.append(acting.step(report, Step.APPROVE, detail=detail))
    with store.acting(ANN) as acting:
        due = acting.now - timedelta(seconds=1)
        return [acting.step(report, Step.QUEUE, changes={"due_at": due}) for report in approved]
