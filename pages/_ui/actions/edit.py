"""What may change of a decision: who does it, by when, where it stands, what it cost, and notes; and what did."""

import streamlit as st

from loyalty_metrics.decisions import LONGEST_NOTE, STATUSES, Decision, Decisions
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_value, label, plain
from pages._ui import import_run
from pages._ui.view import View

_ERROR = "decision.error"
SIGNED = "actions.signed"
"""Where the name of who writes is kept for the session."""


def signed() -> str:
    """Who writes, as last said in this session."""
    return str(st.session_state.get(SIGNED) or import_run.who() or "")


def show(view: View, one: Decision) -> None:
    """Draw the changes so far, and the form for another."""
    changes = Decisions(view.workspace).changes(one.decision_id)
    for row in changes.head(20).to_dict("records"):
        day = format_value(row["changed_at"], "date")
        told = row["value"] if row["part"] == "note" else f"{label(row['part'])}: {_value(row['part'], row['value'])}"
        st.markdown(f"- {plain(told)} — {plain(row['who'])}, {day}")
    if view.is_sample:
        return
    key = f"decision.{one.decision_id}"
    with st.popover(_("Change or note"), icon="✏️"), st.form(f"{key}.form", border=False):
        st.selectbox(_("Status"), STATUSES, STATUSES.index(one.status), format_func=label, key=f"{key}.status")
        st.text_input(_("Owner"), one.plan.owner, key=f"{key}.owner", max_chars=80)
        st.date_input(_("Due"), one.plan.due_on, key=f"{key}.due_on", format="YYYY-MM-DD")
        st.number_input(_("Cost so far"), 0.0, value=None if one.cost is None else float(one.cost), key=f"{key}.cost")
        st.text_area(_("Note"), key=f"{key}.note", max_chars=LONGEST_NOTE, height=80)
        st.text_input(_("Your name"), signed(), key=f"{key}.who", max_chars=80)
        st.form_submit_button(_("Keep"), type="primary", on_click=_keep, args=(view, one, key))
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))


def _value(part: str, value: str) -> str:
    return label(value) if part == "status" else format_value(value, "date") if part == "due_on" else value


def _keep(view: View, one: Decision, key: str) -> None:
    parts = {part: st.session_state[f"{key}.{part}"] for part in ("status", "owner", "due_on", "cost")}
    note = st.session_state[f"{key}.note"].strip()
    if note:
        parts["note"] = note
    if parts["cost"] is not None:
        parts["cost"] = round(parts["cost"], 2)
    try:
        Decisions(view.workspace).change(one.decision_id, st.session_state[f"{key}.who"], **parts)
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[SIGNED] = st.session_state[f"{key}.who"]
    st.session_state[f"{key}.note"] = ""
