import csv
import gzip
import multiprocessing
import os
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from scamhunt.errors import FeedFailed, LeaseHeld, StoreError, UserError
from scamhunt.investigate.refdata import Imported, import_file
from scamhunt.investigate.refdata_build import HOLDERS, PIECE, REJECTED_KEPT
from scamhunt.investigate.refdata_cells import Flag
from scamhunt.investigate.refdata_formats import PUBLISHED
from scamhunt.investigate.refdata_index import Dataset, Refdata, datasets, path_of
from scamhunt.settings import Settings
from tests.investigate.tables import BLOCK_HEADER, CANARY, CANARY_PHONE, TEXTS, content, save

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
STORED = {"area_codes": 6, "co_codes": 4, "blocks": 5, "cnac_codes": 3, "cnac_blocks": 2, "ofcom_s1": 3, "ofcom_s7": 2}


def knobs(folder: Path, **more: object) -> Settings:
    """Return settings with a state folder below a folder."""
    return Settings(home=folder / "home", clock=NOW, **more)  # type: ignore[arg-type]  # pydantic checks it


def take(folder: Path, sample: str, **more: object) -> Imported:
    """Import a sample."""
    return import_file(knobs(folder), save(folder, sample), **more)  # type: ignore[arg-type]  # as given


def block_file(folder: Path, count: int, name: str = "many.csv") -> Path:
    """Write a block file with so many rows."""
    file = folder / name
    with file.open("w") as out:
        out.write(BLOCK_HEADER + "\n")
        for number in range(count):
            prefix = f"{number // 8_000 + 212}{number % 8_000 // 10 + 200}{number % 10}"
            out.write(f"1,NY,{prefix[:3]},{prefix[3:6]},{prefix[6]},AS,,N,0,R,,,CEDAR WIRELESS L.P.,9202,\n")
    return file


def dataset(home: Path, kind: str) -> Dataset:
    """Return what is there of a kind."""
    return next(one for one in datasets(home) if one.kind == kind)


def leftovers(home: Path) -> list[str]:
    """Return the names of what is in the folder and is neither an index nor the lock."""
    return [
        path.name for path in (home / "refdata").iterdir() if not path.name.endswith(".db") and path.name != ".lock"
    ]


@pytest.mark.parametrize("kind", STORED)
def test_every_table_of_numbers_is_taken_in(kind: str, tmp_path: Path) -> None:
    """The kind is found, every row is counted once, and what was read can be looked up."""
    done = take(tmp_path, kind)
    assert (done.kind, done.stored, done.rejected) == (kind, STORED[kind], 0)
    assert done.read == done.stored + done.duplicate + done.rejected
    assert dataset(tmp_path / "home", kind).rows == STORED[kind]
    with Refdata(tmp_path / "home") as refdata:
        assert refdata.has(kind)


