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

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, expit, gammaln, psi, xlog1py, xlogy

from loyalty_metrics.stats.btyd import RepeatBuying, Simulated
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories, levels
from loyalty_metrics.stats.integrals import purchases_until_leaving
from loyalty_metrics.stats.interpolation import smooth_by_group
from loyalty_metrics.stats.likelihood import BLOCK, LogLikelihood

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
        may_have_left = (x > 0) | bool(self._at_first)
        before = np.where(may_have_left, self.b_ + x + self._at_first - 1, np.inf)
        rest = (self.r_ + x) * np.log1p((T - t_x) / (self.alpha_ + t_x))
        return np.asarray(expit(np.log(before / self.a_) - rest))

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

    def _likelihood(self, rows: Histories, unit: float = 1.0, /) -> LogLikelihood:
        """All that depends on x, on T or on t_x alone is worked out once for each of their values."""
        x, of_x = levels(rows.x)
        T, of_T = levels(rows.T)
        t_x, of_t_x = levels(rows.t_x)
        T, t_x, customers = T / unit, t_x / unit, rows.n.sum()
        n_of_x = np.bincount(of_x, rows.n, len(x))
        n_of_T, nx_of_T = (np.bincount(of_T, each, len(T)) for each in (rows.n, rows.n * rows.x))
        first = 0 if self._at_first else int(np.searchsorted(rows.x, 1))
        blocks = [slice(start, start + BLOCK) for start in range(first, len(rows.x), BLOCK)]
        after = x + self._at_first

        def log_likelihood(logs: FloatArray) -> tuple[float, FloatArray]:
            r, alpha, a, b = np.exp(logs)
            log_T, log_t_x, spent = np.log(alpha + T), np.log(alpha + t_x), r * n_of_T + nx_of_T
            grown = gammaln(r + x) - gammaln(r) + betaln(a, b + after) - betaln(a, b)
            value = (n_of_x * grown).sum() + customers * r * logs[1] - (spent * log_T).sum()
            psi_a_b = psi(a + b + after) - psi(a + b)
            slope = np.array(
                [
                    (n_of_x * (psi(r + x) - psi(r))).sum() + customers * logs[1] - (n_of_T * log_T).sum(),
                    customers * r / alpha - (spent / (alpha + T)).sum(),
                    -(n_of_x * psi_a_b).sum(),
                    (n_of_x * (psi(b + after) - psi(b) - psi_a_b)).sum(),
                ]
            )
            # The second term of the likelihood, of those who may have left, is e^odds times the first.
            wait, before = r + x, np.maximum(b + after - 1, 1e-300)
            log_before, rate_T, rate_t_x = np.log(before), 1 / (alpha + T), 1 / (alpha + t_x)
            for block in blocks:
                at_x, at_T, at_t_x = of_x[block], of_T[block], of_t_x[block]
                rest, waited = log_T[at_T] - log_t_x[at_t_x], wait[at_x]
                odds = logs[2] - log_before[at_x] + waited * rest
                gain = np.maximum(odds, 0) + np.log1p(np.exp(-np.abs(odds)))
                left = rows.n[block] * np.exp(odds - gain)
                value += (rows.n[block] * gain).sum()
                slope[0] += (left * rest).sum()
                slope[1] += (left * waited * (rate_T[at_T] - rate_t_x[at_t_x])).sum()
                slope[2] += left.sum() / a
                slope[3] -= (left / before[at_x]).sum()
            return float(value), slope * (r, alpha, a, b)

        return log_likelihood


class ModifiedBetaGeometricNBD(BetaGeometricNBD):
    """The MBG/NBD model: as the BG/NBD, but a customer may also leave right after the first purchase."""

    _at_first = 1
