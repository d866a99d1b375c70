"""How the brand is hidden or misspelt."""

from scamhunt.indicators import lookalike
from scamhunt.score.index import How
from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

TR39 = "Unicode Technical Standard 39, section 4"
TYPOS = "Damerau 1964; Agten et al., Seven Months' Worth of Mistakes, NDSS 2015"
USUAL, COST_STEP = 0.5, 0.1
"""Cost of slips (`slips.cost`) below which people make them, and the unit."""


@signal(seen_in="amazon-prime.net amaz0n-prime.net", not_in="amazom.net", source=TYPOS)
def whole_word(sight: Sight) -> str | None:
    """The brand's word is there in the host name without a slip, plain or disguised."""
    if sight.edits or sight.host.path:
        return None
    if sight.disguised:
        return f"'{sight.piece}' stands for the whole of '{sight.meant}'"
    return f"'{sight.piece}' is the brand's own word"


@signal(seen_in="amaz0n-prime.net paypa1.app rnicrosoft.help", not_in="amazon-prime.net", source=TR39)
def confusable(sight: Sight) -> str | None:
    """ASCII characters that look like others spell the brand."""
    if sight.swaps and sight.piece.isascii():
        return f"'{sight.piece}' reads as '{sight.meant}' ({_swaps(sight)})"
    return None


@signal(seen_in="xn--mazon-3ve.com", not_in="amaz0n.cc amazon.rest", source=TR39)
def homograph(sight: Sight) -> str | None:
    """Characters beyond ASCII that look like letters spell the brand."""
    if sight.swaps and not sight.piece.isascii():
        return f"'{sight.piece}' reads as '{sight.meant}' with look-alike characters ({_swaps(sight)})"
    return None


@signal(seen_in="xn--mazon-3ve.com", not_in="xn--amzon-yqa.net", source="Unicode Technical Standard 39, section 5")
def mixed_scripts(sight: Sight) -> str | None:
    """Letters of scripts that nobody writes together spell the brand."""
    if sight.swaps and lookalike.mixed(sight.piece):
        return f"'{sight.piece}' mixes {' and '.join(sorted(lookalike.scripts(sight.piece)))} letters"
    return None


@signal(
    seen_in="pay-pal-login.com ama-zon-prime.shop", not_in="paypal-login.com", source="ail-typo-squatting: hyphenation"
)
def split_brand(sight: Sight) -> str | None:
    """A hyphen or a dot stands inside a word of the brand."""
    return f"'{sight.piece}' is '{sight.meant}' with a break inside" if sight.split else None


@signal(seen_in="outluk-login.com", not_in="microsoft-login.com", source="Nikiforakis et al., Soundsquatting, ISC 2014")
def sounds_alike(sight: Sight) -> str | None:
    """Another spelling sounds like the brand."""
    if sight.how is How.SOUND:
        return f"'{sight.piece}' sounds like '{sight.meant}' ({sight.word.respelt})"
    return None


@signal(
    seen_in="xn--80aavshf.com",
    not_in="xn--mazon-3ve.com amazon.rest",
    source="ICAO Doc 9303, ISO 9, Hepburn: romanisation",
)
def other_script(sight: Sight) -> str | None:
    """The brand is written in another script, or a name of another script in Latin letters."""
    return f"'{sight.piece}' is '{sight.meant}' in another script" if sight.how is How.SCRIPT else None


@signal(seen_in="amazom.net paypaal.co", not_in="amazon.rest mcirosotf-help.com", source=TYPOS)
def one_edit(sight: Sight) -> str | None:
    """One letter is missing, added, replaced or swapped with its neighbour."""
    return f"'{sight.piece}' is one slip away from '{sight.meant}' ({_slips(sight)})" if sight.edits == 1 else None


@signal(
    seen_in="microosft.net amazpn.net",
    not_in="amazxn.net",
    source=TYPOS,
    strength=lambda sight: (USUAL - sight.slip_cost) / COST_STEP,
)
def usual_slip(sight: Sight) -> str | None:
    """A slip as people make it, small beside the word: the next key, letters swapped or doubled, another vowel."""
    return f"a usual slip ({_slips(sight)})" if sight.edits and sight.slip_cost < USUAL else None


def _swaps(sight: Sight) -> str:
    return ", ".join(f"{there} for {meant}" for there, meant in dict.fromkeys(sight.swaps))


def _slips(sight: Sight) -> str:
    return ", ".join(slip.kind.replace("_", " ") for slip in sight.slips)
