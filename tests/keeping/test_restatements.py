"""The restatement log says exactly which past figures moved, against figures worked out in pandas."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Workspace, store
from tests.keeping.shops import write

COLUMNS = ["import_id", "imported_at", "change", "file", "month", "figure", "before", "after", "rows"]


def oracle(lines: pd.DataFrame, until: pd.Timestamp) -> pd.Series:
    """Figures by month of the days up to `until`, with refunds on the day of their order."""
    lines = lines.dropna(subset="customer_id")
    orders = lines.groupby(["customer_id", "order_id"], as_index=False).agg(
        day=("ordered_at", "min"), net=("amount", "sum")
    )
    days = orders.groupby(["customer_id", "day"], as_index=False).agg(
        revenue=("net", "sum"), orders=("net", lambda net: (net > 0).sum())
    )
    days = days[days["day"] <= until].assign(month=lambda d: d["day"].dt.to_period("M"))
    occasions = days[days["revenue"] > 0]
    first = orders.groupby(["customer_id", "day"])["net"].sum().loc[lambda net: net > 0].reset_index()
    begun = first.groupby("customer_id")["day"].min().loc[lambda day: day <= until].dt.to_period("M").value_counts()
    months = pd.period_range(days["month"].min(), days["month"].max(), freq="M")
    table = pd.DataFrame(
        {
            "revenue": days.groupby("month")["revenue"].sum(),
            "orders": days.groupby("month")["orders"].sum(),
            "customers": occasions.groupby("month")["customer_id"].nunique(),
            "new_customers": begun,
        }
    )
    return table.reindex(months).fillna(0).stack()


def moved(before: pd.DataFrame, after: pd.DataFrame, until: pd.Timestamp) -> dict:
    both = pd.concat({"before": oracle(before, until), "after": oracle(after, until)}, axis=1)
    differ = both[~np.isclose(both["before"], both["after"], equal_nan=True)]
    return {(str(month), figure): tuple(row) for (month, figure), row in differ.iterrows()}


def told(log: pd.DataFrame) -> dict:
    month = log["month"].dt.strftime("%Y-%m")
    values = log[["before", "after"]].astype("float64").itertuples(index=False, name=None)
    return dict(zip(zip(month, log["figure"], strict=True), values, strict=True))


def shop(seed: int, rows: int = 60) -> pd.DataFrame:
    """Orders over half a year, some with refunds later on."""
    random = np.random.default_rng(seed)
    orders = pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in range(rows)],
            "customer_id": random.choice(["A", "B", "C", "D", "E", None], rows),
            "ordered_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(random.integers(0, 180, rows), unit="D"),
            "amount": random.choice([5.0, 7.5, 20.0, 0.0], rows),
        }
    )
    refunded = orders.sample(rows // 5, random_state=seed)
    refunds = refunded.assign(
        ordered_at=refunded["ordered_at"] + pd.Timedelta(days=20), amount=-refunded["amount"].clip(lower=1)
    )
    return pd.concat([orders, refunds]).sort_values("ordered_at", ignore_index=True)


@pytest.mark.parametrize("seed", range(4))
def test_the_log_equals_pandas(tmp_path: Path, seed: int) -> None:
    lines = shop(seed)
    late = lines.sample(12, random_state=seed).index
    first = lines.drop(late)[lines.drop(late)["ordered_at"] <= "2025-05-10"]
    second = lines.drop(first.index)
    workspace = Workspace.in_memory()
    for name, part in (("first", first), ("second", second)):
        part.to_parquet(tmp_path / f"{name}.parquet")
        workspace.import_file(tmp_path / f"{name}.parquet", known_orders="add")
    until = first["ordered_at"].max()
    log = workspace.restatements(2)
    assert list(log.columns) == COLUMNS
    assert told(log) == moved(first, lines, until)
    assert len(log) > 3
    workspace.undo_import(2)
    back = workspace.restatements(2).query("change == 'undo'")
    assert told(back) == moved(lines, first, until)


def test_the_rows_behind_a_month_are_counted(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "1.csv", "1,A,2025-01-05,10", "2,B,2025-02-20,20", "3,A,2025-03-01,5"))
    assert workspace.restatements().empty
    late = ("4,C,2025-01-09,7", "5,A,2025-01-10,1", "1,A,2025-03-20,-10", "9,D,2025-03-21,8")
    workspace.import_file(write(tmp_path, "2.csv", *late))
    log = workspace.restatements().set_index([workspace.restatements()["month"].dt.month, "figure"])
    assert log.loc[(1, "revenue"), ["before", "after", "rows"]].tolist() == [10, 8, 3]
    assert log.loc[(1, "new_customers"), ["before", "after"]].tolist() == [1, 2]
    assert set(log.index.get_level_values(0)) == {1}  # 21 March is new, and no restatement
    assert log["file"].unique().tolist() == ["2.csv"]


def test_months_not_known_before_are_unknown_and_not_zero(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "march.csv", "1,A,2025-03-05,10"))
    workspace.import_file(write(tmp_path, "january.csv", "2,A,2025-01-05,4"))
    log = workspace.restatements().sort_values(["month", "figure"])
    january = log[log["month"] == "2025-01-01"]
    assert january["before"].isna().all()
    assert january.set_index("figure")["after"].to_dict() == {
        "revenue": 4,
        "orders": 1,
        "customers": 1,
        "new_customers": 1,
    }
    march = log[log["month"] == "2025-03-01"]
    assert march[["figure", "before", "after", "rows"]].to_numpy().tolist() == [["new_customers", 1, 0, 0]]


def test_taking_back_the_latest_days_restates_nothing(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "march.csv", "1,A,2025-03-05,10"))
    workspace.import_file(write(tmp_path, "april.csv", "2,A,2025-04-05,4"))
    workspace.undo_import(2)
    workspace.undo_import(1)
    assert workspace.restatements().empty


def test_new_days_alone_leave_the_figures_to_the_next_question(tmp_path: Path) -> None:
    columns = "order_id,customer_id,ordered_at,amount,kind,refund_of"
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "1.csv", "1,A,2025-01-05,10,,", columns=columns))
    workspace.derive()

    def is_derived() -> bool:
        with workspace._database.cursor() as cursor:
            return store.state(cursor).is_derived

    workspace.import_file(write(tmp_path, "2.csv", "2,A,2025-02-05,10,,", columns=columns))
    assert not is_derived()
    workspace.import_file(write(tmp_path, "3.csv", "3,A,2025-03-05,-4,refund,1", columns=columns))
    assert is_derived()
    assert told(workspace.restatements()) == {("2025-01", "revenue"): (10, 6)}
