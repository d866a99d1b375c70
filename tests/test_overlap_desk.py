"""Two brands, each with its own state folder, find out what they have in common and build one packet of both sides."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import lab_actor
from scamhunt import desk_overlap
from scamhunt.desk_dossier import Typed
from scamhunt.desk_referral import Wanted
from scamhunt.errors import (
    NotAllowedNow,
    NotPermitted,
    ProtectedTarget,
    Refused,
    SettingsError,
    StoreError,
    UserError,
)
from scamhunt.referral.verify import verify
from tests.actor_lab import ANN, BOB, DAN, Lab, at_work
from tests.pdf_text import text_of

OURS, THEIRS = lab_actor.SITES[:2], lab_actor.SITES[1:]
TYPED = Typed("joint complaint")


@dataclass
class Pair:
    """Both sides, and the folder through which their files go."""

    a: Lab
    b: Lab
    post: Path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Return two teams that both saw the actor."""
    folder = tmp_path_factory.mktemp("joint")
    with at_work(folder) as a:
        b = a.copied(folder / "other")
        b.more = {"reporter_org": "Other Trust"}
        yield Pair(a, b, folder / "post")


def begun(pair: Pair, out: str) -> desk_overlap.Begun:
    """Let the first side begin."""
    with pair.a.store() as store:
        wanted = Wanted(cases=OURS, typed=TYPED)
        return desk_overlap.begin(store, pair.a.settings, ANN, wanted, partner="Other Trust", out=pair.post / out)


def answered(pair: Pair, begun: desk_overlap.Begun, out: str) -> desk_overlap.Begun:
    """Let the second side answer with what came by post."""
    key, offer = begun.files
    with pair.b.store() as store:
        wanted = Wanted(cases=THEIRS, typed=TYPED)
        return desk_overlap.answer(
            store, pair.b.settings, ANN, wanted, begun.overlap.id, offer=offer, key=key, out=pair.post / out
        )


def test_both_sides_learn_what_they_share_and_nothing_else(pair: Pair) -> None:
    """Each finds the same things, which no offer names; each comparison is logged, and the key goes at the end."""
    first = begun(pair, "one")
    second = answered(pair, first, "two")
    number = first.overlap.id
    with pair.a.store() as store:
        third = desk_overlap.compare(store, pair.a.settings, ANN, number, offer=second.files[0])
    assert second.found is not None
    assert third.found is not None
    assert second.found.common == third.found.common
    assert ("domain", lab_actor.SITES[1]) in third.found.common
    assert ("tracker", lab_actor.SIGN) in third.found.common
    assert ("domain", lab_actor.SITES[0]) not in third.found.common
    for file in (first.files[1], second.files[0]):
        assert not any(word in file.read_text() for word in (*lab_actor.SITES, *lab_actor.NUMBERS, "amazon"))
    for lab in (pair.a, pair.b):
        with lab.store() as store:
            desk_overlap.end(store, ANN, number, "done")
            acts = [one.act for one in store.history(f"overlap:{number}")]
            assert acts == ["overlap.begin", "overlap.compare", "overlap.end"]
            assert list((lab.settings.home / "overlaps").iterdir()) == []
            with pytest.raises(NotAllowedNow, match="its key is gone"):
                desk_overlap.compare(store, lab.settings, ANN, number, offer=second.files[0])
            assert store.check() == []


def test_a_part_waits_for_a_second_person_and_holds_no_note(pair: Pair) -> None:
    """What the partner may see is released like a packet: infrastructure, and nothing that somebody of us wrote."""
    first = begun(pair, "three")
    with pair.a.store() as store, pytest.raises(NotAllowedNow, match="nothing was compared"):
        desk_overlap.give(store, pair.a.settings, ANN, first.overlap.id, out=pair.post / "parts")
    second = answered(pair, first, "four")
    with pair.b.store() as store:
        packet = desk_overlap.give(store, pair.b.settings, ANN, second.overlap.id, out=pair.post / "parts")
    with pytest.raises(NotPermitted):
        pair.b.approve(packet.id, ANN)
    assert not (pair.post / "parts").exists()
    (file,) = pair.b.approve(packet.id, BOB).files
    told = file.read_text()
    assert json.loads(told)
    assert all(name in told for name in THEIRS)
    for word in ("it takes money for refunds", "dan", "ann", "operator", OURS[0]):
        assert f'"{word}' not in told


def test_who_may_not_and_what_cannot_be(pair: Pair, tmp_path: Path) -> None:
    """An analyst compares nothing; a file that is no offer, a key that is none and a nameless side are told."""
    wanted = Wanted(cases=OURS, typed=TYPED)
    knobs = pair.a.settings
    with pair.a.store() as store:
        with pytest.raises(NotPermitted):
            desk_overlap.begin(store, knobs, DAN, wanted, partner="Other", out=tmp_path)
        with pytest.raises(UserError, match="with somebody"):
            desk_overlap.begin(store, knobs, ANN, wanted, partner=" ", out=tmp_path)
        nameless = knobs.model_copy(update={"reporter_org": ""})
        with pytest.raises(SettingsError, match="who we are"):
            desk_overlap.begin(store, nameless, ANN, wanted, partner="Other", out=tmp_path)
        junk = tmp_path / "junk"
        junk.write_text("no key")
        with pytest.raises(UserError, match="no key for a comparison"):
            desk_overlap.answer(store, knobs, ANN, wanted, "o-1", offer=junk, key=junk, out=tmp_path)
        assert list(tmp_path.iterdir()) == [junk]


