"""What the base is worth: by hand from fitted parameters, by numeric integration, and parts that add up."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from loyalty_metrics.measures.base_value import REASONS, finish_base_value, finish_worth_the_call
from loyalty_metrics.measures.outlook import finish_expected_orders
from loyalty_metrics.measures.valuation import Customers, Valuation, best_model
from loyalty_metrics.scope import Scope
from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.correlation import rank_correlation
from loyalty_metrics.stats.discounting import discounted_purchases
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.histories import histories
from loyalty_metrics.stats.nbd import NegativeBinomial
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.lifetime import customer_histories

CUT = Scope(as_of=date(1997, 9, 30))
TRUE = ModifiedBetaGeometricNBD.of(r=1, alpha=30, a=0.8, b=2)


def simulated(customers: int, seed: int, **terms: float) -> pd.DataFrame:
    """Histories of customers as the models have them."""
    x, t_x, T, later = TRUE.simulate(np.linspace(20, 400, customers), seed, ahead=182)
    spend = np.where(x > 0, GammaGamma.of(p=6, q=4, gamma=15).simulate(np.maximum(x, 1), seed), np.nan)
    frame = pd.DataFrame({"repeats": x, "days_to_last": t_x, "days_known": T, "mean_spend": spend, "later": later})
    return frame.assign(margin_share=np.nan, horizon=365, discount=10, **terms)


@pytest.mark.parametrize("model", [TRUE, BetaGeometricNBD.of(r=0.25, alpha=4, a=0.8, b=2.5)], ids=repr)
def test_discounting_is_the_integral_over_the_rate_of_purchases(model: BetaGeometricNBD) -> None:
    delta, horizon = np.log(1.1) / 365, 730
    for history in ((0, 0, 3), (0, 0, 400), (2, 30, 40), (40, 300, 310)):

        def rate(t: float, history: tuple[int, ...] = history) -> float:
            ends = model.expected_purchases(np.array([max(t - 1e-3, 0), t + 1e-3]), *history)
            return float(np.diff(ends)[0] / (t + 1e-3 - max(t - 1e-3, 0)))

        wanted = quad(lambda t: np.exp(-delta * t) * rate(t), 0, horizon, limit=400, points=[1, 10, 100])[0]
        assert discounted_purchases(model, horizon, delta, *history) == pytest.approx(wanted, rel=1e-4)
    assert discounted_purchases(model, 90, 0, 2, 30, 40) == model.expected_purchases(90, 2, 30, 40)


def test_the_value_of_customers_by_hand(cdnow: Shop) -> None:
    scope = CUT.replace(horizon=182, discount=20)
    told = cdnow.ask("customer_value", scope).set_index("customer_id").sort_index()
    rows = customer_histories(cdnow.history, scope).set_index("customer_id").sort_index()
    x, t_x, T = (rows[name].to_numpy("float64") for name in ("repeats", "days_to_last", "days_known"))
    buying = best_model(histories(x, t_x, T))
    back = x > 0
    p, q, gamma = GammaGamma().fit(x[back], rows["mean_spend"][back]).parameters_
    delta = np.log(1.2) / 365
    for customer in rows.index[:: len(rows) // 12]:
        one = rows.loc[customer]
        history = one["repeats"], one["days_to_last"], one["days_known"]
        days = np.linspace(0, 182, 2001)
        bought = np.diff(buying.expected_purchases(days, *history))
        purchases = (bought * np.exp(-delta * (days[1:] + days[:-1]) / 2)).sum()
        total = one["repeats"] * one["mean_spend"] if one["repeats"] else 0
        spend = p * (gamma + total) / (p * one["repeats"] + q - 1)
        assert told.loc[customer, "value"] == pytest.approx(purchases * spend, rel=1e-4)
        assert told.loc[customer, "purchases"] == pytest.approx(bought.sum())
    assert set(told["basis"]) == {"revenue"} and set(told["method"]) == {"model"}


def check_bridge(told: pd.DataFrame) -> None:
    value = told.set_index("part")["value"]
    assert value.index.tolist() == ["base_before", *REASONS, "base_now"]
    if pd.isna(value["base_before"]):
        assert value[list(REASONS)].isna().all()
        return
    assert value["base_before"] + value[list(REASONS)].sum() == pytest.approx(value["base_now"], rel=1e-12, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 200), st.integers(1, 300), st.integers(0, 5))
def test_the_parts_add_up_to_the_change_whoever_came(old: int, both: int, seed: int) -> None:
    now, then = simulated(max(both + 50, 1), seed), simulated(max(both + 50, 1), seed + 100)
    names = ["repeats", "days_to_last", "days_known", "mean_spend"]
    changes = now.assign(**{f"{name}_before": then[name] for name in names})
    changes.loc[changes.index[:50], [f"{name}_before" for name in names]] = np.nan
    changes.loc[changes.index[50 : 50 + min(old, both)], names] = np.nan
    dates = {"as_of": pd.Timestamp("2025-06-30"), "compare_to": pd.Timestamp("2025-05-31")}
    told = finish_base_value(changes.assign(margin_share_before=np.nan, cost_known=0.0, **dates))
    check_bridge(told)
    counted = told.set_index("part")["customers"]
    assert counted["base_before"] + 50 == counted[["newly_won", "worth_more", "worth_less", "looks_gone"]].sum()


@pytest.mark.parametrize("scope", [Scope(), Scope(horizon=91, discount=0), Scope(filters={"first_channel": "web"})])
def test_the_bridge_leads_from_one_total_to_the_other(sample_shop: Shop, scope: Scope) -> None:
    told = sample_shop.ask("base_value", scope)
    check_bridge(told)
    parts = told.set_index("part")
    now = sample_shop.ask("customer_value", scope)
    earlier = parts.loc["base_before", "on_day"].date()
    before = sample_shop.ask("customer_value", scope.replace(as_of=earlier))
    assert parts.loc["base_now", "value"] == pytest.approx(now["value"].sum())
    assert parts.loc["base_before", "value"] == pytest.approx(before["value"].sum())
    assert (parts.loc["base_now", "customers"], parts.loc["base_before", "customers"]) == (len(now), len(before))
    won = ~now["customer_id"].isin(before["customer_id"])
    assert parts.loc["newly_won", "value"] == pytest.approx(now.loc[won, "value"].sum())
    gone = ~won & (now["chance_there"] < 0.5)
    assert parts.loc["looks_gone", "customers"] == gone.sum()
    assert parts.loc["base_now", "low"] < parts.loc["base_now", "value"] < parts.loc["base_now", "high"]


def test_groups_add_up_to_the_whole(sample_shop: Shop) -> None:
    groups, each = sample_shop.ask("value_by_group"), sample_shop.ask("customer_value")
    members = sample_shop.history.members(Scope())
    for _attribute, part in groups.groupby("attribute"):
        assert part["value"].sum() == pytest.approx(each["value"].sum())
        assert part["customers"].sum() == len(each)
        assert part["value_share"].sum() == pytest.approx(1)
    year = each.set_index("customer_id")["value"].groupby(members.dt.year.set_axis(members.index.astype("str"))).sum()
    told = groups[groups["attribute"] == "entry_year"].set_index("group_name")["value"]
    assert told.to_numpy() == pytest.approx(year.to_numpy())
    costs = sample_shop.history.customers.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    merged = each.join(costs[["acquired_through", "acquisition_cost"]], on="customer_id")
    known = merged[merged["acquisition_cost"].notna()]
    wanted = known.groupby("acquired_through")[["value", "acquisition_cost"]].sum().astype("float64")
    told = groups[groups["attribute"] == "acquired_through"].set_index("group_name").loc[wanted.index]
    assert told["value_to_cost"].to_numpy() == pytest.approx((wanted["value"] / wanted["acquisition_cost"]).to_numpy())


def test_orders_to_expect_are_the_sum_over_customers(sample_shop: Shop) -> None:
    told = sample_shop.ask("expected_orders").set_index("weeks")
    each = sample_shop.ask("customer_value", Scope(horizon=182, discount=0))
    assert told.loc[26, "orders"] == pytest.approx(each["purchases"].sum())
    assert told.loc[26, "value"] == pytest.approx(each["value"].sum())
    assert told.loc[26, "buyers"] == pytest.approx(each["chance_to_buy"].sum())
    inside = told[["likely_low", "low", "orders", "high", "likely_high"]].to_numpy()
    assert (np.diff(inside, axis=1) > 0).all()
    assert (np.diff(told["orders"]) > 0).all()


def test_the_likely_range_holds_what_comes() -> None:
    """Customers as the model has them: what they buy in 26 weeks lies in the range about as often as it says."""
    hits = []
    for seed in range(60):
        frame = simulated(600, seed)
        row = finish_expected_orders(frame).set_index("weeks").loc[26]
        hits.append(row["likely_low"] <= frame["later"].sum() <= row["likely_high"])
    assert 0.87 <= np.mean(hits) <= 1


def test_weeks_of_the_tracking_add_up_to_the_backtest(cdnow: Shop) -> None:
    told, judged = cdnow.ask("value_tracking", CUT), cdnow.ask("value_backtest", CUT)
    ahead = int(judged.loc[0, "days_ahead"])
    assert len(told) == ahead // 7
    days = cdnow.history.occasions(CUT)
    cut = pd.Timestamp(CUT.as_of) - pd.Timedelta(days=ahead)
    members = cdnow.history.members(CUT)
    known = members[members <= cut].index.astype("str")
    later = days[(days["day"] > cut) & days["customer"].astype("str").isin(known)]["day"]
    for row in told.iloc[::5].itertuples():
        assert row.actual_total == (later <= cut + pd.Timedelta(days=7 * row.week)).sum()
        assert row.on_day == cut + pd.Timedelta(days=7 * row.week)
    whole = judged.loc[0, "expected"] * judged.loc[0, "customers"]
    assert told["expected_total"].iloc[-1] == pytest.approx(whole, rel=0.06)
    assert told["expected"].sum() == pytest.approx(told["expected_total"].iloc[-1])


def test_purchases_since_counts_those_known_then(cdnow: Shop) -> None:
    scope = Scope(as_of=date(1997, 9, 30), compare_to=date(1997, 6, 30))
    told = cdnow.ask("purchases_since", scope).iloc[0]
    days, members = cdnow.history.customer_days(scope), cdnow.history.members(scope)
    days = days[days["is_occasion"]]
    known = members[members <= "1997-06-30"].index
    later = days[(days["day"] > "1997-06-30") & days["customer"].isin(known)]
    assert (told["customers"], told["orders"], told["days"]) == (len(known), len(later), 92)
    assert float(told["revenue"]) == pytest.approx(later["net"].sum() / 10_000)


def test_worth_the_call_are_the_valuable_who_fell_silent(sample_shop: Shop) -> None:
    told = sample_shop.ask("worth_the_call")
    now = sample_shop.ask("customer_value").set_index("customer_id")
    assert len(told) and told["at_stake"].is_monotonic_decreasing
    listed = now.loc[told["customer_id"]]
    assert told["value"].to_numpy() == pytest.approx(listed["value"].to_numpy())
    assert told["chance_there"].to_numpy() == pytest.approx(listed["chance_there"].to_numpy())
    assert (told["chance_before"] - told["chance_there"] >= 0.2).all() and (told["chance_there"] >= 0.1).all()
    assert told["value_then"].min() > now["value"].median()


@pytest.mark.parametrize("name", ["customer_value", "base_value", "value_by_group", "expected_orders"])
def test_money_in_another_unit_is_the_same_value_in_another_unit(make_shop: ShopMaker, cdnow: Shop, name: str) -> None:
    some = cdnow.lines[cdnow.lines["customer_id"].str[-1].isin(list("05"))]
    scope = Scope(compare_to=date(1998, 3, 31))
    once = make_shop(some).ask(name, scope)
    often = make_shop(some.assign(amount=some["amount"] * 100)).ask(name, scope)
    for column in {"value", "low", "high", "value_low", "value_high"} & set(once):
        scale = 1 if name == "expected_orders" and column in ("low", "high") else 100
        wanted = once[column].to_numpy("float64") * scale
        assert often[column].to_numpy("float64") == pytest.approx(wanted, rel=1e-4, nan_ok=True)


def test_moving_the_date_back_equals_cutting_the_data_there(cdnow: Shop, make_shop: ShopMaker) -> None:
    cut = make_shop(cdnow.lines[cdnow.lines["ordered_at"] < "1997-10-01"])
    for name in ("base_value", "value_by_group", "expected_orders", "worth_the_call", "value_tracking"):
        pd.testing.assert_frame_equal(
            cut.ask(name, CUT).drop(columns="model", errors="ignore"),
            cdnow.ask(name, CUT).drop(columns="model", errors="ignore"),
            rtol=1e-6,
        )


def test_where_nobody_leaves_the_nbd_speaks() -> None:
    x, t_x, T, later = NegativeBinomial.of(r=1, alpha=30).simulate(np.linspace(20, 200, 4_000), 3, ahead=91)
    model = best_model(histories(x, t_x, T))
    assert type(model) is NegativeBinomial
    assert model.expected_purchases(91, x, t_x, T).sum() == pytest.approx(later.sum(), rel=0.05)


def lines(*rows: tuple[str, str, float, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "cost"])
    frame["order_id"] = [f"o{n}" for n in range(len(frame))]
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"])
    return frame


def test_margin_where_cost_is_known_and_revenue_where_it_is_not(make_shop: ShopMaker) -> None:
    days = pd.date_range("2025-01-01", periods=12, freq="9D").astype("str")
    rows = [(f"c{n % 4}", day, 100.0 + n, 60.0) for n, day in enumerate([*days, *days])]
    known = make_shop(lines(*rows))
    partly = make_shop(lines(*[(*row[:3], 60.0 if n % 3 else None) for n, row in enumerate(rows)]))
    hardly = make_shop(lines(*[(*row[:3], None if n % 3 else 60.0) for n, row in enumerate(rows)]))
    for shop, basis in ((known, "margin"), (partly, "margin"), (hardly, "revenue")):
        told = shop.ask("customer_value")
        assert set(told["basis"]) == {basis}
        money = shop.lines["amount"].where(shop.lines["cost"].notna())
        assert told["cost_known"].iloc[0] == pytest.approx(money.sum() / shop.lines["amount"].sum())
        if basis == "margin":
            wanted = 1 - shop.lines["cost"].sum() / money.sum()
            assert told["margin_share"].iloc[0] == pytest.approx(wanted)
    assert hardly.ask("customer_value")["margin_share"].isna().all()


def test_one_customer_or_nobody_who_came_back(make_shop: ShopMaker) -> None:
    once = make_shop(lines(("a", "2025-01-01", 10, None), ("b", "2025-03-01", 20, None)))
    told = once.ask("base_value", Scope(compare_to=date(2025, 2, 1)))
    assert told.set_index("part")["method"].iloc[0] == "no_forecast"
    assert pd.isna(told.set_index("part").loc["base_now", "value"]) and told["reason"].notna().all()
    assert once.ask("expected_orders").empty and once.ask("worth_the_call").empty
    assert once.ask("value_by_group")["value"].isna().all()
    one = make_shop(lines(*[("a", f"2025-0{month}-01", 10, None) for month in range(1, 7)]))
    told = one.ask("base_value", Scope(compare_to=date(2025, 5, 1))).set_index("part")
    assert told.loc["base_now", "method"] == "rate_so_far" and pd.isna(told.loc["base_now", "low"])
    rate = np.log(1.1) / 365
    wanted = 5 / 151 * 365 * 10 * (1 - np.exp(-rate * 365)) / (rate * 365)
    assert told.loc["base_now", "value"] == pytest.approx(wanted)
    check_bridge(told.reset_index())
    expected = one.ask("expected_orders").set_index("weeks")
    assert expected.loc[4, "orders"] == pytest.approx(5 / 151 * 28) and pd.isna(expected.loc[4, "low"])


def test_refunds_beyond_purchases_leave_a_value_above_nothing(make_shop: ShopMaker, cdnow: Shop) -> None:
    some = cdnow.lines[cdnow.lines["customer_id"].str[-1] == "7"].assign(kind="sale")
    victim = some["customer_id"].value_counts().index[0]
    back = some[some["customer_id"] == victim].head(1).assign(amount=-9999.0, quantity=-1, kind="refund")
    back["ordered_at"] = pd.Timestamp("1998-06-01")
    told = make_shop(pd.concat([some, back])).ask("customer_value", Scope(refunds="own_date"))
    assert told["value"].notna().all() and (told["value"] >= 0).all()


def test_a_call_list_needs_a_model() -> None:
    frame = simulated(3, 1).assign(customer_id=["a", "b", "c"])
    names = ["repeats", "days_to_last", "days_known", "mean_spend"]
    frame = frame.assign(**{f"{name}_before": frame[name] for name in names}, repeats=0, mean_spend=np.nan)
    assert finish_worth_the_call(frame.assign(days_to_last=0)).empty


def test_rank_correlation_is_spearmans() -> None:
    random = np.random.default_rng(1)
    first, second = random.integers(0, 9, 300), random.normal(size=300)
    found = rank_correlation(first, second + first / 5)
    assert found.value == pytest.approx(pd.Series(first).corr(pd.Series(second + first / 5), method="spearman"))
    assert found.low < found.value < found.high
    assert np.isnan(rank_correlation([1, 1, 1, 1, 1, 1], range(6)).value)


def test_the_interval_of_a_total_is_that_of_all_its_customers() -> None:
    known = Customers.of(simulated(40_000, 4))
    valuation = Valuation.fit(known, pd.DataFrame())
    (value,), (low,), (high,) = valuation.sums(known)
    (same,), (its_low,), (its_high,) = valuation.sums(known, [(np.zeros(40_000, np.int64), 1)])
    assert value == pytest.approx(same)
    assert np.log(high / low) == pytest.approx(np.log(its_high / its_low), rel=0.05)


def test_some_customers_stand_for_all() -> None:
    known = Customers.of(simulated(5_000, 3))
    some = known.some(500)
    assert 500 <= len(some.x) <= 600
    assert some.x.mean() == pytest.approx(known.x.mean(), rel=0.05)
    assert Valuation.fit(known, pd.DataFrame()).horizon == 365
