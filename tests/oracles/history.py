"""Lines, orders, customer-days and purchase occasions: what every other oracle starts from.

Money is held in whole ten-thousandths, so that sums are exact and "more than nothing" is never a rounding error.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope

MONEY = 10_000
"""Parts of one unit of money in the integers of `net`."""

FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q-DEC"}
ROLLING = {"day": 1, "week": 7, "month": 30, "quarter": 90}

TEXTS = ("category", "channel", "store", "country")


def canonical(frame: pd.DataFrame) -> pd.DataFrame:
    """Lines as the oracles want them: all columns there, days without time, money in whole parts."""
    lines = pd.DataFrame(index=frame.index)
    for name in ("customer_id", "order_id", "refund_of", "product", *TEXTS):
        given = frame[name] if name in frame else pd.Series(np.nan, index=frame.index)
        lines[name] = given.astype("str")
    kind = frame["kind"] if "kind" in frame else pd.Series("sale", index=frame.index)
    lines["is_refund"] = kind.fillna("sale") != "sale"
    lines["at"], lines["place"] = pd.to_datetime(frame["ordered_at"]), range(len(frame))
    lines["day"] = pd.to_datetime(frame["ordered_at"]).dt.normalize().astype("datetime64[s]")
    lines["net"] = (frame["amount"].astype("float64") * MONEY).round().astype("int64")
    lines["units"] = frame["quantity"].astype("float64") if "quantity" in frame else np.nan
    lines["discount"] = frame["discount"].astype("float64") if "discount" in frame else np.nan
    cost = frame["cost"] if "cost" in frame else pd.Series(np.nan, index=frame.index)
    lines["cost"] = (cost.astype("float64") * MONEY).round()
    discount = frame["discount"] if "discount" in frame else pd.Series(np.nan, index=frame.index)
    lines["discount"] = (discount.astype("float64") * MONEY).round()
    # An order is one (customer, order id); a refund belongs to the order it names. Guests have their own orders.
    lines["order"] = lines["refund_of"].where(lines["refund_of"].notna(), lines["order_id"])
    lines["order"] = lines["order"].fillna(pd.Series([f"line {i}" for i in range(len(lines))], index=lines.index))
    lines["customer"] = pd.Categorical(lines["customer_id"].fillna(""))
    lines["order"] = pd.Categorical(lines["order"])
    return lines


def remembered(oracle: Callable) -> Callable:
    """Answer the same question of the same history once: several oracles begin with it, and each takes seconds."""

    @wraps(oracle)
    def answer(history: "History", scope: Scope) -> pd.DataFrame | pd.Series:
        key = (oracle.__module__, oracle.__name__, scope)
        if key not in history._kept:
            history._kept[key] = oracle(history, scope)
        return history._kept[key].copy()

    return answer


@dataclass
class History:
    """All lines of a shop, with the tables about its customers where there are some."""

    lines: pd.DataFrame
    customers: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["customer_id"]))
    tiers: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["customer_id", "tier"]))
    surveys: pd.DataFrame = field(default_factory=pd.DataFrame)
    referrals: pd.DataFrame = field(default_factory=pd.DataFrame)
    _kept: dict = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, frame: pd.DataFrame, **tables: pd.DataFrame):
        """From frames with canonical column names."""
        return cls(canonical(frame), **tables)

    def as_of(self, scope: Scope) -> pd.Timestamp:
        """The scope's date, else the last day in the data."""
        return pd.Timestamp(scope.as_of) if scope.as_of else self.lines["day"].max()

    def lines_known(self, scope: Scope) -> pd.DataFrame:
        """Lines up to and including the as-of date."""
        return self.lines[self.lines["day"] <= self.as_of(scope)]

    def orders(self, scope: Scope) -> pd.DataFrame:
        """One row an order (or, at their own date, a day of refunds), guests too; before any filter.

        Columns: customer ('' for guests), order, day, net, units, cost, is_refund.
        """
        key = ("orders", self.as_of(scope), scope.refunds)
        if key not in self._kept:
            self._kept[key] = self._orders(self.lines_known(scope), scope.refunds)
        return self._kept[key]

    @staticmethod
    def _orders(lines: pd.DataFrame, refunds: str) -> pd.DataFrame:
        by_order = ["customer", "order"]
        if refunds == "restate":
            orders = _summed(lines, by_order)
            return orders.assign(is_refund=False)
        sold, taken_back = lines[~lines["is_refund"]], lines[lines["is_refund"]]
        parts = [
            _summed(sold, by_order).assign(is_refund=False),
            _summed(taken_back, [*by_order, "day"]).assign(is_refund=True),
        ]
        return pd.concat(parts, ignore_index=True)

    def customer_days(self, scope: Scope, filtered: bool = True) -> pd.DataFrame:
        """One row a customer and day: net, orders (worth more than nothing), is_occasion. Guests never."""
        chosen = tuple((name, values) for name, values in scope.filters if filtered and name in TEXTS)
        key = ("days", self.as_of(scope), scope.refunds, chosen)
        if key not in self._kept:
            self._kept[key] = self._customer_days(scope, filtered)
        return self._kept[key]

    def _customer_days(self, scope: Scope, filtered: bool) -> pd.DataFrame:
        orders = self.orders(scope)
        orders = orders[orders["customer"] != ""]
        if filtered:
            orders = orders[self._keeps(orders, scope)]
        orders = orders.assign(orders=(orders["net"] > 0) & ~orders["is_refund"])
        days = orders.groupby(["customer", "day"], observed=True, as_index=False)[["net", "orders"]].sum()
        return days.assign(is_occasion=days["net"] > 0)

    def occasions(self, scope: Scope, filtered: bool = True) -> pd.DataFrame:
        """Purchase occasions: customer, day."""
        days = self.customer_days(scope, filtered)
        return days.loc[days["is_occasion"], ["customer", "day"]]

    def first_days(self, scope: Scope) -> pd.Series:
        """Each customer's first occasion in the whole history, before any filter; by customer."""
        return self.occasions(scope, filtered=False).groupby("customer", observed=True)["day"].min()

    def members(self, scope: Scope) -> pd.Series:
        """First occasions of the customers that the filters on customers keep; by customer."""
        first = self.first_days(scope)
        return first[first.index.isin(self.kept_customers(scope))]

    def kept_customers(self, scope: Scope) -> set:
        """All customers with any order that the filters on customers keep, with an occasion or without."""
        known = self.orders(scope)["customer"]
        kept = set(known[known != ""].unique())
        for name, values in scope.filters:
            if (holders := self._holders(name, values, kept, scope)) is not None:
                kept &= holders
        return kept

    def _holders(self, name: str, values: tuple[str, ...], known: set, scope: Scope) -> set | None:
        """The customers with one of a customer filter's values ('' is unknown); None for a filter on orders."""
        if name in TEXTS:
            return None
        value = self.attribute(name, scope)
        holders = set(value[value.isin(values)].index)
        return holders | (known - set(value.index)) if "" in values else holders

    def attribute(self, name: str, scope: Scope) -> pd.Series:
        """The value of an attribute, by customer; those for whom it is not known are not there."""
        if name == "tier":
            as_of = self.as_of(scope)
            start, end = pd.to_datetime(self.tiers["from_on"]), pd.to_datetime(self.tiers["until_on"])
            held = self.tiers[(start <= as_of) & (end.isna() | (end >= as_of))]
            value = held.set_index("customer_id")["tier"]
        elif name in ("acquired_through", "customer_country"):
            column = "country" if name == "customer_country" else name
            value = self.customers.set_index("customer_id")[column]
        else:
            value = self.first_day_values(scope)[name.removeprefix("first_")]
        return value.dropna()

    def groups(self, scope: Scope) -> pd.Series:
        """The group of each member: '' where the attribute is not known, NULL where none is asked for."""
        members = self.members(scope).index.astype("str")
        if scope.by is None:
            return pd.Series(None, index=members, dtype="str")
        value = self.attribute(scope.by, scope)
        value.index = value.index.astype("str")
        return value.reindex(members).astype("str").fillna("")

    def first_day_values(self, scope: Scope) -> pd.DataFrame:
        """Channel, store and category of each customer's first day of orders worth something.

        Of several orders the earliest that says it; of equal times the one that stands first in the file.
        """
        texts = self.order_texts(scope).reset_index()
        orders = self.orders(scope)
        orders = orders[(orders["net"] > 0) & ~orders["is_refund"]].merge(texts, on=["customer", "order"])
        orders = orders[orders["day"] == joined(orders["customer"], self.first_days(scope))]
        orders = orders.sort_values(["at", "place"])
        return orders.groupby("customer", observed=True)[["channel", "store", "category"]].first()

    def order_texts(self, scope: Scope) -> pd.DataFrame:
        """By (customer, order): channel, store, country and category, from the sale lines of the order's first day.

        Of several the earliest, of equal times the one that stands first in the file; the category of the dearest line.
        Without a sale the refunds speak. `at` is the time of the earliest line, `place` that of the first in the file.
        """
        lines = self.lines_known(scope)
        by = ["customer", "order"]
        has_sale = ~lines.groupby(by, observed=True)["is_refund"].transform("all")
        lines = lines[~lines["is_refund"] | ~has_sale]
        lines = lines[lines["day"] == lines.groupby(by, observed=True)["day"].transform("min")]
        in_time = lines.sort_values(["at", "place"]).groupby(by, observed=True)
        texts = in_time[["channel", "store", "country"]].first()
        texts[["at", "place"]] = lines.groupby(by, observed=True)[["at", "place"]].min()
        dearest = lines.dropna(subset=["category"]).sort_values(["net", "at", "place"], ascending=[False, True, True])
        named = dearest.groupby(by, observed=True)["category"].first()
        texts["category"] = named.reindex(texts.index) if len(named) else pd.Series(np.nan, texts.index, dtype="str")
        return texts

    def _keeps(self, orders: pd.DataFrame, scope: Scope) -> pd.Series:
        """Which orders the filters on orders keep."""
        kept = pd.Series(True, index=orders.index)
        chosen = {name: values for name, values in scope.filters if name in TEXTS}
        if not chosen:
            return kept
        keys = pd.MultiIndex.from_frame(orders[["customer", "order"]])
        for name, values in chosen.items():
            if name == "category":
                lines = self.lines_known(scope)
                has = lines[lines["category"].where(lines["category"].notna(), "").isin(values)]
                allowed = pd.MultiIndex.from_frame(has[["customer", "order"]].drop_duplicates())
            else:
                text = self.order_texts(scope)[name]
                allowed = text.index[text.where(text.notna(), "").isin(values)]
            kept &= keys.isin(allowed)
        return kept

    def customer_orders(self, scope: Scope) -> pd.DataFrame:
        """Orders of kept customers that the filters on orders keep, inside the window."""
        orders = self.orders(scope)
        orders = orders[orders["customer"].isin(self.kept_customers(scope))]
        orders = orders[self._keeps(orders, scope)]
        return orders[self.in_window(orders["day"], scope)]

    def in_window(self, days: pd.Series, scope: Scope) -> pd.Series:
        """Days as_of - window + 1 to as_of; all of them without a window."""
        if scope.window is None:
            return pd.Series(True, index=days.index)
        return days > self.as_of(scope) - pd.Timedelta(days=scope.window)


