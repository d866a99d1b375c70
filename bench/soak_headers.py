"""More than 80 hostile texts in every field that reaches a mail: it has our headers, one recipient and three parts.

    python -m bench.soak_headers

The tests take a sample of it.
"""

import email
import email.policy
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from itertools import product

from scamhunt import bundle
from scamhunt.errors import Refused, UserError
from scamhunt.model import Brand, Channel, Reason
from scamhunt.takedown import recipients
from scamhunt.takedown.case import Case, Desk, Recipient, Reporter, Said
from scamhunt.takedown.draft import render
from scamhunt.takedown.message import as_eml, new_identity
from scamhunt.takedown.site import Machine, Proof, Published, Site
from scamhunt.takedown.template import parse_template

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TO = "abuse@registrar.example"
FROM = "reports@trust.example"
IDENTITY = new_identity("0123456789abcdef" * 2, FROM)
HEADERS = ["Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type"]
PARTS = ["text/plain", "message/feedback-report", "application/json"]
REPORT = frozenset(
    {"Feedback-Type", "User-Agent", "Version", "Reported-Domain", "Reported-URI", "Source-IP", "Arrival-Date"}
)
EVIL = "evil@x.example"
_LINE_ENDS = (
    "\r\n",
    "\n",
    "\r",
    "\n\r",
    "\r\r\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\0",
)
_ENCODED = ("%0d%0a", "%0A", "%250d%250a", "\\r\\n", "&#13;&#10;", "\u560d\u560a", "=0D=0A", "\ufeff\r\n")
PAYLOADS: tuple[str, ...] = (
    *(f"x{end}Bcc: {EVIL}" for end in (*_LINE_ENDS, *_ENCODED)),
    *(f"x{end} Bcc: {EVIL}" for end in _LINE_ENDS[:6]),
    *(f"x{end}\tBcc: {EVIL}" for end in _LINE_ENDS[:3]),
    *(f"x{end}{end}body" for end in _LINE_ENDS[:4]),
    f"\r\nTo: {EVIL}",
    f"\r\nCc: {EVIL}\r\nX: y",
    f"x\r\nReply-To: {EVIL}",
    f"x\r\nFrom: {EVIL}",
    f"x\r\nSender: {EVIL}",
    "x\r\nSubject: other",
    "x\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000",
    "x\r\nMessage-ID: <a@x.example>",
    "x\r\nContent-Type: text/html",
    "x\r\nContent-Transfer-Encoding: base64",
    "x\r\nMIME-Version: 2.0",
    f"x\r\nDisposition-Notification-To: {EVIL}",
    f"x\r\nReturn-Path: <{EVIL}>",
    "x\r\n\r\n<script>alert(1)</script>",
    f"x\r\n.\r\nMAIL FROM:<{EVIL}>\r\nRCPT TO:<{EVIL}>\r\nDATA",
    "x\n.\nQUIT",
    f"x\r\n--=_boundary\r\nContent-Type: text/html\r\n\r\n{EVIL}",
    "x\r\n--=_boundary--\r\n",
    "x\r\nSource-IP: 192.0.2.66",
    "x\r\nReported-Domain: good.example",
    "=?utf-8?q?x=0D=0ABcc:_evil@x.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmlsQHguZXhhbXBsZQ==?=",
    "=?us-ascii?q?=0ATo=3A_evil=40x.example?=",
    "=?utf-8?q?x?=\r\n =?utf-8?q?=0D=0ABcc:_evil@x.example?=",
    f"=?utf-8?q?x?= <{EVIL}>",
    "=?utf-7?q?+AA0ACg-Bcc:_evil?=",
    f'x" <{EVIL}>, "y',
    f"x, {EVIL}",
    f"x; {EVIL}",
    f"x <{EVIL}>",
    f"<{EVIL}>",
    f"({EVIL})",
    f'"x\\" <{EVIL}>"',
    f"group: {EVIL}, a@b.example;",
    f"x@y.example,{EVIL}",
    f"{EVIL}%registrar.example",
    f"@x.example:{EVIL}",
    "a@b@c.example",
    "evil\uff20x.example",
    "evil@x\u3002example",
    "evil@x\uff0eexample",
    f"\u202e{EVIL}\u202c",
    f"\u200b{EVIL}",
    f"\u2066\r\nBcc: {EVIL}\u2069",
    "A" * 2_000,
    "\u00c4" * 1_200,
    "A" * 990 + f"\r\nBcc: {EVIL}",
    " ".join(["x" * 70] * 40) + f"\r\n Bcc: {EVIL}",
    f"\ud800\r\nBcc: {EVIL}",
    f"x\t\r\n \r\n\tBcc: {EVIL}",
    f"x\x1b[2K\r\nBcc: {EVIL}",
    f"{{{{ 7 * 7 }}}}\r\nBcc: {EVIL}",
)


