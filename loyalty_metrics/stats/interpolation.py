"""A smooth figure of many places from its values at a few: Chebyshev's points, and the polynomial through them."""

from collections.abc import Callable

import numpy as np

from loyalty_metrics.stats.histogram import FloatArray

_DIGITS = 34.0
"""The error of the logarithm falls to e^-34 of its largest value: 14 digits."""


def smooth_by_group(
    figure: Callable[[FloatArray, FloatArray], FloatArray], group: FloatArray, place: FloatArray, strip: float
) -> FloatArray:
    """A positive figure of pairs of a group and a place, worked out at few places of each group that has many.

    The logarithm of the figure is taken through the Chebyshev points of the range of places. With a strip of half the
    width of the range times w around it, n points leave an error of (w + sqrt(w^2 + 1))^-n.

    Args:
        figure: Of groups and places, arrays of one shape: above 0, and its logarithm analytic in the place.
        group: Ascending numbers, flat.
        place: Numbers, as many.
        strip: How far from the real line the logarithm stays analytic and bounded.

    Returns:
        The figure of each pair.

    Source: Trefethen, L. N. (2013). Approximation Theory and Approximation Practice, theorems 5.2 and 8.2.
    """
    middle, half = (place.max() + place.min()) / 2, (place.max() - place.min()) / 2
    if half == 0:
        return figure(group, place)
    wide = strip / half
    count = int(np.ceil(_DIGITS / np.log(wide + np.sqrt(wide**2 + 1)))) + 1
    groups, begin, size = np.unique(group, return_index=True, return_counts=True)
    many = size > 2 * count
    if not many.any():
        return figure(group, place)
    nodes = np.cos(np.pi * np.arange(count) / (count - 1))
    known = np.log(figure(*np.broadcast_arrays(groups[many][:, None], middle + half * nodes)))
    places, of_place = np.unique(place, return_inverse=True)
    weights = _weights(np.clip((places - middle) / half, -1, 1), nodes)
    found = np.empty(len(group))
    for logs, first, rows in zip(known, begin[many], size[many], strict=True):
        pairs = slice(first, first + rows)
        found[pairs] = np.exp(weights[of_place[pairs]] @ logs)
    few = np.repeat(~many, size)
    found[few] = figure(group[few], place[few])
    return found


def _weights(at: FloatArray, nodes: FloatArray) -> FloatArray:
    """What each node's value counts at each place (the barycentric formula); a row a place."""
    sign = np.where(np.arange(len(nodes)) % 2, -1.0, 1.0)
    sign[[0, -1]] /= 2
    away = at[:, None] - nodes
    hit = away == 0
    weights = sign / np.where(hit, 1.0, away)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(np.where(hit.any(axis=1, keepdims=True), hit.astype(np.float64), weights))