def _summed(lines: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Lines added up; the cost is unknown as soon as one line's is."""
    groups = lines.groupby(by, observed=True)
    sums = groups[["net", "units"]].sum()
    sums["cost"] = groups["cost"].sum().where(groups["cost"].count() == groups.size())
    if "day" not in by:
        sums["day"] = groups["day"].min()
    return sums.reset_index()


def joined(customers: pd.Series, values: pd.Series) -> pd.Series:
    """The value of each customer (NULL for those without one), as a column beside `customers`."""
    by_name = pd.Series(values.array, index=values.index.astype("str"))
    found = by_name.reindex(customers.cat.categories).array.take(customers.cat.codes.to_numpy())
    return pd.Series(found, index=customers.index)


def periods(days: pd.Series, grain: str) -> pd.PeriodIndex:
    """The calendar period of each day."""
    return pd.PeriodIndex(days.astype("datetime64[ns]"), freq=FREQUENCIES[grain])


def starts(found: pd.PeriodIndex) -> pd.DatetimeIndex:
    """First day of each period."""
    return found.start_time.normalize()


def ends(found: pd.PeriodIndex) -> pd.DatetimeIndex:
    """Last day of each period."""
    return found.end_time.normalize()


def money(parts: pd.Series | float) -> pd.Series | float:
    """Ten-thousandths as units of money."""
    return parts / MONEY
