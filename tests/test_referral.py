"""A packet from the loopback world: built, sealed, released by a second person, and proven with ordinary tools."""

import csv
import io
import json
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bench import lab_actor
from scamhunt import desk, desk_holds, desk_outcomes, desk_referral, desk_reports
from scamhunt.desk_dossier import Typed
from scamhunt.desk_referral import Wanted
from scamhunt.errors import NotAllowedNow, NotFound, NotPermitted, Refused, StoreError, UserError
from scamhunt.model import ReportState
from scamhunt.referral import seal
from scamhunt.referral.dossier import Count
from scamhunt.referral.markings import marking
from scamhunt.referral.verify import verify
from scamhunt.store import HoldKind, PacketState
from tests.actor_lab import ALL, ANN, BOB, DAN, EVE, NOW, Lab, at_work
from tests.pdf_text import text_of

LOST = Count("paid by jane@people.example", "US", "7", "people", "complaints")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return the lab in which nobody built a packet; tests take copies of it."""
    with at_work(tmp_path_factory.mktemp("team")) as lab:
        yield lab


@pytest.fixture(scope="module")
def made(team: Lab, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """Return a copy in which a packet was built and nobody released it yet; no test releases it."""
    lab = team.copied(tmp_path_factory.mktemp("referral"))
    lab.build()
    return lab


@pytest.fixture(scope="module")
def unpacked(made: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the packet was unpacked to."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(file_of(made)) as packed:
        packed.extractall(folder)
    (top,) = folder.iterdir()
    return top


@pytest.fixture
def lab(team: Lab, tmp_path: Path) -> Lab:
    """Return a copy of one test's own."""
    return team.copied(tmp_path)


def file_of(lab: Lab) -> Path:
    """Return the file of the one packet."""
    (file,) = (lab.settings.home / "packets").glob("*.zip")
    return file


