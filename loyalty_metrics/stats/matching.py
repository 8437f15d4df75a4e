"""Customers alike: who of the others was, before a day, as those on a list were.

Coarsened exact matching (Iacus, King & Porro 2012, Political Analysis 20): each feature is cut into classes, and a
customer of the list is compared with the others who are in the same class of every feature. The others weigh so much
that together they are spread over the classes as the list is. Outcomes are never looked at.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loyalty_metrics.stats.histogram import FloatArray

CLASSES = (8, 6, 5, 4, 3, 2)
"""Classes a feature is cut into, the finest first."""

ALIKE_ENOUGH = 0.9
"""The finest classes are taken in which so much of the list has somebody alike."""


class Matched(NamedTuple):
    """Who is compared with whom.

    Attributes:
        weights: Of each customer: 1 on the list, with somebody alike; of the others, so much that they sum to the
            customers of the list that are compared; 0 for who is not compared.
        share: Share of the list that has somebody alike.
        classes: Into how many classes each feature was cut.
    """

    weights: FloatArray
    share: float
    classes: int


def match(features: FloatArray, listed: NDArray[np.bool_]) -> Matched:
    """Find for each customer of a list those of the others who were alike.

    Args:
        features: One row a customer, one column a feature, all known before the day; NaN is a class of its own.
        listed: Who is on the list.

    Returns:
        See `Matched`; nobody is compared where the list or the others are empty.
    """
    found = Matched(np.zeros(len(listed)), 0.0, CLASSES[-1])
    if not listed.any() or listed.all():
        return found
    for classes in CLASSES:
        found = _in_classes(features, listed, classes)
        if found.share >= ALIKE_ENOUGH:
            break
    return found


def _in_classes(features: FloatArray, listed: NDArray[np.bool_], classes: int) -> Matched:
    place, within = np.zeros(len(listed), np.int64), np.ones(len(listed), np.bool_)
    for column in features.T:
        code, has_place = _class(column, column[listed], classes)
        place = place * (classes + 1) + code
        within &= has_place
    cell = np.unique(place, return_inverse=True)[1]
    on_list = np.bincount(cell[listed], minlength=cell.max() + 1).astype(np.float64)
    others = np.bincount(cell[~listed & within], minlength=cell.max() + 1).astype(np.float64)
    is_alike = ((on_list > 0) & (others > 0))[cell] & within
    per_other = np.divide(on_list, others, out=np.zeros_like(on_list), where=others > 0)[cell]
    weights = np.where(is_alike, np.where(listed, 1.0, per_other), 0.0)
    return Matched(weights, float(weights[listed].sum() / listed.sum()), classes)


def _class(column: FloatArray, of_list: FloatArray, classes: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The class of each value by the quantiles of the list, equal values in one class; and who is in its range."""
    known = of_list[~np.isnan(of_list)]
    unknown = np.isnan(column)
    if not len(known):
        return np.zeros(len(column), np.int64), unknown
    cuts = np.unique(np.quantile(known, np.arange(1, classes) / classes, method="inverted_cdf"))
    code = np.searchsorted(cuts, column, side="left")
    in_range = (column >= known.min()) & (column <= known.max())
    has_unknown = len(known) < len(of_list)
    return np.where(unknown, classes, code), np.where(unknown, has_unknown, in_range)


def effective(weights: FloatArray) -> float:
    """How many customers of equal weight would tell as much: (sum w)^2 / sum w^2 (Kish 1965)."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def standardised_differences(features: FloatArray, listed: NDArray[np.bool_], weights: FloatArray) -> FloatArray:
    """How far the list and those it is compared with lie apart in each feature, in standard deviations of the list.

    Below 0.1 they are as good as alike, above 0.25 they are not (Stuart 2010, Statistical Science 25).

    Returns:
        One number a feature; NaN where nobody is compared, 0 where the list and the others all share one value.
    """
    here, there = listed & (weights > 0), ~listed & (weights > 0)
    if not here.any() or not there.any():
        return np.full(features.shape[1], np.nan)
    gap = np.average(features[here], axis=0) - np.average(features[there], axis=0, weights=weights[there])
    spread = np.std(features[listed], axis=0)
    without = np.where(np.abs(gap) < 1e-12, 0.0, np.copysign(np.inf, gap))
    return np.asarray(np.divide(gap, spread, out=without, where=spread > 0))
