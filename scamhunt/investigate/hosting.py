"""Whose machines and services stand behind a target, and what stands there instead of a site.

Told by tables of `data/hosting`: name servers, aliases, mail servers, headers, certificates, addresses and the words of
short pages. What a page writes is the scammer's own word: words count only where a page says little else.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from scamhunt.errors import UserError, did_you_mean
from scamhunt.observed import Finding, Outcome
from scamhunt.score.seen.read import folded, number, pairs, text, texts

KIND = "host.recognised"
ROLES = tuple(
    "cdn,hosting,parking,for sale,sinkhole,registrar,dns,mail,site builder,url shortener,suspended,default page".split(
        ","
    )
)
OF_PAGES = frozenset({"header", "title", "text", "issuer", "san"})
"""What one vantage saw: the finding names it."""
MOST_WORDS = 250
"""A page with more visible words is no parking, suspension or default page, whatever it says."""
ENTRIES = 2_000
"""Entries of all tables together."""
VALUES = 100
"""Values of one key of an entry, each of at most 200 characters."""
_LONGEST = 200
_TEXTS = ("role", "name", "source", "how")
_MATCHED = ("ns", "ns_like", "cname", "mx", "header", "issuer", "san", "title", "text", "holder", "address")
_HOW = ("documented", "tried", "known")

Network = IPv4Network | IPv6Network
Evidence = tuple[str, str, Finding]
"""By what an entry is recognised: key of the table, the value that was seen, the finding that has it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One party or one kind of page, and by what it is recognised."""

    role: str
    name: str
    source: str
    how: str
    by: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Values by key, folded."""
    networks: Sequence[Network] = ()

    def fits(self, key: str, seen: str) -> bool:
        """Return whether a value that was seen is one of this entry's."""
        if key == "address":
            address = _address(seen)
            return address is not None and any(address in one for one in self.networks)
        return any(_FITS[key](seen, one) for one in self.by.get(key, ()))


