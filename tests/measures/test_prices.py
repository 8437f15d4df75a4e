"""Reaction to prices and units on discount equal their oracles on the sample shop and on small ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.scope import Scope
from loyalty_metrics.stats.elasticity import ESTIMATED, FEW_ITEMS
from tests.conftest import ShopMaker
from tests.oracles import prices
from tests.oracles.ask import Shop
from tests.oracles.strategies import examples, shops
from tests.oracles.tables import purchases

SCOPES = [Scope(by="first_channel"), Scope(by="first_store", as_of="2025-09-15", window=300)]


@pytest.mark.parametrize("scope", SCOPES, ids=Scope.describe)
def test_elasticity_on_the_sample_shop_is_that_of_dummies(sample_shop: Shop, scope: Scope) -> None:
    wanted = prices.elasticities(sample_shop.history, sample_shop.lines, scope)
    given_rows = sample_shop.ask("price_elasticity", scope)
    assert len(given_rows) == len(wanted)
    for row in given_rows.to_dict("records"):
        items, cells, told = wanted[row["group_name"] if isinstance(row["group_name"], str) else None]
        assert (row["items"], row["cells"]) == (items, cells)
        np.testing.assert_allclose([row["elasticity"], row["low"], row["high"]], told, rtol=1e-5)
    assert (given_rows["state"] == ESTIMATED).any()


@pytest.mark.parametrize("scope", SCOPES, ids=Scope.describe)
def test_discounts_on_the_sample_shop_equal_the_oracle(sample_shop: Shop, scope: Scope) -> None:
    assert_discounts(sample_shop, scope)


@examples(4)
@given(lines=shops(), seed=st.integers(0, 99), window=st.sampled_from([None, 30]))
def test_discounts_of_any_shop_equal_the_oracle(
    make_shop: ShopMaker, lines: pd.DataFrame, seed: int, window: int | None
) -> None:
    known = np.random.default_rng(seed).choice([np.nan, 0.0, 1.0], len(lines), p=[0.3, 0.4, 0.3])
    shop = make_shop(lines.assign(discount=known))
    assert_discounts(shop, Scope(by="first_channel", window=window))
    shop.workspace.close()


def assert_discounts(shop: Shop, scope: Scope) -> None:
    wanted = prices.discounts(shop.history, shop.lines, scope)
    given_rows = shop.ask("discount_by_group", scope)
    if given_rows.empty:
        assert wanted["units_known"].sum() + wanted["units_unknown"].sum() == 0
        return
    assert given_rows["group_name"].fillna("all").tolist() == wanted["group_name"].fillna("all").tolist()
    for name in wanted.columns[1:]:
        given_values = given_rows[name].to_numpy("float64", na_value=np.nan)
        np.testing.assert_allclose(given_values, wanted[name].astype("float64"), rtol=1e-7, atol=1e-9, err_msg=name)


def test_a_blank_discount_is_not_full_price(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-05", 10), ("b", "2024-01-06", 10), ("c", "2024-01-07", 10))
    row = make_shop(lines.assign(quantity=2.0, discount=[1.0, 0.0, np.nan])).ask("discount_by_group").iloc[0]
    assert (row["units_discounted"], row["units_known"], row["units_unknown"]) == (2, 4, 2)
    assert row["discounted_share"] == 0.5 and row["low"] < 0.5 < row["high"]
    nothing = make_shop(lines.assign(quantity=2.0)).ask("discount_by_group").iloc[0]
    assert pd.isna(nothing["discounted_share"]) and pd.isna(nothing["low"]) and nothing["units_unknown"] == 6


def test_without_a_scope_groups_are_segments_and_few_items_are_declined(make_shop: ShopMaker) -> None:
    found = make_shop(purchases(("a", "2024-01-05", 10), ("b", "2024-03-06", 90))).ask("price_elasticity")
    assert found["state"].tolist() == [FEW_ITEMS] * len(found) and found["customers"].iloc[0] == 2
    segments = make_shop(purchases(("a", "2024-01-05", 10), ("b", "2024-03-06", 90))).ask("rfm_scores")["segment"]
    assert set(found["group_name"].dropna()) == set(segments)
    assert found[["elasticity", "low", "high"]].isna().all(axis=None)


def test_a_planted_reaction_is_found_in_each_group(make_shop: ShopMaker) -> None:
    """Web customers buy 3% less at 1% more, those of the shop 1%."""
    rng = np.random.default_rng(5)
    rows = []
    for channel, reaction in (("web", -3.0), ("shop", -1.0)):
        for item in range(20):
            for week in range(25):
                price = round(10.0 * (1 - 0.3 * (rng.random() < 0.3)), 2)
                units = max(1, rng.poisson(60 * (price / 10) ** reaction * (1 + 0.02 * week)))
                day = pd.Timestamp("2024-01-01") + pd.Timedelta(weeks=week, days=int(rng.integers(0, 7)))
                rows.append((f"{channel}{rng.integers(0, 30)}", day, f"p{item}", float(units), price, channel))
    lines = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "product", "quantity", "unit_price", "channel"])
    lines["amount"] = lines["quantity"] * lines["unit_price"]
    lines["order_id"] = [str(n) for n in range(len(lines))]
    found = make_shop(lines).ask("price_elasticity", Scope(by="first_channel")).set_index("group_name")
    for channel, reaction in (("web", -3.0), ("shop", -1.0)):
        row = found.loc[channel]
        assert row["low"] <= reaction <= row["high"] and row["high"] - row["low"] < 0.6
    assert found["chance"].iloc[0] < 1e-6
