"""How long a packet takes, and how much memory: built from made-up cases with evidence; a table in Markdown.

    python -m bench.bench_referral [--cases 50] [--megabytes 2] [--looks 2]

Each case is a confirmed name with looks that brought a page, an archive of the visit, a screenshot and answers of
registries, of so many megabytes together; every tenth shares an account with others. Nothing is asserted.
"""

import argparse
import resource
import tempfile
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from scamhunt import desk, desk_people, desk_referral, pipeline
from scamhunt.desk_dossier import Typed
from scamhunt.desk_referral import Wanted
from scamhunt.model import Actor, PersonRole, Reason
from scamhunt.observed import Clock, Finding, Gained, Item, Judgement, Liveness, Look, Outcome, Verdict
from scamhunt.referral.verify import verify
from scamhunt.settings import Settings
from scamhunt.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
EVE, ANN, BOB, DAN = (Actor(name, "password") for name in ("eve", "ann", "bob", "dan"))
TEAM = {EVE: PersonRole.ADMIN, ANN: PersonRole.INVESTIGATOR, BOB: PersonRole.APPROVER, DAN: PersonRole.ANALYST}
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
KINDS = (("application/warc", 0.5), ("image/png", 0.3), ("text/html", 0.15), ("application/rdap+json", 0.05))


def look(name: str, turn: int, size: int, account: str, chance: Random) -> Look:
    """Return a look at a name that brought so many bytes."""
    at = NOW + timedelta(hours=turn)
    items = []
    for media_type, share in KINDS:
        body = chance.randbytes(int(size * share))
        body = zlib.compress(body) if media_type == "application/rdap+json" else body
        items.append(Item(body, media_type, f"https://{name}/", at, "bench 1", "desktop"))
    proof = items[2].sha256
    data = {"title": "Refunds", "words": 80, "empty": False, "brands": ["amazon"], "simhash": "", "structure": ""}
    found = [
        Finding("page.shown", f"https://{name}/", at, Outcome.FOUND, "a page", data, proof, "desktop"),
        Finding(
            "page.tracker",
            f"https://{name}/",
            at,
            Outcome.FOUND,
            "an account",
            {"vendor": "Google Analytics", "id": account},
            proof,
            "desktop",
        ),
    ]
    return Look(name, f"https://{name}/", "pages", at, at, Gained(found, items), Clock(0.1, ("a", "b")), "ann")


def fill(settings: Settings, cases: int, looks: int, size: int) -> None:
    """Make a team, cases and what was seen of them."""
    names = [f"amazon-refund-{at:04}.com" for at in range(cases)]
    listed = settings.home.parent / "names.txt"
    listed.write_text("".join(f"{name}\n" for name in names))
    pipeline.sweep(settings, feeds=[str(listed)])
    chance = Random(9)
    with desk.open_store(settings) as store:
        for who, role in TEAM.items():
            desk_people.add(store, settings, EVE, who.name, [role])
        for at, name in enumerate(names):
            candidate = store.candidate(name)
            for turn in range(looks):
                seen = look(name, turn, size // looks, f"UA-5550{at // 10:04}-1", chance)
                judged = Judgement(Verdict.IMPERSONATES, "amazon", 0.97, (Reason("bench", 1.0, "made up"),))
                store.save_look(seen, judged, liveness=Liveness.LIVE, candidate_id=candidate.id, actor=ANN)
            desk.decide(store, DAN, name, "confirm", "made up")


def built(store: Store, settings: Settings, cases: int) -> tuple[desk_referral.Built, float]:
    """Build a packet of all cases; return it and the seconds that it took."""
    names = [str(number) for number in range(1, cases + 1)]
    start = time.perf_counter()
    done = desk_referral.build(
        store, settings, ANN, Wanted(cases=names, typed=Typed("bench")), out=settings.home.parent / "out"
    )
    return done, time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=50)
    asked.add_argument("--looks", type=int, default=2)
    asked.add_argument("--megabytes", type=float, default=2, help="of evidence of one case")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="scamhunt-bench-") as folder:
        top = Path(folder)
        (top / "pack.toml").write_text(PACK)
        settings = Settings.model_validate(
            {
                "home": top / "home",
                "overlay": top / "overlay",
                "brands": str(top / "pack.toml"),
                "clock": NOW + timedelta(days=1),
            }
        )
        fill(settings, chosen.cases, chosen.looks, int(chosen.megabytes * 1e6))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with desk.open_store(settings) as store:
            done, whole = built(store, settings, chosen.cases)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        printed = [one for one in done.notes if one.startswith("no PDF")]
        start = time.perf_counter()
        verdict = verify(done.file)
        checked = time.perf_counter() - start
        evidence, size = chosen.cases * chosen.megabytes, done.packet.size / 1e6
        print("| cases | evidence | packet | build, PDF included | verify | peak RSS before and after |")
        print("|---|---|---|---|---|---|")
        print(
            f"| {chosen.cases} | {evidence:,.0f} MB | {size:,.0f} MB | {whole:.1f} s | {checked:.1f} s "
            f"| {before:,.0f} and {after:,.0f} MiB |"
        )
        print(f"\nfaults: {len(verdict.faults)}; {'; '.join(printed) or 'with the PDF'}")


if __name__ == "__main__":
    main()
