from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from scamhunt import reference
from scamhunt.indicators.phone import parse
from scamhunt.model import Brand, NumberSighting, Role
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.score.phone_batch import Row, read_row
from scamhunt.score.phone_signal import EXAMPLES_AT, EXAMPLES_OFFICIAL, IN_TEXT, TEXT_EXAMPLES, PhoneSignal
from scamhunt.score.phone_signals import PHONE_SIGNALS
from scamhunt.score.phone_voices import listen
from scamhunt.score.phones import PhoneScorer
from scamhunt.score.texts import TEXT_SIGNALS, BrandTexts
from scamhunt.testing import sample_brands

BY_NAME = {signal.name: signal for signal in PHONE_SIGNALS}
OF_REPORTS = [signal for signal in PHONE_SIGNALS if signal.says]
OF_BRANDS = [signal for signal in PHONE_SIGNALS if not signal.says]
NUMBER = parse("+18885550142")


def strength(name: str, history: Sequence[NumberSighting], value: str = "+18885550142") -> float | None:
    """Return how strongly a signal speaks of a history, None where it does not."""
    says = BY_NAME[name].says
    assert says
    told = says(listen(parse(value), history, EXAMPLES_AT))
    return told[0] if told else None


def text(name: str, history: Sequence[NumberSighting], value: str = "+18885550142") -> str:
    """Return what a signal says."""
    says = BY_NAME[name].says
    told = says(listen(parse(value), history, EXAMPLES_AT)) if says else None
    assert told
    return told[1]


def report(**more: object) -> NumberSighting:
    """Return a report of the example's day."""
    made = NumberSighting(NUMBER.e164, "phone_reports", "", 1, EXAMPLES_AT)
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def rows(lines: Sequence[str]) -> list[Row]:
    """Return examples as they are read."""
    return [read_row(line, EXAMPLES_AT) for line in lines]


def test_there_is_a_family() -> None:
    """An empty family would pass every test of it; names are unique and each has its source."""
    assert len(OF_REPORTS) > 10
    assert len(OF_BRANDS) == 4
    assert len(BY_NAME) == len(PHONE_SIGNALS)
    assert all(signal.meaning.endswith(".") and signal.source for signal in PHONE_SIGNALS)


@pytest.mark.parametrize("signal", OF_REPORTS, ids=lambda signal: signal.name)
def test_a_signal_speaks_in_its_own_examples(signal: PhoneSignal) -> None:
    """The examples that people are shown are what the signal sees, and what it must not see."""
    for lines, speaks in ((signal.seen_in, True), (signal.not_in, False)):
        found = rows(lines)
        told = strength(signal.name, [row.sighting for row in found], found[0].number.e164)
        assert (told is not None) is speaks
        assert told is None or (told == 0 if signal.note else told > 0)


@pytest.mark.parametrize("signal", OF_BRANDS, ids=lambda signal: signal.name)
def test_what_ties_a_number_to_a_brand_does_so_in_its_examples(signal: PhoneSignal) -> None:
    """Words and numbers close to an official one make a match, the counter-example makes none."""
    official = Brand("zyrkon", "Zyrkon", ("zyrkon.example",), phones=(EXAMPLES_OFFICIAL,))
    brands = Brands.of([*sample_brands(), official])
    texts = BrandTexts(brands, reference.vocabulary())
    scorer = PhoneScorer(brands, texts, Protected.of(brands, []), reference.shipped_phone_model())
    for lines, speaks in ((signal.seen_in, True), (signal.not_in, False)):
        (row,) = rows(lines)
        (evidence,) = scorer.evidence([row.text])
        said = scorer.said(row.number, [replace(row.sighting, evidence=evidence)], EXAMPLES_AT)
        assert [one.key for brand in said.values() for one in brand][:1] == ([signal.name] if speaks else [])
        assert (signal.name == IN_TEXT and speaks) is bool(evidence)


def test_every_signal_of_words_speaks_in_its_example() -> None:
    """The words that people are shown beside a signal are words in which it speaks."""
    assert set(TEXT_EXAMPLES) == set(TEXT_SIGNALS)
    texts = BrandTexts(Brands.of(sample_brands()), reference.vocabulary())
    found = texts.evidence(list(TEXT_EXAMPLES.values()))
    assert [name in {one.signal for one in told} for name, told in zip(TEXT_EXAMPLES, found, strict=True)] == [True] * 5


@pytest.mark.parametrize(("voices", "expected"), [(1, None), (2, 1.0), (4, 2.0), (16, 4.0), (17, 4.0), (1_000, 4.0)])
def test_independent_voices_count_by_doublings_up_to_sixteen(voices: int, expected: float | None) -> None:
    """The second voice says as much as the third and fourth together; a crowd says no more than sixteen."""
    assert strength("independent_reports", [report(source=str(at)) for at in range(voices)]) == expected


def test_both_agencies_are_said_to_be_counted_once() -> None:
    """A person sees why five complaints are three voices."""
    pool = {"pool": "us-agencies", "corroborates": True}
    history = [report(feed="ftc_dnc", place=place, **pool) for place in ("775", "212", "415")]
    history += [report(feed="fcc_calls", place=place, **pool) for place in ("775", "212")]
    assert text("independent_reports", history) == (
        "reported by 3 independent voices; fcc_calls and ftc_dnc hear of the same calls: both agencies, counted once"
    )


