"""NBD: customers buy at random, each at a rate of his own, and nobody leaves.

A customer buys at a rate lambda (Poisson), which is Gamma(r, alpha) across customers:

    L(x, T) = Gamma(r + x) alpha^r / Gamma(r) (alpha + T)^-(r + x)

    E[purchases in t | x, T] = t (r + x) / (alpha + T)

It is what the BG/NBD comes to where its chance to leave shrinks to 0, as in data too short for anybody to be missed.

Source: Ehrenberg, A. S. C. (1959). The pattern of consumer purchases. Applied Statistics 8, 26-41.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi, xlog1py, xlogy

from loyalty_metrics.stats.btyd import RepeatBuying, Simulated
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories
from loyalty_metrics.stats.likelihood import LogLikelihood


class NegativeBinomial(RepeatBuying):
    """The NBD model.

    Attributes:
        r_: Shape of the purchase rates.
        alpha_: Their scale, a time.
    """

    names = ("r", "alpha")
    _in_time = (False, True)
    _limits = (
        ({"r": 1, "alpha": 1}, "Purchase rates do not differ between customers; r and alpha grow without limit."),
    )

    r_: float
    alpha_: float

    def simulate(self, T: ArrayLike, seed: int, ahead: float = 0.0) -> Simulated:
        """Customers as the model has them: see `RepeatBuying.simulate`."""
        self._check_converged()
        time = np.atleast_1d(np.asarray(T, np.float64))
        random = np.random.default_rng(seed)
        rate = random.gamma(self.r_, 1 / self.alpha_, time.shape)
        x = random.poisson(rate * time).astype(np.float64)
        latest = np.where(x > 0, random.beta(np.maximum(x, 1), 1.0), 0.0)
        return Simulated(x, time * latest, time, random.poisson(rate * ahead).astype(np.float64))

    def _starts(self, repeats: float, /) -> list[FloatArray]:
        return [np.log([r, r / repeats]) for r in (0.3, 1.0, 4.0)]

    def _alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:  # noqa: ARG002
        return np.full(x.shape, 1.0 if self.converged_ else np.nan)

    def _expected_if_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        return np.asarray(t * (self.r_ + x) / (self.alpha_ + T))

    def _probability_if_alive(self, k: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        r, share = self.r_ + x, t / (self.alpha_ + T + t)
        log_share = gammaln(r + k) - gammaln(r) - gammaln(k + 1) + xlog1py(r, -share) + xlogy(k, share)
        return np.asarray(np.exp(log_share))

    def _likelihood(self, rows: Histories, unit: float = 1.0, /) -> LogLikelihood:
        x, T, n = rows.x, rows.T / unit, rows.n
        customers = n.sum()

        def log_likelihood(logs: FloatArray) -> tuple[float, FloatArray]:
            r, alpha = np.exp(logs)
            log_all = np.log(alpha + T)
            value = n @ (gammaln(r + x) - gammaln(r) - (r + x) * log_all) + customers * r * logs[1]
            slope = [
                n @ (psi(r + x) - psi(r) - log_all) + customers * logs[1],
                customers * r / alpha - n @ ((r + x) / (alpha + T)),
            ]
            return float(value), np.array(slope) * (r, alpha)

        return log_likelihood
