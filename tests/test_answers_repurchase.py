"""What is said of who buys again."""

import numpy as np
import pandas as pd

from loyalty_metrics import answers
from loyalty_metrics.measures.repurchase import BOOSTED, FEW, HISTORY, NO_REPEAT, RECENCY

EVALUATION = pd.DataFrame(
    {
        "forecast_from": [RECENCY, HISTORY, BOOSTED],
        "is_used": pd.array([False, True, False], dtype="boolean"),
        "brier": [0.2, 0.1, 0.099],
        "worse_low": [0.05, -0.001, 0.0],
        "auc": [0.7, 0.89, 0.886],
        "lift": [2.0, 3.25, 3.3],
        "days_ahead": 60,
        "reason": None,
    }
)


def forecast(**changes: object) -> pd.DataFrame:
    columns = {"chance_to_buy": [0.9, 0.1], "low": [0.8, 0.05], "high": [1.0, 0.15], "days_ahead": 60, "reason": None}
    return pd.DataFrame(columns | {"at_stake": [10.0, 90.0]} | changes)


def test_how_many_will_buy() -> None:
    told = answers.repurchase_answer(forecast())
    assert told == (
        "Of **2 customers**, about **1 (50%)** will buy in the next **60 days**, going by the last test about 1."
    )
    untested = answers.repurchase_answer(forecast(reason=FEW))
    assert "could not be tested: too few customers" in untested
    nothing = answers.repurchase_answer(forecast(chance_to_buy=np.nan, reason=NO_REPEAT))
    assert nothing == "This cannot be told yet: nobody has come back yet."
    assert "nobody has bought yet" in answers.repurchase_answer(forecast().iloc[:0])


def test_which_forecast_and_why() -> None:
    told = answers.method_answer(EVALUATION)
    assert told.startswith("Used is the forecast from **how often and how lately they bought**.")
    assert "days since the last purchase alone was clearly less exact" in told
    assert "everything known of them was not clearly better, so the simpler is used" in told
    assert "**89 of 100** pairs" in told and "**3.25 times**" in told
    failed = EVALUATION.assign(brier=[0.2, 0.1, np.nan])
    assert "everything known of them could not be fitted" in answers.method_answer(failed)
    untested = EVALUATION.assign(is_used=pd.array([None] * 3, dtype="boolean"), reason=FEW)
    assert answers.method_answer(untested).startswith("This cannot be told yet: too few customers")


def test_what_became_of_those_told_alike() -> None:
    groups = pd.DataFrame(
        {
            "is_used": [False, True, True],
            "told": [0.4, 0.1, 0.8],
            "customers": [200, 100, 100],
            "bought": [90, 10, 60],
            "share": [0.45, 0.1, 0.6],
            "low": [0.4, 0.05, 0.5],
            "high": [0.5, 0.17, 0.69],
        }
    )
    told = answers.tested_answer(groups, EVALUATION)
    assert "of the 100 told 80% on average, **60%** bought (between 50% and 69%)" in told
    assert "In 1 of 2 groups" in told and "29% too many buyers" in told
    few = EVALUATION.assign(reason=FEW)
    assert "too few customers" in answers.tested_answer(groups.iloc[:0], few)


def test_what_matters_most() -> None:
    drivers = pd.DataFrame(
        {"driver": ["how_recently", "how_often", "complaints_made"], "low": [0.1, 0.01, -1], "share": [0.8, 0.2, 0.0]}
    )
    told = answers.drivers_answer(drivers)
    assert told.startswith("**How recently they bought** matters most (80% of what can be told).")
    assert "Then: how often they bought (20%)." in told and told.endswith("The rest adds next to nothing.")
    assert "nothing that is known" in answers.drivers_answer(drivers.assign(low=-1))


def test_what_is_at_stake() -> None:
    told = answers.at_risk_answer(forecast().sort_values("at_stake", ascending=False), "EUR")
    assert "**2 customers** who bought in the last 365 days are unlikely to buy in the next 60 days" in told
    assert "€100 of a year's revenue is at stake, 100% of it with the first 2" in told
    assert "nobody who bought" in answers.at_risk_answer(forecast().iloc[:0])
