"""Take the review away: as a page, workbook, slides or PDF, made beside the page and kept by data and scope."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from loyalty_metrics import report
from loyalty_metrics.decisions import Decisions
from loyalty_metrics.held_reviews import targets
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, current_locale, period_label, plain, speaking
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
    asked = Asked.of(view)
    formats = {ending: Format(name, mime, partial(_file, asked, ending)) for ending, (name, mime) in names.items()}
    with st.container(horizontal=True):
        stem = f"{view.name}_review_{view.scope.as_of}"
        made_files.offer("report.files", asked, stem, formats)


@dataclass(frozen=True)
class Asked:
    """All that a report depends on.

    Attributes:
        name: The workspace's.
        version: Its state.
        scope: What the report is about.
        kept: What it tells besides the data: decisions and targets, which do not make a further version of them.
        locale: The language it is in; work beside the page would not know it.
    """

    name: str
    version: int
    scope: Scope
    kept: str
    locale: str

    @classmethod
    def of(cls, view: View) -> "Asked":
        """For the view at hand, in the language now spoken."""
        kept = repr((Decisions(view.workspace).all(), sorted(targets(view.workspace).items())))
        return cls(view.name, view.version, view.scope, kept, current_locale())


@st.cache_resource(show_spinner=False, max_entries=8)
def document(asked: Asked, _watch: Watch | None = None) -> Document:
    """The report of a workspace in one state, seen through one scope."""
    with speaking(asked.locale):
        return report.build(workspaces.get(asked.name), asked.scope, workspaces.title(asked.name), watch=_watch)


@st.cache_data(show_spinner=False, max_entries=12)
def _file(asked: Asked, ending: str, _watch: Watch) -> bytes:
    found = document(asked, _watch)
    _watch.step("Writing the file")
    with speaking(asked.locale):
        return report.write(found, ending)
