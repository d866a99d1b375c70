import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scamhunt.errors import FeedFailed
from tests.crawlers.ct_log import BEGUN, OTHER_KEY, CtLog, certificate, rsa_key, tbs
from tests.crawlers.ct_night import of, stand, turn


def log_of(count: int) -> CtLog:
    """Return a log of RFC 6962 with that many entries."""
    return CtLog("https://log.example/2017", tiled=False).fill(count)


def test_pages_are_read_to_the_end_and_the_next_night_goes_on() -> None:
    """Each entry is read once; a log that brings fewer than asked for is asked for the rest."""
    log = log_of(40)
    log.most = 15
    first = turn(log)
    assert (first.values, first.texts, first.problem) == (of(0, 40), [], None)
    asked = [path for path in first.asked if "get-entries" in path]
    assert asked == [f"ct/v1/get-entries?start={start}&end=39" for start in (0, 15, 30)]
    second = turn(log.fill(10), mark=first.mark)
    assert (second.values, second.texts) == (of(40, 50), [])
    assert "ct/v1/get-sth-consistency?first=40&second=50" in second.asked
    assert "ct/v1/get-entries?start=39&end=49" in second.asked
    third = turn(log, mark=second.mark)
    assert (third.batches, third.asked) == ([], ["configured:", "ct/v1/get-sth"])


def test_rows_know_their_log_their_entry_and_its_time() -> None:
    """Certificates and precertificates give their names with index, time and log."""
    log = log_of(0).add("amazon-refund-desk.com", precert=True).add("amazon-refund-desk.com", "late.example")
    (batch,) = turn(log).batches
    assert (batch.location, batch.schema) == ("https://log.example/2017/", "certificates")
    assert (list(batch.values), list(batch.lines)) == (["amazon-refund-desk.com", "late.example"], [0, 1])
    assert batch.seen_at[1] == datetime.fromtimestamp(BEGUN / 1000 + 1, UTC)


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_both_kinds_of_keys(key: str) -> None:
    """Tree heads are signed with RSA or ECDSA; the signature of another log's key is held."""
    log = log_of(3)
    log.key = rsa_key() if key == "rsa" else OTHER_KEY
    log.hashes.clear()
    assert turn(log).values == of(0, 3)


def test_a_window_a_night_and_the_gap_in_plain_sight() -> None:
    """[12] The newest is read, the gap is told, and nights with less to do fill it."""
    log = log_of(10)
    mark = turn(log, window=20, page=7).mark
    came = turn(log.fill(50), mark=mark, window=20, page=7)
    assert (came.values, [one.behind for one in came.notices]) == (of(40, 60), [30])
    came = turn(log.fill(5), mark=came.mark, window=20, page=7)
    assert (came.values, [one.behind for one in came.notices]) == (of(60, 65) + of(10, 25), [15])
    came = turn(log, mark=came.mark, window=20, page=7)
    assert (came.values, came.texts) == (of(25, 40), [])


@pytest.mark.parametrize("most", range(1, 12))
def test_a_night_that_ends_anywhere_loses_nothing(most: int) -> None:
    """Wherever the network ends, two nights together read each entry once."""
    log = log_of(60)
    first = turn(log, page=13, most=most)
    second = turn(log, page=13, mark=first.mark)
    assert first.values + second.values == of(0, 60)
    assert not any(one.held for one in first.notices + second.notices)


def test_a_page_that_is_cut_is_asked_for_in_halves() -> None:
    """[10] JSON that ends in the middle: the page is halved until it comes whole, and nothing is left out."""
    log = log_of(40)
    log.lies["ct/v1/get-entries"] = lambda body: body[:1_600]
    came = turn(log, page=32)
    assert (came.values, came.texts) == (of(0, 40), [])
    assert [path.partition("?")[2] for path in came.asked[2:5]] == ["start=0&end=31", "start=0&end=15", "start=0&end=7"]


