"""A decision is taken: for whom, what, who, by when, and what should come of it; with what could be told of it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.decisions import LONGEST, LONGEST_TITLE, OUTCOMES, SHORTEST, USUAL, Decisions, Plan
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_value, label, plain
from loyalty_metrics.scope import Scope
from pages._ui import cache, links
from pages._ui.actions import found
from pages._ui.actions.edit import SIGNED, signed
from pages._ui.view import View

SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)
_ERROR, _TAKEN = "decide.error", "decide.taken"


@dataclass(frozen=True)
class Listed:
    """Whom a decision may be for: the customers behind a cell of a measure."""

    title: str
    measure: str
    scope: Scope
    cell: found.Cell = ()


def show(view: View) -> None:
    """Draw the form; what could be told is worked out anew with each choice."""
    st.markdown(
        _(
            "For whom, what, who does it, by when, and what should come of it. The customers are fixed as they are on"
            " {day}, so that later reviews can tell what it did."
        ).format(day=format_value(view.scope.as_of, "date"))
    )
    lists = _lists(view)
    chosen = lists[links.one("for", list(lists), _("For whom"), lambda key: lists[key].title)]
    left, right = st.columns(2, gap="large")
    with left:
        st.text_input(_("What is to be done"), key="decide.title", max_chars=LONGEST_TITLE)
        with st.container(horizontal=True):
            st.text_input(_("Who does it"), key="decide.owner", max_chars=80, width=220)
            st.date_input(_("By when"), None, key="decide.due_on", format="YYYY-MM-DD", width=160)
            st.number_input(_("Budget"), 0.0, value=None, key="decide.budget", width=160)
    with right:
        outcome = st.selectbox(_("What should move"), OUTCOMES, format_func=answers.outcome_name, key="decide.outcome")
        unit = answers.UNITS[outcome]
        with st.container(horizontal=True):
            words = _("By how many points") if unit == "share" else _("By how much a customer")
            expected = st.number_input(words, value=None, key="decide.expected", width=180)
            days = st.number_input(_("Days counted"), SHORTEST, LONGEST, USUAL, key="decide.days", width=140)
            share = st.selectbox(
                _("Leave alone, by lot"),
                SHARES,
                key="decide.share",
                format_func=lambda share: format_value(share, "share", compact=True) if share else _("nobody"),
                help=_("Customers drawn by lot who are not called. Compared with them, what it did is beyond doubt."),
                width=170,
            )
    moved = None if expected is None else expected / 100 if unit == "share" else expected
    _outlook(view, chosen, outcome, int(days), share, moved)
    _take(view, chosen)


def _outlook(view: View, chosen: Listed, outcome: str, days: int, share: float, moved: float | None) -> None:
    try:
        seen = found.outlook(view.name, view.version, chosen.measure, chosen.scope, chosen.cell, days, share)
    except LoyaltyError as error:
        st.warning(plain(str(error)))
        return
    told = answers.outlook_answer(seen, outcome, days, moved, view.currency)
    (st.warning if seen.reason else st.info)(told)


def _take(view: View, chosen: Listed) -> None:
    if view.is_sample:
        st.caption(_("The sample shop cannot be changed: decisions are kept in workspaces of your own."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("Your name"), signed(), key="decide.who", max_chars=80, width=240)
        st.button(_("Decide"), type="primary", key="decide.take", on_click=_keep, args=(view, chosen))
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))
    if title := st.session_state.pop(_TAKEN, None):
        st.success(_("Decided: {title}. It stands under “Decided”.").format(title=plain(title)))


def _keep(view: View, chosen: Listed) -> None:
    state = st.session_state
    expected, outcome = state["decide.expected"], state["decide.outcome"]
    if expected is not None and answers.UNITS[outcome] == "share":
        expected = expected / 100
    budget = state["decide.budget"]
    plan = Plan(
        state["decide.title"],
        state["decide.owner"],
        outcome,
        expected,
        int(state["decide.days"]),
        view.scope.as_of + timedelta(days=1),
        state["decide.due_on"],
        None if budget is None else Decimal(str(round(budget, 2))),
        state["decide.share"],
    )
    try:
        Decisions(view.workspace).decide(
            plan, state["decide.who"], chosen.measure, chosen.scope, chosen.title, **dict(chosen.cell)
        )
    except LoyaltyError as error:
        state[_ERROR] = str(error)
        return
    state[SIGNED], state[_TAKEN], state["decide.title"] = state["decide.who"], plan.title, ""


def _lists(view: View) -> dict[str, Listed]:
    """The lists to choose from: those worth a call, the segments, and the lists that were saved."""
    scope = view.scope.replace(customer=None)
    (segments,) = cache.measures("rfm_segments")
    lists = {"worth_the_call": Listed(_("Worth the call"), "worth_the_call", scope)}
    for row in segments.frame.to_dict("records"):
        if row["customers"]:
            name = str(row["segment"])
            cell = (("segment", name),)
            lists[f"segment.{name}"] = Listed(
                _("Segment: {name}").format(name=label(name)), "rfm_segments", scope, cell
            )
    for one in view.workspace.saved_lists():
        own = one.scope.replace(as_of=view.scope.as_of)
        cell = tuple(sorted(one.cell.items()))
        lists[f"saved.{one.list_id}"] = Listed(_("List: {name}").format(name=one.name), one.measure, own, cell)
    return lists
