"""The edge of the data in a workspace: found, said, switched off, and what it keeps out of every figure."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace, answers
from loyalty_metrics.data_edge import ALL_SETTLED
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.review import review
from tests.claims.asserted import opened
from tests.claims.worlds import World, shop
from tests.stats.test_stats_edge import counted

CASE = Path(__file__).parents[1] / "cases" / "numbers" / "left_truncated_null_shop.parquet"


@pytest.fixture(scope="module")
def mid_life() -> Workspace:
    workspace = Workspace.in_memory()
    workspace.import_file(CASE)
    return workspace


def test_months_are_counted_as_by_hand(mid_life: Workspace) -> None:
    lines = pd.read_parquet(CASE)
    kept = lines.assign(day=pd.to_datetime(lines["ordered_at"]).dt.normalize()).dropna(subset=["customer_id"])
    kept = kept[kept.groupby(["customer_id", "day"])["amount"].transform("sum") > 0]
    begins = kept["day"].min()
    bounds = pd.DatetimeIndex([begins + pd.DateOffset(months=k) for k in range(30)])
    month = bounds.searchsorted(kept["day"], side="right") - 1
    whole = int((bounds <= kept["day"].max() + pd.Timedelta(days=1)).sum()) - 1
    table = pd.crosstab(kept["customer_id"], month)
    came = table.reindex(columns=range(whole), fill_value=0).to_numpy() > 0
    counts = counted(came[came.any(axis=1)])
    months = mid_life.edge().months
    assert months["newcomers"].tolist() == counts[:, 0, 0].tolist()
    assert months["back"].tolist()[:-1] == counts[:-1, 0, 1].tolist()


def test_a_shop_in_which_nothing_changes_is_told_so(mid_life: Workspace) -> None:
    edge = mid_life.edge()
    assert (edge.outcome, edge.said) == ("mid_life", None)
    assert edge.months["share"].iloc[0] > 0.7
    cohorts, curve = (mid_life.measure(name).frame for name in ("cohort_retention", "retention_curve"))
    change, over_time = (mid_life.measure(name).frame for name in ("retention_change", "retention_over_time"))
    assert not cohorts["verdict"].isin(["above", "below"]).any()
    told = answers.retention_answer(curve, cohorts) + answers.change_answer(change, over_time)
    assert "for good" not in told and "no clear change" in told and "That may be chance" in told
    first = cohorts[(cohorts["age"] == 1) & (cohorts["at_edge"] == "no")]
    pooled = cohorts[(cohorts["state"] == "pooled") & (cohorts["age"] == 1)].iloc[0]
    assert pooled["size"] == first.loc[first["state"] == "complete", "size"].sum()
    assert curve.loc[curve["age"] == 1, "retained"].item() == pooled["retained"]


def test_no_week_of_it_has_a_finding(mid_life: Workspace) -> None:
    first, last = mid_life.bounds() or (date.min, date.min)
    weeks = pd.date_range(first + pd.Timedelta(weeks=13), last, freq="28D").date
    assert not [week for week in weeks if review(mid_life, Scope(as_of=week)).findings]


@pytest.mark.slow
def test_no_week_of_it_at_all_has_a_finding(mid_life: Workspace) -> None:
    first, last = mid_life.bounds() or (date.min, date.min)
    weeks = pd.date_range(first + pd.Timedelta(weeks=8), last, freq="7D").date
    assert not [week for week in weeks if review(mid_life, Scope(as_of=week)).findings]


def test_the_switch_takes_all_cohorts_in(mid_life: Workspace) -> None:
    everything = mid_life.measure("cohort_retention", Scope(settled_from=ALL_SETTLED)).frame
    assert set(everything["at_edge"].dropna()) == {"no"}
    assert everything["verdict"].isin(["above", "below"]).any(), "as the first cohorts are not like the others"
    scope = Scope(settled_from="2023-01-01")
    assert Scope.from_query(scope.to_query()) == scope


def test_what_the_analyst_says_holds_and_can_be_taken_back() -> None:
    workspace = opened(shop(World(months=12, newcomers=40.0, opened=False), 5))
    found, version = workspace.edge(), workspace.version
    assert found.outcome == "mid_life" and found.begins is not None
    workspace.say_opened(found.begins)
    assert workspace.version > version
    said = workspace.edge()
    assert (said.outcome, said.said, said.settled_from) == ("opened", found.begins.isoformat(), ALL_SETTLED)
    workspace.say_opened("before")
    assert workspace.edge().outcome == "mid_life"
    workspace.say_opened(found.begins - pd.Timedelta(days=100))
    assert workspace.edge().outcome == "mid_life" and workspace.edge().months["back_alone"].isna().all()
    workspace.say_opened(None)
    assert workspace.edge().said is None
    with pytest.raises(LoyaltyError, match="write it as YYYY-MM-DD"):
        workspace.say_opened("last spring")
    assert workspace.edge().said is None


def test_the_edge_as_of_a_day_is_that_of_the_data_up_to_it() -> None:
    lines = shop(World(months=16, newcomers=40.0, opened=False), 6)
    day = pd.Timestamp("2022-12-20")
    whole, cut = opened(lines), opened(lines[lines["ordered_at"] < day + pd.Timedelta(days=1)])
    then, now = whole.edge(Scope(as_of=day.date())), cut.edge(Scope(as_of=day.date()))
    assert (then.outcome, then.settled_from) == (now.outcome, now.settled_from)
    pd.testing.assert_frame_equal(then.months, now.months)


def test_without_customers_there_is_nothing_to_ask() -> None:
    assert Workspace.in_memory().edge().begins is None
