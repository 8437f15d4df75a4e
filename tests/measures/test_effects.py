"""What a decision did: customers around a day against an oracle, planted effects, and what may not be claimed."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.decisions import Decisions, Plan, around
from loyalty_metrics.effects import (
    ALIKE,
    BY_LOT,
    DROPPED,
    MEASURED,
    MORE,
    NO_COMPARISON,
    NOT_SHOWN,
    OUTCOMES,
    TOO_EARLY,
    Effect,
    compare,
    effect,
    outlook,
)
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.compare import assert_same
from tests.oracles.history import MONEY, History
from tests.oracles.planted import planted

DAY = date(2025, 3, 1)


def customers_around(history: History, known_on: date, as_of: date, days: int) -> pd.DataFrame:
    """The oracle, from the definition of the measure."""
    then, now = Scope(as_of=known_on), Scope(as_of=as_of)
    cut = pd.Timestamp(known_on)
    known = history.customer_days(then, filtered=False)
    known = known[known["is_occasion"]]
    by = known.groupby("customer", observed=True)
    year = known[known["day"] > cut - pd.Timedelta(days=365)].groupby("customer", observed=True)["net"].sum()
    told = pd.DataFrame(
        {
            "recency": (cut - by["day"].max()).dt.days,
            "purchases": by.size(),
            "spend": by["net"].sum() / MONEY,
            "days_known": (cut - by["day"].min()).dt.days,
        }
    )
    told["year_spend"] = year.reindex(told.index).fillna(0) / MONEY
    spans = {
        "before": (then, cut - pd.Timedelta(days=days - 1), cut),
        "after": (now, cut + pd.Timedelta(days=1), cut + pd.Timedelta(days=days)),
    }
    for when, (scope, first, last) in spans.items():
        orders = history.orders(scope)
        orders = orders[(orders["customer"] != "") & orders["day"].between(first, last)]
        spent = orders.groupby("customer", observed=True)
        found = history.customer_days(scope, filtered=False)
        found = found[found["is_occasion"] & found["day"].between(first, last)]
        told[f"orders_{when}"] = found.groupby("customer", observed=True).size().reindex(told.index).fillna(0)
        told[f"bought_{when}"] = (told[f"orders_{when}"] > 0).astype(int)
        told[f"revenue_{when}"] = spent["net"].sum().reindex(told.index).fillna(0) / MONEY
        complete = spent["cost"].count() == spent.size()
        margin = ((spent["net"].sum() - spent["cost"].sum()) / MONEY).where(complete)
        told[f"margin_{when}"] = margin.reindex(told.index).where(told.index.isin(complete.index), 0.0)
    told.index = told.index.astype("str")
    return told.rename_axis("customer_id").reset_index()


@pytest.mark.parametrize(
    ("name", "known_on"), [("sample_shop", date(2025, 11, 30)), ("online_retail", date(2011, 8, 14))]
)
def test_customers_around_a_day_equal_the_oracle(name: str, known_on: date, request: pytest.FixtureRequest) -> None:
    shop = request.getfixturevalue(name)
    as_of = known_on + timedelta(days=50)
    wanted = customers_around(shop.history, known_on, as_of, 45)
    given = shop.workspace.measure("customers_around", around(known_on, as_of, 45)).frame
    assert len(wanted) > 1_000 and wanted["orders_after"].sum() > 300
    assert_same(given[wanted.columns], wanted, ["customer_id"])


def test_nothing_after_the_as_of_date_is_looked_at(online_retail: Shop, make_shop: ShopMaker) -> None:
    known_on, as_of = date(2011, 6, 14), date(2011, 8, 1)
    lines = online_retail.lines
    cut = make_shop(lines[lines["ordered_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)])
    found = []
    for workspace in (online_retail.workspace, cut.workspace):
        decisions = Decisions(workspace)
        taken = [
            decisions.decide(
                Plan("Write", "Ann", "revenue", days=40, held_out=share), "Ann", "rfm_segments", Scope(as_of=known_on),
                seed="s", segment="Loyal",
            )
            for share in (0.0, 0.5)
        ]  # fmt: skip
        lists = [decisions.customers(number) for number in taken]
        found.append([lists, [effect(workspace, decisions.one(number), as_of) for number in taken]])
        for number in taken:
            decisions.change(number, "Ann", status="dropped")
    for given, wanted in zip(*(one[0] for one in found), strict=True):
        pd.testing.assert_frame_equal(given, wanted)
    for given, wanted in zip(*(one[1] for one in found), strict=True):
        assert given.state == wanted.state and given.reason == wanted.reason
        pd.testing.assert_frame_equal(given.outcomes, wanted.outcomes)
    assert found[0][1][1].state == MEASURED


def told(one: Effect, outcome: str) -> dict:
    row = one.of(outcome)
    assert one.state == MEASURED and row is not None, (one.state, one.reason)
    return row


@pytest.mark.parametrize("by_lot", [True, False])
def test_a_planted_effect_lies_in_its_interval_and_none_is_not_claimed(by_lot: bool) -> None:
    """A few shops; the slow test below counts hundreds."""
    inside = claimed = 0
    for seed in range(25):
        shop = planted(seed, 0.15, by_lot, 1_500)
        row = told(compare(shop.rows, by_lot, DAY), "bought")
        inside += row["low"] <= shop.truth["bought"] <= row["high"]
        claimed += told(compare(planted(seed, 0, by_lot, 1_500).rows, by_lot, DAY), "bought")["verdict"] != NOT_SHOWN
    assert inside >= 21  # of 25 at 95 %: fewer happen once in a hundred times
    assert claimed <= 4


@pytest.mark.slow
@pytest.mark.parametrize("by_lot", [True, False])
@pytest.mark.parametrize("customers", [1_500, 6_000])
def test_intervals_hold_what_they_promise(by_lot: bool, customers: int) -> None:
    for share in (0.0, 0.1):
        runs = 0
        inside, claimed, off = dict.fromkeys(OUTCOMES, 0), dict.fromkeys(OUTCOMES, 0), dict.fromkeys(OUTCOMES, 0.0)
        for seed in range(300):
            shop = planted(seed, share, by_lot, customers)
            found = compare(shop.rows, by_lot, DAY)
            if found.reason == "too_unlike":
                continue
            runs += 1
            for outcome in OUTCOMES:
                row = told(found, outcome)
                inside[outcome] += row["low"] <= shop.truth[outcome] <= row["high"]
                claimed[outcome] += row["verdict"] != NOT_SHOWN
                off[outcome] += (row["effect"] - shop.truth[outcome]) / row["error"]
        assert runs >= 290
        # 95 % within three standard deviations of a count of so many, and no lasting error.
        assert all(n >= runs * 0.95 - 3 * (runs * 0.95 * 0.05) ** 0.5 for n in inside.values()), inside
        assert all(abs(each) / runs < 3 / runs**0.5 + 0.1 for each in off.values()), off
        if not share:
            assert all(n <= runs * 0.05 + 3 * (runs * 0.95 * 0.05) ** 0.5 for n in claimed.values()), claimed
        elif customers > 5_000:
            assert claimed["bought"] > 0.9 * runs


def test_only_those_at_risk_are_called_and_the_naive_comparison_is_wrong() -> None:
    shop = planted(7, 0.2, customers=6_000)
    rows = shop.rows
    target = (rows["is_left_alone"] == False).to_numpy(bool)  # noqa: E712
    after = rows["bought_after"].to_numpy()
    naive = after[target].mean() - after[~target].mean()
    before_and_after = (after - rows["bought_before"])[target].mean()
    truth = shop.truth["bought"]
    found = compare(rows, False, DAY)
    row = told(found, "bought")
    assert naive < 0.5 * truth < truth < 0.8 * before_and_after
    assert row["low"] <= truth <= row["high"] and row["verdict"] == MORE
    balance = found.balance.set_index("feature")
    assert balance["unlike_before"].abs().max() > 0.5 and balance["unlike_after"].abs().max() < 0.1
    assert found.evidence == ALIKE and found.compared > 0.9 * found.targets


def test_by_lot_plain_means_are_near_the_adjusted_ones() -> None:
    shop = planted(11, 0.2, by_lot=True, customers=6_000)
    found = compare(shop.rows, True, DAY)
    target, alone = (shop.rows[shop.rows["is_left_alone"] == kind] for kind in (False, True))
    row = told(found, "orders")
    assert (found.evidence, found.targets, found.others) == (BY_LOT, len(target), len(alone))
    assert row["after"] == pytest.approx(target["orders_after"].mean())
    assert row["other_after"] == pytest.approx(alone["orders_after"].mean())
    plain = target["orders_after"].mean() - alone["orders_after"].mean()
    assert abs(row["effect"] - plain) < 2 * row["error"]


def test_why_there_is_no_comparison() -> None:
    rows = planted(3, 0.1).rows
    assert compare(rows.assign(is_left_alone=None), False, DAY).reason == "few_targets"
    everybody = compare(rows.assign(is_left_alone=False), False, DAY)
    assert (everybody.state, everybody.reason) == (NO_COMPARISON, "nobody_alike")
    frequent = rows.assign(is_left_alone=np.where(rows["purchases"] >= 12, False, None))
    assert compare(frequent, False, DAY).reason in ("nobody_alike", "too_unlike")
    nothing = rows.assign(bought_after=0, orders_after=0, revenue_after=0.0, margin_after=0.0)
    assert compare(nothing, False, DAY).reason == "few_purchases"
    no_cost = rows.assign(
        margin_after=rows["margin_after"].mask(rows.index == rows.index[rows["is_left_alone"].notna()][0])
    )
    assert set(compare(no_cost, False, DAY).outcomes["outcome"]) == {"bought", "orders", "revenue"}


def test_what_could_be_told_is_said_before() -> None:
    shop = planted(5, 0, by_lot=True)
    seen = outlook(shop.rows, True)
    assert seen.reason == "" and seen.evidence == BY_LOT and seen.share == 1
    errors = compare(shop.rows, True, DAY).outcomes.set_index("outcome")["error"]
    assert seen.smallest["revenue"] == pytest.approx(2.8 * errors["revenue"], rel=0.6)
    assert outlook(shop.rows.assign(is_left_alone=False), False).reason == "nobody_alike"


def test_a_customer_of_another_decision_is_nobody_to_compare_with() -> None:
    rows = planted(5, 0).rows
    some = set(rows.loc[rows["is_left_alone"].isna(), "customer_id"].head(500))
    assert compare(rows, False, DAY, some).excluded == 500


def shop_with_a_call(make_shop: ShopMaker) -> tuple[Workspace, pd.DataFrame, list[str]]:
    """Nine hundred customers who buy every five weeks or so; every second of the quiet ones is called."""
    random = np.random.default_rng(4)
    rows = []
    called = []
    for n in range(900):
        day, stops = float(random.uniform(0, 300)), random.exponential(500)
        bought = []
        while day < 460:
            bought.append(day)
            day += random.exponential(35)
            if day - bought[0] > stops:
                break
        known = [at for at in bought if at < 400]
        is_quiet = bool(known) and 400 - known[-1] > 30 and len(known) > 1
        if is_quiet and n % 2 == 0:
            called.append(f"c{n}")
            if random.random() < 0.5:
                bought.append(random.uniform(400, 430))
        rows += [(f"c{n}", at, 10 + 20 * random.random()) for at in bought]
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"]).round({"amount": 2})
    frame["ordered_at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.floor(frame.pop("day")), unit="D")
    frame["order_id"] = [f"o{n}" for n in range(len(frame))]
    return make_shop(frame).workspace, frame, called


def test_from_orders_to_the_effect(make_shop: ShopMaker) -> None:
    workspace, _frame, called = shop_with_a_call(make_shop)
    listed_on = date(2024, 1, 1) + timedelta(days=399)
    decisions = Decisions(workspace)
    number = decisions.decide_for(Plan("Call", "Ann", days=30), "Ann", listed_on, called, "Quiet, even")
    one = decisions.one(number)
    assert (one.starts_on, one.ends_on) == (listed_on + timedelta(days=1), listed_on + timedelta(days=30))
    assert effect(workspace, one, one.ends_on - timedelta(days=1)).state == TOO_EARLY
    found = effect(workspace, one, one.ends_on)
    row = told(found, "bought")
    assert row["verdict"] == MORE and found.targets == len(called)
    # Later days change nothing: the days that count were fixed.
    later = effect(workspace, one)
    pd.testing.assert_frame_equal(later.outcomes, found.outcomes)
    assert "margin" not in set(found.outcomes["outcome"])
    decisions.change(number, "Ann", status="dropped")
    assert effect(workspace, decisions.one(number)).state == DROPPED
