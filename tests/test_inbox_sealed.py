"""Sealed mails: they come back as they were, or somebody is told that they do not."""

import hashlib
from pathlib import Path

import pytest

from scamhunt import sealed
from scamhunt.errors import EvidenceChanged, StoreError

RAW = b"From: jolanda@victim-mail.example\r\n\r\nmy card is 4000 0012 3456 7899\r\n" * 20


@pytest.fixture
def digest(tmp_path: Path) -> str:
    """Return the digest of a mail that is sealed."""
    return sealed.keep(tmp_path, RAW)


def test_what_is_sealed_comes_back_and_lies_nowhere_in_clear(tmp_path: Path, digest: str) -> None:
    """The file is named by the sha256 of the mail, belongs to its owner alone, and holds none of its words."""
    file = tmp_path / "inbox" / digest
    assert digest == hashlib.sha256(RAW).hexdigest()
    assert sealed.open_(tmp_path, digest) == RAW
    assert b"jolanda" not in file.read_bytes()
    modes = [path.stat().st_mode & 0o777 for path in (file.parent, file, tmp_path / "inbox.key")]
    assert modes == [0o700, 0o600, 0o600]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inbox", "inbox.key"]


def test_the_same_mail_is_never_sealed_the_same_way(tmp_path: Path, digest: str) -> None:
    """Each time has its own key and nonces, and opens all the same; the key of the folder stays."""
    before, key = (tmp_path / "inbox" / digest).read_bytes(), (tmp_path / "inbox.key").read_bytes()
    assert sealed.keep(tmp_path, RAW) == digest
    assert (tmp_path / "inbox" / digest).read_bytes() != before
    assert (tmp_path / "inbox.key").read_bytes() == key
    assert sealed.open_(tmp_path, digest) == RAW


@pytest.mark.parametrize("at", [0, 20, 40, 70, 85, 200, -1])
def test_a_changed_byte_is_found(tmp_path: Path, digest: str, at: int) -> None:
    """In the head, the key of the mail, the nonces, the content or the tag."""
    file = tmp_path / "inbox" / digest
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(EvidenceChanged, match="was changed"):
        sealed.open_(tmp_path, digest)


@pytest.mark.parametrize("content", [b"", b"scamhunt-sealed-1\n", RAW])
def test_what_is_no_sealed_mail_is_told(tmp_path: Path, digest: str, content: bytes) -> None:
    """A cut file, and one that somebody put there in clear."""
    (tmp_path / "inbox" / digest).write_bytes(content)
    with pytest.raises(EvidenceChanged, match="was changed"):
        sealed.open_(tmp_path, digest)


def test_a_mail_in_the_place_of_another_is_found(tmp_path: Path, digest: str) -> None:
    """What is sealed is bound to its name: an exchanged file does not open."""
    other = sealed.keep(tmp_path, b"another mail")
    (tmp_path / "inbox" / other).replace(tmp_path / "inbox" / digest)
    with pytest.raises(EvidenceChanged, match="was changed"):
        sealed.open_(tmp_path, digest)


def test_a_link_is_not_followed(tmp_path: Path, digest: str) -> None:
    """Neither for a mail nor for the key."""
    (tmp_path / "inbox" / digest).rename(tmp_path / "away")
    (tmp_path / "inbox" / digest).symlink_to(tmp_path / "away")
    with pytest.raises(EvidenceChanged, match="is a link"):
        sealed.open_(tmp_path, digest)
    (tmp_path / "inbox.key").rename(tmp_path / "elsewhere")
    (tmp_path / "inbox.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError):
        sealed.keep(tmp_path, RAW)


def test_what_was_removed_is_told_apart(tmp_path: Path, digest: str) -> None:
    """An erased mail is gone for good, and a second time there is nothing to erase."""
    assert sealed.forget(tmp_path, digest)
    assert not sealed.forget(tmp_path, digest)
    with pytest.raises(EvidenceChanged, match="is gone"):
        sealed.open_(tmp_path, digest)


def test_without_the_key_no_new_one_is_made_beside_old_mails(tmp_path: Path, digest: str) -> None:
    """A lost key is told at once, for the mails of a new one would hide that the old ones are lost."""
    (tmp_path / "inbox.key").unlink()
    with pytest.raises(StoreError, match="put it back from a backup"):
        sealed.keep(tmp_path, b"another mail")
    with pytest.raises(StoreError, match="put it back from a backup"):
        sealed.open_(tmp_path, digest)
    sealed.forget(tmp_path, digest)
    assert sealed.open_(tmp_path, sealed.keep(tmp_path, RAW)) == RAW


@pytest.mark.parametrize(
    ("key", "mode", "words"), [(b"short", 0o600, "is not the key"), (b"k" * 32, 0o644, "chmod 600")]
)
def test_a_key_that_is_none_or_that_others_may_read_is_refused(
    tmp_path: Path, digest: str, key: bytes, mode: int, words: str
) -> None:
    """Each with what to do about it."""
    assert digest
    (tmp_path / "inbox.key").write_bytes(key)
    (tmp_path / "inbox.key").chmod(mode)
    with pytest.raises(StoreError, match=words):
        sealed.keep(tmp_path, RAW)


def test_another_key_opens_nothing(tmp_path: Path, digest: str) -> None:
    """A copy of `inbox/` is of no use without the key that belongs to it."""
    (tmp_path / "inbox.key").write_bytes(b"k" * 32)
    with pytest.raises(EvidenceChanged, match=r"inbox\.key is not the key"):
        sealed.open_(tmp_path, digest)


@pytest.mark.parametrize("name", ["../scamhunt.db", "", "A" * 64, "0" * 63])
def test_a_name_that_is_no_digest_leads_nowhere(tmp_path: Path, name: str) -> None:
    """Whatever somebody wrote into the database, no other file is read or removed."""
    for act in (sealed.open_, sealed.forget):
        with pytest.raises(EvidenceChanged, match="no sha256"):
            act(tmp_path, name)


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    """Where the folder is to be, a file lies."""
    (tmp_path / "inbox").write_text("")
    with pytest.raises(StoreError):
        sealed.keep(tmp_path, RAW)
    with pytest.raises(StoreError):
        sealed.open_(tmp_path, "0" * 64)
    with pytest.raises(StoreError):
        sealed.forget(tmp_path, "0" * 64)
