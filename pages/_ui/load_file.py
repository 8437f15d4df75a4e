"""One uploaded file on its way in: look, map, check, load."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_value, label, plain
from loyalty_metrics.schema import TABLES
from pages._ui import import_report, mapping, uploads, workspaces
from pages._ui.view import View


def show(view: View, file: UploadedFile) -> None:
    """Draw one file's way into the workspace."""
    with st.container(border=True):
        st.markdown(f"**{plain(file.name)}**")
        if done := st.session_state.get(_done_key(view, file)):
            st.success(_("Loaded {n} rows.").format(n=format_value(done.loaded, "count")))
            import_report.show(done, view.currency)
            st.page_link("pages/review.py", label=_("See the overview"), icon="☀️")
            return
        table = st.selectbox(
            _("What does the file hold?"),
            list(TABLES),
            key=f"load.table.{file.file_id}",
            format_func=lambda name: f"{label(name)}: {_(TABLES[name].grain)}",
        )
        choices = mapping.Choices(file.file_id, table)
        try:
            _map_and_check(view, file, table, choices)
        except LoyaltyError as error:
            st.error(plain(str(error)))
        mapping.reading(choices)


def _map_and_check(view: View, file: UploadedFile, table: str, choices: mapping.Choices) -> None:
    with st.spinner(_("Looking at the file …")):
        sketch = uploads.sketch(view, file, table, choices.options)
    mapping.show(sketch, choices)
    if sketch.questions:
        return
    with st.spinner(_("Checking every row …")):
        report = uploads.check(view, file, table, choices.options)
    import_report.show(report, view.currency)
    error = st.session_state.pop(_error_key(view, file), None)
    if error:
        st.error(plain(error))
    st.button(
        _("Load {n} rows into {workspace}").format(
            n=format_value(report.loaded, "count"), workspace=plain(workspaces.title(view.name))
        ),
        type="primary",
        key=f"load.go.{file.file_id}",
        disabled=not report.loaded,
        on_click=_load,
        args=(view, file, table, choices.options),
    )


def _load(view: View, file: UploadedFile, table: str, options: dict) -> None:
    try:
        st.session_state[_done_key(view, file)] = uploads.load(view, file, table, options)
    except LoyaltyError as error:
        st.session_state[_error_key(view, file)] = str(error)


def _done_key(view: View, file: UploadedFile) -> str:
    return f"load.done.{view.name}.{file.file_id}"


def _error_key(view: View, file: UploadedFile) -> str:
    return f"load.error.{view.name}.{file.file_id}"
