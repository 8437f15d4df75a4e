"""A share of customers retained, with its interval."""

import numpy as np
import pandas as pd

from loyalty_metrics.stats.intervals import wilson


def with_retention(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with retained / size and its Wilson interval; empty where nothing could be observed."""
    size, retained = floats(frame["size"]), floats(frame["retained"])
    observed = np.where(np.isnan(retained), 0.0, size)
    low, high = wilson(np.nan_to_num(retained), observed)
    return frame.assign(retention=ratio(frame, "retained", "size"), low=low, high=high)


def ratio(frame: pd.DataFrame, numerator: str, denominator: str) -> np.ndarray:
    """One column over another; unknown where the denominator is zero or unknown."""
    below = floats(frame[denominator])
    return floats(frame[numerator]) / np.where(below == 0, np.nan, below)


def floats(column: pd.Series) -> np.ndarray:
    """A column of any kind of number; unknown is NaN."""
    return column.to_numpy(dtype="float64", na_value=np.nan)
