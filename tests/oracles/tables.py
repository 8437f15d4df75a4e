"""Small hand-made shops."""

import pandas as pd

from loyalty_metrics.workspace import Workspace

COLUMNS = ["customer_id", "order_id", "ordered_at", "amount"]


def purchases(*rows: tuple[str | None, str, float], **more: object) -> pd.DataFrame:
    """Lines from (customer, day, amount), each an order of its own."""
    numbered = [(customer, f"o{i}", pd.Timestamp(day), float(amount)) for i, (customer, day, amount) in enumerate(rows)]
    frame = pd.DataFrame(numbered, columns=COLUMNS)
    return frame.assign(customer_id=frame["customer_id"].astype("str"), **more)


def cohort(prefix: str, first: str, later: str, size: int, returning: int) -> list[tuple[str, str, float]]:
    """`size` customers who buy on `first`, of whom `returning` buy again on `later`."""
    names = [f"{prefix}{i}" for i in range(size)]
    return [(name, first, 10) for name in names] + [(name, later, 10) for name in names[:returning]]


def figures(workspace: Workspace, name: str) -> pd.Series:
    """The values of a measure that brings one row a figure."""
    return workspace.measure(name).frame.set_index("figure")["value"]
