"""The retention curve: its intervals, its projection, and how the projection would have fared before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyalty_metrics.measures.retention import ratio, with_retention
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.sbg import ShiftedBetaGeometric

AHEAD = 6
"""How many periods beyond the last observed one the projection is drawn."""

FITTED, FILLING_UP, TOO_SHORT, NO_FIT = "fitted", "filling_up", "too_short", "no_fit"
"""Whether there is a projection, or why not."""

_COUNTS = ["cohorts", "size", "retained", "held_out", "size_since", "retained_since"]


@dataclass(frozen=True)
class BackTest:
    """How a projection made some periods ago compares with what came since.

    Attributes:
        periods: How long ago it is supposed to have been made.
        error: Mean distance from what came since, over its customers; a share (0.01 is one point).
        bias: The same with its sign: above 0 it promised too much.
        came: The share that came since.
    """

    periods: int
    error: float
    bias: float
    came: float


def finish_retention_curve(curve: pd.DataFrame) -> pd.DataFrame:
    """Add intervals, and the sBG line fitted to the ages observed and drawn beyond them, with its back-test.

    Args:
        curve: One row an age with cohorts, size and retained; of these, what came since the back-test's cut; and the
            criterion.

    Returns:
        The curve, with `AHEAD` more ages that hold nothing but the projection where one could be fitted.
    """
    criterion = str(curve["criterion"].iloc[0]) if len(curve) else ""
    curve = with_retention(curve.drop(columns="criterion"))
    curve["retention_since"] = ratio(curve, "retained_since", "size_since")
    model, state = _fitted(curve["size"], curve["retained"], curve["age"], criterion)
    if len(curve) and state == FITTED:
        first = int(curve["age"].max()) + 1
        ahead = pd.DataFrame({"age": np.arange(first, first + AHEAD)}).astype({"age": curve["age"].dtype})
        curve = pd.concat([curve, ahead], ignore_index=True)
    age = curve["age"].to_numpy("float64")
    before, made = _fitted(
        curve["size"] - curve["size_since"], curve["retained"] - curve["retained_since"], curve["age"], criterion
    )
    can_be_tested = state == made == FITTED and curve["size_since"].sum() > 0
    nothing = np.full(len(age), np.nan)
    return curve.astype(dict.fromkeys(_COUNTS, "Int64")).assign(
        projection=_line(model, age, criterion) if state == FITTED else nothing,
        projection_state=state,
        projected_before=_line(before, age, criterion) if can_be_tested else nothing,
    )


def back_test(curve: pd.DataFrame) -> BackTest | None:
    """The projection's test on what came since, over the ages after the first purchase; None without one."""
    seen = curve[(curve["size_since"] > 0) & curve["projected_before"].notna() & (curve["age"] > 0)]
    if seen.empty:
        return None
    weight = seen["size_since"].to_numpy("float64")
    off = (seen["projected_before"] - seen["retention_since"]).to_numpy("float64")
    came = float(seen["retained_since"].sum() / weight.sum())
    periods = int(curve["held_out"].max())
    return BackTest(
        periods, float(np.average(np.abs(off), weights=weight)), float(np.average(off, weights=weight)), came
    )


def _fitted(size: pd.Series, retained: pd.Series, age: pd.Series, criterion: str) -> tuple[ShiftedBetaGeometric, str]:
    """The model of the cells at hand, and whether it could be fitted."""
    model = ShiftedBetaGeometric()
    if criterion == "on_or_after":
        return model, FILLING_UP
    used = (age >= _first_age(criterion)).to_numpy()
    trials, kept = (column.to_numpy("float64", na_value=0.0)[used] for column in (size, retained))
    if (trials > 0).sum() < 2:
        return model, TOO_SHORT
    # Those who have not bought again yet are fewer at every age, as customers who leave for good would be.
    kept = trials - kept if criterion == "cumulative" else kept
    return model, FITTED if model.fit_shares(trials, kept).converged_ else NO_FIT


def _line(model: ShiftedBetaGeometric, age: FloatArray, criterion: str) -> FloatArray:
    if criterion == "cumulative":
        return 1 - model.survival(age + 1)
    return model.survival(age)


def _first_age(criterion: str) -> int:
    """The age that is the model's first period: some buy again within the very period of their first purchase."""
    return 0 if criterion == "cumulative" else 1
