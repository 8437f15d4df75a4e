"""Answers kept by (workspace, version, measure, scope); never by frame."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from loyalty_metrics.data_edge import DataEdge
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.lists import Listed, Look
from loyalty_metrics.rule_versions import Version
from loyalty_metrics.saved_lists import SavedList, Standing
from loyalty_metrics.scope import Scope
from loyalty_metrics.segment_rules import Cuts, from_text
from loyalty_metrics.workspace import Result
from pages._ui import workspaces
from pages._ui.view import View, current

Cell = tuple[tuple[str, Any], ...]


def measures(*names: str) -> tuple[Result, ...]:
    """Several measures of the current view, asked for at the same time: the database answers them side by side."""
    view = current()
    context = get_script_run_ctx()
    with ThreadPoolExecutor(max_workers=2, initializer=add_script_run_ctx, initargs=(None, context)) as pool:
        return tuple(pool.map(lambda name: _measure_in(view, name), names))


def measure(name: str, scope: Scope) -> Result:
    """A measure of the current workspace under another scope, such as a year before."""
    return _measure_in(replace(current(), scope=scope), name)


def _measure_in(view: View, name: str) -> Result:
    """A measure's answer, kept under those parts of the scope alone that it depends on."""
    scope = view.scope.only(view.workspace.registry.parameters_of(name))
    found = _measure(view.name, view.version, name, scope)
    # A shallow copy is a frame of its own: pandas copies what anybody writes to.
    return replace(found, scope=view.scope, frame=found.frame.copy(deep=False))


def customers(view: View, name: str, cell: dict[str, Any], how: Look, watch: Watch | None = None) -> Listed:
    """The customers behind a cell of a measure; a whole list is for a file, and not kept."""
    if how.limit is None:
        return view.workspace.customers(name, view.scope, how, watch, **cell)
    return _customers(view.name, view.version, name, view.scope, tuple(sorted(cell.items())), how)


@st.cache_resource(show_spinner=False, max_entries=500)
def _measure(workspace: str, version: int, name: str, scope: Scope) -> Result:  # noqa: ARG001 - part of the key
    return workspaces.get(workspace).measure(name, scope)


@st.cache_resource(show_spinner=False, max_entries=12)
def _customers(
    workspace: str,
    version: int,  # noqa: ARG001
    name: str,
    scope: Scope,
    cell: Cell,
    how: Look,
) -> Listed:
    return workspaces.get(workspace).customers(name, scope, how, **dict(cell))


@st.cache_data(show_spinner=False, max_entries=200)
def filter_values(workspace: str, version: int, name: str) -> list[str]:  # noqa: ARG001
    """The values a filter can take in a workspace."""
    return workspaces.get(workspace).filter_values(name)


@st.cache_data(show_spinner=False, max_entries=50)
def bounds(workspace: str, version: int) -> tuple | None:  # noqa: ARG001
    """First and last day of a workspace's data."""
    return workspaces.get(workspace).bounds()


def edge(view: View) -> DataEdge:
    """The edge of the data as of the view's day."""
    return _edge(view.name, view.version, Scope(as_of=view.scope.as_of, refunds=view.scope.refunds))


@st.cache_resource(show_spinner=False, max_entries=100)
def _edge(workspace: str, version: int, scope: Scope) -> DataEdge:  # noqa: ARG001
    return workspaces.get(workspace).edge(scope)


@st.cache_data(show_spinner=False, max_entries=50)
def currency(workspace: str, version: int) -> str | None:  # noqa: ARG001
    """A workspace's currency."""
    return workspaces.get(workspace).currency()


@st.cache_data(show_spinner=False, max_entries=50)
def table_rows(workspace: str, version: int) -> dict[str, int]:  # noqa: ARG001
    """How many rows each table of a workspace holds."""
    return workspaces.get(workspace).table_rows()


@st.cache_data(show_spinner=False, max_entries=20)
def people(workspace: str, version: int) -> pd.DataFrame:  # noqa: ARG001
    """Groups of customer ids that seem to be one person, and what was decided on them."""
    return workspaces.get(workspace).people_proposed()


@st.cache_data(show_spinner=False, max_entries=20)
def rule_versions(workspace: str, version: int) -> list[Version]:  # noqa: ARG001
    """All versions of the rules of segments, the one that holds first."""
    return workspaces.get(workspace).rule_versions()


@st.cache_data(show_spinner=False, max_entries=20)
def suggested_cuts(workspace: str, version: int, scope: Scope) -> Cuts | None:  # noqa: ARG001
    """Thresholds that come closest to the quintiles of a scope."""
    return workspaces.get(workspace).suggested_cuts(scope)


@st.cache_data(show_spinner=False, max_entries=20)
def moved_by(workspace: str, version: int, scope: Scope, rules: str) -> pd.DataFrame:  # noqa: ARG001
    """Whom rules that are tried, as the text of a file, would move."""
    return workspaces.get(workspace).moved_by(from_text(rules), scope)


@st.cache_data(show_spinner=False, max_entries=20)
def tried_map(workspace: str, version: int, scope: Scope, rules: str) -> pd.DataFrame:  # noqa: ARG001
    """The map of segments under rules that are tried."""
    return workspaces.get(workspace).measure("rfm_map", scope, from_text(rules)).frame


def list_standing(workspace: str, version: int, one: SavedList) -> Standing:
    """How a saved list stands."""
    return _list_standing(workspace, version, one.list_id, one)


def list_changes(workspace: str, version: int, one: SavedList) -> pd.DataFrame:
    """Who joined a saved list and who left it."""
    return _list_changes(workspace, version, one.list_id, one)


@st.cache_data(show_spinner=False, max_entries=200)
def _list_standing(workspace: str, version: int, list_id: int, _one: SavedList) -> Standing:  # noqa: ARG001
    return workspaces.get(workspace).list_standing(_one)


@st.cache_data(show_spinner=False, max_entries=10)
def _list_changes(workspace: str, version: int, list_id: int, _one: SavedList) -> pd.DataFrame:  # noqa: ARG001
    return workspaces.get(workspace).list_changes(_one)


def find_customers(view: View, text: str, limit: int) -> Result:
    """The customers that fit a text, with the facts of each as of the view's day."""
    scope = view.scope.only(view.workspace.registry.parameters_of("customer_facts")).replace(customer=None)
    return _find_customers(view.name, view.version, text, scope, limit)


@st.cache_data(show_spinner=False, max_entries=200)
def _find_customers(workspace: str, version: int, text: str, scope: Scope, limit: int) -> Result:  # noqa: ARG001
    return workspaces.get(workspace).find_customers(text, scope, limit)
