"""Difference in differences: by how much more a group changed than those it is compared with.

The change of each customer is regressed, in either group by itself, on what was known of them before; both are read at
the mean of the group. Where the groups are alike, by chance or by matching, this changes little but the width of the
interval; where they are a little unlike, it takes that off. It is right if either the weights or the regression is.

Sources: Lin 2013, Annals of Applied Statistics 7 (regression in randomised comparisons); Sant'Anna & Zhao 2020, Journal
of Econometrics 219 (both ways at once); Abadie & Imbens 2011, JBES 29 (after matching).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.matching import effective

ROWS_A_FEATURE = 10
"""A group with fewer customers for each feature is not regressed."""


class Difference(NamedTuple):
    """What a group did against those it is compared with, a customer.

    Attributes:
        before: Mean of the group before.
        after: Mean of the group after.
        other_before: Mean of the others before, by their weights.
        other_after: Mean of the others after.
        effect: How much more the group changed.
        low: Low end of the 95 % interval.
        high: High end.
        error: Standard error of the effect.
    """

    before: float
    after: float
    other_before: float
    other_after: float
    effect: float
    low: float
    high: float
    error: float


def difference_in_differences(
    before: FloatArray,
    after: FloatArray,
    listed: NDArray[np.bool_],
    weights: FloatArray,
    features: FloatArray,
    confidence: float = 0.95,
) -> Difference:
    """The effect on those of a group who are compared.

    Args:
        before: The outcome of each customer before, known.
        after: And after.
        listed: Who is in the group.
        weights: Of each customer, see `matching.match`; all 1 in a randomised comparison.
        features: What was known of each before, one column a feature, without gaps.
        confidence: Of the interval.

    Returns:
        See `Difference`; all NaN where either group has fewer than two customers.
    """
    here, there = listed & (weights > 0), ~listed & (weights > 0)
    if here.sum() < 2 or there.sum() < 2:
        return Difference(*(np.nan,) * 8)
    w = weights[there]
    change = after - before
    known = _centred(features, here, here | there)
    group, group_variance, group_freedom = _at_the_mean(change[here], known[here], np.ones(int(here.sum())))
    other, other_variance, other_freedom = _at_the_mean(change[there], known[there], w)
    effect, variance = group - other, group_variance + other_variance
    freedom = variance**2 / (group_variance**2 / group_freedom + other_variance**2 / other_freedom) if variance else 1.0
    half = float(stdtrit(freedom, 0.5 + confidence / 2)) * variance**0.5
    return Difference(
        before=float(before[here].mean()),
        after=float(after[here].mean()),
        other_before=float(np.average(before[there], weights=w)),
        other_after=float(np.average(after[there], weights=w)),
        effect=effect,
        low=effect - half,
        high=effect + half,
        error=variance**0.5,
    )


def _centred(features: FloatArray, here: NDArray[np.bool_], compared: NDArray[np.bool_]) -> FloatArray:
    """The features in standard deviations from the group's mean; those that are all one value tell nothing."""
    spread = features[compared].std(axis=0)
    telling = features[:, spread > 0]
    return np.asarray((telling - telling[here].mean(axis=0)) / spread[spread > 0])


def _at_the_mean(change: FloatArray, known: FloatArray, weights: FloatArray) -> tuple[float, float, float]:
    """The change at the group's mean by weighted least squares, its variance (HC2), and the degrees of freedom."""
    n = effective(weights)
    if n < ROWS_A_FEATURE * known.shape[1]:
        known = known[:, :0]
    rows = np.column_stack([np.ones(len(change)), known])
    inverse = np.linalg.pinv(rows.T @ (rows * weights[:, None]))
    of_each = (rows @ inverse[0]) * weights  # what each change adds to the value at the mean
    fitted = rows @ (inverse @ (rows.T @ (weights * change)))
    leverage = np.minimum(weights * np.einsum("ij,jk,ik->i", rows, inverse, rows), 1 - 1e-9)
    variance = float((of_each**2 * (change - fitted) ** 2 / (1 - leverage)).sum())
    return float(of_each @ change), variance, max(n - rows.shape[1], 1.0)
