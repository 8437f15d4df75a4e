"""Tiny shops for Hypothesis: everything that can go wrong with orders, refunds and guests, in a few lines."""

import os

import pandas as pd
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from loyalty_metrics.scope import CLOCKS, CRITERIA, GRAINS, REFUNDS, VALUES, Scope

SEARCH = int(os.environ.get("LOYALTY_METRICS_EXAMPLES", "0"))
"""Set it to look further than a test run does: so many random examples a test, other ones every time."""


def examples(number: int) -> settings:
    """So many examples, the same on every machine. Each builds workspaces: shrinking one would take minutes."""
    return settings(
        max_examples=SEARCH or number,
        derandomize=not SEARCH,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


FIRST_DAY = pd.Timestamp("2023-12-20")
DAYS = 75

CUSTOMERS = st.sampled_from([None, "a", "b", "c", "d", "e"])
AMOUNTS = st.sampled_from([0.0, 0.1, 0.2, 0.3, 4.0, 10.0, 10.0, 25.5])
TAKEN = st.sampled_from([-0.1, -0.3, -4.0, -10.0, -40.0])
HOURS = st.sampled_from([9, 15, 15])
TEXTS = {
    "category": st.sampled_from([None, "A", "B"]),
    "channel": st.sampled_from([None, "web", "shop"]),
    "store": st.sampled_from(["s1", "s2"]),
    "country": st.sampled_from([None, "FR"]),
}


@st.composite
def orders(draw: st.DrawFn, number: int) -> list[dict]:
    """One order of one to three lines, sometimes refunded: by its id, by name, in full, or without saying of what."""
    common = {"customer_id": draw(CUSTOMERS), "order_id": f"o{number}"}
    day, hour = draw(st.integers(0, DAYS)), draw(HOURS)
    lines = [
        common | {"day": day, "amount": amount, "kind": "sale", "cost": draw(st.sampled_from([None, 1.0, 1.0, 2.5]))}
        for amount in draw(st.lists(AMOUNTS, min_size=1, max_size=3))
    ]
    if draw(st.integers(0, 9)) == 0:
        lines.append(lines[0] | {"day": day + draw(st.integers(1, 9))})
    back = {
        "day": day + draw(st.integers(0, 40)),
        "kind": draw(st.sampled_from(["refund", "cancellation"])),
        "cost": -1.0,
    }
    sold = sum(line["amount"] for line in lines)
    match draw(st.sampled_from(["none", "none", "same id", "by name", "in full", "unnamed"])):
        case "same id":
            lines.append(common | back | {"amount": draw(TAKEN)})
        case "by name":
            lines.append(common | back | {"amount": draw(TAKEN), "order_id": f"r{number}", "refund_of": f"o{number}"})
        case "in full" if sold > 0:
            lines.append(common | back | {"amount": -sold, "order_id": f"r{number}", "refund_of": f"o{number}"})
        case "unnamed":
            lines.append(common | back | {"amount": draw(TAKEN), "order_id": f"r{number}"})
    return [line | {"hour": hour} | {name: draw(text) for name, text in TEXTS.items()} for line in lines]


@st.composite
def shops(draw: st.DrawFn, min_orders: int = 1, max_orders: int = 25) -> pd.DataFrame:
    """Canonical lines of a tiny shop."""
    size = draw(st.integers(min_orders, max_orders))
    rows = [line for number in range(size) for line in draw(orders(number))]
    frame = pd.DataFrame(rows)
    for name in ("customer_id", "order_id", "kind", "refund_of", *TEXTS):
        frame[name] = (frame[name] if name in frame else pd.Series([None] * len(frame))).astype("str")
    frame["ordered_at"] = FIRST_DAY + pd.to_timedelta(24 * frame.pop("day") + frame.pop("hour"), unit="h")
    frame["quantity"] = frame["kind"].map({"sale": 2.0}).fillna(-1.0)
    return frame.assign(cost=frame["cost"].astype("float64"))


FILTERS = {
    "first_category": ["A", "B", ""],
    "first_channel": ["web", "shop", ""],
    "first_store": ["s1", "s2"],
    "category": ["A", "B", ""],
    "channel": ["web", "shop", ""],
    "store": ["s1", "s2"],
    "country": ["FR", ""],
}


@st.composite
def scopes(draw: st.DrawFn, filtered: bool = True) -> Scope:
    """Any scope over such a shop."""
    names = draw(st.lists(st.sampled_from(sorted(FILTERS)), max_size=2, unique=True)) if filtered else []
    day = draw(st.one_of(st.none(), st.integers(0, DAYS + 50)))
    earlier = None if day is None else draw(st.one_of(st.none(), st.integers(1, 60)))
    return Scope(
        compare_to=None if earlier is None else (FIRST_DAY + pd.Timedelta(days=day - earlier)).date(),
        as_of=None if day is None else (FIRST_DAY + pd.Timedelta(days=day)).date(),
        window=draw(st.sampled_from([None, None, 7, 30])),
        grain=draw(st.sampled_from(GRAINS)),
        clock=draw(st.sampled_from(CLOCKS)),
        criterion=draw(st.sampled_from(CRITERIA)),
        refunds=draw(st.sampled_from(REFUNDS)),
        value=draw(st.sampled_from(VALUES)),
        lapse_days=draw(st.sampled_from([None, None, 5, 20])),
        by=draw(st.sampled_from([None, "first_category", "first_channel", "first_store"])),
        nth=draw(st.sampled_from([2, 2, 3])),
        customer=draw(st.sampled_from([None, "a", "b", "c", "z"])),
        settled_from=draw(st.sampled_from([None, None, (FIRST_DAY + pd.Timedelta(days=DAYS // 3)).date()])),
        filters={name: draw(st.lists(st.sampled_from(FILTERS[name]), min_size=1, unique=True)) for name in names},
    )
