"""How a model of repeat buying did on what came after the time it was fitted to."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from loyalty_metrics.stats.btyd import RepeatBuying
from loyalty_metrics.stats.histogram import FloatArray


class Error(NamedTuple):
    """How far a forecast of purchases was off.

    Attributes:
        total: Forecast of all purchases.
        of_total: Forecast over what happened, less one; NaN when nothing happened.
        bias: Mean of forecast less purchases, a customer.
        mae: Mean absolute error, a customer.
        rmse: Root of the mean squared error, a customer.
    """

    total: float
    of_total: float
    bias: float
    mae: float
    rmse: float


class HoldOut(NamedTuple):
    """A forecast against what came after.

    Attributes:
        purchases: Repeat purchases before: 0, 1, ..., the last standing for itself and more.
        customers: Customers with so many.
        actual: Their mean purchases afterwards; NaN where there are no customers.
        low: Low end of the 95 % interval of `actual`, for chance in who happened to buy; NaN below two customers.
        high: High end.
        expected: The model's mean forecast for them.
        total: Purchases of all afterwards.
        model: Error of the model.
        naive: Error of the naive forecast: everybody goes on at the rate so far, x / T.
    """

    purchases: FloatArray
    customers: FloatArray
    actual: FloatArray
    low: FloatArray
    high: FloatArray
    expected: FloatArray
    total: float
    model: Error
    naive: Error


class Tracking(NamedTuple):
    """Repeat purchases of all customers, added up over time.

    Attributes:
        at: Points in time.
        actual: Repeat purchases up to then.
        expected: The same under the model.
        error: Expected over actual, less one; NaN where nothing was bought yet.
    """

    at: FloatArray
    actual: FloatArray
    expected: FloatArray
    error: FloatArray


def hold_out(
    model: RepeatBuying,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,
    later: ArrayLike,
    ahead: float,
    n: ArrayLike | None = None,
    last: int = 7,
) -> HoldOut:
    """The model's forecast for every customer against what the customer then bought.

    Args:
        model: Fitted to histories up to T.
        x: Occasions after the first, up to T, a flat list.
        t_x: Time of the last one.
        T: Time observed.
        later: Purchases in the time `ahead` after T.
        ahead: That time, above 0.
        n: Customers with these four; None: one each.
        last: The last number of purchases told apart.

    Returns:
        See `HoldOut`.

    Raises:
        ValueError: The lists differ in length, there is no customer, or a value is impossible.
    """
    x, t_x, T, later = (np.asarray(each, np.float64) for each in (x, t_x, T, later))
    n = np.ones(x.shape) if n is None else np.asarray(n, np.float64)
    if x.ndim != 1 or any(each.shape != x.shape for each in (t_x, T, later, n)) or not n.sum() > 0:
        raise ValueError("x, t_x, T, later and n must be flat lists of equal length, with at least one customer.")
    if not (np.isfinite(later) & (later >= 0)).all() or not ahead > 0:
        raise ValueError("later purchases must be known, 0 or more, and the time ahead above 0.")
    forecast = model.expected_purchases(ahead, x, t_x, T)
    rate = np.divide(x, T, out=np.zeros_like(x), where=T > 0)
    group = np.minimum(x, last).astype(np.int64)
    customers, bought, squares, expected = (
        np.bincount(group, n * each, last + 1).astype(np.float64)
        for each in (np.ones(len(x)), later, later**2, forecast)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        actual = bought / customers
        spread = np.maximum(squares - customers * actual**2, 0) / np.where(customers > 1, customers - 1, np.nan)
        half = ndtri(0.975) * np.sqrt(spread / customers)
        expected = expected / customers
    return HoldOut(
        purchases=np.arange(last + 1.0),
        customers=customers,
        actual=actual,
        low=np.maximum(actual - half, 0),
        high=actual + half,
        expected=expected,
        total=float(n @ later),
        model=_error(forecast, later, n),
        naive=_error(rate * ahead, later, n),
    )


def tracking(
    model: RepeatBuying, entered: ArrayLike, bought: ArrayLike, at: ArrayLike, n: ArrayLike | None = None
) -> Tracking:
    """Repeat purchases added up over time, against the model's E[X(t)] of every customer since they entered.

    Args:
        model: Fitted.
        entered: When customers made their first purchase, a flat list of times.
        bought: When repeat purchases were made, by whomever.
        at: Times to add up to, ascending.
        n: Customers who entered at each time of `entered`; None: one each.

    Returns:
        See `Tracking`.
    """
    entered, bought, at = (np.asarray(each, np.float64) for each in (entered, bought, at))
    times, row = np.unique(entered, return_inverse=True)
    customers = np.bincount(row, None if n is None else np.asarray(n, np.float64), len(times))
    since = np.maximum(at[:, None] - times, 0)
    spans, of_span = np.unique(since, return_inverse=True)
    expected = model.expected_of_new(spans)[of_span].reshape(since.shape) @ customers
    actual = np.searchsorted(np.sort(bought), at, side="right").astype(np.float64)
    error = np.divide(expected, actual, out=np.full(len(at), np.nan), where=actual > 0) - 1
    return Tracking(at, actual, expected, error)


def _error(forecast: FloatArray, later: FloatArray, n: FloatArray) -> Error:
    miss, customers, total = forecast - later, n.sum(), float(n @ forecast)
    happened = float(n @ later)
    return Error(
        total=total,
        of_total=total / happened - 1 if happened > 0 else np.nan,
        bias=float(n @ miss / customers),
        mae=float(n @ np.abs(miss) / customers),
        rmse=float(np.sqrt(n @ miss**2 / customers)),
    )