@pytest.mark.parametrize("wrap", [bytes, gzip.compress])
def test_plain_and_gzip_are_read_as_zip_is(wrap: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """A team may unpack a file, or pack it in its own way."""
    file = tmp_path / "file"
    file.write_bytes(wrap(content("blocks")))
    assert import_file(knobs(tmp_path), file).stored == 5


def test_a_block_that_is_listed_twice_is_marked(tmp_path: Path) -> None:
    """The same row again is a duplicate; another holder for the same block makes it doubtful."""
    file = tmp_path / "b.csv"
    lines = TEXTS["blocks"].split("\r\n")
    file.write_text("\n".join([*lines[:2], *lines[1:]]))
    done = import_file(knobs(tmp_path), file)
    assert (done.read, done.stored, done.duplicate) == (7, 5, 2)
    with Refdata(tmp_path / "home") as refdata:
        flags = [entry.flags for number in (2125550, 2125554) if (entry := refdata.entry("blocks", number))]
    assert flags == [Flag.ASSIGNED, Flag.ASSIGNED | Flag.TWICE]


def test_companies_are_kept_without_people(tmp_path: Path) -> None:
    """No name, telephone or address of a contact is anywhere in the state folder, in rejected rows neither."""
    done = take(tmp_path, "rmd")
    assert (done.read, done.stored, done.duplicate, done.rejected) == (5, 3, 1, 1)
    everything = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert b"Cedar Wireless" in everything
    for canary in (CANARY, CANARY_PHONE, "Canary Road"):
        assert canary.encode() not in everything
    with Refdata(tmp_path / "home") as refdata:
        companies = {one.frn: one.name for one in refdata.companies()}
    assert companies == {
        "0000009201": "Falcon Networks CLEC, LLC",
        "0000009202": "Cedar Wireless LP",
        "0000009299": "Falcon Networks of Ohio, Inc.",
    }


def test_rejected_rows_are_kept_beside_the_index(tmp_path: Path) -> None:
    """The first 1,000 with line, reason and row, harmless for a spreadsheet; all are counted, none stops the import."""
    file = tmp_path / "b.csv"
    bad = '=cmd,"x",1,2,3,AS,,N,0,R,,,A,9201,\x07\n'
    file.write_text(TEXTS["blocks"].replace("\r\n", "\n") + bad * (REJECTED_KEPT + 5))
    done = import_file(knobs(tmp_path), file)
    assert (done.stored, done.rejected) == (5, REJECTED_KEPT + 5)
    assert done.reasons == {"control characters in a cell": REJECTED_KEPT}
    with Path(done.rejected_file).open(newline="") as kept:
        rows = list(csv.reader(kept))
    assert len(rows) == REJECTED_KEPT + 1
    assert rows[0] == ["line", "reason", "row"]
    assert rows[1][:2] == ["8", "control characters in a cell"]
    assert rows[1][2].startswith("'=cmd\\x09x\\x091")
    import_file(knobs(tmp_path), save(tmp_path, "blocks"))
    assert leftovers(tmp_path / "home") == []


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """The folder is 0700 and what is in it 0600, whatever the umask."""
    before = os.umask(0)
    try:
        take(tmp_path, "rmd")
    finally:
        os.umask(before)
    folder = tmp_path / "home" / "refdata"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


# --- how old a table is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "day", "known"),
    [
        ("area_codes", date(2026, 1, 1), "2026-09-25", "file"),
        ("co_codes", None, "2026-09-21", "file"),
        ("cnac_codes", None, "2026-09-20", "file"),
        ("blocks", date(2026, 9, 1), "2026-09-01", "--as-of"),
        ("blocks", None, "2026-08-30", "newest row"),
        ("ofcom_s1", None, "2026-04-03", "newest row"),
        ("rmd", None, "2026-02-11", "newest row"),
        ("cnac_blocks", None, "2026-05-04", "file's own time"),
    ],
)
def test_the_day_of_a_table(kind: str, given: date | None, day: str, known: str, tmp_path: Path) -> None:
    """What the file says of itself, else what the person says, else its newest row, else when it was saved."""
    file = save(tmp_path, kind)
    os.utime(file, (0, datetime(2026, 5, 4, 12, tzinfo=UTC).timestamp()))
    done = import_file(knobs(tmp_path), file, as_of=given)
    assert (done.as_of, done.as_of_from) == (day, known)
    found = dataset(tmp_path / "home", kind)
    assert (found.as_of, found.as_of_from, found.imported_at) == (day, known, NOW.isoformat())


