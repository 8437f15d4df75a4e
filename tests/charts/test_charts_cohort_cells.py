"""Complete, unfinished and unreached cells look different and say so; what stands out is marked."""

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.retention import cohort_heatmap
from tests.charts.reading import texts


@pytest.fixture
def told(cohorts):
    """The three cohorts with an estimate for March, marks on January and February, and a smoothed February."""
    frame = cohorts.copy()
    march = (frame["cohort"] == "2026-03-01") & (frame["age"] == 1)
    frame.loc[march, ["expected", "expected_low", "expected_high"]] = [0.24, 0.18, 0.31]
    frame.loc[march, "outlook"] = "estimated"
    february = (frame["cohort"] == "2026-02-01") & (frame["age"] == 1)
    frame["verdict"] = frame["verdict"].astype("object")
    frame.loc[february, "verdict"] = "above"
    frame.loc[(frame["cohort"] == "2026-01-01") & (frame["age"] == 1), "verdict"] = "below"
    frame.loc[february, ["smoothed", "smoothed_low", "smoothed_high"]] = [0.7, 0.66, 0.74]
    return frame


def hovers(chart):
    trace = next(trace for trace in chart.data if trace.customdata is not None)
    return dict(zip((tuple(point) for point in trace.customdata), trace.hovertext, strict=True))


def test_unfinished_cells_show_what_they_will_come_to_or_that_they_still_count(told):
    shown = texts(cohort_heatmap(told))
    assert shown[1, 2.0] == "≈24"
    assert shown[2, 1.0] == "16…"
    assert shown[1, 0.0] == "50"


def test_hover_of_an_unfinished_cell_tells_days_estimate_range_or_reason(told):
    words = hovers(cohort_heatmap(told))
    march = words["2026-03-01", 1]
    assert "10.0%" in march and "20 of 200 customers" in march
    assert "not over yet: 15 days to come" in march
    assert "When it is over: ≈ 24.0% (between 18% and 31%)" in march
    assert "No estimate: fewer than 3 cohorts are that old" in words["2026-02-01", 2]


def test_what_stands_out_is_marked_and_named(told):
    chart = cohort_heatmap(told)
    marks = [trace for trace in chart.data if trace.type == "scatter" and trace.fillcolor in (theme.RAISED, theme.SUNK)]
    assert [trace.name[0] for trace in marks] == ["▲", "▼"]
    assert [sum(x is None for x in mark.x) for mark in marks] == [1, 1]
    words = hovers(chart)
    assert "▼ below the 80.0% of the others, beyond chance" in words["2026-01-01", 1]
    assert "The others" not in words["2026-03-01", 1]


def test_a_cell_within_chance_tells_what_would_have_shown(told):
    told["verdict"] = told["verdict"].where(told["verdict"].isna(), "within_chance")
    words = hovers(cohort_heatmap(told))["2026-01-01", 1]
    assert "The others: 80.0%; may be chance" in words
    assert "Would have shown: a fall of" in words
    told["detectable"] = np.nan
    assert "Too few customers to show any fall" in hovers(cohort_heatmap(told))["2026-01-01", 1]


def test_marks_are_told_of_retention_alone(told):
    chart = cohort_heatmap(told, "revenue_retention", currency="EUR")
    assert not [
        trace for trace in chart.data if trace.type == "scatter" and trace.fillcolor in (theme.RAISED, theme.SUNK)
    ]
    words = hovers(chart)
    assert "others" not in words["2026-01-01", 1]
    assert "When it is over" not in words["2026-03-01", 1]


@pytest.mark.parametrize(
    ("value", "made_of"),
    [
        ("retention", "500 of 1,000 customers"),
        ("orders_per_customer", "500 orders of 1,000 customers"),
        ("revenue_retention", "€5,000 against €10,000 in the first period"),
        ("cumulative_revenue_per_customer", "€15,000 of 1,000 customers"),
    ],
)
def test_every_value_tells_numerator_denominator_and_interval(told, value, made_of):
    words = hovers(cohort_heatmap(told, value, currency="EUR"))["2026-01-01", 1]
    assert made_of in words
    assert "95% sure: between" in words or "95% sure: about" in words


def test_smoothed_cells_show_the_better_guess_and_tell_what_was_counted(told):
    chart = cohort_heatmap(told, smoothed=True)
    assert texts(chart)[1, 1.0] == "70"
    words = hovers(chart)["2026-02-01", 1]
    assert "between 66.0% and 74.0%" in words and "400 of 500 customers: 80.0% observed" in words
    assert "(smoothed)" in chart.layout.xaxis.title.text


def test_blank_cells_answer_the_pointer_and_open_nothing(told):
    blank = next(trace for trace in cohort_heatmap(told).data if trace.name == "Blank: not reached yet")
    assert list(zip(blank.x, blank.y, strict=True)) == [(2, 2.0)]
    assert "Not reached yet" in blank.hovertemplate
    assert blank.customdata is None and blank.marker.maxdisplayed == 1


def test_a_large_table_names_its_estimates_and_draws_few_marks(told):
    many = pd.concat([told.assign(cohort=told["cohort"] + pd.DateOffset(months=3 * n)) for n in range(13)])
    shown = texts(cohort_heatmap(many))
    assert sum(text.startswith("≈") for text in shown.values()) == 13
    wide = pd.concat([many.assign(age=many["age"] + 3 * n) for n in range(8)])
    points = next(trace for trace in cohort_heatmap(wide).data if trace.customdata is not None)
    assert len(points.x) > 800 and points.marker.maxdisplayed == 1
