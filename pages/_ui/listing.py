"""A list of customers as people use it: searched, sorted, with the columns they choose, taken away as a file, saved.

Rows go to the browser as they are scrolled to; search, and the order of lists too long to be shown whole, are the
database's work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics import export
from loyalty_metrics.card import Card
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, format_value, label, ngettext
from loyalty_metrics.lists import CONTACTS, SHOWN, Look, of_frame
from pages._ui import cache, import_run, links, made_files, tables, workspaces
from pages._ui.made_files import Format
from pages._ui.view import View

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: dict[str, tuple[Callable[..., bytes], str]] = {"csv": (export.csv, "text/csv"), "xlsx": (export.xlsx, XLSX)}
AT_ONCE = 5_000
"""A file of so many rows is made while one waits; a longer one beside the page."""


@dataclass(frozen=True)
class Seen:
    """A list as it was looked at: its rows, how many were found and are in it, and what a file of it must say."""

    frame: pd.DataFrame
    found: int
    everyone: int
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """Where a list comes from.

    Attributes:
        fetch: Gives it as it is looked at; any thread may ask, and cancel with a watch.
        units: Of its columns.
        stem: The name of its files.
        has_contacts: Whether names, addresses and telephone numbers can be had.
        save: Keeps it under a name; None where it cannot be saved.
        told: What is listed, as markdown.
    """

    fetch: Callable[..., Seen]
    units: Mapping[str, str]
    stem: str
    has_contacts: bool = False
    save: Callable[[str], Any] | None = None
    told: str = ""


def behind(view: View, card: Card, cell: Mapping[str, Any], told: str) -> Source:
    """The customers behind a cell of a measure."""
    raw = links.read()[1].replace(customer=None)

    def fetch(how: Look, watch: Watch | None = None) -> Seen:
        found = cache.customers(view, card.name, dict(cell), how, watch)
        notes = {"workspace": workspaces.title(view.name)} | export.about(found, dict(cell))
        return Seen(found.frame, found.found, found.everyone, notes)

    def save(title: str) -> None:
        view.workspace.save_list(title, card.name, raw, import_run.who(), **cell)

    return Source(
        fetch,
        card.units,
        f"{card.name}_customers_{view.scope.as_of}",
        has_contacts=cache.table_rows(view.name, view.version)["customers"] > 0,
        save=None if view.is_sample else save,
        told=told,
    )


def renamed(source: Source, stem: str, notes: Mapping[str, str]) -> Source:
    """The same list with files of another name that say more, and nothing to save."""

    def fetch(how: Look, watch: Watch | None = None) -> Seen:
        seen = source.fetch(how, watch)
        return replace(seen, notes=dict(notes) | dict(seen.notes))

    return replace(source, fetch=fetch, stem=stem, save=None)


def of(frame: pd.DataFrame, units: Mapping[str, str], stem: str, notes: Mapping[str, str], told: str = "") -> Source:
    """A finished frame with a column `customer_id`, such as the members of a cluster."""

    def fetch(how: Look, watch: Watch | None = None) -> Seen:  # noqa: ARG001 - it is there already
        rows, found = of_frame(frame, how)
        return Seen(rows, found, len(frame), notes)

    return Source(fetch, units, stem, told=told)


def show(view: View, source: Source, key: str) -> None:
    """Draw a list: how many, search and columns, the rows, and what can be done with it."""
    everything = source.fetch(Look())
    everyone = everything.everyone
    n = ngettext("{n} customer", "{n} customers", everyone).format(n=format_value(everyone, "count"))
    st.markdown(f"**{n}** · {source.told}" if source.told else f"**{n}**")
    if not everyone:
        return
    how, chosen = _look(source, everything, key)
    seen = source.fetch(how)
    if how.search:
        st.caption(_("{n} found.").format(n=format_value(seen.found, "count")))
    if seen.found > len(seen.frame):
        words = _("The first {n} are shown; search or sort to see others. A file holds all.")
        st.caption(words.format(n=format_value(len(seen.frame), "count")))
    columns = [name for name in seen.frame if name == "customer_id" or not chosen or name in chosen]
    units = {**source.units, **CONTACTS, "customer_id": "text"}
    if len(seen.frame):
        ids = seen.frame["customer_id"]
        tables.grid(
            seen.frame[columns],
            units,
            view.key(f"{key}.grid"),
            alt=_("Customers behind the chosen cell"),
            chosen=lambda row: links.to_customer(view.name, str(ids.iloc[row])),
        )
        if len(ids) <= tables.EAGER:
            st.caption(_("Tick a row to see all about that customer."))
        else:
            words = _("Search until {n} or fewer are left to tick one and see all about that customer.")
            st.caption(words.format(n=format_value(tables.EAGER, "count")))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _files(view, source, replace(how, limit=None), columns, seen, key)
        _save(view, source, key)


def _look(source: Source, everything: Seen, key: str) -> tuple[Look, list[str]]:
    """The fields above a list: what is searched, which columns, and the order of a long one."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            _("Search"), key=f"{key}.search", placeholder=_("id, name, e-mail …"), max_chars=100, width=240
        )
        own = [name for name in everything.frame if name != "customer_id"]
        more = list(CONTACTS) if source.has_contacts else []
        with st.popover(_("Columns"), disabled=not own + more):
            chosen = st.multiselect(
                _("Columns"),
                [*own, *more],
                key=f"{key}.columns",
                format_func=label,
                placeholder=_("All figures"),
                help=_("They are those of the file, too. The customer's id is always there."),
            )
        how = Look(search.strip(), contacts=bool(set(chosen) & set(more)))
        if everything.everyone > SHOWN:
            sort = st.selectbox(_("First"), [None, *own], key=f"{key}.sort", format_func=_sort_title, width=240)
            how = replace(how, sort=sort)
    return how, chosen


