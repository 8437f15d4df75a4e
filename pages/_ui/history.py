"""The imports of a workspace, newest first, each with its account and a way back."""

import json
from functools import partial
from typing import Any

import streamlit as st

from loyalty_metrics import export
from loyalty_metrics.ingest import ImportReport
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, format_exact, format_value, label, ngettext, period_label, plain
from loyalty_metrics.workspace import Workspace
from pages._ui import changing, import_report, import_run, mapping, mend, restated
from pages._ui.view import View

_SHOWN = 30
_TOLD = "history.incident"
_PLACE = "history"


def incident(view: View) -> None:
    """Say once that an import did not finish."""
    told = st.session_state.setdefault(_TOLD, set())
    if not view.workspace.incident or view.name in told:
        return
    with st.container(border=True):
        st.warning(plain(view.workspace.incident))
        st.button(_("I have seen this"), key="history.seen", on_click=told.add, args=(view.name,))


def show(view: View) -> None:
    """Draw the history."""
    changing.show(view, _PLACE)
    imports = view.workspace.imports()
    if imports.empty:
        st.caption(_("Nothing was imported yet."))
    for row in imports.head(_SHOWN).to_dict("records"):
        _one(view, row)
    if len(imports) > _SHOWN:
        st.caption(_("{n} earlier imports are not listed.").format(n=len(imports) - _SHOWN))


def _one(view: View, row: dict[str, Any]) -> None:
    report = ImportReport.from_json(row["report"])
    when = f"{period_label(row['imported_at'], 'day')} {row['imported_at']:%H:%M}"
    rows = ngettext("{n} row", "{n} rows", report.loaded).format(n=format_value(report.loaded, "count"))
    with st.expander(f"{plain(row['file'])} · {label(row['table_name'])} · {rows} · {when} UTC"):
        by = f"{_('Imported by {who}').format(who=plain(row['who']))} · " if row["who"] else ""
        st.caption(by + _("hash of the file: {sha}").format(sha=row["sha256"][:12]))
        import_report.beside_total(report, view.currency)
        import_report.warnings(report)
        import_report.show(report, view.currency)
        restated.show(view, row["import_id"])
        _mapping(report, json.loads(row["options"]))
        with st.container(horizontal=True):
            if report.set_aside:
                set_aside(view, row["import_id"], report, "history")
            if not view.is_sample:
                _undo(view, row["import_id"], report)


def _mapping(report: ImportReport, options: dict[str, Any]) -> None:
    """Which header filled which column, and what the analyst had said of the file."""
    taken = ", ".join(f"{plain(found.header)} → {label(found.column)}" for found in report.mapping)
    st.caption(_("Columns: {mapping}").format(mapping=taken))
    if said := mapping.told(options):
        st.caption(_("You said: {said}").format(said="; ".join(said)))


def set_aside(view: View, import_id: int, report: ImportReport, key: str) -> None:
    """Offer the rows of an import that were not loaded, with their reasons and original text."""
    as_text = report.set_aside > mend.MOST_ROWS
    ending, make = ("csv", export.csv) if as_text else ("xlsx", mend.workbook)
    st.download_button(
        ngettext("Download the row set aside", "Download the {n} rows set aside", report.set_aside).format(
            n=format_value(report.set_aside, "count")
        ),
        lambda: make(view.workspace.set_aside(import_id)),
        file_name=f"set_aside_{import_id}.{ending}",
        key=f"{key}.aside.{import_id}",
        on_click="ignore",
        help=_("Each with its line, the reason and its original text. Mend them there and drop the file above.")
        if mend.is_worth_it(report)
        else _("Each with its line, the reason and its original text."),
    )


def _undo(view: View, import_id: int, report: ImportReport) -> None:
    with st.popover(_("Undo this import"), icon="↩️", disabled=changing.is_running(view, _PLACE)):
        money = f" ({format_exact(report.money_counted, view.currency)})" if report.money_counted else ""
        text = ngettext(
            "Takes back {n} row of {table}{money}.", "Takes back {n} rows of {table}{money}.", report.loaded
        )
        n = format_value(report.loaded, "count")
        st.markdown(plain(text.format(n=n, table=label(report.table), money=money)))
        st.markdown(_("Figures will be what they were without this file."))
        if st.button(_("Which past figures would move?"), key=f"history.preview.{import_id}"):
            restated.preview(view, import_id)
        st.button(
            _("Yes, take it back"),
            key=f"history.undo.{import_id}",
            on_click=changing.begin,
            args=(view, _PLACE, _("The import was taken back."), partial(_take_back, view.workspace, import_id)),
        )


def _take_back(workspace: Workspace, import_id: int, watch: Watch) -> None:
    workspace.undo_import(import_id, watch=watch)
    import_run.bring_up_to_date(workspace, watch)
