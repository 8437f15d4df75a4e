"""What customers will bring: models of how often they come and of what they spend."""

import numpy as np
import pandas as pd

from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.btyd import RepeatBuying
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories, distinct
from loyalty_metrics.stats.histories import histories as histories_of
from loyalty_metrics.stats.holdout import HoldOut, hold_out

HORIZON = 365
"""Days that the forecast looks ahead."""

LAST_GROUP = 7
"""The back-test tells customers apart by their repeat occasions up to this number, which stands for more as well."""

BACKTEST = [
    "repeats", "customers", "days_ahead", "actual", "low", "high", "expected", "naive", "error", "model", "reason",
]  # fmt: skip
"""Columns of the back-test."""


def finish_customer_value(histories: pd.DataFrame) -> pd.DataFrame:
    """Add what to expect of each customer in the next 365 days.

    Args:
        histories: One row a customer with `repeats`, `days_to_last`, `days_known` and `mean_spend`.

    Returns:
        The same rows with the forecast; NaN where a model cannot be fitted.
    """
    x, t_x, T, spend = (  # noqa: N806
        histories[name].to_numpy("float64", na_value=np.nan)
        for name in ("repeats", "days_to_last", "days_known", "mean_spend")
    )
    buying = best_model(histories_of(x, t_x, T))
    back = x > 0
    spending = GammaGamma().fit(x[back], spend[back])

    first, row = distinct(x, t_x, T)
    known = (x[first], t_x[first], T[first])
    purchases = buying.expected_purchases(HORIZON, *known)
    low, high = buying.interval(lambda model: model.expected_purchases(HORIZON, *known))
    each = spending.expected_spend(x, np.where(back, spend, 1.0))
    each_low, each_high = spending.interval(lambda model: model.expected_spend(x, np.where(back, spend, 1.0)))
    half = np.hypot(_half(low, high)[row], _half(each_low, each_high))
    value = purchases[row] * each
    return histories.assign(
        chance_there=buying.probability_alive(*known)[row],
        chance_to_buy=1 - buying.purchase_probability(0, HORIZON, *known)[row],
        purchases=purchases[row],
        purchases_low=low[row],
        purchases_high=high[row],
        spend=each,
        value=value,
        value_low=value * np.exp(-half),
        value_high=value * np.exp(half),
    )


def finish_value_backtest(histories: pd.DataFrame) -> pd.DataFrame:
    """Judge the forecast of purchases on what came after a cut.

    Args:
        histories: One row a history up to the cut and number of occasions after it: `repeats`, `days_to_last`,
            `days_known`, `later`, `days_ahead` and `customers`.

    Returns:
        All customers first, then those with 0, 1, ... repeat occasions before the cut; no row where nobody was known
        at the cut or nothing lies after it.
    """
    x, t_x, T, later, n, ahead = (  # noqa: N806
        histories[name].to_numpy("float64", na_value=np.nan)
        for name in ("repeats", "days_to_last", "days_known", "later", "customers", "days_ahead")
    )
    if not len(x) or ahead[0] <= 0:
        return pd.DataFrame(columns=BACKTEST).astype({"repeats": "Int64", "model": "str", "reason": "str"})
    model = best_model(histories_of(x, t_x, T, n))
    everybody, groups = (hold_out(model, x, t_x, T, later, ahead[0], n, last) for last in (0, LAST_GROUP))
    rows = pd.concat([_judged(everybody), _judged(groups)], ignore_index=True)
    rows["repeats"] = pd.array([None, *groups.purchases], dtype="Int64")
    rows["naive"] = [everybody.naive.total / n.sum()] + [np.nan] * len(groups.purchases)
    rows = rows.assign(days_ahead=int(ahead[0]), model=type(model).__name__, reason=model.reason_ or None)
    return rows[rows["customers"] > 0][BACKTEST].reset_index(drop=True)


def _judged(found: HoldOut) -> pd.DataFrame:
    names = ("customers", "actual", "low", "high", "expected")
    rows = pd.DataFrame({name: getattr(found, name) for name in names})
    happened = rows["actual"].where(rows["actual"] > 0)
    return rows.assign(error=rows["expected"] / happened - 1).astype({"customers": "int64"})


def best_model(rows: Histories) -> RepeatBuying:
    """The likelier of BG/NBD and MBG/NBD, which have as many parameters; one that failed only when both did."""
    models = [kind().fit_histories(rows) for kind in (BetaGeometricNBD, ModifiedBetaGeometricNBD)]
    return max(models, key=lambda model: model.log_likelihood_ if model.converged_ else -np.inf)


def _half(low: FloatArray, high: FloatArray) -> FloatArray:
    """Half the width of an interval of a logarithm; nothing where the figure is 0 and certain."""
    return np.asarray(np.log(np.divide(high, low, out=np.ones_like(high), where=low != 0)) / 2)
