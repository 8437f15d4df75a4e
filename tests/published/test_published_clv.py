"""Published fits and forecasts of customer-lifetime models: CDNOW's 1/10 sample and the donors of a charity."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

from loyalty_metrics.stats.bgbb import BetaGeometricBetaBinomial
from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.holdout import HoldOut, hold_out, tracking
from loyalty_metrics.stats.pareto_nbd import ParetoNBD

CUT = pd.Timestamp("1997-09-30")
"""Customers were won in January to March 1997; models know them up to this day and forecast the 39 weeks after it."""


def dataset(name: str) -> Path:
    package = find_spec("lifetimes")
    if package is None or package.origin is None:
        pytest.skip("lifetimes, which carries CDNOW and the donors, is not installed")
    return Path(package.origin).parent / "datasets" / name


@pytest.fixture(scope="module")
def days() -> pd.DataFrame:
    """Customer, day and spend: one row an occasion."""
    names = ["master_id", "customer", "day", "cds", "spend"]
    rows = pd.read_csv(dataset("CDNOW_sample.txt"), sep=r"\s+", names=names)
    assert len(rows) == 6_919
    rows["day"] = pd.to_datetime(rows["day"].astype(str))
    return rows.groupby(["customer", "day"], as_index=False)["spend"].sum()


@pytest.fixture(scope="module")
def known(days: pd.DataFrame) -> pd.DataFrame:
    """x, t_x and T of every customer on the day of the cut, in weeks, and purchases in the 39 weeks after it."""
    day = days[days["day"] <= CUT].groupby("customer")["day"]
    rows = pd.DataFrame(
        {
            "x": day.size() - 1.0,
            "t_x": (day.max() - day.min()).dt.days / 7,
            "T": (CUT - day.min()).dt.days / 7,
        }
    )
    after = days[(days["day"] > CUT) & (days["day"] <= CUT + pd.Timedelta(weeks=39))]
    rows["later"] = after.groupby("customer").size().reindex(rows.index).fillna(0.0)
    assert len(rows) == 2_357
    return rows


@pytest.fixture(scope="module")
def bg_nbd(known: pd.DataFrame) -> BetaGeometricNBD:
    return BetaGeometricNBD().fit(known["x"], known["t_x"], known["T"])


ROUNDED = BetaGeometricNBD.of(r=0.243, alpha=4.414, a=0.793, b=2.426)


def test_bgnbd_fader_hardie_lee_2005(bg_nbd: BetaGeometricNBD) -> None:
    assert bg_nbd.parameters_ == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=0.0006)
    assert round(bg_nbd.log_likelihood_, 1) == -9582.4
    assert bg_nbd.customers_ == 2_357


def test_bgnbd_expected_purchases_of_a_customer_fader_hardie_lee_2005(bg_nbd: BetaGeometricNBD) -> None:
    assert bg_nbd.expected_purchases(39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)
    assert ROUNDED.probability_of_new(0, 39) == pytest.approx(0.5737864, abs=5e-8)


def test_bgnbd_expected_purchases_of_new_customers_fader_hardie_lee_2005(bg_nbd: BetaGeometricNBD) -> None:
    weeks = [0.1429, 1, 3, 31.8571, 32, 78]
    assert bg_nbd.expected_of_new(weeks) == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.858], abs=5e-4)


def test_bgnbd_likelihood_of_many_purchases_fader_hardie_2013() -> None:
    model = BetaGeometricNBD.of(r=0.25, alpha=4, a=0.8, b=2.5)
    assert model.log_likelihood([0], [0], [40]) == pytest.approx(-0.59947382, abs=5e-9)
    assert model.log_likelihood([200], [38], [40]) == pytest.approx(100.7957, abs=5e-5)


def test_mbgnbd_batislam_denizel_filiztekin_2007(known: pd.DataFrame) -> None:
    model = ModifiedBetaGeometricNBD().fit(known["x"], known["t_x"], known["T"])
    assert model.parameters_ == pytest.approx([0.525, 6.183, 0.891, 1.614], abs=0.0015)


@pytest.fixture(scope="module")
def pareto_nbd(known: pd.DataFrame) -> ParetoNBD:
    return ParetoNBD().fit(known["x"], known["t_x"], known["T"])


def test_pareto_nbd_fader_hardie_2005(pareto_nbd: ParetoNBD) -> None:
    assert pareto_nbd.parameters_ == pytest.approx([0.553, 10.578, 0.606, 11.669], abs=0.003)
    assert round(pareto_nbd.log_likelihood_, 1) == -9595.0
    assert pareto_nbd.probability_alive(26, 30.86, 31) == pytest.approx(0.9979, abs=5e-5)
    assert pareto_nbd.expected_purchases(52, 26, 30.86, 31) == pytest.approx(25.46, abs=0.005)


def test_gamma_gamma_fader_hardie_2013() -> None:
    rows = pd.read_csv(dataset("cdnow_customers_summary_with_transactions.csv"))
    repeaters = rows[rows["x"] > 0]
    assert len(repeaters) == 946
    model = GammaGamma().fit(repeaters["x"], repeaters["zbar"])
    assert model.parameters_ == pytest.approx([6.25, 3.74, 15.44], rel=2e-3)
    assert model.log_likelihood_ == pytest.approx(-4055.92, abs=0.005)


def test_bgbb_fader_hardie_shang_2010() -> None:
    rows = pd.read_csv(dataset("donations.csv"))
    assert rows["weights"].sum() == 11_104
    model = BetaGeometricBetaBinomial().fit(*(rows[name] for name in ("frequency", "recency", "periods", "weights")))
    assert [round(value, 3) for value in model.parameters_] == pytest.approx([1.204, 0.750, 0.657, 2.783], abs=0.001)
    assert round(model.log_likelihood_, 1) == -33225.6
    assert model.probability_alive([0, 2, 6], [0, 4, 6], 6).round(2).tolist() == [0.11, 0.59, 0.93]


@pytest.fixture(scope="module")
def forecast(known: pd.DataFrame, bg_nbd: BetaGeometricNBD) -> HoldOut:
    return hold_out(bg_nbd, known["x"], known["t_x"], known["T"], known["later"], ahead=39)


def test_hold_out_of_39_weeks_dziurzynski_wadsworth_mccarthy_btyd(
    known: pd.DataFrame, forecast: HoldOut, pareto_nbd: ParetoNBD
) -> None:
    """The table of the walkthrough of R's BTYD package: purchases afterwards by purchases before."""
    assert forecast.customers.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert forecast.actual == pytest.approx([0.2367, 0.6970, 1.3925, 1.560, 2.532, 2.947, 3.862, 6.359], abs=5e-4)
    pareto = hold_out(pareto_nbd, known["x"], known["t_x"], known["T"], known["later"], ahead=39)
    assert pareto.expected == pytest.approx([0.1385, 0.5996, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403], abs=1e-3)


