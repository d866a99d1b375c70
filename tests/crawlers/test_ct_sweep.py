from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from scamhunt import pipeline
from scamhunt.settings import Settings
from scamhunt.store import Store
from tests.crawlers.ct_log import BEGUN, OTHER_KEY, CtLog
from tests.crawlers.ct_night import loopback


def test_two_nights_of_a_sweep_over_a_server(tmp_path: Path) -> None:
    """A sweep reads the logs of the list, keeps candidates and its place; the next night goes on, a liar is named."""
    with loopback() as (url, logs, asked):
        good, liar = CtLog(f"{url}/moon"), CtLog(f"{url}/sun", key=OTHER_KEY, lies={"checkpoint": lambda _: b"?"})
        logs += [good.add("amazon-refund-desk.com").fill(255), liar.fill(3)]
        settings = Settings(
            home=tmp_path / "home",
            overlay=tmp_path / "overlay",
            clock=datetime.fromtimestamp(BEGUN / 1000 + 3_600, UTC),
            fetch_allow_nets=(ip_network("127.0.0.0/8"),),
            addresses={"ct_static": f"{url}/list.json"},
            ct_log_list=f"{url}/list.json",
        )
        (first,) = pipeline.sweep(settings, feeds=["ct_static"]).feeds
        assert (first.read, first.accepted, first.status, len(first.notices)) == (256, 256, "held", 1)
        assert "no checkpoint" in first.notices[0]
        with Store.open(settings.home, now=settings.now) as store:
            assert "amazon-refund-desk.com" in {one.indicator for one in store.candidates(limit=None)}
        good.fill(256)
        del asked[:]
        (second,) = pipeline.sweep(settings, feeds=["ct_static"]).feeds
        assert (second.read, second.accepted) == (256, 256)
        assert [path for path in asked if "/data/" in path] == ["/moon/tile/data/001"]
