"""What models of repeat buying have in common ("buy till you die").

Every customer buys at a rate of his own until he leaves, which nobody sees. From how often and how lately he
bought follows how likely he is still there and what to expect of him.
"""

from abc import abstractmethod
from typing import ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincc

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories, checked, distinct, every, histories
from loyalty_metrics.stats.likelihood import BLOCK, LikelihoodModel, LogLikelihood


class Simulated(NamedTuple):
    """Simulated customers: their histories, and what they bought afterwards."""

    x: FloatArray
    t_x: FloatArray
    T: FloatArray
    later: FloatArray


class GoodnessOfFit(NamedTuple):
    """Customers by number of repeat purchases, as they are and as the model has them.

    Attributes:
        purchases: 0, 1, ..., the last standing for itself and more.
        actual: Customers.
        expected: Customers under the model.
        chi_square: Pearson's statistic over the cells, neighbouring ones joined until 5 are expected in each.
        degrees: Cells less one less the parameters; 0 or less: too few cells to judge.
        p_value: How often a true model would look worse; approximate, because the parameters were fitted to whole
            histories and not to these cells. NaN with too few cells.
    """

    purchases: NDArray[np.int64]
    actual: FloatArray
    expected: FloatArray
    chi_square: float
    degrees: int
    p_value: float


