"""What stands beside a cell: intervals of every value, estimates of unfinished cells, and what stands out."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.scope import Scope
from loyalty_metrics.stats.completion import still_to_come
from loyalty_metrics.workspace import SAMPLE, Workspace
from tests.conftest import ShopMaker
from tests.oracles import cohort_details
from tests.oracles.ask import Shop
from tests.oracles.cohorts import cohort_retention
from tests.oracles.compare import assert_same
from tests.oracles.history import History
from tests.oracles.tables import cohort, purchases

BACK = date(1997, 8, 20)
CELLS = ["cohort", "age"]


@pytest.fixture(scope="module")
def sample() -> Shop:
    lines, customers, tiers = (
        pd.read_parquet(SAMPLE / f"{name}.parquet") for name in ("transactions", "customers", "tiers")
    )
    return Shop(Workspace.sample(), History.of(lines, customers=customers, tiers=tiers), lines)


def cells_of(shop: Shop, scope: Scope) -> pd.DataFrame:
    found = shop.ask("cohort_retention", scope)
    return found[found["cohort"].notna() & (found["state"] != "unobservable")]


def check_intervals(shop: Shop, scope: Scope) -> None:
    wanted = cohort_details.value_intervals(shop.history, scope)
    assert len(wanted)
    assert_same(cells_of(shop, scope), wanted, CELLS, tolerance=1e-6)


@pytest.mark.parametrize("scope", [Scope(), Scope(grain="week"), Scope(clock="rolling")])
def test_money_before_the_first_purchase_is_in_no_age(make_shop: ShopMaker, scope: Scope) -> None:
    """Refunds of orders that are not here: a month before, in the week before, in the period of the first purchase."""
    days = [("a", "01-05", -50), ("a", "02-10", 10), ("a", "02-12", 4), ("a", "04-02", 20), ("a", "04-03", -7)]
    days += [("b", "01-29", -3), ("b", "02-01", 30), ("b", "02-14", 30), ("b", "03-09", 5), ("c", "02-02", -9)]
    days += [("c", "02-03", 10), ("c", "03-15", 11), ("c", "04-15", 12), ("d", "02-20", 8), ("d", "02-25", 2)]
    check_intervals(make_shop(purchases(*((who, f"2024-{day}", money) for who, day, money in days))), scope)


def check_estimates(shop: Shop, scope: Scope) -> int:
    """Compare with the estimate from a replay of the customers; how many cells have one."""
    cells = cells_of(shop, scope).set_index(CELLS)
    wanted = cohort_details.references(shop.history, scope)
    open_cells = cells[cells["outlook"].isin(["estimated", "few_cohorts"])]
    assert set(open_cells.index) == set(wanted)
    estimated = 0
    for key, stood in wanted.items():
        cell = open_cells.loc[key]
        sizes, waiting, came = np.array(stood).reshape(-1, 3).T
        more = still_to_come(float(cell["size"]), float(cell["retained"]), sizes, waiting, came)
        expected = (float(cell["retained"]) + np.array(more)) / float(cell["size"])
        np.testing.assert_allclose(cell[["expected", "expected_low", "expected_high"]].astype("float64"), expected)
        assert (cell["outlook"] == "estimated") == (not np.isnan(expected[0]))
        estimated += cell["outlook"] == "estimated"
    return estimated


def check_compared(shop: Shop, scope: Scope) -> None:
    cells = cells_of(shop, scope)
    looked_at = cells[cells["chance"].notna()]
    wanted = cohort_details.compared(cohort_retention(shop.history, scope), scope.criterion)
    assert_same(looked_at, wanted, CELLS, tolerance=1e-6)
    is_real = looked_at["corrected"] <= 0.05
    higher = looked_at["retention"] > looked_at["others"]
    assert (looked_at["verdict"] == np.where(~is_real, "within_chance", np.where(higher, "above", "below"))).all()


SCOPES = [
    Scope(as_of=BACK),
    Scope(as_of=BACK, clock="rolling", criterion="cumulative"),
    pytest.param(Scope(as_of=BACK, grain="week", criterion="cumulative"), marks=pytest.mark.slow),
    Scope(as_of=BACK, grain="week", clock="rolling"),
    Scope(grain="quarter"),
]


@pytest.mark.parametrize("scope", SCOPES, ids=Scope.describe)
def test_cdnow(cdnow: Shop, scope: Scope) -> None:
    check_intervals(cdnow, scope)
    estimated = check_estimates(cdnow, scope)
    assert estimated or scope.grain != "week"
    check_compared(cdnow, scope)


@pytest.mark.parametrize(
    "scope",
    [pytest.param(Scope(), marks=pytest.mark.slow), Scope(clock="rolling", criterion="cumulative")],
    ids=Scope.describe,
)
def test_sample(sample: Shop, scope: Scope) -> None:
    check_intervals(sample, scope)
    assert check_estimates(sample, scope) >= 30
    check_compared(sample, scope)


@pytest.mark.parametrize("criterion", ["exact", "cumulative"])
def test_complete_journey(journey: Shop, criterion: str) -> None:
    scope = Scope(as_of=date(2017, 10, 11), criterion=criterion)
    check_intervals(journey, scope)
    assert check_estimates(journey, scope) >= 4
    check_compared(journey, scope)


def test_online_retail_with_refunds(online_retail: Shop) -> None:
    for scope in (Scope(as_of=date(2011, 11, 20)), Scope(as_of=date(2011, 11, 20), refunds="own_date")):
        check_intervals(online_retail, scope)
        assert check_estimates(online_retail, scope) >= 5
        check_compared(online_retail, scope)


def test_the_last_diagonal_is_no_drop(sample: Shop) -> None:
    """Six days before the month is over fewer have come; the estimate stands where others ended, and is in no pool."""
    cells = cells_of(sample, Scope())
    last = cells[(cells["state"] == "in_progress") & cells["expected"].notna()].set_index("age")
    pooled = sample.ask("cohort_retention").query("state == 'pooled'").set_index("age")["retention"]
    below = last["retention"] < pooled.reindex(last.index)
    nearer = (last["expected"] - pooled.reindex(last.index)).abs() < (
        last["retention"] - pooled.reindex(last.index)
    ).abs()
    assert below.mean() > 0.7
    assert nearer[below].mean() > 0.8
    assert last["verdict"].isna().all()


def test_estimates_never_enter_pooled_rows(make_shop: ShopMaker) -> None:
    rows = [row for i in range(5) for row in cohort(f"c{i}", f"2024-0{i + 1}-10", f"2024-0{i + 2}-10", 40, 10)]
    shop = make_shop(purchases(*rows, ("end", "2024-06-20", 1)))
    found = shop.ask("cohort_retention").set_index(["cohort", "age"])
    may = found.loc[(pd.Timestamp("2024-05-01"), 1)]
    assert (may["state"], may["outlook"]) == ("in_progress", "estimated")
    assert may["days_left"] == 10
    assert may["expected"] == pytest.approx(0.25, abs=0.01)
    pooled = found[(found["state"] == "pooled") & (found.index.get_level_values("age") == 1)].iloc[0]
    assert (pooled["retained"], pooled["size"]) == (40, 160)
    assert pooled[["expected", "chance", "smoothed"]].isna().all()


def test_why_there_is_no_estimate(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(*cohort("a", "2024-01-10", "2024-02-10", 9, 3), ("b", "2024-02-03", 1)))
    as_of = date(2024, 2, 12)

    def outlook(first: str, age: int, criterion: str) -> str:
        found = shop.ask("cohort_retention", Scope(as_of=as_of, criterion=criterion)).set_index(CELLS)
        return found.loc[(pd.Timestamp(first), age), "outlook"]

    assert outlook("2024-01-01", 1, "exact") == "few_cohorts"
    assert outlook("2024-02-01", 0, "cumulative") == "still_joining"
    assert outlook("2024-01-01", 1, "on_or_after") == "later_counts"


def test_bought_later_too_is_not_compared(sample: Shop) -> None:
    """Older cohorts have had longer to come back: the newest would always look worst."""
    cells = cells_of(sample, Scope(criterion="on_or_after"))
    assert cells[["chance", "corrected", "verdict", "others", "expected"]].isna().all(axis=None)


def test_smoothed_lies_between_the_cohort_and_all_together(sample: Shop) -> None:
    found = sample.ask("cohort_retention")
    pooled = found[found["state"] == "pooled"].set_index("age")["retention"]
    cells = found[(found["state"] == "complete") & (found["age"] > 0)].dropna(subset=["smoothed"])
    assert len(cells) > 500
    own, all_together = cells["retention"].to_numpy(), pooled.reindex(cells["age"]).to_numpy()
    ends = np.sort(np.stack([own, all_together]), axis=0)
    assert ((ends[0] - 0.002 <= cells["smoothed"]) & (cells["smoothed"] <= ends[1] + 0.002)).all()
    assert (cells["smoothed_high"] - cells["smoothed_low"]).mean() < (cells["high"] - cells["low"]).mean()


@pytest.mark.parametrize(("criterion", "most"), [("exact", 0.004), ("cumulative", 0.003)])
def test_back_test_of_estimates_on_the_sample(sample: Shop, criterion: str, most: float) -> None:
    """Thirty looks back at unfinished months: hardly biased, and the range holds what came."""
    told = back_test(sample, Scope(criterion=criterion), "2024-06-04", "2026-05-28", 24)
    assert len(told) > 500
    weight = told["size"].astype("float64")
    error = float((weight * (told["expected"] - told["ended"])).sum() / weight.sum())
    so_far = float((weight * (told["retention"] - told["ended"])).sum() / weight.sum())
    assert abs(error) < most < abs(so_far) / 3
    inside = (told["ended"] >= told["expected_low"] - 1e-9) & (told["ended"] <= told["expected_high"] + 1e-9)
    assert inside.mean() >= 0.95


def test_back_test_of_estimates_on_cdnow(cdnow: Shop) -> None:
    told = back_test(cdnow, Scope(grain="week"), "1997-06-03", "1998-06-20", 19)
    assert len(told) > 150
    weight = told["size"].astype("float64")
    assert abs(float((weight * (told["expected"] - told["ended"])).sum() / weight.sum())) < 0.0012
    inside = (told["ended"] >= told["expected_low"] - 1e-9) & (told["ended"] <= told["expected_high"] + 1e-9)
    assert inside.mean() >= 0.93


def back_test(shop: Shop, scope: Scope, first: str, last: str, step: int) -> pd.DataFrame:
    """Estimates as they were shown on days of the past, with what each cell ended at."""
    ended = cells_of(shop, scope)
    ended = ended[ended["state"] == "complete"].set_index(CELLS)["retention"].rename("ended")
    looks = []
    for day in pd.date_range(first, last, freq=f"{step}D"):
        shown = cells_of(shop, scope.replace(as_of=day.date()))
        looks.append(shown[shown["outlook"] == "estimated"].join(ended, on=CELLS, how="inner"))
    return pd.concat(looks).dropna(subset=["ended"])
