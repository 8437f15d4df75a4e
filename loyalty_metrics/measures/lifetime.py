"""What customers will bring: models of how often they come and of what they spend."""

import numpy as np
import pandas as pd

from loyalty_metrics.measures.valuation import HORIZON, Customers, Valuation, best_model, margin_of, widened
from loyalty_metrics.stats.histories import histories as histories_of
from loyalty_metrics.stats.holdout import HoldOut, hold_out

__all__ = ["HORIZON", "best_model", "finish_customer_value", "finish_money_backtest", "finish_value_backtest"]

LAST_GROUP = 7
"""The back-test tells customers apart by their repeat occasions up to this number, which stands for more as well."""

BACKTEST = [
    "repeats", "customers", "days_ahead", "actual", "low", "high", "expected", "naive", "error",
    "mean_miss", "naive_miss", "model", "reason",
]  # fmt: skip
"""Columns of the back-test."""

MONEY = ["customers", "days_ahead", "expected", "actual", "error", "method"]
"""Columns of that of money."""


def finish_customer_value(histories: pd.DataFrame) -> pd.DataFrame:
    """Add what to expect of each customer within the horizon.

    Args:
        histories: One row a customer with `repeats`, `days_to_last`, `days_known`, `mean_spend`, and the terms of
            `value_terms`.

    Returns:
        The same rows with the forecast; NaN where nothing can be said.
    """
    known = Customers.of(histories)
    valuation = Valuation.fit(known, histories, margin_of(histories))
    worth, row = valuation.of(known), known.distinct[1]
    nothing = np.full(len(row), np.nan)
    to_buy, ends = nothing, (nothing, nothing)
    if valuation.buying.converged_:
        to_buy = 1 - valuation.buying.purchase_probability(0, valuation.horizon, *known.known)[row]
        ends = valuation.purchase_ends(known)
    value_low, value_high = widened(worth.value, valuation.half_widths(known, ends))
    forecast = pd.DataFrame(
        {
            "chance_there": worth.chance_there,
            "chance_to_buy": to_buy,
            "purchases": worth.purchases,
            "purchases_low": ends[0],
            "purchases_high": ends[1],
            "order_spend": worth.spend,
            "value": worth.value,
            "value_low": value_low,
            "value_high": value_high,
            "basis": valuation.basis,
            "method": valuation.method,
        },
        index=histories.index,
        copy=False,
    )
    return pd.concat([histories, forecast], axis=1)


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
    nothing = [np.nan] * len(groups.purchases)
    rows["naive"] = [everybody.naive.total / n.sum(), *nothing]
    rows["mean_miss"], rows["naive_miss"] = [everybody.model.mae, *nothing], [everybody.naive.mae, *nothing]
    rows = rows.assign(days_ahead=int(ahead[0]), model=type(model).__name__, reason=model.reason_ or None)
    return rows[rows["customers"] > 0][BACKTEST].reset_index(drop=True)


def finish_money_backtest(histories: pd.DataFrame) -> pd.DataFrame:
    """Judge the forecast of money on what came after a cut.

    Args:
        histories: One row a customer known at the cut: history, `later_spend`, `days_ahead`, and as terms the days
            ahead without a discount.

    Returns:
        One row; none where nobody was known at the cut or nothing lies after it.
    """
    if histories.empty or int(histories["days_ahead"].iloc[0]) <= 0:
        return pd.DataFrame(columns=MONEY)
    known = Customers.of(histories)
    valuation = Valuation.fit(known, histories)
    expected, actual = float(valuation.of(known).value.sum()), float(histories["later_spend"].sum())
    row = {
        "customers": len(histories),
        "days_ahead": int(histories["days_ahead"].iloc[0]),
        "expected": expected,
        "actual": actual,
        "error": expected / actual - 1 if actual > 0 else np.nan,
        "method": valuation.method,
    }
    return pd.DataFrame([row], columns=MONEY)


def _judged(found: HoldOut) -> pd.DataFrame:
    names = ("customers", "actual", "low", "high", "expected")
    rows = pd.DataFrame({name: getattr(found, name) for name in names})
    happened = rows["actual"].where(rows["actual"] > 0)
    return rows.assign(error=rows["expected"] / happened - 1).astype({"customers": "int64"})
