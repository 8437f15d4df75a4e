"""What is said of one customer."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from loyalty_metrics import answers
from loyalty_metrics.customer import Profile
from loyalty_metrics.language import without_markup
from loyalty_metrics.measures.customer import NextOrder, own_gaps

FACTS = {
    "occasions": 14,
    "orders": 15,
    "revenue": 1234.5,
    "refunds": 0,
    "profit": 400,
    "margin": 0.324,
    "first_on": date(2023, 1, 5),
    "last_on": date(2024, 3, 1),
    "days_away": 71,
}
GAPS = [12, 14, 20, 21, 25, 28, 30, 31, 40, 45, 50, 60, 90]


def one(facts: dict[str, Any] | None = None, gaps: list[int] = GAPS, **more: Any) -> Profile:
    known = FACTS | (facts or {})
    values: dict[str, Any] = {"segment": "Loyal", "next": None} | more
    return Profile(known, date(2024, 5, 11), gaps=own_gaps(pd.Series(gaps), known["days_away"]), **values)


def said(profile: Profile) -> str:
    return without_markup(answers.customer_answer(profile, "Ann", "EUR"))


def test_who_what_worth_and_how_late() -> None:
    assert said(one()) == (
        "Ann is in the segment Loyal: 15 orders worth €1,234 since 5 Jan 2023, of which €400.00 (32%) is profit."
        " They last bought on 1 Mar 2024, 71 days ago; their usual gap is 30 days (median of 13): they are late,"
        " away longer than 12 of their 13 gaps."
    )


@pytest.mark.parametrize(
    ("gaps", "words"),
    [
        ([71], "their only gap between purchases so far was 71 days: not away longer than that."),
        ([70], "their only gap between purchases so far was 70 days: away longer than that."),
        ([80, 90], "(median of 2): away no longer than any of their gaps."),
        ([1, 2], "(median of 2): away longer than all 2 of their gaps."),
        ([60, 65, 80, 90, 100], "(median of 5): in time, away longer than 2 of their 5 gaps."),
        ([50, 60, 70, 80, 100], "(median of 5): past their usual gap, away longer than 3 of their 5 gaps."),
        ([], "with a single purchase they have no usual gap."),
    ],
)
def test_lateness_is_counted(gaps: list[int], words: str) -> None:
    assert said(one(gaps=gaps)).endswith(words)


def test_what_is_not_known_is_not_told() -> None:
    assert "profit" not in said(one({"profit": None, "margin": None}))
    assert "of which -€5.00 is profit" in said(one({"profit": -5, "margin": None, "revenue": -1}))
    assert "has not bought in the window" in said(one(segment=None))
    assert "the day looked at" in said(one({"days_away": 0}))


def next_told(found: NextOrder | None, **facts: Any) -> str:
    return without_markup(answers.next_order_of_customer(one(facts, next=found)))


def test_when_they_are_expected_and_from_what_that_is_told() -> None:
    days = (date(2024, 6, 1), date(2024, 5, 12), date(2024, 8, 1))
    assert next_told(NextOrder("own", 6, *days, chance=0.9)) == (
        "Expected around 1 Jun 2024 (four in five: between 12 May 2024 and 1 Aug 2024), going by their own gaps."
    )
    told = next_told(NextOrder("peers", 120, days[0], days[1], None, 0.6, 0.5, 0.7))
    assert "Of 120 customers with as many purchases who then stayed away for longer than 71 days, 60% bought" in told
    assert "(nine in ten: not before 12 May 2024), going by customers with as many purchases" in told
    told = next_told(NextOrder("peers", 120, None, days[1], None, 0.1, 0.05, 0.2), occasions=1)
    assert "customers who had bought once, too" in told and "no date can be named" in told


def test_too_few_to_tell_says_so() -> None:
    assert "only 1 of their own gaps was longer, and 3 customers with as many" in next_told(NextOrder(None, 3))
    assert "have not bought anything yet" in next_told(None)


def test_what_they_buy() -> None:
    bought = pd.DataFrame(
        {
            "attribute": ["category", "category", "store"],
            "name": ["Tea", "", "X"],
            "orders": [3, 1, 4],
            "sold": [75.0, 25.0, 100.0],
            "taken_back": [5.0, 0.0, 5.0],
            "money_share": [0.75, 0.25, 1],
            "discount": [25.0, 0.0, None],
        }
    )
    assert without_markup(answers.bought_answer(bought, "category", "EUR")) == (
        "75% of their money went to Tea (€75.00, 3 orders). 20% of the full price came off as discount."
        " €5.00 came back, 5.0% of what was sold."
    )
    assert "discount" not in answers.bought_answer(bought, "store")
    assert "nothing was sold" in answers.bought_answer(bought, "channel")
