"""Evidence: written once, listed in a manifest, verified to the byte, exported whole; on both databases."""

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scamhunt import desk_evidence
from scamhunt.errors import NotFound, StoreError, UserError
from scamhunt.model import Actor
from scamhunt.observed import Gained, Item, Liveness
from scamhunt.store import EvidenceView, Found, Gathered, LookView, Reading, Store
from scamhunt.store.evidence_check import UNREADABLE
from tests.store.looks_made import BEGUN, DNS, JUDGEMENT, PAGE, URL, WARC, findings, items, look

ANNA = Actor("anna", "os_user")
TOP = Path(__file__).resolve().parents[2]
NOBODY = 65_534
SHA256SUM = shutil.which("sha256sum") or "sha256sum"


only_sqlite = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
"""For what is compared in Python or in files: PostgreSQL would say the same, slower."""


def keep(store: Store, candidate_id: int | None = None, **changes: object) -> LookView:
    """Keep a look."""
    return store.save_look(
        look(**changes), JUDGEMENT, liveness=Liveness.LIVE, candidate_id=candidate_id, actor=ANNA, watch=None
    )


@pytest.fixture
def kept(store: Store, begin: Callable[..., Reading], row: Callable[..., Found]) -> Store:
    """Return a store with one candidate and two looks at it, which share some bytes."""
    store.save_batch(begin(), Gathered("end", 1, 0, (), [row(1, "amazon-refund-desk.com")]))
    keep(store, 1)
    keep(store, 1, operator="system", gained=Gained(findings(), [*items(), Item(b"<p>", "text/html", URL, BEGUN, "x")]))
    return store


def faults(store: Store) -> list[tuple[str, str, str]]:
    """Verify; return what is wrong."""
    return [(one.sha256, one.why, one.look) for one in desk_evidence.verify(store, ANNA).checked.faults]


def sha256(body: bytes) -> str:
    """Return the name of the file of these bytes."""
    return hashlib.sha256(body).hexdigest()


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Act as a user whom the file system can refuse something, also where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def flip(file: Path) -> None:
    """Change one bit in the middle of a file."""
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(body)


def test_files_are_named_by_their_content_and_only_for_their_owner(kept: Store, home: Path) -> None:
    """One file a content, read-only, in folders that nobody else may enter."""
    files = [file for file in (home / "evidence").rglob("*") if file.is_file()]
    assert len(files) == 6  # three contents that both looks brought, one more, two manifests
    for file in files:
        assert file.name == sha256(file.read_bytes())
        assert (file.parent.name, stat.S_IMODE(file.stat().st_mode)) == (file.name[:2], 0o400)
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "evidence").stat().st_mode) == 0o700
    assert kept.evidence_file(sha256(PAGE)).read_bytes() == PAGE


def test_a_row_says_how_an_item_came(kept: Store) -> None:
    """Hashes, size, type, place, time, tool, vantage, operator and look; the manifest is the last of its look."""
    rows = kept.evidence(look_id=1)
    assert [row.sha256 for row in rows[:4]] == [sha256(DNS), sha256(WARC), sha256(WARC), sha256(PAGE)]
    page = rows[3]
    assert page == EvidenceView(
        id=4,
        sha256=sha256(PAGE),
        sha512=hashlib.sha512(PAGE).hexdigest(),
        size=len(PAGE),
        media_type="text/html",
        url=URL,
        acquired_at=items()[3].acquired_at,
        tool="scamhunt 0.1 chromium 140",
        vantage="desktop",
        operator="anna",
        note="the page after its scripts",
        look_id=1,
        subject="amazon-refund-desk.com",
        candidate_id=1,
    )
    assert [row.vantage for row in rows[1:3]] == ["desktop", "mobile"]
    assert (rows[-1].sha256, rows[-1].note) == (kept.look(1).manifest, "manifest")


