"""Who came, who came back and who lapsed: one period as a bucket, all of them over time, and when that is."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.charts.bucket import bucket
from loyalty_metrics.language import _, format_interval, format_value, label, period_label
from loyalty_metrics.workspace import Result
from pages._ui import block, links, scope_bar, tables
from pages._ui.actions import marks
from pages._ui.cache import measures
from pages._ui.view import View

MOVEMENTS = ["new", "retained", "reactivated", "lapsed", "opening", "closing"]


def show(view: View) -> None:
    """Draw the section."""
    flow, windows = measures("customer_flow", "lapse_windows")
    _bucket(view, flow)
    st.divider()
    over_time(view, flow)
    st.divider()
    _lapse_window(view, windows)


def over_time(view: View, flow: Result, answer: str = "") -> None:
    """Draw all periods side by side."""
    block.show(
        view,
        flow,
        heading=_("Do more customers come than go?"),
        answer=answer,
        figure=marks.on(view, charts.customer_flow(flow.frame, view.scope.grain), flow.frame["period"]),
        pick=("period", "movement"),
        cells={"period": flow.frame["period"].dt.date.tolist()[::-1], "movement": MOVEMENTS},
    )
    marks.told(view, flow.frame["period"])


def _bucket(view: View, flow: Result) -> None:
    """One period: the last that is over, or the one chosen."""
    grain, frame = view.scope.grain, flow.frame
    complete = frame.loc[frame["state"] == "complete", "period"]
    newest = (complete if len(complete) else frame["period"]).iloc[-1].date()
    offered = [day for day in frame["period"].dt.date.tolist()[::-1] if day <= newest]
    period = links.one("period", offered, _("Period"), lambda day: period_label(day, grain))
    until = frame[frame["period"].dt.date <= period]
    block.show(
        view,
        flow,
        heading=_("The bucket in {period}").format(period=period_label(period, grain)),
        answer=answers.flow_answer(until, grain),
        figure=bucket(until.iloc[-1].to_dict()),
        pick=("period", "movement"),
        cells={"period": [period], "movement": MOVEMENTS},
        key="bucket",
    )


def _lapse_window(view: View, windows: Result) -> None:
    """What each choice of the lapse window would mean, and the choice itself."""

    def table() -> None:
        tables.static(_rows(windows), alt=_("What each lapse window would mean"))

    block.show(
        view,
        windows,
        heading=_("When does a customer count as lapsed?"),
        answer=answers.lapse_answer(windows.frame, view.scope.lapse_days),
        table=table,
    )
    scope_bar.lapse_days(view.scope)


def _rows(windows: Result) -> list[dict[str, str]]:
    def days(row: dict) -> str:
        text = format_value(row["lapse_days"], "days")
        return _("{days} (in use)").format(days=text) if row["use"] == "chosen" else text

    return [
        {
            _("Lapsed after"): days(row),
            _("Gaps that are shorter"): format_value(row["shorter_share"], "share"),
            label("gone"): format_value(row["gone"], "count"),
            _("Came back within a year all the same"): format_value(row["came_back_share"], "share"),
            _("95% sure it is"): format_interval(row["low"], row["high"], "share"),
        }
        for row in windows.frame.to_dict("records")
    ]
