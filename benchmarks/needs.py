"""How often planted groups are found, and how often none are claimed where there are none.

`python -m benchmarks.needs [--runs 20] [--sizes 300,1000,3000] [--kinds spherical,passing]`
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from benchmarks import planted
from loyalty_metrics.measures.needs import needs
from loyalty_metrics.stats.clusters import FOUND, Groups, find_groups

SAME = 0.9
"""Adjusted Rand from which groups count as found again."""


def found_in(customers: Any) -> tuple[Groups, np.ndarray]:
    """What is found, and the group of each customer."""
    if isinstance(customers, pd.DataFrame):
        found = needs(customers)
        return found.groups, found.labels
    groups = find_groups(customers)
    return groups, groups.best.labels if groups.best else np.zeros(len(customers))


def is_right(make: Callable, seed: int, n: int) -> bool:
    """Whether planted groups are found again; or, where there are none, none claimed."""
    made = make(np.random.default_rng([seed, n]), n)
    if not isinstance(made, tuple):
        return found_in(made)[0].verdict != FOUND
    groups, labels = found_in(made[0])
    return groups.verdict == FOUND and adjusted_rand_score(made[1], labels) >= SAME


def main() -> None:
    """Print a line for each kind of data and number of customers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--sizes", default="300,1000,3000")
    parser.add_argument("--kinds", default="")
    options = parser.parse_args()
    every = planted.PLANTED_ROWS + planted.PLANTED_BUYERS + planted.PLAIN_ROWS + planted.PLAIN_BUYERS
    for make in every:
        if options.kinds and make.__name__ not in options.kinds.split(","):
            continue
        for n in map(int, options.sizes.split(",")):
            start = time.perf_counter()
            right = [is_right(make, seed, n) for seed in range(options.runs)]
            took = (time.perf_counter() - start) / options.runs
            wrong = [seed for seed, good in enumerate(right) if not good]
            print(
                f"{make.__name__:13} {n:6} customers: {np.mean(right):5.0%} right, {took:5.1f} s; not: {wrong}",
                flush=True,
            )


if __name__ == "__main__":
    main()
