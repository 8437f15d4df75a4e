"""A shop in which nothing ever changes, but everything strays: what a review says of it is false."""

from datetime import date

import numpy as np
import pandas as pd

from tests.oracles import weeks as oracle

START = pd.Timestamp("2019-01-07")
STORES, STORE_SHARES = np.array(["Online", "North", "South", "Station"]), [0.45, 0.3, 0.17, 0.08]
CHANNELS, CATEGORIES = np.array(["web", "shop", "app"]), np.array(["Beans", "Tea", "Gifts", "Cups", "Other"])
WAYS = np.array(["search", "social", "walk-in", "referral"])
MARGIN = 60
"""Weeks lived through before the first that is told, so that as many leave as come."""


def frames(
    weeks: int, seed: int, arrivals: float = 60.0, straying: float = 0.06
) -> tuple[dict[str, pd.DataFrame], date]:
    """The measures a review is told from, of a shop that lives through so many weeks, and its last day.

    Customers come at a steady rate, each with a rate of buying (gamma), a usual order value (lognormal), and a chance
    to leave each week; good and bad weeks move everybody's rate at once (`straying`: its standard deviation).
    """
    rng = np.random.default_rng(seed)
    total = weeks + MARGIN
    mood = rng.gamma(straying**-2, straying**2, total)
    first = np.repeat(np.arange(total), rng.poisson(arrivals * mood))
    n = len(first)
    last = first + rng.geometric(1 / 40, n)
    rate, level = rng.gamma(0.8, 0.35, n), rng.lognormal(3.3, 0.5, n)
    store, channel = rng.choice(STORES, n, p=STORE_SHARES), rng.choice(CHANNELS, n, p=[0.4, 0.45, 0.15])
    taste, way = rng.integers(0, len(CATEGORIES), n), rng.choice(WAYS, n, p=[0.4, 0.3, 0.2, 0.1])
    bought = []
    for week in range(total):
        there = np.flatnonzero((first < week) & (last >= week))
        bought.append(np.repeat(there, rng.poisson(rate[there] * mood[week])))
    who = np.concatenate([np.arange(n), *bought])
    when = np.concatenate([first, np.repeat(np.arange(total), [len(each) for each in bought])])
    own = rng.random(len(who)) < 0.6
    rows = pd.DataFrame(
        {
            "customer_id": who.astype("str"),
            "order_id": np.arange(len(who)).astype("str"),
            "ordered_at": START + pd.to_timedelta(when * 7 + rng.integers(0, 7, len(who)), unit="D"),
            "amount": np.round(level[who] * rng.lognormal(0, 0.4, len(who)), 2) + 0.01,
            "store": store[who],
            "channel": channel[who],
            "category": CATEGORIES[np.where(own, taste[who], rng.integers(0, len(CATEGORIES), len(who)))],
        }
    )
    rows["product"] = rows["category"] + np.char.mod(" %d", rng.integers(1, 7, len(rows)))
    told = START + pd.Timedelta(weeks=MARGIN)
    end = START + pd.Timedelta(days=7 * total - 1)
    customers = pd.DataFrame({"customer_id": np.arange(n).astype("str"), "acquired_through": way, "country": "IE"})
    postings = oracle.postings(rows, customers)
    sales, back = oracle.week_by_week(postings, end), oracle.newcomers_back(postings, end)
    lapsed = (first + rng.geometric(1 / 40, n) + 12).clip(0, total)
    flow = pd.DataFrame({"period": pd.date_range(told, end, freq="7D"), "state": "complete"})
    flow["lapsed"] = np.bincount(lapsed, minlength=total + 1)[MARGIN:total]
    complaints = _complaints(rng, total)
    measures = {
        "week_by_week": sales[sales["week"] >= told],
        "newcomers_back": back[back["week"] >= told],
        "product_weeks": oracle.product_weeks(rows[rows["ordered_at"] >= told], end),
        "customer_flow": flow,
        "complaint_weeks": oracle.complaint_weeks(complaints[complaints["opened_at"] >= told], end),
        "customer_year": pd.DataFrame({"a_year": [100.0]}),
    }
    return measures, end.date()


def _complaints(rng: np.random.Generator, weeks: int) -> pd.DataFrame:
    """Some ten a week, more of them in some weeks than in others."""
    opened = np.repeat(np.arange(weeks), rng.poisson(10 * rng.gamma(25, 1 / 25, weeks)))
    at = START + pd.to_timedelta(opened * 7 + rng.integers(0, 7, len(opened)), unit="D")
    closed = at + pd.to_timedelta(np.where(rng.random(len(at)) < 0.88, rng.integers(0, 14, len(at)), 30), unit="D")
    return pd.DataFrame({"opened_at": at, "closed_at": closed, "store": rng.choice(STORES, len(at), p=STORE_SHARES)})
