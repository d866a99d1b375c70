import shutil
import subprocess
import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from scamhunt.referral import bag, seal
from scamhunt.referral.example import dossier
from scamhunt.referral.forms import FORMS
from scamhunt.referral.papers import PAPERS
from scamhunt.referral.sheets import SHEETS

pytestmark = [pytest.mark.system]
SEAL, LISTS, FILES = "ssh-keygen -Y verify", "sha256sum -c tagmanifest", "sha256sum --quiet"


@pytest.fixture(autouse=True)
def _tools_are_there() -> None:
    for tool in ("ssh-keygen", "sha256sum", "find"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")


@pytest.fixture
def packet(tmp_path: Path) -> Path:
    """Return the folder of a packet as its receiver unpacks it."""
    made = {path: write(dossier()) for path, write in {**PAPERS, **SHEETS, **FORMS}.items()}
    sources = [bag.Source(path, len(body), partial(BytesIO, body)) for path, body in made.items() if body]
    name = bag.top("p-3f9a12cd04e1", "generic")
    home = tmp_path / "home"
    home.mkdir(0o700)
    written = bag.write(tmp_path / "out", name, sources, [("Source-Organization", "Example")], seal.key(home))
    with zipfile.ZipFile(written.file) as archive:
        archive.extractall(tmp_path / "there")
    return tmp_path / "there" / name


def run(packet: Path, starts: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the packet's own text that begins so, as a person pastes it."""
    told = (packet / "data" / "00_README.txt").read_text("ascii")
    command = next(line for line in told.splitlines() if line.startswith(f"   {starts}"))
    return subprocess.run(["sh", "-c", command], cwd=packet, capture_output=True, text=True, check=False)  # noqa: S607  # a person's shell


def test_the_commands_of_the_readme_find_a_packet_sound(packet: Path) -> None:
    """Each command that is printed works as it is printed, and says what the text says that it says."""
    sealed = run(packet, SEAL)
    assert (sealed.returncode, 'Good "scamhunt-packet" signature for scamhunt' in sealed.stdout) == (0, True)
    assert seal.key(packet.parents[1] / "home").fingerprint in run(packet, "ssh-keygen -l").stdout
    assert run(packet, LISTS).returncode == 0
    assert (run(packet, FILES).returncode, run(packet, FILES).stdout) == (0, "")
    assert run(packet, "find data").stdout.split() == run(packet, "wc -l").stdout.split()


def test_the_commands_of_the_readme_find_a_change(packet: Path) -> None:
    """A byte, a file too many, and lists that were written anew: each is found by one of them."""
    (packet / "data" / "planted.txt").write_text("one more")
    assert run(packet, "find data").stdout.split() != run(packet, "wc -l").stdout.split()
    sheet = packet / "data" / "04_identifiers.csv"
    sheet.write_bytes(sheet.read_bytes().replace(b"prime", b"crime", 1))
    assert "04_identifiers.csv" in run(packet, FILES).stdout
    lists = packet / "manifest-sha256.txt"
    lists.write_text(lists.read_text("ascii").replace("a", "b"))
    assert "manifest-sha256.txt" in run(packet, LISTS).stdout
    (packet / "tagmanifest-sha256.txt").write_text("")
    assert run(packet, SEAL).returncode != 0
