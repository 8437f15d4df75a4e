"""Decisions as a page shows them: those taken up to the as-of date, each with what can be told of it by then."""

from datetime import date

import streamlit as st

from loyalty_metrics import effects
from loyalty_metrics.decisions import Decision, Decisions, around, left_alone
from loyalty_metrics.effects import Effect, Outlook
from loyalty_metrics.scope import Scope
from pages._ui import workspaces
from pages._ui.view import View

Cell = tuple[tuple[str, str], ...]


def decisions(view: View) -> list[tuple[Decision, Effect]]:
    """Each decision whose list is of the as-of date or an earlier day, the last taken first, with its effect."""
    taken = Decisions(view.workspace).all()
    state = tuple((one.decision_id, one.status) for one in taken)
    known = [one for one in taken if view.scope.as_of and one.listed_on <= view.scope.as_of]
    return [(one, _effect(view.name, view.version, one.decision_id, state, view.scope.as_of)) for one in known]


@st.cache_resource(show_spinner=False, max_entries=300)
def _effect(workspace: str, version: int, decision_id: int, state: tuple, as_of: date) -> Effect:  # noqa: ARG001
    """Kept until data come in or a decision is taken or closed: others who are called are not compared with."""
    opened = workspaces.get(workspace)
    return effects.effect(opened, Decisions(opened).one(decision_id), as_of)


@st.cache_resource(show_spinner=False, max_entries=60)
def outlook(
    workspace: str,
    version: int,  # noqa: ARG001
    measure: str,
    scope: Scope,
    cell: Cell,
    days: int,
    share: float,
) -> Outlook:
    """What a decision for the customers behind a cell could tell."""
    opened = workspaces.get(workspace)
    customers, asked = Decisions(opened).listed(measure, scope, **dict(cell))
    assert asked.as_of
    rows = opened.measure("customers_around", around(asked.as_of, asked.as_of, days)).frame
    alone = left_alone(customers, share, "outlook")
    drawn = dict(zip(customers, alone, strict=True))
    return effects.outlook(rows.assign(is_left_alone=rows["customer_id"].map(drawn)), share > 0)
