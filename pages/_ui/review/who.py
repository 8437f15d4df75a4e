"""Who is behind the week: who came new, who came back, who lapsed, as lists."""

from dataclasses import replace

from loyalty_metrics import answers
from loyalty_metrics import sentences as say
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.language import _
from loyalty_metrics.review import weekly_scope
from pages._ui import block, cache
from pages._ui.review.told import Told

SHOWN = 26
"""Weeks in the picture: half a year."""


def show(told: Told) -> None:
    """Draw the flow of customers of the last weeks; the lists behind each bar are one click away."""
    scope = weekly_scope(told.view.scope)
    flow = cache.measure("customer_flow", scope)
    recent = flow.frame[flow.frame["state"] == "complete"].tail(SHOWN)
    block.show(
        replace(told.view, scope=scope),
        flow,
        heading=_("Who came, who came back, who lapsed?"),
        answer=say.joined(
            answers.flow_answer(flow.frame, "week"),
            _("Click a bar, or ask “Who?”: the list can be searched, saved and exported."),
        ),
        figure=charts.customer_flow(recent, "week"),
        pick=("period", "movement"),
        cells={"period": recent["period"].dt.date.tolist()[::-1], "movement": ["lapsed", "new", "reactivated"]},
        key="week_flow",
    )
