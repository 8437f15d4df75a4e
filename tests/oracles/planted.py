"""Customers made up so that it is known what a decision did to them."""

from typing import NamedTuple

import numpy as np
import pandas as pd

DAYS = 60


class Planted(NamedTuple):
    """Rows as of `customers_around` with `is_left_alone`, and the true effect on the targets, a customer."""

    rows: pd.DataFrame
    truth: dict[str, float]


def planted(seed: int, effect: float, by_lot: bool = False, customers: int = 3_000) -> Planted:
    """A shop of gamma-Poisson buyers who leave; half of those who seem to be leaving are called, and some then buy.

    Args:
        seed: Of everything.
        effect: Share of the called who buy once more than they would have.
        by_lot: Whether a third of the list is left alone instead of half the quiet customers not being listed.
        customers: How many.
    """
    random = np.random.default_rng(seed)
    known = random.integers(120, 700, customers)
    rate = random.gamma(1.2, 1 / 40, customers)
    leaves = random.exponential(500, customers)
    basket = random.gamma(6, 5, customers)
    alive = np.minimum(leaves, known)
    number = 1 + random.poisson(rate * alive)
    who = np.repeat(np.arange(customers), number)
    at = random.uniform(0, 1, number.sum()) * alive[who]
    at[np.r_[0, np.cumsum(number)[:-1]]] = 0
    money = random.gamma(4, 0.25, number.sum()) * basket[who]
    ago = known[who] - at
    rows = pd.DataFrame({"customer_id": [f"c{n}" for n in range(customers)]})
    group = pd.DataFrame({"who": who, "ago": ago, "money": money, "recent": ago < DAYS, "year": ago < 365})
    rows["recency"] = np.floor(group.groupby("who")["ago"].min())
    rows["purchases"] = number
    rows["days_known"] = known
    rows["spend"] = group.groupby("who")["money"].sum()
    for name, part in (("year_spend", "year"), ("revenue_before", "recent")):
        rows[name] = group[group[part]].groupby("who")["money"].sum().reindex(rows.index, fill_value=0.0)
    rows["orders_before"] = group.groupby("who")["recent"].sum()

    quiet = rows["recency"].between(40, 250).to_numpy() & (number > 1)
    called = quiet & (random.random(customers) < 0.5) if not by_lot else quiet
    left = called & (random.random(customers) < 1 / 3) if by_lot else np.zeros(customers, bool)
    target = called & ~left
    after = random.poisson(rate * np.clip(leaves - known, 0, DAYS))
    more = target & (random.random(customers) < effect)
    spent = random.gamma(4 * np.maximum(after, 1), 0.25) * basket * (after > 0)
    spent_more = random.gamma(4, 0.25, customers) * basket * more
    rows["orders_after"], rows["revenue_after"] = after + more, spent + spent_more
    for when in ("before", "after"):
        rows[f"bought_{when}"] = (rows[f"orders_{when}"] > 0).astype(int)
        rows[f"margin_{when}"] = 0.4 * rows[f"revenue_{when}"]
    alone = left
    rows["is_left_alone"] = np.where(target, False, np.where(alone, True, None))
    truth = {
        "bought": float((more & (after == 0))[target].mean()),
        "orders": float(more[target].mean()),
        "revenue": float(spent_more[target].mean()),
        "margin": 0.4 * float(spent_more[target].mean()),
    }
    return Planted(rows, truth)
