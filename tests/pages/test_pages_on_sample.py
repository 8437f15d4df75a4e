"""Every page on the shipped sample: it opens, and what it says is what the measure says."""

import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value, plain
from tests.pages.conftest import Open, link, tables, texts

PAGES = ("review", "retention", "segments", "pareto", "data", "glossary")


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_on_the_sample_without_an_exception(open_page: Open, page: str) -> None:
    app = open_page(page)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    assert link(app)["workspace"] == ["sample"]


def test_review_figures_are_those_of_the_last_complete_week(open_page: Open, sample: Workspace) -> None:
    app = open_page()
    weeks = sample.measure("week_by_week").frame
    last = weeks[weeks["attribute"] == "everybody"].iloc[-1]
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Revenue"] == format_value(last["revenue"], "money", sample.currency(), compact=True)
    assert shown["Customers"] == format_value(last["customers"], "count", compact=True)
    assert shown["New customers"] == format_value(last["new_customers"], "count", compact=True)
    assert len(shown) == 5


def test_review_lists_every_loaded_order(open_page: Open, sample: Workspace) -> None:
    counts = sample.measure("what_counts").frame
    shown = tables(open_page())
    assert all(format_value(orders, "count") in shown for orders in counts["orders"])


def test_retention_sentence_is_the_pooled_rate_of_the_first_age(open_page: Open, sample: Workspace) -> None:
    curve = sample.measure("retention_curve").frame.set_index("age")
    rate = format_value(curve.loc[1, "retention"], "share", compact=True)
    assert f"**{plain(rate)}**" in texts(open_page("retention")).replace("**" + rate + "**", f"**{plain(rate)}**")


def test_retention_table_holds_the_repeat_figures(open_page: Open, sample: Workspace) -> None:
    repeat = sample.measure("repeat_purchase_rate").frame.set_index("figure")
    shown = tables(open_page("retention", section="next_order"))
    for figure in ("repeat_rate", "days_between"):
        assert format_value(repeat.loc[figure, "denominator"], "count") in shown
    assert format_value(repeat.loc["repeat_within_90", "value"], "share") not in shown, "told by one estimator a page"


def test_segments_table_counts_every_segment_and_says_what_to_do(open_page: Open, sample: Workspace) -> None:
    segments = sample.measure("rfm_segments").frame
    (shown,) = (table.value for table in open_page("segments").table)
    assert list(shown["Customers"]) == [format_value(n, "count") for n in segments["customers"]]
    assert shown.iloc[:, -1].str.len().min() > 40


@pytest.mark.parametrize("value", ["revenue", "profit", "orders", "units"])
def test_pareto_table_follows_what_is_added_up(open_page: Open, sample: Workspace, value: str) -> None:
    summary = sample.measure("pareto_summary", Scope(value=value)).frame.set_index("figure")["value"]
    app = open_page("pareto", value=value)
    assert not app.exception
    if summary["customers"]:
        assert format_value(summary["top_share"], "share") in tables(app)
    else:
        assert "profit" in texts(app)


def test_glossary_has_every_measure_and_finds_by_word(open_page: Open, sample: Workspace) -> None:
    app = open_page("glossary")
    titles = {card.title for card in sample.registry.measures}
    labels = [expander.label for expander in app.expander]
    assert all(any(label.startswith(plain(title)) for label in labels) for title in titles)
    assert "Gini" not in texts(app), "what is closed is not sent"
    app.text_input(key="glossary.search").set_value("gini").run()
    assert 0 < len(app.expander) < 4
    assert "Gini" in texts(app)


def test_data_page_of_the_sample_offers_no_undo(open_page: Open) -> None:
    app = open_page("data")
    assert not [button for button in app.button if (button.key or "").startswith("history.undo")]
    assert "Transactions: **138,978**" in texts(app)
