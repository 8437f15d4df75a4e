"""Time to the next purchase equals its oracle on real data; its summary, its tests and its lists agree with it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from loyalty_metrics import Scope
from tests.conftest import ShopMaker
from tests.oracles import waits
from tests.oracles.ask import Shop
from tests.oracles.tables import purchases

MEASURES = ("time_to_next_order", "next_order_summary")


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("scope", [Scope(), Scope(nth=3), Scope(as_of=date(1997, 9, 10), nth=5)], ids=Scope.describe)
def test_cdnow(cdnow: Shop, name: str, scope: Scope) -> None:
    cdnow.check(name, scope)


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("scope", [Scope(), Scope(filters={"store": ["367", "406"]}, nth=4)], ids=Scope.describe)
def test_complete_journey(journey: Shop, name: str, scope: Scope) -> None:
    journey.check(name, scope)


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(
    "scope", [Scope(), Scope(refunds="own_date", filters={"country": "Germany"})], ids=Scope.describe
)
def test_online_retail(online_retail: Shop, name: str, scope: Scope) -> None:
    online_retail.check(name, scope)


def test_curve_of_cdnow_is_scipys(cdnow: Shop) -> None:
    given = cdnow.ask("time_to_next_order").set_index("days")
    wanted = waits.scipy_curve(waits.waits(cdnow.history, Scope()))
    np.testing.assert_allclose(1 - given["bought_again"], wanted.reindex(given.index), atol=1e-12)
    assert given["at_risk"].iloc[0] == 23_502


def test_groups_of_complete_journey_differ_as_scipy_says(journey: Shop) -> None:
    scope = Scope(by="first_store")
    found = waits.waits(journey.history, scope)
    tests = journey.ask("next_order_differences", scope)
    pairs = tests[tests["group_a"].notna()]
    sizes = found.groupby("group_name").size().sort_values(ascending=False)
    assert len(pairs) == 21
    assert sorted({*pairs["group_a"], *pairs["group_b"]}) == sorted(sizes.index[:7])
    for row in pairs.to_dict("records"):
        one, other = (found[found["group_name"] == row[name]] for name in ("group_a", "group_b"))
        assert row["p_value"] == pytest.approx(waits.log_rank_of_two(one, other), rel=1e-9)
        assert (row["customers_a"], row["customers_b"]) == (len(one), len(other))
    np.testing.assert_allclose(pairs["p_adjusted"], false_discovery_control(pairs["p_value"]))
    overall = tests[tests["group_a"].isna()].iloc[0]
    assert overall["customers_a"] == len(found)
    assert overall["p_adjusted"] == overall["p_value"]


def test_overall_test_of_the_sample_is_the_textbooks(sample_shop: Shop) -> None:
    for by in ("acquired_through", "first_category"):
        found = waits.waits(sample_shop.history, Scope(by=by))
        statistic, chance = waits.log_rank_of_all([part for _name, part in found.groupby("group_name")])
        row = sample_shop.ask("next_order_differences", Scope(by=by)).iloc[0]
        assert row["statistic"] == pytest.approx(statistic)
        assert row["p_value"] == pytest.approx(chance, rel=1e-6)


@pytest.mark.parametrize("by", [None, "acquired_through", "tier", "customer_country"])
def test_sample_by_group(sample_shop: Shop, by: str | None) -> None:
    for name in MEASURES:
        sample_shop.check(name, Scope(by=by, nth=2 if by else 3))


def test_planted_differences_are_found(sample_shop: Shop) -> None:
    summary = sample_shop.ask("next_order_summary", Scope(by="acquired_through")).set_index("group_name")
    tests = sample_shop.ask("next_order_differences", Scope(by="acquired_through"))
    assert summary["median"].idxmax() == "promotion"
    slow = tests[(tests["group_a"] == "promotion") | (tests["group_b"] == "promotion")]
    assert (slow["p_adjusted"] < 0.001).all()


def test_who_lists_those_who_came_back_and_those_who_are_due(cdnow: Shop) -> None:
    summary = cdnow.ask("next_order_summary").iloc[0]
    curve = cdnow.ask("time_to_next_order")
    back = cdnow.workspace.who("time_to_next_order", state="returned", days=40).frame
    assert len(back) == curve.loc[curve["days"] <= 40, "returned"].sum()
    window = (int(summary["remind_from"]), int(summary["remind_until"]))
    due = cdnow.workspace.who("next_order_summary", state="waiting", days=window).frame
    assert due["customer_id"].is_unique and len(due) == summary["due"] > 0
    assert due["days"].between(*window).all() and due["next_on"].isna().all()


def test_reminder_window_by_hand(make_shop: ShopMaker) -> None:
    """Forty customers come back on days 1 to 40; ten never do, watched for a hundred days."""
    rows = [(f"c{n}", "2024-01-01", 5) for n in range(50)]
    rows += [(f"c{n}", str(date.fromordinal(date(2024, 1, 1).toordinal() + n)), 5) for n in range(1, 41)]
    rows += [("late", "2024-04-10", 5)]
    summary = make_shop(purchases(*rows)).ask("next_order_summary").iloc[0]
    # The newest customer has been watched for no day and leaves. 30 of 50 are watched still on day 21: 21 have come.
    assert (summary["customers"], summary["returned"], summary["horizon"]) == (51, 40, 21)
    assert summary["within_horizon"] == pytest.approx(21 / 50)
    assert (summary["remind_from"], summary["remind_until"]) == (11, 19)
    assert summary["median"] == 25
    assert summary["within_30"] == pytest.approx(30 / 50) and summary["within_90"] == pytest.approx(0.8)
    assert summary["chance_from"] == pytest.approx(1 - 10 / 39)
    assert summary["due"] == 0


def test_few_customers_get_no_window(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(("a", "2024-01-02", 5), ("a", "2024-01-05", 5), ("b", "2024-01-01", 5)))
    summary = shop.ask("next_order_summary").iloc[0]
    assert (summary["customers"], summary["returned"]) == (2, 1)
    assert np.isnan(summary[["horizon", "remind_from", "within_30"]].astype("float64")).all()
    assert pd.isna(summary["due"])


def test_same_day_and_zero_orders_are_no_return(make_shop: ShopMaker) -> None:
    rows = [("a", "2024-01-01", 5), ("a", "2024-01-01", 5), ("a", "2024-01-03", 0), ("b", "2024-01-09", 1)]
    curve = make_shop(purchases(*rows)).ask("time_to_next_order")
    assert curve["returned"].sum() == 0
    assert curve[["days", "waiting"]].to_numpy().tolist() == [[0, 1], [8, 1]]


def test_nobody_leaves_empty_tables(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases((None, "2024-01-01", 5)))
    for name in (*MEASURES, "next_order_differences"):
        assert shop.ask(name, Scope(by="first_store")).empty
