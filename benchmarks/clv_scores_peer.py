"""What `clv_scores` runs in a peer's own interpreter: the way its documentation shows, and nothing of ours.

    python clv_scores_peer.py lifetimes|pymc FILE.parquet

It prints seconds by part and what all customers are expected to buy in a year, as JSON.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd

YEAR = 365


def main() -> None:
    """From lines to scores."""
    warnings.simplefilter("ignore")
    name, path = sys.argv[1:]
    begin = time.perf_counter()
    lines = pd.read_parquet(path)
    lines["amount"] = lines["amount"].astype("float64")
    lines["day"] = lines["ordered_at"].dt.normalize()
    read = time.perf_counter()
    customers, purchases, value, moments = {"lifetimes": lifetimes_way, "pymc": pymc_way}[name](lines)
    parts = dict(zip(("read", "summary", "models", "scores"), np.diff([begin, read, *moments]).tolist(), strict=True))
    told = {"seconds": parts, "customers": customers, "purchases": float(purchases), "value": float(value)}
    print(json.dumps(told))


def lifetimes_way(lines: pd.DataFrame) -> tuple[int, float, float, list[float]]:
    """As in the package's quickstart."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    from lifetimes.utils import summary_data_from_transaction_data

    known = summary_data_from_transaction_data(lines, "customer_id", "day", monetary_value_col="amount")
    moments = [time.perf_counter()]
    buying = BetaGeoFitter().fit(known["frequency"], known["recency"], known["T"])
    back = known[(known["frequency"] > 0) & (known["monetary_value"] > 0)]
    spending = GammaGammaFitter().fit(back["frequency"], back["monetary_value"])
    moments.append(time.perf_counter())
    histories = known["frequency"], known["recency"], known["T"]
    buying.conditional_probability_alive(*histories)
    purchases = buying.conditional_expected_number_of_purchases_up_to_time(YEAR, *histories)
    value = spending.customer_lifetime_value(buying, *histories, known["monetary_value"], time=12, discount_rate=0.008)
    moments.append(time.perf_counter())
    return len(known), np.nansum(purchases), np.nansum(value), moments


def pymc_way(lines: pd.DataFrame) -> tuple[int, float, float, list[float]]:
    """As in the package's quickstart, by maximum a posteriori: sampling takes it hours."""
    from pymc_marketing import clv

    known = clv.utils.rfm_summary(lines, "customer_id", "day", monetary_value_col="amount")
    moments = [time.perf_counter()]
    buying = clv.BetaGeoModel(data=known)
    buying.fit(method="map")
    back = known[(known["frequency"] > 0) & (known["monetary_value"] > 0)]
    spending = clv.GammaGammaModel(data=back)
    spending.fit(method="map")
    moments.append(time.perf_counter())
    buying.expected_probability_alive(data=known)
    purchases = buying.expected_purchases(data=known, future_t=YEAR)
    value = spending.expected_customer_lifetime_value(
        transaction_model=buying, data=known, future_t=12, discount_rate=0.008, time_unit="D"
    )
    moments.append(time.perf_counter())
    return len(known), float(purchases.sum()), float(value.sum()), moments


if __name__ == "__main__":
    main()
