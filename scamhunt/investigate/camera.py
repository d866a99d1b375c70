"""The browser in the child: opens one page through our proxy, waits until it is quiet, and takes its picture.

It never clicks, types, submits or logs in. Imported in the child alone, before it gives up its rights.
"""

import asyncio
import io
import os
import time
from collections.abc import Awaitable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright

from scamhunt.investigate.camera_watch import Watch
from scamhunt.investigate.screenshot_child import descendants
from scamhunt.investigate.screenshot_frames import MOST_DOM, MOST_PNG, TEXT
from scamhunt.investigate.stamp import likeness, stamp

ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-crash-reporter",
    "--disable-blink-features=AutomationControlled",
)
"""Nothing goes past the proxy: no name is looked up, no packet of WebRTC or QUIC is sent, nobody is told anything."""
START_SECONDS, LOAD_SECONDS, RESTLESS_SECONDS, REST_SECONDS = 12.0, 8.0, 4.0, 0.5
ANSWER_SECONDS, PICTURE_SECONDS, DOM_SECONDS = 2.0, 7.0, 3.0
TRIES = 3
TALL = 10_000
"""Pixels of the picture's height, at most."""
MOBILE_SCALE = 2
PLATFORMS = {"Windows": "Win32", "Android": "Linux armv81", "macOS": "MacIntel", "Linux": "Linux x86_64"}
"""`navigator.platform`, which has words of its own."""
_FILTERED = b"Seccomp:\t2"
_T = TypeVar("_T")


class CannotStart(Exception):
    """The browser does not start here, whatever the page: why, in words."""


class Busy(Exception):
    """The page keeps its browser so busy that it does not answer."""


def warm_up() -> None:
    """Do once what loads files late: a picture is stamped, a hash is made."""
    out = io.BytesIO()
    Image.new("RGB", (64, 8)).save(out, "PNG")
    likeness(stamp(out.getvalue(), ["warm"]), 8)
    datetime.fromisoformat("2026-01-01T00:00:00+00:00").isoformat()


