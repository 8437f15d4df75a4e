"""What customers say: surveys, complaints and contacts."""

import numpy as np
import pandas as pd

from . import catalogue as shop
from .people import People, customer_ids
from .seasons import DAYS, END, stamp
from .simulate import History
from .staffing import Roster
from .till import Till

_OUTCOMES = np.array(["settled", "closed", "unresolved"])
_SHOP_REASONS = np.array(["long queue", "unfriendly service", "stale beans", "wrong item", "wrong price"])
_ONLINE_REASONS = np.array(["late delivery", "damaged parcel", "wrong item", "stale beans", "billing"])
_LAST = END.astype("datetime64[m]") + np.timedelta64(23 * 60 + 59, "m")
_OTHER_DIMENSIONS = np.array(["image", "money", "time", "effort", "energy"])
_PRAISE = np.array(["Lovely beans", "Friendly people", "Quick delivery", "Best tea in town", "Always fresh"])
_BLAME = np.array(
    [
        "Nobody answered my e-mail",
        "Waited too long",
        "Stale this time",
        "Too dear by now",
        "Parcel was dented",
    ]
)


def complaints_table(history: History, till: Till, roster: Roster, rng: np.random.Generator) -> pd.DataFrame:
    """The complaints, with working columns customer and opened (day); open ones have no outcome."""
    guests = till.orders[(till.orders["customer"] < 0) & (till.orders["day"] < DAYS - 60)].sample(34, random_state=rng)
    extra = guests[["order", "customer", "store"]].assign(
        pleased=-1.0, opened=guests["day"] + 1, closes=guests["day"] + 1 + rng.integers(1, 9, 34), outcome=1
    )
    every = pd.concat([history.complaints, extra], ignore_index=True)
    every = every[every["opened"] < DAYS].sort_values(["opened", "order"], ignore_index=True)
    n = len(every)
    closed_at = stamp(every["closes"].to_numpy(), rng.integers(9 * 60, 18 * 60, n))
    done = closed_at <= _LAST
    online = (every["store"] == shop.ONLINE).to_numpy()
    which = rng.integers(0, 5, n)
    severity = np.round(2.6 - 0.7 * every["pleased"].to_numpy() + rng.normal(0, 0.8, n)).clip(1, 5).astype(int)
    settled = (every["outcome"] == 0).to_numpy()
    cost = np.round(np.where(settled, rng.gamma(4, 2.4, n), rng.gamma(2, 1.0, n)), 2)
    return every.assign(
        complaint_id=[f"K-{number + 1}" for number in range(n)],
        customer_id=customer_ids(every["customer"].to_numpy()),
        order_id=till.orders.set_index("order").loc[every["order"].to_numpy(), "order_id"].to_numpy(),
        opened_at=stamp(every["opened"].to_numpy(), rng.integers(9 * 60, 18 * 60, n)),
        closed_at=np.where(done, closed_at, np.datetime64("NaT", "m")),
        reason=np.where(online, _ONLINE_REASONS[which], _SHOP_REASONS[which]),
        severity=severity,
        outcome=np.where(done, _OUTCOMES[every["outcome"]], None),
        staff_id=roster.on_duty(every["store"].to_numpy(), every["opened"].to_numpy(), rng),
        store=shop.STORES[every["store"]],
        cost=np.where(done, cost, np.nan),
    )


def _questionnaires(history: History, rng: np.random.Generator) -> pd.DataFrame:
    """One row per questionnaire: when sent and answered, by whom (a few anonymously), how pleased."""
    sent = history.questionnaires[history.questionnaires["day"] < DAYS - 2].reset_index(drop=True)
    n = len(sent)
    sent_at = stamp(sent["day"].to_numpy() + 2, np.full(n, 600))
    answered_at = sent_at + rng.geometric(0.35, n) * np.timedelta64(1, "D") + rng.integers(-180, 700, n)
    answers = rng.random(n) < (0.31 + 0.055 * np.abs(sent["pleased"])) * np.where(sent["pleased"] > 0, 1.05, 0.95)
    answers = answers & (answered_at <= _LAST)
    anonymous = answers & (rng.random(n) < 0.04)
    return sent.assign(
        response_id=[f"R-{number + 1}" for number in range(n)],
        customer_id=np.where(anonymous, None, customer_ids(sent["customer"].to_numpy())),
        sent_at=sent_at,
        answered_at=np.where(answers, answered_at, np.datetime64("NaT", "m")),
        other=_OTHER_DIMENSIONS[rng.integers(0, 5, n)],
        comments=answers & (rng.random(n) < 0.3),
    )


def surveys_table(history: History, rng: np.random.Generator) -> pd.DataFrame:
    """One row per question: recommend, product, service, staff and one of five other dimensions."""
    sent = _questionnaires(history, rng)
    dimensions = ["recommend", "product", "service", "staff", "other"]
    rows = sent.loc[np.repeat(np.arange(len(sent)), len(dimensions))].reset_index(drop=True)
    asked = np.tile(np.array(dimensions, dtype=object), len(sent))
    rows["dimension"] = np.where(asked == "other", rows["other"], asked)
    n, pleased = len(rows), rows["pleased"].to_numpy()
    answered, recommend = rows["answered_at"].notna().to_numpy(), asked == "recommend"
    offset = (
        pd.Series({"product": 0.03, "staff": 0.02, "money": -0.04, "time": -0.02}).reindex(rows["dimension"]).fillna(0)
    )
    expected = np.round(rng.normal(7.5, 1.0, n)).clip(4, 10)
    found = np.round(expected * (1 + offset.to_numpy() + 0.13 * pleased + rng.normal(0, 0.08, n))).clip(1, 10)
    score = np.round(8.0 + 1.5 * pleased + rng.normal(0, 0.8, n)).clip(0, 10)
    words = np.where(pleased > 0, _PRAISE[rng.integers(0, 5, n)], _BLAME[rng.integers(0, 5, n)])
    return rows.assign(
        expected=np.where(answered & ~recommend, expected, np.nan),
        perceived=np.where(answered, np.where(recommend, score, found), np.nan),
        comment=np.where(rows["comments"] & recommend, words, None),
    )


