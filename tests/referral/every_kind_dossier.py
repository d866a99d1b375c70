"""The example packet with one thing of every kind, and with what must not be told."""

from dataclasses import replace

from scamhunt.campaigns.kinds import KINDS
from scamhunt.referral.dossier import Dossier, Identifier, Redaction
from scamhunt.referral.example import START, dossier

VALUES = {
    "number": "+18005550144",
    "wallet": "bc1qexampleexampleexample",
    "chat": "Telegram examplehelp",
    "tracker": "Google Analytics G-EXAMPLE02",
    "email": "help@prime-refund.example",
    "form": "collect.example",
    "certificate": "ab" * 32,
    "registrant": "example trading",
    "registration": "2026-11-01 dns.example",
    "favicon": "00ff-cafe",
    "kit": "aa-bb",
    "likeness": "cc-dd",
    "nameserver": "dns.example",
    "address": "2001:db8::5",
    "network": "192.0.2.0/24",
    "domain": "bücher-refund.example.",
    "url": "https://prime-refund.example/pay?card=1",
}
UNTOLD = "told to nobody outside"


def every_kind() -> Dossier:
    """Return the packet: case 3 shows everything, exhibit 2 is withheld, notes and people are `UNTOLD`."""
    one = dossier()
    shown = [
        Identifier(3, kind, value, f"as {kind}", START, START, "page", "EX-0005") for kind, value in VALUES.items()
    ]
    exhibits = [replace(each, operator=UNTOLD, note=UNTOLD) for each in one.exhibits]
    exhibits[1] = replace(exhibits[1], withheld="shows what a victim typed")
    return replace(
        one,
        identifiers=[*one.identifiers, *shown],
        exhibits=exhibits,
        custody=[replace(each, actor=UNTOLD, purpose=UNTOLD) for each in one.custody],
        sender=replace(one.sender, contact=UNTOLD),
        redactions=(Redaction("NameFacts.title", "may be a victim's", 2),),
    )


assert VALUES.keys() >= KINDS.keys(), "a new kind of sign wants its example here"  # a guard of the tests
