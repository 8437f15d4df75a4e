"""Filters on categories and questions as of earlier days, on a shop whose orders change after their first day."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop

CATEGORIES = 90
"""More than there are bits."""


@pytest.fixture(scope="module")
def shop(make_shop: ShopMaker) -> Shop:
    """Orders of several categories, with lines and refunds that come later, guests, and lines without a category."""
    random = np.random.default_rng(5)
    orders = 700
    rows = 1 + random.poisson(1.2, orders)
    order = np.repeat(np.arange(orders), rows)
    customer = random.integers(0, 60, orders)
    day = random.integers(0, 200, orders)
    # Of a few orders some lines are posted later than the first; of some customers none ever are.
    late = np.where(
        (random.random(len(order)) < 0.15) & (customer[order] % 3 == 0), random.integers(1, 40, len(order)), 0
    )
    refund = (late > 0) & (random.random(len(order)) < 0.5)
    category = np.where(
        random.random(len(order)) < 0.6, random.integers(0, 5, len(order)), random.integers(0, 90, len(order))
    )
    lines = pd.DataFrame(
        {
            "order_id": order.astype(str),
            "customer_id": np.where(customer[order] == 59, None, np.char.add("c", customer[order].astype(str))),
            "ordered_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(day[order] + late, "D"),
            "amount": np.where(refund, -1, 1) * random.integers(1, 40, len(order)).astype(float),
            "kind": np.where(refund, "refund", "sale"),
            "category": np.where(category == 4, None, np.char.add("k", category.astype(str))),
        }
    )
    lines["refund_of"] = lines["order_id"].where(refund)
    return make_shop(lines.sort_values("ordered_at", kind="stable").reset_index(drop=True))


def bits(shop: Shop) -> pd.DataFrame:
    with shop.workspace._database.cursor() as cursor:
        return cursor.frame("select category, bit from category_bits")


def test_the_first_62_categories_and_no_category_have_a_bit_each(shop: Shop) -> None:
    shop.workspace.derive()
    found = bits(shop)
    first = shop.lines.groupby("category", as_index=False)["ordered_at"].min().sort_values(["ordered_at", "category"])
    assert set(found["category"]) == {"", *first["category"].head(62)}
    assert sorted(found["bit"]) == [2**place for place in range(63)]


@pytest.mark.parametrize("as_of", [None, date(2024, 3, 1), date(2024, 6, 15)])
@pytest.mark.parametrize("refunds", ["restate", "own_date"])
@pytest.mark.parametrize("name", ["revenue_by_period", "rfm_scores", "repeat_purchase_rate"])
def test_each_way_to_filter_equals_the_oracle(shop: Shop, name: str, refunds: str, as_of: date | None) -> None:
    shop.workspace.derive()
    with_bit = set(bits(shop)["category"])
    rare = sorted(set(shop.lines["category"].dropna()) - with_bit)[:2]
    assert rare
    for chosen in (["k0"], ["k1", "k2"], [""], rare, ["k3", "", rare[0]], ["no such"], []):
        filters = {"category": chosen} if chosen else {}
        shop.check(name, Scope(as_of=as_of, refunds=refunds, filters=filters))


@pytest.mark.parametrize("as_of", [date(2024, 1, 20), date(2024, 3, 1), date(2024, 6, 15)])
@pytest.mark.parametrize(
    "name", ["cohort_retention", "customer_flow", "rfm_migration", "what_counts", "pareto_summary"]
)
def test_earlier_days_are_as_they_were_then(shop: Shop, name: str, as_of: date) -> None:
    """Some customers' days changed later and are made of their orders; the others' are those known by now."""
    with shop.workspace._database.cursor() as cursor:
        later = "select count(distinct customer_key) from order_adjustments where posted_on > $day"
        changed, all_ = cursor.value(later, {"day": as_of}), cursor.value("select count(*) from entries")
    assert 0 < changed < all_
    shop.check(name, Scope(as_of=as_of))


def test_a_new_category_takes_a_new_bit_and_leaves_those_given(make_shop: ShopMaker) -> None:
    lines = pd.DataFrame({"customer_id": ["a", "b"], "order_id": ["1", "2"], "amount": [5.0, 6.0]})
    lines["ordered_at"] = pd.to_datetime(["2024-01-05", "2024-01-06"])
    shop = make_shop(lines.assign(category=["tea", "cups"]))
    shop.workspace.derive()
    assert dict(bits(shop).itertuples(index=False)) == {"": 1, "tea": 2, "cups": 4}
    more = lines.assign(category=["aprons", "tea"], order_id=["3", "4"])
    more["ordered_at"] += pd.Timedelta(days=9)
    both = make_shop(more, workspace=shop.workspace)
    both.workspace.derive()
    assert dict(bits(both).itertuples(index=False)) == {"": 1, "tea": 2, "cups": 4, "aprons": 8}
    assert both.ask("rfm_scores", Scope(filters={"category": "aprons"}))["customer_id"].tolist() == ["a"]
    assert both.ask("rfm_scores", Scope(filters={"category": "tea"}))["customer_id"].tolist() == ["a", "b"]