async def shoot(job: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Return header and bodies of the answer: picture, stamped copy, DOM. Raises `CannotStart`."""
    began = time.monotonic()
    async with async_playwright() as playwright:
        browser = await _start(playwright, job)
        watch = Watch()
        try:
            page = await _page(browser, job["vantage"], watch)
            _must_be_sandboxed()
            why = await _open(page, job, watch)
            if why:
                return {"failed": why}, []
            return await _taken(page, job, watch, began)
        except Busy:
            return {"failed": "the page keeps the browser so busy that no picture can be taken"}, []
        finally:
            await _within(browser.close(), ANSWER_SECONDS)


async def _start(playwright: Any, job: dict[str, Any]) -> Browser:  # noqa: ANN401  # what the library gives
    try:
        browser: Browser = await playwright.chromium.launch(
            executable_path=job["chromium"],
            chromium_sandbox=True,
            args=list(ARGUMENTS),
            proxy=job["proxy"],
            timeout=START_SECONDS * 1000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
    except Error as error:
        raise CannotStart(_why_not(str(error))) from None
    return browser


def _why_not(message: str) -> str:
    """Say in words why the browser did not start."""
    if "andbox" in message or "user namespace" in message:
        return "Chromium cannot start its sandbox here: user namespaces are off or closed to this user"
    first = next((line for line in message.split("\n") if line.strip()), "no reason given")
    return f"Chromium does not start: {first[:200]}"


def _must_be_sandboxed() -> None:
    """Raise `CannotStart` where no renderer runs under the kernel's filter of system calls."""
    if not any(map(_is_filtered_renderer, descendants(os.getpid()))):
        raise CannotStart("Chromium runs without its sandbox here; look at the flags in /etc/chromium.d")


def _is_filtered_renderer(process: int) -> bool:
    try:
        line = Path(f"/proc/{process}/cmdline").read_bytes()
        return b"--type=renderer" in line and _FILTERED in Path(f"/proc/{process}/status").read_bytes()
    except OSError:
        return False  # it ended


async def _page(browser: Browser, vantage: dict[str, Any], watch: Watch) -> Page:
    context: BrowserContext = await browser.new_context(
        viewport={"width": vantage["width"], "height": vantage["height"]},
        screen={"width": vantage["width"], "height": vantage["height"]},
        user_agent=vantage["user_agent"],
        locale=vantage["language"].partition(",")[0],
        timezone_id=vantage["time_zone"],
        is_mobile=vantage["mobile"],
        has_touch=vantage["mobile"],
        device_scale_factor=_scale(vantage),
        extra_http_headers={"Accept-Language": vantage["language"]},
        ignore_https_errors=True,
        accept_downloads=False,
        service_workers="block",
        permissions=[],
    )
    page = await context.new_page()
    await watch.over(context, page, _identity(vantage))
    return page


def _identity(vantage: dict[str, Any]) -> dict[str, Any]:
    """Return what the page is told of the machine: a Windows that says to be a Linux is no customer."""
    major = vantage["user_agent"].partition("Chrome/")[2].partition(".")[0]
    brands = (("Chromium", major), ("Not=A?Brand", "24"), ("Google Chrome", major))
    metadata = {"platform": vantage["platform"], "mobile": vantage["mobile"]}
    metadata |= dict.fromkeys(("platformVersion", "architecture", "model"), "")
    metadata["brands"] = [{"brand": brand, "version": version} for brand, version in brands]
    return {
        "userAgent": vantage["user_agent"],
        "acceptLanguage": ",".join(one.partition(";")[0].strip() for one in vantage["language"].split(",")),
        "platform": PLATFORMS.get(vantage["platform"], vantage["platform"]),
        "userAgentMetadata": metadata,
    }


async def _open(page: Page, job: dict[str, Any], watch: Watch) -> str:
    """Go to the page and wait until it is quiet; return why there is nothing to see, or an empty text."""
    try:
        await page.goto(
            job["url"], wait_until="load", timeout=LOAD_SECONDS * 1000, referer=job["vantage"]["referrer"] or None
        )
    except Error as error:
        if not watch.arrived:
            return _in_words(str(error))
        watch.note("it was still loading when the picture was taken")
    until = time.monotonic() + RESTLESS_SECONDS
    while watch.quiet() < job["quiet"]:
        if time.monotonic() > until:
            watch.note("it was still asking for more when the picture was taken")
            break
        await asyncio.sleep(0.1)
    return ""


def _in_words(message: str) -> str:
    """Return what a browser's error means; its code where it has no sentence of ours."""
    code = message.partition("net::")[2].split(" ", 1)[0][:60]
    if "TUNNEL" in code or "PROXY" in code:
        return "the page cannot be reached"
    if "imeout" in message:
        return f"no answer within {LOAD_SECONDS:.0f} s"
    return f"the page cannot be opened: {code or 'no reason given'}"


async def _taken(page: Page, job: dict[str, Any], watch: Watch, began: float) -> tuple[dict[str, Any], list[bytes]]:
    await _must_answer(page, watch)
    png = await _picture(page, job["vantage"], watch)
    seconds = time.monotonic() - began
    dom = await _within(page.content(), DOM_SECONDS)
    title = await _within(page.title(), ANSWER_SECONDS)
    body = (dom or "").encode("utf-8", "replace")
    if dom is None or len(body) > MOST_DOM:
        watch.note("the page's DOM could not be read" if dom is None else f"its DOM was cut at {MOST_DOM:,} bytes")
    header: dict[str, Any] = {"final_url": page.url[:TEXT], "title": (title or "")[:TEXT], "seconds": seconds}
    header["dhash"] = likeness(png, job["vantage"]["height"] * _scale(job["vantage"]))
    header["browser"] = page.context.browser.version if page.context.browser else ""
    stamped = stamp(png, _band(page.url, job, seconds, png))
    return {**header, **watch.told()}, [png, stamped, body[:MOST_DOM]]


def _band(url: str, job: dict[str, Any], seconds: float, png: bytes) -> list[str]:
    at = datetime.fromisoformat(job["begun"]) + timedelta(seconds=seconds)
    digest = sha256(png).hexdigest()
    return [
        url[:TEXT],
        f"{at:%Y-%m-%d %H:%M:%S} UTC   opened as {job['vantage']['name']}",
        f"sha256 of the picture {digest}",
    ]


async def _must_answer(page: Page, watch: Watch) -> None:
    """See that the page's scripts leave the browser time; end them where they do not. Raises `Busy`."""
    if await _within(page.evaluate("1"), ANSWER_SECONDS):
        return
    watch.note("its scripts kept the browser busy and were ended")
    await _within(watch.end_scripts(), ANSWER_SECONDS)
    for _ in range(TRIES):  # a page that always reloads comes to rest first
        if await _within(page.evaluate("1"), ANSWER_SECONDS):
            return
        await asyncio.sleep(REST_SECONDS)
    raise Busy


async def _picture(page: Page, vantage: dict[str, Any], watch: Watch) -> bytes:
    """Return the whole page as a PNG, down to `TALL` pixels; of one that is too large only what a window shows."""
    whole = {"x": 0, "y": 0, "width": vantage["width"], "height": TALL // _scale(vantage)}
    kept = {"animations": "disabled", "timeout": PICTURE_SECONDS * 1000}
    png = await _within(page.screenshot(full_page=True, clip=whole, **kept), PICTURE_SECONDS)  # type: ignore[arg-type]  # options by name
    if png is None or len(png) > MOST_PNG:
        watch.note("the picture shows only what a window shows")
        png = await _within(page.screenshot(**kept), PICTURE_SECONDS)  # type: ignore[arg-type]  # options by name
    if png is None or len(png) > MOST_PNG:
        raise Busy
    return png


def _scale(vantage: dict[str, Any]) -> int:
    """Return the pixels of a screen's point."""
    return MOBILE_SCALE if vantage["mobile"] else 1


async def _within(doing: Awaitable[_T], seconds: float) -> _T | None:
    """Return what comes of it in time, None for nothing: a page can make any question fail."""
    try:
        return await asyncio.wait_for(doing, seconds)
    except (Error, TimeoutError):
        return None


__all__ = ["CannotStart", "shoot", "warm_up"]