def test_the_manifest_lists_everything(kept: Store) -> None:
    """Canonical JSON with target, times, clock, tools, each item and each finding with a hash of what it says."""
    body = kept.evidence_file(kept.look(1).manifest).read_bytes()
    held = json.loads(body)
    assert json.dumps(held, sort_keys=True, separators=(",", ":")).encode() == body
    assert {name: held[name] for name in ("subject", "operator", "begun", "clock", "vantages", "tools")} == {
        "subject": "amazon-refund-desk.com",
        "operator": "anna",
        "begun": "2026-11-22T06:00:01.250000+00:00",
        "clock": {"offset": 0.4, "told_by": ["rdap.example"], "stepped": 0.002},
        "vantages": ["desktop", "mobile"],
        "tools": ["scamhunt 0.1", "scamhunt 0.1 chromium 140"],
    }
    assert [one["sha256"] for one in held["items"]] == [row.sha256 for row in kept.evidence(look_id=1)[:-1]]
    content = json.dumps({"data": {"asks": ["password"]}, "text": "asks for a password"}, separators=(",", ":"))
    assert held["findings"][1] == {
        "kind": "page.form",
        "source": URL,
        "observed_at": "2026-11-22T06:00:01.250000+00:00",
        "outcome": "found",
        "sha256": sha256(PAGE),
        "vantage": "desktop",
        "content": sha256(content.encode()),
    }


def test_the_same_item_twice_is_one_row(store: Store) -> None:
    """Of one place and vantage; the first note stays."""
    first = items()[0]
    keep(store, gained=Gained((), [first, replace(first, note="again"), replace(first, vantage="mobile")]))
    assert [(row.vantage, row.note) for row in store.evidence()] == [("", ""), ("mobile", ""), ("", "manifest")]


def test_items_are_found_by_look_candidate_type_and_hash(kept: Store) -> None:
    """The newest look first; a hash by its beginning, an item by its number."""
    assert [row.look_id for row in kept.evidence(candidate_id=1)] == [2] * 6 + [1] * 5
    assert kept.evidence(candidate_id=2) == []
    assert [row.look_id for row in kept.evidence(sha256=sha256(PAGE)[:9].upper())] == [2, 1]
    assert [row.media_type for row in kept.evidence(media_type="text/html", limit=2)] == ["text/html"] * 2
    assert [row.look_id for row in kept.evidence_item(sha256(PAGE)[:6])] == [2, 1]
    assert [row.sha256 for row in kept.evidence_item(" 4 ")] == [sha256(PAGE)]


@only_sqlite
@pytest.mark.parametrize("key", ["", "99", "0", "9" * 30, "abc", "zz" * 32, "ab" * 32, "../../etc/passwd", "٣"])
def test_no_such_item_is_said(kept: Store, key: str) -> None:
    """Whatever is given in place of a number or hash."""
    with pytest.raises(NotFound, match="no such item; give its id or the first digits"):
        kept.evidence_item(key)
    with pytest.raises(NotFound):
        kept.evidence_file(key + "x")


@only_sqlite
def test_a_hash_that_begins_several_items_names_none(kept: Store, attack: Callable[..., None]) -> None:
    """More digits are asked for."""
    attack("UPDATE evidence SET sha256 = 'abcdef1' WHERE id = 1", "UPDATE evidence SET sha256 = 'abcdef2' WHERE id = 2")
    with pytest.raises(NotFound, match="several items begin with abcdef; give more digits"):
        kept.evidence_item("abcdef")


# --- written once -----------------------------------------------------------------------------------------------------


def test_a_file_that_was_changed_is_never_written_over(kept: Store) -> None:
    """A later look that brings the same bytes finds the change, says so, and stores nothing."""
    file = kept.evidence_file(sha256(PAGE))
    flip(file)
    changed = file.read_bytes()
    with pytest.raises(StoreError, match=f"evidence {sha256(PAGE)} was changed: its file holds {sha256(changed)}"):
        keep(kept, 1)
    assert (file.read_bytes(), len(kept.looks())) == (changed, 2)


@only_sqlite
def test_a_link_in_the_place_of_a_file_is_not_followed(store: Store, home: Path, tmp_path: Path) -> None:
    """Somebody else's file is neither written nor taken for the evidence."""
    target = home / "evidence" / sha256(PAGE)[:2] / sha256(PAGE)
    target.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").write_bytes(PAGE)
    target.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link; keep it for whoever looks into it"):
        keep(store)
    assert store.looks() == []


@only_sqlite
def test_a_disk_that_refuses_is_said(store: Store, home: Path) -> None:
    """A file where the folder should be: nothing is stored, the message names the place."""
    (home / "evidence").write_text("in the way")
    with pytest.raises(StoreError, match=r"evidence.*; make room or make it writable"):
        keep(store)


