"""The handful of numbers a review opens with: value, change, trend and how sure we are."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from loyalty_metrics.language import _, format_value, period_label
from loyalty_metrics.stats.intervals import wilson

_TREND = 13


@dataclass(frozen=True)
class KeyFigure:
    """One number over complete periods, oldest first.

    Attributes:
        title: What it is.
        values: One a period.
        unit: A unit of the measure cards.
        help: What it means, for people who do not know statistics.
        interval: The two ends for the last period, where the number is an estimate.
        more_is_better: False turns the colours round; None leaves them out.
    """

    title: str
    values: Sequence[float]
    unit: str
    help: str
    interval: tuple[float, float] | None = None
    more_is_better: bool | None = True


def of_business(revenue: pd.DataFrame, flow: pd.DataFrame) -> list[KeyFigure]:
    """The key figures of the overview, from complete periods alone."""
    done, flow = revenue[revenue["state"] == "complete"], flow[flow["state"] == "complete"]
    share = (done["returning_customers"] / done["customers"].where(done["customers"] > 0)).tolist()
    last = done.iloc[-1] if len(done) else None
    ends = wilson(last["returning_customers"], last["customers"]) if last is not None else (None, None)
    return [
        KeyFigure(_("Revenue"), done["revenue"].tolist(), "money", _("After discounts and refunds.")),
        KeyFigure(
            _("Buyers"), done["customers"].tolist(), "count", _("Customers who bought; each counted once a period.")
        ),
        KeyFigure(
            _("Returning buyers"),
            share,
            "share",
            _("Share of buyers whose first purchase was earlier. The small range holds it with 95% certainty."),
            (float(ends[0]), float(ends[1])) if last is not None else None,
        ),
        KeyFigure(_("New customers"), done["new_customers"].tolist(), "count", _("Bought for the first time ever.")),
        KeyFigure(
            _("Stopped buying"),
            flow["lapsed"].tolist(),
            "count",
            _("Customers whose time without a purchase passed the lapse window in the period."),
            more_is_better=False,
        ),
    ]


def show(figures: Sequence[KeyFigure], period: pd.Timestamp, grain: str, currency: str | None) -> None:
    """Draw the figures in a row that wraps on a narrow screen."""
    st.caption(
        _("{period}, the last complete period, against the one before.").format(period=period_label(period, grain))
    )
    with st.container(horizontal=True, gap="small"):
        for figure in figures:
            _metric(figure, currency)


def _metric(figure: KeyFigure, currency: str | None) -> None:
    known = [value for value in figure.values if not pd.isna(value)][-_TREND:]
    value, change = (known[-1] if known else None), _change(figure, known)
    colour = {True: "normal", False: "inverse", None: "off"}[figure.more_is_better]
    st.metric(
        figure.title,
        format_value(value, figure.unit, currency, compact=True),
        change,
        delta_color=colour,
        delta_description=_interval(figure, currency),
        help=figure.help,
        chart_data=known if len(known) > 2 else None,
        border=True,
        width=170,
    )


def _change(figure: KeyFigure, known: Sequence[float]) -> str | None:
    if len(known) < 2:
        return None
    now, before = known[-1], known[-2]
    if figure.unit == "share":
        return _("{points} pts").format(points=f"{100 * (now - before):+.1f}")
    return f"{(now - before) / abs(before):+.1%}" if before else None


def _interval(figure: KeyFigure, currency: str | None) -> str | None:
    """The range in which the true value lies with 95% confidence, short enough for the card."""
    if not figure.interval or pd.isna(figure.interval[0]):
        return None
    low, high = (format_value(end, figure.unit, currency, compact=True) for end in figure.interval)
    return f"{low.removesuffix('%')}–{high}"
