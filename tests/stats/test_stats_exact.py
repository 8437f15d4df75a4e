"""Models of repeat buying against 80-digit arithmetic: the formulas of the papers, with 2F1, worked out by mpmath."""

import numpy as np
import pytest

from loyalty_metrics.stats.bgnbd import BetaGeometricNBD
from loyalty_metrics.stats.btyd import RepeatBuying
from loyalty_metrics.stats.integrals import peaked_integral, power_integral, purchases_until_leaving
from loyalty_metrics.stats.pareto_nbd import ParetoNBD

Case = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]

BG_NBD: list[Case] = [
    # (r, alpha, a, b), (x, t_x, T, t, k), (log-likelihood, P(alive), expected in t, P(exactly k in t))
    (
        (0.243, 4.414, 0.793, 2.426),
        (2, 30.43, 38.86, 39, 1),
        (-9.45860630706627, 0.726578570080673, 1.22602817476714, 0.239318937435028),
    ),
    (
        (0.243, 4.414, 0.793, 2.426),
        (0, 0, 38.86, 39, 0),
        (-0.554713276438158, 1.0, 0.195098052011263, 0.855449459216682),
    ),
    (
        (0.25, 4, 0.8, 2.5),
        (200, 38, 40, 10, 45),
        (100.795693092706, 0.0221677370730859, 0.928698114822962, 0.00104333181886467),
    ),
    ((0.25, 4, 0.8, 2.5), (10000, 9000, 10000, 365, 300), (-8971.53943557014, 0.0, 0.0, 0.0)),
    (
        (0.25, 4, 1.0001, 2.5),
        (3, 9, 40, 1000, 7),
        (-10.5521414380609, 0.0788152943279085, 1.13243950650566, 0.00304988624989135),
    ),
    (
        (3, 0.01, 0.05, 0.02),
        (1, 1e-3, 10000, 10000, 2),
        (4.98606951881769, 5.85637657445856e-25, 2.19871738114759e-24, 9.60793999635965e-26),
    ),
    (
        (50, 2000, 30, 900),
        (5, 100, 300, 10000, 12),
        (-24.318558875211, 0.168287105200046, 5.41020551118411, 0.0037353222294807),
    ),
    ((0.02, 0.5, 5, 0.1), (0, 0, 0.5, 10000, 3), (-0.0138629436111989, 1.0, 0.171965178994892, 0.000362350412940138)),
]

PARETO_NBD: list[Case] = [
    # (r, alpha, s, beta), then as above
    (
        (0.553, 10.578, 0.606, 11.669),
        (2, 30.43, 38.86, 39, 1),
        (-9.55428324515041, 0.869167559153011, 1.4551231932576, 0.219287497900964),
    ),
    (
        (0.553, 10.578, 0.606, 11.669),
        (26, 30.86, 31, 52, 25),
        (-39.1316715403028, 0.997918731055158, 25.4584729514288, 0.0272979635524979),
    ),
    (
        (0.553, 10.578, 0.606, 11.669),
        (0, 0, 38.86, 39, 0),
        (-0.52104629408089, 0.295286604616894, 0.107081468215309, 0.93071481594568),
    ),
    (
        (0.5, 0.01, 0.2, 1000),
        (1, 0.5, 10000, 365, 0),
        (-10.5218541119541, 0.00114887821933938, 6.2695023324635e-5, 0.9999400455119),
    ),
    (
        (5, 1000, 1.0001, 0.05),
        (7, 300, 400, 1000, 3),
        (-46.6130763042105, 0.642207372307116, 2.75837638906815, 0.0541439382133649),
    ),
    (
        (0.55, 10, 0.6, 12),
        (10000, 9000, 9100, 100, 90),
        (-8974.03663979528, 1.90819669275712e-44, 2.08787633140942e-42, 1.22124309624586e-46),
    ),
    ((0.55, 10, 0.6, 12), (200, 30, 30, 10000, 9000), (121.077084321048, 1.0, 4180.94803077524, 6.74613224481288e-6)),
    (
        (0.05, 700, 0.03, 2),
        (1, 5, 6, 10000, 20),
        (-9.59335410115602, 0.995999039408501, 12.3273910021914, 0.0144657779682017),
    ),
]


