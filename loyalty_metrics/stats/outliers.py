"""Which of several shares lies farther from the others than they stray from each other?"""

import numpy as np
import pandas as pd
from scipy.special import stdtr

from loyalty_metrics.stats.histogram import FloatArray


def beyond_spread(hits: FloatArray, size: FloatArray, group: np.ndarray) -> FloatArray:
    """How often a share lies as far from the others of its group, either way, if all stray alike.

    The spread beyond chance is that of the others alone, so that one exception does not hide itself. A season makes
    shares stray as well, and is allowed for with the rest.

    Args:
        hits: How many did.
        size: Of how many; NaN where it is not looked at.
        group: Shares of one group are held against each other.

    Returns:
        A chance each; NaN where fewer than two others are known.

    Source:
        DerSimonian, R. & Laird, N. (1986). Controlled Clinical Trials 7, 177-188 (spread by moments), on arc sines of
        square roots; Student's t with as many degrees as there are others but one.
    """
    with np.errstate(all="ignore"):
        y, chance = np.arcsin(np.sqrt((hits + 0.375) / (size + 0.75))), 1 / (4 * size + 2)
        spread = np.nan_to_num(_Others(y, chance, group).spread)
        others = _Others(y, chance + spread, group)
        away = np.abs(y - others.mean) / np.sqrt(chance + spread + others.variance)
        degrees = np.where(others.count >= 2, others.count - 1, np.nan)
        return np.asarray(2 * stdtr(degrees, -away))


class _Others:
    """Weighted mean of all others of the group, its variance, and their spread beyond chance."""

    def __init__(self, y: FloatArray, variance: FloatArray, group: np.ndarray) -> None:
        weight = np.where(np.isfinite(y), 1 / variance, 0.0)
        parts = pd.DataFrame({"n": weight > 0, "w": weight, "wy": weight * np.nan_to_num(y), "ww": weight**2}).assign(
            wyy=lambda each: each["wy"] * np.nan_to_num(y)
        )
        total = parts.groupby(group).transform("sum")
        n, w, wy, ww, wyy = (total[name].to_numpy("float64") - parts[name].to_numpy("float64") for name in parts)
        self.count, self.mean, self.variance = n, wy / w, 1 / w
        self.spread = np.maximum((wyy - wy**2 / w - (n - 1)) / (w - ww / w), 0)
