"""A report in XARF 4.2, as programs of abuse desks read it (https://xarf.org, schemas of the `xarf` package). Pure.

XARF knows no type for calls: a report on a voice number has none, nor has one that takes an earlier report back.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from uuid import UUID

from scamhunt.errors import UserError
from scamhunt.model import Kind
from scamhunt.takedown import choice, claims, draft_site, exact
from scamhunt.takedown.case import Case, Draft, Reporter, Said
from scamhunt.takedown.draft import reporter_address
from scamhunt.takedown.shown import Shown, when
from scamhunt.takedown.site import Proof, Site
from scamhunt.takedown.words import clean

VERSION = "4.2.0"
ITEM_LIMIT, ALL_LIMIT, ITEMS = 5_000_000, 15_000_000, 50
"""Bytes of one item of evidence, of all of them, and how many there may be."""
_DESCRIPTION, _OF_AN_ITEM, _ORG, _NAME, _LISTED, _RELATED = 1_000, 500, 200, 120, 20, 20
_OBSERVED = 400
# The pattern of the schema, which knows no A-labels and no `a--b.com`.
_DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_FIRST = {"image/png": 0, "text/plain": 1, "text/html": 1}
_SUSPICIOUS: Mapping[str, str] = {
    **dict.fromkeys(("brand_token", "brand_with_words", "brand_in_front", "whole_word", "two_brands"), "brand_keyword"),
    **dict.fromkeys(("confusable", "homograph", "mixed_scripts"), "homograph_attack"),
    **dict.fromkeys(("one_edit", "usual_slip", "stray_letters"), "typosquatting"),
    "cheap_zone": "suspicious_tld",
}
"""What XARF calls what our signals see in a name."""
_HOSTING = frozenset({"hosting", "host", "cloud", "site builder"})
Known = dict[str, object]


def xarf_of(  # noqa: PLR0913  # what a report is made of, each by its name
    draft: Draft,
    case: Case,
    *,
    reporter: Reporter,
    report_id: UUID,
    said: Said,
    proofs: Sequence[tuple[Proof, bytes]] = (),
    now: datetime,
) -> dict[str, object] | None:
    """Return a report as XARF 4.2, valid by its schemas; None for what XARF has no type for.

    `proofs` go with it, pictures first, as far as 5 MB an item, 15 MB in all and 50 items allow; what does not fit is
    named by its hash. Addresses are exact, without what may be about a victim (`exact.url_of`). `domain` is left out
    where its pattern refuses the name: A-labels stand in `url` and `source_identifier`. There is no `confidence`: our
    score says how much a name resembles a brand, not how sure abuse is. `_internal` never stands there.
    Raises `UserError` that names the field which is missing or does not validate, and for bytes that are not those of
    their hash.
    """
    make = _TYPES.get(draft.abuse_type)
    is_number = case.kind == Kind.PHONE
    if make is None or is_number != (draft.abuse_type == _SMS):
        return None
    body = _core(case, reporter, report_id, said) | make(case, said, now)
    items, left_out = evidence(proofs)
    body |= {"evidence": items} if items else {}
    body["description"] = _description(case, said, left_out)
    return checked({name: value for name, value in body.items() if value not in (None, "", [], {})})


def _core(case: Case, reporter: Reporter, report_id: UUID, said: Said) -> Known:
    email, org = reporter_address(reporter), clean(reporter.org, _ORG)
    if not org:
        raise UserError("SCAMHUNT_REPORTER_ORG is not set: a report names who makes it")
    us = {"org": org, "contact": email, "domain": email.rpartition("@")[2].lower()}
    return {
        "xarf_version": VERSION,
        "report_id": str(report_id),
        "timestamp": _iso(_observed_at(case, said)),
        "reporter": us,
        "sender": dict(us),
    }


def _observed_at(case: Case, said: Said) -> datetime:
    """Return when the abuse was seen: by a person, by a look, else by a list."""
    person = said.observed_at if claims.is_signed(said) else None
    return person or case.site.looked_at or case.number.last or case.first_seen


def _description(case: Case, said: Said, left_out: Sequence[str]) -> str:
    """Return what was seen, for a person: broken links, at most 1,000 characters."""
    shown = Shown(case)
    observed = shown.words(said.observed, _OBSERVED) if claims.is_signed(said) else draft_site.summary(case.site)
    seen = observed or "the name and its registration, and no abuse yet"
    first = f"Observed {when(_observed_at(case, said))}: {seen.rstrip('.')}."
    rest = f" Evidence kept and not attached: {', '.join(left_out)}." if left_out else ""
    return clean(first + rest, _DESCRIPTION)


# --- names ------------------------------------------------------------------------------------------------------------


def _content(case: Case, said: Said, kind: str) -> Known:
    site, host = case.site, exact.host_of(case)
    signed = claims.is_signed(said)
    seen = signed or site.looked_at is not None
    return {
        "source_identifier": host,
        "category": "content",
        "type": kind,
        "url": exact.url_of(case, said),
        "domain": host if _DOMAIN.fullmatch(host) else None,
        "evidence_source": "researcher_analysis" if signed else "crawler" if seen else "automated_discovery",
        "verification_method": "manual" if signed else "automated_crawler" if seen else None,
        "verified_at": _iso(_observed_at(case, said)) if seen else None,
        "target_brand": clean(case.brand.name, _NAME),
        **_registered(site),
        **_served(site),
    }


def _registered(site: Site) -> Known:
    abuse = (one.email for one in site.contacts if one.scope == "registrar" and one.role == "abuse")
    whois = {
        "created_date": _iso(site.registered),
        "registrar_abuse_contact": next((one for one in abuse if _is_mailbox(one)), None),
    }
    return {
        "registrar": clean(site.registrar, _NAME),
        "nameservers": _hosts(site.nameservers),
        "whois": {name: value for name, value in whois.items() if value},
    }


def _is_mailbox(address: str) -> bool:
    try:
        return bool(reporter_address(Reporter("", address)))
    except UserError:
        return False


def _served(site: Site) -> Known:
    addresses = [one for one in (_address(machine.address) for machine in site.machines[:_LISTED]) if one]
    records: Known = {
        "a": [one for one in addresses if ":" not in one],
        "aaaa": [one for one in addresses if ":" in one],
        "mx": _hosts(site.mail_servers),
    }
    first = site.machines[0] if site.machines else None
    host = next((one.name for one in site.companies if one.role in _HOSTING), first.holder if first else "")
    country = first.country.upper() if first else ""
    return {
        "dns_records": {name: value for name, value in records.items() if value},
        "hosting_provider": clean(host, _NAME),
        "country_code": country if _COUNTRY.fullmatch(country) else None,
        "ssl_certificate": {"fingerprint": f"sha256:{site.certificate}"} if site.certificate else None,
    }


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _hosts(names: Iterable[str]) -> list[str]:
    """Return the names that are host names; what a registry wrote otherwise is no fact."""
    found = [name.lower().rstrip(".") for name in names]
    return [name for name in found if exact.is_host(name)][:_LISTED]


def _phishing(case: Case, said: Said, _now: datetime) -> Known:
    kit = clean(case.site.kits[0], _NAME) if case.site.kits else None
    return _content(case, said, "phishing") | {
        "credential_fields": [clean(one, 40) for one in case.site.asks[:_LISTED]],
        "phishing_kit": kit,
        "redirect_chain": list(_chain(case)),
    }


def _chain(case: Case) -> Iterable[str]:
    for url in case.site.redirects[:_LISTED]:
        try:
            yield exact.strip(url)
        except UserError:  # a step that is no http address is no step of the chain
            continue


def _impersonation(case: Case, said: Said, _now: datetime) -> Known:
    if not case.brand.domains:
        raise UserError(f"legitimate_site: the pack knows no domain of {clean(case.brand.name, 60)}; add one to it")
    return _content(case, said, "brand_infringement") | {
        "infringement_type": "brand_impersonation",
        "legitimate_site": f"https://{case.brand.domains[0]}/",
        "infringing_elements": ["brand_name"] if case.brand.id in case.site.brands else None,
    }


def _tech_support(case: Case, said: Said, _now: datetime) -> Known:
    return _content(case, said, "fraud") | {
        "fraud_type": "tech_support",
        "claimed_entity": clean(case.brand.name, _NAME),
    }


def _suspicious(case: Case, said: Said, now: datetime) -> Known:
    registered = case.site.registered
    if registered is None:
        raise UserError("registration_date is not known: run scamhunt investigate, or report what was observed")
    signs = [_SUSPICIOUS[reason.signal] for reason in case.reasons if reason.signal in _SUSPICIOUS]
    parked = ["parked_page"] if case.site.verdict == "parked" or case.site.liveness == "parked" else []
    return _content(case, said, choice.SUSPICIOUS) | {
        "registration_date": _iso(registered),
        "days_since_registration": max((now - registered).days, 0),
        "suspicious_indicators": list(dict.fromkeys([*signs, *parked])) or ["other"],
        "targeted_brands": [clean(case.brand.name, _NAME)],
        "related_domains": [{"domain": name} for name in _hosts(name for name, _ in case.related)[:_RELATED]],
    }


_SMS = "sms"


def _text_message(case: Case, said: Said, _now: datetime) -> Known:
    if not _NUMBER.fullmatch(case.indicator):
        raise UserError(f"source_identifier: '{clean(case.indicator, 40)}' is no number in E.164")
    return {
        "source_identifier": case.indicator,
        "category": "messaging",
        "type": "spam",
        "protocol": "sms",
        "evidence_source": "content_analysis" if claims.is_signed(said) else "user_complaint",
    }


_TYPES: Mapping[str, Callable[[Case, Said, datetime], Known]] = {
    choice.PHISHING: _phishing,
    choice.IMPERSONATION: _impersonation,
    choice.TECH_SUPPORT: _tech_support,
    choice.SUSPICIOUS: _suspicious,
    _SMS: _text_message,
}
"""What makes the fields of a type, by the purpose of the template."""


# --- evidence, check --------------------------------------------------------------------------------------------------


def evidence(proofs: Sequence[tuple[Proof, bytes]]) -> tuple[list[Known], list[str]]:
    """Return the items that fit, and the hashes of those that do not. Raises `UserError` for changed bytes."""
    items: list[Known] = []
    left_out: list[str] = []
    size = 0
    for proof, body in sorted(proofs, key=lambda pair: _FIRST.get(pair[0].media_type, 2)):
        digest = hashlib.sha256(body).hexdigest()
        if digest != proof.sha256:
            raise UserError(f"evidence {proof.id} is not what it was: its bytes changed; run scamhunt evidence verify")
        if len(body) > ITEM_LIMIT or size + len(body) > ALL_LIMIT or len(items) == ITEMS:
            left_out.append(f"sha256:{digest}")
            continue
        size += len(body)
        items.append(_item(proof, body))
    return items, left_out


def _item(proof: Proof, body: bytes) -> Known:
    return {
        "content_type": proof.media_type if _MEDIA_TYPE.fullmatch(proof.media_type) else "application/octet-stream",
        "description": clean(f"evidence {proof.id}: {proof.what}, {when(proof.acquired_at)}", _OF_AN_ITEM),
        "payload": b64encode(body).decode("ascii"),
        "hash": f"sha256:{proof.sha256}",
        "size": len(body),
    }


def checked(report: Known) -> Known:
    """Return a report that its schemas take. A field that they do not know is refused, too.

    Recommended fields are not required of it: `source_port` and the like would have to be invented. Raises `UserError`
    with the name of the field.
    """
    from xarf import parse  # noqa: PLC0415  # pydantic and jsonschema take half a second to load

    found = parse(report)
    problems = [(one.field, one.message) for one in found.errors]
    problems += [(one.field, one.message) for one in found.warnings]
    for field, message in problems:
        raise UserError(f"XARF: {clean(field or 'report', 60)}: {clean(message, 200)}")
    return report


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
