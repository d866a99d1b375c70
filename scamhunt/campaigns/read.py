"""Which signs of whoever made it one look at a target found: what is shared with strangers is left out. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from scamhunt.campaigns import kinds
from scamhunt.campaigns.sign import Sign
from scamhunt.campaigns.values import Told, host, normalised, values_of
from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.model import Kind, Role
from scamhunt.observed import Finding, Outcome
from scamhunt.score.seen.read import folded, holds, host_of, moment, target_of, text, texts

__all__ = ["normalised", "signs_of", "values_of"]

MOST = 50
"""Values of one kind of one look."""
LEAST_NAME = 4
"""A registrant of fewer letters is nobody's name."""
LIKE_A_PAGE = frozenset({"favicon", "kit", "likeness", "tracker", "form"})
"""Kinds that a platform brings to its tenants' pages."""

_PAGES = frozenset({"page.shown", "page.rendered"})
_REGISTRIES = frozenset({"rdap.domain", "whois.domain"})


def signs_of(  # noqa: PLR0913  # what a look is about, and what is known of its target
    case: int,
    target: str,
    kind: Kind,
    findings: Sequence[Finding],
    look: int,
    *,
    role: Role = Role.UNKNOWN,
    brand_words: Collection[str] = (),
    tenant: bool = False,
) -> list[Sign]:
    """Return the signs that one look at a case's target found, each once, sorted by kind and value.

    `role` is a number's own: only one that victims are told to call is a sign. `brand_words` stand for the brand in the
    name, so that names of one pattern are alike; a name that the public-suffix list knows as a `tenant` is one anyway.
    What the brand owns, and what is protected, is still among the signs: `own.py` and the caller take it away.
    """
    found = [one for one in findings if _sound(one)]
    if kind is Kind.PHONE:
        own = normalised("number", target) if role is Role.CALLBACK else ""
        return _signs(case, look, ((("number", own), one, "") for one in found if own))
    scene = _Scene(target, found, tenant=tenant or "tenant" in _flags(target))
    told = [(each, one, one.sha256) for one in found if scene.counts(one) for each in scene.kept(one)]
    told += [(each, one, one.sha256) for one in found for each in scene.registration(one, brand_words)]
    return _signs(case, look, told)


def is_veiled(registrant: str) -> bool:
    """Say whether the name of a registrant hides who it is."""
    words = folded(registrant)
    return len(words) < LEAST_NAME or any(one in words for one in kinds.VEILS)


def pattern(target: str, brand_words: Collection[str] = ()) -> str:
    """Return how a name is made: its label with `B` for a word of the brand and `0` for digits; empty for little else.

    `amazon-refund-17.example` and `amazon-refund-8.example` are made alike: `B-refund-0`.
    """
    try:
        label = domain.parse(target).label
    except BadIndicator:
        return ""
    for word in sorted({one.lower() for one in brand_words if one}, key=lambda one: (-len(one), one)):
        label = label.replace(word, "B")
    label = re.sub(r"\d+", "0", label)
    return label if sum(char.islower() for char in label) >= LEAST_NAME or {"B", "0"} <= set(label) else ""


# --- what counts ------------------------------------------------------------------------------------------------------


