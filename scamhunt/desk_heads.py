"""Note the head of the log outside: signed, in a file and by mail. Part of `desk.py`.

What whoever owns the database cannot change is what shows later that he changed it. Noting is no act on a thing and
leaves no event: else the log would grow by being noted, and be noted for having grown.

The mail goes out while `SCAMHUNT_SENDING` is off too: that switch is for reports to strangers, and this is one to the
team's own auditor, whom a setting of its own names.
"""

import contextlib
import email.policy
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from scamhunt import log_heads
from scamhunt.access import Permission
from scamhunt.desk_audit import read_head, written
from scamhunt.errors import LeaseHeld, OutsideError, Refused, ScamhuntError, UserError, worst
from scamhunt.mail import sending
from scamhunt.mail.sending import Interrupted
from scamhunt.model import Actor
from scamhunt.referral import seal
from scamhunt.settings import Settings
from scamhunt.store import Broken, Head, Store, logs_refusals

LEASE = "audit note"
WALKED, WARNED = "audit walked", "audit warned"
"""Marks: the day on which the whole log was walked last; of which break the auditor was told, and on which day."""
HEAD_MAIL = """The head of the log of scamhunt, signed:

{line}

Keep this line where nobody of the team may change it. With the lines that were
kept any edit, deletion or insertion in the log, a cut and a new chain are found:

    scamhunt audit verify --head-file FILE

It is signed with the key {fingerprint}
"""
BROKEN_MAIL = """THE LOG OF SCAMHUNT DOES NOT HOLD at row {seq}:
{why}

Nothing was noted. Keep what is there, look into it, and compare it with the
lines that you kept: scamhunt audit verify --head-file FILE
"""


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of noting the head."""

    head: Head
    """The last row that holds."""
    line: str
    """The signed line; empty where the log does not hold."""
    key: str
    """Who signs: the public key as OpenSSH writes it."""
    fingerprint: str
    broken: Broken | None
    places: Sequence[str] = ()
    """Where it was noted, in words."""
    problems: Sequence[str] = ()
    """Where it could not be noted, and why; tried again at the next turn."""
    code: int = 0

    @property
    def exit_code(self) -> int:
        """3 for a log that does not hold or a place that failed, 5 for one that a rule refuses."""
        return worst([self.code, OutsideError.exit_code if self.broken else 0])

    def told(self) -> str:
        """Return one line for a log."""
        holds = f"the log holds up to row {self.head.seq:,}"
        if self.broken:
            holds = f"THE LOG DOES NOT HOLD at row {self.broken.seq}: {self.broken.why}; nothing was noted"
        return "; ".join([holds, *self.places, *self.problems])


def note(store: Store, settings: Settings, who: Actor) -> Noted:
    """Verify the whole log and note its head now: the file gets a line, the auditor one mail a day.

    Raises `NotPermitted`, `LeaseHeld`, `StoreError`, and `Refused` for a file inside the state folder.
    """
    store.require(who, Permission.VERIFY)
    return _checked(store, settings, who)


@logs_refusals(Permission.VERIFY)
def _checked(store: Store, settings: Settings, who: Actor) -> Noted:
    del who  # a refusal is told of him
    if settings.audit_file:
        refuse_inside(settings, settings.audit_file)
    with store.lease(LEASE):
        return _noted(store, settings, whole=True, now=True)


def by_schedule(settings: Settings) -> Noted | None:
    """Note the head where the log has grown; None where there was nothing to do or another process is at it.

    Each time it is verified from what was noted last on, and once a day as a whole.
    """
    url = settings.database_url.get_secret_value()
    with Store.open(settings.home, now=settings.now, url=url) as store:
        head, today = store.log_head(), store.now().date()
        whole = store.mark(WALKED) != today.isoformat()
        if not whole and not any(one.is_due(store.mark(one.mark), head, today) for one in _places(settings)):
            return None
        with contextlib.suppress(LeaseHeld), store.lease(LEASE):
            done = _noted(store, settings, whole=whole)
            return done if done.broken or done.places or done.problems else None
    return None


def _noted(store: Store, settings: Settings, *, whole: bool, now: bool = False) -> Noted:
    """Verify and note; a log that does not hold is told instead. With `now` the file gets a line however it grew."""
    places, today = _places(settings), store.now().date()
    before = [one for place in places if (one := _last(store.mark(place.mark)))]
    first = 1 if whole or not before else max(1, min(one.seq for one in before))
    walked, key = store.walk_log(before, first=first), seal.key(store.home)
    if walked.broken:
        return _warned(store, settings, Noted(walked.head, "", key.line, key.fingerprint, walked.broken))
    if whole:
        _move(store, WALKED, today.isoformat())
    line = log_heads.written(key, store.now(), walked.head.seq, walked.head.hash)
    done, problems, codes = list[str](), list[str](), list[int]()
    for place in places:
        if not (now and place.often) and not place.is_due(store.mark(place.mark), walked.head, today):
            continue
        try:
            place.take(store.now(), line, key.fingerprint)
            _move(store, place.mark, f"{today.isoformat()} {written(walked.head)}")
            done.append(f"noted in {place.name}")
        except ScamhuntError as error:
            problems.append(f"not noted in {place.name}: {error}")
            codes.append(max(error.exit_code, OutsideError.exit_code))
    return Noted(walked.head, line, key.line, key.fingerprint, None, done, problems, worst(codes))


def _warned(store: Store, settings: Settings, found: Noted) -> Noted:
    """Tell the auditor that the log does not hold: once a day for the same row."""
    if found.broken is None or not settings.audit_mail:
        return found
    told = f"{store.now().date().isoformat()} {found.broken.seq}"
    if store.mark(WARNED) == told:
        return found
    text = BROKEN_MAIL.format(seq=found.broken.seq, why=found.broken.why)
    try:
        _send(settings, store.now(), "THE LOG DOES NOT HOLD", text)
    except ScamhuntError as error:
        problem = f"the auditor was not told: {error}"
        return Noted(found.head, "", found.key, found.fingerprint, found.broken, (), [problem], found.exit_code)
    _move(store, WARNED, told)
    said = [f"told {settings.audit_mail}"]
    return Noted(found.head, "", found.key, found.fingerprint, found.broken, said)


def _move(store: Store, mark: str, to: str) -> None:
    before = store.mark(mark)
    if before != to:
        store.move_mark(mark, before, to)


def _last(mark: str) -> Head | None:
    """Return the head that was noted last, None for none, or for a mark in which somebody put something else."""
    with contextlib.suppress(UserError):
        return read_head(mark.rpartition(" ")[2]) if mark else None
    return None


# --- where it is noted ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """A file to which a line is appended; it may be another user's, and open for appending only."""

    settings: Settings
    path: Path
    often: bool = True

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def mark(self) -> str:
        return f"audit file {self.path}"

    def is_due(self, mark: str, head: Head, _today: date) -> bool:
        return head.seq > 0 and _last(mark) != head

    def take(self, _now: datetime, line: str, _fingerprint: str) -> None:
        """Append a line. Raises `Refused` for a file inside the state folder, `OutsideError` for what the disk says."""
        refuse_inside(self.settings, self.path)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(self.path, flags, 0o640)
            with contextlib.closing(os.fdopen(descriptor, "wb", buffering=0)) as out:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise OutsideError("is no file; name one")
                body = (line + "\n").encode() if self._ends_whole() else f"\n{line}\n".encode()
                if out.write(body) != len(body):
                    raise OutsideError("took only a part of the line: make room on its disk")
                os.fsync(descriptor)
        except OSError as error:
            raise OutsideError(f"{error.strerror or error}; let this user append to it") from None

    def _ends_whole(self) -> bool:
        """Say whether the last line is whole: not where a full disk cut it, nor where this user may not read."""
        with contextlib.suppress(OSError), self.path.open("rb") as before:
            if before.seek(0, os.SEEK_END) == 0:
                return True
            before.seek(-1, os.SEEK_END)
            return before.read(1) == b"\n"
        return False


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mailbox that gets a mail a day."""

    settings: Settings
    to: str
    often: bool = False

    @property
    def name(self) -> str:
        return f"a mail to {self.to}"

    @property
    def mark(self) -> str:
        return f"audit mail {self.to}"

    def is_due(self, mark: str, head: Head, today: date) -> bool:
        return head.seq > 0 and _last(mark) != head and mark.partition(" ")[0] != today.isoformat()

    def take(self, now: datetime, line: str, fingerprint: str) -> None:
        """Send it. Raises `ScamhuntError` with why it was not taken."""
        subject = f"head of the log: {line.rpartition(' ')[2].partition(':')[0]}"
        _send(self.settings, now, subject, HEAD_MAIL.format(line=line, fingerprint=fingerprint))


def _places(settings: Settings) -> list[_File | _Mail]:
    file = [_File(settings, settings.audit_file)] if settings.audit_file else []
    return [*file, *([_Mail(settings, settings.audit_mail)] if settings.audit_mail else [])]


def is_set(settings: Settings) -> bool:
    """Say whether there is a place where the head is noted."""
    return bool(_places(settings))


def refuse_inside(settings: Settings, file: Path) -> None:
    """Raise `Refused` for a file in the state folder: whoever may change the log could change it too."""
    try:
        inside = file.resolve().is_relative_to(settings.home.resolve())
    except (OSError, RuntimeError):
        inside = False  # a loop of links: opening it says so
    if inside:
        raise Refused(
            f"SCAMHUNT_AUDIT_FILE is refused: {file} lies in the state folder, where whoever changes the log changes "
            "it too; name a file elsewhere, best one of another user"
        )


def file_standing(settings: Settings) -> tuple[str, str, bool]:
    """Return in words where the head is noted, what to do about it if it is not well, and whether nothing works."""
    file = settings.audit_file
    if file is None:
        return "none is set: keep the head of the log elsewhere by hand, or set SCAMHUNT_AUDIT_FILE", "", False
    try:
        refuse_inside(settings, file)
        owner = file.stat().st_uid
        same = owner == (settings.home.stat().st_uid if settings.home.exists() else os.geteuid())
    except Refused as error:
        return str(error), "name a file outside the state folder", True
    except FileNotFoundError:
        same = True
    except OSError as error:
        return f"{file}: {error.strerror}", "let this user append to it", True
    if file.exists() and not os.access(file, os.W_OK):
        return f"{file}: cannot be appended to", "let this user append to it", True
    why = (
        "it is of the user of the state folder, who may change both: it proves less; give it to another user"
        if same
        else ""
    )
    return f"{file}", why, False


def _send(settings: Settings, now: datetime, subject: str, text: str) -> None:
    """Mail the auditor. Raises `UserError` for what is not set, `OutsideError` where the mail was not taken."""
    sender = settings.reporter_email
    if not sender:
        raise UserError("SCAMHUNT_REPORTER_EMAIL is not set: nobody to send it from")
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, settings.audit_mail, f"[scamhunt] {subject}"
    mail["Date"], mail["Message-ID"] = format_datetime(now), make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    mail.set_content(text, cte="7bit")
    try:
        said = sending.deliver(settings, mail.as_bytes(), sender=sender, recipient=settings.audit_mail)
    except Interrupted as stop:
        raise stop.by from None
    if said.outcome != sending.SENT:  # unknown too: a second mail does no harm, none at all would
        raise OutsideError(f"at step {said.step}: {said.answer}; it is tried again")
