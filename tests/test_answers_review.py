"""The weekly review in sentences."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from loyalty_metrics import answers
from loyalty_metrics.charts import review as charts
from loyalty_metrics.charts.theme import GREEN, RED
from loyalty_metrics.held_reviews import Reason, Restated
from loyalty_metrics.language import without_markup
from loyalty_metrics.review_shape import EVERYBODY, Finding, Headline, Part, Review

WEEK = date(2026, 6, 15)


def of_revenue(**changes: object) -> Finding:
    one = Finding(
        "revenue", EVERYBODY, "", WEEK, 1, seen=8000, expected=10000, low=-2900, high=-1100, chance=0.0001,
        corrected=0.003, at_stake=-2000, by_season=True,
    )  # fmt: skip
    return replace(one, **changes)


def of_shares(**changes: object) -> Finding:
    one = Finding(
        "back_in_28_days", EVERYBODY, "", WEEK, 13, seen=0.34, expected=0.24, low=0.064, high=0.13, chance=0.0001,
        corrected=0.003, at_stake=12500, by_season=True, of=1041,
    )  # fmt: skip
    return replace(one, **changes)


def said(finding: Finding) -> str:
    return without_markup(answers.finding_sentence(finding, "EUR"))


def test_a_finding_of_revenue() -> None:
    assert said(of_revenue()) == (
        "Revenue was €2K (20%) below what was to be expected in 2026 W25: €8K against €10K"
        " (95% sure: between −€2.9K and −€1.1K)."
    )
    above = said(of_revenue(seen=12000, low=1100, high=2900, attribute="store", value="Old Port *", weeks=4))
    assert above.startswith(
        "Revenue, Store Old Port * was €2K (20%) above what was to be expected in the 4 weeks up to"
    )


def test_a_finding_of_customers_says_what_is_at_stake() -> None:
    one = of_revenue(measure="new_customers", seen=219, expected=155, low=29, high=99, at_stake=8700, by_season=False)
    assert said(one) == (
        "New customers: 64 (41%) more than was to be expected in 2026 W25: 219 against 155 (95% sure: between +29 and"
        " +99). At stake in a year: about €8.7K. Too little is known of the year before to allow for the season, which"
        " may be part of it."
    )
    assert "At stake" not in said(replace(one, at_stake=None))


def test_a_finding_of_a_share() -> None:
    assert said(of_shares()).startswith(
        "34% of the 1,041 customers who first bought in the 13 weeks up to 2026 W25 came back within 28 days, against"
        " 24% in the year before (95% sure: between +6.4 and +13 points)."
    )
    part = of_shares(measure="closed_in_time", attribute="store", value="", of=81)
    assert said(part).startswith("Store (unknown): 34% of the 81 complaints received in the 13 weeks")


def test_why_names_parts_that_brought_more_than_their_share() -> None:
    parts = (
        Part("driver", "customers", -1500.0),
        Part("driver", "orders_each", -700.0),
        Part("driver", "order_value", 200.0),
        Part("store", "North", -1900.0, weight=0.3),
        Part("store", "South", -100.0, weight=0.7),
        Part("category", "Tea", -1800.0, weight=0.85),
    )
    assert without_markup(answers.why_sentence(of_revenue(parts=parts), "EUR")) == (
        "How many customers bought brought −€1.5K, orders of each −€700, the value of an order +€200."
        " Where it happened most: Store North (95% of it)."
    )
    assert answers.why_sentence(of_revenue(), "EUR") == ""


def test_why_tells_mix_from_behaviour() -> None:
    same = (Part("store", "A", 0.06, 0.001), Part("store", "B", 0.04, -0.001))
    assert "within the same groups behaviour changed" in answers.why_sentence(of_shares(parts=same))
    other = (Part("store", "A", 0.02, 0.06), Part("store", "B", 0.01, 0.01))
    told = without_markup(answers.why_sentence(of_shares(parts=other)))
    assert told.startswith("Another mix by “Store” brought +7 points of it, other behaviour within the groups +3.")


def a_review(**changes: object) -> Review:
    headlines = (
        Headline("revenue", WEEK, 8000.0, last_week=10000.0, last_year=None),
        Headline("customers", WEEK, 1.0),
    )
    one = Review(date(2026, 6, 24), 3, WEEK, "EUR", {}, headlines, (), 200, 100, 0.05)
    return replace(one, **changes)


def test_the_answer() -> None:
    found = tuple(of_revenue(attribute="store", value=name) for name in "ABCD")
    assert without_markup(answers.review_answer(a_review(findings=found))) == (
        "€8K of revenue from 1 customer in 2026 W25, 20% less than the week before. 4 things changed beyond noise:"
        " Revenue, Store A; Revenue, Store B; Revenue, Store C; and more."
    )
    assert answers.review_answer(a_review()).endswith("Nothing changed beyond noise.")
    assert answers.what_changed(a_review()).endswith("are within what earlier weeks lead to expect.")
    assert "it takes 21 complete weeks, and 6 are known" in answers.review_answer(a_review(looked_at=0, weeks_known=6))
    assert answers.review_answer(a_review(week=None)) == "This cannot be told yet: no week with customers is over."


def test_what_was_restated() -> None:
    at = datetime(2026, 7, 1)
    moved = Restated("revenue", 8000, 9000, (Reason("import", "late_1.csv", at), Reason("undo", "old.csv", at)))
    assert without_markup(answers.restated_sentence(moved, "money", "EUR")) == (
        "Revenue was told as €8K and is €9K by now: Import of late_1.csv, Import of old.csv taken back."
    )
    assert "no import or undo names it" in answers.restated_sentence(Restated("revenue", 1, None, ()), "money")


@pytest.mark.parametrize(("better", "first"), [(True, GREEN), (False, RED)])
def test_parts_are_green_where_they_are_good(better: bool, first: str) -> None:
    chart = charts.parts([("small", -0.2), ("large", 46.0)], "count", None, better)
    assert list(chart.data[0].marker.color)[::-1] == [first, RED if better else GREEN]
    assert [note.text for note in chart.layout.annotations][::-1] == ["large · <b>+46</b>", "small · <b>0</b>"]
    assert charts.parts([], "count").layout.annotations[0].text
