"""How recently, how often and how much: the map behind the segments."""

from loyalty_metrics.charts import segments as charts
from loyalty_metrics.language import _
from pages._ui import block
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the map."""
    (rfm_map,) = measures("rfm_map")
    block.show(
        view,
        rfm_map,
        heading=_("How recent against how much"),
        answer=_("Top right is best: bought lately, often and much. Click a cell to see who."),
        figure=charts.rfm_map(rfm_map.frame, view.currency),
        pick=("r_score", "fm_score"),
    )
