"""Makes the critical values of the intervals of concentration: `loyalty_metrics/rules/concentration_intervals.toml`.

    python -m benchmarks.pareto_calibration [--samples 15000] [--most 60000000]

For each number of customers, samples are drawn whose heaviness is itself drawn: half are lognormal with a sigma of 0.05
to 3.5, half follow Pareto's power law with an index of 1.25 and above. Of each sample: by how many standard errors the
truth lies off the figure (as log-odds), and how heavy the sample's own tail looks (`tail_weight`). The critical values
are the 2.5% and 97.5% quantiles of the first given the second, by quantile regression on a broken line, so that what a
sample tells of its own tail, and that it tells too little where the largest customers are missing, is allowed for.
The same seed makes the same file.
"""

import argparse
from collections.abc import Callable

import numpy as np
from scipy.special import logit, ndtr, ndtri

from loyalty_metrics.stats.concentration import CARRIED, TOP
from loyalty_metrics.stats.concentration_intervals import FILE, STATISTICS, estimates, tail_weight
from loyalty_metrics.stats.histogram import FloatArray

CUSTOMERS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 20_000)
WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25)
MOST_SIGMA, MOST_WEIGHT = 3.5, 1 / 1.25
FEWEST_SAMPLES = 1_500
Draw = Callable[[np.random.Generator, int], FloatArray]


def lognormal(sigma: float) -> tuple[Draw, FloatArray]:
    """Customers whose logarithms are normal: how to draw them, and their true figures in the order of `STATISTICS`."""
    truth = [ndtr(sigma + ndtri(TOP)), ndtr(ndtri(CARRIED) - sigma), 2 * ndtr(sigma / np.sqrt(2)) - 1]
    return lambda rng, n: rng.lognormal(0, sigma, n), np.array(truth)


def power_law(weight: float) -> tuple[Draw, FloatArray]:
    """Customers above a border who follow Pareto's law of index 1 / `weight`, and their true figures."""
    truth = [TOP ** (1 - weight), CARRIED ** (1 / (1 - weight)), weight / (2 - weight)]
    return lambda rng, n: np.exp(weight * rng.exponential(size=n)), np.array(truth)


def off(sample: FloatArray, truth: FloatArray) -> FloatArray:
    """Standard errors, as log-odds, by which the truth lies above each figure."""
    odds = [estimate.log_odds() for estimate in estimates(sample, np.ones(len(sample))).values()]
    return np.array([(logit(true) - figure) / error for true, (figure, error) in zip(truth, odds, strict=True)])


def simulated(customers: int, samples: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """The tail weight of each sample, and by how much each figure is off."""
    rng = np.random.default_rng([seed, customers])
    weights, offs = np.empty(samples), np.empty((samples, len(STATISTICS)))
    for i in range(samples):
        draw, truth = lognormal(rng.uniform(0.05, MOST_SIGMA)) if i % 2 else power_law(rng.uniform(0.02, MOST_WEIGHT))
        sample = draw(rng, customers)
        weights[i], offs[i] = tail_weight(sample, np.ones(customers)), off(sample, truth)
    return weights, offs


def broken_line(weights: FloatArray, offs: FloatArray, quantile: float) -> FloatArray:
    """Quantile regression at the knots `WEIGHTS`, by iterated weighted least squares (Hunter & Lange 2000)."""
    inside = np.clip(weights, WEIGHTS[0], WEIGHTS[-1])
    hats = np.array([np.interp(inside, WEIGHTS, row) for row in np.eye(len(WEIGHTS))]).T
    line = np.full(len(WEIGHTS), np.quantile(offs, quantile))
    for _ in range(300):
        left = offs - hats @ line
        pull = 1 / (np.abs(left) + 1e-3)
        line = np.linalg.solve((hats.T * pull) @ hats, hats.T @ (pull * offs + 2 * quantile - 1))
    return line


def table(samples: int, most: int, seed: int) -> str:
    """The file's text."""
    lines: dict[str, dict[str, list[str]]] = {name: {"low": [], "high": []} for name in STATISTICS}
    for customers in CUSTOMERS:
        wanted = max(FEWEST_SAMPLES, min(samples, most // customers))
        weights, offs = simulated(customers, wanted, seed)
        known = np.isfinite(offs).all(axis=1)
        for column, name in enumerate(STATISTICS):
            for end, quantile in (("low", 0.025), ("high", 0.975)):
                row = broken_line(weights[known], offs[known, column], quantile)
                lines[name][end].append(f"    [{', '.join(f'{value:.2f}' for value in row)}],  # {customers:,}")
        print(f"{customers:,} customers: {wanted:,} samples", flush=True)
    head = (
        "# Critical values of the intervals of concentration: standard errors (as log-odds) below and above a figure.\n"
        f"# Made by `python -m benchmarks.pareto_calibration --samples {samples} --most {most} --seed {seed}`.\n"
        "# One row a number of customers, one column a weight of the tail (Hill).\n"
        f"customers = {list(CUSTOMERS)}\nweight = {list(WEIGHTS)}\n"
    )
    parts = [
        f"\n[{name}]\n" + "\n".join(f"{end} = [\n" + "\n".join(rows) + "\n]" for end, rows in ends.items())
        for name, ends in lines.items()
    ]
    return head + "\n".join(parts) + "\n"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=15_000)
    parser.add_argument("--most", type=int, default=60_000_000, help="customers drawn for one row of the table")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    FILE.write_text(table(options.samples, options.most, options.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
