"""Everyone who can act on a case, found from what looks and tables say, and from the list of desks. Nothing is guessed.

Who hosts the content is asked first, then who could only take the name away, in the order of `takedown/kinds.py`. A
tenant of a shared platform is the platform's alone: registrar, zone and mail belong to the platform as a whole. Pure.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.indicators.gtlds import is_gtld
from scamhunt.indicators.phone import NumberType
from scamhunt.model import Kind
from scamhunt.takedown import roles
from scamhunt.takedown.case import Case, Desk, Recipient
from scamhunt.takedown.contacts import check_form, check_recipient, in_words, is_junk, vouched
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.parties import (
    MACHINES,
    SHOWN,
    by_domain,
    by_name,
    day,
    from_desk,
    from_published,
    gap,
    host_of,
    is_address,
    of_kind,
    once,
    published,
    usable,
    why_not,
    words_of,
    zone,
)
from scamhunt.takedown.roles import is_inbound_only
from scamhunt.takedown.site import Company, Machine
from scamhunt.takedown.words import clean

__all__ = ["check_form", "check_recipient", "find", "in_words", "is_junk", "left_out", "platform_of", "vouched"]

_K = RecipientKind
_ORDER = {kind.value: at for at, kind in enumerate(RecipientKind)}
_STATE = re.compile(r"\s+-\s+[A-Z]{2}\s*$")
_ROLE_KINDS = {"hosting": _K.HOST, "cdn": _K.CDN, "site builder": _K.PLATFORM, "url shortener": _K.SHORTENER}
_ROLE_KINDS |= {"dns": _K.DNS, "mail": _K.MAIL}


def find(case: Case, desks: Sequence[Desk]) -> list[Recipient]:
    """Return everyone who can act on a case, who is asked first at the beginning (`order` from 1 on).

    A party that can act and whose contact nobody knows is there with an empty address: a person sees the gap. The same
    address is listed once, at its first kind.
    """
    listed = _of_number(case, desks) if case.kind == Kind.PHONE else _of_name(case, desks)
    ordered = sorted(listed, key=lambda one: _ORDER[one.kind])
    return [replace(one, order=at) for at, one in enumerate(once(ordered), 1)]


def left_out(case: Case) -> list[str]:
    """Return, as sentences, what registries publish as contacts and is not used."""
    given = [one for one in published(case) if one.email]
    unusable = sum(not is_address(one.email) for one in given)
    junk = sum(is_address(one.email) and why_not(one.email, case) for one in given)
    told = [(unusable, "no plain mail address"), (junk, "the target's own, or of a registry that acts on no report")]
    return [f"left out of the published contacts: {number} ({why})" for number, why in told if number]


# --- names ------------------------------------------------------------------------------------------------------------


def _of_name(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    platform = platform_of(case)
    if platform:
        yield _at_platform(platform, desks)
    else:
        yield from _hosts(case, desks)
        yield _registrar(case, desks)
        yield _registry(case, desks)
        yield from _served(case, desks, _K.DNS, case.site.nameservers, "You answer for its zone")
        if case.site.mail_servers:
            yield from _served(case, desks, _K.MAIL, case.site.mail_servers, "You take its mail")
        yield from _companies(case, desks, _K.PLATFORM)
    yield from _shorteners(case, desks)
    for desk in of_kind(desks, _K.BLOCKLIST):
        yield from_desk(desk, "You warn people before they open a page like this one.")
    yield from _incident_teams(case, desks)
    if case.earlier and not platform and is_gtld(case.indicator):
        for desk in of_kind(desks, _K.COMPLIANCE):
            yield from_desk(desk, "You see to the contract of its registrar, which was asked first.")


def platform_of(case: Case) -> str:
    """Return the apex of the shared platform that a name is a tenant of, or is itself; empty for any other."""
    try:
        name = domain.parse(case.indicator)
    except BadIndicator:
        return ""
    if "platform" in name.flags:
        return name.host
    return name.suffix if "tenant" in name.flags else ""


def _at_platform(apex: str, desks: Sequence[Desk]) -> Recipient:
    yours = f"It is a tenant below your name {apex}."
    desk = by_domain(of_kind(desks, _K.PLATFORM), apex)
    return from_desk(desk, yours) if desk else gap(_K.PLATFORM, apex, yours)


def _hosts(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    fronts = [one for one in case.site.companies if one.role == "cdn"]
    seen = set[str]()
    for machine in case.site.machines[:MACHINES]:
        kind = _K.CDN if any(_is_of(machine, one) for one in fronts) else _K.HOST
        holder = machine.holder or machine.network or machine.address
        if holder not in seen:
            seen.add(holder)
            yield _host(case, machine, desks, kind)
    yield from _companies(case, desks, _K.CDN)
    yield from _companies(case, desks, _K.HOST)


def _host(case: Case, machine: Machine, desks: Sequence[Desk], kind: RecipientKind) -> Recipient:
    holder = clean(machine.holder or machine.network or "its network", SHOWN)
    what = "stands in front of it" if kind is _K.CDN else "answers for it"
    yours = f"The address {clean(machine.address, SHOWN)}, which {what}, is in your network ({holder})."
    desk = by_name(of_kind(desks, kind), machine.holder)
    if desk:
        return from_desk(desk, yours)
    found = usable(case, (one for one in machine.contacts if one.scope == "network"))
    return from_published(found[0], kind, yours) if found else gap(kind, holder, yours)


def _is_of(machine: Machine, company: Company) -> bool:
    """Say whether a machine is of a company that was recognised: by this address, or by the name of its holder."""
    named, holder = words_of(company.name), words_of(machine.holder)
    return machine.address in company.by.split() or (bool(named) and holder[: len(named)] == named)


def _companies(case: Case, desks: Sequence[Desk], kind: RecipientKind) -> Iterator[Recipient]:
    """Yield those that were recognised by something else than an address that tells its network."""
    for company in case.site.companies:
        if _ROLE_KINDS.get(company.role) is not kind or any(_is_of(one, company) for one in case.site.machines):
            continue
        name = clean(company.name, SHOWN)
        yours = f"You were recognised as its {in_words(kind)}, {name}, by {clean(company.by, SHOWN)}."
        desk = by_name(of_kind(desks, kind), company.name)
        yield from_desk(desk, yours) if desk else gap(kind, name, yours)


def _registrar(case: Case, desks: Sequence[Desk]) -> Recipient:
    site = case.site
    found = usable(case, (one for one in site.contacts if one.scope == "registrar"))
    said = found[0] if found else next((one for one in site.contacts if one.scope == "registrar"), None)
    number = f", IANA {clean(site.registrar_id, 10)}" if site.registrar_id else ""
    by = f", says {clean(said.source, SHOWN)} on {day(said)}" if said else ""
    name = clean(site.registrar, SHOWN) or "its registrar"
    yours = f"You are the registrar of record{number}{by}."
    desk = next((one for one in of_kind(desks, _K.REGISTRAR) if site.registrar_id in one.registrar_ids), None)
    if desk and site.registrar_id:
        return from_desk(desk, yours)
    return from_published(found[0], _K.REGISTRAR, yours) if found else gap(_K.REGISTRAR, name, yours)


def _registry(case: Case, desks: Sequence[Desk]) -> Recipient:
    suffix = case.indicator.rpartition(".")[2].partition("/")[0].lower()
    yours = f"You are the registry of .{clean(suffix, SHOWN)}."
    desk = next((one for one in of_kind(desks, _K.REGISTRY) if suffix in one.domains), None)
    if desk:
        return from_desk(desk, yours)
    found = usable(case, (one for one in case.site.contacts if one.scope == "registry"))
    return from_published(found[0], _K.REGISTRY, yours) if found else gap(_K.REGISTRY, f".{suffix}", yours)


def _served(
    case: Case, desks: Sequence[Desk], kind: RecipientKind, hosts: Sequence[str], fact: str
) -> Iterator[Recipient]:
    """Yield who runs servers of a name: by their own names, else as they were recognised; never the name itself."""
    recognised = list(_companies(case, desks, kind))
    yield from recognised
    if any(one.address for one in recognised):
        return
    zones = dict.fromkeys(zone(host) for host in hosts[:MACHINES])
    for below in zones:
        if not below or below == zone(case.indicator):
            continue
        yours = f"{fact}: its servers are below {clean(below, SHOWN)}."
        desk = by_domain(of_kind(desks, kind), below)
        if desk or not recognised:
            yield from_desk(desk, yours) if desk else gap(kind, clean(below, SHOWN), yours)


def _shorteners(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    yield from _companies(case, desks, _K.SHORTENER)
    ways = (case.indicator, case.site.url, *case.site.redirects[:MACHINES])
    for host in dict.fromkeys(host_of(way) for way in ways):
        if desk := by_domain(of_kind(desks, _K.SHORTENER), host):
            yield from_desk(desk, f"A short link of yours leads there, below {clean(host, SHOWN)}.")


def _incident_teams(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    suffix = host_of(case.indicator).rpartition(".")[2]
    places = [(suffix, f"Its name ends in .{clean(suffix, SHOWN)}.")]
    places += [
        (one.country.lower(), f"Its address {clean(one.address, SHOWN)} is in {clean(one.country, 2)}.")
        for one in case.site.machines[:MACHINES]
    ]
    for place, yours in places:
        for desk in of_kind(desks, _K.CERT):
            if place in desk.domains:
                yield from_desk(desk, yours)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _of_number(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    makers: dict[RecipientKind, Callable[[Case, Sequence[Desk]], Iterable[Recipient]]]
    makers = {_K.CARRIER: _carrier, _K.RESPORG: _resporg, _K.TRACEBACK: _tracers, _K.DO_NOT_ORIGINATE: _lists}
    for kind, maker in makers.items():
        if case.role in roles.MAY.get(kind.value, frozenset()):
            yield from maker(case, desks)


def _carrier(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    held = case.number.attribution
    if held is None:
        yield gap(_K.CARRIER, "its carrier", "You serve the number.")
        return
    holder = clean(_STATE.sub("", held.holder), SHOWN)
    since = f" of {clean(held.as_of, SHOWN)}" if held.as_of else ""
    yours = f"The number's block is assigned to you ({holder}), says {clean(held.source, SHOWN)}{since}."
    desk = by_name(of_kind(desks, _K.CARRIER), _STATE.sub("", held.holder))
    yield from_desk(desk, yours) if desk else gap(_K.CARRIER, holder, yours)


def _resporg(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    if case.number.type == NumberType.TOLL_FREE:
        yours = "You can say who is responsible for the toll-free number."
        listed = of_kind(desks, _K.RESPORG)
        yield from [from_desk(one, yours) for one in listed] or [gap(_K.RESPORG, "its RespOrg", yours)]


def _tracers(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:  # noqa: ARG001  # one signature for all
    for desk in of_kind(desks, _K.TRACEBACK):
        yield from_desk(desk, "You follow calls back to where they began.")


def _lists(case: Case, desks: Sequence[Desk]) -> Iterator[Recipient]:
    if is_inbound_only(case.indicator, case.brand.inbound_only):
        for desk in of_kind(desks, _K.DO_NOT_ORIGINATE):
            yield from_desk(desk, "You keep the list of numbers that never place calls.")
