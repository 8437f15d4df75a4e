"""Who came, who came back and who left in each period."""

from loyalty_metrics import answers
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.language import _
from pages._ui import block
from pages._ui.cache import measures
from pages._ui.view import View

MOVEMENTS = ["new", "retained", "reactivated", "lapsed", "opening", "closing"]


def show(view: View) -> None:
    """Draw the customer flow."""
    (flow,) = measures("customer_flow")
    block.show(
        view,
        flow,
        heading=_("Do more customers come than go?"),
        answer=answers.flow_answer(flow.frame, view.scope.grain),
        figure=charts.customer_flow(flow.frame, view.scope.grain),
        pick=("period", "movement"),
        cells={"period": flow.frame["period"].dt.date.tolist()[::-1], "movement": MOVEMENTS},
    )
