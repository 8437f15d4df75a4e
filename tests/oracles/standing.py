"""RFM, deciles and repeat figures: where each customer stands in the window."""

import numpy as np
import pandas as pd
from scipy.stats import t

from loyalty_metrics.scope import Scope
from tests.oracles.compare import wilson
from tests.oracles.history import History, joined, money, remembered

WITHIN = (30, 60, 90, 365)


@remembered
def totals(history: History, scope: Scope) -> pd.DataFrame:
    """Customers with an occasion in the window; by customer.

    Columns: net and orders of the window; occasions, first_on, last_on; bought_for and bought_orders on occasion days.
    """
    days = history.customer_days(scope)
    days = days[days["customer"].isin(history.kept_customers(scope)) & history.in_window(days["day"], scope)]
    sums = days.groupby("customer", observed=True)[["net", "orders"]].sum()
    bought = days[days["is_occasion"]].groupby("customer", observed=True)["day"]
    sums = sums.join(bought.agg(occasions="count", first_on="min", last_on="max"), how="inner")
    on_occasions = days[days["is_occasion"]].groupby("customer", observed=True)[["net", "orders"]].sum()
    sums = sums.join(on_occasions.rename(columns={"net": "bought_for", "orders": "bought_orders"}))
    sums.index = sums.index.astype("str")
    return sums


def score(values: pd.Series, steps: int) -> pd.Series:
    """1 + whole part of steps * (strictly worse + half of those equal) / all; more is better. Exact integers."""
    counts = values.value_counts().sort_index()
    below = counts.cumsum() - counts
    by_value = 1 + (steps * (2 * below + counts)) // (2 * len(values))
    return values.map(by_value).astype("int64")


def steps_met(values: pd.Series, cuts: list) -> pd.Series:
    """1, and one more for each threshold that is reached; more is better."""
    return sum((values >= cut).astype("int64") for cut in cuts) + 1


def rfm_scores(
    history: History, scope: Scope, rules: pd.DataFrame, cuts: dict[str, list] | None = None
) -> pd.DataFrame:
    """Scores and segment of every customer with an occasion in the window.

    Cuts are thresholds of `r` (negative days: more is better), `f` and `m` (in ten-thousandths).
    """
    found = totals(history, scope)
    frame = pd.DataFrame(
        {
            "customer_id": found.index,
            "recency_days": (history.as_of(scope) - found["last_on"]).dt.days.to_numpy(),
            "frequency": found["occasions"].to_numpy(),
            "monetary": money(found["net"]).to_numpy(),
        }
    )
    scored = {"r": -frame["recency_days"], "f": frame["frequency"], "m": found["net"].reset_index(drop=True)}
    for name, values in scored.items():
        frame[f"{name}_score"] = score(values, 5) if cuts is None else steps_met(values, cuts[name])
    frame["fm_score"] = (frame["f_score"] + frame["m_score"] + 1) // 2
    return frame.merge(rules[["r_score", "fm_score", "segment"]], on=["r_score", "fm_score"], how="left")


def rfm_segments(history: History, scope: Scope, rules: pd.DataFrame) -> pd.DataFrame:
    """Every segment of the table, empty ones too."""
    scores = rfm_scores(history, scope, rules)
    groups = scores.groupby("segment")
    frame = pd.DataFrame({"customers": groups.size(), "revenue": groups["monetary"].sum()})
    away = scores[(scores["r_score"] < 3) & (scores["fm_score"] > 2)].groupby("segment")["monetary"]
    frame["overdue"], frame["overdue_revenue"] = away.size(), away.sum()
    frame["mean_recency_days"], frame["mean_frequency"] = groups["recency_days"].mean(), groups["frequency"].mean()
    frame = frame.reindex(rules["segment"].drop_duplicates())
    filled = ["customers", "revenue", "overdue", "overdue_revenue"]
    frame[filled] = frame[filled].fillna(0)
    everyone, everything = len(scores), scores["monetary"].sum()
    frame["customer_share"] = frame["customers"] / everyone if everyone else np.nan
    frame["revenue_share"] = frame["revenue"] / everything if everything else np.nan
    frame["mean_revenue"] = frame["revenue"] / frame["customers"].where(frame["customers"] > 0)
    return frame.reset_index()


def rfm_map(history: History, scope: Scope, rules: pd.DataFrame) -> pd.DataFrame:
    """All 25 cells."""
    scores = rfm_scores(history, scope, rules)
    cells = scores.groupby(["r_score", "fm_score"]).agg(customers=("monetary", "size"), revenue=("monetary", "sum"))
    everything = pd.MultiIndex.from_product([range(1, 6), range(1, 6)], names=["r_score", "fm_score"])
    cells = cells.reindex(everything, fill_value=0)
    cells["mean_revenue"] = cells["revenue"] / cells["customers"].where(cells["customers"] > 0)
    return cells.reset_index().merge(rules[["r_score", "fm_score", "segment"]], on=["r_score", "fm_score"])


