import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scamhunt import bundle, reference
from scamhunt.errors import Refused, UserError
from scamhunt.score.phone_model import LARGEST, parse_phone_model, to_json
from scamhunt.score.phone_signals import PHONE_SIGNALS
from scamhunt.settings import Settings

SHIPPED = json.loads(bundle.data("scoring/phone_model.json").read_text("utf-8"))
MODEL = parse_phone_model(json.dumps(SHIPPED))


def test_the_shipped_model_says_that_it_is_uncalibrated() -> None:
    """Nobody takes a score of a number for a probability."""
    assert (MODEL.calibrated, MODEL.decisions, MODEL.fitted_on) == (False, 0, "")
    assert MODEL.standing.startswith("scores of numbers are uncalibrated: ")
    assert list(SHIPPED["weights"]) == [signal.name for signal in PHONE_SIGNALS]


def test_a_fitted_model_says_to_what() -> None:
    """How many decisions, and when."""
    fitted = replace(MODEL, calibrated=True, decisions=1_234, fitted_on="2026-11-22")
    assert fitted.standing == "scores of numbers are fitted to 1,234 decisions of your own, on 2026-11-22"
    assert parse_phone_model(to_json(fitted)) == fitted


@pytest.mark.parametrize(("total", "score"), [(3.5, 0.5), (1_000, 0.999999694), (-1_000, 0.000000306)])
def test_the_sum_stays_within_fifteen(total: float, score: float) -> None:
    """Nine decimals, and never quite 0 or 1."""
    assert MODEL.score([total]) == score


def _changed(**changes: object) -> str:
    return json.dumps({**SHIPPED, **changes})


def _weights(change: Callable[[dict[str, Any]], object]) -> str:
    weights = dict(SHIPPED["weights"])
    change(weights)
    return _changed(weights=weights)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no model of numbers"),
        ("[]", "no model of numbers"),
        ("[" * 100_000, "no model of numbers"),
        (_changed(bias="x"), "no model of numbers"),
        (_changed(decisions=float("inf")), "no model of numbers"),
        (_changed(weights=[]), "no model of numbers"),
        (_weights(lambda weights: weights.pop("recency")), "in one only: 'recency'"),
        (_weights(lambda weights: weights.update(newer=1.0)), "in one only: 'newer'"),
        (_weights(lambda weights: weights.update(recency=-0.1)), "wrong size: recency"),
        (_weights(lambda weights: weights.update(recency=LARGEST + 1)), "wrong size: recency"),
        (_weights(lambda weights: weights.update(recency=float("nan"))), "wrong size: recency"),
        (_weights(lambda weights: weights.update(stale=0.1)), "wrong size: stale"),
        (_changed(bias=float("nan")), "0 < review < urgent < 1"),
        (_changed(review=0.99), "0 < review < urgent < 1"),
        (_changed(urgent=1), "0 < review < urgent < 1"),
        (_changed(review=0), "0 < review < urgent < 1"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(text: str, told: str) -> None:
    """A file that was cut, is of another version or was edited badly is named with what is wrong."""
    with pytest.raises(UserError) as error:
        parse_phone_model(text, "here.json")
    assert str(error.value).startswith("here.json: ")
    assert told in str(error.value)


def test_the_teams_own_model_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    """What `make train` wrote into the state folder is what scores; without it the shipped one does."""
    settings = Settings(home=tmp_path)
    assert reference.phone_model(settings) == MODEL
    own = tmp_path / reference.PHONE_MODEL
    own.write_text(to_json(replace(MODEL, bias=-1.0, calibrated=True)), "utf-8")
    own.chmod(0o600)
    assert reference.phone_model(settings).bias == -1.0
    own.chmod(0o666)
    with pytest.raises(Refused, match="others may write to it"):
        reference.phone_model(settings)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{}"])
def test_a_broken_model_of_the_team_is_named(tmp_path: Path, content: bytes) -> None:
    """It is never passed over: other weights would score than the team believes."""
    own = tmp_path / reference.PHONE_MODEL
    own.write_bytes(content)
    own.chmod(0o600)
    with pytest.raises(UserError, match=reference.PHONE_MODEL):
        reference.phone_model(Settings(home=tmp_path))


def test_signals_are_listed_with_their_kind() -> None:
    """Numbers' signals stand behind those of names; what words say stands in the place of their common factor."""
    listed = [signal for signal in reference.signals() if signal["kind"] == "phone"]
    names = [signal["signal"] for signal in listed]
    assert names[0] == "named_in_text"
    assert "brand_in_text" not in names
    assert {"other_toll_free_code", "recency", "fictional"} <= set(names)
    assert all(isinstance(signal, Mapping) and signal["hits"] is None and signal["examples"] for signal in listed)
    assert {signal["hits"] for signal in reference.signals({}) if signal["kind"] == "phone"} == {0}
