"""What changed, and why: two sets of cohorts at one age, cohort after cohort and group by group."""

from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.answers.changes import value_words
from loyalty_metrics.charts import changes as charts
from loyalty_metrics.language import UNKNOWN, _, format_points, format_value, label, period_label
from loyalty_metrics.measures.change import EVERYBODY
from loyalty_metrics.stats.proportions import REAL
from loyalty_metrics.workspace import Result
from pages._ui import block, links, scope_bar, tables
from pages._ui.actions import marks
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the section."""
    change, over_time = measures("retention_change", "retention_over_time")
    grain, rows = view.scope.grain, change.frame
    _choices(view, over_time.frame)
    is_told = len(over_time.frame) > 0 and len(rows) > 0
    has_turned = is_told and bool(over_time.frame["chance"].iloc[0] <= REAL)
    if has_turned:
        _offer_turn(view, over_time.frame)
    block.show(
        view,
        over_time,
        heading=_("Did retention change, and when?"),
        answer=answers.change_answer(rows, over_time.frame, grain, view.scope.criterion),
        figure=marks.on(
            view, charts.retention_over_time(over_time.frame, grain, has_turned), over_time.frame["cohort"]
        ),
        pick=("cohort", "age"),
    )
    marks.told(view, over_time.frame["cohort"])
    if is_told:
        st.divider()
        _why(view, change)


def _why(view: View, change: Result) -> None:
    """One attribute: its groups before and now, and how much comes of the mix and how much of behaviour."""
    rows = change.frame
    wholes = rows[rows["value"].isna() & (rows["attribute"] != EVERYBODY)]
    if wholes.empty:
        st.info(
            _(
                "Why it changed cannot be told: the data tell nothing of these customers. Add where they were won,"
                " their country, or channel, store and category of their orders."
            )
        )
        return
    attribute = links.one("attribute", wholes["attribute"].tolist(), _("Customers told apart by"), label)
    values = rows[(rows["attribute"] == attribute) & rows["value"].notna()]
    names = [value_words(value) for value in values["value"]]
    block.show(
        view,
        change,
        heading=_("In which customers?"),
        answer=_mix_words(wholes[wholes["attribute"] == attribute].iloc[0]),
        figure=charts.change_by_group(values, names),
        table=lambda: _tables(values, names, wholes),
        pick=("attribute", "value", "part"),
        cells={"attribute": [attribute], "value": values["value"].tolist(), "part": ["newer", "older"]},
    )


def _mix_words(whole: pd.Series) -> str:
    words = _(
        "Of the change of **{change} points**, by “{attribute}” **{rate}** come of customers of the same kind behaving"
        " otherwise and **{mix}** of another mix of customers."
    )
    return words.format(
        attribute=label(whole["attribute"]),
        **{name: format_points(whole[column]) for name, column in _PARTS.items()},
    )


_PARTS = {"change": "change", "rate": "rate_effect", "mix": "mix_effect"}


def _tables(values: pd.DataFrame, names: list[str], wholes: pd.DataFrame) -> None:
    """The groups of this attribute, and all attributes by what they explain."""
    tables.static(
        [{_("Group"): name} | _row(row) for name, row in zip(names, values.to_dict("records"), strict=True)],
        alt=_("Each group before and now"),
    )
    with st.expander(_("All attributes, by how much they explain")):
        tables.static(
            [
                {
                    _("Told apart by"): label(row["attribute"]),
                    _("By another mix"): format_points(row["mix_effect"]),
                    _("By other behaviour"): format_points(row["rate_effect"]),
                    _("Groups changed unequally"): _uneven(row["uneven"]),
                    _("Turned round by the mix"): label(row["reversal"]),
                }
                for row in wholes.to_dict("records")
            ],
            alt=_("Attributes by what they explain"),
        )
        st.caption(
            _(
                "In percentage points. Each line explains the whole change in its own way; lines do not add up. Tiers"
                " are left out: they are earned by coming back."
            )
        )


def _row(row: dict[str, Any]) -> dict[str, str]:
    counts = "{share} ({retained} / {size})"
    return {
        label(part): counts.format(
            share=format_value(row[f"{part}_retention"], "share"),
            retained=format_value(row[f"{part}_retained"], "count"),
            size=format_value(row[f"{part}_size"], "count"),
        )
        for part in ("older", "newer")
    } | {
        _("Change"): format_points(row["change"]),
        _("95% sure it is"): _between(row["change_low"], row["change_high"]),
        _("By another mix"): format_points(row["mix_effect"]),
        _("By other behaviour"): format_points(row["rate_effect"]),
        _("Finding"): label(row["verdict"]) if isinstance(row["verdict"], str) else _("only on one side"),
    }


def _between(low: float, high: float) -> str:
    if pd.isna(low):
        return UNKNOWN
    return _("between {low} and {high}").format(low=format_points(low), high=format_points(high))


def _uneven(chance: float) -> str:
    if pd.isna(chance):
        return UNKNOWN
    return _("yes, beyond chance") if chance <= REAL else _("may be chance")


def _choices(view: View, cohorts: pd.DataFrame) -> None:
    """The age looked at, and the two sets of cohorts."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state["scope.age"] = view.scope.age
        st.number_input(
            label("age"),
            min_value=1,
            max_value=1000,
            key="scope.age",
            width=220,
            on_change=lambda: scope_bar.change(age=st.session_state["scope.age"], compare=None),
        )
        starts = cohorts["cohort"].dt.date.tolist()
        if len(starts) > 1 and cohorts["part"].notna().any():
            _sets(view, cohorts, starts)


