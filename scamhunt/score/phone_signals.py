"""What the reports of a number say: each signal is a small function from `Reports` to a strength and a sentence.

Weights (log-odds at strength 1) stand in `data/scoring/phone_model.json`. They are set by hand from the sources named
here and are *uncalibrated* until a team's own decisions fit them (`make train`). To add a signal: write it here with
its examples, give it its weight there, add its row to the table of docs/phone-scoring.md.
"""

# ruff: noqa: D401  # a signal's docstring states what it sees

import math
import re

from scamhunt.indicators.phone import NumberType
from scamhunt.model import NumberSighting, Role
from scamhunt.score.misdials import ONE_DIGIT, OTHER_CODE, SWAPPED
from scamhunt.score.phone_signal import IN_TEXT, NO_BRAND, TEXT_EXAMPLES, PhoneSignal, Told, lines, signal, worded
from scamhunt.score.phone_voices import Reports

HALF_LIFE_DAYS = 14.0
"""After so many days a report says half as much of today. A public list keeps a number that was reported once for 14
days; and so hardly a tenth is left when, after 45, somebody else may hold it."""
MOST_VOICES = 16
"""More voices than so many say nothing more."""
FULL_COUNT = 100
"""A row that stands for so many reports or more counts fully as one that stands for many."""
FLOOD = 10
"""From so many reports on, one voice is told to repeat itself."""
_FOLDED = re.compile(r"[^a-z0-9]+")
_SUBJECTS = {
    "calls pretending to be government businesses or family and friends": (1.0, "pretending to be somebody else"),
    "computer technical support": (1.0, "computer and technical support"),
    "warranties protection plans": (0.5, "warranties and protection plans"),
    "reducing your debt credit cards mortgage student loans": (0.5, "reducing debts"),
    "lotteries prizes sweepstakes": (0.5, "lotteries and prizes"),
    "work from home other ways to make money": (0.5, "ways to make money"),
    "debt collection": (0.25, "debt collection"),
    "energy solar utilities": (0.25, "energy and utilities"),
    "medical prescriptions": (0.25, "medicine"),
    "vacation timeshares": (0.25, "vacation and timeshares"),
}
_SUBJECTS |= dict.fromkeys(
    ("home security alarms", "home improvement cleaning", "surveys political calls", "charities"), (0.0, "")
)
"""Subjects of the FTC's form, folded. Those that say nothing (Other, Unknown, Dropped call) are not here."""


# --- who says so, and when --------------------------------------------------------------------------------------------


@signal(
    source="FTC: complaints are not verified; a public list keeps a number longer with each further report",
    seen_in="""{"number": "+18885550142", "source": "a"}
               {"number": "+18885550142", "source": "b"}""",
    not_in="""{"number": "+18885550142", "source": "a"}
              {"number": "+18885550142", "source": "a"}""",
)
def independent_reports(reports: Reports) -> Told | None:
    """Several independent voices report it; each doubling counts once more, up to 16 voices."""
    count = reports.independent
    if count == 1:
        return None
    text = f"reported by {count:,} independent voices"
    if reports.pooled:
        text += f"; {' and '.join(reports.pooled)} hear of the same calls: both agencies, counted once"
    return math.log2(min(count, MOST_VOICES)), text


@signal(
    source="own judgement: what one voice says of a count is one voice's word",
    seen_in='{"number": "+18885550142", "reports": 1000}',
    not_in='{"number": "+18885550142"}',
)
def stated_reports(reports: Reports) -> Told | None:
    """A row says that it stands for many reports; only its order of magnitude counts, up to 100."""
    most = max(one.reports for voice in reports.voices for one in voice)
    if most <= 1:
        return None
    share = min(1.0, math.log(most, FULL_COUNT))
    return share, f"one row says that it stands for {most:,} reports; it stays one voice"


@signal(
    source="half-life of 14 days: a public list drops a number with one report after as long",
    seen_in='{"number": "+18885550142", "seen_at": "2026-11-20"}',
    not_in='{"number": "+18885550142", "seen_at": "2026-09-20"}',
)
def recency(reports: Reports) -> Told | None:
    """It was reported lately; counts half as much every 14 days, and nothing after 45."""
    if reports.is_stale:
        return None
    days = int(reports.age_days)
    when = "less than a day ago" if not days else "1 day ago" if days == 1 else f"{days} days ago"
    return 0.5 ** (reports.age_days / HALF_LIFE_DAYS), f"last reported {when}"


