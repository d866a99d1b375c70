"""How words from outside stand in a report: visible, short, with no live link and nothing about a person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scamhunt.takedown import private
from scamhunt.takedown.case import Case
from scamhunt.takedown.words import clean, defang, defang_name

NAME_LIMIT = 120
URL_LIMIT = 500
LINE_LIMIT = 300
LEFT_OUT = "[left out: it may hold personal data]"


@dataclass(frozen=True, slots=True)
class Shown:
    """Shows words from outside in reports on one case."""

    case: Case

    def words(self, text: str, limit: int = LINE_LIMIT) -> str:
        """Show words: visible, short, with no live link."""
        shown = defang(clean(text, limit), self.case.brand.domains)
        return shown.replace(self.case.indicator, defang_name(self.case.indicator))

    def name(self, text: str) -> str:
        """Show a name; one that starts as a quotation does would hide its line from the lint."""
        return self.words(text, NAME_LIMIT).lstrip(">- ")

    def names(self, values: Sequence[str], most: int, limit: int = NAME_LIMIT) -> tuple[str, ...]:
        """Show the first of several, and how many more there are."""
        more = [f"and {len(values) - most} more"] if len(values) > most else []
        return (*(self.words(value, limit) for value in values[:most]), *more)

    def seen(self, text: str, limit: int = LINE_LIMIT) -> str:
        """Show what a page or a registry says; what may be about a person is left out."""
        shown = self.words(text, limit)
        return LEFT_OUT if self._personal(shown) else shown

    def url(self, url: str) -> str:
        """Show an address, broken; its query, or its path too, is left out where it may be about a person."""
        shown = self.words(url, URL_LIMIT)
        if not self._personal(shown):
            return shown
        without = self.words(url.partition("#")[0].partition("?")[0], URL_LIMIT)
        if not self._personal(without):
            return f"{without} {LEFT_OUT}"
        return f"{'/'.join(without.split('/')[:3])} {LEFT_OUT}"

    def _personal(self, shown: str) -> bool:
        return bool(private.found([without_target(shown, self.case)], numbers=numbers_of(self.case)))


def numbers_of(case: Case) -> tuple[str, ...]:
    """Return the numbers that may stand in a report: the reported one, official ones, those that the page shows."""
    return (case.indicator, *case.brand.phones, *case.site.numbers)


def without_target(text: str, case: Case) -> str:
    """Return a text without the reported name, whose digits may look like somebody's number."""
    return text.replace(defang_name(clean(case.indicator, URL_LIMIT)), "...") if "." in case.indicator else text


def when(moment: datetime) -> str:
    """Return a time for a person, in UTC, to the minute."""
    # Not strftime, which leaves the zeros of early years out.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'minutes')} UTC"
