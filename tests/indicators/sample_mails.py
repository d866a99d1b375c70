"""Mails for tests, of people who forward and of scammers; all invented."""

from email.message import EmailMessage
from email.policy import SMTP

from scamhunt.indicators.mails import Mail

SCAM = "Your Amazon order is charged. To cancel call +1 888 555 0142 or see https://amazon-refund-desk.com/claim\n"
FORWARD = f"---------- Forwarded message ---------\n{SCAM}"
FOUND = ["https://amazon-refund-desk.com/claim", "+18885550142"]
OURS = "Please look.\nAnna Invented, +1 212 555 0147\nhttps://intranet.example/anna\n"
BLOCK = "From: Amazon <a@weather.example>\nDate: Fri, 20 Nov 2026\nSubject: Your order\nTo: anna@team.example\n\n"


def values(mail: Mail) -> list[str]:
    """Return what a mail brought."""
    return [value for _, value, _ in mail.values]


def wrapper(text: str, subject: str = "Fwd: Your order", **headers: str) -> EmailMessage:
    """Return a mail that somebody of the team sends."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "Anna Invented <anna@team.example>", subject
    message["Message-ID"], message["Date"] = "<one@team.example>", "Sat, 21 Nov 2026 10:04:06 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def scam(subject: str = "Your order") -> EmailMessage:
    """Return the mail of a scammer."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"], message["Message-ID"] = "a@weather.example", subject, "<two@weather.example>"
    message.set_content(SCAM)
    return message


def attached(inner: EmailMessage, text: str = OURS, subject: str = "look") -> EmailMessage:
    """Return a mail to which another one is attached."""
    outer = wrapper(text, subject)
    outer.add_attachment(inner)
    return outer


def raw(head: str, body: bytes = b"") -> bytes:
    """Return a mail of any header."""
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body