@dataclass(frozen=True, slots=True)
class Made:
    """What one mail is made from; each field that is attacked changes it."""

    case: Case
    to: Recipient
    said: Said = field(default_factory=lambda: Said("a login form", "ann", NOW))
    reporter: Reporter = field(default_factory=lambda: Reporter("Org", FROM))
    about: str = ""


def usual() -> Made:
    """Return what a harmless mail is made from."""
    proof = Proof(1, "0" * 64, "image/png", "screenshot", "https://amazon-refund-desk.com/", NOW, 1, "desktop")
    site = Site(
        looked_at=NOW,
        url="https://amazon-refund-desk.com/",
        registrar="Example Registrar",
        registrar_id="9999",
        registry="https://rdap.example/",
        registered=NOW,
        machines=(Machine("192.0.2.7", "192.0.2.0/24", "Holder", "US"),),
        title="Sign in",
        asks=("password",),
        proofs=(proof,),
    )
    case = Case(
        indicator="amazon-refund-desk.com",
        kind="domain",
        brand=Brand("amazon", "Amazon", ("amazon.com",)),
        score=0.9,
        reasons=(Reason("brand_token", 2.0, "a word"),),
        first_seen=NOW,
        last_seen=NOW,
        feeds=("list",),
        state="confirmed",
        site=site,
    )
    desk = Desk("registrar", "registrar", Channel.EMAIL, TO, "https://registrar.example/", "2026-11-01", "documented")
    yours = "You are the registrar of record."
    return Made(
        case, Recipient("registrar", "Registrar", Channel.EMAIL, TO, yours, "s", "2026-11-01", "documented", desk)
    )


def _brand(made: Made, text: str) -> Made:
    return replace(made, case=replace(made.case, brand=replace(made.case.brand, name=text)))


def _site(name: str) -> "Callable[[Made, str], Made]":
    def change(made: Made, text: str) -> Made:
        value: object = (text,) if name in {"nameservers", "asks", "kits", "redirects"} else text
        site: Site = replace(made.case.site, **{name: value})  # type: ignore[arg-type]  # a name of a field
        return replace(made, case=replace(made.case, site=site))

    return change


def _machine(made: Made, text: str) -> Made:
    machines = (Machine(text, text, text, text),)
    return replace(made, case=replace(made.case, site=replace(made.case.site, machines=machines)))


def _published(made: Made, text: str) -> Made:
    """Publish it as the registrar's contact, which is then chosen as it is in earnest."""
    one = Published(text, text, "registrar", "abuse", "https://rdap.example/", "0" * 64, NOW)
    case = replace(made.case, site=replace(made.case.site, contacts=(one,)))
    found = [each for each in recipients.find(case, []) if each.kind == "registrar"]
    return replace(made, case=case, to=found[0])


def _vouched(made: Made, text: str) -> Made:
    return replace(made, to=recipients.vouched(text, "registrar", "ann", NOW))


def _policy(made: Made, text: str) -> Made:
    desk = replace(made.to.desk, policy=text) if made.to.desk else None
    return replace(made, to=replace(made.to, desk=desk))


FIELDS: Mapping[str, Callable[[Made, str], Made]] = {
    "brand": _brand,
    "indicator": lambda made, text: replace(made, case=replace(made.case, indicator=text)),
    "url": lambda made, text: replace(made, said=replace(made.said, fields={"url": f"https://{text}"})),
    "observed": lambda made, text: replace(made, said=replace(made.said, observed=text)),
    "note": lambda made, text: replace(made, said=replace(made.said, note=text)),
    "to": _vouched,
    "to_after_an_address": lambda made, text: _vouched(made, TO + text),
    "rdap_contact": _published,
    "rdap_contact_after_an_address": lambda made, text: _published(made, TO + text),
    "registrar": _site("registrar"),
    "registry": _site("registry"),
    "title": _site("title"),
    "look_url": _site("url"),
    "nameservers": _site("nameservers"),
    "kits": _site("kits"),
    "redirects": _site("redirects"),
    "machine": _machine,
    "policy": _policy,
    "yours": lambda made, text: replace(made, to=replace(made.to, yours=text)),
    "org": lambda made, text: replace(made, reporter=Reporter(text, FROM)),
    "mailbox": lambda made, text: replace(made, reporter=Reporter("Org", text)),
    "feed": lambda made, text: replace(made, case=replace(made.case, feeds=(text,))),
    "reason": lambda made, text: replace(made, case=replace(made.case, reasons=(Reason("s", 1.0, text),))),
    "related": lambda made, text: replace(made, case=replace(made.case, related=((text, text),))),
    "about": lambda made, text: replace(made, about=f"<{text}@x.example>"),
}
"""What reaches a mail from outside, and from people."""
_FILE = bundle.shipped() / "takedown_templates" / "phishing.txt.j2"
_TEMPLATE = parse_template(_FILE.name, _FILE.read_text("utf-8"))


