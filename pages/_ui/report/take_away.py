"""Take the review away: as a page, workbook, slides or PDF, made beside the page and kept by data and scope."""

from functools import partial

import streamlit as st

from loyalty_metrics import report
from loyalty_metrics.decisions import Decisions
from loyalty_metrics.held_reviews import targets
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, period_label, plain
from loyalty_metrics.report import Document
from loyalty_metrics.scope import Scope
from pages._ui import made_files, workspaces
from pages._ui.listing import XLSX
from pages._ui.made_files import Format
from pages._ui.view import View

_OFFICE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def show(view: View) -> None:
    """Draw the control."""
    st.subheader(_("Take it away"), anchor=False)
    words = _(
        "All of this as a file: {business}, as of {date}, data version {n}. Scope, date, definitions and version"
        " are printed in it."
    )
    told = words.format(
        business=workspaces.title(view.name), date=period_label(view.scope.as_of, "day"), n=view.version
    )
    st.caption(plain(told))
    names = {
        "html": (_("web page"), "text/html"),
        "xlsx": (_("Excel"), XLSX),
        "pptx": (_("PowerPoint"), _OFFICE),
        "pdf": ("PDF", "application/pdf"),
    }
    kept = kept_of(view)
    formats = {
        ending: Format(name, mime, partial(_file, view.name, view.version, view.scope, kept, ending))
        for ending, (name, mime) in names.items()
    }
    with st.container(horizontal=True):
        stem = f"{view.name}_review_{view.scope.as_of}"
        made_files.offer("report.files", (view.name, view.version, view.scope, kept), stem, formats)


def kept_of(view: View) -> str:
    """What the report tells besides the data: decisions and targets, which do not make a further version of them."""
    return repr((Decisions(view.workspace).all(), sorted(targets(view.workspace).items())))


@st.cache_resource(show_spinner=False, max_entries=8)
def document(name: str, version: int, scope: Scope, kept: str, _watch: Watch | None = None) -> Document:  # noqa: ARG001
    """The report of a workspace in one state, seen through one scope."""
    return report.build(workspaces.get(name), scope, workspaces.title(name), watch=_watch)


@st.cache_data(show_spinner=False, max_entries=12)
def _file(name: str, version: int, scope: Scope, kept: str, ending: str, _watch: Watch) -> bytes:
    found = document(name, version, scope, kept, _watch)
    _watch.step("Writing the file")
    return report.write(found, ending)
