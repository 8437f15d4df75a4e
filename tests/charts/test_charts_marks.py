"""Days marked on charts over time."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from loyalty_metrics.charts.marks import mark_days, places

MONTHS = pd.date_range("2025-01-01", periods=3, freq="MS")


def test_a_day_lies_within_its_period() -> None:
    marks = [(date(2025, 1, 1), "a"), (date(2025, 2, 15), "b"), (date(2025, 3, 31), "c"), (date(2025, 3, 31), "d")]
    found = places(marks, MONTHS)
    assert list(found) == [-0.5, 1.0, pytest.approx(1.5 + 30 / 31, abs=1e-3)]
    assert [len(texts) for texts in found.values()] == [1, 1, 2]
    assert found[1.0] == ["15 Feb 2025: b"]
    week = places([(date(2025, 1, 8), "x")], pd.to_datetime(["2025-01-06"]), "week")
    assert list(week) == [pytest.approx(-0.5 + 2 / 7, abs=1e-3)]


def test_days_outside_and_in_gaps_are_left_out() -> None:
    assert places([(date(2024, 12, 31), "x"), (date(2025, 4, 1), "y")], MONTHS) == {}
    assert places([(date(2025, 2, 3), "x")], [MONTHS[0], MONTHS[2]]) == {}
    assert places([(date(2025, 2, 3), "x")], []) == {}


def test_the_chart_tells_them_and_takes_no_tags_from_data() -> None:
    chart = go.Figure(go.Bar(x=[day.date().isoformat() for day in MONTHS], y=[1, 2, 3]))
    mark_days(chart, [(date(2025, 2, 15), "<b>sale</b>")], MONTHS)
    (sign,) = chart.layout.annotations
    assert sign.x == 1.0 and "&lt;b&gt;sale" in sign.hovertext
    (line,) = chart.layout.shapes
    assert (line.x0, line.x1) == (1.0, 1.0)
    assert not mark_days(go.Figure(), [], MONTHS).layout.shapes
