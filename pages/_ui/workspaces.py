"""Which workspaces there are, and opening each of them once for all sessions."""

import os
import re
import unicodedata
from pathlib import Path

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _
from loyalty_metrics.workspace import Workspace

SAMPLE = "sample"
FOLDER_SETTING = "LOYALTY_METRICS_WORKSPACES"
"""Environment variable naming the folder of workspaces; by default data/workspaces."""


def folder() -> Path:
    """Where the workspace files lie."""
    default = Path(__file__).parents[2] / "data" / "workspaces"
    return Path(os.environ.get(FOLDER_SETTING, default))


def names() -> list[str]:
    """The sample first, then every workspace file by name."""
    return [SAMPLE, *sorted(path.stem for path in folder().glob("*.duckdb") if path.stem != SAMPLE)]


def title(name: str) -> str:
    """A workspace's name for people."""
    return _("Sample shop") if name == SAMPLE else name.replace("_", " ")


def safe_name(text: str) -> str:
    """Turn what was typed into a file name: letters, digits, `-` and `_` of any script, at most 60."""
    words = re.findall(r"[\w-]+", unicodedata.normalize("NFC", text))
    return "_".join(words).strip("_-")[:60]


def create(text: str) -> str:
    """Make an empty workspace and return its name."""
    name = safe_name(text)
    if not name:
        raise LoyaltyError(_("Give the workspace a name with at least one letter or digit."))
    if name.casefold() in {known.casefold() for known in names()}:
        raise LoyaltyError(_("There is a workspace {name} already; choose another name.").format(name=name))
    folder().mkdir(parents=True, exist_ok=True)
    get(name)
    return name


def get(name: str) -> Workspace:
    """The open workspace of that name."""
    return _open(SAMPLE if name == SAMPLE else str(folder() / f"{name}.duckdb"))


@st.cache_resource(show_spinner=_("Opening the workspace …"))
def _open(path: str) -> Workspace:
    return Workspace.sample() if path == SAMPLE else Workspace.open(path)
