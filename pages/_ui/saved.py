"""One saved list: its customers now, who came and who left since it was saved, renaming and deleting it."""

from typing import Any

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_value, label, ngettext, period_label, plain
from loyalty_metrics.saved_lists import SavedList, Standing
from pages._ui import cache, links, listing
from pages._ui.view import View

_DELETED = "lists.deleted"
PARTS = ("now", "joined", "left")


def moved(standing: Standing) -> str:
    """How many came and left, in one cell."""
    if standing.now is None:
        return _("cannot be told")
    if not standing.joined and not standing.left:
        return _("nobody")
    return f"+{format_value(standing.joined, 'count')} −{format_value(standing.left, 'count')}"


def told(view: View, one: SavedList) -> str:
    """What a list is of: the measure, the cell, and the filters and dates of its scope, as plain text."""
    try:
        title = _(view.workspace.registry.card(one.measure).title)
    except LoyaltyError:
        title = one.measure
    cell = [f"{label(name)}: {_value(value)}" for name, value in one.cell.items()]
    scope = [f"{label(name)}: {_value(value)}" for name, value in one.scope.to_query().items()]
    return " · ".join([title, *cell, *scope])


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value)
    if hasattr(value, "isoformat"):
        return period_label(value, "day")
    return label(value) if isinstance(value, str) else format_value(value, "count")


def show(view: View, one: SavedList, standing: Standing) -> None:
    """Draw a list that was chosen."""
    st.subheader(plain(one.name), anchor=False)
    day, by = period_label(one.saved_at, "day"), f" · {one.who}" if one.who else ""
    st.caption(plain(_("Saved on {day}{by}. {told}").format(day=day, by=by, told=told(view, one))))
    if standing.now is None:
        st.info(_("The list is kept, but its customers cannot be found any more: {why}").format(why=standing.problem))
    else:
        part = links.choice("part", PARTS, _("Shown"))
        listing.show(view, _source(view, one, part), f"saved.{one.list_id}.{part}")
    with st.container(horizontal=True):
        with st.popover(_("Rename"), disabled=view.is_sample):
            key = f"saved.name.{one.list_id}"
            st.text_input(_("Name of the list"), one.name, key=key, max_chars=80)
            st.button(_("Rename the list"), key=f"saved.rename.{one.list_id}", on_click=_rename, args=(view, one, key))
        st.button(_("Delete"), key=f"saved.delete.{one.list_id}", on_click=_delete, args=(view, one))
    if error := st.session_state.pop("lists.error", None):
        st.error(plain(error))


def _source(view: View, one: SavedList, part: str) -> listing.Source:
    """The customers in it now, or those who came or left since it was saved."""
    bounds = cache.bounds(view.name, view.version)
    scope = one.scope.replace(as_of=one.scope.as_of or (bounds[1] if bounds else None))
    its_own = View(view.name, view.version, scope, view.currency)
    card = view.workspace.registry.card(one.measure)
    source = listing.behind(its_own, card, one.cell, "")
    stem = f"{one.name}_{scope.as_of}"
    notes = {"list": one.name, "saved": f"{one.saved_at:%Y-%m-%d}"}
    if part == "now":
        return listing.renamed(source, stem, notes)
    changes = cache.list_changes(view.name, view.version, one)
    frame = changes[changes["change"] == part].drop(columns="change")
    about = notes | {"customers": part, "measure": one.measure, "scope": scope.describe()}
    return listing.of(frame, {}, f"{stem}_{part}", about)


def _rename(view: View, one: SavedList, key: str) -> None:
    try:
        view.workspace.rename_list(one.list_id, st.session_state[key])
    except LoyaltyError as error:
        st.session_state["lists.error"] = str(error)


def _delete(view: View, one: SavedList) -> None:
    view.workspace.delete_list(one.list_id)
    st.session_state[_DELETED] = view.name, one
    st.query_params.pop("list", None)


def offer_undo(view: View) -> None:
    """After a list was deleted: have it back."""
    workspace, one = st.session_state.get(_DELETED, ("", None))
    if one is None or workspace != view.name:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        n = ngettext("{n} customer", "{n} customers", one.members).format(n=format_value(one.members, "count"))
        st.markdown(_("The list **{name}** ({n}) was deleted.").format(name=plain(one.name), n=n), width="content")
        st.button(_("Undo"), key="lists.undo", on_click=_restore, args=(view, one))


def _restore(view: View, one: SavedList) -> None:
    view.workspace.restore_list(one.list_id)
    del st.session_state[_DELETED]
