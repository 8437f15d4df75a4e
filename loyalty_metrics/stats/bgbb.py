"""BG/BB: customers who may buy once in each of n seasons, such as yearly donors.

While a customer is there, each season is used with a probability p of his own, and before each he leaves for good with
a probability theta. Across customers p is Beta(alpha, beta) and theta is Beta(gamma, delta), independent of each other.
With x seasons used of n, the last one t_x,

    L(x, t_x, n) = B(alpha + x, beta + n - x) / B(alpha, beta) B(gamma, delta + n) / B(gamma, delta)
                   + sum over j from t_x to n - 1 of B(alpha + x, beta + j - x) / B(alpha, beta)
                                                     B(gamma + 1, delta + j) / B(gamma, delta)

where j is the last season he was there. A customer who is there in season n is again Beta(alpha + x, beta + n - x) and
Beta(gamma, delta + n), so whatever is known of a new customer is known of him. Times are counted in seasons: T is n.

Source: Fader, P. S., Hardie, B. G. S. & Shang, J. (2010). Customer-base analysis in a discrete-time noncontractual
setting. Marketing Science 29, 1086-1108.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, expit, gammaln, psi

from loyalty_metrics.stats.btyd import RepeatBuying, Simulated
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories, checked
from loyalty_metrics.stats.likelihood import LogLikelihood


class BetaGeometricBetaBinomial(RepeatBuying):
    """The BG/BB model.

    Attributes:
        alpha_: First parameter of the probabilities of using a season.
        beta_: Second parameter.
        gamma_: First parameter of the probabilities of leaving.
        delta_: Second parameter.
    """

    names = ("alpha", "beta", "gamma", "delta")
    _in_time = (False, False, False, False)
    _limits = (
        (
            {"alpha": 1, "beta": 1},
            "The chance to buy does not differ between customers; alpha and beta grow without limit.",
        ),
        ({"alpha": -1, "beta": -1}, "Customers buy in each season or never; alpha and beta shrink to 0."),
        ({"gamma": -1, "delta": -1}, "Customers leave at once or never; gamma and delta shrink to 0."),
        (
            {"gamma": 1, "delta": 1},
            "The chance to leave does not differ between customers; gamma and delta grow without limit.",
        ),
        ({"gamma": -1}, "Nobody seems to leave; gamma shrinks to 0."),
        ({"delta": 1}, "Nobody seems to leave; delta grows without limit."),
        ({"beta": -1}, "Everybody who is there buys in each season; beta shrinks to 0."),
        ({"alpha": 1}, "Everybody who is there buys in each season; alpha grows without limit."),
    )

    alpha_: float
    beta_: float
    gamma_: float
    delta_: float

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> FloatArray:
        """The probability that a customer with this history is there in the next season, T + 1.

        Args:
            x: Seasons used, of T.
            t_x: The last of them; 0 when there is none.
            T: Seasons observed.

        Returns:
            Probabilities in the broadcast shape.

        Raises:
            ValueError: A history is impossible.
        """
        seasons = np.asarray(T, np.float64)
        return self.probability_not_left(x, t_x, T) * (self.delta_ + seasons) / (self.gamma_ + self.delta_ + seasons)

    def simulate(self, T: ArrayLike, seed: int, ahead: float = 0.0) -> Simulated:
        """Customers as the model has them: see `RepeatBuying.simulate`; `ahead` is a number of seasons."""
        self._check_converged()
        seasons = np.atleast_1d(np.asarray(T, np.float64))
        random = np.random.default_rng(seed)
        buying = random.beta(self.alpha_, self.beta_, seasons.shape)
        leaving = np.maximum(random.beta(self.gamma_, self.delta_, seasons.shape), 1e-18)
        there = random.geometric(leaving) - 1.0
        x, t_x = np.zeros(seasons.shape), np.zeros(seasons.shape)
        for season in range(1, int(seasons.max()) + 1):
            buys = (random.random(seasons.shape) < buying) & (season <= np.minimum(there, seasons))
            x, t_x = x + buys, np.where(buys, season, t_x)
        left = np.clip(there - seasons, 0, ahead).astype(np.int64)
        return Simulated(x, t_x, seasons, random.binomial(left, buying).astype(np.float64))

    def _possible(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        x, t_x, T = checked(x, t_x, T)
        wrong = np.flatnonzero((t_x != np.floor(t_x)) | (np.floor(T) != T) | (x > t_x))
        if len(wrong):
            values = f"x = {x.flat[wrong[0]]:g}, t_x = {t_x.flat[wrong[0]]:g}, T = {T.flat[wrong[0]]:g}"
            raise ValueError(f"t_x and T must be whole seasons and x at most t_x, but row {wrong[0]} has {values}.")
        return x, t_x, T

    def _ahead(self, t: ArrayLike) -> FloatArray:
        seasons = super()._ahead(t)
        if (seasons != np.floor(seasons)).any():
            raise ValueError("t, the seasons ahead, must be whole.")
        return seasons

    def _starts(self, _repeats: float, /) -> list[FloatArray]:
        return [np.log([1.0, 1.0, 0.6, 2.5]), np.log([0.3, 1.0, 1.0, 5.0]), np.log([3.0, 1.5, 0.3, 0.6])]

    def _alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        """There in season T itself."""
        flat = Histories(np.ravel(x), np.ravel(t_x), np.ravel(T), np.ones(x.size))
        there, left, _ = _Terms(flat).logarithms(*self.parameters_)
        return np.asarray(expit(there - left).reshape(x.shape))

    def _expected_if_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        """The chance to use a season, times the seasons he will be there: P(there) at 1, 2, ..., t, added."""
        ahead = np.arange(1, int(t.max(initial=0)) + 1)
        delta = (self.delta_ + T)[..., None]
        there = np.exp(betaln(self.gamma_, delta + ahead) - betaln(self.gamma_, delta)) * (ahead <= t[..., None])
        return np.asarray((self.alpha_ + x) / (self.alpha_ + self.beta_ + T) * there.sum(axis=-1))

    def _probability_if_alive(self, k: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        """Over the last season i that he is there, up to t: k of i seasons used."""
        i = np.arange(int(t.max(initial=0)) + 1.0)
        k, t, alpha, beta, delta = (e[..., None] for e in (k, t, self.alpha_ + x, self.beta_ + T - x, self.delta_ + T))
        unused = np.maximum(i - k, 0)
        ways = gammaln(i + 1) - gammaln(k + 1) - gammaln(unused + 1)
        used = np.exp(np.where(i >= k, ways, -np.inf) + betaln(alpha + k, beta + unused) - betaln(alpha, beta))
        ends = np.where(i < t, betaln(self.gamma_ + 1, delta + i), betaln(self.gamma_, delta + i))
        return np.asarray((used * np.exp(ends - betaln(self.gamma_, delta)) * (i <= t)).sum(axis=-1))

    def _likelihood(self, rows: Histories, _unit: float = 1.0, /) -> LogLikelihood:
        """Times are seasons, whatever the unit."""
        terms, n = _Terms(rows), rows.n
        customers = n.sum()

        def log_likelihood(logs: FloatArray) -> tuple[float, FloatArray]:
            alpha, beta, gamma, delta = np.exp(logs)
            there, left, of_term = terms.logarithms(alpha, beta, gamma, delta)
            total = np.logaddexp(there, left)
            stays = n * np.exp(there - total)
            leaves = np.repeat(n / np.exp(total - left), terms.count) * of_term
            of_x, of_n, of_unused = (np.bincount(each, stays) for each in (terms.x, terms.n, terms.n - terms.x))
            by_j, by_unused = np.bincount(terms.j, leaves), np.bincount(terms.unused, leaves)
            of_x = of_x + np.bincount(terms.x, n - stays)
            used, there_n, unused, j, not_used = (np.arange(len(e)) for e in (of_x, of_n, of_unused, by_j, by_unused))
            both = (of_n * psi(alpha + beta + there_n)).sum() + (by_j * psi(alpha + beta + j)).sum()
            ends = (of_n * psi(gamma + delta + there_n)).sum() + (by_j * psi(gamma + delta + 1 + j)).sum()
            all_p, all_theta = psi(alpha + beta), psi(gamma + delta)
            slope = [
                (of_x * psi(alpha + used)).sum() - both - customers * (psi(alpha) - all_p),
                (of_unused * psi(beta + unused)).sum() + (by_unused * psi(beta + not_used)).sum(),
                stays.sum() * psi(gamma)
                + (n - stays).sum() * psi(gamma + 1)
                - ends
                - customers * (psi(gamma) - all_theta),
                (of_n * psi(delta + there_n)).sum() + (by_j * psi(delta + j)).sum() - ends,
            ]
            slope[1] -= both + customers * (psi(beta) - all_p)
            slope[3] -= customers * (psi(delta) - all_theta)
            return float((n * total).sum()), np.array(slope) * (alpha, beta, gamma, delta)

        return log_likelihood


class _Terms:
    """The terms of the sum over j of every row, one after the other, and tables of what depends on whole numbers."""

    def __init__(self, rows: Histories) -> None:
        self.x, first, self.n = (each.astype(np.int64) for each in rows[:3])
        self.count = self.n - first
        self.begins = np.cumsum(self.count) - self.count
        self.row = np.repeat(np.arange(len(self.x)), self.count)
        self.j = np.arange(len(self.row)) - np.repeat(self.begins, self.count) + first[self.row]
        self.unused = self.j - self.x[self.row]

    def logarithms(
        self, alpha: float, beta: float, gamma: float, delta: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """For each row: log of "there in season n" and of "left before"; for each term: its share of the latter."""
        longest = np.arange(int(self.n.max(initial=0)) + 1.0)
        of_x, of_unused, of_j = gammaln(alpha + longest), gammaln(beta + longest), -gammaln(alpha + beta + longest)
        at_all = -betaln(alpha, beta) - betaln(gamma, delta)
        there = (
            of_x[self.x] + of_unused[self.n - self.x] + of_j[self.n] + betaln(gamma, delta + longest)[self.n] + at_all
        )
        ends = of_j + betaln(gamma + 1, delta + longest)
        term = of_unused[self.unused] + ends[self.j]
        some = np.flatnonzero(self.count)
        left, top = np.full(len(self.x), -np.inf), np.zeros(len(self.x))
        if len(some):
            top[some] = np.maximum.reduceat(term, self.begins[some])
            term = np.exp(term - top[self.row])
            total = np.add.reduceat(term, self.begins[some])
            left[some] = np.log(total) + (top + of_x[self.x])[some] + at_all
            term = term / np.repeat(total, self.count[some])
        return there, left, term
