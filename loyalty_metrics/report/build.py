"""Ask for all measures of the report in one state of the data, and make the document of them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

import pandas as pd

from loyalty_metrics.decisions import Decision, Decisions
from loyalty_metrics.effects import Effect, effect
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.held_reviews import targets
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, format_value, label, or_unknown, period_label
from loyalty_metrics.report import decided, week
from loyalty_metrics.report.document import Document
from loyalty_metrics.report.sections import SECTIONS
from loyalty_metrics.report.told import Told
from loyalty_metrics.review import MEASURES, tell, weekly_scope
from loyalty_metrics.review_shape import Review
from loyalty_metrics.scope import CUSTOMER_FILTERS, ORDER_FILTERS, Scope
from loyalty_metrics.workspace import Result, Workspace

MOST_DECISIONS = 20
"""Decisions told of, the last taken: working out what came of each takes a moment."""

LONGEST, NEXT_LONGEST = "base_value", "money_backtest"
"""The measures that take longest, most of it in Python."""

_TRIES = 3
"""Data that are imported while a report is made change its figures; it is then made anew."""


def build(
    workspace: Workspace, scope: Scope | None, business: str, title: str | None = None, watch: Watch | None = None
) -> Document:
    """The report as a document.

    Args:
        workspace: Whose figures.
        scope: What it is about; by default everything, as of the last day in the data.
        business: The workspace's name for people.
        title: Of the report.
        watch: Tells another thread how far it is, and lets it cancel.

    Raises:
        LoyaltyError: There is nothing to report.
    """
    scope = workspace.resolve(scope)
    if workspace.bounds() is None:
        raise LoyaltyError(_("There is nothing to report: the workspace holds no transactions. Import a file first."))
    results = _in_one_state(workspace, _questions(scope), watch or Watch())
    if not results["revenue_by_period"].frame["customers"].sum():
        words = _("There is nothing to report: nobody bought by {date} in this scope. Choose another day or scope.")
        raise LoyaltyError(words.format(date=period_label(scope.as_of, "day")))
    currency = workspace.currency()
    told = Told(results, scope, currency, _review(workspace, results, currency), _decided(workspace, scope))
    one = results["rfm_segments"]
    return Document(
        title=title or _("Customer loyalty review"),
        business=business,
        as_of=period_label(scope.as_of, "day"),
        version=one.version,
        about=_about(one, currency),
        sections=(*week.sections(told), *decided.sections(told), *(make(told) for make, _names in SECTIONS)),
    )


def _questions(scope: Scope) -> dict[str, tuple[str, Scope]]:
    """The measures to ask for, each with its scope: those of the sections, and by week those of the review."""
    names = dict.fromkeys(name for _make, needed in SECTIONS for name in needed)
    weekly = weekly_scope(scope)
    return {name: (name, _asked(name, scope)) for name in names} | {
        f"weekly.{name}": (name, weekly) for name in MEASURES
    }


def _in_one_state(workspace: Workspace, questions: Mapping[str, tuple[str, Scope]], watch: Watch) -> dict[str, Result]:
    for _try in range(_TRIES):
        results = _answers(workspace, questions, watch)
        if len({result.version for result in results.values()}) == 1:
            return results
    raise LoyaltyError(_("The data changed while the report was made. Make it again when nothing is being imported."))


def _answers(workspace: Workspace, questions: Mapping[str, tuple[str, Scope]], watch: Watch) -> dict[str, Result]:
    """Two questions at a time: what one does in Python, the other uses the database meanwhile.

    The one that takes Python longest comes first and the next longest last, as they would only hold each other up.
    """
    watch.step("Working out the figures", len(questions), "tables")
    results: dict[str, Result] = {}
    order = sorted(questions, key=lambda key: (key != LONGEST) + (key == NEXT_LONGEST))
    with ThreadPoolExecutor(max_workers=2) as pool:
        asked = {pool.submit(workspace.measure, *questions[key]): key for key in order}
        try:
            for done, future in enumerate(as_completed(asked), start=1):
                results[asked[future]] = future.result()
                watch.advance(done)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return results


def _review(workspace: Workspace, results: Mapping[str, Result], currency: str | None) -> Review:
    asked = {name: results[f"weekly.{name}"] for name in MEASURES}
    one = asked[MEASURES[0]]
    frames = {name: result.frame for name, result in asked.items()}
    return tell(one.scope, frames, one.version, currency, targets(workspace))


def _decided(workspace: Workspace, scope: Scope) -> list[tuple[Decision, Effect]]:
    """Decisions up to the scope's date, the last taken first, with what can be told of them by then."""
    known = [one for one in Decisions(workspace).all() if scope.as_of and one.listed_on <= scope.as_of]
    return [(one, effect(workspace, one, scope.as_of)) for one in known[:MOST_DECISIONS]]


def _asked(name: str, scope: Scope) -> Scope:
    """The scope of a measure as its page asks: value is compared with a month before, which is what people remember."""
    if name == "base_value" and scope.compare_to is None and scope.as_of:
        return scope.replace(compare_to=(pd.Timestamp(scope.as_of) - pd.DateOffset(months=1)).date())
    return scope


def _about(result: Result, currency: str | None) -> tuple[tuple[str, str], ...]:
    """What the figures are about, in words; every choice and rule, so that a printed page tells all."""
    scope, state = result.scope, result.state
    told = {
        _("As of"): period_label(scope.as_of, "day"),
        _("Compared with"): period_label(scope.compare_to, "day") if scope.compare_to else _("as each section says"),
        _("Period"): label(scope.grain),
        _("Window"): _("Last {days}").format(days=format_value(scope.window, "days"))
        if scope.window
        else _("Whole history"),
        _("Customers"): _chosen(scope, CUSTOMER_FILTERS) or _("All"),
        _("Orders that count as coming back"): _chosen(scope, ORDER_FILTERS) or _("All"),
        label("clock"): label(scope.clock),
        label("criterion"): label(scope.criterion),
        label("refunds"): label(scope.refunds),
        label("lapse_days"): format_value(scope.lapse_days, "days") if scope.lapse_days else _("found in the data"),
        _("Money"): currency or _("The data names no currency"),
        _("Times"): state.time_zone or _("as written in the files"),
        _("Segment rules"): state.rules,
        _("Data version"): format_value(state.version, "count"),
        _("Scope"): scope.describe(),
    }
    return tuple(told.items())


def _chosen(scope: Scope, filters: tuple[str, ...]) -> str:
    chosen: Mapping[str, tuple[str, ...]] = {name: scope.chosen(name) for name in filters if scope.chosen(name)}
    return "; ".join(f"{label(name)}: {', '.join(map(or_unknown, values))}" for name, values in chosen.items())
