"""Whether a customer buys again within a time: boosted trees and a rule of recency, learned at cuts in the past.

Scikit-learn is imported where it is used: that takes half a second, which no other question should wait for.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logit
from threadpoolctl import threadpool_limits

from loyalty_metrics.stats.histogram import FloatArray

_CERTAIN = 1e-6


class RecencyRule:
    """The share who bought again among customers as long away, in ten groups of about equal size.

    Attributes:
        upto_: The longest recency of each group but the last.
        customers_: Customers in each group.
        bought_: Of them, those who bought.
    """

    upto_: FloatArray
    customers_: FloatArray
    bought_: FloatArray

    def fit(self, recency: ArrayLike, bought: ArrayLike, groups: int = 10) -> Self:
        """Learn the shares.

        Args:
            recency: Days since the last occasion, a flat list with at least one customer.
            bought: Whether they then bought.
            groups: At most so many; equal recencies stay together.
        """
        days = np.asarray(recency, np.float64)
        cuts = np.quantile(days, np.arange(1, groups) / groups, method="inverted_cdf")
        self.upto_ = np.asarray(np.unique(cuts[cuts < days.max()]), np.float64)
        group = self.group(days)
        self.customers_ = np.bincount(group, minlength=len(self.upto_) + 1).astype(np.float64)
        hits = np.bincount(group, np.asarray(bought, np.float64), len(self.upto_) + 1)
        self.bought_ = np.asarray(hits, np.float64)
        return self

    def group(self, recency: ArrayLike) -> NDArray[np.int64]:
        """The group of each recency."""
        return np.searchsorted(self.upto_, np.asarray(recency, np.float64), side="left")

    def probability(self, recency: ArrayLike) -> FloatArray:
        """The share of the group of each recency."""
        return np.asarray((self.bought_ / self.customers_)[self.group(recency)])


class Boosted:
    """Gradient-boosted trees whose log-odds are put straight on later customers than they were learned from.

    Small trees, many and slow, take unknown values (NaN) as they are; their size keeps them from learning by heart.
    """

    def fit(self, train: FloatArray, bought: ArrayLike, later: FloatArray, later_bought: ArrayLike) -> Self:
        """Learn, then calibrate.

        Args:
            train: Features, one row a customer; NaN is unknown.
            bought: Whether they then bought; both must occur.
            later: The same at a later cut.
            later_bought: Whether these then bought.
        """
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression

        self._known = np.isfinite(train).any(axis=0)
        trees = HistGradientBoostingClassifier(
            learning_rate=0.05,
            max_iter=120,
            max_leaf_nodes=12,
            min_samples_leaf=40,
            l2_regularization=5.0,
            early_stopping=False,
            random_state=0,
        )
        with _one_thread():
            self._trees = trees.fit(train[:, self._known], np.asarray(bought, bool))
        self._sigmoid = LogisticRegression(C=1e6).fit(self._raw(later), np.asarray(later_bought, bool))
        return self

    def probability(self, features: FloatArray) -> FloatArray:
        """The calibrated probability of each row."""
        return np.asarray(self._sigmoid.predict_proba(self._raw(features))[:, 1])

    def _raw(self, features: FloatArray) -> FloatArray:
        with _one_thread():
            sure = self._trees.predict_proba(features[:, self._known])[:, 1]
        return np.asarray(logit(np.clip(sure, _CERTAIN, 1 - _CERTAIN))[:, None])


def _one_thread() -> threadpool_limits:
    """Threads that wait for each other at every node of a tree cost tens of times as much on a busy machine."""
    return threadpool_limits(1, user_api="openmp")


def in_order(*columns: Any) -> NDArray[np.int64]:
    """Where each row stands when rows are sorted by all their values, so that it does not matter how they came."""
    return np.lexsort([np.asarray(column, np.float64) for column in columns[::-1]])
