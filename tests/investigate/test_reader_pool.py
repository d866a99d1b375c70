import asyncio
import os
import signal
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from scamhunt.investigate.page_shown import Picture, Shown, Unreadable
from scamhunt.investigate.reader import Readers
from scamhunt.investigate.reader_process import Process, StartError, allowance_of, frame
from scamhunt.investigate.sandbox import missing

PAGE = b"<!doctype html><title>Parcel desk</title><p>Your parcel waits.</p>"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
URL = "https://parcel-desk.test/"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
SECONDS = 0.75
"""For one page: what a stopped child costs a test, and far more than a page needs on a busy machine."""
T = TypeVar("T")


class Pool:
    """Readers on a loop of their own, so that many tests share the children: each start costs a quarter of a second."""

    def __init__(self, runner: asyncio.Runner, readers: Readers) -> None:
        """Take readers that are open on the loop of a runner."""
        self.readers, self._run = readers, runner.run

    def page(self, body: bytes) -> Shown | Unreadable:
        """Have a page read."""
        return self._run(self.readers.page(body, HTML, URL))

    def child(self) -> int:
        """Return the child that lives, a new one where there is none."""
        assert isinstance(self.page(PAGE), Shown)
        return self.readers.processes[0]

    def do(self, act: Coroutine[object, object, T]) -> T:
        """Run something on the loop of the children."""
        return self._run(act)


@contextmanager
def opened(readers: Readers) -> Iterator[Pool]:
    """Give a pool, and end its children."""
    with asyncio.Runner() as runner:
        runner.run(readers.__aenter__())
        try:
            yield Pool(runner, readers)
        finally:
            runner.run(readers.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """One child for all tests that end none, and for those that do: the next one takes its place."""
    with opened(Readers(1, seconds=SECONDS)) as one:
        yield one


def alive(pid: int) -> bool:
    """Say whether a process is there, a zombie too."""
    return Path(f"/proc/{pid}").exists()


def told(pid: int) -> tuple[str, bytes]:
    """Return what the kernel says of a process, and its environment."""
    return Path(f"/proc/{pid}/status").read_text(), Path(f"/proc/{pid}/environ").read_bytes()


def test_a_child_is_used_again(pool: Pool) -> None:
    """Pages and pictures are read by one child."""
    seen = {pool.child() for _ in range(3)}
    picture = pool.do(pool.readers.image(SVG))
    assert isinstance(picture, Picture)
    assert picture.format == "svg"
    assert seen == set(pool.readers.processes)
    assert len(seen) == 1


def test_a_page_is_read(pool: Pool) -> None:
    """What the child saw arrives."""
    shown = pool.page(PAGE)
    assert isinstance(shown, Shown)
    assert shown.title == "Parcel desk"


def test_a_page_is_no_picture(pool: Pool) -> None:
    """What is asked for as a picture and is none says so."""
    found = pool.do(pool.readers.image(PAGE))
    assert found == Unreadable("no picture of a kind that is read: PNG, JPEG, GIF, WebP, ICO")


def test_what_a_child_says_to_hold_holds(pool: Pool) -> None:
    """A child tells the properties that it has to have, and lacks none of them."""
    status, environment = told(pool.child())
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert "0" not in fields["Uid"].split() + fields["Gid"].split()
    assert fields["NoNewPrivs"].strip() == "1"
    assert fields["Seccomp"].strip() == "2"
    assert int(fields["CapEff"], 16) == 0
    assert not environment.strip(b"\0")


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


def test_an_innocent_page_is_read_by_the_next_child(pool: Pool) -> None:
    """A child that died before does not cost the page that came to it."""
    os.kill(pool.child(), signal.SIGKILL)
    assert isinstance(pool.page(PAGE), Shown)


def test_a_look_that_is_given_up_leaves_a_free_place(pool: Pool) -> None:
    """A task that is cancelled in the middle takes its child with it, and the next page is read."""
    child = pool.child()
    os.kill(child, signal.SIGSTOP)

    async def given_up() -> None:
        task = asyncio.create_task(pool.readers.page(b"<p>x", HTML, URL))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    pool.do(given_up())
    assert not alive(child)
    assert isinstance(pool.page(PAGE), Shown)


def test_what_ends_two_children_is_not_read_again(pool: Pool) -> None:
    """Time runs out, the child is killed and replaced; a body that does it twice is refused at once, others are not."""
    ended = []
    for _ in range(2):
        ended.append(pool.child())
        os.kill(ended[-1], signal.SIGSTOP)
        begun = time.monotonic()
        assert pool.page(b"<p>poison") == Unreadable(f"reading it took longer than {SECONDS} seconds")
        assert time.monotonic() - begun < 5
        assert not alive(ended[-1])
    assert len(set(ended)) == 2
    assert pool.page(b"<p>poison") == Unreadable("it ended its reader twice: it is not read again")
    assert pool.readers.processes == []
    assert isinstance(pool.page(PAGE), Shown)


def test_memory_goes_with_the_child() -> None:
    """A page that needs more than a child may have says so; a child ends over it, and after so many pages."""
    with opened(Readers(1, megabytes=80, pages=2)) as one:
        assert one.page(b"<p class=x>" * 39_000) == Unreadable("reading it takes more memory than a reader has")
        assert one.readers.processes == []
        child = one.child()
        assert alive(child)
        assert isinstance(one.page(PAGE), Shown)
        assert not alive(child)
        assert one.readers.processes == []


def test_many_wait_for_few_children() -> None:
    """Forty pages at once are read by two children, each with its own answer; none is left when the pool closes."""
    pages = [f"<title>Page {number}</title><p>x".encode() for number in range(40)]

    async def all_at_once(readers: Readers) -> list[Shown | Unreadable]:
        return list(await asyncio.gather(*(readers.page(page, HTML, URL) for page in pages)))

    with opened(Readers(2)) as both:
        found = both.do(all_at_once(both.readers))
        assert [one.title for one in found if isinstance(one, Shown)] == [f"Page {number}" for number in range(40)]
        children = both.readers.processes
        assert [alive(child) for child in children] == [True, True]
    assert [alive(child) for child in children] == [False, False]


def test_only_what_reading_needs_is_sent() -> None:
    """Cookies of an answer never reach a child."""
    assert b"secret" not in frame("page", b"x", (("Set-Cookie", "secret"), ("Content-Type", "text/html")), URL, "")
