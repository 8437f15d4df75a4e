"""What lines tell that name no customer: how much was sold, when, and of what."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import sales as charts
from loyalty_metrics.language import _, format_value, label, or_unknown, plain
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Result
from pages._ui import block, cache, links, tables
from pages._ui.view import View

_MOST_ROWS = 20
_FEW = 3
"""Fewer periods than this show no course of things."""
_ORDER = ("product", "category", "channel", "store", "country")


def is_all(scope: Scope) -> bool:
    """Whether no order up to the scope's as-of date names a customer; filters do not matter."""
    return _kinds(scope) == {"guest"}


def is_worthless(scope: Scope) -> bool:
    """Whether there are orders up to the scope's as-of date, but none that counts as a purchase."""
    kinds = _kinds(scope)
    return bool(kinds) and "counted" not in kinds


def _kinds(scope: Scope) -> set[str]:
    return set(cache.measure("what_counts", scope).frame["kind"])


def is_all_in(scope: Scope) -> bool:
    """Whether all orders that the filters of a scope leave are of guests."""
    frame = cache.measure("sales_by_period", scope).frame
    orders = int(frame["orders"].sum())
    return orders > 0 and int(frame["guest_orders"].sum()) == orders


def show(view: View) -> None:
    """Draw what was sold, period by period and part by part."""
    sold, parts = cache.measures("sales_by_period", "sales_by_part")
    block.show(
        view,
        sold,
        heading=_("How much was sold, and when?"),
        answer=answers.sales_answer(sold.frame, view.scope.grain, view.currency),
        figure=charts.sales_by_period(sold.frame, view.scope.grain, view.currency),
    )
    if len(sold.frame) < _FEW and view.scope.grain != "day":
        st.caption(_("Choose a shorter period in the bar above to see its days or weeks."))
    offered = sorted(parts.frame["attribute"].drop_duplicates(), key=_ORDER.index)
    if offered:
        st.divider()
        _part(view, parts, links.choice("sold_by", offered, _("Break down by")))


def _part(view: View, parts: Result, attribute: str) -> None:
    rows = parts.frame[parts.frame["attribute"] == attribute]

    def table() -> None:
        shown = [
            {
                label(attribute): plain(or_unknown(row["value"])),
                _("Revenue"): format_value(row["revenue"], "money", view.currency),
                _("Share"): format_value(row["share"], "share"),
                _("Lines"): format_value(row["lines"], "count"),
                _("Units"): format_value(row["units"], "number"),
            }
            for row in rows.head(_MOST_ROWS).to_dict("records")
        ]
        tables.static(shown, alt=_("What sells best"))

    block.show(
        view,
        parts,
        heading=_("What sells best?"),
        answer=answers.parts_answer(rows, view.currency),
        figure=charts.sales_by_part(rows, view.currency),
        table=table,
    )
