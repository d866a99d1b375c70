"""What `doctor` says of sending reports and of what comes back. Nothing is connected."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scamhunt.cli.finding import Finding
from scamhunt.errors import ScamhuntError

if TYPE_CHECKING:
    from scamhunt.settings import Settings


def findings(knobs: "Settings") -> Iterator[Finding]:
    """Tell who reports, by which server, whether anything is sent, and where answers and disputes come in."""
    yield from _reporter(knobs)
    yield from _sending(knobs)
    yield from _answers(knobs)
    yield from _lists(knobs)


def _reporter(knobs: "Settings") -> Iterator[Finding]:
    lacking = [name for name in ("reporter_org", "reporter_email") if not getattr(knobs, name)]
    seen = f"{knobs.reporter_org or 'nobody'}, {knobs.reporter_email or 'no mailbox'}"
    how = " and ".join(f"SCAMHUNT_{name.upper()}" for name in lacking)
    yield Finding("reporter", seen, f"set {how}: a report without is never ready" if lacking else "")


def _sending(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt.mail import sending

    on = "on: what is approved and due is sent" if knobs.sending else "off: what is approved is handed out as a file"
    yield Finding("sending", on)
    if not knobs.smtp_url.get_secret_value():
        mend = "set SCAMHUNT_SMTP_URL, or SCAMHUNT_SENDING=off" if knobs.sending else ""
        yield Finding("mail server", "none is set", mend, broken=knobs.sending)
        return
    try:
        server = sending.read_server(knobs.smtp_url)
        yield Finding("mail server", f"{server.host}, port {server.port}")
    except ScamhuntError as error:
        yield Finding("mail server", str(error), "mend SCAMHUNT_SMTP_URL", broken=True)


def _answers(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt.mail import INBOX_URL, read_place

    if knobs.inbox_url.get_secret_value():
        try:
            yield Finding("inbox", f"reads {read_place(knobs.inbox_url, INBOX_URL).shown}")
        except ScamhuntError as error:
            yield Finding("inbox", str(error), f"mend {INBOX_URL}", broken=True)
        if not knobs.inbox_authserv:
            told = "set SCAMHUNT_INBOX_AUTHSERV to the name that your mail server writes there"
            yield Finding("inbox", "what its server found out about senders is not used", told)
    else:
        mend = f"set {INBOX_URL}: answers of desks are else read by nobody" if knobs.sending else ""
        yield Finding("inbox", "none is set", mend)
    where = knobs.dispute_address or knobs.reporter_email or "nowhere"
    yield Finding("disputes", f"outsiders write to {where}")


def _lists(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt import reference

    try:
        desks, ladders = reference.desks(knobs), reference.ladders(knobs)
        yield Finding("desks", f"{len(desks):,} in the list; look whether they are still right: recipients check")
        yield Finding("ladders", f"{len(ladders.rungs):,} steps, silence after {ladders.silence.days} days")
    except ScamhuntError as error:
        yield Finding("lists", str(error), "mend the file of the overlay, or take it out", broken=True)
