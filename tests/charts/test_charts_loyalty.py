"""Why customers come, how much of the range they buy, and the share of wallet, as they are drawn."""

import pandas as pd

from loyalty_metrics.charts.coverage import category_bars, repeat_by_coverage
from loyalty_metrics.charts.loyalty import corner_bars
from loyalty_metrics.charts.loyalty_types import type_bars
from loyalty_metrics.charts.wallet import wallet_bars
from loyalty_metrics.measures.loyalty import corners


def test_corners_set_customers_against_revenue(deciles):
    customers, revenue = corner_bars(corners(deciles), "EUR").data
    assert list(customers.x) == [0.2, 0.15, 0.05, 0.6]
    assert list(revenue.x) == [0.8, 0.03, 0.11, 0.06]
    assert [list(point) for point in revenue.customdata][1] == ["loyal but small"]


def test_types_without_customers_draw_no_bar_and_a_users_own_is_grey():
    columns = ["loyalty_type", "customers", "customer_share", "revenue", "revenue_share", "occasions", "answered"]
    rows = [
        ("trust", 3, 0.75, 90.0, 0.9, 12, 3),
        ("monopoly", 0, 0.0, 0.0, 0.0, 0, 0),
        ("<b>", 1, 0.25, 10.0, 0.1, 1, 0),
    ]
    customers, revenue = type_bars(pd.DataFrame(rows, columns=columns), "EUR").data
    assert [list(point) for point in customers.customdata] == [["trust"], ["<b>"]]
    assert len(set(revenue.marker.color)) == 2
    assert "3 of them answered" in revenue.hovertext[0] and "4 purchases" in revenue.hovertext[0]
    assert "<b>&lt;b&gt;</b>" in revenue.hovertext[1]


def test_categories_leave_out_what_is_not_known():
    columns = ["categories", "customers", "customer_share", "mean_frequency", "revenue", "revenue_share"]
    rows = [(1, 6, 0.6, 1.5, 60.0, 0.3), (2, 4, 0.4, 3.0, 140.0, 0.7), (None, 2, None, 1.0, 5.0, None)]
    customers, revenue = category_bars(pd.DataFrame(rows, columns=columns), "EUR").data
    assert list(customers.x) == [1, 2] and list(revenue.y) == [0.3, 0.7]
    assert [list(point) for point in revenue.customdata] == [[1], [2]]
    assert "1 category" in customers.hovertext[0] and "2 categories" in customers.hovertext[1]


def test_many_numbers_of_categories_carry_no_text():
    shares = {"customer_share": 0.02, "revenue_share": 0.02, "customers": 1, "mean_frequency": 1.0, "revenue": 1.0}
    customers, _revenue = category_bars(pd.DataFrame([{"categories": n} | shares for n in range(1, 51)])).data
    assert customers.text is None and len(customers.x) == 50


def test_both_kinds_stand_beside_each_other_with_intervals():
    columns = ["purchases", "kind", "size", "retained", "retention", "low", "high"]
    rows = [(2, "one category", 10, 5, 0.5, 0.24, 0.76), (2, "several categories", 20, 15, 0.75, 0.53, 0.89)]
    one, several = repeat_by_coverage(pd.DataFrame(rows, columns=columns)).data
    assert one.x[0] < 2 < several.x[0]
    assert [list(point) for point in several.customdata] == [[2, "several categories"]]
    assert round(several.error_y.array[0], 9) == 0.14 and "15 of 20 customers" in several.hovertext[0]


def test_wallets_stand_by_fifths():
    columns = ["method", "fifth", "customers", "spend_elsewhere", "revenue"]
    rows = [("spend", 1, 3, 90.0, 10.0), ("spend", 5, 7, 0.0, 300.0), ("rank", 4, 2, None, 50.0)]
    spend, rank = wallet_bars(pd.DataFrame(rows, columns=columns), "EUR").data
    assert list(spend.x) == [1, 5] and list(spend.y) == [3, 7]
    assert [list(point) for point in rank.customdata] == [["rank", 4]]
    assert "€90.00 spent elsewhere" in spend.hovertext[0] and "elsewhere" not in rank.hovertext[0]


def test_nobody_draws_nothing_and_says_why():
    empty = pd.DataFrame(columns=["kind", "customers", "occasions", "revenue"])
    charts = [
        corner_bars(corners(empty)),
        type_bars(pd.DataFrame({"customers": []})),
        category_bars(pd.DataFrame({"categories": []})),
        repeat_by_coverage(pd.DataFrame()),
        wallet_bars(pd.DataFrame()),
    ]
    assert all(chart.layout.annotations[0].text for chart in charts)
