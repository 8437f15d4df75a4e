"""The loyalty programme: points with their expiry, tiers, and referrals."""

from collections import deque
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd

from .people import REFERRAL, People, customer_ids
from .seasons import DATES, DAYS, QUARTER_STARTS, stamp
from .simulate import BRONZE, History
from .till import Till

POINT_CENTS = 5
BLOCK = 100  # points are redeemed in hundreds
GOODWILL = 50
TIER_NAMES = np.array(["Bronze", "Silver", "Gold"])
_DAY = np.timedelta64(1, "D")

Row = tuple[str, np.datetime64, str, int, str | None, np.datetime64 | None, float | None]


def joining_times(history: History, people: People, till: Till) -> np.ndarray:
    """When each customer joined: just before the order they joined with, or when opening the account."""
    times = np.full(len(people), np.datetime64("NaT"), dtype="datetime64[m]")
    at = till.orders.set_index("order")["ordered_at"]
    joined = history.joined_order >= 0
    times[joined] = at.loc[history.joined_order[joined]].to_numpy().astype("datetime64[m]") - np.timedelta64(3, "m")
    noon = stamp(people.first_day[people.prospect], np.full(people.prospect.sum(), 360))
    times[people.prospect] = noon
    return times


class _Purse:
    """One member's points: lots used oldest first, each good for twelve months."""

    def __init__(self, customer_id: str) -> None:
        self.customer_id = customer_id
        self.lots: deque[list] = deque()
        self.rows: list[Row] = []

    @property
    def balance(self) -> int:
        return sum(lot[1] for lot in self.lots)

    def add(self, kind: str, points: int, at: np.datetime64, order_id: str | None, expires: np.datetime64) -> None:
        """Issue points, or give some out of goodwill."""
        self.lots.append([expires, points, order_id])
        self.rows.append((self.customer_id, at, kind, points, order_id, expires, None))

    def take(self, points: int) -> None:
        """Remove points from the oldest lots."""
        while points > 0:
            lot = self.lots[0]
            used = min(points, lot[1])
            lot[1] -= used
            points -= used
            if lot[1] == 0:
                self.lots.popleft()

    def redeem(self, points: int, at: np.datetime64, order_id: str) -> None:
        """Pay part of an order with points."""
        self.take(points)
        self.rows.append((self.customer_id, at, "redeemed", points, order_id, None, points * POINT_CENTS / 100))

    def reverse(self, points: int, at: np.datetime64, order_id: str) -> None:
        """Take points back for goods returned, as far as the balance goes."""
        points = min(points, self.balance)
        if points > 0:
            self.take(points)
            self.rows.append((self.customer_id, at, "adjusted", -points, order_id, None, None))

    def expire(self, until: np.datetime64) -> None:
        """Book out every lot whose last day lies before the day of `until`."""
        today = until.astype("datetime64[D]")
        while self.lots and self.lots[0][0] < today:
            expires, points, order_id = self.lots.popleft()
            at = (expires + _DAY).astype("datetime64[m]") + np.timedelta64(5, "m")
            self.rows.append((self.customer_id, at, "expired", points, order_id, None, None))


def _year_later(at: pd.Series) -> np.ndarray:
    """The same day of the next year (28 February for 29 February)."""
    return (at.dt.normalize() + pd.DateOffset(years=1)).to_numpy().astype("datetime64[D]")


