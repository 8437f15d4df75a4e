"""Maximum likelihood for models of a few positive parameters, and what follows from it.

The search goes over the logarithms of the parameters, so they stay positive, their scales do not matter, and
intervals never cross 0. It is a quasi-Newton descent (BFGS) that begins with the true second derivatives and ends with
them: they are the information the standard errors come from, and they certify the maximum. Where a model does not tell
them they are differences of the gradient. SciPy's optimisers would do, but a fit of a thousand rows takes a few
milliseconds, and they and the threads of OpenBLAS take longer than the likelihood.

Source: Nocedal, J. & Wright, S. J. (2006). Numerical Optimization, 2nd ed., chapter 6; Boyd, S. & Vandenberghe, L.
(2004). Convex Optimization, 9.5 (the Newton decrement as stopping rule).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtri

from loyalty_metrics.stats.histogram import FloatArray

LogLikelihood = Callable[[FloatArray], tuple[float, FloatArray]]
"""Logarithms of the parameters -> the log-likelihood and its gradient in them."""

_EDGE = 12.0
"""Logarithms beyond this, e^12 = 160,000 or one part in 160,000, stand for infinity and 0."""

_NO_GAIN = 1e-3
"""A search at the edge that gains less than this in the log-likelihood has nowhere else to go."""

_FAR = 5.0
"""Where there is no maximum, logarithms beyond this are on their way there."""

_WIDEST = 5.0
"""A parameter whose logarithm has a larger standard error is not determined by the data."""

_DIFFERENCE = 1e-4
"""Step of the differences in the logarithms of parameters; their error is about its square."""

BLOCK = 16_384
"""Rows worked on at a time: larger arrays leave the processor's cache, and memory for them is asked for anew."""


@dataclass(frozen=True)
class Bent:
    """A log-likelihood that can tell its second derivatives: exactly, and sooner than by differences of the gradient.

    Attributes:
        log_likelihood: As described at `LogLikelihood`.
        second_derivatives: Of logarithms of the parameters, in them.
    """

    log_likelihood: LogLikelihood
    second_derivatives: Callable[[FloatArray], FloatArray]

    def __call__(self, logs: FloatArray) -> tuple[float, FloatArray]:
        """The log-likelihood and its gradient."""
        return self.log_likelihood(logs)


@dataclass(frozen=True)
class Maximum:
    """Where the search ended.

    Attributes:
        logs: Logarithms of the parameters.
        log_likelihood: There.
        covariance: Of the logarithms; NaN when there is a reason.
        runs: For each parameter -1 when it is far on the way to 0, 1 when on the way to infinity, else 0; what it
            means depends on whether there is a reason.
        reason: Why this is no maximum, in one sentence; empty when it is one.
    """

    logs: FloatArray
    log_likelihood: float
    covariance: FloatArray
    runs: FloatArray
    reason: str


def maximise(
    log_likelihood: LogLikelihood, starts: Sequence[FloatArray], draft: LogLikelihood | None = None
) -> Maximum:
    """The highest maximum that is found from several starts.

    Args:
        log_likelihood: As described at `LogLikelihood`.
        starts: Logarithms of parameters to begin with.
        draft: The log-likelihood of fewer rows, to find where to begin with all of them; None: try every start
            with all rows.

    Returns:
        The maximum, with the reason when it is none.
    """
    rough = _Loss(draft or log_likelihood)
    best = min((_descend(rough, np.asarray(start, np.float64)) for start in starts), key=lambda x: rough(x)[0])
    loss = _Loss(log_likelihood)
    if draft and np.abs(best).max() < _EDGE / 2:
        # All rows bend as the few do, but for how many they are.
        value, _ = rough(best)
        bent = rough.second_derivatives(best, one_sided=True) * abs(loss(best)[0] / value) if value else None
        best = _descend(loss, best, bent)
    elif draft:
        best = _descend(loss, np.clip(best, -_FAR, _FAR))
    return _certified(loss, best)


