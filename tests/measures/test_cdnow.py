"""Every measure on CDNOW equals its oracle, cell by cell, and the published figures."""

from datetime import date

import pytest

from loyalty_metrics.scope import Scope
from tests.oracles.ask import KEYS, Shop

TRIANGLES = [
    Scope(),
    Scope(criterion="cumulative"),
    Scope(clock="rolling", criterion="on_or_after"),
    Scope(clock="rolling", criterion="cumulative", as_of=date(1997, 11, 29)),
    Scope(grain="week", as_of=date(1997, 5, 17)),
    Scope(grain="week", clock="rolling", criterion="on_or_after", as_of=date(1997, 3, 27)),
    Scope(grain="quarter"),
    Scope(grain="quarter", clock="rolling", criterion="cumulative", as_of=date(1998, 5, 22)),
    Scope(grain="day", as_of=date(1997, 1, 20)),
    Scope(grain="day", clock="rolling", criterion="cumulative", as_of=date(1997, 1, 9)),
    Scope(as_of=date(1997, 1, 1)),
    Scope(as_of=date(1997, 3, 30)),
]
STANDING = [Scope(), Scope(as_of=date(1997, 12, 31), window=180)]


@pytest.mark.parametrize("scope", TRIANGLES, ids=Scope.describe)
def test_cohort_triangle_equals_the_oracle_in_every_cell(cdnow: Shop, scope: Scope) -> None:
    cdnow.check("cohort_retention", scope)


@pytest.mark.parametrize("scope", TRIANGLES[2:9:2], ids=Scope.describe)
def test_retention_curve_equals_the_oracle(cdnow: Shop, scope: Scope) -> None:
    cdnow.check("retention_curve", scope)


@pytest.mark.parametrize("scope", STANDING, ids=Scope.describe)
@pytest.mark.parametrize("name", sorted(KEYS.keys() - {"cohort_retention", "retention_curve", "customer_flow"}))
def test_measure_equals_the_oracle(cdnow: Shop, name: str, scope: Scope) -> None:
    cdnow.check(name, scope)


@pytest.mark.parametrize("value", ["orders", "units"])
def test_pareto_of_other_values_equals_the_oracle(cdnow: Shop, value: str) -> None:
    cdnow.check("pareto_summary", Scope(value=value))
    cdnow.check("pareto_curve", Scope(value=value))


@pytest.mark.parametrize(
    "scope",
    [Scope(), Scope(as_of=date(1997, 12, 31), lapse_days=30), Scope(grain="quarter", lapse_days=200)],
    ids=Scope.describe,
)
def test_customer_flow_equals_the_oracle(cdnow: Shop, scope: Scope) -> None:
    cdnow.check("customer_flow", scope)


def test_published_concentration(cdnow: Shop) -> None:
    figures = cdnow.ask("pareto_summary").set_index("figure")["value"]
    assert figures["customers"] == 23_570
    assert round(figures["total"], 2) == 2_500_315.63
    assert round(figures["top_share"], 3) == 0.678
    assert round(figures["carriers_share"], 3) == 0.326
    assert round(figures["gini"], 3) == 0.635


def test_all_rows_are_kept_and_the_80_free_ones_counted(cdnow: Shop) -> None:
    kinds = cdnow.ask("what_counts").set_index("kind")
    assert kinds["orders"].sum() == 69_659
    assert kinds.loc["zero_value_or_fully_refunded", "orders"] == 80
    assert round(kinds["revenue"].sum(), 2) == 2_500_315.63