def mail_of(made: Made) -> bytes:
    """Return the mail as it would go out. Raises `UserError` or `Refused` for what cannot stand in one."""
    draft = render(made.case, _TEMPLATE, reporter=made.reporter, to=made.to, said=made.said, now=NOW)
    return as_eml(
        draft,
        made.case,
        to=made.to,
        reporter=made.reporter,
        said=made.said,
        identity=IDENTITY,
        final=True,
        about=made.about,
        now=NOW,
    )


def attempt(name: str, payload: str) -> tuple[str, list[str]]:
    """Attack one field; return `sent` with all that is wrong with the mail, or `refused` with the message."""
    try:
        made = FIELDS[name](usual(), payload)
        content = mail_of(made)
    except (UserError, Refused) as error:
        return "refused", [] if str(error).isprintable() and len(str(error)) > 10 else [f"unclear: {error!r}"]  # noqa: PLR2004  # a sentence
    return "sent", list(wrong(content))


def wrong(content: bytes) -> Iterator[str]:
    """Yield what is wrong with a mail, as both parsers of the standard library read it."""
    if not content.isascii() or b"\0" in content:
        yield "not 7 bit"
    bare = content.replace(b"\r\n", b"")
    if b"\r" in bare or b"\n" in bare:
        yield "a bare CR or LF"
    if max(map(len, content.split(b"\r\n"))) > 998:  # noqa: PLR2004  # RFC 5321, 4.5.3.1.6
        yield "a line that is too long"
    for policy in (email.policy.default, email.policy.compat32):
        mail: Message = email.message_from_bytes(content, policy=policy)
        yield from _wrong_headers(mail)
        yield from _wrong_parts(mail)


def _wrong_headers(mail: Message) -> Iterator[str]:
    names = [name for name in mail.keys() if name not in {"In-Reply-To", "References"}]  # noqa: SIM118  # not a dict
    if names != HEADERS:
        yield f"headers: {mail.keys()}"
    if str(mail["To"]) != TO:
        yield f"recipient: {mail['To']!r}"
    if not str(mail["From"]).replace("\r\n", "").endswith(FROM if "<" not in str(mail["From"]) else f"<{FROM}>"):
        yield f"sender: {mail['From']!r}"
    if str(mail["Message-ID"]).strip() != IDENTITY.message_id:
        yield f"Message-ID: {mail['Message-ID']!r}"


def _wrong_parts(mail: Message) -> Iterator[str]:
    parts = mail.get_payload()
    if not isinstance(parts, list) or [part.get_content_type() for part in parts if isinstance(part, Message)] != PARTS:
        yield "parts"
        return
    for part in parts:
        if isinstance(part, Message) and part.get_content_type() == PARTS[1]:
            report = part.get_payload()[0]  # type: ignore[index]  # a message in a message
            names = report.keys()  # type: ignore[union-attr]  # the same
            if not set(names) <= REPORT or len(names) != len(set(names)):
                yield f"fields: {names}"


def main() -> int:
    """Attack every field with every text; return 1 where a mail was wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    faults = 0
    for name, payload in product(FIELDS, PAYLOADS):
        became, problems = attempt(name, payload)
        counts[name, became] += 1
        for problem in problems:
            faults += 1
            print(f"WRONG {name} {payload[:60]!a}: {problem}")
    for name in FIELDS:
        print(f"{name:30} {counts[name, 'sent']:4} sent {counts[name, 'refused']:4} refused")
    print(f"{len(PAYLOADS)} texts in {len(FIELDS)} fields, {faults} faults")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
