"""Which words of a draft are ours: neither quoted nor listed, and not the name or the brand. Pure."""

import re
import unicodedata

from scamhunt.takedown.case import Case
from scamhunt.takedown.words import clean, defang_name, fold_dots

# A name of a few words is a name, whatever the words are; a longer one, or one that speaks, is a sentence.
_NAME_WORDS = 5
_SPEAKS = re.compile(r"[.,]\s|[;:!?]|\b(?:you|we)\b", re.IGNORECASE)


def own_words(subject: str, text: str, case: Case) -> str:
    """Return subject and text without quotations, listed values, the name and the brand.

    A brand's name that reads as a sentence is looked at as well.
    """
    kept: list[str] = []
    listed = False
    for line in text.splitlines():
        listed = line.lstrip().startswith(("> ", "- ")) or (listed and line.startswith(" "))
        kept += [] if listed else [line]
    own = plain(" ".join([subject, *kept]))
    brand = plain(clean(case.brand.name, 500))
    for outside in (plain(defang_name(clean(case.indicator, 500))), brand):
        own = re.sub(rf"(?<!\w){re.escape(outside)}(?!\w)", " ", own) if outside else own
    sentence = len(brand.split()) > _NAME_WORDS or _SPEAKS.search(brand)
    return plain(f"{own} | {brand}" if sentence else own)


def folded(text: str) -> str:
    """Return the text as it is read: wide and styled letters as plain ones, every dot as a dot."""
    return fold_dots(unicodedata.normalize("NFKC", text))


def plain(text: str) -> str:
    """Return the text as it is read, on one line."""
    return " ".join(folded(text).split())
