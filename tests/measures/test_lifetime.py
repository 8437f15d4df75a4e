"""What customers will bring: forecasts against the archived `lifetimes` package and against the models themselves."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.measures.lifetime import HORIZON, best_model, finish_customer_value, finish_value_backtest
from loyalty_metrics.scope import Scope
from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.histories import histories
from loyalty_metrics.stats.holdout import hold_out
from tests.oracles.ask import Shop
from tests.oracles.history import money
from tests.oracles.lifetime import customer_histories

CUT = Scope(as_of=date(1997, 9, 30))
FORECAST = ["chance_there", "chance_to_buy", "purchases", "purchases_low", "purchases_high", "value"]


@pytest.fixture(scope="module")
def told(cdnow: Shop) -> pd.DataFrame:
    return cdnow.ask("customer_value", CUT).set_index("customer_id").sort_index()


def test_forecasts_equal_those_of_lifetimes(cdnow: Shop, told: pd.DataFrame) -> None:
    lifetimes = pytest.importorskip("lifetimes")
    rows = customer_histories(cdnow.history, CUT).set_index("customer_id").sort_index()
    x, t_x, T = rows["repeats"], rows["days_to_last"], rows["days_known"]
    ours = best_model(histories(x, t_x, T))
    theirs = lifetimes.BetaGeoFitter() if type(ours) is BetaGeometricNBD else lifetimes.ModifiedBetaGeoFitter()
    grouped = rows.groupby(["repeats", "days_to_last", "days_known"]).size().rename("n").reset_index()
    theirs.fit(*(grouped[name] for name in ("repeats", "days_to_last", "days_known")), weights=grouped["n"])
    assert ours.parameters_ == pytest.approx(theirs.params_.to_numpy(), rel=1e-3)
    some = rows.index[:: len(rows) // 500]
    purchases = theirs.conditional_expected_number_of_purchases_up_to_time(HORIZON, x[some], t_x[some], T[some])
    assert told.loc[some, "purchases"].to_numpy() == pytest.approx(np.asarray(purchases), rel=2e-3)
    alive = np.asarray(theirs.conditional_probability_alive(x[some], t_x[some], T[some])).ravel()
    assert told.loc[some, "chance_there"].to_numpy() == pytest.approx(alive, rel=2e-3)
    back = rows[rows["repeats"] > 0]
    spending = lifetimes.GammaGammaFitter()
    spending.fit(back["repeats"], back["mean_spend"])
    spend = spending.conditional_expected_average_profit(back["repeats"], back["mean_spend"])
    assert told.loc[back.index, "order_spend"].to_numpy() == pytest.approx(spend.to_numpy(), rel=2e-3)
    plain = cdnow.ask("customer_value", CUT.replace(discount=0)).set_index("customer_id").sort_index()
    assert plain["value"].to_numpy() == pytest.approx((told["purchases"] * told["order_spend"]).to_numpy(), rel=1e-12)


def test_figures_stand_inside_their_intervals_and_chances_agree(told: pd.DataFrame) -> None:
    assert told["purchases"].between(told["purchases_low"], told["purchases_high"]).all()
    assert told["value"].between(told["value_low"], told["value_high"]).all()
    assert (told["chance_to_buy"] <= told["chance_there"] + 1e-12).all()
    assert (told["chance_to_buy"] <= told["purchases"] + 1e-12).all()
    relative = told["value_high"] / told["value_low"]
    assert (relative >= told["purchases_high"] / told["purchases_low"] - 1e-9).all()


def test_moving_the_date_back_equals_cutting_the_data_there(cdnow: Shop, make_shop, told: pd.DataFrame) -> None:
    cut = make_shop(cdnow.lines[cdnow.lines["ordered_at"] < "1997-10-01"])
    again = cut.ask("customer_value", CUT).set_index("customer_id").sort_index()
    pd.testing.assert_frame_equal(again[FORECAST], told[FORECAST], rtol=1e-6)


def test_the_likelier_model_speaks() -> None:
    for true in (BetaGeometricNBD.of(r=1, alpha=20, a=2, b=3), ModifiedBetaGeometricNBD.of(r=1, alpha=20, a=2, b=3)):
        rows = histories(*true.simulate(np.linspace(100, 500, 20_000), seed=1)[:3])
        assert type(best_model(rows)) is type(true)


def test_what_cannot_be_fitted_is_unknown() -> None:
    once = pd.DataFrame({"repeats": [0, 0], "days_to_last": [0, 0], "days_known": [9, 40], "mean_spend": [np.nan] * 2})
    for frame in (once, once.iloc[:0]):
        found = finish_customer_value(frame)
        assert len(found) == len(frame)
        assert found[FORECAST].isna().all(axis=None)
    # Purchases can be foretold where spend cannot: everybody spends the same, and that stands in.
    x, t_x, T, _ = ModifiedBetaGeometricNBD.of(r=1, alpha=20, a=1, b=3).simulate(np.full(3_000, 300), seed=2)
    equal = pd.DataFrame({"repeats": x, "days_to_last": t_x, "days_known": T, "mean_spend": np.where(x > 0, 5, np.nan)})
    found = finish_customer_value(equal)
    assert set(found["method"]) == {"plain_spend"} and found["value_low"].isna().all()
    assert (found["value"] / found["purchases"]).between(4.7, 5).all() and (found["order_spend"] == 5).all()


def test_spend_of_those_seen_once_is_the_mean_of_all() -> None:
    x, t_x, T, _ = ModifiedBetaGeometricNBD.of(r=1, alpha=20, a=1, b=3).simulate(np.full(3_000, 300), seed=2)
    spend = np.where(x > 0, GammaGamma.of(p=6, q=4, gamma=15).simulate(np.maximum(x, 1), 1), np.nan)
    frame = pd.DataFrame({"repeats": x, "days_to_last": t_x, "days_known": T, "mean_spend": spend})
    found = finish_customer_value(frame)
    model = GammaGamma().fit(x[x > 0], spend[x > 0])
    assert found.loc[x == 0, "order_spend"].to_numpy() == pytest.approx(model.expected_of_new())
    assert found.loc[x > 0, "order_spend"].to_numpy() == pytest.approx(model.expected_spend(x[x > 0], spend[x > 0]))


@pytest.mark.parametrize("scope", [Scope(), Scope(as_of=date(1997, 12, 31))], ids=Scope.describe)
def test_the_backtest_forecasts_what_was_known_at_the_cut(cdnow: Shop, scope: Scope) -> None:
    told = cdnow.ask("value_backtest", scope)
    as_of, first = cdnow.history.as_of(scope), cdnow.history.first_days(scope).min()
    ahead = min(365, (as_of - first).days // 2)
    assert (told["days_ahead"] == ahead).all()
    cut = as_of - pd.Timedelta(days=ahead)
    known = customer_histories(cdnow.history, Scope(as_of=cut.date())).set_index("customer_id")
    days = cdnow.history.occasions(scope)
    after = days[days["day"] > cut].assign(customer=lambda frame: frame["customer"].astype("str"))
    later = after.groupby("customer").size().reindex(known.index).fillna(0.0).to_numpy()
    x, t_x, T = (known[name].to_numpy("float64") for name in ("repeats", "days_to_last", "days_known"))
    wanted = hold_out(best_model(histories(x, t_x, T)), x, t_x, T, later, ahead)
    groups = told.iloc[1:]
    assert groups["repeats"].tolist() == list(range(8)) and pd.isna(told.loc[0, "repeats"])
    for name in ("customers", "actual", "low", "high", "expected"):
        assert groups[name].to_numpy("float64") == pytest.approx(getattr(wanted, name), rel=1e-5)
    everybody = told.iloc[0]
    assert everybody["customers"] == len(x) and everybody["actual"] == pytest.approx(later.mean())
    assert everybody["expected"] == pytest.approx(wanted.model.total / len(x), rel=1e-5)
    assert everybody["naive"] == pytest.approx(wanted.naive.total / len(x))
    assert everybody["error"] == pytest.approx(wanted.model.of_total, rel=1e-4)
    half = 1.959964 * later.std(ddof=1) / np.sqrt(len(x))
    assert (everybody["low"], everybody["high"]) == pytest.approx((later.mean() - half, later.mean() + half))
    assert told["reason"].isna().all()


def test_the_backtest_of_money_is_made_of_what_was_known_at_the_cut(cdnow: Shop) -> None:
    told = cdnow.ask("money_backtest", CUT).iloc[0]
    as_of, first = cdnow.history.as_of(CUT), cdnow.history.first_days(CUT).min()
    ahead = min(365, (as_of - first).days // 2)
    cut = as_of - pd.Timedelta(days=ahead)
    known = customer_histories(cdnow.history, Scope(as_of=cut.date())).set_index("customer_id")
    x, t_x, T, mean = (
        known[name].to_numpy("float64") for name in ("repeats", "days_to_last", "days_known", "mean_spend")
    )
    back = x > 0
    spending = GammaGamma().fit(x[back], mean[back])
    spend = np.where(
        back, spending.expected_spend(np.maximum(x, 1), np.where(back, mean, 1.0)), spending.expected_of_new()
    )
    orders = best_model(histories(x, t_x, T)).expected_purchases(ahead, x, t_x, T)
    days = cdnow.history.customer_days(CUT)
    after = days[days["is_occasion"] & (days["day"] > cut) & days["customer"].astype("str").isin(known.index)]
    assert (told["customers"], told["days_ahead"], told["method"]) == (len(known), ahead, "model")
    assert told["expected"] == pytest.approx((orders * spend).sum(), rel=1e-4)
    assert told["actual"] == pytest.approx(float(money(after["net"]).sum()))
    assert told["error"] == pytest.approx(told["expected"] / told["actual"] - 1)
    assert cdnow.ask("money_backtest", Scope(as_of=date(1997, 1, 1))).empty


def test_a_backtest_that_cannot_be_made_says_why(cdnow: Shop) -> None:
    names = ["repeats", "days_to_last", "days_known", "later", "days_ahead", "customers"]
    once = pd.DataFrame([[0, 0, 9, 0, 20, 5], [0, 0, 9, 1, 20, 2]], columns=names)
    told = finish_value_backtest(once)
    assert told["reason"].str.contains("second time").all() and told["expected"].isna().all()
    assert told.loc[0, "actual"] == pytest.approx(2 / 7)
    assert finish_value_backtest(once.iloc[:0]).empty
    assert finish_value_backtest(once.assign(days_ahead=0)).empty
    assert cdnow.ask("value_backtest", Scope(as_of=date(1997, 1, 1))).empty
