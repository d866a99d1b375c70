from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt import reference
from scamhunt.indicators.phone import Number, parse
from scamhunt.model import Brand, Evidence, NumberSighting, Reason, Role
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.score.phone_model import PhoneModel
from scamhunt.score.phones import PhoneScorer
from scamhunt.testing import sample_brands

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = parse("+18885550142")
BRANDS = Brands.of([*sample_brands(), Brand("zyrkon", "Zyrkon", ("zyrkon.example",), phones=("+1 844 555 0167",))])
PUBLIC = [("numbers.txt", "+18445550199 crisis An invented crisis line\n")]
MODEL = reference.shipped_phone_model()
AMAZON = (Evidence("amazon", "named_in_text", 3.0, "the words name 'amazon'"),)


def scorer(model: PhoneModel = MODEL, **extra: float) -> PhoneScorer:
    """Return a scorer without words of its own; `extra` are other weights."""
    model = replace(model, weights={**model.weights, **extra})
    return PhoneScorer(BRANDS, None, Protected.of(BRANDS, PUBLIC), model)


def report(source: str = "a", days: float = 1, **more: object) -> NumberSighting:
    """Return a report whose words name a brand."""
    made = NumberSighting(NUMBER.e164, "phone_reports", "", 1, NOW - days * DAY, source=source, evidence=AMAZON)
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def complaint(place: str = "775", **more: object) -> NumberSighting:
    """Return an agency's row, which names no brand."""
    agency = {"feed": "ftc_dnc", "place": place, "pool": "us-agencies", "corroborates": True, "evidence": ()}
    return report("", **{**agency, **more})  # type: ignore[arg-type]  # fields by name


def score(history: Sequence[NumberSighting], number: Number = NUMBER) -> float:
    """Return the score of the strongest match, 0 where there is none."""
    return max((match.score for match in scorer().score(number, history, NOW, 0.0)), default=0.0)


def test_a_match_has_the_fields_of_the_contract() -> None:
    """Indicator and target are the number; the reasons come heaviest first and add up to the score."""
    (match,) = scorer().score(NUMBER, [report(role=Role.CALLBACK)], NOW)
    assert (match.row, match.indicator, match.target, match.brand) == (0, "+18885550142", "+18885550142", "amazon")
    told = [(reason.signal, reason.weight) for reason in match.reasons]
    assert told == [
        ("named_in_text", 3.0),
        ("callback", 0.8),
        ("recency", 0.761),
        ("toll_free", 0.3),
        ("fictional", 0.0),
    ]
    assert match.score == MODEL.score(weight for _, weight in told)
    assert round(match.score, 9) == match.score


def test_each_brand_has_its_own_match() -> None:
    """A number that two brands are named for is a match of both, the strongest first."""
    both = (*AMAZON, Evidence("paypal", "misspelt_in_text", 4.0, "the words name 'paypal' as 'pay pall'"))
    found = scorer().score(NUMBER, [report(evidence=both)], NOW, 0.0)
    assert [(match.brand, match.reasons[0].signal) for match in found] == [
        ("paypal", "misspelt_in_text"),
        ("amazon", "named_in_text"),
    ]


@pytest.mark.parametrize("value", ["+18445550167", "+18445550199"])
def test_a_protected_number_never_matches(value: str) -> None:
    """Whatever is reported of an official number or a crisis line, it is never anybody's candidate."""
    history = [report(str(at), role=Role.CALLBACK, number=value) for at in range(50)]
    assert scorer().score(parse(value), history, NOW, 0.0) == []
    assert scorer().score(parse("+18445550189"), history, NOW, 0.0) != []


def test_without_a_brand_there_is_no_match() -> None:
    """However many report it: nothing says whom it pretends to be."""
    history = [report(str(at), evidence=(), role=Role.CALLBACK) for at in range(50)]
    assert scorer().score(NUMBER, history, NOW, 0.0) == []
    assert scorer().score(NUMBER, [], NOW, 0.0) == []


