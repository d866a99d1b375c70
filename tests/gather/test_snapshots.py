import gzip
import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.errors import FeedFailed, FeedHeld, StoreError
from scamhunt.gather.snapshots import VALUE_LIMIT, compare, prune
from scamhunt.model import BATCH_ROWS, Difference, Snapshot

NAMES = st.lists(st.lists(st.binary(max_size=6).map(lambda name: re.sub(rb"[\n\0]", b"-", name)), max_size=30))
FIRST = [b"amazon-billing-desk", b"weather-in-oslo"]
SECOND = [b"amazon-billing-desk", b"parcel-fee-desk", b"zebra-crossing"]
EMPTY = "0-e3b0c44298fc1c149afbf4c8996fb924"


def listed(*names: bytes, before: str = "", name: str = "com") -> Snapshot:
    """Return a list in one piece."""
    return Snapshot(name, before, [list(names)])


def new(difference: Difference) -> list[bytes]:
    """Return the new names in one list."""
    return list(itertools.chain.from_iterable(difference.new))


def files(folder: Path) -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


# --- what comes out ---------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(old=NAMES, now=NAMES, memory=st.integers(1, 400))
def test_the_difference_is_that_of_two_sets(old: list[list[bytes]], now: list[list[bytes]], memory: int) -> None:
    """Whatever the order, the duplicates, the pieces and the memory: new is what one list has and the other not."""
    sets = [set(itertools.chain.from_iterable(one)) for one in (old, now)]
    with TemporaryDirectory() as there:
        first = compare(Snapshot("com", "", old), Path(there), memory=memory)
        assert (first.size, first.before, new(first)) == (len(sets[0]), 0, sorted(sets[0]))
        second = compare(Snapshot("com", first.id, now), Path(there), memory=memory)
        assert (second.size, second.before) == (len(sets[1]), len(sets[0]))
        assert new(second) == sorted(sets[1] - sets[0])
        assert (second.id == first.id) is (sets[0] == sets[1])


def test_many_names_over_many_runs(tmp_path: Path) -> None:
    """A list of far more names than are sorted at once, upside down and twice, gives batches of full size."""
    names = [b"name-%06d" % number for number in range(120_000)]
    pieces = [names[at : at + 1_000] for at in range(0, len(names), 1_000)]
    upside_down = [*reversed(pieces), *pieces]
    first = compare(Snapshot("com", "", [[name for name in names if name[-1:] != b"7"]]), tmp_path, memory=2**16)
    second = compare(Snapshot("com", first.id, upside_down), tmp_path, memory=2**16)
    again = compare(Snapshot("com", "", upside_down), tmp_path)
    assert (second.size, second.before) == (120_000, 108_000)
    assert new(second) == [name for name in names if name[-1:] == b"7"]
    assert again.id == second.id
    cut = list(again.new)
    assert [len(piece) for piece in cut] == [BATCH_ROWS, BATCH_ROWS, 20_000]
    assert list(itertools.chain.from_iterable(cut)) == names


def test_the_same_list_gives_the_same_difference_again(tmp_path: Path) -> None:
    """A run that was stopped and begins again sees the same new names, and one file a list."""
    first = compare(listed(*FIRST), tmp_path)
    one = compare(listed(*SECOND, before=first.id), tmp_path)
    assert [new(one), new(compare(listed(*reversed(SECOND), before=first.id), tmp_path))] == [SECOND[1:], SECOND[1:]]
    assert files(tmp_path) == sorted(f"com.{id_}.gz" for id_ in (first.id, one.id))


def test_an_empty_list_and_back(tmp_path: Path) -> None:
    """A list without a name is a list: what comes after it is new."""
    empty = compare(Snapshot("com", "", [[], []]), tmp_path)
    assert (empty.id, empty.size, list(empty.new)) == (EMPTY, 0, [])
    full = compare(listed(*FIRST, before=empty.id), tmp_path)
    assert new(full) == FIRST
    assert new(compare(Snapshot("com", full.id, []), tmp_path)) == []


