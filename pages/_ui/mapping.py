"""What was decided about a kind of file, and the means to decide otherwise."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from loyalty_metrics.ingest import FileSketch
from loyalty_metrics.ingest.presets import NONE, presets
from loyalty_metrics.ingest.tells import roles_of
from loyalty_metrics.language import _, label, plain
from loyalty_metrics.schema import TABLES, Column

NOT_HERE = ""
_TEXTS = ("encoding", "delimiter", "sheet", "time_zone", "currency")


class Choices:
    """What was chosen for files of one kind, kept in the session: it holds for every file of that kind."""

    def __init__(self, kind: str) -> None:
        self._chosen: dict[str, Any] = st.session_state.setdefault(f"mapping.{kind}", {"columns": {}})

    @property
    def options(self) -> dict[str, Any]:
        """The choices as import options; what was left alone is left out."""
        return {name: value for name, value in self._chosen.items() if value not in (None, "", {})}

    def take(self, option: str, key: str) -> None:
        """Keep the value of a widget as an option."""
        self._chosen[option] = st.session_state[key]

    def take_part(self, option: str, part: str, key: str) -> None:
        """Keep the value of a widget as one part of an option, such as what one word means."""
        self._chosen[option] = self._chosen.get(option, {}) | {part: st.session_state[key]}

    def map(self, column: str, key: str) -> None:
        """Keep the header chosen for a canonical column."""
        self._chosen["columns"] = self._chosen.get("columns", {}) | {column: st.session_state[key]}

    def begin_with(self, options: Mapping[str, Any]) -> None:
        """Take over what was decided earlier, where nothing was chosen yet; every part of it can still be changed."""
        if not self.options:
            self._chosen.update(options)

    def begin_anew(self) -> None:
        """Choose nothing."""
        self._chosen.clear()
        self._chosen["columns"] = {}


def key_for(key: str, value: Any) -> str:
    """The key of a widget that is to show a value: another one for each value.

    A widget that is given a new value goes on sending its old one until the browser has drawn it. A click meanwhile
    would then take back what was decided.
    """
    return f"{key}.{value!r}"


def columns(sketch: FileSketch, choices: Choices, key: str) -> None:
    """For each column of the table, which header fills it."""
    taken = {str(column.role): column.header for column in sketch.columns if column.role}
    headers = [NOT_HERE, *(column.header for column in sketch.columns)]
    st.caption(_("Columns marked * are needed. Choosing another one checks the file again."))
    with st.container(horizontal=True):
        for column in roles_of(TABLES[sketch.table]):
            _column(column, taken.get(column.name, NOT_HERE), headers, choices, key)


def reading(choices: Choices, key: str) -> None:
    """How the file is read, for the rare file that does not tell."""
    st.caption(_("All of this is found in the file by itself. Say it here where it was found wrong."))
    formats = ("%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y/%m/%d")
    lists: dict[str, Mapping[Any, str]] = {
        "preset": {NONE: _("no known export")} | {preset.name: preset.title for preset in presets()},
        "date_format": {written: datetime(2026, 1, 31, tzinfo=UTC).strftime(written) for written in formats},
        "decimal": {".": "1,234.50", ",": "1.234,50"},
        "header_row": {0: _("none")} | {line: str(line) for line in range(1, 21)},
        "repeated_rows": {"keep": _("keep them"), "drop": _("set them aside")},
    }
    with st.container(horizontal=True):
        for option, labels in lists.items():
            _pick(option, labels, choices, f"{key}.{option}")
        for option in _TEXTS:
            _text(option, choices, f"{key}.{option}")


def _text(option: str, choices: Choices, key: str) -> None:
    chosen = choices.options.get(option)
    key = key_for(key, chosen)
    st.session_state[key] = chosen
    st.text_input(label(option), key=key, placeholder=_("found"), width=180, on_change=choices.take, args=(option, key))


def _pick(option: str, labels: Mapping[Any, str], choices: Choices, key: str) -> None:
    chosen = choices.options.get(option)
    key = key_for(key, chosen)
    st.session_state[key] = chosen
    st.selectbox(
        label(option),
        [None, *dict.fromkeys([*labels, *([] if chosen is None else [chosen])])],
        key=key,
        format_func=lambda value: _("found") if value is None else labels.get(value, str(value)),
        placeholder=_("found"),
        width=180,
        on_change=choices.take,
        args=(option, key),
    )


def _column(column: Column, header: str, headers: Sequence[str], choices: Choices, key: str) -> None:
    key = key_for(f"{key}.column.{column.name}", header)
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
