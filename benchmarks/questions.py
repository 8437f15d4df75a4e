"""The main questions, unfiltered and with an order filter, against one pass over the rows, pandas and polars.

    python -m benchmarks.questions [--lines 10000000] [--rounds 3] [--openretailscience PYTHON] [--plot FILE.svg]

It makes the seeded order lines of `csv_speed`, imports them into a workspace of its own, and asks each question once
in a workspace just opened ("cold") and then again ("warm", the median). The floor is what no answer about customers
can do without: one group-by over the rows that count, in the workspace's own file. The peers hold the rows in memory
when their clock starts, with dates as dates; polars is measured where it is installed, openretailscience in an
interpreter of its own that has it. Of repeat purchase the peers work out the plain rate alone, of our nine figures.
Before anything is timed, each cell of the cohorts, their sizes among them, is compared with that of pandas; the other
answers are not compared.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from benchmarks.bars import bars
from benchmarks.csv_speed import LINES
from loyalty_metrics import Scope, Workspace

QUESTIONS = ("cohort_retention", "rfm_map", "pareto_curve", "customer_flow", "repeat_purchase_rate")
CATEGORY = "Tea"
FLOOR = """
create or replace temp table floor as
select customer_key, min(posted_on) as first_on, max(posted_on) as last_on, count(*) as rows, sum(amount) as amount
from lines {where} group by customer_key
"""
SCORES = 5
POINTS = 1000

Times = dict[str, float]


def main() -> None:
    """Make the rows, ask everything, print seconds, and how many times the floor ours are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--openretailscience", help="an interpreter that has openretailscience")
    parser.add_argument("--plot", type=Path, help="where to draw the times of all, as an SVG")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, path = Path(folder) / "lines.csv", Path(folder) / "ours.duckdb"
        duckdb.execute(LINES.format(lines=options.lines, path=file))
        workspace = Workspace.open(path)
        workspace.import_file(file)
        workspace.derive()
        rows = rows_of(file)
        check(workspace, rows)
        workspace.close()
        print(f"{options.lines:,} lines, {rows['customer_id'].nunique():,} customers; seconds")
        warm = {}
        for name, category in (("unfiltered", None), ("order filter", CATEGORY)):
            cold, warm[name] = ours(path, category, options.rounds)
            tell(name, cold, warm[name], floor(path, category, options.rounds))
        times = {"ours": warm["unfiltered"]} | peers(options, file, rows)
        for name, told_of in list(times.items())[1:]:
            print(f"{name}:  ", told(told_of))
        if options.plot:
            title = f"Seconds for {options.lines:,} lines, logarithmic"
            options.plot.write_text(bars(title, times), encoding="utf-8")


def peers(options: argparse.Namespace, file: Path, rows: pd.DataFrame) -> dict[str, Times]:
    """The same questions to each peer there is."""
    found = {}
    if find_spec("polars"):
        found["polars"] = in_polars(rows, options.rounds)
    if options.openretailscience:
        peer = [options.openretailscience, str(Path(__file__).with_name("questions_peer.py"))]
        answer = subprocess.run([*peer, str(file), str(options.rounds)], capture_output=True, text=True, check=True)  # noqa: S603
        found["openretailscience"] = json.loads(answer.stdout.splitlines()[-1])
    return found | {"pandas": timed({name: partial(ask, rows) for name, ask in PANDAS.items()}, 1)}


def rows_of(file: Path) -> pd.DataFrame:
    """The rows in memory, as the peers take them."""
    return duckdb.sql(
        f"select customer_id, order_id, cast(amount as double) as amount, cast(ordered_at as date) as day"
        f" from read_csv('{file}')"
    ).df()


def check(workspace: Workspace, rows: pd.DataFrame) -> None:
    """Refuse to time answers that differ from those of pandas."""
    cells = workspace.measure("cohort_retention", Scope()).frame.dropna(subset=["cohort", "retained"])
    cells["cohort"] = pd.to_datetime(cells["cohort"]).dt.to_period("M")
    got = cells.set_index(["cohort", "age"])["retained"].astype("float64")
    expected = cohorts(rows).stack().reindex(got.index).fillna(0.0)
    if got.empty or not got.equals(expected.rename(got.name)):
        raise SystemExit("The cohorts differ from those of pandas: nothing is timed.")


def ours(path: Path, category: str | None, rounds: int) -> tuple[Times, Times]:
    """Each question in a workspace just opened, and once more as often as asked."""
    scope = Scope(filters={"category": [category]} if category else {})
    workspace = Workspace.open(path)
    asks = {name: partial(workspace.measure, name, scope) for name in QUESTIONS}
    cold, warm = timed(asks, 1), timed(asks, rounds)
    workspace.close()
    return cold, warm


def floor(path: Path, category: str | None, rounds: int) -> float:
    """One group-by over the rows that count."""
    query = FLOOR.format(where="where category = $category" if category else "")
    parameters = {"category": category} if category else {}
    with duckdb.connect(str(path)) as connection:
        connection.execute("set enable_progress_bar = false")
        return median_of(lambda: connection.execute(query, parameters), rounds)


