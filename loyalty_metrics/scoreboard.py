"""Published forecasts against what came: the scoreboard."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from loyalty_metrics.forecasts import Forecast
from loyalty_metrics.workspace import Workspace

SCORES = [
    "forecast_id", "as_of", "until", "days", "days_over", "who", "customers", "expected_orders", "orders_so_far",
    "expected_by_now", "by_now_low", "by_now_high", "verdict", "basis", "expected_value", "value_so_far",
    "value_by_now", "value_by_now_low", "value_by_now_high", "value_verdict", "told",
]  # fmt: skip
"""Columns of the scoreboard."""


def scores(workspace: Workspace) -> pd.DataFrame:
    """Each published forecast against what came up to the last day of the data, the newest first.

    One row a forecast, see `score`.
    """
    bounds = workspace.bounds()
    rows = []
    for one in workspace.forecasts():
        until = min(bounds[1], one.as_of + timedelta(days=one.days)) if bounds else one.as_of
        came: Mapping[Any, Any] | None = None
        if until > one.as_of:
            scope = one.scope.replace(as_of=until, compare_to=one.as_of)
            came = workspace.measure("purchases_since", scope).frame.to_dict("records")[0]
            # The measure knows of no days where nobody is left, as after an undo.
            came = {**came, "days": (until - one.as_of).days}
        rows.append(score(one, came))
    return pd.DataFrame(rows, columns=SCORES)


def score(forecast: Forecast, came: Mapping[Any, Any] | None) -> dict[str, Any]:
    """One line of the scoreboard.

    Args:
        forecast: As it was kept.
        came: The measure `purchases_since` from its day on; None where no day has passed.

    Returns:
        What it said for its whole time, what came so far, what it says for as many days, and whether what came lies in
        the range (`within`), `above` or `below`; `not_yet` before any day has passed, and where there is no range
        `no_range`.
    """
    over = int(came["days"]) if came else 0
    whole, now = forecast.up_to(forecast.days), forecast.up_to(over)
    orders = float(came["orders"]) if came else None
    name = "margin" if forecast.basis == "margin" else "revenue"
    value = float(came[name]) if came and came[name] is not None else None
    return {
        "forecast_id": forecast.forecast_id,
        "as_of": forecast.as_of,
        "until": forecast.as_of + timedelta(days=forecast.days),
        "days": forecast.days,
        "days_over": over,
        "who": forecast.who,
        "customers": forecast.customers,
        "expected_orders": whole["orders"],
        "orders_so_far": orders,
        "expected_by_now": now["orders"],
        "by_now_low": now["likely_low"],
        "by_now_high": now["likely_high"],
        "verdict": _verdict(orders, now["likely_low"], now["likely_high"]),
        "basis": forecast.basis,
        "expected_value": whole["value"],
        "value_so_far": value,
        "value_by_now": now["value"],
        "value_by_now_low": now["value_low"],
        "value_by_now_high": now["value_high"],
        "value_verdict": _verdict(value, now["value_low"], now["value_high"]),
        "told": forecast.told,
    }


def _verdict(came: float | None, low: float, high: float) -> str:
    if came is None or came != came:
        return "not_yet"
    if low != low or high != high:
        return "no_range"
    return "within" if low <= came <= high else "above" if came > high else "below"
