"""How long it takes until a customer buys again, when to remind, and whether groups differ."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import next_order as charts
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_interval, format_value, label, or_unknown, plain
from loyalty_metrics.workspace import Result
from pages._ui import block, links, panels, scope_bar, tables
from pages._ui.cache import measures
from pages._ui.view import View

PLACES = tuple(range(2, 11))
WITHIN = (30, 60, 90)


def show(view: View) -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope_bar.pick_nth(PLACES)
        scope_bar.pick_by()
    curves, summary, tests = measures("time_to_next_order", "next_order_summary", "next_order_differences")
    groups = summary.frame["group_name"].dropna().tolist()
    chosen = _chosen_groups(groups)
    _curves(view, curves, summary, groups, chosen)
    st.divider()
    _reminder(view, summary, groups)
    if view.scope.by and groups:
        st.divider()
        _differences(view, summary, tests)
    st.divider()
    _repeat(view)


def _chosen_groups(groups: Sequence[str]) -> Sequence[str]:
    """The groups to draw: the largest, unless others are chosen."""
    if len(groups) <= charts.MOST_GROUPS:
        return groups
    return links.several("groups", groups, _("Groups drawn"), or_unknown, default=groups)


def _curves(view: View, curves: Result, summary: Result, groups: Sequence[str], chosen: Sequence[str]) -> None:
    nth = view.scope.nth
    days = curves.frame["days"].drop_duplicates().sort_values().tolist()
    parts: dict[str, Sequence[Any]] = {"state": ["returned", "waiting"], "days": days}
    block.show(
        view,
        curves,
        heading=_("How soon do they buy again?"),
        answer=answers.next_order_answer(summary.frame, nth),
        figure=charts.next_order_curves(curves.frame, summary.frame, nth, chosen),
        pick=("state", "group_name", "days") if groups else ("state", "days"),
        cells=_cells(parts, groups),
    )
    small = charts.left_out(curves.frame, chosen)
    if small:
        st.caption(_("Too few customers for a line: {groups}.").format(groups=plain(", ".join(small))))


def _cells(parts: dict[str, Sequence[Any]], groups: Sequence[str]) -> panels.Cells:
    return {"group_name": [theme.EVERY, *groups]} | parts if groups else parts


def _reminder(view: View, summary: Result, groups: Sequence[str]) -> None:
    """The figures of each group, and who is to be reminded now."""
    frame = summary.frame
    window = frame[["remind_from", "remind_until"]].dropna()
    pairs = list(dict.fromkeys((int(start), int(end)) for start, end in window.itertuples(index=False)))
    parts: dict[str, Sequence[Any]] = {"state": ["waiting", "returned"], "days": pairs}
    block.show(
        view,
        summary,
        heading=_("When does a reminder pay?"),
        answer=answers.due_answer(frame),
        table=lambda: tables.static(_rows(frame.to_dict("records")), alt=_("Figures of each group")),
        cells=_cells(parts, groups) if pairs else {},
    )


def _rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """One line a group; a single line stands on end, so that it fits a phone."""
    lines = [_figures(row) for row in rows]
    if len(lines) != 1:
        return lines
    (_group, *figures) = lines[0].items()
    return [{_("Figure"): name, _("Value"): text} for name, text in figures]


def _figures(row: dict[str, Any]) -> dict[str, str]:
    name = (
        _("All customers") if row["group_name"] is None or row["group_name"] != row["group_name"] else row["group_name"]
    )
    within = {
        _("Within {days}").format(days=format_value(days, "days")): _with_interval(row, f"within_{days}", "share")
        for days in WITHIN
    }
    return {
        _("Group"): plain(or_unknown(name)),
        _("Customers"): format_value(row["customers"], "count"),
        _("Have bought again"): format_value(row["returned"], "count"),
        **within,
        _("Half have by day"): _with_interval(row, "median", "count"),
        _("Remind between days"): _between(row),
        _("In that window now"): format_value(row["due"], "count"),
    }


def _with_interval(row: dict[str, Any], name: str, unit: str) -> str:
    interval = format_interval(row[f"{name}_low"], row[f"{name}_high"], unit)
    value = format_value(row[name], unit)
    return f"{value} ({interval})" if interval != format_value(None, unit) else value


def _between(row: dict[str, Any]) -> str:
    if row["remind_from"] != row["remind_from"]:
        return format_value(None, "days")
    low, high = (format_value(row[name], "count") for name in ("remind_from", "remind_until"))
    return _("{low} to {high}").format(low=low, high=high)


def _differences(view: View, summary: Result, tests: Result) -> None:
    by = str(view.scope.by)
    pairs = tests.frame[tests.frame["group_a"].notna()].sort_values("p_adjusted", kind="stable")

    def table() -> None:
        rows = [
            {
                _("One group"): plain(or_unknown(row["group_a"])),
                _("Other group"): plain(or_unknown(row["group_b"])),
                _("The one comes back"): _("{n} times as fast").format(n=format_value(row["pace"], "number")),
                _("Chance if alike"): format_value(row["p_value"], "share"),
                _("Corrected for {n} pairs").format(n=len(pairs)): format_value(row["p_adjusted"], "share"),
            }
            for row in pairs.to_dict("records")
        ]
        if len(rows) > 1:
            with st.expander(_("Group against group")):
                tables.static(rows, alt=_("Groups in pairs"))

    block.show(
        view,
        tests,
        heading=_("{attribute}: do the groups differ?").format(attribute=label(by)),
        answer=answers.group_difference_answer(summary.frame, tests.frame, by),
        table=table,
    )


def _repeat(view: View) -> None:
    """The figures of repeat purchase; who is back within some days is told above, of everybody, by Kaplan-Meier."""
    (repeat,) = measures("repeat_purchase_rate")
    shown = repeat.frame[~repeat.frame["figure"].str.startswith("repeat_within")]

    def table() -> None:
        """Each figure with its interval and how many customers it rests on."""
        names = {
            "figure": _("Figure"),
            "value": _("Value"),
            "interval": _("95% sure it is"),
            "base": _("Out of"),
        }
        tables.static(tables.figures(shown, names, view.currency), alt=_("Repeat purchase figures"))

    block.show(
        view,
        repeat,
        heading=_("Who buys again, and how soon?"),
        answer=answers.repeat_answer(repeat.frame),
        table=table,
    )
