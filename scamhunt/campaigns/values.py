"""Values of signs: which findings hold them, and the one text that each has wherever it is seen. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network

from scamhunt.campaigns import kinds
from scamhunt.errors import BadIndicator
from scamhunt.indicators import phone
from scamhunt.observed import Finding
from scamhunt.score.officials import LEAST_WORDS, has_ink
from scamhunt.score.seen.read import folded, number, target_of, text, texts

LONGEST = 300
"""Characters of a value."""
_E164 = re.compile(r"\+[1-9][0-9]{5,14}").fullmatch
_ACCOUNT = re.compile(r"(Google Analytics UA-\d+)-\d+").fullmatch
_TAWK = re.compile(r"(tawk\.to [0-9a-f]+)/\w+").fullmatch
_NEAR = {4: 24, 6: 48}
"""Bits that addresses of one network share."""
_NOBODYS = [
    ip_network(one)
    for one in "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3 "
    "::/127 fc00::/7 fe80::/10 ff00::/8".split()
]
"""Networks that lead to no machine on the internet: sinkholes and slips point there."""

Told = Iterator[tuple[str, str]]


def normalised(kind: str, value: str) -> str:
    """Return a value as signs have it, so that the same thing is always the same text; empty for what is no value.

    What cannot be seen, or would turn the order of what can, is left out.
    """
    blank = " ".join(value[: 4 * LONGEST].split())
    plain = (blank if blank.isprintable() else "".join(one for one in blank if one.isprintable()))[:LONGEST]
    return _NORMAL[kind](plain) if kind in _NORMAL else plain


def values_of(one: Finding) -> Told:
    """Yield every (kind, value) that a finding tells, whoever it belongs to; (kind, "") is never among them."""
    for kind, value in _READ[one.kind](one) if one.kind in _READ else ():
        if plain := normalised(kind, value):
            yield kind, plain


# --- what findings hold -----------------------------------------------------------------------------------------------


def _keyed(kind: str, *keys: str) -> Callable[[Finding], Told]:
    """Return what reads one text, or several joined by a blank."""

    def read(one: Finding) -> Told:
        values = [text(one, key).strip() for key in keys]
        if all(values):
            yield kind, " ".join(values)

    return read


def _favicon(one: Finding) -> Told:
    look = text(one, "dhash")
    if has_ink(look) and text(one, "sha256"):
        yield "favicon", f"{look}-{text(one, 'sha256')}"


def _kit(one: Finding) -> Told:
    parts = [text(one, key) for key in ("structure", "resources", "forms")]
    if sum(map(bool, parts)) > 1:
        yield "kit", "-".join(filter(None, parts))


def _likeness(one: Finding) -> Told:
    parts = (text(one, "structure"), text(one, "simhash"))
    if all(parts) and (number(one, "words") or 0) >= LEAST_WORDS:
        yield "likeness", "-".join(parts)


def _addresses(one: Finding) -> Told:
    for value in (text(one, "address"),) if one.kind == "rdap.ip" else texts(one, "values"):
        if address := _address(value):
            yield "address", address
            yield "network", _network(address)


def _name_servers(one: Finding) -> Told:
    for value in texts(one, "values"):
        yield "nameserver", target_of(host(value))


_READ: Mapping[str, Callable[[Finding], Told]] = {
    "page.number": _keyed("number", "e164"),
    "page.email": _keyed("email", "value"),
    "page.wallet": _keyed("wallet", "value"),
    "page.chat": _keyed("chat", "vendor", "key"),
    "page.tracker": _keyed("tracker", "vendor", "id"),
    "page.form": _keyed("form", "action_host"),
    "page.favicon": _favicon,
    "page.kit": _kit,
    "page.shown": _likeness,
    "page.rendered": _likeness,
    "tls.certificate": _keyed("certificate", "fingerprint"),
    "rdap.domain": _keyed("registrant", "registrant"),
    "whois.domain": _keyed("registrant", "registrant"),
    "rdap.ip": _addresses,
    "dns.a": _addresses,
    "dns.aaaa": _addresses,
    "dns.ns": _name_servers,
}


# --- normal forms -----------------------------------------------------------------------------------------------------


def _number(value: str) -> str:
    if _E164(value):
        return value
    try:
        return phone.parse(value).e164
    except BadIndicator:
        return ""


def _wallet(value: str) -> str:
    plain = value.lower() if value.lower().startswith(("0x", "bc1", "ltc1")) else value
    return "" if plain in kinds.PUBLIC_WALLETS else plain


def _chat(value: str) -> str:
    vendor, _, key = value.rpartition(" ")
    if vendor == "WhatsApp":
        return f"{vendor} +{key.lstrip('+')}" if key.lstrip("+").isdecimal() else ""
    if vendor in {"Telegram", "Messenger"}:
        key = key if key.startswith("+") else key.lower()
        return "" if key in kinds.GENERIC_KEYS else f"{vendor} {key}"
    known = _TAWK(value)
    return known[1] if known else value


def _tracker(value: str) -> str:
    if value.rpartition(" ")[0] in kinds.COUNTED_FROM_ONE:
        return ""
    known = _ACCOUNT(value)
    return known[1] if known else value


def _email(value: str) -> str:
    name, _, host = value.lower().rpartition("@")
    public = host in kinds.PLACEHOLDERS or target_of(host) in kinds.MAIL_SERVICES
    return "" if public or not name or not host else f"{name}@{host}"


def host(value: str) -> str:
    """Return the name of a host as signs have it."""
    return value.strip().lower().rstrip(".")


def _address(value: str) -> str:
    try:
        address = ip_address(value.strip())
    except ValueError:
        return ""
    return "" if any(address in one for one in _NOBODYS) else str(address)


def _network(value: str) -> str:
    try:
        if "/" in value:
            return str(ip_network(value, strict=False))
        address = ip_address(value)
        return str(ip_network(f"{address}/{_NEAR[address.version]}", strict=False))
    except ValueError:
        return ""


_NORMAL: Mapping[str, Callable[[str], str]] = {
    "number": _number,
    "wallet": _wallet,
    "chat": _chat,
    "tracker": _tracker,
    "email": _email,
    "form": host,
    "certificate": str.lower,
    "registrant": folded,
    "favicon": str.lower,
    "kit": str.lower,
    "likeness": str.lower,
    "nameserver": host,
    "address": _address,
    "network": _network,
}
