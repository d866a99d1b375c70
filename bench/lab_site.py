"""How an invented site answers: a function from a request to bytes. `bench.lab_world` serves them on loopback."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bench import lab_kit_pages as pages

LARGE = 30 * 2**20
PIECE = 2**16
FOUND, MOVED, FORBIDDEN, ABSENT = 200, 302, 403, 404


@dataclass(frozen=True, slots=True)
class Request:
    """What a visitor sent."""

    method: str
    host: str
    port: int
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    earlier: int
    """Requests for this host before this one."""

    def header(self, name: str) -> str:
        """Return a header, empty where it was not sent."""
        return self.headers.get(name, "")


Answer = bytes | Iterable[bytes]
"""All at once, or in pieces with a pause between them."""
Handler = Callable[[Request], Answer]


def answer(
    body: str | bytes, status: int = FOUND, media_type: str = "text/html; charset=utf-8", more: Iterable[str] = ()
) -> bytes:
    """Return a whole answer of HTTP/1.1 with `more` header lines."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Answer", f"Content-Type: {media_type}", f"Content-Length: {len(raw)}", *more]
    return "\r\n".join([*lines, "Server: nginx", "Connection: close", "", ""]).encode() + raw


def moved(url: str, *more: str) -> bytes:
    """Return a redirect."""
    return answer("", MOVED, more=(f"Location: {url}", *more))


# --- sites that show the same to everybody ----------------------------------------------------------------------------


def shows(text: str, icon: bytes = b"", **paths: str) -> Handler:
    """Return a site with one page on its front, its favicon, and some pages by the word of their path."""

    def handle(request: Request) -> bytes:
        path = request.path.partition("?")[0].strip("/")
        if icon and path in {"favicon.ico", "favicon.png"}:
            return answer(icon, media_type="image/png")
        found = paths.get(path) if path else text
        return gone(request) if found is None else answer(found)

    return handle


def leads(url: str) -> Handler:
    """Return a site that leads every visitor away; `PORT` in the address is the lab's own."""
    return lambda request: moved(url.replace("PORT", str(request.port)))


def official(brand: str) -> Handler:
    """Return a brand's own site."""
    return shows(pages.official_front(brand), pages.SIGN, signin=pages.official_login(brand))


def gone(_: Request) -> bytes:
    """Say that there is no such page."""
    return answer("<h1>Not Found</h1>", ABSENT)


def forbids(_: Request) -> bytes:
    """Let nobody in."""
    return answer("<h1>403 Forbidden</h1>", FORBIDDEN)


# --- sites that show themselves to some -------------------------------------------------------------------------------


def only_if(test: Callable[[Request], bool], inside: Handler, outside: Handler) -> Handler:
    """Return a site that shows itself to some visitors only."""
    return lambda request: inside(request) if test(request) else outside(request)


def mobile(request: Request) -> bool:
    """Say whether a visitor seems to hold a telephone."""
    return "Mobile" in request.header("user-agent")


def searched(request: Request) -> bool:
    """Say whether a visitor comes from a search."""
    return "google." in request.header("referer")


def german(request: Request) -> bool:
    """Say whether a visitor asks for German."""
    return request.header("accept-language").startswith("de")


def first(request: Request) -> bool:
    """Say whether nobody came before."""
    return request.earlier == 0


def has_cookie(request: Request) -> bool:
    """Say whether a visitor brings back the cookie that was set."""
    return "seen=1" in request.header("cookie")


def sets_cookie(request: Request) -> bytes:
    """Set a cookie and lead to the same site once; who brings it back not even then sees nothing."""
    return answer("") if "again" in request.path else moved("/?again", "Set-Cookie: seen=1; Path=/")


# --- sites that make trouble ------------------------------------------------------------------------------------------


def steps(request: Request) -> bytes:
    """Lead on twice by a page that loads the next one, then ask."""
    following = {"/": "/check", "/check": "/session/login"}.get(request.path)
    return answer(pages.refresh(following) if following else pages.login("PayPal"))


def loops(request: Request) -> bytes:
    """Lead on for ever, each time to another address."""
    return moved(f"/{request.earlier}")


def large(_: Request) -> Iterator[bytes]:
    """Send a page of 30 MiB that asks at its beginning."""
    text = pages.login("Amazon").encode()
    yield f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {LARGE}\r\nConnection: close\r\n\r\n".encode()
    yield text
    left = LARGE - len(text)
    while left:
        size = min(left, PIECE)
        left -= size
        yield b" " * size


def drips(_: Request) -> Iterator[bytes]:
    """Send a page that never ends, byte by byte."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<title>PayPal"
    while True:
        yield b"."
