"""Pareto/NBD: customers buy at random, and leave at a moment of their own.

A customer buys at a rate lambda (Poisson) and leaves for good after a lifetime that is exponential with rate mu. Across
customers lambda is Gamma(r, alpha) and mu is Gamma(s, beta), independent of each other. With y the time of leaving,

    L(x, t_x, T) = Gamma(r + x) alpha^r beta^s / Gamma(r) ((alpha + T)^-(r + x) (beta + T)^-s
                   + s * integral over y from t_x to T of (alpha + y)^-(r + x) (beta + y)^-(s + 1))

The paper writes the integral with 2F1. Here it is worked out as it stands, which is exact where 2F1 is not (see
`integrals`). For x > 0 the bracket is also, without a difference,

    s * integral from t_x on of (alpha + y)^-(r + x) (beta + y)^-(s + 1)
    + (r + x) * integral from T on of (alpha + y)^-(r + x + 1) (beta + y)^-s

so that all depends on the distinct pairs (x, t_x) and (x, T), which are far fewer than the histories. A customer who is
alive at T is again Gamma(r + x, alpha + T) and Gamma(s, beta + T), so whatever is known of a new customer is known of
him.

Source: Schmittlein, D. C., Morrison, D. G. & Colombo, R. (1987). Counting your customers: who are they and what will
they do next? Management Science 33, 1-24. Fader, P. S. & Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD
model and related expressions.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, gammaln, psi, xlog1py, xlogy

from loyalty_metrics.stats.btyd import RepeatBuying, Simulated
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories, distinct, levels
from loyalty_metrics.stats.integrals import peaked_integral, power_integral
from loyalty_metrics.stats.likelihood import LogLikelihood


class ParetoNBD(RepeatBuying):
    """The Pareto/NBD model.

    Attributes:
        r_: Shape of the purchase rates.
        alpha_: Their scale, a time.
        s_: Shape of the rates of leaving.
        beta_: Their scale, a time.
    """

    names = ("r", "alpha", "s", "beta")
    _in_time = (False, True, False, True)
    _limits = (
        ({"r": 1, "alpha": 1}, "Purchase rates do not differ between customers; r and alpha grow without limit."),
        ({"s": 1, "beta": 1}, "Lifetimes do not differ beyond chance; s and beta grow without limit."),
        ({"s": -1, "beta": -1}, "Customers leave at once or never; s and beta shrink to 0."),
        ({"s": -1}, "Nobody seems to leave; s shrinks to 0."),
        ({"beta": 1}, "Nobody seems to leave; beta grows without limit."),
        ({"beta": -1}, "Customers seem to leave at once; beta shrinks to 0."),
        ({"s": 1}, "Customers seem to leave at once; s grows without limit."),
    )

    r_: float
    alpha_: float
    s_: float
    beta_: float

    def simulate(self, T: ArrayLike, seed: int, ahead: float = 0.0) -> Simulated:
        """Customers as the model has them: see `RepeatBuying.simulate`."""
        self._check_converged()
        time = np.atleast_1d(np.asarray(T, np.float64))
        random = np.random.default_rng(seed)
        rate = random.gamma(self.r_, 1 / self.alpha_, time.shape)
        leaving = np.maximum(random.gamma(self.s_, 1 / self.beta_, time.shape), 1e-300)
        lifetime = np.minimum(random.exponential(size=time.shape) / leaving, time + ahead)
        seen = np.minimum(lifetime, time)
        x = random.poisson(rate * seen).astype(np.float64)
        latest = np.where(x > 0, random.beta(np.maximum(x, 1), 1), 0.0)
        later = random.poisson(rate * (lifetime - seen)).astype(np.float64)
        return Simulated(x, seen * latest, time, later)

    def _starts(self, repeats: float, /) -> list[FloatArray]:
        return [
            np.log([r, 0.6 * r / repeats, s, beta])
            for r, s, beta in ((0.5, 0.6, 0.4), (1.0, 1.0, 3.0), (4.0, 0.3, 0.2))
        ]

    def _alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        first, row = distinct(*(np.ravel(each) for each in (x, t_x, T)))
        k, low, high = (np.ravel(each)[first] for each in (self.r_ + x, t_x, T))
        stayed = -k * np.log(self.alpha_ + high) - self.s_ * np.log(self.beta_ + high)
        left, _ = power_integral(k, np.full(len(k), self.s_ + 1), self.alpha_, self.beta_, low, high)
        return np.asarray(expit(stayed - np.log(self.s_) - left)[row].reshape(x.shape))

    def _expected_if_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        """Rate times the mean time left: integral of ((beta + T) / (beta + T + y))^s over y from 0 to t."""
        longer, power = np.log1p(t / (self.beta_ + T)), 1 - self.s_
        stretched = np.expm1(power * longer) / power if power else longer
        return np.asarray((self.r_ + x) / (self.alpha_ + T) * (self.beta_ + T) * stretched)

    def _probability_if_alive(self, k: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        """Either he stays to t and buys k times, or he leaves at y and has bought k times before."""
        r, alpha, beta = self.r_ + x, self.alpha_ + T, self.beta_ + T
        counted = gammaln(r + k) - gammaln(r) - gammaln(k + 1)
        share = t / (alpha + t)
        stays = counted + xlog1py(r, -share) + xlogy(k, share) - self.s_ * np.log1p(t / beta)
        flat = (np.ravel(each) for each in (k, r + k, np.full(k.shape, self.s_ + 1), alpha, beta, t))
        before = peaked_integral(*flat).reshape(k.shape)
        leaves = before + counted + r * np.log(alpha) + self.s_ * np.log(beta) + np.log(self.s_)
        return np.asarray(np.exp(stays) + np.exp(leaves))

    def _likelihood(self, rows: Histories, unit: float = 1.0, /) -> LogLikelihood:
        """The rows without a repeat purchase depend on T alone; the others on the pairs (x, t_x) and (x, T)."""
        first = int(np.searchsorted(rows.x, 1))
        T_once, of_once = np.unique(rows.T[:first] / unit, return_inverse=True)
        n_once, n = np.bincount(of_once, rows.n[:first], len(T_once)), rows.n[first:]
        last, of_last = distinct(rows.x[first:], rows.t_x[first:])
        now, of_now = distinct(rows.x[first:], rows.T[first:])
        x_last, t_last = rows.x[first:][last], rows.t_x[first:][last] / unit
        x_now, t_now = rows.x[first:][now], rows.T[first:][now] / unit
        x, of_x = levels(rows.x)
        n_of_x, customers = np.bincount(of_x, rows.n, len(x)), rows.n.sum()
        low = np.concatenate([np.zeros(len(T_once)), t_last, t_now])
        high = np.concatenate([T_once, np.full(len(t_last) + len(t_now), np.inf)])
        cuts = [len(T_once), len(T_once) + len(t_last)]

        def log_likelihood(logs: FloatArray) -> tuple[float, FloatArray]:
            r, alpha, s, beta = np.exp(logs)
            value = (n_of_x * (gammaln(r + x) - gammaln(r))).sum() + customers * (r * logs[1] + s * logs[3])
            slope = np.array([customers * logs[1], customers * r / alpha, customers * logs[3], customers * s / beta])
            slope[0] += (n_of_x * (psi(r + x) - psi(r))).sum()

            p = np.concatenate([np.full(len(T_once), r), r + x_last, r + x_now + 1])
            q = np.repeat([s + 1, s], [cuts[1], len(t_now)])
            log_value, log_slope = power_integral(p, q, alpha, beta, low, high)
            left_once, left, stayed = np.split(log_value, cuts)

            # Without a repeat purchase: stayed to T, or left before.
            there = -r * np.log(alpha + T_once) - s * np.log(beta + T_once)
            total = np.logaddexp(there, logs[2] + left_once)
            still = n_once * np.exp(there - total)
            value += (n_once * total).sum()
            slope -= [
                (still * np.log(alpha + T_once)).sum(),
                (still * r / (alpha + T_once)).sum(),
                (still * np.log(beta + T_once)).sum(),
                (still * s / (beta + T_once)).sum(),
            ]

            # With repeat purchases: the two integrals.
            left, stayed = logs[2] + left, np.log(r + x_now) + stayed
            total = np.logaddexp(left[of_last], stayed[of_now])
            value += (n * total).sum()
            in_left = np.bincount(of_last, n * np.exp(left[of_last] - total), len(last))
            in_stayed = np.bincount(of_now, n * np.exp(stayed[of_now] - total), len(now))
            slope += np.einsum("ij,j->i", log_slope, np.concatenate([n_once - still, in_left, in_stayed]))
            slope[0] += (in_stayed / (r + x_now)).sum()
            slope[2] += ((n_once - still).sum() + in_left.sum()) / s
            return float(value), slope * (r, alpha, s, beta)

        return log_likelihood
