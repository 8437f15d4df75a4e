"""The answer first: who the customer is, what they are worth, when they are expected."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import customer as charts
from loyalty_metrics.customer import Profile, scope_of_one
from loyalty_metrics.language import _, format_value, label, plain
from loyalty_metrics.workspace import Result
from pages._ui import block, cache, tables
from pages._ui.discreet import contact, named
from pages._ui.view import View

_FIGURES = {
    "revenue": "money",
    "orders": "count",
    "profit": "money",
    "average_order": "money",
    "refunds": "money",
    "days_away": "count",
}
_ORIGIN = {
    "customer_id": "text",
    "email": "text",
    "phone": "text",
    "tier": "text",
    "acquired_through": "text",
    "customer_country": "text",
    "joined_on": "date",
    "first_on": "date",
    "last_on": "date",
}


def called(one: Profile) -> str:
    """What to call the customer: their name where it is known and may be shown, else their id."""
    return named(one.facts["name"]) or one.facts["customer_id"]


def show(view: View, one: Profile) -> None:
    """Draw the answer and the gaps between purchases."""
    scope = scope_of_one(view.scope)
    block.show(
        view,
        cache.measure("customer_facts", scope),
        heading=plain(called(one)),
        answer=answers.customer_answer(one, called(one), view.currency),
        table=lambda: _figures(view, one),
    )
    if one.next is None:
        return
    gaps = cache.measure("customer_gaps", scope)
    block.show(
        view,
        gaps,
        heading=_("When do they come again?"),
        answer=answers.next_order_of_customer(one),
        figure=charts.gaps(gaps.frame, one.facts["days_away"], one.gaps.usual, one.as_of) if one.gaps.usual else None,
        table=lambda: _gaps_told(one, gaps),
    )


def _figures(view: View, one: Profile) -> None:
    with st.container(horizontal=True, gap="small"):
        for name, unit in _FIGURES.items():
            if one.facts[name] is not None:
                st.metric(label(name), format_value(one.facts[name], unit, view.currency), border=True, width=150)
    known = {name: _origin(one, name, unit) for name, unit in _ORIGIN.items() if one.facts[name] is not None}
    st.caption(" · ".join(f"{label(name)}: {plain(text)}" for name, text in known.items()))


def _origin(one: Profile, name: str, unit: str) -> str:
    value = one.facts[name]
    return str(contact(name, value)) if name in ("email", "phone") else format_value(value, unit)


def _gaps_told(one: Profile, gaps: Result) -> None:
    parts = []
    if told := answers.gap_range(one):
        parts.append(_("Half of their gaps are {range}.").format(range=told))
    if len(gaps.frame) > charts.MOST_GAPS:
        parts.append(_("The latest {n} gaps are drawn.").format(n=format_value(charts.MOST_GAPS, "count")))
    if parts:
        st.caption(" ".join(parts))
    if len(gaps.frame):
        with st.expander(_("All gaps")):
            tables.grid(
                gaps.frame[["on_day", "gap_days"]].iloc[::-1],
                gaps.card.units,
                "customer.gaps",
                _("Gaps between purchases"),
            )
