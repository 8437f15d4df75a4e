"""The sentences about value: which range is told, what moved, and what is said where little is known."""

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import answers
from loyalty_metrics.measures.base_value import BEFORE, NOW, REASONS

BACKTEST = pd.DataFrame(
    {"error": [0.004], "days_ahead": [365], "reason": [None], "customers": [50], "expected": [2.01], "actual": [2.0]}
).assign(mean_miss=1.5, naive_miss=2.0)


MONEY = pd.DataFrame(
    {"customers": [50], "days_ahead": [365], "expected": [1004.0], "actual": [1000.0], "error": [0.004]}
)


def parts(now: float = 120.0, before: float = 100.0, **changes: object) -> pd.DataFrame:
    told = {BEFORE: before, **dict.fromkeys(REASONS, 0.0), NOW: now} | {"newly_won": now - before}
    frame = pd.DataFrame({"part": list(told), "value": list(told.values()), "customers": 10})
    frame["on_day"] = [pd.Timestamp("2025-05-30"), *[pd.NaT] * 5, pd.Timestamp("2025-06-30")]
    frame["low"], frame["high"] = frame["value"] * 0.9, frame["value"] * 1.1
    rest = {"horizon": 365, "discount": 10.0, "basis": "margin", "cost_known": 0.8, "method": "model", "model": ""}
    link = {"reason": None, "spend_link": 0.1, "spend_link_low": 0.05, "spend_link_high": 0.15, "margin_share": 0.4}
    return frame.assign(**rest | link | changes)


def test_the_wider_range_is_told_and_which_it_is() -> None:
    narrow = answers.worth_answer(parts(), MONEY, "EUR")
    assert "about **€120** of margin in the next 365 days (between €108 and €132)." in narrow
    wide = answers.worth_answer(parts(), MONEY.assign(error=-0.5), "EUR")
    assert "between €60.00 and €240, for the same forecast of money made 365 days ago was 50% too low" in wide
    assert "That is **€20.00 more** than on 30 May 2025: new customers +€20.00." in narrow
    assert "**€30.00 less**" in answers.worth_answer(parts(now=70), MONEY, "EUR")


def test_little_is_told_of_what_is_not_known() -> None:
    assert "cannot be told yet" in answers.worth_answer(parts().iloc[:0], MONEY)
    assert "cannot be told yet" in answers.worth_answer(parts(now=np.nan), MONEY)
    plain = answers.worth_answer(parts(low=np.nan, high=np.nan, method="rate_so_far"), MONEY)
    assert "if they go on as so far" in plain and "between" not in plain
    nobody_before = parts()
    nobody_before.loc[0, "customers"] = 0
    assert "That is" not in answers.worth_answer(nobody_before, MONEY)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "40% of revenue, over all purchases whose cost is known (80% of revenue)"),
        ({}, "tells little of what they spend"),
        ({"spend_link": 0.4}, "worth somewhat more than told"),
        ({"spend_link": -0.4}, "worth somewhat less than told"),
        ({"basis": "revenue", "cost_known": 0.3}, "the cost of only 30% of it is known"),
        ({"basis": "revenue", "cost_known": 0.0}, "no costs are known"),
        ({"model": "NegativeBinomial(r=1)"}, "nobody seems to leave"),
        ({"method": "rate_so_far", "reason": "Why."}, "at the rate so far. No model fits: Why."),
        ({"method": "plain_spend", "reason": "Why."}, "Spend an order is the mean so far"),
    ],
)
def test_the_terms_are_told(changes: dict[str, object], words: str) -> None:
    assert words in " ".join(answers.terms_note(parts(**changes), 0.4))


def test_the_backtest_is_told_against_the_rule_of_thumb() -> None:
    told = answers.backtest_answer(BACKTEST, MONEY.assign(error=-0.2), "EUR")
    assert "In money it would have been **20% too low**: €1K foretold, €1K came." in told
    assert "**right to a hundredth**" in told and "100 came" in told and "It beats" in told
    assert "does not beat" in answers.backtest_answer(BACKTEST.assign(naive_miss=1.0), MONEY)
    assert "cannot be told yet" in answers.backtest_answer(BACKTEST.assign(reason="Because."), MONEY)
    assert "cannot be told yet" in answers.backtest_answer(BACKTEST.iloc[:0], MONEY)


def test_the_scoreboard_says_when_ranges_are_too_narrow() -> None:
    def told(*verdicts: str) -> str:
        return answers.scoreboard_answer(pd.DataFrame({"verdict": verdicts}))

    assert told("within", "above") == "**1 of 2** came as foretold so far, 1 brought more orders, 0 fewer."
    assert "**0 of 2**" in told("below", "above", "not_yet") and "too narrow" in told("below", "above")
    assert "None can be judged" in told("not_yet", "no_range")


def test_the_call_list_is_told_by_what_is_at_stake() -> None:
    calls = pd.DataFrame({"at_stake": [100.0] + [10.0] * 30})
    told = answers.call_answer(calls, "EUR")
    assert "**31 customers**" in told and "€400" in told and "first 20 hold 72%" in told
    assert "first 20" not in answers.call_answer(calls.head(2))
    assert "**Nobody**" in answers.call_answer(calls.iloc[:0])


def test_the_group_with_most_value_and_the_best_customers() -> None:
    groups = pd.DataFrame(
        {
            "attribute": "first_channel",
            "group_name": ["web", ""],
            "customers": [100, 50],
            "value": [60.0, 40.0],
            "value_share": [0.6, 0.4],
            "mean_value": [0.6, 0.8],
            "mean_low": [0.5, 0.7],
            "mean_high": [0.7, 0.9],
        }
    )
    told = answers.group_value_answer(groups)
    assert "**60%** of the value lies with “web”: 100 customers" in told
    assert "One of “(unknown)” is worth most: 0.8 (between 0.7 and 0.9)" in told
    assert "one group" in answers.group_value_answer(groups.head(1))
