import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr

from scamhunt.errors import FeedFailed, Refused, ScamhuntError, UserError
from scamhunt.gather.fetch import Fetched, Fetcher
from scamhunt.gather.pace import Pace
from scamhunt.model import CONFIGURED, Feed, Fetch, Kind
from scamhunt.net.request import Wanted, prepare
from scamhunt.settings import Settings
from scamhunt.testing import Hosts

Script = Callable[..., Any]
KEY = "s3cret /k+y%"
QUOTED = "s3cret%20%2Fk%2By%25"
FEED = Feed(
    "x",
    "",
    "",
    "",
    Kind.URL,
    "",
    needs_key=True,
    rows_a_day=(0, 1),
    verified_on="",
    how="",
    keys=("abuse", "empty"),
    rate=1e6,
)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def keyed(lab: Settings) -> Settings:
    """Give settings of a lab that hold two keys."""
    return lab.model_copy(
        update={"keys": {"abuse": SecretStr(KEY), "other": SecretStr("0ther-key"), "empty": SecretStr("")}}
    )


def _fetch(settings: Settings, asked: Fetch, location: str = "") -> Fetched:
    kept: dict[str, datetime] = {}
    with (
        Fetcher(settings, Pace(Hosts(kept))) as fetcher,
        fetcher.fetch(asked, location or asked.url, FEED) as fetched,
    ):
        assert b"".join(fetched.reply.chunks) == b"ok"
        assert not [name for name in kept if "s3cret" in name]
        return fetched


def _fails(settings: Settings, asked: Fetch, location: str = "") -> ScamhuntError:
    with pytest.raises(ScamhuntError) as caught:
        _fetch(settings, asked, location)
    return caught.value


def _moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_key_in_an_address_is_sent_and_never_shown(script: Script, keyed: Settings) -> None:
    """The server gets the key, quoted; the reply, its headers and its address have its place instead."""
    echo = OK.replace(b"\r\n\r\n", f"\r\nX-Echo: {KEY} {QUOTED.lower()} s3cret+%2Fk%2By%25\r\n\r\n".encode())
    server = script(lambda *_: echo)
    fetched = _fetch(keyed, Fetch(f"{server.url}/data/{{key:abuse}}/list.csv?auth={{key:abuse}}"))
    assert server.requests[0].startswith(f"GET /data/{QUOTED}/list.csv?auth={QUOTED} HTTP/1.1\r\n".encode())
    assert fetched.reply.url == f"{server.url}/data/{{key:abuse}}/list.csv?auth={{key:abuse}}"
    assert fetched.reply.headers["x-echo"] == "{key:abuse} {key:abuse} {key:abuse}"


def test_a_key_in_a_header(script: Script, keyed: Settings) -> None:
    """A header's key is sent as it is, and what the crawler wrote beside it stays."""
    server = script(lambda *_: OK)
    _fetch(keyed, Fetch(f"{server.url}/", {"Auth-Key": "Bearer {key:abuse}"}))
    assert f"\r\nAuth-Key: Bearer {KEY}\r\n".encode() in server.requests[0]


def test_a_log_in_is_posted(script: Script, keyed: Settings) -> None:
    """A JSON object goes out with POST, its keys in their places; its answer comes back as any other."""
    server = script(lambda *_: OK)
    _fetch(keyed, Fetch(f"{server.url}/login", json={"user": "team", "password": "{key:abuse}"}, keep=False))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /login HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/json" in head
    assert f"\r\nContent-Length: {len(body)}".encode() in head
    assert json.loads(body) == {"user": "team", "password": KEY}


def test_a_log_in_is_not_sent_elsewhere(script: Script, keyed: Settings) -> None:
    """A redirect of a POST is refused: a password goes to one address."""
    other = script(lambda *_: OK)
    server = script(lambda *_: _moved(other.url))
    error = _fails(keyed, Fetch(f"{server.url}/login", json={"password": "{key:abuse}"}))
    assert isinstance(error, FeedFailed)
    assert "answers a log-in with a redirect: refused" in str(error)
    assert other.requests == []


