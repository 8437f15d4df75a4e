"""Who moved between segments since an earlier date, and what they were worth."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import migration as charts
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, label
from pages._ui import block, links, scope_bar
from pages._ui.cache import measures
from pages._ui.view import View

COUNTED = ("customers", "revenue_before")


def show(view: View) -> None:
    """Draw the flows and the table of all moves."""
    (moves,) = measures("rfm_migration")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = scope_bar.compare_to(view.scope)
        counted = links.choice("counted", COUNTED, _("Shown"))
    frame = moves.frame
    st.markdown(answers.migration_answer(frame, since, view.currency))
    st.plotly_chart(
        charts.flows(frame, counted, view.currency),
        config=theme.CONFIG,
        key=view.key("moves.flows"),
        alt=_("Flows of customers between segments"),
    )
    block.show(
        view,
        moves,
        heading=_("From each group to each"),
        answer=_(
            "Rows are where customers were, columns where they are now;"
            " the stronger the colour, the larger the part of the row. Click a cell to see who."
        ),
        figure=charts.matrix(frame, counted, view.currency),
        pick=("segment_before", "segment_now"),
        cells={f"segment_{when}": charts.segments(frame, when) for when in ("before", "now")},
    )
    words = _("“{new}”: no purchase by the earlier date. “{gone}”: none in the window, or all refunded since.")
    st.caption(words.format(new=label("not yet"), gone=label("no more")))
