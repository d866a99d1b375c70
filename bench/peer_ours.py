"""scamhunt's own scoring as a process to be timed beside the peers' kernels: names in, matches for review out.

`python bench/peer_ours.py HITS NAMES PACK`: everything that the classifier looks for, without the program around it.
"""

import sys
from pathlib import Path

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.score.brands import parse_packs


def main() -> None:
    """Write the names that reach review and print how many there are."""
    hits, names, pack = map(Path, sys.argv[1:])
    brands = parse_packs([(pack.name, pack.read_bytes())])
    parsed, _ = parse_many(names.read_text("utf-8").split())
    found = [match.indicator for match in reference.classifier(brands).score(parsed)]
    hits.write_text("\n".join(found), "utf-8")
    print(len(found))


if __name__ == "__main__":
    main()
