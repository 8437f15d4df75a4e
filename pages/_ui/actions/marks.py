"""What happened on which day, on the charts over time: notes on days, and decisions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from loyalty_metrics.charts.marks import mark_days, places
from loyalty_metrics.day_notes import LONGEST, DayNotes, Mark
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, period_label, plain
from pages._ui.actions.edit import SIGNED, signed
from pages._ui.view import View

MOST = 12
_ERROR = "dates.error"


def known(view: View) -> list[Mark]:
    """What happened up to the as-of date, by day."""
    return [mark for mark in DayNotes(view.workspace).marks() if view.scope.as_of and mark.day <= view.scope.as_of]


def on(view: View, chart: go.Figure, periods: Sequence[Any]) -> go.Figure:
    """Mark the days on a chart of periods."""
    return mark_days(chart, known(view), periods, view.scope.grain)


def told(view: View, periods: Sequence[Any]) -> None:
    """Say under a chart what its marks stand for, the last days first."""
    shown = [mark for mark in known(view) if places([mark], periods, view.scope.grain)]
    if not shown:
        return
    texts = [f"{period_label(mark.day, 'day')}: {mark.text}" for mark in reversed(shown[-MOST:])]
    more = _(" … and {n} more.").format(n=len(shown) - MOST) if len(shown) > MOST else ""
    st.caption("▾ " + plain(" · ".join(texts)) + more)


def show(view: View) -> None:
    """Draw the section: a note on a day is written, read, struck out."""
    st.markdown(_("What happened on a day is marked on the charts over time, and so are the decisions."))
    if view.is_sample:
        st.caption(_("The sample shop cannot be changed: notes are kept in workspaces of your own."))
    else:
        _form(view)
    notes = DayNotes(view.workspace).all()
    if notes.empty and not known(view):
        st.caption(_("Nothing is marked yet."))
    for row in notes.to_dict("records"):
        line = f"**{period_label(row['on_day'], 'day')}** {plain(row['text'])} — {plain(row['author'])}"
        if row["struck_by"] is not None:
            st.markdown(f"~~{line}~~")
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(line, width="content")
            key = f"dates.strike.{row['note_id']}"
            st.button(
                _("Strike out"), key=key, type="tertiary", disabled=view.is_sample, on_click=_strike,
                args=(view, int(row["note_id"])),
            )  # fmt: skip
    others = [mark for mark in known(view) if mark.text not in set(notes["text"])]
    for mark in reversed(others):
        st.markdown(f"**{period_label(mark.day, 'day')}** {plain(mark.text)} — {_('decided')}")


def _form(view: View) -> None:
    with st.form("dates.form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(_("Day"), view.scope.as_of, date(1990, 1, 1), key="dates.day", format="YYYY-MM-DD", width=160)
        st.text_input(_("What happened"), key="dates.text", max_chars=LONGEST, width=420)
        st.text_input(_("Your name"), signed(), key="dates.who", max_chars=80, width=180)
        st.form_submit_button(_("Mark the day"), type="primary", on_click=_add, args=(view,))
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))


def _add(view: View) -> None:
    state = st.session_state
    try:
        DayNotes(view.workspace).add(state["dates.day"], state["dates.text"], state["dates.who"])
    except LoyaltyError as error:
        state[_ERROR] = str(error)
        return
    state[SIGNED], state["dates.text"] = state["dates.who"], ""


def _strike(view: View, note_id: int) -> None:
    try:
        DayNotes(view.workspace).strike(note_id, st.session_state.get("dates.who", ""))
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
