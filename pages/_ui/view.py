"""What the page at hand is about: a workspace in one state, seen through one scope."""

import hashlib
import runpy
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace
from pages._ui import workspaces

_current: ContextVar["View | None"] = ContextVar("view", default=None)
APP = Path(__file__).parents[2] / "app.py"


@dataclass(frozen=True)
class View:
    """Everything a cached answer depends on, besides the measure's name.

    Attributes:
        name: The workspace's name.
        version: Its state; it grows with every import.
        scope: What the figures are about; the as-of date is known unless the workspace is empty.
        currency: The workspace's currency, where its data says it.
        is_empty: Whether there is no transaction yet.
    """

    name: str
    version: int
    scope: Scope
    currency: str | None = None
    is_empty: bool = False

    @property
    def workspace(self) -> Workspace:
        """The open workspace."""
        return workspaces.get(self.name)

    @property
    def is_sample(self) -> bool:
        """Whether this is the shipped sample, which nobody may change."""
        return self.name == workspaces.SAMPLE

    def key(self, part: str) -> str:
        """A widget key that changes with the scope, so that a selection never outlives what it selected."""
        state = f"{self.name}|{self.version}|{self.scope.describe()}"
        return f"{part}.{hashlib.sha256(state.encode()).hexdigest()[:12]}"


def set_current(view: View) -> None:
    """Keep the view for the page that is about to run."""
    _current.set(view)


def forget() -> None:
    """Let go of the view when the page has run."""
    _current.set(None)


def current() -> View:
    """The view the scope bar has read.

    A server that has just started runs the files in `pages/` by themselves until some session has called
    `st.navigation`; a page opened that way by a link goes through the app first.
    """
    view = _current.get()
    if view is None:
        runpy.run_path(str(APP))
        st.stop()
    return view
