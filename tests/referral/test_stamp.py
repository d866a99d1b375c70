"""Stamps of the time, made by the authority that openssl is, on this machine."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.lab_packets import packet
from scamhunt.referral import bag, stamp
from scamhunt.referral.verify import verify

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
x509_extensions = stamping
prompt = no
[name]
CN = Example Time
[stamping]
basicConstraints = critical, CA:true
extendedKeyUsage = critical, timeStamping
"""


def openssl(folder: Path, *words: str) -> None:
    """Run openssl in a folder."""
    command = ["/usr/bin/openssl", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an authority with a key and a certificate of its own."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "config").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-days", "2")
    openssl(folder, "req", "-x509", "-config", "config", *key)
    return folder


def stamped(authority: Path, message: bytes) -> bytes:
    """Return what the authority answers."""
    (authority / "query").write_bytes(stamp.request(message))
    openssl(authority, "ts", "-reply", "-config", "config", "-section", "here", "-queryfile", "query", "-out", "reply")
    return (authority / "reply").read_bytes()


def test_a_stamp_tells_when(authority: Path) -> None:
    """The reply is over the message, of this hour, and of the certificate that is trusted."""
    reply = stamped(authority, b"manifest")
    at = stamp.check(reply, b"manifest", [(authority / "tsa.pem").read_bytes()])
    assert abs(at - datetime.now(UTC)) < timedelta(hours=1)
    assert stamp.check(reply, b"manifest") == at


def test_what_is_no_stamp_of_it_is_refused(authority: Path, tmp_path: Path) -> None:
    """Another message, junk, and a certificate of somebody else are told apart."""
    reply = stamped(authority, b"manifest")
    with pytest.raises(stamp.BadStamp, match="something else"):
        stamp.check(reply, b"another")
    for junk in (b"", b"junk", reply[:40], b"\x30" * 500):
        with pytest.raises(stamp.BadStamp, match="no stamp"):
            stamp.check(junk, b"manifest")
    other = tmp_path / "other"
    other.mkdir()
    (other / "config").write_text(CONFIG.format(folder=other))
    openssl(other, *"req -x509 -config config -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2".split())
    with pytest.raises(stamp.BadStamp, match="not made by who you trust"):
        stamp.check(reply, b"manifest", [(other / "tsa.pem").read_bytes()])


def test_a_packet_bears_its_stamp_and_another_packets_is_a_fault(authority: Path, tmp_path: Path) -> None:
    """Put into its packet the stamp holds and is told; in another packet it is named."""
    made, other = packet(tmp_path, 1), packet(tmp_path, 2)
    reply = stamped(authority, bag.sealed(made.file))
    for one in (made, other):
        digest, size = bag.add(one.file, stamp.FILE, reply)
        assert (len(digest), size) == (64, one.file.stat().st_size)
    found = verify(made.file)
    assert found.faults == ()
    assert any(note.startswith("stamped ") for note in found.notes)
    (fault,) = verify(other.file).faults
    assert (fault.path, "something else" in fault.what) == (stamp.FILE, True)
