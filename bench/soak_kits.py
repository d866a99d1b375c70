"""Every kit of the lab, the slow ones too, drawn by Chromium as well: a line for each; ends with 1 where one is wrong.

Without Chromium (`make system`) the kits that are drawn by scripts may stay undecided.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.lab_kits import KITS, OFFICIAL, Kit
from bench.lab_world import World
from scamhunt import desk, desk_looks
from scamhunt.desk_looks import Seen
from scamhunt.model import Actor
from scamhunt.observed import Outcome
from scamhunt.settings import Settings
from scamhunt.store import Store

WHO = Actor("soak", "os_user")


def look(world: World, settings: Settings, store: Store, kits: Sequence[Kit]) -> int:
    """Look at some sites at once and print a line for each; return how many were judged wrong."""
    began = time.monotonic()
    urls = [world.url(kit.name) for kit in kits]
    seen = desk_looks.investigate(store, settings, WHO, urls)
    wrong = sum(not told(kit, one) for kit, one in zip(kits, seen, strict=True))
    print(f"{len(kits)} sites in {time.monotonic() - began:.1f} s, {wrong} wrong\n")
    return wrong


def told(kit: Kit, seen: Seen) -> bool:
    """Print what was seen at one site; return whether its verdict fits."""
    pictures = [one for one in seen.look.gained.findings if one.kind == "screenshot"]
    drawn = any(one.outcome is Outcome.FOUND for one in pictures)
    verdict = seen.kept.judgement.verdict
    right = verdict in ((kit.drawn if drawn else None) or kit.verdicts)
    seconds = (seen.look.ended - seen.look.begun).total_seconds()
    print(f"{kit.name:42} {verdict:13} {'drawn' if drawn else '':6} {'' if right else 'WRONG':6} {seconds:5.1f} s")
    if pictures and not drawn:
        print("   ", pictures[0].text)
    if not right:
        print("   ", "; ".join(one.text for one in seen.kept.judgement.reasons))
    return right


def main() -> int:
    """Look at the brands' own sites, then at the kits; return how the program ends."""
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        settings = world.settings(screenshots="on")
        with desk.open_store(settings) as store:
            wrong = sum(look(world, settings, store, kits) for kits in (OFFICIAL, KITS))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
