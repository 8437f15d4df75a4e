"""What happened with a customer, in a picture and line by line."""

import streamlit as st

from loyalty_metrics.charts import customer as charts
from loyalty_metrics.customer import Profile, own_events, scope_of_one
from loyalty_metrics.language import _, format_value, label, ngettext, plain
from pages._ui import block, cache, links, tables
from pages._ui.view import View

_COLUMNS = ("on_day", "kind", "words", "money", "points")


def show(view: View, one: Profile) -> None:  # noqa: ARG001 - every section is called alike
    """Draw the section."""
    scope = scope_of_one(view.scope)
    with st.spinner(_("Looking up what happened …")):
        events = own_events(cache.measure, scope)
    present = [kind for kind in charts.KINDS if (events["kind"] == kind).any()]
    if len(present) > 1:
        counts = events["kind"].value_counts()
        chosen = links.some(
            "kinds", present, _("Show"), lambda kind: f"{label(kind)} ({format_value(counts[kind], 'count')})"
        )
        events = events[events["kind"].isin(chosen)]
    n = len(events)
    told = ngettext("**{n} event**", "**{n} events**", n).format(n=format_value(n, "count"))
    crowded = events["kind"].value_counts().max() > charts.MOST_MARKS if n else False
    months = _("With so many, a mark stands for a month.") if crowded else ""

    def table() -> None:
        """The events, newest first."""
        shown = events.loc[::-1, [name for name in _COLUMNS if events[name].notna().any()]]
        tables.grid(shown, result.card.units, view.key("customer.events"), _("Events of the customer, newest first"))

    result = cache.measure("customer_events", scope)
    block.show(
        view,
        result,
        heading=_("What happened?"),
        answer=f"{told}. {plain(months)}".strip(),
        figure=charts.timeline(events, view.currency),
        table=table,
    )
