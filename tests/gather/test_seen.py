import random

from scamhunt.gather.seen import Seen


def test_the_first_time_is_new() -> None:
    """A value is new once: within a batch, across batches, in an empty batch."""
    seen = Seen()
    assert seen.mark_new(["a.com", "b.com", "a.com"]) == [True, True, False]
    assert seen.mark_new([]) == []
    assert seen.mark_new(["b.com", "c.com", "c.com", "a.com"]) == [False, True, False, False]
    assert seen.mark_new(["b.com"]) == [False]
    assert seen.size == 3


def test_as_a_set_would_say() -> None:
    """Over many batches of many sizes the answers are those of a plain set."""
    draw, known, seen = random.Random(7), set[str](), Seen()
    for size in [*range(1, 60), 2000, 1, 5000, 3]:
        values = [f"name-{draw.randrange(4000)}.com" for _ in range(size)]
        expected = []
        for value in values:
            expected.append(value not in known)
            known.add(value)
        assert seen.mark_new(values) == expected
    assert seen.size == len(known)


def test_eight_bytes_a_name() -> None:
    """The runs stay few, so that a million names cost eight megabytes and a look-up little."""
    seen = Seen()
    for batch in range(40):
        assert all(seen.mark_new([f"{batch}-{n}" for n in range(1000)]))
    assert sum(run.nbytes for run in seen._runs) == 8 * 40_000  # noqa: SLF001  # the memory is the promise
    assert len(seen._runs) < 8  # noqa: SLF001  # the bound is the promise
