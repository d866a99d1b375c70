"""How the brand is hidden or misspelt."""

from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

TR39 = "Unicode Technical Standard 39, section 4"
TYPOS = "Damerau 1964; Agten et al., Seven Months' Worth of Mistakes, NDSS 2015"


def _swaps(sight: Sight) -> str:
    return ", ".join(f"{there} for {meant}" for there, meant in dict.fromkeys(sight.swaps))


@signal(seen_in="amaz0n-prime.net paypa1.app rnicrosoft.help", not_in="amazon-prime.net", source=TR39)
def confusable(sight: Sight) -> str | None:
    """ASCII characters that look like others spell the brand."""
    if sight.swaps and sight.piece.isascii():
        return f"'{sight.piece}' reads as '{sight.word.text}' ({_swaps(sight)})"
    return None


@signal(seen_in="xn--mazon-3ve.com", not_in="amaz0n.cc amazon.rest", source=TR39)
def homograph(sight: Sight) -> str | None:
    """Characters beyond ASCII that look like letters spell the brand."""
    if sight.swaps and not sight.piece.isascii():
        return f"'{sight.piece}' reads as '{sight.word.text}' with look-alike characters ({_swaps(sight)})"
    return None


@signal(
    seen_in="pay-pal-login.com ama-zon-prime.shop", not_in="paypal-login.com", source="ail-typo-squatting: hyphenation"
)
def split_brand(sight: Sight) -> str | None:
    """A hyphen stands inside a word of the brand."""
    if sight.split:
        return f"'{sight.piece}' is '{sight.word.text}' with a hyphen inside"
    return None


@signal(seen_in="amazom.net paypaal.co", not_in="amazon.rest", source=TYPOS)
def one_edit(sight: Sight) -> str | None:
    """One letter is missing, added, replaced or swapped with its neighbour."""
    return f"'{sight.piece}' is one slip away from '{sight.word.text}'" if sight.edits == 1 else None


@signal(seen_in="mcirosotf-help.com", not_in="micorsoft.org", source=TYPOS)
def two_edits(sight: Sight) -> str | None:
    """Two letters differ from a long brand."""
    return f"'{sight.piece}' is two slips away from '{sight.word.text}'" if sight.edits > 1 else None
