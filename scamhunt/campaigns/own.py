"""What brands own themselves: a copied page brings it along, and it is no sign of an actor. Pure."""

from collections.abc import Container, Iterable, Sequence

from scamhunt.campaigns.values import Told, normalised, values_of
from scamhunt.model import Brand
from scamhunt.observed import Finding, Outcome
from scamhunt.score.officials import ALIKE, Official
from scamhunt.score.seen.read import host_of, target_of

OF_PARTS = frozenset({"favicon", "kit", "likeness"})
"""Kinds whose values are fingerprints joined by a hyphen: one that is a brand's own is enough."""
_DIGITS = 16


def own_signs(brands: Iterable[Brand], seen: Iterable[tuple[str, Sequence[Finding]]]) -> frozenset[tuple[str, str]]:
    """Return all that brands own, as (kind, value): by their packs, and by looks (brand id, findings) at their pages.

    A host stands for all below it. A page counts where `Official` takes it for the brand's: what a frame or a further
    redirect led to elsewhere is somebody else's. Of a favicon, a skeleton or a text one fingerprint stands alone.
    """
    packs = {one.id: one for one in brands}
    own = {each for one in packs.values() for each in _of_pack(one)}
    for brand, findings in seen:
        if brand in packs:
            own.update(_of_look(packs[brand], findings))
    return frozenset(own)


class Own:
    """What is subtracted before anything is joined."""

    def __init__(self, own: frozenset[tuple[str, str]]) -> None:
        """Take what `own_signs` returns."""
        self._own = own
        self._looks = [int(value, 16) for kind, value in sorted(own) if kind == "favicon" and _is_look(value)]

    def __contains__(self, key: tuple[str, str]) -> bool:
        """Say whether a sign (kind, value) is a brand's own, or so much like one that it comes from there."""
        kind, value = key
        if key in self._own:
            return True
        if kind in {"form", "nameserver"}:
            return (kind, target_of(value)) in self._own
        if kind == "email":
            return (kind, target_of(value.rpartition("@")[2])) in self._own
        return kind in OF_PARTS and any(self._is_part(kind, one) for one in value.split("-"))

    def _is_part(self, kind: str, part: str) -> bool:
        if (kind, part) in self._own:
            return True
        if kind != "favicon" or not self._looks or not _is_look(part):
            return False
        look = int(part, 16)
        return any((look ^ one).bit_count() <= ALIKE for one in self._looks)


def _is_look(value: str) -> bool:
    return len(value) == _DIGITS and all(one in "0123456789abcdef" for one in value)


def _of_pack(brand: Brand) -> Told:
    for phone in (*brand.phones, *brand.inbound_only):
        if number := normalised("number", phone):
            yield "number", number
            yield "chat", f"WhatsApp {number}"
    for name in brand.domains:
        yield from ((kind, name.lower()) for kind in ("form", "email", "nameserver"))


def _of_look(brand: Brand, findings: Sequence[Finding]) -> Told:
    """Yield what one look at a brand's own pages found there, whatever role it has."""
    found = [one for one in findings if one.outcome is Outcome.FOUND]
    official = Official.of(brand.id, found, brand.domains)
    domains = {*brand.domains, target_of(official.host)}
    for one in found:
        if not one.kind.startswith("page.") or one.kind == "page.favicon" or _stands(one, domains):
            yield from values_of(one)
    yield from (("favicon", one) for one in official.icons | official.icon_looks)
    yield from ((kind, one) for kind in ("likeness", "kit") for one in official.structures)
    yield from (("likeness", one) for one in official.texts)


def _stands(one: Finding, domains: Container[str]) -> bool:
    return target_of(host_of(one.source)) in domains
