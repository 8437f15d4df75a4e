"""Decisions: frozen on the day, what may change and what may not, whatever is imported or undone."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.decisions import Decisions, Plan, checked, left_alone
from loyalty_metrics.errors import LoyaltyError
from tests.conftest import ShopMaker
from tests.oracles.tables import purchases

LISTED_ON = date(2024, 3, 31)
PLAN = Plan("  Call   them ", " Mara ", expected=0.05, budget=Decimal("12.50"), days=30, due_on=date(2024, 4, 15))


def shop(make_shop: ShopMaker, workspace: Workspace | None = None) -> Workspace:
    rows = [(f"c{n}", f"2024-0{1 + n % 3}-1{n % 7}", 10 + n) for n in range(30)]
    return make_shop(purchases(*rows, ("late", "2024-05-05", 9)), workspace=workspace).workspace


def test_the_list_is_that_of_the_day_and_stays(make_shop: ShopMaker) -> None:
    workspace = shop(make_shop)
    decisions = Decisions(workspace)
    version = workspace.version
    number = decisions.decide(PLAN, "Ann Lee", "rfm_scores", Scope(as_of=LISTED_ON), listed="Everybody")
    (one,) = decisions.all()
    assert one == decisions.one(number)
    assert (one.plan.title, one.plan.owner, one.plan.budget) == ("Call them", "Mara", Decimal("12.5"))
    assert (one.listed_on, one.starts_on, one.ends_on) == (LISTED_ON, date(2024, 4, 1), date(2024, 4, 30))
    assert (one.targets, one.left_alone, one.status, one.decided_by, one.listed) == (
        30,
        0,
        "open",
        "Ann Lee",
        "Everybody",
    )
    assert set(decisions.customers(number)["customer_id"]) == {f"c{n}" for n in range(30)}
    assert workspace.version == version
    workspace.undo_import(1)
    assert len(decisions.customers(number)) == 30 and decisions.one(number) == one


def test_it_is_kept_in_the_file(tmp_path: Path, make_shop: ShopMaker) -> None:
    workspace = shop(make_shop, Workspace.open(tmp_path / "w.duckdb"))
    Decisions(workspace).decide(PLAN, "Ann", "rfm_scores", Scope(as_of=LISTED_ON))
    before = Decisions(workspace).all()
    workspace.close()
    workspace = Workspace.open(tmp_path / "w.duckdb")
    assert Decisions(workspace).all() == before
    workspace.close()


def test_changes_are_kept_with_who_and_when(make_shop: ShopMaker) -> None:
    decisions = Decisions(shop(make_shop))
    number = decisions.decide(PLAN, "Ann", "rfm_scores", Scope(as_of=LISTED_ON))
    decisions.change(number, "Bo", status="done", cost="9.99", owner="Lin", note="All called.")
    one = decisions.one(number)
    assert (one.status, one.cost, one.plan.owner, one.closed_on is None) == ("done", Decimal("9.99"), "Lin", False)
    changes = decisions.changes(number)
    assert set(changes["part"]) == {"status", "cost", "owner", "note"} and set(changes["who"]) == {"Bo"}
    decisions.change(number, "Bo", status="done", owner="Lin")
    assert len(decisions.changes(number)) == 4
    decisions.change(number, "Bo", status="open")
    assert decisions.one(number).closed_on is None
    for parts, words in (({"days": 90}, "fixed"), ({"status": "maybe"}, "open, done"), ({"cost": -1}, "0 or more")):
        with pytest.raises(LoyaltyError, match=words):
            decisions.change(number, "Bo", **parts)
    with pytest.raises(LoyaltyError, match="who you are"):
        decisions.change(number, " ", note="x")
    with pytest.raises(LoyaltyError, match="no decision 7"):
        decisions.change(7, "Bo", note="x")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "what is to be done"),
        ({"owner": ""}, "who does it"),
        ({"outcome": "luck"}, "judged by"),
        ({"days": 3}, "between 7 and 365"),
        ({"held_out": 0.9}, "left alone"),
        ({"starts_on": LISTED_ON}, "2024-04-01 at the earliest"),
        ({"budget": Decimal("NaN")}, "amount of money"),
    ],
)
def test_what_is_amiss_is_said(changes: dict, words: str) -> None:
    with pytest.raises(LoyaltyError, match=words):
        checked(Plan(**({"title": "Call", "owner": "Mara"} | changes)), LISTED_ON)


def test_nothing_is_decided_for_nobody_or_for_strangers(make_shop: ShopMaker) -> None:
    decisions = Decisions(shop(make_shop))
    with pytest.raises(LoyaltyError, match="Nobody is on the list"):
        decisions.decide(PLAN, "Ann", "rfm_segments", Scope(as_of=LISTED_ON), segment="No such")
    with pytest.raises(LoyaltyError, match=r"1 of 2 are not customers .* 'late'"):
        decisions.decide_for(PLAN, "Ann", LISTED_ON, ["c1", "late"])
    assert decisions.all() == []
    number = decisions.decide_for(PLAN, "Ann", LISTED_ON, ["c1", " c2 ", "c1"])
    assert decisions.one(number).targets == 2


def test_the_lot_is_fair_and_the_same_for_the_same_seed() -> None:
    customers = pd.Series([f"c{n}" for n in range(1_000)])
    drawn = left_alone(customers, 0.2, "seed")
    assert drawn.sum() == 200
    again = left_alone(customers[::-1], 0.2, "seed")
    assert set(customers[drawn]) == set(customers[::-1][again])
    often = sum(left_alone(customers, 0.2, f"{seed}").to_numpy().astype(int) for seed in range(200))
    assert often.min() > 10 and often.max() < 75 and abs(often.mean() - 40) < 1e-9
    assert not left_alone(customers, 0, "seed").any()


def test_two_ids_of_one_person_are_one_target(make_shop: ShopMaker) -> None:
    workspace = shop(make_shop)
    decisions = Decisions(workspace)
    number = decisions.decide(PLAN, "Ann", "rfm_scores", Scope(as_of=LISTED_ON))
    workspace.accept_person(["c1", "c2"])
    assert len(decisions.customers(number)) == 29
