"""Do the data of a shop begin with the shop, or in the middle of its life; and how far does that reach?

Data that begin in mid-life show old customers as new: their first purchase on file is none. How many of those who look
new in a month are old follows from how long customers stay away between two purchases, which later months tell. Whether
the shop opened with its data is told by the level of the first months (in mid-life the active customers are level from
the start, in a shop that opened the new ones are), and by how those who look new then come back: as later newcomers do,
or as those do who look new where the data are cut off in a later month as an experiment.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from loyalty_metrics.stats.histogram import FloatArray

Outcome = Literal["no_matter", "mid_life", "opened", "ask"]

FEWEST_MONTHS = 6
"""Fewer months never tell: it is asked."""

LITTLE, SOME, MOSTLY = 0.05, 0.10, 0.40
"""Shares of old customers in a month's newcomers: below the first it does not matter, from the last on no figure of the
newcomers alone is told."""

_LATE_NEWCOMERS = 10
_CELL_CUSTOMERS, _REFERENCE_CUSTOMERS = 5, 10
_MIXTURES = (0.0, 0.25, 0.5, 0.75, 1.0)
_FAR_SEASON = 0.25
_SURE_OF_OLD, _SURE_OF_OLD_BY_SEASON, _SURE_OF_NEW = 3.0, 8.0, -2.0
"""Evidence beyond which it is not asked; more is needed where seasons make months unlike each other."""


@dataclass(frozen=True)
class Edge:
    """What the months tell of the edge of the data.

    Attributes:
        outcome: `mid_life` or `opened`; `no_matter` where hardly any newcomer can be old; `ask` where it is not told.
        old: How many of the newcomers of each month are old customers if the data begin in mid-life.
        share: The same as a share of them, at most .99; NaN in a month without newcomers.
        old_error: Standard error of `old`.
        evidence: Above 0 for mid-life, below for an opening; a log likelihood ratio, roughly.
        old_returns: Of old customers who come after an absence longer than the month's place, the share active so
            many months later: one row a month, one column a month ahead; NaN where unknown.
        old_returns_error: Its standard errors.
    """

    outcome: Outcome
    old: FloatArray
    share: FloatArray
    old_error: FloatArray
    evidence: float
    old_returns: FloatArray
    old_returns_error: FloatArray

    def reach(self, below: float) -> int:
        """The first month from which on the share of old customers stays below a bound."""
        above = np.flatnonzero(np.nan_to_num(self.share) >= below)
        return int(above[-1]) + 1 if len(above) else 0


def edge_of(counts: FloatArray) -> Edge:
    """Find the edge of the data from who came in which month, after how long, and came again when.

    Args:
        counts: Customers by month, by months since they came before (0: never before), and by months ahead in which
            they came again; `[m, g, 0]` are all who came in month m after g months. Whole months alone.

    Returns:
        See `Edge`.

    Source:
        The share of old among active customers by their gaps: renewal theory, stationary forward recurrence (Cox, D. R.
        (1962). Renewal Theory, chapter 5). Thresholds were set by simulation, see docs/what_may_be_said.md.
    """
    months = len(counts)
    late = (months + 1) // 2
    active, new = counts[:, :, 0].sum(axis=1), counts[:, 0, 0]
    old, error = _old(counts, active, late)
    with np.errstate(all="ignore"):
        share = np.minimum(np.where(new > 0, old / new, np.nan), 0.99)
    returns, returns_error = _old_returns(counts, late)
    evidence, part_old, season = _evidence(counts, active, new, late) if months >= FEWEST_MONTHS else (0.0, 0.0, 0.0)
    outcome = _outcome(share, evidence, part_old, season, months, new[late:].sum())
    return Edge(outcome, old, share, error, evidence, returns, returns_error)


def _outcome(
    share: FloatArray, evidence: float, part_old: float, season: float, months: int, newcomers: float
) -> Outcome:
    if months < FEWEST_MONTHS or newcomers < _LATE_NEWCOMERS:
        return "ask"
    if share[0] < LITTLE:
        return "no_matter"
    if evidence > (_SURE_OF_OLD_BY_SEASON if season > _FAR_SEASON else _SURE_OF_OLD):
        return "mid_life"
    return "opened" if evidence < _SURE_OF_NEW and part_old < 1 else "ask"


def _old(counts: FloatArray, active: FloatArray, late: int) -> tuple[FloatArray, FloatArray]:
    """How many of each month's newcomers are old in mid-life, and the standard error.

    Of the active customers of a late month, so many have been away for more than k months; in mid-life as many of
    those of month k, who then look new. Shares of the active make that free of growth.
    """
    months = len(counts)
    gaps = np.arange(1.0, months)
    came = np.array([counts[max(int(g), late) :, int(g), 0].sum() for g in gaps])
    of = np.array([active[max(int(g), late) :].sum() for g in gaps])
    share, variance = (np.divide(came, part, out=np.zeros(len(gaps)), where=of > 0) for part in (of, of**2))
    tail = _longer_than_the_file(gaps, share, came, months)
    longer = np.append(share[::-1].cumsum()[::-1], 0.0) + tail
    spread = np.append(variance[::-1].cumsum()[::-1], 0.0) + (tail / 2) ** 2
    old = active * longer
    return old, np.sqrt(active**2 * spread + (0.05 * old) ** 2)


def _longer_than_the_file(gaps: FloatArray, share: FloatArray, came: FloatArray, months: int) -> float:
    """The share of the active who were away for longer than the file, by a geometric tail of the gaps seen."""
    fitted = (gaps >= months / 3) & (gaps <= months - 3) & (share > 0)
    if came[fitted].sum() < 20 or fitted.sum() < 2:
        return 0.0
    slope, level = np.polyfit(gaps[fitted], np.log(share[fitted]), 1, w=np.sqrt(came[fitted]))
    ratio = min(float(np.exp(slope)), 0.9)
    last = share[gaps >= 2 * months / 3].sum()
    return float(min(np.exp(level + slope * months) / (1 - ratio), 1.5 * last))


def _old_returns(counts: FloatArray, late: int) -> tuple[FloatArray, FloatArray]:
    """How those come back who were away longer than each month's place; of the last that has 15 of them."""
    months = len(counts)
    returns, error = (np.full((months, months), np.nan) for _ in range(2))
    for ahead in range(months):
        for k in range(months):
            start = max(late, k + 1)
            of = counts[start : months - ahead, k + 1 :, 0].sum()
            if of >= 15:
                share = counts[start : months - ahead, k + 1 :, ahead].sum() / of
                returns[k, ahead] = share
                error[k, ahead] = np.sqrt(share * (1 - share) / of + (0.05 * share) ** 2)
            elif k:
                returns[k, ahead], error[k, ahead] = returns[k - 1, ahead], error[k - 1, ahead]
    return returns, error


