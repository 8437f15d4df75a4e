"""How long fits of the customer-lifetime models take, against the `lifetimes` package, in one run.

    python -m benchmarks.clv_fit [--peer PYTHON] [--customers 1000000] [--rounds 5] [--slow]

Both fit the same customers: CDNOW's 1/10 sample (2,357), the donors of a charity (11,104), and simulated customers with
days as their unit. Ours is told in two parts, grouping customers into distinct histories and the fit; the ratio is of
lifetimes to both together. Beside it stands lifetimes given the grouped rows with their weights, where it takes any.
The last column is our log-likelihood less that at their parameters. The peer runs in an interpreter of its own
(`--peer`, one with lifetimes installed; this one unless told otherwise). `--slow` also lets it fit Pareto/NBD and
BG/BB to all simulated customers, which takes it many minutes. Told is the processor's time, which says more than the
clock on a machine that does other work as well; set OPENBLAS_NUM_THREADS=1, so that idle threads do not count.
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from loyalty_metrics.stats.bgbb import BetaGeometricBetaBinomial
from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.histories import histories
from loyalty_metrics.stats.pareto_nbd import ParetoNBD

Columns = dict[str, np.ndarray]

MODELS: dict[str, Any] = {
    "BG/NBD": BetaGeometricNBD,
    "MBG/NBD": ModifiedBetaGeometricNBD,
    "Pareto/NBD": ParetoNBD,
    "BG/BB": BetaGeometricBetaBinomial,
    "Gamma-Gamma": GammaGamma,
}


SLOW = ("Pareto/NBD", "BG/BB")
"""What takes the peer many minutes with a million customers."""


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default=sys.executable, help="an interpreter that has lifetimes")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    heads = ("data", "model", "customers", "rows", "grouping ms", "fit ms", "lifetimes ms", "ratio", "weighted ms")
    print(f"| {' | '.join(heads)} | LL gained |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for data, name, columns in (*published(), *simulated(options.customers)):
        slow = len(columns["n"]) > 10_000
        alone = not slow or options.slow or name not in SLOW
        print(compared(data, name, columns, options.peer if alone else "", 1 if slow else options.rounds), flush=True)


def published() -> list[tuple[str, str, Columns]]:
    """The data sets that lifetimes carries."""
    found = importlib.util.find_spec("lifetimes")
    if found is None or found.origin is None:
        raise SystemExit("lifetimes, which carries the data, is not installed; pip install -r requirements-dev.txt.")
    folder = Path(found.origin).parent / "datasets"
    cdnow = np.loadtxt(folder / "cdnow_customers_summary_with_transactions.csv", delimiter=",", skiprows=1).T
    donors = np.loadtxt(folder / "donations.csv", delimiter=",", skiprows=1).T
    histories_ = {"x": cdnow[1], "t_x": cdnow[2], "T": cdnow[3], "n": np.ones(cdnow.shape[1])}
    spend = {"x": cdnow[1], "mean": cdnow[4], "n": histories_["n"]}
    spend = {key: column[cdnow[1] > 0] for key, column in spend.items()}
    return [
        *(("CDNOW", name, histories_) for name in ("BG/NBD", "MBG/NBD", "Pareto/NBD")),
        ("CDNOW", "Gamma-Gamma", spend),
        ("donors", "BG/BB", dict(zip(("x", "t_x", "T", "n"), donors, strict=True))),
    ]


def simulated(customers: int) -> list[tuple[str, str, Columns]]:
    """As many customers of two years, in days, and of 2 to 52 seasons."""
    days = np.random.default_rng(0).integers(1, 731, customers).astype(float)
    seasons = np.random.default_rng(0).integers(2, 53, customers).astype(float)
    found = []
    for name, model in (
        ("BG/NBD", BetaGeometricNBD.of(r=0.243, alpha=31, a=0.79, b=2.43)),
        ("MBG/NBD", ModifiedBetaGeometricNBD.of(r=0.52, alpha=43, a=0.89, b=1.61)),
        ("Pareto/NBD", ParetoNBD.of(r=0.55, alpha=74, s=0.6, beta=82)),
        ("BG/BB", BetaGeometricBetaBinomial.of(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)),
    ):
        x, t_x, known, _ = model.simulate(seasons if name == "BG/BB" else days, seed=1)
        found.append(("simulated", name, {"x": x, "t_x": np.ceil(t_x), "T": known, "n": np.ones(customers)}))
    x = np.maximum(found[0][2]["x"], 1)
    mean = GammaGamma.of(p=6, q=3.7, gamma=15).simulate(x, seed=1)
    return [*found, ("simulated", "Gamma-Gamma", {"x": x, "mean": mean, "n": np.ones(customers)})]


def compared(data: str, name: str, columns: Columns, peer: str, rounds: int) -> str:
    """A row of the table; the two in turns."""
    ours, grouping, theirs, weighted = [], [], [], []
    gained = np.nan
    model, grouped, rows = MODELS[name](), "mean" not in columns, columns
    weights = None if (columns["n"] == 1).all() else columns["n"]
    for _ in range(rounds):
        begin = time.process_time()
        if grouped:
            found = histories(columns["x"], columns["t_x"], columns["T"], weights)
            rows = found._asdict()
        middle = time.process_time()
        model = MODELS[name]().fit_histories(found) if grouped else MODELS[name]().fit(*columns.values())
        grouping.append(middle - begin)
        ours.append(time.process_time() - middle)
        if not model.converged_:
            raise SystemExit(f"{data} {name}: {model.reason_}")
        if peer:
            answer = fitted_by_peer(peer, name, columns)
            theirs.append(answer["seconds"])
            known = MODELS[name].of(**dict(zip(MODELS[name].names, answer["parameters"], strict=True)))
            gained = model.log_likelihood_ - known.log_likelihood(*columns.values())
        if peer and grouped and len(rows["n"]) < len(columns["n"]) and name != "Pareto/NBD":
            weighted.append(fitted_by_peer(peer, name, rows)["seconds"])
    group, fit, other, with_weights = (1000 * median(each) for each in (grouping, ours, theirs, weighted))
    sizes = f"{int(columns['n'].sum()):,} | {len(rows['n']):,}"
    return (
        f"| {data} | {name} | {sizes} | {group:.1f} | {fit:.1f} | {told(other)} | {told(other / (group + fit))} "
        f"| {told(with_weights)} | {told(gained)} |"
    )


def fitted_by_peer(peer: str, name: str, columns: Columns) -> dict[str, Any]:
    """Seconds and parameters of the peer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "columns.npz"
        np.savez(path, **columns)
        command = [peer, str(Path(__file__).with_name("clv_peer.py")), name, str(path)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        raise SystemExit(f"The peer failed: {answer.stderr.strip().splitlines()[-1]}")
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def median(seconds: list[float]) -> float:
    """NaN when nothing was measured."""
    return statistics.median(seconds) if seconds else np.nan


def told(value: float) -> str:
    """A number of the table; a dash for one that was not measured."""
    return "-" if np.isnan(value) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


if __name__ == "__main__":
    main()