@pytest.mark.parametrize(
    ("lie", "words", "held"),
    [
        (lambda body: body[:20], "cut or damaged", False),
        (lambda body: body + b" " * 2**24, "larger than 16,777,216 bytes", False),
        (None, "answered 404", False),
        (lambda _: b'{"entries": []}', "without entries", False),
        (lambda _: b'{"entries": 7}', "without entries", False),
        (lambda _: b'{"entries": [{"extra_data": ""}]}', "without its leaf", False),
        (lambda _: b'{"entries": [{"leaf_input": "?"}]}', "without its leaf", False),
        (lambda _: b"[" * 70, "cut or damaged", False),
        (lambda _: b"[" * 100_000, "far more values", True),
        (lambda _: b"  <!doctype html><p>busy", "an HTML page came", True),
        (lambda body: body.replace(b"]", b"," + body[13:-2] + b"]"), "entries came where", True),
    ],
)
def test_pages_that_cannot_be_read_end_their_log(lie: Callable[[bytes], bytes] | None, words: str, held: bool) -> None:
    """[09] [16] A log that answers with errors, a page of HTML or nonsense is told, and the next log is read."""
    bad, good = log_of(8), CtLog("https://sun.example/b", tiled=False, key=OTHER_KEY).fill(3, "sun")
    bad.lies["ct/v1/get-entries"] = lie
    came = turn(bad, good)
    assert came.values == ["sun-0.example", "sun-1.example", "sun-2.example"]
    assert [(one.held, one.behind) for one in came.notices] == [(held, 8)]
    assert words in came.texts[0]
    assert list(json.loads(came.mark)) == [good.identity]
    asked = sum("end=" in path for path in came.asked)
    assert asked == (2 if held else 5)  # of 8: 8, 4, 2, 1, and one of the other log


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lambda body: body.replace(b'"tree_size": 8', b'"tree_size": 9'), "signature is wrong"),
        (lambda body: body.replace(b'"tree_size": 8', b'"tree_size": -8'), "lacks size, time or root"),
        (lambda body: body.replace(b'"tree_size": 8', b'"tree_size": true'), "lacks size, time or root"),
        (lambda body: body.replace(b'"tree_size": 8', b'"tree_size": %d' % 10**12), "or they cannot be"),
        (lambda body: body.replace(b'"tree_size": 8', b'"tree_size": %d' % (10**12 - 1)), "signature is wrong"),
        (lambda body: body.replace(b'"timestamp": 1', b'"timestamp": -1'), "lacks size, time or root"),
        (lambda body: body.replace(b'"sha256_root_hash": "', b'"sha256_root_hash": "AAAA'), "lacks size, time or root"),
        (lambda body: body.replace(b'"tree_head_signature": "', b'"tree_head_signature": "?'), "signature is wrong"),
        (lambda body: body.replace(b"BAM", b"BAE"), "signature is wrong"),
        (lambda _: b"<html>", "an HTML page came"),
    ],
)
def test_a_tree_head_that_is_not_the_logs_is_held(lie: Callable[[bytes], bytes], words: str) -> None:
    """A tree head is believed only as the log signed it."""
    log = log_of(8)
    log.lies["ct/v1/get-sth"] = lie
    came = turn(log)
    assert (came.values, [one.held for one in came.notices]) == ([], [True])
    assert words in came.texts[0]


def test_the_signature_is_of_the_keys_kind() -> None:
    """A signature that says that it is ECDSA is not verified with a key of RSA."""
    log = log_of(8)
    log.key = rsa_key()
    log.lies["ct/v1/get-sth"] = lambda body: body.replace(b'"BAEB', b'"BAMB')
    assert "signature is wrong" in turn(log).texts[0]


def test_another_logs_key_is_held() -> None:
    """A tree head that another key signed is not believed."""
    log, other = log_of(8), log_of(8)
    other.key = OTHER_KEY
    came = turn(log, body=json.dumps({"operators": [{"logs": [other.listed]}]}).encode())
    assert "signature is wrong" in came.texts[0]


def test_all_logs_failing_is_a_feed_that_failed() -> None:
    """No network at all is a failure of the feed."""
    log = log_of(8)
    log.lies["ct/v1/get-sth"] = lambda _: b"{"
    assert isinstance(turn(log).problem, FeedFailed)


@pytest.mark.parametrize(("before", "after"), [(1, 2), (3, 7), (4, 8), (5, 6), (6, 8), (7, 13), (8, 9), (12, 13)])
def test_a_tree_that_grows_is_believed_with_its_proof_alone(before: int, after: int) -> None:
    """A consistency proof lets an honest log go on; a wrong one holds it, and so does none."""
    log = log_of(before)
    mark = stand(log, before)
    log.fill(after - before)
    path = "ct/v1/get-sth-consistency"
    assert turn(log, mark=mark).values == of(before, after)
    proof = json.loads(log.get(f"{log.host}/{path}?first={before}&second={after}") or b"")["consistency"]
    for wrong in ([], proof[:-1], [*proof, proof[0]], [proof[0][::-1], *proof[1:]], ["AAAA"], 7, ["AAAA"] * 200):
        if wrong == proof:
            continue
        log.lies[path] = lambda _, said=wrong: json.dumps({"consistency": said}).encode()  # type: ignore[misc]  # the default binds the value of this turn
        came = turn(log, mark=mark)
        assert (came.values, [one.held for one in came.notices]) == ([], [True])
        assert "log misbehaviour" in came.texts[0]


