"""What must hold whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.scope import CRITERIA, Scope
from loyalty_metrics.workspace import Workspace
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.strategies import examples, scopes, shops
from tests.oracles.tables import purchases


def assert_sound(shop: Shop, scope: Scope) -> None:
    """Shares within 0..1, retained not above size, intervals around their figure, balances that balance."""
    triangle = shop.ask("cohort_retention", scope)
    seen = triangle.dropna(subset=["retained"])
    assert (seen["retained"] <= seen["size"]).all() and seen["retention"].between(0, 1).all()
    assert (seen["low"] <= seen["retention"]).all() and (seen["retention"] <= seen["high"]).all()
    assert triangle.loc[triangle["state"] == "unobservable", "retained"].isna().all()
    assert not (triangle["state"] == "pooled").any() or (triangle["state"] == "complete").any()
    flow = shop.ask("customer_flow", scope)
    balance = flow["opening"] + flow["new"] + flow["reactivated"] - flow["lapsed"]
    assert (balance == flow["closing"]).all()
    assert (flow["opening"].iloc[1:].to_numpy() == flow["closing"].iloc[:-1].to_numpy()).all()
    assert (flow[["opening", "new", "retained", "reactivated", "lapsed", "closing"]] >= 0).all(axis=None)
    assert (flow["retained"] <= flow["opening"]).all()
    figures = shop.ask("repeat_purchase_rate", scope)
    shares = figures[figures["unit"] == "share"].dropna(subset=["value"])
    assert shares["value"].between(0, 1).all()
    assert (shares["low"] <= shares["value"]).all() and (shares["value"] <= shares["high"]).all()
    scores = shop.ask("rfm_scores", scope)
    columns = ["r_score", "f_score", "m_score", "fm_score"]
    assert scores[columns].isin(range(1, 6)).all(axis=None)
    assert scores["segment"].notna().all() and scores["customer_id"].is_unique
    assert scores.groupby("recency_days")["r_score"].nunique().le(1).all()
    assert scores.groupby("monetary")["m_score"].nunique().le(1).all()
    for name in ("rfm_segments", "rfm_map", "repeats_vs_spend"):
        assert shop.ask(name, scope)["customers"].sum() == len(scores), name
    curve = shop.ask("pareto_curve", scope)
    assert curve["customer_share"].is_monotonic_increasing and curve["customer_share"].between(0, 1).all()
    periods = shop.ask("revenue_by_period", scope)
    np.testing.assert_allclose(periods["new_revenue"] + periods["returning_revenue"], periods["revenue"])
    assert (periods["new_customers"] + periods["returning_customers"] == periods["customers"]).all()
    kinds = shop.ask("what_counts", scope)
    assert kinds.empty or np.isclose(kinds["share"].sum(), 1)


@examples(3)
@given(lines=shops(), scope=scopes())
def test_any_shop_gives_sound_figures(make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope) -> None:
    shop = make_shop(lines)
    assert_sound(shop, scope)
    shop.workspace.close()


@examples(2)
@given(lines=shops(min_orders=8), scope=scopes())
def test_criteria_are_ordered(make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope) -> None:
    shop = make_shop(lines)
    by = {}
    for criterion in CRITERIA:
        cells = shop.ask("cohort_retention", scope.replace(criterion=criterion))
        by[criterion] = cells[cells["cohort"].notna()].set_index(["cohort", "age"])["retained"].dropna().astype("int64")
    assert (by["on_or_after"] >= by["exact"]).all()
    later = by["exact"].index.get_level_values("age") > 0
    assert (by["cumulative"][later] >= by["exact"][later]).all()
    assert by["cumulative"].groupby("cohort").is_monotonic_increasing.all()
    assert (by["on_or_after"].groupby("cohort").is_monotonic_decreasing).all()
    shop.workspace.close()


SPECIAL = {
    "one customer, one order": purchases(("a", "2024-01-05", 5)),
    "all alike": purchases(*[(c, day, 5) for c in "abcdef" for day in ("2024-01-05", "2024-02-05")]),
    "everything refunded": purchases(("a", "2024-01-05", 5), ("a", "2024-01-05", -5)).assign(
        order_id="1", kind=["sale", "refund"]
    ),
    "more refunded than sold": purchases(("a", "2024-01-05", 5), ("b", "2024-01-06", -50)).assign(
        kind=["sale", "refund"]
    ),
    "refunds alone": purchases(("a", "2024-01-05", -5), ("b", "2024-01-06", -50)).assign(kind="refund"),
    "guests alone": purchases((None, "2024-01-05", 5), (None, "2024-02-05", 5)),
    "free orders alone": purchases(("a", "2024-01-05", 0), ("b", "2024-02-05", 0)),
}


SOME = Scope(clock="rolling", grain="week", as_of="2024-02-01", window=5)


@pytest.mark.parametrize(
    ("name", "scope"),
    [pytest.param(name, Scope(), id=name) for name in SPECIAL]
    + [
        pytest.param(
            name, SOME, id=f"{name}, some", marks=[] if name in ("all alike", "free orders alone") else pytest.mark.slow
        )
        for name in SPECIAL
    ],
)
def test_special_shops_give_sound_figures(make_shop: ShopMaker, name: str, scope: Scope) -> None:
    shop = make_shop(SPECIAL[name])
    for card in shop.workspace.registry.measures:
        frame = shop.ask(card.name, scope)
        assert not np.isinf(frame.select_dtypes("number").to_numpy("float64", na_value=np.nan)).any(), card.name
    assert_sound(shop, scope)


def test_totals_below_zero_have_no_shares(make_shop: ShopMaker) -> None:
    figures = make_shop(SPECIAL["more refunded than sold"]).ask("pareto_summary").set_index("figure")["value"]
    assert figures["total"] == -45
    assert figures[["top_share", "carriers_share", "gini"]].isna().all()


@pytest.mark.parametrize(
    "scope",
    [Scope(), Scope(as_of="2024-01-01", clock="rolling", refunds="own_date", filters={"tier": "Gold"})],
    ids=["default", "set"],
)
def test_an_empty_workspace_answers_with_nothing(scope: Scope) -> None:
    workspace = Workspace.in_memory()
    for card in workspace.registry.measures:
        frame = workspace.measure(card.name, scope).frame
        shown = frame.select_dtypes("number").drop(columns=["r_score", "fm_score", "position"], errors="ignore")
        assert set(card.units) <= set(frame.columns), card.name
        assert (shown.isna() | (shown == 0)).all(axis=None), card.name
        if card.who_model:
            assert workspace.who(card.name, scope).frame.empty


@examples(2)
@given(scope=scopes(filtered=False), day=st.sampled_from(["2000-01-01", "2023-12-19"]))
def test_before_the_first_day_there_is_nothing(make_shop: ShopMaker, scope: Scope, day: str) -> None:
    shop = make_shop(purchases(("a", "2023-12-20", 5), ("a", "2024-02-01", 5)))
    for name in ("cohort_retention", "customer_flow", "rfm_scores", "revenue_by_period", "what_counts", "pareto_curve"):
        assert shop.ask(name, scope.replace(as_of=day)).empty, name
    shop.workspace.close()
