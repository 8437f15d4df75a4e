import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.bucket import bucket
from loyalty_metrics.charts.cohort_table import POOLED_AT, is_cut
from loyalty_metrics.charts.group_shares import group_shares
from loyalty_metrics.charts.retention import Beside, cohort_heatmap, customer_flow, retention_curves, revenue_by_period
from tests.charts.reading import texts


def selectable(chart):
    return next(trace for trace in chart.data if trace.customdata is not None)


def coloured(chart):
    maps = [trace for trace in chart.data if trace.type == "heatmap"]
    return {len(trace.z): trace for trace in maps}


def test_only_cells_that_are_over_are_coloured(cohorts):
    cells = coloured(cohort_heatmap(cohorts))[3].z
    assert [list(row) for row in cells] == [[None, 0.5, 0.3], [None, 0.8, None], [None, None, None]]


def test_pooled_row_is_the_sum_of_complete_cells_only(cohorts):
    # 500 of 1,000 and 400 of 500 make 60 %; the third cohort is in progress and stays out.
    assert list(coloured(cohort_heatmap(cohorts))[1].z[0]) == [None, 0.6, 0.3]


def test_every_reached_cell_can_be_selected_and_no_other(cohorts):
    chosen = [tuple(point) for point in selectable(cohort_heatmap(cohorts)).customdata]
    reached = cohorts[cohorts["state"] != "unobservable"]
    expected = [
        (None if pd.isna(c) else c.date().isoformat(), a)
        for c, a in zip(reached["cohort"], reached["age"], strict=True)
    ]
    assert sorted(chosen, key=str) == sorted(expected, key=str)
    assert ("2026-03-01", 2) not in chosen


def test_hover_tells_the_count_the_interval_and_the_state(cohorts):
    trace = selectable(cohort_heatmap(cohorts))
    words = dict(zip((tuple(point) for point in trace.customdata), trace.hovertext, strict=True))
    assert "500 of 1,000 customers" in words["2026-01-01", 1]
    assert "between 46.9% and 53.1%" in words["2026-01-01", 1]
    assert "not over yet" not in words["2026-01-01", 1]
    assert "not over yet" in words["2026-03-01", 1]


def test_unfinished_cells_are_hatched_and_named_in_the_legend(cohorts):
    hatched = next(
        trace for trace in cohort_heatmap(cohorts).data if trace.type == "scatter" and trace.fillpattern.shape
    )
    assert hatched.showlegend
    assert sum(x is None for x in hatched.x) == (cohorts["state"] == "in_progress").sum()


def test_newest_cohort_is_at_the_bottom_with_its_size(cohorts):
    axis = cohort_heatmap(cohorts).layout.yaxis
    assert axis.ticktext == ("<b>All cohorts</b>", "Jan 2026 · 1,000", "Feb 2026 · 500", "Mar 2026 · 200")
    assert list(axis.tickvals) == sorted(axis.tickvals)
    assert axis.range[0] > axis.range[1]


def test_first_age_does_not_swallow_the_colours(cohorts):
    assert cohort_heatmap(cohorts).layout.coloraxis.cmax < 0.81


def test_one_freak_cell_does_not_set_the_scale(cohorts):
    many = pd.concat([cohorts.assign(cohort=cohorts["cohort"] + pd.DateOffset(years=n)) for n in range(40)])
    many.loc[(many["cohort"] == "2026-01-01") & (many["age"] == 1), "retention"] = 0.99
    assert cohort_heatmap(many).layout.coloraxis.cmax < 0.81


def test_a_large_table_names_its_pooled_row_only(cohorts):
    assert texts(cohort_heatmap(cohorts))[1, 0.0] == "50"
    many = pd.concat([cohorts.assign(cohort=cohorts["cohort"] + pd.DateOffset(months=3 * n)) for n in range(40)])
    chart = cohort_heatmap(many)
    assert {y for _x, y in texts(chart)} == {POOLED_AT}
    assert texts(chart)[1, POOLED_AT] == "60"
    assert chart.layout.coloraxis.showscale


def test_at_most_sixty_cohorts_are_drawn_the_newest(cohorts):
    many = pd.concat([cohorts.assign(cohort=cohorts["cohort"] + pd.DateOffset(months=3 * n)) for n in range(40)])
    chosen = {cohort for cohort, _age in selectable(cohort_heatmap(many)).customdata if cohort}
    assert len(chosen) == 60
    assert is_cut(many)
    assert not is_cut(cohorts)
    assert max(chosen) == many["cohort"].max().date().isoformat()


