"""How fast customers fade: all together, beside cohorts, groups, last year or a target, and where it leads."""

from datetime import date
from typing import Any

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.charts.group_shares import group_shares
from loyalty_metrics.language import _, label, or_unknown, period_label, plain
from loyalty_metrics.workspace import Result
from pages._ui import block, cache, links, scope_bar
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the section."""
    scope = view.scope
    # Under "or later" older cohorts have had longer to come back: nothing stands beside them.
    may_compare = scope.criterion != "on_or_after"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope_bar.pick_by()
        target = links.number("target", _("Target in %"), 1, 100, _("A share to hold the curve against."))
        year_before = may_compare and links.switch("year_before", _("As it was a year before"))
    cohorts, curve = measures("cohort_retention", "retention_curve")
    groups = measures("retention_by_group")[0] if scope.by else None
    beside = {
        "before": _a_year_before(view) if year_before else None,
        "target": target / 100 if target else None,
    } | (_groups(groups) if groups else _cohorts(view, cohorts) if may_compare else {})
    block.show(
        view,
        curve,
        heading=_("How fast do they fade?"),
        answer=answers.curve_answer(curve.frame, scope.grain, scope.criterion),
        figure=charts.retention_curves(curve.frame, scope.grain, scope.criterion, charts.Beside(**beside)),
        pick=("age",),
    )
    if year_before and beside["before"] is None:
        st.caption(_("A year before there was no complete period to compare with."))
    if groups:
        st.divider()
        _group_figures(view, groups)


def _cohorts(view: View, cohorts: Result) -> dict[str, Any]:
    starts = cohorts.frame["cohort"].dropna().dt.date.drop_duplicates().tolist()
    chosen = links.several(
        "cohorts",
        starts[::-1],
        _("Compare cohorts with all together"),
        lambda start: period_label(start, view.scope.grain),
    )
    return {"cohorts": (cohorts.frame, chosen)} if chosen else {}


def _groups(groups: Result) -> dict[str, Any]:
    """The groups chosen; the five largest unless others are."""
    first = groups.frame[groups.frame["age"] == 0].sort_values("size", ascending=False, kind="stable")
    names = first["group_name"].tolist()
    chosen = names
    if len(names) > charts.MOST_COHORTS:
        chosen = links.several("groups", names, _("Groups drawn"), or_unknown, default=names)
    return {"groups": (groups.frame, chosen)} if names else {}


def _a_year_before(view: View) -> tuple[Any, str] | None:
    """The same curve, by the same rules, as the page would have shown it a year before."""
    day = _year_earlier(view.scope.as_of)
    found = cache.measure("retention_curve", view.scope.replace(as_of=day)).frame
    if found.empty or not (found["age"] > 0).any():
        return None
    return found, _("As of {date}").format(date=period_label(day, "day"))


def _year_earlier(day: date) -> date:
    # 29 February has no day a year before; the 28th was then the month's last.
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _group_figures(view: View, groups: Result) -> None:
    """The figures of each group, and who stands behind each point."""
    frame, scope = groups.frame, view.scope
    block.show(
        view,
        groups,
        heading=_("{attribute}: who comes back more?").format(attribute=label(str(scope.by))),
        answer=answers.group_retention_answer(frame, scope.age, scope.grain),
        figure=group_shares(frame, scope.age, scope.grain),
        pick=("group_name", "age"),
    )
    if scope.by == "tier":
        st.caption(plain(groups.card.caveats))