@only_sqlite
def test_a_run_that_is_killed_leaves_only_files_that_nobody_claims(store: Store, home: Path) -> None:
    """Killed between the files and the rows: verify tells them apart, and the same look is kept by the next run."""
    at = "now=lambda: datetime(2026, 11, 22, 6, tzinfo=UTC)"
    program = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from scamhunt.model import Actor; from scamhunt.observed import Liveness; from scamhunt.store import Store\n"
        "from tests.store.looks_made import JUDGEMENT, look\n"
        f"with Store.open(Path(sys.argv[1]), {at}, busy_seconds=60) as store:\n"
        "    print('ready', flush=True)\n"
        "    live, who = Liveness.LIVE, Actor('a', 'os_user')\n"
        "    store.save_look(look(), JUDGEMENT, liveness=live, candidate_id=None, actor=who)\n"
    )
    command = [sys.executable, "-c", program, str(home), str(TOP)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run, store.acting(ANNA):  # which holds the one lock
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        while len([name for name in store.evidence_names() if not name.endswith(".part")]) < 4:
            assert run.poll() is None
        run.send_signal(signal.SIGKILL)
    done = desk_evidence.verify(store, ANNA)
    assert (done.holds, done.checked.unclaimed, done.checked.items, store.looks()) == (True, 4, 0, [])
    keep(store)
    assert desk_evidence.verify(store, ANNA).checked.unclaimed == 0


# --- verify -----------------------------------------------------------------------------------------------------------


def test_what_was_kept_holds_and_the_log_tells_who_verified(kept: Store) -> None:
    """Counts of files, rows, looks and bytes; one event."""
    done = desk_evidence.verify(kept, ANNA)
    assert (done.holds, done.log, done.checked.faults) == (True, "", [])
    assert (done.checked.files, done.checked.items, done.checked.looks, done.checked.unclaimed) == (6, 11, 2, 0)
    (event,) = kept.history("evidence")
    assert (event.act, event.actor, event.detail["files"], event.detail["faults"]) == ("evidence.verify", "anna", 6, 0)
    assert event.detail["bytes"] == sum(row.size for row in {one.sha256: one for one in kept.evidence()}.values())


def test_one_flipped_bit_in_any_file_is_found(kept: Store) -> None:
    """In each file in turn, WARC and manifest too: it is named by its hash, in each look that brought it."""
    names = sorted(kept.evidence_names())
    for name in names:
        file = kept.evidence_file(name)
        before = file.read_bytes()
        flip(file)
        looks = {row.look_id for row in kept.evidence(sha256=name)}
        why = f"was changed: the file holds {sha256(file.read_bytes())}"
        assert set(faults(kept)) == {(name, why, f"look:{one}") for one in looks}
        file.write_bytes(before)
    assert len(names) == 6
    assert faults(kept) == []


def swap(file: Path, other: Path) -> None:
    """Give two files each other's name."""
    spare = file.with_name("spare")
    file.rename(spare)
    other.rename(file)
    spare.rename(other)


def link(file: Path, other: Path) -> None:
    """Put a link to the same bytes in the place of a file."""
    other.chmod(0o600)
    elsewhere = file.parents[2] / "elsewhere"
    shutil.move(file, elsewhere)
    file.symlink_to(elsewhere)


def folder(file: Path, other: Path) -> None:
    """Put a folder in the place of a file."""
    del other
    file.unlink()
    file.mkdir()


def pipe(file: Path, other: Path) -> None:
    """Put a pipe that nobody writes into in the place of a file."""
    del other
    file.unlink()
    os.mkfifo(file)


def cut_short(file: Path, other: Path) -> None:
    """Take the last byte of a file away."""
    del other
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1])


HOLDS = "was changed: the file holds "
DAMAGES: list[tuple[Callable[[Path, Path], object], set[tuple[bytes, str]]]] = [
    (
        swap,
        {(PAGE, f"was changed: the file holds {sha256(DNS)}"), (DNS, f"was changed: the file holds {sha256(PAGE)}")},
    ),
    (link, {(PAGE, "is a link")}),
    (folder, {(PAGE, "is no file")}),
    (pipe, {(PAGE, "is no file")}),
    (cut_short, {(PAGE, f"{HOLDS}{sha256(PAGE[:-1])}")}),
    (lambda file, _: file.unlink(), {(PAGE, "is missing")}),
    (lambda file, _: shutil.rmtree(file.parent), {(PAGE, "is missing")}),
]