@pytest.mark.parametrize(("status", "times"), [(500, 1), (502, 1), (429, 3), (503, 3)])
def test_a_log_in_is_repeated_only_when_the_server_did_nothing(
    script: Script, keyed: Settings, status: int, times: int
) -> None:
    """Log-ins are counted by those who give keys out: only a server that is busy is asked again."""
    said = f"HTTP/1.1 {status} No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n".encode()
    server = script(lambda *_: said)
    assert f"answered {status}" in str(_fails(keyed, Fetch(server.url, json={"user": "team"})))
    assert len(server.requests) == times


def test_a_log_in_that_is_cut_is_not_repeated(script: Script, keyed: Settings) -> None:
    """A log-in whose answer is lost, or half lost, may have counted."""
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    for server in (script(lambda *_: b""), script(lambda *_: half, cut=9)):
        assert isinstance(_fails(keyed, Fetch(server.url, json={"user": "team"})), FeedFailed)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "asked",
    [
        Fetch("", {"Auth-Key": "{key:abuse}", "Authorization": "Bearer x", "Cookie": "a=b", "If-None-Match": '"a"'}),
        Fetch("", {"Auth-Key": "{key:abuse}", "X-Api": "x", "if-none-match": '"a"'}, raw=True),
    ],
)
def test_another_host_gets_none_of_the_crawlers_headers(script: Script, keyed: Settings, asked: Fetch) -> None:
    """A redirect to another origin takes the condition along, and nothing else that the crawler gave; no Referer."""
    other = script(lambda *_: OK)
    server = script(lambda _connection, turn: _moved("/again") if turn == 1 else _moved(f"{other.url}/list"))
    fetched = _fetch(keyed, asked, f"{server.url}/{{key:abuse}}")
    assert [f"Auth-Key: {KEY}".encode() in request for request in server.requests] == [True, True]
    lines = other.requests[0].decode().splitlines()
    assert [line.partition(":")[0].lower() for line in lines] == [
        "get /list http/1.1",
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "if-none-match",
    ]
    assert f"Accept-Encoding: {'gzip' if asked.raw else 'identity'}" in lines
    assert fetched.reply.url == f"{other.url}/list"


def test_a_key_that_a_redirect_repeats(script: Script, keyed: Settings) -> None:
    """A server that puts the key into the address that it sends us to does not get it shown, in no way of writing."""
    other = script(lambda *_: OK)
    server = script(lambda *_: _moved(f"{other.url}/{QUOTED.lower()}?k={QUOTED}"))
    fetched = _fetch(keyed, Fetch(f"{server.url}/{{key:abuse}}"))
    assert fetched.reply.url == f"{other.url}/{{key:abuse}}?k={{key:abuse}}"


def test_no_key_goes_out_for_a_place_in_a_redirect(script: Script, keyed: Settings) -> None:
    """A server cannot ask for a key by naming it."""
    other = script(lambda *_: OK)
    server = script(lambda *_: _moved(f"{other.url}/{{key:abuse}}"))
    _fetch(keyed, Fetch(server.url))
    assert not any(b"s3cret" in request for request in other.requests)


def test_a_key_in_the_clear_is_refused(keyed: Settings) -> None:
    """A header's or body's key is not sent over http to a public address: refused (5) before any connection."""
    for asked in (
        Fetch("http://8.8.8.8/", {"Auth-Key": "{key:abuse}"}),
        Fetch("http://8.8.8.8/", json={"password": "{key:abuse}"}),
    ):
        error = _fails(keyed, asked)
        assert isinstance(error, Refused)
        assert error.exit_code == 5
        assert str(error) == "http://8.8.8.8/: a key goes over https only: refused; give the https address"


