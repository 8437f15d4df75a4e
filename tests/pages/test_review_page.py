"""The review page: findings with their evidence, reviews that are kept and opened again, targets."""

import pandas as pd
import pytest
import streamlit as st

from loyalty_metrics.language import plain
from pages._ui import workspaces
from tests.pages.conftest import Open, link, texts

BACKLOG = "2025-10-05"


@pytest.fixture
def shop() -> str:
    """Two orders a day for half a year, in a workspace of one's own."""
    name = workspaces.create("shop")
    days = pd.date_range("2024-01-01", "2024-06-30", freq="D")
    rows = [(f"o{n}{i}", f"c{(3 * n + i) % 50}", day, 10.0 + i) for n, day in enumerate(days) for i in range(2)]
    file = workspaces.folder() / "orders.csv"
    pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "amount"]).to_csv(file, index=False)
    workspaces.get(name).import_file(file)
    return name


def test_a_finding_is_a_sentence_with_why_and_evidence(open_page: Open) -> None:
    app = open_page("review", as_of=BACKLOG)
    assert not app.exception
    shown = texts(app)
    assert "**Complaints: 54 (204%) more than was to be expected**" in shown
    assert "**1 thing changed beyond noise**: Complaints." in shown
    assert "Where it happened most: Store Riverside" in shown
    assert "figures were looked at" in shown
    (evidence,) = (one for one in app.expander if one.label.startswith("Evidence"))
    assert "2 figures" in evidence.label


def test_who_is_behind_a_finding_is_listed(open_page: Open) -> None:
    app = open_page("review", as_of="2025-04-16")
    key = "evidence.back_in_28_days.everybody..4"
    app.session_state[key] = True
    app.session_state[f"{key}.block.panel"] = "who"
    app.run()
    assert not app.exception
    # As many as the sentence of the finding says.
    assert "of the 269 customers who first bought" in texts(app)
    assert "**269 customers**" in texts(app) and "2025 W08 – 2025 W11" in texts(app)


def test_nothing_to_report_is_said(open_page: Open) -> None:
    shown = texts(open_page("review"))
    assert "Nothing changed beyond noise" in shown
    assert "Nothing that changed for everybody" in shown


def test_too_few_weeks_are_said(open_page: Open) -> None:
    shown = texts(open_page("review", as_of="2023-08-01"))
    assert "cannot be told yet: it takes 21 complete weeks, and 4 are known" in shown


def test_the_sample_keeps_nothing(open_page: Open) -> None:
    app = open_page("review")
    assert not [button for button in app.button if button.label in ("Keep it", "Set it")]


def test_a_review_is_kept_and_opened_as_it_was(open_page: Open, shop: str) -> None:
    app = open_page("review", workspace=shop, as_of="2024-05-05")
    before = {metric.label: metric.value for metric in app.metric}
    app.text_input(key="review.keep.who").set_value("An").run()
    app.button(key="review.keep").click().run()
    assert not app.exception
    assert "This is the review of 2024 W18 as An held it" in texts(app)
    assert "None of its headline figures was restated since." in texts(app)
    late = workspaces.folder() / "late.csv"
    late.write_text("order_id,customer_id,ordered_at,amount\nlate,c1,2024-05-02,1000\n", encoding="utf-8")
    workspaces.get(shop).import_file(late)
    again = open_page("review", workspace=shop, held="1")
    assert not again.exception
    assert {metric.label: metric.value for metric in again.metric} == before
    (moved,) = (warning.value for warning in again.warning)
    assert "Revenue was told as 147" in moved
    assert plain("late.csv") in moved
    assert "Restated since: 1.2K" in texts(again).replace("\\", "")


def test_a_target_is_set_and_held_against(open_page: Open, shop: str) -> None:
    app = open_page("review", workspace=shop)
    app.number_input(key="review.target.amount").set_value(100.0).run()
    app.text_input(key="review.target.who").set_value("An").run()
    app.button(key="review.target").click().run()
    assert not app.exception
    assert "+47% on the target (100)" in texts(app).replace("\\", "")


def test_it_goes_on_to_segments_and_decisions(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    went: list[tuple] = []
    monkeypatch.setattr(st, "switch_page", lambda page, query_params: went.append((page, query_params)))
    app = open_page("review", as_of=BACKLOG)
    assert "What did we decide, and what happened since?" in texts(app)
    app.button(key="review.to_moves").click().run()
    assert link(app)["compare_to"] == ["2025-09-28"]
    app.button(key="review.decide").click().run()
    assert went == [("pages/segments.py", {"section": "moves"}), ("pages/actions.py", {"section": "decide"})]
