"""Who sent an answer, and whether our own mail server vouches for that. Pure.

Comments and quoted words are taken out in one pass before anything is looked for, so that nothing inside them is ever
read as an address or a result. Source: RFC 5322 3.2 and 3.4, RFC 8601 2.2.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain, mime

_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,20}")
_SPEC = re.compile(r"[^\s<>@,;:()\"\[\]\\]{1,128}@([^\s<>@,;:()\"\[\]\\]{1,253})")
_IN_BRACKETS = re.compile(r"([^<>]*)<\s*([^<>]*?)\s*>\s*")
_MARK = re.compile(r'[\\"()]')
_CLAUSE = re.compile(r"\s*(dkim|spf)\s*(?:/\s*\d+\s*)?=\s*pass(?![\w-])", re.IGNORECASE)
_PROPERTY = {
    "dkim": re.compile(r"\sheader\.(?:d|i)\s*=\s*(\S+)", re.IGNORECASE),
    "spf": re.compile(r"\ssmtp\.mailfrom\s*=\s*(\S+)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail says that it is from."""

    domain: str
    """Registrable, A-labels; empty where nobody can tell."""
    is_machine: bool = False
    """Whether it is the mailbox of a mail server (RFC 5321 6.1 and what is usual)."""
    doubts: tuple[str, ...] = ()


def sender(value: str) -> Sender:
    """Return who the value of a From field names; nobody where it names several or hides one."""
    bare = _bare(value)
    if bare is None or "," in bare or ";" in bare:
        return Sender("", doubts=("its From holds no single plain address",))
    brackets = _IN_BRACKETS.fullmatch(bare)
    before, spec = (brackets[1], brackets[2]) if brackets else ("", bare.strip())
    address = _SPEC.fullmatch(spec)
    named = registrable(address[1]) if address else ""
    if not address or not named:
        return Sender("", doubts=("its From holds no single plain address",))
    return Sender(named, _is_machine(spec), tuple(_doubts(value, before, spec, named)))


def registrable(host: str) -> str:
    """Return the registrable domain of a host, or the host where there is none; empty for what is no host."""
    plain = host.strip().rstrip(".").lower()
    if not _HOST.fullmatch(plain):
        return ""
    try:
        return domain.parse(plain).target
    except BadIndicator:
        return plain if plain.isascii() else ""


def authentication(value: str, authserv: str, sender_domain: str) -> str:
    """Return what the topmost Authentication-Results says: `aligned`, `unaligned`, or `none` if it is not our server's.

    Aligned is a pass of DKIM for the sender's own domain, or of SPF for it.
    """
    bare = _bare(value)
    if not authserv or bare is None or not bare.strip():
        return "none"
    clauses = bare.split(";")
    if clauses[0].lower().split()[:1] != [authserv.lower()]:
        return "none"
    # What was cut off may have gone on: `d=trust.example` as `d=trust.example.evil.example`.
    whole = clauses[1:-1] if len(value) >= mime.LONG_LIMIT else clauses[1:]
    return "aligned" if sender_domain and sender_domain in set(_passed(whole)) else "unaligned"


def _passed(clauses: list[str]) -> Iterator[str]:
    """Yield the registrable domain of each result that is a pass and names one."""
    for clause in clauses:
        method = _CLAUSE.match(clause)
        if not method:
            continue
        named = {registrable(one.rpartition("@")[2]) for one in _PROPERTY[method[1].lower()].findall(clause)}
        if len(named) == 1:
            yield next(iter(named))


def _bare(value: str) -> str | None:
    """Return a value without comments (they nest) and with each quoted string as a blank; None where one never ends."""
    kept, at, depth, quoted = [], 0, 0, False
    for mark in _MARK.finditer(value):
        if mark.start() < at:  # behind a backslash
            continue
        if not quoted and not depth:
            kept.append(value[at : mark.start()])
        at = mark.end()
        if mark[0] == "\\":
            at += 1
        elif mark[0] == '"' and not depth:
            quoted = not quoted
            kept.append(" ")
        elif not quoted and mark[0] in "()":
            depth += 1 if mark[0] == "(" else -1
            if depth < 0:
                return None
    return None if depth or quoted else "".join((*kept, value[at:]))


def _is_machine(spec: str) -> bool:
    return spec.partition("@")[0].lower() in {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"}


def _doubts(value: str, before: str, spec: str, named: str) -> Iterator[str]:
    shown = mime.words(value).rpartition("<")[0] or before
    others = {registrable(found) for found in re.findall(r"@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})", shown)}
    if others - {named, ""}:
        yield "the name shown before its address is another address"
    if not spec.isascii() or "xn--" in named:
        yield "its sender's name is written with other than Latin letters: compare it letter by letter"