def test_a_snapshot_can_be_read_by_people(tmp_path: Path) -> None:
    """The file is gzip with the names sorted, one a line, and its name says how many."""
    first = compare(listed(*reversed(FIRST), FIRST[0]), tmp_path / "snapshots" / "czds")
    file = tmp_path / "snapshots" / "czds" / f"com.{first.id}.gz"
    assert gzip.decompress(file.read_bytes()) == b"amazon-billing-desk\nweather-in-oslo\n"
    assert first.id.startswith("2-")
    assert [oct(path.stat().st_mode)[-3:] for path in (file, file.parent, file.parent.parent)] == ["600", "700", "700"]


def test_long_values_are_whole(tmp_path: Path) -> None:
    """Values of the greatest length, more than a piece of the file holds, come back as they were."""
    long = [b"%03d" % number + b"x" * (VALUE_LIMIT - 3) for number in range(100)]
    first = compare(listed(*long[::2]), tmp_path, memory=10_000)
    assert new(compare(listed(*reversed(long), before=first.id), tmp_path, memory=10_000)) == long[1::2]


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [b"two\nlines", b"nul\0", b"\n", b"x" * (VALUE_LIMIT + 1)])
def test_values_that_no_list_may_have(value: bytes, tmp_path: Path) -> None:
    """A value with a line end or NUL, or one too long, fails the feed; no snapshot is written."""
    with pytest.raises(FeedFailed, match=r"mend the crawler|4,097 bytes, 4,096 at most"):
        compare(listed(b"weather-in-oslo", value), tmp_path)
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../com", "com.", "Com", "x" * 65, "com\n"])
def test_a_name_stays_in_the_folder(name: str, tmp_path: Path) -> None:
    """A snapshot's name is no path."""
    with pytest.raises(FeedFailed, match="1 to 64 of a-z, 0-9 and -"):
        compare(listed(name=name), tmp_path)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _other(file: Path) -> None:
    file.write_bytes(gzip.compress(b"weather-in-oslo\n"))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [_cut, _flip, _other, _empty, _folder, Path.unlink])
def test_a_damaged_or_missing_last_list_is_held(damage: object, tmp_path: Path) -> None:
    """Without the whole list of the last time nothing is called new; the sentence says what to do."""
    first = compare(listed(*FIRST), tmp_path)
    damage(tmp_path / f"com.{first.id}.gz")  # type: ignore[operator]  # each takes a path
    asked: list[str] = []

    def values() -> Iterator[Sequence[bytes]]:
        asked.append("read")
        yield SECOND

    with pytest.raises(FeedHeld, match=r"com\.2-.*(damaged|is not there), so what is new cannot be told; put it back"):
        compare(Snapshot("com", first.id, values()), tmp_path)
    assert asked == []


def test_a_list_damaged_after_it_was_looked_at_is_held(tmp_path: Path) -> None:
    """A disk that fails while the new names are read ends them in an error, not in silence."""
    first = compare(listed(*FIRST), tmp_path)
    second = compare(listed(*SECOND, before=first.id), tmp_path)
    _cut(tmp_path / f"com.{first.id}.gz")
    with pytest.raises(FeedHeld, match="damaged"):
        new(second)


@pytest.mark.parametrize("before", ["x", "../../2-" + "0" * 32, "2-" + "0" * 31, "2-" + "0" * 32 + "\n"])
def test_what_is_no_id_is_no_path(before: str, tmp_path: Path) -> None:
    """A mark that was changed by hand leads nowhere."""
    with pytest.raises(FeedHeld, match="no id of a snapshot"):
        compare(listed(before=before), tmp_path)


def test_what_the_list_raises_goes_through(tmp_path: Path) -> None:
    """A list that breaks off leaves the last one and nothing else."""
    first = compare(listed(*FIRST), tmp_path)

    def values() -> Iterator[Sequence[bytes]]:
        yield SECOND
        raise FeedHeld("not the list")

    with pytest.raises(FeedHeld, match="not the list"):
        compare(Snapshot("com", first.id, values()), tmp_path)
    assert files(tmp_path) == [f"com.{first.id}.gz"]


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    """A folder that cannot be made is the disk's fault, in words."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="make room or make it writable"):
        compare(listed(*FIRST), tmp_path / "file" / "czds")
    with pytest.raises(StoreError, match="make room or make it writable"):
        compare(listed(*FIRST), tmp_path / "file")


FULL = """
import resource, sys
from pathlib import Path
from scamhunt.errors import StoreError
from scamhunt.gather.snapshots import compare
from scamhunt.model import Snapshot

