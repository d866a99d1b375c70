"""Draft a report: a view of what is known now, with what it still lacks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scamhunt.errors import Refused, UserError
from scamhunt.model import Kind, State
from scamhunt.takedown import addressed, asks, before, claims, draft_site, numbers
from scamhunt.takedown.case import Case, Draft, Missing, Recipient, Reporter, Said
from scamhunt.takedown.fields import ABOUT_NUMBERS, LISTS, MISSING, NEVER_EMPTY, NOTHING, THIRD_PARTY
from scamhunt.takedown.own_words import own_words
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.roles import AFTERWARDS, CARRIER, TRACEBACK, refuse_case
from scamhunt.takedown.shown import URL_LIMIT, Shown, when
from scamhunt.takedown.template import Template, fill
from scamhunt.takedown.typed import LIMIT
from scamhunt.takedown.words import clean, defang_name, header, wrap

SUBJECT_LIMIT = 200
OBSERVED_LIMIT = 2_000
NOTE_LIMIT = 1_000
UNKNOWN = "not known to us"
_REASONS_SHOWN = 8
_REASON_LIMIT = 300
_DOMAINS_SHOWN = 12
_FEEDS_SHOWN = 5
_NOTHING_SAID = Said()
_GOES_ON = re.compile(r"^\s*[->] |[.:]$")
"""A line that is no heading: an item of a list, a quotation, or a sentence."""
_BLANK_LINES = re.compile(r"\n{3,}")
_OF_A_SCORE = re.compile(r"\bscor(?:e|es|ed|ing)\b|\bweigh(?:s|ed|t|ts)?\b|\bprobability\b", re.IGNORECASE)
_UNSEEN = {
    "": "only the name's resemblance is known: registrars act on evidence of abuse, not on resemblance",
    CARRIER: "only what was reported is known: carriers act on what was seen of a number, where and when",
    TRACEBACK: "only what was reported is known: a call is traced by the number that was called, and when",
}
"""What to say, by kind of report, of one without an observation."""
_UNSIGNED = "whoever saw it has to sign it: say it with --observed, as the person who saw it"
_OF_NAMES = ("target", "observed", "recipient", "reporter", "abuse_type")
_UNOBSERVED = ("target", "recipient", "reporter", "abuse_type")
_AFTER = ("target", "about", "recipient", "reporter")


@dataclass(frozen=True, slots=True)
class _Making:
    """All that one draft is made from."""

    case: Case
    template: Template
    kind: str
    reporter: Reporter
    to: Recipient | None
    said: Said
    now: datetime

    @property
    def shown(self) -> Shown:
        """Shows words from outside."""
        return Shown(self.case)

    @property
    def about(self) -> numbers.About:
        """The same for what is said of numbers."""
        said, shown = self.said, self.shown
        return numbers.About(
            case=self.case,
            fields=said.fields,
            kind=self.kind,
            purpose=self.template.purpose,
            now=self.now,
            shown=shown.name,
            words=lambda text: shown.words(text, LIMIT),
        )


def render(  # noqa: PLR0913  # what a report is made of, each by its name
    case: Case,
    template: Template,
    *,
    reporter: Reporter,
    to: Recipient | None = None,
    said: Said = _NOTHING_SAID,
    kind: str = "",
    now: datetime,
) -> Draft:
    """Fill a template with what is known of a case.

    What is not known stands in the text as `[missing: ...]` and in `missing`. `kind` says who gets it where nobody is
    known yet. Raises `Refused` for a template whose kind must not go out for this target, `UserError` for a recipient
    that is not one plain address and for a template that cannot be filled.
    """
    kind = to.kind if to else kind or template.kind
    if kind not in template.kinds:
        raise Refused(f"{template.name} is a report to a {' or '.join(template.kinds)}, not to a {clean(kind, 40)}")
    refuse_case(case, kind, template.purpose)
    making = _Making(case, template, kind, reporter, to, said, now)
    known, lacking = _known(making), _lacking(making)
    needs = _needs(making)
    values = _values(making, known, {need: f"[missing: {lacking[need]}]" for need in needs})
    subject = header(fill(template, template.subject, values), SUBJECT_LIMIT)
    if template.purpose in AFTERWARDS:
        subject = before.subject(said.fields, making.shown, subject)
    text = wrap(_without_gaps(fill(template, template.body, values)).strip()) + "\n"
    missing = [Missing(need, lacking[need]) for need in needs if not known[need]]
    if problem := claims.wording(own_words(subject, text, case), template.purpose):
        missing.append(Missing("claim_wording", problem))
    return Draft(
        template=template.name,
        recipient=known["recipient"],
        subject=subject,
        text=text,
        missing=tuple(missing),
        warnings=tuple(_warnings(making, known)),
        ticks=tuple(_ticks(making)),
        sender=reporter_address(reporter) if known["reporter"] else "",
        abuse_type=template.purpose,
        proofs=tuple(one.id for one in case.site.proofs[: draft_site.PROOFS_SHOWN]),
        dispute=reporter.dispute,
    )


def reporter_address(reporter: Reporter) -> str:
    """Return the reporter's mailbox. Raises `UserError` with the setting's name when it is not one plain address."""
    try:
        return check_recipient(reporter.email)
    except UserError as error:
        raise UserError(f"SCAMHUNT_REPORTER_EMAIL: {error}") from None


def reporter_name(reporter: Reporter, case: Case) -> str:
    """Return the reporter's organisation as it may be shown in text and headers: short, visible, with no live link."""
    return Shown(case).name(reporter.org)