def table(top: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a sheet."""
    (file,) = (top / "data").glob(name)
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def test_it_holds_the_actor_and_leaves_the_neighbour_out(unpacked: Path) -> None:
    """Every case stands in the identifiers, and no file of the packet says a word of the neighbour."""
    values = {cell for row in table(unpacked, "*identifiers.csv") for cell in row.values()}
    assert set(lab_actor.SITES) <= values
    assert all(any(number in value for value in values) for number in lab_actor.NUMBERS)
    for file in (one for one in unpacked.rglob("*") if one.is_file()):
        assert b"reading-circle" not in file.read_bytes(), file.name
    words = text_of((unpacked / "data/01_packet.pdf").read_bytes())
    assert "reading-circle" not in words
    assert all(name.replace(".", "[.]") in words for name in lab_actor.SITES)


@pytest.mark.parametrize(
    "name",
    [
        *("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt"),
        *("SIGNATURE.sshsig", "SEAL.pub", "data/*README*", "data/*cover_letter*", "data/*summary*", "data/*.pdf"),
        *(
            "data/*subjects.csv",
            "data/*numbers.csv",
            "data/*domains.csv",
            "data/*campaign*.svg",
            "data/*campaign*.json",
        ),
        *("data/*timeline.csv", "data/*losses.csv", "data/*takedowns.csv", "data/*evidence_index.csv"),
        *("data/*custody.jsonl", "data/*custody.csv", "data/stix/bundle.json", "data/misp/event.json"),
        *("data/forms/ic3_paste.txt", "data/forms/*902*", "data/forms/*63_part_a*", "data/forms/*63_part_b*"),
    ],
)
def test_it_has_every_file_that_an_agency_looks_for(unpacked: Path, name: str) -> None:
    """The files of a packet are there and not empty."""
    found = list(unpacked.glob(name))
    assert found
    assert all(one.stat().st_size for one in found)


def test_ordinary_tools_prove_it(unpacked: Path) -> None:
    """`sha256sum -c` and `ssh-keygen -Y verify` accept it as it lies there."""
    for kind in ("sha256", "sha512"):
        subprocess.run([f"{kind}sum", "--quiet", "--strict", "-c", f"manifest-{kind}.txt"], cwd=unpacked, check=True)
    signed = ["-f", "allowed_signers", "-I", "scamhunt", "-n", "scamhunt-packet", "-s", "SIGNATURE.sshsig"]
    sealed = (unpacked / "tagmanifest-sha256.txt").read_bytes()
    command = ["ssh-keygen", "-Y", "verify", *signed]
    subprocess.run(command, cwd=unpacked, input=sealed, check=True, capture_output=True)
    assert verify(unpacked).faults == ()


def test_each_exhibit_is_the_evidence_and_has_its_custody(made: Lab, unpacked: Path) -> None:
    """The index names each file with its hashes; its custody begins with the look that took it, and the log has it."""
    index = table(unpacked, "*evidence_index.csv")
    packed = {one.relative_to(unpacked).as_posix() for one in (unpacked / "data/evidence").rglob("*.*")}
    assert {row["path"] for row in index if row["path"]} == packed
    rows = [json.loads(line) for line in next((unpacked / "data").glob("*custody.jsonl")).read_text().splitlines()]
    taken = {number for row in rows if row["act"] == "evidence.acquire" for number in row["exhibits"]}
    assert {row[next(iter(row))] for row in index} == taken
    with made.store() as store:
        hashes = store.log_hashes([row["seq"] for row in rows])
    assert {row["seq"]: (row["prev_hash"], row["hash"]) for row in rows} == hashes


def test_what_is_hostile_is_packed_so_that_a_double_click_does_not_run_it(unpacked: Path) -> None:
    """Nothing in the packet ends as a browser's, a script's or a program's file does, but our own pictures."""
    endings = {one.suffix for one in unpacked.rglob("*") if one.is_file()}
    allowed = {".txt", ".csv", ".jsonl", ".json", ".md", ".pdf", ".svg", ".png", ".gz", ".der", ".bin", ".pub"}
    assert endings <= allowed | {".sshsig", "", ".jpg", ".gif"}
    assert not list((unpacked / "data/evidence").rglob("*.svg"))


def test_the_same_content_is_the_same_packet(made: Lab) -> None:
    """Built again, into another folder, it has the same id and the same bytes, and waits for both folders."""
    before = file_of(made).read_bytes()
    again = made.build(out="elsewhere")
    assert file_of(made).read_bytes() == before
    with made.store() as store:
        assert [one.id for one in store.packets()] == [again.packet.id]
        assert [Path(one).name for one in again.packet.outs] == ["out", "elsewhere"]


def test_a_second_person_releases_it_and_its_cases_are_held(lab: Lab) -> None:
    """Who built it may not, nor who is no approver; the approver's release writes it, holds and logs."""
    built = lab.build(Wanted(cases=lab_actor.SITES, typed=Typed("criminal complaint"), hold_days=7))
    for who in (ANN, DAN, EVE):
        with pytest.raises(NotPermitted):
            lab.approve(built.packet.id, who)
    assert not (lab.folder / "out").exists()
    done = lab.approve(built.packet.id)
    (file,) = done.files
    assert file.read_bytes() == built.file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    with lab.store() as store:
        assert store.packet(built.packet.id).released_by == BOB.name
        holds = store.holds(open_only=True)
        assert {one.kind for one in holds} == {HoldKind.LAW_ENFORCEMENT}
        assert {one.until for one in holds} == {NOW + timedelta(days=7)}
        assert len(holds) == len(lab_actor.SITES)
        (event,) = [one for one in store.history(f"packet:{built.packet.id}") if one.act == "packet.release"]
        assert (event.actor, event.detail["agency"], event.detail["purpose"]) == (
            "bob",
            "generic",
            "criminal complaint",
        )
        assert store.check() == []


def test_released_twice_is_one_release(lab: Lab) -> None:
    """The same packet once more is the same bytes, logged as a copy; no second hold begins."""
    built = lab.build()
    lab.approve(built.packet.id)
    again = lab.approve(built.packet.id)
    assert again.packet.state is PacketState.RELEASED
    assert again.held == []
    with lab.store() as store:
        acts = [one.act for one in store.history(f"packet:{built.packet.id}")]
        assert acts == ["packet.build", "packet.release", "packet.copy"]
        assert len(store.holds(open_only=True)) == len(ALL)


def test_a_packet_whose_bytes_are_others_by_now_is_built_anew_while_it_waits(lab: Lab) -> None:
    """Another key, or a font that is there since: what waits gives way, what an agency has stays what it is."""
    first = lab.build()
    (lab.settings.home / seal.FILE).unlink()
    second = lab.build()
    assert second.packet.id == first.packet.id
    assert second.packet.sha256 != first.packet.sha256
    assert any("waited with other bytes" in note for note in second.notes)
    released = lab.approve(second.packet.id)
    (file,) = released.files
    body = file.read_bytes()
    again = lab.build(out="elsewhere")  # its content is another one: now its cases are held
    assert again.packet.id != first.packet.id
    with lab.store() as store:
        found = store.packet(first.packet.id)
        assert (found.state, found.released_by) == (PacketState.RELEASED, BOB.name)
        assert store.check() == []
    assert second.file.read_bytes() == body == file.read_bytes()


def test_what_is_released_stays_released_when_it_is_built_again(lab: Lab) -> None:
    """The same bytes go to a further folder as a copy; other bytes under its id are refused, and nothing is lost."""
    wanted = Wanted(cases=ALL, typed=Typed("criminal complaint"), hold_days=0)
    built = lab.build(wanted)
    lab.approve(built.packet.id)
    again = lab.build(wanted, out="elsewhere")
    assert (again.packet.id, again.packet.state, again.packet.released_by) == (built.packet.id, "released", BOB.name)
    assert [one.parent.name for one in lab.approve(built.packet.id).files] == ["elsewhere"]
    before = built.file.read_bytes()
    (lab.settings.home / seal.FILE).unlink()
    with pytest.raises(Refused, match="an agency has the first"):
        lab.build(wanted)
    assert built.file.read_bytes() == before
    with lab.store() as store:
        desk_outcomes.record(store, ANN, built.packet.id, "case_number", ref="7", note="", at=None, due_at=None)
        assert [one.act for one in store.history(f"packet:{built.packet.id}")] == [
            *("packet.build", "packet.release", "packet.build", "packet.copy"),
        ]
        assert store.check() == []


def test_what_a_killed_build_left_goes_with_the_next_of_another_packet(lab: Lab) -> None:
    """Copies of evidence do not gather in the state folder."""
    work = lab.settings.home / "packets" / "at-work"
    left = work / ".REF-p-000000000000-GENERIC.staged"
    left.mkdir(parents=True)
    (left / "page.html").write_text("evidence")
    lab.build()
    assert list(work.iterdir()) == []


def test_a_packet_bears_the_marking_that_was_asked_for(lab: Lab) -> None:
    """In its papers, its sheets and its bundle; a colour that is none is named with the next one."""
    marked = Typed("complaint", marking=marking("green", "clear"))
    (file,) = lab.approve(lab.build(Wanted(cases=ALL[:1], typed=marked)).packet.id).files
    with zipfile.ZipFile(file) as packed:
        told = {name.rpartition("/")[2]: packed.read(name) for name in packed.namelist()}
    for name in ("00_README.txt", "01_cover_letter.md", "bag-info.txt", "04_identifiers.csv"):
        assert b"TLP:GREEN" in told[name], name
    assert "TLP:GREENPAP:CLEAR" in text_of(told["01_packet.pdf"])
    with pytest.raises(UserError, match="did you mean 'GREEN'"):
        marking("GREN", "AMBER")


def test_a_hold_that_there_is_stays_as_it_is(lab: Lab) -> None:
    """What an agency asked for before is respected: it is told of, and not renewed."""
    with lab.store() as store:
        until = NOW + timedelta(days=3)
        desk_holds.hold(store, ANN, ALL[0], HoldKind.LAW_ENFORCEMENT, until=until, reason="asked by phone")
    done = lab.approve(lab.build().packet.id)
    assert done.holds == [ALL[0]]
    with lab.store() as store:
        case = store.candidate(ALL[0])
        assert [one.until for one in store.holds_on(case.id)] == [until]


def test_bytes_that_are_not_what_was_built_are_not_released(lab: Lab) -> None:
    """A changed file, a missing one, an edited row and a case that is none any more stop the release."""
    built = lab.build()
    body = built.file.read_bytes()
    built.file.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    with pytest.raises(Refused, match="not what was built"):
        lab.approve(built.packet.id)
    built.file.unlink()
    with pytest.raises(StoreError, match="build the packet anew"):
        lab.approve(built.packet.id)
    built.file.write_bytes(body)
    with lab.store() as store:
        desk.decide(store, DAN, ALL[0], "dismiss", "a shop after all")
    with pytest.raises(Refused, match="no case"):
        lab.approve(built.packet.id)
    with lab.store() as store:
        assert store.packet(built.packet.id).state is PacketState.BUILT
        assert store.holds(open_only=True) == []


def test_a_disputed_case_is_handed_to_nobody(lab: Lab) -> None:
    """While somebody disputes a report on it a case is neither packed nor released."""
    built = lab.build()
    with lab.store() as store:
        made = desk_reports.draft_report(store, lab.settings, DAN, ALL[0], to="abuse@registrar.example")
        assert made.id is not None
        desk_holds.dispute(store, lab.settings, DAN, made.id, "the owner wrote")
        assert store.report(made.id).state is not ReportState.SENT
    with pytest.raises(Refused, match="disputed"):
        lab.approve(built.packet.id)
    with pytest.raises(Refused, match="disputed"):
        lab.build()


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted(cases=ALL[:1], agency="nobody", typed=Typed("complaint")), "generic"),
        (Wanted(cases=ALL[:1], typed=Typed(" ")), "needs a purpose"),
        (Wanted(cases=ALL[:1], typed=Typed("for jane@people.example")), "--purpose names a mail address"),
        (Wanted(cases=ALL[:1], typed=Typed("x", offences="called +1 202 555 0170 twice")), "--offences names"),
        (Wanted(cases=ALL[:1], typed=Typed("x", losses=(LOST,))), "--losses names"),
        (Wanted(cases=ALL[:1], typed=Typed("x"), legal_basis="jane@people.example agreed"), "--legal-basis names"),
        (Wanted(typed=Typed("complaint")), "no case to hand over"),
        (Wanted(cases=(lab_actor.NEIGHBOUR,), typed=Typed("complaint")), "nobody confirmed"),
        (Wanted(cases=("nobody.test",), typed=Typed("complaint")), "no such candidate|no candidate"),
        (Wanted(campaigns=("c-0",), typed=Typed("complaint")), "no campaign of that id"),
    ],
)
def test_what_cannot_be_a_packet_is_told(made: Lab, wanted: Wanted, error: str) -> None:
    """An agency that is not listed, no purpose, no case, what nobody confirmed: the message says what to do."""
    with pytest.raises(UserError, match=error):
        made.build(wanted)