# --- what the call was ------------------------------------------------------------------------------------------------


@signal(
    source="FTC, Consumer Sentinel Network Data Book: impostors lead the reported frauds",
    seen_in='{"number": "+18885550142", "subject": "Computer & technical support"}',
    not_in='{"number": "+18885550142", "subject": "Charities"}',
)
def subject(reports: Reports) -> Told | None:
    """The subject that reporters chose is one of frauds; the mean over the voices that name one counts."""
    strength = reports.share(lambda one: _subject(one)[0])
    if not strength:
        return None
    label = max((_subject(one) for voice in reports.voices for one in voice), key=lambda told: told[0] or 0.0)[1]
    return strength, f"reported as: {label}"


def _subject(one: NumberSighting) -> tuple[float | None, str]:
    folded = _FOLDED.sub(" ", one.subject.lower().replace("&amp;", " ")).strip()
    return _SUBJECTS.get(folded, (None, ""))


@signal(
    source="47 U.S.C. 227(b)(1): a recorded voice needs the called person's consent",
    seen_in='{"number": "+18885550142", "robocall": true}',
    not_in='{"number": "+18885550142", "robocall": false}',
)
def robocall(reports: Reports) -> Told | None:
    """A recorded voice spoke; the share of the voices that tell counts."""
    share = reports.share(lambda one: None if one.robocall is None else float(one.robocall))
    return (share, "a recorded voice spoke") if share else None


@signal(
    source="Miramirkhani et al., Dial One for Scam, NDSS 2017: the number on the page leads to the call centre",
    seen_in='{"number": "+18885550142", "role": "callback"}',
    not_in='{"number": "+18885550142", "role": "caller_id"}',
)
def callback(reports: Reports) -> Told | None:
    """Victims were told to call it: whoever shows it holds it."""
    return _role(reports, Role.CALLBACK, "victims were told to call it: whoever shows it holds it")


@signal(
    source="reportphonespam.org: the sender of a text is normally real",
    seen_in='{"number": "+18885550142", "role": "sms_sender"}',
    not_in='{"number": "+18885550142"}',
)
def sms_sender(reports: Reports) -> Told | None:
    """Text messages came from it."""
    return _role(reports, Role.SMS_SENDER, "text messages came from it")


@signal(
    source="FCC consumer guide on caller ID spoofing: the display is mostly forged",
    seen_in='{"number": "+18885550142", "role": "caller_id"}',
    not_in='{"number": "+18885550142", "role": "unknown"}',
)
def shown_as_caller(reports: Reports) -> Told | None:
    """It stood on a victim's phone, which is mostly forged and says little."""
    return _role(reports, Role.CALLER_ID, "it stood on a victim's phone, which is mostly forged")


def _role(reports: Reports, role: Role, text: str) -> Told | None:
    """Count the voices that tell a role; agencies, who hear of displays only, where nobody else does."""
    agencies = all(one.corroborates or one.role is Role.UNKNOWN for voice in reports.voices for one in voice)

    def says(one: NumberSighting) -> float | None:
        counts = one.role is not Role.UNKNOWN and (agencies or not one.corroborates)
        return float(one.role is role) if counts else None

    share = reports.share(says)
    return (share, text if share == 1 else f"{text} ({share:.0%} of those who tell)") if share else None


# --- the number itself ------------------------------------------------------------------------------------------------


@signal(
    source="own judgement: no study gives a figure",
    seen_in='{"number": "+18885550142"}',
    not_in='{"number": "+14155550142"}',
)
def toll_free(reports: Reports) -> Told | None:
    """A toll-free number: whoever pays for it wants to be called."""
    return (1.0, "a toll-free number") if reports.number.type is NumberType.TOLL_FREE else None


@signal(
    source="FCC consumer guide on one-ring scams: calling back is what costs",
    seen_in='{"number": "+449098790123"}',
    not_in='{"number": "+18885550142"}',
)
def costly(reports: Reports) -> Told | None:
    """A premium, shared-cost or personal number: the caller pays whoever holds it."""
    kinds = {NumberType.PREMIUM, NumberType.SHARED_COST, NumberType.PERSONAL}
    return (1.0, "the caller pays whoever holds it") if reports.number.type in kinds else None


# --- what a person should know; weighs nothing ------------------------------------------------------------------------


