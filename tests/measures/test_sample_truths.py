"""The product finds what was planted in the sample shop (see data/README.md)."""

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace


@pytest.fixture(scope="module")
def sample() -> Workspace:
    return Workspace.sample()


def repeat(workspace: Workspace, **filters: list[str]) -> pd.DataFrame:
    return workspace.measure("repeat_purchase_rate", Scope(filters=filters)).frame.set_index("figure")


def test_better_onboarding_raises_month_one_retention(sample: Workspace) -> None:
    cells = sample.measure("cohort_retention").frame
    first = cells[(cells["age"] == 1) & (cells["state"] == "complete")]
    begun = first["cohort"] >= "2025-03-01"
    sums = first.groupby(begun)[["retained", "size"]].sum()
    assert sums.loc[False].tolist() == [1291, 5620]
    assert sums.loc[True].tolist() == [1691, 5583]


def test_customers_won_by_promotion_stay_less(sample: Workspace) -> None:
    channels = [name for name in sample.filter_values("acquired_through") if name != "promotion"]
    won, others = repeat(sample, acquired_through=["promotion"]), repeat(sample, acquired_through=channels)
    for figure in ("repeat_within_90", "repeat_within_365"):
        assert won.loc[figure, "high"] < others.loc[figure, "low"]


def test_few_customers_carry_most(sample: Workspace) -> None:
    summary = sample.measure("pareto_summary").frame.set_index("figure")
    assert summary.loc["top_share", "value"] == pytest.approx(0.705, abs=0.001)
    assert summary.loc["carriers_share", "value"] == pytest.approx(0.306, abs=0.001)


def test_november_and_december_are_the_season(sample: Workspace) -> None:
    revenue = sample.measure("revenue_by_period").frame.set_index("period")["revenue"].astype("float64")
    for year in ("2024", "2025"):
        season = revenue[[f"{year}-11-01", f"{year}-12-01"]].mean()
        assert season > 1.3 * revenue[[f"{year}-09-01", f"{year}-10-01"]].mean()
        assert revenue[f"{year}-08-01"] < 0.8 * revenue[[f"{year}-07-01", f"{year}-09-01"]].mean()


def test_every_table_of_the_data_model_is_there(sample: Workspace) -> None:
    assert all(rows > 0 for rows in sample.table_rows().values())


def test_the_last_month_is_in_progress_and_said_so(sample: Workspace) -> None:
    flow = sample.measure("customer_flow").frame
    assert flow["state"].tolist() == ["complete"] * (len(flow) - 1) + ["in_progress"]
