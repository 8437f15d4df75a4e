"""The customers: hidden traits that drive what they do, and the personal fields of the customers table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .catalogue import CATEGORIES, COUNTRIES, HOME, RIVERSIDE
from .seasons import CAMPAIGN, DAYS, SEASON

BUYERS, PROSPECTS = 12_000, 150

# how customers are won: share, cost of winning one in cents (median)
SOURCES = {
    "walk-in": (0.26, 500),
    "search": (0.19, 2500),
    "social": (0.15, 2900),
    "promotion": (0.19, 2200),
    "referral": (0.10, 1100),
    "newsletter": (0.05, 1400),
    "partner": (0.06, 3000),
}
SOURCE_NAMES = np.array(list(SOURCES))
PROMOTION, REFERRAL = list(SOURCES).index("promotion"), list(SOURCES).index("referral")

_NAMES: dict[str, tuple[str, str]] = {
    "irish": (
        "Aoife Ciara Niamh Orla Sean Conor Declan Eoin Maeve Rory",
        "Byrne Doyle Kelly Murphy Nolan Walsh Quinn",
    ),
    "french": (
        "Camille Chloé Émile Hugo Inès Julien Léa Noé",
        "Bernard Durand Fournier Lambert Moreau Rousseau",
    ),
    "german": ("Anke Britta Felix Jonas Lena Matthias Ute", "Becker Fischer Hoffmann Krüger Schäfer Vogel"),
    "dutch": ("Anouk Bram Daan Femke Joost Sanne", "Bakker Dekker Jansen Smit Visser Vos"),
    "spanish": ("Álvaro Carmen Diego Elena Lucía Marta Pablo", "García Herrera Iglesias Muñoz Ortega Peña"),
    "vietnamese": (
        "An Bình Dũng Hạnh Hương Lan Linh Minh Ngọc Phương Thảo Tuấn",
        "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi",
    ),
    "chinese": ("伟 芳 娜 敏 静 磊 洋 艳 勇 杰 秀英 建国", "王 李 张 刘 陈 杨 赵 黄 周"),
    "polish": ("Agnieszka Jakub Kasia Marek Piotr Zofia", "Kowalski Mazur Nowak Wójcik Zieliński"),
}
_MIX_AT_HOME = np.array([0.50, 0.04, 0.04, 0.02, 0.06, 0.12, 0.12, 0.10])
_CULTURE_OF_COUNTRY = np.array([0, 1, 2, 3, 1, 4])


@dataclass
class People:
    """Traits by customer, in order of the day they come first; index = customer number.

    Attributes:
        first_day: Day of the first order (of the opening of the account for prospects).
        prospect: Opened an account and never bought.
        source: Index into `SOURCE_NAMES`.
        rate: Orders per usual day while active.
        drop: Chance of leaving for good after an order.
        mood: Standing inclination to be pleased, mean 0.
        size: Basket size against the usual.
        deal: Keenness on discounts, 0 to 1.
        home_store: Store visited most.
        favourite: Favourite category.
        channel_odds: Chance of shop, web, app (cumulative).
        country: Index into `COUNTRIES`.
        consent: May be contacted.
    """

    first_day: np.ndarray
    prospect: np.ndarray
    source: np.ndarray
    rate: np.ndarray
    drop: np.ndarray
    mood: np.ndarray
    size: np.ndarray
    deal: np.ndarray
    home_store: np.ndarray
    favourite: np.ndarray
    channel_odds: np.ndarray
    country: np.ndarray
    consent: np.ndarray

    def __len__(self) -> int:
        return len(self.first_day)


def _first_days(source: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Days on which customers first come: growing, seasonal; promotion customers mostly during campaigns."""
    level = SEASON * np.linspace(0.75, 1.65, DAYS)
    in_campaign = level * np.where(CAMPAIGN, 9.0, 1.0)
    usual = rng.choice(DAYS, len(source), p=level / level.sum())
    promoted = rng.choice(DAYS, len(source), p=in_campaign / in_campaign.sum())
    return np.where(source == PROMOTION, promoted, usual)


