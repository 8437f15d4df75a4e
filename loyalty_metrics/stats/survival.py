"""How long until it happens, where some are still waiting: the Kaplan-Meier curve and the log-rank test.

Both work on counts by time (how many it happened to, how many were last seen still waiting), so that their cost depends
on the number of distinct times and not on the number of people.

    S(t) = product over times u <= t of (1 - d(u) / n(u))      d: events at u, n: at risk just before u

Source: Kaplan, E. L. & Meier, P. (1958). Nonparametric estimation from incomplete observations. JASA 53, 457-481.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from loyalty_metrics.stats.histogram import FloatArray

_EXACT = 1e-12
"""A product of shares may miss a round value, such as one half, by so much."""


@dataclass(frozen=True)
class SurvivalCurve:
    """The share still waiting after each time at which anything was seen.

    Attributes:
        time: Distinct times, rising.
        at_risk: How many were still watched, and waiting, just before each.
        events: How many it happened to at each.
        censored: How many were last seen waiting at each; they are at risk there.
        survival: Share still waiting after each.
        low: Lower end of its pointwise interval; NaN where the share is 0 or 1, which has none.
        high: Upper end.
    """

    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    censored: FloatArray
    survival: FloatArray
    low: FloatArray
    high: FloatArray

    def at(self, time: float) -> tuple[float, float, float]:
        """The share still waiting after a time, with its interval.

        Unknown (NaN) beyond the last time seen, unless by then nobody waits any longer.
        """
        watched = len(self.time) > 0 and (time <= self.time[-1] or (time > self.time[-1] and self.survival[-1] == 0))
        if not watched:
            return np.nan, np.nan, np.nan
        place = int(np.searchsorted(self.time, time, side="right")) - 1
        if place < 0:
            return 1.0, np.nan, np.nan
        return float(self.survival[place]), float(self.low[place]), float(self.high[place])

    def reached(self, share: float) -> float:
        """The first time by which it has happened to this share; NaN when it has not yet."""
        return _first(self.time, self.survival <= 1 - share + _EXACT)

    def median(self) -> tuple[float, float, float]:
        """The time by which it has happened to half, and the interval of those times.

        Source:
            Brookmeyer, R. & Crowley, J. (1982). A confidence interval for the median survival time. Biometrics
            38, 29-41: the times at which the pointwise interval holds one half.
        """
        return self.reached(0.5), _first(self.time, self.low <= 0.5), _first(self.time, self.high <= 0.5)


@dataclass(frozen=True)
class LogRank:
    """Whether groups differ in how long they wait.

    Attributes:
        statistic: Chi squared; NaN when fewer than two groups can be compared.
        degrees: Groups that can be compared less one.
        p_value: Chance of so large a difference, or a larger one, between groups that are alike.
        observed: Events in each group.
        expected: Events in each group if all were alike.
    """

    statistic: float
    degrees: int
    p_value: float
    observed: FloatArray
    expected: FloatArray


def kaplan_meier(time: ArrayLike, events: ArrayLike, censored: ArrayLike, confidence: float = 0.95) -> SurvivalCurve:
    """Estimate the curve from counts.

    The interval is Greenwood's on the scale of log(-log S), so that it stays within 0 and 1.

    Args:
        time: 0 or more, in any order; equal times are added up.
        events: How many it happened to at each time.
        censored: How many were last seen still waiting at each time.
        confidence: Above 0 and below 1.

    Raises:
        ValueError: Lists of different lengths, negative counts or times, or a confidence outside 0..1.

    Source:
        Kalbfleisch, J. D. & Prentice, R. L. (2002). The Statistical Analysis of Failure Time Data, section 1.4.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, such as 0.95.")
    at, happened, left = _added_up(time, events, censored)
    at_risk = _at_risk(happened + left)
    survival = np.asarray(np.cumprod(1 - happened / at_risk), dtype=np.float64)
    survival[survival < _EXACT] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(happened / (at_risk * (at_risk - happened)))
        inside = (survival > 0) & (survival < 1)
        spread = np.where(inside, np.sqrt(variance) / -np.log(survival), np.nan)
    reach = float(ndtri(0.5 + confidence / 2)) * spread
    # 1 to an unknown power would be 1: unknown it stays. Where hardly anybody is seen the power runs out of range and
    # the lower end falls to 0, as it should.
    between = np.where(inside, survival, np.nan)
    with np.errstate(over="ignore"):
        low, high = between ** np.exp(reach), between ** np.exp(-reach)
    return SurvivalCurve(at, at_risk, happened, left, survival, low, high)


