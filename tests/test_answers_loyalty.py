"""The sentences of the section on loyalty."""

import pandas as pd

from loyalty_metrics import answers
from loyalty_metrics.measures.loyalty import corners
from loyalty_metrics.stats.intervals import wilson

COLUMNS = ["kind", "customers", "occasions", "revenue"]


def test_corners_name_who_is_big_and_who_is_loyal() -> None:
    rows = [("loyal and big", 2, 20, 700.0), ("loyal but small", 3, 30, 60.0), ("big but not loyal", 1, 1, 240.0)]
    told = answers.corners_answer(corners(pd.DataFrame(rows, columns=COLUMNS)), "EUR")
    assert told.startswith("**1 customer** spends much but seldom comes: €240, 24% of revenue")
    assert "**3 customers** come often but spend little (€60.00)" in told


def test_corners_without_either() -> None:
    assert "cannot be told yet" in answers.corners_answer(corners(pd.DataFrame([], columns=COLUMNS)))
    rows = [("loyal and big", 2, 20, 700.0), ("neither", 3, 3, 60.0)]
    assert "no customer is one without the other" in answers.corners_answer(
        corners(pd.DataFrame(rows, columns=COLUMNS))
    )


TYPES = ["loyalty_type", "customers", "revenue_share", "often", "answered", "often_answered"]


def test_types_say_how_many_come_often_and_how_many_of_them_trust() -> None:
    rows = [("trust", 30, 0.4, 30, 30, 30), ("inertia", 10, 0.1, 10, 10, 10), ("trust or inertia", 60, 0.3, 60, 0, 0)]
    rows += [("latent", 20, 0.1, 0, 20, 0), ("latent or none", 80, 0.1, 0, 0, 0)]
    types = pd.DataFrame(rows, columns=TYPES)
    told = answers.types_answer(types)
    assert told.startswith("**100 customers** (50%) come more often")
    assert "bring 80% of revenue" in told and "**75%** of the 40 of them who answered" in told
    low, high = wilson(30, 40)
    assert f"between {100 * low:.0f}% and {100 * high:.0f}%" in told
    assert "Invite first the **20**" in told
    note = answers.answered_note(types)
    assert "60 of 200 customers" in note and "not like the rest: 67% of them come often, 43% of the others" in note


def test_types_without_answers_say_so() -> None:
    rows = [("trust or inertia", 1, 1.0, 1, 0, 0), ("latent", 0, 0.0, 0, 0, 0)]
    types = pd.DataFrame(rows, columns=TYPES)
    assert "None of them has answered" in answers.types_answer(types)
    assert answers.answered_note(types) == "No customer has answered a survey yet."
    assert "cannot be told yet" in answers.types_answer(types.assign(customers=0))


COVERAGE = {
    "customers": 40, "unknown": 1, "offered": 5, "categories": 2.5, "coverage": 0.5, "low": 0.4, "high": 0.6,
    "one_category": 10, "one_share": 0.25, "one_revenue": 99.0,
}  # fmt: skip


def test_coverage_tells_those_of_one_category() -> None:
    told = answers.coverage_answer(pd.DataFrame([COVERAGE]), "EUR")
    assert "**2.5 of 5** categories (50%; between 40% and 60%)" in told
    assert "**10 customers** (25%) buy in one only and bring €99.00" in told
    assert "Of 1 further customer no category is known." in told
    assert "cannot be told yet" in answers.coverage_answer(pd.DataFrame([COVERAGE | {"customers": 0}]))


def test_coverage_and_repeat_say_what_may_be_chance() -> None:
    def told(low: float, high: float) -> str:
        rows = [(2, "one category", 96, 0.5, 0.1, low, high), (2, "several categories", 96, 0.6, 0.1, low, high)]
        columns = ["purchases", "kind", "lapse_days", "retention", "difference", "difference_low", "difference_high"]
        return answers.coverage_repeat_answer(pd.DataFrame(rows, columns=columns))

    assert "After 2 purchases, **60%**" in told(0.02, 0.18) and "good sign" in told(0.02, 0.18)
    assert "may be chance" in told(-0.02, 0.22)
    assert "keep to one category" in told(-0.3, -0.1)
    nobody = pd.DataFrame({"difference": [], "purchases": [], "kind": []})
    assert "cannot be told yet" in answers.coverage_repeat_answer(nobody)


def test_wallet_tells_money_to_win_and_who_did_not_say() -> None:
    columns = ["method", "customers", "wallet_share", "low", "high", "spend_elsewhere"]
    rows = [
        ("spend", 12, 0.7, 0.6, 0.8, 500.0),
        ("rank", 1, 2 / 3, None, None, None),
        ("unknown", 90, None, None, None, None),
    ]
    told = answers.wallet_answer(pd.DataFrame(rows, columns=columns), "EUR")
    assert told.startswith("**70%** of what 12 customers each spend") and "€500 elsewhere" in told
    assert "1 customer told only how this shop ranks: by that about **67%** (too few customers" in told
    assert "90 others have not said, and may differ." in told
    assert "cannot be told yet" in answers.wallet_answer(pd.DataFrame(rows[2:], columns=columns))
