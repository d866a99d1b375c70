"""200 packets, each changed in five ways: every change is found, whoever looks; and packets whose writing was killed.

    python bench/soak_packets.py [--packets 200] [--kills 60] [--seed 9]

Ours has to find all five and to name the file. The library of the format and coreutils find all but manifests that were
written anew with the file: that is what the seal is for. A killed writer leaves what the next one goes on with, and the
packet has the bytes that it would have had.
"""

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.lab_packets import TAMPERINGS, forge, holds_for_coreutils, is_a_bag, packet, unpacked
from scamhunt.referral import seal
from scamhunt.referral.verify import verify


def tampered(folder: Path, seed: int) -> int:
    """Change one packet in every way; return how often somebody did not find what he has to find."""
    made, missed = packet(folder, seed), 0
    for at, tamper in enumerate(TAMPERINGS):
        top = unpacked(made.file, folder / str(at))
        sound = verify(top).faults == () and is_a_bag(top) and holds_for_coreutils(top)
        named = tamper(top, Random(seed * 10 + at))
        ours = any(named in one.path for one in verify(top).faults)
        others = (is_a_bag(top), holds_for_coreutils(top)) == ((True, True) if tamper is forge else (False, False))
        if not (sound and ours and others):
            missed += 1
            print(f"packet {seed}, {tamper.__name__}: sound {sound}, ours {ours}, others {others}")
        shutil.rmtree(folder / str(at))
    return missed


def killed(folder: Path, seed: int, chance: Random) -> bool:
    """Kill a writer at some moment and write again; say whether the bytes are those of a writer that nobody killed."""
    whole = packet(folder / "whole", seed)
    (folder / "again").mkdir()
    shutil.copy(folder / "whole" / seal.FILE, folder / "again" / seal.FILE)
    writer = multiprocessing.get_context("fork").Process(target=packet, args=(folder / "again", seed))
    writer.start()
    time.sleep(chance.random() * 0.03)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    return packet(folder / "again", seed).file.read_bytes() == whole.file.read_bytes()


def main() -> int:
    """Run it and tell."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--packets", type=int, default=200)
    asked.add_argument("--kills", type=int, default=60)
    asked.add_argument("--seed", type=int, default=9)
    chosen = asked.parse_args()
    chance, missed, broken = Random(chosen.seed), 0, 0
    with tempfile.TemporaryDirectory(prefix="scamhunt-soak-") as name:
        for at in range(chosen.packets):
            folder = Path(name) / f"tampered-{at}"
            folder.mkdir()
            missed += tampered(folder, at)
            shutil.rmtree(folder)
        for at in range(chosen.kills):
            folder = Path(name) / f"killed-{at}"
            (folder / "whole").mkdir(parents=True)
            broken += not killed(folder, at, chance)
            shutil.rmtree(folder)
    count = chosen.packets * len(TAMPERINGS)
    print(f"{chosen.packets} packets, {count - missed} of {count} changes found as they have to be")
    print(f"{chosen.kills} writers killed, {chosen.kills - broken} packets with the same bytes afterwards")
    return 1 if missed or broken else 0


if __name__ == "__main__":
    sys.exit(main())
