"""Retention, the section on the next purchase: what it says is what the measures say."""

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value
from tests.pages.conftest import Open, link, tables, texts


def test_section_tells_share_window_and_who_is_due(open_page: Open, sample: Workspace) -> None:
    row = sample.measure("next_order_summary").frame.iloc[0]
    app = open_page("retention", section="next_order")
    assert not app.exception
    told = texts(app)
    assert format_value(row["within_90"], "share", compact=True) in told
    assert f"remind between day {row['remind_from']:.0f} and day {row['remind_until']:.0f}" in told
    assert format_value(row["due"], "count") in told
    app.button_group(key="next_order_summary.panel").set_value("who").run()
    assert len(app.dataframe[0].value) == row["due"]


def test_groups_are_compared_by_the_attribute_in_the_link(open_page: Open, sample: Workspace) -> None:
    scope = Scope(by="acquired_through", nth=3)
    summary = sample.measure("next_order_summary", scope).frame
    app = open_page("retention", section="next_order", by="acquired_through", nth="3")
    assert not app.exception
    assert "The groups differ" in texts(app)
    shown = tables(app)
    for row in summary.dropna(subset=["group_name"]).to_dict("records"):
        assert row["group_name"] in shown and format_value(row["customers"], "count") in shown


def test_choosing_an_attribute_and_a_purchase_goes_to_the_link(open_page: Open) -> None:
    app = open_page("retention", section="next_order")
    app.selectbox(key="scope.by").set_value("first_store").run()
    app.selectbox(key="scope.nth").set_value(4).run()
    assert not app.exception
    assert link(app)["by"] == ["first_store"] and link(app)["nth"] == ["4"]


def test_who_of_one_group_and_day(open_page: Open, sample: Workspace) -> None:
    scope = Scope(by="first_store")
    curve = sample.measure("time_to_next_order", scope).frame
    wanted = curve[(curve["group_name"] == "Station") & (curve["days"] <= 20)]["returned"].sum()
    app = open_page("retention", section="next_order", by="first_store")
    app.session_state["time_to_next_order.cell.group_name"] = "Station"
    app.session_state["time_to_next_order.cell.days"] = 20
    app.button_group(key="time_to_next_order.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) == wanted
