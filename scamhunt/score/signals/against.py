"""What speaks for an honest name. Only these signals lower a score."""

import unicodedata

from scamhunt.score.brandwords import SHORT
from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

WORDS = "SCOWL word lists, data/words"
DISTINCT = 6
"""From so many letters on a slip seldom makes another word."""
ODD = 0.55
"""Cost of slips (`slips.cost`) from which on they are not how one mistypes the word."""
RESTRICTED = frozenset(("gov", "mil", "edu", "int", "ac.uk", "gov.uk", "edu.au", "gov.au", "ac.jp", "go.jp"))
"""Zones where the registry checks who registers: a stranger hardly gets a name. That is all it means here.

That data/protected/government.txt lists some of them too has another reason: what lies there is never reported.
"""


@signal(seen_in="windows-and-doors.com", not_in="windows-login.com paypal-rivers.com", source=WORDS)
def ordinary_brand(sight: Sight) -> str | None:
    """The brand's word is an ordinary word, and nothing supports that the brand is meant."""
    if sight.ordinary and not sight.supported:
        return f"'{sight.meant}' is also an ordinary word, and nothing beside it points to the brand"
    return None


@signal(seen_in="myapplehelp.com", not_in="apple-help.com mypaypalhelp.com", source=WORDS)
def ordinary_in_words(sight: Sight) -> str | None:
    """An ordinary word written together with other words: mostly just words."""
    if sight.ordinary and sight.glued:
        return f"'{sight.meant}' is an ordinary word too, and '{sight.run}' may be just words"
    return None


@signal(
    seen_in="dhl-garden.com", not_in="dhl-login.com paypal-rivers.com", source="information content of a short word"
)
def short_brand(sight: Sight) -> str | None:
    """The brand's word is very short, and nothing supports that the brand is meant."""
    if sight.short and not sight.supported:
        return f"'{sight.meant}' is very short, and nothing beside it points to the brand"
    return None


@signal(seen_in="hp-login.com", not_in="dhl-login.com", source="information content of a short word")
def two_letters(sight: Sight) -> str | None:
    """The brand's word has only two letters."""
    return f"'{sight.meant}' has only two letters" if sight.short and len(sight.word.text) < SHORT else None


@signal(seen_in="epos-garden.com", not_in="eposcard-garden.com", source="own look at new names")
def part_of_name(sight: Sight) -> str | None:
    """Only a part of the brand's name."""
    return f"'{sight.word.text}' is only a part of the brand's name" if sight.word.partial else None


@signal(
    seen_in="apple-bank-login.com",
    not_in="apple-login.com apple-id-bank.com",
    source="own look at brands named after another",
)
def part_of_another(sight: Sight) -> str | None:
    """The brand's word is only a part of another brand's name."""
    return f"'{sight.piece}' is a part of '{sight.part_of}', another brand" if sight.part_of else None


@signal(seen_in="pineapple.org", not_in="apple-id-help.com", source=WORDS)
def ordinary_word(sight: Sight) -> str | None:
    """The letters are an ordinary word that only contains or resembles the brand."""
    words = ({sight.run, sight.piece} & sight.host.known.vocabulary.known) - {sight.word.text}
    return f"'{min(words)}' is an ordinary word" if words else None


@signal(seen_in="windowsillgarden.com", not_in="apple-id-help.com applehelp.com", source=WORDS)
def ordinary_words(sight: Sight) -> str | None:
    """The letters are several ordinary words, and the brand is only a part of them."""
    return f"'{sight.run}' reads as '{' '.join(sight.other_words)}'" if len(sight.other_words) > 1 else None


@signal(seen_in="chase-miller.com", not_in="chase-login.com", source="US Census Bureau 1990: data/words/people.txt.gz")
def person(sight: Sight) -> str | None:
    """The letters are a person's name."""
    people = sight.host.known.vocabulary.people
    if names := ({sight.run, sight.piece} & people) - {sight.word.text}:
        return f"'{min(names)}' is a person's name"
    if sight.word.text in people and (beside := [run for run in sight.unknown if run in people]):
        return f"'{sight.word.text}' and '{beside[0]}' make a person's name"
    return None