def _channel_odds(country: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cumulative chances of shop, web and app: most people keep to one; nobody abroad comes to a shop."""
    home = country == HOME
    preferred = (rng.random(len(country))[:, None] > np.array([0.66, 0.84])).sum(axis=1)
    abroad = 1 + (rng.random(len(country)) < 0.25)
    odds = np.full((len(country), 3), 0.12)
    odds[np.arange(len(country)), np.where(home, preferred, abroad)] = 0.76
    odds[~home, 0] = 0.0
    return odds.cumsum(axis=1) / odds.sum(axis=1, keepdims=True)


def draw_people(rng: np.random.Generator) -> People:
    """Draw all customers with gamma purchase rates and beta dropout chances, tied to how they were won."""
    n = BUYERS + PROSPECTS
    source = rng.choice(len(SOURCES), n, p=[share for share, _ in SOURCES.values()])
    order = np.argsort(first_day := _first_days(source, rng), kind="stable")
    source, first_day = source[order], first_day[order]
    won_by_promotion, referred = source == PROMOTION, (source == REFERRAL) & (first_day >= 45)
    prospect = np.isin(np.arange(n), rng.choice(np.arange(200, n), PROSPECTS, replace=False))
    source = np.where((source == REFERRAL) & (~referred | prospect), 0, source)
    home_store = rng.choice(4, n, p=[0.30, 0.28, 0.24, 0.18])
    country = np.where(rng.random(n) < 0.80, HOME, rng.choice([1, 2, 3, 4, 5], n, p=[0.32, 0.26, 0.18, 0.14, 0.10]))
    drop = rng.beta(0.85, 2.6, n)
    drop *= (
        np.where(won_by_promotion, 1.45, 1.0) * np.where(referred, 0.6, 1.0) * np.where(home_store == RIVERSIDE, 1.1, 1)
    )
    rate = rng.gamma(1.3, 1 / 84, n) * np.where(won_by_promotion, 0.75, 1.0) * np.where(referred, 1.25, 1.0)
    return People(
        first_day=first_day,
        prospect=prospect,
        source=source,
        rate=rate,
        drop=np.clip(drop, 0.005, 0.97),
        mood=rng.normal(0, 1, n),
        size=rng.lognormal(-0.04, 0.28, n),
        deal=np.where(won_by_promotion, rng.beta(4, 3, n), rng.beta(1.3, 5, n)),
        home_store=home_store,
        favourite=rng.choice(len(CATEGORIES), n, p=[0.32, 0.25, 0.17, 0.16, 0.03, 0.06, 0.01]),
        channel_odds=_channel_odds(country, rng),
        country=country,
        consent=rng.random(n) < 0.68,
    )


def _names(country: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Given and family names of many cultures; family name first where that is the custom."""
    cultures = list(_NAMES)
    at_home = rng.choice(len(cultures), len(country), p=_MIX_AT_HOME)
    local = rng.random(len(country)) < 0.6
    culture = np.where((country != HOME) & local, _CULTURE_OF_COUNTRY[country], at_home)
    picks = rng.random((len(country), 2))
    names = []
    for index, (first, last) in zip(culture, picks, strict=True):
        given, family = (part.split() for part in _NAMES[cultures[index]])
        given_name, family_name = given[int(first * len(given))], family[int(last * len(family))]
        names.append(
            family_name + given_name
            if cultures[index] == "chinese"
            else f"{family_name} {given_name}"
            if cultures[index] == "vietnamese"
            else f"{given_name} {family_name}"
        )
    return np.array(names, dtype=object)


def customer_ids(numbers: np.ndarray) -> np.ndarray:
    """Customer keys such as C-00042; None for guests (negative numbers)."""
    return np.array([f"C-{number + 1:05d}" if number >= 0 else None for number in numbers], dtype=object)


def customers_table(
    people: People, joined_at: np.ndarray, referred_by: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """The customers table. All names are drawn from lists and no address or number belongs to anybody.

    Args:
        people: Traits.
        joined_at: When each joined the programme; NaT for those who did not.
        referred_by: Customer number of the referrer; -1 for none.
        rng: Source of chance.
    """
    n = len(people)
    number = np.arange(n)
    median = np.array([cents for _, cents in SOURCES.values()])[people.source]
    known = ~np.isnat(joined_at) | (rng.random(n) < 0.6)
    birthday = np.datetime64("2006-01-01") - rng.triangular(0, 7500, 23000, n).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "customer_id": customer_ids(number),
            "name": _names(people.country, rng),
            "email": np.where(known, [f"customer{i + 1:05d}@example.com" for i in number], None),
            "phone": np.where(rng.random(n) < 0.65, [f"+353 20 91{i:05d}" for i in number], None),
            "birthday": np.where(rng.random(n) < 0.7, birthday, np.datetime64("NaT")),
            "joined_at": joined_at,
            "acquired_through": SOURCE_NAMES[people.source],
            "acquisition_cost": np.where(people.prospect, np.nan, np.round(median * rng.lognormal(0, 0.25, n)) / 100),
            "country": COUNTRIES[people.country],
            "referred_by": customer_ids(referred_by),
            "consent": people.consent,
        }
    )
