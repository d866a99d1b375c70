"""The browser's proxy, spoken to over real sockets by clients that say what browsers would not."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Sequence
from ipaddress import ip_address, ip_network
from typing import TypeVar

import pytest
from pydantic import SecretStr

from bench.lab_browser import HOME, NAME, Pages, at, serving, trap
from scamhunt.addresses import Address
from scamhunt.net.exchange import NoAddress
from scamhunt.net.proxy import USER, Proxy, ProxyLimits
from scamhunt.observed import Outcome

ALLOWED = [ip_network(f"{HOME}/32")]
T = TypeVar("T")
Resolve = Callable[[str], Awaitable[Sequence[Address]]]


@pytest.fixture
def pages() -> Iterator[Pages]:
    """Return pages that are served on loopback."""
    with serving() as served:
        served.put("/", "a page")
        yield served


def key(proxy: Proxy) -> str:
    """Return the header with the right password."""
    return f"Proxy-Authorization: Basic {b64encode(f'{USER}:{proxy.password}'.encode()).decode()}\r\n"


async def said(proxy: Proxy, head: str, *, then: bytes = b"", password: str | None = None) -> bytes:
    """Send a head with the password and something after it; return all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    line, _, rest = head.partition("\r\n")
    writer.write(f"{line}\r\n{key(proxy) if password is None else password}{rest}\r\n".encode("latin-1") + then)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b"reset"
    finally:
        writer.close()


def ask(  # noqa: PLR0913  # what a client may do
    head: str,
    resolve: Resolve | None = None,
    *,
    then: bytes = b"",
    password: str | None = None,
    limits: ProxyLimits | None = None,
    upstream: str = "",
) -> tuple[bytes, Proxy]:
    """Ask a fresh proxy for one thing; return what it says, and the proxy with its books."""

    async def asking() -> tuple[bytes, Proxy]:
        by = SecretStr(upstream) if upstream else None
        async with Proxy(resolve or at(HOME), ALLOWED, limits=limits, upstream=by) as proxy:
            return await said(proxy, head, then=then, password=password), proxy

    return asyncio.run(asking())


def status(answer: bytes) -> int:
    """Return the status of an answer."""
    return int(answer.split(b" ", 2)[1])


def test_a_page_is_fetched_from_the_address_that_was_checked(pages: Pages) -> None:
    """An absolute address is asked for by its path; what was meant for the proxy goes no further."""
    answer, proxy = ask(
        f"GET {pages.url('/?q=1')} HTTP/1.1\r\nHost: other.test\r\nProxy-Connection: keep-alive\r\nA: b\r\n"
    )
    assert (status(answer), answer[-6:]) == (200, b"a page")
    assert pages.asked == [("GET", "/?q=1", {"host": f"{NAME}:{pages.port}", "a": "b", "connection": "close"})]
    assert [(one.place, one.outcome, one.address) for one in proxy.asked] == [
        (f"{NAME}:{pages.port}", Outcome.FOUND, HOME)
    ]
    assert proxy.refused == []


def test_a_tunnel_passes_both_ways(pages: Pages) -> None:
    """CONNECT gives a connection on which the browser speaks to the server itself."""
    inner = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    async def asking() -> tuple[bytes, bytes]:
        async with Proxy(at(HOME), ALLOWED) as proxy:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(f"CONNECT {NAME}:{pages.port} HTTP/1.1\r\n{key(proxy)}\r\n".encode())
            first = await reader.readuntil(b"\r\n\r\n")
            writer.write(inner)
            rest = await reader.read()
            writer.close()
            return first, rest

    first, rest = asyncio.run(asking())
    assert first == b"HTTP/1.1 200 Connection established\r\n\r\n"
    assert rest.endswith(b"\r\n\r\na page")


WRONG = ["", "Proxy-Authorization: Basic eDp5\r\n", "Proxy-Authorization: Bearer x\r\n", "Proxy-Authorization: \r\n"]


@pytest.mark.parametrize("password", WRONG)
def test_nobody_else_on_this_machine_may_use_it(password: str, pages: Pages) -> None:
    """Without the password of this very browser nothing is connected to, and nothing is booked."""
    answer, proxy = ask(f"GET {pages.url()} HTTP/1.1\r\n", password=password)
    assert status(answer) == 407
    assert b'Proxy-Authenticate: Basic realm="shot"' in answer
    assert (pages.asked, proxy.asked) == ([], [])


