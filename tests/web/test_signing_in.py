"""Signing in, how long it counts, and what every answer carries."""

import hashlib
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from scamhunt.desk_sessions import IDLE, LONGEST
from scamhunt.web.house import STATIC
from tests.site_lab import EVE, PASSWORD, Browser, Site, open_site

FORM = "application/x-www-form-urlencoded"
OTHER = "seven grey kettles sing"
TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give one site to the tests that change nothing that another one needs."""
    with open_site(tmp_path_factory.mktemp("signing")) as site:
        yield site


def inside(browser: Browser) -> bool:
    """Say whether somebody is signed in."""
    return browser.get("/account").status_code == 200


def test_right_and_wrong(site: Site) -> None:
    """A right name and password open, everything else is refused in the same words, and is in the log."""
    told = set()
    for name, password in (("ann", "guess-1"), ("nobody", PASSWORD), ("", ""), ("ann\x00", PASSWORD), ("a" * 99, "x")):
        browser = site.stranger()
        answer = browser.post("/login", name=name, password=password, code="", next="")
        assert answer.status_code == 403
        told |= set(re.findall(r'role="alert">(.*?)</p>', answer.text))
        assert not inside(browser)
    assert told == {"the name, the password or the code is wrong"}
    assert "guess-1" not in str(site.store.history("person:ann"))
    assert any("refused" in act for act in site.acts("person:ann"))
    assert inside(site.browser("ann"))


def test_the_cookie_is_out_of_reach(site: Site) -> None:
    """Scripts and other sites do not get it, and it is not what the database has."""
    browser = site.stranger()
    answer = browser.post("/login", name="ann", password=PASSWORD, code="", next="")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"scamhunt_{site.port}="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    value = cookie.split(";")[0].partition("=")[2]
    assert value.encode() not in (site.folder / "home" / "scamhunt.db").read_bytes()


def test_behind_tls_the_cookie_is_for_tls_only(tmp_path: Path) -> None:
    """A site that is reached by TLS says so of its cookies."""
    with open_site(tmp_path, web_url="https://desk.northwind.example") as site:
        answer = site.stranger().post("/login", name="ann", password=PASSWORD, code="", next="")
        cookies = answer.headers.get_list("set-cookie")
        assert all("Secure" in one and one.startswith("__Host-scamhunt") for one in cookies)


def test_a_session_ends(tmp_path: Path) -> None:
    """It ends half an hour after its last use, twelve hours after its first, and at once with its person."""
    with open_site(tmp_path) as site:
        ann, bob, cyd, vic = (site.browser(name) for name in ("ann", "bob", "cyd", "vic"))
        site.later(IDLE - timedelta(minutes=1))
        assert inside(ann)
        site.later(timedelta(minutes=2))
        assert inside(ann)
        assert not inside(bob)
        eve = site.browser("eve")
        assert inside(vic) is False
        vic = site.browser("vic")
        assert eve.post("/people/vic/remove", reason="left").status_code == 303
        assert not inside(vic)
        cyd = site.browser("cyd")
        assert cyd.post("/logout").headers["clear-site-data"] == '"cache", "storage"'
        assert not inside(cyd)
        for _ in range(26):
            site.later(IDLE - timedelta(minutes=1))
            last = inside(ann)
        assert not last
        assert 25 * IDLE > LONGEST  # used every half hour, and yet it ended


def test_another_password_ends_all_other_sessions(tmp_path: Path) -> None:
    """Whoever sat there with the old one is out; the old one opens nothing."""
    with open_site(tmp_path) as site:
        here, there = site.browser("ann"), site.browser("ann")
        given = {"password": PASSWORD, "new": OTHER, "again": OTHER}
        assert here.post("/account/password", **given | {"again": "another"}).status_code == 400
        assert here.post("/account/password", **given | {"new": "short", "again": "short"}).status_code == 400
        assert here.post("/account/password", **given).status_code == 303
        assert inside(here)
        assert not inside(there)
        assert site.stranger().post("/login", name="ann", password=PASSWORD, code="", next="").status_code == 403
        assert inside(site.browser("ann", OTHER))


def test_a_second_factor(tmp_path: Path) -> None:
    """Once it is on the password alone opens nothing, a code opens once, and an admin takes a lost one away."""
    with open_site(tmp_path) as site:
        ann = site.browser("ann")
        page = ann.post("/account/second-factor").text
        secret = re.findall(r"Secret <code>(\w+)", page)[0]
        assert "<svg" in page
        assert ann.post("/account/second-factor/confirm", code="000000").status_code == 400
        assert (
            ann.post("/account/second-factor/confirm", code=TOTP(secret).at(site.house.settings.now())).status_code
            == 303
        )
        for code in ("", "000000", TOTP(secret).at(site.house.settings.now())):  # the last one was used
            assert site.stranger().post("/login", name="ann", password=PASSWORD, code=code, next="").status_code == 403
        site.later(timedelta(seconds=60))
        assert inside(site.browser("ann", code=TOTP(secret).at(site.house.settings.now())))
        assert secret.encode() not in (site.folder / "home" / "scamhunt.db").read_bytes()
        eve = site.browser("eve")
        assert eve.post("/people/ann/drop-second-factor", reason="lost her phone").status_code == 303
        assert inside(site.browser("ann"))


def test_who_tries_many_passwords_waits(tmp_path: Path) -> None:
    """After so many wrong ones the right one is not taken either, for a while; others are not held up."""
    with open_site(tmp_path) as site:
        browser = site.stranger()
        answers = [browser.post("/login", name="bob", password=f"w{at}", code="", next="") for at in range(8)]
        assert {one.status_code for one in answers} == {403}
        assert browser.post("/login", name="bob", password=PASSWORD, code="", next="").status_code == 403
        assert inside(site.browser("ann"))
        for at in range(20):
            last = browser.post("/login", name=f"n{at}", password=f"w{at}", code="", next="")
        assert last.status_code == 429


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\\\\e.test",
    ],
)
def test_nobody_is_led_elsewhere(site: Site, path: str) -> None:
    """After the login and after an act one stays on this site."""
    answer = site.stranger().post("/login", name="ann", password=PASSWORD, code="", next=path)
    assert answer.headers["location"] == "/candidates"
    ann = site.known("ann")
    number = site.number("northwind-login-10.com")
    act = ann.post(f"/candidates/{number}/act/claim", back=path)
    assert act.status_code == 303
    assert act.headers["location"] == "/"
    assert ann.get("/login?next=" + path.replace("\t", "%09").replace("\\", "%5C")).headers["location"] == "/candidates"


def test_what_every_answer_carries(site: Site) -> None:
    """Pages, errors, files and redirections: nothing is run, framed, kept or fetched that is not ours."""
    ann = site.known("ann")
    for path in ("/candidates", "/nothing-here", "/login", "/static/desk.css", "/healthz", "/metrics", "/"):
        headers = ann.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
        assert ("no-store" in headers["cache-control"]) != path.startswith("/static/")
    for path in ("/candidates", "/account", "/people", "/dashboard"):
        page = ann.get(path).text
        assert not re.findall(r"""(?:src|href|action)=["']?(?:https?:)?//""", page)
        assert " style=" not in page
        assert not re.findall(r"<script(?![^>]* src=)[^>]*>", page)
        assert not re.findall(r"\son[a-z]+=", page)


