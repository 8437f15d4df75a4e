"""Care lists: whom to greet, call or win back; ticked and marked as done, with what came of it."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.care import BIRTHDAYS, CALL_BACK, CARE_OUTCOMES, FESTIVALS, KINDS, LATER, LONGEST_NOTE, Care
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.festivals import Festival, Festivals, names, read_csv
from loyalty_metrics.language import UNKNOWN, _, format_value, label, period_label, plain
from pages._ui import block, cache, discreet, links, listing, tables, workspaces
from pages._ui.actions.edit import SIGNED, signed
from pages._ui.view import View

AT_ONCE = 200
"""So many customers are offered to be ticked, the first of the list; a file holds all."""

USUAL_DAYS = 14
_ERROR, _DONE = "care.error", "care.done"


def show(view: View) -> None:
    """Draw the section."""
    kind = links.choice("list", KINDS, _("Care list"))
    looks_ahead = kind in (BIRTHDAYS, CALL_BACK)
    days = (links.number("days", _("Days ahead (14)"), 1, 60) if looks_ahead else None) or USUAL_DAYS
    festival = _festival(view) if kind == FESTIVALS else None
    todo = Care(view.workspace).todo(kind, view.scope, days, festival)
    st.markdown(answers.care_answer(kind, todo, days, festival, view.currency))
    if len(todo):
        _list(view, kind, todo)
    if message := st.session_state.pop(_DONE, None):
        st.success(message)
    if kind == FESTIVALS:
        _edit_festivals(view)
    st.divider()
    _so_far(view)


def _list(view: View, kind: str, todo: pd.DataFrame) -> None:
    """The first of the list, to be ticked; and all of it as a file."""
    shown = todo.head(AT_ONCE)
    if len(todo) > AT_ONCE:
        st.caption(_("The first {n} are shown; a file holds all.").format(n=format_value(AT_ONCE, "count")))
    shown = _with_contacts(view, shown)
    picked = _ticked(view, kind, shown.drop(columns=["occasion", "festival"], errors="ignore"))
    _mark(view, kind, shown.iloc[picked])
    about = {"workspace": workspaces.title(view.name), "care_list": label(kind), "as_of": str(view.scope.as_of)}
    with st.container(horizontal=True):
        for ending, (make, mime) in listing.FILES.items():
            st.download_button(
                _("Download {format}").format(format=ending.upper()),
                lambda make=make: make(_with_contacts(view, todo), about),
                file_name=f"care_{kind}_{view.scope.as_of}.{ending}",
                mime=mime,
                key=view.key(f"care.{kind}.{ending}"),
                on_click="ignore",
            )


def _with_contacts(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """The list with what is needed to reach people, unless names and contacts are hidden."""
    if discreet.hides():
        return frame
    known = Care(view.workspace).contacts(frame["customer_id"]).dropna(axis="columns", how="all")
    if known.empty:
        return frame
    wide = frame.merge(known, on="customer_id", how="left")
    first = ["customer_id", *(name for name in known if name != "customer_id")]
    return wide[[*first, *(name for name in wide if name not in first)]]


def _ticked(view: View, kind: str, frame: pd.DataFrame) -> list[int]:
    """Draw the rows with boxes; the places of those that are ticked."""
    shown = frame.copy()
    for name in shown.columns:
        if name == "kind":
            shown[name] = shown[name].map(label)
        elif pd.api.types.is_float_dtype(shown[name]):
            shown[name] = shown[name].round(2)
    config: dict[str, Any] = {name: st.column_config.Column(label(name)) for name in shown}
    for name in ("birthday_on", "again_on"):
        config[name] = st.column_config.DateColumn(label(name), format="D MMM YYYY")
    for name in ("chance_before", "chance_there"):
        config[name] = st.column_config.NumberColumn(label(name), format="percent")
    key = view.key(f"care.{kind}.grid.{len(frame)}")
    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        column_config=config,
        on_select="rerun",
        selection_mode="multi-row",
        alt=label(kind),
        placeholder=UNKNOWN,
        height=min(38 + 35 * len(shown), 360),
    )
    return [place for place in st.session_state[key].selection.rows if place < len(frame)]


def _mark(view: View, kind: str, picked: pd.DataFrame) -> None:
    """Mark those who are ticked as attended to."""
    if view.is_sample:
        st.caption(_("In a workspace of your own you can tick customers and mark them as attended to."))
        return
    with st.form("care.form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(_("What came of it"), CARE_OUTCOMES, format_func=label, key="care.outcome", width=220)
        st.date_input(_("Call again on"), None, key="care.again_on", format="YYYY-MM-DD", width=160)
        st.text_input(_("Note"), key="care.note", max_chars=LONGEST_NOTE, width=260)
        st.text_input(_("Your name"), signed(), key="care.who", max_chars=80, width=180)
        st.form_submit_button(
            _("Mark the ticked as done"), type="primary", on_click=_keep, args=(view, kind, picked), key="care.keep"
        )
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))


def _keep(view: View, kind: str, picked: pd.DataFrame) -> None:
    state = st.session_state
    outcome, again = state["care.outcome"], state["care.again_on"]
    kinds = picked["kind"] if "kind" in picked else pd.Series(kind, index=picked.index)
    try:
        marked = 0
        for own, rows in picked.groupby(kinds) if len(picked) else [(kind, picked)]:
            chosen = dict(zip(rows["customer_id"], rows["occasion"], strict=True))
            later = again if outcome == LATER else None
            marked += Care(view.workspace).mark(str(own), chosen, outcome, state["care.who"], state["care.note"], later)
    except LoyaltyError as error:
        state[_ERROR] = str(error)
        return
    state[SIGNED], state["care.note"] = state["care.who"], ""
    state[_DONE] = _("{n} marked as done.").format(n=format_value(marked, "count"))


def _so_far(view: View) -> None:
    """What came of it, counted; and the last entries."""
    (outcomes,) = cache.measures("care_outcomes")
    fresh = view.workspace.measure("care_outcomes", view.scope) if not view.is_sample else outcomes

    def table() -> None:
        rows = [
            {
                _("Care list"): label(row["kind"]),
                _("What came of it"): label(row["outcome"]),
                _("Times"): format_value(row["done"], "count"),
                _("30 days or more ago"): format_value(row["over"], "count"),
                _("Bought within 30 days"): tables.with_interval(row, "share"),
            }
            for row in fresh.frame.to_dict("records")
        ]
        if rows:
            tables.static(rows, alt=_("What became of care"))

    block.show(
        view,
        fresh,
        heading=_("What came of it"),
        answer=answers.care_outcomes_answer(fresh.frame),
        table=table,
        key="care_outcomes",
    )
    done = Care(view.workspace).done().head(20)
    for row in done.to_dict("records"):
        again = _(" on {day}").format(day=period_label(row["again_on"], "day")) if row["outcome"] == LATER else ""
        note = f" · {row['note']}" if row["note"] else ""
        line = f"{row['customer_id']} · {label(row['kind'])} · {label(row['outcome'])}{again}{note} — {row['who']}"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(f"{format_value(row['done_at'], 'date')}: {line}"), width="content")
            key = f"care.strike.{row['care_id']}"
            st.button(_("Take back"), key=key, type="tertiary", on_click=_strike, args=(view, int(row["care_id"])))


def _strike(view: View, care_id: int) -> None:
    try:
        Care(view.workspace).strike(care_id, str(st.session_state.get("care.who") or signed()))
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)


def _festival(view: View) -> Festival | None:
    """The festival that is greeted for: the next one unless another is chosen."""
    first: date = view.scope.as_of
    coming = Festivals(view.workspace).between(first, first + timedelta(days=365))
    if not coming:
        return None
    told = {f"{one.name} {one.day}": one for one in coming}

    def words(key: str) -> str:
        return _(told[key].name)

    return told[links.one("festival", list(told), _("Festival"), words)]


def _edit_festivals(view: View) -> None:
    """Festivals are added, brought in as a file, or left out."""
    if view.is_sample:
        return
    known = Festivals(view.workspace)
    with st.expander(_("Which festivals")):
        st.multiselect(
            _("Left out"),
            names(),
            sorted(known.hidden() & set(names())),
            key="festivals.hidden",
            format_func=lambda name: _(name),
            placeholder=_("None"),
            on_change=lambda: known.hide(st.session_state["festivals.hidden"], signed() or _("somebody")),
        )
        with st.form("festivals.form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(_("Another festival"), key="festivals.name", max_chars=60, width=240)
            st.date_input(_("Day"), view.scope.as_of, key="festivals.day", format="YYYY-MM-DD", width=160)
            st.form_submit_button(_("Add it"), on_click=_add, args=(view,))
        file = st.file_uploader(_("Or a CSV with the columns name and date"), "csv", key="festivals.file")
        if file is not None:
            st.button(
                _("Add those of the file"), on_click=_add_file, args=(view, file.getvalue()), key="festivals.take"
            )
        for name in dict.fromkeys(one.name for one in known.own()):
            days = ", ".join(period_label(one.day, "day") for one in known.own() if one.name == name)
            st.button(
                _("Drop {name}: {days}").format(name=plain(name), days=days), key=f"festivals.drop.{name}",
                on_click=known.drop, args=(name,),
            )  # fmt: skip


def _add(view: View) -> None:
    state = st.session_state
    _keep_festivals(view, [Festival(state["festivals.name"], state["festivals.day"])])


def _add_file(view: View, content: bytes) -> None:
    try:
        found = read_csv(content)
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
        return
    _keep_festivals(view, found)


def _keep_festivals(view: View, found: list[Festival]) -> None:
    try:
        n = Festivals(view.workspace).add(found, signed() or _("somebody"))
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[_DONE] = _("{n} festivals added.").format(n=format_value(n, "count"))
