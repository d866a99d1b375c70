"""Which names and numbers look like one bulk series: a hint for a list, never a reason to act. Pure."""

import re

from scamhunt.model import Kind

EXAMPLES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.DOMAIN, ("amazon-refund-01.com", "amazon-refund-2.top", "amazon-refund-117.co.uk")),
    (Kind.DOMAIN, ("paypal-login-a.shop", "paypal-login-b.shop")),
    (Kind.DOMAIN, ("netflix-billing.com", "netflix-billing.net", "netflix-billing9.org")),
    (Kind.PHONE, ("+18885550101", "+18885550199")),
)
"""Targets that are one series each."""
_COUNTED = re.compile(r"(?<![0-9])-?[0-9]+(?=-|$)|(?<=-)[0-9]+-|-[a-z](?=$)")
_BLOCK = 2
"""Digits at the end of a number that a block of a hundred leaves open."""


def series_of(kind: Kind, target: str) -> str:
    """Return what a target shares with those of its series; alone in it is most.

    Names that differ in a count, in one letter behind a hyphen, or in their suffix alone; numbers of one hundred.
    """
    if kind is Kind.PHONE:
        return f"n:{target[:-_BLOCK]}"
    label = target.partition(".")[0]
    return f"s:{_COUNTED.sub('', label) or '#'}"