class RepeatBuying(LikelihoodModel):
    """A model in continuous time. Subclasses say its likelihood; times may be in any unit."""

    _in_time: ClassVar[tuple[bool, ...]]
    """Which parameters are times."""

    _sample: ClassVar[int] = 2000
    """Customers that are enough to find where to begin the search with four times as many or more."""

    customers_: float

    def fit(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, n: ArrayLike | None = None) -> Self:
        """Fit by maximum likelihood.

        Args:
            x: Occasions after the first, a flat list.
            t_x: Time of the last one since the first.
            T: Time observed since the first.
            n: Customers with this history; None: one each.

        Returns:
            Itself. Look at `converged_` and `reason_`.

        Raises:
            ValueError: A history is impossible: see `histories.checked`.
        """
        return self.fit_histories(histories(x, t_x, T, n))

    def fit_histories(self, rows: Histories) -> Self:
        """`fit` to rows that are grouped already, as `histories.histories` does."""
        self._possible(*rows[:3])
        self.customers_ = float(rows.n.sum())
        repeats = float(rows.n @ rows.x)
        if repeats == 0:
            self._fail("No customer has bought a second time, so there is nothing to learn a rate from.")
            return self
        unit = float(rows.n @ rows.T) / self.customers_ if any(self._in_time) else 1.0
        draft = None
        if self.customers_ >= 4 * self._sample:
            draft = self._likelihood(every(rows, self.customers_ / self._sample), unit)
        starts = self._starts(repeats / self.customers_)
        self._maximise(self._likelihood(rows, unit), starts, np.where(self._in_time, unit, 1.0), draft)
        self.log_likelihood_ -= repeats * np.log(unit)
        return self

    def log_likelihood(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, n: ArrayLike | None = None) -> float:
        """The log-likelihood of customers under this model, without terms that hold no parameter."""
        self._check_fitted()
        return self._likelihood(histories(x, t_x, T, n))(np.log(self.parameters_))[0]

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> FloatArray:
        """The probability that a customer with this history has not left by time T.

        Args:
            x: Occasions after the first; any shape that broadcasts with the others.
            t_x: Time of the last one.
            T: Time observed.

        Returns:
            Probabilities in the broadcast shape.

        Raises:
            ValueError: A history is impossible.
        """
        return self.probability_not_left(x, t_x, T)

    def probability_not_left(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> FloatArray:
        """The probability that a customer with this history has not left by T, as `expected_while_alive` takes it."""
        self._check_fitted()
        x, t_x, T = self._possible(x, t_x, T)
        alive = np.empty(x.size)
        flat = [np.ravel(each) for each in (x, t_x, T)]
        for start in range(0, x.size, BLOCK):
            rows = slice(start, start + BLOCK)
            alive[rows] = self._alive(*(each[rows] for each in flat))
        return alive.reshape(x.shape)

    def expected_purchases(self, t: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> FloatArray:
        """The purchases to expect of a customer with this history in the time t after T.

        Args:
            t: Time ahead, 0 or more, in the unit of T.
            x: Occasions after the first; any shape that broadcasts with the others.
            t_x: Time of the last one.
            T: Time observed.

        Returns:
            Expected purchases in the broadcast shape.

        Raises:
            ValueError: A history is impossible or t is negative.
        """
        return np.asarray(self.probability_not_left(x, t_x, T) * self.expected_while_alive(t, x, T))

    def purchases_interval(self, t: float, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """The 95 % `interval` of `expected_purchases` in the time t, for many customers at once.

        What depends on x and T alone is worked out once for each two, and of the probability to be there the
        derivatives are in closed form, where the model has them.

        Args:
            t: Time ahead, 0 or more, in the unit of T.
            x: Occasions after the first, a flat list.
            t_x: Time of the last one.
            T: Time observed.

        Returns:
            Low and high of each customer.

        Raises:
            ValueError: A history is impossible or t is negative.
        """
        self._check_fitted()
        x, t_x, T = self._possible(x, t_x, T)
        first, row = distinct(x, T)
        figures = [model.expected_while_alive(t, x[first], T[first]) for model in self._around()]
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = self._slopes([np.log(each) for each in figures])
        low, high = np.empty(len(x)), np.empty(len(x))
        for start in range(0, len(x), BLOCK):
            rows = slice(start, start + BLOCK)
            of, history = row[rows], (x[rows], t_x[rows], T[rows])
            alive_slopes = self._alive_slopes(*history)
            half = self._half_width([alive + slope[of] for alive, slope in zip(alive_slopes, slopes, strict=True)])
            expected = self._alive(*history) * figures[0][of]
            some = np.where(expected > 0, half, 0.0)  # what is too small for a number has no range
            low[rows], high[rows] = expected * np.exp(-some), expected * np.exp(some)
        return low, high

    def expected_while_alive(self, t: ArrayLike, x: ArrayLike, T: ArrayLike) -> FloatArray:
        """The purchases to expect in the time t after T of a customer who has not left by T, whenever he bought last.

        Args:
            t: Time ahead, 0 or more, in the unit of T.
            x: Occasions after the first; any shape that broadcasts with the others.
            T: Time observed.

        Returns:
            Expected purchases in the broadcast shape.

        Raises:
            ValueError: t is negative.
        """
        self._check_fitted()
        x, T, t = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (x, T)), self._ahead(t))
        first, row = distinct(*(np.ravel(each) for each in (x, T, t)))
        while_alive = self._expected_if_alive(*(np.ravel(each)[first] for each in (t, x, T)))
        return np.asarray(while_alive[row].reshape(x.shape))

    def purchase_probability(
        self, k: ArrayLike, t: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> FloatArray:
        """The probability that a customer with this history makes exactly k purchases in the time t after T.

        Args:
            k: Purchases, whole, 0 or more; any shape that broadcasts with the others.
            t: Time ahead.
            x: Occasions after the first.
            t_x: Time of the last one.
            T: Time observed.

        Returns:
            Probabilities in the broadcast shape.

        Raises:
            ValueError: A history is impossible, or t or k is negative.
        """
        alive = self.probability_not_left(x, t_x, T)
        x, T = (np.asarray(each, np.float64) for each in (x, T))
        k, t, x, T = np.broadcast_arrays(_whole(k), self._ahead(t), x, T)
        first, row = distinct(*(np.ravel(each) for each in (x, T, t, k)))
        while_alive = self._probability_if_alive(*(np.ravel(each)[first] for each in (k, t, x, T)))
        return np.asarray(np.where(k == 0, 1 - alive, 0) + alive * while_alive[row].reshape(x.shape))

    def expected_of_new(self, t: ArrayLike) -> FloatArray:
        """E[X(t)]: the repeat purchases to expect of a new customer in the time t after the first purchase."""
        self._check_fitted()
        t = self._ahead(t)
        return np.asarray(self._stays * self._expected_if_alive(t, np.zeros(t.shape), np.zeros(t.shape)))

    def probability_of_new(self, k: ArrayLike, t: ArrayLike) -> FloatArray:
        """P(X(t) = k): the probability that a new customer makes exactly k repeat purchases in the time t."""
        self._check_fitted()
        k, t = np.broadcast_arrays(_whole(k), self._ahead(t))
        new = self._probability_if_alive(k, t, np.zeros(t.shape), np.zeros(t.shape))
        return np.asarray(np.where(k == 0, 1 - self._stays, 0) + self._stays * new)

    def goodness_of_fit(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, n: ArrayLike | None = None, last: int = 7
    ) -> GoodnessOfFit:
        """Customers by number of repeat purchases, against the model.

        Args:
            x: As for `fit`.
            t_x: As for `fit`.
            T: As for `fit`.
            n: As for `fit`.
            last: The last number of purchases told apart; it stands for itself and more.

        Returns:
            See `GoodnessOfFit`.
        """
        self._check_fitted()
        rows = histories(x, t_x, T, n)
        actual = np.bincount(np.minimum(rows.x, last).astype(np.int64), rows.n, last + 1).astype(np.float64)
        times, row = np.unique(rows.T, return_inverse=True)
        chance = self.probability_of_new(np.arange(last)[:, None], times)
        expected = chance @ np.bincount(row, rows.n, len(times))
        expected = np.append(expected, np.maximum(0.0, rows.n.sum() - expected.sum()))
        return judged(actual, expected, len(self.names))

    def _possible(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        return checked(x, t_x, T)

    def _ahead(self, t: ArrayLike) -> FloatArray:
        time = np.asarray(t, np.float64)
        if not (np.isfinite(time) & (time >= 0)).all():
            raise ValueError("t, the time ahead, must be known, 0 or more.")
        return time

    @abstractmethod
    def simulate(self, T: ArrayLike, seed: int, ahead: float = 0.0) -> Simulated:
        """Customers as the model has them.

        Args:
            T: Time observed, one for each customer.
            seed: The same seed gives the same customers.
            ahead: Time after T in which later purchases are counted.

        Raises:
            RuntimeError: Not fitted, or the fit did not converge.
        """

    @abstractmethod
    def _likelihood(self, rows: Histories, unit: float = 1.0, /) -> LogLikelihood:
        """The log-likelihood of customers whose times, and the parameters that are times, are in `unit`."""

    @abstractmethod
    def _starts(self, repeats: float, /) -> list[FloatArray]:
        """Where to begin: logarithms of parameters, times in mean T; `repeats` a customer in that time."""

    @property
    def _stays(self) -> float:
        """The probability that a new customer has not left at once."""
        return 1.0

    @abstractmethod
    def _alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray: ...

    def _alive_slopes(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> list[FloatArray]:
        """Derivatives of the logarithm of the probability to be there, in the logarithms of the parameters."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self._slopes([np.log(model._alive(x, t_x, T)) for model in self._around()])

    @abstractmethod
    def _expected_if_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _probability_if_alive(self, k: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray: ...


def judged(actual: FloatArray, expected: FloatArray, parameters: int) -> GoodnessOfFit:
    """Pearson's comparison of counts by number of purchases 0, 1, ..."""
    cells: list[list[float]] = []
    for seen, fitted in zip(actual[::-1], expected[::-1], strict=True):
        if cells and cells[-1][1] < 5:
            cells[-1][0] += seen
            cells[-1][1] += fitted
        else:
            cells.append([float(seen), float(fitted)])
    if len(cells) > 1 and cells[-1][1] < 5:
        seen, fitted = cells.pop()
        cells[-1] = [cells[-1][0] + seen, cells[-1][1] + fitted]
    joined = np.array(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = float(((joined[:, 0] - joined[:, 1]) ** 2 / joined[:, 1]).sum())
    degrees = len(joined) - 1 - parameters
    p_value = float(gammaincc(degrees / 2, statistic / 2)) if degrees > 0 else np.nan
    return GoodnessOfFit(np.arange(len(actual)), actual, expected, statistic, degrees, p_value)


def _whole(k: ArrayLike) -> FloatArray:
    count = np.asarray(k, np.float64)
    if not (np.isfinite(count) & (count >= 0) & (count == np.floor(count))).all():
        raise ValueError("k counts purchases and must be whole, 0 or more.")
    return count
