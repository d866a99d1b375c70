"""Hostile pages and pictures are read by children that hold nothing, can be killed, and are replaced."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from scamhunt.investigate.page_shown import Picture, Shown, Unreadable, from_json
from scamhunt.investigate.reader_process import EndedError, Process, StartError, frame

PAGES = 200
"""Pages after which a child is replaced: memory that it did not give back goes with it."""
TRIES = 2
"""A body that ends so many readers is not read again."""
POISONS = 1_000
"""Bodies that ended a reader, remembered."""
_POISON = "it ended its reader twice: it is not read again"

Read = Shown | Picture | Unreadable


class Readers:
    """A pool of children that read, each one thing at a time. To be closed, as `async with` does."""

    def __init__(
        self, count: int = 2, *, seconds: float = 20.0, megabytes: int = 256, region: str = "", pages: int = PAGES
    ) -> None:
        """Start nothing yet: a child is made when it is needed.

        `count` children; `seconds` for one thing; `megabytes` (MiB) of memory a child; a number without a country is
        one of `region` (ISO 3166); a child is replaced after so many `pages`.
        """
        self._count, self._seconds, self._megabytes = count, seconds, megabytes
        self._region, self._pages = region, pages
        self._idle: asyncio.Queue[_Place] = asyncio.Queue()
        self._places: list[_Place] = []
        self._ended_by: OrderedDict[str, int] = OrderedDict()

    async def __aenter__(self) -> Self:
        """Make the places for the children."""
        self._places = [_Place() for _ in range(self._count)]
        for place in self._places:
            self._idle.put_nowait(place)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all children and wait for them."""
        await asyncio.gather(*(place.clear() for place in self._places))

    @property
    def processes(self) -> list[int]:
        """The process numbers of the children that live."""
        return [place.child.pid for place in self._places if place.child]

    async def page(self, body: bytes, headers: Sequence[tuple[str, str]], url: str) -> Shown | Unreadable:
        """Return what a page shows, or why it cannot be told. Raises nothing for what is outside.

        `body` as it came, its content codings on; `headers` those of the answer; `url` where it came from.
        """
        found = await self._read(Shown, "page", body, (headers, url))
        return found if isinstance(found, Shown) else _why(found)

    async def image(self, body: bytes) -> Picture | Unreadable:
        """Return what a picture is, or why it cannot be told. Raises nothing for what is outside."""
        found = await self._read(Picture, "picture", body, ((), ""))
        return found if isinstance(found, Picture) else _why(found)

    async def _read(
        self, made: type[Shown | Picture], kind: str, body: bytes, of: tuple[Sequence[tuple[str, str]], str]
    ) -> Read:
        """Have one body read in the next place that is free; who waits longest is next."""
        name = hashlib.sha256(kind.encode() + body).hexdigest()
        sent = frame(kind, body, of[0], of[1], self._region)
        place = await self._idle.get()
        try:
            return await self._tried(place, name, sent, made)
        except StartError as error:
            return Unreadable(str(error)[:300])
        except BaseException:
            await place.clear()
            raise
        finally:
            self._idle.put_nowait(place)

    async def _tried(self, place: "_Place", name: str, sent: bytes, made: type[Shown | Picture]) -> Read:
        """Ask the child of a place; another one where it ends over it, within the seconds of one thing."""
        left = self._seconds
        while self._ended_by.get(name, 0) < TRIES:
            child = place.child = place.child or await Process.start(self._megabytes, self._seconds)
            begun = time.monotonic()
            try:
                async with asyncio.timeout(left):
                    answer = await child.ask(sent)
                found, spent = _answer(answer, made)
            except TimeoutError:
                await self._ended(place, name)
                return Unreadable(f"reading it took longer than {self._seconds:g} seconds")
            except (EndedError, ValueError):
                await self._ended(place, name)
                left -= time.monotonic() - begun
                continue
            if spent or child.asked >= self._pages:
                await place.clear()
            return found
        return Unreadable(_POISON)

    async def _ended(self, place: "_Place", name: str) -> None:
        """Remember what ended a child, and clear its place."""
        self._ended_by[name] = self._ended_by.get(name, 0) + 1
        if len(self._ended_by) > POISONS:
            self._ended_by.popitem(last=False)
        await place.clear()


class _Place:
    """Where one child works, or none yet."""

    def __init__(self) -> None:
        self.child: Process | None = None

    async def clear(self) -> None:
        """End the child that works here."""
        child, self.child = self.child, None
        if child:
            await child.end()


def _answer(answer: dict[str, Any], made: type[Shown | Picture]) -> tuple[Read, bool]:
    """Return what a child says, and whether it is spent. Raises `ValueError` where it says what cannot be."""
    if answer.keys() == {"read"}:
        return from_json(made, answer["read"]), False
    if answer.keys() == {"unreadable", "spent"} and isinstance(answer["spent"], bool):
        return from_json(Unreadable, answer["unreadable"]), answer["spent"]
    raise ValueError("the reader's answer is none")


def _why(found: Read) -> Unreadable:
    return found if isinstance(found, Unreadable) else Unreadable("the reader's answer is of another kind")


__all__ = ["Picture", "Readers", "Shown", "Unreadable"]
