"""Why a number drew attention, in plain sentences for whoever gets the report. Pure.

The signals of a score are for the team: what they weigh, and which word was read as which, says nothing to a desk.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from scamhunt.model import Brand, NumberSighting, Reason
from scamhunt.score.misdials import ONE_DIGIT, OTHER_CODE, SWAPPED
from scamhunt.score.phone_voices import Reports

_NEAR = frozenset({ONE_DIGIT, OTHER_CODE, SWAPPED})
_SAYS_NOTHING = frozenset({"", "Unknown", "Other", "No Subject Provided", "Dropped call or no message"})


def told(reports: Reports | None, brand: Brand, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return up to four sentences made of facts alone.

    `reports` holds those in the number's role, None where there is none; `reasons` are those of its score.
    """
    if reports is None:
        return (Reason("reports", 0.0, "None of its reports is kept any more."),)
    return tuple(_told(reports, brand, reasons))


def voices(count: int) -> str:
    """Return a number of voices in words."""
    return "1 voice" if count == 1 else f"{count:,} independent voices"


def days(count: int | None) -> str:
    """Return a number of days in words, an empty text where it is not known."""
    return "" if count is None else "1 day" if count == 1 else f"{count} days"


def _told(reports: Reports, brand: Brand, reasons: Sequence[Reason]) -> Iterator[Reason]:
    said = [one for voice in reports.voices for one in voice]
    yield Reason("reports", 0.0, f"It was reported by {voices(reports.independent)}{_naming(reports, brand)}.")
    subjects = Counter(one.subject for one in said if one.subject not in _SAYS_NOTHING)
    if subjects:
        most = min(subjects, key=lambda subject: (-subjects[subject], subject))
        yield Reason("subject", 0.0, f"What it was most often reported as: {most}.")
    recorded = sum(one.robocall is True for one in said)
    if recorded:
        yield Reason(
            "robocall",
            0.0,
            f"A recorded voice spoke, {'1 report says' if recorded == 1 else f'{recorded:,} reports say'}.",
        )
    near = next((reason for reason in reasons if reason.signal in _NEAR), None)
    if near:
        yield Reason(near.signal, 0.0, f"What it resembles: {near.text}.")


def _naming(reports: Reports, brand: Brand) -> str:
    """Return how many of the voices name the brand, as the end of a sentence."""
    naming = sum(any(_names(one, brand) for one in voice) for voice in reports.voices)
    many = min(naming, reports.independent)
    if not many:
        return ""
    if many == reports.independent:
        return f", which names {brand.name}" if many == 1 else f", who all name {brand.name}"
    return f", of whom {many:,} {'names' if many == 1 else 'name'} {brand.name}"


def _names(one: NumberSighting, brand: Brand) -> bool:
    return not one.corroborates and any(each.brand == brand.id for each in one.evidence)