def log_rank(time: ArrayLike, events: ArrayLike, censored: ArrayLike) -> LogRank:
    """Compare groups: are the events spread over them as their numbers at risk say?

    Args:
        time: Distinct times, one a column of the counts.
        events: Counts, one row a group.
        censored: Counts of those last seen waiting, likewise.

    Raises:
        ValueError: Shapes that do not fit, negative counts or repeated times.

    Source:
        Mantel, N. (1966). Evaluation of survival data and two new rank order statistics arising in its consideration.
        Cancer Chemotherapy Reports 50, 163-170; ties by the hypergeometric variance.
    """
    at = np.asarray(time, dtype=np.float64)
    happened, left = np.asarray(events, dtype=np.float64), np.asarray(censored, dtype=np.float64)
    if happened.ndim != 2 or happened.shape != left.shape or at.shape != happened.shape[1:]:
        raise ValueError("events and censored must be tables with a row a group and a column a time.")
    if len(np.unique(at)) < len(at) or (happened < 0).any() or (left < 0).any():
        raise ValueError("times must be distinct and counts 0 or more.")
    order = np.argsort(at)
    happened, left = happened[:, order], left[:, order]
    at_risk = np.array([_at_risk(row) for row in happened + left]).reshape(happened.shape)
    return _log_rank(happened, at_risk)


def _log_rank(happened: FloatArray, at_risk: FloatArray) -> LogRank:
    total, deaths = at_risk.sum(axis=0), happened.sum(axis=0)
    seen = deaths > 0
    total, deaths, at_risk = total[seen], deaths[seen], at_risk[:, seen]
    parts = at_risk / total
    observed, expected = happened.sum(axis=1), (parts * deaths).sum(axis=1)
    compared = expected > 0
    nothing = LogRank(np.nan, 0, np.nan, observed, expected)
    if compared.sum() < 2:
        return nothing
    weight = deaths * (total - deaths) / np.maximum(total - 1, 1)
    parts = parts[compared]
    covariance = np.diag((parts * weight).sum(axis=1)) - (parts * weight) @ parts.T
    if np.trace(covariance) <= 0:
        return nothing
    # The differences add up to nothing, so that one group's follows from the others'.
    difference, inner = (observed - expected)[compared][:-1], covariance[:-1, :-1]
    statistic = float(difference @ np.linalg.pinv(inner, hermitian=True) @ difference)
    degrees = int(np.linalg.matrix_rank(inner, hermitian=True))
    return LogRank(statistic, degrees, float(chdtrc(degrees, statistic)), observed, expected)


def _added_up(time: ArrayLike, events: ArrayLike, censored: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Distinct times, rising, with their counts; times at which nothing was seen are left out."""
    at, happened, left = (np.asarray(each, dtype=np.float64) for each in (time, events, censored))
    if at.ndim != 1 or not at.shape == happened.shape == left.shape:
        raise ValueError("time, events and censored must be flat lists of equal length.")
    if not np.isfinite(at).all() or (at < 0).any() or (happened < 0).any() or (left < 0).any():
        raise ValueError("times and counts must be known and 0 or more.")
    seen = happened + left > 0
    distinct, place = np.unique(at[seen], return_inverse=True)

    def sums(count: FloatArray) -> FloatArray:
        return np.bincount(place, weights=count[seen], minlength=len(distinct)).astype(np.float64)

    return distinct, sums(happened), sums(left)


def _at_risk(leaving: FloatArray) -> FloatArray:
    """How many are there just before each time, from how many leave at each."""
    return np.asarray(leaving[::-1].cumsum()[::-1])


def _first(time: FloatArray, reached: np.ndarray) -> float:
    return float(time[reached.argmax()]) if reached.any() else np.nan
