"""Pictures of one customer: every event is in them, and very many become months."""

import pandas as pd

from loyalty_metrics.charts import customer as charts


def events(number: int, kind: str = "bought") -> pd.DataFrame:
    days = pd.date_range("2020-01-01", periods=number, freq="8h").normalize()
    return pd.DataFrame({"on_day": days, "kind": kind, "words": "o <b>1</b>", "money": 2.5})


def test_each_event_is_a_mark_as_large_as_its_money() -> None:
    some = events(3).assign(money=[0, 25, 100])
    chart = charts.timeline(pd.concat([some, events(2, "refund").assign(money=-100)]))
    orders, refunds = chart.data
    assert len(orders.x) == 3 and len(refunds.x) == 2
    area = (orders.marker.size - orders.marker.size[0]) ** 2
    assert abs(area[2] / area[1] - 4) < 1e-9
    assert refunds.marker.size[0] == orders.marker.size[2]
    assert "&lt;b&gt;" in orders.hovertext[0]


def test_very_many_events_become_months_with_their_number_and_money() -> None:
    many = events(5000)
    chart = charts.timeline(pd.concat([many, events(3, "contact").assign(money=float("nan"))]))
    orders, contacts = chart.data
    months = many["on_day"].dt.to_period("M")
    assert len(orders.x) == months.nunique() and len(contacts.x) == 3
    counts = months.value_counts().sort_index()
    assert all(f"{n} events" in text for n, text in zip(counts, orders.hovertext, strict=True))
    assert f"{2.5 * counts.iloc[0]:,.2f}".rstrip("0").rstrip(".") in orders.hovertext[0].replace(",", "")


def test_a_single_day_has_a_width() -> None:
    first, last = charts.timeline(events(1)).layout.xaxis.range
    assert pd.Timestamp(first) < pd.Timestamp("2020-01-01") < pd.Timestamp(last)


def test_nothing_that_happened_is_said() -> None:
    assert charts.timeline(events(0)).layout.annotations[0].text == "Nothing happened"


def test_gaps_end_with_the_days_away() -> None:
    gaps = pd.DataFrame({"on_day": pd.date_range("2024-01-01", periods=300), "gap_days": range(1, 301)})
    (bars,) = charts.gaps(gaps, 7, 150.5, pd.Timestamp("2024-12-31")).data
    assert list(bars.y) == [*range(181, 301), 7]


def test_segments_stand_best_on_top() -> None:
    months = pd.DataFrame(
        {"on_day": pd.date_range("2024-01-31", periods=4, freq="ME"), "segment": [None, "Lost", "Champions", "Own <b>"]}
    )
    chart = charts.segment_history(months)
    assert list(chart.layout.yaxis.tickvals) == ["Champions", "Lost", "Own <b>"]
    assert chart.layout.yaxis.ticktext[-1] == "Own &lt;b&gt;" and len(chart.data[0].x) == 3
    assert "No purchase" in charts.segment_history(months.head(1)).layout.annotations[0].text


def test_bars_of_what_was_bought_end_at_what_was_sold() -> None:
    rows = pd.DataFrame(
        {"name": ["a", "", "c"], "sold": [10, 4, 0], "net": [7, -2, -5], "taken_back": [3, 6, 5], "orders": 1}
    )
    kept, back = charts.bought(rows).data
    assert (list(kept.x), list(back.x)) == ([7, 0], [3, 4])
