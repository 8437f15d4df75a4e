"""Loyalty beyond recency, frequency and money: figures by hand."""

import math
from datetime import date

import pandas as pd
import pytest

from loyalty_metrics.measures.loyalty import CORNERS, corners
from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.tables import purchases


def test_corners_add_up_and_empty_ones_stay(make_shop: ShopMaker) -> None:
    """Nine who buy once for 10; one for 1000 in one go: big, and no more loyal than the others."""
    shop = make_shop(purchases(*[(f"c{n}", "2024-01-03", 10) for n in range(9)], ("big", "2024-01-04", 1000)))
    found = corners(shop.ask("repeats_vs_spend")).set_index("kind")
    assert list(found.index) == list(CORNERS)
    assert found["customers"].tolist() == [0, 0, 1, 9]
    assert found.loc["big but not loyal", ["revenue", "revenue_share"]].tolist() == [1000, 1000 / 1090]


def test_corners_of_nobody_have_no_share() -> None:
    found = corners(pd.DataFrame({"kind": [], "customers": [], "occasions": [], "revenue": []}))
    assert found["customers"].sum() == 0
    assert all(math.isnan(share) for share in found["customer_share"])


def answer(customer: str, day: str, dimension: str = "recommend", **said: object) -> dict:
    """One answered question of a questionnaire of its own."""
    at = pd.Timestamp(day)
    return {
        "response_id": f"{customer} {day}",
        "customer_id": customer,
        "sent_at": at,
        "answered_at": at,
        "dimension": dimension,
    } | said


def types_of(shop: Shop, scope: Scope | None = None) -> dict[str, str]:
    found = shop.workspace.who("loyalty_types", scope).frame
    return dict(zip(found["customer_id"], found["loyalty_type"], strict=True))


REGULAR = [(name, day, 10) for name in ("r1", "r2", "r3") for day in ("2024-01-02", "2024-01-20", "2024-02-10")]
RARE = [(f"s{n}", "2024-01-03", 10) for n in range(1, 6)]


def test_types_follow_what_customers_do_and_say(make_shop: ShopMaker) -> None:
    """Mean of the quarter: (3 * 3 + 5 * 1) / 8 = 1.75 purchases; r1 to r3 are above it."""
    said = [
        answer("r1", "2024-02-01", perceived=9.0),
        answer("r2", "2024-02-01", perceived=7.0),
        answer("s1", "2024-02-01", perceived=10.0),
        answer("s2", "2024-02-01", perceived=6.0),
        answer("s3", "2024-02-01", "service", perceived=8.0, expected=8.0),
        answer("s4", "2024-02-01", "service", perceived=7.0, expected=8.0),
    ]
    shop = make_shop(purchases(*REGULAR, *RARE), surveys=pd.DataFrame(said))
    assert types_of(shop) == {
        "r1": "trust",
        "r2": "inertia",
        "r3": "trust or inertia",
        "s1": "latent",
        "s2": "none",
        "s3": "latent",
        "s4": "none",
        "s5": "latent or none",
    }
    assert types_of(shop, Scope(as_of=date(2024, 1, 31)))["r1"] == "trust or inertia"
    assert types_of(shop, Scope(lapse_days=5, as_of=date(2024, 2, 28)))["r1"] == "latent"


def test_the_latest_answer_counts_and_recommending_before_satisfaction(make_shop: ShopMaker) -> None:
    said = [
        answer("r1", "2024-01-10", perceived=10.0),
        answer("r1", "2024-02-05", perceived=2.0),
        answer("r1", "2024-02-05", "service", perceived=10.0, expected=5.0),
    ]
    shop = make_shop(purchases(*REGULAR, *RARE), surveys=pd.DataFrame(said))
    assert types_of(shop)["r1"] == "inertia"
    assert types_of(shop, Scope(as_of=date(2024, 2, 4)))["r1"] == "trust"


def test_a_captive_a_bargain_hunter_and_a_friend(make_shop: ShopMaker) -> None:
    """Shop: 3 of 14 units on discount, 21 %; r2 buys all three on discount, more than twice that."""
    lines = purchases(*REGULAR, *RARE)
    lines["discount"] = [1.0 if name == "r2" else 0.0 for name in lines["customer_id"]]
    said = [answer("r1", "2024-02-01", perceived=5.0, could_switch=False), answer("r2", "2024-02-01", perceived=7.0)]
    customers = pd.DataFrame({"customer_id": ["r2", "r3"], "referred_by": ["s1", "s1"]})
    surveys = pd.DataFrame(said).astype({"could_switch": "boolean"})
    shop = make_shop(lines, surveys=surveys, customers=customers)
    found = types_of(shop)
    assert (found["r1"], found["r2"], found["r3"]) == ("monopoly", "interest", "kinship")
    types = shop.ask("loyalty_types").set_index("loyalty_type")
    assert types["missing"].isna().all()


