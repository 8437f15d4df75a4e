"""What a cell of the cohort table says when the pointer stands on it.

Kept short: a table has some thousand cells, and each sends its words to the browser.
"""

from typing import Any

import pandas as pd

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.ages import later
from loyalty_metrics.charts.cohort_table import CohortTable
from loyalty_metrics.charts.counts import out_of
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, period_label


def hover(table: CohortTable, cell: dict[str, Any]) -> str:
    """Whose cell it is, the value with its interval, what it is made of, and what may be concluded."""
    who = _("All cohorts") if pd.isna(cell["cohort"]) else period_label(cell["cohort"], table.grain)
    sure = format_interval(cell["shown_low"], cell["shown_high"], table.unit, table.currency)
    lines = [
        f"{who} · {later(int(cell['age']), table.grain)}",
        f"<b>{theme.safe(table.says(cell['shown']))}</b>",
        theme.safe(_("95% sure: {interval}").format(interval=sure)),
        theme.safe(_made_of(table, cell)),
    ]
    return "<br>".join(lines + (_unfinished(cell) if cell["state"] == "in_progress" else _compared(table, cell)))


def _made_of(table: CohortTable, cell: dict[str, Any]) -> str:
    """Numerator and denominator."""
    size = format_value(cell["size"], "count")
    match table.value:
        case "orders_per_customer":
            return _("{orders} orders of {size} customers").format(
                orders=format_value(cell["orders"], "count"), size=size
            )
        case "revenue_retention":
            return _("{revenue} against {first} in the first period").format(
                revenue=format_value(cell["revenue"], "money", table.currency),
                first=format_value(cell["first_revenue"], "money", table.currency),
            )
        case "cumulative_revenue_per_customer":
            return _("{revenue} of {size} customers").format(
                revenue=format_value(cell["cumulative_revenue"], "money", table.currency), size=size
            )
    made_of = out_of(cell)
    if not table.smoothed or pd.isna(cell["smoothed"]):
        return made_of
    return _("{counts}: {observed} observed").format(counts=made_of, observed=format_value(cell["retention"], "share"))


def _unfinished(cell: dict[str, Any]) -> list[str]:
    n = int(cell["days_left"])
    days = ngettext("{n} day to come", "{n} days to come", n).format(n=format_value(n, "count"))
    lines = [f"<i>{label('in_progress')}: {days}</i>"]
    if pd.notna(cell["estimate"]):
        words = _("When it is over: ≈ {share} ({interval})")
        interval = format_interval(cell["expected_low"], cell["expected_high"], "share", compact=True)
        lines.append(words.format(share=format_value(cell["estimate"], "share"), interval=interval))
    elif isinstance(cell["outlook"], str) and cell["outlook"] != "estimated":
        lines.append(label(cell["outlook"]))
    return lines


def _compared(table: CohortTable, cell: dict[str, Any]) -> list[str]:
    if table.value != "retention" or not isinstance(cell["verdict"], str):
        return []
    others = format_value(cell["others"], "share")
    match cell["verdict"]:
        case "above":
            return [_("▲ above the {others} of the others, beyond chance").format(others=others)]
        case "below":
            return [_("▼ below the {others} of the others, beyond chance").format(others=others)]
    lines = [_("The others: {others}; may be chance").format(others=others)]
    if pd.isna(cell["detectable"]):
        lines.append(_("Too few customers to show any fall"))
    else:
        fall = format_value(100 * cell["detectable"], "number")
        lines.append(_("Would have shown: a fall of {fall} points").format(fall=fall))
    return lines
