"""The life of the shop, day by day: who buys, complains, is surveyed, rises a tier and leaves for good."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from . import catalogue as shop
from .baskets import fill_baskets, finish_orders, take_back
from .people import PROMOTION, REFERRAL, People
from .seasons import (
    BACKLOG_FIRST,
    BACKLOG_LAST,
    BETTER_ONBOARDING,
    CAMPAIGN,
    DATES,
    DAYS,
    QUARTER_STARTS,
    SEASON,
)

NO_TIER, BRONZE, SILVER, GOLD = -1, 0, 1, 2
SILVER_FROM, GOLD_FROM = 120_00, 300_00
NEVER = 10**6
SETTLED, CLOSED, UNRESOLVED = 0, 1, 2

_TIER_RATE = np.array([1.0, 1.9, 2.95, 1.0])  # indexed by tier; the last serves NO_TIER (-1)
_TIER_DROP = np.array([1.0, 0.6, 0.4, 1.0])
_JOINED_RATE = 1.12
_FIRST_WEEKS = 45  # days


Day = dict[str, np.ndarray]  # the orders of one day, by column


@dataclass
class History:
    """What happened: one frame each of orders, lines, returned lines and what was said and sent.

    Attributes:
        joined_order: Order with which each customer joined the programme; -1 for none.
        tier_reviews: Tier of each customer after each review (rows follow `QUARTER_STARTS`).
    """

    orders: pd.DataFrame
    lines: pd.DataFrame
    returns: pd.DataFrame
    complaints: pd.DataFrame
    questionnaires: pd.DataFrame
    campaign_contacts: pd.DataFrame
    joined_order: np.ndarray
    tier_reviews: np.ndarray


@dataclass
class _State:
    """Where each customer stands today."""

    people: People
    rng: np.random.Generator
    alive: np.ndarray = field(init=False)
    tier: np.ndarray = field(init=False)
    joined: np.ndarray = field(init=False)
    orders_so_far: np.ndarray = field(init=False)
    closes: np.ndarray = field(init=False)
    outcome: np.ndarray = field(init=False)
    asked: np.ndarray = field(init=False)
    nudged: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.people)
        self.alive = np.zeros(n, dtype=bool)
        self.tier = np.full(n, NO_TIER)
        self.joined = np.full(n, -1)
        self.orders_so_far = np.zeros(n, dtype=int)
        self.closes = np.full(n, -1)
        self.outcome = np.full(n, -1)
        self.asked = np.full(n, -NEVER)
        self.nudged = np.full(n, -NEVER)


def _chances(state: _State, day: int) -> np.ndarray:
    """Each customer's chance of ordering today."""
    people = state.people
    age = day - people.first_day
    rate = people.rate * SEASON[day] * _TIER_RATE[state.tier]
    rate = rate * np.where(state.joined >= 0, _JOINED_RATE, 1.0)
    welcomed = (people.first_day >= BETTER_ONBOARDING) & (age <= _FIRST_WEEKS)
    rate = rate * np.where(welcomed, 1.6, 1.0) * np.where(day < state.closes, 0.35, 1.0)
    rate = rate * np.where(day - state.nudged <= 7, 1.25, 1.0)
    if CAMPAIGN[day]:
        rate = rate * (0.9 + 1.2 * people.deal)
    return np.where(state.alive & (age > 0), 1 - np.exp(-rate), 0.0)


def _todays_orders(state: _State, day: int, placed: int) -> Day:
    """The orders of one day, numbered from `placed`: newcomers, those who come back, a few twice."""
    people, rng = state.people, state.rng
    newcomers = np.flatnonzero((people.first_day == day) & ~people.prospect)
    back = np.flatnonzero(rng.random(len(people)) < _chances(state, day))
    customer = np.concatenate([newcomers, back, back[rng.random(len(back)) < 0.012]])
    place = np.arange(len(customer))
    first, second = place < len(newcomers), place >= len(newcomers) + len(back)
    channel = (rng.random(len(customer))[:, None] > people.channel_odds[customer]).sum(axis=1).clip(max=2)
    elsewhere = rng.integers(0, 4, len(customer))
    visited = np.where(rng.random(len(customer)) < 0.92, people.home_store[customer], elsewhere)
    store = np.where(channel == shop.SHOP, visited, shop.ONLINE)
    deal = people.deal[customer]
    on_offer = np.where(CAMPAIGN[day], 0.25 + 0.6 * deal, 0.015 + 0.14 * deal)
    on_offer = np.where(first, np.where(people.source[customer] == PROMOTION, 0.94, 0.05), on_offer)
    rebate = np.where(first, 0.25, rng.choice([0.10, 0.15, 0.20], len(customer)))
    backlog = (store == shop.RIVERSIDE) * np.where(day >= BACKLOG_FIRST, 0.5, 0.2)
    return {
        "order": placed + place,
        "customer": customer,
        "day": np.full(len(customer), day),
        "channel": channel,
        "store": store,
        "country": np.where(channel == shop.SHOP, shop.HOME, people.country[customer]),
        "rebate": np.where(rng.random(len(customer)) < on_offer, rebate, 0.0),
        "pleased": 0.75 * people.mood[customer] + 0.65 * rng.normal(size=len(customer)) - backlog,
        "first": first,
        "second": second,
    }


