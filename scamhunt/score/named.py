"""What the letters of a name tell by themselves, in log-odds: a name that is no other word more than one that is. Pure."""

from scamhunt.score import slips
from scamhunt.score.brandwords import SHORT, BrandWord, is_short
from scamhunt.score.heard import sound
from scamhunt.score.index import Hit, How
from scamhunt.score.vocabulary import Vocabulary

_CLEAR, _UNUSUAL, _PART, _ABBREVIATION, _ORDINARY, _VAGUE = 2.2, 1.2, 1.0, 0.8, -0.5, -1.0
"""A name that is no other word; one that the pack calls ambiguous but no dictionary has; the telling part of a longer
name; up to three letters; an ordinary word or a person's name; one of `VAGUE_WORDS`."""
_PRODUCT, _CHANNEL = -0.9, -0.9
"""A thing that the brand sells; a way to pay, to write or to look into a computer, which others use."""
_LONG_NAME, _RESPELT, _HIDDEN, _SLIPPED, _SLIP_COST = 0.3, -0.6, -0.2, 0.2, -3.0
_PARTED, _SHORT_AND_SLIPPED, _ORDINARY_AND_SLIPPED, _HEARD, _DOUBLED = -0.3, -0.6, -0.5, -0.5, -0.4
_LONG_FROM = 8
LONG_ENOUGH = 6
"""Letters of a name that is read in pieces, in another script or with letters beside it without further support."""
BREAKS = str.maketrans("", "", "-.")

VAGUE_WORDS = frozenset(
    """affirm aka ana android apps asn au bell block bol box bt claude die discover erste etc fritz gate george
    grab hermes inter kite line live lydia mac marcus max me medium messenger meta mi nos notion office otto
    phantom post posta poste promise redd regions ring sat saturn sg shaw signal square tam threads three tidal
    tim united valve""".split()
)
"""Names of brands that stand in many texts for something else: they need more support than other ordinary words."""
_PRODUCTS = frozenset("airpods galaxy iphone kindle macbook oculus playstation ps5 xbox".split())
_CHANNELS = frozenset(
    """anydesk cashapp discord facebook gmail googleplay hotmail instagram linkedin messenger mobilepay moneygram outlook
    paysafe paysafecard revolut skype snapchat teamviewer telegram tiktok twint venmo viber wechat westernunion whatsapp
    youtube zelle""".split()
)


def letters(hit: Hit, piece: str, known: Vocabulary) -> float:
    """Return what the letters of a piece alone tell of the brand that they are read as."""
    text = hit.word.text
    weight = of_word(hit.word, known) + _RESPELT * bool(hit.word.meant)
    short = len(text) < LONG_ENOUGH
    if hit.how is How.SOUND:
        return weight + _HEARD + _ORDINARY_AND_SLIPPED * (text in known.common)
    if hit.edits:
        bare = piece.translate(BREAKS)
        paid = _SLIPPED + _SLIP_COST * slips.cost(slips.explain(bare, text), text)
        paid += _PARTED * ("-" in piece) + _SHORT_AND_SLIPPED * short
        if sound(bare) == sound(text):
            paid = max(paid, _HEARD)
        return weight + paid + _ORDINARY_AND_SLIPPED * (text in known.common)
    if hit.how is How.LOOKALIKE and (piece.translate(BREAKS) != text or not hit.word.joints):
        weight += _HIDDEN + _SHORT_AND_SLIPPED * (short and piece.isalpha())
    return weight


def of_word(word: BrandWord, known: Vocabulary) -> float:
    """Return what a brand's word tells where it stands letter by letter."""
    text = word.text
    if text in VAGUE_WORDS:
        return _VAGUE
    if text in known.common or text in known.people or len(text) < SHORT:
        return _ORDINARY
    if is_short(text):
        return _ABBREVIATION
    if word.partial:
        return _PART
    weight = _UNUSUAL if word.ambiguous else _CLEAR + _LONG_NAME * (len(text) >= _LONG_FROM)
    return weight + _PRODUCT * (text in _PRODUCTS) + _CHANNEL * (text in _CHANNELS)
