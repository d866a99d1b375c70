"""What findings say of a target, read for a report: only what was found, by whom, and which bytes prove it. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import MAXYEAR, UTC, datetime
from ipaddress import ip_address
from itertools import islice

from scamhunt.observed import Finding, Outcome
from scamhunt.score.seen.read import holds, moment, number, tables, text, texts
from scamhunt.takedown.proofs import by_weight
from scamhunt.takedown.site import Browser, Company, Machine, Proof, Published, Reproduced, Site, Visited

MOST = 50
"""Things of one kind."""
LONGEST = 500
"""Characters of a text from outside."""
REGISTRIES = ("rdap.domain", "whois.domain")
PAGES = ("page.rendered", "page.shown")
SCOPES = ("registrar", "reseller", "network", "registry", "registrant")
"""In the order in which they are worth writing to."""
NEWER = frozenset({*REGISTRIES, "dns.ns", "dns.mx", "dns.mail"})
"""Kinds of which a later look that found one tells better; where a name leads is told as one, see `merged`."""
LEADS = frozenset({"dns.a", "dns.aaaa", "dns.cname"})
OF_NETWORKS = frozenset({"rdap.ip", "host.recognised"})

_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}").fullmatch
_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_STATUS = range(100, 600)
_FIRST_YEAR = 1970


def read(findings: Sequence[Finding], proofs: Sequence[Proof], visited: Visited) -> Site:
    """Return what findings say, and nothing that was not found.

    Texts from outside stay as they came, at most `LONGEST` characters and `MOST` of a kind. What is damaged, or of
    another shape than docs/investigate.md says, is left out; nothing is raised.
    """
    found = [one for one in findings if _sound(one)]
    telling = _telling(found)
    return replace(
        _registration(found, Site()),
        look=visited.look,
        looked_at=visited.looked_at,
        url=visited.url[:LONGEST],
        final_url=_cut(text(telling, "final_url")) if telling else "",
        verdict=visited.verdict,
        liveness=visited.liveness,
        liveness_at=visited.liveness_at,
        machines=_machines(found),
        companies=_companies(found),
        mail_servers=_most(_mail_servers(found)),
        has_spf=any(text(one, "spf") for one in _of(found, "dns.mail")),
        title=_page_text(found, telling, "title"),
        language=_page_text(found, telling, "language"),
        asks=_listed(found, "page.form", "asks"),
        posts_to=_most(text(one, "action_host") for one in _of(found, "page.form") if holds(one, "foreign")),
        numbers=_most(one for one in _said(found, "page.number", "e164") if _NUMBER(one)),
        brands=_most(one for kind in PAGES for one in _listed(found, kind, "brands")),
        popups=_listed(found, "page.popup", "signs"),
        kits=_listed(found, "page.kit", "known"),
        redirects=_redirects(telling) if telling else (),
        certificate=next(filter(_HASH, _said(found, "tls.certificate", "fingerprint")), ""),
        visits=tuple(islice(_visits(found, visited.browsers), MOST)),
        proofs=by_weight(proofs)[:MOST],
    )


def merged(seen: Sequence[Finding], later: Sequence[Finding]) -> list[Finding]:
    """Return the findings of a look that saw pages with those of a later look about registration, DNS and networks.

    A later one counts only where it found something: that it found nothing takes nothing away. When the name leads to
    other addresses now, companies are told by the later look alone, and networks that it left are no longer told.
    """
    found = [one for one in later if _sound(one) and (one.sha256 or one.kind not in REGISTRIES)]
    newer = {one.kind for one in found} & NEWER
    dropped = newer | (set(REGISTRIES) if newer & set(REGISTRIES) else set())
    there, left = _addresses(found), set[str]()
    if there:
        before = _addresses([one for one in seen if _sound(one)])
        newer, left = newer | LEADS | OF_NETWORKS, set(before) - set(there)
        dropped |= LEADS | ({"host.recognised"} if set(before) != set(there) else set())
    kept = [one for one in seen if one.kind not in dropped and not (one.kind == "rdap.ip" and _at(one) in left)]
    return [*kept, *(one for one in found if one.kind in newer)]


def _at(one: Finding) -> str:
    return _address(text(one, "address")) if _sound(one) else ""


# --- whom it belongs to -----------------------------------------------------------------------------------------------


def _registration(found: Sequence[Finding], site: Site) -> Site:
    """Return what registry and registrar say; the registry answers first, so what it says comes first."""
    said = sorted(_of(found, *REGISTRIES), key=lambda one: REGISTRIES.index(one.kind))
    servers = _most(one for each in said for one in texts(each, "nameservers"))
    dates = (moment(one, "registered") for one in said)
    return replace(
        site,
        registrar=next(filter(None, (_cut(text(one, "registrar")) for one in said)), ""),
        registrar_id=next(filter(_is_number, (text(one, "registrar_id") for one in said)), ""),
        registry=next(filter(None, (_cut(text(one, "server")) for one in said)), ""),
        registered=next((one for one in dates if one), None),
        statuses=_most(one for each in said for one in texts(each, "statuses")),
        nameservers=servers or _most(one.lower().rstrip(".") for one in _listed(found, "dns.ns", "values")),
        contacts=_contacts(said),
    )


def _contacts(said: Iterable[Finding]) -> tuple[Published, ...]:
    """Return contacts, each once, those first who can act on it."""
    kept: dict[tuple[str, ...], Published] = {}
    for one in said:
        for row in tables(one, "abuse"):
            contact = _contact(one, row)
            if contact.scope in SCOPES and (contact.email or contact.phone or contact.form):
                key = (contact.email.lower(), "" if contact.email else contact.phone + contact.form, contact.scope)
                kept.setdefault(key, contact)
    ranked = sorted(kept.values(), key=lambda one: (SCOPES.index(one.scope), one.role != "abuse", not one.email))
    return tuple(ranked[:MOST])


def _contact(said: Finding, row: Mapping[str, object]) -> Published:
    told = {key: value for key, value in row.items() if isinstance(value, str) and len(value) <= LONGEST}
    email, name, scope, phone, form = (told.get(key, "") for key in ("email", "name", "scope", "phone", "form"))
    role = "abuse" if told.get("role", "abuse") == "abuse" else "general"
    return Published(email, name, scope, role, _cut(said.source), said.sha256, said.observed_at, phone, form)


def _machines(found: Sequence[Finding]) -> tuple[Machine, ...]:
    """Return the addresses that the name leads to, each with its network where a registry told of it."""
    networks: dict[str, Finding] = {}
    for one in _of(found, "rdap.ip"):
        networks.setdefault(_address(text(one, "address")), one)
    addresses = dict.fromkeys(one for one in (*_addresses(found), *networks) if one)
    return tuple(_machine(one, networks.get(one)) for one in islice(addresses, MOST))


def _machine(address: str, said: Finding | None) -> Machine:
    if said is None:
        return Machine(address)
    holder, country = text(said, "holder") or text(said, "name"), text(said, "country")
    return Machine(address, _cut(text(said, "network")), _cut(holder), _cut(country), _contacts([said]))


def _addresses(found: Sequence[Finding]) -> tuple[str, ...]:
    return _most(_address(one) for kind in ("dns.a", "dns.aaaa") for one in _listed(found, kind, "values"))


def _address(written: str) -> str:
    try:
        return str(ip_address(written))
    except ValueError:
        return ""


def _companies(found: Sequence[Finding]) -> tuple[Company, ...]:
    kept: dict[tuple[str, str], Company] = {}
    for one in _of(found, "host.recognised"):
        role, name, by = (_cut(text(one, key)) for key in ("role", "name", "by"))
        if role and name:
            kept.setdefault((role, name), Company(role, name, by))
    return tuple(kept.values())[:MOST]


def _mail_servers(found: Sequence[Finding]) -> Iterator[str]:
    """Yield who takes the name's mail; a null MX (RFC 7505) takes none."""
    for value in _listed(found, "dns.mx", "values"):
        yield "".join(value.split()[-1:]).lower().rstrip(".")


