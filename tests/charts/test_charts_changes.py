"""What changed, drawn: cohort after cohort, and group by group."""

import pandas as pd
import pytest

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.changes import change_by_group, retention_over_time
from loyalty_metrics.measures.change import finish_retention_over_time


@pytest.fixture
def over_time():
    starts = pd.date_range("2025-01-01", periods=16, freq="MS")
    frame = pd.DataFrame({"cohort": starts, "age": 1, "size": 1000, "retained": [200] * 10 + [300] * 6})
    frame = frame.assign(part=[None] * 8 + ["older"] * 4 + ["newer"] * 4, at_edge="no", grain="month")
    return finish_retention_over_time(frame)


@pytest.fixture
def values():
    columns = ["attribute", "value", "verdict", "change"]
    rows = [("by", "<b>web</b>", "up", 0.1), ("by", "shop", "within_chance", -0.02), ("by", "", None, None)]
    frame = pd.DataFrame(rows, columns=columns)
    frame[["older_retention", "newer_retention"]] = [[0.2, 0.3], [0.25, 0.23], [0.1, None]]
    frame[["older_retained", "older_size", "newer_retained", "newer_size"]] = [
        [20, 100, 30, 100],
        [25, 100, 23, 100],
        [1, 10, 0, 0],
    ]
    return frame


def test_each_cohort_is_a_dot_that_opens_its_customers(over_time):
    dots = next(trace for trace in retention_over_time(over_time).data if trace.customdata is not None)
    assert [list(point) for point in dots.customdata][:2] == [["2025-01-01", 1], ["2025-02-01", 1]]
    assert "200 of 1,000 customers" in dots.hovertext[0] and "95% sure: between" in dots.hovertext[0]


def test_cohorts_at_the_edge_of_the_data_are_grey_and_say_so(over_time):
    over_time.loc[:1, "at_edge"] = "yes"
    dots = next(trace for trace in retention_over_time(over_time).data if trace.customdata is not None)
    assert list(dots.marker.color[:3]) == [theme.GREY, theme.GREY, theme.BLUE]
    assert dots.hovertext[1].endswith("At the edge of the data: not compared")


def test_the_two_sets_stand_on_bands(over_time):
    bands = {trace.name: trace.x[:2] for trace in retention_over_time(over_time).data if trace.fill == "toself"}
    assert bands == {"Older cohorts": (7.5, 11.5), "Newer cohorts": (11.5, 15.5)}


def test_the_turning_point_is_drawn_where_it_is_real(over_time):
    names = [trace.name for trace in retention_over_time(over_time, has_turned=True).data]
    assert "All before: 20%" in names and "All since: 30%" in names
    assert not [t for t in retention_over_time(over_time).data if t.name and t.name.startswith("All")]


def test_groups_are_coloured_where_the_change_is_more_than_chance(values):
    chart = change_by_group(values, ["<b>web</b>", "shop", "(unknown)"])
    lines = [trace for trace in chart.data if trace.mode == "lines"]
    assert [line.line.color for line in lines] == [theme.GREEN, theme.GREY, theme.GREY]
    older, newer = [trace for trace in chart.data if trace.mode == "markers"]
    assert [list(point) for point in newer.customdata] == [
        ["by", "<b>web</b>", "newer"],
        ["by", "shop", "newer"],
        ["by", "", "newer"],
    ]
    assert list(older.x) == [0.2, 0.25, 0.1]
    assert "30 of 100 customers" in newer.hovertext[0] and "▲ +10 points" in newer.hovertext[0]
    assert newer.hovertext[1].endswith("−2 points · may be chance")
    words = next(trace for trace in chart.data if trace.mode == "text").text
    assert [text.strip() for text in words] == ["▲ +10 points", "−2 points", "only on one side"]
    assert chart.layout.yaxis.ticktext[0] == "&lt;b&gt;web&lt;/b&gt;"


def test_nothing_to_draw_says_so(over_time, values):
    assert not retention_over_time(over_time.iloc[:0]).data
    assert not change_by_group(values.iloc[:0], []).data
