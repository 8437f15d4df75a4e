"""How well probabilities told what happened, which forecast is to be used, and what it goes by."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.intervals import wilson

BoolArray = NDArray[np.bool_]

SHUFFLES = 3
"""Times that a driver's values are shuffled."""


class Score(NamedTuple):
    """How well probabilities told what happened, each with the ends of its 95 % interval.

    Attributes:
        auc: Chance that who bought was given a higher probability than who did not; 0.5 is blind. DeLong's interval.
        brier: Mean squared error of the probabilities; 0 is perfect.
        lift: Buyers among the tenth with the highest probabilities over buyers among all; equal probabilities share.
            Its interval is Wilson's for the share of buyers who are in that tenth.
    """

    auc: float
    auc_low: float
    auc_high: float
    brier: float
    brier_low: float
    brier_high: float
    lift: float
    lift_low: float
    lift_high: float


def score(probability: ArrayLike, bought: ArrayLike) -> Score:
    """Judge probabilities.

    Args:
        probability: Between 0 and 1, one a customer; NaN: there is no forecast, and its score is NaN.
        bought: What happened; both must occur.

    Source:
        DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44 (AUC); Brier 1950, Monthly Weather Review 78.
    """
    p, y = np.asarray(probability, np.float64), np.asarray(bought, bool)
    if not np.isfinite(p).all():
        return Score(*[np.nan] * 9)
    if not 0 < y.sum() < len(y):
        raise ValueError("Some customers must have bought and some not.")
    brier, brier_low, brier_high = mean_interval((p - y) ** 2)
    return Score(*_auc(p, y), brier, max(0.0, brier_low), brier_high, *_lift(p, y))


def mean_interval(values: FloatArray) -> tuple[float, float, float]:
    """A mean with its 95 % interval for many independent values."""
    centre = float(values.mean())
    half = float(ndtri(0.975) * values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan
    return centre, centre - half, centre + half


def _auc(p: FloatArray, y: BoolArray) -> tuple[float, float, float]:
    ranks, among_hits, among_misses = rankdata(p), rankdata(p[y]), rankdata(p[~y])
    hits, misses = int(y.sum()), int((~y).sum())
    of_hits = (ranks[y] - among_hits) / misses
    of_misses = 1 - (ranks[~y] - among_misses) / hits
    auc = float(of_hits.mean())
    variance = sum(part.var(ddof=1) / len(part) if len(part) > 1 else np.nan for part in (of_hits, of_misses))
    half = float(ndtri(0.975) * np.sqrt(variance))
    return auc, max(0.0, auc - half), min(1.0, auc + half)


def _lift(p: FloatArray, y: BoolArray) -> tuple[float, float, float]:
    tenth = len(p) / 10
    values, row, count = np.unique(-p, return_inverse=True, return_counts=True)
    before = np.cumsum(count) - count
    inside = np.clip((tenth - before) / count, 0, 1)
    caught = float(inside @ np.bincount(row, y, len(values)))
    low, high = wilson(min(caught, float(y.sum())), y.sum())
    return float(caught / y.sum() * 10), float(low) * 10, float(high) * 10


class Calibration(NamedTuple):
    """Customers by the probability they were told, ascending: up to ten groups of about equal size.

    Attributes:
        upto: The highest probability of each group.
        customers: Customers in it.
        told: Their mean probability.
        bought: Those who bought.
        low: Low end of Wilson's 95 % interval of the share who bought.
        high: High end.
    """

    upto: FloatArray
    customers: FloatArray
    told: FloatArray
    bought: FloatArray
    low: FloatArray
    high: FloatArray

    def group(self, probability: ArrayLike) -> NDArray[np.int64]:
        """The group of each probability; those above all that were seen are of the last."""
        return np.minimum(np.searchsorted(self.upto, np.asarray(probability), side="left"), len(self.upto) - 1)


def calibration(probability: ArrayLike, bought: ArrayLike, groups: int = 10) -> Calibration:
    """What became of customers who were told alike; equal probabilities stay together."""
    p, y = np.asarray(probability, np.float64), np.asarray(bought, np.float64)
    upto = np.unique(np.quantile(p, np.arange(1, groups + 1) / groups, method="inverted_cdf"))
    group = np.searchsorted(upto, p, side="left")
    customers, hits = (np.bincount(group, each, len(upto)).astype(np.float64) for each in (np.ones(len(p)), y))
    low, high = wilson(hits, customers)
    return Calibration(upto, customers, np.bincount(group, p, len(upto)) / customers, hits, low, high)


class Choice(NamedTuple):
    """Which of several forecasts is used.

    Attributes:
        best: The one with the lowest Brier score.
        chosen: The simplest that is not clearly worse than it.
        worse: Brier score of each less that of the best, with the ends of the paired 95 % interval.
    """

    best: str
    chosen: str
    worse: dict[str, tuple[float, float, float]]


def choose(probabilities: Mapping[str, FloatArray], bought: ArrayLike) -> Choice:
    """Choose a forecast by what came after.

    Args:
        probabilities: Of the same customers, by forecast, the simplest first; NaN throughout: there is none.
        bought: What happened.
    """
    y = np.asarray(bought, np.float64)
    errors = {name: (p - y) ** 2 for name, p in probabilities.items()}
    known = {name: error for name, error in errors.items() if np.isfinite(error).all()}
    best = min(known, key=lambda name: known[name].mean())
    worse = {name: mean_interval(error - known[best]) for name, error in errors.items()}
    chosen = next(name for name in known if worse[name][1] <= 0)
    return Choice(best, chosen, worse)


class Driver(NamedTuple):
    """What a forecast loses when it no longer knows something, with its 95 % interval: a rise of the Brier score."""

    rise: float
    low: float
    high: float


def drivers(
    probability: Callable[[FloatArray], FloatArray],
    features: FloatArray,
    bought: ArrayLike,
    groups: Mapping[str, Sequence[int]],
) -> dict[str, Driver]:
    """How much each group of features matters: its values are dealt out anew among the customers.

    Args:
        probability: The forecast, from features.
        features: Of customers it was not learned from, in an order that does not depend on how they came.
        bought: What happened to them.
        groups: Columns by what they tell; those of a group are dealt out together.

    Source:
        Breiman 2001, Machine Learning 45; Fisher, Rudin & Dominici 2019, JMLR 20.
    """
    y = np.asarray(bought, np.float64)
    before = (probability(features) - y) ** 2
    found = {}
    for name, columns in groups.items():
        random = np.random.default_rng(0)
        after = np.zeros(len(y))
        for _ in range(SHUFFLES):
            dealt = features.copy()
            dealt[:, columns] = features[random.permutation(len(y))][:, columns]
            after += (probability(dealt) - y) ** 2 / SHUFFLES
        found[name] = Driver(*mean_interval(after - before))
    return found
