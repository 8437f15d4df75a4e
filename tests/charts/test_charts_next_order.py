"""The curve of the next purchase: lines as long as they can be trusted, with the numbers beneath."""

import re

import pandas as pd
import pytest

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.next_order import left_out, next_order_curves
from loyalty_metrics.measures.next_order import finish_next_order_summary, finish_time_to_next_order


def counts(**groups: int) -> pd.DataFrame:
    """Each group: so many customers come back on days 1, 2, ...; as many are last seen on day 500."""
    rows = [(name, day, 1, 0) for name, size in groups.items() for day in range(1, size + 1)]
    rows += [(name, 500, 0, size) for name, size in groups.items()]
    return pd.DataFrame(rows, columns=["group_name", "days", "returned", "waiting"])


def drawn(frame: pd.DataFrame, groups: list[str] | None = None):
    return next_order_curves(finish_time_to_next_order(frame), finish_next_order_summary(frame), 2, groups or [])


def steps(chart) -> list:
    return [trace for trace in chart.data if trace.line.width]


def test_all_together_with_window_and_median() -> None:
    frame = counts(a=200).assign(group_name=None)
    chart = drawn(frame)
    (line,) = steps(chart)
    assert line.line.shape == "hv"
    assert (line.x[0], line.y[0]) == (0, 0)
    assert line.y[-1] == pytest.approx(0.5)
    assert list(line.customdata[5]) == ["returned", 5]
    (window,) = chart.layout.shapes
    assert (window.x0, window.x1) == (100, 180)
    texts = [note.text for note in chart.layout.annotations]
    assert "Remind: day 100 to 180" in texts and "half by day 200" in texts
    assert max(line.x) <= 365


def test_numbers_beneath_are_those_still_waiting() -> None:
    chart = drawn(counts(a=200).assign(group_name=None))
    ticks = dict(zip(chart.layout.xaxis.tickvals, chart.layout.xaxis.ticktext, strict=True))
    beneath = {day: int(re.sub(r"<[^>]*>", " ", text).split()[1]) for day, text in ticks.items()}
    # On day 60 those wait who come on day 60 or later, and the 200 who never come.
    assert beneath[0] == 400 and beneath[60] == 341
    assert beneath[180] == 221


def test_after_its_last_day_a_line_keeps_those_who_never_came() -> None:
    axis = drawn(counts(long=95, short=40), ["long", "short"]).layout.xaxis
    assert axis.tickvals[-1] == 90 and ">40<" in axis.ticktext[-1]


def test_groups_beside_all_together() -> None:
    frame = counts(web=100, shop=60, tiny=9)
    chart = drawn(frame, ["web", "shop", "tiny"])
    assert [line.name for line in steps(chart)] == ["All customers", "web", "shop"]
    assert list(steps(chart)[0].customdata[3]) == ["returned", theme.EVERY, 3]
    assert list(steps(chart)[1].customdata[3]) == ["returned", "web", 3]
    assert len({line.line.dash for line in steps(chart)}) == 3
    assert left_out(finish_time_to_next_order(frame), ["web", "tiny", ""]) == ["tiny", "(unknown)"]


def test_never_more_than_seven_lines() -> None:
    frame = counts(**{f"g{n}": 40 for n in range(12)})
    assert len(steps(drawn(frame, [f"g{n}" for n in range(12)]))) <= 7


def test_a_small_shop_is_drawn_whole_and_an_empty_one_says_so() -> None:
    assert len(steps(drawn(counts(a=4).assign(group_name=None)))) == 1
    empty = drawn(counts(a=0))
    assert not empty.data and "Nobody" in empty.layout.annotations[0].text


def test_a_name_cannot_become_markup() -> None:
    chart = drawn(counts(**{"<b>x</b>": 50, "y": 50}), ["<b>x</b>"])
    assert any("&lt;b&gt;x" in note.text for note in chart.layout.annotations)
    assert "&lt;b&gt;" in steps(chart)[1].hovertext[0]