@signal(seen_in="xn--pple-4na.com", not_in="xn--mazon-3ve.com", source="alphabets of European languages")
def honest_accent(sight: Sight) -> str | None:
    """Only accents of a living language set an ordinary word or a part of a longer word apart from the brand."""
    weak = sight.ordinary or (sight.glued and not sight.explained)
    if sight.swaps and weak and not sight.lures and _accents(sight):
        return f"'{sight.piece}' differs by accents only, as languages write them"
    return None


def _accents(sight: Sight) -> bool:
    beyond = [there for there, _ in sight.swaps]
    return all(unicodedata.normalize("NFD", there)[0].isascii() and not there.isascii() for there in beyond)


@signal(seen_in="paypalriver.com amazonia-tours.com.br", not_in="amazon-tours.com amazonhelp.com", source=WORDS)
def unexplained(sight: Sight) -> str | None:
    """The letters that touch the brand are nothing that scammers or firms put there: it may stand there by accident."""
    if sight.glued and not sight.explained:
        return f"the letters around '{sight.piece}' in '{sight.run}' are nothing that belongs to a brand"
    return None


@signal(seen_in="amazomhelp.com", not_in="amazom-help.com amazonhelp.com", source="own look at new names")
def slip_in_words(sight: Sight) -> str | None:
    """A slip inside a longer word: mostly another word."""
    return f"'{sight.piece}' is only a part of '{sight.run}'" if sight.edits and sight.glued else None


@signal(seen_in="arnazonia.com", not_in="amaz0n-help.com amaz0nhelp.com", source="own look at new names")
def alike_in_words(sight: Sight) -> str | None:
    """Look-alike letters inside a longer word: mostly another word."""
    letters = all(there.isalpha() for there, _ in sight.swaps)
    if sight.swaps and letters and sight.glued and not sight.explained:
        return f"'{sight.piece}' reads as '{sight.meant}' only inside '{sight.run}'"
    return None


@signal(seen_in="apple-garden.com paypal-river-valley.com", not_in="apple-login-page-help.com", source=WORDS)
def other_subject(sight: Sight) -> str | None:
    """Ordinary words stand beside the brand that have nothing to do with it."""
    known = sight.host.known.vocabulary
    others = [run for run in sight.unknown if known.words(run)]
    return f"the name is also about something else ({', '.join(others[:3])})" if others else None


@signal(seen_in="apply.com", not_in="amaz0n.cc apple.rest micorsoft.org", source=WORDS)
def short_slip(sight: Sight) -> str | None:
    """A slip in a short word is more often another word."""
    if sight.edits and len(sight.word.text) < DISTINCT:
        return f"'{sight.meant}' is short: one letter more or less makes many honest words"
    return None


@signal(seen_in="bmazon.net", not_in="amazpn.net", source="Kukich, ACM Computing Surveys 24(4), 1992: first letters")
def odd_slip(sight: Sight) -> str | None:
    """A letter changed for no known reason, or the first one: mostly another word."""
    return f"'{sight.piece}' is not how one mistypes '{sight.meant}'" if sight.slip_cost > ODD else None


@signal(seen_in="amazon-research.edu", not_in="amazon-research.com", source="registry policies of restricted zones")
def restricted_zone(sight: Sight) -> str | None:
    """Not everybody can register there."""
    return f"names under .{sight.host.suffix} are not for everybody" if sight.host.suffix in RESTRICTED else None


@signal(seen_in="appleinsider.com", not_in="paypal-help.com", source="data/protected/popular.txt")
def popular(sight: Sight) -> str | None:
    """The public has known this name for long."""
    if sight.host.target in sight.host.known.popular:
        return f"'{sight.host.target}' is a long-known popular name"
    return None
