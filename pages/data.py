"""Data: choose or make a workspace, bring files in, see what became of them, take them back."""

from pathlib import Path

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, plain
from loyalty_metrics.scope import Scope
from pages._ui import (
    history,
    holdings,
    import_run,
    incoming,
    links,
    load_file,
    local_files,
    people,
    several,
    ways,
    workspaces,
)
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
history.incident(view)
incoming.take_uploads()
st.file_uploader(
    _("Drop exports of your shop here, as they are: one file or several"),
    accept_multiple_files=True,
    help=_(
        "Any text, spreadsheet, Parquet, JSON or SQLite file, or archive of them. Files stay on the machine that runs"
        " this dashboard; nothing is changed before you press Load."
    ),
    key=incoming.uploader_key(),
)
local_files.show()
files = import_run.files_for(view)
if view.is_sample and files:
    st.info(_("The sample shop cannot be changed. Name a workspace for your files; they are kept meanwhile."))
    name_workspace(workspaces.safe_name(Path(files[0].name).stem))
else:
    if len(files) > 1:
        several.show(view, files)
    for file in files if len(files) == 1 else []:
        load_file.show(view, file)
    with st.expander(_("Make a new workspace")):
        name_workspace("")

holdings.show(view)
st.subheader(_("What was imported"), anchor=False)
history.show(view)
ways.show(view)
people.show(view)
