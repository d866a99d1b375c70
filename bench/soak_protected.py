"""Every protected name, every official name, the honest half of the test data and 2,000 tenants, against the line.

    python -m bench.soak_protected

Honest names are read from ../shared/data/benign.csv.gz, where that folder is there: they are swept, and nothing that
the sweep finds can be drafted without a person. Ends with 1 when anything gets through.
"""

import csv
import gzip
import sys
import tempfile
from pathlib import Path

from bench.protected_names import passes, protected_names, spelled, tenants
from scamhunt import desk, desk_reports, pipeline, reference
from scamhunt.errors import NotAllowedNow, NotFound, Refused
from scamhunt.material import Material
from scamhunt.model import Actor
from scamhunt.settings import Settings
from scamhunt.takedown.kinds import RecipientKind

BENIGN = Path(__file__).resolve().parents[2] / "shared" / "data" / "benign.csv.gz"
WHO = Actor("soak", "os_user")


def main() -> int:
    """Run all of it; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", overlay=Path(folder) / "overlay")
        material = Material.of(settings, reference.brands(settings))
        names = sorted(set(protected_names(material)))
        kinds = [kind for kind in RecipientKind if kind is not RecipientKind.DO_NOT_ORIGINATE]
        through = [name for name in spelled(material, names, 7) for kind in kinds if passes(material, name, kind)]
        print(f"{len(names):,} protected and official names, {len(kinds)} kinds: {len(through)} through {through[:5]}")
        shared = spelled(material, tenants(material, 2_000, 7), 7)
        beyond = [name for name in shared if passes(material, name, RecipientKind.REGISTRAR)]
        print(f"{len(shared):,} tenants to a registrar: {len(beyond)} through {beyond[:5]}")
        drafted = _honest(settings, Path(folder)) if BENIGN.exists() else []
        return 1 if through or beyond or drafted else 0


def _honest(settings: Settings, folder: Path) -> list[str]:
    """Sweep the honest names and try to draft on each that is found; return those that could be."""
    with gzip.open(BENIGN, "rt") as rows:
        table = list(csv.reader(rows))
    names = [next((cell for cell in row if "." in cell), "") for row in table[1:]]
    (folder / "honest.txt").write_text("\n".join(filter(None, names)))
    pipeline.sweep(settings, feeds=[str(folder / "honest.txt")])
    drafted = []
    with desk.open_store(settings) as store:
        found = store.candidates(limit=None)
        for candidate in found:
            try:
                desk_reports.draft_report(
                    store, settings, WHO, str(candidate.id), to="abuse@desk.example", observed="a login form"
                )
            except (Refused, NotFound, NotAllowedNow):
                continue
            drafted.append(candidate.indicator)
    print(f"{len(names):,} honest names, {len(found):,} found by the sweep: {len(drafted)} drafted without a person")
    return drafted


if __name__ == "__main__":
    sys.exit(main())