def deciles(history: History, scope: Scope) -> pd.DataFrame:
    """Repeat and spend decile of every customer with an occasion in the window; by customer."""
    found = totals(history, scope)
    found["repeat_decile"], found["spend_decile"] = score(found["occasions"], 10), score(found["net"], 10)
    often, much = found["repeat_decile"] >= 8, found["spend_decile"] >= 8
    names = ["loyal and big", "loyal but small", "big but not loyal"]
    found["kind"] = np.select([often & much, often, much], names, "neither")
    return found


def repeats_vs_spend(history: History, scope: Scope) -> pd.DataFrame:
    """Customers, occasions and revenue of each pair of deciles."""
    found = deciles(history, scope)
    cells = found.groupby(["repeat_decile", "spend_decile", "kind"]).agg(
        customers=("net", "size"), occasions=("occasions", "sum"), revenue=("net", "sum")
    )
    return cells.assign(revenue=money(cells["revenue"])).reset_index()


def repeat_purchase_rate(history: History, scope: Scope) -> pd.DataFrame:
    """The repeat figures with numerator and denominator, and Wilson's interval for the shares."""
    found = totals(history, scope)
    everyone = len(found)
    rows = [
        ("repeat_rate", "share", (found["occasions"] >= 2).sum(), everyone),
        ("one_time_share", "share", (found["occasions"] == 1).sum(), everyone),
    ]
    first, second = _first_and_second(history, scope)
    for days in WITHIN:
        old_enough = (history.as_of(scope) - first).dt.days >= days
        came_back = (second - first).dt.days <= days
        rows.append((f"repeat_within_{days}", "share", (old_enough & came_back).sum(), old_enough.sum()))
    rows.append(("purchase_frequency", "number", found["occasions"].sum(), everyone))
    rows.append(("average_order_value", "money", money(found["bought_for"].sum()), found["bought_orders"].sum()))
    frame = pd.DataFrame(rows, columns=["figure", "unit", "numerator", "denominator"])
    frame["numerator"], frame["denominator"] = frame["numerator"].astype(float), frame["denominator"].astype(float)
    frame["value"] = frame["numerator"] / frame["denominator"].where(frame["denominator"] != 0)
    return frame


def _first_and_second(history: History, scope: Scope) -> tuple[pd.Series, pd.Series]:
    """Day of the first purchase in the whole history, where it lies in the window, and of the next that counts."""
    first = history.members(scope)
    first = first[history.in_window(first, scope)]
    occasions = history.occasions(scope)
    again = occasions[occasions["day"] > joined(occasions["customer"], first)]
    return first, again.groupby("customer", observed=True)["day"].min().reindex(first.index)


def average_gaps(history: History, scope: Scope) -> pd.Series:
    """Each repeat customer's own average number of days between occasions in the window."""
    found = totals(history, scope).query("occasions >= 2")
    return (found["last_on"] - found["first_on"]).dt.days / (found["occasions"] - 1)


def share_intervals(frame: pd.DataFrame) -> pd.DataFrame:
    """Wilson's interval for the rows that are shares."""
    shares = frame[frame["unit"] == "share"].copy()
    shares["low"], shares["high"] = wilson(shares["numerator"], shares["denominator"])
    return shares


def mean_interval(values: pd.Series) -> tuple[float, float]:
    """Student's interval of a mean; NULL for fewer than two values."""
    n = len(values)
    if n < 2:
        return np.nan, np.nan
    half = t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)
    return values.mean() - half, values.mean() + half


def rfm_migration(history: History, scope: Scope, rules: pd.DataFrame) -> pd.DataFrame:
    """Each customer's segment as of both dates, counted in pairs."""
    as_of = history.as_of(scope)
    earlier = pd.Timestamp(scope.compare_to) if scope.compare_to else as_of - pd.Timedelta(days=91)
    now, before = (
        rfm_scores(history, scope.replace(as_of=day.date()), rules).set_index("customer_id") for day in (as_of, earlier)
    )
    both = pd.DataFrame(index=now.index.union(before.index))
    both["segment_before"] = before["segment"].reindex(both.index).astype("object").fillna("not yet")
    both["segment_now"] = now["segment"].reindex(both.index).astype("object").fillna("no more")
    both["revenue_before"] = before["monetary"].reindex(both.index).astype("float64").fillna(0)
    both["revenue_now"] = now["monetary"].reindex(both.index).astype("float64").fillna(0)
    pairs = both.groupby(["segment_before", "segment_now"])
    frame = pairs[["revenue_before", "revenue_now"]].sum().assign(customers=pairs.size()).reset_index()
    frame["share_of_before"] = frame["customers"] / frame.groupby("segment_before")["customers"].transform("sum")
    return frame