def test_no_key_in_a_message(script: Script, keyed: Settings, closed_port: int) -> None:
    """Whatever fails, the message shows the key's place."""
    missing = script(lambda *_: b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n").url
    away = script(lambda *_: _moved(f"https://127.0.0.1:{closed_port}/{KEY}")).url
    quick = keyed.model_copy(update={"fetch_seconds": 0.2})
    for url in (missing, away, f"http://127.0.0.1:{closed_port}"):
        told = str(_fails(quick, Fetch(f"{url}/a/{{key:abuse}}/list")))
        assert "s3cret" not in told
        assert told.startswith((url.rpartition(":")[0], "https://127.0.0.1"))


def test_no_key_in_a_repr(keyed: Settings) -> None:
    """What holds keys does not show them when it is printed."""
    wanted = Wanted("https://a.example/{key:abuse}", 1, headers={"Auth-Key": "{key:abuse}"}, keys=keyed.keys)
    request = prepare(wanted)
    assert "s3cret" not in repr(wanted) + repr(request) + str(request)
    assert request.address == "https://a.example/{key:abuse}"
    assert (request.secret, request.host) == (True, "a.example:443")


@pytest.mark.parametrize(
    "asked", [Fetch("https://a.example/{key:abuse}"), Fetch("https://a.example/", {"A": "{key:abuse}"})]
)
def test_a_key_that_is_not_set(lab: Settings, asked: Fetch) -> None:
    """A missing key is the user's to set (2), by the setting's name."""
    error = _fails(lab, asked)
    assert isinstance(error, UserError)
    assert str(error) == "key 'abuse' is not set; set SCAMHUNT_KEYS=abuse=..."


def test_a_key_that_is_empty(keyed: Settings) -> None:
    """An empty key is none."""
    assert "key 'empty' is not set" in str(_fails(keyed, Fetch("https://a.example/{key:empty}")))


@pytest.mark.parametrize(
    "asked",
    [
        Fetch("https://a.example/{key:other}"),
        Fetch("https://a.example/", {"A": "{key:other}"}),
        Fetch("https://a.example/", json={"a": "{key:other}"}),
        Fetch(f"{CONFIGURED}/{{key:other}}"),
    ],
)
def test_a_crawler_gets_the_keys_of_its_feed_only(keyed: Settings, asked: Fetch) -> None:
    """What a source says may end up in an address: it cannot name another feed's key."""
    error = _fails(keyed, asked, "https://a.example/")
    assert isinstance(error, FeedFailed)
    assert "a key that its feed does not declare: refused" in str(error)


def test_the_teams_own_address_may_name_any_key(script: Script, keyed: Settings) -> None:
    """An address that the team set is the team's word."""
    server = script(lambda *_: OK)
    _fetch(keyed, Fetch(CONFIGURED), f"{server.url}/{{key:other}}")
    assert server.requests[0].startswith(b"GET /0ther-key HTTP/1.1\r\n")


@pytest.mark.parametrize("url", ["https://{key:abuse}.example/", "https://team:{key:abuse}@a.example/"])
def test_a_key_is_no_part_of_a_hosts_name(keyed: Settings, url: str) -> None:
    """A key in the name of a host would be asked of every name server: refused."""
    error = _fails(keyed, Fetch(url))
    assert isinstance(error, FeedFailed)
    assert "no place in the name of a host" in str(error)


@pytest.mark.parametrize("value", ["a\r\nHost: evil.example", "a\n", "\u20ac", "a\0b"])
def test_a_header_that_cannot_be_sent(script: Script, keyed: Settings, value: str) -> None:
    """A value from outside does not become a second header."""
    server = script(lambda *_: OK)
    error = _fails(keyed, Fetch(server.url, {"Authorization": value}))
    assert isinstance(error, FeedFailed)
    assert "characters that cannot be sent" in str(error)
    assert server.requests == []


def test_user_and_password_in_an_address(script: Script, keyed: Settings) -> None:
    """They are sent as a header (RFC 7617) to that host only, and the address is kept without them."""
    other = script(lambda *_: OK)
    server = script(lambda *_: _moved(other.url + "/"))
    fetched = _fetch(keyed, Fetch(server.url.replace("//", "//team:pass%20word@") + "/"))
    assert b"\r\nAuthorization: Basic dGVhbTpwYXNzIHdvcmQ=\r\n" in server.requests[0]
    assert b"Authorization" not in other.requests[0]
    assert fetched.reply.url == f"{other.url}/"
    alone = script(lambda *_: OK)
    assert _fetch(keyed, Fetch(alone.url.replace("//", "//team:x@") + "/")).reply.url == f"{alone.url}/"
