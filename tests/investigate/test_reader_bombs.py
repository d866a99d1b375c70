import asyncio

from bench.soak_bombs import read
from scamhunt.investigate.reader import Readers


def test_bombs_stay_within_their_limits() -> None:
    """Some of the 60 bombs of bench/soak_bombs.py: the parent lives, a child stays under 256 MiB and 25 s."""

    async def run() -> None:
        async with Readers(1) as readers:
            for shape, coding in (("endless tag", "gzip"), ("marked sections", "zstd")):
                survived = await read(readers, shape, coding)
                assert survived.within
                assert survived.memory > 0

    asyncio.run(run())