class _Loss:
    """A log-likelihood with both signs turned; where it was asked last is not worked out again."""

    def __init__(self, log_likelihood: LogLikelihood) -> None:
        self._log_likelihood = log_likelihood
        self._last: tuple[FloatArray, float, FloatArray] | None = None

    def __call__(self, logs: FloatArray) -> tuple[float, FloatArray]:
        if self._last is None or not np.array_equal(self._last[0], logs):
            value, slope = self._log_likelihood(logs)
            if np.isfinite(value) and np.isfinite(slope).all():
                self._last = logs.copy(), -value, -slope
            else:
                self._last = logs.copy(), np.inf, np.zeros_like(logs)
        return self._last[1:]

    def second_derivatives(self, logs: FloatArray, one_sided: bool = False) -> FloatArray:
        """As the log-likelihood tells them, else from differences of the gradient."""
        if isinstance(self._log_likelihood, Bent):
            return -self._log_likelihood.second_derivatives(logs)
        slope, rows = self(logs)[1] if one_sided else None, []
        for move in _DIFFERENCE * np.eye(len(logs)):
            if slope is None:
                rows.append((self(logs + move)[1] - self(logs - move)[1]) / (2 * _DIFFERENCE))
            else:
                rows.append((self(logs + move)[1] - slope) / _DIFFERENCE)
        return np.asarray((np.array(rows) + np.array(rows).T) / 2)


def _descend(loss: _Loss, logs: FloatArray, bent: FloatArray | None = None) -> FloatArray:
    """The nearest minimum by BFGS; `bent` are about the second derivatives where it begins, if they are known."""
    value, slope = loss(logs)
    inverse = _positive_inverse(loss.second_derivatives(logs, one_sided=True) if bent is None else bent)
    for _ in range(200):
        step = _step(inverse, slope, logs)
        if -(slope @ step) / 2 < _tolerance(value):
            break
        found = _improved(loss, logs, value, slope, step / max(1.0, float(np.abs(step).max()) / 2))
        if found is None:
            break
        moved, change, gain = found[0] - logs, found[2] - slope, value - found[1]
        logs, value, slope = found
        if _runs_away(logs) and gain < _NO_GAIN:
            break
        inverse = _updated(inverse, moved, change)
    return logs


def _step(inverse: FloatArray, slope: FloatArray, logs: FloatArray) -> FloatArray:
    """Newton's step; parameters at the edge that it would take further stay, and the others go where that is best."""
    held = (np.abs(logs) >= _EDGE) & (slope * logs < 0)
    step, free = np.zeros_like(logs), ~held
    if free.any():
        by_held = inverse[np.ix_(free, held)] @ np.linalg.pinv(inverse[np.ix_(held, held)])
        step[free] = -(inverse[np.ix_(free, free)] - by_held @ inverse[np.ix_(held, free)]) @ slope[free]
    return step


def _tolerance(value: float) -> float:
    """By how much the log-likelihood may fall short; below that its own rounding hides any gain."""
    return 1e-9 + 1e-14 * abs(value)


def _improved(
    loss: _Loss, logs: FloatArray, value: float, slope: FloatArray, step: FloatArray
) -> tuple[FloatArray, float, FloatArray] | None:
    """A better place along the step, which is shortened until it gains enough; None when there is none."""
    for length in 0.4 ** np.arange(25):
        trial = np.clip(logs + length * step, -_EDGE, _EDGE)
        trial_value, trial_slope = loss(trial)
        if trial_value < value + 1e-4 * float(slope @ (trial - logs)):
            return trial, trial_value, trial_slope
    return None


def _updated(inverse: FloatArray, moved: FloatArray, change: FloatArray) -> FloatArray:
    """BFGS: the inverse of the second derivatives that explains the latest change of the slope."""
    curvature = float(moved @ change)
    if curvature <= 1e-12 * float(np.abs(moved).sum() * np.abs(change).sum()):
        return inverse
    turn = np.eye(len(moved)) - np.outer(moved, change) / curvature
    return np.asarray(turn @ inverse @ turn.T + np.outer(moved, moved) / curvature)


def _positive_inverse(matrix: FloatArray) -> FloatArray:
    """The inverse with negative curvatures turned and tiny ones lifted, so that a step descends."""
    size, axes = np.linalg.eigh(matrix)
    size = np.abs(size)
    size = np.maximum(size, 1e-4 * size.max() + 1e-12)
    return np.asarray((axes / size) @ axes.T)


