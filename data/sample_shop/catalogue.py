"""What Harbour Coffee sells, at which price and cost, and where."""

import numpy as np

from .seasons import DATES, DAYS, MONTH

STORES = np.array(["Riverside", "Old Port", "Market Square", "Station", "Online"])
RIVERSIDE, ONLINE = 0, 4
CHANNELS = np.array(["shop", "web", "app"])
SHOP = 0
COUNTRIES = np.array(["IE", "FR", "DE", "NL", "BE", "ES"])
HOME = 0

CATEGORIES = ("Coffee beans", "Ground coffee", "Capsules", "Tea", "Brewing gear", "Treats", "Gifts")

# name, category, price in cents, cost as a share of the price, popularity within the category
_ITEMS: tuple[tuple[str, int, int, float, float], ...] = (
    ("Harbour Blend beans 250 g", 0, 895, 0.48, 5),
    ("Harbour Blend beans 1 kg", 0, 2990, 0.50, 3),
    ("Espresso Quay beans 250 g", 0, 945, 0.47, 4),
    ("Espresso Quay beans 1 kg", 0, 3190, 0.50, 2),
    ("Ethiopia Guji beans 250 g", 0, 1290, 0.46, 2),
    ("Colombia Huila beans 250 g", 0, 1190, 0.46, 2),
    ("Buon Ma Thuot robusta 250 g", 0, 990, 0.44, 1.5),
    ("Decaf Lighthouse beans 250 g", 0, 1050, 0.49, 1.5),
    ("Sample sachet 20 g", 0, 0, 0.0, 0),
    ("Filter Mornings ground 250 g", 1, 845, 0.47, 5),
    ("Filter Mornings ground 500 g", 1, 1590, 0.49, 3),
    ("Moka Pier ground 250 g", 1, 875, 0.47, 3),
    ("Vietnamese phin ground 250 g", 1, 925, 0.44, 2),
    ("Decaf Lighthouse ground 250 g", 1, 995, 0.49, 1.5),
    ("Cold Brew Coarse 500 g", 1, 1690, 0.46, 1.5),
    ("Capsules Lungo x20", 2, 790, 0.42, 4),
    ("Capsules Ristretto x20", 2, 790, 0.42, 4),
    ("Capsules Decaf x20", 2, 820, 0.43, 2),
    ("Capsules Guji x20", 2, 890, 0.44, 2),
    ("Capsules Variety x60", 2, 2190, 0.46, 1.5),
    ("Breakfast tea 125 g", 3, 650, 0.35, 4),
    ("Earl Grey 125 g", 3, 690, 0.35, 3),
    ("Jasmine green tea 100 g", 3, 790, 0.36, 3),
    ("Oolong Tie Guan Yin 100 g", 3, 1290, 0.38, 1.5),
    ("Shan Tuyet green tea 100 g", 3, 1190, 0.38, 1.5),
    ("Peppermint leaves 60 g", 3, 520, 0.33, 2),
    ("Chai spice mix 150 g", 3, 720, 0.35, 2),
    ("Paper filters x100", 4, 450, 0.40, 5),
    ("Phin brewer", 4, 1250, 0.45, 2),
    ("Moka pot 3 cups", 4, 2690, 0.52, 1.5),
    ("French press 1 l", 4, 3290, 0.53, 1.2),
    ("Hand grinder", 4, 5490, 0.58, 0.8),
    ("Pour-over set", 4, 3890, 0.54, 0.8),
    ("Oat biscuits 200 g", 5, 450, 0.45, 4),
    ("Dark chocolate beans 100 g", 5, 590, 0.46, 3),
    ("Almond cantuccini 200 g", 5, 620, 0.46, 3),
    ("Sea salt caramel 150 g", 5, 650, 0.45, 2),
    ("Tasting box of four", 6, 2490, 0.48, 3),
    ("Tea and biscuit box", 6, 2190, 0.47, 3),
    ("Stoneware mug", 6, 1490, 0.42, 3),
    ("Winter hamper", 6, 4990, 0.52, 1.5),
    ("Brewing class voucher", 6, 3900, 0.35, 0.8),
)
PRODUCTS = np.array([item[0] for item in _ITEMS])
PRODUCT_CATEGORY = np.array([item[1] for item in _ITEMS])
SAMPLE_SACHET = int(np.flatnonzero(PRODUCTS == "Sample sachet 20 g")[0])
_BASE_PRICE = np.array([item[2] for item in _ITEMS])
_COST_SHARE = np.array([item[3] for item in _ITEMS])