def test_what_could_not_be_written_has_not_begun(pair: Pair) -> None:
    """A folder that is a file, an offer that lies there: told, nothing is left behind, and it works the next time."""
    first = begun(pair, "seven")
    key, offer = first.files
    blocked = pair.post / "eight"
    blocked.write_text("a file")
    with pair.b.store() as store:
        wanted = Wanted(cases=THEIRS, typed=TYPED)
        with pytest.raises(StoreError, match="make it writable"):
            desk_overlap.answer(
                store, pair.b.settings, ANN, wanted, first.overlap.id, offer=offer, key=key, out=blocked
            )
        assert first.overlap.id not in {one.id for one in desk_overlap.listed(store)}
        assert not list((pair.b.settings.home / "overlaps").glob(f"{first.overlap.id}*"))
    blocked.unlink()
    second = answered(pair, first, "eight")
    assert second.found is not None
    with pair.b.store() as store:
        (pair.b.settings.home / "overlaps" / f"{first.overlap.id}.key").unlink()  # as a kill in the middle leaves it
        desk_overlap.end(store, ANN, first.overlap.id, "done")
        with pytest.raises(NotAllowedNow, match="its key is gone"):
            desk_overlap.end(store, ANN, first.overlap.id, "done")


# --- one packet of both sides -----------------------------------------------------------------------------------------


def given(pair: Pair) -> tuple[str, Path]:
    """Let both sides compare, and the second give its part; return the comparison and the file."""
    first = begun(pair, "five")
    second = answered(pair, first, "six")
    number = first.overlap.id
    with pair.a.store() as store:
        desk_overlap.compare(store, pair.a.settings, ANN, number, offer=second.files[0])
    with pair.b.store() as store:
        packet = desk_overlap.give(store, pair.b.settings, ANN, number, out=pair.post / "given")
    (file,) = pair.b.approve(packet.id, BOB).files
    return number, file


def test_one_packet_of_both_sides(pair: Pair) -> None:
    """It has the cases of both, a table of what they share, an annex and a log of what was left out; it is released."""
    number, file = given(pair)
    basis = "legitimate interest, as counsel of both sides has it"
    wanted = Wanted(cases=OURS, typed=TYPED, part=file, legal_basis=basis, retention="until the case is closed")
    built = pair.a.build(wanted, out="joint")
    assert pair.a.build(wanted, out="joint").packet.id == built.packet.id
    assert pair.a.build(Wanted(cases=OURS, typed=TYPED), out="alone").packet.id != built.packet.id
    (packed,) = pair.a.approve(built.packet.id).files
    assert verify(packed).faults == ()
    with zipfile.ZipFile(packed) as held:
        read = {name.partition("/data/")[2]: held.read(name) for name in held.namelist() if "/data/" in name}
    rows = {
        one["value"]: one for one in csv.DictReader(io.StringIO(read["sharing/overlap_table.csv"].decode("utf-8-sig")))
    }
    assert [rows[name]["side"] for name in (lab_actor.SITES[1], OURS[0], THEIRS[1])] == ["both", "A", "B"]
    annex = read["sharing/data_sharing_annex.md"].decode()
    assert all(words in annex for words in (basis, "until the case is closed", "Example Trust", "Other Trust"))
    assert len(read["sharing/redaction_log.csv"].splitlines()) > 1
    told = b"".join(read.values()).decode("utf-8", "replace") + text_of(read["01_packet.pdf"])
    assert all(words in told for words in (number, *OURS, *THEIRS))
    assert "it takes money for refunds" not in told
    with pair.a.store() as store:
        assert store.check() == []


def test_a_part_that_does_not_belong_makes_no_packet(pair: Pair, tmp_path: Path) -> None:
    """One of another partner, of nobody we compared with, with a protected target, or that is no part at all."""
    _, file = given(pair)
    told = json.loads(file.read_text("utf-8"))

    def refused(change: object, error: type[Exception], why: str) -> None:
        bad = tmp_path / "part.json"
        bad.write_text(change if isinstance(change, str) else json.dumps(change), "utf-8")
        with pytest.raises(error, match=why):
            pair.a.build(Wanted(cases=OURS, typed=TYPED, part=bad), out="bad")

    refused("no part", UserError, "part")
    refused(told | {"surprise": 1}, UserError, "surprise")
    refused(told | {"org": "Third Trust"}, Refused, "is with 'Other Trust'")
    refused(told | {"referral": "o-000000000000"}, UserError, "o-000000000000")
    refused(json.loads(file.read_text("utf-8").replace(THEIRS[1], "amazon.test")), ProtectedTarget, "is protected")
