"""Sentences on decisions: what may be claimed, what may not, and what to do."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd

from loyalty_metrics import answers
from loyalty_metrics.decisions import Decision, Plan
from loyalty_metrics.effects import COLUMNS, Effect, Outlook
from loyalty_metrics.language import without_markup
from loyalty_metrics.paying import money_of

DAY = date(2025, 5, 1)
ONE = Decision(
    1, Plan("Call", "Mara", expected=0.02, days=30, starts_on=date(2025, 4, 1), due_on=date(2025, 4, 10)),
    date(2025, 3, 31), "At risk", "rfm_segments", 500, 0, "open", None, datetime(2025, 3, 31), "Ann", None,
)  # fmt: skip


def measured(low: float, high: float, evidence: str = "alike") -> Effect:
    middle = (low + high) / 2
    verdict = "more" if low > 0 else "less" if high < 0 else "not_shown"
    rows = [
        ("bought", 0.3, 0.25, 0.3, 0.2, middle, low, high, 0.01, verdict),
        ("revenue", 5.0, 6.0, 5.0, 4.0, 2.0, 0.5, 3.5, 0.7, "more"),
    ]
    outcomes = pd.DataFrame(rows, columns=COLUMNS)
    return Effect("measured", evidence, date(2025, 4, 30), 500, 450, 900, 700.0, outcomes=outcomes)


def told(effect: Effect, one: Decision = ONE) -> str:
    return without_markup(answers.effect_answer(one, effect, DAY, "EUR"))


def test_only_an_interval_without_zero_is_claimed() -> None:
    worked = told(measured(0.01, 0.05))
    assert worked.startswith("It worked. Of the targets 25.0% bought within 30 days; without it about 22.0% would have")
    assert "+3 points (95% sure: between +1 and +5 points)" in worked and "lies in that range" in worked
    assert "450 of 500 targets" in worked and "fair evidence" in worked
    nothing = told(measured(-0.01, 0.05))
    assert nothing.startswith("No effect is shown.") and "may be chance" in nothing
    assert told(measured(-0.05, -0.01)).startswith("It did harm.")
    assert "so much is ruled out" in told(measured(-0.01, 0.015))
    assert "it did more" in told(measured(0.03, 0.06))
    assert "the best evidence there is" in told(measured(0.01, 0.05, "by_lot"))


def test_what_cannot_be_told_says_when_or_what_to_do() -> None:
    early = told(Effect("too_early", "alike", date(2025, 4, 30)), ONE)
    assert early.startswith("Too early.") and "30 Apr 2025" in early
    for reason in ("nobody_alike", "too_unlike"):
        assert "by lot" in told(Effect("no_comparison", "alike", DAY, reason=reason))
    assert "more days" in told(Effect("no_comparison", "alike", DAY, reason="few_purchases"))
    assert "more customers" in told(Effect("no_comparison", "alike", DAY, reason="few_targets"))
    by_margin = replace(ONE, plan=replace(ONE.plan, outcome="margin"))
    assert "cost" in told(measured(0.01, 0.05), by_margin)
    assert answers.verdict_of(by_margin, measured(0.01, 0.05)) == "no_comparison"


def test_what_it_brought_is_held_against_what_it_cost() -> None:
    effect = measured(0.01, 0.05)
    for cost, words in ((100, "it paid"), (2_000, "it did not pay"), (1_000, "cannot be told")):
        money = money_of(replace(ONE, cost=Decimal(cost)), effect)
        assert money is not None and (money.value, money.low, money.high) == (900, 225, 1575)
        assert money.net == (900 - cost, 225 - cost, 1575 - cost)
        said = without_markup(answers.money_answer(money, True, "EUR"))
        assert words in said and "of revenue" in said
        assert "**it paid" not in answers.money_answer(money, False, "EUR")
    unknown = money_of(ONE, effect)
    assert unknown is not None and unknown.net is None and "not entered" in answers.money_answer(unknown, True, "EUR")
    assert money_of(ONE, Effect("too_early", "alike", DAY)) is None


def test_the_list_of_decisions_in_a_sentence() -> None:
    pairs = [(ONE, measured(0.01, 0.05)), (ONE, measured(-0.01, 0.05)), (ONE, Effect("too_early", "alike", DAY))]
    said = without_markup(answers.decisions_answer(pairs, DAY))
    assert said == ("3 decisions were taken: 1 worked, of 1 no effect is shown, for 1 it is too early. 3 are overdue.")
    assert "Nothing" in answers.decisions_answer([], DAY)
    assert not answers.is_late(replace(ONE, status="done"), DAY)


def test_what_could_be_told_before() -> None:
    seen = Outlook(400, 100, "by_lot", 1.0, {"bought": 0.04, "orders": 0.1, "revenue": np.nan, "margin": np.nan})
    said = without_markup(answers.outlook_answer(seen, "bought", 30, 0.02))
    assert "400 customers; 100 are left alone." in said and "+4 points" in said and "What you expect is smaller" in said
    assert "smaller:" not in answers.outlook_answer(seen, "bought", 30, 0.05)
    assert "not known" in answers.outlook_answer(seen, "revenue", 30, None)
    none = Outlook(400, 0, "alike", 0.1, {}, "nobody_alike")
    assert "could not be told" in answers.outlook_answer(none, "bought", 30, None)
