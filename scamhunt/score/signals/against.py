"""What speaks for an honest name."""

from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

WORDS = "SCOWL word lists, data/words"
DISTINCT = 7
"""From so many letters on a slip seldom makes another word."""
RESTRICTED = frozenset(("gov", "mil", "edu", "int", "ac.uk", "gov.uk", "edu.au", "gov.au", "ac.jp", "go.jp"))
"""Zones where the registry checks who registers: a stranger hardly gets a name. That is all it means here.

That data/protected/government.txt lists some of them too has another reason: what lies there is never reported.
"""


def _supported(sight: Sight) -> bool:
    """Return whether something points to the brand. A slip does not: of an ordinary word it mostly makes another."""
    beside = sight.lures or sight.own_lures or sight.serial
    return bool(beside or (sight.disguised and not sight.edits) or "tenant" in sight.flags)


@signal(seen_in="windows-and-doors.com", not_in="windows-login.com paypal-rivers.com", source=WORDS)
def ordinary_brand(sight: Sight) -> str | None:
    """The brand's word is an ordinary word or very short, and nothing supports that the brand is meant."""
    if sight.word.ambiguous and not _supported(sight):
        return f"'{sight.word.text}' is also an ordinary word or very short, and nothing beside it points to the brand"
    return None


@signal(seen_in="myapplehelp.com", not_in="apple-help.com mypaypalhelp.com", source=WORDS)
def ordinary_in_words(sight: Sight) -> str | None:
    """An ordinary word written together with other words: mostly just words."""
    if sight.word.ambiguous and (sight.left or sight.right):
        return f"'{sight.word.text}' is an ordinary word too, and '{sight.run}' may be just words"
    return None


@signal(seen_in="pineapple.org", not_in="apple-id-help.com", source=WORDS)
def ordinary_word(sight: Sight) -> str | None:
    """The letters are an ordinary word that only contains or resembles the brand."""
    words = ({sight.run, sight.piece} & sight.known.vocabulary.ordinary) - {sight.word.text}
    return f"'{min(words)}' is an ordinary word" if words else None


@signal(seen_in="amazonas-tours.com.br grapple-shop.com", not_in="amazon-tours.com amazonhelp.com", source=WORDS)
def unexplained(sight: Sight) -> str | None:
    """The letters that touch the brand make no known word: it may stand there by accident."""
    if not sight.explained:
        return f"the letters around '{sight.piece}' in '{sight.run}' make no known word"
    return None


@signal(seen_in="amazomhelp.com", not_in="amazom-help.com amazonhelp.com", source="own look at new names")
def slip_in_words(sight: Sight) -> str | None:
    """A slip inside a longer word: mostly another word."""
    if sight.edits and (sight.left or sight.right):
        return f"'{sight.piece}' is only a part of '{sight.run}'"
    return None


@signal(
    seen_in="apple-jam.com amazon-river-valley.com",
    not_in="amazon-river.com apple-login-page-help.com",
    source="own look at new names",
)
def other_subject(sight: Sight) -> str | None:
    """Other words that are no lures; beside an ordinary word one is enough."""
    others = [run for run in sight.rest if run not in (sight.left, sight.right)]
    enough = 1 if sight.word.ambiguous else 2
    return f"the name is also about something else ({', '.join(others[:3])})" if len(others) >= enough else None


@signal(seen_in="apply.com", not_in="amaz0n.cc apple.rest micorsoft.org", source=WORDS)
def short_slip(sight: Sight) -> str | None:
    """A slip in a short word is more often another word."""
    if sight.edits and len(sight.word.text) < DISTINCT:
        return f"'{sight.word.text}' is short: one letter more or less makes many honest words"
    return None


@signal(seen_in="amazon-research.edu", not_in="amazon-research.com", source="registry policies of restricted zones")
def restricted_zone(sight: Sight) -> str | None:
    """Not everybody can register there."""
    return f"names under .{sight.suffix} are not for everybody" if sight.suffix in RESTRICTED else None


@signal(seen_in="appleinsider.com", not_in="paypal-help.com", source="data/protected/popular.txt")
def popular(sight: Sight) -> str | None:
    """The public has known this name for long."""
    return f"'{sight.target}' is a long-known popular name" if sight.target in sight.known.popular else None
