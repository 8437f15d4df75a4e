"""Two integrals that models of repeat buying come down to, exact over the whole range of histories.

They are usually written with Gauss's hypergeometric function 2F1, whose values for many purchases overflow, cancel or
are not found by libraries. All integrands here are positive, so nothing cancels, and logarithms keep them in range.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, xlogy

from loyalty_metrics.stats.histogram import FloatArray

_CUT = 40.0
"""What is less than e^-40 of the rest does not show in 16 digits."""

_BLOCK = 1024
"""Rows worked on at a time, so that their nodes stay in the processor's cache."""


def _unit_nodes(count: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights for 0..1, squared: denser near 0, where integrands are largest."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return ((nodes + 1) / 2) ** 2, weights * (nodes + 1) / 2


_RULES = tuple((longest, *_unit_nodes(nodes)) for longest, nodes in ((10.0, 32), (25.0, 64), (np.inf, 128)))
"""Up to which length of the range of v (see `power_integral`) how many nodes give 13 digits."""


def power_integral(
    p: FloatArray, q: FloatArray, alpha: float, beta: float, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Logarithm of the integral of (alpha + y)^-p (beta + y)^-q over y from low to high, and its gradient.

    With y + alpha = (low + alpha) e^v (alpha the smaller one), the integrand falls as a sum of exponentials and has no
    singularity within pi of the line: Gauss-Legendre nodes, denser at the start, up to where it has fallen to e^-40.

    Args:
        p: Exponents, 0 or more, flat.
        q: Exponents, 0 or more, as many.
        alpha: Above 0.
        beta: Above 0.
        low: Lower limits, 0 or more, as many.
        high: Upper limits, as many; infinity where p + q > 1.

    Returns:
        Logarithms, -infinity where low = high; and an array of shape (4, rows) of their derivatives in p, alpha, q
        and beta.
    """
    if beta < alpha:
        value, slope = power_integral(q, p, beta, alpha, low, high)
        return value, slope[[2, 3, 0, 1]]
    beyond = (beta + low) / (alpha + low)
    end = _end(p, q, beyond, np.log1p((high - low) / (alpha + low)))
    value, slope, shortest = np.full(len(p), np.nan), np.full((4, len(p)), np.nan), -1.0
    for longest, nodes, weights in _RULES:
        fitting = np.flatnonzero((end > shortest) & (end <= longest))
        for start in range(0, len(fitting), _BLOCK):
            rows = fitting[start : start + _BLOCK]
            value[rows], slope[:, rows] = _weighed(
                p[rows], q[rows], alpha + low[rows], beyond[rows], end[rows], nodes, weights
            )
        shortest = longest
    return value, slope


def _weighed(
    p: FloatArray,
    q: FloatArray,
    base: FloatArray,
    beyond: FloatArray,
    end: FloatArray,
    nodes: FloatArray,
    weights: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """`power_integral` with given nodes: base is alpha + low, beyond (beta + low) / base, end the range of v."""
    v = end[:, None] * nodes
    growth = np.expm1(v)
    second = np.log1p(growth / beyond[:, None])
    density = weights * np.exp((1 - p)[:, None] * v - q[:, None] * second)
    total = density.sum(axis=1)
    log_base, log_second = np.log(base), np.log(base * beyond)
    with np.errstate(divide="ignore"):
        value = np.log(end) + np.log(total) + (1 - p) * log_base - q * log_second
    first_mean, second_mean, first_rate, second_rate = (
        np.einsum("ij,ij->i", density, each) / total
        for each in (v, second, 1 / (1 + growth), 1 / (growth + beyond[:, None]))
    )
    slope = [-(log_base + first_mean), -p / base * first_rate, -(log_second + second_mean), -q / base * second_rate]
    return value, np.array(slope)


def _end(p: FloatArray, q: FloatArray, beyond: FloatArray, longest: FloatArray) -> FloatArray:
    """Where the integrand of `_power_integral` has fallen to e^-40, at most `longest`.

    Its exponent (p - 1) v + q log(1 + (e^v - 1) / beyond) is convex: Newton's steps from beyond the root never pass it.
    """
    with np.errstate(divide="ignore"):
        by_first = np.where(p > 1, _CUT / np.maximum(p - 1, 1e-300), np.inf)
        by_both = np.where(p + q > 1, (_CUT + q * np.log(beyond)) / np.maximum(p + q - 1, 1e-300), np.inf)
    end = np.minimum(longest, np.minimum(by_first, by_both))
    for _ in range(4):
        growth = np.expm1(end)
        excess = (p - 1) * end + q * np.log1p(growth / beyond) - _CUT
        rate = p - 1 + q * (growth + 1) / (growth + beyond)
        end = np.where((excess > 0) & (rate > 0), end - excess / np.where(rate > 0, rate, 1), end)
    return end


_STEP = 0.3
"""Step of the trapezoidal rule in log-odds; the error of an integrand that is analytic within pi / 2 is 1e-14."""


def purchases_until_leaving(k: ArrayLike, odds: ArrayLike, a: float, b: ArrayLike) -> FloatArray:
    """The mean of (1 - (1 + odds p)^-k) / p where p is Beta(a, b).

    These are the expected purchases of a customer who leaves after each with probability p, and who would
    otherwise make a negative binomial number of mean k odds. In the literature it is
    (a + b - 1) / (a - 1) (1 - (1 + odds)^-k 2F1(k, b; a + b - 1; odds / (1 + odds))), which has a gap at a = 1.

    The integral is a sum at equal steps of the log-odds of p, which converges as fast as it falls; the tails beyond
    the first and last step are geometric series, summed in closed form.

    Args:
        k: Above 0; any shape that broadcasts with the others.
        odds: 0 or more.
        a: Above 0.
        b: Above 0.

    Returns:
        Means, 0 or more, in the broadcast shape.
    """
    k, odds, b = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (k, odds, b)))
    flat_k, flat_odds, flat_b = (np.ravel(each) for each in (k, odds, b))
    result = np.full(k.size, np.nan)
    for start in range(0, k.size if np.isfinite(a) else 0, _BLOCK // 4):
        rows = slice(start, start + _BLOCK // 4)
        result[rows] = _purchases_until_leaving(flat_k[rows], flat_odds[rows], flat_b[rows], a)
    return result.reshape(k.shape)


def _purchases_until_leaving(k: FloatArray, odds: FloatArray, b: FloatArray, a: float) -> FloatArray:
    at, step = _log_odds(k, odds, b, a)
    log_p, log_q = -np.logaddexp(0, -at), -np.logaddexp(0, at)
    p = np.exp(log_p)
    weight = np.exp(a * log_p + b[:, None] * log_q - betaln(a, b)[:, None])
    weight[:, 0] /= -np.expm1(-a * step)
    weight[:, -1] /= -np.expm1(-b * step)
    kept = -np.expm1(-k[:, None] * np.log1p(odds[:, None] * p)) / p
    return np.asarray(step * np.einsum("ij,ij->i", weight, kept))


def _log_odds(k: FloatArray, odds: FloatArray, b: FloatArray, a: float) -> tuple[FloatArray, float]:
    """Log-odds of p to sum over, and their step.

    They reach to where p^a, or (1 - p)^b, has made the density vanish, but no further than where all is a power.
    """
    density = _CUT - betaln(a, b)
    rises, falls = np.log(max(1.0, (k * odds).max(), b.max())), np.log(max(1.0, a, k.max()))
    left = max(-_CUT - rises, -(density / a).max())
    right = min(_CUT + falls, np.log(np.expm1(np.minimum(density / b, 600))).max())
    step = min(_STEP, 0.6 * float(np.sqrt(1 / a + 1 / b.max())))
    return np.arange(np.floor(left / step), np.ceil(right / step) + 1) * step, step


_GRID = np.linspace(0, 1, 65)
_FINE = np.polynomial.legendre.leggauss(64)


def peaked_integral(
    k: FloatArray, p: FloatArray, q: FloatArray, alpha: FloatArray, beta: FloatArray, high: FloatArray
) -> FloatArray:
    """Logarithm of the integral of y^k (alpha + y)^-p (beta + y)^-q over y from 0 to high.

    On the scale of log(1 + y / m), m the smaller of alpha and beta, the integrand has one peak of any width. Where it
    is higher than e^-40 of its top is found on a grid, three times finer and finer; Gauss-Legendre does the rest.

    Args:
        k: Powers, 0 or more, flat.
        p: Exponents, above k, as many.
        q: Exponents, 0 or more.
        alpha: Above 0.
        beta: Above 0.
        high: Upper limits, 0 or more.

    Returns:
        Logarithms; -infinity where high = 0.
    """
    result = np.empty(len(k))
    for start in range(0, len(k), _BLOCK):
        rows = slice(start, start + _BLOCK)
        result[rows] = _peaked_integral(*(each[rows, None] for each in (k, p, q, alpha, beta, high)))
    return result


def _peaked_integral(
    k: FloatArray, p: FloatArray, q: FloatArray, alpha: FloatArray, beta: FloatArray, high: FloatArray
) -> FloatArray:
    scale = np.minimum(alpha, beta)

    def log_integrand(v: FloatArray) -> FloatArray:
        y = scale * np.expm1(v)
        return np.asarray(xlogy(k, y) - p * np.log(alpha + y) - q * np.log(beta + y) + v)

    low, high = np.zeros_like(high), np.log1p(high / scale)
    for _ in range(3):
        height = log_integrand(low + (high - low) * _GRID)
        tall = height >= height.max(axis=1, keepdims=True) - _CUT
        first = np.maximum(tall.argmax(axis=1, keepdims=True) - 1, 0)
        last = np.minimum(len(_GRID) - tall[:, ::-1].argmax(axis=1, keepdims=True), len(_GRID) - 1)
        low, high = low + (high - low) * _GRID[first], low + (high - low) * _GRID[last]
    nodes, weights = _FINE
    height = log_integrand(low + (high - low) * (nodes + 1) / 2)
    top = np.maximum(height.max(axis=1, keepdims=True), -1e300)
    with np.errstate(divide="ignore"):
        total = np.log((weights / 2 * np.exp(height - top)).sum(axis=1))
        return np.asarray(total + (top + np.log(scale) + np.log(high - low))[:, 0])
