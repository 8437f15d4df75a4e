"""Distinct histories: the same rows, first places and numbers that sorting them gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.histories import distinct, in_order
from tests.oracles.strategies import examples

COLUMNS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 90)), min_size=1, max_size=80)


@examples(40)
@given(rows=COLUMNS, scale=st.sampled_from([1.0, 0.25, 1e7]))
def test_distinct_rows_are_those_of_sorting(rows: list[tuple[int, int]], scale: float) -> None:
    table = np.array(rows, np.float64) * scale
    _, first, row = np.unique(table, axis=0, return_index=True, return_inverse=True)
    found = distinct(*table.T)
    np.testing.assert_array_equal(found[0], first)
    np.testing.assert_array_equal(found[1], row)


@pytest.mark.parametrize("days", [3, 3000], ids=["listed", "sorted"])
def test_many_rows(days: int) -> None:
    random = np.random.default_rng(1)
    table = np.column_stack([random.integers(0, 5, 400), random.integers(0, days, 400)]).astype(float)
    _, first, row = np.unique(table, axis=0, return_index=True, return_inverse=True)
    found = distinct(*table.T)
    np.testing.assert_array_equal(found[0], first)
    np.testing.assert_array_equal(found[1], row)


@examples(40)
@given(rows=COLUMNS, scale=st.sampled_from([1, 9_000, 10**11]))
def test_rows_in_order_are_those_of_sorting_by_both(rows: list[tuple[int, int]], scale: int) -> None:
    whole, then = (np.array(column) for column in zip(*rows, strict=True))
    whole, then = whole * scale, then / 8
    order, wanted = in_order(whole, then), np.lexsort((then, whole))
    assert sorted(order) == list(range(len(rows)))
    assert (whole[order] == whole[wanted]).all() and (then[order] == then[wanted]).all()


def test_no_rows_have_an_order() -> None:
    assert in_order(np.zeros(0), np.zeros(0)).tolist() == []
