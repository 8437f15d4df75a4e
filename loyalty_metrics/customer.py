"""One customer, put together from the measures: who they are, their segment, when they are expected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from loyalty_metrics.measures.customer import Gaps, NextOrder, next_order, own_gaps, segment_of
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Result

Ask = Callable[[str, Scope], Result]
"""Asks for a measure, such as `Workspace.measure`; pages keep the answers."""

RFM_VALUES = ("recency_days", "frequency", "monetary")
"""What scores are made of: the same figures as others of the facts, but within the window."""

MONTHS = 36
"""So many ends of months the history of a customer's segment goes back."""


@dataclass(frozen=True)
class Profile:
    """A customer as of a day.

    Attributes:
        facts: The row of the measure `customer_facts`; unknown is None.
        as_of: The day.
        segment: The RFM segment among all customers; None without a purchase in the window.
        gaps: Their days between purchases, against the days they are away.
        next: When they are expected; None for customers without a purchase.
        first_later: For customers without a purchase by that day: when they first bought after it.
    """

    facts: dict[str, Any]
    as_of: date
    segment: str | None
    gaps: Gaps
    next: NextOrder | None
    first_later: date | None = None


def scope_of_one(scope: Scope) -> Scope:
    """The scope for one customer: filters are left aside, since they are about whole groups."""
    return scope.replace(filters=(), by=None)


def profile(ask: Ask, scope: Scope) -> Profile | None:
    """The customer that the scope names.

    Returns:
        None when nobody of that id is on file or had an order by the as-of date.
    """
    scope = scope_of_one(scope)
    answer = ask("customer_facts", scope)
    as_of = answer.scope.as_of
    if answer.frame.empty or as_of is None:
        return None
    facts = plain_row(answer.frame.iloc[0])
    gaps = ask("customer_gaps", scope).frame["gap_days"]
    return Profile(
        facts,
        as_of,
        segments(ask, scope, answer.frame)[0],
        own_gaps(gaps, facts["days_away"]),
        _next(ask, scope, gaps, facts, as_of),
        None if facts["occasions"] else first_later(ask, scope),
    )


def first_later(ask: Ask, scope: Scope) -> date | None:
    """When somebody without a purchase by the as-of date first bought after it; None if they never did."""
    known = ask("customer_facts", scope_of_one(scope).replace(as_of=None)).frame
    return plain_row(known.iloc[0])["first_on"] if len(known) else None


def _next(ask: Ask, scope: Scope, gaps: pd.Series, facts: dict[str, Any], as_of: date) -> NextOrder | None:
    if not facts["occasions"]:
        return None
    others = scope.replace(customer=None, nth=min(facts["occasions"] + 1, 1000))
    return next_order(gaps, facts["days_away"], as_of, lambda: ask("time_to_next_order", others).frame)


def segments(ask: Ask, scope: Scope, customers: pd.DataFrame) -> list[str | None]:
    """The RFM segment of each of some customers, as of the scope's day.

    Args:
        ask: Asks for a measure.
        scope: The day and window; filters are left aside.
        customers: Rows with `recency_days`, `frequency` and `monetary`, as in `customer_facts`.
    """
    everybody = scope_of_one(scope).replace(customer=None)
    cuts, rules = ask("rfm_cuts", everybody).frame, ask("rfm_rules", everybody).frame
    return [segment_of(row, cuts, rules) for row in customers.to_dict("records")]


def segment_history(ask: Ask, scope: Scope, told: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """The customer's segment at the ends of past months, and on the as-of date.

    What each score takes is asked for each of these days, once for all customers.

    Args:
        ask: Asks for a measure.
        scope: It names the customer.
        told: Called with how many days are done, of how many.

    Returns:
        The last rows of `customer_months`, with `segment`; None where there was no purchase in the window.
    """
    months = ask("customer_months", scope_of_one(scope)).frame.tail(MONTHS + 1).reset_index(drop=True)
    found: list[str | None] = []
    for number, day in enumerate(months["on_day"]):
        then = scope.replace(as_of=day.date())
        found += segments(ask, then, months.iloc[[number]])
        if told:
            told(number + 1, len(months))
    return months.assign(segment=pd.Series(found, index=months.index, dtype="str"))


def own_events(ask: Ask, scope: Scope) -> pd.DataFrame:
    """What happened with the customer: of decisions, those on everybody or on the segment they were in.

    The segment is that of the end of the month before the decision.
    """
    events = ask("customer_events", scope_of_one(scope)).frame
    on_segment = events[(events["kind"] == "action") & events["segment"].notna()]
    if on_segment.empty:
        return events
    months = ask("customer_months", scope_of_one(scope)).frame
    before = {day: months[months["on_day"] < day].tail(1) for day in on_segment["on_day"].unique()}
    were_in = {
        day: segments(ask, scope.replace(as_of=month["on_day"].iloc[0].date()), month)[0] if len(month) else None
        for day, month in before.items()
    }
    concerned = on_segment["segment"] == on_segment["on_day"].map(were_in)
    return events.drop(index=on_segment.index[~concerned]).reset_index(drop=True)


def plain_row(row: pd.Series) -> dict[str, Any]:
    """A row with None for what is unknown, and days as dates."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def as_dict(one: Profile) -> dict[str, Any]:
    """The profile as plain data: the facts, the segment, the gaps and what is expected."""
    return {
        **one.facts,
        "as_of": one.as_of,
        "segment": one.segment,
        "gaps": one.gaps.count,
        "usual_gap": one.gaps.usual,
        "usual_gap_low": one.gaps.low,
        "usual_gap_high": one.gaps.high,
        "shorter_gaps": one.gaps.shorter,
        "standing": one.gaps.standing,
        "next_order": vars(one.next) if one.next else None,
    }
