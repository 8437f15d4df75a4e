"""Who buys again: forecasts learned at cuts in the past, tried on what came after, and the one that did best used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.measures.remembered import remembered
from loyalty_metrics.measures.retention import floats
from loyalty_metrics.measures.valuation import best_model
from loyalty_metrics.stats.forecast_scores import Calibration, Choice, calibration, choose, drivers, score
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import distinct, histories
from loyalty_metrics.stats.intervals import wilson
from loyalty_metrics.stats.repurchase import Boosted, RecencyRule, in_order

RECENCY, HISTORY, BOOSTED, SHARE = "recency_rule", "buying_history", "all_known", "overall_share"
METHODS = (RECENCY, HISTORY, BOOSTED)
"""The forecasts that are tried, the simplest first. `overall_share` stands in where none can be."""

NO_REPEAT, SHORT, FEW = "no_repeat", "short_history", "few_customers"
"""Why no forecast could be tried."""

FEWEST, FEWEST_OF_EACH = 200, 50
"""Customers at a cut, and of them those who then bought and who did not, below which nothing is learned from it."""

FEWEST_FOR_SHARE = 30
"""Customers at the last cut, below which not even the share who bought again is told of everybody."""

DRIVEN = 5_000
"""Customers at most by whom is told what the forecast goes by."""

TEST, CALIBRATED, TRAINED = 1, 2, (3, 4)
"""The cuts, the latest first: tried on the first, calibrated on the second, learned from the others."""

DRIVERS: Mapping[str, tuple[str, ...]] = {
    "how_recently": ("recency", "lateness"),
    "how_often": ("repeats", "orders", "recent_occasions", "year_occasions"),
    "how_evenly": ("mean_gap", "sd_gap"),
    "how_long_known": ("days_known", "days_to_last"),
    "how_much_spent": ("spend", "basket", "recent_spend", "year_spend", "spend_trend"),
    "which_range": ("categories",),
    "bought_on_discount": ("discount_share",),
    "what_returned": ("return_share",),
    "which_channel": ("channels", "main_channel_share"),
    "points_moved": ("points_moved",),
    "complaints_made": ("complaints",),
    "contacts_had": ("contacts",),
}
"""What is known of customers, by what it tells; columns of `customer_features`, and `spend_trend` made of two."""

FEATURES = tuple(name for names in DRIVERS.values() for name in names)

BANDS = {"very_unlikely": 0.0, "unlikely": 0.25, "likely": 0.5, "very_likely": 0.75}
"""Chances told in words, from the lowest each begins with."""


@dataclass(frozen=True)
class Known:
    """Customers as of one cut, in an order that does not depend on how they came.

    Attributes:
        features: One row a customer, one column for each of `FEATURES`; NaN is unknown.
        bought: Whether they bought in the days ahead.
    """

    features: FloatArray
    bought: np.ndarray

    def __getitem__(self, name: str) -> FloatArray:
        return self.features[:, FEATURES.index(name)]

    @property
    def is_enough(self) -> bool:
        """Whether there are customers enough, of those who bought and of those who did not."""
        hits = int(self.bought.sum())
        return len(self.bought) >= FEWEST and min(hits, len(self.bought) - hits) >= FEWEST_OF_EACH


Forecast = Callable[[Known], FloatArray]


@dataclass(frozen=True)
class Learned:
    """What the past says.

    Attributes:
        days: Days ahead; 0 where nobody has come back.
        test: Customers at the last cut, with what they then did.
        tried: The forecasts that were tried on them, by method; empty where none could be.
        told: Their probabilities for these customers.
        forecast: The one that is used, learned anew with the last cut among the rest; None where none could be tried.
        choice: Which is used; None where none could be tried.
        untried: A forecast without a test, from the last cut, where none could be tried.
        reason: Why none could be.
    """

    days: int
    test: Known
    tried: Mapping[str, Forecast]
    told: Mapping[str, FloatArray]
    forecast: Forecast | None = None
    choice: Choice | None = None
    untried: RecencyRule | None = None
    reason: str | None = None

    @property
    def method(self) -> str | None:
        """The forecast that is used; None where nothing can be said."""
        if self.choice:
            return self.choice.chosen
        if self.untried is None:
            return None
        return RECENCY if len(self.untried.customers_) > 1 else SHARE


def finish_repurchase_forecast(rows: pd.DataFrame) -> pd.DataFrame:
    """Every customer's probability to buy again in the days ahead.

    Args:
        rows: `repurchase_rows`, and as cut 0 the customers as they are known now.

    Returns:
        One row a customer of cut 0, in their order.
    """
    now = rows["cut"] == 0
    learned, today = _learned(rows[~now]), rows[now]
    chance, low, high = _told(learned, _known(today))
    year = floats(today["year_spend"])
    return pd.DataFrame(
        {
            "customer_id": today["customer_id"].astype("str"),
            "days_ahead": today["days_ahead"].astype("Int64"),
            "chance_to_buy": chance,
            "low": low,
            "high": high,
            "chance_lost": 1 - chance,
            "chance_band": _band(chance),
            "forecast_from": pd.Series(learned.method, index=today.index, dtype="str"),
            "reason": pd.Series(learned.reason, index=today.index, dtype="str"),
            "days_silent": today["recency"].astype("int64"),
            "usual_gap": floats(today["mean_gap"]),
            "repeats": today["repeats"].astype("int64"),
            "year_spend": year,
            "at_stake": np.maximum(year, 0) * (1 - chance),
        }
    ).reset_index(drop=True)


def finish_repurchase_evaluation(rows: pd.DataFrame) -> pd.DataFrame:
    """How each forecast did on the last cut; one row a method."""
    learned = _learned(rows)
    choice, bought = learned.choice, learned.test.bought
    found = []
    for method in METHODS:
        row: dict[str, Any] = {
            "forecast_from": method,
            "is_used": None,
            "customers": len(bought),
            "bought": int(bought.sum()),
        }
        if choice:
            worse = dict(zip(("worse", "worse_low", "worse_high"), choice.worse[method], strict=True))
            row |= {"is_used": method == choice.chosen} | score(learned.told[method], bought)._asdict() | worse
        found.append(row | {"days_ahead": learned.days or None, "reason": learned.reason})
    frame = pd.DataFrame(found, columns=EVALUATION)
    numbers = [name for name in EVALUATION if name not in ("forecast_from", "is_used", "customers", "bought", "reason")]
    kinds = {"forecast_from": "str", "is_used": "boolean", "days_ahead": "Int64", "reason": "str"}
    return frame.astype(dict.fromkeys(numbers, "float64") | kinds)


EVALUATION = [
    "forecast_from", "is_used", "customers", "bought", "auc", "auc_low", "auc_high", "brier", "brier_low", "brier_high",
    "lift", "lift_low", "lift_high", "worse", "worse_low", "worse_high", "days_ahead", "reason",
]  # fmt: skip
"""Columns of the evaluation."""


def finish_repurchase_calibration(rows: pd.DataFrame) -> pd.DataFrame:
    """What became of customers who were told alike; up to ten rows a method, none where none could be tried."""
    learned = _learned(rows)
    parts = []
    for method, told in learned.told.items():
        if np.isfinite(told).all():
            found = calibration(told, learned.test.bought)
            parts.append(_rows(found).assign(forecast_from=method, is_used=method == learned.method))
    empty = _rows(Calibration(*[np.zeros(0)] * 6)).assign(forecast_from="", is_used=False)
    frame = pd.concat(parts, ignore_index=True) if parts else empty.astype({"forecast_from": "str", "is_used": "bool"})
    return frame[["forecast_from", "is_used", *frame.columns[:-2]]]


def _rows(found: Calibration) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "chance_from": np.concatenate([[0.0], found.upto[:-1]])[: len(found.upto)],
            "chance_upto": found.upto,
            "customers": found.customers.astype("int64"),
            "told": found.told,
            "bought": found.bought.astype("int64"),
            "share": found.bought / found.customers,
            "low": found.low,
            "high": found.high,
        }
    )


def finish_repurchase_drivers(rows: pd.DataFrame) -> pd.DataFrame:
    """What the forecast from all that is known goes by, the most important first; none where it could not be made."""
    learned = _learned(rows)
    columns = ["driver", "rise", "low", "high", "share"]
    if not learned.choice:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[1:], "float64") | {"driver": "str"})
    step = -(-len(learned.test.bought) // DRIVEN)
    features, bought = learned.test.features[::step], learned.test.bought[::step]
    told = {
        name: [FEATURES.index(each) for each in names]
        for name, names in DRIVERS.items()
        if any(np.isfinite(learned.test[each]).any() for each in names)
    }
    forecast = learned.tried[BOOSTED]
    found = drivers(lambda given: forecast(Known(given, bought)), features, bought, told)
    frame = pd.DataFrame([(name, *driver) for name, driver in found.items()], columns=columns[:-1])
    rise = frame["rise"].clip(lower=0)
    frame["share"] = rise / rise.sum() if rise.sum() > 0 else np.nan
    return frame.sort_values("rise", ascending=False, kind="stable", ignore_index=True)


def _told(learned: Learned, today: Known) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Chances, and between which shares of those who were told alike bought in the test."""
    if learned.choice and learned.forecast:
        chance = learned.forecast(today)
        seen = calibration(learned.told[learned.choice.chosen], learned.test.bought)
        group = seen.group(chance)
        return chance, seen.low[group], seen.high[group]
    if learned.untried is None:
        nothing = np.full(len(today.bought), np.nan)
        return nothing, nothing, nothing
    low, high = wilson(learned.untried.bought_, learned.untried.customers_)
    group = learned.untried.group(today["recency"])
    return learned.untried.probability(today["recency"]), low[group], high[group]