def test_hold_out_is_as_good_as_the_published_bgnbd(known: pd.DataFrame, forecast: HoldOut) -> None:
    """Their formula at their parameters, written out here."""
    r, alpha, a, b = ROUNDED.parameters_
    x, t_x, T = (known[name].to_numpy() for name in ("x", "t_x", "T"))
    grown = ((alpha + T) / (alpha + T + 39)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, 39 / (alpha + T + 39))
    left = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x), 0)
    theirs = (a + b + x - 1) / (a - 1) * (1 - grown) / (1 + left)
    by_group = pd.Series(theirs).groupby(np.minimum(x, 7)).mean().to_numpy()
    assert forecast.expected == pytest.approx(by_group, rel=2.5e-3)
    ours, published = (np.abs(each - forecast.actual) @ forecast.customers for each in (forecast.expected, by_group))
    assert ours <= published * 1.003  # what rounding their parameters to three digits is worth
    inside = (forecast.low <= forecast.expected) & (forecast.expected <= forecast.high)
    assert inside[[0, 3, 4, 5, 6, 7]].all()


def test_hold_out_beats_the_naive_forecast(forecast: HoldOut) -> None:
    assert forecast.total == 1_882
    assert forecast.model.of_total == pytest.approx(-0.1215, abs=5e-4)
    assert forecast.naive.of_total == pytest.approx(0.557, abs=5e-4)
    assert abs(forecast.model.bias) < abs(forecast.naive.bias) / 4
    assert forecast.model.mae < forecast.naive.mae and forecast.model.rmse < forecast.naive.rmse


def test_tracking_of_repeat_purchases_fader_hardie_lee_2005(
    days: pd.DataFrame, known: pd.DataFrame, bg_nbd: BetaGeometricNBD
) -> None:
    """In week 78 the BG/NBD is some 4 % below the repeat purchases there were."""
    first = days.groupby("customer")["day"].min()
    repeat = days[days["day"] > days["customer"].map(first)]["day"]
    start = pd.Timestamp("1996-12-31")
    found = tracking(bg_nbd, (first - start).dt.days / 7, (repeat - start).dt.days / 7, np.arange(1, 79))
    assert found.actual[[38, 77]].tolist() == [known["x"].sum(), len(repeat)]
    assert abs(found.error[38]) < 0.02
    assert found.error[77] == pytest.approx(-0.04, abs=0.01)
