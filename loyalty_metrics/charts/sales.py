"""What was sold, told of lines alone: it needs no customer."""

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import periods, theme
from loyalty_metrics.charts.named_bars import Bar, named_bars
from loyalty_metrics.language import _, format_value, or_unknown

MOST_BARS = 10


def sales_by_period(frame: pd.DataFrame, grain: str = "month", currency: str | None = None) -> go.Figure:
    """Net revenue of each period; customdata is [period].

    Args:
        frame: The measure `sales_by_period`.
        grain: Length of a period.
        currency: Of the revenue.
    """
    words = _("<b>{money}</b> from {n} orders, {period}")
    told = [
        words.format(
            money=theme.safe(format_value(row["revenue"], "money", currency)),
            n=format_value(row["orders"], "count"),
            period=periods.in_words(row["period"], row["state"], grain),
        )
        for row in theme.records(frame)
    ]
    return periods.bars(frame, "revenue", told, grain, currency)


def sales_by_part(parts: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """The parts of one attribute that sold most, each with its revenue and share.

    Args:
        parts: Rows of the measure `sales_by_part` of one attribute.
        currency: Of the revenue.
    """
    rows = theme.records(parts.head(MOST_BARS))
    if not rows:
        return theme.empty()
    told = [
        f"{theme.safe(or_unknown(row['value']))}: <b>{theme.safe(format_value(row['revenue'], 'money', currency))}</b>"
        f" ({format_value(row['share'], 'share')})"
        for row in rows
    ]
    shown = [Bar(text, float(row["revenue"]), theme.BLUE, text) for text, row in zip(told, rows, strict=True)]
    return named_bars(shown, 40 + 40 * len(shown), theme.axis(visible=False))
