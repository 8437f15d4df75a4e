"""What customers are worth: how often they will come, times what they will spend, as money of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyalty_metrics.measures.remembered import remembered
from loyalty_metrics.stats.bgnbd import NOBODY_LEAVES, BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.btyd import RepeatBuying
from loyalty_metrics.stats.correlation import Correlation, rank_correlation
from loyalty_metrics.stats.discounting import discounted_purchases
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import Histories, IntArray, distinct, in_order
from loyalty_metrics.stats.nbd import NegativeBinomial

HORIZON, DISCOUNT = 365, 10
"""Days ahead and percent a year, where a frame does not say."""

FOR_WIDTHS = 10_000
"""Customers that are enough to tell how wide the interval of a sum over all is."""

MODEL, PLAIN_SPEND, RATE, NONE = "model", "plain_spend", "rate_so_far", "no_forecast"
"""How the figures were made: by the models; purchases by a model and spend as it was; both as they were; not at all."""


@dataclass(frozen=True)
class Customers:
    """Histories of customers, one a row: see `stats.histories`; `spend` is the mean of the repeats, NaN without one."""

    x: FloatArray
    t_x: FloatArray
    T: FloatArray
    spend: FloatArray

    @classmethod
    def of(cls, frame: pd.DataFrame, ending: str = "") -> "Customers":
        """From the columns `repeats`, `days_to_last`, `days_known` and `mean_spend`, each with this ending."""
        names = ("repeats", "days_to_last", "days_known", "mean_spend")
        return cls(*(frame[name + ending].to_numpy("float64", na_value=np.nan) for name in names))

    @cached_property
    def distinct(self) -> tuple[IntArray, IntArray]:
        """Where each distinct history stands first, and for each customer which it is."""
        return distinct(self.x, self.t_x, self.T)

    @cached_property
    def known(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The distinct histories."""
        first = self.distinct[0]
        return self.x[first], self.t_x[first], self.T[first]

    @cached_property
    def histories(self) -> Histories:
        """The distinct histories with their customers."""
        return Histories(*self.known, np.bincount(self.distinct[1]).astype(np.float64))

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Of the distinct histories, where each pair of x and T stands first, and for each history which it has."""
        x, _, T = self.known  # noqa: N806
        return distinct(x, T)

    def some(self, most: int) -> "Customers":
        """About so many of them, evenly over histories and spend: the same in whatever order they stand."""
        order = in_order(self.distinct[1], self.spend)[:: max(1, len(self.x) // most)]
        return Customers(self.x[order], self.t_x[order], self.T[order], self.spend[order])


class Worth(NamedTuple):
    """Of each customer: chance to be there, expected purchases and spend, value; and value of a purchase."""

    chance_there: FloatArray
    purchases: FloatArray
    spend: FloatArray
    value: FloatArray
    each: FloatArray


@dataclass(frozen=True)
class Valuation:
    """Fitted models, and the terms on which they value.

    Attributes:
        buying: How often customers come.
        spending: What they spend.
        usual: Mean spend of those who came back, for those of whom nothing is known.
        horizon: Days ahead.
        discount: Percent a year.
        margin: Of a unit of revenue; NaN: value is revenue.
        correlation: Of how often and how much, among those who came back.
    """

    buying: RepeatBuying
    spending: GammaGamma
    usual: float
    horizon: float
    discount: float
    margin: float
    correlation: Correlation

    @classmethod
    def fit(cls, known: Customers, frame: pd.DataFrame, margin: float = np.nan) -> "Valuation":
        """Fit to customers, on the terms that a frame's columns `horizon` and `discount` name."""
        back = known.x > 0
        x, spend = known.x[back], known.spend[back]
        # The search ends a rounding error apart where rows come in another order, as they may after another import.
        order = in_order(x, spend)
        x, spend = x[order], spend[order]
        horizon, discount = (_term(frame, *term) for term in (("horizon", HORIZON), ("discount", DISCOUNT)))
        return cls(
            best_model(known.histories),
            _spending(x, spend),
            float(spend.mean()) if len(spend) else np.nan,
            horizon,
            discount,
            margin,
            _link(x, spend),
        )

    @property
    def method(self) -> str:
        """How its figures are made."""
        if self.usual != self.usual:
            return NONE
        if not self.buying.converged_:
            return RATE
        return MODEL if self.spending.converged_ else PLAIN_SPEND

    @property
    def reason(self) -> str:
        """Why not by the models; empty when they could be fitted."""
        return self.buying.reason_ or self.spending.reason_

    @property
    def told(self) -> str:
        """The models and their parameters."""
        return f"{self.buying!r}; {self.spending!r}"

    @property
    def basis(self) -> str:
        """What value is counted in."""
        return "margin" if self.margin == self.margin else "revenue"

    def purchases(self, customers: Customers, days: float, model: RepeatBuying | None = None) -> FloatArray:
        """Expected purchases of each distinct history in so many days."""
        x, _, T = customers.known  # noqa: N806
        if self.method == NONE:
            return np.full(len(x), np.nan)
        if self.method == RATE:
            return np.divide(days * x, T, out=np.zeros(len(x)), where=T > 0)
        (first, row), buying = customers.pairs, model or self.buying
        return np.asarray(
            buying.probability_not_left(*customers.known) * buying.expected_while_alive(days, x[first], T[first])[row]
        )

    def spend(self, customers: Customers, model: GammaGamma | None = None) -> FloatArray:
        """Expected spend of each customer on an occasion."""
        own = np.where(customers.x > 0, customers.spend, self.usual)
        if not self.spending.converged_:
            return own
        expected = (model or self.spending).expected_spend(customers.x, own)
        # Where spend differs so much that the model has no mean, the mean that was seen stands in.
        return np.where(np.isnan(expected), self.usual, expected)

    def of(self, customers: Customers) -> Worth:
        """What each customer is worth."""
        row = customers.distinct[1]
        plain = self.purchases(customers, self.horizon)
        rate = np.log1p(self.discount / 100) / 365
        if self.method in (NONE, RATE):
            there = np.full(len(plain), np.nan)
            discounted = plain * (-np.expm1(-rate * self.horizon) / (rate * self.horizon) if rate else 1.0)
        else:
            there = self.buying.probability_alive(*customers.known)
            discounted = discounted_purchases(self.buying, self.horizon, rate, *customers.known)
        now = np.divide(discounted, plain, out=np.ones_like(plain), where=plain > 0)[row]
        spend = self.spend(customers)
        each = now * (self.margin if self.basis == "margin" else 1.0)
        return Worth(there[row], plain[row], spend, plain[row] * spend * each, each)

    def purchase_ends(self, customers: Customers) -> tuple[FloatArray, FloatArray]:
        """The 95 % interval of each customer's expected purchases within the horizon, by the model."""
        low, high = self.buying.purchases_interval(self.horizon, *customers.known)
        row = customers.distinct[1]
        return low[row], high[row]

    def half_widths(self, customers: Customers, ends: tuple[FloatArray, FloatArray]) -> FloatArray:
        """Half the width of the 95 % interval of the logarithm of each customer's value; NaN without the model.

        Args:
            customers: One a row.
            ends: Their `purchase_ends`, where the model tells purchases.
        """
        if self.method != MODEL:
            return np.full(len(customers.x), np.nan)
        spending = self.spending.half_width(customers.x, customers.spend)
        # Where spend has no mean in the model, the one that was seen stands in, which no parameter moves.
        return np.hypot(half(*ends), np.where(np.isnan(spending), 0.0, spending))

    def sums(
        self, customers: Customers, groupings: Sequence[tuple[IntArray, int]] = (), worth: Worth | None = None
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The value of groups of customers, with its 95 % interval from the uncertainty of the parameters.

        Args:
            customers: One a row.
            groupings: For each way to group them, the number of each one's group, and how many groups there are; none:
                all in one group.
            worth: What they are worth, where that is known already.

        Returns:
            Value, low and high of each group, one grouping after the other; without the model no interval.
        """
        worth = worth or self.of(customers)
        total = _added(worth.value, groupings) if groupings else np.array([worth.value.sum()])
        if self.method != MODEL:
            return total, np.full(len(total), np.nan), np.full(len(total), np.nan)
        if not groupings:
            # How wide the interval of the sum is hardly depends on which customers it is over.
            customers = customers.some(FOR_WIDTHS)
            worth, groupings = self.of(customers), [(np.zeros(len(customers.x), np.int64), 1)]
        return (total, *widened(total, self._widths(customers, groupings, worth)))

    def _widths(self, customers: Customers, groupings: Sequence[tuple[IntArray, int]], worth: Worth) -> FloatArray:
        """Half the widths of the intervals of the logarithms of the sums of groups."""
        row = customers.distinct[1]
        # The discount of each customer is taken as it is: it hardly depends on the parameters.
        of_purchase, of_money = np.abs(worth.spend * worth.each), np.abs(worth.purchases * worth.each)
        buying = half(
            *self.buying.interval(
                lambda model: _added(of_purchase * self.purchases(customers, self.horizon, model)[row], groupings)
            )
        )
        spending = half(
            *self.spending.interval(lambda model: _added(of_money * self.spend(customers, model), groupings))
        )
        return np.hypot(buying, spending)


def _added(each: FloatArray, groupings: Sequence[tuple[IntArray, int]]) -> FloatArray:
    return np.concatenate([np.bincount(of, each, count).astype(np.float64) for of, count in groupings])


def widened(value: FloatArray, half_width: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The ends of an interval around values whose logarithm, but for their sign, has this half width."""
    ends = value * np.exp(-half_width), value * np.exp(half_width)
    return np.minimum(*ends), np.maximum(*ends)


def half(low: FloatArray, high: FloatArray) -> FloatArray:
    """Half the width of an interval of a logarithm; nothing where the figure is 0 and certain."""
    return np.asarray(np.log(np.divide(high, low, out=np.ones_like(high), where=low != 0)) / 2)


@remembered(8)
def _spending(x: FloatArray, spend: FloatArray) -> GammaGamma:
    return GammaGamma().fit(x, spend)


@remembered(8)
def _link(x: FloatArray, spend: FloatArray) -> Correlation:
    return rank_correlation(x, spend)


@remembered(8)
def best_model(rows: Histories) -> RepeatBuying:
    """The likelier of BG/NBD and MBG/NBD, which have as many parameters; one that failed only when both did.

    Where nobody seems to leave, both come to the NBD: that is fitted then.
    """
    models: list[RepeatBuying] = [kind().fit_histories(rows) for kind in (BetaGeometricNBD, ModifiedBetaGeometricNBD)]
    if all(model.reason_.startswith(NOBODY_LEAVES) for model in models):
        models.append(NegativeBinomial().fit_histories(rows))
    return max(models, key=lambda model: model.log_likelihood_ if model.converged_ else -np.inf)


def margin_of(frame: pd.DataFrame, columns: Sequence[str] = ("margin_share",)) -> float:
    """The first of these columns that is known; NaN where none is."""
    found = (_term(frame, name, np.nan) for name in columns)
    return next((value for value in found if value == value), np.nan)


def _term(frame: pd.DataFrame, name: str, default: float) -> float:
    """A column that is the same on every row."""
    if name not in frame or frame.empty or pd.isna(frame[name].iloc[0]):
        return default
    return float(frame[name].iloc[0])