# share of order lines by category in an average month, and the months in which a category sells more or less
_CATEGORY_LEVEL = np.array([0.27, 0.21, 0.15, 0.15, 0.07, 0.11, 0.04])
_CATEGORY_MONTH = np.ones((12, len(CATEGORIES)))
_CATEGORY_MONTH[[9, 10, 11, 0, 1], 3] = 1.35
_CATEGORY_MONTH[[5, 6, 7], 3] = 0.75
_CATEGORY_MONTH[[10, 11], 6] = (2.5, 4.0)
_CATEGORY_MONTH[[10, 11], 4] = (1.4, 1.7)
_CATEGORY_MONTH[11, 5] = 1.5

# changes of prices and purchase costs: date, price of coffee, of the rest, cost of coffee, of the rest
_CHANGES = (
    ("2023-07-01", 1.00, 1.00, 1.00, 1.00),
    ("2024-02-01", 1.03, 1.03, 1.04, 1.02),
    ("2025-02-01", 1.11, 1.06, 1.18, 1.05),
    ("2026-02-01", 1.15, 1.09, 1.20, 1.08),
)
_CHANGE_OF_DAY = np.searchsorted(np.array([row[0] for row in _CHANGES], dtype="datetime64[D]"), DATES, side="right") - 1


def _by_change(base: np.ndarray, coffee: int, rest: int) -> np.ndarray:
    """Price or cost list: one row per product, one column per row of `_CHANGES`."""
    is_coffee = PRODUCT_CATEGORY <= 2
    factors = np.array([[row[coffee], row[rest]] for row in _CHANGES])
    return base[:, None] * np.where(is_coffee[:, None], factors[:, 0], factors[:, 1])


_PRICES = (np.round(_by_change(_BASE_PRICE, 1, 2) / 5) * 5).astype(np.int64)
_COSTS = np.round(_by_change(_BASE_PRICE * _COST_SHARE, 3, 4)).astype(np.int64)
_COSTS[SAMPLE_SACHET] = 55


def unit_price(product: np.ndarray, day: np.ndarray) -> np.ndarray:
    """List price in cents of each product on each day."""
    return _PRICES[product, _CHANGE_OF_DAY[day]]


def unit_cost(product: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Cost of goods in cents of one unit of each product on each day."""
    return _COSTS[product, _CHANGE_OF_DAY[day]]


def _category_ladder() -> np.ndarray:
    """Cumulative category shares, one row per day."""
    weights = _CATEGORY_LEVEL * _CATEGORY_MONTH[MONTH]
    return (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1)


_LADDER = _category_ladder()
_POPULARITY = np.array([item[4] for item in _ITEMS])
_WITHIN = np.concatenate(
    [
        c + np.cumsum(_POPULARITY[c == PRODUCT_CATEGORY]) / _POPULARITY[c == PRODUCT_CATEGORY].sum()
        for c in range(len(CATEGORIES))
    ]
)


def draw_products(day: np.ndarray, favourite: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one product per line: half from the customer's favourite category, the rest by season.

    Args:
        day: Day number of each line, 0 .. DAYS - 1.
        favourite: Favourite category of the customer of each line.
        rng: Source of chance.
    """
    assert day.max(initial=0) < DAYS
    by_season = (rng.random(len(day))[:, None] > _LADDER[day]).sum(axis=1).clip(max=len(CATEGORIES) - 1)
    category = np.where(rng.random(len(day)) < 0.5, favourite, by_season)
    return np.searchsorted(_WITHIN, category + rng.random(len(day)), side="right").clip(max=len(PRODUCTS) - 1)
