"""Which place a period has in the year, so that the same season of two years can be told."""

from typing import NamedTuple

import pandas as pd

from loyalty_metrics.stats.histogram import FloatArray


class Seasons(NamedTuple):
    """The place of each period in its year, and how many make a year."""

    place: FloatArray
    year: int


def seasons(starts: pd.Series, grain: str) -> Seasons:
    """The seasons of periods.

    Args:
        starts: First day of each.
        grain: Length of a period.
    """
    days = pd.Series(pd.DatetimeIndex(starts)).dt
    place, year = {
        "month": (lambda: days.month, 12),
        "quarter": (lambda: days.quarter, 4),
        "week": (lambda: days.isocalendar()["week"], 52),
        "day": (lambda: days.day_of_year, 365),
    }[grain]
    return Seasons(place().to_numpy("float64"), year)
