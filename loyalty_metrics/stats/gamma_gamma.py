"""Gamma-Gamma: what customers spend on an occasion, apart from how often they come.

An occasion of a customer costs Gamma(p, nu), and nu differs between customers as Gamma(q, gamma). The mean m of x
occasions then has

    L(x, m) = Gamma(p x + q) / (Gamma(p x) Gamma(q)) gamma^q m^(p x - 1) x^(p x) / (gamma + m x)^(p x + q)

    E[spend | x, m] = p (gamma + m x) / (p x + q - 1)

which draws a customer's own mean towards that of all, the more the fewer occasions there are. It takes it that spend an
occasion and the number of occasions are unrelated; their correlation should be looked at first.

Source: Fader, P. S. & Hardie, B. G. S. (2013). The Gamma-Gamma model of monetary value.
"""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, ndtri, polygamma, psi

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import levels
from loyalty_metrics.stats.likelihood import BLOCK, Bent, LikelihoodModel

_LARGE = 100.0
"""From here on four terms of Stirling's series give 16 digits."""


class GammaGamma(LikelihoodModel):
    """The Gamma-Gamma model.

    Attributes:
        p_: Shape of the spend of one customer's occasions.
        q_: Shape of the differences between customers.
        gamma_: Their scale, in money.
    """

    names = ("p", "q", "gamma")
    _limits = (
        (
            {"q": 1, "gamma": 1},
            "Mean spend does not differ between customers beyond chance; q and gamma grow without limit.",
        ),
        ({"p": 1, "gamma": -1}, "Spend does not vary between one customer's occasions; p grows without limit."),
        ({"p": 1}, "Spend does not vary between one customer's occasions; p grows without limit."),
        ({"q": -1}, "Spend has no mean in this model; q shrinks to 0."),
    )

    p_: float
    q_: float
    gamma_: float

    def fit(self, x: ArrayLike, mean_spend: ArrayLike, n: ArrayLike | None = None) -> Self:
        """Fit by maximum likelihood.

        Args:
            x: Occasions that the mean is taken over, 1 or more, a flat list.
            mean_spend: Mean spend on them, above 0.
            n: Customers with these two; None: one each.

        Returns:
            Itself. Look at `converged_` and `reason_`.

        Raises:
            ValueError: A value is unknown, or not above 0: the rows are named.
        """
        occasions, spend = _checked(x, mean_spend)
        count = np.ones(occasions.shape) if n is None else np.asarray(n, np.float64)
        if occasions.ndim != 1 or count.shape != occasions.shape:
            raise ValueError("x, mean_spend and n must be flat lists of equal length.")
        if not (np.isfinite(count) & (count >= 0)).all():
            raise ValueError("n counts customers and must be known, 0 or more.")
        occasions, spend, count = (each[count > 0] for each in (occasions, spend, count))
        if not len(spend) or spend.min() == spend.max():
            self._fail("All customers spend the same, so there is no difference to describe.")
            return self
        unit = float((count * spend).sum() / count.sum())
        draft = None
        if len(spend) >= 4 * 2500:
            some = slice(None, None, len(spend) // 2500)
            draft = _likelihood(occasions[some], spend[some] / unit, count[some])
        starts = [np.log([p, q, (q - 1) / p]) for p, q in ((5.0, 4.0), (1.0, 3.0), (20.0, 10.0))]
        self._maximise(_likelihood(occasions, spend / unit, count), starts, np.array([1.0, 1.0, unit]), draft)
        self.log_likelihood_ -= float(count.sum() * np.log(unit))
        return self

    def log_likelihood(self, x: ArrayLike, mean_spend: ArrayLike, n: ArrayLike | None = None) -> float:
        """The log-likelihood of customers under this model; arguments as for `fit`."""
        self._check_fitted()
        occasions, spend = (np.atleast_1d(each) for each in _checked(x, mean_spend))
        count = np.ones(occasions.shape) if n is None else np.asarray(n, np.float64)
        return _likelihood(occasions, spend, count)(np.log(self.parameters_))[0]

    def expected_spend(self, x: ArrayLike, mean_spend: ArrayLike) -> FloatArray:
        """The spend to expect on a customer's next occasion.

        Args:
            x: Occasions known, 0 or more; any shape that broadcasts with mean_spend.
            mean_spend: Their mean; of no account where x is 0.

        Returns:
            Money in the broadcast shape. NaN where p x + q is 1 or less: the mean is then infinite.

        Raises:
            ValueError: A value is unknown, or a mean of x > 0 occasions is not above 0.
        """
        self._check_fitted()
        x = np.asarray(x, np.float64)
        occasions, spend = _checked(np.maximum(x, 1), np.where(x > 0, mean_spend, 1.0))
        if (x < 0).any():
            raise ValueError("x counts occasions and must not be negative.")
        occasions = np.where(x > 0, occasions, 0.0)
        weight = self.p_ * occasions + self.q_ - 1
        return np.asarray(self.p_ * (self.gamma_ + spend * occasions) / np.where(weight > 0, weight, np.nan))

    def half_width(self, x: ArrayLike, mean_spend: ArrayLike) -> FloatArray:
        """Half the 95 % interval of the logarithm of `expected_spend` that the parameters' uncertainty leaves open.

        It is what `interval` tells, by derivatives in closed form.

        Args:
            x: As for `expected_spend`.
            mean_spend: As for `expected_spend`.

        Returns:
            0 or more, in the broadcast shape. NaN where there is no expected spend.
        """
        self._check_fitted()
        x = np.asarray(x, np.float64)
        p, q, gamma = self.parameters_
        weight = p * x + q - 1
        # Of log p (gamma + total) / weight: (q - 1) / weight in log p, -q / weight in log q, and this in log gamma.
        in_gamma = gamma / (gamma + np.where(x > 0, x * np.asarray(mean_spend, np.float64), 0.0))
        in_shapes, between = np.array([q - 1, -q]), self.log_covariance_[:2, 2]
        square = in_shapes @ self.log_covariance_[:2, :2] @ in_shapes / weight**2
        square += (2 * (in_shapes @ between) / weight + self.log_covariance_[2, 2] * in_gamma) * in_gamma
        return np.where(weight > 0, ndtri(0.975) * np.sqrt(np.maximum(square, 0)), np.nan)

    def expected_of_new(self) -> float:
        """The mean spend of all customers: p gamma / (q - 1), NaN for q of 1 or less."""
        return float(self.expected_spend(0, 1.0))

    def simulate(self, x: ArrayLike, seed: int) -> FloatArray:
        """Mean spend of customers with x occasions each; the same seed gives the same customers."""
        self._check_converged()
        occasions = np.asarray(x, np.float64)
        random = np.random.default_rng(seed)
        rate = random.gamma(self.q_, 1 / self.gamma_, occasions.shape)
        return np.asarray(random.gamma(self.p_ * occasions) / (rate * occasions))


def _checked(x: ArrayLike, mean_spend: ArrayLike) -> tuple[FloatArray, FloatArray]:
    occasions, spend = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(mean_spend, np.float64))
    _refuse(
        ~(np.isfinite(occasions) & (occasions >= 1)), "x, the number of occasions, must be known, 1 or more", occasions
    )
    _refuse(~(np.isfinite(spend) & (spend > 0)), "Mean spend must be known and above 0", spend)
    return occasions, spend