def _band(chance: FloatArray) -> np.ndarray:
    names = np.array([*BANDS, None], dtype=object)
    place = np.searchsorted([*BANDS.values()], chance, side="right") - 1
    return names[np.where(np.isnan(chance), len(BANDS), place)]


def _known(rows: pd.DataFrame) -> Known:
    recent, earlier = floats(rows["recent_spend"]), floats(rows["earlier_spend"])
    both = np.where(recent + earlier > 0, recent + earlier, np.nan)
    given = rows.assign(spend_trend=recent / both)
    bought = rows["bought"].to_numpy("bool", na_value=False)
    return Known(np.column_stack([floats(given[name]) for name in FEATURES]), bought)


def _learned(rows: pd.DataFrame) -> Learned:
    """What past cuts teach; the same rows are learned from once, in whatever order they come."""
    cuts = {}
    for cut in (TEST, CALIBRATED, *TRAINED):
        known = _known(rows[rows["cut"] == cut])
        place = in_order(*known.features.T, known.bought)
        cuts[cut] = Known(known.features[place], known.bought[place])
    days = int(rows["days_ahead"].iloc[0]) if len(rows) else 0
    return _learned_from(days, cuts)


@remembered(4)
def _learned_from(days: int, cuts: Mapping[int, Known]) -> Learned:
    test = cuts[TEST]
    training = [cuts[cut] for cut in TRAINED if cuts[cut].is_enough]
    if not (test.is_enough and cuts[CALIBRATED].is_enough and training):
        rule = None
        if len(test.bought) >= FEWEST_FOR_SHARE:
            rule = RecencyRule().fit(test["recency"], test.bought, 10 if test.is_enough else 1)
        reason = NO_REPEAT if not days else FEW if len(cuts[TRAINED[0]].bought) else SHORT
        return Learned(days, test, {}, {}, untried=rule, reason=reason)
    tried = _forecasts(training, cuts[CALIBRATED], days)
    told = {method: forecast(test) for method, forecast in tried.items()}
    choice = choose(told, test.bought)
    # What did best is learned anew a cut later, so that the last period is not lost on it.
    forecast = _forecasts([cuts[CALIBRATED], *training], test, days)[choice.chosen]
    return Learned(days, test, tried, told, forecast, choice)


def _forecasts(training: Sequence[Known], calibrated: Known, days: int) -> dict[str, Forecast]:
    """Every forecast, learned at some cuts and, where it takes that, calibrated on a later one."""
    features = np.concatenate([known.features for known in training])
    bought = np.concatenate([known.bought for known in training])
    rule = RecencyRule().fit(Known(features, bought)["recency"], bought)
    trees = Boosted().fit(features, bought, calibrated.features, calibrated.bought)
    return {
        RECENCY: lambda known: rule.probability(known["recency"]),
        HISTORY: lambda known: _by_history(known, days),
        BOOSTED: lambda known: trees.probability(known.features),
    }


def _by_history(known: Known, days: int) -> FloatArray:
    """The chance of at least one occasion in the days ahead, by the likelier of BG/NBD and MBG/NBD of these customers.

    Neither model asks what came after, so they are fitted to the very customers they are asked about.
    """
    x, t_x, T = (known[name] for name in ("repeats", "days_to_last", "days_known"))  # noqa: N806
    model = best_model(histories(x, t_x, T))
    first, row = distinct(x, t_x, T)
    return (1 - model.purchase_probability(0, days, x[first], t_x[first], T[first]))[row]
