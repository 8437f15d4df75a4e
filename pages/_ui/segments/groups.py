"""The segments: how many customers, what they bring, who they are and what to do."""

from loyalty_metrics import answers
from loyalty_metrics.charts import segments as charts
from loyalty_metrics.language import _, format_value, label
from pages._ui import block, segment_words, tables
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the segments."""
    (segments,) = measures("rfm_segments")

    def table() -> None:
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
        answer=answers.segments_answer(segments.frame, view.currency),
        figure=charts.segment_bars(segments.frame, view.currency),
        table=table,
        pick=("segment",),
    )
