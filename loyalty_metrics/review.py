"""The weekly review: five headline measures, and what changed beyond noise.

`review(workspace, scope)` is what the page, the command line and reports are made of; its shape is in `review_shape`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from loyalty_metrics.findings import find
from loyalty_metrics.headlines import headlines
from loyalty_metrics.held_reviews import targets
from loyalty_metrics.review_shape import EVERYBODY, Finding, Review
from loyalty_metrics.scope import Scope
from loyalty_metrics.stats.proportions import REAL
from loyalty_metrics.stats.weeks import VERY_THIN
from loyalty_metrics.weekly import Shares, Weekly, mondays, parts_of, sums_of, table_of
from loyalty_metrics.workspace import Workspace

PARTS = ("acquired_through", "category", "channel", "customer_country", "store", "tenure")
"""What revenue is split by; by the country of the order only where nobody's own country is known."""

WON = ("acquired_through", "channel", "store")
"""What new customers are split by."""

MEASURES = ("week_by_week", "newcomers_back", "product_weeks", "customer_flow", "complaint_weeks", "customer_year")
"""The measures a review is told from, all by week."""

TENURE_KNOWN = timedelta(days=3 * 365)
"""How long after the edge of the data it may be told by how long customers have been there: the longest are those of
over a year, which then have a year before them to be held against."""

Frames = Mapping[str, pd.DataFrame]


def review(workspace: Workspace, scope: Scope | None = None) -> Review:
    """The weekly review as of the scope's date.

    Only complete ISO weeks count. Of the scope, the as-of date, the filters and the lapse days matter; revenue counts
    refunds in the week in which they were made, whatever the scope says, so that a week that is over is never told
    anew. Findings are tested and corrected for all that was looked at, so that at most `Review.rate` of reviews without
    any true change have one; no findings is a valid answer. Targets are those of the workspace.

    Args:
        workspace: The business.
        scope: What it is about; by default everything, as of the last day in the data.

    Returns:
        Plain values: `headlines` (each with `value`, `low`, `high`, `last_week`, `last_year`, `target`, `trend`),
        `findings` (ranked by `at_stake`, each with `parts`, `folded` and `evidence`), and how they were told.
        `answers.review_answer`, `answers.finding_sentence` put them into words; `to_dict` into JSON.
    """
    asked = weekly_scope(workspace.resolve(scope))
    frames = {name: workspace.measure(name, asked).frame for name in MEASURES}
    assert asked.as_of
    return tell(asked, frames, workspace.version, workspace.currency(), targets(workspace))


def weekly_scope(scope: Scope) -> Scope:
    """The scope in which the measures of a review are asked for: by week, filters and date kept."""
    return Scope(
        as_of=scope.as_of,
        grain="week",
        lapse_days=scope.lapse_days,
        settled_from=scope.settled_from,
        filters=dict(scope.pairs),
    )


def tell(scope: Scope, frames: Frames, version: int, currency: str | None, targets: Mapping[str, float]) -> Review:
    """The review that the measures of `MEASURES` tell, asked for in the `weekly_scope`.

    Args:
        scope: With its as-of date.
        frames: The measures' figures, by name.
        version: The workspace's version they are of.
        currency: Of money.
        targets: By headline measure.
    """
    assert scope.as_of
    weekly = weekly_of(frames, scope.as_of, scope.settled_from)
    as_of, scope = scope.as_of, scope.replace(settled_from=None)  # links find the edge of the data by themselves
    at, query = len(weekly.weeks) - 1, scope.to_query()
    if at < 0:
        return Review(as_of, version, None, currency, query, (), (), 0, 0, REAL)
    found, looked_at = find(weekly, at)
    told = tuple(_placed(finding, scope) for finding in found)
    return Review(
        as_of,
        version,
        weekly.weeks[at],
        currency,
        query,
        headlines(weekly, at, targets),
        told,
        looked_at,
        at + 1,
        REAL,
    )


