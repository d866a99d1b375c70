"""The inbox: it reads what desks answer, seals the bytes, and stores beside each report what a mail suggests.

No mail changes a report: whoever knows a Message-ID can write one. A person decides, a look observes. The folder is
opened to be read only, nothing is deleted or marked there, and no answer is ever sent.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scamhunt import sealed
from scamhunt.errors import FeedFailed, ScamhuntError, StoreError, UserError
from scamhunt.gather.seal import Seal
from scamhunt.mail import IMAP_URL, INBOX_URL, LARGEST, Mailbox, Place, read_place
from scamhunt.model import SYSTEM, Channel
from scamhunt.settings import Settings
from scamhunt.store import ReplyDraft, ReplyView, ReportView, Store
from scamhunt.takedown import replies
from scamhunt.takedown.replies import Known, Matched, Reply, ReplyKind
from scamhunt.takedown.reply_sender import registrable

NAME = "inbox"
"""Of the lease, and of the mark: where the next reading goes on."""
CUT = f"it is larger than {LARGEST // 2**20} MiB: the rest was not read"
TRIES = 3
"""So often a mail is asked for that its server does not hand out."""
NOT_HAD = f"its server did not hand it out, {TRIES} times: look into the mailbox yourself"
BROKEN = "it could not be read: what it says is not known; open it: scamhunt inbox open"
_COUNT = re.compile(r"[0-9]{1,10}")
_STANDARD = (143, 993)

Progress = Callable[[str, int], None]
"""Told before each mail; what it raises ends the reading there, and the next one goes on."""
Reader = Callable[[bytes, str], Reply]
"""Reads the bytes of a mail, given the name of our mail server."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one reading brought."""

    read: int = 0
    """Mails that are stored now and were not before: `matched` and `unmatched` together."""
    matched: int = 0
    unmatched: int = 0
    """Those that belong to no report, as far as can be told."""
    duplicate: int = 0
    """Those read before."""
    suggested: Mapping[str, int] = field(default_factory=dict)
    """How many suggest which state."""
    behind: int = 0
    """How many wait for the next reading."""
    problem: str = ""
    """Why nothing, or not all, was read."""
    exit_code: int = 0

    def told(self) -> str:
        """Return one line for a log."""
        counts = {"read": self.read, "without a report": self.unmatched, "read before": self.duplicate}
        parts = [f"{count:,} {what}" for what, count in counts.items() if count or what == "read"]
        parts += [f"{count:,} suggest {state}" for state, count in sorted(self.suggested.items())]
        parts += [f"{self.behind:,} wait"] if self.behind else []
        return "; ".join([", ".join(parts), *([self.problem] if self.problem else [])])


@dataclass(slots=True)
class _Counts:
    """What has been read so far."""

    matched: int = 0
    unmatched: int = 0
    duplicate: int = 0
    suggested: Counter[str] = field(default_factory=Counter)
    behind: int = 0

    def add(self, view: ReplyView | None) -> None:
        if view is None:
            self.duplicate += 1
            return
        self.matched += view.report_id is not None
        self.unmatched += view.report_id is None
        if view.suggests:
            self.suggested[view.suggests] += 1

    def turn(self, problem: ScamhuntError | None = None) -> Turn:
        return Turn(
            read=self.matched + self.unmatched,
            matched=self.matched,
            unmatched=self.unmatched,
            duplicate=self.duplicate,
            suggested=dict(self.suggested),
            behind=self.behind,
            problem=f"inbox: {problem}" if problem else "",
            exit_code=problem.exit_code if problem else 0,
        )


def read_plainly(raw: bytes, authserv: str) -> Reply:
    """Read a mail, as `replies.read_reply` does."""
    return replies.read_reply(raw, authserv=authserv)


def read(
    store: Store,
    settings: Settings,
    progress: Progress = lambda _what, _done: None,
    *,
    reader: Reader = read_plainly,
) -> Turn:
    """Read what came since the last time and store it, each mail in one transaction with the place where to go on.

    Nothing while `inbox_url` is not set. What fails outside, in the settings or because another run is at it, is the
    turn's `problem`: what else the clock does is not to wait for a mailbox. Raises `StoreError`.
    """
    if not settings.inbox_url.get_secret_value():
        return Turn()
    counts = _Counts()
    try:
        place = read_place(settings.inbox_url, INBOX_URL)
        _refuse_feed(place, settings)
        with store.lease(NAME):
            _read_folder(store, settings, counts, progress, reader)
    except StoreError:
        raise
    except ScamhuntError as problem:
        return counts.turn(problem)
    return counts.turn()


def _refuse_feed(place: Place, settings: Settings) -> None:
    """Raise `UserError` where both settings name the same folder: the feed would take answers for scams."""
    if not settings.imap_url.get_secret_value():
        return
    try:
        other = read_place(settings.imap_url, IMAP_URL)
    except UserError:  # it opens nothing then, and its feed says why
        return
    if _same(place) == _same(other):
        raise UserError(
            f"{INBOX_URL} and {IMAP_URL} name the same folder, {place.shown}: the feed `mailbox` would take answers "
            "for scams; let the answers go to a folder of their own"
        )


def _same(place: Place) -> tuple[str, int, str, str]:
    """Return what two addresses of one folder have in common; with and without TLS it is the same."""
    port = 0 if place.port in _STANDARD else place.port
    folder = "INBOX" if place.folder.upper() == "INBOX" else place.folder  # RFC 3501 5.1
    return place.host.lower(), port, folder, place.user.lower()


# --- one mail after the other -----------------------------------------------------------------------------------------


