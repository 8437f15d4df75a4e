"""How often against how much: who is loyal but small, who is big but not loyal, and what to do about each."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import loyalty as charts
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, label
from loyalty_metrics.measures.loyalty import corners
from pages._ui import block, group_words, tables
from pages._ui.cache import measures
from pages._ui.view import View

DECILES = ("repeat_decile", "spend_decile")


def show(view: View) -> None:
    """Draw the four corners, and the map they are the corners of."""
    (repeats,) = measures("repeats_vs_spend")
    found = corners(repeats.frame)

    def table() -> None:
        rows = [
            {
                _("Group"): label(row["kind"]),
                _("Customers, revenue"): _("{customers}, {revenue}").format(
                    customers=format_value(row["customers"], "count"),
                    revenue=format_value(row["revenue"], "money", view.currency, compact=True),
                ),
                _("Who they are, and what to do"): group_words.of_loyalty(row["kind"]),
            }
            for row in found.to_dict("records")
        ]
        tables.static(rows, alt=_("The four groups in plain words"), wide=True)

    block.show(
        view,
        repeats,
        heading=_("Loyal or big?"),
        answer=answers.corners_answer(found, view.currency),
        figure=charts.corner_bars(found, view.currency),
        table=table,
        pick=("kind",),
        cells={"kind": found.loc[found["customers"] > 0, "kind"].tolist()},
        key="corners",
    )
    st.divider()
    block.show(
        view,
        repeats,
        heading=_("How often against how much"),
        answer=_(
            "Each step up or to the right is a tenth of the customers; equal ones stand together, so some steps are"
            " empty. Click a cell to see who."
        ),
        figure=charts.repeats_vs_spend(repeats.frame, view.currency),
        pick=DECILES,
        cells={name: [theme.EVERY, *sorted(set(repeats.frame[name]))] for name in DECILES},
    )