@only_sqlite
@pytest.mark.parametrize(("damage", "expected"), DAMAGES)
def test_a_file_that_is_not_what_was_kept_is_found(
    kept: Store, damage: Callable[[Path, Path], object], expected: set[tuple[bytes, str]]
) -> None:
    """Swapped, linked, cut, replaced by something else or gone: each is named; the next verification still ends."""
    damage(kept.evidence_file(sha256(PAGE)), kept.evidence_file(sha256(DNS)))
    found = faults(kept)
    assert {(name, why) for name, why, _ in found} == {(sha256(body), why) for body, why in expected}
    last = kept.history("evidence")[-1]
    assert last.detail["sha256"] == sorted(sha256(body) for body, _ in expected)


@only_sqlite
@pytest.mark.parametrize(
    ("opened", "why"),
    [
        (os.link, "has another name too, by which it can be changed"),
        (lambda file, _: os.link(file, file.with_name("other")), "has another name too, by which it can be changed"),
        (lambda file, _: file.chmod(0o420), "can be written by others"),
        (lambda file, _: file.chmod(0o402), "can be written by others"),
    ],
)
def test_a_file_that_others_can_change_is_found(
    kept: Store, tmp_path: Path, opened: Callable[[Path, Path], object], why: str
) -> None:
    """A second name or the right to write: it is whole now, and may be exchanged the next moment."""
    opened(kept.evidence_file(sha256(PAGE)), tmp_path / "away")
    assert faults(kept) == [(sha256(PAGE), why, f"look:{number}") for number in (1, 2)]
    assert desk_evidence.show(kept, sha256(PAGE)).holds == why


@only_sqlite
def test_a_draft_beside_a_file_is_no_second_name(kept: Store) -> None:
    """A run that was stopped between giving a file its name and dropping the draft's left a whole file."""
    file = kept.evidence_file(sha256(PAGE))
    os.link(file, file.with_name(".0123456789abcdef.part"))
    file.with_name(".fedcba9876543210.part").write_bytes(b"another draft")
    done = desk_evidence.verify(kept, ANNA)
    assert (done.holds, done.checked.unclaimed) == (True, 2)


def away(one: Path) -> None:
    """Put a folder somewhere else and a link to it in its place."""
    elsewhere = one.parents[len(one.parts) - one.parts.index("home") - 1] / f"away-{one.name}"
    shutil.move(one, elsewhere)
    one.symlink_to(elsewhere)


@only_sqlite
@pytest.mark.parametrize(
    ("place", "change", "why"),
    [
        ("", away, "is a link"),
        (sha256(PAGE)[:2], away, "is a link"),
        ("", lambda one: one.chmod(0o720), "can be written to by others"),
        (sha256(PAGE)[:2], lambda one: one.chmod(0o702), "can be written to by others"),
    ],
)
def test_a_folder_that_others_can_exchange_is_found(
    kept: Store, home: Path, place: str, change: Callable[[Path], object], why: str
) -> None:
    """Once for the folder, however many files lie in it; the files still hold."""
    folder = home / "evidence" / place
    change(folder)
    (fault,) = desk_evidence.verify(kept, ANNA).checked.faults
    assert (fault.sha256, fault.why) == ("", f"the folder {folder.relative_to(home)} {why}")
    assert kept.history("evidence")[-1].detail["sha256"] == []


@only_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET acquired_at = 'then' WHERE id = 4",
        "UPDATE look SET verdict = 'nonsense' WHERE id = 1",
        "UPDATE look SET reasons = '[{]' WHERE id = 1",
        "UPDATE look SET clock = '[]' WHERE id = 1",
        "UPDATE finding SET data = 'x' WHERE id = 1",
    ],
)
def test_a_row_that_cannot_be_read_is_a_fault(kept: Store, attack: Callable[..., None], statement: str) -> None:
    """What no column of ours holds stops no verification, and is noted like any other fault."""
    attack(statement)
    assert UNREADABLE in {why for _, why, _ in faults(kept)}
    assert kept.history("evidence")[-1].detail["faults"] != 0