def test_a_day_in_the_future_is_not_believed(tmp_path: Path) -> None:
    """Neither from a person, nor from a row, nor from the file or its time."""
    with pytest.raises(UserError, match=r"^--as-of 2026-11-23 is in the future"):
        take(tmp_path, "blocks", as_of=date(2026, 11, 23))
    file = tmp_path / "future.csv"
    file.write_text(TEXTS["area_codes"].replace("09/25/2026", "12/25/2026").replace("01/1947", "01/2027"))
    assert import_file(knobs(tmp_path), file).as_of == "1999-07-01"
    file.write_text(TEXTS["cnac_blocks"])
    os.utime(file, (0, NOW.timestamp() + 1e7))
    assert import_file(knobs(tmp_path), file).as_of == "2026-11-22"


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_file_of_another_kind_than_asked_for_is_refused(tmp_path: Path) -> None:
    """`--kind` insists; one that does not exist is told with those that do."""
    with pytest.raises(UserError, match=r"this is blocks, not co_codes: US thousands blocks.*leave --kind out"):
        take(tmp_path, "blocks", kind="co_codes")
    with pytest.raises(UserError, match=r"^no kind 'lerg'; there are: area_codes, "):
        take(tmp_path, "blocks", kind="lerg")
    assert [one.state for one in datasets(tmp_path / "home")] == ["missing"] * len(PUBLISHED)
    assert take(tmp_path, "blocks", kind="blocks").stored == 5


def test_a_file_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    """The first reasons are told with their lines; access codes are nobody's numbers."""
    file = tmp_path / "x.csv"
    file.write_text(BLOCK_HEADER + "\n")
    with pytest.raises(UserError, match=r"no row that can be used \(it has none\)"):
        import_file(knobs(tmp_path), file)
    file.write_text(TEXTS["ofcom_s7"].split("\r\n")[0] + "\n118 500,Allocated,Bracken,6 digits,\n")
    with pytest.raises(UserError, match="line 2: numbers of another series, or codes that nobody abroad can call"):
        import_file(knobs(tmp_path), file)


def test_one_of_ofcoms_files_holds_one_series(tmp_path: Path) -> None:
    """A row of another series in a file is rejected, so that two files never say the same."""
    file = tmp_path / "s7.csv"
    file.write_text(TEXTS["ofcom_s7"] + "800 1,Allocated,Bracken,10,\n")
    done = import_file(knobs(tmp_path), file)
    assert (done.kind, done.stored, done.rejected) == ("ofcom_s7", 2, 1)


def test_far_fewer_rows_than_the_last_time_are_not_believed(tmp_path: Path) -> None:
    """A file that was cut off leaves the old table; who knows better says so."""
    import_file(knobs(tmp_path), block_file(tmp_path, 11))
    with pytest.raises(UserError, match=r"5 rows where the last one had 11: it may be cut off; the old one stays"):
        take(tmp_path, "blocks")
    assert dataset(tmp_path / "home", "blocks").rows == 11
    assert take(tmp_path, "blocks", smaller=True).stored == 5
    assert import_file(knobs(tmp_path), block_file(tmp_path, 11)).stored == 11


def test_a_damaged_file_leaves_the_old_table(tmp_path: Path) -> None:
    """A zip that is cut, and a gzip that breaks off in the middle of the rows."""
    take(tmp_path, "blocks")
    whole = gzip.compress(block_file(tmp_path, 3 * PIECE).read_bytes())
    file = tmp_path / "cut"
    for cut in (whole[:-100], save(tmp_path, "blocks").read_bytes()[:-30]):
        file.write_bytes(cut)
        with pytest.raises(FeedFailed, match=rf"^{file}: the (gzip|zip) file is cut off"):
            import_file(knobs(tmp_path), file)
        assert dataset(tmp_path / "home", "blocks").rows == 5
        assert leftovers(tmp_path / "home") == []


