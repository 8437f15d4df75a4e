"""What loading a file changed, and where to go from there."""

import streamlit as st

from loyalty_metrics.language import _, format_value, label, ngettext
from pages._ui import history, import_report, restated, tables, ways
from pages._ui.import_run import Loaded
from pages._ui.incoming import Incoming
from pages._ui.view import View

_UNITS = {"customers": "count", "orders": "count", "revenue": "money"}


def show(view: View, one: Incoming, done: Loaded) -> None:
    """Draw the outcome of one file."""
    report = done.report
    if done.import_id not in set(view.workspace.imports()["import_id"]):
        st.info(_("This import was taken back."))
        return
    n = format_value(report.loaded, "count")
    st.success(ngettext("Loaded {n} row.", "Loaded {n} rows.", report.loaded).format(n=n))
    st.button(
        _("See the overview"),
        type="primary",
        key=f"loaded.overview.{one.key}",
        on_click=st.switch_page,
        args=("pages/review.py",),
    )
    changed = [
        {
            _("What changed"): label(name),
            _("Before"): _told(view, name, done.before),
            _("Now"): _told(view, name, done.after),
        }
        for name in _UNITS
        if done.before[name] != done.after[name]
    ]
    if changed:
        tables.static(changed, alt=_("What the import changed"))
    restated.show(view, done.import_id)
    ways.save(view, one, done)
    if report.set_aside:
        n = format_value(report.set_aside, "count")
        text = ngettext("**{n} row was set aside.**", "**{n} rows were set aside.**", report.set_aside).format(n=n)
        st.markdown(f"{text} {_('Download, mend, and drop the mended file above.')}")
        history.set_aside(view, done.import_id, report, f"loaded.{one.key}")
    with st.expander(_("Account of the file")):
        import_report.warnings(report)
        import_report.show(report, view.currency)


def _told(view: View, name: str, totals: dict) -> str:
    return format_value(totals[name], _UNITS[name], view.currency)
