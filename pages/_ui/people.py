"""One person under several customer ids: proposed with the evidence side by side, decided by people, and undone."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, format_value, label, ngettext, plain
from loyalty_metrics.workspace import Workspace
from pages._ui import cache, changing, import_run, tables
from pages._ui.view import View

Decision = Callable[[Workspace, Sequence[str]], Any]

_PLACE = "people"
_AT_ONCE = 5
_UNITS = {
    "name": "text",
    "email": "text",
    "phone": "text",
    "orders": "count",
    "first_on": "date",
    "last_on": "date",
    "revenue": "money",
}
_STATUS = {"accepted": "counted as one person", "refused": "counted as different people"}


def show(view: View) -> None:
    """Ask about the next few proposals, and list what was decided."""
    found = cache.people(view.name, view.version)
    if view.is_sample or found.empty:
        return
    st.subheader(_("One person under several ids?"), anchor=False)
    changing.show(view, _PLACE)
    open_ones = found[found["status"] == "proposed"]
    n = len(open_ones)
    st.markdown(
        ngettext(
            "**{n} group of ids** seems to be one person. Until you say so, each id counts by itself.",
            "**{n} groups of ids** seem to be one person each. Until you say so, each id counts by itself.",
            n,
        ).format(n=format_value(n, "count"))
        if n
        else _("Nothing is open.")
    )
    for row in open_ones.head(_AT_ONCE).to_dict("records"):
        _ask(view, row["customer_ids"], row["evidence"])
    decided = found[found["status"] != "proposed"]
    if len(decided):
        with st.expander(_("Decided so far: {n}").format(n=format_value(len(decided), "count"))):
            for row in decided.to_dict("records"):
                _decided(view, row["customer_ids"], row["evidence"], row["status"])


def _ask(view: View, ids: Sequence[str], evidence: str) -> None:
    key = "|".join(ids)
    with st.container(border=True):
        st.markdown(_("They share: **{evidence}**").format(evidence=plain(evidence)))
        tables.static(_side_by_side(view, ids), alt=_("What is known of each id"))
        with st.container(horizontal=True):
            one, two = _("Counted as one person."), _("Counted as different people.")
            _button(view, _("They are one person"), Workspace.accept_person, ids, one, f"people.accept.{key}")
            _button(view, _("They are different people"), Workspace.refuse_person, ids, two, f"people.refuse.{key}")


def _decided(view: View, ids: Sequence[str], evidence: str, status: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"{plain(', '.join(ids))}: **{_(_STATUS[status])}** ({plain(evidence)})", width=720)
        done = _("The decision was taken back.")
        _button(view, _("Undo"), Workspace.undo_person, ids, done, f"people.undo.{'|'.join(ids)}")


def _side_by_side(view: View, ids: Sequence[str]) -> list[dict[str, str]]:
    """What is known, one line each, with a column for each id; what nobody has is left out."""
    known = view.workspace.person_details(ids)
    return [
        {_("Customer"): label(name)}
        | {
            plain(row["customer_id"]): plain(format_value(row[name], unit, view.currency))
            for row in known.to_dict("records")
        }
        for name, unit in _UNITS.items()
        if known[name].notna().any()
    ]


def _button(view: View, text: str, decide: Decision, ids: Sequence[str], done: str, key: str) -> None:
    st.button(
        text,
        key=key,
        disabled=changing.is_running(view, _PLACE),
        on_click=changing.begin,
        args=(view, _PLACE, done, partial(_decide, view.workspace, decide, ids)),
    )


def _decide(workspace: Workspace, decide: Decision, ids: Sequence[str], watch: Watch) -> None:
    watch.step("Counting the person anew")
    decide(workspace, ids)
    import_run.bring_up_to_date(workspace, watch)
