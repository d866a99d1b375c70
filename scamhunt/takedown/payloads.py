"""The body of a report for the API of a desk, as JSON. A key or a token never stands in it. Pure.

To add a desk: write a function from `Given` to what its documentation asks for, and give it a line in `PAYLOADS`; a
desk of `data/recipients.toml` names it as its `payload`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from scamhunt.errors import UserError, did_you_mean
from scamhunt.model import Kind
from scamhunt.takedown import choice, draft_site, exact, xarf_report
from scamhunt.takedown.case import Case, Draft, Recipient, Reporter, Said
from scamhunt.takedown.claims import is_signed
from scamhunt.takedown.draft import reporter_address
from scamhunt.takedown.shown import Shown, when
from scamhunt.takedown.words import clean, defang_name

_NAME, _OBSERVED, _DOMAINS = 200, 500, 6


@dataclass(frozen=True, slots=True)
class Given:
    """All that a payload is made from."""

    draft: Draft
    case: Case
    reporter: Reporter
    said: Said
    now: datetime

    @property
    def url(self) -> str:
        """The exact address."""
        return exact.url_of(self.case, self.said)

    @property
    def email(self) -> str:
        """The reporter's mailbox; empty in a draft while it is not set."""
        return reporter_address(self.reporter) if self.reporter.email else ""

    def reason(self, most: int) -> str:
        """Return in a few sentences what was observed, where, when and in whose name; whole ones, up to `most`."""
        told = ""
        for sentence in self._sentences():
            if len(told) + len(sentence) < most:
                told += f"{' ' if told else ''}{sentence}"
        return told

    def _sentences(self) -> Iterator[str]:
        """Yield what matters most first; the address itself has a field of its own, so it is broken here."""
        case, shown = self.case, Shown(self.case)
        signed, brand = is_signed(self.said), shown.name(case.brand.name)
        at = self.said.observed_at if signed else case.site.looked_at
        what = exact.WHAT.get(self.draft.abuse_type, "Abuse")
        name = defang_name(clean(case.indicator, _NAME))
        yield f"{what} observed at {name} in the name of {brand}{f', {when(at)}' if at else ''}."
        observed = shown.words(self.said.observed, _OBSERVED) if signed else draft_site.summary(case.site)
        if observed:
            yield f"What was observed: {observed.rstrip('.')}."
        if case.brand.domains:
            yield f"Official domains of {brand}: {', '.join(shown.names(case.brand.domains, _DOMAINS))}."
        yield from (f"{line[:1].upper()}{line[1:].rstrip('.')}." for line in draft_site.seen(case, shown))


def payload(  # noqa: PLR0913  # what a payload is made of, each by its name
    draft: Draft, case: Case, *, to: Recipient, reporter: Reporter, said: Said, now: datetime
) -> bytes:
    """Return the JSON (UTF-8, ASCII only) that the desk's API takes.

    Raises `UserError` for a payload that nobody wrote, for a number, and for an abuse type that the API has not.
    """
    name = to.desk.payload if to.desk else ""
    if name not in PAYLOADS:
        near = did_you_mean(name, PAYLOADS)
        raise UserError(
            f"{clean(to.name, 60)}: there is no payload {clean(name, 40)!a}{near}; there is: {', '.join(PAYLOADS)}"
        )
    if case.kind == Kind.PHONE:
        raise UserError(f"{clean(to.name, 60)} takes addresses of pages, not numbers")
    made = PAYLOADS[name](Given(draft, case, reporter, said, now))
    return (json.dumps(made, indent=1) + "\n").encode("ascii")


def _one_of(types: Mapping[str, str], given: Given, desk: str) -> str:
    """Return what an API calls the abuse. Raises `UserError` where it has no name for it."""
    if given.draft.abuse_type in types:
        return types[given.draft.abuse_type]
    what = exact.WHAT.get(given.draft.abuse_type, clean(given.draft.abuse_type, 40))
    raise UserError(f"{desk}'s API has no type for: {what.lower()}; report it by mail or form")


_CLOUDFLARE = MappingProxyType(
    {
        choice.PHISHING: "abuse_phishing",
        choice.IMPERSONATION: "abuse_general",
        choice.TECH_SUPPORT: "abuse_general",
    }
)


def _cloudflare(given: Given) -> dict[str, object]:
    """`POST /accounts/{id}/abuse-reports/{act}`, developers.cloudflare.com; lengths as documented there."""
    note = clean(given.said.note, 2_000)
    return {
        "act": _one_of(_CLOUDFLARE, given, "Cloudflare"),
        "email": given.email,
        "email2": given.email,
        "name": clean(given.reporter.org, _NAME),
        "company": clean(given.reporter.org, 100),
        "urls": given.url,
        # Whoever runs the site is not told who reports him.
        "host_notification": "send",
        "owner_notification": "none",
        "justification": given.reason(5_000),
        **({"comments": note} if note else {}),
    }


_GODADDY = MappingProxyType({choice.PHISHING: "PHISHING"})


def _godaddy(given: Given) -> dict[str, object]:
    """`POST /v1/abuse/tickets`, developer.godaddy.com. Trademark matters and content have other desks there."""
    if len(given.url) > 250:  # noqa: PLR2004  # said right here
        raise UserError("GoDaddy's API takes addresses of at most 250 characters; name a shorter one of the same page")
    return {
        "type": _one_of(_GODADDY, given, "GoDaddy"),
        "source": given.url,
        "target": clean(given.case.brand.name, 250),
        "info": given.reason(5_000),
    }


_PAGES = MappingProxyType(
    {one: one for one in (choice.PHISHING, choice.IMPERSONATION, choice.TECH_SUPPORT)},
)


def _netcraft(given: Given) -> dict[str, object]:
    """`POST /api/v3/report/urls`, report.netcraft.com: a reason of at most 1,000 characters, no key."""
    _one_of(_PAGES, given, "Netcraft")
    return {"email": given.email, "reason": given.reason(1_000), "urls": [{"url": given.url}]}


def _phishreport(given: Given) -> dict[str, object]:
    """`POST /api/v0/cases`, phish.report."""
    _one_of(_PAGES, given, "phish.report")
    return {"url": given.url, "ignore_duplicates": False}


def _aws(given: Given) -> dict[str, object]:
    """`CreateAbuseReport`, docs.aws.amazon.com/abuse-signal: XARF v4 below `report.xarf`, a token against doubles."""
    digest = hashlib.sha256(f"{given.draft.subject}\n{given.draft.text}".encode()).hexdigest()
    report_id = UUID(hex=digest[:32], version=4)
    report = xarf_report.xarf_of(
        given.draft, given.case, reporter=given.reporter, report_id=report_id, said=given.said, now=given.now
    )
    if report is None:
        _one_of({}, given, "AWS")
    return {"clientToken": str(report_id), "report": {"xarf": report}}


PAYLOADS: Mapping[str, Callable[[Given], dict[str, object]]] = MappingProxyType(
    {
        "aws": _aws,
        "cloudflare": _cloudflare,
        "godaddy": _godaddy,
        "netcraft": _netcraft,
        "phishreport": _phishreport,
    }
)
"""What makes the body, by the name that desks of `data/recipients.toml` give as their `payload`."""