# --- what a visitor sees ----------------------------------------------------------------------------------------------


def _visits(found: Sequence[Finding], browsers: Mapping[str, Browser]) -> Iterator[Reproduced]:
    """Yield the visits that got an answer: one a vantage."""
    done = set[str]()
    for one in _of(found, "http.exchange"):
        url = _cut(text(one, "final_url"))
        if one.vantage in done or not url:
            continue
        done.add(one.vantage)
        said = browsers.get(one.vantage, Browser())
        at, status = one.observed_at.astimezone(UTC), number(one, "status") or 0
        yield Reproduced(
            vantage=one.vantage,
            url=url,
            at=at,
            user_agent=said.user_agent,
            language=said.language,
            referrer=said.referrer,
            status=status if status in _STATUS else 0,
            saw=_saw(found, one.vantage),
        )


def _saw(found: Sequence[Finding], vantage: str) -> str:
    """Return in words what one vantage saw: what it was asked for, else what the page is called."""
    own = [one for one in found if one.vantage == vantage]
    said = [_in_words(own, "page.form", "asks", "a form that asks for ")]
    said.append(_in_words(own, "page.popup", "signs", "a page that plays a warning: "))
    shown = [one for one in _said(own, "page.number", "e164") if _NUMBER(one)]
    said.append(f"the number {' and '.join(shown[:3])}" if shown else "")
    walls = [text(one, "what") for one in _of(own, "page.block")]
    said.append(f"a wall in front of the page: {', '.join(walls[:3])}" if any(walls) else "")
    return _cut("; ".join(one for one in said if one) or _page_in_words(own))


