"""What stands beside the brand and makes it worse, and how much its word tells by itself."""

from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

LURES = "Kintis et al., CCS 2017, section 5: words of combosquats; own collection in data/scoring/lures.txt"
RARITY = "Shannon 1948: bits of a word, by the letters of honest names (data/scoring/letters.txt)"
CHANCE, UNMISTAKABLE, LONG, STEP = 10.0, 28.0, 44.0, 4.0
"""Bits of a piece: up to where it may be chance, from where it is not, where more tell no more, and the unit."""
CHEAP = frozenset(
    """asia bar beauty bond buzz cam cc cf cfd click club cn cyou date fit ga gdn gq hair help icu info kim life link
    live lol loan makeup men ml mom monster online party pw quest rest review rip sbs shop site skin space stream
    support surf tk tokyo top trade vip wang win work ws xyz""".split()
)
"""Top-level domains with a large share of abuse in the yearly reports; the free ones of Freenom are among them."""


@signal(seen_in="amazon-refund.com paypalhelp.com", not_in="amazon-rivers.com", source=LURES)
def lure_word(sight: Sight) -> str | None:
    """A word that scammers put beside brands: what they ask for, promise or threaten."""
    return f"beside it '{sight.lures[0]}', a word that scammers put beside brands" if sight.lures else None


@signal(seen_in="amazon-refund-desk-login.com", not_in="amazon-refund.com", source=LURES)
def several_lures(sight: Sight) -> str | None:
    """Two or more such words."""
    return f"several such words: {', '.join(sight.lures[:4])}" if len(sight.lures) > 1 else None


@signal(seen_in="amazon-shop.com", not_in="amazon-refund.com", source="own collection in data/scoring/plainwords.txt")
def plain_word(sight: Sight) -> str | None:
    """A word of trade, of the web or of a country, as honest firms put it beside their name too."""
    return f"beside it '{sight.plain[0]}'" if sight.plain else None


@signal(
    seen_in="amazon-order-help.com paypal-payout.com",
    not_in="paypal-prime-help.com",
    source="the brand's own pack; data/scoring/sectors.toml",
)
def own_lure(sight: Sight) -> str | None:
    """A word that belongs to this brand or its trade in particular."""
    return f"'{sight.own_lures[0]}' belongs to this brand or its trade" if sight.own_lures else None


@signal(seen_in="8841-paypal.com paypal-77123.com", not_in="paypal-24.com", source="bulk series in public lists, 2025")
def series(sight: Sight) -> str | None:
    """The brand and a number of three or more digits, as in bulk registrations."""
    return f"a serial number beside it ({sight.serial[:8]})" if sight.serial and not sight.edits else None


@signal(
    seen_in="paypal-xqzvk.com",
    not_in="paypal-garden.com",
    source="names made by machine: Plohmann et al., DGArchive, USENIX Security 2016",
)
def random_rest(sight: Sight) -> str | None:
    """Beside the brand stand letters that look like chance."""
    return f"'{sight.random[0]}' looks made by chance" if sight.random else None


@signal(
    seen_in="paypal-garden.top",
    not_in="paypal-garden.com",
    source="Interisle, Phishing Landscape 2021 to 2025; Spamhaus, most abused top-level domains",
)
def cheap_zone(sight: Sight) -> str | None:
    """A zone where names cost next to nothing and many are abused."""
    zone = sight.host.suffix.rpartition(".")[2]
    return f"many names under .{zone} are abused" if zone in CHEAP else None


@signal(
    seen_in="paypal-login.com dhl-login.com",
    not_in="apgle-login.com",
    source=RARITY,
    strength=lambda sight: (min(sight.rarity, UNMISTAKABLE) - CHANCE) / STEP,
)
def rare_letters(sight: Sight) -> str | None:
    """The letters of the brand's word seldom stand together in honest names; counted by 4 bits from 10 to 28."""
    if sight.rarity > CHANCE:
        return f"by chance one honest name in {_names(min(sight.rarity, UNMISTAKABLE))} would have '{sight.piece}'"
    return None


@signal(
    seen_in="microsoft-login.com",
    not_in="dhl-login.com paypal-login.com",
    source=RARITY,
    strength=lambda sight: (min(sight.rarity, LONG) - UNMISTAKABLE) / STEP,
)
def long_word(sight: Sight) -> str | None:
    """The brand's word is so long that it stands for itself; counted by 4 bits from 28 to 44."""
    return f"'{sight.piece}' is too long to come about by chance" if sight.rarity > UNMISTAKABLE else None


def _names(bits: float) -> str:
    """Return 2^bits as people write it: `65,000`, `16 million`."""
    million = 1_000_000
    names = 2**bits
    return f"{names / million:.0f} million" if names >= million else f"{round(names, -len(f'{names:.0f}') + 2):,.0f}"
