"""What the customer base is worth, why that moved, and in which groups it lies."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics import sentences as say
from loyalty_metrics.charts import value as charts
from loyalty_metrics.language import _, format_interval, format_value, label, plain
from loyalty_metrics.measures.base_value import ATTRIBUTES
from loyalty_metrics.workspace import Result
from pages._ui import block, cache, links, scope_bar, tables
from pages._ui.view import View

HORIZONS = (91, 182, 365, 730)
DISCOUNTS = (0, 5, 8, 10, 12, 15, 20)


def show(view: View) -> None:
    """Draw the section."""
    scope = view.scope
    if scope.compare_to is None and scope.as_of:
        # A month is what people remember; every other page compares with thirteen weeks before.
        scope = scope.replace(compare_to=(pd.Timestamp(scope.as_of) - pd.DateOffset(months=1)).date())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope_bar.pick_horizon(HORIZONS)
        scope_bar.pick_discount(DISCOUNTS)
        scope_bar.compare_to(scope)
    parts = cache.measure("base_value", scope)
    (money,) = cache.measures("money_backtest")
    block.show(
        view,
        parts,
        heading=_("What today's customers will bring"),
        answer=answers.worth_answer(parts.frame, money.frame, view.currency),
        figure=charts.bridge(parts.frame, view.currency),
        table=lambda: _notes(parts),
    )
    st.divider()
    (groups,) = cache.measures("value_by_group")
    _groups(view, groups)


def _notes(parts: Result) -> None:
    """What the figure is counted in, how it is made, and what the bars are."""
    known = parts.frame[parts.frame["margin_share"].notna()]
    share = float(known["margin_share"].iloc[0]) if len(known) else None
    st.caption(" ".join(answers.terms_note(parts.frame, share)))
    with st.expander(_("How to read this")):
        st.markdown("\n".join(f"- **{name}**: {text}" for name, text in _words().items()))


def _words() -> Mapping[str, str]:
    return {
        label("newly_won"): _("what those who bought for the first time since will still bring."),
        label("worth_more"): _("customers who bought again, so that more can be expected of them."),
        label("worth_less"): _("customers who have been quieter than they used to be, but may well be there."),
        label("looks_gone"): _("customers whose chance to be there has fallen below one half, or was so before."),
        label("relearnt"): _("what the same customers would have been worth, had we known then what we know now."),
        _("The method"): _(
            "every customer orders at a pace of their own until, at a moment nobody sees, they stop. From how often and"
            " how lately somebody ordered follows the chance that they are still there, and how many orders to expect"
            " (model BG/NBD or MBG/NBD, whichever fits better). What an order will bring lies between the customer's"
            " own mean and that of all (model Gamma-Gamma)."
        ),
    }


def _groups(view: View, groups: Result) -> None:
    frame = groups.frame
    told = [name for name in ATTRIBUTES if (frame.loc[frame["attribute"] == name, "group_name"] != "").any()]
    attribute = links.choice("group", told, _("Grouped by"))
    shown = frame[frame["attribute"] == attribute]
    if not attribute.startswith("entry_"):
        shown = shown.sort_values("value", ascending=False, kind="stable")
    block.show(
        view,
        groups,
        heading=_("Where the value lies"),
        answer=answers.group_value_answer(shown, view.currency),
        figure=charts.group_values(shown, view.currency),
        pick=(attribute,),
        cells={attribute: shown["group_name"].tolist()},
        key=f"value_by_group.{attribute}",
        table=lambda: _group_table(shown, view.currency),
    )


def _group_table(shown: pd.DataFrame, currency: str | None) -> None:
    rows = [_group(row, currency) for row in shown.to_dict("records")]
    if shown["costed"].sum() == 0:
        for row in rows:
            row.pop(label("value_to_cost"))
    tables.static(rows, alt=_("Value of each group"))
    if shown["costed"].sum():
        words = _("Value / cost of winning: what they will still bring for each unit that winning them cost.")
        st.caption(words)


def _group(row: Mapping[Any, Any], currency: str | None) -> dict[str, str]:
    each = format_value(row["mean_value"], "money", currency)
    interval = format_interval(row["mean_low"], row["mean_high"], "money", currency)
    return {
        _("Group"): plain(say.group_name(row)),
        _("Customers"): format_value(row["customers"], "count"),
        _("Value"): format_value(row["value"], "money", currency, compact=True),
        _("Share"): format_value(row["value_share"], "share"),
        _("A customer"): each if interval == format_value(None, "money") else f"{each} ({interval})",
        label("value_to_cost"): format_value(row["value_to_cost"], "number"),
    }
