"""Needs: whether there are kinds of customers who buy in their own way, and what each of them wants."""

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import needs as charts
from loyalty_metrics.language import _, format_value, plain
from loyalty_metrics.stats.clusters import FOUND
from pages._ui import block, tables
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the groups, or say that there are none."""
    with st.spinner(_("Looking for groups: many ways to part the customers are tried …"), show_time=True):
        (groups,) = measures("need_groups")
        (traits,) = measures("need_traits")
    frame = groups.frame
    found = frame.iloc[0]["verdict"] == FOUND
    names = {need: answers.need_name(need) for need in frame["need"].dropna()}

    def table() -> None:
        if found:
            rows = [
                {
                    _("Group"): plain(names[row["need"]]),
                    _("Customers, revenue"): _("{customers} ({share}), {revenue} ({revenue_share})").format(
                        customers=format_value(row["customers"], "count"),
                        share=format_value(row["customer_share"], "share", compact=True),
                        revenue=plain(format_value(row["revenue"], "money", view.currency, compact=True)),
                        revenue_share=format_value(row["revenue_share"], "share", compact=True),
                    ),
                    _("Who they are, and what to do"): _told(traits.frame, row["need"], view.currency),
                }
                for row in frame.to_dict("records")
            ]
            tables.static(rows, alt=_("Groups in plain words"), wide=True)
        sure = answers.how_sure(frame)
        if sure:
            with st.expander(_("How sure is that?")):
                st.markdown(sure)

    block.show(
        view,
        groups,
        heading=_("Are there kinds of customers?"),
        answer=answers.needs_answer(frame),
        figure=charts.need_profiles(traits.frame, names, view.currency) if found else None,
        table=table,
        pick=("need",),
        cells={"need": list(names)} if found else {},
    )
    if found:
        st.divider()
        block.show(
            view,
            traits,
            heading=_("Trait by trait"),
            table=lambda: _traits_table(traits.frame, names, view.currency),
            cells={},
        )


def _told(traits: pd.DataFrame, need: str, currency: str | None) -> str:
    mine = traits[traits["need"] == need]
    return f"{answers.need_sentence(mine, currency)} **{plain(answers.need_action(mine))}**"


def _traits_table(traits: pd.DataFrame, names: dict[str, str], currency: str | None) -> None:
    """One line a trait, one column a group."""
    rows = []
    for trait, part in traits.groupby("trait", sort=False):
        first = part.iloc[0]
        values = dict(zip(part["need"], part["value"], strict=True))
        rows.append(
            {
                _("Trait"): plain(charts.trait_name(str(trait), first["detail"])),
                _("All customers"): plain(format_value(first["everybody"], first["unit"], currency)),
                **{
                    plain(name): plain(format_value(values[need], first["unit"], currency))
                    for need, name in names.items()
                },
            }
        )
    tables.static(rows, alt=_("Traits of each group"))
