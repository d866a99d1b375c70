"""What the items of the evidence are, in words, and which of them prove the most. Pure."""

from collections.abc import Iterable, Mapping

from scamhunt.takedown.site import Proof

_KINDS: Mapping[str, str] = {
    "application/warc": "WARC of the visit",
    "application/dns-message": "DNS answer",
    "application/pkix-cert": "certificate",
    "application/pem-certificate-chain": "certificate chain",
    "application/json": "manifest of the look",
    "message/http": "answer of the registry without content",
}
_TELLING = ("screenshot with address and time on it", "screenshot", "WARC of the visit", "page as it was drawn")
"""What proves the most; other items follow as they come."""
_LEAST = "DNS answer"
"""There are nine of a look; they come last."""


def what_it_is(media_type: str, *, url: str = "", note: str = "") -> str:
    """Return in words what an item of the evidence is, by its type and by what our tools noted."""
    if media_type == "image/png":
        return _TELLING[0] if note.startswith("stamped copy of ") else _TELLING[1]
    if media_type == "text/html":
        return _TELLING[3] if "after" in note and "scripts" in note else "page as it came"
    if media_type == "text/plain" and url.startswith("whois:"):
        return "WHOIS answer"
    if media_type in {"application/rdap+json", "text/plain"}:
        return "answer of the address registry" if "/ip/" in url else "answer of the registry"
    return _KINDS.get(media_type, "other bytes")


def by_weight(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Return proofs, what a person sees at once first."""
    order = {what: at for at, what in enumerate(_TELLING)} | {_LEAST: len(_TELLING) + 1}
    return tuple(sorted(proofs, key=lambda one: order.get(one.what, len(_TELLING))))
