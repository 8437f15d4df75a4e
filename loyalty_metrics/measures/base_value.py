"""What the customer base is worth, why that moved, which groups it lies in, and whom to call."""

from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.measures.valuation import MODEL, NONE, PLAIN_SPEND, Customers, Valuation, margin_of
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import IntArray

GONE = 0.5
"""A chance to be there below this looks gone."""

FALLEN, TOO_LATE, BEST = 0.2, 0.1, 0.8
"""Worth the call: a chance that fell by so much, to no less than that, of customers above this quantile of value."""

BEFORE, NOW = "base_before", "base_now"
REASONS = ("relearnt", "newly_won", "worth_more", "worth_less", "looks_gone")
"""Why the value moved; they add up to the change."""

ATTRIBUTES = ("entry_year", "entry_quarter", "segment", "first_channel", "acquired_through")
"""What customers are grouped by."""


def finish_base_value(changes: pd.DataFrame) -> pd.DataFrame:
    """Value the customers of both dates, and split the change.

    Args:
        changes: One row a customer of either date, see the model `value_changes`.

    Returns:
        Seven rows: the value before, the reasons, the value now; none where there is no customer.
    """
    if changes.empty:
        return pd.DataFrame(columns=_COLUMNS)
    now, before = changes[changes["repeats"].notna()], changes[changes["repeats_before"].notna()]
    margin = margin_of(changes)
    then_margin = margin_of(changes, ("margin_share_before", "margin_share")) if margin == margin else margin
    valuation = Valuation.fit(Customers.of(now), now, margin)
    known_before = Customers.of(before, "_before")
    earlier = Valuation.fit(known_before, before, then_margin)
    known_now = Customers.of(now)
    worth, as_stood = valuation.of(known_now), valuation.of(known_before)
    thought, low_then, high_then = earlier.sums(known_before)
    total, low, high = valuation.sums(known_now, worth=worth)

    value = pd.Series(worth.value, now.index).reindex(changes.index, fill_value=0.0)
    stood = pd.Series(as_stood.value, before.index).reindex(changes.index, fill_value=0.0)
    is_new = changes["repeats_before"].isna()
    there = pd.Series(worth.chance_there, now.index).reindex(changes.index)
    part = np.select([is_new, there < GONE, value >= stood], ["newly_won", "looks_gone", "worth_more"], "worth_less")
    by_part = pd.DataFrame({"part": part, "value": value - stood}).groupby("part")["value"].agg(["size", "sum"])
    moved = by_part.reindex(REASONS[1:], fill_value=0)
    rows: list[dict[str, Any]] = [_total(BEFORE, before, thought, low_then, high_then, changes["compare_to"])]
    rows.append({"part": "relearnt", "customers": len(before), "value": float(stood.sum() - thought[0])})
    rows += [{"part": name, "customers": int(row["size"]), "value": row["sum"]} for name, row in moved.iterrows()]
    rows.append(_total(NOW, now, total, low, high, changes["as_of"]))
    frame = pd.DataFrame(rows).assign(
        horizon=int(valuation.horizon),
        discount=valuation.discount,
        basis=valuation.basis,
        margin_share=valuation.margin,
        cost_known=changes["cost_known"].iloc[0],
        method=valuation.method,
        model=valuation.told,
        reason=valuation.reason or None,
        spend_link=valuation.correlation.value,
        spend_link_low=valuation.correlation.low,
        spend_link_high=valuation.correlation.high,
    )
    return _unknown_without_past(frame, before, earlier)[_COLUMNS]


def _total(name: str, customers: pd.DataFrame, *told: Any) -> dict[str, Any]:
    value, low, high, day = told
    ends = {"value": value[0], "low": low[0], "high": high[0]}
    return {"part": name, "customers": len(customers), **ends, "on_day": pd.Timestamp(day.iloc[0])}


def _unknown_without_past(frame: pd.DataFrame, before: pd.DataFrame, earlier: Valuation) -> pd.DataFrame:
    """Where nothing could have been said then, neither the value then nor its change is known."""
    if before.empty:
        return frame
    if earlier.method == NONE:
        frame.loc[frame["part"] != NOW, ["value", "low", "high"]] = np.nan
    return frame


