"""Share of wallet: means and shares of money with their intervals."""

import numpy as np
import pandas as pd

from loyalty_metrics.stats.intervals import ratio_of_means


def finish_share_of_wallet(sums: pd.DataFrame) -> pd.DataFrame:
    """Turn sums over customers into shares with intervals.

    Args:
        sums: One row a group and method: customers, sums of the shares and of their squares, and of the money spent
            here (y) and here and elsewhere (x) with their products.

    Returns:
        One row a group and method; NULL where nothing is known.
    """
    names = ("customers", "shares", "shares_squared", "y", "x", "yy", "xy", "xx")
    n, total, squares, y, x, yy, xy, xx = (sums[name].astype("float64") for name in names)
    low, high = ratio_of_means(n, total, n, squares, total, n)
    money_low, money_high = ratio_of_means(n, y, x, yy, xy, xx)
    frame = sums.assign(
        wallet_share=total / n,
        low=np.maximum(low, 0),
        high=np.minimum(high, 1),
        share_of_money=y / x.where(x > 0),
        money_low=np.maximum(money_low, 0),
        money_high=np.minimum(money_high, 1),
    )
    columns = ["group_name", "method", "customers", "wallet_share", "low", "high", "spend_here", "spend_elsewhere"]
    return frame[[*columns, "share_of_money", "money_low", "money_high", "revenue"]]
