"""Where nothing ever changes a review finds something in at most the stated part of the weeks."""

import pytest

from loyalty_metrics.findings import find
from loyalty_metrics.review import weekly_of
from loyalty_metrics.stats.proportions import REAL
from tests.oracles.null_shop import frames

KNOWN = 70
"""Weeks that a shop has been known for when its first review is told: a year for the season, and some to judge by."""


def false_weeks(seed: int, reviewed: int, arrivals: float) -> int:
    """In how many of so many weeks something is found in a shop in which nothing changes."""
    measures, end = frames(KNOWN + reviewed, seed, arrivals)
    weekly = weekly_of(measures, end)
    told = [find(weekly, at) for at in range(KNOWN, KNOWN + reviewed)]
    assert min(looked_at for _found, looked_at in told) > 50
    return sum(bool(found) for found, _looked_at in told)


def test_few_false_findings() -> None:
    assert false_weeks(seed=1, reviewed=80, arrivals=18) <= REAL * 80


@pytest.mark.slow
def test_false_findings_stay_under_the_stated_rate_in_200_weeks() -> None:
    """Eight shops, 200 weeks each: no one much above the rate, all together at or under it."""
    found = [false_weeks(seed, 200, 60) for seed in range(8)]
    assert sum(found) <= REAL * 200 * len(found)
    assert sum(each <= REAL * 200 for each in found) >= len(found) - 1
