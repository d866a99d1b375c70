"""Draft a report: a view of what is known now, with what it still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scamhunt.errors import UserError
from scamhunt.model import Brand, Kind, Reason, Role, State
from scamhunt.takedown import numbers
from scamhunt.takedown.fields import ABOUT_NUMBERS, AGENT, IN_HOUSE, MISSING, THIRD_PARTY
from scamhunt.takedown.numbers import NOTHING, NumberFacts
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.roles import CARRIER, TRACEBACK, refuse_role
from scamhunt.takedown.template import Template, fill
from scamhunt.takedown.words import clean, defang, defang_name, header, wrap

SUBJECT_LIMIT = 200
OBSERVED_LIMIT = 2_000
_NAME_LIMIT = 120
_URL_LIMIT = 500
_REASON_LIMIT = 300
_REASONS_SHOWN = 8
_DOMAINS_SHOWN = 12
_FEEDS_SHOWN = 5
_UNSEEN = {
    "": "only the name's resemblance is known: registrars act on evidence of abuse, not on resemblance",
    CARRIER: "only what was reported is known: carriers act on what was seen of a number, where and when",
    TRACEBACK: "only what was reported is known: a call is traced by the number that was called, and when",
}
"""What to say, by kind of report, of one without an observation."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a candidate when a report on it is drafted. Times are aware."""

    indicator: str
    kind: str
    brand: Brand
    score: float
    reasons: tuple[Reason, ...]
    first_seen: datetime
    last_seen: datetime
    feeds: tuple[str, ...]
    state: str
    number: NumberFacts = NOTHING

    @property
    def role(self) -> Role | None:
        """What a number was to those who reported it; None for a name."""
        return self.number.role if self.kind == Kind.PHONE else None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: an organisation and its role mailbox; empty texts while they are not set."""

    org: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that the report needs and nobody knows yet."""

    field: str
    text: str
    """What is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One report for one recipient, defanged, as it would be read."""

    template: str
    recipient: str
    """One plain address, or empty while it is not known."""
    subject: str
    text: str
    missing: tuple[Missing, ...]
    warnings: tuple[str, ...]
    sender: str = ""
    """The reporter's address as the text has it; empty where it has none."""


def render(  # noqa: PLR0913  # what a report is made of, each by its name
    case: Case, template: Template, *, reporter: Reporter, recipient: str = "", observed: str = "", now: datetime
) -> Draft:
    """Fill a template with what is known of a case.

    What is not known stands in the text as `[missing: ...]` and in `missing`. Raises `Refused` for a template whose
    kind must not go out for this target, `UserError` for a recipient that is not one plain address and for a template
    that cannot be filled.
    """
    refuse_role(template.kind, case.kind, case.role)
    to = check_recipient(recipient) if recipient else ""
    known = _known(case, reporter, to, observed, now)
    lacking = _lacking(case, template.kind)
    missing = tuple(Missing(need, lacking[need]) for need in _needs(case, template) if not known[need])
    values = _facts(case, now) | {need: known[need] or f"[missing: {lacking[need]}]" for need in MISSING}
    return Draft(
        template=template.name,
        recipient=to,
        subject=header(fill(template, template.subject, values), SUBJECT_LIMIT),
        text=wrap(fill(template, template.body, values).strip()) + "\n",
        missing=missing,
        warnings=tuple(_warnings(case, template.kind, known, now)),
        sender=reporter_address(reporter) if known["reporter"] else "",
    )


def authority(brand: Brand) -> str:
    """Return in whose name we may write: `in-house`, `agent`, or `third party` where the pack gives no authority."""
    if brand.authority == AGENT and not brand.authority_ref.strip():
        return THIRD_PARTY
    return brand.authority if brand.authority in {IN_HOUSE, AGENT} else THIRD_PARTY


def reporter_address(reporter: Reporter) -> str:
    """Return the reporter's mailbox. Raises `UserError` with the setting's name when it is not one plain address."""
    try:
        return check_recipient(reporter.email)
    except UserError as error:
        raise UserError(f"SCAMHUNT_REPORTER_EMAIL: {error}") from None


