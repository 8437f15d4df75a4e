"""Where nothing changed, how often is something called a change? Customers shuffled among cohorts a thousand times.

A shuffled customer keeps all their months: what ages have in common (the same people) stays as it is in truth.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from loyalty_metrics.measures.change import _split, _tested
from loyalty_metrics.scope import Scope
from loyalty_metrics.stats.proportions import benjamini_hochberg, mid_p
from loyalty_metrics.stats.shifts import lasting_change
from loyalty_metrics.workspace import Workspace
from tests.oracles.ask import Shop

SHUFFLES, RATE = 400, 0.05
MOST = int(binom.ppf(0.999, SHUFFLES, RATE))
"""So many of a thousand a rate of 5 % itself stays under in 999 of 1,000 tests."""


def histories(workspace: Workspace, scope: Scope, ages: int) -> tuple[np.ndarray, np.ndarray]:
    """Of customers seen at all these ages: their cohort's number, and a row of who was retained when."""
    cells = workspace.measure("cohort_retention", scope).frame
    complete = cells[(cells["state"] == "complete") & (cells["age"] == ages)]["cohort"]
    members = workspace.who("cohort_retention", scope, age=0).frame
    members = members[members["cohort"].isin(complete)]
    seen = workspace.who("cohort_retention", scope).frame
    seen = seen[seen["age"].between(1, ages) & seen["customer_id"].isin(members["customer_id"])]
    bought = pd.crosstab(seen["customer_id"], seen["age"]).reindex(
        index=members["customer_id"], columns=range(1, ages + 1), fill_value=0
    )
    return pd.factorize(members["cohort"], sort=True)[0], bought.to_numpy(bool)


def flagged_tables(cohort: np.ndarray, bought: np.ndarray, is_over: np.ndarray) -> int:
    """In how many of a thousand shuffled tables any cell is called different from the others."""
    rng = np.random.default_rng(17)
    cohorts = cohort.max() + 1
    size = np.bincount(cohort)[:, None] * np.ones((1, bought.shape[1]))
    size = np.where(is_over, size, 0)
    belongs = np.zeros((cohorts, len(cohort)), np.float32)
    belongs[cohort, np.arange(len(cohort))] = 1
    hits = np.stack([belongs @ bought[rng.permutation(len(cohort))].astype(np.float32) for _round in range(SHUFFLES)])
    hits = np.where(is_over, np.rint(hits), 0)
    against, rest = hits.sum(axis=1, keepdims=True) - hits, size.sum(axis=0) - size
    looked_at = is_over & (rest > 0)
    counts = np.stack(np.broadcast_arrays(hits, size, against, rest), axis=-1)[:, looked_at].astype(np.int32)
    different, which = np.unique(counts.reshape(-1, 4), axis=0, return_inverse=True)
    chance = mid_p(*different.T)[which].reshape(SHUFFLES, -1)
    return sum((benjamini_hochberg(table) <= RATE).any() for table in chance)


def test_no_cell_of_a_shuffled_table_stands_out_too_often_cdnow(cdnow: Shop) -> None:
    cohort, bought = histories(cdnow.workspace, Scope(grain="week"), 20)
    assert bought.shape[0] == 23_502
    assert flagged_tables(cohort, bought, np.ones((cohort.max() + 1, 20), bool)) <= MOST


def test_no_cell_of_a_shuffled_triangle_stands_out_too_often_sample() -> None:
    cohort, bought = histories(Workspace.sample(), Scope(), 12)
    cohorts = cohort.max() + 1
    assert cohorts >= 22
    is_over = np.add.outer(np.arange(cohorts), np.arange(1, 13)) < cohorts + 3
    assert flagged_tables(cohort, bought, is_over) <= MOST
    # The same people by "had bought again": each age holds all before it.
    assert flagged_tables(cohort, np.maximum.accumulate(bought, axis=1), is_over) <= MOST


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Customers of the twelve newest cohorts with every attribute."""
    who = Workspace.sample().who("retention_change", Scope()).frame
    return who.pivot_table(index="customer_id", columns="attribute", values="value", aggfunc="first").join(
        who.drop_duplicates("customer_id").set_index("customer_id")[["part", "is_retained"]]
    )


def test_nothing_changed_in_shuffled_sets(people: pd.DataFrame) -> None:
    rng = np.random.default_rng(23)
    attributes = [name for name in people if name not in ("part", "is_retained", "everybody")]
    back = people["is_retained"].to_numpy(bool)
    newer = np.stack([rng.permutation(people["part"].to_numpy() == "newer") for _round in range(SHUFFLES)])
    counts = []
    for attribute in attributes:
        codes = pd.factorize(people[attribute])[0]
        member = np.eye(codes.max() + 1)[codes]
        parts = [(side @ (member * who[:, None])) for side in (~newer, newer) for who in (back, np.ones(len(back)))]
        counts.append(np.stack(parts, axis=-1))
    values = np.concatenate(counts, axis=1)
    different, which = np.unique(values.reshape(-1, 4).astype(np.int32), axis=0, return_inverse=True)
    chance = mid_p(different[:, 2], different[:, 3], different[:, 0], different[:, 1])[which].reshape(SHUFFLES, -1)
    assert chance.shape[1] > 25
    assert sum((benjamini_hochberg(one) <= RATE).any() for one in chance) <= MOST
    total = mid_p(newer[:, back].sum(1), newer.sum(1), (~newer[:, back]).sum(1), (~newer).sum(1))
    assert (total <= RATE).sum() <= MOST


def test_one_shuffled_set_goes_through_the_measures_own_code(people: pd.DataFrame) -> None:
    """The vectorised test above and the measure agree on what a value's chance is."""
    columns = {}
    for part in ("older", "newer"):
        own = people[people["part"] == part]
        columns[f"{part}_size"] = own["first_channel"].value_counts()
        columns[f"{part}_retained"] = own.loc[own["is_retained"].astype(bool), "first_channel"].value_counts()
    values = pd.DataFrame(columns).rename_axis("value").reset_index().assign(attribute="first_channel")
    tested = _tested(_split(values)[0], None)
    wanted = mid_p(*(values[name] for name in ("newer_retained", "newer_size", "older_retained", "older_size")))
    np.testing.assert_allclose(tested["chance"], wanted)


def test_no_turning_point_in_shuffled_cohorts(cdnow: Shop) -> None:
    cohort, bought = histories(cdnow.workspace, Scope(grain="week"), 4)
    rng = np.random.default_rng(29)
    size = np.bincount(cohort)
    hits = (np.bincount(cohort[rng.permutation(len(cohort))], weights=bought[:, 0]) for _round in range(SHUFFLES))
    weeks = np.arange(len(size)) % 4  # as if a year had four weeks, so that seasons are known twice
    found = [lasting_change(one, size, weeks, 4) for one in hits]
    assert sum(one is not None and one.p <= RATE for one in found) <= MOST
