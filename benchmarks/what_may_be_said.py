"""How often each kind of assertion is made of shops in which nothing changes, and of planted changes.

    python -m benchmarks.what_may_be_said [--shops 200] [--cohorts 400] [--processes 2] [--worlds opened mid_life ...]

Whole shops (`tests.claims.worlds`) are imported as somebody would who says nothing, and the sentences of pages, report
and command line are read (`tests.claims.asserted`). Besides, rows of monthly cohorts are weighed by themselves, as more
of these can be made: the newest three against the twelve before, and for good.
"""

import argparse
import multiprocessing
from collections import Counter

from scipy.stats import binomtest

from loyalty_metrics.stats.proportions import REAL
from tests.claims.asserted import asserted, opened
from tests.claims.worlds import NULL, World, shop
from tests.stats.test_stats_edge import outcomes
from tests.stats.test_stats_shifts import called, worlds

PLANTED = {
    "fall of 25% in the last week": World(newcomers=620.0, months=20, week=0.25, opened=False),
    "retention falls by a fifth, 4 months ago": World(newcomers=400.0, rate=0.38, fall=0.25),
}
"""What should be seen."""

COHORTS = {
    "chance alone, 27 months of 400": {"cohorts": 27, "size": 400},
    "spread of 3 points": {"cohorts": 27, "size": 400, "spread": 0.03},
    "spread of 3 points, memory .7": {"cohorts": 27, "size": 400, "spread": 0.03, "memory": 0.7},
    "the same, 60 customers": {"cohorts": 27, "size": 60, "spread": 0.03, "memory": 0.7},
    "season of 6 points": {"cohorts": 27, "size": 400, "season": 0.06},
    "season of 6 points, 15 months": {"cohorts": 15, "size": 400, "season": 0.06},
    "falls by a fifth, 3 months ago": {"cohorts": 27, "size": 400, "fall": 0.2},
    "falls by a fifth, 6 months ago": {"cohorts": 30, "size": 400, "fall": 0.2, "last": 6},
}


EDGES = {
    "24 months": {},
    "12 months": {"months": 12},
    "9 months": {"months": 9},
    "season of 30 %": {"season": 0.3},
    "30 newcomers a month": {"newcomers": 30.0},
    "slow: a third as often": {"rate": 0.12},
    "short lives: 4 months": {"lasting": 4.0},
}
"""Shops whose edge is looked for, opened with their data and in mid-life."""


def main() -> None:
    """Make the shops, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=200)
    parser.add_argument("--cohorts", type=int, default=400)
    parser.add_argument("--edges", type=int, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--worlds", nargs="*", default=[*NULL, *PLANTED])
    options = parser.parse_args()
    for name, how in COHORTS.items():
        different, lasting = called(worlds(options.cohorts, **how))  # type: ignore[arg-type]
        print(f"{name:<40} newest differ {different:6.1%}   for good {lasting:6.1%}   of {options.cohorts}", flush=True)
    for name, how in EDGES.items():
        for is_opened in (True, False):
            found = outcomes(options.edges, opened=is_opened, **how)  # type: ignore[arg-type]
            print(f"{name:<26} {'opened' if is_opened else 'mid-life':<10} {found}", flush=True)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for name in options.worlds:
            asked = [(name, seed) for seed in range(options.shops)]
            _print(name, list(pool.imap_unordered(_of_one, asked)))


def _of_one(asked: tuple[str, int]) -> tuple[set[str], str]:
    name, seed = asked
    workspace = opened(shop((NULL | PLANTED)[name], 1000 + seed))
    found, outcome = asserted(workspace), workspace.edge().outcome
    workspace.close()
    return found, outcome


def _print(name: str, shops: list[tuple[set[str], str]]) -> None:
    kinds = Counter(kind for found, _outcome in shops for kind in found)
    print(f"\n{name}: {len(shops)} shops; edge of the data: {dict(Counter(outcome for _found, outcome in shops))}")
    print(f"  {'any kind':<24} {sum(bool(found) for found, _outcome in shops) / len(shops):6.1%}")
    for kind, count in kinds.most_common():
        rejected = binomtest(count, len(shops), REAL, alternative="greater").pvalue < 0.01
        print(f"  {kind:<24} {count / len(shops):6.1%}{'   more than 5 %' if rejected else ''}", flush=True)


if __name__ == "__main__":
    main()