def pieces():
    if sys.argv[2] == "while sorting":
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))
    yield [b"%020d" % (number * 7919 % 100_003) for number in range(20_000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))

try:
    compare(Snapshot("com", "", pieces()), Path(sys.argv[1]), memory=100_000)
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("when", ["while sorting", "while writing"])
def test_a_full_disk_is_told_and_leaves_nothing(when: str, tmp_path: Path) -> None:
    """No room is an error of the store, and no half of a snapshot stays."""
    command = [sys.executable, "-c", FULL, str(tmp_path), when]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{tmp_path}: File too large; make room or make it writable\n"
    assert files(tmp_path) == []


# --- kills and leftovers ----------------------------------------------------------------------------------------------

ENDLESS = """
import sys
from pathlib import Path
from scamhunt.gather.snapshots import compare
from scamhunt.model import Snapshot

def pieces(count):
    for at in range(count):
        yield [b"name-%08d" % (number * 7919 % 10_000_019) for number in range(at * 10_000, (at + 1) * 10_000)]
        print(at, flush=True)

compare(Snapshot("com", sys.argv[2], pieces(int(sys.argv[3]))), Path(sys.argv[1]), memory=2**18)
"""


@pytest.mark.parametrize(("pieces", "until"), [(10_000, "reading"), (60, "writing")])
def test_a_kill_in_the_middle_loses_nothing(pieces: int, until: str, tmp_path: Path) -> None:
    """Killed while a list is read or while it is written: the next run finds the last list and sees what is new."""
    first = compare(listed(*FIRST), tmp_path)
    command = [sys.executable, "-c", ENDLESS, str(tmp_path), first.id, str(pieces)]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=unmeasured) as child:
        assert child.stdout
        if until == "reading":
            child.stdout.readline()
        while until == "writing" and not list(tmp_path.glob(".*.part")):
            assert child.poll() is None
            time.sleep(0.0005)
        os.kill(child.pid, signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob("com.*"))) == 1
    second = compare(listed(*SECOND, before=first.id), tmp_path)
    assert (second.before, new(second)) == (2, SECOND[1:])
    assert files(tmp_path) == sorted(f"com.{one.id}.gz" for one in (first, second))


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    """Half-written files go at the next comparison, other files stay."""
    for name in (".0123456789abcdef.part", ".sorted.part", "notes.txt"):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / ".linked.part").symlink_to(tmp_path / "notes.txt")
    first = compare(listed(*FIRST), tmp_path)
    assert files(tmp_path) == [f"com.{first.id}.gz", "notes.txt"]


def test_prune_keeps_what_the_mark_names(tmp_path: Path) -> None:
    """Snapshots that no mark leads to go, and nothing else."""
    kept = compare(listed(*FIRST), tmp_path)
    other = compare(listed(*FIRST, name="net"), tmp_path)
    compare(listed(*SECOND), tmp_path)
    (tmp_path / "notes.gz").write_bytes(b"")
    assert other.id == kept.id
    prune(tmp_path, f'{{"com": "{kept.id}"}}')
    assert files(tmp_path) == sorted([f"com.{kept.id}.gz", f"net.{kept.id}.gz", "notes.gz"])
    prune(tmp_path, "")
    assert files(tmp_path) == ["notes.gz"]
    prune(tmp_path / "never", "")


def test_prune_tells_what_the_disk_refuses(tmp_path: Path) -> None:
    """A snapshot that cannot be removed is an error in words."""
    (tmp_path / f"com.{EMPTY}.gz").mkdir()
    with pytest.raises(StoreError, match="make room or make it writable"):
        prune(tmp_path, "")


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    """A rehearsal works on links to the snapshots: what they lead to stays as it is."""
    real, trial = tmp_path / "real", tmp_path / "trial"
    first = compare(listed(*FIRST), real)
    trial.mkdir()
    (trial / f"com.{first.id}.gz").symlink_to(real / f"com.{first.id}.gz")
    second = compare(listed(*SECOND, before=first.id), trial)
    assert new(second) == SECOND[1:]
    prune(trial, "")
    assert [files(real), files(trial)] == [[f"com.{first.id}.gz"], []]
