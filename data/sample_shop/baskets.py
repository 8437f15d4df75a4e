"""From orders to order lines: what is in the basket, what is given back, what is cancelled."""

import numpy as np
import pandas as pd

from . import catalogue as shop
from .people import People
from .seasons import DAYS

_LAST_MINUTE = {"shop": (8 * 60, 18 * 60), "online": (6 * 60, 23 * 60 + 30)}


def finish_orders(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add the minute of the day and whether the order was cancelled altogether."""
    in_shop = (orders["channel"] == shop.SHOP).to_numpy()
    early, late = (np.where(in_shop, a, b) for a, b in zip(*_LAST_MINUTE.values(), strict=True))
    minute = early + np.floor(rng.beta(1.8, 1.8, len(orders)) * (late - early)).astype(int)
    cancelled = rng.random(len(orders)) < np.where(in_shop, 0.0008, 0.007)
    return orders.assign(minute=minute, cancelled=cancelled)


def fill_baskets(orders: pd.DataFrame, people: People, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the lines of each order.

    Args:
        orders: One row per order: customer (-1 for a guest), day, channel, rebate (share taken off).
        people: Traits.
        rng: Source of chance.

    Returns:
        One row per line: order (position in `orders`), product, quantity, price, discount, cost (cents).
    """
    customer, day = orders["customer"].to_numpy(), orders["day"].to_numpy()
    guest = customer < 0
    size = np.where(guest, 0.8, people.size[customer])
    favourite = np.where(guest, rng.choice(4, len(orders)), people.favourite[customer])
    count = 1 + rng.poisson(1.25 * size * np.where(orders["channel"] == shop.SHOP, 0.9, 1.25)).clip(max=8)
    order = np.repeat(np.arange(len(orders)), count)
    product = shop.draw_products(day[order], favourite[order], rng)
    lines = pd.DataFrame({"order": order, "product": product}).drop_duplicates(ignore_index=True)
    order, product = lines["order"].to_numpy(), lines["product"].to_numpy()
    rebate = orders["rebate"].to_numpy()[order]
    extra = rng.poisson((0.22 * size[order] + 0.9 * rebate).clip(max=2.5))
    quantity = 1 + np.where(shop.PRODUCT_CATEGORY[product] == 4, 0, extra)
    price = shop.unit_price(product, day[order])
    off = np.round(price * rebate).astype(np.int64)
    cost = shop.unit_cost(product, day[order]) * quantity
    return lines.assign(quantity=quantity, price=price, discount=off * quantity, cost=cost)


def take_back(orders: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Refund and cancellation lines of a batch of orders.

    A cancellation takes back every line within a day; a refund takes back one line, a unit of it, or the
    whole order, two to fourteen days later. Units come back at the price paid, so these lines carry no discount.

    Returns:
        Lines like those of `fill_baskets`, with negative quantity and cost, plus kind and after (days).
    """
    cancelled = orders["cancelled"].to_numpy()
    refunded = (rng.random(len(orders)) < 0.022) & ~cancelled
    manner, chosen = rng.random(len(orders)), rng.random(len(orders))
    wait = np.where(cancelled, rng.integers(0, 2, len(orders)), rng.integers(2, 15, len(orders)))
    order = lines["order"].to_numpy()
    position = lines.groupby("order").cumcount().to_numpy()
    picked = position == np.floor(chosen * np.bincount(order, minlength=len(orders)))[order]
    keep = cancelled[order] | (refunded[order] & ((manner[order] < 0.3) | picked))
    back = lines[keep].copy()
    from_order = back["order"].to_numpy()
    one_unit = ~cancelled[from_order] & (manner[from_order] > 0.8)
    units = np.where(one_unit, 1, back["quantity"])
    back["price"] -= back["discount"] // back["quantity"]
    back["cost"] = -(back["cost"] // back["quantity"] * units)
    back["quantity"], back["discount"] = -units, 0
    back["kind"] = np.where(cancelled[from_order], "cancellation", "refund")
    back["after"] = wait[from_order]
    return back.reset_index(drop=True)


def guest_orders(season: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Orders without a customer, mostly in the shops."""
    day = np.repeat(np.arange(DAYS), rng.poisson(2.3 * season))
    channel = np.where(rng.random(len(day)) < 0.8, shop.SHOP, 1)
    store = np.where(channel == shop.SHOP, rng.choice(4, len(day), p=[0.27, 0.25, 0.24, 0.24]), shop.ONLINE)
    country = np.where(channel == shop.SHOP, shop.HOME, rng.choice(6, len(day)))
    rebate = np.where(rng.random(len(day)) < 0.05, 0.10, 0.0)
    return pd.DataFrame(
        {"customer": -1, "day": day, "channel": channel, "store": store, "country": country, "rebate": rebate}
    )


def sample_orders(people: People, rng: np.random.Generator) -> pd.DataFrame:
    """Free samples: orders worth nothing, a quarter of them to people who never bought."""
    buyers = rng.choice(np.flatnonzero(~people.prospect & (people.first_day < DAYS - 60)), 130, replace=False)
    customer = np.concatenate([buyers, rng.choice(np.flatnonzero(people.prospect), 42, replace=False)])
    day = (people.first_day[customer] + rng.integers(0, 50, len(customer))).clip(max=DAYS - 1)
    return pd.DataFrame(
        {
            "customer": customer,
            "day": day,
            "channel": 1,
            "store": shop.ONLINE,
            "country": people.country[customer],
            "rebate": 0.0,
        }
    )
