"""Other definitions: each equals its oracle, the product's own equals the cohort table, and the parts add up."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics import Scope
from loyalty_metrics.measures.definitions import (
    CHOICES,
    PRESETS,
    Definition,
    cells_of,
    preset,
    share_at,
    side_by_side,
    steps,
)
from tests.conftest import ShopMaker
from tests.oracles import other_definitions
from tests.oracles.ask import Shop
from tests.oracles.strategies import examples, scopes, shops
from tests.oracles.tables import purchases


def counts(shop: Shop):
    return lambda scope: shop.ask("retention_definitions", scope)


def cells(shop: Shop, scope: Scope, rule: Definition) -> pd.DataFrame:
    asked = shop.workspace.resolve(rule.scope(scope))
    return cells_of(shop.ask("retention_definitions", asked), rule, asked)


def share(shop: Shop, scope: Scope, rule: Definition, age: int) -> float:
    return share_at(cells(shop, scope, rule), rule, age)


@pytest.mark.parametrize(("grain", "clock"), [("month", "calendar"), ("week", "rolling"), ("quarter", "calendar")])
@pytest.mark.parametrize("criterion", CHOICES["criterion"])
def test_the_own_definition_is_the_cohort_table(sample_shop: Shop, grain: str, clock: str, criterion: str) -> None:
    scope = Scope(grain=grain, clock=clock, criterion=criterion, as_of=date(2025, 10, 10))
    table = sample_shop.ask("cohort_retention", scope)
    table = table[table["cohort"].notna() & table["retained"].notna()]
    found = cells(sample_shop, scope, Definition.of(scope))
    both = table.merge(found, on=["cohort", "age"], suffixes=("", "_found"))
    assert len(both) == len(table) == len(found)
    for name in ("state", "size", "retained"):
        assert (both[name] == both[f"{name}_found"]).all()
    curve = sample_shop.ask("retention_curve", scope).dropna(subset=["size"]).set_index("age")
    assert share(sample_shop, scope, Definition.of(scope), 1) == pytest.approx(curve.loc[1, "retention"])


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("filters", [{}, {"channel": "web"}], ids=str)
def test_presets_equal_the_oracle_on_the_sample(sample_shop: Shop, name: str, filters: dict) -> None:
    scope = Scope(filters=filters)
    for age in (1, 5):
        wanted = other_definitions.share(sample_shop.history, scope, preset(name), age)
        assert share(sample_shop, scope, preset(name), age) == pytest.approx(wanted)


@pytest.mark.parametrize("name", ["shopify", "mixpanel"])
def test_presets_equal_the_oracle_where_orders_were_cancelled(online_retail: Shop, name: str) -> None:
    for refunds in ("restate", "own_date"):
        rule = replace(preset(name), refunds=refunds)
        wanted = other_definitions.share(online_retail.history, Scope(), rule, 2)
        assert share(online_retail, Scope(), rule, 2) == pytest.approx(wanted)


definitions = st.builds(Definition, **{name: st.sampled_from(options) for name, options in CHOICES.items()})


@examples(6)
@given(lines=shops(min_orders=6), scope=scopes(), rule=definitions)
def test_any_definition_equals_the_oracle(
    make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope, rule: Definition
) -> None:
    shop = make_shop(lines)
    for age in range(4):
        wanted = other_definitions.share(shop.history, scope, rule, age)
        np.testing.assert_allclose(share(shop, scope, rule, age), wanted, rtol=1e-9, equal_nan=True)
    shop.workspace.close()


@pytest.mark.parametrize("name", PRESETS)
def test_contributions_add_up_to_the_difference(sample_shop: Shop, name: str) -> None:
    scope = sample_shop.workspace.resolve(Scope(filters={"channel": "web"}))
    own, other = Definition.of(scope), preset(name)
    found = steps(counts(sample_shop), scope, own, other, 2)
    assert found["choice"].tolist() == [choice for choice in CHOICES if getattr(own, choice) != getattr(other, choice)]
    difference = share(sample_shop, scope, other, 2) - share(sample_shop, scope, own, 2)
    assert found["contribution"].sum() == pytest.approx(difference, abs=1e-12)
    assert found["share"].iloc[-1] == pytest.approx(share(sample_shop, scope, other, 2))
    assert steps(counts(sample_shop), scope, own, own, 2).empty


def test_each_choice_by_hand(make_shop: ShopMaker) -> None:
    """a: two orders on 3 January and one in February; b: 9 January alone; c: February, refunded in March."""
    rows = [("a", "2024-01-03", 5), ("a", "2024-01-03", 5), ("a", "2024-02-10", 5), ("b", "2024-01-09", 5)]
    rows += [("c", "2024-02-01", 5), ("c", "2024-03-05", 0), ("d", "2024-04-30", 1)]
    shop = make_shop(purchases(*rows))
    own = Definition()
    assert share(shop, Scope(), own, 1) == pytest.approx(1 / 3)
    assert share(shop, Scope(), replace(own, averaged="mean"), 1) == pytest.approx((1 / 2 + 0) / 2)
    assert share(shop, Scope(), replace(own, event="order"), 1) == pytest.approx(2 / 3)
    assert share(shop, Scope(), replace(own, event="order", criterion="cumulative"), 0) == pytest.approx(1 / 4)
    assert share(shop, Scope(), replace(own, criterion="cumulative"), 0) == 0
    assert share(shop, Scope(), replace(own, out_of="previous"), 2) == 0
    assert share(shop, Scope(window=90), replace(own, entry="in_view"), 1) == 0


def test_cells_side_by_side_name_every_cell_of_either(sample_shop: Shop) -> None:
    scope = sample_shop.workspace.resolve(Scope())
    one, other = (cells(sample_shop, scope, rule) for rule in (Definition(), preset("mixpanel")))
    both = side_by_side(one, other)
    assert not both.duplicated(["cohort", "age"]).any()
    assert both["retention_own"].notna().sum() == one["retention"].notna().sum()
    known = both.dropna(subset=["difference"])
    assert (known["difference"] == known["retention_other"] - known["retention_own"]).all()


@pytest.mark.parametrize("criterion", CHOICES["criterion"])
def test_who_stands_behind_a_cell(sample_shop: Shop, criterion: str) -> None:
    rule = Definition(entry="in_view", event="order", criterion=criterion)
    scope = rule.scope(Scope(filters={"channel": "web"}))
    found = cells(sample_shop, scope, rule)
    row = found[(found["state"] == "complete") & (found["age"] == 2)].iloc[4]
    cell = {"entry": "in_view", "event": "order", "cohort": row["cohort"].date(), "age": 2}
    who = sample_shop.workspace.who("retention_definitions", scope, **cell).frame
    assert who["customer_id"].is_unique and len(who) == row["retained"] > 0


def test_every_choice_of_a_preset_exists_and_no_combination_fails(sample_shop: Shop) -> None:
    for choices in PRESETS.values():
        assert all(value in CHOICES[choice] and value != CHOICES[choice][0] for choice, value in choices.items())
    scope = sample_shop.workspace.resolve(Scope())
    frame = sample_shop.ask("retention_definitions", scope)
    names = ("entry", "event", "cells", "out_of", "averaged")
    for values in product(*(CHOICES[name] for name in names)):
        rule = Definition(**dict(zip(names, values, strict=True)))
        assert 0 < share_at(cells_of(frame, rule, scope), rule, 3) <= 2
