"""What tells customers apart, on scales on which they can be compared: counts, money, days and shares side by side."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.shrinkage import correlation_within

Kind = Literal["count", "money", "share", "mean"]

KNOWN_OF = 0.25
"""A trait known of fewer customers tells nobody apart."""

LEAST_CORRELATION = 0.01
"""Shares that differ less between customers than this (variance / p(1 - p)) hardly differ beyond chance."""

FURTHEST = 5.0
"""Values further from the middle than so many standard deviations are drawn in to there."""

NORMAL_QUARTILES = 1.349
"""Standard deviations from the lower to the upper quartile of a normal distribution."""

STEP_VARIANCE = 1 / 12
"""Variance of |a - b| / (a + b) for two gaps that follow each other by chance (exponential): it is uniform."""


@dataclass(frozen=True)
class Trait:
    """One trait of all customers.

    Attributes:
        name: What it is.
        kind: `count` is 1 or more; `money` positive; `share` so many (values) of so many (sizes); `mean` an average
            (values) of so many (sizes).
        values: One a customer.
        sizes: Out of how many, for shares and means; 0 where nothing is known.
    """

    name: str
    kind: Kind
    values: FloatArray
    sizes: FloatArray = field(default_factory=lambda: np.empty(0))

    def taken(self, places: np.ndarray) -> "Trait":
        """The trait of some of the customers."""
        return Trait(self.name, self.kind, self.values[places], self.sizes[places] if len(self.sizes) else self.sizes)


@dataclass(frozen=True)
class Scale:
    """How a trait is brought to the common scale; made of all customers, and then the same for any of them."""

    kind: Kind
    middle: float
    spread: float
    unit: float
    mean: float
    prior: float

    def of(self, trait: Trait, rng: np.random.Generator | None = None) -> FloatArray:
        """The trait in standard deviations from the middle; what is not known stands at the mean of all.

        Args:
            trait: Of any customers.
            rng: Spreads whole numbers over the room between them, as a histogram would, and gives customers of whom
                nothing is known the value of somebody of whom it is. Without this the places where whole numbers lie,
                and the one where the unknown lie, would look like groups.
        """
        raw = self._raw(trait, rng)
        if len(trait.sizes):
            unknown = trait.sizes == 0
            lent = rng is not None and not unknown.all()
            raw[unknown] = rng.choice(raw[~unknown], int(unknown.sum())) if rng and lent else self.mean
        return np.clip((raw - self.middle) / self.spread, -FURTHEST, FURTHEST)

    def _raw(self, trait: Trait, rng: np.random.Generator | None) -> FloatArray:
        values = trait.values
        if rng is not None and self.kind in ("count", "share"):
            values = values + rng.uniform(-0.5, 0.5, len(values))
        if self.kind == "count":
            return np.log(values)
        if self.kind == "money":
            return np.arcsinh(values / self.unit)
        sums = values if self.kind == "share" else values * trait.sizes
        return (sums + self.prior * self.mean) / (trait.sizes + self.prior)


def scale(trait: Trait) -> Scale | None:
    """The scale of a trait.

    Counts are taken as logarithms, money as asinh of its size against the 5% quantile, so that no currency matters.
    Shares and means of few are drawn towards that of all by as much as chance blurs them. All are then measured from
    the median, in units of the middle half (robust scaling) or of the standard deviation, whichever is larger: where
    most customers are alike, such as never sending anything back, the middle half alone has next to no width.

    Returns:
        None where the trait tells nobody apart: known of too few, alike in all, or differing no more than by chance.
    """
    known = trait.sizes > 0 if len(trait.sizes) else np.ones(len(trait.values), bool)
    if known.sum() < max(2, KNOWN_OF * len(trait.values)):
        return None
    unit = mean = prior = 1.0
    if trait.kind == "money":
        unit = float(np.quantile(trait.values, 0.05))
    elif trait.kind != "count":
        values, sizes = trait.values[known], trait.sizes[known]
        mean, prior = _share_prior(values, sizes) if trait.kind == "share" else _mean_prior(values, sizes)
    if not (unit > 0 and np.isfinite(prior)):
        return None
    raw = Scale(trait.kind, 0.0, 1.0, unit, mean, prior)._raw(trait, None)[known]
    low, middle, high = np.quantile(raw, [0.25, 0.5, 0.75])
    spread = max((high - low) / NORMAL_QUARTILES, float(raw.std()))
    if not spread > 1e-9 * max(1.0, abs(middle)):
        return None
    return Scale(trait.kind, float(middle), float(spread), unit, mean, prior)


def _share_prior(counts: FloatArray, sizes: FloatArray) -> tuple[float, float]:
    """The share of all, and how many observations it is worth against those of one customer."""
    correlation = correlation_within(counts, sizes)
    prior = (1 - correlation) / correlation if correlation >= LEAST_CORRELATION else np.inf
    return float(counts.sum() / sizes.sum()), float(prior)


def _mean_prior(means: FloatArray, sizes: FloatArray) -> tuple[float, float]:
    """The same for means of `sizes` observations, each of variance `STEP_VARIANCE` by chance."""
    mean = float(means @ sizes / sizes.sum())
    spread = float(((means - mean) ** 2 * sizes).sum() - STEP_VARIANCE * len(means))
    between = spread / sizes.sum()
    return mean, float(STEP_VARIANCE / between) if between > LEAST_CORRELATION * STEP_VARIANCE else np.inf
