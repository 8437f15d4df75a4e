"""CDNOW, all 23,570 customers: how concentrated revenue is."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from loyalty_metrics.stats.concentration import carriers_share, gini, top_share
from loyalty_metrics.stats.concentration_intervals import COVERED, covered, intervals

Histogram = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def spend() -> Histogram:
    """Revenue per customer in cents (duplicates and zeros kept), and customers with that revenue."""
    package = find_spec("lifetimes")
    if package is None or package.origin is None:
        pytest.skip("lifetimes, which carries the CDNOW file, is not installed")
    rows = np.loadtxt(Path(package.origin).parent / "datasets" / "CDNOW_master.txt", skiprows=1)
    assert len(rows) == 69_659
    cents = np.bincount(rows[:, 0].astype(int), weights=np.round(100 * rows[:, 3]))[1:]
    values, counts = np.unique(cents, return_counts=True)
    return values, counts


def test_the_file_is_the_published_one(spend: Histogram) -> None:
    values, counts = spend
    assert counts.sum() == 23_570
    assert values @ counts == 250_031_563


def test_published_figures(spend: Histogram) -> None:
    assert round(top_share(*spend), 3) == 0.678
    assert round(carriers_share(*spend), 3) == 0.326
    assert round(gini(*spend), 3) == 0.635


def test_carriers_are_a_whole_number_of_customers(spend: Histogram) -> None:
    assert carriers_share(*spend) == 7_695 / 23_570


def test_intervals_hold_the_figures(spend: Histogram) -> None:
    found = intervals(*spend)
    assert covered(*spend) == COVERED
    for name, figure in {"top_share": 0.678, "carriers_share": 0.326, "gini": 0.635}.items():
        low, high = found[name]
        assert low < figure < high and high - low < 0.025