def _needs(making: _Making) -> tuple[str, ...]:
    """Return what the report needs, whatever the template says: what blocks stands in code."""
    template = making.template
    if template.purpose in AFTERWARDS:
        always: tuple[str, ...] = _AFTER
    elif making.case.kind == Kind.PHONE:
        always = ("recipient", "reporter", *numbers.always(making.kind, template.purpose))
    else:
        always = _UNOBSERVED if template.purpose == "suspicious_registration" else _OF_NAMES
    return (*template.needs, *(need for need in always if need not in template.needs))


def _lacking(making: _Making) -> Mapping[str, str]:
    """Return for each field of `MISSING` what is missing and how to get it, for a report of this kind."""
    texts = {**MISSING, **ABOUT_NUMBERS.get(making.kind, {}), **numbers.lacking(making.about)}
    if making.said.observed.strip() and not claims.is_signed(making.said):
        texts["observed"] = _UNSIGNED
    if problem := claims.misfit(making.case, making.template.purpose, making.said):
        texts["abuse_type"] = problem
    return texts


def _values(making: _Making, known: Mapping[str, str], marks: Mapping[str, str]) -> dict[str, object]:
    """Return what a template is filled with; `marks` say by its field what is missing."""
    values = _facts(making) | {
        field: known[field] or marks.get(field, UNKNOWN) for field in MISSING if field not in LISTS
    }
    values["recipient"] = addressed.salutation(making.to, making.shown) or values["recipient"]
    values["earlier"] = before.earlier(making.case, making.shown) or tuple(filter(None, [marks.get("earlier")]))
    return values | {name: values[name] or (NOTHING,) for name in NEVER_EMPTY}


def _without_gaps(text: str) -> str:
    """Return a text without the lines of lists that have nothing, and without the headings above them."""
    kept: list[str] = []
    for line in text.splitlines():
        if NOTHING not in line:
            kept.append(line)
        elif kept and kept[-1].strip() and not _GOES_ON.search(kept[-1]):
            kept.pop()
    return _BLANK_LINES.sub("\n\n", "\n".join(kept))


def _known(making: _Making) -> dict[str, str]:
    """Return the fields of `MISSING`, empty where they are not known."""
    case, shown, reporter, said = making.case, making.shown, making.reporter, making.said
    site, complete = case.site, reporter.org.strip() and reporter.email.strip()
    observed = shown.words(said.observed, OBSERVED_LIMIT) if claims.is_signed(said) else ""
    return numbers.known(making.about) | {
        "target": defang_name(clean(case.indicator, URL_LIMIT)),
        "registrar": draft_site.registrar(site, shown),
        "registered": f"{site.registered:%Y-%m-%d}" if site.registered else "",
        "recipient": addressed.address(making.to, shown),
        "observed": observed or draft_site.summary(site),
        "screenshot": draft_site.screenshot(case, shown),
        "reporter": f"{reporter_name(reporter, case)}, {reporter_address(reporter)}" if complete else "",
        "abuse_type": "" if claims.misfit(case, making.template.purpose, said) else making.template.purpose,
        "claim_wording": "observed",
        "about": before.about(said.fields, shown),
        "earlier": " ".join(before.earlier(case, shown)),
        "why": shown.name(said.fields.get("why", "")[:OBSERVED_LIMIT]),
        "gone": draft_site.gone(site),
    }


