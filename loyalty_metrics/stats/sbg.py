"""The shifted beta-geometric model of a retention curve (Fader & Hardie 2007).

Each customer leaves at the end of every period with a churn probability of his own; it does not change with
time, and across customers it is Beta(alpha, beta). Those likely to leave go first, so the retention rate of
those who remain rises although nobody becomes more loyal. Leaving is for good.

    r(t) = (beta + t - 1) / (alpha + beta + t - 1)      kept at t of those there at t - 1
    S(t) = r(1) r(2) ... r(t) = B(alpha, beta + t) / B(alpha, beta)

Source: Fader, P. S. & Hardie, B. G. S. (2007). How to project customer retention. Journal of Interactive
Marketing 21, 76-90.
"""

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import betaln, expit, logit

from loyalty_metrics.stats.histogram import FloatArray

LogLikelihood = Callable[[float, float], tuple[float, FloatArray]]
"""(alpha, beta) -> the log-likelihood and its gradient in alpha and beta."""

Loss = Callable[[FloatArray], tuple[float, FloatArray]]
"""theta -> minus the log-likelihood per observation and its gradient; theta as in `_parameters`."""

_STARTS = (0.1, 1.0, 10.0, 100.0)
"""Starting values of alpha + beta; small: customers differ much."""

_EDGES = (1e-6, 1e6)
"""Values of alpha + beta that stand for its limits 0 and infinity."""

_BOX = (np.array([-30.0, np.log(_EDGES[0])]), np.array([30.0, np.log(_EDGES[1])]))
"""Lowest and highest theta."""

_AT_AN_EDGE = (
    "All losses come in the first period, as if customers left at once or never; alpha and beta shrink to 0.",
    "Retention does not rise with age: constant churn fits as well; alpha and beta grow without limit.",
)


