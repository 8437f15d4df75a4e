"""Groups by needs: how customers behave, which groups there are, and who is in them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from benchmarks import planted
from loyalty_metrics.measures.needs import (
    finish_customer_needs,
    finish_need_groups,
    finish_need_traits,
    name_groups,
    needs,
)
from loyalty_metrics.scope import Scope
from loyalty_metrics.stats.clusters import CONTINUUM, FOUND, TOO_FEW
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.behaviour import customer_behaviour
from tests.oracles.compare import assert_same
from tests.oracles.strategies import examples, scopes, shops

SEED, CUSTOMERS = 11, 400


@pytest.fixture(scope="module")
def three() -> tuple[pd.DataFrame, np.ndarray]:
    return planted.three_habits(np.random.default_rng(SEED), CUSTOMERS)


def assert_behaves_as_the_oracle(shop: Shop, scope: Scope) -> None:
    wanted = customer_behaviour(shop.history, shop.lines, scope)
    given_rows = shop.ask("customer_behaviour", scope)
    assert len(given_rows) == len(wanted)
    if len(wanted):
        assert_same(given_rows[wanted.columns], wanted, ["customer_id"])


@pytest.mark.parametrize(
    "scope",
    [Scope(as_of="2023-10-31"), Scope(as_of="2024-01-15", window=120, refunds="own_date")],
    ids=Scope.describe,
)
def test_behaviour_on_the_sample_shop_equals_the_oracle(sample_shop: Shop, scope: Scope) -> None:
    assert_behaves_as_the_oracle(sample_shop, scope)


@examples(4)
@given(lines=shops(), scope=scopes(filtered=False), seed=st.integers(0, 99))
def test_behaviour_of_any_shop_equals_the_oracle(
    make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope, seed: int
) -> None:
    known = np.random.default_rng(seed).choice([np.nan, 0.0, 1.0], len(lines), p=[0.2, 0.5, 0.3])
    shop = make_shop(lines.assign(discount=known))
    assert_behaves_as_the_oracle(shop, scope)
    shop.workspace.close()


def test_planted_buyers_are_found_again_and_named_by_what_they_are(three) -> None:
    behaviour, group = three
    found = needs(behaviour)
    assert found.groups.verdict == FOUND
    assert adjusted_rand_score(group, found.labels) >= 0.9
    bargains = np.bincount(found.labels[group == 1]).argmax()
    assert found.names[bargains] == "discounts_high" and len(set(found.names)) == 3


def test_groups_add_up_and_hold_the_customers_listed(three) -> None:
    behaviour, _group = three
    groups, listed = finish_need_groups(behaviour), finish_customer_needs(behaviour)
    assert groups["customers"].sum() == len(behaviour)
    np.testing.assert_allclose(groups["revenue"].sum(), behaviour["monetary"].sum())
    np.testing.assert_allclose(groups[["customer_share", "revenue_share"]].sum(), 1)
    assert listed["need"].value_counts().to_dict() == dict(zip(groups["need"], groups["customers"], strict=True))
    assert groups["revenue"].is_monotonic_decreasing


def test_traits_are_those_of_the_customers_listed(three) -> None:
    behaviour, _group = three
    traits = finish_need_traits(behaviour).set_index(["need", "trait"])
    listed = behaviour.assign(need=finish_customer_needs(behaviour)["need"].to_numpy())
    for need, mine in listed.groupby("need"):
        assert traits.loc[(need, "frequency"), "value"] == mine["frequency"].median()
        share = mine["discounted_orders"].sum() / mine["orders_of_known_price"].sum()
        assert traits.loc[(need, "discounts"), "value"] == pytest.approx(share)
    assert traits.loc[(listed["need"].iloc[0], "basket"), "everybody"] == behaviour["basket"].median()


def test_neither_the_order_of_rows_nor_the_currency_matters(three) -> None:
    behaviour, _group = three
    listed = finish_customer_needs(behaviour).set_index("customer_id")["need"]
    mixed = behaviour.sample(frac=1, random_state=3)
    dear = behaviour.assign(basket=behaviour["basket"] * 25_000, monetary=behaviour["monetary"] * 25_000)
    for other in (mixed, dear):
        again = finish_customer_needs(other).set_index("customer_id")["need"].reindex(listed.index)
        assert (again == listed).mean() > 0.999


def test_names_stay_when_the_date_moves(three) -> None:
    behaviour, _group = three
    names = set(finish_need_groups(behaviour)["need"])
    for days in (3, 10):
        later = behaviour.assign(recency_days=behaviour["recency_days"] + days)
        assert set(finish_need_groups(later)["need"]) == names


@pytest.mark.parametrize("make", planted.PLAIN_BUYERS, ids=lambda make: make.__name__)
def test_buyers_without_groups_are_one_continuum(make) -> None:
    groups = finish_need_groups(make(np.random.default_rng(SEED), CUSTOMERS))
    assert groups["verdict"].tolist() == [CONTINUUM]
    assert groups["customers"].tolist() == [CUSTOMERS] and groups["need"].isna().all()


def test_few_customers_are_not_looked_at(three) -> None:
    assert finish_need_groups(three[0].head(50))["verdict"].tolist() == [TOO_FEW]


def test_names_take_as_many_traits_as_tell_the_groups_apart() -> None:
    ways = [(f"{trait}_high", f"{trait}_low") for trait in "abc"]
    apart = np.array([[2.0, 1.0, 0.0], [1.9, -1.0, 0.0], [-1.0, 0.1, 0.0], [0.1, 0.0, 0.2]])
    assert name_groups(ways, apart) == ("a_high+b_high", "a_high+b_low", "a_low", "like_all")


def test_who_lists_the_customers_of_a_group(make_shop: ShopMaker) -> None:
    rows = [(f"c{n}", "2024-01-05", 5.0) for n in range(5)]
    lines = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"]).assign(order_id=list("abcde"))
    shop = make_shop(lines.assign(ordered_at=pd.to_datetime(lines["ordered_at"])))
    assert len(shop.workspace.who("need_groups", need=None).frame) == 5
    assert shop.workspace.who("need_groups", need="frequency_high").frame.empty
    assert len(shop.workspace.who("need_groups", limit=2).frame) == 2
