import asyncio
import socket
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest

from bench.lab_web import Answer, Asked, Lab, Says, recorded_connects, redirect, whole
from scamhunt.addresses import Address
from scamhunt.errors import FeedFailed, OutsideError
from scamhunt.net.visit import Limits, NoAddress, Visit, Visitor
from scamhunt.observed import Outcome

HERE = [ip_network("127.0.0.1/32")]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def here(_name: str) -> Sequence[Address]:
    """Resolve every name to this machine."""
    return [ip_address("127.0.0.1")]


def visit(
    url: str, headers: Iterable[tuple[str, str]] = (), limits: Limits | None = None, now: datetime = NOW
) -> Visit:
    """Make one visit."""
    visitor = Visitor(here, HERE, limits=limits, now=lambda: now)
    return asyncio.run(visitor.visit(url, tuple(headers)))


def says(*parts: bytes | float) -> Says:
    """Answer the same to everything."""
    return {"/": parts}


def test_redirects_are_followed_and_all_are_kept() -> None:
    """The chain names each hop: where it leads, its status, its cookies sent back as a browser would."""

    def kit(asked: Asked) -> Answer:
        if asked.path == "/" and not asked.header("Cookie"):
            return redirect("/set?1", 303, [("Set-Cookie", "seen=1; Path=/; HttpOnly"), ("Set-Cookie", "b=2")])
        return redirect("../", 307) if asked.path == "/set?1" else whole(b"the page")

    with Lab(kit) as lab:
        seen = visit(lab.url, [("User-Agent", "Mozilla"), ("Referer", "https://mail.test/")])
    assert [(one.status, one.location) for one in seen.exchanges] == [
        *((303, f"{lab.url}/set?1"), (307, f"{lab.url}/"), (200, "")),
    ]
    assert (seen.outcome, seen.url, seen.exchanges[-1].body) == (Outcome.FOUND, f"{lab.url}/", b"the page")
    assert [one.header("Cookie") for one in lab.requests] == ["", "seen=1; b=2", "seen=1; b=2"]
    assert {(one.header("User-Agent"), one.header("Referer")) for one in lab.requests} == {
        ("Mozilla", "https://mail.test/")
    }
    assert lab.connections == 3


def test_cookies_do_not_outlive_a_visit() -> None:
    """Two visits know nothing of each other."""
    with Lab(says(*whole(b"", headers=[("Set-Cookie", "a=1")]))) as lab:
        visitor = Visitor(here, HERE)
        asyncio.run(visitor.visit(lab.url))
        asyncio.run(visitor.visit(lab.url))
    assert [one.header("Cookie") for one in lab.requests] == ["", ""]


def test_a_circle_of_redirects_ends() -> None:
    """After ten redirects it is enough, and what was seen is kept."""
    with Lab(says(*redirect("/"))) as lab:
        seen = visit(lab.url)
    assert (seen.outcome, seen.problem) == (Outcome.FAILED, "more than 10 redirects")
    assert len(seen.exchanges) == lab.connections == 11


@pytest.mark.parametrize(
    ("location", "why"),
    [
        *((f"{one}:x", "to something else than http and https ") for one in ("file", "data", "gopher", "javascript")),
        ("http://127.0.0.1:25/", "to a port that is not for the web "),
        ("http://1.2.3.4.5/", "to an address that cannot be read "),
        (f"/{'a' * 8_192}", "to an address of more than 8,192 characters "),
    ],
    ids=["file", "data", "gopher", "javascript", "port", "host", "long"],
)
def test_a_redirect_elsewhere_is_refused(location: str, why: str) -> None:
    """A redirect to what is not the web is refused, and where it wanted to lead stays on record."""
    with Lab(says(*redirect(location))) as lab:
        seen = visit(lab.url)
    assert (seen.outcome, seen.problem) == (Outcome.REFUSED, f"a redirect {why}was refused")
    assert [one.location for one in seen.exchanges] == [location]
    assert seen.url == f"{lab.url}/"


