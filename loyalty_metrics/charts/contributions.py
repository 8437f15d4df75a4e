"""From one share to another, one choice after the other: what each adds or takes."""

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics import sentences as say
from loyalty_metrics.charts import theme
from loyalty_metrics.charts.named_bars import Bar, named_bars
from loyalty_metrics.language import _, format_value, label


def contributions(steps: pd.DataFrame, own: float, names: tuple[str, str]) -> go.Figure:
    """A bar for each definition, and between them one for each choice that differs.

    Args:
        steps: Rows of `measures.definitions.steps`, all shares known.
        own: The share by the first definition.
        names: What the two definitions are called.
    """
    other = float(steps["share"].iloc[-1]) if len(steps) else own
    if own != own or steps["share"].isna().any():
        return theme.empty(_("One of these definitions has no number at this age"))
    bars = [_bar(names[0], own, theme.BLUE, format_value(own, "share"))]
    for step in theme.records(steps):
        change = step["contribution"]
        name = f"{label(step['choice'])}: {label(step['becomes'])}"
        colour = theme.GREEN if change >= 0 else theme.RED
        bars.append(_bar(name, change, colour, points(change), step["share"] - change))
    bars.append(_bar(names[1], other, theme.BLUE, format_value(other, "share")))
    furthest = max(max(bar.start, bar.start + bar.length) for bar in bars)
    return named_bars(bars, 60 + 42 * len(bars), theme.axis(range=[0, 1.02 * furthest or 1], tickformat=".0%"))


def _bar(name: str, length: float, colour: str, told: str, start: float = 0.0) -> Bar:
    safe = theme.safe(name)
    return Bar(f"{safe} · <b>{told}</b>", length, colour, f"{safe}<br><b>{told}</b>", start)


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    number = say.points(share)
    return _("+{n} points").format(n=number) if share >= 0 else _("−{n} points").format(n=number)
