from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scamhunt.indicators import phone
from scamhunt.model import Brand, Evidence, NumberSighting, Reason, Role
from scamhunt.score.phone_voices import listen
from scamhunt.takedown.told import told, voices

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
NUMBER = "+12125550142"
AMAZON = Brand("amazon", "Amazon", ("amazon.com",))
NAMES = Evidence("amazon", "named_in_text", 4.0, "'amzon' in the words reads as Amazon")
OTHER = Evidence("fedex", "named_in_text", 4.0, "'fedex' in the words reads as FedEx")
REPORT = NumberSighting(NUMBER, "calls", "k", 1, NOW, Role.CALLBACK, source="a")
INNER = (
    Reason("named_in_text", 4.0, "'amzon' in the words reads as Amazon; 3 more name the brand"),
    Reason("callback", 2.0, "victims were told to call it: whoever shows it holds it (50% of those who tell)"),
    Reason("shown_as_caller", -1.0, "it stood on a victim's phone, which is mostly forged"),
)


def sentences(*reports: NumberSighting, reasons: tuple[Reason, ...] = INNER) -> list[str]:
    """Return what is told of some reports of one number."""
    heard = listen(phone.parse(NUMBER), reports, NOW) if reports else None
    return [reason.text for reason in told(heard, AMAZON, reasons)]


@pytest.mark.parametrize(
    ("brands", "sentence"),
    [
        ([()], "It was reported by 1 voice."),
        ([(NAMES,)], "It was reported by 1 voice, which names Amazon."),
        ([(OTHER,)], "It was reported by 1 voice."),
        ([(NAMES,), (OTHER, NAMES)], "It was reported by 2 independent voices, who all name Amazon."),
        ([(NAMES,), (), ()], "It was reported by 3 independent voices, of whom 1 names Amazon."),
        ([(NAMES,), (NAMES,), ()], "It was reported by 3 independent voices, of whom 2 name Amazon."),
    ],
)
def test_who_reported_it_and_named_the_brand(brands: list[tuple[Evidence, ...]], sentence: str) -> None:
    """Each voice counts once, and only what names this brand; no signal of the score is told."""
    reports = [replace(REPORT, source=str(who), evidence=evidence) for who, evidence in enumerate(brands)]
    assert sentences(*reports, *reports) == [sentence]


def test_an_agency_names_no_brand() -> None:
    """What only corroborates counts as a voice, and never as one that names the brand."""
    agency = replace(REPORT, feed="agency", corroborates=True, evidence=(NAMES,))
    assert sentences(REPORT, agency) == ["It was reported by 2 independent voices."]


def test_what_it_was_reported_as() -> None:
    """The subject that most chose, of equals the first by name; what says nothing is left out."""
    chosen = ["Other", "Other", "Computer & technical support", "Charities", "Unknown", ""]
    reports = [replace(REPORT, source=str(at), subject=subject) for at, subject in enumerate(chosen)]
    assert sentences(*reports)[1:] == ["What it was most often reported as: Charities."]
    twice = replace(REPORT, source="z", subject="Computer & technical support")
    assert sentences(*reports, twice)[1:] == ["What it was most often reported as: Computer & technical support."]
    assert len(sentences(*reports[:2])) == 1


@pytest.mark.parametrize(
    ("recorded", "sentence"),
    [
        ([True, False, None], "A recorded voice spoke, 1 report says."),
        ([True, True], "A recorded voice spoke, 2 reports say."),
    ],
)
def test_a_recorded_voice_is_told(recorded: list[bool | None], sentence: str) -> None:
    """Only of reports that say so."""
    assert sentences(*(replace(REPORT, source=str(at), robocall=one) for at, one in enumerate(recorded)))[1] == sentence


def test_how_near_an_official_number_it_is() -> None:
    """Of the reasons of the score only this one is a fact for a desk."""
    near = Reason("one_digit_off", 2.0, "one digit off Amazon's official number +1 212-555-0143")
    assert sentences(REPORT, reasons=(*INNER, near))[1:] == [
        "What it resembles: one digit off Amazon's official number +1 212-555-0143."
    ]


def test_a_number_whose_reports_are_gone() -> None:
    """The list is never empty."""
    assert sentences() == ["None of its reports is kept any more."]


@pytest.mark.parametrize(("count", "words"), [(1, "1 voice"), (2, "2 independent voices"), (0, "0 independent voices")])
def test_voices_in_words(count: int, words: str) -> None:
    """One is one."""
    assert voices(count) == words