REFUSED = [
    ("CONNECT 127.0.0.2:{port}", "127.0.0.2 is refused: this machine"),
    ("CONNECT [::1]:{port}", "::1 is refused: this machine"),
    ("CONNECT [::ffff:127.0.0.2]:{port}", "127.0.0.2 is refused: this machine"),
    ("CONNECT localhost:{port}", "127.0.0.1 is refused: this machine"),
    ("CONNECT 2130706434:{port}", "127.0.0.2 is refused: this machine"),
    ("GET http://127.2:{port}/", "127.0.0.2 is refused: this machine"),
    ("GET http://169.254.169.254/latest/", "169.254.169.254 is refused: link-local"),
    ("CONNECT elsewhere.test:{port}", "169.254.169.254 is refused: link-local"),
    ("CONNECT " + HOME + ":25", "to a port that is not for the web"),
    ("CONNECT " + HOME, "to a port that is not for the web"),
    ("CONNECT a b.test:1", None),
    ("GET ftp://" + HOME + "/", "to something else than http and https"),
    ("GET https://" + HOME + ":{home}/", "refused: not of http"),
    ("GET /", "to an address that cannot be read"),
    ("POST http://" + HOME + ":{home}/", "refused: it sends something, and a visit only looks"),
    ("OPTIONS http://" + HOME + ":{home}/", "refused: it sends something, and a visit only looks"),
]


@pytest.mark.parametrize(("line", "why"), REFUSED)
def test_what_is_inside_or_not_a_visit_is_refused(line: str, why: str | None, pages: Pages) -> None:
    """Nothing is connected to: an address inside in any writing, a port of another service, another scheme, a POST."""

    async def asking() -> tuple[bytes, list[tuple[Outcome, str]], list[str]]:
        async with trap(["127.0.0.2"]) as caught, Proxy(at(HOME), ALLOWED) as proxy:
            answer = await said(proxy, f"{line.format(port=caught.port, home=pages.port)} HTTP/1.1\r\n")
            return answer, [(one.outcome, one.why) for one in proxy.refused], caught.hits

    answer, refused, hits = asyncio.run(asking())
    assert (pages.asked, hits) == ([], [])
    if why is None:
        assert (status(answer), refused) == (400, [])
    elif line.endswith(HOME):
        assert status(answer) in {403, 502}
    else:
        assert answer[:13] == (b"HTTP/1.1 403 " if line.startswith("CONNECT") else b"")
        assert refused[0][1].startswith(why)


@pytest.mark.parametrize("header", ["Content-Length: 3", "Transfer-Encoding: chunked"])
def test_a_get_that_carries_something_is_refused(header: str, pages: Pages) -> None:
    """What is sent with a GET is sent as well."""
    answer, _ = ask(f"GET {pages.url()} HTTP/1.1\r\n{header}\r\n", then=b"abc")
    assert (answer, pages.asked) == (b"", [])


def test_one_address_inside_refuses_all_of_a_name(pages: Pages) -> None:
    """A name that has a public address and one inside is not visited at all."""
    answer, proxy = ask(f"GET {pages.url()} HTTP/1.1\r\n", at(HOME, "10.0.0.1"))
    assert (answer, pages.asked) == (b"", [])
    assert proxy.refused[0].why.startswith("10.0.0.1 is refused: a private network")


def test_a_second_request_on_a_connection_is_not_passed_on(pages: Pages) -> None:
    """What follows the first request was checked by nobody: the connection ends."""
    second = f"POST {pages.url('/second')} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    ask(f"GET {pages.url()} HTTP/1.1\r\n", then=second)
    assert [path for _, path, _ in pages.asked if path != "/"] == []


async def _nothing(host: str) -> Sequence[Address]:
    raise NoAddress(Outcome.ABSENT, f"{host}: there is no such name")


async def _empty(host: str) -> Sequence[Address]:
    del host
    return []


async def _late(host: str) -> Sequence[Address]:
    raise TimeoutError(host)