@dataclass(frozen=True, slots=True)
class Hosting:
    """All tables, read. Built by `parse_hosting`."""

    entries: Sequence[Entry]

    def recognise(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return one finding (`host.recognised`) for each party and, of what pages tell, each vantage.

        It names the first thing by which the party was recognised, and the answer that proves it.
        """
        found: dict[tuple[str, str, str], Finding] = {}
        for key, seen, proof in _evidence(findings):
            vantage = proof.vantage if key in OF_PAGES else ""
            for entry in self.entries:
                if (entry.role, entry.name, vantage) not in found and entry.fits(key, seen):
                    found[entry.role, entry.name, vantage] = _finding(entry.role, entry.name, key, seen, proof, vantage)
        return [*found.values(), *_registrars(findings)]


def recognise(findings: Sequence[Finding], hosting: Hosting) -> list[Finding]:
    """Return what the tables recognise in findings, as `Hosting.recognise`."""
    return hosting.recognise(findings)


# --- what was seen ----------------------------------------------------------------------------------------------------


def _evidence(findings: Sequence[Finding]) -> Iterator[Evidence]:
    """Yield everything that the tables are asked about, in the order of the findings."""
    for one in findings:
        if one.outcome is Outcome.FOUND:
            yield from ((key, seen, one) for key, seen in _told(one) if seen)


def _told(one: Finding) -> Iterator[tuple[str, str]]:
    if one.kind == "dns.ns":
        yield from (("ns", _host(value)) for value in texts(one, "values"))
        yield from (("ns_like", _host(value)) for value in texts(one, "values"))
    elif one.kind == "dns.mx":
        yield from (("mx", _host(value.split()[-1])) for value in texts(one, "values") if value.split())
    elif one.kind in {"dns.cname", "dns.a", "dns.aaaa"}:
        names = [*texts(one, "aliases"), *(texts(one, "values") if one.kind == "dns.cname" else ())]
        yield from (("cname", _host(value)) for value in names)
        yield from (("address", value) for value in texts(one, "values") if one.kind != "dns.cname")
    elif one.kind == "rdap.ip":
        yield from (("holder", f" {text(one, key).lower()}") for key in ("holder", "name"))
    elif one.kind == "tls.certificate":
        yield "issuer", text(one, "issuer").lower()
        yield from (("san", _host(value)) for value in texts(one, "names"))
    elif one.kind == "http.exchange":
        yield from (("header", f"{name.lower()}: {value.lower()}") for name, value in pairs(one, "headers"))
    elif one.kind in {"page.shown", "page.rendered"}:
        yield from _words(one)


def _words(page: Finding) -> Iterator[tuple[str, str]]:
    """Yield title and text of a page that says little."""
    if (number(page, "words") or 0) <= MOST_WORDS:
        yield "title", folded(text(page, "title"))
        yield "text", folded(text(page, "text"))


def _registrars(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield who registered the name: registries say it, no table is needed."""
    for one in findings:
        name = text(one, "registrar")
        if one.kind in {"rdap.domain", "whois.domain"} and one.outcome is Outcome.FOUND and name:
            yield _finding("registrar", name, "registrar", name, one, "")
            return


def _finding(role: str, name: str, key: str, seen: str, proof: Finding, vantage: str) -> Finding:  # noqa: PLR0913, PLR0917  # parts of one sentence
    by = f"{_SAID[key]} {seen.strip()[:120]}".strip() if key not in {"title", "text"} else _SAID[key]
    said = f"{name}: {role}, by {by}"
    data = {"role": role, "name": name, "by": by}
    return Finding(KIND, proof.source, proof.observed_at, Outcome.FOUND, said, data, proof.sha256, vantage)


_SAID = {
    "ns": "the name server",
    "ns_like": "the name server",
    "cname": "the alias",
    "mx": "the mail server",
    "header": "the header",
    "issuer": "the certificate's issuer",
    "san": "the certificate's name",
    "title": "the page's title",
    "text": "the page's words",
    "holder": "the holder of the network,",
    "address": "the address",
    "registrar": "the registry's answer,",
}


def _host(value: str) -> str:
    return value.strip().lower().rstrip(".").removeprefix("*.")


def _address(value: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(value.strip())
    except ValueError:
        return None


def _ends(seen: str, one: str) -> bool:
    return seen == one or seen.endswith(f".{one}")


def _begins(seen: str, one: str) -> bool:
    """Return whether a header is one: by its name alone, or by how its value begins."""
    return seen.startswith(one) if ":" in one else seen.partition(":")[0] == one


def _holds(seen: str, one: str) -> bool:
    return one in seen


def _held(seen: str, one: str) -> bool:
    """Return whether a holder's name has these words, from the beginning of a word."""
    return f" {one}" in seen


_FITS: Mapping[str, Callable[[str, str], bool]] = {
    "ns": _ends,
    "ns_like": _holds,
    "cname": _ends,
    "mx": _ends,
    "header": _begins,
    "issuer": _holds,
    "san": _ends,
    "title": _holds,
    "text": _holds,
    "holder": _held,
}


# --- tables -----------------------------------------------------------------------------------------------------------


def parse_hosting(tables: Iterable[tuple[str, bytes]]) -> Hosting:
    """Read tables as (file name, content). Raises `UserError` that names the file, the entry and the fix."""
    entries = [entry for name, content in tables for entry in _entries(name, content)]
    if len(entries) > ENTRIES:
        raise UserError(f"the hosting tables have more than {ENTRIES:,} entries; remove what is not needed")
    return Hosting(tuple(entries))


def _entries(file: str, content: bytes) -> Iterator[Entry]:
    try:
        table = tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        raise UserError(f"{file}: no table of hosts; mend its TOML, or remove the file") from None
    listed = table.pop("entry", [])
    if table or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise UserError(f"{file}: a table of hosts has [[entry]] tables and nothing else; mend the file")
    for at, one in enumerate(listed, 1):
        yield _entry(f"{file}: entry {at}", one)


def _entry(where: str, table: Mapping[str, object]) -> Entry:
    for key in table.keys() - {*_TEXTS, *_MATCHED}:
        raise UserError(f"{where}: unknown key {key[:40]!a}{did_you_mean(key, [*_TEXTS, *_MATCHED])}; mend it")
    role, name, source, how = (_one(where, table, key) for key in _TEXTS)
    if role not in ROLES:
        raise UserError(f"{where}: unknown role {role[:40]!a}{did_you_mean(role, ROLES)}; one of {', '.join(ROLES)}")
    if how not in _HOW:
        raise UserError(f"{where}: how is one of {', '.join(_HOW)}")
    by = {key: _many(where, table, key) for key in _MATCHED if key in table}
    if not by:
        raise UserError(f"{where}: nothing to recognise it by; add one of {', '.join(_MATCHED)}")
    return Entry(role, name, source, how, by, [_network(where, one) for one in by.get("address", ())])


def _one(where: str, table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= _LONGEST:
        raise UserError(f"{where}: needs {key} = a text of at most {_LONGEST} characters")
    return value.strip()


def _many(where: str, table: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = table[key]
    if not isinstance(values, list) or not 0 < len(values) <= VALUES:
        raise UserError(f"{where}: {key} is a list of 1 to {VALUES} texts")
    if not all(isinstance(one, str) and 0 < len(one.strip()) <= _LONGEST for one in values):
        raise UserError(f"{where}: {key} holds texts of 1 to {_LONGEST} characters only")
    return tuple(folded(one) if key in {"title", "text"} else one.lower().strip(" ") for one in values)


def _network(where: str, value: str) -> Network:
    try:
        return ip_network(value)
    except ValueError:
        raise UserError(f"{where}: address {value[:60]!a} is no network; write it as 192.0.2.0/24") from None


__all__ = ["Entry", "Hosting", "parse_hosting", "recognise"]