@signal(
    source="47 CFR 52.15(f)(1)(ii): a number rests 45 days before somebody else gets it",
    seen_in='{"number": "+18885550142", "seen_at": "2026-10-01"}',
    not_in='{"number": "+18885550142", "seen_at": "2026-10-20"}',
    note=True,
)
def stale(reports: Reports) -> Told | None:
    """Nobody has reported it for more than 45 days: it needs fresh evidence."""
    if not reports.is_stale:
        return None
    silence = f"not reported for {int(reports.age_days)} days"
    return 0.0, f"stale: {silence}, somebody else may hold it; look for fresh evidence"


@signal(
    source="47 CFR 52.15(f)(1)(ii): a number rests 45 days before somebody else gets it",
    seen_in="""{"number": "+18885550142", "seen_at": "2026-11-20"}
               {"number": "+18885550142", "seen_at": "2026-08-20"}""",
    not_in="""{"number": "+18885550142", "seen_at": "2026-11-20"}
              {"number": "+18885550142", "seen_at": "2026-10-20"}""",
    note=True,
)
def earlier_holder(reports: Reports) -> Told | None:
    """Reports from before a silence of more than 45 days are left out: somebody else may have held it."""
    if not reports.before:
        return None
    what = "1 report" if reports.before == 1 else f"{reports.before:,} reports"
    return 0.0, f"{what} from before {reports.silent_days} silent days left out: somebody else may have held it"


@signal(
    source="a flood of reports by one reporter says no more than one report",
    seen_in='{"number": "+18885550142", "source": "a"}\n' * FLOOD,
    not_in='{"number": "+18885550142", "source": "a"}\n' * (FLOOD - 1),
    note=True,
)
def repeats(reports: Reports) -> Told | None:
    """One voice reports it again and again: it counts once."""
    most = max(map(len, reports.voices))
    return (0.0, f"{most:,} reports come from one voice and count once") if most >= FLOOD else None


@signal(
    source="numbering plans in libphonenumber",
    seen_in='{"number": "+12225551142"}',
    not_in='{"number": "+18885550142"}',
    note=True,
)
def unassigned(reports: Reports) -> Told | None:
    """Nobody was ever given this number: on a display it is forged for sure, elsewhere it is a slip."""
    if "unassigned" not in reports.number.flags:
        return None
    if any(one.role is Role.CALLBACK for voice in reports.voices for one in voice):
        return 0.0, "nobody was ever given this number: look for a slip in the report"
    return 0.0, "nobody was ever given this number: as a caller ID it is forged for sure"


@signal(
    source="ATIS-0300115, Ofcom and other regulators: ranges kept for films and tests",
    seen_in='{"number": "+18885550142"}',
    not_in='{"number": "+12225551142"}',
    note=True,
)
def fictional(reports: Reports) -> Told | None:
    """The number is kept for films and tests: nobody has it."""
    return (0.0, "kept for films and tests: nobody has it") if "fictional" in reports.number.flags else None


_MISDIAL = "FCC consumer guide on careless dialing; AT&T Cyber Aware on toll-free hijack"
_OF_BRANDS = (
    PhoneSignal(
        IN_TEXT,
        "The words of reports name the brand; each further voice counts half of the one before, six in all at most.",
        "score/texts.py: the brand index of the domain classifier",
        (worded(TEXT_EXAMPLES["misspelt_in_text"]),),
        (worded(NO_BRAND),),
    ),
    PhoneSignal(
        OTHER_CODE,
        "The seven digits of an official number under another toll-free code.",
        _MISDIAL,
        lines('{"number": "+18555550167"}'),
        lines('{"number": "+18555550189"}'),
    ),
    PhoneSignal(
        ONE_DIGIT,
        "One digit off an official number; half where that one is not toll-free.",
        _MISDIAL,
        lines('{"number": "+18445550168"}'),
        lines('{"number": "+18445550189"}'),
    ),
    PhoneSignal(
        SWAPPED,
        "Two neighbouring digits of an official number swapped; half where that one is not toll-free.",
        _MISDIAL,
        lines('{"number": "+18445550176"}'),
        lines('{"number": "+18445550167"}'),
    ),
)

PHONE_SIGNALS: tuple[PhoneSignal, ...] = (
    *_OF_BRANDS,
    *(value for value in list(vars().values()) if isinstance(value, PhoneSignal)),
)
"""All of them, in the order of the model's weights."""
