"""The page on actions: what was decided and what came of it, and taking a decision in a workspace of one's own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.alerts import Alerts
from loyalty_metrics.care import KINDS, Care
from loyalty_metrics.decisions import Decisions
from loyalty_metrics.effects import effect
from loyalty_metrics.language import format_points
from pages._ui import workspaces
from tests.pages.conftest import Open, link, tables, texts


@pytest.fixture
def shop(folder: Path, tmp_path: Path) -> Workspace:
    """A workspace of the app with 300 customers who buy every month or so."""
    random = np.random.default_rng(8)
    rows = [(f"c{n}", int(day)) for n in range(300) for day in np.cumsum(random.exponential(30, 12))]
    frame = pd.DataFrame(rows, columns=["customer_id", "day"])
    frame["ordered_at"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    frame = frame[frame["ordered_at"] <= "2025-12-31"]
    frame["amount"], frame["order_id"] = 20.0, [f"o{n}" for n in range(len(frame))]
    frame.to_parquet(tmp_path / "lines.parquet")
    workspace = workspaces.get(workspaces.create("shop"))
    workspace.import_file(tmp_path / "lines.parquet")
    return workspace


def test_the_sample_tells_of_each_decision_what_the_effect_says(open_page: Open, sample: Workspace) -> None:
    app = open_page("actions", decision="1")
    assert not app.exception and not app.error
    found = {one.decision_id: effect(sample, one) for one in Decisions(sample).all()}
    assert {one.state for one in found.values()} == {"measured", "no_comparison", "too_early"}
    row = found[1].of("bought")
    assert row is not None and row["verdict"] == "more"
    assert format_points(row["effect"]) in tables(app) and format_points(row["low"]) in tables(app)
    shown = texts(app)
    assert "4 decisions" in shown and "It worked." in shown and "it paid." in shown
    assert "to be told on 25 Jun 2026" in tables(app)
    april = texts(open_page("actions", decision="2"))
    assert "No effect is shown." in april and "It worked." not in april


def test_what_was_not_decided_yet_is_not_there(open_page: Open) -> None:
    app = open_page("actions", as_of="2026-02-20")
    assert "1 decision" in texts(app) and "Too early" in texts(app)


def test_a_decision_is_taken_changed_and_found_again(open_page: Open, shop: Workspace) -> None:
    assert "Nothing was decided" in texts(open_page("actions", workspace="shop"))
    app = open_page("actions", workspace="shop", section="decide", **{"for": "segment.Champions"})
    assert not app.exception
    app.text_input(key="decide.title").set_value("Call *them*").run()
    app.text_input(key="decide.owner").set_value("Mara").run()
    app.number_input(key="decide.expected").set_value(5.0).run()
    app.selectbox(key="decide.share").set_value(0.3).run()
    assert "left alone" in texts(app)
    app.text_input(key="decide.who").set_value(" ").run()
    app.button(key="decide.take").click().run()
    assert "Say who you are" in texts(app) and Decisions(shop).all() == []
    app.text_input(key="decide.who").set_value("Ann").run()
    app.button(key="decide.take").click().run()
    assert not app.exception and not app.error
    (one,) = Decisions(shop).all()
    champions = shop.customers("rfm_segments", segment="Champions").everyone
    assert (one.plan.title, one.plan.expected, one.decided_by) == ("Call *them*", 0.05, "Ann")
    assert one.targets + one.left_alone == champions and one.left_alone == round(0.3 * champions)
    page = open_page("actions", workspace="shop")
    assert "Too early" in texts(page) and "Call" in tables(page)
    key = f"decision.{one.decision_id}"
    page.selectbox(key=f"{key}.status").set_value("done")
    page.text_area(key=f"{key}.note").set_value("All called.")
    page.text_input(key=f"{key}.who").set_value("Bo")
    next(button for button in page.button if button.label == "Keep").click().run()
    assert not page.exception and not page.error
    assert Decisions(shop).one(one.decision_id).status == "done"
    assert "All called." in texts(page) and link(page)["workspace"] == ["shop"]


def test_a_day_is_marked_and_stands_under_the_charts(open_page: Open, shop: Workspace) -> None:
    app = open_page("actions", workspace="shop", section="dates")
    app.text_input(key="dates.text").set_value("New *shop*")
    app.text_input(key="dates.who").set_value("Ann")
    next(button for button in app.button if button.label == "Mark the day").click().run()
    assert not app.exception and not app.error
    assert "New" in texts(app)
    page = open_page("retention", workspace="shop", section="flow")
    assert not page.exception and "▾ 31 Dec 2025" in texts(page) and "New" in texts(page)


@pytest.mark.slow
def test_the_sample_marks_what_turned_retention(open_page: Open) -> None:
    page = open_page("retention", section="changes")
    assert not page.exception and "Better welcome for new customers begins" in texts(page)


def test_a_care_list_is_worked_through(open_page: Open, shop: Workspace) -> None:
    app = open_page("actions", workspace="shop", section="care", list="winnable")
    assert not app.exception and not app.error
    todo = Care(shop).todo("winnable", shop.resolve())
    assert f"**{len(todo)} customer" in texts(app) and "Nobody was marked" in texts(app)
    assert app.dataframe[0].value["customer_id"].tolist() == todo["customer_id"].tolist()
    Care(shop).mark("winnable", {todo["customer_id"].iloc[0]: ""}, "glad", "Ann")
    again = open_page("actions", workspace="shop", section="care", list="winnable")
    assert len(again.dataframe[0].value) == len(todo) - 1


@pytest.mark.parametrize(
    "kind",
    ["festivals", *(pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS if kind != "festivals")],
)
def test_each_care_list_opens_on_the_sample(open_page: Open, kind: str) -> None:
    app = open_page("actions", section="care", list=kind)
    assert not app.exception and not app.error
    assert ("customer" in texts(app)) and (kind == "call_back" or len(app.dataframe[0].value) > 20)


def test_a_rule_is_made_on_the_page_and_says_nothing_new(open_page: Open, shop: Workspace) -> None:
    assert "Nothing is watched" in texts(open_page("actions", section="watched"))
    app = open_page("actions", workspace="shop", section="watched")
    app.text_input(key="alerts.who").set_value("Ann").run()
    app.button(key="alerts.watch").click().run()
    assert not app.exception and not app.error
    assert [rule.measure for rule in Alerts(shop).rules()] == ["revenue"]
    app.button_group(key="alerts.kind").set_value("above_limit").run()
    app.number_input(key="alerts.limit").set_value(0.1).run()
    app.button(key="alerts.watch").click().run()
    assert not app.exception and not app.error
    assert "1 new alert" in texts(app) and "above the limit of 10.0%" in texts(app)


def test_the_review_tells_what_was_decided_and_leads_to_the_next_decision(open_page: Open, shop: Workspace) -> None:
    app = open_page()
    assert not app.exception and not app.error
    shown = tables(app)
    # Of the four of the sample those that are open or news; what was told in February is under the page on actions.
    assert "Monthly offer of June" in shown and "overdue" in shown and "Monthly offer of February" not in shown
    assert "2 earlier decisions" in texts(app)
    own = open_page("review", workspace="shop")
    assert "Nothing was decided lately" in texts(own)
    assert own.button(key="review.decide").label == "What do we decide now?"
