"""What the letters of a name tell by themselves, in log-odds: most where it is no other word. Pure."""

from scamhunt.score import slips
from scamhunt.score.brandwords import SHORT, BrandWord, is_short
from scamhunt.score.heard import sound
from scamhunt.score.index import Hit, How
from scamhunt.score.vocabulary import Vocabulary

_CLEAR, _UNUSUAL, _PART, _ABBREVIATION, _ORDINARY, _VAGUE = 2.2, 1.2, 1.0, 0.8, -0.5, -1.0
"""A name that is no other word; one that the pack calls ambiguous but no dictionary has; the telling part of a longer
name; up to three letters; an ordinary word or a person's name; one of `VAGUE_WORDS`."""
_PRODUCT, _CHANNEL, _ONLY_PART = -1.6, -1.3, 0.2
"""A thing that the brand sells; a way to pay, to write or to look into a computer, which others use."""
_LONG_NAME, _RESPELT, _HIDDEN, _SLIPPED, _SLIP_COST = 0.3, -0.6, -0.2, 0.2, -3.2
_PARTED, _SHORT_AND_SLIPPED, _HEARD = -0.5, -0.6, -0.5
_NO_MORE_ORDINARY, _NO_NAME, _NO_OTHER = 0.3, 1.2, 0.6
_TINY_AND_SLIPPED = -0.3
_LONG_FROM, _TINY = 8, 5
LONG_ENOUGH = 6
"""Letters of a name that is read in pieces, in another script or with letters beside it without further support."""
BREAKS = str.maketrans("", "", "-.")

VAGUE_WORDS = frozenset(
    """affirm agricole aka amendes ana android appstore apps asn au bell block blockchain bol box bt cielo claro claude
    crypto deutscher diablo die diepost dis discover emirates erste etc firefox freelancer fritz galicia garanti gate
    george goo gouv grab inter jupiter kite line live lydia lyonnais mac maladie marcus max me medium messenger
    meta mi mic mutuel nos notion oesterreich office otto phantom post posta poste postes posti promise provincia
    receita redd regions ring rockstar saison sakura sat saturn sg shaw signal square subito tableau tam threads three
    tidal tim united valve vivo""".split()
)
"""Names of brands that stand in many texts for something else: they need more support than other ordinary words."""
_PRODUCTS = frozenset("airpods galaxy iphone kindle macbook oculus playstation ps5 xbox".split())
_CHANNELS = frozenset(
    """anydesk cashapp discord facebook gmail googleplay hotmail instagram linkedin messenger mobilepay moneygram
    outlook paysafe paysafecard revolut skype snapchat teamviewer telegram tiktok twint venmo viber wechat westernunion
    whatsapp youtube zelle""".split()
)


def letters(hit: Hit, piece: str, known: Vocabulary) -> float:
    """Return what the letters of a piece alone tell of the brand that they are read as."""
    text = hit.word.text
    weight = of_word(hit.word, known) + _RESPELT * bool(hit.word.meant)
    short = len(text) < LONG_ENOUGH
    if hit.how is How.SOUND:
        return (
            weight
            + _misspelt(hit.word, known)
            + _HEARD
            + _SHORT_AND_SLIPPED * short
            + _TINY_AND_SLIPPED * (len(text) < _TINY)
        )
    if hit.edits:
        bare = piece.translate(BREAKS)
        paid = _SLIPPED + _SLIP_COST * slips.cost(slips.explain(bare, text), text)
        paid += _PARTED * ("-" in piece and not hit.word.joints) + _SHORT_AND_SLIPPED * short
        if sound(bare) == sound(text):
            paid = max(paid, _HEARD)
        return weight + paid + _misspelt(hit.word, known)
    if hit.how is How.LOOKALIKE and (piece.translate(BREAKS) != text or not hit.word.joints):
        weight += _HIDDEN + _SHORT_AND_SLIPPED * (short and piece.isalpha())
    return weight


def _misspelt(word: BrandWord, known: Vocabulary) -> float:
    """Return what it adds that the letters are not the ordinary word that the brand's word is."""
    if not word.ambiguous or is_short(word.text) or word.text in VAGUE_WORDS:
        return 0.0
    return _NO_MORE_ORDINARY if word.text in known.common else _NO_NAME if word.text in known.people else _NO_OTHER


def of_word(word: BrandWord, known: Vocabulary) -> float:
    """Return what a brand's word tells where it stands letter by letter."""
    text = word.text
    if text in VAGUE_WORDS:
        return _VAGUE - _ONLY_PART * word.partial
    if text in known.common or text in known.people or len(text) < SHORT:
        return _ORDINARY - _ONLY_PART * word.partial
    if is_short(text):
        return _ABBREVIATION
    if word.partial:
        return _PART
    weight = _UNUSUAL if word.ambiguous else _CLEAR + _LONG_NAME * (len(text) >= _LONG_FROM)
    return weight + _PRODUCT * (text in _PRODUCTS) + _CHANNEL * (text in _CHANNELS)