def _evidence(counts: FloatArray, active: FloatArray, new: FloatArray, late: int) -> tuple[float, float, float]:
    """The evidence for mid-life, that for a first cohort only partly old, and the season's spread."""
    spread = np.log(np.maximum(active[late:], 0.5)).std(ddof=1) ** 2 - 1 / max(active[late:].mean(), 1)
    season = max(0.10, float(np.sqrt(max(spread, 0))))
    likely = _likelihoods(counts, new, late, season)
    part_old = max(likely[1:-1]) - likely[0]
    return _by_levels(active, new, late) + likely[-1] - likely[0], part_old, season


def _by_levels(active: FloatArray, new: FloatArray, late: int) -> float:
    """Whether the first months' active or their newcomers are nearer to the late level; a burst can make any count."""
    first = slice(0, min(2, late - 1) + 1)

    def away(counts: FloatArray) -> FloatArray:
        seen, usual = np.maximum(counts[first], 0.5), max(float(np.median(counts[late:])), 0.5)
        return np.asarray(np.log(seen / usual) / np.sqrt(1 / 16 + 1 / seen))

    told = np.log1p(away(new) ** 2 / 3) - np.log1p(away(active) ** 2 / 3)
    return float(np.clip(4 * told.mean(), -4, 4))


@dataclass(frozen=True)
class _Cells:
    """Cells of the first cohorts with what they should be: as late newcomers, or as those cut off in a later month."""

    k: FloatArray
    ahead: FloatArray
    n: FloatArray
    seen: FloatArray
    like_new: FloatArray
    of_new: FloatArray
    like_cut: FloatArray
    of_cut: FloatArray


