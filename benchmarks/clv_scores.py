"""From raw order lines to what every customer will bring: the whole way, against the peers, in one run.

    python -m benchmarks.clv_scores [--customers 1000000] [--lifetimes PYTHON] [--pymc PYTHON]

It makes a seeded file of lines, about ten a customer, of customers who buy and leave as the BG/NBD has it and spend as
the Gamma-Gamma has it. Each contender is a process of its own that reads this file and ends with a frame of one row a
customer: chance to be there, expected purchases in a year, expected spend, value.

    lines      ours without a workspace: DuckDB groups the lines, then the package's own models
    workspace  ours as the product does it: import, rebuilding what is derived, the measure `customer_value`
    lifetimes  the archived package: its summary of the lines, BG/NBD, Gamma-Gamma and their figures
    pymc       pymc-marketing: the same by maximum a posteriori, without intervals

Ours alone tells an interval for each customer. Times are of the clock, in parts; run it on a quiet machine with
OPENBLAS_NUM_THREADS=1.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow  # noqa: F401 - before the clock runs, as the peers' libraries are

from loyalty_metrics import Workspace
from loyalty_metrics.measures.lifetime import finish_customer_value

DAYS = 1095
HISTORIES = """
with days as (
    select customer_id, cast(ordered_at as date) as on_day, sum(cast(amount as double)) as net
    from read_parquet($file)
    group by all
)

select
    customer_id,
    count(*) - 1 as repeats,
    max(on_day) - min(on_day) as days_to_last,
    (select max(cast(ordered_at as date)) from read_parquet($file)) - min(on_day) as days_known,
    (sum(net) - min_by(net, on_day)) / nullif(count(*) - 1, 0) as mean_spend,
    365 as horizon,
    10 as discount
from days
group by customer_id
"""
"""What the models know of each customer: the days on which they bought."""


def main() -> None:
    """Make the file, let each run once, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--lifetimes", help="an interpreter that has lifetimes")
    parser.add_argument("--pymc", help="an interpreter that has pymc-marketing")
    parser.add_argument("--run", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(CONTENDERS[options.run](options.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.parquet"
        print(f"{make(file, options.customers):,} lines of {options.customers:,} customers")
        ours = [sys.executable, "-m", "benchmarks.clv_scores", "--file", str(file), "--run"]
        peer = str(Path(__file__).with_name("clv_scores_peer.py"))
        best = tell("lines", [*ours, "lines"])
        tell("workspace", [*ours, "workspace"], best)
        for name, interpreter in (("lifetimes", options.lifetimes), ("pymc", options.pymc)):
            if interpreter:
                tell(name, [interpreter, peer, name, str(file)], best)


def tell(name: str, command: list[str], best: float | None = None) -> float:
    """Run one, print its parts, and return what they took together."""
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        raise SystemExit(f"{name} failed: {answer.stderr.strip().splitlines()[-1]}")
    told = dict(json.loads(answer.stdout.splitlines()[-1]))
    total = sum(told["seconds"].values())
    parts = ", ".join(f"{part} {seconds:.2f}" for part, seconds in told["seconds"].items())
    ratio = f", {total / best:.1f} times as long" if best else ""
    figures = (
        f"{told['customers']:,} customers, {told['purchases']:,.0f} purchases in a year worth {told['value']:,.0f}"
    )
    print(f"{name:<10} {total:7.2f} s ({parts}){ratio}: {figures}", flush=True)
    return total


def make(file: Path, customers: int) -> int:
    """Write the lines in the order of time; how many there are."""
    random = np.random.default_rng(7)
    known = random.integers(1, DAYS, customers).astype(float)
    rate, leaving = random.gamma(0.9, 1 / 45, customers), random.beta(0.8, 5.0, customers)
    spend = 6 * (3 - 1) * 12 / random.gamma(3.5, 1, customers)
    who, when = [np.arange(customers)], [np.zeros(customers)]
    there, at = np.arange(customers), np.zeros(customers)
    while len(there):
        at = at + random.exponential(1 / np.maximum(rate[there], 1e-9))
        some = at <= known[there]
        there, at = there[some], at[some]
        who.append(there)
        when.append(at)
        stays = random.random(len(there)) >= leaving[there]
        there, at = there[stays], at[stays]
    owner, day = np.concatenate(who), np.concatenate(when)
    lines = 1 + random.poisson(0.6, len(owner))
    order = np.repeat(np.arange(len(owner)), lines)
    amount = spend[owner[order]] * random.gamma(6, 1 / 6, len(order)) / lines[order]
    moment = np.datetime64("2023-01-01") + ((DAYS - known[owner] + day)[order] * 86400).astype("timedelta64[s]")
    names = np.char.mod("C%08d", random.permutation(customers))
    frame = pd.DataFrame(
        {"order_id": order, "who": owner[order], "ordered_at": moment, "amount": amount.round(2) + 0.01}
    )
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.register("names", pd.DataFrame({"who": np.arange(customers), "customer_id": names}))
        connection.execute(
            "copy (select order_id, customer_id, ordered_at, cast(amount as decimal(9, 2)) as amount"
            " from frame inner join names using (who) order by ordered_at) to $file (format parquet)",
            {"file": str(file)},
        )
    return len(frame)


def from_lines(file: Path) -> dict[str, object]:
    """Ours without a workspace."""
    begin = time.perf_counter()
    known = duckdb.sql(HISTORIES, params={"file": str(file)}).to_arrow_table().to_pandas()
    middle = time.perf_counter()
    scores = finish_customer_value(known)
    return told(scores, {"histories": middle - begin, "models and scores": time.perf_counter() - middle})


def in_workspace(file: Path) -> dict[str, object]:
    """Ours as the product does it."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(Path(folder) / "clv.duckdb")
        moments = [time.perf_counter()]
        workspace.import_file(file)
        moments.append(time.perf_counter())
        workspace.derive()
        moments.append(time.perf_counter())
        scores = workspace.measure("customer_value").frame
        moments.append(time.perf_counter())
        workspace.close()
    return told(scores, dict(zip(("import", "derive", "customer_value"), np.diff(moments).tolist(), strict=True)))


def told(scores: pd.DataFrame, seconds: dict[str, float]) -> dict[str, object]:
    """What is compared."""
    sums = {name: float(scores[name].sum()) for name in ("purchases", "value")}
    return {
        "seconds": seconds,
        "customers": len(scores),
        "purchases": sums["purchases"],
        "value": sums["value"],
    }


CONTENDERS = {"lines": from_lines, "workspace": in_workspace}


if __name__ == "__main__":
    main()