def timed(asks: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Seconds that each question takes."""
    return {name: median_of(ask, rounds) for name, ask in asks.items()}


def median_of(work: Callable[[], object], rounds: int) -> float:
    """Seconds that something takes: the median of several times."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def tell(name: str, cold: Times, warm: Times, least: float) -> None:
    """Print what ours took, and how many times the floor that is."""
    print(f"{name}: one group-by over the rows {least:.2f}")
    print("  cold:  ", told(cold))
    print("  warm:  ", told(warm))
    ratios = "  ".join(f"{question} {seconds / least:.1f}" for question, seconds in warm.items())
    print(f"  warm, times the group-by:  {ratios}  together {sum(warm.values()) / least:.1f}")


def told(times: Times) -> str:
    """Times in one line."""
    return (
        "  ".join(f"{name} {seconds:.2f}" for name, seconds in times.items()) + f"  together {sum(times.values()):.2f}"
    )


def cohorts(rows: pd.DataFrame) -> pd.DataFrame:
    """How many customers of each month of entry bought again so many months later."""
    month = rows["day"].dt.to_period("M")
    seen = pd.DataFrame({"customer_id": rows["customer_id"], "month": month.astype("int64")}).drop_duplicates()
    seen["cohort"] = seen.groupby("customer_id")["month"].transform("min")
    table = seen.groupby(["cohort", seen["month"] - seen["cohort"]]).size().unstack()
    table.index = pd.PeriodIndex.from_ordinals(table.index, freq="M", name="cohort")
    return table


def rfm(rows: pd.DataFrame) -> pd.DataFrame:
    """How many customers have each pair of scores."""
    customers = rows.groupby("customer_id").agg(
        last=("day", "max"), orders=("order_id", "nunique"), amount=("amount", "sum")
    )
    scores = {name: pd.qcut(customers[name].rank(method="first"), SCORES, labels=False) for name in customers}
    worth = (scores["orders"] + scores["amount"]) // 2
    return pd.crosstab(scores["last"], worth)


def pareto(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of money that each share of the best customers brings."""
    amounts = rows.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    curve = amounts.cumsum() / amounts.sum()
    return curve.iloc[:: max(1, len(curve) // POINTS)].to_frame()


def flow(rows: pd.DataFrame) -> pd.DataFrame:
    """New, kept and returned customers of each month."""
    month = rows["day"].dt.to_period("M").astype("int64")
    seen = pd.DataFrame({"customer_id": rows["customer_id"], "month": month}).drop_duplicates()
    seen = seen.sort_values(["customer_id", "month"])
    gap = seen.groupby("customer_id")["month"].diff()
    kind = gap.fillna(0).clip(upper=2).map({0: "new", 1: "kept", 2: "returned"})
    return pd.crosstab(seen["month"], kind)


def repeat(rows: pd.DataFrame) -> float:
    """The share of customers with a second day of purchase."""
    days = rows[["customer_id", "day"]].drop_duplicates().groupby("customer_id").size()
    return float((days > 1).mean())


PANDAS: dict[str, Callable[[pd.DataFrame], object]] = dict(
    zip(QUESTIONS, (cohorts, rfm, pareto, flow, repeat), strict=True)
)


def in_polars(rows: pd.DataFrame, rounds: int) -> Times:
    """The same questions in polars, over the same rows in memory."""
    import polars as pl

    frame = pl.from_pandas(rows).with_columns(pl.col("day").cast(pl.Date))
    month = (pl.col("day").dt.year().cast(pl.Int32) * 12 + pl.col("day").dt.month()).alias("month")
    by = "customer_id"

    def months() -> Any:
        return frame.lazy().select(by, month).unique()

    def scores() -> Any:
        customers = frame.lazy().group_by(by)
        totals = customers.agg(pl.col("day").max(), pl.col("order_id").n_unique(), pl.col("amount").sum())
        score = [
            (pl.col(name).rank("ordinal") * SCORES // (pl.len() + 1)).alias(name)
            for name in ("day", "order_id", "amount")
        ]
        worth = ((pl.col("order_id") + pl.col("amount")) // 2).alias("worth")
        return totals.select(score).group_by("day", worth).len().collect()

    def curve() -> Any:
        amounts = frame.lazy().group_by(by).agg(pl.col("amount").sum()).sort("amount", descending=True)
        return amounts.select(pl.col("amount").cum_sum() / pl.col("amount").sum()).collect()

    def moves() -> Any:
        gap = (pl.col("month") - pl.col("month").shift(1).over(by)).clip(0, 2).alias("gap")
        return months().sort(by, "month").with_columns(gap).group_by("month", "gap").len().collect()

    def cells() -> Any:
        cohort = pl.col("month").min().over(by).alias("cohort")
        age = (pl.col("month") - pl.col("cohort")).alias("age")
        return months().with_columns(cohort).group_by("cohort", age).len().collect()

    def again() -> Any:
        days = frame.lazy().select(by, "day").unique().group_by(by).len()
        return days.select((pl.col("len") > 1).mean()).collect()

    return timed(dict(zip(QUESTIONS, (cells, scores, curve, moves, again), strict=True)), rounds)


if __name__ == "__main__":
    main()
