"""What goes out: an address that can be read, headers, keys in their places, and where a redirect may lead."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self
from urllib.parse import quote

import httpcore
import httpx
from pydantic import SecretStr

from scamhunt import __version__
from scamhunt.errors import FeedFailed, UserError

URL_LIMIT, REDIRECT_LIMIT = 2_048, 8_192
"""Characters of an address, and of one that a redirect names: those may be signed."""
LAST_PORT = 65_535
CONNECT_SECONDS = 10.0
SILENT_SECONDS = 30.0
KEY_PLACE = re.compile(r"\{key:([^{}]*)\}")
"""Where a key goes."""

_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
_MOVED = frozenset({301, 302, 303, 307, 308})
_HOST = re.compile(rb"[A-Za-z0-9._:-]+")
_UNREADABLE = "a redirect to an address that cannot be read was refused"
_SECONDS = {"connect": CONNECT_SECONDS, "read": SILENT_SECONDS, "write": SILENT_SECONDS, "pool": SILENT_SECONDS}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to download: `{key:NAME}` in the address, a header or a value of `json` is replaced as it is sent."""

    url: str
    max_download: int
    """Bytes at most, as they come."""
    rate: float = 1.0
    """Requests a second to one host, on average."""
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, str] | None = None
    """Sent with POST."""
    gzip: bool = False
    """Whether the server may pack the answer."""
    keys: Mapping[str, SecretStr] = field(default_factory=dict, repr=False)
    seconds: float = 0
    """That it may take in all; 0: as long as the settings say."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What is sent to one host; holds keys, so it is never shown."""

    url: httpx.URL
    headers: httpx.Headers
    """All of them for the host that was asked first; a redirect elsewhere takes none that the crawler gave."""
    body: bytes | None
    secret: bool
    """Whether a header or the body holds a key."""
    keys: Mapping[str, str]
    """The keys that this download uses."""

    @property
    def host(self) -> str:
        """Name and port."""
        return f"{self.url.raw_host.decode()}:{self.url.port or (443 if self.url.scheme == 'https' else 80)}"

    @property
    def where(self) -> str:
        """The address for a message: no password, no query, no key."""
        return self.hide(str(self.url.copy_with(userinfo=b"", query=None, fragment=None)))[:200]

    @property
    def address(self) -> str:
        """The address for the books: no password, no key."""
        return self.hide(str(self.url.copy_with(userinfo=b"")))

    @property
    def conditional(self) -> bool:
        """Whether the body is wanted only if it changed."""
        return any(name in self.headers for name in _CONDITIONS)

    def hide(self, text: str) -> str:
        """Return a text with each key replaced by its place, in whatever way a server wrote it."""
        for name, key in self.keys.items():
            text = re.sub("".join(map(_ways, key)), partial(_place, name), text, flags=re.IGNORECASE)
        return text

    def to_core(self) -> httpcore.Request:
        """Return the request as httpcore sends it."""
        url = self.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        headers = [(b"Host", url.netloc), *self.headers.raw]
        if self.body is not None:
            headers.append((b"Content-Length", str(len(self.body)).encode()))
        method = "GET" if self.body is None else "POST"
        return httpcore.Request(method, target, headers=headers, content=self.body, extensions={"timeout": _SECONDS})

    def redirected(self, status: int, headers: httpx.Headers) -> Self | None:
        """Return what an answer asks to send instead, None when it is no redirect. Raises `FeedFailed`."""
        location = headers.get("location")
        if status not in _MOVED or location is None:
            return None
        if self.body is not None:
            raise FeedFailed(f"{self.where}: answers a log-in with a redirect: refused; look at the address")
        try:
            url = self.url.join(location) if len(location) <= REDIRECT_LIMIT else None
        except (httpx.InvalidURL, UnicodeError):
            url = None
        if url is None:
            raise FeedFailed(f"{self.where}: {_UNREADABLE}")
        self._check(url)
        if (url.scheme, url.host, url.port) == (self.url.scheme, self.url.host, self.url.port):
            return replace(self, url=url)
        return replace(self, url=url, headers=_without_secrets(self.headers), secret=False)

    def _check(self, url: httpx.URL) -> None:
        if url.scheme not in {"http", "https"}:
            raise FeedFailed(f"{self.where}: a redirect to something else than http was refused")
        if not _has_host(url):
            raise FeedFailed(f"{self.where}: {_UNREADABLE}")
        if self.url.scheme == "https" and url.scheme == "http":
            raise FeedFailed(
                f"{self.where}: a redirect from https to http was refused; name the http address if it is meant"
            )


