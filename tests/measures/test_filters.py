"""A filter on customers keeps whole customers; a filter on orders chooses which orders count as coming back."""

from datetime import date

import pandas as pd
import pytest

from loyalty_metrics.scope import CUSTOMER_FILTERS, ORDER_FILTERS, Scope
from tests.conftest import ShopMaker
from tests.oracles.ask import KEYS, Shop
from tests.oracles.tables import purchases


@pytest.fixture(scope="module")
def shop(make_shop: ShopMaker) -> Shop:
    """Two months of entries; web and shop; two categories; customers with sources and tiers."""
    rows = [("a", "2024-01-03", 10), ("a", "2024-02-03", 20), ("a", "2024-03-05", 5), ("b", "2024-01-09", 10)]
    rows += [
        ("b", "2024-02-20", 30),
        ("c", "2024-02-01", 7),
        ("c", "2024-03-09", 7),
        ("d", "2024-02-11", 9),
        ("e", "2024-03-30", 2),
    ]
    lines = purchases(*rows)
    lines["channel"] = ["web", "shop", "web", "shop", "shop", "web", "web", "shop", "web"]
    lines["category"] = pd.Series(["A", "B", "A", "B", "A", "A", None, "B", "A"], dtype="str")
    lines["store"] = ["s1", "s2", "s1", "s1", "s2", "s1", "s1", "s2", "s2"]
    lines["country"] = ["FR", "FR", "FR", "DE", "DE", "FR", "FR", "DE", "FR"]
    second = lines.iloc[[1]].assign(category="A", amount=3.0)
    customers = pd.DataFrame({"customer_id": list("abcx"), "acquired_through": ["ad", "mail", "ad", "ad"]})
    customers["country"] = pd.Series(["FR", None, "DE", "DE"], dtype="str")
    tiers = pd.DataFrame({"customer_id": ["a", "a", "b"], "tier": ["Silver", "Gold", "Silver"]})
    tiers["from_on"] = pd.to_datetime(["2024-01-01", "2024-03-01", "2024-01-01"])
    tiers["until_on"] = pd.to_datetime(["2024-02-29", None, "2024-03-10"])
    return make_shop(pd.concat([lines, second], ignore_index=True), customers=customers, tiers=tiers)


FILTERS = [
    {"acquired_through": ["", "mail"]},
    {"customer_country": ""},
    {"tier": ["Silver", ""]},
    {"first_category": "A"},
    {"first_channel": "web", "first_store": "s1"},
    {"category": "A"},
    {"channel": "shop"},
    {"store": "s2", "country": "FR"},
    {"channel": "web", "acquired_through": "ad"},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_triangle_and_flow_under_a_filter_equal_the_oracle(shop: Shop, filters: dict) -> None:
    shop.check("cohort_retention", Scope(filters=filters))
    shop.check("cohort_retention", Scope(filters=filters, criterion="cumulative", clock="rolling"))
    shop.check("customer_flow", Scope(filters=filters, lapse_days=20))


@pytest.mark.parametrize("name", sorted(KEYS.keys() - {"cohort_retention", "customer_flow"}))
def test_every_measure_under_both_kinds_of_filter_equals_the_oracle(shop: Shop, name: str) -> None:
    for filters in ({"acquired_through": "ad"}, {"channel": "web"}, {"category": "A", "first_channel": "web"}):
        shop.check(name, Scope(filters=filters))


def test_tier_is_the_one_held_on_the_as_of_date(shop: Shop) -> None:
    for day, tier, held in (
        ("2024-02-29", "Silver", {"a", "b"}),
        ("2024-03-05", "Gold", {"a"}),
        ("2024-03-11", "Silver", set()),
    ):
        scope = Scope(as_of=date.fromisoformat(day), filters={"tier": tier})
        assert set(shop.ask("rfm_scores", scope)["customer_id"]) == held


def test_a_filter_on_orders_never_changes_cohorts_and_sizes(shop: Shop) -> None:
    plain = shop.ask("cohort_retention").set_index(["cohort", "age"])
    for filters in ({"channel": "web"}, {"category": "B"}, {"store": "no such store"}):
        found = shop.ask("cohort_retention", Scope(filters=filters)).set_index(["cohort", "age"])
        for column in ("size", "state"):
            assert found[column].tolist() == plain[column].tolist()
        at_0 = found.xs(0, level="age")
        assert at_0["retained"].tolist() == at_0["size"].tolist()
        assert (found["retained"].dropna() <= plain["retained"].dropna()).all()


def test_a_filter_on_customers_never_moves_one_to_another_cohort(shop: Shop) -> None:
    cohort_of = shop.workspace.who("cohort_retention", age=0).frame.set_index("customer_id")["cohort"]
    for filters in FILTERS[:7]:
        kept = shop.workspace.who("cohort_retention", Scope(filters=filters), age=0).frame.set_index("customer_id")[
            "cohort"
        ]
        assert kept.equals(cohort_of[kept.index])


@pytest.mark.parametrize("name", ["acquired_through", "first_channel", "first_category", "tier", "customer_country"])
def test_the_parts_of_a_partition_of_customers_add_up(shop: Shop, name: str) -> None:
    values = ["", "ad", "mail", "web", "shop", "A", "B", "Gold", "Silver", "FR", "DE"]
    parts = [shop.ask("cohort_retention", Scope(filters={name: value})) for value in values]
    sums = ["size", "retained", "orders", "revenue"]
    cells = pd.concat(parts).query("state in ['complete', 'in_progress']")
    whole = shop.ask("cohort_retention").query("state in ['complete', 'in_progress']")
    added = cells.groupby(["cohort", "age"])[sums].sum()
    wanted = whole.set_index(["cohort", "age"])[sums]
    pd.testing.assert_frame_equal(added, wanted, check_dtype=False)


def test_the_parts_of_a_partition_of_orders_add_up_in_money(shop: Shop) -> None:
    parts = [shop.ask("revenue_by_period", Scope(filters={"channel": value})) for value in ("web", "shop")]
    added = sum(part.set_index("period")["revenue"] for part in parts)
    assert added.tolist() == shop.ask("revenue_by_period")["revenue"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("name", CUSTOMER_FILTERS + ORDER_FILTERS)
def test_values_that_do_not_exist_give_an_empty_answer_and_no_exception(shop: Shop, name: str) -> None:
    scope = Scope(filters={name: "no such value"})
    for measure in shop.workspace.registry.measures:
        shop.ask(measure.name, scope)
    assert shop.ask("rfm_scores", scope).empty
    assert shop.ask("rfm_segments", scope)["customers"].sum() == 0
    if name in CUSTOMER_FILTERS:
        assert shop.ask("repeat_purchase_rate", scope)["value"].isna().all()
        assert shop.ask("cohort_retention", scope).empty