class _Scene:
    """One look at one target: whose pages were seen, and which companies stand behind it."""

    def __init__(self, target: str, found: Sequence[Finding], *, tenant: bool) -> None:
        self.target, self.tenant = target, tenant
        self._standing = {
            one.vantage for one in found if one.kind in _PAGES and target_of(host_of(one.source)) == target
        }
        self._parties = [
            (text(one, "role"), text(one, "name"), one.vantage) for one in found if one.kind == "host.recognised"
        ]

    def roles(self, vantage: str = "") -> set[str]:
        """Return the roles of the parties that were recognised, by what this vantage saw and by what all see."""
        return {role for role, _, seen_by in self._parties if seen_by in {"", vantage}}

    def counts(self, one: Finding) -> bool:
        """Say whether a finding tells of this target: not of where it led to, nor of a company's page in its place."""
        if one.kind.startswith("page."):
            there = one.vantage in self._standing
            there = there and (one.kind == "page.favicon" or target_of(host_of(one.source)) == self.target)
            return there and not self.roles(one.vantage) & kinds.EMPTY_PAGES
        return True

    def kept(self, one: Finding) -> Told:
        """Yield what a finding tells of whoever made this target."""
        return ((kind, value) for kind, value in values_of(one) if self._tells(one, kind, value))

    def _tells(self, one: Finding, kind: str, value: str) -> bool:
        if kind in LIKE_A_PAGE and (self.tenant or self.roles(one.vantage) & kinds.COMMON):
            return False
        return _TELLS[kind](self, one, value) if kind in _TELLS else True

    def is_to_call(self, one: Finding, _value: str) -> bool:
        """Say whether victims are told to call a number: a forged caller id is an innocent's."""
        return text(one, "role") == Role.CALLBACK

    def takes_forms(self, one: Finding, value: str) -> bool:
        """Say whether a form sends what is typed to a host of its maker's choice."""
        public = {value, target_of(value)} & kinds.FORM_SERVICES
        return holds(one, "foreign") and bool(texts(one, "asks")) and not public

    def is_certified(self, one: Finding, _value: str) -> bool:
        """Say whether a certificate is made out to this target and to few others."""
        names = [each.lower().rstrip(".").removeprefix("*.") for each in texts(one, "names")]
        made_out = any(each == self.target or each.endswith(f".{self.target}") for each in names)
        platform = self.tenant or self.roles(one.vantage) & (kinds.COMMON | {"cdn"})
        return made_out and len(names) <= kinds.WIDE_CERTIFICATE and not platform

    def is_named(self, one: Finding, value: str) -> bool:
        """Say whether a registrant is somebody."""
        return not self.tenant and not is_veiled(value) and value != folded(text(one, "registrar"))

    def is_served(self, _one: Finding, value: str) -> bool:
        """Say whether name servers are no company's for everybody."""
        shared = self.roles() & kinds.SHARED_NAME_SERVERS or self.tenant
        return not shared and "." in value

    def is_there(self, one: Finding, value: str) -> bool:
        """Say whether an address is one customer's."""
        return (one.kind != "rdap.ip" or value == self.target) and not self._lies_with_many(whole_machines=True)

    def is_near(self, one: Finding, value: str) -> bool:
        """Say whether a network is one of few customers."""
        own = one.kind != "rdap.ip" or text(one, "address") == self.target
        return own and bool(value) and not self._lies_with_many(whole_machines=False)

    def _lies_with_many(self, *, whole_machines: bool) -> bool:
        parties = [(role, name) for role, name, _ in self._parties if role in kinds.SHARED_ADDRESSES]
        rented = whole_machines and all(role == "hosting" and name in kinds.WHOLE_MACHINES for role, name in parties)
        return self.tenant or bool(parties and not rented)

    def registration(self, one: Finding, brand_words: Collection[str]) -> Told:
        """Yield how a name was registered: its day, name servers and pattern together."""
        if one.kind not in _REGISTRIES or self.tenant or self.roles() & kinds.EMPTY_PAGES:
            return
        at, made = moment(one, "registered"), pattern(self.target, brand_words)
        servers = sorted({host(each) for each in texts(one, "nameservers")} - {""})
        if at and servers and made:
            yield "registration", normalised("registration", f"{made} on {at:%Y-%m-%d} with {' '.join(servers[:4])}")


_TELLS: Mapping[str, Callable[[_Scene, Finding, str], bool]] = {
    "number": _Scene.is_to_call,
    "form": _Scene.takes_forms,
    "certificate": _Scene.is_certified,
    "registrant": _Scene.is_named,
    "nameserver": _Scene.is_served,
    "address": _Scene.is_there,
    "network": _Scene.is_near,
}


# --- reading ----------------------------------------------------------------------------------------------------------


def _signs(case: int, look: int, told: Iterable[tuple[tuple[str, str], Finding, str]]) -> list[Sign]:
    """Return signs, each once: when it was seen first and last, and the newest proof."""
    seen: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    for key, one, proof in told:
        seen.setdefault(key, []).append((one.observed_at, proof))
    signs = [_sign(case, look, key, sorted(seen[key])) for key in sorted(seen)]
    return [one for kind in sorted({each.kind for each in signs}) for one in islice(_of(signs, kind), MOST)]


def _sign(case: int, look: int, key: tuple[str, str], seen: Sequence[tuple[datetime, str]]) -> Sign:
    proof = next((proof for _, proof in reversed(seen) if proof), "")
    return Sign(case, *key, seen[0][0], seen[-1][0], proof, look)


def _of(signs: Iterable[Sign], kind: str) -> Iterator[Sign]:
    return (one for one in signs if one.kind == kind)


def _flags(target: str) -> tuple[str, ...]:
    try:
        return domain.parse(target).flags
    except BadIndicator:
        return ()


def _sound(one: Finding) -> bool:
    """Say whether a finding says what is there, in a shape that can be read."""
    dated = isinstance(one.observed_at, datetime) and one.observed_at.tzinfo is not None
    return one.outcome is Outcome.FOUND and isinstance(one.data, Mapping) and dated
