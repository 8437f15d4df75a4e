"""Where the data begin in the middle of the shop's life: what that does, a switch, and the one question to ask."""

from datetime import date

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.data_edge import ALL_SETTLED, BEFORE, DataEdge
from loyalty_metrics.language import UNKNOWN, _, format_interval, format_value, period_label
from loyalty_metrics.stats.edge import LITTLE, MOSTLY
from pages._ui import cache, scope_bar, tables
from pages._ui.view import View

_OPENED, _BEFORE, _SINCE, _UNKNOWN = "opened", "before", "since", "unknown"


def show(view: View) -> None:
    """Say how far the edge reaches, and let people take it in or say when the shop opened; nothing without one."""
    edge = cache.edge(view)
    told = answers.edge_answer(edge)
    if not told and edge.said is None:
        return
    with st.container(border=True):
        if told:
            st.markdown(told)
        else:
            st.markdown(_("The shop opened with its data, as you said: whoever looks new is new."))
        with st.container(horizontal=True, vertical_alignment="center"):
            if told:
                _switch(view)
            if not view.is_sample:
                _question(view, edge)
            if told:
                _months(edge)


def _switch(view: View) -> None:
    key = "scope.settled_from"
    st.session_state[key] = view.scope.settled_from == ALL_SETTLED
    st.toggle(
        _("Count them all the same"),
        key=key,
        on_change=lambda: scope_bar.change(settled_from=ALL_SETTLED if st.session_state[key] else None),
        help=_("Pools and compares all cohorts, as if everybody who looks new were new."),
    )


def _question(view: View, edge: DataEdge) -> None:
    """Ask once when the shop opened; the answer is kept with the workspace and can be changed at any time."""
    assert edge.begins is not None
    day = period_label(edge.begins, "day")
    with st.popover(_("Did you sell before {day}?").format(day=day)):
        choices = {
            _OPENED: _("No, the shop opened then"),
            _BEFORE: _("Yes, for a year or longer"),
            _SINCE: _("Yes, since a day I know"),
            _UNKNOWN: _("I don't know"),
        }
        said = st.radio(
            _("It decides whether those who look new in the first months are new."),
            list(choices),
            index=_place_of(edge),
            format_func=choices.__getitem__,
            key=view.key("edge.said"),
        )
        since = None
        if said == _SINCE:
            since = st.date_input(
                _("The shop opened on"),
                edge.begins,
                min_value=date(1900, 1, 1),
                max_value=edge.begins,
                key=view.key("edge.since"),
                format="YYYY-MM-DD",
            )
        st.button(_("Keep this answer"), key=view.key("edge.keep"), on_click=_keep, args=(view, edge, said, since))


def _place_of(edge: DataEdge) -> int:
    """The place of what was said before among the choices."""
    if edge.said is None:
        return 3
    return 1 if edge.said == BEFORE else 0 if edge.outcome == "opened" else 2


def _keep(view: View, edge: DataEdge, said: str, since: date | None) -> None:
    answer = {_OPENED: edge.begins, _BEFORE: BEFORE, _SINCE: since, _UNKNOWN: None}[said]
    view.workspace.say_opened(answer)


def _months(edge: DataEdge) -> None:
    months = edge.months[edge.months["share"].fillna(0) >= LITTLE]
    if months.empty:
        return
    with st.popover(_("New or returning, month by month")):
        tables.static([_row(row) for row in months.to_dict("records")], alt=_("Who looks new in the first months"))
        st.caption(
            _(
                "How many of those who look new are old customers follows from how long customers stay away between"
                " two purchases. Where most are old, nothing can be told of the new ones alone."
            )
        )


def _row(row: dict) -> dict[str, str]:
    alone = (
        f"{format_value(row['back_alone'], 'share')} ({format_interval(row['back_low'], row['back_high'], 'share')})"
        if pd.notna(row["back_alone"])
        else _("mostly returning customers")
        if row["share"] >= MOSTLY
        else UNKNOWN
    )
    back = row["back"] / row["newcomers"] if row["newcomers"] else None
    return {
        _("From"): period_label(row["begins_on"], "day"),
        _("Look new"): format_value(row["newcomers"], "count"),
        _("Of them returning, about"): format_value(row["share"], "share", compact=True),
        _("Back after a month, as seen"): format_value(back, "share"),
        _("Back after a month, new ones alone"): alone,
    }