def test_a_brand_that_no_pack_has_any_more_is_left_out() -> None:
    """Words that were read with other packs tie no number to a brand that nobody watches."""
    gone = (Evidence("vexel", "named_in_text", 5.0, "the words name 'vexel'"),)
    assert scorer().score(NUMBER, [report(evidence=gone)], NOW, 0.0) == []


@pytest.mark.parametrize("value", ["+18885550142", "+18445550168"])
def test_agencies_alone_never_make_a_match(value: str) -> None:
    """Neither many complaints nor a number one digit off an official one are enough when only agencies report it."""
    history = [complaint(str(at), evidence=AMAZON) for at in range(100)]
    assert scorer().score(parse(value), history, NOW, 0.0) == []


def test_agencies_lift_what_other_evidence_ties_to_a_brand() -> None:
    """Complaints from more places raise the score of a number that a report tied to a brand."""
    own, shown = report(role=Role.CALLBACK), {"role": Role.CALLER_ID, "subject": "Other"}
    rows = [complaint(str(at), **shown) for at in range(20)]
    scores = [score([own, *rows[:count]]) for count in (0, 1, 2, 15)]
    assert scores == sorted(set(scores))
    assert score([own, *rows]) == scores[-1]


def test_old_evidence_does_not_tie_what_agencies_hear_of_today() -> None:
    """A number that was named 100 days ago and draws complaints today may have another holder by now."""
    assert score([report(days=100), complaint()]) == 0
    assert score([report(days=40), complaint()]) > 0


def test_words_of_an_agencys_row_tie_nothing() -> None:
    """Only reports that may make a candidate say which brand is meant."""
    with_words = complaint(evidence=(Evidence("paypal", "named_in_text", 5.0, "..."),))
    assert [match.brand for match in scorer().score(NUMBER, [report(), with_words], NOW, 0.0)] == ["amazon"]


@pytest.mark.parametrize(("role", "brand"), [(Role.CALLBACK, ["zyrkon"]), (Role.UNKNOWN, ["zyrkon"])])
def test_a_number_close_to_an_official_one_is_tied_to_its_brand(role: Role, brand: list[str]) -> None:
    """Without a word: whoever misdials lands there."""
    number = parse("+18445550168")
    found = scorer().score(number, [report(evidence=(), role=role)], NOW, 0.0)
    assert [match.brand for match in found] == brand
    assert found[0].reasons[0] == scorer().score(number, [report(evidence=())], NOW, 0.0)[0].reasons[0]
    assert found[0].reasons[0].signal == "one_digit_off"


def test_near_tells_brand_signal_weight_and_sentence() -> None:
    """What a number is close to can be asked without a report; the weight is the model's."""
    assert scorer(one_digit_off=2.0).near(parse("+18445550168")) == (
        Evidence("zyrkon", "one_digit_off", 2.0, "one digit off Zyrkon's official number +1 844-555-0167"),
    )
    assert scorer().near(NUMBER) == ()


def test_without_texts_no_words_are_read() -> None:
    """A scorer may be built without what reads words: it says nothing of them."""
    assert scorer().evidence(["this is amazon", ""]) == [(), ()]


# --- who floods, and who repeats --------------------------------------------------------------------------------------


def test_ten_thousand_reports_from_one_source_move_the_score_by_little() -> None:
    """One flooder is one voice: less than five points of a hundred, wherever the number stood before."""
    for before in ([report("a")], [report("a", evidence=_weak(1.0))], [report(str(at)) for at in range(8)]):
        first = replace(before[0], role=Role.CALLBACK, robocall=True, subject="Computer & technical support")
        voice = [first, *before[1:]]
        flood = [replace(first, key=str(at), reports=10_000, seen_at=NOW - DAY) for at in range(10_000)]
        assert score([*voice, *flood]) - score(voice) < 0.05


