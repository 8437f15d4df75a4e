"""The orders to expect, and how such a forecast went week by week."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import ndtri

from loyalty_metrics.measures.valuation import (
    FOR_WIDTHS,
    MODEL,
    NONE,
    Customers,
    Valuation,
    best_model,
    half,
    margin_of,
)
from loyalty_metrics.stats.btyd import RepeatBuying
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import histories as histories_of

WEEKS = (1, 2, 4, 8, 13, 20, 26, 39, 52)
"""How far ahead orders are foretold; some of them are told, all are drawn."""

TOLD = (4, 13, 26, 52)
"""Those that are told in words."""

_SURE = float(ndtri(0.975))
_TRACKING = ["week", "on_day", "expected", "actual", "expected_total", "actual_total", "model", "reason"]


def finish_expected_orders(customers: pd.DataFrame) -> pd.DataFrame:
    """Foretell the orders of all customers together.

    Args:
        customers: One row a customer: history and terms.

    Returns:
        One row a number of weeks; none where there is no customer or nobody came back.
    """
    known = Customers.of(customers)
    valuation = Valuation.fit(known, customers, margin_of(customers))
    if valuation.method == NONE:
        return pd.DataFrame(columns=_EXPECTED)
    spread, widths = _Spread(valuation, known), _widths(valuation, known)
    rows = [_within(valuation, known, spread, widths, 7 * weeks) for weeks in WEEKS]
    frame = pd.DataFrame(rows, columns=_EXPECTED[2:-4])
    return frame.assign(
        weeks=WEEKS,
        days=[7 * weeks for weeks in WEEKS],
        customers=len(customers),
        basis=valuation.basis,
        method=valuation.method,
        model=valuation.told,
        reason=valuation.reason or None,
    )[_EXPECTED]


_EXPECTED = [
    "weeks", "days", "customers", "buyers", "orders", "low", "high", "likely_low", "likely_high", "value", "value_low",
    "value_high", "basis", "method", "model", "reason",
]  # fmt: skip


class _Spread:
    """Sums over the customers of each history that hold for every distance, and how chance spreads them."""

    def __init__(self, valuation: Valuation, known: Customers) -> None:
        row, kinds = known.distinct[1], len(known.known[0])
        money = valuation.spend(known) * (valuation.margin if valuation.basis == "margin" else 1.0)
        self.n = np.bincount(row, minlength=kinds).astype("float64")
        self.money = np.bincount(row, money, kinds)
        self.squares = np.bincount(row, money**2, kinds)
        self.scatter = np.zeros(kinds)
        self.noise = 1 / valuation.spending.p_ if valuation.spending.converged_ else 0.0
        if valuation.buying.converged_:
            alive = np.maximum(valuation.buying.probability_alive(*known.known), 1e-12)
            shape = float(getattr(valuation.buying, "r_", 1.0)) + known.known[0]
            # Alive or not, and how often if alive: the rate of a customer is a gamma of this shape.
            self.scatter = (1 + 1 / shape) / alive - 1


def _widths(valuation: Valuation, known: Customers) -> dict[str, FloatArray]:
    """Half the widths of the intervals of the logarithms of orders and of their value, at the distances of `TOLD`.

    They hardly change from one distance to the next, nor with the customers they are taken over.
    """
    some = known.some(FOR_WIDTHS)
    row, kinds = some.distinct[1], len(some.known[0])
    n, money = (np.bincount(row, each, kinds).astype("float64") for each in (row >= 0, valuation.spend(some)))
    orders, value = [], []
    for weeks in TOLD if valuation.buying.converged_ else ():
        days, each = 7 * weeks, valuation.purchases(some, 7 * weeks)[row]
        told = half(*valuation.buying.interval(_sums(valuation, some, days, n, money)))
        orders.append(told[0])
        in_spend = np.zeros(1)
        if valuation.method == MODEL:
            in_spend = half(*valuation.spending.interval(_sum_of_spend(valuation, some, each)))
        value.append(np.hypot(told[1], in_spend[0]))
    return {"orders": np.array(orders), "value": np.array(value)}


def _sums(
    valuation: Valuation, customers: Customers, days: int, *weights: FloatArray
) -> Callable[[RepeatBuying], FloatArray]:
    def sums(model: RepeatBuying) -> FloatArray:
        each = valuation.purchases(customers, days, model)
        return np.array([weight @ each for weight in weights])

    return sums


def _sum_of_spend(valuation: Valuation, customers: Customers, each: FloatArray) -> Callable[[GammaGamma], FloatArray]:
    return lambda model: np.array([each @ valuation.spend(customers, model)])


def _within(
    valuation: Valuation, known: Customers, spread: _Spread, widths: dict[str, FloatArray], days: int
) -> dict[str, float]:
    each = valuation.purchases(known, days)
    orders, value = float(spread.n @ each), float(spread.money @ each)
    told = {"orders": orders, "value": value}
    if not valuation.buying.converged_:
        return told
    width, value_width = (float(np.interp(days, 7 * np.array(TOLD), widths[name])) for name in ("orders", "value"))
    varies = each + spread.scatter * each**2
    by_chance = _SURE * np.sqrt(spread.n @ varies) / orders if orders > 0 else 0.0
    told["buyers"] = float(spread.n @ (1 - valuation.buying.purchase_probability(0, days, *known.known)))
    told |= {"low": orders * np.exp(-width), "high": orders * np.exp(width)}
    told |= _likely("likely", orders, float(np.hypot(width, by_chance)))
    if valuation.method == MODEL:
        noise = np.sqrt(spread.squares @ (varies + spread.noise * each))
        by_chance = _SURE * noise / abs(value) if value else 0.0
        told |= _likely("value", value, float(np.hypot(value_width, by_chance)))
    return told


def _likely(name: str, value: float, width: float) -> dict[str, float]:
    ends = sorted((value * np.exp(-width), value * np.exp(width)))
    return {f"{name}_low": ends[0], f"{name}_high": ends[1]}


def finish_value_tracking(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay the forecast made at the cut beside what came, week by week.

    Args:
        rows: Histories at the cut with their `customers`; and days `since_cut` with their `purchases`.

    Returns:
        One row a whole week since the cut.
    """
    at_cut, after = rows[rows["customers"].notna()], rows[rows["purchases"].notna()]
    weeks = int(rows["days_ahead"].iloc[0]) // 7 if len(rows) else 0
    if at_cut.empty or weeks < 1:
        return pd.DataFrame(columns=_TRACKING)
    x, t_x, T, n = (  # noqa: N806
        at_cut[name].to_numpy("float64") for name in ("repeats", "days_to_last", "days_known", "customers")
    )
    model = best_model(histories_of(x, t_x, T, n))
    ends = 7 * np.arange(1, weeks + 1)
    days, bought = (after[name].to_numpy("float64") for name in ("since_cut", "purchases"))
    actual = np.array([bought[days <= end].sum() for end in ends])
    expected = np.array([n @ model.expected_purchases(end, x, t_x, T) for end in ends])
    cut = pd.Timestamp(rows["as_of"].iloc[0]) - pd.Timedelta(days=int(rows["days_ahead"].iloc[0]))
    return pd.DataFrame(
        {
            "week": np.arange(1, weeks + 1),
            "on_day": cut + pd.to_timedelta(ends, unit="D"),
            "expected": np.diff(expected, prepend=0.0),
            "actual": np.diff(actual, prepend=0.0).astype("int64"),
            "expected_total": expected,
            "actual_total": actual.astype("int64"),
            "model": type(model).__name__,
            "reason": model.reason_ or None,
        }
    )
