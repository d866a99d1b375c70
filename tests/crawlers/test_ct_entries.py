import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scamhunt.score.batch import read_names
from tests.crawlers.ct_log import BEGUN, CtLog, alternative, der, tbs
from tests.crawlers.ct_night import Night, of, read, stand


def _one(body: bytes, *, precert: bool = True) -> Night:
    log = CtLog().add(precert=precert, body=body)
    return read(log, mark=stand(log))


def test_a_null_common_name_does_no_harm() -> None:
    """[01] Names are read from the alternative names; a subject may be empty."""
    assert _one(tbs("a.example", "b.example", subject=der(0x30))).values == ["a.example", "b.example"]


def test_more_than_a_thousand_names_are_cut_and_told() -> None:
    """[02] The first 1,000 names of an entry are taken; how many entries had more is told."""
    came = _one(tbs(*(f"n{number}.example" for number in range(10_000))))
    assert came.values == [f"n{number}.example" for number in range(1_000)]
    assert came.texts == ["log.example/2026h2: 1 entries have more than 1,000 names; the others of these were left out"]


def test_a_nul_in_a_name_goes_to_the_quarantine() -> None:
    """[03] A name that ends early for some readers is no name; the other names of the entry are read."""
    came = _one(tbs("good.example", "pay.example\0.evil.example", extensions=None))
    assert (came.values, came.rejected) == (["good.example"], [(0, "a NUL in a name")])
    assert came.batches[0].rejected[0].raw == b"pay.example\0.evil.example"


def test_an_entry_that_is_no_certificate_goes_to_the_quarantine() -> None:
    """[04] Bad DER is one row with its index; the entries after it are read."""
    log = CtLog().add("a.example").add(body=b"\x30\x82\x00\x05\x00" * 300).add("c.example")
    came = read(log, mark=stand(log))
    assert came.values == ["a.example", "c.example"]
    assert came.rejected == [(1, "not a certificate in DER: a length that is not DER")]
    assert len(came.batches[0].rejected[0].raw) == 512
    assert came.place["next"] == 3


def test_a_wrong_date_in_a_certificate_does_no_harm() -> None:
    """[05] A UTCTime without its Z is not read; the row has the time at which the entry was logged."""
    came = _one(tbs("a.example", until=b"270101000000"))
    assert came.values == ["a.example"]
    assert came.batches[0].seen_at == [datetime.fromtimestamp(BEGUN / 1000, UTC)]


def test_names_of_other_kinds_are_left_out() -> None:
    """[06] IP addresses, e-mail addresses and URIs are no rows, and nothing is told of them."""
    others = der(0x87, b"\x7f\0\0\1"), der(0x81, b"a@mail.example"), der(0x86, b"https://uri.example/")
    came = _one(tbs("a.example", *others))
    assert (came.values, came.rejected) == (["a.example"], [])


def test_wildcards_are_judged_as_any_name() -> None:
    """[07] `*.x` is a name, `*` and `*.*.x` go to the quarantine."""
    (batch,) = _one(tbs("*.shop.example", "*", "*.*.shop.example")).batches
    names, rejected = read_names(batch)
    assert (names.hosts, len(rejected)) == (["shop.example"], 2)


def test_a_long_chain_is_thrown_away() -> None:
    """[08] Fingerprints of 2,000 issuers change nothing."""
    log = CtLog().add("a.example")
    log.entries = [type(one)(one.timestamp, one.der, one.precert, one.line, 2_000) for one in log.entries]
    assert read(log, mark=stand(log)).values == ["a.example"]


def test_a_future_time_is_told_and_passed_on() -> None:
    """[14] An entry that is dated after its tree head is read; the framework drops the date if it cannot be."""
    log = CtLog().add("a.example", timestamp=BEGUN + 10**12).add("b.example")
    came = read(log, mark=stand(log))
    assert came.values == ["a.example", "b.example"]
    assert came.texts == ["log.example/2026h2: 1 entries are dated after the tree head that has them"]


def test_a_time_beyond_the_calendar_is_no_time() -> None:
    """[14] A time of the year 500,000 gives a row without a time."""
    log = CtLog().add("a.example", timestamp=2**62).add("b.example")
    assert read(log, mark=stand(log)).batches[0].seen_at[0] is None


def test_entries_in_reverse_order_of_time_are_read() -> None:
    """[18] The order of times says nothing."""
    log = CtLog()
    for number in range(5):
        log.add(f"shop-{number}.example", timestamp=BEGUN - number)
    assert read(log, mark=stand(log)).values == of(0, 5)


