"""Who buys again: features against an oracle, figures against scikit-learn, and nothing of the future among them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from loyalty_metrics.measures import repurchase
from loyalty_metrics.measures.repurchase import FEW, HISTORY, METHODS, NO_REPEAT, RECENCY, SHARE, SHORT
from loyalty_metrics.registry import MODELS, ModelError, Registry
from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.compare import assert_same
from tests.oracles.repurchase import bought_within, customer_features
from tests.oracles.tables import purchases

SHOPS = {"online_retail": date(2011, 6, 14), "journey": date(2017, 8, 1)}
"""Real shops, and a day in the midst of each."""


@pytest.fixture(params=SHOPS)
def shop(request: pytest.FixtureRequest) -> Shop:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    ("name", "back"),
    [
        ("online_retail", False),
        pytest.param("online_retail", True, marks=pytest.mark.slow),
        pytest.param("journey", False, marks=pytest.mark.slow),
        pytest.param("journey", True, marks=pytest.mark.slow),
    ],
)
def test_features_equal_the_oracle(name: str, back: bool, request: pytest.FixtureRequest) -> None:
    shop = request.getfixturevalue(name)
    scope = Scope(as_of=SHOPS[name] if back else None)
    wanted = customer_features(shop.history, scope)
    assert len(wanted) > 500
    given = shop.ask("customer_features", scope)
    assert_same(given[wanted.columns], wanted, ["customer_id"])
    for name in ("points_moved", "complaints", "contacts"):
        assert given[name].isna().all()


def test_rows_of_a_cut_are_those_of_a_workspace_that_ends_there(online_retail: Shop, make_shop: ShopMaker) -> None:
    rows = online_retail.ask("repurchase_rows")
    days, last = int(rows["days_ahead"].iloc[0]), online_retail.workspace.bounds()[1]
    for number in (1, 2, 3):
        cut = last - timedelta(days=number * days)
        known = online_retail.lines[online_retail.lines["ordered_at"] < pd.Timestamp(cut) + pd.Timedelta(days=1)]
        wanted = make_shop(known).ask("customer_features", Scope(as_of=cut))
        given = rows[rows["cut"] == number]
        assert_same(given[wanted.columns], wanted, ["customer_id"])
        bought = bought_within(online_retail.history, pd.Timestamp(cut), days)
        assert set(given.loc[given["bought"], "customer_id"]) == bought & set(given["customer_id"])


def test_what_happened_elsewhere_is_unknown_without_a_table_and_none_without_an_event(sample_shop: Shop) -> None:
    tables = {name: pd.read_parquet(f"data/sample/{name}.parquet") for name in ("points", "complaints", "contacts")}
    when = {"points": "posted_at", "complaints": "opened_at", "contacts": "contacted_at"}
    day = date(2025, 3, 1)
    given = sample_shop.ask("customer_features", Scope(as_of=day)).set_index("customer_id")
    for name, table in tables.items():
        known = table[pd.to_datetime(table[when[name]]).dt.date <= day]
        wanted = known["customer_id"].value_counts().reindex(given.index).fillna(0)
        assert (given["points_moved" if name == "points" else name] == wanted).all() and wanted.sum() > 0
    lines = sample_shop.lines[pd.to_datetime(sample_shop.lines["ordered_at"]).dt.date <= day]
    sales = lines[lines["customer_id"].isin(given.index) & (lines["kind"].fillna("sale") == "sale")]
    channels = sales.groupby("customer_id")["channel"].nunique().reindex(given.index)
    assert (given["channels"].fillna(0) >= 1).all() and (given["channels"] <= channels).mean() > 0.99
    first = sample_shop.ask("customer_features", Scope(as_of=sample_shop.workspace.bounds()[0]))
    assert first["complaints"].isna().all() and first["mean_gap"].isna().all()


def test_a_feature_of_the_future_is_refused(tmp_path: Path) -> None:
    """What is read as of a cut cannot look past it: the models do not even take their places."""
    reader = "-- kind: model\n-- title: t\n-- grain: g\n-- definition: d\n"
    (tmp_path / "taught.sql").write_text(f"{reader}select * from peeked_cut_1")
    for select in (
        "select customer_key, count(*) as orders from transactions group by customer_key",
        "select customer_key, max(ordered_on) as last_on from orders where ordered_on > $as_of group by customer_key",
        "select customer_id from points where posted_at <= $as_of or points > 0",
        "select m.customer_key from members as m inner join complaints as c on true where m.first_on <= $as_of",
        "select customer_key from entries where first_on >= $since",
    ):
        (tmp_path / "peeked.sql").write_text(f"{reader}{select}")
        with pytest.raises(ModelError, match=r"peeked\.sql is read as of a cut"):
            Registry((MODELS, tmp_path))
    (tmp_path / "peeked.sql").write_text(
        f"{reader}select customer_key, count(*) as n from transactions where posted_on <= $as_of group by customer_key"
    )
    registry = Registry((MODELS, tmp_path))
    assert "posted_on <= (select cut_1 from repurchase_cuts)" in registry.compose("taught")


def test_figures_equal_those_of_scikit_learn(shop: Shop) -> None:
    rows = shop.ask("repurchase_rows")
    learned = repurchase._learned(rows)
    told = shop.ask("repurchase_evaluation").set_index("forecast_from")
    assert told["customers"].eq((rows["cut"] == 1).sum()).all()
    for method in METHODS:
        given, p = told.loc[method], learned.told[method]
        if np.isnan(p).any():
            assert method == HISTORY and np.isnan(given["brier"])
            continue
        assert given["auc"] == pytest.approx(roc_auc_score(learned.test.bought, p), abs=1e-12)
        assert given["brier"] == pytest.approx(brier_score_loss(learned.test.bought, p), abs=1e-12)
        assert given["auc_low"] < given["auc"] < given["auc_high"]
        assert given["brier_low"] < given["brier"] < given["brier_high"]
        assert given["lift_low"] < given["lift"] < given["lift_high"]


def test_the_best_on_later_data_is_used_unless_a_simpler_one_is_no_worse(shop: Shop) -> None:
    told = shop.ask("repurchase_evaluation").set_index("forecast_from")
    best = told["brier"].idxmin()
    used = told.index[told["is_used"]].item()
    assert told.loc[best, "worse"] == 0
    no_worse = [method for method in METHODS if told.loc[method, "worse_low"] <= 0]
    assert used == no_worse[0] and (used == best or METHODS.index(used) < METHODS.index(best))
    forecast = shop.ask("repurchase_forecast")
    assert (forecast["forecast_from"] == used).all() and forecast["reason"].isna().all()
    assert forecast["chance_to_buy"].between(0, 1).all() and (forecast["low"] < forecast["high"]).all()
    assert (forecast["chance_to_buy"] + forecast["chance_lost"]).to_numpy() == pytest.approx(1)


def test_groups_told_alike_add_up_to_the_test(shop: Shop) -> None:
    told = shop.ask("repurchase_evaluation").set_index("forecast_from")
    groups = shop.ask("repurchase_calibration")
    for _method, part in groups.groupby("forecast_from"):
        assert part["customers"].sum() == told["customers"].iloc[0] and part["bought"].sum() == told["bought"].iloc[0]
        assert part["told"].between(part["chance_from"] - 1e-9, part["chance_upto"] + 1e-9).all()
        assert part["share"].between(part["low"], part["high"]).all()


def test_everybody_is_told_once_and_found_behind_their_band(online_retail: Shop) -> None:
    forecast = online_retail.ask("repurchase_forecast")
    features = online_retail.ask("customer_features")
    assert sorted(forecast["customer_id"]) == sorted(features["customer_id"])
    for band, part in forecast.groupby("chance_band"):
        behind = online_retail.workspace.who("repurchase_forecast", chance_band=band).frame
        assert sorted(behind["customer_id"]) == sorted(part["customer_id"])


def test_what_it_goes_by_is_more_than_noise(journey: Shop) -> None:
    drivers = journey.ask("repurchase_drivers")
    assert drivers["rise"].is_monotonic_decreasing and drivers["share"].sum() == pytest.approx(1)
    assert drivers["low"].iloc[0] > 0
    assert "complaints_made" not in set(drivers["driver"])


def test_the_order_of_rows_changes_nothing(online_retail: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repurchase, "_learned_from", repurchase._learned_from.__wrapped__)  # each time anew
    rows = online_retail.ask("repurchase_rows")
    mixed = rows.sample(frac=1, random_state=3)
    for finish in (
        repurchase.finish_repurchase_evaluation,
        repurchase.finish_repurchase_calibration,
        repurchase.finish_repurchase_drivers,
    ):
        pd.testing.assert_frame_equal(finish(rows), finish(mixed))


def test_too_little_to_learn_from_says_so(cdnow: Shop, make_shop: ShopMaker) -> None:
    def told(scope: Scope) -> pd.Series:
        frame = cdnow.ask("repurchase_forecast", scope)
        assert cdnow.ask("repurchase_calibration", scope).empty and cdnow.ask("repurchase_drivers", scope).empty
        assert cdnow.ask("repurchase_evaluation", scope)["brier"].isna().all()
        return frame.iloc[0]

    short = told(Scope(as_of=date(1997, 5, 1), lapse_days=50))
    assert (short["forecast_from"], short["reason"]) == (RECENCY, SHORT)
    assert 0 < short["low"] < short["high"] < 1
    first = cdnow.workspace.bounds()[0]
    nothing = told(Scope(as_of=first + timedelta(days=20), lapse_days=50))
    assert pd.isna(nothing["forecast_from"]) and pd.isna(nothing["chance_to_buy"]) and pd.isna(nothing["low"])
    often = [(f"c{n}", f"2024-0{month}-01", 5) for n in range(40) for month in range(1, 10)]
    few = make_shop(purchases(*often))
    row = few.ask("repurchase_forecast", Scope(lapse_days=40)).iloc[0]
    assert (row["forecast_from"], row["reason"], row["chance_to_buy"]) == (SHARE, FEW, 1) and row[
        "low"
    ] == pytest.approx(0.912, abs=1e-3)
    once = make_shop(purchases(("a", "2024-01-01", 5), ("b", "2024-03-01", 5)))
    row = once.ask("repurchase_forecast").iloc[0]
    assert row["reason"] == NO_REPEAT and pd.isna(row["chance_to_buy"]) and pd.isna(row["days_ahead"])


def test_churn_is_no_purchase_within_the_days_of_the_scope(online_retail: Shop) -> None:
    forecast = online_retail.ask("repurchase_forecast", Scope(lapse_days=60))
    assert (forecast["days_ahead"] == 60).all()
    longer = online_retail.ask("repurchase_forecast")
    assert forecast["chance_to_buy"].mean() < longer["chance_to_buy"].mean()
