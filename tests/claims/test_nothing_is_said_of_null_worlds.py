"""Of shops in which nothing happens, each kind of assertion is made in at most 5 %.

A few are made here; benchmarks/what_may_be_said makes many.
"""

from collections import Counter

import pytest
from scipy.stats import binom

from tests.claims.asserted import asserted, opened
from tests.claims.worlds import NULL, World, shop

SHOPS = 3
MOST = int(binom.ppf(0.999, SHOPS * len(NULL), 0.05))
"""So many of the shops a rate of 5 % itself stays under in 999 of 1,000 runs."""


def test_each_kind_of_assertion_is_rare_where_nothing_changes() -> None:
    kinds: Counter[str] = Counter()
    for world in NULL.values():
        for seed in range(SHOPS):
            workspace = opened(shop(world, seed))
            kinds.update(asserted(workspace))
            workspace.close()
    assert not {kind: count for kind, count in kinds.items() if count > MOST}


@pytest.mark.parametrize(("name", "told"), [("opened", "opened"), ("mid_life", "mid_life")])
def test_where_the_data_begin_is_told_or_asked(name: str, told: str) -> None:
    outcomes = []
    for seed in range(77, 80):
        workspace = opened(shop(NULL[name], seed))
        outcomes.append(workspace.edge().outcome)
        workspace.close()
    assert set(outcomes) <= {told, "ask"} and outcomes.count(told) >= 2


def test_a_large_fall_is_said() -> None:
    workspace = opened(shop(World(newcomers=500.0, months=22, fall=0.5), 3))
    assert asserted(workspace) & {"lately", "for_good"}
    workspace.close()


def test_a_week_that_falls_by_a_quarter_is_a_finding() -> None:
    workspace = opened(shop(World(newcomers=620.0, months=20, week=0.25, opened=False), 4))
    assert "finding" in asserted(workspace)
    workspace.close()
