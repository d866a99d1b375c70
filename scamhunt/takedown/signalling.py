"""What the network said of a call, as somebody handed it in, in sentences for a desk that traces calls. Pure."""

from collections.abc import Callable, Iterator, Mapping

from scamhunt.takedown import passport

Shown = Callable[[str], str]


def lines(given: Mapping[str, str], shown: Shown) -> Iterator[str]:
    """Yield a line for each of `attestation`, `verstat`, `sip_call_id` and `identity` that is there and can be read."""
    if level := given.get("attestation"):
        yield f"Attestation that the called carrier saw: {passport.ATTEST[level]}"
    if verstat := given.get("verstat"):
        yield f"Result of the check of the caller ID (verstat): {verstat}"
    if call_id := given.get("sip_call_id"):
        yield f"SIP Call-ID: {call_id}"
    if header := given.get("identity"):
        yield from _signed(passport.decode(header), shown)


def is_of_another(header: str, number: str) -> bool:
    """Return whether a signed header is about another calling number than the one in E.164 that was shown."""
    return bool(header) and passport.decode(header).shown not in {"", number[1:]}


def _signed(read: passport.Passport, shown: Shown) -> Iterator[str]:
    if read.attest:
        yield f"Identity header, attest: {passport.ATTEST[read.attest]}"
    if read.origid:
        yield f"Identity header, origid: {read.origid}"
    if read.issued:
        yield f"Identity header, iat: {read.issued:%Y-%m-%d %H:%M:%S} UTC"
    if read.certificate:
        yield f"Identity header, x5u: {shown(read.certificate)}"
    yield "The header was decoded; its signature was not verified"
