"""The page Value: what it says is what the measures say."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value, plain
from tests.pages.conftest import Open, link, tables, texts

SECTIONS = ("worth", "expected_orders", "how_good", "worth_the_call")


@pytest.fixture
def shop(folder: Path) -> Workspace:
    """A workspace of one's own: customers who come back at different paces, and leave."""
    random = np.random.default_rng(3)
    rows = []
    for customer in range(400):
        day, leaves, rate = float(random.uniform(0, 350)), random.beta(0.8, 3), random.gamma(2, 1 / 40)
        while day < 365 and not (rows and random.random() < leaves and rows[-1][0] == f"c{customer}"):
            rows.append((f"c{customer}", day))
            day += 1 + random.exponential(1 / rate)
    frame = pd.DataFrame(rows, columns=["customer_id", "day"])
    frame["ordered_at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.floor(frame.pop("day")), unit="D")
    frame["amount"], frame["order_id"] = np.round(random.gamma(4, 10, len(frame)) + 1, 2), np.arange(len(frame))
    frame.astype({"order_id": "str"}).to_parquet(folder / "orders.parquet")
    workspace = Workspace.open(folder / "own.duckdb")
    workspace.import_file(folder / "orders.parquet")
    workspace.close()
    return workspace


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_opens_on_the_sample(open_page: Open, section: str) -> None:
    app = open_page("value", section=section)
    assert not app.exception and not app.error
    assert app.title[0].value == "What are our customers worth?"


def test_the_answer_is_the_value_and_its_change_since_a_month(open_page: Open, sample: Workspace) -> None:
    scope = Scope(as_of=date(2026, 6, 24), compare_to=date(2026, 5, 24))
    parts = sample.measure("base_value", scope).frame.set_index("part")["value"]
    told = texts(open_page("value"))
    for amount in (parts["base_now"], abs(parts["base_now"] - parts["base_before"]), parts["newly_won"]):
        assert plain(format_value(amount, "money", sample.currency(), compact=True)) in told
    assert "24 May 2026" in told and "in the next 365 days" in told and "% a year is taken off" in told


def test_horizon_and_discount_go_to_the_link(open_page: Open) -> None:
    app = open_page("value")
    app.selectbox(key="scope.horizon").set_value(91).run()
    app.selectbox(key="scope.discount").set_value(0).run()
    assert not app.exception
    assert link(app)["horizon"] == ["91"] and link(app)["discount"] == ["0"]
    assert "in the next 91 days" in texts(app) and "is taken off" not in texts(app)


def test_groups_follow_the_link(open_page: Open, sample: Workspace) -> None:
    groups = sample.measure("value_by_group").frame
    app = open_page("value", group="acquired_through")
    shown = tables(app)
    for row in groups[groups["attribute"] == "acquired_through"].to_dict("records"):
        assert row["group_name"] in shown and format_value(row["customers"], "count") in shown


def test_who_is_in_a_group(open_page: Open, sample: Workspace) -> None:
    groups = sample.measure("value_by_group").frame
    row = groups[(groups["attribute"] == "segment") & (groups["group_name"] == "At risk")].iloc[0]
    app = open_page("value", group="segment")
    app.session_state["value_by_group.segment.cell.segment"] = "At risk"
    app.button_group(key="value_by_group.segment.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert f"**{format_value(row['customers'], 'count')} customers**" in texts(app)


def test_orders_and_the_backtest_are_told(open_page: Open, sample: Workspace) -> None:
    expected = sample.measure("expected_orders").frame.set_index("weeks")
    app = open_page("value", section="expected_orders")
    assert f"{format_value(expected.loc[4, 'orders'], 'count')} orders in the next 4 weeks" in texts(app)
    assert "still to be won come on top" in texts(app)
    error = sample.measure("value_backtest").frame.loc[0, "error"]
    told = f"{format_value(abs(error), 'share', compact=True)} too {'low' if error < 0 else 'high'}"
    assert told in texts(app) and told in texts(open_page("value", section="how_good"))


def test_the_call_list_is_the_measures(open_page: Open, sample: Workspace) -> None:
    calls = sample.measure("worth_the_call").frame
    app = open_page("value", section="worth_the_call")
    assert f"**{len(calls)} customers** of the most valuable fifth" in texts(app)
    assert app.dataframe[0].value["customer_id"].tolist() == calls["customer_id"].tolist()


def test_a_forecast_is_kept_scored_and_put_away(open_page: Open, shop: Workspace) -> None:
    app = open_page("value", workspace="own", section="expected_orders", as_of="2024-10-01")
    app.text_input(key="forecast.who").set_value(" ")
    app.button(key="FormSubmitter:forecast.form-Keep this forecast").click().run()
    assert "who you are" in texts(app)
    app.text_input(key="forecast.who").set_value("Ann")
    app.button(key="FormSubmitter:forecast.form-Keep this forecast").click().run()
    assert not app.exception and not app.error
    app = open_page("value", workspace="own", section="how_good")
    shown = tables(app)
    assert "Ann" in shown and "1 Oct 2024" in shown and "as foretold" in shown
    app.button(key="forecast.drop").click().run()
    assert "No forecast is kept yet" in texts(app)


def test_the_sample_keeps_no_forecast(open_page: Open) -> None:
    app = open_page("value", section="expected_orders")
    assert "cannot be changed" in texts(app)


def test_a_shop_nobody_came_back_to(open_page: Open, folder: Path) -> None:
    frame = pd.DataFrame({"customer_id": ["a", "b"], "order_id": ["1", "2"], "amount": [10.0, 20.0]})
    frame.assign(ordered_at=pd.to_datetime(["2025-01-01", "2025-03-01"])).to_parquet(folder / "once.parquet")
    workspace = Workspace.open(folder / "once.duckdb")
    workspace.import_file(folder / "once.parquet")
    workspace.close()
    for section in SECTIONS:
        app = open_page("value", workspace="once", section=section)
        assert not app.exception and not app.error
        assert "cannot be told yet" in texts(app) or "Nobody" in texts(app)