def _facts(making: _Making) -> dict[str, object]:
    case, shown, brand, template = making.case, making.shown, making.case.brand, making.template
    feeds = [shown.name(feed) for feed in case.feeds[:_FEEDS_SHOWN]]
    return (
        numbers.facts(making.about)
        | {
            "kind": making.kind,
            "brand": shown.name(brand.name),
            "official": shown.names(brand.domains, _DOMAINS_SHOWN),
            "official_numbers": shown.names(brand.phones, _DOMAINS_SHOWN),
            "reasons": shown.names(_reasons(case), _REASONS_SHOWN, _REASON_LIMIT),
            "first_seen": when(case.first_seen),
            "last_seen": when(case.last_seen),
            "feeds": ", ".join(feeds) or "a list that was given by hand",
            "confirmed": case.state == State.CONFIRMED,
            "authority": claims.authority(brand),
            "authority_ref": shown.name(brand.authority_ref),
            "standing": claims.standing(brand, shown.name(brand.authority_ref)),
            "written": when(making.now),
            "dispute": f"Whoever thinks that this report is wrong can say so: {_dispute(making.reporter)}",
            "ask": asks.ask(making.kind, template.purpose),
            "yours": addressed.yours(making.to, shown),
            "policy": shown.name(making.to.desk.policy) if making.to and making.to.desk else "",
            "note": shown.words(making.said.note, NOTE_LIMIT).lstrip(">- "),
            "observed_by": _observed_by(making),
            "seen": draft_site.seen(case, shown),
            "visits": draft_site.visits(case, shown, making.said.fields.get("url", "")),
            "proofs": draft_site.proofs(case, shown),
            "related": draft_site.related(case, shown),
        }
        | (numbers.dates(case.number) if case.kind == Kind.PHONE else {})
    )


def _reasons(case: Case) -> list[str]:
    """Return the reasons that say something to a desk: sentences that speak for it, and none about our scores."""
    told = [reason.text for reason in case.reasons if reason.weight >= 0]
    return [text for text in told if len(text.split()) > 1 and not _OF_A_SCORE.search(text)]


def _dispute(reporter: Reporter) -> str:
    return reporter.dispute or reporter.email or UNKNOWN


def _observed_by(making: _Making) -> str:
    """Return who saw it, for the desk: no name of a person, which the log keeps."""
    if claims.is_signed(making.said):
        org = reporter_name(making.reporter, making.case) or "the reporting team"
        at = making.said.observed_at
        return f"an analyst of {org}" + (f", noted {when(at)}" if at else "")
    site = making.case.site
    return f"a look of ours, {when(site.looked_at)}" if draft_site.summary(site) and site.looked_at else "nobody yet"


def _warnings(making: _Making, known: Mapping[str, str]) -> list[str]:
    case, warnings = making.case, []
    if case.state != State.CONFIRMED and making.template.purpose not in AFTERWARDS:
        warnings.append("not confirmed: a person has to judge the candidate before anyone is asked to act")
    if not known["observed"] and making.template.purpose not in AFTERWARDS:
        warnings.append(_UNSEEN.get(making.kind, _UNSEEN[""]))
    if claims.authority(case.brand) == THIRD_PARTY:
        warnings.append("the brand pack gives no authority: written as a third party")
    return [*warnings, *(numbers.warnings(making.about) if case.kind == Kind.PHONE else ())]


def _ticks(making: _Making) -> list[Missing]:
    """Return what the approver accepts one by one: a report may go without it, if a person says so."""
    ticks, site, to = [], making.case.site, making.to
    if making.template.purpose not in AFTERWARDS:
        if not any(one.media_type in draft_site.PAGES for one in site.proofs):
            ticks.append(Missing("capture", "no screenshot and no page is kept; run scamhunt investigate"))
        if making.case.kind != Kind.PHONE and not (site.registrar or site.registered):
            ticks.append(Missing("rdap", "no registration data is known; run scamhunt investigate"))
    if to and to.address and to.desk is None:
        told = f"{to.vouched_by} vouches for it" if to.how == "vouched" else f"published by {to.source}"
        ticks.append(Missing("unlisted", clean(f"{to.address} is not in the list: {told}, {to.verified_on}", 300)))
    return ticks