def test_another_name_that_leads_here_is_refused(site: Site) -> None:
    """A name of somebody else that is pointed at this machine reads nothing (DNS rebinding)."""
    ann = site.known("ann")
    assert ann.get("/candidates", host="evil.example").status_code == 421
    assert ann.get("/candidates", host=f"evil.example:{site.port}").status_code == 421
    assert ann.get("/candidates", host=f"localhost:{site.port}").status_code == 200


def test_a_request_without_end(site: Site) -> None:
    """More than a megabyte is told to go, whether it is announced or not; other people are served meanwhile."""
    with socket.create_connection(("127.0.0.1", site.port)) as slow:
        slow.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999\r\n\r\nname=")
        ann = site.known("ann")
        big = ann.client.post("/login", content=b"a" * 2_000_000, headers={"content-type": FORM})
        assert big.status_code == 413
        many = ann.client.post("/candidates/many/preview", data={f"f{at}": "1" for at in range(3_000)})
        assert many.status_code == 400


def test_a_form_with_more_than_it_has_is_refused(site: Site) -> None:
    """A field that a form does not have, or has twice, is an error: nothing of it is stored (mass assignment)."""
    ann = site.known("ann")
    number = site.number("northwind-login-11.com")
    for more in ({"state": "confirmed"}, {"score": "0"}, {"actor": "bob"}, {"id": "1"}):
        answer = ann.post(f"/candidates/{number}/act/note", text="seen", **more)
        assert (answer.status_code, "has no field" in answer.text) == (400, True)
    twice = ann.client.post(
        f"/candidates/{number}/act/note",
        content=f"csrf={ann.csrf}&text=a&text=b",
        headers={"content-type": FORM},
    )
    assert (twice.status_code, "came twice" in twice.text) == (400, True)
    file = ann.client.post(f"/candidates/{number}/act/note", data={"csrf": ann.csrf}, files={"text": b"x"})
    assert file.status_code == 400
    assert not [act for act in site.acts(f"candidate:{number}") if "note" in act]


def test_the_vendored_script_is_what_the_docs_say() -> None:
    """The hash of htmx in docs/dependencies.md is that of the file that we serve."""
    file = next(STATIC.glob("htmx-*.min.js"))
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    assert found in (TOP / "docs" / "dependencies.md").read_text()


def test_a_team_that_has_not_begun(tmp_path: Path) -> None:
    """Nobody signs in before somebody was added in the shell; there is no password of ours."""
    with open_site(tmp_path) as site:
        site.change(home=tmp_path / "empty")
        answer = site.stranger().post("/login", name=EVE.name, password=PASSWORD, code="", next="")
        assert (answer.status_code, "scamhunt people add" in answer.text) == (403, True)
