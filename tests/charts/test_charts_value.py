"""What customers are worth, as it is drawn."""

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.charts import value as charts
from tests.test_answers_value import parts


def test_each_reason_begins_where_the_one_before_ended():
    told = parts().assign(value=[100.0, -5, 30, 10, -20, 5, 120], customers=[9, 9, 3, 2, 2, 0, 12])
    told.loc[5, "value"] = 0
    told.loc[6, "value"] = 115
    (bars,) = charts.bridge(told, "EUR").data
    top_down = list(zip(bars.base, bars.x, strict=True))[::-1]
    assert top_down == [(0, 100), (100, -5), (95, 30), (125, 10), (135, -20), (0, 115)]
    words = [note.text for note in charts.bridge(told, "EUR").layout.annotations]
    assert any("+€30.00" in text for text in words) and any("−€20.00" in text for text in words)
    assert not any("gone" in text for text in words)
    assert "no value to compare" in charts.bridge(told.assign(value=np.nan)).layout.annotations[0].text


def test_the_most_valuable_groups_are_drawn_and_markup_is_text():
    groups = pd.DataFrame({"group_name": [f"<b>{n}" for n in range(20)], "value": np.arange(20.0)})
    groups = groups.assign(attribute="first_channel", mean_value=1.0, low=0.5, high=2.0, customers=3)
    chart = charts.group_values(groups)
    assert len(chart.data[0].x) == charts.MOST_GROUPS and min(chart.data[0].x) == 5
    assert all("&lt;b&gt;" in note.text for note in chart.layout.annotations)
    assert [list(point) for point in chart.data[0].customdata][-1] == ["<b>5"]
    assert not charts.group_values(groups.iloc[:0]).data


def test_orders_ahead_have_a_band_only_where_it_is_known():
    expected = pd.DataFrame({"weeks": [4, 52], "orders": [10.0, 90.0], "likely_low": [8.0, 80.0]})
    expected["likely_high"] = [12.0, 100.0]
    assert len(charts.orders_ahead(expected).data) == 3
    line = charts.orders_ahead(expected.assign(likely_low=np.nan, likely_high=np.nan)).data
    assert len(line) == 1 and list(line[0].y) == [0, 10, 90]
    assert not charts.orders_ahead(expected.iloc[:0]).data


@pytest.mark.parametrize("added_up", [True, False])
def test_tracking_sets_what_came_against_what_was_foretold(added_up):
    weeks = pd.DataFrame({"on_day": pd.date_range("2025-01-07", periods=3, freq="7D"), "expected": [3.0, 3.0, 2.0]})
    weeks = weeks.assign(actual=[2, 4, 1], expected_total=[3.0, 6.0, 8.0], actual_total=[2, 6, 7])
    foretold, came = charts.tracking(weeks, added_up).data
    assert list(came.y) == ([2, 6, 7] if added_up else [2, 4, 1])
    assert list(foretold.y) == ([3, 6, 8] if added_up else [3, 3, 2])
    assert not charts.tracking(weeks.assign(expected=np.nan), added_up).data


def test_groups_by_frequency_name_the_last_for_more():
    rows = pd.DataFrame({"repeats": [None, 0, 1], "customers": 5, "actual": 1.0, "low": 0.5, "high": 1.5})
    came, foretold = charts.by_frequency(rows.astype({"repeats": "Int64"}).assign(expected=2.0)).data
    assert list(came.x) == ["0", "1+"] and list(foretold.y) == [2, 2]
    assert not charts.by_frequency(rows.iloc[:1].assign(expected=2.0)).data