def test_what_cannot_be_told_says_which_column_is_missing(make_shop: ShopMaker) -> None:
    types = make_shop(purchases(*REGULAR, *RARE)).ask("loyalty_types").set_index("loyalty_type")
    assert types.loc["trust", "missing"] == "surveys.perceived"
    assert types.loc["monopoly", "missing"] == "surveys.could_switch"
    assert types.loc["interest", "missing"] == "transactions.discount"
    assert types.loc["kinship", "missing"] == "customers.referred_by"
    assert types.loc[["trust or inertia", "latent or none"], "missing"].isna().all()
    assert types["answered_share"].isna().all()


def test_customers_who_are_all_equal_come_no_more_often_than_average(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(*[(f"c{n}", day, 10) for n in range(4) for day in ("2024-01-03", "2024-01-09")]))
    assert set(types_of(shop).values()) == {"latent or none"}
    assert set(types_of(make_shop(purchases(("only", "2024-01-03", 5)))).values()) == {"latent or none"}


def test_a_category_taken_back_is_not_bought_and_guests_widen_the_offer(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-03", 10), ("a", "2024-01-03", 5), ("b", "2024-01-04", 5), (None, "2024-01-05", 3))
    lines["order_id"] = ["1", "1", "2", "3"]
    lines["category"] = ["tea", "cups", "tea", "gifts"]
    back = lines.iloc[[1]].assign(amount=-5.0, kind="refund", ordered_at=pd.Timestamp("2024-01-08"))
    shop = make_shop(pd.concat([lines.assign(kind="sale"), back], ignore_index=True))
    row = shop.ask("category_coverage").iloc[0]
    assert (row["offered"], row["customers"], row["one_category"]) == (3, 2, 2)
    assert row["coverage"] == pytest.approx(1 / 3)
    earlier = shop.ask("category_coverage", Scope(as_of=date(2024, 1, 7))).iloc[0]
    assert earlier["categories"] == pytest.approx(1.5)
    own_date = shop.ask("category_coverage", Scope(refunds="own_date")).iloc[0]
    assert own_date["categories"] == pytest.approx(1.5)


def test_equally_many_purchases_are_compared(make_shop: ShopMaker) -> None:
    """After two purchases: of two with two categories both return, of two with one category one does."""
    rows, categories = [], []
    for name, bought in {"a": "tct", "b": "ctc", "c": "ttt", "d": "tt"}.items():
        for nth, category in enumerate(bought):
            rows.append((name, f"2024-01-{1 + 7 * nth:02d}", 10))
            categories.append({"t": "tea", "c": "cups"}[category])
    rows.append(("z", "2024-06-30", 1))
    lines = purchases(*rows).assign(category=[*categories, "tea"])
    found = make_shop(lines).ask("coverage_repeat", Scope(lapse_days=30)).set_index(["purchases", "kind"])
    assert found.loc[(2, "several categories"), ["size", "retained"]].tolist() == [2, 2]
    assert found.loc[(2, "one category"), ["size", "retained"]].tolist() == [2, 1]
    assert found.loc[(2, "one category"), "difference"] == pytest.approx(0.5)


def test_share_of_wallet_is_of_the_days_the_answer_is_about(make_shop: ShopMaker) -> None:
    """30 spent here in the 30 days up to the answer; 100 before them and 7 after it do not count."""
    lines = purchases(
        ("a", "2024-01-01", 100), ("a", "2024-01-02", 10), ("a", "2024-01-31", 20), ("a", "2024-02-01", 7)
    )
    shop = make_shop(lines, surveys=pd.DataFrame([answer("a", "2024-01-31", spend_elsewhere=10.0)]))
    row = shop.ask("share_of_wallet").iloc[0]
    assert (row["method"], float(row["spend_here"]), float(row["spend_elsewhere"])) == ("spend", 30, 10)
    assert row["wallet_share"] == pytest.approx(0.75)
    week = answer("a", "2024-01-31", spend_elsewhere=10.0, spend_days=7)
    assert make_shop(lines, surveys=pd.DataFrame([week])).ask("share_of_wallet").iloc[0][
        "wallet_share"
    ] == pytest.approx(2 / 3)


def test_nothing_spent_anywhere_is_not_known_and_a_place_that_cannot_be_is_not_taken(make_shop: ShopMaker) -> None:
    said = [
        answer("a", "2024-06-01", spend_elsewhere=0.0),
        answer("b", "2024-06-01", shop_rank=4.0, shops_used=3.0),
        answer("c", "2024-06-01", spend_elsewhere=0.0, shop_rank=1.0, shops_used=2.0),
    ]
    lines = purchases(*[(name, "2024-01-01", 5) for name in "abc"], ("z", "2024-07-01", 1))
    found = make_shop(lines, surveys=pd.DataFrame(said)).workspace.who("share_of_wallet").frame.set_index("customer_id")
    assert found["method"].to_dict() == {"a": "unknown", "b": "unknown", "c": "rank", "z": "unknown"}
    assert found.loc["c", "wallet_share"] == pytest.approx(2 / 3)
