"""Comparing a measure with its oracle, cell by cell, and saying where they differ."""

import numpy as np
import pandas as pd
from scipy.stats import norm


def assert_same(given: pd.DataFrame, wanted: pd.DataFrame, keys: list[str], tolerance: float = 1e-9) -> None:
    """Every row and every column of `wanted` stands in `given` alike; NULL only where NULL is wanted.

    Args:
        given: What the product says; it may have more columns.
        wanted: What the oracle says.
        keys: The columns that name a row, in both.
        tolerance: Relative, and absolute around zero.
    """
    left, right = _indexed(given, keys), _indexed(wanted, keys)
    assert not left.index.duplicated().any(), f"rows twice: {left.index[left.index.duplicated()][:5].tolist()}"
    extra, missing = left.index.difference(right.index), right.index.difference(left.index)
    assert not len(extra) and not len(missing), f"rows too many: {extra[:5].tolist()}; missing: {missing[:5].tolist()}"
    left = left.loc[right.index]
    for name in right.columns:
        differs = ~_alike(left[name], right[name], tolerance)
        if differs.any():
            shown = pd.DataFrame({"product": left[name], "oracle": right[name]})[differs]
            raise AssertionError(f"{name} differs in {int(differs.sum())} of {len(right)} rows:\n{shown.head(8)}")


def _indexed(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    named = frame.copy()
    for key in keys:
        if pd.api.types.is_datetime64_any_dtype(named[key]):
            named[key] = named[key].dt.strftime("%Y-%m-%d")
        named[key] = [str(v) if pd.notna(v) else "-" for v in named[key]]
    return named.set_index([named.pop(key) for key in keys])


def _alike(given: pd.Series, wanted: pd.Series, tolerance: float) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(wanted):
        a = given.astype("Float64").to_numpy("float64", na_value=np.nan)
        b = wanted.astype("Float64").to_numpy("float64", na_value=np.nan)
        return np.isclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True)
    if pd.api.types.is_datetime64_any_dtype(wanted):
        given, wanted = pd.to_datetime(given).dt.strftime("%Y-%m-%d"), wanted.dt.strftime("%Y-%m-%d")
    return given.fillna("-").astype("str").to_numpy() == wanted.fillna("-").astype("str").to_numpy()


def wilson(successes: pd.Series, trials: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Wilson's interval at 95 %, as in the textbook; NULL without trials."""
    z = norm.ppf(0.975)
    n, hits = trials.astype("float64").where(lambda t: t > 0), successes.astype("float64")
    middle = (hits + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(hits * (n - hits) / n + z * z / 4)
    return middle - half, middle + half
