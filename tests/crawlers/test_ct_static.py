import base64
import gzip
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from scamhunt.gather.seen import Seen
from scamhunt.model import BATCH_ROWS
from tests.crawlers.ct_log import BEGUN, CtLog, rsa_key
from tests.crawlers.ct_night import of, read, stand


@pytest.mark.parametrize("kind", ["data", "names"])
def test_full_tiles_are_read_at_once_and_the_partial_one_a_night_later(kind: str) -> None:
    """[15] A partial tile is left until it is full, but not for longer than a night, and is never fetched again."""
    log = CtLog(names_tiles=kind == "names").fill(600)
    first = read(log)
    assert (first.values, first.texts, first.problem) == (of(0, 512), [], None)
    assert first.place == {"next": 512, "size": 600, "root": base64.b64encode(log.head()[1]).decode()}
    second = read(log, mark=first.mark)
    assert second.values == of(512, 600)
    third = read(log, mark=second.mark)
    assert (third.batches, third.texts, third.asked) == ([], [], ["configured:", "checkpoint"])
    asked = [path for path in first.asked + second.asked if path.startswith(f"tile/{kind}/002")]
    assert asked == [f"tile/{kind}/002.p/88"]


def test_a_partial_tile_that_fills_up_gives_its_other_entries() -> None:
    """What was read of a tile while it was partial is not read again when it is full."""
    log = CtLog().fill(300)
    came = read(log, mark=stand(log, 256))
    assert came.values == of(256, 300)
    came = read(log.fill(10), mark=came.mark)
    assert came.values == []
    assert read(log.fill(260), mark=came.mark).values == of(300, 512)


def test_a_partial_tile_that_grows_slowly_is_read_in_the_next_night() -> None:
    """A log with a few entries a day is read a night late, not weeks late."""
    log = CtLog().fill(20)
    first = read(log)
    assert first.values == []
    second = read(log.fill(5), mark=first.mark)
    assert second.values == of(0, 25)
    assert "tile/data/000.p/25" in second.asked


def test_a_partial_tile_that_is_gone_is_taken_from_the_full_one() -> None:
    """A log may drop partial tiles once the full ones are there: hash tiles and data tiles."""
    log = CtLog(size=300, partial_tiles=False).fill(600)
    made = dict(CtLog(entries=log.entries).tiles())
    served = log.get

    def get(url: str) -> bytes | None:
        path = url.removeprefix(f"{log.host}/")
        return made[path]() if path in {"tile/0/001", "tile/data/001", "tile/1/000.p/1"} else served(url)

    made["tile/1/000.p/1"] = lambda: log.root(0, 256)
    log.get = get  # type: ignore[method-assign]  # another server
    came = read(log, mark=stand(log, 256))
    assert (came.values, came.texts) == (of(256, 300), [])
    assert came.asked[-2:] == ["tile/data/001.p/44", "tile/data/001"]


def test_rows_know_their_log_their_entry_and_its_time() -> None:
    """A row says in which log, at which index and when the certificate was logged."""
    log = CtLog().add("*.amazon-refund-desk.com", "amazon-refund-desk.com").add("late.example").fill(254)
    (batch,) = read(log).batches
    assert (batch.location, batch.schema) == ("https://log.example/2026h2/", "certificates")
    assert list(batch.values[:3]) == ["*.amazon-refund-desk.com", "amazon-refund-desk.com", "late.example"]
    assert list(batch.lines[:3]) == [0, 0, 1]
    begun = datetime.fromtimestamp(BEGUN / 1000, UTC)
    assert [at and (at - begun).total_seconds() for at in batch.seen_at[:3]] == [0.0, 0.0, 1.0]


def test_a_precertificate_and_its_certificate_give_a_name_once() -> None:
    """[13] Both stand in the log; a batch has each name once, and what six logs have is duplicate after the first."""
    log = CtLog().add("twice.example", precert=True).add("twice.example").fill(254)
    assert read(log).values.count("twice.example") == 1
    logs = [
        CtLog(f"https://log-{n}.example/x", key=ec.derive_private_key(100 + n, ec.SECP256R1())).fill(256)
        for n in range(6)
    ]
    seen = Seen()
    assert [sum(seen.mark_new(list(one.values))) for one in read(*logs).batches] == [256, 0, 0, 0, 0, 0]


def test_tiles_that_are_gzip_themselves_are_unpacked() -> None:
    """A log may send gzip without saying so."""
    log = CtLog(lies={"tile/data/000": gzip.compress}).fill(256)
    assert read(log).values == of(0, 256)


def test_an_rsa_key_signs_as_well() -> None:
    """Logs may have keys of RSA."""
    assert read(CtLog(key=rsa_key()).fill(256)).values == of(0, 256)


def test_an_empty_log_and_its_first_entries() -> None:
    """A new log has an empty tree; later its entries follow."""
    log = CtLog()
    first = read(log)
    assert (first.values, first.texts, first.place.get("size", 0)) == ([], [], 0)
    assert read(log.fill(256), mark=first.mark).values == of(0, 256)


def test_a_batch_is_never_too_large_and_its_mark_is_exact() -> None:
    """Names of one tile may fill several batches; a run that is stopped between them goes on where it was."""
    log = CtLog()
    for number in range(256):
        log.add(*(f"{name}.host-{number}.example" for name in range(300)))
    came = read(log)
    assert [batch.rows for batch in came.batches] == [49_800, 27_000]
    assert json.loads(came.batches[0].mark)[log.identity]["next"] == 166
    again = read(log, mark=came.batches[0].mark)
    assert again.values == list(came.batches[1].values)
    assert all(batch.rows <= BATCH_ROWS for batch in came.batches)


def test_the_first_night_reads_the_newest_window() -> None:
    """A log of years is not read from its beginning."""
    came = read(CtLog().fill(1_280), window=512)
    assert (came.values, came.texts) == (of(768, 1_280), [])


def test_what_a_window_leaves_out_is_told_and_filled_later() -> None:
    """[12] After an outage the newest is read, the gap is told with its count, and later nights fill it."""
    log = CtLog().fill(256)
    mark = read(log, window=512).mark
    came = read(log.fill(1_280), mark=mark, window=512)
    assert came.values == of(1_024, 1_536)
    assert [(one.behind, one.held) for one in came.notices] == [(768, False)]
    assert "768 entries wait" in came.texts[0]
    came = read(log, mark=came.mark, window=512)
    assert (came.values, [one.behind for one in came.notices]) == (of(256, 768), [256])
    came = read(log.fill(256), mark=came.mark, window=512)
    assert (came.values, came.texts) == (of(1_536, 1_792) + of(768, 1_024), [])
    assert "gaps" not in came.place


def test_a_log_that_fails_in_the_middle_goes_on_there() -> None:
    """What was read before is kept; the rest is told as waiting and read in the next night."""
    log = CtLog(lies={"tile/data/002": None}).fill(1_024)
    came = read(log)
    assert came.values == of(0, 512)
    assert [(one.behind, one.held) for one in came.notices] == [(512, False)]
    assert "answered 404" in came.texts[0]
    log.lies.clear()
    assert read(log, mark=came.mark).values == of(512, 1_024)


@pytest.mark.parametrize("most", range(1, 12))
def test_a_night_that_ends_anywhere_loses_nothing(most: int) -> None:
    """Wherever the network ends, two nights together read each entry once."""
    log = CtLog().fill(1_280)
    first = read(log, most=most)
    second = read(log, mark=first.mark)
    assert first.values + second.values == of(0, 1_280)
