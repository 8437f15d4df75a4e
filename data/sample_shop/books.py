"""The books: what winning and keeping customers cost month by month, and the decisions of the reviews."""

import numpy as np
import pandas as pd

from .people import People
from .seasons import DATES, END
from .till import Till

KEEPING_ONE_A_YEAR = 2.9  # euros of retention cost for each kept customer and year
YEAR_SHARE = 0.21  # a customer kept over a year counts in about five of its months


def _month_end(month: pd.PeriodIndex) -> np.ndarray:
    """Last day of each month, or the last day of the data while the month is in progress."""
    return np.minimum(month.to_timestamp(how="end").to_numpy().astype("datetime64[D]"), END)


def _acquisition(customers: pd.DataFrame, people: People) -> pd.DataFrame:
    """Winning customers, by month and channel: exactly the sum of the customers' own acquisition costs."""
    won = customers.loc[~people.prospect, ["acquired_through", "acquisition_cost"]]
    won = won.assign(month=pd.PeriodIndex(DATES[people.first_day[~people.prospect]], freq="M"))
    sums = won.groupby(["month", "acquired_through"], as_index=False)["acquisition_cost"].sum()
    return sums.rename(columns={"acquired_through": "channel", "acquisition_cost": "amount"}).assign(
        purpose="acquisition"
    )


def _kept(till: Till) -> pd.Series:
    """By month: customers who bought in it and had first bought in an earlier one."""
    bought = till.orders[(till.orders["customer"] >= 0) & (till.orders["cents"] > 0)]
    month = pd.PeriodIndex(bought["ordered_at"], freq="M")
    frame = pd.DataFrame({"customer": bought["customer"].to_numpy(), "month": month})
    first = frame.groupby("customer")["month"].transform("min")
    return frame[frame["month"] > first].groupby("month")["customer"].nunique()


def _running(till: Till, contacts: pd.DataFrame, complaints: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Monthly cost of keeping, serving, the programme and the rest."""
    kept = _kept(till)
    months = pd.period_range(DATES[0], END, freq="M")
    kept = kept.reindex(months, fill_value=0).to_numpy() * YEAR_SHARE * KEEPING_ONE_A_YEAR
    kept = kept * np.linspace(0.5, 1.0, len(months))  # the work of keeping customers was built up
    by_month = pd.PeriodIndex(contacts["contacted_at"], freq="M")
    served = contacts["cost"].groupby(by_month).sum().reindex(months, fill_value=0).to_numpy()
    put_right = complaints["cost"].groupby(pd.PeriodIndex(complaints["opened_at"], freq="M")).sum()
    put_right = put_right.reindex(months, fill_value=0).to_numpy()
    noise = rng.lognormal(0, 0.06, (5, len(months)))
    lines = [
        ("retention", "e-mail", kept * 0.5 * noise[0]),
        ("retention", "app", kept * 0.3 * noise[1]),
        ("retention", "post", kept * 0.2 * noise[2]),
        ("programme", "cards", kept * 0.11 * noise[3]),
        ("service", "service desk", served + put_right),
        ("other", "web shop", 420 * noise[4]),
    ]
    parts = [pd.DataFrame({"month": months, "purpose": p, "channel": c, "amount": a}) for p, c, a in lines]
    return pd.concat(parts, ignore_index=True).round({"amount": 2})


def costs_table(
    customers: pd.DataFrame,
    people: People,
    till: Till,
    contacts: pd.DataFrame,
    complaints: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The costs table: one booking per month, purpose and channel."""
    every = pd.concat([_acquisition(customers, people), _running(till, contacts, complaints, rng)], ignore_index=True)
    every["booked_on"] = _month_end(pd.PeriodIndex(every["month"]))
    every = every[every["amount"] > 0]
    return every.sort_values(["booked_on", "purpose", "channel"], ignore_index=True)


def actions_table() -> pd.DataFrame:
    """The decisions taken in reviews."""
    columns = ["decided_on", "title", "owner", "segment", "measure", "due_on", "budget", "status"]
    rows = [
        (
            "2024-09-24",
            "Offer the card at every first order",
            "Orla",
            "New",
            "points_balance",
            "2024-12-31",
            800,
            "done",
        ),
        (
            "2025-02-04",
            "Welcome series and brewing guide",
            "Mara",
            "New",
            "cohort_retention",
            "2025-03-01",
            2400,
            "done",
        ),
        (
            "2025-06-17",
            "Smaller discount for first orders",
            "Tuan",
            "New",
            "retention_curve",
            "2025-09-30",
            0,
            "dropped",
        ),
        (
            "2025-11-18",
            "Second service desk at Riverside",
            "Eoin",
            "All",
            "complaint_recovery",
            "2025-12-15",
            6500,
            "done",
        ),
        (
            "2026-01-20",
            "Exit talks with leaving Riverside staff",
            "Eoin",
            "All",
            "customer_flow",
            "2026-04-30",
            300,
            "done",
        ),
        (
            "2026-03-10",
            "Call lapsing Champions",
            "Mara",
            "Cannot lose",
            "repeat_purchase_rate",
            "2026-06-30",
            900,
            "open",
        ),
        (
            "2026-05-12",
            "Double reward for referrals",
            "Lin",
            "Loyal",
            "referral_summary",
            "2026-08-31",
            1500,
            "open",
        ),
        (
            "2026-06-09",
            "Remind members close to Silver",
            "Tuan",
            "Promising",
            "tier_movement",
            "2026-07-31",
            400,
            "open",
        ),
    ]
    table = pd.DataFrame(rows, columns=columns)
    for column in ("decided_on", "due_on"):
        table[column] = pd.to_datetime(table[column])
    return table.assign(action_id=[f"A-{number + 1}" for number in range(len(table))])
