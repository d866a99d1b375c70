"""What is believed of a child that may be owned by the page, and what is said where there is no picture."""

import asyncio
import io
import json
import math
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench.lab_browser import at, why_no_child
from scamhunt.investigate import screenshot_child, screenshot_frames
from scamhunt.investigate.screenshot import Photographer, is_closed
from scamhunt.investigate.screenshot_findings import blocked, found, none
from scamhunt.investigate.screenshot_frames import BadFrame, NoShot, Shot, pack, receive
from scamhunt.investigate.stamp import MOST_LINES, likeness, stamp, wrapped
from scamhunt.investigate.vantages import DESKTOP
from scamhunt.net.proxy import Asked
from scamhunt.observed import Finding, Outcome
from scamhunt.settings import Settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://amazon-refund-desk.test/in"


def png(width: int = 20, height: int = 10, colour: str = "red") -> bytes:
    """Return a picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


HEADER: dict[str, Any] = {
    "final_url": URL,
    "title": "Amazon Sign-In",
    "dhash": "0" * 16,
    "browser": "156.0",
    "seconds": 1.5,
    "dialogs": ["alert: locked"],
    "blocked": ["a second window"],
    "sockets": [],
    "notes": ["cut"],
}
BODIES = (png(), png(), b"<html>")


def got(frame: bytes) -> Shot | NoShot:
    """Return what the parent makes of bytes."""

    async def reading() -> Shot | NoShot:
        reader = asyncio.StreamReader()
        reader.feed_data(frame)
        reader.feed_eof()
        return await receive(reader)

    return asyncio.run(reading())


def test_an_answer_is_what_was_sent() -> None:
    """A whole frame gives each value at its place."""
    shot = got(pack(HEADER, BODIES))
    assert isinstance(shot, Shot)
    assert (shot.png, shot.stamped, shot.dom, shot.seconds) == (*BODIES, 1.5)
    assert (shot.final_url, shot.title, shot.browser) == (URL, "Amazon Sign-In", "156.0")
    assert (shot.dialogs, shot.blocked, shot.notes) == (("alert: locked",), ("a second window",), ("cut",))


@pytest.mark.parametrize(("word", "cannot"), [("cannot", True), ("failed", False)])
def test_a_reason_is_a_reason(word: str, cannot: bool) -> None:
    """A child that took no picture says why, and whether another page would fare better."""
    assert got(pack({word: "no sandbox here"})) == NoShot("no sandbox here", cannot)


def _sized(*sizes: object) -> bytes:
    text = json.dumps({**HEADER, "sizes": sizes}).encode()
    return struct.pack(">I", len(text)) + text


BAD = {
    "header too long": struct.pack(">I", screenshot_frames.MOST_HEADER + 1),
    "no json": struct.pack(">I", 3) + b"abc",
    "deep json": struct.pack(">I", 100_000) + b"[" * 100_000,
    "no object": struct.pack(">I", 2) + b"[]",
    "no bodies": pack(HEADER),
    "size below zero": _sized(-1, 1, 1),
    "size no number": _sized("1", 1, 1),
    "picture too large": _sized(screenshot_frames.MOST_PNG + 1, 1, 1),
    "copy too large": _sized(1, screenshot_frames.MOST_PNG + 1, 1),
    "dom too large": _sized(1, 1, screenshot_frames.MOST_DOM + 1),
    "no picture": pack(HEADER, (b"GIF89a" + b"\0" * 40, png(), b"")),
    "cut picture": pack(HEADER, (png()[:20], png(), b"")),
    "wide picture": pack(HEADER, (png(screenshot_frames.MOST_WIDE + 1, 1), png(), b"")),
    "tall copy": pack(HEADER, (png(), png(1, screenshot_frames.MOST_TALL + 1), b"")),
    "title no text": pack({**HEADER, "title": 1}, BODIES),
    "dialogs no list": pack({**HEADER, "dialogs": "alert"}, BODIES),
    "dialog no text": pack({**HEADER, "dialogs": [[]]}, BODIES),
    "no seconds": pack({**HEADER, "seconds": None}, BODIES),
    "seconds true": pack({**HEADER, "seconds": True}, BODIES),
    "seconds nan": pack({**HEADER, "seconds": math.nan}, BODIES),
    "seconds below zero": pack({**HEADER, "seconds": -1}, BODIES),
    "an hour and more": pack({**HEADER, "seconds": 3_601}, BODIES),
    "reason no text": pack({"failed": 1}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_answer_is_not_believed(name: str) -> None:
    """Each size, type and number is checked before it is used."""
    with pytest.raises(BadFrame):
        got(BAD[name])


def test_an_answer_that_breaks_off_is_none() -> None:
    """The child died while it wrote."""
    with pytest.raises(EOFError):
        got(pack(HEADER, BODIES)[:-1])


def test_long_texts_and_lists_are_cut() -> None:
    """A page that says very much is cut short; half a character is no fault."""
    shot = got(pack({**HEADER, "title": "\ud800" * 9_000, "dialogs": ["x"] * 900}, BODIES))
    assert isinstance(shot, Shot)
    assert (shot.title, len(shot.dialogs)) == ("?" * screenshot_frames.TEXT, screenshot_frames.ENTRIES)


# --- the stamp -------------------------------------------------------------------------------------------------------


def test_a_stamp_leaves_the_picture_as_it_is() -> None:
    """The band is white with black letters, the picture below it is the same to the pixel."""
    with Image.open(io.BytesIO(stamp(png(300, 50), [URL, "2026-11-23 00:00:00 UTC"]))) as copy:
        band = copy.height - 50
        assert copy.size == (300, 52 + 50)
        assert copy.crop((0, band, 300, copy.height)).getcolors() == [(300 * 50, (255, 0, 0))]
        colours = copy.crop((0, 0, 300, band)).getcolors(9_999) or []
        assert {(0, 0, 0), (255, 255, 255)} <= {colour for _, colour in colours}


def test_a_line_is_wrapped_and_shows_what_it_holds() -> None:
    """Nothing of a long address is hidden but what does not fit; letters that look alike are told apart."""
    lines = wrapped(["https://amazon.test/" + "a" * 100, "раypal"], 400)
    assert "".join(lines[:-1]) == "https://amazon.test/" + "a" * 100
    assert lines[-1] == "\\u0440\\u0430ypal"
    assert len(wrapped(["a" * 9_000], 400)) == MOST_LINES
    assert wrapped(["abc " * 9], 1)[0] == "abc abc"


def test_a_picture_that_is_too_large_is_not_decoded() -> None:
    """What claims to be larger than a page can be is refused before a pixel is read."""
    out = io.BytesIO()
    Image.new("1", (10_000, 4_001)).save(out, "PNG")
    with pytest.raises(ValueError, match="too large"):
        stamp(out.getvalue(), [URL])


def test_likeness_is_of_what_is_seen_first() -> None:
    """Two pages with the same beginning are alike however long they are."""
    short, long = Image.new("RGB", (64, 64), "white"), Image.new("RGB", (64, 400), "blue")
    short.paste("black", (0, 0, 32, 20))
    long.paste(short, (0, 0))
    hashes = []
    for picture in (short, long):
        out = io.BytesIO()
        picture.save(out, "PNG")
        hashes.append(likeness(out.getvalue(), 64))
    assert hashes[0] == hashes[1] != ""


# --- findings --------------------------------------------------------------------------------------------------------


def test_a_finding_holds_what_the_catalogue_says() -> None:
    """Every key is there, the items are named by it, and what could not be read is noted."""
    shot = got(pack(HEADER, BODIES))
    assert isinstance(shot, Shot)
    gained = found(shot, URL, DESKTOP, NOW, [Asked("CONNECT", "a.test:443", Outcome.FOUND)])
    (one,) = gained.findings
    assert (one.observed_at, one.outcome, one.source) == (NOW + timedelta(seconds=1.5), Outcome.FOUND, URL)
    assert one.text == "a picture of the page as desktop: cut"
    assert {*one.data} == {*"png stamped final_url title dhash blocked dialogs sockets notes".split()}
    assert [item.note for item in gained.items] == ["cut", f"stamped copy of {one.sha256}", "the DOM after scripts"]
    assert "Chromium 156.0" in gained.items[0].tool
    json.dumps(one.data)


def test_no_dom_is_no_item() -> None:
    """An empty DOM proves nothing."""
    shot = got(pack(HEADER, (png(), png(), b"")))
    assert isinstance(shot, Shot)
    assert [item.media_type for item in found(shot, URL, DESKTOP, NOW, ()).items] == ["image/png", "image/png"]


def test_what_our_guard_said_of_the_page_comes_first() -> None:
    """The browser only knows that its proxy said no; the proxy knows why."""
    asked = [Asked("CONNECT", "10.0.0.1:443", Outcome.REFUSED, "10.0.0.1 is refused: a private network")]
    (one,) = none(URL, DESKTOP, NOW, Outcome.FAILED, "the page cannot be reached", asked).findings
    assert (one.outcome, one.text) == (Outcome.REFUSED, "no screenshot: 10.0.0.1 is refused: a private network")
    (one,) = none(URL, DESKTOP, NOW, Outcome.FAILED, "it broke", [Asked("GET", "a.test:80", Outcome.FOUND)]).findings
    assert (one.outcome, one.text) == (Outcome.FAILED, "no screenshot: it broke")


def test_what_was_refused_often_is_said_once() -> None:
    """A page that asks for an inner address in a loop fills no list."""
    asked = [Asked("GET", "a:80", Outcome.REFUSED, "no")] * 3 + [Asked("GET", "b:80", Outcome.FAILED, "closed")]
    assert blocked(["a second window"], asked) == ["a second window", "a:80: no (3 times)"]


# --- where it cannot work --------------------------------------------------------------------------------------------


def why_not(**settings: object) -> tuple[str, Outcome]:
    """Return why no picture is taken with these settings, by the photographer and by its finding."""

    async def taking() -> tuple[str, Outcome]:
        async with Photographer(Settings.model_validate(settings), at("127.0.0.1")) as photographer:
            (one,) = (await photographer.take(URL, DESKTOP)).findings
            assert photographer.why_not in one.text
            return photographer.why_not, one.outcome

    return asyncio.run(taking())


def test_switched_off_is_said() -> None:
    """Who switched it off is told the setting."""
    assert why_not(screenshots=False) == ("screenshots are switched off: SCAMHUNT_SCREENSHOTS", Outcome.SKIPPED)


def test_no_chromium_is_said() -> None:
    """Who has no Chromium is told how to get one."""
    why, outcome = why_not(chromium="/nowhere/chromium")
    assert why == "there is no Chromium; run as root: make system, or set SCAMHUNT_CHROMIUM"
    assert outcome is Outcome.SKIPPED


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that others may enter."""
    with tempfile.TemporaryDirectory(prefix="open-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def fake(open_folder: Path) -> Callable[[str], str]:
    """Return what writes a Chromium that does something else, where a child of root's can start it."""
    if why := why_no_child():
        pytest.skip(why)

    def write(does: str) -> str:
        program = open_folder / "chromium"
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
        return str(program)

    return write


NO_START = [
    ("exit 1", "Chromium does not start"),
    ("echo 'No usable sandbox!' >&2; exit 1", "cannot start its sandbox"),
]


@pytest.mark.parametrize(("does", "why"), NO_START, ids=["ends", "no sandbox"])
def test_a_chromium_that_does_not_start_is_said(does: str, why: str, fake: Callable[[str], str]) -> None:
    """The finding holds the reason, and the next page is not tried."""
    said, outcome = why_not(chromium=fake(does))
    assert (why in said, outcome) == (True, Outcome.SKIPPED)


def test_a_child_that_is_killed_is_a_failure_of_this_page_alone(fake: Callable[[str], str]) -> None:
    """A browser that kills the process above its driver gives no picture; the next page is tried again."""
    program = fake('read -r a b c worker rest < "/proc/$PPID/stat"; kill -9 "$worker"; sleep 9')

    async def taking() -> tuple[str, Finding]:
        settings = Settings.model_validate({"chromium": program})
        async with Photographer(settings, at("127.0.0.1")) as photographer:
            (one,) = (await photographer.take(URL, DESKTOP)).findings
            return photographer.why_not, one

    why, one = asyncio.run(taking())
    assert (why, one.outcome) == ("", Outcome.FAILED)
    assert one.text == "no screenshot: the browser's child ended without an answer"


def test_a_closed_folder_is_seen(open_folder: Path) -> None:
    """What lies behind a folder that others may not enter cannot be run by nobody; what is missing cannot either."""
    program = open_folder / "in" / "node"
    program.parent.mkdir(mode=0o755)
    program.write_text("x")
    program.chmod(0o755)
    assert not is_closed(program)
    program.parent.chmod(0o700)
    assert is_closed(program)
    assert is_closed(open_folder / "missing")


def test_the_sandbox_is_never_switched_off() -> None:
    """No file of ours knows how."""
    top = Path(screenshot_child.__file__).parents[1]
    assert [file.name for file in top.rglob("*.py") if "no-" + "sandbox" in file.read_text("utf-8")] == []


# --- the child -------------------------------------------------------------------------------------------------------


def test_a_child_ends_with_its_parent() -> None:
    """A parent that is gone before the job came, or with it, leaves no child behind."""
    command = [sys.executable, "-I", "-m", "scamhunt.investigate.screenshot_child"]
    done = subprocess.run(command, input=b"\0\0", capture_output=True, timeout=20, check=False, cwd="/")
    assert (done.returncode != 0, done.stdout) == (True, b"")


def test_processes_are_found_below_one() -> None:
    """Children of children are found; what ended is not."""
    shell = subprocess.Popen(["/bin/sh", "-c", "sleep 9 & wait"])
    try:
        while not (below := list(screenshot_child.descendants(shell.pid))):
            pass
        assert shell.pid in list(screenshot_child.descendants(os.getpid()))
        assert len(below) == 1
    finally:
        for process in (*screenshot_child.descendants(shell.pid), shell.pid):
            os.kill(process, 9)
        shell.wait()