def reporter_name(reporter: Reporter, case: Case) -> str:
    """Return the reporter's organisation as it may be shown in text and headers: short, visible, with no live link."""
    return _name(reporter.org, case)


def _needs(case: Case, template: Template) -> tuple[str, ...]:
    """Return what the report needs: of a number fresh evidence, whatever the template says."""
    always = ("fresh",) if case.kind == Kind.PHONE else ()
    return (*template.needs, *(need for need in always if need not in template.needs))


def _lacking(case: Case, kind: str) -> Mapping[str, str]:
    """Return for each field of `MISSING` what is missing and how to get it, for a report of this kind."""
    return {**MISSING, **ABOUT_NUMBERS.get(kind, {}), **numbers.lacking(case.number)}


def _known(case: Case, reporter: Reporter, recipient: str, observed: str, now: datetime) -> dict[str, str]:
    """Return the fields of `MISSING`. Nothing looks up the registrar or takes a screenshot yet."""
    complete = reporter.org.strip() and reporter.email.strip()
    return numbers.known(case.number, case.brand, now, lambda text: _name(text, case)) | {
        "registrar": "",
        "recipient": recipient,
        "observed": _outside(observed, case, OBSERVED_LIMIT),
        "screenshot": "",
        "reporter": f"{reporter_name(reporter, case)}, {reporter_address(reporter)}" if complete else "",
    }


def _facts(case: Case, now: datetime) -> dict[str, object]:
    brand = case.brand
    feeds = [_name(feed, case) for feed in case.feeds[:_FEEDS_SHOWN]]
    return (
        numbers.facts(case.number, now)
        | {
            "target": defang_name(clean(case.indicator, _URL_LIMIT)),
            "brand": _name(brand.name, case),
            "official": _shown(brand.domains, _DOMAINS_SHOWN, _NAME_LIMIT, case),
            "official_numbers": _shown(brand.phones, _DOMAINS_SHOWN, _NAME_LIMIT, case),
            "reasons": _shown([reason.text for reason in case.reasons], _REASONS_SHOWN, _REASON_LIMIT, case),
            "first_seen": _when(case.first_seen),
            "last_seen": _when(case.last_seen),
            "feeds": ", ".join(feeds) or "a list that was given by hand",
            "confirmed": case.state == State.CONFIRMED,
            "authority": authority(brand),
            "authority_ref": _name(brand.authority_ref, case),
            "written": _when(now),
        }
        | (numbers.dates(case.number) if case.kind == Kind.PHONE else {})
    )


def _name(text: str, case: Case) -> str:
    """Show a name from outside; one that starts as a quotation does would hide its line from the lint."""
    return _outside(text, case, _NAME_LIMIT).lstrip(">- ")


def _outside(text: str, case: Case, limit: int) -> str:
    """Show words from outside: visible, short, with no live link."""
    shown = defang(clean(text, limit), case.brand.domains)
    return shown.replace(case.indicator, defang_name(case.indicator))


def _shown(values: Sequence[str], most: int, limit: int, case: Case) -> tuple[str, ...]:
    more = [f"and {len(values) - most} more"] if len(values) > most else []
    return (*(_outside(value, case, limit) for value in values[:most]), *more)


def _when(moment: datetime) -> str:
    # Not strftime, which leaves the zeros of early years out.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'minutes')} UTC"


def _warnings(case: Case, kind: str, known: Mapping[str, str], now: datetime) -> list[str]:
    warnings = []
    if case.state != State.CONFIRMED:
        warnings.append("not confirmed: a person has to judge the candidate before anyone is asked to act")
    if not known["observed"]:
        warnings.append(_UNSEEN.get(kind, _UNSEEN[""]))
    if authority(case.brand) == THIRD_PARTY:
        warnings.append("the brand pack gives no authority: written as a third party")
    return [*warnings, *(numbers.warnings(case.number, kind, now) if case.kind == Kind.PHONE else ())]
