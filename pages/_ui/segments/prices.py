"""Prices: which group of customers reacts to them, and who buys on discount."""

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import prices as charts
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_interval, format_value, label, plain
from loyalty_metrics.stats.elasticity import ESTIMATED
from pages._ui import block, scope_bar, tables
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the reaction to prices, then discounts."""
    scope_bar.pick_by(nothing=label("segment"))
    reactions, discounts = measures("price_elasticity", "discount_by_group")
    block.show(
        view,
        reactions,
        heading=_("Who reacts to prices?"),
        answer=answers.prices_answer(reactions.frame),
        figure=charts.price_reactions(reactions.frame),
        table=lambda: _reactions_table(reactions.frame),
        pick=("group_name",),
        cells=_cells(reactions.frame),
    )
    st.divider()
    block.show(
        view,
        discounts,
        heading=_("Who buys on discount?"),
        answer=answers.discount_answer(discounts.frame),
        figure=charts.discounted_shares(discounts.frame) if discounts.frame["discounted_share"].notna().any() else None,
        pick=("group_name",),
        cells=_cells(discounts.frame),
    )


def _cells(frame: pd.DataFrame) -> dict[str, list[str]]:
    names = frame["group_name"].dropna().tolist()
    return {"group_name": [theme.EVERY, *names]} if len(frame) else {}


def _reactions_table(frame: pd.DataFrame) -> None:
    st.caption(
        _(
            "Not an experiment: a price cut often comes with a poster, and those who buy much may pay less. Before a"
            " large step try it in a few shops or with some customers, and leave the others as they are."
        )
    )
    rows = [
        {
            _("Group"): plain(answers.group_words(row["group_name"])),
            _("Customers"): format_value(row["customers"], "count"),
            _("Elasticity"): format_value(row["elasticity"], "number"),
            _("95% sure it is"): format_interval(row["low"], row["high"], "number")
            if row["state"] == ESTIMATED
            else _("not known: {reason}").format(reason=answers.why_not(row)),
            _("Items"): format_value(row["items"], "count"),
        }
        for row in frame.to_dict("records")
    ]
    if rows:
        with st.expander(_("Elasticity of each group")):
            tables.static(rows, alt=_("Elasticity of each group"))
            st.caption(
                _("Elasticity −2: a price 1% higher goes with 2% fewer units. Below −1, a higher price loses money.")
            )
