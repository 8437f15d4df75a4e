"""What loading a file changed, and where to go from there."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from loyalty_metrics.language import _, format_value, label, ngettext
from pages._ui import history, import_report, mend, restated, tables, ways
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
    to_overview(f"loaded.overview.{one.key}")
    with st.container(horizontal=True, gap="large"):
        with st.container(width="content"):
            import_report.bridge(report, view.currency)
        with st.container(width="content"):
            changes(view, done.before, done.after)
    restated.show(view, done.import_id)
    ways.save(view, one, done)
    if report.set_aside:
        n = format_value(report.set_aside, "count")
        text = ngettext("**{n} row was set aside.**", "**{n} rows were set aside.**", report.set_aside).format(n=n)
        todo = _("Download, mend, and drop the mended file above.") if mend.is_worth_it(report) else ""
        st.markdown(f"{text} {todo}")
        history.set_aside(view, done.import_id, report, f"loaded.{one.key}")
    import_report.beside_total(report, view.currency)
    with st.expander(_("Account of the file")):
        import_report.warnings(report)
        import_report.show(report, view.currency)


def to_overview(key: str) -> None:
    """Offer to go on to the figures."""
    st.button(_("See the review"), type="primary", key=key, on_click=st.switch_page, args=("pages/review.py",))


def changes(view: View, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """The totals of the workspace that an import moved, or several did."""
    changed = [
        {
            _("What changed"): label(name),
            _("Before"): format_value(before[name], unit, view.currency),
            _("Now"): format_value(after[name], unit, view.currency),
        }
        for name, unit in _UNITS.items()
        if before[name] != after[name]
    ]
    if changed:
        tables.static(changed, alt=_("What the import changed"))
