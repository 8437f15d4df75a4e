import pandas as pd
import pytest

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.loyalty import repeats_vs_spend
from loyalty_metrics.charts.migration import flows, matrix
from loyalty_metrics.charts.pareto import pareto_curve
from loyalty_metrics.charts.segments import rfm_map, segment_bars


def selectable(chart):
    return next(trace for trace in chart.data if trace.customdata is not None)


def test_bubbles_stand_at_their_scores_with_area_for_customers(rfm):
    bubbles = selectable(rfm_map(rfm, "EUR"))
    assert bubbles.marker.sizemode == "area"
    by_cell = {tuple(cell): size for cell, size in zip(bubbles.customdata, bubbles.marker.size, strict=True)}
    assert by_cell[5, 5] == 24
    assert (1, 1) not in by_cell  # holds nobody
    assert len(by_cell) == 24


def test_cells_say_customers_money_and_mean(rfm):
    chart = rfm_map(rfm, "EUR")
    bubbles = selectable(chart)
    at = [tuple(cell) for cell in bubbles.customdata].index((5, 5))
    assert "24 customers" in bubbles.hovertext[at]
    assert "€2,500 in all" in bubbles.hovertext[at]
    assert "€104.17 a customer" in bubbles.hovertext[at]
    written = next(trace for trace in chart.data if trace.mode == "text")
    assert written.text[at] == "<b>24</b><br>€2.5K"


def test_each_segment_is_named_once_in_its_colour(rfm):
    chart = rfm_map(rfm)
    assert sorted(note.text for note in chart.layout.annotations) == ["Champions", "Lost"]
    assert set(selectable(chart).marker.color) == {theme.segment_colour("Champions"), theme.segment_colour("Lost")}


def test_a_users_own_segment_is_shown_as_written(rfm):
    chart = rfm_map(rfm.assign(segment="VIP <b>!"))
    assert [note.text for note in chart.layout.annotations] == ["VIP &lt;b&gt;!"]


def test_eleven_segments_have_eleven_colours():
    assert len(set(theme.SEGMENT_COLOURS.values())) == 11


def test_segment_bars_set_customers_against_revenue(segments):
    customers, revenue = segment_bars(segments, "EUR").data
    assert list(customers.y) == ["Champions", "At risk", "Lost"]
    assert list(customers.x) == [0.2, 0.3, 0.5]
    assert list(revenue.x) == [0.8, 0.15, 0.05]
    assert list(revenue.text) == ["80%", "15%", "5.0%"]
    assert [list(point) for point in revenue.customdata] == [["Champions"], ["At risk"], ["Lost"]]
    assert "€400.00 a customer" in revenue.hovertext[0]


def test_segments_without_value_draw_no_bar(segments):
    chart = segment_bars(segments.assign(revenue_share=float("nan"), revenue=0.0))
    assert list(chart.data[1].text) == ["–", "–", "–"]


def test_repeats_against_spend_places_each_cell(deciles):
    chart = repeats_vs_spend(deciles, "EUR")
    grid = next(trace for trace in chart.data if trace.type == "heatmap").z
    assert grid[1][0] == 60
    assert grid[8][8] == 20
    assert sum(cell is not None for row in grid for cell in row) == 4
    assert [list(point) for point in selectable(chart).customdata] == [[2, 1], [9, 9], [9, 2], [2, 10]]


def test_corners_are_named_with_their_customers(deciles):
    notes = [note.text for note in repeats_vs_spend(deciles, "EUR").layout.annotations]
    assert "<b>Loyal but small</b><br>15 customers<br>€300" in notes
    assert "<b>Big but not loyal</b><br>5 customers<br>€1.1K" in notes


