"""Weeks in parts, written from the definitions over raw lines: each refund counts on its own day."""

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
DIMENSIONS = ("channel", "store", "country", "category")


def week_of(days: pd.Series) -> pd.Series:
    """Monday of each day's week."""
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def postings(lines: pd.DataFrame, customers: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row an order, and one a day and kind on which it was refunded or added to."""
    known = lines[lines["customer_id"].notna() & (lines["customer_id"] != "<NA>")].copy()
    for name, default in {"kind": "sale", "refund_of": None, **dict.fromkeys(DIMENSIONS)}.items():
        if name not in known:
            known[name] = default
    known["order"] = known["refund_of"].where(known["refund_of"].notna(), known["order_id"]).astype("str")
    known["at"], known["place"] = pd.to_datetime(known["ordered_at"]), range(len(known))
    known["day"] = known["at"].dt.normalize()
    known["back"] = known["kind"].fillna("sale") != "sale"
    keys = ["customer_id", "order"]
    known["first_day"] = known.groupby(keys)["day"].transform("min")
    known["only_back"] = known.groupby(keys)["back"].transform("all")
    known["is_order"] = (known["day"] == known["first_day"]) & (~known["back"] | known["only_back"])
    posted = known.groupby([*keys, "day", "is_order"], as_index=False)["amount"].sum().rename(columns={"amount": "net"})
    posted = posted.merge(_described(known), on=keys, how="left")
    bought = posted[posted["is_order"] & (posted["net"].round(6) > 0)].sort_values(["at", "place"])
    firsts = (
        bought.groupby("customer_id").first()[["day", "order"]].rename(columns={"day": "first_on", "order": "first"})
    )
    posted = posted.merge(firsts, left_on="customer_id", right_index=True, how="left")
    posted["is_purchase"] = posted["is_order"] & (posted["net"].round(6) > 0)
    posted["is_first"] = posted["is_purchase"] & (posted["order"] == posted["first"])
    since = (posted["day"] - posted["first_on"]).dt.days
    names = ["first_day", "first_13_weeks", "first_year", "over_a_year"]
    posted["tenure"] = np.select([~(since > 0), since < 91, since < 365], names[:3], names[3])
    if customers is not None:
        last = customers.groupby("customer_id")[["acquired_through", "country"]].last()
        last = last.rename(columns={"country": "customer_country"})
        posted = posted.merge(last, left_on="customer_id", right_index=True, how="left")
    for name in ("acquired_through", "customer_country", *DIMENSIONS):
        posted[name] = posted[name].astype("object").fillna("") if name in posted else ""
    return posted.assign(week=week_of(posted["day"]))


def _described(known: pd.DataFrame) -> pd.DataFrame:
    """Channel, store and country of the order's own lines by time, and the category of the dearest of them.

    `at` and `place` are those of the earliest of them and of the first in the file.
    """
    own = known[(known["day"] == known["first_day"]) & (~known["back"] | known["only_back"])]
    keys = ["customer_id", "order"]
    told = own.sort_values(["at", "place"]).groupby(keys)[["channel", "store", "country"]].first()
    told[["at", "place"]] = own.groupby(keys)[["at", "place"]].min()
    dear = own[own["category"].notna()].sort_values(["amount", "at", "place"], ascending=[False, True, True])
    return told.assign(category=dear.groupby(keys)["category"].first()).reset_index()


def _in_parts(rows: pd.DataFrame, attributes: tuple[str, ...]) -> pd.DataFrame:
    """Every row once for everybody, and once for its value of each attribute."""
    parts = [rows.assign(attribute="everybody", value="")]
    return pd.concat([*parts, *(rows.assign(attribute=name, value=rows[name]) for name in attributes)])


def week_by_week(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The measure, from `postings`."""
    over = rows[rows["week"] + 6 * DAY <= as_of]
    attributes = ("acquired_through", "category", "channel", "country", "customer_country", "store", "tenure")
    parts = _in_parts(over.assign(squares=over["net"] ** 2), attributes)
    keys = ["week", "attribute", "value"]
    sums = parts.groupby(keys).agg(
        orders=("is_purchase", "sum"),
        revenue=("net", "sum"),
        new_customers=("is_first", "sum"),
        squares=("squares", "sum"),
    )
    buyers = over[over["is_purchase"]].groupby("week")["customer_id"].nunique()
    sums = sums.reset_index()
    sums["customers"] = sums["week"].map(buyers).fillna(0).where(sums["attribute"] == "everybody")
    return sums.sort_values(keys).reset_index(drop=True)


def newcomers_back(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The measure, from `postings`."""
    firsts = rows[rows["is_first"] & (rows["week"] + 34 * DAY <= as_of)]
    again = rows[rows["is_purchase"] & (rows["day"] > rows["first_on"]) & (rows["day"] <= rows["first_on"] + 28 * DAY)]
    firsts = firsts.assign(back=firsts["customer_id"].isin(again["customer_id"]))
    parts = _in_parts(firsts, ("acquired_through", "category", "channel", "customer_country", "store"))
    keys = ["week", "attribute", "value"]
    return parts.groupby(keys).agg(newcomers=("back", "size"), back=("back", "sum")).reset_index()


def product_weeks(lines: pd.DataFrame, as_of: pd.Timestamp, top: int = 50) -> pd.DataFrame:
    """The measure."""
    known = lines[lines["customer_id"].notna() & (lines["customer_id"] != "<NA>") & lines["product"].notna()]
    day = pd.to_datetime(known["ordered_at"]).dt.normalize()
    known = known.assign(week=week_of(day), sold=known["amount"] > 0, squares=known["amount"] ** 2)
    known = known[known["week"] + 6 * DAY <= as_of]
    recent = known[known["week"] > as_of - 371 * DAY].groupby("product")["amount"].sum().round(6)
    best = recent[recent.rank(ascending=False, method="min") <= top].index
    kept = known[known["product"].isin(best)].groupby(["week", "product"])
    return kept.agg(lines=("sold", "sum"), revenue=("amount", "sum"), squares=("squares", "sum")).reset_index()


def complaint_weeks(complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The measure."""
    opened = pd.to_datetime(complaints["opened_at"]).dt.normalize()
    took = (pd.to_datetime(complaints["closed_at"]).dt.normalize() - opened).dt.days
    rows = pd.DataFrame({"week": week_of(opened), "store": complaints["store"].fillna(""), "in_time": took <= 14})
    parts = _in_parts(rows[rows["week"] + 6 * DAY <= as_of], ("store",))
    found = parts.groupby(["week", "attribute", "value"]).agg(
        opened=("in_time", "size"), closed_in_time=("in_time", "sum")
    )
    found = found.reset_index()
    ripe = found["week"] + 20 * DAY <= as_of
    return found.assign(closed_in_time=found["closed_in_time"].astype("float64").where(ripe))
