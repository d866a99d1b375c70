"""The difference of two nights of the largest zone that there is, 160 million names: see `bench_zone.py`."""

import argparse

from bench.bench_zone import peak, run

NAMES = 160_000_000
MOST = 600
"""MiB."""


def main() -> None:
    """Run it; more memory than `MOST` is a failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=NAMES, help="names of the zone")
    run(parser.parse_args().names, orders=(False,))
    if peak() > MOST:
        raise SystemExit(f"{peak():.0f} MiB, {MOST} at most")


if __name__ == "__main__":
    main()
