"""Whoever changes a packet is found: by our verification, by the library of the format, and by coreutils."""

import shutil
import zipfile
from pathlib import Path
from random import Random

import pytest

from bench.lab_packets import TAMPERINGS, forge, holds_for_coreutils, is_a_bag, packet, unpacked
from scamhunt.errors import UserError
from scamhunt.referral import bag, seal
from scamhunt.referral.verify import MOST_TAG, verify

PACKETS = 10


@pytest.mark.parametrize("seed", range(PACKETS))
def test_every_tampering_is_found(seed: int, tmp_path: Path) -> None:
    """Ours finds all five and names the file; the others find all but manifests that were written anew."""
    made = packet(tmp_path, seed)
    for at, tamper in enumerate(TAMPERINGS):
        top = unpacked(made.file, tmp_path / f"{at}")
        assert verify(top).faults == ()
        assert is_a_bag(top)
        assert holds_for_coreutils(top)
        named = tamper(top, Random(seed * 10 + at))
        assert named in " ".join(one.path for one in verify(top).faults), tamper.__name__
        again = Path(shutil.make_archive(str(tmp_path / f"again{at}"), "zip", top.parent))
        assert verify(again).faults != ()
        others = (is_a_bag(top), holds_for_coreutils(top))
        assert others == ((True, True) if tamper is forge else (False, False)), tamper.__name__


def test_a_forger_with_a_key_of_his_own_is_found_by_the_fingerprint(tmp_path: Path) -> None:
    """Sealed anew by another key it holds by itself, and not for who knows whose key it has to be."""
    (tmp_path / "forger").mkdir()
    forged, ours = packet(tmp_path / "forger", 1), seal.key(tmp_path)
    assert verify(forged.file).faults == ()
    (fault,) = verify(forged.file, key=ours.fingerprint).faults
    assert fault.path == "SIGNATURE.sshsig"
    (fault,) = verify(forged.file, key=ours.line).faults
    assert "another key" in fault.what
    with pytest.raises(UserError, match="--key"):
        verify(forged.file, key="ssh-rsa AAAA")


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("../out.txt", b"x", "leads out"),
        ("/abs.txt", b"x", "leads out"),
        ("REF-p-3-GENERIC/data\\x.txt", b"x", "leads out"),
        ("REF-p-3-GENERIC/data/00_TABLE.csv", b"x", "twice"),
        ("REF-p-3-GENERIC/extra.txt", b"x", "in no manifest"),
        ("beside.txt", b"x", "beside the packet"),
        ("REF-p-3-GENERIC/data/evil\x1b[2J.txt", b"x", "hides"),
    ],
)
def test_what_no_packet_has_is_named(name: str, body: bytes, word: str, tmp_path: Path) -> None:
    """Names that lead out, hide, stand twice or beside the bag are faults, and nothing is unpacked."""
    made = packet(tmp_path, 3)
    with zipfile.ZipFile(made.file, "a") as packed:
        packed.writestr(name, body)
    assert word in " ".join(one.what for one in verify(made.file).faults)
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("name", ["tagmanifest-sha512.txt", "manifest-sha512.txt", "allowed_signers", "SEAL.pub"])
def test_no_list_or_key_may_be_missing(name: str, tmp_path: Path) -> None:
    """Whatever lies beside the payload is as much of the packet as the payload."""
    made = packet(tmp_path, 3)
    with zipfile.ZipFile(made.file) as packed:
        kept = [(one, packed.read(one)) for one in packed.namelist() if not one.endswith(f"/{name}")]
    with zipfile.ZipFile(made.file, "w") as packed:
        for one, body in kept:
            packed.writestr(one, body)
    assert (name, "is missing") in {(one.path, one.what) for one in verify(made.file).faults}


