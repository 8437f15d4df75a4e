"""Pareto chart (first draft)."""

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme


def pareto_curve(curve: pd.DataFrame, summary: pd.DataFrame) -> go.Figure:
    return theme.empty()