class ShiftedBetaGeometric:
    """A retention curve with two parameters, and its projection.

    Attributes:
        alpha_: First parameter of the beta distribution of churn probabilities; NaN when not converged.
        beta_: Second parameter; NaN when not converged.
        log_likelihood_: At the maximum, over all customers; for `fit_shares` a pseudo-log-likelihood.
        covariance_: Of (alpha_, beta_), 2 x 2.
        standard_errors_: Of (alpha_, beta_).
        converged_: Whether a maximum was found. Without one, every projection is NaN.
        reason_: Why not, in one sentence; empty when converged.
    """

    alpha_: float
    beta_: float
    log_likelihood_: float
    covariance_: FloatArray
    standard_errors_: FloatArray
    converged_: bool
    reason_: str

    def fit(self, survivors: ArrayLike) -> Self:
        """Fit by maximum likelihood to one cohort followed from its start.

        Args:
            survivors: Customers still there at t = 0, 1, ..., n; never rising; at least two ages
                after the start.

        Returns:
            Itself. Look at `converged_` and `reason_`.

        Raises:
            ValueError: The counts are not a flat list, are unknown or negative, or rise.
        """
        count = _known(survivors, "survivors")
        if (np.diff(count) > 0).any():
            raise ValueError("survivors must not rise with age; for customers who come back use fit_shares.")
        kept, lost = count[1:], count[:-1] - count[1:]
        observed = count[:-1] > 0

        def log_likelihood(alpha: float, beta: float) -> tuple[float, FloatArray]:
            return _cohort_log_likelihood(alpha, beta, kept, lost)

        reason = _reason_not_to_fit(kept[observed], lost[observed])
        self._set_covariance(self._maximise(log_likelihood, kept, lost, reason))
        return self

    def fit_shares(self, trials: ArrayLike, retained: ArrayLike) -> Self:
        """Fit to pooled cells of several cohorts: at age k, `retained` of `trials` customers.

        Each age counts as one binomial cell, retained ~ Binomial(trials, S(age)), and the logarithms are
        added as if the ages were independent. They are not, the same customers stand in several cells: this
        is a pseudo-likelihood (composite likelihood). Its estimates are consistent, but its value must not be
        compared with that of `fit`, nor used for likelihood ratios. The standard errors allow for the overlap
        (sandwich), taking it that customers leave for good and that the customers seen at an older age are
        among those seen at every younger one.

        Args:
            trials: Customers old enough to be seen at ages 1, 2, ..., n. 0 or NaN: no complete cell; it is
                left out.
            retained: How many of them were there.

        Returns:
            Itself. Look at `converged_` and `reason_`.

        Raises:
            ValueError: The lists differ in length, or retained lies outside 0..trials.

        Source:
            Varin, C., Reid, N. & Firth, D. (2011). An overview of composite likelihood methods. Statistica
            Sinica 21.
        """
        age, n, kept = _observed_cells(trials, retained)

        def log_likelihood(alpha: float, beta: float) -> tuple[float, FloatArray]:
            return _shares_log_likelihood(alpha, beta, age, n, kept)

        bread = self._maximise(log_likelihood, kept, n - kept, _reason_not_to_fit(kept, n - kept))
        self._set_covariance(bread)
        if self.converged_:
            self._set_covariance(bread @ _score_covariance(self.alpha_, self.beta_, age, n) @ bread)
        return self

    def survival(self, t: ArrayLike) -> FloatArray:
        """The share of customers still there after t periods.

        Args:
            t: Periods since the start, 0 or more; any shape.

        Returns:
            Shares 0..1 in the shape of t; NaN for a negative t or a fit that did not converge.

        Raises:
            RuntimeError: Not fitted yet.
        """
        self._check_fitted()
        time = np.asarray(t, dtype=np.float64)
        time = np.where(time >= 0, time, np.nan)
        return np.asarray(np.exp(betaln(self.alpha_, self.beta_ + time) - betaln(self.alpha_, self.beta_)))

    def retention_rate(self, t: ArrayLike) -> FloatArray:
        """The share kept at period t of those who were there at t - 1.

        Args:
            t: Periods since the start, 1 or more; any shape.

        Returns:
            Shares 0..1 in the shape of t; NaN for t below 1 or a fit that did not converge.

        Raises:
            RuntimeError: Not fitted yet.
        """
        self._check_fitted()
        time = np.asarray(t, dtype=np.float64)
        time = np.where(time >= 1, time, np.nan)
        return np.asarray((self.beta_ + time - 1) / (self.alpha_ + self.beta_ + time - 1))

    def __repr__(self) -> str:
        """The parameters, or why there are none."""
        if not hasattr(self, "converged_"):
            return "ShiftedBetaGeometric()"
        if not self.converged_:
            return f"ShiftedBetaGeometric(not converged: {self.reason_})"
        return f"ShiftedBetaGeometric(alpha={self.alpha_:.4g}, beta={self.beta_:.4g})"

    def _check_fitted(self) -> None:
        if not hasattr(self, "converged_"):
            raise RuntimeError("Call fit or fit_shares first.")

    def _maximise(self, log_likelihood: LogLikelihood, kept: FloatArray, lost: FloatArray, reason: str) -> FloatArray:
        """Set the estimates or the reason why there are none; the inverse information, NaN if none."""
        self.alpha_, self.beta_, self.log_likelihood_ = np.nan, np.nan, np.nan
        self.converged_, self.reason_ = False, reason
        nothing = np.full((2, 2), np.nan)
        if reason:
            return nothing
        alpha, beta, best, self.reason_ = _maximum(log_likelihood, kept, lost)
        if self.reason_:
            return nothing
        inverse = _inverse_information(log_likelihood, alpha, beta)
        if not np.isfinite(inverse).all():
            self.reason_ = "The data cannot tell the two parameters apart."
            return nothing
        self.alpha_, self.beta_, self.log_likelihood_, self.converged_ = alpha, beta, best, True
        return inverse

    def _set_covariance(self, covariance: FloatArray) -> None:
        self.covariance_, self.standard_errors_ = covariance, np.sqrt(np.diag(covariance))


def _known(counts: ArrayLike, name: str) -> FloatArray:
    array = np.asarray(counts, dtype=np.float64)
    if array.ndim != 1 or not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{name} must be a flat list of known counts, 0 or more.")
    return array