def test_an_empty_log_needs_no_proof() -> None:
    """The first entries of a new log follow an empty tree; a root that an empty tree cannot have is held."""
    log = log_of(0)
    mark = turn(log).mark
    assert turn(log.fill(3), mark=mark).values == of(0, 3)
    log = log_of(0)
    log.hashes[0, 0] = b""
    log.root = lambda *_: bytes(32)  # type: ignore[method-assign]  # a log that lies
    assert "an empty tree with a root" in turn(log).texts[0]


def test_a_shrunk_tree_and_another_root_are_misbehaviour() -> None:
    """[11] A log that forgets entries or has others in their place is held, and its place stays."""
    log = log_of(8)
    mark = turn(log).mark
    log.size = 7
    assert "shrunk from 8 entries to 7" in turn(log, mark=mark).texts[0]
    other = log_of(7).add("other.example")
    came = turn(other, mark=mark)
    assert "another root for the same 8 entries" in came.texts[0]
    assert (came.mark, came.notices[0].held) == (mark, True)


def test_a_known_entry_that_is_another_now_is_misbehaviour() -> None:
    """The last entry of the night before comes again with the first page and has to be the same."""
    log = log_of(8)
    mark = turn(log).mark
    log.fill(4)
    log.root(0, 12)
    log.entries[7] = log_of(0).add("other.example").entries[0]
    came = turn(log, mark=mark)
    assert (came.values, [one.held for one in came.notices]) == ([], [True])
    assert "entry 7 is not the one that it was" in came.texts[0]


def _grown(log: CtLog) -> None:
    log.fill(5)


def _older(log: CtLog) -> None:
    log.size = 5


def _shrunk(log: CtLog) -> None:
    log.size = 5
    log.entries[4] = type(log.entries[4])(BEGUN + 10**7, log.entries[4].der, precert=False, line={})


def _other(log: CtLog) -> None:
    log.entries[1] = log_of(0).add("other.example").entries[0]


def _other_and_grown(log: CtLog) -> None:
    _other(log)
    _grown(log)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_grown, ""),
        (_older, ""),
        (_shrunk, "the tree changed while it was read"),
        (_other, "the tree changed while it was read"),
        (_other_and_grown, "does not begin its present one"),
    ],
)
def test_a_tree_that_changes_while_it_is_read(change: Callable[[CtLog], None], words: str) -> None:
    """A log may grow while it is read, and an older server may answer; anything else is misbehaviour."""
    log = log_of(8)

    def changing(body: bytes) -> bytes:
        log.lies.clear()
        change(log)
        log.hashes.clear()
        return body

    log.lies["ct/v1/get-entries"] = changing
    came = turn(log)
    assert came.values == of(0, 8)
    assert [(one.held, words in one.text) for one in came.notices] == ([(True, True)] if words else [])


def test_an_entry_that_cannot_be_read_goes_to_the_quarantine() -> None:
    """[04] An entry of an unknown kind, or with bad DER, is one row with its index; the others are read."""
    log = log_of(1).add(body=b"\x30\x03\x02\x01").add("shop-2.example")
    came = turn(log)
    assert came.values == ["shop-0.example", "shop-2.example"]
    assert came.rejected == [(1, "not a certificate in DER: a length beyond the end")]


@pytest.mark.parametrize("leaf", ["", "AAAA", "AAAAAAGgxFBsAAAC", "AQAAAAGgxFBsAAAAAAAAAAA="])
def test_a_leaf_of_an_unknown_kind_is_one_bad_row(leaf: str) -> None:
    """A leaf that is cut, or of a version that we do not know, does not stop the page."""
    log = log_of(2)

    def change(body: bytes) -> bytes:
        said = json.loads(body)
        said["entries"][0]["leaf_input"] = leaf
        return json.dumps(said).encode()

    log.lies["ct/v1/get-entries"] = change
    came = turn(log)
    assert (came.values, [line for line, _ in came.rejected]) == (["shop-1.example"], [0])


def test_a_chain_of_two_mebibytes_is_thrown_away() -> None:
    """[08] What a log keeps besides the entry does no harm."""
    log = log_of(1)
    one = log.entries[0]
    log.entries = [type(one)(one.timestamp, certificate(tbs("a.example")), precert=False, line={}, chain=65_536)]
    assert turn(log).values == ["a.example"]


@pytest.mark.parametrize("path", ["get-sth", "get-sth-consistency"])
def test_an_answer_has_a_limit(path: str) -> None:
    """A tree head or a proof of more than 64 KiB is not taken into memory."""
    log = log_of(8)
    mark = turn(log).mark
    log.fill(3).lies[f"ct/v1/{path}"] = lambda body: body + b" " * 65_536
    came = turn(log, CtLog("https://sun.example/b", tiled=False, key=OTHER_KEY).fill(3, "sun"), mark=mark)
    assert [(one.held, "larger than 65,536 bytes" in one.text) for one in came.notices] == [(False, True)]
