import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from scamhunt.investigate.page_shown import Picture, Shown, Unreadable
from scamhunt.investigate.reader import Readers
from scamhunt.investigate.reader_process import Process, StartError, allowance_of, frame
from scamhunt.investigate.sandbox import missing

PAGE = b"<!doctype html><title>Parcel desk</title><p>Your parcel waits.</p>"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
URL = "https://parcel-desk.test/"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def with_readers(act: Callable[[Readers], Awaitable[object]], **given: float) -> None:
    """Run something with a pool of one child, unless said otherwise."""

    async def run() -> None:
        async with Readers(int(given.get("count", 1)), seconds=given.get("seconds", 20.0)) as readers:
            await act(readers)

    asyncio.run(run())


def alive(pid: int) -> bool:
    """Say whether a process is there, a zombie too."""
    return Path(f"/proc/{pid}").exists()


def told(pid: int) -> tuple[str, bytes]:
    """Return what the kernel says of a process, and its environment."""
    return Path(f"/proc/{pid}/status").read_text(), Path(f"/proc/{pid}/environ").read_bytes()


def test_a_child_is_used_again_and_gone_at_the_end() -> None:
    """Pages and pictures are read by one child, and no process is left when the pool closes."""
    seen: list[int] = []

    async def act(readers: Readers) -> None:
        for _ in range(3):
            shown = await readers.page(PAGE, HTML, URL)
            assert isinstance(shown, Shown)
            assert shown.title == "Parcel desk"
            seen.extend(readers.processes)
        picture = await readers.image(SVG)
        assert isinstance(picture, Picture)
        assert picture.format == "svg"

    with_readers(act)
    assert len(seen) == 3
    assert len(set(seen)) == 1
    assert not alive(seen[0])


def test_what_a_child_says_to_hold_holds() -> None:
    """A child tells the properties that it has to have, and lacks none of them."""

    async def run() -> None:
        child = await Process.start(256, 20.0)
        try:
            status, environment = told(child.pid)
        finally:
            await child.end()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        assert "0" not in fields["Uid"].split() + fields["Gid"].split()
        assert fields["NoNewPrivs"].strip() == "1"
        assert fields["Seccomp"].strip() == "2"
        assert int(fields["CapEff"], 16) == 0
        assert not environment.strip(b"\0")

    asyncio.run(run())


def test_a_child_that_keeps_something_is_refused() -> None:
    """Each property that is required is named when it does not hold."""
    names = ["limits", "no_capabilities", "no_files", "no_network", "no_new_privileges", "no_secrets", "own_session"]
    assert missing({}, allowance_of(1)) == sorted([*names, "unprivileged"])
    held = dict.fromkeys([*names, "unprivileged"], True)
    assert missing(held, allowance_of(1)) == []
    assert missing({**held, "no_secrets": False}, allowance_of(1)) == ["no_secrets"]


def test_another_program_is_no_child() -> None:
    """What does not say hello as a child does is ended, and the message says what follows."""
    with pytest.raises(StartError, match="did not come up"):
        asyncio.run(Process.start(256, 20.0, module="this"))


def test_too_little_memory_is_told() -> None:
    """A page that needs more than a child may have says so, and a small one is read after it."""

    async def run() -> None:
        async with Readers(1, megabytes=80) as readers:
            found = await readers.page(b"<p class=x>" * 39_000, HTML, URL)
            assert isinstance(found, Unreadable)
            assert isinstance(await readers.page(PAGE, HTML, URL), Shown)

    asyncio.run(run())


def test_a_child_that_does_not_answer_is_killed_and_replaced() -> None:
    """Time runs out, the reason is told, and the next page is read by another child."""

    async def act(readers: Readers) -> None:
        await readers.page(PAGE, HTML, URL)
        stopped = readers.processes[0]
        os.kill(stopped, signal.SIGSTOP)
        begun = time.monotonic()
        assert await readers.page(b"<p>slow", HTML, URL) == Unreadable("reading it took longer than 1 seconds")
        assert time.monotonic() - begun < 5
        assert not alive(stopped)
        assert isinstance(await readers.page(PAGE, HTML, URL), Shown)
        assert readers.processes != [stopped]

    with_readers(act, seconds=1.0)


def test_an_innocent_page_is_read_by_the_next_child() -> None:
    """A child that died before does not cost the page that came to it."""

    async def act(readers: Readers) -> None:
        await readers.page(PAGE, HTML, URL)
        os.kill(readers.processes[0], signal.SIGKILL)
        assert isinstance(await readers.page(PAGE, HTML, URL), Shown)

    with_readers(act)


def test_what_ends_two_children_is_not_read_again() -> None:
    """A body that twice took too long is refused at once the third time, and other bodies are not."""

    async def act(readers: Readers) -> None:
        for _ in range(2):
            await readers.page(PAGE, HTML, URL)
            os.kill(readers.processes[0], signal.SIGSTOP)
            assert isinstance(await readers.page(b"<p>poison", HTML, URL), Unreadable)
        assert await readers.page(b"<p>poison", HTML, URL) == Unreadable(
            "it ended its reader twice: it is not read again"
        )
        assert isinstance(await readers.page(PAGE, HTML, URL), Shown)

    with_readers(act, seconds=1.0)


def test_a_child_is_replaced_after_its_pages() -> None:
    """Memory that a child keeps goes with it after so many pages."""

    async def run() -> None:
        seen = set()
        async with Readers(1, pages=2) as readers:
            for _ in range(4):
                await readers.page(PAGE, HTML, URL)
                seen.update(readers.processes)
        assert len(seen) == 2

    asyncio.run(run())


def test_a_look_that_is_given_up_leaves_a_free_place() -> None:
    """A task that is cancelled in the middle takes its child with it, and the next page is read."""

    async def act(readers: Readers) -> None:
        await readers.page(PAGE, HTML, URL)
        child = readers.processes[0]
        os.kill(child, signal.SIGSTOP)
        task = asyncio.create_task(readers.page(b"<p>x", HTML, URL))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not alive(child)
        assert isinstance(await readers.page(PAGE, HTML, URL), Shown)

    with_readers(act)


def test_many_wait_for_few_children() -> None:
    """Forty pages at once are read by two children, each with its own answer."""

    async def act(readers: Readers) -> None:
        pages = [f"<title>Page {number}</title><p>x".encode() for number in range(40)]
        found = await asyncio.gather(*(readers.page(page, HTML, URL) for page in pages))
        assert [one.title for one in found if isinstance(one, Shown)] == [f"Page {number}" for number in range(40)]
        assert len(readers.processes) == 2

    with_readers(act, count=2)


def test_a_page_is_no_picture() -> None:
    """What is asked for as a picture and is none says so."""

    async def act(readers: Readers) -> None:
        found = await readers.image(PAGE)
        assert found == Unreadable("no picture of a kind that is read: PNG, JPEG, GIF, WebP, ICO")

    with_readers(act)


def test_only_what_reading_needs_is_sent() -> None:
    """Cookies of an answer never reach a child."""
    assert b"secret" not in frame("page", b"x", (("Set-Cookie", "secret"), ("Content-Type", "text/html")), URL, "")
