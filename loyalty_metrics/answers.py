"""Answers (first draft)."""

import pandas as pd


def retention_answer(curve: pd.DataFrame, cohorts: pd.DataFrame, grain: str = "month") -> str:
    return ""


def repeat_answer(repeat_frame: pd.DataFrame) -> str:
    return ""


def flow_answer(flow: pd.DataFrame, grain: str = "month") -> str:
    return ""


def segments_answer(segments: pd.DataFrame, currency: str | None = None) -> str:
    return ""


def pareto_answer(summary: pd.DataFrame, value: str = "revenue", currency: str | None = None) -> str:
    return ""


def overview_answer(
    revenue: pd.DataFrame, repeat: pd.DataFrame, flow: pd.DataFrame, currency: str | None = None, grain: str = "month"
) -> str:
    return ""