@pytest.mark.parametrize(
    ("value", "label"),
    [("cumulative_revenue_per_customer", "15"), ("revenue_retention", "50"), ("orders_per_customer", "0.5")],
)
def test_other_values_of_the_same_table(cohorts, value, label):
    assert texts(cohort_heatmap(cohorts, value, currency="EUR"))[1, 0.0] == label


def test_curve_starts_after_the_first_purchase(curve):
    pooled = next(trace for trace in retention_curves(curve).data if trace.name == "All cohorts")
    assert list(pooled.x) == [1, 2]
    assert list(pooled.y) == pytest.approx([900 / 1500, 0.3])
    assert [list(point) for point in pooled.customdata] == [[1], [2]]
    assert "900 of 1,500 customers" in pooled.hovertext[0]


def test_curve_axis_starts_at_nothing(curve):
    assert retention_curves(curve).layout.yaxis.range[0] == 0


def test_projection_is_dashed_and_says_so(curve):
    curve = curve.assign(projection=0.4)
    line = next(trace for trace in retention_curves(curve).data if trace.name == "Projection")
    assert line.line.dash == "dash"
    assert "not observed" in line.hovertext[0]


def test_curve_draws_the_chosen_cohorts_complete_cells(curve, cohorts):
    chart = retention_curves(curve, beside=Beside(cohorts=(cohorts, ["2026-01-01", "2030-01-01"])))
    line = next(trace for trace in chart.data if trace.name == "Jan 2026")
    assert list(line.y) == [0.5, 0.3]
    assert [list(point) for point in line.customdata] == [["2026-01-01", 1], ["2026-01-01", 2]]


def test_curve_never_has_more_than_seven_lines(curve, cohorts):
    complete = cohorts[cohorts["state"] == "complete"]
    many = pd.concat([complete.assign(cohort=complete["cohort"] + pd.DateOffset(years=n)) for n in range(9)])
    starts = sorted(many["cohort"].dropna().unique())
    chart = retention_curves(curve.assign(projection=0.4), beside=Beside(cohorts=(many, starts)))
    assert len([trace for trace in chart.data if trace.line.width]) == 7
    heights = sorted(note.y for note in chart.layout.annotations)
    assert np.diff(heights).min() > 0


def test_flow_draws_losses_below_zero(flow):
    bars = {trace.name: trace for trace in customer_flow(flow, "month").data if trace.customdata is not None}
    assert list(bars["New"].y) == [100, 30, 4]
    assert list(bars["Won back"].y) == [0, 5, 1]
    assert list(bars["Lapsed"].y) == [0, -20, -5]
    assert list(bars["Active at the end"].y) == [100, 115, 115]
    assert list(bars["Lapsed"].customdata[1]) == ["2026-02-01", "lapsed"]
    assert "<b>20</b> lapsed, Feb 2026" in bars["Lapsed"].hovertext[1]


def test_each_step_of_the_bucket_begins_where_the_one_before_ended(flow):
    (bars,) = bucket(flow.iloc[1].to_dict()).data
    assert list(bars.base) == [0, 100, 130, 135, 0]
    assert list(bars.y) == [100, 30, 5, -20, 115]
    assert list(bars.text) == ["100", "+30", "+5", "−20", "115"]
    assert bars.base[3] + bars.y[3] == bars.y[4]
    assert list(bars.customdata[3]) == ["2026-02-01", "lapsed"]


def test_empty_bucket_has_no_signs(flow):
    (bars,) = bucket(flow.iloc[0].to_dict()).data
    assert list(bars.text) == ["0", "+100", "0", "0", "100"]


def test_unfinished_period_looks_and_reads_unfinished(flow, revenue):
    for chart in (customer_flow(flow, "month"), revenue_by_period(revenue, "month", "EUR")):
        bars = chart.data[0]
        assert bars.marker.pattern.shape == ("", "", "/")
        assert bars.marker.color[2] != bars.marker.color[1]
        assert "not over yet" in bars.hovertext[2]
        assert "Mar 2026 is not over yet" in [trace.name for trace in chart.data]


