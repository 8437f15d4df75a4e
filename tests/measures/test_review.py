"""The weekly review: on the sample it finds what was planted when it happened, and what it says is counted right."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.findings import find, fold
from loyalty_metrics.review import MEASURES, last_week, review, weekly_of, weekly_scope
from loyalty_metrics.review_shape import EVERYBODY, Evidence, Finding, Review
from loyalty_metrics.weekly import Weekly, evidence_series
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.tables import purchases


@pytest.fixture(scope="module")
def weekly(sample_shop: Shop) -> Weekly:
    scope = weekly_scope(sample_shop.workspace.resolve())
    frames = {name: sample_shop.workspace.measure(name, scope).frame for name in MEASURES}
    assert scope.as_of
    return weekly_of(frames, scope.as_of)


@pytest.fixture(scope="module")
def told(weekly: Weekly) -> dict[date, tuple[Finding, ...]]:
    """The findings of every week of the sample."""
    return {week: find(weekly, at)[0] for at, week in enumerate(weekly.weeks)}


def between(told: dict[date, tuple[Finding, ...]], first: str, last: str) -> list[tuple[Finding, ...]]:
    return [found for week, found in told.items() if first <= week.isoformat() <= last]


def test_better_onboarding_is_the_top_finding_once_its_first_customers_are_old_enough(told: Any) -> None:
    """Customers of 3 March 2025 on have their 28 days over in the week of 31 March at the earliest."""
    tops = [found[0] for found in between(told, "2025-05-12", "2025-07-21")]
    assert {(top.measure, top.attribute, top.is_good) for top in tops} == {("back_in_28_days", EVERYBODY, True)}
    assert between(told, "2025-04-07", "2025-04-07")[0][0].measure == "back_in_28_days"
    assert all(top.seen > top.expected + 0.06 for top in tops)
    # Before that nothing of it can be seen, and nothing is said.
    assert not any(f.measure == "back_in_28_days" for found in between(told, "2024-06-03", "2025-03-31") for f in found)


def test_the_backlog_at_riverside_is_the_top_finding_from_its_second_week_on(told: Any) -> None:
    """It lasted from 1 September to 30 November 2025; complaints closed in time tell it two weeks later."""
    tops = [found[0] for found in between(told, "2025-09-08", "2025-11-10")]
    assert {(top.measure in ("complaints", "closed_in_time"), top.is_good) for top in tops} == {(True, False)}
    for top in tops[2:]:
        whole = [top, *top.folded]
        at_riverside = {f.measure for f in whole if f.value == "Riverside"}
        largest = next(part for part in top.parts if part.attribute == "store")
        assert at_riverside or largest.value == "Riverside"
    assert not any(f.measure.startswith(("complaints", "closed")) for f in between(told, "2025-09-01", "2025-09-01")[0])


def test_the_seasons_are_no_findings_once_a_year_is_known(told: Any) -> None:
    """Busy November and December and quiet August come every year: what comes every year is to be expected."""
    for first, last in (("2024-11-01", "2025-01-10"), ("2025-08-01", "2025-09-05"), ("2025-11-01", "2026-01-10")):
        of_trade = [f for found in between(told, first, last) for f in found if f.measure in ("revenue", "customers")]
        assert not of_trade


def test_quiet_weeks_have_nothing_to_report(told: Any) -> None:
    assert sum(not found for found in between(told, "2026-02-09", "2026-06-15")) >= 15


def test_the_review_of_a_past_date_is_that_of_the_same_week_told_later(sample_shop: Shop, told: Any) -> None:
    """But for what a customer brings in a year, which is as of the date."""
    past = review(sample_shop.workspace, Scope(as_of="2025-10-05"))
    then = told[date(2025, 9, 29)]
    assert past.week == date(2025, 9, 29)
    assert [(f.key, f.seen, f.expected, f.corrected) for f in past.findings] == [
        (f.key, f.seen, f.expected, f.corrected) for f in then
    ]


def test_headlines_are_those_of_the_last_complete_week(sample_shop: Shop, weekly: Weekly) -> None:
    told = review(sample_shop.workspace)
    assert told.week == last_week(told.as_of) == date(2026, 6, 15)
    frame = sample_shop.workspace.measure("week_by_week").frame
    whole = frame[frame["attribute"] == EVERYBODY].set_index("week").astype({"revenue": "float64"})
    flow = sample_shop.workspace.measure("customer_flow", Scope(grain="week")).frame.set_index("period")
    for headline in told.headlines[:3]:
        at = pd.Timestamp(headline.week)
        values = whole[headline.measure]
        assert headline.value == pytest.approx(float(values[at]))
        assert headline.last_week == pytest.approx(float(values[at - pd.Timedelta(weeks=1)]))
        assert headline.last_year == pytest.approx(float(values[at - pd.Timedelta(weeks=52)]))
        expected = weekly.sums[headline.measure].surprises(1).expected[0, -1]
        assert (headline.low + headline.high) / 2 == pytest.approx(expected), "the usual range, not one about itself"
        assert headline.low < headline.high
        assert headline.trend == pytest.approx(values.astype("float64").tail(26).tolist())
    assert told.headlines[4].value == flow.loc[pd.Timestamp(told.week), "lapsed"]
    back = sample_shop.workspace.measure("newcomers_back").frame
    last = back[back["attribute"] == EVERYBODY].tail(4)
    assert told.headlines[3].value == pytest.approx(last["back"].sum() / last["newcomers"].sum())
    assert told.headlines[3].week == last["week"].iloc[-1].date()


def test_no_week_is_held_against_that_in_which_the_data_begin(make_shop: ShopMaker) -> None:
    """A first day that is a Sunday: its week holds one day of seven."""
    days = pd.date_range("2017-01-01", periods=53 * 7 + 1)
    workspace = make_shop(purchases(*(("a", str(day.date()), 10) for day in days))).workspace
    told = {day: review(workspace, Scope(as_of=day)).headlines[0] for day in ("2017-01-15", "2018-01-01", "2018-01-07")}
    assert [(one.value, one.last_week, one.last_year) for one in told.values()] == [
        (70, 70, None),
        (70, 70, None),
        (70, 70, 70),
    ]
    first = review(workspace, Scope(as_of="2017-01-08")).headlines[0]
    assert (first.value, first.last_week) == (70, None)


def test_parts_add_up_to_the_change(told: Any) -> None:
    seen = set()
    for found in told.values():
        for finding in found:
            for attribute in {part.attribute for part in finding.parts}:
                parts = [part for part in finding.parts if part.attribute == attribute]
                assert sum(p.change + p.mix for p in parts) == pytest.approx(finding.change, abs=1e-9)
                seen.add((finding.measure, attribute))
    assert {measure for measure, _attribute in seen} >= {"back_in_28_days", "closed_in_time", "complaints"}


def test_findings_are_ranked_by_money_and_corrected(told: Any) -> None:
    for found in told.values():
        stakes = [abs(f.at_stake) for f in found]
        assert stakes == sorted(stakes, reverse=True)
        assert all(f.chance <= f.corrected * 2 and f.corrected <= 0.05 for f in found)
        assert all((f.at_stake > 0) == f.is_good and f.low < f.change < f.high for f in found)


def test_a_shop_that_loses_a_store_is_told_where_and_by_what(sample_shop: Shop, weekly: Weekly) -> None:
    """Planted by hand into the last four weeks: Online sells nothing, everything else as it was."""
    at = len(weekly.weeks) - 1
    revenue = weekly.sums["revenue"]
    values, squares = revenue.values.copy(), revenue.squares.copy()
    rows = [revenue.row((EVERYBODY, "")), revenue.row(("store", "Online"))]
    lost, lost_squares = values[rows[1], at - 3 :].copy(), squares[rows[1], at - 3 :].copy()
    values[rows, at - 3 :] -= lost
    squares[rows, at - 3 :] -= lost_squares
    sums = {**weekly.sums, "revenue": replace(revenue, values=values, squares=squares, _kept={})}
    top, *_others = find(replace(weekly, sums=sums), at)[0]
    assert (top.measure, top.attribute, top.is_good) == ("revenue", EVERYBODY, False)
    assert top.at_stake == pytest.approx(top.change)
    assert any(f.value == "Online" for f in top.folded)
    stores = [part for part in top.parts if part.attribute == "store"]
    assert stores[0].value == "Online"
    assert stores[0].change < 0.6 * top.change


def finding(measure: str, attribute: str, value: str, weeks: int, change: float, stake: float) -> Finding:
    return Finding(
        measure, attribute, value, date(2026, 1, 5), weeks, 100 + change, 100, 0, 0, 0.001, 0.01, stake, True,
        evidence=Evidence("week_by_week", {}, {}),
    )  # fmt: skip


def test_one_story_is_told_once() -> None:
    whole = finding("revenue", EVERYBODY, "", 4, -50, -5000)
    sooner = finding("revenue", EVERYBODY, "", 1, -45, -4500)
    store = finding("revenue", "store", "North", 4, -30, -3000)
    other = finding("revenue", "store", "South", 4, 20, 2000)
    buyers = finding("customers", EVERYBODY, "", 4, -9, -900)
    slow = finding("closed_in_time", EVERYBODY, "", 4, -0.2, -100)
    first, second, third = fold([store, other, buyers, whole, slow, sooner])
    # The last week alone holds nine tenths of the four, so it happened then; the store and the buyers tell it again.
    assert first.key == sooner.key
    assert {f.key for f in first.folded} == {whole.key, store.key, buyers.key}
    assert (second.key, second.folded, third.key) == (other.key, (), slow.key)


def test_two_stores_are_two_stories_where_everybody_shows_nothing() -> None:
    north, south = (finding("revenue", "store", name, 4, -30, -3000) for name in ("North", "South"))
    tea = finding("revenue", "category", "Tea", 4, -20, -1000)
    assert [(f.value, len(f.folded)) for f in fold([south, tea, north])] == [("North", 1), ("South", 0)]


def test_a_review_is_the_same_after_a_way_through_json(sample_shop: Shop) -> None:
    told = review(sample_shop.workspace, Scope(as_of="2025-10-05", filters={"store": ["Riverside", "Online"]}))
    assert told.findings
    assert Review.from_dict(told.to_dict()) == told
    assert told.query == {"as_of": "2025-10-05", "grain": "week", "store": ["Online", "Riverside"]}


def test_evidence_is_the_figure_of_the_finding(sample_shop: Shop) -> None:
    for day in ("2025-10-05", "2025-06-22"):
        told = review(sample_shop.workspace, Scope(as_of=day))
        for one in (told.findings[0], *told.findings[0].folded):
            assert one.evidence
            scope = weekly_scope(Scope.from_query(one.evidence.query))
            values = evidence_series(sample_shop.workspace.measure(one.evidence.measure, scope).frame, one)
            seen = values.iloc[-1] if one.of else values.tail(one.weeks).sum()
            assert seen == pytest.approx(one.seen)
            assert values.index[-1].date() == one.week


def test_small_shops_are_told_that_it_is_too_early(make_shop: ShopMaker) -> None:
    empty = review(Workspace.in_memory())
    assert (empty.week, empty.headlines, empty.findings, empty.looked_at) == (None, (), (), 0)
    one_day = review(make_shop(purchases(("a", "2024-01-02", 10))).workspace)
    assert one_day.week is None
    one = review(
        make_shop(purchases(("a", "2024-01-02", 10), ("a", "2024-02-20", 10), (None, "2024-03-01", 5))).workspace
    )
    assert one.week == date(2024, 2, 19)
    assert [h.value for h in one.headlines[:3]] == [10, 1, 0]
    assert (one.findings, one.looked_at, one.weeks_known) == ((), 0, 7), "the first week is partial"


def test_a_week_without_any_sale_is_a_week(make_shop: ShopMaker) -> None:
    """The last weeks count as nothing sold, and not as never having been."""
    days = pd.date_range("2024-01-01", "2024-06-30", freq="D").strftime("%Y-%m-%d")
    rows = [(f"c{i % 40}", day, 10) for i, day in enumerate(np.repeat(days, 5))]
    closed = make_shop(purchases(*rows, (None, "2024-07-14", 5))).workspace
    told = review(closed)
    assert told.week == date(2024, 7, 8)
    assert told.headlines[0].value == 0
    assert told.findings[0].measure in ("revenue", "customers")
    assert not told.findings[0].is_good
