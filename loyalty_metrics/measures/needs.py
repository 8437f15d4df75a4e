"""Groups of customers who buy alike: from how each behaves to what sets each group apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat

import numpy as np
import pandas as pd

from loyalty_metrics.measures.retention import floats, ratio
from loyalty_metrics.stats.clusters import FOUND, UNSTABLE, Groups, find_groups
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.traits import Kind, Scale, Trait, scale

SAMPLE = 5_000
"""Customers that groups are looked for in; more make it slower, not surer."""

SEED = 20_240_501

LIKE_ALL = "like_all"


@dataclass(frozen=True)
class _Asked:
    """A trait as the model of behaviour gives it: columns of values and of sizes, and how they are told."""

    name: str
    kind: Kind
    values: str
    sizes: str = ""
    unit: str = "share"
    detail: str = ""


ASKED = (
    _Asked("away_for", "count", "recency_days", unit="days"),
    _Asked("frequency", "count", "frequency", unit="count"),
    _Asked("basket", "money", "basket", unit="money"),
    _Asked("unevenness", "mean", "unevenness", "gap_pairs", unit="number"),
    _Asked("variety", "share", "category_changes", "category_pairs"),
    _Asked("discounts", "share", "discounted_orders", "orders_of_known_price"),
    _Asked("returns", "share", "returned_orders", "orders_placed"),
    _Asked("main_channel", "share", "main_channel_orders", "orders_of_known_channel", detail="main_channel"),
    _Asked("second_channel", "share", "second_channel_orders", "orders_of_known_channel", detail="second_channel"),
)


@dataclass(frozen=True)
class Needs:
    """What was found, for all customers in the order of their rows.

    Attributes:
        groups: The verdict and the way that stands, or came nearest.
        traits: Those that tell customers apart.
        labels: Group of each customer, 0 for everybody where none were found.
        names: Code of each group, by label; empty where none were found.
        apart: One row a group, one column a trait: difference of means, in standard deviations over all.
        order: Labels, most revenue first.
    """

    groups: Groups
    traits: tuple[_Asked, ...]
    labels: np.ndarray
    names: tuple[str, ...]
    apart: FloatArray
    order: tuple[int, ...]


def needs(behaviour: pd.DataFrame) -> Needs:
    """Look for groups of customers who behave alike; the answer does not depend on the order of the rows.

    Args:
        behaviour: The model `customer_behaviour`.
    """
    asked, traits, scales = _telling(behaviour)
    rows = np.zeros((len(behaviour), len(asked)))
    for place, (trait, one) in enumerate(zip(traits, scales, strict=True)):
        rows[:, place] = one.of(trait)
    groups, nobody = _found(*_sampled(rows, traits, scales)), np.zeros(len(rows), np.int64)
    if groups.verdict != FOUND or groups.best is None:
        return Needs(groups, asked, nobody, (), np.zeros((1, len(asked))), (0,))
    labels = groups.best.assign(rows)
    sizes = np.bincount(labels, minlength=groups.best.k)
    if not sizes.all():
        return Needs(replace(groups, verdict=UNSTABLE), asked, nobody, (), np.zeros((1, len(asked))), (0,))
    apart = np.array([(rows[labels == n].mean(0) - rows.mean(0)) / rows.std(0) for n in range(groups.best.k)])
    names = name_groups(tuple(map(_ways, asked, repeat(behaviour))), apart)
    revenue = np.bincount(labels, floats(behaviour["monetary"]), minlength=groups.best.k)
    order = sorted(range(groups.best.k), key=lambda n: (-round(float(revenue[n]), 4), names[n]))
    return Needs(groups, asked, labels, names, apart, tuple(order))


def _telling(behaviour: pd.DataFrame) -> tuple[tuple[_Asked, ...], list[Trait], list[Scale]]:
    """The traits that tell these customers apart, with their scales."""
    found = []
    for asked in ASKED:
        values = floats(behaviour[asked.values]) + (asked.name == "away_for")
        trait = Trait(asked.name, asked.kind, values, floats(behaviour[asked.sizes]) if asked.sizes else np.empty(0))
        if len(behaviour) and (one := scale(trait)):
            found.append((asked, trait, one))
    return tuple(a for a, _t, _s in found), [t for _a, t, _s in found], [s for _a, _t, s in found]


def _sampled(rows: FloatArray, traits: Sequence[Trait], scales: Sequence[Scale]) -> tuple[bytes, int, int]:
    """The customers that groups are looked for in: drawn from them in the order of their values, not of their rows."""
    counted = [column for trait in traits for column in (trait.values, trait.sizes) if trait.kind != "money"]
    keys = [*(column for column in counted if len(column)), *rows.round(9).T]
    order = np.lexsort(keys) if keys else np.arange(len(rows))
    rng = np.random.default_rng(SEED)
    drawn = order[np.sort(rng.choice(len(order), min(SAMPLE, len(order)), replace=False))]
    spread = [one.of(trait.taken(drawn), rng) for trait, one in zip(traits, scales, strict=True)]
    return (np.column_stack(spread).tobytes() if spread else b""), len(drawn), len(spread)


@lru_cache(maxsize=8)
def _found(values: bytes, rows: int, columns: int) -> Groups:
    """The groups of these very rows; three measures ask for them, and each view of a page asks again."""
    return find_groups(np.frombuffer(values).reshape(rows, columns), SEED)


def _ways(asked: _Asked, behaviour: pd.DataFrame) -> tuple[str, str]:
    """The codes of a trait that is high and of one that is low; of a channel, with its name."""
    channel = ":" + str(behaviour[asked.detail].iloc[0]).replace("+", " ") if asked.detail else ""
    return f"{asked.name}_high{channel}", f"{asked.name}_low{channel}"


def name_groups(ways: Sequence[tuple[str, str]], apart: FloatArray) -> tuple[str, ...]:
    """A code for each group: the traits that set it apart most, as many as it takes until no other group has them.

    Differences are compared in halves of a standard deviation and, where equal, in the order of the traits, so that a
    name does not change with every customer more.

    Args:
        ways: Of each trait, the code of much of it and that of little.
        apart: One row a group, one column a trait, in standard deviations.

    Returns:
        Such as `frequency_high`, `frequency_high+discount_low`, or `like_all` for one that nothing sets apart.
    """
    coarse = in_halves(apart)
    ranked = [
        [ways[t][0] if row[t] > 0 else ways[t][1] for t in np.argsort(-size, kind="stable")]
        for row, size in zip(apart, coarse, strict=True)
    ]
    is_usual = np.asarray(~coarse.any(axis=1))
    if is_usual.sum() == 1:
        ranked[int(is_usual.argmax())] = []
    return tuple(_shortest(ranked, n) if parts else LIKE_ALL for n, parts in enumerate(ranked))


def in_halves(apart: FloatArray) -> FloatArray:
    """Sizes of differences in halves of a standard deviation: finer ones change with every customer more."""
    return np.asarray(np.round(2 * np.abs(apart)))


def _shortest(ranked: Sequence[Sequence[str]], group: int) -> str:
    """The fewest of a group's leading traits that no other group's leading ones are; its number where all are alike."""
    for length in range(1, len(ranked[group]) + 1):
        mine = set(ranked[group][:length])
        if sum(set(other[:length]) == mine for other in ranked) == 1:
            return "+".join(ranked[group][:length])
    return f"{ranked[group][0]}+{group + 1}"


def finish_need_groups(behaviour: pd.DataFrame) -> pd.DataFrame:
    """Count the customers and the money of each group."""
    found = needs(behaviour)
    revenue = floats(behaviour["monetary"])
    sums = np.bincount(found.labels, revenue, minlength=len(found.order))
    sizes = np.bincount(found.labels, minlength=len(found.order))
    best = found.groups.best
    rows = [
        {
            "need": found.names[label] if found.names else None,
            "verdict": found.groups.verdict,
            "customers": int(sizes[label]),
            "customer_share": sizes[label] / len(behaviour) if len(behaviour) else np.nan,
            "revenue": float(sums[label]),
            "revenue_share": sums[label] / revenue.sum() if revenue.sum() > 0 else np.nan,
            "groups": best.k if best else np.nan,
            "stability": best.stability if best else np.nan,
            "valley": best.valley if best else np.nan,
            "silhouette": best.silhouette if best else np.nan,
            "position": place + 1,
        }
        for place, label in enumerate(found.order)
    ]
    return pd.DataFrame(rows).astype({"need": "str"})


def finish_need_traits(behaviour: pd.DataFrame) -> pd.DataFrame:
    """Say how each group buys, trait by trait, beside everybody."""
    found = needs(behaviour)
    rows = [
        {
            "need": found.names[label] if found.names else None,
            "trait": asked.name,
            "detail": behaviour[asked.detail].iloc[0] if asked.detail else None,
            "unit": asked.unit,
            "value": _typical(behaviour[found.labels == label], asked),
            "everybody": _typical(behaviour, asked),
            "apart": float(found.apart[label, column]),
            "position": place + 1,
        }
        for place, label in enumerate(found.order)
        for column, asked in enumerate(found.traits)
    ]
    columns = ["need", "trait", "detail", "unit", "value", "everybody", "apart", "position"]
    texts = {"need": "str", "trait": "str", "detail": "str", "unit": "str"}
    return pd.DataFrame(rows, columns=columns).astype(texts)


def _typical(behaviour: pd.DataFrame, asked: _Asked) -> float:
    """The median; of shares, and of means of several, all counted together."""
    values = floats(behaviour[asked.values])
    if not asked.sizes:
        return float(np.median(values))
    sizes = floats(behaviour[asked.sizes])
    if not sizes.sum() > 0:
        return np.nan
    return float((values if asked.kind == "share" else values * sizes).sum() / sizes.sum())


def finish_customer_needs(behaviour: pd.DataFrame) -> pd.DataFrame:
    """Put each customer into their group."""
    found = needs(behaviour)
    names = np.array([*found.names], dtype=object)[found.labels] if found.names else np.full(len(behaviour), None)
    shares = {
        "category_change_share": ("category_changes", "category_pairs"),
        "discounted_share": ("discounted_orders", "orders_of_known_price"),
        "return_share": ("returned_orders", "orders_placed"),
        "main_channel_share": ("main_channel_orders", "orders_of_known_channel"),
    }
    told = behaviour[["customer_id", "recency_days", "frequency", "monetary", "basket"]].assign(
        unevenness=behaviour["unevenness"].where(behaviour["gap_pairs"] > 0),
        **{name: ratio(behaviour, *parts) for name, parts in shares.items()},
    )
    told.insert(1, "need", pd.Series(names, told.index, dtype="str"))
    return told
