"""What stands beside the brand and makes it worse."""

from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

LURES = "Kintis et al., CCS 2017, section 5: words of combosquats; own collection in data/scoring/lures.txt"
LONG = 8
"""From so many letters on a word hardly comes by chance."""


@signal(seen_in="amazon-refund.com paypalhelp.com", not_in="amazon-rivers.com", source=LURES)
def lure_word(sight: Sight) -> str | None:
    """A word that scammers put beside brands."""
    return f"beside it '{sight.lures[0]}', a word that scammers put beside brands" if sight.lures else None


@signal(seen_in="amazon-refund-desk.com", not_in="amazon-refund.com", source=LURES)
def several_lures(sight: Sight) -> str | None:
    """Two or more such words."""
    words = dict.fromkeys(sight.lures)
    return f"several such words: {', '.join(list(words)[:4])}" if len(words) > 1 else None


@signal(seen_in="amazon-prime-help.com", not_in="paypal-prime-help.com", source="the brand's own pack")
def own_lure(sight: Sight) -> str | None:
    """A word that belongs to this brand in particular."""
    return f"'{sight.own_lures[0]}' belongs to this brand" if sight.own_lures else None


@signal(seen_in="8841-paypal.com paypal-77123.com", not_in="paypal-24.com", source="bulk series in public lists, 2025")
def series(sight: Sight) -> str | None:
    """The brand and a number of three or more digits, as in bulk registrations."""
    if sight.serial and sight.in_label and not sight.edits:
        return f"a serial number beside it ({sight.serial[:8]})"
    return None


@signal(
    seen_in="microsoft-login.com", not_in="dhl-login.com apple-login.com", source="information content of a long word"
)
def long_word(sight: Sight) -> str | None:
    """The brand's word is long: chance does not make it."""
    return f"'{sight.word.text}' is too long to appear by chance" if len(sight.word.text) >= LONG else None