def _refuse(wrong: np.ndarray, rule: str, values: FloatArray) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        named = ", ".join(f"row {row} ({values.flat[row]:g})" for row in rows[:5])
        more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
        raise ValueError(f"{rule}, which fails in {named}{more}.")


def _likelihood(x: FloatArray, spend: FloatArray, n: FloatArray) -> Bent:
    """Only log(1 + m x / gamma) needs every customer; the rest depends on x or on sums.

    Written so that nothing large cancels where q and gamma are large together, as where customers hardly differ.
    """
    values, of_x = levels(x)
    n_of_x = np.bincount(of_x, n, len(values))
    log_spend = np.log(spend)
    log_spends = np.bincount(of_x, n * (log_spend + np.log(x)), len(values))
    log_once, total = float((n * log_spend).sum()), spend * x
    blocks = [slice(start, start + BLOCK) for start in range(0, len(x), BLOCK)]

    def log_likelihood(logs: FloatArray) -> tuple[float, FloatArray]:
        p, q, gamma = np.exp(logs)
        log_more, pull = np.zeros(len(values)), 0.0
        for block in blocks:
            weight, at_x, share = n[block], of_x[block], total[block] / gamma
            log_more += np.bincount(at_x, weight * np.log1p(share), len(values))
            pull += float((weight * (q * share - p * x[block]) / (1 + share)).sum())
        shape = p * values
        of_shape = log_spends - n_of_x * logs[2] - log_more
        rising = _log_rising(q, shape) - gammaln(shape)
        value = (shape * of_shape).sum() + (n_of_x * rising).sum() - q * log_more.sum() - log_once
        psi_all = psi(shape + q)
        slope = [
            p * (values * (n_of_x * (psi_all - psi(shape)) + of_shape)).sum(),
            q * ((n_of_x * (psi_all - psi(q))).sum() - log_more.sum()),
            pull,
        ]
        return float(value), np.array(slope)

    def second_derivatives(logs: FloatArray) -> FloatArray:
        p, q, gamma = np.exp(logs)
        once, taken, bent = 0.0, 0.0, 0.0
        for block in blocks:
            share, occasions = total[block] / gamma, x[block]
            rest = n[block] / (1 + share)
            once += rest @ occasions
            taken += rest @ share
            bent += (rest * share) @ ((p * occasions + q) / (1 + share))
        shape = p * values
        of_all, of_shape, of_q = (polygamma(1, each) for each in (shape + q, shape, q))
        p_p = p**2 * (n_of_x @ (values**2 * (of_all - of_shape)))
        p_q = p * q * (n_of_x @ (values * of_all))
        q_q = q**2 * (n_of_x @ (of_all - of_q))
        bends = [[p_p, p_q, -p * once], [p_q, q_q, q * taken], [-p * once, q * taken, -bent]]
        # The gradient in log p is p times that in p, and this p changes too; so with q.
        return np.array(bends) + np.diag(log_likelihood(logs)[1] * (1, 1, 0))

    return Bent(log_likelihood, second_derivatives)


def _log_rising(q: float, by: FloatArray) -> FloatArray:
    """log Gamma(q + by) - log Gamma(q): for large q from Stirling's series, whose large terms are taken together."""
    if q < _LARGE:
        return np.asarray(gammaln(q + by) - gammaln(q))
    rest = _stirling_rest(q + by) - _stirling_rest(np.asarray(q))
    return np.asarray((q + by - 0.5) * np.log1p(by / q) + by * (np.log(q) - 1) + rest)


def _stirling_rest(z: FloatArray) -> FloatArray:
    return np.asarray((1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / z**2) / z**2) / z**2) / z)
