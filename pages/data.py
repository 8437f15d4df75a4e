"""Data: choose or make a workspace, bring files in, see what became of them, take them back."""

from pathlib import Path

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_value, label, plain
from loyalty_metrics.schema import TABLES
from loyalty_metrics.scope import Scope
from pages._ui import cache, empty, history, links, load_file, tables, workspaces
from pages._ui.view import current

view = current()


def make_workspace() -> None:
    """Make the workspace that was named, and go there."""
    try:
        links.write(workspaces.create(st.session_state["data.name"]), Scope())
    except LoyaltyError as error:
        st.session_state["data.error"] = str(error)


def name_workspace(suggestion: str) -> None:
    """Ask for the name of a new workspace."""
    with st.form("data.new", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("Name of the new workspace"), suggestion, key="data.name", max_chars=60, width=320)
        st.form_submit_button(_("Make workspace"), on_click=make_workspace, type="primary")
    if error := st.session_state.pop("data.error", None):
        st.error(plain(error))


st.title(_("Bring in your data"), anchor=False)
st.markdown(
    _("You are in **{name}**. A workspace holds one business's data, in one currency.").format(
        name=plain(workspaces.title(view.name))
    )
)
files = st.file_uploader(
    _("Exports of your shop, as they are"),
    type=["csv", "tsv", "txt", "xlsx", "xls", "parquet"],
    accept_multiple_files=True,
    help=_("Files stay on this machine. Nothing is changed before you press Load."),
    key="data.files",
)
if view.is_sample:
    if files:
        st.info(_("The sample shop cannot be changed. Name a workspace for your files; they are kept meanwhile."))
        name_workspace(workspaces.safe_name(Path(files[0].name).stem))
else:
    for file in files:
        load_file.show(view, file)

if not (view.is_sample and files):
    with st.expander(_("Make a new workspace")):
        name_workspace("")

st.subheader(_("What the workspace holds"), anchor=False)
counts = cache.table_rows(view.name, view.version)
tables.static(
    [
        {
            _("Table"): label(name),
            _("Rows"): format_value(counts[name], "count"),
            _("What it is worth having for"): _(table.worth),
        }
        for name, table in TABLES.items()
    ],
    alt=_("Tables of the workspace"),
    wide=True,
)
with st.expander(_("Templates: empty files with the right columns")), st.container(horizontal=True):
    for table in TABLES.values():
        empty.template(table, key=f"data.template.{table.name}")

st.subheader(_("What was imported"), anchor=False)
history.show(view)