@only_sqlite
def test_a_file_that_cannot_be_read_is_a_fault(kept: Store, home: Path) -> None:
    """It is told like a change: what nobody can read proves nothing."""
    for one in (home, *home.rglob("*")):
        shutil.chown(one, NOBODY) if os.geteuid() == 0 else None
    for one in home.parents:
        if os.geteuid() == 0 and one.stat().st_uid == 0 and one.name.startswith(("pytest", "popen", "test_")):
            one.chmod(0o755)
    kept.evidence_file(sha256(PAGE)).chmod(0)
    with ordinary_user():
        found = faults(kept)
    assert {(name, why) for name, why, _ in found} == {(sha256(PAGE), "cannot be read: Permission denied")}


EDITED = "its row of look:1 was changed or is gone"
FINDINGS = "the findings of look:1 are not those of its manifest"
COPIED = """INSERT INTO evidence
    SELECT 99, 1, sha256, sha512, size, media_type, url, acquired_at, tool, vantage, 'anna', note
    FROM evidence WHERE id = 10"""
TWICE = COPIED.replace("id = 10", "id = 5")
OWN = "the row of the manifest of look:1 was changed"
ROWS: list[tuple[str, bytes | None, str]] = [
    ("UPDATE evidence SET url = 'https://rival.example/' WHERE id = 4", PAGE, EDITED),
    ("UPDATE evidence SET note = '' WHERE id = 4", PAGE, EDITED),
    ("UPDATE evidence SET vantage = 'mobile' WHERE id = 4", PAGE, EDITED),
    ("DELETE FROM evidence WHERE id = 4", PAGE, EDITED),
    (COPIED, b"<p>", "the manifest of look:1 does not list it"),
    ("UPDATE evidence SET operator = 'eve' WHERE id = 4", None, "an item of look:1 has another operator than the look"),
    ("UPDATE finding SET text = 'harmless' WHERE id = 2", None, FINDINGS),
    ("UPDATE finding SET data = '{}' WHERE id = 1", None, FINDINGS),
    ("UPDATE finding SET outcome = 'found' WHERE id = 3", None, FINDINGS),
    ("DELETE FROM finding WHERE id = 3", None, FINDINGS),
    ("UPDATE look SET subject = 'rival.example' WHERE id = 1", None, "look:1 has another subject than the log says"),
    ("UPDATE look SET url = '' WHERE id = 1", None, "look:1 has another url than the log says"),
    ("UPDATE look SET verdict = 'benign' WHERE id = 1", None, "look:1 has another verdict than the log says"),
    ("UPDATE look SET score = 0.01 WHERE id = 1", None, "look:1 has another score than the log says"),
    ("UPDATE look SET brand = '' WHERE id = 1", None, "look:1 has another brand than the log says"),
    ("UPDATE look SET reasons = '[]' WHERE id = 1", None, "look:1 has other reasons than the log says"),
    (
        "UPDATE look SET candidate_id = NULL WHERE id = 1",
        None,
        "look:1 is of another candidate than the log says",
    ),
    ("UPDATE evidence SET operator = 'eve' WHERE id = 5", None, "an item of look:1 has another operator than the look"),
    *(
        (f"UPDATE evidence SET {column} = {value} WHERE id = 5", None, OWN)
        for column, value in [
            *((name, "'x'") for name in ("url", "media_type", "tool", "vantage", "note")),
            ("acquired_at", "'2020-01-01 00:00:00.000000'"),
        ]
    ),
    (TWICE, None, OWN),
    ("DELETE FROM evidence WHERE id = 5", None, "the row of the manifest of look:1 is gone"),
    (
        "UPDATE event SET act = 'case.note' WHERE act = 'evidence.acquire' AND thing = 'look:1'",
        None,
        "look:1 was not taken once, says the log",
    ),
]


@only_sqlite
@pytest.mark.parametrize(("statement", "body", "why"), ROWS)
def test_a_row_that_the_manifest_does_not_explain_is_found(
    kept: Store, attack: Callable[..., None], statement: str, body: bytes | None, why: str
) -> None:
    """Who changes the tables and leaves the files alone is found by the manifest that the log names."""
    name = sha256(body) if body else kept.look(1).manifest
    attack(statement)
    assert faults(kept) == [(name, why, "look:1")]


@only_sqlite
@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("sha512", "ab", ["has another sha512 than its row says", EDITED]),
        ("size", "7", [f"has {len(PAGE)} bytes, but its row says 7", EDITED]),
        (
            "sha256",
            "../../etc/passwd",
            ["has a name in the database that is no hash", EDITED, "the manifest of look:1 does not list it"],
        ),
    ],
)
def test_a_row_is_compared_with_its_file(
    kept: Store, attack: Callable[..., None], column: str, value: str, why: list[str]
) -> None:
    """Size, second hash and name; both the file's and the manifest's word are told."""
    attack(f"UPDATE evidence SET {column} = '{value}' WHERE id = 4")
    assert [one[1] for one in faults(kept)] == why


