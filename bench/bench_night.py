"""How long a night of 5,000 candidates takes where each registry's server is asked once a second: a table in Markdown.

The names are the bundled sample of newly registered ones, its mix of top-level domains as it is; which server is asked
comes from the bundled bootstrap files. Nothing is looked up. A registry that names the registrar's own server is asked
once, and so is that server; how the names spread over registrars is not known here, so that is left out and said.
"""

import random
from collections import Counter

from scamhunt import __version__, reference, settings
from scamhunt.investigate.rdap import Registries
from scamhunt.investigate.rdap_bootstrap import Bootstrap
from scamhunt.net.visit import Visit
from scamhunt.observed import Outcome

NIGHT = 5_000
SHOWN = 8
SEED = 6
LOOKS = 13.0
"""Looks a second, by bench_pages.py on two cores: set it by what your machine says."""


async def _nobody(url: str) -> Visit:
    return Visit((), Outcome.SKIPPED, "nothing is looked up here", url)


async def _nowhere(_host: str) -> list[object]:
    return []


def main() -> None:
    """Print the table."""
    knobs = settings.load()
    registries = Registries(knobs, _nobody, Bootstrap.of(knobs), _nowhere)  # type: ignore[arg-type]  # asks nobody
    every = [host for names in reference.sample() for host in names.targets]
    lanes = Counter(map(registries.server_of, random.Random(SEED).sample(every, NIGHT)))
    unknown = lanes.pop("", 0)
    print(f"scamhunt {__version__}: {NIGHT:,} names of the bundled sample, {knobs.rdap_rate:g} a second and server\n")
    print("| registry's server | names | seconds |\n|---|--:|--:|")
    for lane, count in lanes.most_common(SHOWN):
        print(f"| {lane} | {count:,} | {count / knobs.rdap_rate:,.0f} |")
    longest = lanes.most_common(1)[0][1] / knobs.rdap_rate
    print(f"\n{len(lanes)} servers, side by side; {unknown:,} names have none. The busiest decides: {longest:,.0f} s.")
    print(
        f"Looking itself takes {NIGHT / LOOKS:,.0f} s at {LOOKS:g} looks a second (bench_pages.py). Not counted: what"
    )
    print("registrars' own servers are asked beyond one a second of each.")


if __name__ == "__main__":
    main()
