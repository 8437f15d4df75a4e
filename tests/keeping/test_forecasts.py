"""Published forecasts: kept as they were made, whatever is imported or undone, and judged by what came."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.scoreboard import SCORES, scores

END = pd.Timestamp("2025-06-30")


def orders() -> pd.DataFrame:
    """A shop of 1,500 customers as the model has them, for a year and a half."""
    random = np.random.default_rng(5)
    rows = []
    for customer in range(1_500):
        day, leaves = float(random.uniform(0, 500)), random.beta(0.8, 2)
        rate = random.gamma(1, 1 / 30)
        while day < 545:
            rows.append((f"c{customer}", day))
            if random.random() < leaves:
                break
            day += 1 + random.exponential(1 / rate)
    frame = pd.DataFrame(rows, columns=["customer_id", "day"])
    frame["ordered_at"] = END - pd.to_timedelta(545 - np.floor(frame.pop("day")), unit="D")
    frame["amount"] = np.round(random.gamma(4, 10, len(frame)) + 1, 2)
    frame["order_id"] = [f"o{n}" for n in range(len(frame))]
    return frame


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The orders up to a day, and those after it."""
    frame, cut = orders(), END - pd.Timedelta(days=100)
    paths = tmp_path / "before.parquet", tmp_path / "after.parquet"
    for path, part in zip(paths, (frame["ordered_at"] <= cut, frame["ordered_at"] > cut), strict=True):
        frame[part].to_parquet(path)
    return paths


def keep(workspace: Workspace, scope: Scope | None = None, who: str = "Ann") -> int:
    found = workspace.measure("expected_orders", scope)
    return workspace.keep_forecast(found.scope, found.frame, who)


def test_a_forecast_outlives_undo_and_import_and_is_scored_by_what_came(files: tuple[Path, Path]) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(files[0])
    keep(workspace)
    (made,) = workspace.forecasts()
    told = workspace.measure("expected_orders").frame.set_index("weeks")
    assert made.days == 364 and made.up_to(364)["orders"] == pytest.approx(told.loc[52, "orders"])
    assert made.up_to(28)["likely_low"] == pytest.approx(told.loc[4, "likely_low"]) and made.up_to(0)["value"] == 0
    (row,) = scores(workspace).to_dict("records")
    assert row["verdict"] == "not_yet" and row["days_over"] == 0 and pd.isna(row["orders_so_far"])

    version = workspace.version
    workspace.undo_import(int(workspace.imports()["import_id"].iloc[0]))
    assert [one.forecast_id for one in workspace.forecasts()] == [1]
    assert scores(workspace)["verdict"].tolist() == ["not_yet"]
    workspace.import_file(files[0])
    workspace.import_file(files[1])
    assert workspace.version > version
    assert workspace.forecasts()[0].curve.equals(made.curve)

    (row,) = scores(workspace).to_dict("records")
    frame, cut = orders(), pd.Timestamp(made.as_of)
    known = frame.loc[frame["ordered_at"] <= cut, "customer_id"].unique()
    came = frame[(frame["ordered_at"] > cut) & frame["customer_id"].isin(known)]
    over = (frame["ordered_at"].max() - cut).days
    assert (row["days_over"], row["customers"]) == (over, len(known))
    assert row["orders_so_far"] == came.groupby(["customer_id", "ordered_at"]).ngroups
    assert row["value_so_far"] == pytest.approx(came["amount"].sum())
    assert row["basis"] == "revenue"
    steps = made.curve.set_index("days")["orders"]
    assert row["expected_by_now"] == pytest.approx(steps[91] + (steps[140] - steps[91]) * (over - 91) / 49)
    assert row["verdict"] == "within" and row["by_now_low"] < row["orders_so_far"] < row["by_now_high"]


def test_another_day_and_a_forecast_put_away(files: tuple[Path, Path]) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(files[0])
    day = date(2025, 1, 10)
    keep(workspace, Scope(as_of=day), "  Ann   Lee ")
    keep(workspace)
    told = scores(workspace)
    assert told["as_of"].tolist()[1] == day and told["who"].tolist() == ["Ann", "Ann Lee"]
    assert "NBD(r=" in told["told"].iloc[0]
    workspace.drop_forecast(2)
    assert scores(workspace)["forecast_id"].tolist() == [1]
    with pytest.raises(LoyaltyError, match="no forecast 2"):
        workspace.drop_forecast(2)
    with pytest.raises(LoyaltyError, match="who you are"):
        keep(workspace, who=" ")


def test_nothing_can_be_kept_of_nothing() -> None:
    workspace = Workspace.in_memory()
    with pytest.raises(LoyaltyError, match="no forecast to keep"):
        keep(workspace)
    assert scores(workspace).empty and list(scores(workspace)) == SCORES
