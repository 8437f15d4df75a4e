"""Segments: who the customers are, what each group is worth, and what to do about it."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import segments as charts
from loyalty_metrics.language import _, format_value, label
from pages._ui import block, empty, segment_words, tables
from pages._ui.cache import measures

view = empty.stop_without_data()
currency = view.currency

st.title(_("Who are our customers?"), anchor=False)
segments, rfm_map, repeats = measures("rfm_segments", "rfm_map", "repeats_vs_spend")
empty.stop_without_customers(segments.frame["customers"])


def segment_table() -> None:
    """Each segment in plain words."""
    rows = [
        {
            _("Segment"): label(row["segment"]),
            _("Customers"): format_value(row["customers"], "count"),
            _("Who they are, and what to do"): segment_words.get(row["segment"]).told(),
        }
        for row in segments.frame.to_dict("records")
    ]
    tables.static(rows, alt=_("Segments in plain words"), wide=True)


block.show(
    view,
    segments,
    heading=_("Eleven groups, from best to lost"),
    answer=answers.segments_answer(segments.frame, currency),
    figure=charts.segment_bars(segments.frame, currency),
    table=segment_table,
    pick=("segment",),
)

left, right = st.columns(2, gap="large")
with left:
    block.show(
        view,
        rfm_map,
        heading=_("How recent against how much"),
        answer=_("Top right is best: bought lately, often and much. Click a cell to see who."),
        figure=charts.rfm_map(rfm_map.frame, currency),
        pick=("r_score", "fm_score"),
    )
with right:
    block.show(
        view,
        repeats,
        heading=_("How often against how much"),
        answer=_("Loyal customers are known by how often they come, not by how much they spend."),
        figure=charts.repeats_vs_spend(repeats.frame, currency),
        pick=("repeat_decile", "spend_decile"),
        cells={name: sorted(set(repeats.frame[name])) for name in ("repeat_decile", "spend_decile")},
    )