def _in_words(own: Sequence[Finding], kind: str, key: str, begin: str) -> str:
    some = _listed(own, kind, key)
    last = " and " if kind == "page.form" else ", "
    return begin + last.join(filter(None, (", ".join(some[:-1]), some[-1]))) if some else ""


def _page_in_words(own: Sequence[Finding]) -> str:
    pages = [one for kind in PAGES for one in _of(own, kind)]
    title = next((text(one, "title") for one in pages if text(one, "title")), "")
    if title:
        return f"a page titled \u201c{title}\u201d"
    return (
        "" if not pages else "an empty page" if all(holds(one, "empty") for one in pages) else "a page without a title"
    )


def _telling(found: Sequence[Finding]) -> Finding | None:
    """Return the visit that says the most: of the vantage that was asked for something, else the first."""
    visits = [one for one in _of(found, "http.exchange") if text(one, "final_url")]
    asked = {one.vantage for one in _of(found, "page.form") if texts(one, "asks")}
    asked |= {one.vantage for one in _of(found, "page.popup")}
    return next((one for one in visits if one.vantage in asked), visits[0] if visits else None)


def _page_text(found: Sequence[Finding], telling: Finding | None, key: str) -> str:
    """Return a text of the page: of the telling vantage before others, as it was drawn before as it came."""
    first = telling.vantage if telling else ""
    pages = sorted((one for kind in PAGES for one in _of(found, kind)), key=lambda one: one.vantage != first)
    return next((_cut(text(one, key)) for one in pages if text(one, key)), "")


def _redirects(telling: Finding) -> tuple[str, ...]:
    return _most(one for hop in tables(telling, "chain") if isinstance(one := hop.get("url"), str))


# --- reading ----------------------------------------------------------------------------------------------------------


def _sound(one: Finding) -> bool:
    """Say whether a finding says what is there, in a shape that can be read."""
    at = one.observed_at
    dated = isinstance(at, datetime) and at.tzinfo is not None and _FIRST_YEAR <= at.year < MAXYEAR
    return one.outcome is Outcome.FOUND and isinstance(one.data, Mapping) and dated


def _of(found: Iterable[Finding], *kinds: str) -> list[Finding]:
    return [one for one in found if one.kind in kinds]


def _said(found: Sequence[Finding], kind: str, key: str) -> list[str]:
    return [text(one, key) for one in _of(found, kind)]


def _listed(found: Sequence[Finding], kind: str, key: str) -> tuple[str, ...]:
    return _most(one for each in _of(found, kind) for one in texts(each, key))


def _most(given: Iterable[str]) -> tuple[str, ...]:
    """Return texts, each once, shortened, and not too many."""
    return tuple(islice(dict.fromkeys(_cut(one) for one in given if one), MOST))


def _cut(given: str) -> str:
    return given[:LONGEST]


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) <= len("4294967295")
