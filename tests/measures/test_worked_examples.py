"""The worked examples of the definitions, and small tables whose figures can be told by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.tables import cohort, figures, purchases


def pooled(triangle: pd.DataFrame, age: int) -> pd.Series:
    return triangle[(triangle["state"] == "pooled") & (triangle["age"] == age)].iloc[0]


def cell(triangle: pd.DataFrame, first: str, age: int) -> pd.Series:
    return triangle[(triangle["cohort"] == first) & (triangle["age"] == age)].iloc[0]


def test_pooled_retention_is_60_percent_not_56(make_shop: ShopMaker) -> None:
    """A 1000 -> 500, B 500 -> 400, C in progress: 900 / 1500."""
    rows = cohort("a", "2024-01-10", "2024-02-10", 1000, 500) + cohort("b", "2024-02-11", "2024-03-10", 500, 400)
    rows += cohort("c", "2024-03-11", "2024-04-02", 115, 1)
    shop = make_shop(purchases(*rows))
    triangle = shop.ask("cohort_retention", Scope(as_of=date(2024, 4, 10)))
    row = pooled(triangle, 1)
    assert (row["retained"], row["size"], row["retention"]) == (900, 1500, 0.6)
    assert cell(triangle, "2024-03-01", 1)["state"] == "in_progress"
    shop.check("cohort_retention", Scope(as_of=date(2024, 4, 10)))


def test_two_of_110_is_1_8_percent_not_10(make_shop: ShopMaker) -> None:
    rows = cohort("a", "2024-01-10", "2024-02-10", 10, 2) + cohort("b", "2024-02-11", "2024-03-10", 100, 0)
    rows += [("late", "2024-04-01", 5)]
    row = pooled(make_shop(purchases(*rows)).ask("cohort_retention"), 1)
    assert (row["retained"], row["size"]) == (2, 110)
    assert round(100 * row["retention"], 1) == 1.8


def test_unobservable_is_null_and_never_zero(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(("a", "2024-01-31", 5), ("b", "2024-02-10", 5), ("c", "2024-03-10", 5)))
    triangle = shop.ask("cohort_retention")
    hidden = triangle[triangle["state"] == "unobservable"]
    assert len(hidden) == 3 and (hidden["size"] == 1).all()
    assert hidden.drop(columns=["cohort", "age", "state", "size"]).isna().all(axis=None)
    nobody = cell(triangle, "2024-01-01", 1)
    assert (nobody["state"], nobody["retained"], nobody["retention"]) == ("complete", 0, 0)


def test_a_cell_is_complete_on_its_last_day(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(("a", "2024-01-31", 5), ("a", "2024-03-20", 5)))
    for day, state in ((date(2024, 2, 28), "in_progress"), (date(2024, 2, 29), "complete")):
        assert cell(shop.ask("cohort_retention", Scope(as_of=day)), "2024-01-01", 1)["state"] == state


def test_a_rolling_cell_waits_for_the_member_who_joined_last(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(("a", "2024-01-01", 5), ("b", "2024-01-20", 5), ("b", "2024-06-01", 1)))
    states = {}
    for day in (date(2024, 1, 30), date(2024, 1, 31), date(2024, 3, 18), date(2024, 3, 19)):
        triangle = shop.ask("cohort_retention", Scope(as_of=day, clock="rolling"))
        states[day.isoformat()] = [cell(triangle, "2024-01-01", age)["state"] for age in triangle["age"].unique()][:2]
    assert states["2024-01-30"] == ["in_progress"]
    assert states["2024-01-31"] == ["in_progress", "in_progress"]
    assert states["2024-03-18"] == ["complete", "in_progress"]
    assert states["2024-03-19"] == ["complete", "complete"]


def test_weeks_are_iso_weeks_over_the_new_year(make_shop: ShopMaker) -> None:
    shop = make_shop(
        purchases(("a", "2024-12-29", 5), ("b", "2024-12-30", 5), ("a", "2025-01-05", 5), ("b", "2025-01-06", 5))
    )
    triangle = shop.ask("cohort_retention", Scope(grain="week"))
    assert [str(d.date()) for d in triangle["cohort"].dropna().unique()] == ["2024-12-23", "2024-12-30"]
    assert cell(triangle, "2024-12-23", 1)["retained"] == 1
    assert cell(triangle, "2024-12-30", 1)["retained"] == 1


def test_criteria_differ_as_defined(make_shop: ShopMaker) -> None:
    """One customer: January twice, then April."""
    shop = make_shop(
        purchases(("a", "2024-01-02", 5), ("a", "2024-01-20", 5), ("a", "2024-04-03", 5), ("z", "2024-04-30", 1))
    )
    wanted = {"exact": [1, 0, 0, 1], "on_or_after": [1, 1, 1, 1], "cumulative": [1, 1, 1, 1]}
    for criterion, retained in wanted.items():
        triangle = shop.ask("cohort_retention", Scope(criterion=criterion))
        assert triangle[triangle["cohort"] == "2024-01-01"]["retained"].tolist() == retained, criterion


def test_refund_restates_the_order_or_falls_on_its_own_date(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-05", 30), ("a", "2024-02-05", -10), ("a", "2024-02-20", 8), ("b", "2024-03-01", 1))
    lines["kind"] = ["sale", "refund", "sale", "sale"]
    lines["refund_of"] = pd.Series([None, "o0", None, None], dtype="str")
    shop = make_shop(lines)
    revenue = {}
    for refunds in ("restate", "own_date"):
        found = shop.ask("revenue_by_period", Scope(refunds=refunds))
        revenue[refunds] = found["revenue"].tolist()
        shop.check("revenue_by_period", Scope(refunds=refunds))
    assert revenue == {"restate": [20, 8, 1], "own_date": [30, -2, 1]}


def test_fully_refunded_first_order_is_no_occasion_and_does_not_set_the_cohort(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-05", 30), ("a", "2024-02-05", -30), ("a", "2024-03-20", 8))
    lines["kind"] = ["sale", "cancellation", "sale"]
    lines["refund_of"] = pd.Series([None, "o0", None], dtype="str")
    shop = make_shop(lines)
    assert shop.ask("cohort_retention")["cohort"].dropna().astype("str").tolist() == ["2024-03-01"]
    before = shop.ask("cohort_retention", Scope(as_of=date(2024, 1, 31)))
    assert before["cohort"].dropna().astype("str").tolist() == ["2024-01-01"]


def test_a_sum_of_tenths_that_is_nothing_is_nothing(make_shop: ShopMaker) -> None:
    lines = purchases(
        ("a", "2024-01-05", 0.1), ("a", "2024-01-05", 0.2), ("a", "2024-01-05", -0.3), ("b", "2024-01-09", 1)
    )
    lines["kind"] = ["sale", "sale", "refund", "sale"]
    assert figures(make_shop(lines).workspace, "repeat_purchase_rate")["purchase_frequency"] == 1
    assert len(make_shop(lines.assign(order_id="same")).ask("rfm_scores")) == 1


def test_several_orders_on_a_day_are_one_occasion(make_shop: ShopMaker) -> None:
    shop = make_shop(
        purchases(("a", "2024-01-05 09:00", 5), ("a", "2024-01-05 23:59", 5), ("a", "2024-01-06 00:00", 5))
    )
    scores = shop.ask("rfm_scores").iloc[0]
    assert (scores["frequency"], scores["monetary"], scores["recency_days"]) == (2, 15, 0)


def test_repeat_rate_at_equal_age_asks_only_customers_old_enough(make_shop: ShopMaker) -> None:
    rows = [("a", "2024-01-01", 5), ("a", "2024-01-31", 5), ("b", "2024-01-01", 5), ("b", "2024-02-01", 5)]
    rows += [("c", "2024-03-01", 5), ("d", "2024-03-02", 5), ("d", "2024-03-31", 5)]
    found = make_shop(purchases(*rows)).ask("repeat_purchase_rate").set_index("figure")
    assert found.loc["repeat_within_30", ["numerator", "denominator"]].tolist() == [1, 3]
    assert found.loc["repeat_within_60", ["numerator", "denominator"]].tolist() == [2, 2]
    assert found.loc["repeat_within_365", "denominator"] == 0 and np.isnan(found.loc["repeat_within_365", "value"])
    assert found.loc["repeat_rate", ["numerator", "denominator"]].tolist() == [3, 4]
    assert found.loc["days_between", "value"] == 30


def test_lapse_on_the_day_the_window_has_passed(make_shop: ShopMaker) -> None:
    rows = [("a", "2024-01-01", 5), ("a", "2024-01-11", 5), ("b", "2024-01-01", 5), ("b", "2024-01-12", 5)]
    shop = make_shop(purchases(*rows))
    flow = shop.ask("customer_flow", Scope(grain="day", lapse_days=10)).set_index("period")
    assert flow.loc["2024-01-11", ["lapsed", "reactivated", "closing"]].tolist() == [1, 0, 1]
    assert flow.loc["2024-01-12", ["opening", "lapsed", "reactivated", "closing"]].tolist() == [1, 0, 1, 2]


def test_gaps_that_still_last_count_towards_the_lapse_window(make_shop: ShopMaker) -> None:
    """92 come back after 10 days and 8 after 30; 192 are away for 20 days when the data end, 8 for 30 and 50 for 60.

    S falls by 92 of 350 at 10 and, once the 192 are out of sight, by 8 of 66 at 30: to 0.737 and 0.648. Nine tenths of
    1 - 0.648 are 0.317, which 10 days (0.263) do not reach; the gaps seen alone would say 10.
    """

    def bought(prefix: str, customers: int, *days: str) -> list[tuple[str, str, float]]:
        return [(f"{prefix}{number}", day, 5.0) for number in range(customers) for day in days]

    rows = bought("soon", 92, "2024-03-01", "2024-03-11") + bought("late", 8, "2024-01-31", "2024-03-01")
    rows += bought("away", 100, "2024-03-11") + bought("lost", 50, "2024-01-31") + bought("last", 1, "2024-03-31")
    shop = make_shop(purchases(*rows))
    shop.check("customer_flow", Scope())
    assert shop.ask("customer_flow")["lapse_days"].unique().tolist() == [30]
    assert lapse_of(make_shop, rows, since="2024-03-01") is None


def lapse_of(make_shop: ShopMaker, rows: list[tuple[str, str, float]], since: str) -> int | None:
    """The default window where the data begin later."""
    days = make_shop(purchases(*[row for row in rows if row[1] >= since])).ask("customer_flow")["lapse_days"]
    return None if days.isna().all() else int(days.iloc[0])


def test_ten_identical_customers_get_ten_identical_scores(make_shop: ShopMaker) -> None:
    scores = make_shop(purchases(*[(f"c{i}", "2024-01-05", 5) for i in range(10)])).ask("rfm_scores")
    columns = ["recency_days", "frequency", "monetary", "r_score", "f_score", "m_score", "fm_score", "segment"]
    assert len(scores) == 10 and len(scores[columns].drop_duplicates()) == 1
    assert scores[["r_score", "f_score", "m_score"]].iloc[0].tolist() == [3, 3, 3]


def test_guests_are_counted_but_never_a_customer(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(("a", "2024-01-05", 5), (None, "2024-01-05", 7), (None, "2024-01-06", 9)))
    kinds = shop.ask("what_counts").set_index("kind")
    assert kinds.loc["guest", ["orders", "revenue"]].tolist() == [2, 16]
    assert figures(shop.workspace, "pareto_summary")[["customers", "total"]].tolist() == [1, 5]
    assert shop.ask("revenue_by_period")["revenue"].tolist() == [5]


def test_one_order_id_of_two_customers_is_two_orders(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-05", 5), ("b", "2024-01-05", 7)).assign(order_id="same")
    assert make_shop(lines).ask("what_counts")["orders"].sum() == 2


def test_pareto_of_one_in_five(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(*[(f"c{i}", "2024-01-05", 80 if i == 0 else 5) for i in range(5)]))
    found = figures(shop.workspace, "pareto_summary")
    assert found["top_share"] == pytest.approx(0.8)
    assert found["carriers_share"] == pytest.approx(0.2)
    assert found["gini"] == pytest.approx(0.6)


def test_profit_is_unknown_as_soon_as_one_cost_is(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-05", 10), ("a", "2024-01-06", 10), ("b", "2024-01-06", 10))
    lines["cost"] = [4.0, None, 7.0]
    shop = make_shop(lines)
    found = shop.ask("pareto_summary", Scope(value="profit")).set_index("figure")["value"]
    assert found[["customers", "unknown_value", "total"]].tolist() == [1, 1, 3]


def test_equal_customers_share_the_room_in_the_best_fifth(make_shop: ShopMaker) -> None:
    """Ten equal customers in both years: each is a fifth in, so 10 * 0.2 * 0.2 of the two places are kept."""
    rows = [(f"c{i}", day, 5) for i in range(10) for day in ("2023-01-01", "2023-12-31", "2024-12-31")]
    row = make_shop(purchases(*rows)).ask("pareto_by_year").iloc[-1]
    assert row["top_before"] == pytest.approx(2)
    assert row["still_top"] == pytest.approx(0.4)
    assert row["persistence"] == pytest.approx(0.2)


def test_years_end_on_the_day_of_the_as_of_date(make_shop: ShopMaker) -> None:
    rows = [("a", "2022-03-01", 1), ("a", "2023-02-28", 2), ("a", "2023-03-01", 4), ("a", "2024-02-28", 8)]
    years = make_shop(purchases(*rows, ("a", "2024-02-29", 16))).ask("pareto_by_year")
    assert years["year_to"].dt.date.tolist() == [date(2023, 2, 28), date(2024, 2, 29)]
    assert years["total"].tolist() == [3, 28]
    assert years["state"].tolist() == ["complete", "complete"]