@pytest.mark.parametrize(("reports", "expected"), [(1, None), (10, 0.5), (100, 1.0), (999_999_999, 1.0)])
def test_what_a_row_says_it_stands_for_counts_by_its_order_of_magnitude(reports: int, expected: float | None) -> None:
    """Nobody makes a number worse by writing a larger figure."""
    assert strength("stated_reports", [report(reports=reports)]) == (
        None if expected is None else pytest.approx(expected)
    )


@pytest.mark.parametrize(
    ("days", "expected", "told"),
    [
        (0, 1.0, "last reported less than a day ago"),
        (1, 0.952, "last reported 1 day ago"),
        (14, 0.5, "last reported 14 days ago"),
        (44, 0.113, "last reported 44 days ago"),
        (-2, 1.0, "last reported less than a day ago"),
    ],
)
def test_recency_halves_every_fortnight(days: int, expected: float, told: str) -> None:
    """Yesterday's report says nearly all that a report can, one of 44 days ago a ninth."""
    history = [report(seen_at=EXAMPLES_AT - timedelta(days=days))]
    assert strength("recency", history) == pytest.approx(expected, abs=0.001)
    assert text("recency", history) == told
    assert strength("stale", history) is None


def test_a_stale_number_is_said_to_be_stale() -> None:
    """After 45 days recency is silent and a reason without weight says what is needed."""
    history = [report(seen_at=EXAMPLES_AT - timedelta(days=60))]
    assert strength("recency", history) is None
    assert strength("stale", history) == 0
    assert text("stale", history) == (
        "stale: not reported for 60 days, somebody else may hold it; look for fresh evidence"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Calls pretending to be government, businesses, or family and friends", 1.0),
        ("Computer &amp; technical support", 1.0),
        ("computer & technical  support", 1.0),
        ("Warranties & protection plans", 0.5),
        ("Reducing your debt (credit cards, mortgage, student loans)", 0.5),
        ("Medical  & prescriptions", 0.25),
        ("Charities", None),
        ("Other", None),
        ("No Subject Provided", None),
        ("", None),
    ],
)
def test_subjects_count_by_what_frauds_they_stand_for(name: str, expected: float | None) -> None:
    """Spaces, commas and `&amp;` vary between the agencies' files; what says nothing weighs nothing."""
    assert strength("subject", [report(subject=name)]) == expected


def test_the_subject_of_a_crowd_is_its_mean() -> None:
    """One voice that shouts does not decide what the calls were about; voices that name no subject do not vote."""
    history = [
        *[report(source="a", subject="Computer & technical support")] * 50,
        report(source="b", subject="Charities"),
        report(source="c", subject="Debt collection"),
        report(source="d", subject="Other"),
    ]
    assert strength("subject", history) == pytest.approx((1 + 0 + 0.25) / 3)
    assert text("subject", history) == "reported as: computer and technical support"


def test_roles_count_by_the_share_of_those_who_tell() -> None:
    """One voice that calls a forged number a callback is outvoted, and the reason says how many say so."""
    said = [(Role.CALLBACK, "a"), (Role.CALLER_ID, "b"), (Role.CALLER_ID, "c"), (Role.UNKNOWN, "d")]
    history = [report(role=role, source=source) for role, source in said]
    assert strength("callback", history) == pytest.approx(1 / 3)
    assert text("callback", history).endswith("whoever shows it holds it (33% of those who tell)")
    assert strength("shown_as_caller", history) == pytest.approx(2 / 3)
    assert strength("sms_sender", history) is None


def test_agencies_do_not_outvote_who_was_told_to_call() -> None:
    """They hear of displays only: their rows tell a role where nobody else does."""
    rows = [report(feed="ftc_dnc", place=str(at), role=Role.CALLER_ID, corroborates=True) for at in range(30)]
    own = report(source="a", role=Role.CALLBACK)
    assert (strength("callback", [own, *rows]), strength("shown_as_caller", [own, *rows])) == (1.0, None)
    assert strength("shown_as_caller", [replace(own, role=Role.UNKNOWN), *rows]) == 1.0


def test_an_unassigned_number_is_forged_or_mistyped() -> None:
    """What follows depends on the role; neither raises the score."""
    number = "+12225551142"
    shown = [report(role=Role.CALLER_ID)]
    assert (strength("unassigned", shown, number), text("unassigned", shown, number)) == (
        0.0,
        "nobody was ever given this number: as a caller ID it is forged for sure",
    )
    assert text("unassigned", [report(role=Role.CALLBACK)], number).endswith("look for a slip in the report")


def test_a_flood_from_one_voice_is_told() -> None:
    """A person sees that somebody repeats himself; the flood itself weighs nothing."""
    flood = [report(source="a")] * 10_000
    assert text("repeats", flood) == "10,000 reports come from one voice and count once"
    assert strength("repeats", flood) == 0
