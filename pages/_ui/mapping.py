"""What a file's columns are taken for, shown and changed; and the answers only the analyst can give."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from loyalty_metrics.ingest import FileSketch, Question
from loyalty_metrics.ingest.recognise import roles_of
from loyalty_metrics.language import _, label, plain
from loyalty_metrics.schema import TABLES, Column
from pages._ui import tables

NOT_HERE = ""
_TEXTS = ("encoding", "delimiter", "sheet", "time_zone")
_HOW = {"header": "by its name", "values": "by its values", "explicit": "you said so"}


class Choices:
    """What was chosen for one uploaded file, kept in the session."""

    def __init__(self, file_id: str, table: str) -> None:
        self.key = f"mapping.{file_id}.{table}"
        self._chosen: dict[str, Any] = st.session_state.setdefault(self.key, {"columns": {}})

    @property
    def options(self) -> dict[str, Any]:
        """The choices as import options; what was left alone is left out."""
        return {name: value for name, value in self._chosen.items() if value}

    def take(self, option: str, key: str) -> None:
        """Keep the value of a widget as an option."""
        self._chosen[option] = st.session_state[key]

    def map(self, column: str, key: str) -> None:
        """Keep the header chosen for a canonical column."""
        self._chosen["columns"] = self._chosen["columns"] | {column: st.session_state[key]}


def show(sketch: FileSketch, choices: Choices) -> None:
    """The columns found, the questions open, and the means to change both."""
    for number, question in enumerate(sketch.questions):
        _ask(question, choices, number)
    found = [column for column in sketch.columns if column.role]
    rows = [
        {
            _("In this product"): label(str(column.role)),
            _("In your file"): plain(column.header),
            _("Examples"): plain(" · ".join(column.samples[:3]))[:70],
            _("Known"): _(_HOW.get(str(column.how), "")),
        }
        for column in found
    ]
    st.markdown(_("**What the columns are taken for**"))
    tables.static(rows, alt=_("Columns found in the file"))
    left = [plain(column.header) for column in sketch.columns if not column.role]
    if left:
        st.caption(_("Not used: {columns}").format(columns=", ".join(left)))
    with st.expander(_("Change what a column is taken for")):
        _columns(sketch, choices)


def reading(choices: Choices) -> None:
    """How the file is read, for the rare file that does not tell."""
    with st.expander(_("How the file is read")), st.container(horizontal=True):
        for option in _TEXTS:
            key = f"{choices.key}.{option}"
            st.session_state[key] = choices.options.get(option)
            st.text_input(
                label(option), key=key, placeholder=_("found"), width=160, on_change=choices.take, args=(option, key)
            )
        _pick("date_format", ("%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y/%m/%d"), choices)
        _pick("decimal", (".", ","), choices)


def _pick(option: str, values: Sequence[str], choices: Choices) -> None:
    key = f"{choices.key}.{option}"
    chosen = choices.options.get(option)
    st.session_state[key] = chosen
    st.selectbox(
        label(option),
        [None, *dict.fromkeys([*values, *([chosen] if chosen else [])])],
        key=key,
        format_func=lambda value: value or _("found"),
        width=160,
        on_change=choices.take,
        args=(option, key),
    )


def _ask(question: Question, choices: Choices, number: int) -> None:
    st.warning(plain(question.sentence))
    if question.option == "columns" or not question.choices:
        return
    key = f"{choices.key}.question.{number}"
    st.session_state[key] = choices.options.get(question.option)
    st.radio(
        question.header or label(question.option),
        question.choices,
        key=key,
        index=None,
        horizontal=True,
        on_change=choices.take,
        args=(question.option, key),
    )


def _columns(sketch: FileSketch, choices: Choices) -> None:
    taken = {str(column.role): column.header for column in sketch.columns if column.role}
    headers = [NOT_HERE, *(column.header for column in sketch.columns)]
    with st.container(horizontal=True):
        for column in roles_of(TABLES[sketch.table]):
            _column(column, taken.get(column.name, NOT_HERE), headers, choices)


def _column(column: Column, header: str, headers: Sequence[str], choices: Choices) -> None:
    key = f"{choices.key}.column.{column.name}"
    st.session_state[key] = header
    st.selectbox(
        f"{label(column.name)} *" if column.required else label(column.name),
        headers,
        key=key,
        format_func=lambda value: value or _("(not in this file)"),
        help=plain(_(column.meaning)),
        width=220,
        on_change=choices.map,
        args=(column.name, key),
    )
