"""Curves by group, the projection and its back-test: oracles, published values, and what is known beforehand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln

from loyalty_metrics import Scope
from loyalty_metrics.measures.curve import AHEAD, BackTest, back_test, finish_retention_curve
from tests.oracles.ask import Shop

BACK = date(1997, 12, 31)


def curve(survival: np.ndarray, cohorts: int, criterion: str = "exact") -> pd.DataFrame:
    """A triangle of as many monthly cohorts of a million as given, each fading exactly like this."""
    kept = np.round(10**6 * survival).astype("int64")
    third = (cohorts - 1) // 3
    rows = []
    for age in range(cohorts):
        n = cohorts - age
        since = min(n, third)
        rows.append((age, n, n * 10**6, n * kept[age], third, since * 10**6, since * kept[age]))
    columns = ["age", "cohorts", "size", "retained", "held_out", "size_since", "retained_since"]
    return finish_retention_curve(pd.DataFrame(rows, columns=columns).assign(criterion=criterion))


def sbg(alpha: float, beta: float, periods: int) -> np.ndarray:
    return np.exp(betaln(alpha, beta + np.arange(periods)) - betaln(alpha, beta))


@pytest.mark.parametrize(
    "scope", [Scope(as_of=BACK), Scope(criterion="cumulative", clock="rolling")], ids=Scope.describe
)
def test_curve_and_groups_equal_the_oracle(cdnow: Shop, scope: Scope) -> None:
    cdnow.check("retention_curve", scope)
    cdnow.check("retention_by_group", scope)


@pytest.mark.parametrize("by", ["acquired_through", "tier"])
def test_groups_of_the_sample_equal_the_oracle(sample_shop: Shop, by: str) -> None:
    sample_shop.check("retention_by_group", Scope(by=by, criterion="on_or_after"))


def test_groups_of_complete_journey_equal_the_oracle(journey: Shop) -> None:
    journey.check("retention_by_group", Scope(by="first_store"))


def test_groups_add_up_to_the_pooled_curve(sample_shop: Shop) -> None:
    for criterion in ("exact", "on_or_after", "cumulative"):
        scope = Scope(by="first_category", criterion=criterion)
        groups = sample_shop.ask("retention_by_group", scope).groupby("age")[["size", "retained"]].sum()
        pooled = sample_shop.ask("retention_curve", scope).dropna(subset=["size"]).set_index("age")
        assert (groups == pooled[["size", "retained"]].astype("int64")).all().all()


def test_who_stands_behind_a_point_of_a_group(sample_shop: Shop) -> None:
    scope = Scope(by="acquired_through")
    rows = sample_shop.ask("retention_by_group", scope)
    row = rows[(rows["group_name"] == "referral") & (rows["age"] == 4)].iloc[0]
    found = sample_shop.workspace.who("retention_by_group", scope, group_name="referral", age=4).frame
    assert found["customer_id"].is_unique and len(found) == row["retained"]


def test_a_curve_of_the_model_is_found_again_and_its_test_has_no_error() -> None:
    true = sbg(0.668, 3.806, 40)
    found = curve(true, 20)
    assert found["projection_state"].unique().tolist() == ["fitted"]
    assert len(found) == 20 + AHEAD
    np.testing.assert_allclose(found["projection"], true[: len(found)], atol=1e-4)
    test = back_test(found)
    assert test is not None and test.periods == 6
    assert test.error == pytest.approx(0, abs=1e-4)


def test_a_curve_that_changed_course_is_found_wanting() -> None:
    """Half of the customers are lost between ages that nobody had reached at the cut."""
    true = sbg(0.668, 3.806, 40)
    true[10:] /= 2
    test = back_test(curve(true, 15))
    assert isinstance(test, BackTest)
    assert test.periods == 4
    later = np.arange(11, 15)
    assert test.error > 0.02 and test.bias > 0.02
    by_hand = curve(true, 15).set_index("age")
    weights = by_hand.loc[1:14, "size_since"].to_numpy("float64")
    off = (by_hand.loc[1:14, "projected_before"] - by_hand.loc[1:14, "retention_since"]).to_numpy("float64")
    assert test.error == pytest.approx((np.abs(off) * weights).sum() / weights.sum())
    assert (by_hand.loc[later, "projected_before"] > 1.5 * by_hand.loc[later, "retention_since"]).all()


def test_bought_again_is_continued_through_those_who_wait() -> None:
    # S(1), S(2), ...: whoever has not bought again by the end of age 0, 1, ...
    waiting = sbg(0.5, 1.2, 60)
    found = curve(1 - waiting[1:41], 20, "cumulative")
    np.testing.assert_allclose(found["projection"], 1 - waiting[1 : 1 + len(found)], atol=1e-4)
    assert found["projection"].is_monotonic_increasing


def test_why_there_is_no_projection() -> None:
    true = sbg(0.668, 3.806, 40)
    assert curve(true, 20, "on_or_after")["projection_state"].iloc[0] == "filling_up"
    assert curve(true, 2)["projection_state"].iloc[0] == "too_short"
    rising = curve(np.linspace(0.2, 0.6, 20), 12)
    assert rising["projection_state"].iloc[0] == "no_fit"
    assert rising["projection"].isna().all() and back_test(rising) is None
    assert len(rising) == 12


def test_back_test_leaves_what_came_since_out_of_the_fit(cdnow: Shop) -> None:
    """The projection made before is the one that a shop cut off at that day shows, but for refunds; CDNOW has none."""
    now = cdnow.ask("retention_curve").set_index("age")
    periods = int(now["held_out"].max())
    before = pd.Timestamp("1998-06-30") - pd.offsets.MonthEnd(periods)
    then = cdnow.ask("retention_curve", Scope(as_of=before.date())).set_index("age")
    same = [age for age in then.index if age in now.index]
    # Two customers came in the months since: their cohorts are no part of either.
    np.testing.assert_allclose(then.loc[same, "projection"], now.loc[same, "projected_before"], atol=1e-6)
