"""The transactions table: all lines of customers, guests and samples, and what was taken back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import catalogue as shop
from .baskets import fill_baskets, finish_orders, guest_orders, sample_orders, take_back
from .people import People, customer_ids
from .seasons import DAYS, SEASON, stamp
from .simulate import History
from .staffing import Roster


@dataclass
class Till:
    """Orders and lines with their final keys.

    Attributes:
        transactions: The transactions table, in order of time.
        orders: One row per order of sales: order (its number), customer, day, store, cents and key.
        returns: One row per refund or cancellation: order (the original's number) and the same.
    """

    transactions: pd.DataFrame
    orders: pd.DataFrame
    returns: pd.DataFrame


def _guests(first_order: int, people: People, rng: np.random.Generator) -> tuple[pd.DataFrame, ...]:
    """Orders, lines and returns of guests, numbered from `first_order`."""
    orders = finish_orders(guest_orders(SEASON, rng), rng)
    orders["order"] = first_order + np.arange(len(orders))
    lines = fill_baskets(orders, people, rng)
    returns = take_back(orders, lines, rng)
    for frame in (lines, returns):
        frame["day"] = orders["day"].to_numpy()[frame["order"]]
        frame["order"] += first_order
    returns["day"] += returns["after"]
    return orders, lines, returns[returns["day"] < DAYS]


def _samples(first_order: int, people: People, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders of a free sachet and their one line each."""
    orders = finish_orders(sample_orders(people, rng), rng).assign(cancelled=False)
    orders["order"] = first_order + np.arange(len(orders))
    lines = orders[["order", "day"]].assign(product=shop.SAMPLE_SACHET, quantity=1, price=0, discount=0)
    return orders, lines.assign(cost=shop.unit_cost(lines["product"].to_numpy(), lines["day"].to_numpy()))


def _number_returns(returns: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give each refund or cancellation an order of its own, after the original in time."""
    original = orders.set_index("order").loc[returns["order"].to_numpy()]
    number, keys = pd.factorize(returns["order"])
    later = rng.integers(9 * 60, 18 * 60, len(keys))[number]
    same_day = original["day"].to_numpy() == returns["day"].to_numpy()
    minute = np.where(same_day, (original["minute"].to_numpy() + 20).clip(max=1439), later)
    return returns.assign(
        refund_of=returns["order"],
        order=orders["order"].max() + 1 + number,
        minute=minute,
        kind=returns["kind"],
    )


def _order_rows(orders: pd.DataFrame, returns: pd.DataFrame, roster: Roster, rng: np.random.Generator) -> pd.DataFrame:
    """One row per order, sales and returns alike, with time, place, staff and final key."""
    place = ["customer", "channel", "store", "country"]
    own = returns.drop_duplicates("order")[["order", "refund_of", "day", "minute"]].reset_index(drop=True)
    origin = orders.set_index("order")[place].loc[own["refund_of"].to_numpy()].reset_index(drop=True)
    every = pd.concat([orders[["order", "day", "minute", *place]], pd.concat([own, origin], axis=1)], ignore_index=True)
    every["ordered_at"] = stamp(every["day"].to_numpy(), every["minute"].to_numpy())
    every = every.sort_values(["ordered_at", "order"], ignore_index=True)
    every["order_id"] = (100001 + np.arange(len(every))).astype(str)
    staff = roster.on_duty(every["store"].to_numpy(), every["day"].to_numpy(), rng)
    every["staff_id"] = np.where(every["channel"] == shop.SHOP, staff, None)
    return every.set_index("order")


def ring_up(history: History, people: People, roster: Roster, rng: np.random.Generator) -> Till:
    """Put all orders and lines together, key them by time and write them as the transactions table."""
    guests, guest_lines, guest_returns = _guests(len(history.orders), people, rng)
    samples, sample_lines = _samples(len(history.orders) + len(guests), people, rng)
    orders = pd.concat([history.orders, guests, samples], ignore_index=True)
    lines = pd.concat([history.lines, guest_lines, sample_lines], ignore_index=True).assign(kind="sale", refund_of=-1)
    returns = pd.concat([history.returns, guest_returns], ignore_index=True)
    returns = _number_returns(returns, orders, rng)
    every = _order_rows(orders, returns, roster, rng)
    columns = ["order", "product", "quantity", "price", "discount", "cost", "kind", "refund_of"]
    lines = pd.concat([lines[columns], returns[columns]], ignore_index=True)
    lines["cents"] = lines["quantity"] * lines["price"] - lines["discount"]
    table = _transactions(lines, every)
    per_order = lines.groupby(["order", "refund_of"], as_index=False)["cents"].sum()
    per_order = per_order.join(every[["customer", "day", "store", "ordered_at", "order_id"]], on="order")
    sales = per_order[per_order["refund_of"] < 0].drop(columns="refund_of").reset_index(drop=True)
    back = per_order[per_order["refund_of"] >= 0].drop(columns="order").rename(columns={"refund_of": "order"})
    return Till(table, sales, back.reset_index(drop=True))


def _transactions(lines: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """The canonical columns of each line, in order of time."""
    order = every.loc[lines["order"].to_numpy()].reset_index(drop=True)
    refund_of = np.full(len(lines), None, dtype=object)
    back = (lines["refund_of"] >= 0).to_numpy()
    refund_of[back] = every.loc[lines["refund_of"].to_numpy()[back], "order_id"].to_numpy()
    product = lines["product"].to_numpy()
    table = pd.DataFrame(
        {
            "order_id": order["order_id"],
            "customer_id": customer_ids(order["customer"].to_numpy()),
            "ordered_at": order["ordered_at"],
            "product": shop.PRODUCTS[product],
            "category": np.array(shop.CATEGORIES)[shop.PRODUCT_CATEGORY[product]],
            "quantity": lines["quantity"].astype(float),
            "unit_price": lines["price"] / 100,
            "discount": lines["discount"] / 100,
            "amount": lines["cents"] / 100,
            "cost": lines["cost"] / 100,
            "channel": shop.CHANNELS[order["channel"]],
            "store": shop.STORES[order["store"]],
            "country": shop.COUNTRIES[order["country"]],
            "staff_id": order["staff_id"],
            "currency": "EUR",
            "kind": lines["kind"],
            "refund_of": refund_of,
        }
    )
    return table.sort_values(["ordered_at", "order_id"], kind="stable", ignore_index=True)
