"""Why a share changed: other customers, or the same kind of customers behaving otherwise."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from loyalty_metrics.stats.histogram import FloatArray


def mix_and_rate(
    older_hits: ArrayLike, older_size: ArrayLike, newer_hits: ArrayLike, newer_size: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Split the change of a share into a mix and a rate effect of each group; together they are the change exactly.

    Neither the older nor the newer state is the standard: each effect is weighed with the mean of both. A group that
    only one side has changed nothing but the mix.

    Args:
        older_hits: How many of each group did, before.
        older_size: How many it had.
        newer_hits: How many of each group did, after.
        newer_size: How many it had.

    Returns:
        The mix and the rate effect of each group; NaN where one side has nobody at all.

    Source:
        Kitagawa, E. M. (1955). Components of a difference between two rates. JASA 50, 1168-1194.
    """
    x0, n0, x1, n1 = (np.asarray(each, np.float64) for each in (older_hits, older_size, newer_hits, newer_size))
    if not n0.sum() > 0 or not n1.sum() > 0:
        return np.full(n0.shape, np.nan), np.full(n0.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate0, rate1 = x0 / n0, x1 / n1
    rate0, rate1 = np.where(n0 > 0, rate0, rate1), np.where(n1 > 0, rate1, rate0)
    share0, share1 = n0 / n0.sum(), n1 / n1.sum()
    nobody = (n0 == 0) & (n1 == 0)
    rate0, rate1 = np.where(nobody, 0.0, rate0), np.where(nobody, 0.0, rate1)
    all_together = (x0.sum() / n0.sum() + x1.sum() / n1.sum()) / 2
    return (share1 - share0) * ((rate0 + rate1) / 2 - all_together), (share0 + share1) / 2 * (rate1 - rate0)


def unevenness(
    older_hits: ArrayLike, older_size: ArrayLike, newer_hits: ArrayLike, newer_size: ArrayLike
) -> tuple[float, float]:
    """Did the groups' shares change by different amounts, and by how different ones?

    Args:
        older_hits: How many of each group did, before.
        older_size: How many it had.
        newer_hits: How many of each group did, after.
        newer_size: How many it had.

    Returns:
        The standard deviation of the groups' true changes (0 where they differ no more than by chance), and how often
        chance alone makes them differ as much; NaN with fewer than two groups that both sides have.

    Source:
        DerSimonian, R. & Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7, 177-188.
    """
    x0, n0, x1, n1 = (np.asarray(each, np.float64) for each in (older_hits, older_size, newer_hits, newer_size))
    both = (n0 > 0) & (n1 > 0)
    if both.sum() < 2:
        return np.nan, np.nan
    x0, n0, x1, n1 = x0[both], n0[both], x1[both], n1[both]
    pooled = (x0 + x1 + 1) / (n0 + n1 + 2)
    weight = 1 / (pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    change = x1 / n1 - x0 / n0
    common = (weight * change).sum() / weight.sum()
    spread, freedom = float((weight * (change - common) ** 2).sum()), len(change) - 1
    between = max(0.0, (spread - freedom) / (weight.sum() - (weight**2).sum() / weight.sum()))
    return float(np.sqrt(between)), float(chdtrc(freedom, spread))
