"""The shop's calendar: which days it covers, how busy each is, and when its campaigns run."""

import numpy as np
import pandas as pd

START = np.datetime64("2023-07-01")
END = np.datetime64("2026-06-24")
DATES = np.arange(START, END + 1)
DAYS = len(DATES)
_STAMPS = pd.DatetimeIndex(DATES)
MONTH = np.asarray(_STAMPS.month) - 1

_MONTH_LEVEL = np.array([0.96, 0.95, 0.99, 1.00, 0.98, 0.95, 0.88, 0.66, 0.98, 1.06, 1.32, 1.50])
_WEEKDAY_LEVEL = np.array([0.90, 0.88, 0.92, 0.98, 1.12, 1.35, 0.85])
_CAMPAIGNS = (("01-08", "01-21"), ("04-08", "04-21"), ("09-09", "09-22"), ("11-21", "11-30"))


def day_of(date: str) -> int:
    """Number of days from the first day of the data to `date`."""
    return int((np.datetime64(date) - START).astype(int))


def _campaign_days() -> np.ndarray:
    """True on the days of the four yearly discount campaigns."""
    text = _STAMPS.strftime("%m-%d").to_numpy()
    return np.any([(text >= first) & (text <= last) for first, last in _CAMPAIGNS], axis=0)


def _busyness() -> np.ndarray:
    """How busy each day is against a usual day: month, weekday, and closed at Christmas and New Year."""
    level = _MONTH_LEVEL[MONTH] * _WEEKDAY_LEVEL[np.asarray(_STAMPS.day_of_week)]
    closed = np.isin(_STAMPS.strftime("%m-%d").to_numpy(), ["12-25", "01-01"])
    return np.where(closed, 0.0, level)


CAMPAIGN = _campaign_days()
SEASON = _busyness()
QUARTER_STARTS = [day for day in range(1, DAYS) if str(DATES[day])[5:] in ("01-01", "04-01", "07-01", "10-01")]

BETTER_ONBOARDING = day_of("2025-03-01")
BACKLOG_FIRST, BACKLOG_LAST = day_of("2025-09-01"), day_of("2025-11-30")


def stamp(day: np.ndarray, minute: np.ndarray) -> np.ndarray:
    """Timestamps (whole minutes) from day numbers and minutes of the day."""
    return (START + np.asarray(day).astype("timedelta64[D]")).astype("datetime64[m]") + np.asarray(minute).astype(
        "timedelta64[m]"
    )
