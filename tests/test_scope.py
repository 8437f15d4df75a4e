"""The scope: what it accepts, and that it survives a link."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.scope import (
    CLOCKS,
    CRITERIA,
    CUSTOMER_FILTERS,
    GRAINS,
    ORDER_FILTERS,
    REFUNDS,
    VALUES,
    Scope,
    ScopeError,
)

scopes = st.builds(
    Scope,
    as_of=st.none() | st.dates(),
    compare_to=st.none() | st.dates(),
    window=st.none() | st.integers(1, 36500),
    grain=st.sampled_from(GRAINS),
    clock=st.sampled_from(CLOCKS),
    criterion=st.sampled_from(CRITERIA),
    refunds=st.sampled_from(REFUNDS),
    value=st.sampled_from(VALUES),
    lapse_days=st.none() | st.integers(1, 36500),
    by=st.none() | st.sampled_from(CUSTOMER_FILTERS),
    age=st.integers(1, 1000),
    nth=st.integers(2, 1000),
    horizon=st.integers(7, 3650),
    discount=st.integers(0, 100),
    filters=st.dictionaries(
        st.sampled_from(CUSTOMER_FILTERS + ORDER_FILTERS), st.lists(st.text(max_size=8), max_size=3), max_size=3
    ),
)


@given(scopes)
def test_a_scope_survives_the_way_through_a_link(scope: Scope) -> None:
    assert Scope.from_query(scope.to_query()) == scope


def test_defaults_are_left_out_of_the_link() -> None:
    assert Scope().to_query() == {}


def test_a_scope_is_hashable_and_order_of_filters_does_not_matter() -> None:
    one = Scope(filters={"channel": ["web", "app"], "store": ["A"]})
    other = Scope(filters={"store": ("A",), "channel": ("app", "web", "web")})
    assert one == other
    assert hash(one) == hash(other)


def test_the_window_ends_on_the_as_of_date() -> None:
    assert Scope(as_of="2026-03-31", window=31).parameters()["since"] == date(2026, 3, 1)


def test_the_earlier_date_is_thirteen_weeks_before_and_has_a_window_of_its_own() -> None:
    parameters = Scope(as_of="2026-06-24", window=10).parameters()
    assert (parameters["compare_to"], parameters["compare_since"]) == (date(2026, 3, 25), date(2026, 3, 16))
    assert Scope(as_of="2026-06-24", compare_to="2026-01-01").parameters()["compare_since"] == date.min


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"grain": "year"}, "grain is 'year'; it may be day, week, month, quarter"),
        ({"as_of": "31/12/2025"}, "YYYY-MM-DD"),
        ({"window": 0}, "from 1 to 36500"),
        ({"by": "colour"}, "by is 'colour'; it may be acquired_through"),
        ({"nth": 1}, "nth is 1; it is the place of a purchase, a whole number from 2 to 1000"),
        ({"lapse_days": "soon"}, "whole number of days"),
        ({"filters": {"colour": ["red"]}}, "no filter 'colour'"),
    ],
)
def test_a_wrong_part_is_named(wrong: dict, words: str) -> None:
    with pytest.raises(ScopeError, match=words):
        Scope(**wrong)


@given(scopes, scopes)
def test_a_scope_cut_to_the_parameters_asked_for_gives_them_the_same_values(scope: Scope, other: Scope) -> None:
    """So an answer kept under the cut scope is right for every scope that is cut to it."""
    scope, other = (one.replace(as_of=one.as_of or date(2020, 1, 1)) for one in (scope, other))
    for asked in ({"as_of"}, {"since"}, {"grain", "in_store"}, {"rolling_days"}, {"orders_filtered", "value"}, set()):
        if scope.only(asked) == other.only(asked):
            values = [{name: one.parameters()[name] for name in asked} for one in (scope, other)]
            assert values[0] == values[1]
        cut = scope.only(asked).replace(as_of=scope.as_of)
        assert {name: cut.parameters()[name] for name in asked} == {name: scope.parameters()[name] for name in asked}


def test_what_a_measure_does_not_depend_on_does_not_change_its_cut_scope() -> None:
    weekly = Scope(grain="week", criterion="cumulative", filters={"store": "A"})
    assert weekly.only({"as_of", "since"}) == Scope()
    assert weekly.only({"grain"}) == Scope(grain="week")
    assert weekly.only({"orders_filtered"}) == Scope(filters={"store": "A"})
    assert weekly.replace(as_of="2026-01-31", window=30).only({"since"}) == Scope(as_of="2026-01-31", window=30)
