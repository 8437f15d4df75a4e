"""Nothing depends on the order of rows of different times, on the names of customers, or on the currency's unit."""

from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.compare import assert_same
from tests.oracles.strategies import examples, scopes, shops
from tests.oracles.tables import purchases

NAMED_BY_CUSTOMER = ("rfm_scores", "customer_needs", "repurchase_forecast")


@examples(1)
@given(lines=shops(min_orders=5), scope=scopes(), seed=st.integers(0, 99))
def test_rows_in_another_order_give_the_same_figures(
    make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope, seed: int
) -> None:
    lines = lines.assign(ordered_at=lines["ordered_at"] + pd.to_timedelta(range(len(lines)), unit="s"))
    shop, mixed = make_shop(lines), make_shop(lines.sample(frac=1, random_state=seed))
    for card in shop.workspace.registry.measures:
        pd.testing.assert_frame_equal(shop.ask(card.name, scope), mixed.ask(card.name, scope), check_dtype=False)
    shop.workspace.close()
    mixed.workspace.close()


@examples(1)
@given(lines=shops(min_orders=5), scope=scopes(), names=st.permutations(list("abcde")))
def test_other_names_for_customers_give_the_same_figures(
    make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope, names: list[str]
) -> None:
    called = dict(zip("abcde", names, strict=True))
    renamed = lines.assign(customer_id=lines["customer_id"].map(called).astype("str"))
    shop, other = make_shop(lines), make_shop(renamed)
    same_scope = scope.replace(customer=called.get(str(scope.customer)))
    for card in shop.workspace.registry.measures:
        given, wanted = other.ask(card.name, same_scope), shop.ask(card.name, scope)
        if "customer_id" in wanted:
            wanted = wanted.assign(customer_id=wanted["customer_id"].map(called))
        if card.name in NAMED_BY_CUSTOMER:
            given, wanted = (f.sort_values("customer_id").reset_index(drop=True) for f in (given, wanted))
        pd.testing.assert_frame_equal(given, wanted, check_dtype=False)
    shop.workspace.close()
    other.workspace.close()


UNITS_BY_SCOPE = {
    "pareto_summary",
    "repeat_purchase_rate",
    "pareto_curve",
    "pareto_by_year",
    "without_the_best",
    "rfm_cuts",
}
"""Measures with rows or columns that are money under one scope or in one row, and a number under another."""


@examples(1)
@given(lines=shops(min_orders=3), scope=scopes())
def test_a_hundredfold_currency_changes_money_alone(make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope) -> None:
    scope = scope.replace(value="revenue")
    shop = make_shop(lines)
    dear = make_shop(lines.assign(amount=lines["amount"] * 100, cost=lines["cost"] * 100))
    for card in shop.workspace.registry.measures:
        if card.name in UNITS_BY_SCOPE:
            continue
        given, wanted = dear.ask(card.name, scope), shop.ask(card.name, scope)
        for name in wanted.columns:
            if card.units.get(name) == "money":
                wanted[name] = wanted[name].astype("Float64") * 100
        assert_same(given.reset_index(), wanted.reset_index(), ["index"])
    shop.workspace.close()
    dear.workspace.close()


@pytest.mark.parametrize("categories", list(permutations(["A", "B", "C"])), ids="".join)
def test_the_category_of_equally_dear_lines_is_that_of_the_first(
    make_shop: ShopMaker, categories: tuple[str, ...]
) -> None:
    lines = purchases(*[("a", "2024-01-05", 5)] * 3).assign(order_id="1", category=list(categories))
    shop = make_shop(lines)
    found = {c: len(shop.ask("rfm_scores", Scope(filters={"first_category": c}))) for c in "ABC"}
    assert found == {"A": 0, "B": 0, "C": 0} | {categories[0]: 1}
