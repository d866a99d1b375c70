"""Real pictures through the real Chromium, of pages on loopback; all pages that will not end are in the soak."""

import asyncio
import io
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import trustme
from PIL import Image

from bench.lab_attacks import NASTY, page_of
from bench.lab_browser import HOME, Pages, at, serving, trap, why_no_child
from bench.soak_addresses import strings
from scamhunt.investigate.screenshot import Photographer
from scamhunt.investigate.vantages import DESKTOP, MOBILE, Vantage
from scamhunt.observed import Finding, Gained, Outcome
from scamhunt.settings import Settings

SETTINGS = Settings.model_validate({"fetch_allow_nets": f"{HOME}/32"})
pytestmark = [pytest.mark.system]


@pytest.fixture(scope="module", autouse=True)
def _a_browser_is_there() -> None:
    why = Photographer(SETTINGS, at(HOME)).why_not or why_no_child()
    if why:
        pytest.skip(why)


@pytest.fixture
def pages() -> Iterator[Pages]:
    """Return pages that are served on loopback."""
    with serving() as served:
        yield served


async def taken(url: str, vantage: Vantage = DESKTOP, **limits: float) -> Gained:
    """Take one picture."""
    async with Photographer(SETTINGS, at(HOME), **{"quiet": 0.3, **limits}) as photographer:  # type: ignore[arg-type]  # by name
        return await photographer.take(url, vantage)


def take(url: str, vantage: Vantage = DESKTOP, **limits: float) -> Gained:
    """Take one picture, with a loop of its own."""
    return asyncio.run(taken(url, vantage, **limits))


def only(gained: Gained) -> Finding:
    """Return the one finding."""
    assert [one.kind for one in gained.findings] == ["screenshot"]
    return gained.findings[0]


def texts(found: Finding, name: str) -> Sequence[str]:
    """Return a list of a finding's data."""
    value: Any = found.data[name]
    return list(value)


def left_of(folder: Path) -> list[str]:
    """Return the processes that know a folder, by their command lines or environments."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            known = [(entry / name).read_bytes() for name in ("cmdline", "environ")] if entry.name.isdecimal() else []
        except OSError:
            continue
        if any(str(folder).encode() in one for one in known):
            found.append(entry.name)
    return found


def test_a_picture_says_where_and_when(pages: Pages) -> None:
    """The picture, a copy with a band above it and the page after its scripts are kept, and each proves itself."""
    pages.put("/in", "<title>Amazon Sign-In</title><p id=a></p><script>a.textContent='late words'</script>")
    before = SETTINGS.now()
    gained = take(pages.url("/in"))
    found, (png, stamped, dom) = only(gained), gained.items
    assert (found.outcome, found.vantage, found.source) == (Outcome.FOUND, "desktop", pages.url("/in"))
    assert found.sha256 == found.data["png"] == sha256(png.body).hexdigest()
    assert (found.data["stamped"], found.data["final_url"]) == (stamped.sha256, pages.url("/in"))
    assert (found.data["title"], found.data["blocked"], found.data["dialogs"]) == ("Amazon Sign-In", [], [])
    assert before < found.observed_at < before + timedelta(seconds=30)
    assert [one.media_type for one in gained.items] == ["image/png", "image/png", "text/html"]
    assert stamped.note == f"stamped copy of {png.sha256}"
    assert b"late words" in dom.body
    with Image.open(io.BytesIO(png.body)) as one, Image.open(io.BytesIO(stamped.body)) as other:
        assert one.size == (1366, 768)
        band = other.height - one.height
        assert other.crop((0, band, *other.size)).tobytes() == one.convert("RGB").tobytes()


def test_a_profile_is_what_the_page_sees_and_nothing_is_sent(pages: Pages) -> None:
    """The page sees the vantage and no robot; what it posts, beacons and submits does not leave, and is told."""
    told = "[navigator.userAgent,navigator.languages,navigator.platform,navigator.webdriver,innerWidth,"
    told += "Intl.DateTimeFormat().resolvedOptions().timeZone,'ontouchstart' in window].join('|')"
    html = f"<meta name=viewport content='width=device-width'><title></title><script>document.title={told}</script>"
    pages.put("/", html + _sends(), Content_Security_Policy="img-src 'none'; report-uri /report")
    found = only(take(pages.url(), MOBILE))
    assert found.data["title"] == f"{MOBILE.user_agent}|en-US,en|Linux armv81|false|412|America/New_York|true"
    headers = pages.asked[0][2]
    assert (headers["user-agent"], headers["accept-language"]) == (MOBILE.user_agent, MOBILE.language)
    assert "referer" not in headers
    assert {method for method, _, _ in pages.asked} == {"GET"}
    assert {f"{method} to amazon-refund-desk.test: nothing is sent" for method in ("POST", "PUT")} <= {
        *texts(found, "blocked")
    }


def _sends() -> str:
    return (
        "<img src=/a.png><form id=f method=post action=/form></form><iframe name=t></iframe><script>"
        "fetch('/fetch',{method:'POST',body:'a'});navigator.sendBeacon('/beacon','a');"
        "x=new XMLHttpRequest;x.open('PUT','/put');x.send('a');f.target='t';f.submit();"
        "new Worker(URL.createObjectURL(new Blob([`fetch('${origin}/worker',{method:'POST',body:'a'})`])))</script>"
    )


def test_nothing_is_sent_over_tls() -> None:
    """The same where our proxy cannot look inside; a certificate that nobody trusts does not matter."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("amazon-refund-desk.test").configure_cert(context)
    with serving(context) as pages:
        pages.put("/", f"<title>secure</title>{_sends()}", Content_Security_Policy="img-src 'none'; report-uri /report")
        found = only(take(pages.url(scheme="https")))
        assert found.data["title"] == "secure"
        assert pages.asked[0][2]["referer"] == DESKTOP.referrer
        assert {method for method, _, _ in pages.asked} == {"GET"}