@pytest.mark.parametrize(("before", "behind"), [(b"MZ\x90 a program", b""), (b"", b"PK or a script\n" * 9)])
def test_bytes_around_the_zip_are_told(before: bytes, behind: bytes, tmp_path: Path) -> None:
    """A zip may begin as a program does, and every tool unpacks it all the same."""
    made = packet(tmp_path, 3)
    made.file.write_bytes(before + made.file.read_bytes() + behind)
    (fault,) = verify(made.file).faults
    assert "before or behind" in fault.what


def test_a_manifest_without_end_costs_the_reader_nothing(tmp_path: Path) -> None:
    """Of rows that cannot be the first is told, and what is too long is not read."""
    made = packet(tmp_path, 3)
    with zipfile.ZipFile(made.file) as packed:
        kept = {one: packed.read(one) for one in packed.namelist()}
    name = next(one for one in kept if one.endswith("/manifest-sha256.txt"))
    for body, word in ((b"0 x\n" * 100_000, "line 1 cannot"), (b"0" * (MOST_TAG + 1), "too long")):
        with zipfile.ZipFile(made.file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for one, held in kept.items():
                packed.writestr(one, body if one == name else held)
        faults = verify(made.file).faults
        assert any(word in one.what for one in faults if one.path == "manifest-sha256.txt")
        assert len(faults) < 50


def test_a_link_and_an_encrypted_entry_are_faults(tmp_path: Path) -> None:
    """An entry that is a link is none of a packet's."""
    made = packet(tmp_path, 4)
    entry = zipfile.ZipInfo("REF-p-4-GENERIC/data/link.txt")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(made.file, "a") as packed:
        packed.writestr(entry, "/etc/passwd")
    assert "is a link" in {one.what for one in verify(made.file).faults}


@pytest.mark.parametrize(
    "body", [b"", b"PK\x05\x06" + b"\0" * 18, b"no zip at all" * 100, b"PK\x03\x04" + b"\xff" * 500]
)
def test_what_is_no_packet_is_the_users_mistake(body: bytes, tmp_path: Path) -> None:
    """Something else is said to be no packet, without a trace of Python."""
    file = tmp_path / "packet.zip"
    file.write_bytes(body)
    with pytest.raises(UserError, match=r"no zip|no packet"):
        verify(file)
    with pytest.raises(UserError, match="not there"):
        verify(tmp_path / "nothing.zip")


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.999])
def test_a_packet_that_was_cut_is_told(cut: float, tmp_path: Path) -> None:
    """Half a file is no packet."""
    made = packet(tmp_path, 5)
    body = made.file.read_bytes()
    made.file.write_bytes(body[: int(len(body) * cut)])
    with pytest.raises(UserError, match="ask for the packet again"):
        verify(made.file)


def test_the_same_content_gives_the_same_bytes_and_a_kill_is_made_good(tmp_path: Path) -> None:
    """A stage with one file whole and a cut line of its journal ends as the same packet."""
    whole = packet(tmp_path, 6)
    name = bag.top("p-6", "generic")
    (tmp_path / "again").mkdir()
    shutil.copy(tmp_path / seal.FILE, tmp_path / "again" / seal.FILE)
    stage = tmp_path / "again" / "packets" / f".{name}.staged"
    (stage / "data").mkdir(parents=True)
    (stage / "data" / "00_table.csv").write_bytes(b"half of it")
    (stage / "journal.jsonl").write_text(
        '{"path": "00_table.csv", "size": 10, "sha256": "x", "sha512": "y"}\n{"path": "01'
    )
    again = packet(tmp_path / "again", 6)
    assert again.file.read_bytes() == whole.file.read_bytes()
    assert not stage.exists()


@pytest.mark.parametrize(
    "path",
    ["a\\b", "../a", "/a", "a//b", "con.txt", "a:b", "é.txt", " a", "a.", "x" * 121, "a/" * 100 + "b", "a\nb", ""],
)
def test_a_name_that_some_system_refuses_is_never_packed(path: str) -> None:
    """A bug that makes such a name is told at once."""
    with pytest.raises(ValueError, match="no name for a file"):
        bag.safe(path)