NO_ADDRESS = [(_nothing, 502, Outcome.ABSENT), (_empty, 502, Outcome.EMPTY), (_late, 504, Outcome.TIMEOUT)]


@pytest.mark.parametrize(("resolve", "code", "outcome"), NO_ADDRESS)
def test_a_name_without_an_address_is_said_so(resolve: Resolve, code: int, outcome: Outcome) -> None:
    """The browser gets an error, and the books say what became of the name."""
    answer, proxy = ask("CONNECT gone.test:443 HTTP/1.1\r\n", resolve)
    assert (status(answer), [one.outcome for one in proxy.asked]) == (code, [outcome])


@pytest.mark.parametrize(
    "line", [f"GET http://{HOME}:1024/", "GET http://gone.test/", f"GET http://{HOME}:25/", "GET http://10.0.0.1/"]
)
def test_a_script_cannot_tell_our_browser_by_an_answer_of_ours(line: str) -> None:
    """What cannot be had over plain http ends without a byte, as it does in any browser; the books say why."""
    resolve = _nothing if "gone" in line else None
    answer, proxy = ask(f"{line} HTTP/1.1\r\n", resolve)
    assert (answer, len(proxy.asked)) == (b"", 1)
    assert proxy.asked[0].outcome is not Outcome.FOUND


def test_a_closed_port_is_no_refusal_of_ours() -> None:
    """Nobody listens there: failed, and not refused by the guard."""
    answer, proxy = ask(f"CONNECT {HOME}:1024 HTTP/1.1\r\n")
    assert (status(answer), proxy.asked[0].outcome, proxy.asked[0].why) == (
        502,
        Outcome.FAILED,
        "cannot be connected to",
    )


GARBAGE = ["GET\r\n", "GET / HTTP/2\r\n", "GET http://a.test/ HTTP/1.1\r\nno colon\r\n", "\x00\xff\r\n"]


@pytest.mark.parametrize("head", GARBAGE)
def test_garbage_is_answered_with_400(head: str) -> None:
    """What is no request is none, and the proxy goes on."""
    assert status(ask(head)[0]) == 400


def test_the_sums_of_a_page_end(pages: Pages) -> None:
    """After so many requests, and after so many bytes, a page gets nothing more."""

    async def asking(limits: ProxyLimits) -> tuple[list[int], list[str], int]:
        async with Proxy(at(HOME), ALLOWED, limits=limits) as proxy:
            answers = [await said(proxy, f"GET {pages.url('/big')} HTTP/1.1\r\n") for _ in range(3)]
            return [len(one) for one in answers], [one.why for one in proxy.refused], proxy.passed

    pages.put("/big", "x" * 500_000)
    lengths, why, _ = asyncio.run(asking(ProxyLimits(connections=2)))
    assert (min(lengths[:2]) > 500_000, lengths[2] < 200, why) == (
        True,
        True,
        ["refused: more than 2 requests of one page"],
    )
    lengths, why, passed = asyncio.run(asking(ProxyLimits(wire=600_000)))
    assert lengths[1] < 150_000
    assert why == ["refused: more than 600,000 bytes of one page"]
    assert passed < 700_000


def test_a_head_without_end_and_a_silent_client_are_dropped() -> None:
    """Neither costs more than the limits say."""
    limits = ProxyLimits(head=2_000, silent=0.2)
    assert ask(f"GET http://{NAME}/ HTTP/1.1\r\nA: {'a' * 5_000}\r\n", limits=limits)[0] in {b"", b"reset"}

    async def silent() -> bytes:
        async with Proxy(at(HOME), ALLOWED, limits=limits) as proxy:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            answer = await asyncio.wait_for(reader.read(), 3)
            writer.close()
            return answer

    assert asyncio.run(silent()) == b""


def test_only_so_many_connections_at_a_time() -> None:
    """A page that opens more is hung up on, without an answer by which a script could tell our browser."""

    async def asking() -> bytes:
        async with Proxy(at(HOME), ALLOWED, limits=ProxyLimits(at_once=2)) as proxy:
            held = [await asyncio.open_connection("127.0.0.1", proxy.port) for _ in range(2)]
            await asyncio.sleep(0.05)
            answer = await said(proxy, f"GET http://{NAME}/ HTTP/1.1\r\n")
            for _, writer in held:
                writer.close()
            return answer

    assert asyncio.run(asking()) in {b"", b"reset"}


