"""Is a week beyond what the weeks before it, and the same weeks of the year before, lead to expect?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.proportions import mid_p

BASE, YEAR = 12, 52
"""Weeks before that tell the level, and weeks back to the same season."""

AROUND = 1
"""Weeks on either side of the same week a year before that tell its season too: feasts move, and one week is noise."""

FEWEST = 8
"""Earlier weeks whose own surprises must be known before a week is judged by their spread."""

THIN, VERY_THIN = (60.0, 5.0), (2.0, 0.1)
"""Typical orders that the weeks before must hold, and that must be expected, for a series to be judged; of counts
of what is rare and weighs much, where only a rise can be told."""


@dataclass(frozen=True)
class Surprise:
    """What was expected of each series in each week (or of the weeks up to it), and how surprising it was.

    Attributes:
        seen: The sum that was seen.
        expected: What the level before and the season lead to expect; NaN where too little is known.
        spread: The standard deviation of the difference.
        factor: How much more earlier weeks strayed than their orders alone would make them, at least 1.
        degrees: Degrees of freedom from which the spread was told.
        chance: How often chance makes a difference as large, either way; NaN where not judged.
        by_season: Whether the same weeks of the year before were taken into account.
    """

    seen: FloatArray
    expected: FloatArray
    spread: FloatArray
    factor: FloatArray
    degrees: FloatArray
    chance: FloatArray
    by_season: FloatArray

    def interval(self) -> tuple[FloatArray, FloatArray]:
        """The 95% interval of the difference between what was seen and what was expected without a change."""
        half = stdtrit(np.maximum(self.degrees, 1), 0.975) * self.spread
        change = self.seen - self.expected
        return change - half, change + half


def surprises(sums: ArrayLike, squares: ArrayLike, weeks: int = 1, thin: tuple[float, float] = THIN) -> Surprise:
    """Compare each week, or the last few together, with what came before.

    A week's sum of orders is taken for compound Poisson, overdispersed: its variance is the sum of squared orders
    times a factor that is told by how far earlier weeks strayed from what was expected of them, and at least 1. So one
    huge order makes its own week's spread as huge, and makes no surprise. What is expected is the mean of the twelve
    weeks before, times what the same weeks of the year before were of the twelve before them. Square roots are
    compared, which makes small counts nearly normal. Until enough of a second year is known, the season is left out
    of account; earlier weeks then strayed by the season as well, and the factor says so.

    Args:
        sums: One row a series and one column a week, in order and without gaps; 0 where nothing happened, NaN before
            the series begins.
        squares: The sums of squares of what was added up; of counts, the counts.
        weeks: How many weeks up to each are taken together.
        thin: Typical orders there must be before, and expected.

    Returns:
        Arrays of the same shape.

    Source:
        Variance of a compound Poisson sum and quasi-likelihood: McCullagh & Nelder (1989). Generalized Linear Models,
        2nd ed., chapter 9; square roots: Anscombe, F. J. (1948). Biometrika 35, 246-254.
    """
    y, yy = np.atleast_2d(np.asarray(sums, np.float64)), np.atleast_2d(np.asarray(squares, np.float64))
    now, now_var = _rolling(y, weeks), _rolling(yy, weeks)
    base, base_var = _rolling(_back(y, weeks), BASE), _rolling(_back(yy, weeks), BASE)
    with np.errstate(all="ignore"):
        level = base * weeks / BASE
        level_error = base_var / base**2
        beside = AROUND if weeks == 1 else 0
        around = [_back(_rolling(part, weeks + 2 * beside), YEAR - beside) for part in (y, yy)]
        year = [*around, *(_back(part, YEAR) for part in (base, base_var))]
        season = (year[0] / (weeks + 2 * beside)) / (year[2] / BASE)
        season_error = year[1] / year[0] ** 2 + year[3] / year[2] ** 2
        has_year = (year[0] ** 2 / year[1] >= THIN[1]) & (year[2] ** 2 / year[3] >= THIN[0]) & (year[0] > 0)
        size = (now_var + base_var) / (now + base)
        thick = (base > 0) & (base**2 / base_var >= thin[0]) & (size > 0)
        plain = _judged(now, np.where(thick, level, np.nan), size, level_error, weeks, thin[1])
        expected, error = np.where(thick & has_year, level * season, np.nan), level_error + season_error
        seasonal = _judged(now, expected, size, error, weeks, thin[1])
    by_season = np.isfinite(seasonal.chance)
    names = ("seen", "expected", "spread", "factor", "degrees", "chance")
    chosen = {name: np.where(by_season, getattr(seasonal, name), getattr(plain, name)) for name in names}
    return Surprise(**chosen, by_season=by_season)


def _judged(
    now: FloatArray, expected: FloatArray, size: FloatArray, relative: FloatArray, weeks: int, fewest: float
) -> Surprise:
    """Set the difference against those of the year before.

    Args:
        now: What was seen.
        expected: What was expected.
        size: The size of a typical order: the unit in which sums are nearly Poisson counts.
        relative: The squared relative error of what was expected.
        weeks: How many weeks are taken together.
        fewest: Typical orders that must be expected.
    """
    e = np.where(expected / size >= fewest, expected / size, np.nan)
    error = 1 + e * relative
    z = 2 * (np.sqrt(np.maximum(now / size, 0) + 0.375) - np.sqrt(e + 0.375)) / np.sqrt(error)
    known, squared = np.isfinite(z), np.nan_to_num(z**2)
    past = _back(_sum_of_last(known.astype("float64"), YEAR), weeks)
    factor = np.maximum(_back(_sum_of_last(squared, YEAR), weeks) / np.where(past > 0, past, np.nan), 1)
    degrees = np.where(past >= FEWEST * weeks, past / weeks, np.nan)
    chance = 2 * stdtr(degrees, -np.abs(z) / np.sqrt(factor))
    spread = size * np.sqrt(factor * e * error)
    return Surprise(now, np.where(np.isfinite(chance), e * size, np.nan), spread, factor, degrees, chance, chance > 2)


@dataclass(frozen=True)
class ShareChange:
    """Shares of the last weeks against those of the weeks before: one of each a series.

    Attributes:
        hits, size: Of the last weeks.
        hits_before, size_before: Of the weeks before.
        factor: How much more weeks stray than chance alone would make them, at least 1.
        chance: How often chance makes shares so far apart; NaN where too little is known.
    """

    hits: FloatArray
    size: FloatArray
    hits_before: FloatArray
    size_before: FloatArray
    factor: FloatArray
    chance: FloatArray


def share_changes(hits: ArrayLike, size: ArrayLike, weeks: int, season: bool = True) -> ShareChange:
    """Compare the share of the last weeks with that of the year before them, week by week overdispersed.

    Where the same weeks a year earlier are known and not unlike the last ones (5%, or the other way), the season may
    have made the change, and it does not count.

    Args:
        hits: One row a series and one column a week, up to the one looked at.
        size: Of how many.
        weeks: How many weeks at the end are taken together.
        season: Whether to look at the same weeks of the year before.
    """
    x, n = (np.nan_to_num(np.atleast_2d(np.asarray(each, np.float64))) for each in (hits, size))
    before = slice(max(0, x.shape[1] - weeks - YEAR), max(0, x.shape[1] - weeks))
    x1, n1, x0, n0 = x[:, -weeks:].sum(1), n[:, -weeks:].sum(1), x[:, before].sum(1), n[:, before].sum(1)
    factor = _straying(x[:, before], n[:, before])
    enough = (np.count_nonzero(n[:, before], axis=1) >= BASE) & (n1 >= THIN[1]) & (n0 >= THIN[0])
    chance = np.where(enough, _mid_p(x1, n1, x0, n0, factor), np.nan)
    if season and x.shape[1] >= weeks + YEAR:
        ago = slice(x.shape[1] - weeks - YEAR, x.shape[1] - YEAR)
        xa, na = x[:, ago].sum(1), n[:, ago].sum(1)
        with np.errstate(all="ignore"):
            alike = _mid_p(x1, n1, xa, na, factor) > REPEATS
            other_way = np.sign(x1 / n1 - xa / na) != np.sign(x1 / n1 - x0 / n0)
        chance = np.where(np.isfinite(chance) & (na > 0) & (alike | other_way), 1.0, chance)
    return ShareChange(x1, n1, x0, n0, factor, chance)


REPEATS = 0.05
"""Above this the same weeks a year before are called alike."""


def _straying(x: FloatArray, n: FloatArray) -> FloatArray:
    """Pearson's chi-square of the weeks over its degrees of freedom, at least 1."""
    with np.errstate(all="ignore"):
        share = x.sum(1, keepdims=True) / n.sum(1, keepdims=True)
        each = np.where(n > 0, (x - n * share) ** 2 / (n * share * (1 - share)), 0)
        factor = np.nansum(each, axis=1) / np.maximum(np.count_nonzero(n, axis=1) - 1, 1)
    return np.maximum(np.nan_to_num(factor, nan=1.0, posinf=1.0), 1)


def _mid_p(x1: FloatArray, n1: FloatArray, x0: FloatArray, n0: FloatArray, factor: FloatArray) -> FloatArray:
    """Fisher's test, mid-p, on so many fewer customers as weeks stray more than chance makes them."""
    n1, n0, x1, x0 = (np.round(each / factor) for each in (n1, n0, x1, x0))
    return mid_p(np.minimum(x1, n1), n1, np.minimum(x0, n0), n0)


def _back(values: FloatArray, weeks: int) -> FloatArray:
    """The values so many weeks earlier."""
    moved = np.full(values.shape, np.nan)
    if weeks < values.shape[1]:
        moved[:, weeks:] = values[:, : values.shape[1] - weeks]
    return moved


def _rolling(values: FloatArray, weeks: int) -> FloatArray:
    """The sum of so many weeks up to each; NaN where not all are known."""
    known = _sum_of_last(np.isfinite(values).astype("float64"), weeks)
    return np.where(known == weeks, _sum_of_last(np.nan_to_num(values), weeks), np.nan)


def _sum_of_last(values: FloatArray, weeks: int) -> FloatArray:
    total = np.cumsum(values, axis=1)
    total[:, weeks:] = total[:, weeks:] - total[:, :-weeks]
    return total