def _some(orders: Day, chosen: np.ndarray) -> Day:
    """The chosen ones of a day's orders."""
    return {name: values[chosen] for name, values in orders.items()}


def _leave_or_stay(state: _State, orders: Day, day: int) -> None:
    """After an order a customer may leave for good; displeasure makes it likelier, a tier less likely."""
    customer = orders["customer"]
    people = state.people
    chance = people.drop[customer] * np.exp(-0.8 * orders["pleased"]) * _TIER_DROP[state.tier[customer]]
    first = orders["first"]
    chance = chance * np.where(first & (day >= BETTER_ONBOARDING), 0.72, 1.0)
    chance = chance * np.where(first & (orders["rebate"] > 0) & (people.source[customer] != REFERRAL), 1.3, 1.0)
    gone = state.rng.random(len(customer)) < chance.clip(max=0.96)
    state.alive[customer[first]] = True
    state.alive[customer[gone]] = False
    np.add.at(state.orders_so_far, customer, 1)


def _complain(state: _State, orders: Day, day: int) -> Day:
    """Open complaints about today's orders and settle in advance when and how each will end."""
    rng, customer = state.rng, orders["customer"]
    backlog = (orders["store"] == shop.RIVERSIDE) & (BACKLOG_FIRST <= day <= BACKLOG_LAST)
    chance = np.exp(-0.5 * orders["pleased"]) * np.where(backlog, 0.14, 0.019)
    opens = (rng.random(len(customer)) < chance) & (state.closes[customer] < day)
    opens &= ~orders["second"]
    complaint = _some(orders, opens)
    backlog = backlog[opens]
    draw = rng.random(len(backlog))
    ladder = np.where(backlog[:, None], [0.15, 0.30], [0.66, 0.84])
    outcome = (draw[:, None] > ladder).sum(axis=1)
    median = np.where(backlog, 34.0, np.array([2.5, 5.0, 11.0])[outcome])
    opened = day + rng.integers(1, 5, len(backlog))
    closes = opened + np.ceil(median * rng.lognormal(0, np.where(backlog, 0.4, 0.75))).astype(int)
    who = complaint["customer"]
    state.closes[who], state.outcome[who] = closes, outcome
    return complaint | {"opened": opened, "closes": closes, "outcome": outcome}


def _close_complaints(state: _State, day: int) -> None:
    """A settlement wins some customers back and calms the rest; an unresolved complaint drives most away."""
    ending = np.flatnonzero(state.closes == day)
    settled, outcome = state.outcome[ending] == SETTLED, state.outcome[ending]
    draw = state.rng.random(len(ending))
    state.alive[ending[settled & (draw < 0.75)]] = True
    state.people.drop[ending[settled]] *= 0.8
    state.alive[ending[(outcome == UNRESOLVED) & (draw < 0.72)]] = False
    state.alive[ending[(outcome == CLOSED) & (draw < 0.18)]] = False


def _ask(state: _State, orders: Day, day: int) -> Day:
    """Choose today's customers to be sent a questionnaire, none more often than every 120 days."""
    customer = orders["customer"]
    chosen = state.rng.random(len(customer)) < 0.125
    chosen &= ~orders["second"] & (day - state.asked[customer] > 120)
    state.asked[customer[chosen]] = day
    return _some(orders, chosen)