def test_closing_ends_what_is_under_way() -> None:
    """A tunnel that is open when the picture is done is cut, and nothing is left running."""

    async def asking() -> tuple[bytes, int]:
        async with trap([HOME]) as server:
            async with Proxy(at(HOME), ALLOWED) as proxy:
                reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
                writer.write(f"CONNECT {NAME}:{server.port} HTTP/1.1\r\n{key(proxy)}\r\n".encode())
                await reader.readuntil(b"\r\n\r\n")
            try:
                rest = await asyncio.wait_for(reader.read(), 2)
            except ConnectionResetError:
                rest = b""
            writer.close()
            return rest, len(asyncio.all_tasks())

    assert asyncio.run(asking()) == (b"", 1)


# --- through the team's proxy ----------------------------------------------------------------------------------------


def upstream(
    head: str, *, answers: bytes, by: str = f"http://user:p%40ss@{HOME}:PORT"
) -> tuple[bytes, list[bytes], Proxy]:
    """Ask through a proxy of the team's that gives one answer; return ours, what it was told, and our proxy."""
    told: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answers)
        if b" 200 " in answers:
            told.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    async def asking() -> tuple[bytes, list[bytes], Proxy]:
        server = await asyncio.start_server(serve, HOME, 0)
        url = by.replace("PORT", str(server.sockets[0].getsockname()[1]))
        async with server, Proxy(at("93.184.216.34"), ALLOWED, upstream=SecretStr(url)) as proxy:
            return await said(proxy, head), told, proxy

    return asyncio.run(asking())


def test_the_teams_proxy_is_given_the_address_that_was_checked() -> None:
    """It connects to the address, not to the name that it would resolve for itself; the page still hears its name."""
    answer, told, _ = upstream(f"GET http://{NAME}/a HTTP/1.1\r\n", answers=b"HTTP/1.1 200 OK\r\n\r\n")
    assert status(answer) == 204
    password = b64encode(b"user:p@ss")
    assert told[0].startswith(b"CONNECT 93.184.216.34:80 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + password + b"\r\n" in told[0]
    assert told[1].startswith(f"GET /a HTTP/1.1\r\nHost: {NAME}\r\n".encode())


def test_what_is_inside_is_refused_before_the_teams_proxy_hears_of_it() -> None:
    """The guard stands in front of the team's proxy too."""
    answer, told, _ = upstream("CONNECT 10.0.0.1:443 HTTP/1.1\r\n", answers=b"HTTP/1.1 200 OK\r\n\r\n")
    assert (status(answer), told) == (403, [])


@pytest.mark.parametrize("answers", [b"HTTP/1.1 403 Forbidden\r\n\r\n", b"garbage\r\n\r\n", b""])
def test_a_proxy_that_says_no_is_a_failure(answers: bytes) -> None:
    """The page could not be asked for; that says nothing of the page."""
    answer, _, proxy = upstream(f"CONNECT {NAME}:443 HTTP/1.1\r\n", answers=answers)
    assert (status(answer), proxy.asked[0].outcome) == (502, Outcome.FAILED)


def test_a_proxy_inside_has_to_be_allowed() -> None:
    """The team's proxy is an address like others: one inside is used only where its network is allowed."""
    answer, told, proxy = upstream(f"CONNECT {NAME}:443 HTTP/1.1\r\n", answers=b"", by="http://127.0.0.2:PORT")
    assert (status(answer), told) == (403, [])
    assert proxy.refused[0].why.startswith("127.0.0.2 is refused")


def test_addresses_are_tried_in_turn(pages: Pages) -> None:
    """Where the first address does not answer, the next one is asked."""
    both = [ip_network("127.0.0.76/31")]

    async def resolve(host: str) -> Sequence[Address]:
        del host
        return [ip_address("127.0.0.76"), ip_address(HOME)]

    async def asking() -> tuple[bytes, str]:
        async with Proxy(resolve, both) as proxy:
            answer = await said(proxy, f"GET {pages.url()} HTTP/1.1\r\n")
            return answer, proxy.asked[0].address

    answer, address = asyncio.run(asking())
    assert (status(answer), address) == (200, HOME)
