"""Small frames in the shape of the measures, with numbers that can be checked by hand."""

import pandas as pd
import pytest

from loyalty_metrics.language import set_locale
from loyalty_metrics.measures.cohorts import finish_cohort_retention
from loyalty_metrics.measures.curve import finish_retention_curve

SIZES = {"2026-01-01": 1000, "2026-02-01": 500, "2026-03-01": 200}
RETAINED = {"2026-01-01": [1000, 500, 300], "2026-02-01": [500, 400, 80], "2026-03-01": [200, 20]}


@pytest.fixture(autouse=True)
def english():
    set_locale("en")


@pytest.fixture
def cohorts():
    """Three monthly cohorts seen on 15 April 2026: the last cell of each is not over."""
    rows = []
    for cohort, size in SIZES.items():
        seen = RETAINED[cohort]
        for age in range(3):
            reached = age < len(seen)
            last = reached and age == len(seen) - 1 and cohort != "2026-01-01"
            rows.append(
                {
                    "cohort": pd.Timestamp(cohort),
                    "age": age,
                    "state": "in_progress" if last else "complete" if reached else "unobservable",
                    "size": size,
                    "retained": seen[age] if reached else None,
                    "orders": seen[age] if reached else None,
                    "revenue": 10.0 * seen[age] if reached else None,
                    "first_revenue": 10.0 * seen[0] if reached else None,
                    "cumulative_revenue": 10.0 * sum(seen[: age + 1]) if reached else None,
                    "at_edge": "no",
                    "is_pooled": True,
                    "comparable": reached and not last and age > 0,
                    "days_left": 15 if last else None,
                    "outlook": "estimated" if last else None,
                    "like_size": None,
                    "like_waiting": None,
                    "like_came": None,
                    # Each customer who bought did so once, for 10.
                    "orders_squared": seen[age] if reached else None,
                    "revenue_squared": 100.0 * seen[age] if reached else None,
                    "revenue_by_first": 100.0 * seen[age] if reached else None,
                    "first_revenue_squared": 100.0 * seen[0] if reached else None,
                    "cumulative_squared": 100.0 * sum(seen[: age + 1]) if reached else None,
                }
            )
    frame = pd.DataFrame(rows).astype({"retained": "Int64", "orders": "Int64", "days_left": "Int64"})
    return finish_cohort_retention(frame)


@pytest.fixture
def curve(cohorts):
    complete = cohorts[cohorts["state"] == "complete"]
    pooled = complete.groupby("age", as_index=False).agg(
        cohorts=("size", "size"), size=("size", "sum"), retained=("retained", "sum")
    )
    return finish_retention_curve(pooled.assign(held_out=0, size_since=0, retained_since=0, criterion="exact"))


@pytest.fixture
def flow():
    columns = ["period", "state", "opening", "new", "retained", "reactivated", "lapsed", "closing", "lapse_days"]
    rows = [
        (pd.Timestamp("2026-01-01"), "complete", 0, 100, 0, 0, 0, 100, 60),
        (pd.Timestamp("2026-02-01"), "complete", 100, 30, 80, 5, 20, 115, 60),
        (pd.Timestamp("2026-03-01"), "in_progress", 115, 4, 110, 1, 5, 115, 60),
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def revenue():
    columns = [
        "period", "state", "customers", "orders", "revenue", "new_revenue", "returning_revenue", "new_customers",
        "returning_customers",
    ]  # fmt: skip
    rows = [
        (pd.Timestamp("2026-01-01"), "complete", 100, 120, 1000.0, 1000.0, 0.0, 100, 0),
        (pd.Timestamp("2026-02-01"), "complete", 60, 80, 1500.0, 300.0, 1200.0, 30, 30),
        (pd.Timestamp("2026-03-01"), "in_progress", 10, 10, 90.0, 50.0, 40.0, 4, 6),
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def segments():
    columns = [
        "segment", "customers", "customer_share", "revenue", "revenue_share", "mean_revenue", "mean_recency_days",
        "mean_frequency", "position",
    ]  # fmt: skip
    rows = [
        ("Champions", 20, 0.2, 8000.0, 0.8, 400.0, 5.2, 9.0, 1),
        ("New", 0, 0.0, 0.0, 0.0, None, None, None, 4),
        ("At risk", 30, 0.3, 1500.0, 0.15, 50.0, 120.0, 3.0, 8),
        ("Lost", 50, 0.5, 500.0, 0.05, 10.0, 300.0, 1.0, 11),
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def rfm():
    rows = [
        (r, fm, "Champions" if r + fm > 8 else "Lost", r * fm - 1, 100.0 * r * fm)
        for r in range(1, 6)
        for fm in range(1, 6)
    ]
    frame = pd.DataFrame(rows, columns=["r_score", "fm_score", "segment", "customers", "revenue"])
    return frame.assign(mean_revenue=frame["revenue"] / frame["customers"].where(frame["customers"] > 0))


@pytest.fixture
def deciles():
    rows = [
        (2, 1, "neither", 60, 60, 600.0),
        (9, 9, "loyal and big", 20, 200, 8000.0),
        (9, 2, "loyal but small", 15, 150, 300.0),
    ]
    rows.append((2, 10, "big but not loyal", 5, 5, 1100.0))
    return pd.DataFrame(rows, columns=["repeat_decile", "spend_decile", "kind", "customers", "occasions", "revenue"])


@pytest.fixture
def pareto():
    """Five customers worth 80, 10, 5, 3 and 2."""
    worth = pd.Series([80.0, 10.0, 5.0, 3.0, 2.0])
    return pd.DataFrame(
        {
            "customers_up_to": range(1, 6),
            "customer_share": [0.2, 0.4, 0.6, 0.8, 1.0],
            "value_up_to": worth.cumsum(),
            "value_share": worth.cumsum() / 100,
        }
    )


@pytest.fixture
def summary():
    columns = ["figure", "unit", "value", "low", "high", "numerator", "denominator"]
    rows = [
        ("customers", "count", 5.0, None, None, None, None),
        ("unknown_value", "count", 0.0, None, None, None, None),
        ("total", "number", 100.0, None, None, None, None),
        ("top_share", "share", 0.8, 0.6, 0.9, 80.0, 100.0),
        ("carriers_share", "share", 0.2, 0.2, 0.4, 1.0, 5.0),
        ("gini", "number", 0.65, 0.5, 0.7, None, None),
    ]
    return pd.DataFrame(rows, columns=columns)