def test_only_an_investigator_builds(made: Lab) -> None:
    """An analyst decides on cases, and hands over none."""
    wanted = Wanted(cases=ALL[:1], typed=Typed("complaint"))
    with made.store() as store, pytest.raises(NotPermitted):
        desk_referral.build(store, made.settings, DAN, wanted, out=made.folder / "out")


def test_nothing_is_overwritten(lab: Lab) -> None:
    """Another file of the packet's name stays, and the packet is not released."""
    built = lab.build()
    out = lab.folder / "out"
    out.mkdir()
    (out / built.packet.name).write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        lab.approve(built.packet.id)
    assert (out / built.packet.name).read_text() == "mine"
    with lab.store() as store:
        assert store.packet(built.packet.id).state is PacketState.BUILT


def test_what_agencies_say_is_kept_and_what_they_ask_for_is_due(lab: Lab) -> None:
    """A case number, a request with a day: due three days before, done once; nothing before the release."""
    built = lab.build()
    with lab.store() as store, pytest.raises(NotAllowedNow, match="not released"):
        desk_outcomes.record(store, ANN, built.packet.id, "case_number", ref="7", note="", at=None, due_at=None)
    lab.approve(built.packet.id)
    with lab.store() as store:
        desk_outcomes.record(store, ANN, built.packet.id, "case_number", ref="2026-118", note="", at=None, due_at=None)
        due = NOW + timedelta(days=2)
        asked = desk_outcomes.record(
            store, ANN, built.packet.id, "request", ref="", note="headers", at=None, due_at=due
        )
        (work,) = desk_outcomes.works(store)
        assert work.id == f"outcome:{asked.id}"
        assert [one.kind for one in desk_referral.show(store, built.packet.id).outcomes] == ["case_number", "request"]
        desk_outcomes.done(store, ANN, asked.id, "sent")
        assert list(desk_outcomes.works(store)) == []
        for kind, more in (("arrests", {}), ("request", {}), ("feedback", {"note": ""})):
            said = {"ref": "", "note": "x", "at": None, "due_at": None} | more
            with pytest.raises(UserError):
                desk_outcomes.record(store, ANN, built.packet.id, kind, **said)  # type: ignore[arg-type]  # built above
        with pytest.raises(NotFound):
            desk_outcomes.done(store, ANN, 77, "sent")
        assert store.check() == []