def test_revenue_parts_add_up(revenue):
    chart = revenue_by_period(revenue, "month", "EUR")
    parts = {trace.name: trace for trace in chart.data if trace.customdata is not None}
    assert list(np.add(parts["New customers"].y, parts["Returning customers"].y)) == list(revenue["revenue"])
    assert "€1,200" in parts["Returning customers"].hovertext[1]
    assert list(parts["New customers"].customdata[0]) == ["2026-01-01"]


def test_money_axis_is_in_short_words(revenue):
    axis = revenue_by_period(revenue.assign(revenue=revenue["revenue"] * 1e6), "month", "EUR").layout.yaxis
    assert axis.ticktext[0] == "€0"
    assert axis.ticktext[-1].endswith("B")


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter"])
def test_empty_frames_say_so(cohorts, curve, flow, revenue, grain):
    charts = [
        cohort_heatmap(cohorts.iloc[:0], grain=grain),
        retention_curves(curve.iloc[:0], grain, beside=Beside(cohorts=(cohorts.iloc[:0], ["2026-01-01"]))),
        customer_flow(flow.iloc[:0], grain),
        revenue_by_period(revenue.iloc[:0], grain),
    ]
    for chart in charts:
        assert not chart.data
        assert chart.layout.annotations[0].text.startswith("No ")


def test_one_cohort_in_its_first_period(cohorts, curve):
    first = cohorts[(cohorts["cohort"] == "2026-03-01") & (cohorts["age"] == 0)]
    first = first.assign(state="in_progress", days_left=16)
    assert [list(point) for point in selectable(cohort_heatmap(first)).customdata] == [["2026-03-01", 0]]
    assert not retention_curves(curve[curve["age"] == 0]).data


def test_nothing_comes_from_the_internet(cohorts):
    page = cohort_heatmap(cohorts).to_html(include_plotlyjs=False, config=theme.CONFIG)
    assert '"showSendToCloud": false' in page
    assert theme.CONFIG["displaylogo"] is False


def test_backgrounds_are_clear_and_text_takes_the_pages_colour(cohorts):
    layout = cohort_heatmap(cohorts).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.font.color is None


def test_ink_is_the_colour_that_streamlit_replaces():
    from streamlit.elements.lib import streamlit_plotly_theme

    assert theme.INK == streamlit_plotly_theme.GRAY_90


def named(chart) -> list[str]:
    return [trace.name for trace in chart.data if trace.line.width]


def test_back_test_is_drawn_dotted_where_the_curve_stands_alone(curve, cohorts):
    tested = curve.assign(projection=0.2, projected_before=0.3, held_out=4)
    chart = retention_curves(tested)
    assert named(chart) == ["Projection", "Made 4 months ago", "All cohorts"]
    assert chart.data[3].line.dash == "dot"
    beside = Beside(cohorts=(cohorts, ["2026-01-01"]))
    assert "Made 4 months ago" not in named(retention_curves(tested, beside=beside))


def test_references_are_drawn_on_request(curve):
    before = (curve.assign(retention=curve["retention"] / 2), "As of 1 Apr 2025")
    chart = retention_curves(curve, beside=Beside(before=before, target=0.3))
    assert {"As of 1 Apr 2025", "Target 30%"} <= set(named(chart))
    target = next(trace for trace in chart.data if trace.name == "Target 30%")
    assert set(target.y) == {0.3}


def test_groups_are_drawn_by_name_and_can_be_clicked(curve):
    rows = [(g, age, 100, 10 + age) for g in ("web", "", "<b>") for age in (0, 1, 2)]
    groups = pd.DataFrame(rows, columns=["group_name", "age", "size", "retained"])
    groups = groups.assign(retention=groups["retained"] / groups["size"], low=0.05, high=0.2)
    chart = retention_curves(curve, beside=Beside(groups=(groups, ["web", "", "<b>"])))
    lines = {trace.name: trace for trace in chart.data}
    assert list(lines["web"].customdata[0]) == ["web", 1]
    assert "(unknown)" in lines
    shares = group_shares(groups, 1)
    assert len(shares.data[0].x) == 3 and list(shares.data[0].customdata[0])[1] == 1
    assert "&lt;b&gt;" in shares.layout.yaxis.ticktext
    assert not group_shares(groups, 9).data


def test_axis_says_what_is_counted(curve):
    titles = {retention_curves(curve, criterion=c).layout.yaxis.title.text for c in ("exact", "cumulative")}
    assert titles == {"Bought in that period", "Had bought again by its end"}