def _sort_title(name: str | None) -> str:
    return _("by customer") if name is None else _("largest: {column}").format(column=label(name))


def _files(view: View, source: Source, how: Look, columns: list[str], seen: Seen, key: str) -> None:
    notes = dict(seen.notes) | ({"search": how.search} if how.search else {})
    if seen.found > AT_ONCE:
        _large_files(source, how, columns, notes, view.key(f"{key}.large"))
        return
    for ending, (make, mime) in FILES.items():
        st.download_button(
            _("Download {format}").format(format=ending.upper()),
            lambda make=make: make(source.fetch(how).frame[columns], notes),
            file_name=f"{source.stem}.{ending}",
            mime=mime,
            key=view.key(f"{key}.{ending}"),
            on_click="ignore",
            disabled=not seen.found,
        )


def _large_files(source: Source, how: Look, columns: list[str], notes: Mapping[str, str], key: str) -> None:
    """A long list is made into a file beside the page."""

    def work(ending: str, watch: Watch) -> bytes:
        watch.step("Fetching the customers")
        frame = source.fetch(how, watch).frame[columns]
        return FILES[ending][0](frame, notes, watch)

    formats = {ending: Format(ending.upper(), mime, partial(work, ending)) for ending, (_make, mime) in FILES.items()}
    made_files.offer(key, (source.stem, how, tuple(columns), tuple(notes.items())), source.stem, formats)


def _save(view: View, source: Source, key: str) -> None:
    if source.save is None:
        if view.is_sample:
            st.caption(_("In a workspace of your own you can save this list."))
        return
    with st.popover(_("Save as a list")):
        st.markdown(_("It stays live: you will see who came and who left since."))
        name = st.text_input(_("Name of the list"), key=f"{key}.save_name", max_chars=80)
        if st.button(_("Save the list"), key=f"{key}.save", type="primary"):
            source.save(name)
            st.toast(_("Saved. You find it on the page Lists."), icon="☑️")