def check(model: RepeatBuying, case: tuple[float, ...], exact: tuple[float, ...]) -> None:
    x, t_x, T, t, k = case
    assert model.log_likelihood([x], [t_x], [T]) == pytest.approx(exact[0], rel=1e-11)
    assert model.probability_alive(x, t_x, T) == pytest.approx(exact[1], rel=1e-9, abs=1e-300)
    assert model.expected_purchases(t, x, t_x, T) == pytest.approx(exact[2], rel=1e-9, abs=1e-300)
    assert model.purchase_probability(k, t, x, t_x, T) == pytest.approx(exact[3], rel=1e-8, abs=1e-300)


@pytest.mark.parametrize(("parameters", "case", "exact"), BG_NBD)
def test_bgnbd(parameters: tuple[float, ...], case: tuple[float, ...], exact: tuple[float, ...]) -> None:
    check(BetaGeometricNBD.of(**dict(zip(BetaGeometricNBD.names, parameters, strict=True))), case, exact)


@pytest.mark.parametrize(("parameters", "case", "exact"), PARETO_NBD)
def test_pareto_nbd(parameters: tuple[float, ...], case: tuple[float, ...], exact: tuple[float, ...]) -> None:
    check(ParetoNBD.of(**dict(zip(ParetoNBD.names, parameters, strict=True))), case, exact)


def test_the_power_integral_in_closed_form() -> None:
    # beta = alpha: the integral of (alpha + y)^-c; q = 0 or p = 0: the same with one factor.
    low, high = np.array([0.0, 3.0, 3.0, 0.5]), np.array([5.0, np.inf, 3.0, 10_000.0])
    for alpha in (0.02, 7.0, 900.0):
        value, _ = power_integral(np.full(4, 1.3), np.full(4, 2.2), alpha, alpha, low, high)
        with np.errstate(divide="ignore"):
            assert value == pytest.approx(np.log(((alpha + low) ** -2.5 - (alpha + high) ** -2.5) / 2.5), abs=1e-11)


@pytest.mark.parametrize(("alpha", "beta"), [(3.0, 50.0), (50.0, 3.0), (1e-2, 1e3), (1e3, 1e-2)])
@pytest.mark.parametrize("p", [0.3, 1.7, 40.0, 10_000.0])
def test_the_gradient_of_the_power_integral(alpha: float, beta: float, p: float) -> None:
    def at(p: float, alpha: float, q: float, beta: float) -> float:
        one = np.ones(1)
        return float(power_integral(p * one, q * one, alpha, beta, 2 * one, 500 * one)[0][0])

    arguments = np.array([p, alpha, 1.4, beta])
    one = np.ones(1)
    value, slope = power_integral(p * one, 1.4 * one, alpha, beta, 2 * one, 500 * one)
    for index, move in enumerate(1e-5 * np.diag(arguments)):
        difference = (at(*(arguments + move)) - at(*(arguments - move))) / (2 * move[index])
        rounding = 1e-15 * abs(value[0]) / move[index]
        assert slope[index, 0] == pytest.approx(difference, rel=1e-5, abs=1e-9 + rounding)


def test_purchases_until_leaving_in_closed_form() -> None:
    # k = 1: the mean of odds / (1 + odds p), which for a = b = 1 is log(1 + odds).
    for odds in (1e-6, 0.3, 40.0, 1e6):
        assert purchases_until_leaving(1, odds, 1.0, 1) == pytest.approx(np.log1p(odds), rel=1e-11)
    # Nobody leaves as a goes to 0: k odds.
    assert purchases_until_leaving([0.2, 5], 3.0, 1e-9, 4.0) == pytest.approx([0.6, 15.0], rel=1e-6)
    assert purchases_until_leaving(2.0, 0.0, 0.7, 2.0) == 0


def test_the_peaked_integral_in_closed_form() -> None:
    # With q = 0 and p = k + 2 it is (high / (alpha + high))^(k + 1) / ((k + 1) alpha).
    k, high = np.array([0.0, 1.0, 30.0, 10_000.0, 3.0]), np.array([2.0, 50.0, 50.0, 1e6, 1e-3])
    value = peaked_integral(k, k + 2, np.zeros(5), np.full(5, 7.0), np.full(5, 4.0), high)
    assert value == pytest.approx((k + 1) * np.log(high / (7 + high)) - np.log((k + 1) * 7), rel=1e-11)