def weekly_of(frames: Frames, as_of: date, settled_from: date | None = None) -> Weekly:
    """All series that the measures hold, up to the last week that was over by a date.

    Args:
        frames: The measures' figures, by name.
        as_of: The date.
        settled_from: Who looks new before this day may be an old customer: the weeks before it tell nothing of new
            customers, and for as long as it matters nothing of how long customers have been there.
    """
    sales, back, products = (frames[name] for name in MEASURES[:3])
    weeks = mondays(_first_whole_week(sales, frames["customer_flow"]), as_of)
    known = {name for name, _value in parts_of(sales, ("customer_country",))}
    parts: tuple[str, ...] = PARTS if "customer_country" in known else (*PARTS, "country")
    if settled_from and as_of < settled_from + TENURE_KNOWN:
        parts = tuple(part for part in parts if part != "tenure")
    unsettled = [settled_from is not None and week < settled_from for week in weeks]
    by_product = products.rename(columns={"product": "value"}).assign(attribute="product")
    sums = {
        "revenue": sums_of(sales, "revenue", weeks, parts, "week_by_week", "squares"),
        "customers": sums_of(sales, "customers", weeks, (), "week_by_week"),
        "orders": sums_of(sales, "orders", weeks, (), "week_by_week"),
        "new_customers": sums_of(sales, "new_customers", weeks, WON, "week_by_week").without(unsettled),
        "product": sums_of(by_product, "revenue", weeks, ("product",), "product_weeks", "squares"),
        "stopped_buying": sums_of(_flow(frames["customer_flow"]), "lapsed", weeks, (), "customer_flow"),
    }
    returns = _shares(back, "back", "newcomers", weeks, 4, "newcomers_back")
    shares = {"back_in_28_days": returns.without(unsettled)}
    complaints = frames["complaint_weeks"]
    if len(complaints):
        opened = sums_of(complaints, "opened", weeks, ("store",), "complaint_weeks")
        sums["complaints"] = replace(opened, thin=VERY_THIN)
        timely = complaints[complaints["closed_in_time"].notna()]
        shares["closed_in_time"] = _shares(timely, "closed_in_time", "opened", weeks, 2, "complaint_weeks")
    year = frames["customer_year"]["a_year"].astype("float64")
    return Weekly(weeks, sums, shares, float(year.iloc[0]) if len(year) and np.isfinite(year.iloc[0]) else None)


def _first_whole_week(sales: pd.DataFrame, flow: pd.DataFrame) -> date | None:
    """The first week with an order that does not hold the day on which the data begin, unless as its first."""
    if sales.empty:
        return None
    whole = flow.loc[flow["state"] != "partial", "period"].min()
    return max(pd.Timestamp(sales["week"].min()), pd.Timestamp(whole)).date()


def _flow(flow: pd.DataFrame) -> pd.DataFrame:
    over = flow[flow["state"] == "complete"]
    return over.assign(week=over["period"], attribute=EVERYBODY, value="")


def _shares(frame: pd.DataFrame, hits: str, size: str, weeks: tuple[date, ...], lag: int, source: str) -> Shares:
    attributes = sorted(set(frame["attribute"]) - {EVERYBODY})
    names = parts_of(frame, attributes)
    return Shares(names, table_of(frame, hits, weeks, names), table_of(frame, size, weeks, names), lag, source)


def _placed(finding: Finding, scope: Scope) -> Finding:
    """The finding with the scope in which its evidence is to be asked for, as of the end of its last week."""
    assert finding.evidence
    evidence = replace(finding.evidence, query=scope.to_query())
    return replace(finding, evidence=evidence, folded=tuple(_placed(each, scope) for each in finding.folded))


def last_week(as_of: date) -> date:
    """Monday of the last ISO week that is over on a day."""
    return as_of - timedelta(days=(as_of.weekday() + 1) % 7 + 6)