def _movements(till: Till, complaints: pd.DataFrame, joined_at: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Everything that moves points, in order of time: orders, returns, goodwill after settled complaints."""
    orders = till.orders.assign(event="order", chance=rng.random(len(till.orders)))
    returns = till.returns.assign(event="return", chance=0.0)
    settled = complaints[(complaints["outcome"] == "settled") & complaints["customer"].ge(0)]
    goodwill = pd.DataFrame(
        {
            "customer": settled["customer"],
            "ordered_at": settled["closed_at"],
            "event": "goodwill",
            "cents": 0,
            "chance": 0.0,
        }
    )
    events = pd.concat([orders, returns, goodwill], ignore_index=True)
    events = events[events["customer"] >= 0]
    joined = joined_at[events["customer"].to_numpy().astype(int)]
    events = events[events["ordered_at"].to_numpy().astype("datetime64[m]") >= joined]
    events["expires"] = _year_later(events["ordered_at"])
    return events.sort_values(["customer", "ordered_at"], kind="stable", ignore_index=True)


def points_table(till: Till, complaints: pd.DataFrame, joined_at: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """The ledger of points: a point per whole euro, redeemed in hundreds (5.00 each), good for a year."""
    events = _movements(till, complaints, joined_at, rng)
    names = ["ordered_at", "expires", "event", "cents", "order_id", "chance"]
    fields = {name: events[name].to_numpy() for name in names}
    fields["ordered_at"] = fields["ordered_at"].astype("datetime64[m]")
    fields["expires"] = fields["expires"].astype("datetime64[D]")
    rows: list[Row] = []
    for customer, member in groupby(zip(events["customer"], *fields.values(), strict=True), itemgetter(0)):
        purse = _Purse(f"C-{int(customer) + 1:05d}")
        for _, at, expires, event, cents, order_id, chance in member:
            purse.expire(at)
            _post(purse, at, expires, event, int(cents), order_id, chance)
        purse.expire(DATES[-1])
        rows.extend(purse.rows)
    columns = ["customer_id", "posted_at", "kind", "points", "order_id", "expires_at", "value"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["posted_at", "customer_id"], kind="stable", ignore_index=True)


def _post(
    purse: _Purse,
    at: np.datetime64,
    expires: np.datetime64,
    event: str,
    cents: int,
    order_id: str | None,
    chance: float,
) -> None:
    """Book one event on a purse."""
    if event == "goodwill":
        purse.add("adjusted", GOODWILL, at, None, expires)
    elif event == "return":
        purse.reverse(-cents // 100, at, order_id)
    elif cents >= 100:
        blocks = min(purse.balance // BLOCK, cents // (BLOCK * POINT_CENTS), 6)
        if blocks and chance < 0.3:
            purse.redeem(blocks * BLOCK, at, order_id)
        purse.add("issued", cents // 100, at, order_id, expires)


def tiers_table(history: History, joined_at: np.ndarray) -> pd.DataFrame:
    """Stays in a tier: Bronze from joining, then what each review gives; equal neighbours are one stay."""
    joined_on = joined_at.astype("datetime64[D]")
    member = np.flatnonzero(~np.isnat(joined_on))
    parts = [pd.DataFrame({"customer": member, "tier": BRONZE, "from_on": joined_on[member]})]
    for day, tier in zip(QUARTER_STARTS, history.tier_reviews, strict=True):
        there = member[joined_on[member] < DATES[day]]
        parts.append(pd.DataFrame({"customer": there, "tier": tier[there].clip(min=BRONZE), "from_on": DATES[day]}))
    steps = pd.concat(parts).sort_values(["customer", "from_on"], kind="stable", ignore_index=True)
    previous = steps.groupby("customer")["tier"].shift()
    stays = steps[steps["tier"] != previous].copy()
    stays["until_on"] = stays.groupby("customer")["from_on"].shift(-1) - pd.Timedelta(days=1)
    stays["customer_id"] = customer_ids(stays["customer"].to_numpy())
    stays["tier"] = TIER_NAMES[stays["tier"]]
    return stays.sort_values(["from_on", "customer_id"], ignore_index=True)


def _referrers(day: np.ndarray, people: People, orders: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One earlier customer for each day, likelier if pleased and if they buy often (customers are in order)."""
    pull = np.where(people.prospect, 0.0, orders**0.8 * np.exp(0.7 * people.mood))
    ladder = np.cumsum(pull)
    before = np.searchsorted(people.first_day, day, side="left")
    return np.searchsorted(ladder, rng.random(len(day)) * ladder[before - 1], side="right")


def referrals_table(people: People, till: Till, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """The referrals, and by customer number who referred them (-1 for nobody).

    Six in ten referrals lead to nothing; the person referred then has no key. The reward falls due on the
    first order.
    """
    sales = till.orders[(till.orders["customer"] >= 0) & (till.orders["cents"] > 0)]
    orders = np.bincount(sales["customer"], minlength=len(people))
    first = sales.groupby("customer")["ordered_at"].min()
    won = np.flatnonzero((people.source == REFERRAL) & ~people.prospect)
    told = people.first_day[won] - rng.integers(1, 22, len(won))
    referrer = _referrers(told, people, orders, rng)
    in_vain = np.sort(45 + np.floor((DAYS - 45) * rng.beta(1.5, 1.0, int(1.45 * len(won)))).astype(int))
    table = pd.DataFrame(
        {
            "referrer": np.concatenate([referrer, _referrers(in_vain, people, orders, rng)]),
            "referred_id": np.concatenate([customer_ids(won), np.full(len(in_vain), None)]),
            "day": np.concatenate([told, in_vain]),
            "converted_at": np.concatenate(
                [
                    first.loc[won].to_numpy().astype("datetime64[m]"),
                    np.full(len(in_vain), np.datetime64("NaT", "m")),
                ]
            ),
            "reward_cost": np.repeat([5.0, 0.0], [len(won), len(in_vain)]),
        }
    )
    table["referrer_id"] = customer_ids(table["referrer"].to_numpy())
    table["referred_at"] = stamp(table["day"].to_numpy(), rng.integers(8 * 60, 22 * 60, len(table)))
    referred_by = np.full(len(people), -1)
    referred_by[won] = referrer
    return table.sort_values(["referred_at", "referrer_id"], ignore_index=True), referred_by
