"""Why customers come: the types, what those who answered say, and the rules that make the types."""

from typing import Any

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import loyalty_types as charts
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, label, plain
from loyalty_metrics.schema import SURVEYS
from loyalty_metrics.workspace import Result
from pages._ui import block, empty, group_words, tables
from pages._ui.cache import measures
from pages._ui.view import View

ATTITUDES = ("likes", "lukewarm", "dislikes", "unknown")


def show(view: View) -> None:
    """Draw the section."""
    types, conditions = measures("loyalty_types", "conditions_met")
    held = types.frame.loc[types.frame["customers"] > 0, "loyalty_type"].tolist()
    block.show(
        view,
        types,
        heading=_("Why do they come?"),
        answer=answers.types_answer(types.frame),
        figure=charts.type_bars(types.frame, view.currency),
        table=lambda: _types(types, view.currency),
        pick=("loyalty_type",),
        cells={"loyalty_type": held, "attitude": [theme.EVERY, *ATTITUDES]},
    )
    st.divider()
    _answered(view, types)
    st.divider()
    _rules(view, types, conditions)


def _types(types: Result, currency: str | None) -> None:
    """Each type in plain words, and those that cannot be told with what is missing."""
    rows = [
        {
            _("Type"): label(row["loyalty_type"]),
            _("Customers, revenue"): _counted(row, currency),
            _("Who they are, and what to do"): group_words.of_loyalty(row["loyalty_type"]),
        }
        for row in types.frame.to_dict("records")
    ]
    tables.static(rows, alt=_("Loyalty types in plain words"), wide=True)


def _counted(row: dict[Any, Any], currency: str | None) -> str:
    if isinstance(row["missing"], str):
        return _("Cannot be told: no {column} in {table}").format(**_column(row["missing"]))
    return _("{customers}, {revenue}").format(
        customers=format_value(row["customers"], "count"),
        revenue=format_value(row["revenue"], "money", currency, compact=True),
    )


def _column(missing: str) -> dict[str, str]:
    """The first of the columns that are missing, in words."""
    table, column = missing.split(", ")[0].split(".")
    return {"table": label(table), "column": f"“{column}”"}


def _answered(view: View, types: Result) -> None:
    """The types of those who answered, with intervals: they are a sample, and may differ."""
    frame = types.frame[types.frame["answered"] > 0]

    def table() -> None:
        rows = [
            {
                _("Type"): label(row["loyalty_type"]),
                _("Answered"): format_value(row["answered"], "count"),
                _("Of those who answered"): tables.with_interval(row, "answered_share"),
            }
            for row in frame.to_dict("records")
        ]
        if rows:
            tables.static(rows, alt=_("Loyalty types of those who answered"))
        else:
            st.info(_("A survey that asks customers whether they would recommend you tells trust from inertia."))
            empty.template(SURVEYS, key="loyalty.surveys")

    block.show(
        view,
        types,
        heading=_("What do those who answered say?"),
        answer=answers.answered_note(types.frame),
        table=table,
        cells={"loyalty_type": frame["loyalty_type"].tolist(), "attitude": ATTITUDES[:3]} if len(frame) else {},
        key="answered",
    )


def _rules(view: View, types: Result, conditions: Result) -> None:
    """The rules in their order, and what their words mean."""

    def table() -> None:
        rules = [
            {_("If the customer"): plain(_(row["rule"])), _("Type"): label(row["loyalty_type"])}
            for row in types.frame.to_dict("records")
        ]
        tables.static(rules, alt=_("Rules of the loyalty types"), wide=True)
        told = [
            {
                _("These words"): plain(_(row["condition"])),
                _("Mean"): plain(_(row["meaning"])),
                _("Customers"): _met(row),
            }
            for row in conditions.frame.to_dict("records")
        ]
        tables.static(told, alt=_("What the words of the rules mean"), wide=True)

    met = conditions.frame
    block.show(
        view,
        conditions,
        heading=_("By which rules?"),
        answer=_("The first rule that fits counts, so that every customer has exactly one type."),
        table=table,
        cells={"condition": met.loc[met["customers"] > 0, "condition"].tolist()},
    )


def _met(row: dict[Any, Any]) -> str:
    if isinstance(row["missing"], str):
        return _("Cannot be told: no {column} in {table}").format(**_column(row["missing"]))
    return format_value(row["customers"], "count")
