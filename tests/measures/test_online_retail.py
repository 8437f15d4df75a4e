"""Every measure on Online Retail, with its cancellations and guests, equals its oracle, cell by cell."""

from datetime import date

import pytest

from loyalty_metrics.scope import Scope
from tests.oracles.ask import KEYS, Shop

TRIANGLES = [
    Scope(),
    Scope(refunds="own_date"),
    Scope(criterion="on_or_after", as_of=date(2011, 7, 16)),
    Scope(criterion="cumulative", refunds="own_date", as_of=date(2011, 11, 12)),
    Scope(clock="rolling"),
    Scope(clock="rolling", criterion="on_or_after", refunds="own_date", as_of=date(2011, 3, 4)),
    Scope(grain="week"),
    Scope(grain="week", clock="rolling", criterion="cumulative", as_of=date(2011, 7, 16)),
    Scope(grain="quarter", criterion="on_or_after", as_of=date(2010, 12, 4)),
    Scope(grain="quarter", clock="rolling", as_of=date(2011, 11, 12)),
    Scope(grain="day", criterion="cumulative", as_of=date(2010, 12, 23)),
    Scope(filters={"country": ["France", "Germany"]}),
    Scope(filters={"country": ["no such land"]}, criterion="on_or_after"),
]
STANDING = [Scope(), Scope(as_of=date(2011, 9, 20), window=90, refunds="own_date", grain="week", lapse_days=45)]


@pytest.mark.parametrize("scope", TRIANGLES, ids=Scope.describe)
def test_cohort_triangle_equals_the_oracle_in_every_cell(online_retail: Shop, scope: Scope) -> None:
    online_retail.check("cohort_retention", scope)


@pytest.mark.parametrize("scope", STANDING, ids=Scope.describe)
@pytest.mark.parametrize("name", sorted(KEYS.keys() - {"cohort_retention"}))
def test_measure_equals_the_oracle(online_retail: Shop, name: str, scope: Scope) -> None:
    online_retail.check(name, scope)


@pytest.mark.parametrize("value", ["orders", "units", "profit"])
def test_pareto_of_other_values_equals_the_oracle(online_retail: Shop, value: str) -> None:
    online_retail.check("pareto_summary", Scope(value=value, as_of=date(2011, 10, 31), window=200))


def test_money_of_the_account_is_the_published_sum(online_retail: Shop) -> None:
    kinds = online_retail.ask("what_counts")
    assert round(kinds["revenue"].sum(), 3) == 9_747_747.934
    assert kinds["orders"].sum() == 25_900


def test_new_revenue_is_the_revenue_of_period_0(online_retail: Shop) -> None:
    triangle = online_retail.ask("cohort_retention")
    begun = triangle[(triangle["age"] == 0) & (triangle["state"] != "pooled")].set_index("cohort")["revenue"]
    new = online_retail.ask("revenue_by_period").set_index("period")["new_revenue"]
    assert (begun - new).abs().max() < 1e-6
