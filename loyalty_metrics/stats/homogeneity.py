"""Whether several groups share one proportion."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc


def chance_if_alike(hits: ArrayLike, trials: ArrayLike) -> float:
    """How often shares as different as these, or more so, come up among groups that are alike.

    Args:
        hits: How many did, of each group.
        trials: How many could have. Groups of nobody are left out.

    Returns:
        A chance 0..1; NaN with fewer than two groups, or where all did or nobody did.

    Raises:
        ValueError: Lists of different lengths, or more hits than trials.

    Source:
        Pearson, K. (1900), chi squared with groups - 1 degrees of freedom. It is rough where fewer than five are
        expected to do, or not to do, in some group.
    """
    did, could = np.asarray(hits, np.float64), np.asarray(trials, np.float64)
    if did.shape != could.shape or did.ndim != 1 or ((did < 0) | (did > could)).any():
        raise ValueError("hits and trials must be lists of equal length, with hits between 0 and trials.")
    did, could = did[could > 0], could[could > 0]
    share = did.sum() / could.sum() if len(could) else np.nan
    if len(could) < 2 or not 0 < share < 1:
        return np.nan
    statistic = ((did - could * share) ** 2 / (could * share * (1 - share))).sum()
    return float(chdtrc(len(could) - 1, statistic))
