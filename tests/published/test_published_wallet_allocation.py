"""The Wallet Allocation Rule against its published table.

Keiningham, T. L., Aksoy, L., Buoye, A. & Cooil, B. (2011). Customer loyalty isn't enough. Grow your share of wallet.
Harvard Business Review, October: two brands 67 and 33 %, three 50, 33 and 17 %.
"""

import pandas as pd
import pytest

from loyalty_metrics.workspace import Workspace
from tests.conftest import ShopMaker
from tests.oracles.tables import purchases

PUBLISHED = {(1, 1): 100, (1, 2): 67, (2, 2): 33, (1, 3): 50, (2, 3): 33, (3, 3): 17}
"""Percent by rank and number of brands; of one brand the rule gives all."""


def shares(workspace: Workspace) -> dict[str, float]:
    found = workspace.who("share_of_wallet").frame
    return dict(zip(found["customer_id"], found["wallet_share"], strict=True))


def test_published_shares(make_shop: ShopMaker) -> None:
    names = [f"{rank} of {brands}" for rank, brands in PUBLISHED]
    day = pd.Timestamp("2024-01-05")
    surveys = pd.DataFrame(
        {
            "response_id": names,
            "customer_id": names,
            "sent_at": day,
            "answered_at": day,
            "dimension": "elsewhere",
            "shop_rank": [float(rank) for rank, _brands in PUBLISHED],
            "shops_used": [brands for _rank, brands in PUBLISHED],
        }
    )
    shop = make_shop(purchases(*[(name, "2024-01-05", 10) for name in names]), surveys=surveys)
    found = shares(shop.workspace)
    assert {name: round(100 * found[name]) for name in names} == dict(zip(names, PUBLISHED.values(), strict=True))
    assert sum(found[f"{rank} of 3"] for rank in (1, 2, 3)) == pytest.approx(1)
