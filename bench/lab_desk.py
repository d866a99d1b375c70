"""The desks that get our reports: a registrar's that answers and then acts. A host that ignores us has none.

    desk = Registrar(world, smtp, mailserver.put)
    desk.acknowledge(now); desk.claim(now); desk.suspend("login")

A desk reads what the mail server took, and answers as desks do: by a mail into the inbox of whoever reported.
"""

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from bench.lab_smtp import Smtp
from bench.lab_world import ABUSE, World

FIRST_TICKET = 471_100
ACKNOWLEDGES = (
    "Thank you for contacting the abuse desk of Example Registrar.\n\nYour request has been received. Our team reviews "
    "each report in the order in which it came. Please keep the ticket number in the subject when you answer.\n"
)
CLAIMS = "Hello,\n\nthe domain has been suspended.\n\nThe abuse desk\n"


@dataclass(slots=True)
class Registrar:
    """The abuse desk of a registrar."""

    world: World
    smtp: Smtp
    put: Callable[[bytes], object]
    """Puts a mail into the inbox of whoever reported."""
    address: str = ABUSE
    _tickets: dict[str, int] = field(default_factory=dict)
    """The Message-ID of each mail that it has, with its ticket."""

    def acknowledge(self, at: datetime) -> int:
        """Let a machine answer each mail that is new; return how many there were."""
        new = [mail for mail in self.mails() if mail["Message-ID"] not in self._tickets]
        for mail in new:
            ticket = self._tickets[mail["Message-ID"]] = FIRST_TICKET + len(self._tickets)
            answer = self._answer(mail, ticket, at, ACKNOWLEDGES)
            answer["Auto-Submitted"] = "auto-replied"
            self.put(answer.as_bytes(policy=email.policy.SMTP))
        return len(new)

    def claim(self, at: datetime) -> None:
        """Let a person of the desk write about the newest mail that the name is suspended. It need not be true."""
        mail = self.mails()[-1]
        answer = self._answer(mail, self._tickets[mail["Message-ID"]], at, CLAIMS)
        self.put(answer.as_bytes(policy=email.policy.SMTP))

    def suspend(self, name: str) -> None:
        """Take the name of a kit out of the DNS, as the desk was asked to."""
        self.world.take_out(name)

    def mails(self) -> list[EmailMessage]:
        """Return what the mail server took for this desk, in the order in which it came."""
        return [mail for mail in read(self.smtp) if recipient(mail) == self.address]

    def _answer(self, mail: EmailMessage, ticket: int, at: datetime, text: str) -> EmailMessage:
        answer = EmailMessage()
        answer["From"] = f"Abuse Desk <{self.address}>"
        answer["To"] = str(mail["From"])
        answer["Subject"] = f"Re: {mail['Subject']} [Ticket #{ticket}]"
        answer["Date"] = format_datetime(at)
        answer["Message-ID"] = f"<{ticket}.{at:%Y%m%d%H%M}@{self.address.partition('@')[2]}>"
        answer["In-Reply-To"] = answer["References"] = str(mail["Message-ID"])
        answer.set_content(text)
        return answer


def read(smtp: Smtp) -> list[EmailMessage]:
    """Return the mails that a mail server took, in the order in which they came."""
    return [email.message_from_bytes(content, policy=email.policy.default) for content in smtp.accepted]


def recipient(mail: EmailMessage) -> str:
    """Return to whom a mail is; our reports have one recipient each."""
    (one,) = mail["To"].addresses
    return str(one.addr_spec)
