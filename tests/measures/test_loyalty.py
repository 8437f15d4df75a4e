"""Loyalty beyond recency, frequency and money: figures by hand."""

import math

import pandas as pd

from loyalty_metrics.measures.loyalty import CORNERS, corners
from tests.conftest import ShopMaker
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
