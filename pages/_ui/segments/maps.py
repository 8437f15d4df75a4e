"""How recently, how often and how much: the maps behind the segments."""

import streamlit as st

from loyalty_metrics.charts import segments as charts
from loyalty_metrics.language import _
from pages._ui import block
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw both maps."""
    rfm_map, repeats = measures("rfm_map", "repeats_vs_spend")
    left, right = st.columns(2, gap="large")
    with left:
        block.show(
            view,
            rfm_map,
            heading=_("How recent against how much"),
            answer=_("Top right is best: bought lately, often and much. Click a cell to see who."),
            figure=charts.rfm_map(rfm_map.frame, view.currency),
            pick=("r_score", "fm_score"),
        )
    with right:
        block.show(
            view,
            repeats,
            heading=_("How often against how much"),
            answer=_("Loyal customers are known by how often they come, not by how much they spend."),
            figure=charts.repeats_vs_spend(repeats.frame, view.currency),
            pick=("repeat_decile", "spend_decile"),
            cells={name: sorted(set(repeats.frame[name])) for name in ("repeat_decile", "spend_decile")},
        )