def _read_folder(store: Store, settings: Settings, counts: _Counts, progress: Progress, reader: Reader) -> None:
    with Mailbox.open(settings.inbox_url, settings, INBOX_URL) as box:
        place = _Mark.name_of(read_place(settings.inbox_url, INBOX_URL))
        with store.acting(SYSTEM) as desk:
            before = desk.mark(NAME)
        mark = _Mark.of(before, place)
        listed = box.new_since(mark.uidvalidity, mark.uid)
        counts.behind = len(listed.messages) + listed.behind
        for done, (uid, _size) in enumerate(listed.messages):
            progress(NAME, done)
            after = str(_Mark(place, listed.uidvalidity, uid))
            try:
                raw = box.fetch(uid)
            except FeedFailed:
                _tried(store, before, after, mark.tries if done == 0 else 0)
                raise
            if raw:
                counts.add(_stored(store, settings, raw, (before, after), reader))
            else:  # somebody took it away meanwhile
                _moved(store, before, after)
            before = after
            counts.behind -= 1


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a reading goes on. Of another mailbox all is new, whatever the number of its UIDs."""

    place: str
    uidvalidity: int
    uid: int
    tries: int = 0
    """How often the mail after it could not be had."""

    def __str__(self) -> str:
        return f"{self.place}:{self.uidvalidity}:{self.uid}" + (f":{self.tries}" if self.tries else "")

    @staticmethod
    def name_of(place: Place) -> str:
        """Return what tells a mailbox from others and does not name its user."""
        return hashlib.sha256("\0".join(map(str, _same(place))).encode()).hexdigest()[:16]

    @classmethod
    def of(cls, mark: str, place: str) -> "_Mark":
        """Return what a mark says; the beginning for none and for that of another mailbox."""
        named, *numbers = mark.split(":")
        if named != place or len(numbers) not in {2, 3} or not all(_COUNT.fullmatch(one) for one in numbers):
            return cls(place, 0, 0)
        return cls(place, *map(int, numbers))


def _tried(store: Store, before: str, after: str, tries: int) -> None:
    """Note that a mail could not be had; the last time it gets a row without its bytes, and those behind it come next.

    One mail that its server never hands out, or that breaks the connection, must not hold up all that follow it.
    """
    if tries + 1 < TRIES:
        place, uidvalidity, uid = before.split(":")[:3] if before else (after.partition(":")[0], "0", "0")
        _moved(store, before, str(_Mark(place, int(uidvalidity), int(uid), tries + 1)))
        return
    digest = hashlib.sha256(after.encode()).hexdigest()
    with store.acting(SYSTEM) as desk:
        desk.add_reply(_draft(_unreadable(NOT_HAD), Matched(None, "", ()), digest, ""))
        desk.move_mark(NAME, before, after)


def _moved(store: Store, before: str, after: str) -> None:
    with store.acting(SYSTEM) as desk:
        desk.move_mark(NAME, before, after)


def _stored(store: Store, settings: Settings, raw: bytes, marks: tuple[str, str], reader: Reader) -> ReplyView | None:
    """Seal and store one mail and move the mark; None for one that was read before, whose bytes may be erased since."""
    if store.is_known_reply(hashlib.sha256(raw).hexdigest()):
        _moved(store, *marks)
        return None
    reply = _understood(raw, settings.inbox_authserv, reader)
    matched = _matched(store, reply)
    digest = _sealed(store, raw)  # before the row: a row never names bytes that are not there
    draft = _draft(reply, matched, digest, Seal.of(store.home).sealed(reply.message_id))
    with store.acting(SYSTEM) as desk:
        view = desk.add_reply(draft)
        desk.move_mark(NAME, *marks)
        return view


def _understood(raw: bytes, authserv: str, reader: Reader) -> Reply:
    try:
        reply = reader(raw, authserv)
    except Exception:  # noqa: BLE001  # one mail that breaks the reader must not hold up all that follow it
        return _unreadable(BROKEN)
    return replace(reply, doubts=(CUT, *reply.doubts)) if len(raw) > LARGEST else reply


def _sealed(store: Store, raw: bytes) -> str:
    """Seal a mail. Raises `FeedFailed`: what cannot be sealed stays in the mailbox, and all else goes on."""
    try:
        return sealed.keep(store.home, raw)
    except StoreError as error:
        raise FeedFailed(f"nothing was taken: {error}") from None


def _unreadable(doubt: str) -> Reply:
    return Reply(
        kind=ReplyKind.UNREADABLE,
        message_id="",
        sent_at=None,
        sender_domain="",
        about=(),
        references=(),
        tickets=(),
        suggests=None,
        why="it could not be read",
        text="",
        authentication="none",
        doubts=(doubt,),
        digest="",
    )


def _matched(store: Store, reply: Reply) -> Matched:
    found = store.likely_answered(reply.about, reply.references, reply.tickets)
    return replies.match(reply, list(_known(found)))


def _known(found: list[ReportView]) -> Iterator[Known]:
    for one in found:
        host = one.recipient.rpartition("@")[2] if one.channel is Channel.EMAIL else ""
        yield Known(one.id, one.message_id, one.token, one.ticket, registrable(host), one.state, one.parent_id)


def _draft(reply: Reply, matched: Matched, digest: str, message_id: str) -> ReplyDraft:
    """Return what is stored of a mail; its Message-ID as a salted hash, for it may name who wrote it."""
    return ReplyDraft(
        report_id=matched.report_id,
        digest=digest,
        message_id=message_id,
        kind=reply.kind.value,
        sender_domain=reply.sender_domain,
        authentication=reply.authentication,
        matched_by=matched.by,
        suggests=reply.suggests.value if reply.suggests else "",
        why=reply.why,
        tickets=reply.tickets,
        doubts=tuple(dict.fromkeys((*matched.doubts, *reply.doubts))),
        text=reply.text,
        sent_at=reply.sent_at,
    )
