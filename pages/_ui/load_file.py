"""One file on its way in: what was understood, what is asked, what would come of it; then it is loaded."""

import streamlit as st

from loyalty_metrics.errors import ImportCancelled, LoyaltyError
from loyalty_metrics.ingest import FileSketch, ImportReport
from loyalty_metrics.ingest.presets import presets
from loyalty_metrics.language import _, format_value, label, ngettext, plain
from loyalty_metrics.schema import TABLES
from pages._ui import (
    import_report,
    import_run,
    incoming,
    jobs,
    joining,
    loaded,
    mapping,
    questions,
    understood,
    ways,
    workspaces,
)
from pages._ui.import_run import Looked
from pages._ui.incoming import Incoming
from pages._ui.mapping import Choices, key_for
from pages._ui.view import View


def show(view: View, one: Incoming) -> None:
    """Draw one file's way into the workspace."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(one.name)}**")
            away = _("Take off this page") if import_run.is_loaded(view, one) else _("Leave out")
            st.button(away, key=f"file.drop.{one.key}", on_click=incoming.drop, args=(one,), type="tertiary")
        job = import_run.loading(view, one)
        if not job:
            joining.tell(one)
        if job and jobs.wait([job]):
            jobs.progress([job], f"file.load.{one.key}")
        elif job and not job.error:
            import_run.keep_up(view)
            loaded.show(view, one, job.outcome())
        else:
            if job:
                _tell(job.error)
            _before_loading(view, one)


def _before_loading(view: View, one: Incoming) -> None:
    job = import_run.look(view, one)
    if not jobs.wait([job]):
        job = import_run.look(view, one)
    if jobs.wait([job]):
        jobs.progress([job], f"file.look.{one.key}")
    elif job.error:
        _tell(job.error)
        _refused(one, job.error)
    else:
        _found(view, one, job.outcome())


def _refused(one: Incoming, error: LoyaltyError) -> None:
    if isinstance(error, ImportCancelled):
        st.button(_("Look again"), key=f"file.again.{one.key}", on_click=import_run.look_again, args=(one,))
        return
    if one.table:
        _table(one, None)
    with st.expander(_("Is it read in the wrong way?")):
        mapping.reading(Choices(str(one.kind)), f"file.read.{one.key}")


def _tell(error: LoyaltyError) -> None:
    if isinstance(error, ImportCancelled):
        st.info(_("Cancelled. Nothing has changed."))
    else:
        st.error(plain(questions.for_page(str(error))))


def _found(view: View, one: Incoming, found: Looked) -> None:
    choices = Choices(str(one.kind))
    _table(one, found.sketch)
    if title := next((preset.title for preset in presets() if preset.name == found.sketch.preset), None):
        st.markdown(_("Recognised as **{name}**.").format(name=plain(title)))
    ways.applied(view, found, choices, f"file.way.{one.key}")
    for question in found.questions:
        asked = f"{question.code}.{question.header}.{question.key}"
        questions.ask(question, found.sketch, choices, f"file.question.{one.key}.{asked}")
    if found.is_known:
        st.info(_("All of this file is in the workspace already; there is nothing to load."))
    elif found.report and not found.questions:
        _offer(view, one, found, found.report)
    _details(view, one, found, choices)


def _offer(view: View, one: Incoming, found: Looked, report: ImportReport) -> None:
    """Say what would come of it, and load it on demand."""
    currency = found.currency or view.currency
    st.markdown(import_report.sentence(report, currency))
    import_report.beside_total(report, currency)
    import_report.why_set_aside(report)
    import_report.no_customers(report)
    import_report.warnings(report)
    st.button(
        ngettext("Load {n} row into {workspace}", "Load {n} rows into {workspace}", report.loaded).format(
            n=format_value(report.loaded, "count"), workspace=plain(workspaces.title(view.name))
        ),
        type="primary",
        key=f"load.go.{one.key}",
        disabled=not report.loaded,
        on_click=import_run.load,
        args=(view, one, found),
    )


def _details(view: View, one: Incoming, found: Looked, choices: Choices) -> None:
    names = [_("Columns"), _("First rows"), _("Account"), _("Change columns"), _("How it is read")]
    columns, rows, account, change, reading = st.tabs(names, key=f"file.tabs.{one.key}")
    with columns:
        understood.columns(found.sketch, f"file.line.{one.key}")
    with rows:
        understood.first_rows(found.sketch)
    with account:
        if found.report:
            import_report.show(found.report, found.currency or view.currency)
        else:
            st.caption(_("The account is made when the questions above are answered."))
    with change:
        mapping.columns(found.sketch, choices, f"file.map.{one.key}")
    with reading:
        mapping.reading(choices, f"file.read.{one.key}")


def _table(one: Incoming, sketch: FileSketch | None) -> None:
    shown = one.table or (sketch.table if sketch else None)
    key = key_for(f"file.table.{one.key}", shown)
    st.session_state[key] = shown
    st.selectbox(
        _("What the file holds"),
        list(TABLES),
        key=key,
        format_func=lambda name: f"{label(name)}: {_(TABLES[name].grain)}",
        on_change=_choose_table,
        args=(one, key),
        width=420,
    )


def _choose_table(one: Incoming, key: str) -> None:
    one.table, one.kind = st.session_state[key], None
