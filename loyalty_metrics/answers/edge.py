"""Do the data begin in the middle of the shop's life, and what does that do to what is told?"""

from loyalty_metrics import sentences as say
from loyalty_metrics.data_edge import DataEdge
from loyalty_metrics.language import _, period_label, plain
from loyalty_metrics.stats.edge import LITTLE


def edge_answer(edge: DataEdge) -> str:
    """What is known of the edge of the data; nothing where it does not matter.

    Args:
        edge: Of the data.
    """
    if edge.begins is None or edge.outcome in ("opened", "no_matter"):
        return ""
    begins = plain(period_label(edge.begins, "day"))
    if edge.outcome == "ask":
        first = _("**Whether the shop opened when its data begin, on {begins}, cannot be told from them.**")
    else:
        first = _("**The data begin on {begins}, in the middle of the shop's life.**")
    return say.joined(first.format(begins=begins), _who_looks_new(edge), _until(edge))


def _who_looks_new(edge: DataEdge) -> str:
    share = edge.months["share"].iloc[0] if len(edge.months) else None
    if share is None or not say.known(share) or share < LITTLE:
        return ""
    if edge.outcome == "ask":
        words = _("Had it sold before, some {share} of those who look new in the first month would be old customers.")
    else:
        words = _("Of those who look new in the first month, some {share} are old customers.")
    return words.format(share=say.share(share))


def _until(edge: DataEdge) -> str:
    months = edge.months["begins_on"]
    if not len(months) or edge.settled_from > months.iloc[-1].date():
        return _("Until more is known, cohorts are shown and counted together, but not compared.")
    words = _("Newcomers before {day} are shown, and left out of what is compared and found.")
    return words.format(day=plain(period_label(edge.settled_from, "day")))