def _observed_cells(trials: ArrayLike, retained: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Age, trials and retained of the cells that were observed."""
    n, kept = np.asarray(trials, dtype=np.float64), np.asarray(retained, dtype=np.float64)
    if n.ndim != 1 or n.shape != kept.shape:
        raise ValueError(f"trials and retained must be lists of equal length, not {n.shape} and {kept.shape}.")
    observed = (n > 0) & np.isfinite(n) & np.isfinite(kept)
    age, n, kept = np.arange(1.0, len(n) + 1)[observed], n[observed], kept[observed]
    if ((kept < 0) | (kept > n)).any():
        raise ValueError("retained must lie between 0 and trials.")
    return age, n, kept


def _reason_not_to_fit(kept: FloatArray, lost: FloatArray) -> str:
    """Why two parameters cannot be found from these ages; empty when they can."""
    if len(kept) < 2:
        return f"Two parameters need customers at two ages or more after the start; seen: {len(kept)}."
    if lost.sum() == 0:
        return "Nobody has left yet, so there is no curve to fit."
    if kept.sum() == 0:
        return "Nobody was kept at any age, so there is no curve to fit."
    return ""


def _cohort_log_likelihood(alpha: float, beta: float, kept: FloatArray, lost: FloatArray) -> tuple[float, FloatArray]:
    """Log-likelihood of one cohort: at each age those kept and those lost, of those there before."""
    age = np.arange(len(kept))
    stay, all_ = beta + age, alpha + beta + age
    value = kept @ np.log(stay / all_) + lost @ np.log(alpha / all_)
    common = (kept + lost) @ (1 / all_)
    return float(value), np.array([lost.sum() / alpha - common, kept @ (1 / stay) - common])


def _log_survival(alpha: float, beta: float, age: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Logarithm of S(age), and its gradient in alpha and beta, shape (2, ages)."""
    steps = np.arange(age.max())
    stay, all_ = beta + steps, alpha + beta + steps
    at = age.astype(np.int64) - 1
    value = np.cumsum(np.log1p(-alpha / all_))
    slope = np.cumsum([-1 / all_, alpha / (stay * all_)], axis=1)
    return value[at], slope[:, at]


def _shares_log_likelihood(
    alpha: float, beta: float, age: FloatArray, n: FloatArray, kept: FloatArray
) -> tuple[float, FloatArray]:
    """Sum of the binomial log-likelihoods of the cells, without the binomial coefficients."""
    log_survival, slope = _log_survival(alpha, beta, age)
    gone = -np.expm1(log_survival)
    value = kept @ log_survival + (n - kept) @ np.log(gone)
    return float(value), slope @ ((kept - n * (1 - gone)) / gone)


def _score_covariance(alpha: float, beta: float, age: FloatArray, n: FloatArray) -> FloatArray:
    """Covariance, under the model, of the gradient of the shares' log-likelihood.

    Customers seen at both ages j < k: S(k) (1 - S(j)) each.
    """
    log_survival, slope = _log_survival(alpha, beta, age)
    survival = np.exp(log_survival)
    older, younger = np.minimum.outer(survival, survival), np.maximum.outer(survival, survival)
    cells = np.minimum.outer(n, n) * older * (1 - younger)
    per_cell = slope / (1 - survival)
    return np.asarray(per_cell @ cells @ per_cell.T)


def _maximum(log_likelihood: LogLikelihood, kept: FloatArray, lost: FloatArray) -> tuple[float, float, float, str]:
    """alpha, beta, log-likelihood at the maximum, and why it is not one (empty when it is)."""
    size = float(kept.sum() + lost.sum())
    churn = float(logit(np.clip(lost.sum() / size, 0.001, 0.999)))

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        return _loss(theta, log_likelihood, size)

    best = min((_descend(loss, np.array([churn, np.log(start)])) for start in _STARTS), key=lambda x: loss(x)[0])
    alpha, beta = _parameters(best)
    value, _ = log_likelihood(alpha, beta)
    return alpha, beta, value, _reason_no_maximum(loss, best, value, size)


def _parameters(theta: FloatArray) -> tuple[float, float]:
    """(logit of the mean churn, log of alpha + beta) -> (alpha, beta)."""
    total = np.exp(theta[1])
    return float(total * expit(theta[0])), float(total * expit(-theta[0]))


def _loss(theta: FloatArray, log_likelihood: LogLikelihood, size: float) -> tuple[float, FloatArray]:
    """Minus the log-likelihood per observation, and its gradient in theta."""
    alpha, beta = _parameters(theta)
    value, slope = log_likelihood(alpha, beta)
    crossing = alpha * beta / (alpha + beta)
    gradient = np.array([crossing * (slope[0] - slope[1]), alpha * slope[0] + beta * slope[1]])
    return -value / size, -gradient / size


def _descend(loss: Loss, theta: FloatArray) -> FloatArray:
    """The nearest minimum, by Newton's steps.

    Two parameters need no library: SciPy's L-BFGS-B wakes OpenBLAS's threads at every step, and took up to
    0.5 s a fit on a busy machine, this 0.01 s.
    """
    for _ in range(100):
        better = _improved(loss, theta, _newton_step(loss, theta))
        if better is None:
            break
        theta = better
    return theta


def _improved(loss: Loss, theta: FloatArray, step: FloatArray) -> FloatArray | None:
    """A better place along the step, which is halved until it gains; None when there is none."""
    value, _ = loss(theta)
    while np.abs(step).max() > 1e-9:
        trial = np.clip(theta + step, *_BOX)
        if loss(trial)[0] < value:
            return np.asarray(trial)
        step = step / 2
    return None


def _newton_step(loss: Loss, theta: FloatArray) -> FloatArray:
    """Newton's step, at most 2 long in either direction; where the loss is not convex it still descends."""
    _, slope = loss(theta)
    width = 1e-5
    rows = [(loss(theta + move)[1] - loss(theta - move)[1]) / (2 * width) for move in np.diag([width, width])]
    a, b, c = rows[0][0], (rows[0][1] + rows[1][0]) / 2, rows[1][1]
    lowest = (a + c) / 2 - np.hypot((a - c) / 2, b)
    if lowest < 1e-12:
        lift = 1e-12 + 2 * max(0.0, -lowest)
        a, c = a + lift, c + lift
    step = -np.array([c * slope[0] - b * slope[1], a * slope[1] - b * slope[0]]) / (a * c - b * b)
    return np.asarray(step / max(1.0, float(np.abs(step).max()) / 2))


def _reason_no_maximum(loss: Loss, theta: FloatArray, value: float, size: float) -> str:
    """Whether a limit of the model fits as well, or the search stopped short; empty for a true maximum."""
    for edge, reason in zip(_EDGES, _AT_AN_EDGE, strict=True):
        fit = minimize_scalar(
            lambda churn, edge=edge: loss(np.array([churn, np.log(edge)]))[0],
            bounds=(-30, 30),
            method="bounded",
        )
        if value + size * float(fit.fun) < 1e-6 + 1e-12 * abs(value):
            return reason
    if np.abs(loss(theta)[1]).max() > 1e-6:
        return "The search for the best parameters stopped short of a maximum."
    return ""


def _inverse_information(log_likelihood: LogLikelihood, alpha: float, beta: float) -> FloatArray:
    """Inverse of minus the second derivatives in alpha and beta, from differences of the gradient."""
    columns = []
    for step in np.diag([1e-5 * alpha, 1e-5 * beta]):
        above = log_likelihood(alpha + step[0], beta + step[1])[1]
        below = log_likelihood(alpha - step[0], beta - step[1])[1]
        columns.append((above - below) / (2 * step.sum()))
    information = -(np.array(columns) + np.array(columns).T) / 2
    if np.linalg.eigvalsh(information)[0] <= 0:
        return np.full((2, 2), np.nan)
    return np.linalg.inv(information)