def test_the_limits_of_downloads_hold(tmp_path: Path) -> None:
    """A bomb is refused by what it grows to."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("blocks.csv", content("blocks") + b"\n" * 20_000_000)
    with pytest.raises(FeedFailed, match="200 times its size: refused as a bomb"):
        import_file(knobs(tmp_path), tmp_path / "bomb.zip")


def test_more_holders_than_there_are_companies_are_no_table(tmp_path: Path) -> None:
    """Memory does not grow with invented names."""
    file = tmp_path / "x.csv"
    with file.open("w") as out:
        out.write(BLOCK_HEADER + "\n")
        for number in range(HOLDERS + 1):
            out.write(f"1,NY,212,555,0,AS,,N,0,R,,,C{number},9202,\n")
    with pytest.raises(UserError, match="more than 100,000 different holders"):
        import_file(knobs(tmp_path), file)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    """A folder, a pipe, a name that is not there."""
    os.mkfifo(tmp_path / "pipe")
    for name, told in (
        ("", "no file; name"),
        ("pipe", "no file; name"),
        ("none", "no such file"),
        ("a\0b", "not a path"),
    ):
        with pytest.raises(UserError, match=told):
            import_file(knobs(tmp_path), tmp_path / name)


def test_a_state_folder_that_refuses_is_told(tmp_path: Path) -> None:
    """Where the folder cannot be made the import says so, and what to do."""
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(StoreError, match="make room or make it writable"):
        take(tmp_path, "blocks")


# --- an import that ends early ----------------------------------------------------------------------------------------


def import_slowly(folder: Path, news: Connection) -> None:
    """Import a large file, stop in the middle of it and wait."""

    def tell(what: str, count: int) -> None:
        news.send((what, count))
        news.recv()

    import_file(knobs(folder), folder / "many.csv", progress=tell)


def test_a_killed_import_leaves_the_old_table_and_no_lock(tmp_path: Path) -> None:
    """While one import is at work a second is refused; after a kill the old table answers; the next one cleans up."""
    take(tmp_path, "blocks")
    block_file(tmp_path, 2 * PIECE)
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=import_slowly, args=(tmp_path, theirs))
    child.start()
    assert ours.recv() == ("many.csv", PIECE)
    with pytest.raises(LeaseHeld, match="another import is at work"):
        take(tmp_path, "blocks")
    child.kill()
    child.join()
    home = tmp_path / "home"
    assert dataset(home, "blocks").rows == 5
    assert len(leftovers(home)) == 1
    with Refdata(home) as refdata:
        assert refdata.entry("blocks", 2125550)
    assert import_file(knobs(tmp_path), tmp_path / "many.csv").stored == 2 * PIECE
    assert leftovers(home) == []


def test_an_import_that_is_stopped_cleans_up(tmp_path: Path) -> None:
    """Control-C in the middle leaves nothing."""

    def stop(_what: str, _count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(knobs(tmp_path), block_file(tmp_path, PIECE), progress=stop)
    assert leftovers(tmp_path / "home") == []


def test_whoever_reads_goes_on_reading_the_table_that_was_opened(tmp_path: Path) -> None:
    """An import beside a reader changes nothing for it; the next reader sees the new one."""
    import_file(knobs(tmp_path), block_file(tmp_path, 11))
    with Refdata(tmp_path / "home") as refdata:
        before = refdata.entry("blocks", 2122000)
        take(tmp_path, "blocks", smaller=True)
        assert before
        assert refdata.entry("blocks", 2122000) == before
    with Refdata(tmp_path / "home") as refdata:
        assert refdata.entry("blocks", 2122000) is None


# --- looking up -------------------------------------------------------------------------------------------------------


def test_a_table_that_was_not_imported_says_nothing(tmp_path: Path) -> None:
    """Nothing there is no error, and no folder is made."""
    with Refdata(tmp_path / "home") as refdata:
        assert not refdata.has("blocks")
        assert refdata.entry("blocks", 2125550) is None
        assert refdata.longest("ofcom_s1", "2079460000") is None
        assert not refdata.covers("co_codes", 0, 10)
        assert refdata.as_of("blocks") == ""
        assert refdata.holders("9201") == []
        assert list(refdata.companies()) == []
    assert not (tmp_path / "home").exists()


def test_a_company_is_found_by_its_number(tmp_path: Path) -> None:
    """All names under which it holds blocks, each once, whatever the case of its number."""
    for kind in ("blocks", "co_codes"):
        take(tmp_path, kind)
    with Refdata(tmp_path / "home") as refdata:
        assert refdata.holders("9201") == ["FALCON NETWORKS CLEC, LLC - NY"]
        assert refdata.holders("9101") == ["HARBOR VOICE, INC."]
        assert refdata.holders("none") == []


@pytest.mark.parametrize("harm", ["text", "cut", "version"])
def test_a_damaged_index_is_told_with_its_cure(harm: str, tmp_path: Path) -> None:
    """A lookup says what to do; the list says which one it is; importing again heals it."""
    take(tmp_path, "blocks")
    path = path_of(tmp_path / "home", "blocks")
    if harm == "version":
        with sqlite3.connect(path) as index:
            index.execute("UPDATE fact SET value = '0' WHERE name = 'version'")
        index.close()
    else:
        path.write_bytes(b"no database" * 900 if harm == "text" else path.read_bytes()[:5_000])
    with Refdata(tmp_path / "home") as refdata, pytest.raises(StoreError, match="import the file again"):
        refdata.entry("blocks", 2125550)
    assert dataset(tmp_path / "home", "blocks").state == "damaged"
    take(tmp_path, "blocks")
    assert dataset(tmp_path / "home", "blocks").state == "ready"


DIGITS = st.text("0123", min_size=1, max_size=5)


@hypothesis_settings(max_examples=20)
@given(st.sets(DIGITS, min_size=1, max_size=30), st.lists(DIGITS, min_size=1, max_size=20))
def test_the_smallest_block_wins(tmp_path_factory: pytest.TempPathFactory, blocks: set[str], asked: list[str]) -> None:
    """Whatever the blocks, a lookup gives what going through all of them gives."""
    folder = tmp_path_factory.mktemp("blocks")
    lines = [f"7{block},Allocated,Holder of 7{block},10," for block in blocks]
    file = folder / "s7.csv"
    file.write_text("\n".join([TEXTS["ofcom_s7"].split("\r\n")[0], *lines]))
    import_file(knobs(folder), file)
    with Refdata(folder / "home") as refdata:
        for digits in asked:
            number = f"7{digits}".ljust(10, "9")
            entry = refdata.longest("ofcom_s7", number)
            fits = [f"7{block}" for block in blocks if number.startswith(f"7{block}")]
            assert (entry.holder if entry else "") == (f"Holder of {max(fits, key=len)}" if fits else "")


@hypothesis_settings(max_examples=10)
@given(st.dictionaries(st.integers(2_000, 9_999), st.sampled_from("ABCD"), min_size=1, max_size=40))
def test_a_block_is_found_by_exactly_its_digits(tmp_path_factory: pytest.TempPathFactory, held: dict[int, str]) -> None:
    """Every block that was in the file and no other one, with its own holder."""
    folder = tmp_path_factory.mktemp("blocks")
    lines = [
        f"1,NY,212,{str(number)[:3]},{str(number)[3]},AS,,N,0,R,,,HOLDER {name},920{ord(name) % 10},"
        for number, name in held.items()
    ]
    file = folder / "blocks.csv"
    file.write_text("\n".join([BLOCK_HEADER, *lines]))
    import_file(knobs(folder), file)
    with Refdata(folder / "home") as refdata:
        for number in range(2_000, 10_000, 7):
            entry = refdata.entry("blocks", 2_120_000 + number)
            assert (entry.holder if entry else "") == (f"HOLDER {held[number]}" if number in held else "")
        for number, name in held.items():
            entry = refdata.entry("blocks", 2_120_000 + number)
            assert entry
            assert entry.holder == f"HOLDER {name}"


def test_a_broken_line_costs_no_other(tmp_path: Path) -> None:
    """A quote that is never closed is counted as one rejected row, and all others are there."""
    file = tmp_path / "b.csv"
    lines = TEXTS["blocks"].split("\r\n")
    file.write_text("\n".join([*lines[:2], '1,NY,212,555,9,AS,"OPEN,N,0,R,,,X,9201,', *lines[2:]]))
    done = import_file(knobs(tmp_path), file)
    assert (done.stored, done.rejected, done.reasons) == (5, 1, {"a quote that is never closed": 1})
