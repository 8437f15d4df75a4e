"""Other definitions: what another tool would show, and which choice moves the number by how much."""

from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics import answers, export
from loyalty_metrics.charts.ages import age_words
from loyalty_metrics.charts.contributions import contributions, points
from loyalty_metrics.language import _, format_value, label, period_label
from loyalty_metrics.measures import definitions
from loyalty_metrics.measures.definitions import CHOICES, PRESETS, Definition
from loyalty_metrics.workspace import Result
from pages._ui import block, cache, links, tables, workspaces
from pages._ui.view import View

OWN_CHOICE = "own_choice"


def show(view: View) -> None:
    """Draw the section."""
    own, scope = Definition.of(view.scope), view.scope
    oldest = _oldest_age(scope, own)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = links.one("other", [*PRESETS, OWN_CHOICE], _("Another definition"), label)
        age = links.one("at", range(1, oldest + 1), _("Looked at"), lambda n: age_words(n, scope.grain))
    other = _own_choice(own) if name == OWN_CHOICE else definitions.preset(name)
    st.caption(answers.preset_note(name))
    steps = definitions.steps(_counts, scope, own, other, age)
    share = definitions.share_at(_cells(scope, own), own, age)
    result = cache.measure("retention_definitions", other.scope(scope))
    block.show(
        view,
        result,
        heading=_("Why does another tool show another number?"),
        answer=answers.definitions_answer(steps, share, label(name), age, scope.grain),
        figure=contributions(steps, share, (_("As counted here"), label(name))),
        table=lambda: _steps_table(steps),
        cells=_customers_of(result.frame, other, age),
    )
    st.divider()
    _cells_side_by_side(view, own, other, age, result)


def _counts(scope: Any) -> pd.DataFrame:
    return cache.measure("retention_definitions", scope).frame


def _cells(scope: Any, definition: Definition) -> pd.DataFrame:
    asked = definition.scope(scope)
    return definitions.cells_of(_counts(asked), definition, asked)


def _oldest_age(scope: Any, own: Definition) -> int:
    cells = _cells(scope, own)
    over = cells.loc[cells["state"] == "complete", "age"]
    return max(int(over.max()) if len(over) else 1, 1)


def _own_choice(own: Definition) -> Definition:
    """Every choice by itself; each stands in the address line."""
    with st.expander(_("Choices"), expanded=True), st.container(horizontal=True):
        chosen = {}
        for choice, options in CHOICES.items():
            now = getattr(own, choice)
            offered = [now, *(option for option in options if option != now)]
            chosen[choice] = links.one(f"other_{choice}", offered, label(choice), label)
    return Definition(**chosen)


def _steps_table(steps: pd.DataFrame) -> None:
    rows = [
        {
            _("Choice, in this order"): label(step["choice"]),
            _("Here"): label(step["was"]),
            _("There"): label(step["becomes"]),
            _("Changes it by"): points(step["contribution"]) if step["contribution"] == step["contribution"] else "–",
            _("To"): format_value(step["share"], "share"),
        }
        for step in steps.to_dict("records")
    ]
    if rows:
        tables.static(rows, alt=_("What each choice changes"))
        st.caption(_("In another order the parts would differ a little; the two numbers would not."))


def _customers_of(frame: pd.DataFrame, other: Definition, age: int) -> dict[str, list[Any]]:
    """The cells by the other definition whose customers can be listed."""
    mine = frame[(frame["entry"] == other.entry) & (frame["event"] == other.event)]
    cohorts = mine["cohort"].dt.date.drop_duplicates().tolist()
    if not cohorts:
        return {}
    ages = [age, *(n for n in range(int(mine["age"].max()) + 1) if n != age)]
    return {"entry": [other.entry], "event": [other.event], "cohort": cohorts, "age": ages}


def _cells_side_by_side(view: View, own: Definition, other: Definition, age: int, result: Result) -> None:
    """Every cohort by both definitions."""
    both = definitions.side_by_side(_cells(view.scope, own), _cells(view.scope, other))
    st.subheader(_("Cell by cell"), anchor=False)
    st.caption(_("Each cohort {age}; the file holds all ages.").format(age=age_words(age, view.scope.grain)))
    shown = both[both["age"] == age]
    rows = pd.DataFrame(
        {
            _("First bought in"): [period_label(day, view.scope.grain) for day in shown["cohort"]],
            _("Customers here"): shown["size_own"],
            _("Share here"): shown["retention_own"],
            _("Customers there"): shown["size_other"],
            _("Share there"): shown["retention_other"],
            _("Difference"): shown["difference"],
        }
    )
    units = dict.fromkeys([_("Share here"), _("Share there"), _("Difference")], "share")
    units |= dict.fromkeys([_("Customers here"), _("Customers there")], "count")
    tables.grid(rows, units, key=view.key("definitions.cells"), alt=_("Cohorts by both definitions"))
    notes = {"workspace": workspaces.title(view.name)} | export.about(result)
    notes |= {"own": _told(own), "other": _told(other), "difference": "retention_other - retention_own"}
    st.download_button(
        _("Download {format}").format(format="CSV"),
        lambda: export.csv(both, notes),
        file_name=f"retention_definitions_{view.scope.as_of}.csv",
        mime="text/csv",
        key=view.key("definitions.csv"),
        on_click="ignore",
    )


def _told(definition: Definition) -> str:
    return ", ".join(f"{choice}={value}" for choice, value in asdict(definition).items())