def test_a_look_that_is_gone_with_its_files_is_found(kept: Store, attack: Callable[..., None]) -> None:
    """The log tells of it: the hash of its manifest is named."""
    manifest = kept.look(2).manifest
    attack(
        *(f"DELETE FROM {table} WHERE look_id = 2" for table in ("evidence", "finding")),
        "DELETE FROM look WHERE id = 2",
    )
    for name in (manifest, sha256(b"<p>")):
        kept.evidence_file(name).unlink()
    assert faults(kept) == [(manifest, "look:2 is gone, and the log tells of it", "look:2")]


def test_a_manifest_that_was_made_anew_is_found(kept: Store, attack: Callable[..., None]) -> None:
    """Whoever forges manifest and rows alike still has the log against him, and its chain where he edits that too."""
    forged = b"[]"
    name, old = sha256(forged), kept.look(1).manifest
    file = kept.evidence_file(name)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(forged)
    second = hashlib.sha512(forged).hexdigest()
    attack(
        f"UPDATE look SET manifest = '{name}' WHERE id = 1",
        f"UPDATE evidence SET sha256 = '{name}', sha512 = '{second}', size = 2 WHERE id = 5",
    )
    assert [(one[0], one[1]) for one in faults(kept)] == [
        (old, "look:1 has another manifest than the log says"),
        (old, "the row of the manifest of look:1 is gone"),
        (name, "the manifest of look:1 does not list it"),
    ]
    attack(f"UPDATE event SET detail = replace(detail, '{old}', '{name}') WHERE thing = 'look:1'")
    done = desk_evidence.verify(kept, ANNA)
    assert [one.why for one in done.checked.faults] == ["the manifest of look:1 no manifest: TypeError"]
    assert done.log.startswith("the log does not hold at row ")
    assert done.holds is False


# --- export -----------------------------------------------------------------------------------------------------------


def test_an_export_can_be_checked_without_us(kept: Store, tmp_path: Path) -> None:
    """sha256sum -c holds; pages do not open by a click; who exported what for is in the log and in the custody."""
    desk_evidence.verify(kept, ANNA)
    (done,) = desk_evidence.export(kept, ANNA, look=1, out=tmp_path / "out", reason=" for the registrar ")
    assert (done.folder, done.files, done.subject) == (tmp_path / "out" / "look-1", 4, "amazon-refund-desk.com")
    names = [file.name for file in sorted(done.folder.iterdir())]
    assert names == [
        f"001-{sha256(DNS)[:16]}.bin",
        f"002-{sha256(WARC)[:16]}.warc.gz",
        f"003-{sha256(PAGE)[:16]}.html.txt",
        *("SHA256SUMS", "custody.json", "manifest.json"),
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in done.folder.iterdir()} == {0o600}
    sums = subprocess.run([SHA256SUM, "-c", "SHA256SUMS"], cwd=done.folder, capture_output=True, text=True, check=True)
    assert sums.stdout.count(": OK\n") == 5
    held = json.loads((done.folder / "custody.json").read_text())
    acts = [(one["act"], one["actor"], one["reason"]) for one in held["events"]]
    assert acts == [
        ("evidence.acquire", "anna", ""),
        ("evidence.verify", "anna", ""),
        ("evidence.export", "anna", "for the registrar"),
    ]
    assert (held["manifest"], held["log_head"]["hash"]) == (kept.look(1).manifest, kept.log_head().hash)
    assert sha256((done.folder / "manifest.json").read_bytes()) == held["manifest"]


@only_sqlite
@pytest.mark.parametrize("key", ["1", "amazon-refund-desk.com", "elsewhere.test"])
def test_all_looks_at_a_target_are_exported(kept: Store, tmp_path: Path, key: str) -> None:
    """By number or name of the candidate, or by what was looked at where it is none."""
    keep(kept, None, subject="elsewhere.test")
    done = desk_evidence.export(kept, ANNA, candidate=key, out=tmp_path / "out", reason="x")
    assert [one.look for one in done] == ([3] if key == "elsewhere.test" else [2, 1])


