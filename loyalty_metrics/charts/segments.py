"""Segment charts (first draft)."""

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme


def rfm_map(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    return theme.empty()


def segment_bars(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    return theme.empty()


def repeats_vs_spend(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    return theme.empty()