_COLUMNS = [
    "part", "customers", "value", "low", "high", "on_day", "horizon", "discount", "basis", "margin_share", "cost_known",
    "method", "model", "reason", "spend_link", "spend_link_low", "spend_link_high",
]  # fmt: skip


def finish_value_by_group(customers: pd.DataFrame) -> pd.DataFrame:
    """Add customers up by each attribute.

    Args:
        customers: One row a customer: history, terms, `acquisition_cost` and the attributes.

    Returns:
        One row an attribute and value, in the order of `ATTRIBUTES` and of the names.
    """
    known = Customers.of(customers)
    valuation = Valuation.fit(known, customers, margin_of(customers))
    worth = valuation.of(known)
    cost = customers["acquisition_cost"].to_numpy("float64", na_value=np.nan)
    coded = [pd.factorize(customers[name], sort=True) for name in ATTRIBUTES]
    ends = np.cumsum([len(names) for _codes, names in coded])[:-1]
    told = valuation.sums(known, [(codes, len(names)) for codes, names in coded], worth)
    parts = [
        _of_attribute(name, codes, names, worth.value, cost, (value, low, high))
        for name, (codes, names), value, low, high in zip(
            ATTRIBUTES, coded, *(np.split(each, ends) for each in told), strict=True
        )
    ]
    return pd.concat(parts, ignore_index=True).assign(method=valuation.method)


def _of_attribute(
    name: str,
    codes: IntArray,
    names: pd.Index,
    worth: FloatArray,
    cost: FloatArray,
    sums: tuple[FloatArray, FloatArray, FloatArray],
) -> pd.DataFrame:
    value, low, high = sums
    size = np.bincount(codes, minlength=len(names))
    costed = np.isfinite(cost)
    paid, paid_value = (
        np.bincount(codes[costed], each[costed], len(names)).astype("float64") for each in (cost, worth)
    )
    n = np.bincount(codes[costed], minlength=len(names))
    total = value.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "attribute": name,
                "group_name": np.asarray(names, "object"),
                "customers": size,
                "value": value,
                "low": low,
                "high": high,
                "value_share": value / total if total > 0 else np.nan,
                "mean_value": value / size,
                "mean_low": low / size,
                "mean_high": high / size,
                "costed": n,
                "mean_acquisition_cost": np.where(n > 0, paid / n, np.nan),
                "value_to_cost": np.where(paid > 0, paid_value / paid, np.nan),
            }
        ).astype({"group_name": "str"})


def finish_worth_the_call(changes: pd.DataFrame) -> pd.DataFrame:
    """Pick those who were valuable and fell silent.

    Args:
        changes: One row a customer of either date, with `customer_id`.

    Returns:
        One row a customer worth the call, the most at stake first.
    """
    both = changes[changes["repeats"].notna() & changes["repeats_before"].notna()]
    now = changes[changes["repeats"].notna()]
    valuation = Valuation.fit(Customers.of(now), now, margin_of(changes))
    if both.empty or valuation.method not in (MODEL, PLAIN_SPEND):
        both = both.iloc[:0]
    worth, stood = valuation.of(Customers.of(both)), valuation.of(Customers.of(both, "_before"))
    repeats, days_to_last = (both[name].astype("float64") for name in ("repeats", "days_to_last"))
    told = pd.DataFrame(
        {
            "customer_id": both["customer_id"],
            "at_stake": stood.value - worth.value,
            "value_then": stood.value,
            "value": worth.value,
            "chance_before": stood.chance_there,
            "chance_there": worth.chance_there,
            "days_silent": both["days_known"].astype("float64") - days_to_last,
            "usual_gap": days_to_last / repeats.where(repeats > 0),
            "purchases_so_far": (repeats + 1).astype("int64"),
        }
    )
    fell = told["chance_before"] - told["chance_there"] >= FALLEN
    valuable = told["value_then"] >= (told["value_then"].quantile(BEST) if len(told) else 0)
    called = told[fell & valuable & (told["chance_there"] >= TOO_LATE) & (told["at_stake"] > 0)]
    return called.sort_values(["at_stake", "customer_id"], ascending=[False, True]).reset_index(drop=True)