def _certified(loss: _Loss, logs: FloatArray) -> Maximum:
    """Newton's last steps with the true second derivatives, then the covariance or what is wrong."""
    value, slope = loss(logs)
    information, shortfall = np.full((len(logs), len(logs)), np.nan), np.nan
    for _ in range(5):
        if _runs_away(logs):  # no maximum, however many more steps
            break
        information = loss.second_derivatives(logs)
        inverse = _positive_inverse(information)
        shortfall = float(slope @ inverse @ slope) / 2
        found = _improved(loss, logs, value, slope, -inverse @ slope) if shortfall > _tolerance(value) else None
        if found is None:
            break
        logs, value, slope = found
    covariance = np.full_like(information, np.nan)
    reason = _reason(information, shortfall, value, logs)
    if not reason:
        covariance[:] = np.linalg.inv(information)
    return Maximum(logs, -value, covariance, np.trunc(np.clip(logs / _FAR, -1, 1)), reason)


def _reason(information: FloatArray, shortfall: float, value: float, logs: FloatArray) -> str:
    if not np.isfinite(value):
        return "The likelihood is not a number anywhere near where the search began."
    if _runs_away(logs):
        return "A parameter runs away: a limit of the model fits as well."
    if np.linalg.eigvalsh(information)[0] <= 0 or np.diag(np.linalg.inv(information)).max() > _WIDEST**2:
        return "The data cannot tell the parameters apart."
    if shortfall > 1e3 * _tolerance(value):
        return "The search for the best parameters stopped short of a maximum."
    return ""


def _runs_away(logs: FloatArray) -> bool:
    return bool((np.abs(logs) > _EDGE - 1).any())


