"""On any tiny shop, under any scope, every measure equals its oracle, and the past is what it was."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.ask import KEYS
from tests.oracles.strategies import DAYS, FIRST_DAY, examples, scopes, shops


@examples(4)
@given(lines=shops(), scope=scopes())
def test_every_measure_equals_its_oracle(make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope) -> None:
    shop = make_shop(lines)
    for name in KEYS:
        shop.check(name, scope)
    shop.workspace.close()


@examples(2)
@given(lines=shops(min_orders=5), scope=scopes(), day=st.integers(10, DAYS))
def test_the_past_is_what_a_shop_cut_at_that_day_shows(
    make_shop: ShopMaker, lines: pd.DataFrame, scope: Scope, day: int
) -> None:
    as_of = FIRST_DAY + pd.Timedelta(days=day)
    known = lines[lines["ordered_at"] < as_of + pd.Timedelta(days=1)]
    earlier = scope.compare_to if scope.compare_to and scope.compare_to < as_of.date() else None
    scope = scope.replace(as_of=as_of.date(), compare_to=earlier)
    shop, cut = make_shop(lines), make_shop(known)
    for card in shop.workspace.registry.measures:
        pd.testing.assert_frame_equal(shop.ask(card.name, scope), cut.ask(card.name, scope), check_dtype=False)
    shop.workspace.close()
    cut.workspace.close()


@pytest.mark.parametrize("refunds", ["restate", "own_date"])
@examples(1)
@given(lines=shops(min_orders=5), day=st.integers(0, DAYS + 40))
def test_stored_roll_ups_give_what_the_general_path_gives(
    make_shop: ShopMaker, refunds: str, lines: pd.DataFrame, day: int
) -> None:
    """The same shop, once with a guest's order a month later: its default date differs, so nothing stored holds."""
    late = pd.DataFrame({"order_id": ["late"], "ordered_at": [lines["ordered_at"].max() + pd.Timedelta(days=31)]})
    longer = pd.concat([lines, late.assign(amount=1.0, kind="sale")], ignore_index=True)
    scope = Scope(as_of=lines["ordered_at"].max().date(), refunds=refunds)
    shop, other = make_shop(lines), make_shop(longer)
    for card in shop.workspace.registry.measures:
        pd.testing.assert_frame_equal(shop.ask(card.name, scope), other.ask(card.name, scope), check_dtype=False)
    shop.workspace.close()
    other.workspace.close()
