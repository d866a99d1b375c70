"""Many targets looked at: which, in what order, how many at once, what is kept of each. Part of `pipeline.py`.

    plan -> look -> judge -> keep -> next time

A look is stored as soon as it is done, so a night may be stopped at any moment and the next one goes on. Targets wait
in a lane for the registry's server that will be asked: the one server that most names share holds nobody else up.
"""

import asyncio
import time
import traceback
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from scamhunt import look_kept
from scamhunt.errors import EvidenceChanged, LeaseHeld, ScamhuntError, StoreError
from scamhunt.investigate import target
from scamhunt.investigate.look import Looker, Means
from scamhunt.investigate.target import Target
from scamhunt.look_kept import Keeping
from scamhunt.look_plan import Night, Planned, planned
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, Store

LANE_SHARE = 2
"""Half of what is looked at at once may ask one registry's server: enough to keep it busy while some pages are slow."""
LAST_SECONDS = 60.0
"""When the time is up, what is under way may go on for so long."""
Progress = Callable[[str, int], None]
Waiting = dict[str, deque["tuple[int, Planned]"]]
"""What is not begun yet, by lane: its rank and what it is."""


def night(settings: Settings, store: Store, means: Means, keeping: Keeping, progress: Progress) -> Night:
    """Look at everything that is due, for as long as the settings give. Raises `StoreError` and `LeaseHeld`."""
    every, started = planned(store, settings.now()), time.monotonic()
    done = Night(planned=len(every), first=sum(not one.again for one in every))
    if every:
        asyncio.run(_Lanes(settings, store, means, keeping, done, progress).run(every))
    done.seconds = time.monotonic() - started
    return done


class _Lanes:
    """The targets of one night, in lanes."""

    def __init__(  # noqa: PLR0913, PLR0917  # what a night needs
        self, settings: Settings, store: Store, means: Means, keeping: Keeping, done: Night, progress: Progress
    ) -> None:
        self._settings, self._store, self._means = settings, store, means
        self._keeping, self._done, self._progress = keeping, done, progress
        self._busy: dict[str, int] = defaultdict(int)
        self._room = max(1, settings.investigate_at_once // LANE_SHARE)
        self._ends = time.monotonic() + settings.investigate_seconds

    async def run(self, every: Sequence[Planned]) -> None:
        """Look at all, strongest first, as lanes and time allow."""
        running: dict[asyncio.Task[None], str] = {}
        async with Looker(self._settings, self._means, self._settings.investigate) as looker:
            lanes = self._in_lanes(every, looker)
            try:
                while (lanes or running) and not self._over():
                    self._begin(looker, lanes, running)
                    await self._some(running, max(0.0, self._ends - time.monotonic()))
                self._done.stopped = bool(lanes or running)
                await self._finish(running)
            finally:
                await _cancelled(running)

    def _begin(self, looker: Looker, lanes: "Waiting", running: dict[asyncio.Task[None], str]) -> None:
        """Begin as many looks as there is room for."""
        while len(running) < self._settings.investigate_at_once and (lane := self._strongest(lanes)) is not None:
            _, one = lanes[lane].popleft()
            if not lanes[lane]:
                del lanes[lane]
            self._busy[lane] += 1
            running[asyncio.create_task(self._one(looker, one))] = lane

    def _over(self) -> bool:
        return time.monotonic() >= self._ends

    def _in_lanes(self, every: Iterable[Planned], looker: Looker) -> "Waiting":
        """Return the targets by the server that their registry asks, each with its rank."""
        lanes: dict[str, deque[tuple[int, Planned]]] = defaultdict(deque)
        for rank, one in enumerate(every):
            lanes[looker.registries.server_of(one.candidate.indicator)].append((rank, one))
        self._done.lanes = dict(sorted(((lane, len(some)) for lane, some in lanes.items()), key=lambda one: -one[1]))
        return dict(lanes)

    def _strongest(self, lanes: "Waiting") -> str | None:
        """Return the lane with room whose first target is the strongest; None when all are busy."""
        free = [(some[0][0], lane) for lane, some in lanes.items() if not lane or self._busy[lane] < self._room]
        return min(free)[1] if free else None

    async def _some(self, running: dict[asyncio.Task[None], str], seconds: float) -> None:
        """Wait until one is done, and give its place in the lane back."""
        if not running:
            return
        done, _ = await asyncio.wait(running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            self._busy[running.pop(task)] -= 1
            task.result()

    async def _finish(self, running: dict[asyncio.Task[None], str]) -> None:
        """Let what is under way end when the time is up, for a while."""
        ends = time.monotonic() + LAST_SECONDS
        while running and time.monotonic() < ends:
            await self._some(running, ends - time.monotonic())

    async def _one(self, looker: Looker, one: Planned) -> None:
        """Look at one target and keep what was seen; what goes wrong with it takes no other along."""
        candidate = one.candidate
        try:
            _, kept = await look_kept.look_and_keep(looker, self._keeping, self._target(candidate), candidate)
        except EvidenceChanged as problem:  # what needs that file stops, and nothing else
            self._done.problems.append(f"{candidate.indicator}: {problem}")
        except (StoreError, LeaseHeld):
            raise
        except ScamhuntError as problem:
            self._done.problems.append(f"{candidate.indicator}: {problem}")
        except Exception as bug:  # noqa: BLE001  # one hostile target must not end the night
            place = traceback.extract_tb(bug.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            self._done.problems.append(
                f"{candidate.indicator}: a bug: {type(bug).__name__} at {where}; please report it"
            )
        else:
            self._took(one, kept)
        self._progress("looking", self._done.done)

    def _target(self, candidate: CandidateView) -> Target:
        return target.of_sighted(candidate.indicator, self._store.sighted(candidate.id))

    def _took(self, one: Planned, kept: look_kept.Kept) -> None:
        if one.again:
            self._done.rechecked += 1
        else:
            self._done.investigated += 1
        self._done.verdicts[kept.judgement.verdict.value] += 1
        self._done.numbers += kept.numbers
        if kept.closed:
            self._done.closed.add(one.candidate.id)
        if kept.reopened:
            self._done.reopened.add(one.candidate.id)


async def _cancelled(running: Iterable[asyncio.Task[None]]) -> None:
    """Stop what is still under way: nothing of it is kept, and the next night begins it anew."""
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