class LikelihoodModel:
    """A model of a few positive parameters, fitted by maximum likelihood.

    Subclasses name their parameters; each is kept with a trailing underscore, such as `alpha_`.

    Attributes:
        parameters_: All parameters, in the order of `names`; NaN when not converged.
        log_likelihood_: At the maximum.
        covariance_: Of the parameters; NaN for parameters that were given and not fitted.
        log_covariance_: Of their logarithms.
        standard_errors_: Of the parameters.
        converged_: Whether a maximum was found. Without one, every figure is NaN.
        reason_: Why not, in one sentence; empty when converged.
    """

    names: ClassVar[tuple[str, ...]]
    _limits: ClassVar[tuple[tuple[Mapping[str, int], str], ...]] = ()
    """What it means when parameters run to 0 (-1) or grow without limit (1), the telling combinations first."""

    parameters_: FloatArray
    log_likelihood_: float
    covariance_: FloatArray
    log_covariance_: FloatArray
    standard_errors_: FloatArray
    converged_: bool
    reason_: str

    @classmethod
    def of(cls, **parameters: float) -> Self:
        """A model whose parameters are known, without standard errors.

        Args:
            **parameters: Every name in `names`, above 0.

        Raises:
            ValueError: A parameter is missing, unknown or not above 0.
        """
        if set(parameters) != set(cls.names) or not all(0 < value < np.inf for value in parameters.values()):
            raise ValueError(f"{cls.__name__} needs {', '.join(cls.names)}, each a number above 0.")
        model = cls()
        model._set(np.array([parameters[name] for name in cls.names]), np.nan, np.full((len(cls.names),) * 2, np.nan))
        return model

    def interval(
        self, figure: Callable[[Self], ArrayLike], confidence: float = 0.95, share: bool = False
    ) -> tuple[FloatArray, FloatArray]:
        """The range of a figure that the uncertainty of the parameters leaves open (delta method).

        It tells how well the model's own figure is known, such as a customer's *expected* purchases, not how far
        a customer's purchases will stray from it. The figure's logarithm (its log-odds for a share) is taken as
        normal; its derivatives in the logarithms of the parameters are central differences, so the same data
        always give the same interval.

        Args:
            figure: The figure of a model, such as `lambda model: model.expected_purchases(30, x, t_x, T)`.
            confidence: Above 0 and below 1.
            share: Whether the figure is a share or probability.

        Returns:
            Low and high in the shape of the figure. Where the figure is exactly 0 (or 1, for a share) both are
            the figure.

        Raises:
            RuntimeError: Not fitted yet.
            ValueError: A confidence outside 0..1.
        """
        self._check_fitted()
        if not 0 < confidence < 1:
            raise ValueError("confidence must be above 0 and below 1.")
        to, back = (logit, expit) if share else (np.log, np.exp)
        with np.errstate(divide="ignore", invalid="ignore"):
            figures = [to(np.asarray(figure(model), np.float64)) for model in self._around()]
            centre, half = figures[0], self._half_width(self._slopes(figures), confidence)
            half = np.where(np.isinf(centre), 0.0, half)  # a figure of exactly 0, however little is known
            return back(centre - half), back(centre + half)

    def _around(self) -> list[Self]:
        """The model itself, then with each parameter a little larger, then a little smaller."""
        moves = _DIFFERENCE * np.eye(len(self.names))
        return [self, *(self._moved(move) for move in (*moves, *-moves))]

    def _slopes(self, figures: Sequence[FloatArray]) -> list[FloatArray]:
        """Derivatives of a figure that is given for each of the models that are `_around` this one.

        Where it is not finite, as the logarithm of 0, no parameter moves it.
        """
        up, down = figures[1 : len(self.names) + 1], figures[len(self.names) + 1 :]
        slopes = [(more - less) / (2 * _DIFFERENCE) for more, less in zip(up, down, strict=True)]
        return [np.where(np.isfinite(figures[0]), slope, 0.0) for slope in slopes]

    def _half_width(self, slopes: Sequence[FloatArray], confidence: float = 0.95) -> FloatArray:
        """Half the width of the interval of a figure with these derivatives in the logarithms of the parameters."""
        slope = np.stack(slopes)
        return np.asarray(
            ndtri((1 + confidence) / 2) * np.sqrt(np.einsum("i...,ij,j...", slope, self.log_covariance_, slope))
        )

    def parameter_intervals(self, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """The range of each parameter, in the order of `names`: see `interval`."""
        return self.interval(lambda model: model.parameters_, confidence)

    def __repr__(self) -> str:
        """The parameters, or why there are none."""
        if not hasattr(self, "converged_"):
            return f"{type(self).__name__}()"
        if not self.converged_:
            return f"{type(self).__name__}(not converged: {self.reason_})"
        values = ", ".join(f"{name}={value:.4g}" for name, value in zip(self.names, self.parameters_, strict=True))
        return f"{type(self).__name__}({values})"

    def _check_fitted(self) -> None:
        if not hasattr(self, "converged_"):
            raise RuntimeError("Call fit first.")

    def _check_converged(self) -> None:
        self._check_fitted()
        if not self.converged_:
            raise RuntimeError(f"The fit did not converge: {self.reason_}")

    def _moved(self, move: FloatArray) -> Self:
        """The same model with the logarithms of its parameters moved."""
        model = type(self)()
        model._set(self.parameters_ * np.exp(move), self.log_likelihood_, self.log_covariance_)
        model.converged_, model.reason_ = self.converged_, self.reason_
        return model

    def _maximise(
        self,
        log_likelihood: LogLikelihood,
        starts: Sequence[FloatArray],
        units: FloatArray,
        draft: LogLikelihood | None,
    ) -> None:
        """Fit, where `units` are what parameters were measured in while searching."""
        found = maximise(log_likelihood, starts, draft)
        if found.reason:
            self._fail(self._meaning(found.runs) or found.reason)
        else:
            self._set(np.exp(found.logs) * units, found.log_likelihood, found.covariance)

    def _meaning(self, runs: FloatArray) -> str:
        """What it means that these parameters run to 0 or infinity, if that is known."""
        way = dict(zip(self.names, runs, strict=True))
        return next((text for limit, text in self._limits if all(way[name] == limit[name] for name in limit)), "")

    def _set(self, parameters: FloatArray, log_likelihood: float, log_covariance: FloatArray) -> None:
        self.parameters_, self.log_likelihood_, self.log_covariance_ = parameters, log_likelihood, log_covariance
        self.covariance_ = log_covariance * np.outer(parameters, parameters)
        self.standard_errors_ = np.sqrt(np.diag(self.covariance_))
        self.converged_, self.reason_ = True, ""
        for name, value in zip(self.names, parameters, strict=True):
            setattr(self, f"{name}_", float(value))

    def _fail(self, reason: str) -> None:
        nothing = np.full(len(self.names), np.nan)
        self._set(nothing, np.nan, np.outer(nothing, nothing))
        self.converged_, self.reason_ = False, reason