def _join(state: _State, orders: Day) -> None:
    """Some customers join the programme with an order, the more so the larger their baskets."""
    customer = orders["customer"]
    chance = np.where(orders["first"], 0.44, 0.17) * state.people.size[customer] ** 0.5
    joins = (state.joined[customer] < 0) & (state.rng.random(len(customer)) < chance)
    joins &= ~orders["second"]
    state.joined[customer[joins]] = orders["order"][joins]
    state.tier[customer[joins]] = BRONZE


def _campaign_mail(state: _State, day: int) -> Day:
    """Once a month an offer goes to some of those who consented and bought before."""
    sent = state.people.consent & (state.orders_so_far > 0) & (state.people.first_day > day - 500)
    sent &= state.rng.random(len(sent)) < 0.16
    state.nudged[sent] = day
    return {"customer": np.flatnonzero(sent), "day": np.full(sent.sum(), day)}


def _review_tiers(state: _State, day: int, lines: list[pd.DataFrame]) -> np.ndarray:
    """Set every member's tier from net spend in the twelve months before `day`, refunds on their own date."""
    year_ago = day - int((DATES[day] - _year_before(DATES[day])).astype(int))
    posted = pd.concat(lines)
    recent = posted[(posted["day"] >= year_ago) & (posted["day"] < day) & (posted["customer"] >= 0)]
    amount = recent["quantity"] * recent["price"] - recent["discount"]
    spend = np.bincount(recent["customer"], weights=amount, minlength=len(state.tier))
    earned = (spend >= SILVER_FROM).astype(int) + (spend >= GOLD_FROM)
    state.tier = np.where(state.joined >= 0, earned, NO_TIER)
    return state.tier


def _year_before(date: np.datetime64) -> np.datetime64:
    """The same day of the year before (review days are firsts of a month)."""
    return (date.astype("datetime64[M]") - 12).astype("datetime64[D]")


def _fill(orders: pd.DataFrame, people: People, rng: np.random.Generator) -> tuple[pd.DataFrame, ...]:
    """Finish a batch of orders, fill its baskets and take some of it back."""
    orders = finish_orders(orders.reset_index(drop=True), rng)
    lines = fill_baskets(orders, people, rng)
    returns = take_back(orders, lines, rng)
    customer, day = orders["customer"].to_numpy(), orders["day"].to_numpy()
    for frame in (lines, returns):
        position = frame["order"].to_numpy()
        frame["customer"], frame["day"] = customer[position], day[position]
        frame["order"] = orders["order"].to_numpy()[position]
    returns["day"] += returns["after"]
    return orders, lines, returns[returns["day"] < DAYS]


def simulate(people: People, rng: np.random.Generator) -> History:
    """Run the shop from the first day to the last.

    Args:
        people: Traits of all customers; `drop` is changed by settled complaints.
        rng: Source of chance.
    """
    state = _State(people, rng)
    said: dict[str, list[Day]] = {"complaints": [], "questionnaires": [], "campaign_contacts": []}
    batches: dict[str, list[pd.DataFrame]] = {"orders": [], "lines": [], "returns": []}
    waiting: list[Day] = []
    reviews, placed = [], 0
    for day in range(DAYS):
        if day in QUARTER_STARTS:
            _put_away(batches, _fill(_frame(waiting), people, rng))
            waiting = []
            reviews.append(_review_tiers(state, day, batches["lines"] + batches["returns"]))
        _close_complaints(state, day)
        orders = _todays_orders(state, day, placed)
        placed += len(orders["order"])
        waiting.append(orders)
        _leave_or_stay(state, orders, day)
        _join(state, orders)
        said["complaints"].append(_complain(state, orders, day))
        said["questionnaires"].append(_ask(state, orders, day))
        if str(DATES[day]).endswith("-12"):
            said["campaign_contacts"].append(_campaign_mail(state, day))
    _put_away(batches, _fill(_frame(waiting), people, rng))
    whole = {name: pd.concat(parts, ignore_index=True) for name, parts in batches.items()}
    whole |= {name: _frame(days) for name, days in said.items()}
    return History(**whole, joined_order=state.joined, tier_reviews=np.array(reviews))


def _frame(days: list[Day]) -> pd.DataFrame:
    """One frame of many days."""
    return pd.DataFrame({name: np.concatenate([day[name] for day in days]) for name in days[0]})


def _put_away(batches: dict[str, list[pd.DataFrame]], parts: tuple[pd.DataFrame, ...]) -> None:
    """Keep the three frames of a finished batch."""
    for name, part in zip(batches, parts, strict=True):
        batches[name].append(part)