def with_elsewhere(surveys: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add, to the question on recommending, what four in five of those who answered say of other shops.

    Some know what they spend there; some only how this shop ranks; one in nine could not easily go elsewhere.
    """
    n, pleased = len(surveys), surveys["pleased"].to_numpy()
    asked = (surveys["dimension"] == "recommend") & surveys["answered_at"].notna() & (rng.random(n) < 0.8)
    shops = 1 + rng.poisson(1.3 * np.exp(-0.3 * pleased))
    rank = 1 + rng.binomial(shops - 1, np.clip(0.4 - 0.25 * pleased, 0.05, 0.95))
    spent = np.round(rng.gamma(2, 6.5, n) * (shops - 1) * np.exp(-0.4 * pleased), 2)
    knows = rng.random(n) < 0.6
    could = pd.Series(rng.random(n) < 8 / 9, index=surveys.index, dtype="boolean")
    return surveys.assign(
        spend_elsewhere=np.where(asked & knows, spent, np.nan),
        spend_days=pd.Series(30, index=surveys.index, dtype="Int64").where(asked & knows),
        shop_rank=np.where(asked, rank, np.nan),
        shops_used=pd.Series(shops, index=surveys.index, dtype="Int64").where(asked),
        could_switch=could.where(asked),
    )


def _contact_rows(customer_id: np.ndarray, at: np.ndarray, **columns: object) -> pd.DataFrame:
    """Contacts of one sort."""
    return pd.DataFrame({"customer_id": customer_id, "contacted_at": at, **columns})


def _birthday_greetings(customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A greeting on each birthday after joining to half of the members who consented."""
    known = customers[customers["birthday"].notna() & customers["joined_at"].notna() & customers["consent"]]
    born, joined = known["birthday"], known["joined_at"]
    parts = []
    for year in (2023, 2024, 2025, 2026):
        text = f"{year}-" + born.dt.strftime("%m-%d").str.replace("02-29", "02-28")
        at = pd.to_datetime(text) + pd.Timedelta(hours=9)
        due = (at > joined) & (at <= _LAST) & (rng.random(len(known)) < 0.5)
        ids = known.loc[due, "customer_id"].to_numpy()
        parts.append(
            _contact_rows(ids, at[due].to_numpy(), channel="e-mail", direction="out", reason="birthday", cost=0.05)
        )
    return pd.concat(parts)


def _questions(till: Till, rng: np.random.Generator) -> pd.DataFrame:
    """Questions after an order: the more orders a customer has placed, the fewer."""
    orders = till.orders[till.orders["customer"] >= 0].sort_values(["customer", "ordered_at"])
    nth = orders.groupby("customer").cumcount()
    asks = orders[(rng.random(len(orders)) < 0.11 / (1 + 0.12 * nth)) & (orders["day"] < DAYS - 6)]
    at = stamp(asks["day"].to_numpy() + rng.integers(1, 6, len(asks)), rng.integers(9 * 60, 18 * 60, len(asks)))
    channel = rng.choice(["e-mail", "phone", "chat"], len(asks), p=[0.45, 0.3, 0.25])
    reason = rng.choice(["order status", "product advice", "programme"], len(asks), p=[0.5, 0.3, 0.2])
    cost = np.where(channel == "phone", 3.2, np.where(channel == "chat", 1.8, 1.2))
    ids = customer_ids(asks["customer"].to_numpy())
    return _contact_rows(ids, at, channel=channel, direction="in", reason=reason, cost=cost)


def _about_complaints(complaints: pd.DataFrame) -> pd.DataFrame:
    """The contact that opens each complaint and the one that closes it."""
    known = complaints[complaints["customer"] >= 0]
    done = known[known["closed_at"].notna()]
    opening = _contact_rows(known["customer_id"], known["opened_at"], channel="phone", direction="in", cost=3.2)
    closing = _contact_rows(done["customer_id"], done["closed_at"], channel="e-mail", direction="out", cost=1.2)
    both = pd.concat([opening.assign(staff_id=known["staff_id"]), closing.assign(staff_id=done["staff_id"])])
    return both.assign(reason="complaint")


def contacts_table(
    history: History,
    customers: pd.DataFrame,
    complaints: pd.DataFrame,
    till: Till,
    people: People,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Monthly offers, birthday greetings, questions after orders, and the contacts about complaints."""
    mail = history.campaign_contacts
    way = np.where(people.channel_odds[mail["customer"], 1] < 0.5, "app push", "e-mail")
    at = stamp(mail["day"].to_numpy(), np.full(len(mail), 8 * 60 + 30))
    ids = customer_ids(mail["customer"].to_numpy())
    offers = _contact_rows(ids, at, channel=way, direction="out", reason="monthly offer", cost=0.05)
    every = pd.concat(
        [offers, _birthday_greetings(customers, rng), _questions(till, rng), _about_complaints(complaints)],
        ignore_index=True,
    )
    every = every.sort_values(["contacted_at", "customer_id"], kind="stable", ignore_index=True)
    return every.assign(contact_id=[f"T-{number + 1}" for number in range(len(every))])
