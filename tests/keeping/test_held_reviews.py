"""Reviews are kept as they were held, whatever is imported later; what moved since is marked with the reason."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace, held_reviews
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.held_reviews import restated
from loyalty_metrics.review import review
from tests.keeping.shops import write

HELD = Scope(as_of="2024-05-05")


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """Two orders a day for half a year."""
    days = pd.date_range("2024-01-01", "2024-06-30", freq="D").strftime("%Y-%m-%d")
    rows = [f"o{n}{i},c{(3 * n + i) % 50},{day},{10 + i}" for n, day in enumerate(days) for i in range(2)]
    workspace = Workspace.open(tmp_path / "shop.duckdb")
    workspace.import_file(write(tmp_path, "first.csv", *rows))
    workspace.say_opened(days[0])
    return workspace


def test_a_review_is_opened_as_it_was_held(shop: Workspace, tmp_path: Path) -> None:
    told = review(shop, HELD)
    assert told.week == date(2024, 4, 29)
    number = held_reviews.hold(shop, told, "  An  Nguyen ")
    shop.import_file(write(tmp_path, "late.csv", "late1,c1,2024-05-02,1000", "late2,x,2024-07-01,7"))
    shop.close()
    again = Workspace.open(tmp_path / "shop.duckdb")
    held = held_reviews.find(again, number)
    assert (held.who, held.review) == ("An Nguyen", told)
    assert [one.review_id for one in held_reviews.read(again)] == [number]
    again.close()


def test_what_was_restated_since_is_marked_with_the_reason(shop: Workspace, tmp_path: Path) -> None:
    held = held_reviews.find(shop, held_reviews.hold(shop, review(shop, HELD), "An"))
    assert restated(held, review(shop, HELD), shop.restatements()) == ()

    late = shop.import_file(write(tmp_path, "late.csv", "late1,new,2024-05-02,1000", "later,x,2024-07-01,7"))
    moved = {one.measure: one for one in restated(held, review(shop, HELD), shop.restatements())}
    assert moved["revenue"].now - moved["revenue"].then == pytest.approx(1000)
    assert moved["customers"].now - moved["customers"].then == 1
    assert moved["new_customers"].now - moved["new_customers"].then == 1
    assert [(why.change, why.file) for why in moved["revenue"].reasons] == [("import", "late.csv")]

    assert late.loaded == 2
    shop.undo_import(2)
    assert restated(held, review(shop, HELD), shop.restatements()) == ()


def test_a_later_week_restates_nothing(shop: Workspace, tmp_path: Path) -> None:
    held = held_reviews.find(shop, held_reviews.hold(shop, review(shop, HELD), "An"))
    shop.import_file(write(tmp_path, "next.csv", "n1,c1,2024-07-02,1000"))
    assert restated(held, review(shop, HELD), shop.restatements()) == ()


def test_another_lapse_window_is_no_entry_of_the_log(shop: Workspace) -> None:
    held = held_reviews.find(shop, held_reviews.hold(shop, review(shop, HELD), "An"))
    (moved,) = restated(held, review(shop, HELD.replace(lapse_days=3)), shop.restatements())
    assert (moved.measure, moved.reasons) == ("stopped_buying", ())


def test_the_last_target_holds_and_earlier_ones_stay(shop: Workspace) -> None:
    held_reviews.set_target(shop, "revenue", 250, "An")
    held_reviews.set_target(shop, "back_in_28_days", 0.3, "An")
    held_reviews.set_target(shop, "revenue", 300, "Bo")
    assert held_reviews.targets(shop) == {"revenue": 300, "back_in_28_days": 0.3}
    told = {one.measure: one.target for one in review(shop).headlines}
    assert (told["revenue"], told["customers"]) == (300, None)
    held_reviews.set_target(shop, "revenue", None, "Bo")
    assert held_reviews.targets(shop) == {"back_in_28_days": 0.3}
    assert [(one.amount, one.who) for one in held_reviews.every_target(shop)][:2] == [(None, "Bo"), (300, "Bo")]


@pytest.mark.parametrize(
    ("measure", "amount", "who"),
    [
        ("profit", 1, "An"),
        ("revenue", -1, "An"),
        ("revenue", float("nan"), "An"),
        ("revenue", 1, " "),
        ("back_in_28_days", 30, "An"),
    ],
)
def test_targets_that_cannot_be(shop: Workspace, measure: str, amount: float, who: str) -> None:
    with pytest.raises(LoyaltyError):
        held_reviews.set_target(shop, measure, amount, who)
    assert not held_reviews.every_target(shop)


def test_what_cannot_be_kept(shop: Workspace) -> None:
    with pytest.raises(LoyaltyError, match="who you are"):
        held_reviews.hold(shop, review(shop), "")
    with pytest.raises(LoyaltyError, match="no complete week"):
        held_reviews.hold(shop, review(Workspace.in_memory()), "An")
    with pytest.raises(LoyaltyError, match="no review 7"):
        held_reviews.find(shop, 7)
