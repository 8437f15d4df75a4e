"""How fast customers fade: all together, and the cohorts chosen."""

from loyalty_metrics.charts import retention as charts
from loyalty_metrics.language import _, period_label
from pages._ui import block, links
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the retention curve."""
    grain = view.scope.grain
    cohorts, curve = measures("cohort_retention", "retention_curve")
    starts = cohorts.frame["cohort"].dropna().dt.date.drop_duplicates().tolist()
    chosen = links.several(
        "cohorts", starts[::-1], _("Compare cohorts with all together"), lambda start: period_label(start, grain)
    )
    block.show(
        view,
        curve,
        heading=_("How fast do they fade?"),
        figure=charts.retention_curves(curve.frame, cohorts.frame, grain, chosen),
        pick=("age",),
    )
