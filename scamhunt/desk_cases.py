"""What is known of a candidate when a report on it is drafted or approved, by the looks at it. Part of `desk.py`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from scamhunt.campaigns.kinds import COMMON, FORM_SERVICES, WIDE_CERTIFICATE
from scamhunt.errors import BadIndicator
from scamhunt.investigate.vantages import vantages
from scamhunt.model import WERE_CASES, Kind, State
from scamhunt.observed import Finding, Liveness, Outcome
from scamhunt.protected import Protected
from scamhunt.score.seen.read import holds, target_of, text
from scamhunt.settings import Depth, Settings
from scamhunt.store import Acting, CandidateView, EvidenceView, LookView, Store
from scamhunt.takedown.blast import Blast, blast, host_of
from scamhunt.takedown.case import Case
from scamhunt.takedown.proofs import what_it_is
from scamhunt.takedown.site import NOTHING_SEEN, Browser, Proof, Site, Visited
from scamhunt.takedown.site_read import REGISTRIES, merged, read

MOST_LOOKS = 200
"""Looks among which the last that saw a page is looked for."""
MOST_READ = 10
"""Looks of which the findings are read, of those with a page and of those after it each."""
MOST_PROOFS = 200
MOST_RELATED = 20
MOST_SHARED = 50
"""Values of one kind by which others are looked for."""
MOST_SIGHTED = 200

_LIVE = frozenset({Liveness.LIVE, Liveness.PARKED})
_OF_PAGES = ("application/warc", "text/html")
_NUMBER, _TRACKER = ("page.number", "e164"), ("page.tracker", "id")
_CERTIFICATE, _FORM = ("tls.certificate", "fingerprint"), ("page.form", "action_host")
_WHY: Mapping[tuple[str, str], str] = {
    _NUMBER: "shows the same number to call",
    _TRACKER: "has the same account for counting visitors",
    _CERTIFICATE: "uses the same certificate",
    _FORM: "sends what is typed to the same host",
}

Shared = dict[tuple[str, str], tuple[str, ...]]


def site_of(store: Store | Acting, candidate: CandidateView, settings: Settings | None = None) -> Site:
    """Return what the looks at a candidate found: of the newest that saw a page, with newer answers of registries.

    Registration, DNS and networks are those of a later look where that found them. Nobody looked: `NOTHING_SEEN`. With
    settings the visits tell as which browser they were made. Reads no file.
    """
    looks = store.looks(candidate_id=candidate.id, limit=MOST_LOOKS)
    if not looks:
        return NOTHING_SEEN
    base, findings = _with_page(store, candidate.id, looks)
    later = [one for one in looks if one.id > base.id][:MOST_READ]
    sources = [base]
    for one in reversed(later):
        told = store.findings(one.id)
        sources += [one] if any(each.sha256 for each in told) else []
        findings = merged(findings, told)
    if not any(one.kind in REGISTRIES and one.outcome is Outcome.FOUND for one in findings):
        before, told = _registered_before(store, looks, base)
        findings, sources = [*findings, *told], [*sources, *before]
    proven = {one.sha256 for one in findings}
    rows = [row for one in sources for row in store.evidence(look_id=one.id, limit=MOST_PROOFS)]
    proofs = [_proof(row) for row in rows if row.look_id == base.id or row.sha256 in proven]
    return read(findings, proofs, _visited(base, looks, settings))


def related_of(
    store: Store | Acting,
    candidate: CandidateView,
    protected: Protected,
    *,
    states: Collection[State] = WERE_CASES,
) -> tuple[tuple[str, str], ...]:
    """Return other targets of the same brand that share a strong observed link, each with the reason; at most 20.

    A number to call, an account that counts visitors, a certificate, a host that forms send to: never one of the
    brand's own, of a platform or of a service for everybody. Only cases are told unless `states` says otherwise.
    """
    shared = _shared_of(store, candidate, protected)
    found: dict[str, str] = {}
    for one in store.related(candidate.id, candidate.brand, shared, states) if shared else ():
        for key, values in shared.items():
            value = str(one.data.get(key[1], ""))
            if one.kind == key[0] and value in values and _holds(key, one.data, one.target):
                found.setdefault(one.target, f"{_WHY[key]}, {value}")
    return tuple(islice(found.items(), MOST_RELATED))


def blast_of(store: Store | Acting, protected: Protected, candidate: CandidateView, case: Case, now: datetime) -> Blast:
    """Return whom a report on a candidate may hit besides the scammer; `case` holds its site."""
    names = (host_of(one) for one in store.sighted(candidate.id, limit=MOST_SIGHTED))
    below = [one for one in dict.fromkeys(names) if one.endswith(f".{case.indicator}")]
    siblings = [one for one in below if one != f"www.{case.indicator}"]
    others = [one.brand for one in candidate.matches if one.brand != case.brand.id]
    known = protected.popular.get(case.indicator, "")
    named = [protected.brands.by_id[one].name for one in others if one in protected.brands.by_id]
    return blast(case, protected=protected, known=known, siblings=siblings, now=now, brands=named)


# --- which look -------------------------------------------------------------------------------------------------------


def _with_page(
    store: Store | Acting, candidate_id: int, looks: Sequence[LookView]
) -> tuple[LookView, Sequence[Finding]]:
    """Return the newest look that saw a page there, with its findings; else one that got any answer; else the newest.

    A page that says that it is gone is one too: it counts after one that was live.
    """
    items = (row for kind in _OF_PAGES for row in store.evidence(candidate_id=candidate_id, media_type=kind))
    ids = {row.look_id for row in items}
    opened = [one for one in looks if one.id in ids and one.depth != Depth.LOOKUPS]
    answered: tuple[LookView, Sequence[Finding]] | None = None
    for one in sorted(opened, key=lambda look: look.liveness not in _LIVE)[:MOST_READ]:
        findings = store.findings(one.id)
        seen = [each for each in findings if each.outcome is Outcome.FOUND]
        if any(each.kind in {"page.shown", "page.rendered"} and not holds(each, "empty") for each in seen):
            return one, findings
        if answered is None and any(each.kind == "http.exchange" for each in seen):
            answered = one, findings
    return answered or (looks[0], store.findings(looks[0].id))


def _registered_before(
    store: Store | Acting, looks: Sequence[LookView], base: LookView
) -> tuple[list[LookView], list[Finding]]:
    """Return the newest look before this one that learned of the registration, and what it learned."""
    for one in [one for one in looks if one.id < base.id][:MOST_READ]:
        told = [each for each in store.findings(one.id) if each.kind in REGISTRIES and each.sha256]
        if any(each.outcome is Outcome.FOUND for each in told):
            return [one], told
    return [], []


def _visited(base: LookView, looks: Sequence[LookView], settings: Settings | None) -> Visited:
    tried = next((one for one in looks if one.depth != Depth.LOOKUPS), base)
    profiles = vantages(settings) if settings else ()
    browsers = {one.name: Browser(one.user_agent, one.language, one.referrer) for one in profiles}
    return Visited(base.id, base.ended, base.url, base.verdict, tried.liveness, tried.ended, browsers)


def _proof(row: EvidenceView) -> Proof:
    what = what_it_is(row.media_type, url=row.url, note=row.note)
    return Proof(row.id, row.sha256, row.media_type, what, row.url, row.acquired_at, row.size, row.vantage)


# --- who belongs together ---------------------------------------------------------------------------------------------


def _shared_of(store: Store | Acting, candidate: CandidateView, protected: Protected) -> Shared:
    """Return the values by which others are looked for, without those that are the brand's own or everybody's."""
    if candidate.kind is Kind.PHONE:
        return {} if _is_protected(protected, candidate.indicator) else {_NUMBER: (candidate.indicator,)}
    looks = store.looks(candidate_id=candidate.id, limit=MOST_LOOKS)
    if not looks:
        return {}
    _, findings = _with_page(store, candidate.id, looks)
    seen = [one for one in findings if one.outcome is Outcome.FOUND]
    if any(one.kind == "host.recognised" and text(one, "role") in COMMON for one in seen) or _is_tenant(
        protected, candidate.indicator
    ):
        seen = [one for one in seen if one.kind != _TRACKER[0]]
    shared = {key: _values(seen, key, candidate.indicator) for key in _WHY}
    own = _own(store, candidate, protected)
    return {
        key: tuple(one for one in values if one not in own and not _of_everybody(key, one, protected))[:MOST_SHARED]
        for key, values in shared.items()
    }


def _values(seen: Iterable[Finding], key: tuple[str, str], target: str) -> tuple[str, ...]:
    """Return the values of a kind that tell who is at work."""
    told = (one for one in seen if one.kind == key[0] and _holds(key, one.data, target))
    return tuple(dict.fromkeys(one for each in told if (one := text(each, key[1]))))


def _holds(key: tuple[str, str], data: Mapping[str, object], target: str) -> bool:
    """Say whether a finding links: a number to call, a form that leaves the site, a certificate made out to it."""
    if key == _NUMBER:
        return data.get("role") == "callback"
    if key == _FORM:
        return data.get("foreign") is True
    if key == _CERTIFICATE:
        names = data.get("names")
        listed = names if isinstance(names, list) and len(names) <= WIDE_CERTIFICATE else []
        return any(isinstance(one, str) and one.lower().removeprefix("*.") == target for one in listed)
    return True


def _own(store: Store | Acting, candidate: CandidateView, protected: Protected) -> set[str]:
    """Return what the brand's own pages have: kits copy them with all that is on them."""
    brand = protected.brands.by_id.get(candidate.brand)
    said = store.said_of(brand.domains, [kind for kind, _ in _WHY]) if brand else []
    return {str(one.data.get(key)) for one in said for kind, key in _WHY if kind == one.kind}


def _of_everybody(key: tuple[str, str], value: str, protected: Protected) -> bool:
    if key == _FORM:
        return value in FORM_SERVICES or target_of(value) in FORM_SERVICES or _is_protected(protected, value)
    return key == _NUMBER and _is_protected(protected, value)


def _is_protected(protected: Protected, value: str) -> bool:
    try:
        return protected.why(value) is not None
    except BadIndicator:
        return False


def _is_tenant(protected: Protected, value: str) -> bool:
    try:
        return protected.tenant_of(value) is not None
    except BadIndicator:
        return False
