"""What speaks for an honest name."""

from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

WORDS = "SCOWL word lists, data/words"
RESTRICTED = frozenset(("gov", "mil", "edu", "int", "ac.uk", "gov.uk", "edu.au", "gov.au", "ac.jp", "go.jp"))


def _supported(sight: Sight) -> bool:
    return bool(sight.lures or sight.own_lures or sight.disguised or "tenant" in sight.flags)


@signal(seen_in="windows-and-doors.com", not_in="windows-login.com paypal-rivers.com", source=WORDS)
def ordinary_brand(sight: Sight) -> str | None:
    """The brand's word is an ordinary word or very short, and nothing supports that the brand is meant."""
    if sight.word.ambiguous and not _supported(sight):
        return f"'{sight.word.text}' is also an ordinary word or very short, and nothing beside it points to the brand"
    return None


@signal(seen_in="pineapple.org", not_in="apple-id-help.com", source=WORDS)
def ordinary_word(sight: Sight) -> str | None:
    """The letters are an ordinary word that only contains or resembles the brand."""
    run = sight.run
    if run != sight.word.text and run in sight.known.vocabulary.ordinary:
        return f"'{run}' is an ordinary word"
    return None


@signal(seen_in="amazonas-tours.com.br grapple-shop.com", not_in="amazon-tours.com amazonhelp.com", source=WORDS)
def unexplained(sight: Sight) -> str | None:
    """The letters that touch the brand make no known word: it may stand there by accident."""
    if not sight.explained:
        return f"the letters around '{sight.piece}' in '{sight.run}' make no known word"
    return None


@signal(
    seen_in="apple-jam-winery-valley.com", not_in="apple-jam.com apple-login-page-help.com", source="own look at new names"
)
def other_subject(sight: Sight) -> str | None:
    """Most of the name is about something else."""
    others = [run for run in sight.rest if run not in (sight.left, sight.right)]
    return f"most of the name is about something else ({', '.join(others[:3])})" if len(others) > 1 else None


@signal(seen_in="apply.com", not_in="appel-id.com apple.rest", source=WORDS)
def short_slip(sight: Sight) -> str | None:
    """A slip in a short word is more often another word."""
    if sight.edits and len(sight.word.text) < 7:
        return f"'{sight.word.text}' is short: one letter more or less makes many honest words"
    return None


@signal(seen_in="amazon-research.edu", not_in="amazon-research.com", source="registry policies of restricted zones")
def restricted_zone(sight: Sight) -> str | None:
    """Not everybody can register there."""
    return f"names under .{sight.suffix} are not for everybody" if sight.suffix in RESTRICTED else None


@signal(seen_in="paypalobjects-fans.example", not_in="paypal-help.com", source="data/protected/popular.txt")
def popular(sight: Sight) -> str | None:
    """The public has known this name for long."""
    return f"'{sight.target}' is a long-known popular name" if sight.target in sight.known.popular else None
