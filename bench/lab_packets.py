"""Made-up packets, and what somebody does to one who wants it to say something else."""

import hashlib
import io
import logging
import subprocess
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import bagit

from scamhunt.referral import bag, seal


def packet(folder: Path, seed: int) -> bag.Written:
    """Write a packet of made-up files."""
    chance = Random(seed)
    names = [f"{at:02}_table.csv" for at in range(chance.randint(2, 5))]
    names += [f"evidence/{case}/{chance.randrange(10**6)}-page.html.txt" for case in range(chance.randint(1, 4))]
    sources = [
        bag.Source(name, len(body), partial(io.BytesIO, body))
        for name in names
        for body in [chance.randbytes(chance.randint(1, 5_000))]
    ]
    info = [("External-Identifier", f"p-{seed}"), ("Bagging-Date", "2026-11-22")]
    return bag.write(folder / "packets", bag.top(f"p-{seed}", "generic"), sources, info, seal.key(folder))


def payload(top: Path, chance: Random) -> Path:
    """Return one file of the payload."""
    return chance.choice(sorted(one for one in (top / "data").rglob("*") if one.is_file()))


def flip(top: Path, chance: Random) -> str:
    """Change one bit of a file."""
    file = payload(top, chance)
    body = bytearray(file.read_bytes())
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    file.write_bytes(bytes(body))
    return file.name


def remove(top: Path, chance: Random) -> str:
    """Take a file away."""
    file = payload(top, chance)
    file.unlink()
    return file.name


def plant(top: Path, chance: Random) -> str:
    """Add a file."""
    file = payload(top, chance).parent / "planted.txt"
    file.write_text("one more")
    return file.name


def rename(top: Path, chance: Random) -> str:
    """Call a file otherwise."""
    file = payload(top, chance)
    file.rename(file.with_name("renamed.csv"))
    return file.name


def forge(top: Path, chance: Random) -> str:
    """Change a file, and write every manifest anew."""
    flip(top, chance)
    for file in [*top.glob("manifest-*.txt"), *top.glob("tagmanifest-*.txt")]:
        kind = file.stem.rpartition("-")[2]
        names = [line.split(None, 1)[1] for line in file.read_text().splitlines()]
        rows = [f"{hashlib.new(kind, (top / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
        file.write_text("".join(rows))
    return "SIGNATURE.sshsig"


TAMPERINGS: tuple[Callable[[Path, Random], str], ...] = (flip, remove, plant, rename, forge)


def unpacked(file: Path, folder: Path) -> Path:
    """Return the folder of a packet that was unpacked."""
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    (top,) = folder.iterdir()
    return top


def is_a_bag(top: Path) -> bool:
    """Say whether the library of the format takes it."""
    logging.getLogger("bagit").setLevel(logging.CRITICAL + 1)  # it tells of each file that does not hold
    try:
        bagit.Bag(str(top)).validate()
    except bagit.BagError:
        return False
    return True


def holds_for_coreutils(top: Path) -> bool:
    """Say whether `sha256sum -c` takes it, and there are as many files as it lists."""
    manifest = top / "manifest-sha256.txt"
    done = subprocess.run(
        ["/usr/bin/sha256sum", "--quiet", "-c", manifest.name], cwd=top, capture_output=True, check=False
    )
    files = sum(one.is_file() for one in (top / "data").rglob("*"))
    return done.returncode == 0 and files == len(manifest.read_text().splitlines())
