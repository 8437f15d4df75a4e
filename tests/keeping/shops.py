"""Small files and whole workspaces to compare, for the tests of what is kept."""

from pathlib import Path

import pandas as pd

from loyalty_metrics import Workspace
from loyalty_metrics.schema import TABLES


def lines(*rows: str, columns: str = "order_id,customer_id,ordered_at,amount") -> str:
    """CSV text of order lines."""
    return "\n".join([columns, *rows, ""])


def write(folder: Path, name: str, *rows: str, columns: str = "order_id,customer_id,ordered_at,amount") -> Path:
    """A CSV file of order lines."""
    path = folder / name
    path.write_text(lines(*rows, columns=columns), encoding="utf-8")
    return path


def tables(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """The tables and stored models of a workspace, told apart by content alone."""
    workspace.derive()
    return {name: _sorted(_unkeyed(workspace, name)) for name in (*TABLES, *workspace.registry.stored)}


MEASURES = (
    "what_counts",
    "cohort_retention",
    "customer_flow",
    "repeat_purchase_rate",
    "revenue_by_period",
    "rfm_scores",
    "pareto_summary",
    "category_coverage",
)
"""The others follow from the tables and stored models, all of which are compared."""


def data(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """All the data of a workspace: its tables, its stored models, and measures that read what is not stored, too."""
    measures = {name: workspace.measure(name).frame for name in MEASURES}
    return tables(workspace) | {name: _sorted(frame) for name, frame in measures.items()}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """Fail where two workspaces differ."""
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], check_dtype=False, obj=name)


def _unkeyed(workspace: Workspace, name: str) -> pd.DataFrame:
    """A table with the customers' own ids for the workspace's keys, and without the numbers of imports."""
    with workspace._database.cursor() as cursor:
        keys = cursor.frame("select customer_key, customer_id as customer from customer_keys")
        frame = cursor.frame(f"select * from {name}")
    frame = frame.drop(columns=["import_id", "line_no", "first_line"], errors="ignore")
    return frame.merge(keys, how="left").drop(columns="customer_key") if "customer_key" in frame else frame


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    order = frame.astype("str").sort_values(list(frame.columns)).index
    return frame.loc[order].reset_index(drop=True)
