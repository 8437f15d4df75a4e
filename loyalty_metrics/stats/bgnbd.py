"""BG/NBD and MBG/NBD: customers buy at random, and may leave after each purchase.

A customer buys at a rate lambda (Poisson), and after each purchase leaves for good with probability p. Across
customers lambda is Gamma(r, alpha) and p is Beta(a, b), independent of each other. In the BG/NBD nobody leaves right
after the first purchase, so a customer who never came back counts as alive; in the modified one (MBG/NBD) he may.

With A = 1 for MBG/NBD and 0 for BG/NBD, and for BG/NBD the second term only where x > 0,

    L(x, t_x, T) = Gamma(r + x) alpha^r / Gamma(r) (B(a, b + x + A) / B(a, b) (alpha + T)^-(r + x)
                   + B(a + 1, b + x + A - 1) / B(a, b) (alpha + t_x)^-(r + x))

    P(alive)     = 1 / (1 + a / (b + x + A - 1) ((alpha + T) / (alpha + t_x))^(r + x))

A customer who is alive at T is again Gamma(r + x, alpha + T) and Beta(a, b + x + A), so whatever is known of a new
customer is known of him.

Source: Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). "Counting your customers" the easy way: an alternative to
the Pareto/NBD model. Marketing Science 24, 275-284. Batislam, E. P., Denizel, M. & Filiztekin, A. (2007). Empirical
validation and comparison of models for customer base analysis. International Journal of Research in Marketing 24,
201-209.
"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, expit, gammaln, polygamma, psi, xlog1py, xlogy

from loyalty_metrics.stats.btyd import RepeatBuying, Simulated
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories, levels
from loyalty_metrics.stats.integrals import purchases_until_leaving
from loyalty_metrics.stats.interpolation import smooth_by_group
from loyalty_metrics.stats.likelihood import BLOCK, Bent

_MANY = 1000
"""Histories from which on those of equally many purchases are worked out together."""

NOBODY_LEAVES = "Nobody seems to leave"
"""How the reason begins where the limit of the model is the NBD."""


class BetaGeometricNBD(RepeatBuying):
    """The BG/NBD model.

    Attributes:
        r_: Shape of the purchase rates.
        alpha_: Their scale, a time.
        a_: First parameter of the probabilities of leaving.
        b_: Second parameter.
    """

    names = ("r", "alpha", "a", "b")
    _in_time = (False, True, False, False)
    _limits = (
        ({"r": 1, "alpha": 1}, "Purchase rates do not differ between customers; r and alpha grow without limit."),
        ({"a": -1, "b": -1}, "Customers leave at once or never; a and b shrink to 0."),
        ({"a": 1, "b": 1}, "The chance to leave does not differ between customers; a and b grow without limit."),
        ({"a": -1}, f"{NOBODY_LEAVES}; a shrinks to 0."),
        ({"b": 1}, f"{NOBODY_LEAVES}; b grows without limit."),
        ({"b": -1}, "Everybody seems to leave after the first chance; b shrinks to 0."),
        ({"a": 1}, "Everybody seems to leave after the first chance; a grows without limit."),
    )
    _at_first: ClassVar[int] = 0
    """Whether a customer may leave right after the first purchase."""

    r_: float
    alpha_: float
    a_: float
    b_: float

    def simulate(self, T: ArrayLike, seed: int, ahead: float = 0.0) -> Simulated:
        """Customers as the model has them: see `RepeatBuying.simulate`."""
        self._check_converged()
        time = np.atleast_1d(np.asarray(T, np.float64))
        random = np.random.default_rng(seed)
        rate = random.gamma(self.r_, 1 / self.alpha_, time.shape)
        leaving = np.maximum(random.beta(self.a_, self.b_, time.shape), 1e-18)
        last = random.geometric(leaving).astype(np.float64) - self._at_first
        wished = random.poisson(rate * time)
        x = np.minimum(last, wished)
        latest = np.where(x > 0, random.beta(np.maximum(x, 1), np.maximum(wished - x + 1, 1)), 0.0)
        later = np.minimum(random.poisson(rate * ahead), last - x)
        return Simulated(x, time * latest, time, later)

    def _starts(self, repeats: float, /) -> list[FloatArray]:
        return [np.log([r, 0.6 * r / repeats, a, b]) for r, a, b in ((0.3, 0.6, 2.0), (1.0, 1.0, 5.0), (4.0, 0.3, 0.6))]

    @property
    def _stays(self) -> float:
        return self.b_ / (self.a_ + self.b_) if self._at_first else 1.0

    def _alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        rest = (self.r_ + x) * np.log1p((T - t_x) / (self.alpha_ + t_x))
        return np.asarray(expit(np.log(self._chances_before(x) / self.a_) - rest))

    def _alive_slopes(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> list[FloatArray]:
        # log P(alive) = -log(1 + e^odds), so its derivative is that of the odds times -(1 - P(alive)).
        left = 1 - self._alive(x, t_x, T)
        later, sooner = self.alpha_ + T, self.alpha_ + t_x
        of_alpha = (self.r_ + x) * self.alpha_ * (1 / later - 1 / sooner)
        return [
            -left * self.r_ * np.log(later / sooner),
            -left * of_alpha,
            -left,
            left * self.b_ / self._chances_before(x),
        ]

    def _chances_before(self, x: FloatArray) -> FloatArray:
        """b + x - 1, or b + x in the modified model; without limit where nobody can have left."""
        return np.where(x + self._at_first > 0, self.b_ + x + self._at_first - 1, np.inf)

    def _expected_if_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        def figure(x: FloatArray, scale: FloatArray) -> FloatArray:
            odds = t[0] * np.exp(-scale)
            return purchases_until_leaving(self.r_ + x, odds, self.a_, self.b_ + x + self._at_first)

        is_one_time = t.ndim == 1 and len(t) > _MANY and t[0] > 0 and (t == t[0]).all()
        if is_one_time and (x[1:] >= x[:-1]).all() and np.isfinite(self.a_):
            # Within pi / 2 of the line the odds, and so the figure, have a real part above 0: its logarithm is smooth.
            return smooth_by_group(figure, x, np.log(self.alpha_ + T), np.pi / 2)
        return purchases_until_leaving(self.r_ + x, t / (self.alpha_ + T), self.a_, self.b_ + x + self._at_first)

    def _probability_if_alive(self, k: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        r, b = self.r_ + x, self.b_ + x + self._at_first
        share = t / (self.alpha_ + T + t)
        counted = gammaln(r + k) - gammaln(r) - gammaln(k + 1) + xlog1py(r, -share) + xlogy(k, share)
        goes_on = np.exp(counted + betaln(self.a_, b + k) - betaln(self.a_, b))
        some = np.maximum(k, 1)
        leaves = np.exp(betaln(self.a_ + 1, b + some - 1) - betaln(self.a_, b)) * betainc(some, r, share)
        return np.asarray(goes_on + np.where(k > 0, leaves, 0.0))

    def _likelihood(self, rows: Histories, unit: float = 1.0, /) -> Bent:
        known = _Known(rows, unit, self._at_first)
        return Bent(known.log_likelihood, known.second_derivatives)


class ModifiedBetaGeometricNBD(BetaGeometricNBD):
    """The MBG/NBD model: as the BG/NBD, but a customer may also leave right after the first purchase."""

    _at_first = 1


class _Known:
    """Customers as the likelihood needs them: what depends on x, on T or on t_x alone is there once for each value.

    The likelihood is its first term times 1 + e^odds, where e^odds is the second term of those who may have left by
    the first one. Derivatives are in the logarithms of the parameters.
    """

    def __init__(self, rows: Histories, unit: float, at_first: int) -> None:
        self.n, self.customers = rows.n, rows.n.sum()
        self.x, self.of_x = levels(rows.x)
        T, self.of_T = levels(rows.T)
        t_x, self.of_t_x = levels(rows.t_x)
        self.T, self.t_x, self.after = T / unit, t_x / unit, self.x + at_first
        self.n_of_x = np.bincount(self.of_x, rows.n, len(self.x))
        self.n_of_T, self.nx_of_T = (np.bincount(self.of_T, each, len(T)) for each in (rows.n, rows.n * rows.x))
        first = 0 if at_first else int(np.searchsorted(rows.x, 1))
        self.blocks = [slice(start, start + BLOCK) for start in range(first, len(rows.x), BLOCK)]

    def log_likelihood(self, logs: FloatArray) -> tuple[float, FloatArray]:
        """The log-likelihood and its gradient."""
        value, slope = self._first_term(logs)
        for block, odds, ways in self._odds(logs):
            gain = np.maximum(odds, 0) + np.log1p(np.exp(-np.abs(odds)))
            left = self.n[block] * np.exp(odds - gain)
            value += self.n[block] @ gain
            slope += [left @ way for way in ways]
        return float(value), slope

    def second_derivatives(self, logs: FloatArray) -> FloatArray:
        """Of the log-likelihood."""
        r, alpha, _, b = np.exp(logs)
        by_T, by_t_x, before = 1 / (alpha + self.T), 1 / (alpha + self.t_x), self._before(b)
        bent_T, bent_t_x, bent_b = self.T * by_T**2, self.t_x * by_t_x**2, b * (self.after - 1) / before**2
        bends = self._first_term_bends(logs)
        for block, odds, ways in self._odds(logs):
            at_x, at_T, at_t_x = self.of_x[block], self.of_T[block], self.of_t_x[block]
            share, waited = expit(odds), r + self.x[at_x]
            left = self.n[block] * share
            spread = left * (1 - share)
            for row, way in enumerate(ways):
                bends[row, row:] += [(spread * way) @ other for other in ways[row:]]
            bends[0, 0] += left @ ways[0]
            bends[0, 1] += r * (left @ (ways[1] / waited))
            bends[1, 1] += alpha * (left @ (waited * (bent_T[at_T] - bent_t_x[at_t_x])))
            bends[3, 3] -= left @ bent_b[at_x]
        return np.asarray(bends + np.triu(bends, 1).T)

    def _first_term(self, logs: FloatArray) -> tuple[float, FloatArray]:
        """The logarithm of the likelihood's first term, and its gradient."""
        r, alpha, a, b = np.exp(logs)
        log_T, spent = np.log(alpha + self.T), r * self.n_of_T + self.nx_of_T
        grown = gammaln(r + self.x) - gammaln(r) + betaln(a, b + self.after) - betaln(a, b)
        psi_a_b = psi(a + b + self.after) - psi(a + b)
        slope = [
            r * (self.n_of_x @ (psi(r + self.x) - psi(r)) + self.customers * logs[1] - self.n_of_T @ log_T),
            self.customers * r - alpha * (spent @ (1 / (alpha + self.T))),
            -a * (self.n_of_x @ psi_a_b),
            b * (self.n_of_x @ (psi(b + self.after) - psi(b) - psi_a_b)),
        ]
        value = self.n_of_x @ grown + self.customers * r * logs[1] - spent @ log_T
        return value, np.array(slope)

    def _first_term_bends(self, logs: FloatArray) -> FloatArray:
        """Second derivatives of the first term, those above the diagonal once."""
        r, alpha, a, b = np.exp(logs)
        by_T, spent = 1 / (alpha + self.T), r * self.n_of_T + self.nx_of_T
        of_r, of_b, of_a_b = (
            self.n_of_x @ (polygamma(1, each + by) - polygamma(1, each))
            for each, by in ((r, self.x), (b, self.after), (a + b, self.after))
        )
        bends = np.diag(self._first_term(logs)[1])
        bends[0, 0] += r**2 * of_r
        bends[0, 1] = r * (self.customers - alpha * (self.n_of_T @ by_T))
        bends[1, 1] += alpha**2 * (spent @ by_T**2) - self.customers * r
        bends[2, 2] -= a**2 * of_a_b
        bends[2, 3] = -a * b * of_a_b
        bends[3, 3] += b**2 * (of_b - of_a_b)
        return bends

    def _odds(self, logs: FloatArray) -> Iterator[tuple[slice, FloatArray, list[FloatArray]]]:
        """Of those who may have left, block by block: the logarithm of the odds, and its derivatives."""
        r, alpha, _, b = np.exp(logs)
        log_T, log_t_x, wait = np.log(alpha + self.T), np.log(alpha + self.t_x), r + self.x
        by_T, by_t_x, before = alpha / (alpha + self.T), alpha / (alpha + self.t_x), self._before(b)
        log_odds, by_b = logs[2] - np.log(before), -b / before
        for block in self.blocks:
            at_x, at_T, at_t_x = self.of_x[block], self.of_T[block], self.of_t_x[block]
            rest, waited = log_T[at_T] - log_t_x[at_t_x], wait[at_x]
            ways = [r * rest, waited * (by_T[at_T] - by_t_x[at_t_x]), np.ones(len(at_x)), by_b[at_x]]
            yield block, log_odds[at_x] + waited * rest, ways

    def _before(self, b: float) -> FloatArray:
        """b + x - 1, or b + x in the modified model; of no account where nobody can have left."""
        return np.where(self.after > 0, b + self.after - 1, 1.0)