def test_what_a_page_asks_for_inside_is_refused(pages: Pages) -> None:
    """A few of the soak's 300 addresses, each in a dozen ways: nobody comes, by TCP or UDP, and the finding says so."""

    async def asking() -> tuple[Finding, list[str]]:
        async with trap(["127.0.0.1", "127.0.0.2"]) as caught:
            page_of(pages, ["127.0.0.1", "127.0.0.2", "localhost", *strings()[3:300:100]], caught.port)
            return only(await taken(pages.url())), caught.hits

    found, hits = asyncio.run(asking())
    assert (found.outcome, hits) == (Outcome.FOUND, [])
    assert any("127.0.0.2 is refused: this machine" in one for one in texts(found, "blocked"))
    assert any(one.startswith("ws://127.0.0.2:") for one in texts(found, "sockets"))


def test_a_page_inside_is_refused_and_nothing_else(pages: Pages) -> None:
    """The page itself lies inside: refused, in the guard's words, and no picture of an error page."""
    found = only(take(f"http://127.0.0.2:{pages.port}/"))
    assert (found.outcome, found.sha256) == (Outcome.REFUSED, "")
    assert found.text.startswith("no screenshot: 127.0.0.2 is refused: this machine")


def test_alerts_without_end_give_a_picture(pages: Pages) -> None:
    """Ten dialogs are kept and the scripts ended; the picture is taken."""
    pages.put("/", f"<h1>locked</h1>{NASTY['alert timer']}")
    gained = take(pages.url())
    assert texts(only(gained), "dialogs") == ["alert: locked"] * 10
    assert len(gained.items) == 3


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that a child of root's can enter, with a short name: Chromium puts sockets below it."""
    with tempfile.TemporaryDirectory(prefix="open-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_picture_that_takes_too_long_leaves_nothing_behind(pages: Pages, open_folder: Path) -> None:
    """The child, its driver and every process of the browser are gone, and the folder of its profile too."""
    pages.put("/", NASTY["never quiet"])
    seen: list[str] = []

    async def taking() -> Finding:
        async with Photographer(SETTINGS, at(HOME), seconds=6, quiet=60, under=open_folder) as photographer:
            shot = asyncio.create_task(photographer.take(pages.url(), DESKTOP))
            while not pages.asked and not shot.done():  # noqa: ASYNC110  # the page comes to a server in a thread
                await asyncio.sleep(0.02)
            seen.extend(left_of(open_folder))
            shot.cancel()
            with pytest.raises(asyncio.CancelledError):
                await shot
            return only(await Photographer(SETTINGS, at(HOME), seconds=0.2).take(pages.url(), DESKTOP))

    found = asyncio.run(taking())
    assert (found.outcome, found.text) == (Outcome.TIMEOUT, "no screenshot: no picture within 0.2 s")
    assert len(seen) >= 3
    assert (left_of(open_folder), list(open_folder.iterdir())) == ([], [])


def test_a_parent_that_is_killed_leaves_nothing_behind(pages: Pages, open_folder: Path) -> None:
    """A sweep that dies by SIGKILL in the middle of a picture: browser, driver and profile are gone a moment later."""
    pages.put("/", NASTY["never quiet"])
    parent = subprocess.Popen([sys.executable, "-c", PARENT, pages.url(), str(open_folder)])
    while not pages.asked and parent.poll() is None:
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    until = time.monotonic() + 5
    while (left_of(open_folder) or any(open_folder.iterdir())) and time.monotonic() < until:
        time.sleep(0.02)
    assert pages.asked
    assert (left_of(open_folder), list(open_folder.iterdir())) == ([], [])


PARENT = f"""
import asyncio, pathlib, sys
from bench.lab_browser import HOME, at
from scamhunt.investigate.screenshot import Photographer
from scamhunt.investigate.vantages import DESKTOP
from scamhunt.settings import Settings
settings = Settings.model_validate({{"fetch_allow_nets": "{HOME}/32"}})
photographer = Photographer(settings, at(HOME), quiet=60, under=pathlib.Path(sys.argv[2]))
asyncio.run(photographer.take(sys.argv[1], DESKTOP))
"""
