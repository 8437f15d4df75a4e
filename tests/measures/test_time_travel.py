"""Moving the as-of date back gives exactly what a workspace cut at that day would have shown."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop


def assert_alike(given: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """The same rows in the same order, money to the last fraction of a cent."""
    assert list(given.columns) == list(wanted.columns)
    pd.testing.assert_frame_equal(given, wanted, check_dtype=False, rtol=1e-9, atol=1e-9)


def assert_same_answers(back: Workspace, cut: Workspace, scope: Scope) -> None:
    for card in back.registry.measures:
        assert_alike(back.measure(card.name, scope).frame, cut.measure(card.name, scope).frame)


def cut_at(shop: Shop, day: date, make_shop: ShopMaker) -> Shop:
    return make_shop(shop.lines[shop.lines["ordered_at"] < pd.Timestamp(day) + pd.Timedelta(days=1)])


@pytest.mark.parametrize("refunds", [pytest.param("restate", marks=pytest.mark.slow), "own_date"])
def test_online_retail(online_retail: Shop, make_shop: ShopMaker, refunds: str) -> None:
    day = date(2011, 6, 14)
    cut = cut_at(online_retail, day, make_shop)
    assert_same_answers(online_retail.workspace, cut.workspace, Scope(as_of=day, refunds=refunds))


@pytest.mark.parametrize(
    "how",
    [pytest.param({}, marks=pytest.mark.slow), {"grain": "week", "window": 60, "clock": "rolling"}],
    ids=["default", "set"],
)
def test_cdnow(cdnow: Shop, make_shop: ShopMaker, how: dict[str, object]) -> None:
    day = date(1997, 7, 4)
    cut = cut_at(cdnow, day, make_shop)
    assert_same_answers(cdnow.workspace, cut.workspace, Scope(as_of=day, **how))


def test_a_refund_to_come_is_not_known_yet(make_shop: ShopMaker) -> None:
    lines = pd.DataFrame(
        {"customer_id": ["a", "a"], "order_id": ["1", "1"], "amount": [20.0, -20.0], "kind": ["sale", "refund"]}
    )
    lines["ordered_at"] = pd.to_datetime(["2024-01-05", "2024-03-05"])
    shop = make_shop(lines)
    assert shop.ask("rfm_scores", Scope(as_of=date(2024, 3, 4)))["monetary"].tolist() == [20]
    assert shop.ask("rfm_scores").empty


def test_a_refund_at_the_till_never_changes_the_past_of_a_web_order(make_shop: ShopMaker) -> None:
    """The refund line carries the channel and store it was made at, and names the order."""
    lines = pd.DataFrame({"customer_id": "a", "order_id": ["1", "2", "9"], "amount": [20.0, 5.0, -1.0]})
    lines["ordered_at"] = pd.to_datetime(["2024-01-05", "2024-02-05", "2024-03-05"])
    lines["channel"], lines["store"], lines["kind"] = (
        ["web", "web", "shop"],
        ["z", "z", "a"],
        ["sale", "sale", "refund"],
    )
    lines["refund_of"] = pd.Series([None, None, "1"], dtype="str")
    shop = make_shop(lines)
    for filters in ({"channel": "web"}, {"store": "z"}, {"first_channel": "web"}, {"first_store": "z"}):
        known = shop.ask("rfm_scores", Scope(as_of=date(2024, 3, 4), filters=filters))
        assert known[["frequency", "monetary"]].to_numpy().tolist() == [[2, 25]], filters


@pytest.mark.parametrize("name", ["cohort_retention", "customer_flow", "rfm_scores", "repeat_purchase_rate"])
def test_stored_roll_ups_give_what_the_general_path_gives(online_retail: Shop, name: str) -> None:
    workspace, scope = online_retail.workspace, Scope(as_of=online_retail.workspace.bounds()[1])
    general = workspace.registry.compose(name, usable=[])
    stored = workspace.registry.compose(name, usable=workspace.registry.stored)
    assert len(stored) < len(general)
    with workspace._database.cursor() as cursor:
        frames = [cursor.frame(statement, scope.parameters()) for statement in (stored, general)]
    keys = [c for c in ("cohort", "age", "period", "customer_key", "figure", "numerator") if c in frames[0]]
    given, wanted = (frame.sort_values(keys).reset_index(drop=True) for frame in frames)
    assert_alike(given, wanted)


def test_all_money_at_an_older_date_is_the_money_up_to_it(cdnow: Shop) -> None:
    for day in (date(1997, 1, 1), date(1997, 6, 15)):
        known = cdnow.lines[cdnow.lines["ordered_at"] <= pd.Timestamp(day)]
        assert np.isclose(cdnow.ask("what_counts", Scope(as_of=day))["revenue"].sum(), known["amount"].sum())