def prepare(wanted: Wanted) -> Request:
    """Return the request for what is wanted, with the keys in their places.

    Raises `UserError` for an address that cannot be read and for a key that is not set, `FeedFailed` for a crawler that
    asks for what cannot be sent.
    """
    used: dict[str, str] = {}
    put = partial(_put, keys=wanted.keys, used=used)
    given = {name: put(value) for name, value in wanted.headers.items()}
    sent = None if wanted.json is None else {name: put(value) for name, value in wanted.json.items()}
    secret = bool(used)
    url = readable(_with_keys(wanted.url, put))
    headers = _ours(gzip=wanted.gzip)
    try:
        headers.update(_login(url) | given | ({} if sent is None else {"Content-Type": "application/json"}))
    except UnicodeError:
        raise FeedFailed("a header or key has characters that cannot be sent; look at SCAMHUNT_KEYS") from None
    return Request(url, headers, None if sent is None else json.dumps(sent).encode(), secret, used)


def readable(url: str) -> httpx.URL:
    """Return an http or https address; raises `UserError` where it is none."""
    try:
        target = httpx.URL(url) if len(url) <= URL_LIMIT else None
    except (httpx.InvalidURL, UnicodeError):
        target = None
    if target is None or target.scheme not in {"http", "https"} or not _has_host(target):
        raise UserError("this is no http or https address that can be read; write https://host/path")
    return target


def _place(name: str, _written: re.Match[str]) -> str:
    return f"{{key:{name}}}"


def _ways(char: str) -> str:
    """Return a pattern of the ways in which a character of a key may stand in an address or header."""
    quoted = "".join(f"%{byte:02x}" for byte in char.encode())
    return f"(?:{quoted}|{re.escape(char)}{'|[+]' if char == ' ' else ''})"


def _has_host(url: httpx.URL) -> bool:
    return bool(_HOST.fullmatch(url.raw_host)) and (url.port is None or 0 < url.port <= LAST_PORT)


def _put(text: str, encode: str | None = None, *, keys: Mapping[str, SecretStr], used: dict[str, str]) -> str:
    """Put the keys into their places, and note which; `encode` is what quoting leaves as it is."""

    def key_of(place: re.Match[str]) -> str:
        name, key = place[1], keys.get(place[1])
        if not key:
            raise UserError(f"key {name[:40]!r} is not set; set SCAMHUNT_KEYS={name[:40]}=...")
        used[name] = key.get_secret_value()
        return used[name] if encode is None else quote(used[name], safe=encode)

    return KEY_PLACE.sub(key_of, text)


def _with_keys(url: str, put: "partial[str]") -> str:
    authority = re.match(r"[^/?#]*//[^/?#]*", url)
    if authority and KEY_PLACE.search(authority[0]):
        raise FeedFailed("a key has no place in the name of a host: refused; mend the address")
    return put(url, "")


def _ours(*, gzip: bool = False) -> httpx.Headers:
    coding = "gzip" if gzip else "identity"
    return httpx.Headers({"User-Agent": f"scamhunt/{__version__}", "Accept": "*/*", "Accept-Encoding": coding})


def _login(url: httpx.URL) -> dict[str, str]:
    """Return the header for user and password in an address (RFC 7617)."""
    if not url.userinfo:
        return {}
    return {"Authorization": f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}"}


def _without_secrets(headers: httpx.Headers) -> httpx.Headers:
    """Return our own headers and the condition: another host gets nothing else that the crawler gave."""
    kept = _ours(gzip=headers["Accept-Encoding"] == "gzip")
    kept.update({name: value for name, value in headers.items() if name in _CONDITIONS})
    return kept
