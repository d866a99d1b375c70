import base64
import json
from hashlib import sha256

import pytest

from scamhunt.errors import FeedFailed, FeedHeld
from tests.crawlers.ct_log import OTHER_KEY, CtLog, log_list, rsa_key
from tests.crawlers.ct_night import of, read


def test_a_log_that_retires_is_closed() -> None:
    """[17] A log that retires is told once and leaves the mark."""
    retired, stays = CtLog(), CtLog("https://c.example/c", key=rsa_key())
    mark = read(retired.fill(256), stays.fill(256)).mark
    retired.state = "retired"
    came = read(retired, stays, mark=mark)
    assert came.texts == ["log.example/2026h2: retired; closed"]
    assert list(json.loads(came.mark)) == [stays.identity]
    assert read(retired, stays, mark=came.mark).texts == []


@pytest.mark.parametrize("wrong", [True, False])
def test_a_log_that_is_missing_for_a_night_may_not_rewrite_its_past(wrong: bool) -> None:
    """[17] Our place in a log that the list lacks, or has wrong, is kept and told; it is held to its past."""
    gone, stays = CtLog(key=OTHER_KEY).fill(256), CtLog("https://c.example/c", key=rsa_key()).fill(256)
    first = read(gone, stays)
    body = log_list(stays, more=[{**gone.listed, "key": "AAAA"}]) if wrong else log_list(stays)
    second = read(stays, mark=first.mark, body=body)
    third = read(stays, mark=second.mark, body=body)
    texts = [f"the log {gone.identity}: not in the log list, or wrong there, in {runs} runs" for runs in (1, 2)]
    told = [(one.text.partition(";")[0], one.held) for night in (second, third) for one in night.notices]
    assert [one for one in told if "the log " in one[0]] == [(texts[0], True), (texts[1], False)]
    assert json.loads(third.mark)[gone.identity] == {**json.loads(first.mark)[gone.identity], "missing": 2}
    fourth = read(gone, stays, mark=third.mark)
    assert (fourth.texts, json.loads(fourth.mark)) == ([], json.loads(first.mark))
    came = read(CtLog(key=OTHER_KEY).fill(300, "other"), stays, mark=third.mark)
    assert (came.values, [one.held for one in came.notices]) == ([], [True])
    assert "does not begin its present one" in came.texts[0]


def test_two_hundred_missing_logs_are_remembered() -> None:
    """The mark does not grow without end: of more than 200 missing logs those that are missing for longest go."""
    log = CtLog().fill(256)
    places = {f"log {number:03}": {"next": 1, "missing": 300 - number} for number in range(202)}
    came = read(log, mark=json.dumps(places))
    kept = json.loads(came.mark)
    assert set(kept) == {log.identity, *(f"log {number:03}" for number in range(2, 202))}
    assert [one.text.partition(";")[0] for one in came.notices if one.held] == [
        "2 logs are not in the log list, besides 200 others"
    ]


@pytest.mark.parametrize("state", ["usable", "qualified", "readonly"])
def test_logs_in_these_states_are_read(state: str) -> None:
    """A log that takes no more entries is read to its end."""
    assert len(read(CtLog(state=state).fill(256)).values) == 256


@pytest.mark.parametrize("state", ["pending", "retired", "rejected"])
def test_logs_in_these_states_are_not_asked(state: str) -> None:
    """A log that is not yet or no longer good for browsers is left alone."""
    came = read(CtLog(state=state), CtLog("https://sun.example/a", key=OTHER_KEY).fill(256))
    assert (len(came.values), came.texts) == (256, [])


_LARGE = bytes(2_049)


def _listed(**changes: object) -> dict[str, object]:
    return {**CtLog(key=OTHER_KEY).listed, **changes}


@pytest.mark.parametrize(
    "entry",
    [
        _listed(monitoring_url="javascript:alert(1)"),
        _listed(monitoring_url="file:///etc/passwd"),
        _listed(monitoring_url="https://user:pass@log.example/"),
        _listed(monitoring_url="https://log.example/\x1b[31m"),
        _listed(monitoring_url=7),
        _listed(submission_url=None),
        _listed(key="AAAA"),
        _listed(key="not base64"),
        _listed(key=base64.b64encode(_LARGE).decode(), log_id=base64.b64encode(sha256(_LARGE).digest()).decode()),
        _listed(log_id="AAAA"),
        _listed(log_id=[]),
        _listed(state="usable", key=7),
        7,
        CtLog().listed,
    ],
)
def test_a_wrong_entry_of_the_log_list_is_left_out_and_told(entry: object) -> None:
    """Whatever one entry says, the other logs are read, and nothing but https and http is asked."""
    log = CtLog().fill(256)
    came = read(log, body=log_list(log, more=[entry]))
    assert came.values == of(0, 256)
    assert came.texts[0].startswith("1 tiled logs of the list are left out")
    assert all(path.startswith(("tile/", "checkpoint", "configured:")) for path in came.asked)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "no list of certificate logs"),
        (b"[]", "no list of certificate logs"),
        (b"7", "no list of certificate logs"),
        (b"{}", "no list of certificate logs"),
        (b'{"operators": {}}', "no list of certificate logs"),
        (b"[" * 100_000, "no list of certificate logs"),
        (b'{"operators": []}', "no tiled log that can be read"),
        (b'{"operators": [7, {"tiled_logs": 7}, {}]}', "no tiled log that can be read"),
        (log_list(more=[{}] * 10_000), "10,000 logs, 500 at most"),
    ],
)
def test_a_log_list_that_is_none_is_held(body: bytes, words: str) -> None:
    """A page or anything else in place of the log list is not taken for a night without certificates."""
    came = read(body=body)
    assert isinstance(came.problem, FeedHeld)
    assert words in str(came.problem)
    assert came.asked == ["configured:"]


def test_a_log_list_without_end_fails() -> None:
    """The list is read up to 8 MiB."""
    assert isinstance(read(body=b" " * (2**23 + 1)).problem, FeedFailed)


@pytest.mark.parametrize(
    "mark", ["nonsense", "[]", '{"a": 7}', '{"a": {"unknown": 1}}', '{"a": {"next": 1, "gaps": [7]}}']
)
def test_a_mark_of_another_version_is_held(mark: str) -> None:
    """A place that cannot be read is not taken for none: nothing is read twice or left out in silence."""
    came = read(CtLog().fill(256), mark=mark)
    assert isinstance(came.problem, FeedHeld)
    assert "place in the logs cannot be read" in str(came.problem)


def test_a_mark_stays_small() -> None:
    """A log that is behind for years keeps 16 gaps; what is older is given up and told."""
    log = CtLog().fill(256)
    mark = read(log, window=256).mark
    texts: list[str] = []
    for _ in range(18):
        came = read(log.fill(512), mark=mark, window=256)
        mark, texts = came.mark, came.texts
    assert len(json.loads(mark)[log.identity]["gaps"]) == 16
    assert texts[1] == "log.example/2026h2: 256 entries waited for too long and are given up"
