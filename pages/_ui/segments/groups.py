"""The segments: how many customers, what they bring, who they are and what to do."""

from loyalty_metrics import answers
from loyalty_metrics.charts import segments as charts
from loyalty_metrics.language import _, format_value, label, ngettext, plain
from loyalty_metrics.segment_rules import Segment
from pages._ui import block, cache, group_words, tables
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the segments."""
    (segments,) = measures("rfm_segments")
    rules = cache.rule_versions(view.name, view.version)[0].rules
    n = len(segments.frame)

    def table() -> None:
        """Each segment in plain words."""
        rows = [
            {
                _("Segment"): plain(label(row["segment"])),
                _("Customers"): format_value(row["customers"], "count"),
                _("Who they are, and what to do"): _told(rules.words(row["segment"])),
            }
            for row in segments.frame.to_dict("records")
        ]
        tables.static(rows, alt=_("Segments in plain words"), wide=True)

    block.show(
        view,
        segments,
        heading=ngettext("{n} group of customers", "{n} groups of customers, best first", n).format(n=n),
        answer=answers.segments_answer(segments.frame, view.currency),
        figure=charts.segment_bars(segments.frame, view.currency),
        table=table,
        pick=("segment",),
    )


def _told(segment: Segment) -> str:
    return group_words.told(segment.who, segment.action)