def _cells(counts: FloatArray, new: FloatArray, late: int) -> _Cells:
    months, rows = len(counts), []
    for k in range(min(5, late - 1) + 1):
        for ahead in range(1, min(6, months - k - 1) + 1):
            of_new = new[late : months - ahead].sum()
            like_new = counts[late : months - ahead, 0, ahead].sum()
            cut = counts[late + k : months - ahead]
            of_cut, like_cut = (cut[:, k + 1 :, a].sum() + cut[:, 0, a].sum() for a in (0, ahead))
            if new[k] >= _CELL_CUSTOMERS and min(of_new, of_cut) >= _REFERENCE_CUSTOMERS:
                rows.append((k, ahead, new[k], counts[k, 0, ahead] / new[k], like_new, of_new, like_cut, of_cut))
    return _Cells(*np.array(rows, np.float64).reshape(-1, 8).T)


def _likelihoods(counts: FloatArray, new: FloatArray, late: int, season: float) -> list[float]:
    """How likely the first cohorts' returns are, for each share of old customers among them."""
    cells = _cells(counts, new, late)
    if not len(cells.k):
        return [0.0] * len(_MIXTURES)
    like_new, like_cut = (cells.like_new + 0.5) / (cells.of_new + 1), (cells.like_cut + 0.5) / (cells.of_cut + 1)
    return [_likelihood(cells, like_new, like_cut, share, season) for share in _MIXTURES]


def _likelihood(cells: _Cells, like_new: FloatArray, like_cut: FloatArray, old: float, season: float) -> float:
    """Of a normal: cells of a cohort go together, so do those of one age, and all of one calendar month by season."""
    expected = like_new + old * (like_cut - like_new)
    spread = np.sqrt(expected * (1 - expected))
    same = np.eye(len(expected))
    cohort = np.equal.outer(cells.k, cells.k)
    age = np.equal.outer(cells.ahead, cells.ahead)
    when = cells.k + cells.ahead
    sampling = np.where(same == 1, 1.0, np.where(cohort, 0.3, 0.0)) / np.sqrt(np.outer(cells.n, cells.n))
    sampling += (1 - old) ** 2 * age / np.sqrt(np.outer(cells.of_new, cells.of_new)) + old**2 * same / cells.of_cut
    level = season**2 * np.exp(-np.abs(np.subtract.outer(when, when)) / 3) + 0.08**2 * cohort + 0.05**2 * same
    covariance = np.outer(spread, spread) * sampling + np.outer(expected, expected) * level
    root = np.linalg.cholesky(covariance)
    away = np.linalg.solve(root, cells.seen - expected)
    return float(-0.5 * away @ away - np.log(np.diag(root)).sum())


@dataclass(frozen=True)
class Newcomers:
    """The return of the true newcomers of a month alone, with its 95 % interval; NaN where it cannot be told."""

    share: FloatArray
    error: FloatArray


def newcomers_alone(edge: Edge, new: FloatArray, returned: FloatArray, ahead: int) -> Newcomers:
    """Take the old customers out of what the newcomers of each month did.

    Told from nine months on, where the share of old customers is at least .05 and below .40 and thirty true newcomers
    are left. It takes the late behaviour of old customers for their early one.

    Args:
        edge: Of the data.
        new: Customers first seen in each month.
        returned: Of them, those active so many months later.
        ahead: How many.
    """
    if len(new) <= ahead:
        return Newcomers(*np.full((2, len(new)), np.nan))
    left, old_returns, error = new - edge.old, edge.old_returns[:, ahead], edge.old_returns_error[:, ahead]
    told = (len(new) >= 9) & (edge.share >= LITTLE) & (edge.share < MOSTLY) & (left >= 30)
    with np.errstate(all="ignore"):
        share = (returned - edge.old * old_returns) / left
        usual = np.clip((returned - edge.old * old_returns + 2) / (left + 4), 0.02, 0.98)
        variance = returned * (1 - usual) ** 2 + (new - returned) * usual**2
        variance += (old_returns - usual) ** 2 * edge.old_error**2 + (edge.old * error) ** 2
        spread = np.sqrt(variance) / left
    return Newcomers(np.where(told, share, np.nan), np.where(told, spread, np.nan))
