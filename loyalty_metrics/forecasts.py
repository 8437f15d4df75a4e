"""Published forecasts: kept as they were made, and judged when the time they speak of has come.

They stand beside the data: no import or undo touches them, and keeping one leaves every figure as it is.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.scope import Scope
from loyalty_metrics.signing import signed

CURVE = ("days", "orders", "likely_low", "likely_high", "value", "value_low", "value_high")
"""What is kept of the measure `expected_orders`."""


@dataclass(frozen=True)
class Forecast:
    """A forecast of orders and their value.

    Attributes:
        forecast_id: Its number.
        scope: Whose orders; the as-of date is the day it was made for.
        customers: How many customers it is about.
        basis: What value is counted in: `margin` or `revenue`.
        curve: How much up to which day after that: the columns of `CURVE`, from day 0.
        made_at: When it was kept, in UTC.
        who: By whom.
        told: What was read off it, for people: the method and the model's parameters.
    """

    forecast_id: int
    scope: Scope
    customers: int
    basis: str
    curve: pd.DataFrame
    made_at: datetime
    who: str
    told: str

    @property
    def as_of(self) -> date:
        """The day it was made for."""
        assert self.scope.as_of
        return self.scope.as_of

    @property
    def days(self) -> int:
        """How far it looks ahead."""
        return int(self.curve["days"].iloc[-1])

    def up_to(self, days: float) -> dict[str, float]:
        """What it says for so many days, between the days of the curve in a straight line."""
        at = self.curve["days"].to_numpy("float64")
        return {name: float(np.interp(days, at, self.curve[name].to_numpy("float64"))) for name in CURVE}


def complete(cursor: Cursor) -> None:
    """Lay out what workspaces made earlier lack."""
    cursor.run(
        "create table if not exists kept_forecasts (forecast_id integer primary key, scope varchar, customers bigint,"
        " basis varchar, curve varchar, made_at timestamp, who varchar, told varchar, dropped_at timestamp)"
    )


def keep(cursor: Cursor, scope: Scope, expected: pd.DataFrame, who: str, now: datetime) -> int:
    """Keep the measure `expected_orders` as it was asked for.

    Args:
        cursor: Where to write.
        scope: With its as-of date.
        expected: The measure's figures.
        who: Who publishes it.
        now: When, in UTC.

    Returns:
        The forecast's number.

    Raises:
        LoyaltyError: There is nothing to keep, or nobody who signs it.
    """
    name = signed(who)
    if expected.empty:
        raise LoyaltyError("There is no forecast to keep.")
    curve = expected[list(CURVE)].astype("float64")
    return int(
        cursor.value(
            "insert into kept_forecasts select (select coalesce(max(forecast_id), 0) + 1 from kept_forecasts), $scope,"
            " $customers, $basis, $curve, $now, $who, $told, null returning forecast_id",
            {
                "scope": json.dumps(scope.to_query(), ensure_ascii=False),
                "customers": int(expected["customers"].iloc[0]),
                "basis": str(expected["basis"].iloc[0]),
                "curve": curve.to_json(orient="records", double_precision=15),
                "now": now,
                "who": name,
                "told": str(expected["model"].iloc[0]),
            },
        )
    )


def drop(cursor: Cursor, forecast_id: int, now: datetime) -> None:
    """Put a forecast away; it stays marked, so that nobody drops those that failed unseen."""
    found = cursor.rows(
        "update kept_forecasts set dropped_at = $now where forecast_id = $id and dropped_at is null"
        " returning forecast_id",
        {"id": forecast_id, "now": now},
    )
    if not found:
        raise LoyaltyError(f"There is no forecast {forecast_id} that is still kept.")


def read(cursor: Cursor) -> list[Forecast]:
    """All that are kept, the newest first."""
    rows = cursor.rows(
        "select forecast_id, scope, customers, basis, curve, made_at, who, told from kept_forecasts"
        " where dropped_at is null order by forecast_id desc"
    )
    return [
        Forecast(number, Scope.from_query(json.loads(scope)), customers, basis, _from_day_0(curve), *rest)
        for number, scope, customers, basis, curve, *rest in rows
    ]


def _from_day_0(curve: str) -> pd.DataFrame:
    frame = pd.DataFrame(json.loads(curve), columns=list(CURVE)).astype("float64")
    return pd.concat([pd.DataFrame([dict.fromkeys(CURVE, 0.0)]), frame], ignore_index=True)
