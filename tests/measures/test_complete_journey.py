"""Measures on Complete Journey, 1.47 million lines, equal their oracles."""

from datetime import date

import pytest

from loyalty_metrics.scope import Scope
from tests.oracles.ask import KEYS, Shop

TRIANGLES = [
    Scope(),
    Scope(clock="rolling", criterion="cumulative", as_of=date(2017, 10, 20)),
    Scope(grain="week", criterion="on_or_after", as_of=date(2017, 6, 30)),
    Scope(filters={"store": ["367", "406"]}),
]
OTHERS = sorted(KEYS.keys() - {"cohort_retention", "pareto_curve"})


@pytest.mark.parametrize("scope", TRIANGLES, ids=Scope.describe)
def test_cohort_triangle_equals_the_oracle_in_every_cell(journey: Shop, scope: Scope) -> None:
    journey.check("cohort_retention", scope)


@pytest.mark.parametrize("name", OTHERS)
def test_measure_equals_the_oracle(journey: Shop, name: str) -> None:
    journey.check(name, Scope(as_of=date(2017, 12, 31)))