def forge(lab: Lab, *statements: str) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(lab.settings.home / "scamhunt.db")) as connection:
        for one in statements:
            connection.execute(one)
        connection.commit()


def test_a_sign_that_no_finding_shows_joins_nothing_in_a_packet(lab: Lab) -> None:
    """Rows that somebody wrote into the table of signs prove nothing: no link of the packet names them."""
    into, at = (
        "INSERT INTO sign (candidate_id, kind, value, first_at, last_at, evidence)",
        "'2026-11-22 06:00:00.000000'",
    )
    forge(lab, *(f"{into} VALUES ({case}, 'wallet', 'forged', {at}, {at}, '')" for case in (1, 3)))
    with zipfile.ZipFile(lab.build().file) as packed:
        assert [name for name in packed.namelist() if b"forged" in packed.read(name)] == []


def test_a_link_that_nobody_added_stops_the_packet(lab: Lab) -> None:
    """A ruling that the log does not tell of is refused, and the check of the database names it."""
    columns = "id, act, kind, value, case_id, other_id, reason, actor, at, ended_by"
    values = "1, 'add', '', '', 1, 3, 'x', 'dan', '2026-11-22 06:00:00.000000', ''"
    forge(lab, f"INSERT INTO ruling ({columns}) VALUES ({values})")
    with pytest.raises(Refused, match="was never made"):
        lab.build()
    with lab.store() as store:
        assert any("ruling 1" in one for one in store.check())