def test_repeating_adds_nothing() -> None:
    """A thousand reports of one voice score as one."""
    (one,) = scorer().score(NUMBER, [report()], NOW)
    (many,) = scorer().score(NUMBER, [report()] * 1_000, NOW)
    assert many.score == one.score
    assert {reason.signal for reason in many.reasons} - {reason.signal for reason in one.reasons} == {"repeats"}


def _weak(weight: float) -> tuple[Evidence, ...]:
    return (Evidence("amazon", "misspelt_in_text", weight, "the words name 'amazon' as 'amzon'"),)


@pytest.mark.parametrize(("voices", "weight"), [(1, 2.0), (2, 3.0), (3, 3.5), (4, 3.75), (50, 4.0)])
def test_each_further_voice_that_names_the_brand_counts_half(voices: int, weight: float) -> None:
    """A crowd that names the brand says at most twice what the surest of them says."""
    history = [report(str(at), evidence=_weak(2.0)) for at in range(voices)]
    (reason,) = [one for one in _reasons(history) if one.signal == "misspelt_in_text"]
    assert reason.weight == pytest.approx(weight, abs=0.001)
    assert ("more name the brand" in reason.text) is (voices > 1)


def test_words_weigh_no_more_than_six() -> None:
    """However sure the words are, the rest of the evidence keeps its say; their shares stay."""
    strong = (*_weak(2.0), Evidence("amazon", "named_in_text", 6.0, "the words name 'amazon'"))
    said = {one.signal: one.weight for one in _reasons([report("a", evidence=strong), report("b", evidence=strong)])}
    assert (said["named_in_text"], said["misspelt_in_text"]) == (4.5, 1.5)


def test_the_surest_report_of_a_voice_speaks_for_it() -> None:
    """Who writes many texts is not added up, and the surest voice comes first."""
    history = [report("a", evidence=_weak(1.0)), report("a"), report("b", evidence=_weak(2.0))]
    said = {one.signal: one.weight for one in _reasons(history)}
    assert (said["named_in_text"], said["misspelt_in_text"]) == (3.0, 1.0)


def _reasons(history: Sequence[NumberSighting]) -> Sequence[Reason]:
    return scorer().score(NUMBER, history, NOW, 0.0)[0].reasons


# --- thresholds -------------------------------------------------------------------------------------------------------


def test_the_review_threshold_applies_unless_another_is_given() -> None:
    """A single weak report is nobody's work; asked for, it is there."""
    weak = [report(days=20, evidence=_weak(1.5))]
    assert scorer().score(NUMBER, weak, NOW) == []
    (match,) = scorer().score(NUMBER, weak, NOW, 0.0)
    assert 0 < match.score < MODEL.review
    assert scorer().score(NUMBER, weak, NOW, match.score) == [match]
    assert scorer(replace(MODEL, review=match.score)).score(NUMBER, weak, NOW) == [match]


def test_what_one_clear_report_and_what_several_are_worth() -> None:
    """One clear report of a callback is worth a look, two independent ones are urgent; a misdial is worth a look."""
    one = report(evidence=(replace(AMAZON[0], weight=4.0),), role=Role.CALLBACK)
    assert MODEL.review <= score([one]) < MODEL.urgent <= score([one, replace(one, source="b")])
    misdial = report(evidence=(), role=Role.CALLBACK)
    assert MODEL.review <= score([misdial], parse("+18445550168")) < MODEL.urgent


def test_fresh_counts_more_than_old_and_stale_is_said() -> None:
    """Yesterday, 44 days ago, 60 days ago: each weighs less, and the last one says why."""
    scores = [score([report(days=days)]) for days in (1, 44, 60)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3
    stale = {one.signal: one.weight for one in _reasons([report(days=60)])}
    assert stale["stale"] == 0
    assert "recency" not in stale


def test_a_callback_counts_more_than_a_display() -> None:
    """Who shows a number holds it; what a display shows is mostly forged."""
    by_role = {role: score([report(role=role)]) for role in Role}
    assert by_role[Role.CALLBACK] > by_role[Role.SMS_SENDER] > by_role[Role.CALLER_ID] > by_role[Role.UNKNOWN]