def test_a_redirect_inside_is_refused() -> None:
    """A redirect to a machine of ours is refused and named."""
    with Lab(says(*redirect("http://127.0.0.2/admin"))) as lab:
        seen = visit(lab.url)
    assert seen.outcome is Outcome.REFUSED
    assert seen.problem.startswith("a redirect was refused: 127.0.0.2 is refused: this machine")
    assert (seen.url, len(seen.exchanges)) == ("http://127.0.0.2/admin", 1)


def test_a_status_that_is_no_redirect_leads_nowhere() -> None:
    """A Location beside another status, and a redirect without one, are plain answers."""
    bare = (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",)
    with Lab({"/": whole(b"", 201, [("Location", "/x")]), "/b": bare}) as lab:
        seen = [visit(f"{lab.url}{path}") for path in ("/", "/b")]
    assert [(one.outcome, one.exchanges[0].location) for one in seen] == [(Outcome.FOUND, "")] * 2
    assert lab.connections == 2


def test_the_body_of_a_redirect_is_hardly_read() -> None:
    """Nobody sees it: neither its length nor its slowness holds the visit up."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: /page\r\n\r\n"
    with Lab({"/": (moved, b"x" * 500_000), "/page": whole(b"page")}) as lab:
        seen = visit(lab.url, limits=Limits(redirect_body=1_000))
    assert seen.exchanges[-1].body == b"page"
    assert seen.exchanges[0].cut.startswith("cut at ")
    assert len(seen.exchanges[0].body) < 70_000


def test_the_guard_looks_at_all_addresses_of_a_name() -> None:
    """One address of a name that is not public refuses all, before anything is connected to."""

    async def mixed(_name: str) -> Sequence[Address]:
        return [ip_address("127.0.0.1"), ip_address("10.0.0.1")]

    with Lab(says(*whole(b""))) as lab, recorded_connects() as seen:
        found = asyncio.run(Visitor(mixed, HERE).visit(f"http://refund-desk.test:{lab.port}/"))
    assert found.outcome is Outcome.REFUSED
    assert found.problem.startswith("a request was refused: 10.0.0.1 is refused: a private network")
    assert (seen, lab.connections) == ([], 0)


def test_what_the_dns_says_is_the_outcome() -> None:
    """A name that does not exist, one without address and one that cannot be looked up are three things."""

    async def dns(name: str) -> Sequence[Address]:
        if name == "gone.test":
            raise NoAddress(Outcome.ABSENT, "gone.test: does not exist")
        if name == "broken.test":
            raise OutsideError("the name server is broken")
        await asyncio.sleep(9 if name == "slow.test" else 0)
        return []

    visitor = Visitor(dns, HERE, limits=Limits(seconds=0.1))
    seen = [asyncio.run(visitor.visit(f"http://{name}.test/")) for name in ("gone", "empty", "broken", "slow")]
    assert [(one.outcome, one.problem) for one in seen] == [
        (Outcome.ABSENT, "gone.test: does not exist"),
        (Outcome.EMPTY, "empty.test: has no address"),
        (Outcome.FAILED, "the name server is broken"),
        (Outcome.TIMEOUT, "slow.test: the DNS gave no answer in time"),
    ]


def test_a_name_is_looked_up_anew_at_each_hop() -> None:
    """A name that points elsewhere the second time is checked a second time, and the name stays in the Host header."""
    asked: list[str] = []

    async def rebinding(name: str) -> Sequence[Address]:
        asked.append(name)
        return [ip_address("127.0.0.1" if len(asked) == 1 else "169.254.169.254")]

    with Lab(says(*redirect("/again"))) as lab, recorded_connects() as connects:
        url = f"http://refund-desk.test.:{lab.port}/"
        seen = asyncio.run(Visitor(rebinding, HERE).visit(url))
    assert (seen.outcome, asked) == (Outcome.REFUSED, ["refund-desk.test"] * 2)
    assert connects == [("127.0.0.1", lab.port)]
    assert lab.requests[0].header("Host") == f"refund-desk.test.:{lab.port}"


def test_before_each_request_leave_is_asked() -> None:
    """Politeness is asked for each hop by host and port; its waiting costs the visit no time, its no is said."""
    leave: list[str] = []

    async def before(host: str) -> None:
        leave.append(host)
        await asyncio.sleep(0.2)
        if len(leave) > 2:
            raise FeedFailed("asks to be left alone")

    with Lab({"/": redirect("/b"), "/b": whole(b"page")}) as lab:
        visitor = Visitor(here, HERE, before=before, limits=Limits(seconds=0.3))
        seen = [asyncio.run(visitor.visit(lab.url)) for _ in range(2)]
    assert [(one.outcome, one.problem) for one in seen] == [
        *((Outcome.FOUND, ""), (Outcome.SKIPPED, "asks to be left alone")),
    ]
    assert leave == [f"127.0.0.1:{lab.port}"] * 3


def test_the_next_address_is_tried() -> None:
    """A name with an address that nobody listens on is reached at its other one; all of them dead is no connection."""

    async def two(name: str) -> Sequence[Address]:
        return [ip_address("127.0.0.3"), *([ip_address("127.0.0.1")] if name == "both.test" else [])]

    with Lab(says(*whole(b"here"))) as lab, recorded_connects() as connects:
        visitor = Visitor(two, [ip_network("127.0.0.0/8")])
        seen = [asyncio.run(visitor.visit(f"http://{name}.test:{lab.port}/")) for name in ("both", "dead")]
    assert [one.outcome for one in seen] == [Outcome.FOUND, Outcome.FAILED]
    assert seen[0].exchanges[0].address == "127.0.0.1"
    assert seen[1].problem == "dead.test: no connection"
    assert [address for address, _ in connects] == ["127.0.0.3", "127.0.0.1", "127.0.0.3"]


def test_an_address_that_does_not_answer_does_not_hold_up_the_others() -> None:
    """Where the first address keeps silent, the second is tried beside it after two seconds."""
    with socket.create_server(("127.0.0.4", 0), backlog=0) as full:
        port = full.getsockname()[1]
        filling = [socket.socket() for _ in range(4)]
        for one in filling:
            one.settimeout(0)
            one.connect_ex(("127.0.0.4", port))

        async def two(_name: str) -> Sequence[Address]:
            return [ip_address("127.0.0.4"), ip_address("127.0.0.1")]

        begun = time.monotonic()
        with Lab(says(*whole(b"here")), port=port) as lab:
            seen = asyncio.run(Visitor(two, [ip_network("127.0.0.0/8")]).visit(f"http://refund-desk.test:{lab.port}/"))
        assert 1.9 < time.monotonic() - begun < 9
        assert seen.exchanges[0].address == "127.0.0.1"
        for one in filling:
            one.close()


def test_a_hundred_doors_are_not_knocked_at() -> None:
    """Of a name with many addresses four are tried."""

    async def many(_name: str) -> Sequence[Address]:
        return [ip_address(f"127.0.1.{at}") for at in range(1, 100)]

    with recorded_connects() as connects, socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://refund-desk.test:{taken.getsockname()[1]}/"
        seen = asyncio.run(Visitor(many, [ip_network("127.0.0.0/8")]).visit(url))
    assert (seen.outcome, len(connects)) == (Outcome.FAILED, 4)


def test_headers_that_cannot_be_sent_are_said() -> None:
    """A setting with a line break in it is no request of somebody else's making."""
    with Lab(says(*whole(b""))) as lab:
        seen = visit(lab.url, [("User-Agent", "a\r\nX: b")])
    assert (seen.outcome, lab.requests) == (Outcome.FAILED, [])
    assert "the headers that are set for it cannot be sent" in seen.problem


def test_a_visit_can_be_given_up() -> None:
    """Whoever cancels a visit gets just that, and the connection is closed."""

    async def given_up(url: str) -> None:
        task = asyncio.create_task(Visitor(here, HERE).visit(url))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with Lab(says(5.0)) as lab:
        asyncio.run(given_up(lab.url))


def test_many_visits_run_side_by_side() -> None:
    """Sixty servers that take a moment each are visited in little more than that moment."""

    async def all_of_them(url: str) -> list[Visit]:
        visitor = Visitor(here, HERE)
        return await asyncio.gather(*(visitor.visit(url) for _ in range(60)))

    begun = time.monotonic()
    with Lab(says(0.3, *whole(b"page"))) as lab:
        seen = asyncio.run(all_of_them(lab.url))
    assert {one.outcome for one in seen} == {Outcome.FOUND}
    assert time.monotonic() - begun < 9