def test_without_alternative_names_a_common_name_counts_if_it_is_a_host() -> None:
    """An old certificate has its name in the subject."""
    assert _one(tbs("old.example", extensions=[])).values == ["old.example"]
    assert _one(tbs("Jane Doe", extensions=[])).values == []
    assert _one(tbs("cn.example", extensions=[alternative(der(0x87, b"\x7f\0\0\1"))])).values == []


def _names(*lines: bytes) -> Night:
    log = CtLog(names_tiles=True, lies={f"tile/names/000.p/{len(lines)}": lambda _: b"\n".join(lines) + b"\n"})
    log.fill(len(lines), "data")
    return read(log, mark=stand(log))


@pytest.mark.parametrize(
    ("line", "values", "reason"),
    [
        (b'{"Timestamp":1,"DNS":["a.example","b.example"]}', ["a.example", "b.example"], None),
        (b'{"Timestamp":1,"Subject":{"CommonName":"cn.example"}}', ["cn.example"], None),
        (b'{"Timestamp":1,"Subject":{"CommonName":"Jane Doe"}}', [], None),
        (b'{"Timestamp":1,"Subject":{"CommonName":"cn.example"},"IP":["127.0.0.1"]}', [], None),
        (b'{"Timestamp":1,"Subject":{"CommonName":null},"DNS":["a.example"]}', ["a.example"], None),
        (b'{"Timestamp":1,"Subject":null}', [], None),
        (b'{"Timestamp":"now","DNS":["a.example"]}', ["a.example"], None),
        (b'{"Timestamp":-1,"DNS":["a.example"]}', ["a.example"], None),
        ('{"Timestamp":1,"DNS":["bücher.example"]}'.encode(), ["bücher.example"], None),
        (b'{"Timestamp":1,"DNS":["a\\u0000.example","b.example"]}', ["b.example"], "a NUL in a name"),
        (b'{"Timestamp":1,"DNS":["\\ud800.example"]}', [], "not UTF-8"),
        (b'{"Timestamp":1,"DNS":[7,"b.example"]}', ["b.example"], "no text"),
        (b'{"Timestamp":1,"DNS":"a.example"}', [], "not a line of a names tile"),
        (b'{"DNS":["a.example"]}', [], "not a line of a names tile"),
        (b'{"Timestamp":1,"DNS":["a.exa', [], "not a line of a names tile"),
        (b"[" * 100_000, [], "not a line of a names tile"),
        (b"[]", [], "not a line of a names tile"),
    ],
)
def test_a_line_of_a_names_tile(line: bytes, values: list[str], reason: str | None) -> None:
    """A line gives its names; what cannot be used of it is one row of the quarantine, the next line is read."""
    came = _names(line, b'{"Timestamp":1,"DNS":["next.example"]}')
    assert came.values == [*values, "next.example"]
    assert [at for at, _ in came.rejected] == ([] if reason is None else [0])
    assert reason is None or reason in came.rejected[0][1]


def test_a_names_tile_with_too_many_names_is_cut() -> None:
    """[02] The limit of names holds in names tiles too."""
    came = _names(json.dumps({"Timestamp": 1, "DNS": [f"n{n}.example" for n in range(1_001)]}).encode())
    assert (len(came.values), came.values[-1]) == (1_000, "n999.example")
    assert "1 entries have more than 1,000 names" in came.texts[0]


@pytest.mark.parametrize("lie", [None, lambda _: b"{}\n", lambda _: gzip.compress(b"{}")[:-9]])
def test_a_log_without_good_names_tiles_is_read_from_data_tiles(lie: Callable[[bytes], bytes] | None) -> None:
    """A names tile that is missing, short or damaged: for this night the log's data tiles are read, from there on."""
    log = CtLog(names_tiles=True, lies={"tile/names/001": lie}).fill(768)
    came = read(log)
    assert (came.values, came.texts) == (of(0, 768), [])
    asked = [path for path in came.asked if path.startswith(("tile/names", "tile/data"))]
    assert asked == ["tile/names/000", "tile/names/001", "tile/data/001", "tile/data/002"]


def test_a_bomb_of_a_tile_is_refused() -> None:
    """A tile that unpacks to more than 64 MiB stops its log, and is not unpacked further."""
    log = CtLog(lies={"tile/data/000": lambda _: gzip.compress(bytes(2**26 + 1), 1)}).fill(256)
    assert "damaged gzip, or too large" in str(read(log).texts)