def _offer_turn(view: View, cohorts: pd.DataFrame) -> None:
    """Compare all before the turning point with all since, by one press."""
    starts = [day.isoformat() for day in cohorts["cohort"].dt.date]
    at = cohorts["turning"].tolist().index("yes")
    compare = "/".join([starts[0], starts[at - 1], starts[at], starts[-1]])
    name = period_label(cohorts["cohort"].iloc[at], view.scope.grain)
    if view.scope.compare != compare:
        st.button(
            _("Compare before and since {cohort}").format(cohort=name),
            on_click=lambda: scope_bar.change(compare=compare),
        )


def _sets(view: View, cohorts: pd.DataFrame, starts: list[Any]) -> None:
    def name(day: Any) -> str:
        return period_label(day, view.scope.grain)

    for part, caption in (("older", _("Older cohorts")), ("newer", _("Newer cohorts"))):
        inside = cohorts.loc[cohorts["part"] == part, "cohort"].dt.date
        ends = (inside.min(), inside.max()) if len(inside) else (starts[0], starts[-1])
        st.session_state[f"changes.{part}"] = ends
        st.select_slider(
            caption,
            starts,
            ends,  # without them it is a slider with one end, whatever the session's state says
            key=f"changes.{part}",
            format_func=name,
            on_change=_compare,
            args=(part, starts),
            width=330,
        )
    if view.scope.compare:
        st.button(_("Newest against those before"), on_click=lambda: scope_bar.change(compare=None))


def _compare(moved: str, starts: list[Any]) -> None:
    """Take the sets chosen; the one that was not moved makes room where they would overlap."""
    older, newer = list(st.session_state["changes.older"]), list(st.session_state["changes.newer"])
    if moved == "older":
        older[1] = min(older[1], starts[-2])
        after = next(day for day in starts if day > older[1])
        newer = [max(newer[0], after), max(newer[1], after)]
    else:
        newer[0] = max(newer[0], starts[1])
        before = next(day for day in starts[::-1] if day < newer[0])
        older = [min(older[0], before), min(older[1], before)]
    older[0], newer[1] = min(older), max(newer)
    scope_bar.change(compare="/".join(day.isoformat() for day in (*older, *newer)))