def test_pareto_marks_the_fifth_and_the_eighty_percent(pareto, summary):
    chart = pareto_curve(pareto, summary)
    marks = {(trace.x[0], trace.y[0]) for trace in chart.data if trace.mode == "markers" and len(trace.x) == 1}
    assert marks == {(0.2, 0.8)}  # here both figures meet
    notes = " ".join(note.text for note in chart.layout.annotations)
    assert "The best 20% of customers<br>bring <b>80.0%</b>" in notes
    assert "<b>20.0%</b> of customers" in notes


def test_pareto_curve_starts_at_nothing_and_points_can_be_picked(pareto, summary):
    chart = pareto_curve(pareto, summary)
    line = next(trace for trace in chart.data if trace.fill == "tozeroy")
    assert (line.x[0], line.y[0]) == (0, 0)
    assert list(line.y[1:]) == pytest.approx([0.8, 0.9, 0.95, 0.98, 1.0])
    points = selectable(chart)
    assert [list(point) for point in points.customdata] == [[1], [2], [3], [4], [5]]
    assert "The best customer (20.0% of all)" in points.hovertext[0]


def test_pareto_texts_do_not_lie_on_each_other(pareto, summary):
    tall = [note.y for note in pareto_curve(pareto, summary).layout.annotations[:2]]
    assert abs(tall[0] - tall[1]) >= 0.13


def test_empty_frames_say_so(rfm, segments, deciles, pareto, summary):
    charts = [
        rfm_map(rfm.iloc[:0]),
        rfm_map(rfm.assign(customers=0)),
        segment_bars(segments.iloc[:0]),
        segment_bars(segments.assign(customers=0)),
        repeats_vs_spend(deciles.iloc[:0]),
        pareto_curve(pareto.iloc[:0], summary.iloc[:0]),
        pareto_curve(pareto.assign(value_share=float("nan")), summary),
    ]
    for chart in charts:
        assert not chart.data
        assert len(chart.layout.annotations) == 1


@pytest.fixture
def moves():
    columns = ["segment_before", "segment_now", "customers", "share_of_before", "revenue_before"]
    rows = [
        ("Champions", "Champions", 60, 0.6, 900.0, 1, 1),
        ("Champions", "Loyal", 40, 0.4, 300.0, 1, 2),
        ("Loyal", "Loyal", 9, 1.0, 50.0, 2, 2),
        ("not yet", "Champions", 7, 1.0, 0.0, None, 1),
    ]
    return pd.DataFrame(rows, columns=[*columns, "position_before", "position_now"])


def test_flows_end_where_customers_are_best_first(moves):
    (sankey,) = flows(moves).data
    assert [name.split(" · ")[0] for name in sankey.node.label] == [
        "Champions", "Loyal", "Not yet a customer", "Champions", "Loyal",
    ]  # fmt: skip
    bands = list(zip(sankey.link.source, sankey.link.target, sankey.link.value, strict=True))
    assert bands == [(0, 3, 60), (0, 4, 40), (1, 4, 9), (2, 3, 7)]
    assert list(sankey.node.y[:3]) == sorted(sankey.node.y[:3])


def test_flows_of_money_leave_out_who_had_spent_nothing(moves):
    (sankey,) = flows(moves, "revenue_before", "USD").data
    assert sum(sankey.link.value) == 1250
    assert "Not yet a customer" not in " ".join(sankey.node.label)


def test_matrix_hands_back_both_segments_and_names_every_number(moves):
    chart = matrix(moves)
    marks = next(trace for trace in chart.data if trace.customdata is not None)
    assert [list(pair) for pair in marks.customdata][1] == ["Champions", "Loyal"]
    texts = {t for trace in chart.data if trace.type == "scatter" and trace.mode == "text" for t in trace.text}
    assert texts == {"60", "40", "9", "7"}
    assert list(chart.data[0].z[0]) == [0.6, 0.4]
    assert list(chart.data[0].z[1]) == [None, 1.0]


def test_no_moves_is_said(moves):
    for chart in (flows(moves.iloc[:0]), matrix(moves.iloc[:0])):
        assert not chart.data and chart.layout.annotations[0].text