def filled(out: Path) -> None:
    """Put something where the export is to go."""
    out.mkdir()
    (out / "x").write_text("x")


REFUSED: list[tuple[Callable[[Path], object], dict[str, Any], type[Exception], str]] = [
    (filled, {"look": 1}, UserError, "is there already, and nothing is overwritten"),
    (lambda out: out.write_text("x"), {"look": 1}, UserError, "is there already, and nothing is overwritten"),
    (lambda out: out.symlink_to("x"), {"look": 1}, UserError, "is there already, and nothing is overwritten"),
    (lambda _: None, {"look": 1, "reason": "  "}, UserError, "an export needs a reason"),
    (lambda _: None, {"look": 9}, NotFound, "no look 9"),
    (lambda _: None, {"candidate": "unknown.test"}, NotFound, "nobody looked at that yet"),
]


@only_sqlite
@pytest.mark.parametrize(("before", "given", "kind", "words"), REFUSED)
def test_an_export_that_cannot_be_is_refused(  # noqa: PLR0913, PLR0917  # what a case has
    kept: Store,
    tmp_path: Path,
    before: Callable[[Path], object],
    given: dict[str, Any],
    kind: type[Exception],
    words: str,
) -> None:
    """Nothing is overwritten, nothing is left half-done, nothing is logged."""
    before(tmp_path / "out")
    here = sorted(tmp_path.iterdir())
    with pytest.raises(kind, match=words):
        desk_evidence.export(kept, ANNA, **{"out": tmp_path / "out", "reason": "x", **given})
    assert sorted(tmp_path.iterdir()) == here
    assert len(kept.history("look:1")) == 1


@only_sqlite
def test_an_empty_folder_may_be_filled(kept: Store, tmp_path: Path) -> None:
    """Somebody made it for the export."""
    (tmp_path / "out").mkdir()
    desk_evidence.export(kept, ANNA, look=1, out=tmp_path / "out", reason="x")
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["look-1"]


@only_sqlite
def test_what_does_not_hold_is_not_handed_on(kept: Store, tmp_path: Path) -> None:
    """A changed or missing item stops the export, nothing of it stays, and the disk's refusals are words."""
    here = sorted(tmp_path.iterdir())
    flip(kept.evidence_file(sha256(WARC)))
    for words in (f"evidence {sha256(WARC)} was changed; nothing was exported", f"evidence {sha256(WARC)} is missing"):
        with pytest.raises(StoreError, match=words):
            desk_evidence.export(kept, ANNA, look=1, out=tmp_path / "out", reason="x")
        kept.evidence_file(sha256(WARC)).unlink(missing_ok=True)
    with pytest.raises(StoreError, match="name a folder that can be written"):
        desk_evidence.export(kept, ANNA, look=2, out=tmp_path / "no" / "such", reason="x")
    assert sorted(tmp_path.iterdir()) == here


@only_sqlite
def test_a_look_without_its_manifest_is_not_handed_on(kept: Store, attack: Callable[..., None], tmp_path: Path) -> None:
    """Without the list nobody could tell whether all is there."""
    attack("DELETE FROM evidence WHERE id = 5")
    with pytest.raises(StoreError, match="the manifest of look 1 is gone; run: scamhunt evidence verify"):
        desk_evidence.export(kept, ANNA, look=1, out=tmp_path / "out", reason="x")


def test_an_item_is_shown_with_its_custody(kept: Store) -> None:
    """Where it lies, whether it holds, which looks brought it, who did what."""
    desk_evidence.verify(kept, ANNA)
    shown = desk_evidence.show(kept, sha256(PAGE))
    assert (shown.item.look_id, shown.holds, [one.look_id for one in shown.also]) == (2, "", [1])
    assert shown.file.read_bytes() == PAGE
    assert [one.act for one in shown.custody] == ["evidence.acquire", "evidence.verify"]
    flip(shown.file)
    assert desk_evidence.show(kept, "4").holds.startswith("was changed: the file holds ")
    assert [row.id for row in desk_evidence.items(kept, candidate="1", look=1, sha256=sha256(PAGE))] == [4]


@only_sqlite
def test_the_clock_of_the_log_is_ours(kept: Store) -> None:
    """An item says when it came, the log when it was kept."""
    (event,) = kept.history("look:1")
    assert event.at == datetime(2026, 11, 22, 6, tzinfo=UTC)
